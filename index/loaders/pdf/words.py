"""The words of a page and their places, as PDFium finds them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage  # type: ignore[import-untyped]

HYPHEN = "\x02"  # stands where a line ends with a hyphen
FROM_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LETTERS_FROM_RIGHT = re.compile(f"{FROM_RIGHT.pattern}{{2,}}")
_BOLD = re.compile(b"bold|black|heavy|-demi|cmbx", re.I)
_FORCE_BOLD = 1 << 18
_BETWEEN = re.compile("[\\s\0]*")
_WORD = re.compile("[^\\s\0\x02\ufffe]+[\x02\ufffe]?|[\x02\ufffe]")


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without white space; lengths in points, `base` growing upwards, as the page is read."""

    text: str
    left: float
    right: float
    base: float
    height: float
    turn: int = 0  # quarter turns away from the page's reading direction
    blank: bool = False  # white space is drawn between it and a line end
    bold: bool = False


def page_words(page: PdfPage, text_page: PdfTextPage) -> Iterator[Word | None]:
    """Words in the order they are drawn; None where PDFium sees a line end."""
    from pypdfium2 import raw

    text = _characters(text_page)
    place = _Places(text_page.raw, page.get_rotation() // 90, raw)
    for match in _WORD.finditer(text):
        after = _BETWEEN.match(text, match.end())
        between = after[0] if after else ""
        ends = "\n" in between or "\r" in between or match[0][-1] in "\x02\ufffe"
        if word := place.word(match, ends and between[:1] == " "):
            yield word
        if ends:
            yield None


class _Places:
    """Where characters stand, turned so that the page's text runs from left to right."""

    def __init__(self, text_page: Any, rotation: int, raw: Any) -> None:
        import ctypes

        self._page, self._rotation, self._raw = text_page, rotation, raw
        self._x, self._y, self._box = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
        self._font, self._flags = ctypes.create_string_buffer(120), ctypes.c_int()
        self._to_flags = ctypes.byref(self._flags)
        self._to_x, self._to_y, self._to_box = map(ctypes.byref, (self._x, self._y, self._box))

    def word(self, match: re.Match[str], blank: bool) -> Word | None:
        start, end = match.start(), match.end() - 1
        shown = match[0]
        while end > start and shown[end - start] in "\x02\ufffe\0":
            end -= 1
        angle = self._raw.FPDFText_GetCharAngle(self._page, start)
        turn = round(angle / 1.5707963) % 4 if angle > 0 else 0  # nan is not
        first = self._corners(start, turn)
        last = self._corners(end, turn) if end > start else first
        if first is None or last is None or not isfinite(sum(first) + sum(last)):
            return None
        base = first[2] if first[3] >= last[3] else last[2]
        return Word(
            self._logical(match),
            min(first[0], last[0]),
            max(first[1], last[1]),
            base,
            max(first[3], last[3]),
            (turn - self._rotation) % 4,
            blank,
            self._is_bold(start),
        )

    def _corners(self, index: int, turn: int) -> tuple[float, float, float, float] | None:
        """Left, right, base line and height."""
        box = self._box
        if not self._raw.FPDFText_GetLooseCharBox(self._page, index, self._to_box):
            return None
        self._raw.FPDFText_GetCharOrigin(self._page, index, self._to_x, self._to_y)
        left, right = sorted((box.left, box.right))
        bottom, top = sorted((box.bottom, box.top))
        if turn == 0:
            return left, right, self._y.value, top - bottom
        if turn == 2:
            return -right, -left, -self._y.value, top - bottom
        if turn == 1:  # downwards
            return -top, -bottom, self._x.value, right - left
        return bottom, top, -self._x.value, right - left

    def _is_bold(self, index: int) -> bool:
        size = self._raw.FPDFText_GetFontInfo(self._page, index, self._font, len(self._font), self._to_flags)
        return bool(size and self._flags.value & _FORCE_BOLD) or bool(size and _BOLD.search(self._font.value))

    def _logical(self, match: re.Match[str]) -> str:
        """Letters of one glyph (lam with alef) come backwards where the line runs from the right."""
        text = match[0]
        for run in _LETTERS_FROM_RIGHT.finditer(text):
            start = match.start() + run.start()
            glyphs = groupby(range(start, match.start() + run.end()), self._glyph)
            logical = "".join(text[index - match.start()] for _, same in glyphs for index in reversed(list(same)))
            text = text[: run.start()] + logical + text[run.end() :]
        return text

    def _glyph(self, index: int) -> tuple[float, ...]:
        self._raw.FPDFText_GetCharOrigin(self._page, index, self._to_x, self._to_y)
        self._raw.FPDFText_GetLooseCharBox(self._page, index, self._to_box)
        own = 0.0 if self._box.right > self._box.left else float(index)  # marks without width stand alone
        return self._x.value, self._y.value, self._box.left, self._box.right, own


def _characters(text_page: PdfTextPage) -> str:
    """One code point for each of PDFium's characters, so that places can be asked for by index."""
    from pypdfium2 import raw

    count = text_page.count_chars()
    text = str(text_page.get_text_range()) if count else ""
    if len(text) == count:
        return text
    codes = (raw.FPDFText_GetUnicode(text_page.raw, index) for index in range(count))
    return "".join(chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\0" for code in codes)
