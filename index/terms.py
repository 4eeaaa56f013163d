"""Words as the index knows them: stems by language, and exact forms of names, numbers and codes. Pure.

Stemming is Snowball's (Porter, Snowball: a language for stemming algorithms, 2001). Scripts that put no blanks between
words become overlapping pairs of characters (McNamee and Mayfield, Character N-Gram Tokenization, 2004).
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from index.function_words import FUNCTION_WORDS

TERMS = "snowball-1"
DEFAULT_LANGUAGE = "en"
MAX_TERM = 100
_STEMMERS = {
    **{"ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english"},
    **{"es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish"},
    **{"hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian"},
    **{"ne": "nepali", "nl": "dutch", "no": "norwegian", "nb": "norwegian", "nn": "norwegian", "pl": "polish"},
    **{"pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil"},
    **{"tr": "turkish", "yi": "yiddish", "fa": "persian"},
}
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
# Everything that the quick pattern splits as the full one does: no marks, no unspaced scripts, no rare planes.
_PLAIN_ONLY = re.compile(r"[^\u0300-\u036f\u0483-\u0489\u0590-\u1dff\u20d0-\u20ff\u2c00-\U0010ffff]*")
_LETTER = rf"[\p{{L}}\p{{N}}\p{{M}}--[{_UNSPACED}]]"
_RUN = rf"[{_UNSPACED}]+"
_WORD = rf"{_RUN}|[\p{{L}}\p{{N}}--[{_UNSPACED}]]{_LETTER}*"
_PLAIN_WORD = re.compile(r"[^\W_]+")
_THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:[,.'’\u00a0\u202f]\d{3})+(?!\w)")
# From the start of a word only, or a very long one takes quadratic time.
_CODE = re.compile(r"(?<![^\W_])[^\W_]+(?:(?:[-./_&][^\W_]+)+|[+#]{1,2})")
_CAMEL = re.compile(r"\b[A-Za-z]*[a-z][A-Z][a-z]+\b")
_CAMEL_BREAK = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ACCENTS = dict.fromkeys(range(0x300, 0x370))
_FOLDED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"})


@dataclass(frozen=True, slots=True)
class Terms:
    """The content words of a question. `keys` names each once; `forms` gives the key of every stem it has in the
    languages of the index, `exact` that of every exact form; `words` are the keys as the question writes them."""

    keys: tuple[str, ...] = ()
    forms: tuple[tuple[str, str], ...] = ()
    exact: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Analysed:
    """The terms of a passage: stems of its text in order, and those of its title and headings."""

    stems: tuple[str, ...]
    around: frozenset[str]
    language: str | None


def analysed(title: str, headings: Sequence[str], text: str, language: str | None) -> Analysed:
    return Analysed(tuple(stems(text, language)), frozenset(stems("\n".join((title, *headings)), language)), language)


def plain_words(text: str) -> str:
    """The words as they are, but for case, accents and what stands between them; a blank at both ends."""
    return f" {' '.join(_fold(word) for word in _words(text))} "


def stems(text: str, language: str | None = None) -> list[str]:
    """The index terms of a text in order: case-folded, stemmed, without accents; a language without a stemmer, or
    none, is taken for English. Thousands are joined: 2,500 is 2500. The parts of LiHua or getName stand at the end."""
    found: list[str] = _stemmer(language).stemWords(_words(text) + _words(" ".join(_camel_parts(text))))
    return [_fold(stem) for stem in found]


def exact_forms(text: str) -> list[str]:
    """Names (capitalised words), words with digits, codes such as P-200 (as p200) or C++, and single characters of
    unspaced scripts: unstemmed."""
    text = _composed(text)
    names = [word for word in _split(text) if word[0].isupper() or not word.isalpha()]
    found = [_fold(word.casefold()) for word in names] + _codes(text)
    if not _PLAIN_ONLY.fullmatch(text):
        found += [character for run in _compiled(_RUN).findall(text) for character in run]
    return [form for form in found if len(form) <= MAX_TERM]


def question_terms(question: str, languages: Sequence[str] = ()) -> Terms:
    """The content words of a question; `languages` are those of the index, the commonest first.

    Function words of the language the question is in are left out, unless nothing else is left.
    """
    words = _words(question)
    own = _language_of(words, languages)
    spoken = list(dict.fromkeys((own, *languages, DEFAULT_LANGUAGE)))
    idle = FUNCTION_WORDS.get(own, frozenset())
    forms: dict[str, str] = {}
    exact: dict[str, str] = {}
    shown: dict[str, str] = {}
    for word in [word for word in words if _fold(word) not in idle] or words:
        stemmed = [_fold(_stemmer(language).stemWord(word)) for language in spoken]
        key = next((forms[form] for form in stemmed if form in forms), stemmed[0])
        shown.setdefault(key, word)
        exact.setdefault(_fold(word), key)
        for form in stemmed:
            forms.setdefault(form, key)
    for code in _codes(_composed(question)):
        exact.setdefault(code, code)
    return Terms(tuple(shown), tuple(forms.items()), tuple(exact.items()), tuple(shown.values()))


def _language_of(words: Sequence[str], languages: Sequence[str]) -> str:
    """The language of which a question holds most function words; of several the one that its first word is of, then
    the commonest one in the index."""
    known = list(dict.fromkeys((*languages, DEFAULT_LANGUAGE)))
    idle = {one: [_fold(word) in FUNCTION_WORDS.get(one, ()) for word in words] for one in known}
    return max(known, key=lambda one: (sum(idle[one]), idle[one][:1]))


def _words(text: str) -> list[str]:
    text = _composed(text).casefold()
    if _PLAIN_ONLY.fullmatch(text):
        return [word for word in _split(text) if len(word) <= MAX_TERM]
    found: list[str] = []
    for word in _split(text):
        if _compiled(_RUN).match(word):
            found += [word[i : i + 2] for i in range(len(word) - 1)] or [word]
        elif len(word) <= MAX_TERM:
            found.append(word)
    return found


def _camel_parts(text: str) -> list[str]:
    return [part for word in _CAMEL.findall(text) for part in _CAMEL_BREAK.split(word)]


def _split(text: str) -> list[str]:
    """Words, with thousands joined (2,500 as 2500), and whole runs of unspaced scripts."""
    text = _joined(text)
    if _PLAIN_ONLY.fullmatch(text):
        return _PLAIN_WORD.findall(text)
    return list(_compiled(_WORD).findall(text))


def _codes(text: str) -> list[str]:
    return [joined for code in _CODE.findall(text) if (joined := _join(code))]


def _join(code: str) -> str:
    """A code without its separators; empty for a hyphenated word, which is no code."""
    if not any(character.isdigit() or character in "+#&" for character in code):
        return ""
    kept = "".join(c for i, c in enumerate(code) if c not in "-/_." or _between_digits(code, i))
    return _fold(kept.casefold())


def _between_digits(code: str, at: int) -> bool:
    return code[at] == "." and code[at - 1].isdigit() and code[at + 1 : at + 2].isdigit()


def _composed(text: str) -> str:
    """NFKC, which makes a plain blank of a narrow one: thousands are joined before."""
    return text if text.isascii() else unicodedata.normalize("NFKC", _joined(text))


def _joined(text: str) -> str:
    return _THOUSANDS.sub(lambda number: "".join(filter(str.isdigit, number[0])), text)


def _fold(word: str) -> str:
    if word.isascii():
        return word
    bare = unicodedata.normalize("NFKD", word).translate(_ACCENTS)
    return unicodedata.normalize("NFC", bare).translate(_FOLDED)


_LOCAL = threading.local()


def _stemmer(language: str | None) -> Any:
    """A stemmer of this thread: it keeps state while it works."""
    import Stemmer

    name = _STEMMERS.get(language or DEFAULT_LANGUAGE, _STEMMERS[DEFAULT_LANGUAGE])
    made = _LOCAL.__dict__.setdefault("stemmers", {})
    if name not in made:
        made[name] = Stemmer.Stemmer(name)
    return made[name]


@lru_cache(maxsize=8)
def _compiled(pattern: str) -> Any:
    import regex

    return regex.compile(pattern, regex.V1)
