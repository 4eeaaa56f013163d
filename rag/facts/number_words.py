"""Numbers that are written out, and the words around numbers, by language. Pure. English, German, French, Spanish."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

_COUNTED = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn "
    "siebzehn achtzehn neunzehn",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
    "diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis "
    "veintisiete veintiocho veintinueve",
}
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "de": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "fr": "vingt trente quarante cinquante soixante septante octante nonante",
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
}
_FURTHER = {
    "en": {},
    "de": {"dreissig": 30, "zwo": 2, "fuenf": 5, "zwoelf": 12},
    "fr": {"vingts": 20, "huitante": 80},
    "es": {
        "veintiún": 21,
        "doscientos": 200,
        "trescientos": 300,
        "cuatrocientos": 400,
        "quinientos": 500,
        "seiscientos": 600,
        "setecientos": 700,
        "ochocientos": 800,
        "novecientos": 900,
    },
}
_SCALES = {
    "en": {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
    | {"mln": 10**6, "bn": 10**9, "dozen": 12},
    "de": {"hundert": 100, "tausend": 1000, "million": 10**6, "millionen": 10**6, "milliarde": 10**9}
    | {"milliarden": 10**9, "billion": 10**12, "billionen": 10**12, "mio": 10**6, "mrd": 10**9, "dutzend": 12},
    "fr": {"cent": 100, "cents": 100, "mille": 1000, "million": 10**6, "millions": 10**6, "milliard": 10**9}
    | {"milliards": 10**9, "douzaine": 12},
    "es": {"cien": 100, "ciento": 100, "mil": 1000, "millón": 10**6, "millones": 10**6, "billón": 10**12}
    | {"billones": 10**12, "docena": 12},
}
_AND = {"en": "and", "de": "und", "fr": "et", "es": "y"}
LANGUAGES = frozenset(_SCALES)

VAGUE = {word + "s": float(value) for word, value in _SCALES["en"].items() if word not in ("mln", "bn")}
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
ORDINALS = {word: float(value) for value, word in enumerate(_ORDINALS.split(), 1)} | {"thirtieth": 30.0}
FRACTIONS = {"half": 2, "halves": 2, "quarter": 4, "quarters": 4} | {
    word + ending: int(value) for word, value in ORDINALS.items() if 3 <= value <= 20 for ending in ("", "s")
}


def _values(language: str) -> dict[str, int]:
    values = {word: value for value, word in enumerate(_COUNTED[language].split())}
    tens = {word: value for value, word in zip(range(20, 100, 10), _TENS[language].split(), strict=True)}
    return values | tens | _FURTHER[language]


_VALUES = {language: _values(language) for language in _COUNTED}
STARTS = {language: frozenset(_VALUES[language]) | frozenset(_SCALES[language]) for language in _VALUES}


def scale(word: str, language: str) -> int | None:
    """What the word multiplies a number before it by: "million" 1,000,000; "dozen" 12."""
    return _SCALES[language].get(word)


def spoken(words: Sequence[str], language: str) -> tuple[float, int] | None:
    """The number that the (lower-case) words begin with and how many of them it takes; None when they begin with none.

    "two thousand five hundred boats" is 2500 in 4 words; a lone "hundred" or "million" is none.
    """
    if language == "de" and words and words[0] not in STARTS["de"]:
        compound = german(words[0])
        return None if compound is None else (float(compound), 1)
    values, scales, link = _VALUES[language], _SCALES[language], _AND[language]
    total, group, used, counted = 0, 0, 0, False
    for at, word in enumerate(words):
        value, multiplier = values.get(word), scales.get(word)
        if value is not None and _fits(group, value, language) and (total == 0 or value < 1000):
            quatre_vingt = language == "fr" and value == 20 and group % 100 == 4
            group, used, counted = group + (76 if quatre_vingt else value), at + 1, True
        elif multiplier is not None and (counted or language in ("es", "fr") and multiplier <= 1000):
            if multiplier <= 100:
                if group >= 100:
                    break
                group = (group or 1) * multiplier
            else:
                if total and multiplier >= _lowest(total):
                    break
                total, group = total + (group or 1) * multiplier, 0
            used, counted = at + 1, True
        elif not (word == link and counted and at + 1 < len(words) and _linked(group, total, words[at + 1], language)):
            break
    return (float(total + group), used) if counted else None


def _fits(group: int, value: int, language: str) -> bool:
    """Whether a number below 1,000 that has come to `group` goes on with `value`: "twenty five", not "five six"."""
    if group == 0:
        return True
    rest = group % 100
    if rest == 0:
        return value < 100
    if language == "fr" and (value == 20 and rest == 4 or rest in (60, 80) and value < 20 or rest in (10, 70, 90)):
        return value < 10 or rest not in (10, 70, 90)
    return rest >= 20 and rest % 10 == 0 and 0 < value < 10


def _linked(group: int, total: int, following: str, language: str) -> bool:
    value = _VALUES[language].get(following)
    if value is None or not _fits(group, value, language):
        return False
    return (group >= 100 or group == 0 and total > 0) if language == "en" else group % 100 >= 20


def _lowest(total: int) -> int:
    return next(size for size in (10**12, 10**9, 10**6, 10**3, 1) if total % size == 0)


@lru_cache(maxsize=4096)
def german(word: str) -> int | None:
    """The value of a German compound: "zweitausendfünfhundert" 2500, "einundzwanzig" 21; None when it is none."""
    if len(word) > 60:
        return None
    if word in _VALUES["de"]:
        return _VALUES["de"][word]
    for joint, size in (("tausend", 1000), ("hundert", 100)):
        before, found, after = word.partition(joint)
        if found:
            many = 1 if before in ("", "ein") else german(before)
            rest = german(after.removeprefix("und")) if after else 0
            return None if many is None or rest is None or rest >= size else many * size + rest
    ones, found, tens = word.partition("und")
    if found and tens in _VALUES["de"]:
        one = 1 if ones == "ein" else _VALUES["de"].get(ones)
        return None if one is None or not 0 < one < 10 else _VALUES["de"][tens] + one
    return None
