"""Pages that are pictures: drawn, recognised, and laid out like drawn text."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from index.loaders.pdf.lines import Line
from index.loaders.pdf.ocr import grey_png, recognise

if TYPE_CHECKING:
    from pypdfium2 import PdfPage  # type: ignore[import-untyped]

_DOTS_PER_POINT = 200 / 72
_MOST_PIXELS = 20_000_000
_WIDTH, _HEIGHT, _PITCH = 6.0, 12.0, 14.0  # of a letter and a line, which recognised text does not tell
_ROOM = 3 * _PITCH  # of an empty line


def recognised(page: PdfPage, languages: str) -> list[Line]:
    """The lines of a page that holds no text. Raises UnreadableFile."""
    width, height = page.get_size()
    scale = min(_DOTS_PER_POINT, sqrt(_MOST_PIXELS / max(width * height, 1.0)))
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        png = grey_png(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride)
    finally:
        bitmap.close()
    return lines_of_text(recognise(png, languages))


def lines_of_text(text: str) -> list[Line]:
    """Lines as if every letter was as wide as the next; empty ones leave room."""
    lines = []
    base = 0.0
    for line in text.splitlines():
        words = line.split()
        base -= _PITCH if words else _ROOM
        if words:
            shown = " ".join(words)
            lines.append(Line(shown, 0.0, _WIDTH * len(shown), base, _HEIGHT, _WIDTH, _WIDTH * len(words[0])))
    return lines
