"""PDF through PDFium: the text of each page as it is drawn."""

from __future__ import annotations

import re
from contextlib import closing, suppress
from threading import Lock
from typing import TYPE_CHECKING

from index.errors import UnreadableFile
from index.loaders.builder import TextBuilder, collapse, unify_newlines
from index.loaders.content import Content
from index.loaders.metadata import from_pairs, merge, printed

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument  # type: ignore[import-untyped]

_PDFIUM_LOCK = Lock()  # PDFium keeps global state and is not thread-safe
_MARK = b"%PDF-"
_MARK_WITHIN = 1024
# PDFium's sign for a hyphen at a line end (the line break behind it is gone); a soft hyphen elsewhere is invisible.
_LINE_END_HYPHEN = re.compile("[\ufffe\x02]|\u00ad(?=\\s|$)")


def load(data: bytes) -> Content:
    """Raises UnreadableFile: damaged, encrypted or no text layer."""
    if _MARK not in data[:_MARK_WITHIN]:
        raise UnreadableFile("damaged", "the file does not begin like a PDF")
    with _PDFIUM_LOCK:
        info, pages = _read(data)
    builder = TextBuilder()
    for text in pages:
        builder.page()
        builder.paragraph(collapse(_LINE_END_HYPHEN.sub("-", unify_newlines(text))))
    if not any(map(str.isalnum, builder.text)):
        count = "1 page" if len(pages) == 1 else f"{len(pages)} pages"
        raise UnreadableFile("no text layer", f"{count} without text; run text recognition (OCR) on the file")
    return builder.content(merge(printed(builder.text), from_pairs(info.items())))


def _read(data: bytes) -> tuple[dict[str, str], list[str]]:
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY  # type: ignore[import-untyped]

    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        if error.err_code in (FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY):
            raise UnreadableFile("encrypted", "the PDF asks for a password; save a copy without one") from error
        raise
    with closing(document):
        pages = [_page_text(document, number) for number in range(len(document))]
        if all(text is None for text in pages):
            raise UnreadableFile("damaged", "none of the pages of the PDF can be read")
        return _info(document), [text or "" for text in pages]


def _page_text(document: PdfDocument, number: int) -> str | None:
    from pypdfium2 import PdfiumError

    try:
        with closing(document[number]) as page, closing(page.get_textpage()) as text_page:
            return str(text_page.get_text_range())
    except PdfiumError:  # one broken page does not take the others with it
        return None


def _info(document: PdfDocument) -> dict[str, str]:
    info = {}
    for key in ("Title", "Author", "CreationDate"):
        with suppress(UnicodeDecodeError):
            info[key] = document.get_metadata_value(key)
    return info
