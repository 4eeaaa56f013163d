"""Whether two sentences answer the same question about the same thing. Pure.

A false disagreement is worse than a missed one: other boats, other years, other rows of a table and other items of a
list are no disagreement, and what cannot be told is taken for another thing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from index.function_words import FUNCTION_WORDS
from index.terms import stems
from rag.facts.dates import When, expressions
from rag.facts.names import WEEKDAYS, names
from rag.facts.quantities import quantities

LONGEST = 1_500


@dataclass(frozen=True, slots=True)
class Facts:
    """What a sentence tells besides its answer: content words, names, years and dates, numbers, and whether it is a row
    of a table or an item of a list."""

    words: frozenset[str]
    names: frozenset[str]
    dates: tuple[When, ...]
    numbers: frozenset[float]
    is_item: bool
    published: date | None


_ROW = re.compile(r"; [^;:\n]{1,60}: | \| |^\s*(?:[-*•–◦▪]|\(?\d{1,3}[.)])\s")
_SINCE = re.compile(
    r"\b(?:from|as of|as from|with effect from|effective(?: from| on)?|into force on|starting(?: on)?|since|"
    r"ab(?: dem)?|seit(?: dem)?|mit wirkung vom|a partir del?|desde el)\s+(?:the\s+)?$",
    re.I,
)
_I = re.compile(r"I(?:[’']|$)")
_SAYING = frozenset(
    "accord say said tell told reason real explain explan caus ad add report segun dij afirm laut angab zufolg sagt "
    "erklart teilt".split()
)
_IDLE = WEEKDAYS | frozenset(
    "after before between during since until about over under above below yet already still also just now then today "
    "yesterday it its he his she her they their we our one two three not no more less most than according".split()
)
_POSSESSIVE = re.compile(r"[’']s?$")


def facts_of(
    text: str, start: int, end: int, language: str | None, published: date | None = None, speaker: str | None = None
) -> Facts:
    """The facts of the sentence without those of its answer text[start:end] and without the name of its speaker."""
    text = text[:LONGEST]
    rest = text if end - start >= len(text) else f"{text[:start]} … {text[end:]}"
    said = rest.replace(speaker, " ") if speaker else rest
    return Facts(
        words=frozenset(content_stems(said, language)),
        names=frozenset(name_words(said, language)),
        dates=tuple(when for begin, _, whens in expressions(said) if not begins(said, begin) for when in whens),
        numbers=frozenset(one.value for one in quantities(said, language) if one.unit != "ordinal"),
        is_item=_ROW.search(text) is not None,
        published=published,
    )


def begins(text: str, at: int) -> bool:
    """Whether what the text says holds from the date on that stands there: "from April 1", "as of May"."""
    return _SINCE.search(text[max(0, at - 30) : at]) is not None


def content_stems(text: str, language: str | None) -> list[str]:
    idle = FUNCTION_WORDS.get(language or "en", FUNCTION_WORDS["en"]) | _IDLE
    words = " ".join(word for word in re.findall(r"[^\W\d_]+", text) if word.lower() not in idle)
    return [stem for stem in stems(words, language) if stem not in _SAYING]


def name_words(text: str, language: str | None) -> list[str]:
    told = (word for one in names(text, language) for word in one.text.split() if not _I.match(word))
    return [_POSSESSIVE.sub("", word).lower() for word in told]


def same_event(question: Facts, one: Facts, other: Facts, overlap: float, telling: bool) -> bool:
    """Whether both may be about what the question is about. `overlap`: the share of the content words of the shorter
    one that the other has to hold. `telling`: what both hold of the question says which event it is about; else they
    must not each say something of their own beyond it."""
    if one.is_item or other.is_item:
        return False
    mine, theirs = one.words - question.words, other.words - question.words
    if not telling and mine - theirs and theirs - mine:
        return False
    return (
        _same_dates(question, one, other)
        and _same_names(question, one, other)
        and not _only_here(one.numbers, other.numbers | question.numbers)
        and not _only_here(other.numbers, one.numbers | question.numbers)
        and (shared(one.words, other.words) >= overlap or telling and min(len(one.words), len(other.words)) < 2)
    )


def shared(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the words of the shorter one that the other holds."""
    least = min(len(one), len(other))
    return len(one & other) / least if least else 0.0


def _only_here(one: frozenset[float], elsewhere: frozenset[float]) -> bool:
    return bool(elsewhere) and bool(one - elsewhere) and len(one - elsewhere) == len(one)


def _same_names(question: Facts, one: Facts, other: Facts) -> bool:
    """Two sentences with names of their own are about two things; so is one that names what the other does not, unless
    it is named in the question."""
    mine, theirs = one.names - other.names - question.names, other.names - one.names - question.names
    return not (mine and theirs)


def _same_dates(question: Facts, one: Facts, other: Facts) -> bool:
    if any(_conflict(a, b) for a in one.dates for b in (*other.dates, *question.dates)):
        return False
    if any(_conflict(a, b) for a in other.dates for b in question.dates):
        return False
    return _dated_alike(one, other) and _dated_alike(other, one)


def _dated_alike(one: Facts, other: Facts) -> bool:
    """A sentence without a year is of the year in which it was published."""
    years = {when.year for when in one.dates if when.year is not None}
    if not years or any(when.year is not None for when in other.dates):
        return True
    return other.published is not None and other.published.year in years


def _conflict(one: When, other: When) -> bool:
    told = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    return any(mine is not None and theirs is not None and mine != theirs for mine, theirs in told)
