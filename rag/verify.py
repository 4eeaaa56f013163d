"""The check of a statement against its spans. Pure.

It sees whether quotes, numbers, dates and names stand in the spans and whether the wording is close to theirs. It
cannot see a contradiction in other words: nothing that is not verbatim is ever more than "grounded".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.sentences import sentence_spans
from rag.types import Check

MIN_SUPPORT = 0.5

_QUOTE = re.compile(r"[“\"«]([^“”\"«»]{2,})[”\"»]")
_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
_NAME = re.compile(r"\b(?:[A-ZÀ-ÖØ-Þ][\w’'&-]*)(?:\s+(?:(?:al|el|bin|de|van|von|of|the)\s+)*[A-ZÀ-ÖØ-Þ][\w’'&-]*)*")
_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_NEGATION = re.compile(
    r"\b(?:not|cannot|no|never|none|nobody|neither|nor|without|denie[sd]|deny|refuse[sd]?)\b|n[’']t\b", re.I
)
_MONTHS = "january february march april may june july august september october november december".split()
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
).split()
_NUMBER_WORDS = {word: str(value) for value, word in enumerate(_SMALL)} | {
    word: str(value)
    for word, value in zip("thirty forty fifty sixty seventy eighty ninety".split(), range(30, 100, 10), strict=True)
}
_MAGNITUDES = frozenset("dozen hundred thousand million billion trillion".split())
_MONTH_OF = {form: month for month in _MONTHS for form in (month, month[:3])} | {"sept": "september"}
_FUNCTION_WORDS = frozenset(
    "a an the and or but of to in on at by for from with as is are was were be been being it its this that these those "
    "which who whom whose what when where why how he she they them his her their we our you your i not no than then "
    "there here have has had do does did will would can could may might must shall should also into over under about "
    "after before between during if so such only more most very just up out".split()
)
_OPENERS = frozenset(
    "about according additionally all although among another any around because both despite each either even every "
    "everyone few given however last like many most much neither next nobody none nothing one once other people same "
    "several since some someone still such though thus today together tomorrow two until upon whether while within "
    "without yesterday yet".split()
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`support` is the share (0 to 1) of the statement's wording that the spans hold; `failed` what they do not."""

    check: Check
    support: float
    failed: tuple[str, ...] = ()


def verify(statement: str, spans: Sequence[str], similarity: float | None = None) -> Verdict:
    """Checks one sentence against the texts of its cited spans. `similarity` is an embedding cosine, if at hand."""
    if _WORD.search(statement) and any(_is_whole(_flat(statement), span) for span in spans):
        return Verdict("verbatim", 1.0)
    if not spans:
        return Verdict("unsupported", 0.0, ("no source was cited",))
    evidence = _simplify("\n".join(spans))
    words = set(_words(evidence))
    failed = [f"“{quote}”" for quote in _missing_quotes(statement, evidence)]
    failed += _missing_numbers(statement, words)
    failed += _missing_names(statement, words)
    if "%" in _simplify(statement) and "%" not in evidence:
        failed.append("%")
    if _NEGATION.search(_without_quotes(statement)) and not _NEGATION.search("\n".join(spans)):
        failed.append("a negation")
    support = _support(statement, words, similarity)
    if support < MIN_SUPPORT:
        failed.append("the wording")
    return Verdict("unsupported" if failed else "grounded", support, tuple(dict.fromkeys(failed)))


def _is_whole(statement: str, span: str) -> bool:
    """Whether the statement is the span or whole sentences of it. Half a sentence may say the opposite ("denied that
    the pier will close."), and "rose to 3." is not what "rose to 3.5 million." says."""
    if statement not in _flat(span):
        return False
    sentences = [_flat(span[start:end]) for start, end in sentence_spans(span)]
    runs = (" ".join(sentences[i:j]) for i in range(len(sentences)) for j in range(i + 1, len(sentences) + 1))
    return statement == _flat(span) or statement in runs


