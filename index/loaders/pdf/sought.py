"""Where on a page the words of a span stand. All pure.

Words are compared by their letters and digits alone: blanks, hyphens, ligatures and line ends differ between a page and
the text made of it. In doubt there is no place.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from os.path import commonprefix
from unicodedata import normalize

_CONTEXT = 3_000  # characters
_SPEAKS = 24  # letters: a run that stands on the page only once needs no other witness
_AGREED = 8
_PINNED = 48  # letters of context: a dozen words
_COLUMN_NAME = re.compile(r"(?:^|(?<=; )|(?<=\n))[^:;|\n]{1,80}: ")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span (`text[start:end]`) among the text of its page, or as much of it as tells it from its like."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters and digits of a text, and where in it each stands."""

    text: str
    source: str
    at: Sequence[int]


@dataclass(frozen=True, slots=True)
class _Run:
    """Letters to find, what should stand around them, and whether words begin and end with them."""

    letters: str
    before: str
    after: str
    starts_word: bool
    ends_word: bool


def stretch_on(text: str, pages: Sequence[int], page: int, start: int, end: int) -> Stretch | None:
    """What of a document's span lies on a page (from 1); None if nothing does. `pages` as in `Document`."""
    first = pages[page - 1]
    last = pages[page] if page < len(pages) else len(text)
    start, end = max(start, first), min(end, last)
    if start >= end:
        return None
    first, last = max(first, start - _CONTEXT), min(last, end + _CONTEXT)
    return Stretch(text[first:last], start - first, end - first)


def letters_of(text: str) -> Letters:
    found, at = [], []
    for index, char in enumerate(text):
        for letter in char if char.isascii() else normalize("NFKC", char):
            if letter.isalnum():
                found.append(letter)
                at.append(index)
    return Letters("".join(found), text, at)


def places(wanted: Stretch, page: Letters) -> list[tuple[int, int]]:
    """Where in the page's characters the span stands: one run, or one for each of its lines. Empty if that is not sure.

    A row of a table may stand there without the names of its columns.
    """
    whole = _place(wanted, page)
    if whole is not None:
        return [whole]
    found = [place for line in _lines(wanted) if (place := _place(line, page) or _place(_unnamed(line), page))]
    return found if len(found) == len(list(_lines(wanted))) and _are_apart(found) else []


def _lines(wanted: Stretch) -> Iterator[Stretch]:
    """Those that hold letters."""
    for match in re.finditer(r"[^\n]+", wanted.text[wanted.start : wanted.end]):
        if any(map(str.isalnum, match[0])):
            yield Stretch(wanted.text, wanted.start + match.start(), wanted.start + match.end())


def _are_apart(found: Sequence[tuple[int, int]]) -> bool:
    ordered = sorted(found)
    return all(one[1] <= other[0] for one, other in zip(ordered, ordered[1:], strict=False))


def _unnamed(wanted: Stretch) -> Stretch:
    """The stretch without the names of columns."""
    before, own, after = (
        _COLUMN_NAME.sub("", part)
        for part in (
            wanted.text[: wanted.start],
            wanted.text[wanted.start : wanted.end],
            wanted.text[wanted.end :],
        )
    )
    return Stretch(before + own + after, len(before), len(before) + len(own))


def _place(wanted: Stretch, page: Letters) -> tuple[int, int] | None:
    run = _run(wanted)
    if not run.letters:
        return None
    found = [start for start in _occurrences(run.letters, page.text) if _has_whole_words(run, page, start)]
    chosen = _chosen(run, page.text, found)
    if chosen is None:
        return None
    return _with_signs(wanted, page, page.at[chosen], page.at[chosen + len(run.letters) - 1] + 1)


def _run(wanted: Stretch) -> _Run:
    text, start, end = wanted.text, wanted.start, wanted.end
    return _Run(
        letters_of(text[start:end]).text,
        letters_of(text[:start]).text,
        letters_of(text[end:]).text,
        not (start and text[start - 1].isalnum()),
        not text[end : end + 1].isalnum(),
    )


def _occurrences(letters: str, text: str) -> Iterator[int]:
    at = text.find(letters)
    while at >= 0:
        yield at
        at = text.find(letters, at + 1)


def _has_whole_words(run: _Run, page: Letters, start: int) -> bool:
    first, last = page.at[start], page.at[start + len(run.letters) - 1]
    is_split = (start and page.at[start - 1] == first) or page.at[bisect_left(page.at, last + 1) - 1 :][:1] != [last]
    if is_split:
        return False
    starts = not (first and page.source[first - 1].isalnum())
    ends = not page.source[last + 1 : last + 2].isalnum()
    return (starts or not run.starts_word) and (ends or not run.ends_word)


def _chosen(run: _Run, text: str, found: Sequence[int]) -> int | None:
    """Of the places where the letters stand the one that is meant: no other agrees better on any side."""
    agreed = {start: _agreement(run, text, start) for start in found}
    if len(found) == 1:
        before, after = agreed[found[0]]
        is_alone = not (run.before or run.after)
        is_backed = _backs(before, run.before, _AGREED) or _backs(after, run.after, _AGREED)
        return found[0] if len(run.letters) >= _SPEAKS or is_alone or is_backed else None
    ranked = sorted(found, key=lambda start: -sum(agreed[start]))
    if not ranked or sum(agreed[ranked[0]]) < sum(agreed[ranked[1]]) + _AGREED:
        return None
    before, after = agreed[ranked[0]]
    is_best = all(before >= agreed[start][0] and after >= agreed[start][1] for start in ranked[1:])
    is_pinned = _backs(before, run.before, _PINNED) or _backs(after, run.after, _PINNED)
    return ranked[0] if is_best and is_pinned else None


def _agreement(run: _Run, text: str, start: int) -> tuple[int, int]:
    """How many letters before and after are those of the context."""
    end = start + len(run.letters)
    before = text[max(start - len(run.before), 0) : start]
    return (
        len(commonprefix([before[::-1], run.before[::-1]])),
        len(commonprefix([text[end : end + len(run.after)], run.after])),
    )


def _backs(agreed: int, context: str, least: int) -> bool:
    return agreed >= min(max(len(context), 1), least)


def _with_signs(wanted: Stretch, page: Letters, first: int, last: int) -> tuple[int, int]:
    """The place with the quotes, stops and brackets at the ends of the span."""
    own = wanted.text[wanted.start : wanted.end]
    leading = "".join(takewhile(lambda char: not char.isalnum(), own))
    trailing = "".join(takewhile(lambda char: not char.isalnum(), reversed(own)))[::-1]
    for sign in reversed(leading):
        if sign.isspace() or page.source[first - 1 : first] != sign:
            break
        first -= 1
    for sign in trailing:
        if sign.isspace() or page.source[last : last + 1] != sign:
            break
        last += 1
    return first, last
