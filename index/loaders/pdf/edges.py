"""Running headers, footers and page numbers: lines that stand at the same end of many pages."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from index.loaders.pdf.lines import Line

_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"\W*(?:(?:page|seite|página|p\.)\s*)?\d+(?:\s*(?:/|of|von|de|sur)\s*\d+)?\W*", re.I)
_ROMAN = re.compile(r"^[ivxlc]+\b|\b[ivxlc]+$")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_EDGE_ROWS = 2
_LEAST_PAGES = 3
_NEAR = 2  # pages: left and right ones may differ
_BODY_SHARE = 2  # times the text at the edges
_SAME_PLACE = 6  # points

Place = tuple[int, int]  # page and line


def without_running_lines(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without what they repeat. A line whose words stand nowhere else is kept where it comes first."""
    running = _running(pages)
    if not running:
        return [list(page) for page in pages]
    said = {
        _letters(line.text)
        for number, page in enumerate(pages)
        for index, line in enumerate(page)
        if (number, index) not in running
    }
    kept: list[list[Line]] = []
    for number, page in enumerate(pages):
        lines = []
        for index, line in enumerate(page):
            letters = _letters(line.text)
            if (number, index) in running and (letters in said or _PAGE_NUMBER.fullmatch(line.text)):
                continue
            said.add(letters)
            lines.append(line)
        kept.append(lines)
    return kept


def _running(pages: Sequence[Sequence[Line]]) -> set[Place]:
    alike: dict[tuple[str, int] | tuple[str, str, int], list[Place]] = defaultdict(list)
    for number, page in enumerate(pages):
        for end, index in _edges(page):
            line = page[index]
            base = round(line.base / _SAME_PLACE)
            if _PAGE_NUMBER.fullmatch(line.text):
                # Page numbers count up with the pages; the figures of a table do not.
                alike[end, int(_NUMBER.findall(line.text)[0]) - number].append((number, index))
            elif words := _words(line.text):
                alike[end, words, base].append((number, index))
    return {
        place
        for key, places in alike.items()
        for place in (_recurring(places, 2, 1) if isinstance(key[1], int) else _recurring(places, _LEAST_PAGES, _NEAR))
    }


def _edges(page: Sequence[Line]) -> Iterator[tuple[str, int]]:
    """The lines of the first and the last rows, but none of a page that hardly holds anything else."""
    turn = Counter(line.turn for line in page).most_common(1)[0][0] if page else 0
    upright = [index for index, line in enumerate(page) if line.turn == turn]
    by_height = sorted(upright, key=lambda index: -page[index].base)
    rows = [list(row) for _, row in groupby(by_height, lambda index: round(page[index].base / 3))]
    found = [("top", index) for row in rows[:_EDGE_ROWS] for index in row]
    found += [("bottom", index) for row in rows[max(_EDGE_ROWS, len(rows) - _EDGE_ROWS) :] for index in row]
    at_edges = sum(len(page[index].text) for _, index in found)
    has_body = sum(len(line.text) for line in page) > (1 + _BODY_SHARE) * at_edges or len(rows) > 4 * _EDGE_ROWS
    for end, index in found:
        if has_body or (len(rows) > _EDGE_ROWS and _PAGE_NUMBER.fullmatch(page[index].text)):
            yield end, index


def _recurring(places: Sequence[Place], least: int, nearest: int) -> Iterable[Place]:
    """Those with another one on a near page, if there are enough."""
    numbers = sorted({number for number, _ in places})
    near = {
        number
        for before, number, after in zip([-9, *numbers], numbers, [*numbers[1:], 10**9], strict=False)
        if number - before <= nearest or after - number <= nearest
    }
    return [place for place in places if place[0] in near] if len(near) >= least else ()


def _words(text: str) -> str:
    """What makes lines the same: numbers may differ."""
    return " ".join(_ROMAN.sub("#", _NUMBER.sub("#", text.casefold())).split())


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text.casefold())