def _support(statement: str, evidence: set[str], similarity: float | None) -> float:
    wanted = [word for word in _words(_simplify(statement)) if word not in _FUNCTION_WORDS]
    stems = {_stem(word) for word in evidence}
    share = sum(_stem(word) in stems for word in wanted) / len(wanted) if wanted else 0.0
    return round(share if similarity is None else (share + max(0.0, similarity)) / 2, 4)


def _missing_quotes(statement: str, evidence: str) -> list[str]:
    return [quote for quote in _QUOTE.findall(statement) if _simplify(quote).strip(" .,!?") not in evidence]


def _missing_numbers(statement: str, words: set[str]) -> list[str]:
    held = {_as_number(word) for word in words}
    return [
        token
        for token in _WORD_OR_NUMBER.findall(_simplify(statement))
        if (value := _as_number(token)) is not None and value not in held
    ]


_WORD_OR_NUMBER = re.compile(rf"{_NUMBER.pattern}|{_WORD.pattern}")


def _missing_names(statement: str, words: set[str]) -> list[str]:
    missing = []
    for found in _NAME.finditer(_NUMBER.sub(" ", _full_months(statement))):
        parts = [_bare(part) for part in found.group().split()]
        if found.start() == 0 or statement[: found.start()].rstrip().endswith((".", "“", '"', ":")):
            plain = len(parts) == 1 and not _may_be_a_name(parts[0], statement[found.end() :])
            parts = parts[1:] if plain or parts[0] in _FUNCTION_WORDS else parts
        absent = [
            part
            for part in parts
            if part not in words and _stem(part) not in words and (part not in _FUNCTION_WORDS or part == "may")
        ]
        if absent:
            missing.append(found.group())
    return missing


def _may_be_a_name(first_word: str, following: str) -> bool:
    """Whether the first word of a sentence ("Macron resigned") may be a name: not a plural, an adverb, an opener."""
    common = first_word in _OPENERS or first_word.endswith(("s", "ly", "ing", "ed")) or first_word in _NUMBER_WORDS
    return not common and re.match(r"\s+\w", following) is not None


def _as_number(token: str) -> str | None:
    if token in _NUMBER_WORDS and token != "one":
        return _NUMBER_WORDS[token]
    if (magnitude := token.removesuffix("s")) in _MAGNITUDES:
        return magnitude
    tens, _, ones = token.partition("-")
    if tens in _NUMBER_WORDS and ones in _NUMBER_WORDS:
        return str(int(_NUMBER_WORDS[tens]) + int(_NUMBER_WORDS[ones]))
    return token if token[0].isdigit() else None


def _simplify(text: str) -> str:
    """Lower case, straight quotes, plain numbers (2,500 is 2500), full month names, "%" for per cent."""
    text = _flat(text).lower().replace("’", "'").replace("‘", "'")
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    text = re.sub(r"\bper ?cent\b", "%", text)
    text = _full_months(text)
    return re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", text)


def _full_months(text: str) -> str:
    """ "Feb. 4" and "4 Feb." with the month in full, in the case it had."""

    def full(found: re.Match[str]) -> str:
        short = found[1] or found[2]
        month = _MONTH_OF.get(short.lower(), "")
        return (month.capitalize() if short[0].isupper() else month) or found[0]

    return re.sub(r"\b([A-Za-z]{3,4})\b\.?(?=\s+\d)|(?<=\d\s)([A-Za-z]{3,4})\b\.?", full, text)


def _words(simplified: str) -> list[str]:
    return [_bare(word) for word in _WORD_OR_NUMBER.findall(simplified)]


def _bare(word: str) -> str:
    return re.sub(r"['’]s?$", "", word.lower().replace("’", "'"))


def _stem(word: str) -> str:
    """A crude stem that only joins forms of one word: plural, past and -ing endings."""
    for ending in ("ies", "ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word.removesuffix("e") if len(word) > 4 else word


def _without_quotes(text: str) -> str:
    return _QUOTE.sub(" ", text)


def _flat(text: str) -> str:
    return " ".join(text.split())
