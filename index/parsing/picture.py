"""Pictures of pages, as they are asked for and come over the wire."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass

from index.errors import UnreadableFile
from index.loaders.inside import bytes_of
from index.loaders.pdf.boxes import Box
from index.loaders.pdf.sought import Stretch
from index.loaders.pdf.view import MOST_PIXELS, PageView, page_view

_HEAD = struct.Struct("<I")
_MOST_BYTES = 4 * MOST_PIXELS  # of an image that cannot be packed at all, and some more
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Wish:
    """Page `page` (from 1) of the document `name` inside a file, or of the file's own if `name` is empty.

    `wanted` is to be boxed, `sha256` that of the `Document` that was indexed, `width` in pixels."""

    name: str
    sha256: str
    page: int
    wanted: Stretch | None
    width: int


def drawn(data: bytes, uri: str, wish: Wish) -> PageView:
    """Raises UnreadableFile, also when the document is no longer the one that was indexed."""
    own, sha256 = bytes_of(data, uri, wish.name)
    if sha256 != wish.sha256:
        raise UnreadableFile("missing", "the document has changed since it was indexed")
    return page_view(own, wish.page, wish.wanted, wish.width)


def pack_wish(wish: Wish) -> bytes:
    return json.dumps(asdict(wish)).encode()


def unpack_wish(payload: bytes) -> Wish:
    values = json.loads(payload)
    values["wanted"] = values["wanted"] and Stretch(**values["wanted"])
    return Wish(**values)


def pack_picture(view: PageView) -> bytes:
    head = json.dumps([view.width, view.height, view.boxes]).encode()
    return _HEAD.pack(len(head)) + head + view.image


def unpack_picture(payload: bytes) -> PageView:
    """Raises ValueError for what no honest parser sends."""
    try:
        (size,) = _HEAD.unpack_from(payload)
        width, height, boxes = json.loads(payload[_HEAD.size : _HEAD.size + size])
        view = PageView(payload[_HEAD.size + size :], width, height, tuple(Box(*map(float, box)) for box in boxes))
    except (struct.error, TypeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    has_size = all(type(side) is int and side > 0 for side in (width, height)) and width * height <= MOST_PIXELS
    are_inside = all(0 <= box.x0 < box.x1 <= 1 and 0 <= box.y0 < box.y1 <= 1 for box in view.boxes)
    if not (has_size and are_inside and view.image.startswith(_SIGNATURE) and len(view.image) <= _MOST_BYTES):
        raise ValueError("no picture of a page")
    return view
