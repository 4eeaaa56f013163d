"""The outline of a PDF (its bookmarks), found again as lines of its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from index.loaders.builder import LONGEST_HEADING
from index.loaders.pdf.lines import Line

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument  # type: ignore[import-untyped]

_MOST_BOOKMARKS = 5_000
_MOST_ON_PAGE = 200
_DEEPEST_LEVEL = 9
_MOST_LINES = 3
_NUMBERING = re.compile(
    r"^\W*(?:(?:chapter|section|appendix|part|kapitel|teil|anhang|§)\s+)?(?:\d+(?:\.\d+)*|[ivxlc]+|[a-z](?:\.\d+)*)[\s.:)—–-]+",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """`level` counts from 1, `page` from 0; `top` is the height on the page it points to, if it says one."""

    title: str
    level: int
    page: int
    top: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A heading of a page: its first line and how many lines it has."""

    first: int
    count: int
    level: int


def read_outline(document: PdfDocument) -> list[Bookmark]:
    return list(islice(_bookmarks(document), _MOST_BOOKMARKS))


def _bookmarks(document: PdfDocument) -> Iterator[Bookmark]:
    from pypdfium2 import PdfiumError

    with suppress(PdfiumError, UnicodeDecodeError, RecursionError):
        for entry in document.get_toc(max_depth=_DEEPEST_LEVEL):
            target = entry.get_dest()
            page = target.get_index() if target is not None else None
            if page is not None and page >= 0:
                mode_and_view = target.get_view()
                yield Bookmark(entry.get_title(), min(entry.level + 1, _DEEPEST_LEVEL), page, _top(*mode_and_view))


def _top(mode: int, view: Sequence[float | None]) -> float | None:
    from pypdfium2 import raw

    place = {raw.PDFDEST_VIEW_XYZ: 1, raw.PDFDEST_VIEW_FITH: 0, raw.PDFDEST_VIEW_FITBH: 0, raw.PDFDEST_VIEW_FITR: 3}
    index = place.get(mode)
    return view[index] if index is not None and index < len(view) else None


def headings(lines: Sequence[Line], bookmarks: Sequence[Bookmark]) -> dict[int, Found]:
    """The bookmarks of one page that stand in its lines, by their first line. Those that do not are left out."""
    keys = [_key(line.text) for line in lines]
    found: dict[int, Found] = {}
    taken: set[int] = set()
    for bookmark in bookmarks[:_MOST_ON_PAGE]:
        places = [
            each
            for each in _places(lines, keys, bookmark)
            if not taken.intersection(range(each.first, each.first + each.count))
        ]
        if places:
            best = min(places, key=lambda each: _distance(lines[each.first], bookmark))
            found[best.first] = best
            taken.update(range(best.first, best.first + best.count))
    return found


def _places(lines: Sequence[Line], keys: Sequence[str], bookmark: Bookmark) -> Iterator[Found]:
    wanted = {key for key in (_key(bookmark.title), _key(_NUMBERING.sub("", bookmark.title))) if key}
    longest = max(map(len, wanted), default=0) + 20
    for first in range(len(lines) if wanted else 0):
        for count in range(1, _MOST_LINES + 1):
            whole = "".join(keys[first : first + count])
            if first + count > len(lines) or not keys[first + count - 1] or len(whole) > longest:
                break
            words = " ".join(line.text for line in lines[first : first + count])
            if len(words) <= LONGEST_HEADING and (whole in wanted or _key(_NUMBERING.sub("", words)) in wanted):
                yield Found(first, count, bookmark.level)
                break


def _distance(line: Line, bookmark: Bookmark) -> tuple[float, float]:
    """Nearest to where the bookmark points; without that, the largest letters."""
    far = abs(bookmark.top - line.base - line.height) if bookmark.top is not None else 0.0
    return (round(far / 20), -line.height)


def _key(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
