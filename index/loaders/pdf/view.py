"""A page of a PDF as a picture, with boxes around the words of a span. Not thread-safe: made in a parser process."""

from __future__ import annotations

import struct
import zlib
from contextlib import closing, suppress
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import TYPE_CHECKING

from index.errors import UnreadableFile
from index.loaders.pdf.boxes import Box, boxes_on
from index.loaders.pdf.sought import Stretch

if TYPE_CHECKING:
    from pypdfium2 import PdfBitmap, PdfDocument  # type: ignore[import-untyped]

MOST_PIXELS = 4_000_000
WIDTHS = range(50, 4_001)
_LONGEST_SIDE = 100  # times the other


@dataclass(frozen=True, slots=True)
class PageView:
    """A PNG of `width` x `height` pixels, and a box for each line of the span; none if its place is not sure."""

    image: bytes
    width: int
    height: int
    boxes: tuple[Box, ...] = ()


def page_view(data: bytes, number: int, wanted: Stretch | None, width: int) -> PageView:
    """Page `number`, from 1, at most `width` pixels wide and of at most four million pixels.

    Raises UnreadableFile: damaged, encrypted, missing (no such page) or too large.
    """
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY  # type: ignore[import-untyped]

    try:
        with closing(PdfDocument(data)) as document:
            if not 1 <= number <= len(document):
                raise UnreadableFile("missing", f"there is no page {number}")
            with suppress(PdfiumError):
                document.init_forms()
            return _view(document, number - 1, wanted, width)
    except PdfiumError as error:
        asks_password = error.err_code in (FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY)
        raise UnreadableFile("encrypted" if asks_password else "damaged", str(error)) from error


def _view(document: PdfDocument, index: int, wanted: Stretch | None, width: int) -> PageView:
    with closing(document[index]) as page:
        scale = scale_for(page.get_width(), page.get_height(), width)
        boxes = boxes_on(page, wanted) if wanted is not None else ()
        with closing(page.render(scale=scale, rev_byteorder=True)) as bitmap:
            return PageView(_png(bitmap), bitmap.width, bitmap.height, boxes)


def scale_for(page_width: float, page_height: float, width: int) -> float:
    """Pixels per point. Raises UnreadableFile for a page that has no area or is a mere strip."""
    short, long = sorted((page_width, page_height))
    if not (isfinite(long) and short > 0 and long <= _LONGEST_SIDE * short):
        raise UnreadableFile("too large", f"a page of {page_width:g} x {page_height:g} points cannot be shown")
    wide = min(max(width, WIDTHS[0]), WIDTHS[-1]) / page_width
    return min(wide, sqrt(0.99 * MOST_PIXELS / page_width / page_height))


def _png(bitmap: PdfBitmap) -> bytes:
    """Rows as differences to the row above, which takes a third of the bytes; no colours where there are none."""
    import numpy as np

    rows = np.frombuffer(bitmap.buffer, np.uint8).reshape(bitmap.height, bitmap.stride)
    pixels = rows[:, : bitmap.width * bitmap.n_channels].reshape(bitmap.height, bitmap.width, bitmap.n_channels)[
        ..., :3
    ]
    is_grey = bool((pixels[..., 0] == pixels[..., 1]).all() and (pixels[..., 1] == pixels[..., 2]).all())
    shown = (pixels[..., 0] if is_grey else pixels).reshape(bitmap.height, -1)
    filtered = np.empty((bitmap.height, shown.shape[1] + 1), np.uint8)
    filtered[:, 0] = 2
    filtered[0, 1:] = shown[0]
    filtered[1:, 1:] = shown[1:] - shown[:-1]
    header = struct.pack(">IIBBBBB", bitmap.width, bitmap.height, 8, 0 if is_grey else 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(filtered.tobytes(), 3)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
