"""Boxes around the words of a span on a page, as it is shown: turned and cropped. In doubt there are none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain
from math import hypot, isfinite, pi
from typing import TYPE_CHECKING, NamedTuple

from index.loaders.pdf.sought import Stretch, letters_of, places
from index.loaders.pdf.words import HYPHEN

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage  # type: ignore[import-untyped]

_MOST_CHARACTERS = 100_000  # of a page on which words are looked for
_FARTHEST = 1e6  # points
_ASKEW = 0.1  # radians
_GAP = 1.5  # heights: words further apart have boxes of their own
_SAME_LINE = 0.5
_SAME_PLACE = 3.0  # points
_GRAIN = 100_000  # PDFium tells places in whole pixels: of a page so large


class Box(NamedTuple):
    """Fractions of a page's width and height as it is shown, from its top left corner."""

    x0: float
    y0: float
    x1: float
    y1: float


class _Glyph(NamedTuple):
    """A character's box in points from the top left corner; `is_upright`: the text runs up or down there."""

    is_upright: bool
    box: Box


def boxes_on(page: PdfPage, wanted: Stretch) -> tuple[Box, ...]:
    """One for each line of the span, in the order of reading; none where its place is not sure, or where it cannot be
    boxed without other words."""
    with closing(page.get_textpage()) as text_page:
        if text_page.count_chars() > _MOST_CHARACTERS:
            return ()
        text = characters(text_page)
        runs = [[at for at in range(*place) if _is_drawn(text[at])] for place in places(wanted, letters_of(text))]
        if not runs:
            return ()
        glyphs = _Glyphs(page, text_page).all(text)
    own = list(chain.from_iterable(runs))
    if any(glyphs[at] is None for at in own):
        return ()
    lines = [box for run in runs for box in _lines(glyphs[at] for at in run)]
    return () if _hold_others(lines, glyphs, text, set(own)) else tuple(_within(lines, *page.get_size()))


def characters(text_page: PdfTextPage) -> str:
    """One code point for each of PDFium's characters."""
    from pypdfium2 import raw

    codes = (raw.FPDFText_GetUnicode(text_page.raw, index) for index in range(text_page.count_chars()))
    return "".join(chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\0" for code in codes)


def _is_drawn(char: str) -> bool:
    return char > " " or char == HYPHEN


class _Glyphs:
    def __init__(self, page: PdfPage, text_page: PdfTextPage) -> None:
        import ctypes

        from pypdfium2 import raw

        self._page, self._text_page, self._raw = page, text_page, raw
        self._width, self._height = page.get_size()
        self._quarters = page.get_rotation() // 90
        self._box, self._x, self._y = raw.FS_RECTF(), ctypes.c_int(), ctypes.c_int()

    def all(self, text: str) -> list[_Glyph | None]:
        """None for what is not drawn, lies outside the page, or is drawn askew."""
        return [self._glyph(index) if _is_drawn(char) else None for index, char in enumerate(text)]

    def _glyph(self, index: int) -> _Glyph | None:
        angle = self._raw.FPDFText_GetCharAngle(self._text_page.raw, index)
        quarters = round(angle / (pi / 2)) if angle >= 0 else 0  # it may be nan
        is_askew = angle >= 0 and abs(angle - quarters * pi / 2) > _ASKEW
        if is_askew or not self._raw.FPDFText_GetLooseCharBox(self._text_page.raw, index, self._box):
            return None
        one, other = self._shown(self._box.left, self._box.top), self._shown(self._box.right, self._box.bottom)
        if one is None or other is None:
            return None
        (x0, x1), (y0, y1) = sorted((one[0], other[0])), sorted((one[1], other[1]))
        is_seen = x1 > 0 and y1 > 0 and x0 < self._width and y0 < self._height
        return _Glyph((quarters + self._quarters) % 2 == 1, Box(x0, y0, x1, y1)) if is_seen else None

    def _shown(self, x: float, y: float) -> tuple[float, float] | None:
        if not (isfinite(x) and isfinite(y)) or hypot(x, y) > _FARTHEST:
            return None
        if not self._raw.FPDF_PageToDevice(self._page.raw, 0, 0, _GRAIN, _GRAIN, 0, x, y, self._x, self._y):
            return None
        return self._x.value / _GRAIN * self._width, self._y.value / _GRAIN * self._height


def _lines(glyphs: Iterable[_Glyph | None]) -> list[Box]:
    """What stands side by side has one box."""
    lines: list[_Glyph] = []
    for glyph in filter(None, glyphs):
        if lines and _are_beside(lines[-1], glyph):
            lines[-1] = glyph._replace(box=_around(lines[-1].box, glyph.box))
        else:
            lines.append(glyph)
    return [line.box for line in lines]


def _are_beside(line: _Glyph, glyph: _Glyph) -> bool:
    if line.is_upright != glyph.is_upright:
        return False
    one, other = (each.box for each in (line, glyph))
    if line.is_upright:
        one, other = (Box(each.y0, each.x0, each.y1, each.x1) for each in (one, other))
    height = min(one.y1 - one.y0, other.y1 - other.y0)
    overlap = min(one.y1, other.y1) - max(one.y0, other.y0)
    gap = max(other.x0 - one.x1, one.x0 - other.x1)
    return overlap >= _SAME_LINE * height and gap <= _GAP * max(height, 1.0)


def _hold_others(boxes: Sequence[Box], glyphs: Sequence[_Glyph | None], text: str, own: set[int]) -> bool:
    """Whether letters other than the span's lie in the boxes. The same one drawn again, as a shadow, does not count."""
    drawn: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for index in own:
        if (glyph := glyphs[index]) is not None:
            drawn[text[index]].append(_middle(glyph.box))
    for index, glyph in enumerate(glyphs):
        if glyph is None or index in own or not text[index].isalnum():
            continue
        x, y = _middle(glyph.box)
        inside = any(box.x0 < x < box.x1 and box.y0 < y < box.y1 for box in boxes)
        if inside and not any(hypot(x - other[0], y - other[1]) < _SAME_PLACE for other in drawn[text[index]]):
            return True
    return False


def _within(boxes: Sequence[Box], width: float, height: float) -> Iterator[Box]:
    """As fractions, cut off at the edges of the page."""
    for box in boxes:
        x0, x1 = (round(min(max(x / width, 0.0), 1.0), 5) for x in (box.x0, box.x1))
        y0, y1 = (round(min(max(y / height, 0.0), 1.0), 5) for y in (box.y0, box.y1))
        if x0 < x1 and y0 < y1:
            yield Box(x0, y0, x1, y1)


def _middle(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


def _around(one: Box, other: Box) -> Box:
    return Box(min(one.x0, other.x0), min(one.y0, other.y0), max(one.x1, other.x1), max(one.y1, other.y1))
