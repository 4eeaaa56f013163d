"""Pictures of the pages of PDF documents, with boxes around a span, drawn in a parser process."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

from index.catalog.engine import open_engine
from index.catalog.read import CatalogReader
from index.loaders.pdf.boxes import Box
from index.loaders.pdf.sought import stretch_on
from index.loaders.pdf.view import PageView
from index.parsing.limits import Limits
from index.parsing.picture import Wish
from index.parsing.process import ParserGone, give_back, lease
from index.scan import open_regular
from index.settings import IndexSettings
from index.types import Document

__all__ = ["Box", "PagePicture", "page_picture"]

PDF = "application/pdf"
_PIECE = 1_000_000
_AT_ONCE = BoundedSemaphore(2)  # processes that draw


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as it is shown: `width` x `height` pixels. `boxes` are fractions of it, one for each line of the span."""

    image: bytes
    mime: str
    width: int
    height: int
    boxes: tuple[Box, ...] = ()


def page_picture(
    settings: IndexSettings, document: Document, page: int, start: int = 0, end: int = 0, width: int = 1100
) -> PagePicture | None:
    """Page `page` (from 1) of a PDF document, about `width` pixels wide, with what of the span `start` to `end` lies on
    it boxed; without boxes where the place of the words is not sure.

    None when the document is no PDF, has no such page, or its file is not there, not readable or no longer the version
    that was indexed. Safe from several threads. Raises IndexMissing and CatalogError.
    """
    if document.mime != PDF or not 1 <= page <= len(document.pages):
        return None
    engine = open_engine(settings.index_dir)
    try:
        found = find_file(document.uri, CatalogReader(engine).roots())
    finally:
        engine.dispose()
    if found is None:
        return None
    path, uri, name = found
    wanted = stretch_on(document.text, document.pages, page, start, end)
    wish = Wish(name, document.sha256, page, wanted, width)
    limits = Limits(settings.parser_seconds, settings.parser_memory_mb, settings.ocr_languages or "")
    with _AT_ONCE:
        for _ in range(2):  # a process that has waited for long may have ended
            with suppress(ParserGone):
                view = _draw(path, uri, wish, limits, settings.max_file_mb * 1_000_000)
                if view is None:
                    return None
                return PagePicture(view.image, "image/png", view.width, view.height, view.boxes)
    return None


def find_file(uri: str, roots: Mapping[str, str]) -> tuple[Path, str, str] | None:
    """The file that holds a document: its path, its uri, and the document's name inside it ("" for the file's own).

    None when it is not there, or could only be reached over a link or out of its root.
    """
    root, *names = uri.split("/")
    if root not in roots:
        return None
    path = Path(roots[root])
    for count, name in enumerate(names, start=1):
        if name in ("", ".", "..") or "\0" in name or os.path.basename(name) != name or os.path.splitdrive(name)[0]:
            return None
        path /= name
        try:
            mode = path.lstat().st_mode
        except OSError:
            return None
        if stat.S_ISREG(mode):
            return path, "/".join((root, *names[:count])), "/".join(names[count:])
        if not stat.S_ISDIR(mode):
            return None
    return None


def _draw(path: Path, uri: str, wish: Wish, limits: Limits, most_bytes: int) -> PageView | None:
    """Raises ParserGone."""
    digest = hashlib.sha256()

    def pieces() -> Iterator[bytes]:
        with open_regular(path) as opened:
            if os.fstat(opened.fileno()).st_size > most_bytes:
                raise OSError("the file has grown")
            while piece := opened.read(_PIECE):
                digest.update(piece)
                yield piece

    def is_wanted() -> bool:
        """That of a document inside another is compared where it is taken out."""
        return bool(wish.name) or digest.hexdigest() == wish.sha256

    process = lease(limits)
    try:
        return process.picture(uri, pieces(), wish, is_wanted)
    except OSError:
        return None
    finally:
        give_back(process)
