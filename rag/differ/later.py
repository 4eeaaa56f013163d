"""Which of two documents replaces the other, and since when what a sentence says has held. Pure."""

from __future__ import annotations

import re
from datetime import date

from index.types import Document
from rag.differ.events import begins, content_stems, shared
from rag.facts.dates import When, expressions

HEAD = 1_500
SAME_TITLE = 0.6

_REPLACES = re.compile(
    r"\b(?:replac(?:es?|ed|ing)|supersed(?:es?|ed|ing)|correct(?:s|ed|ion)|amend(?:s|ed)|revis(?:es?|ed)|withdraws?|"
    r"no longer (?:applies|applicable|holds|valid)|ceases? to apply|update[sd]?|instead of the (?:earlier|previous)|"
    r"ersetzt|ablöst|berichtigt|korrigiert|nicht mehr gültig|reemplaza|sustituye|corrige|deja de aplicarse)\b",
    re.I,
)


def replaces(newer: Document, older: Document) -> bool:
    """Whether a document replaces another one: a later one of the same outlet or author about the same thing, by its
    title or because it says so."""
    if newer.published is None or older.published is None or newer.published <= older.published:
        return False
    if not _same(newer.outlet, older.outlet) and not _same(newer.author, older.author):
        return False
    mine, theirs = (frozenset(content_stems(_title(one), one.language)) for one in (newer, older))
    if shared(mine, theirs) < (SAME_TITLE / 2 if says_so(newer) else SAME_TITLE):
        return False
    return bool(mine and theirs)


def says_so(newer: Document) -> bool:
    """Whether a document says that it replaces, corrects or updates something."""
    return _REPLACES.search(newer.text[:HEAD]) is not None


def in_force_since(sentence: str, document: Document) -> date | None:
    """The day from which what the sentence says holds: the one it names, or the document that replaces another one;
    else the day of publication."""
    head = document.text[:HEAD]
    for text in (sentence, head if says_so(document) else ""):
        for start, _, (when, *_) in expressions(text):
            if begins(text, start) and (day := _day(when, document.published)):
                return day
    return document.published


def last_day(when: When) -> date | None:
    """The last day of a year, a month or a day that is told; None without a year."""
    if when.year is None:
        return None
    if when.month is None:
        return date(when.year, 12, 31)
    if when.day is not None:
        return date(when.year, when.month, when.day)
    following = date(when.year + when.month // 12, when.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def _day(when: When, published: date | None) -> date | None:
    year = when.year if when.year is not None else published.year if published else None
    if year is None or when.month is None:
        return None
    try:
        return date(year, when.month, when.day or 1)
    except ValueError:  # February 29
        return None


def _title(document: Document) -> str:
    first = document.text[:HEAD].partition("\n")[0].strip()
    return re.sub(r"\d", " ", document.title or ("" if first.endswith(".") else first))


def _same(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.casefold() == other.casefold()
