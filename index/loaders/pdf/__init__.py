"""PDF through PDFium: the text as a reader follows it, with pages, headings, filled forms and attached files."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from index.errors import UnreadableFile
from index.loaders.content import Content, Part
from index.loaders.metadata import from_pairs, merge, printed
from index.loaders.pdf import ocr
from index.loaders.pdf.fields import filled_in, placed
from index.loaders.pdf.grids import ruled_tables
from index.loaders.pdf.lines import Line, rows_of
from index.loaders.pdf.outline import Bookmark, read_outline
from index.loaders.pdf.parts import attached_files
from index.loaders.pdf.picture import recognised
from index.loaders.pdf.rulings import rulings
from index.loaders.pdf.tables import with_tables
from index.loaders.pdf.text import compose
from index.loaders.pdf.title import printed_title
from index.loaders.pdf.words import page_words
from index.loaders.pulse import beat

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument  # type: ignore[import-untyped]

_PDFIUM_LOCK = Lock()  # PDFium keeps global state and is not thread-safe
_MARK = b"%PDF-"
_MARK_WITHIN = 1024
_MOST_PAGES = 20_000
_MOST_CHARACTERS = 50_000_000


@dataclass(frozen=True, slots=True)
class _Read:
    info: dict[str, str]
    pages: list[list[Line]]
    outline: list[Bookmark]
    parts: list[Part]


def load(data: bytes) -> Content:
    """Raises UnreadableFile: damaged, encrypted, too large or no text layer."""
    if _MARK not in data[:_MARK_WITHIN]:
        raise UnreadableFile("damaged", "the file does not begin like a PDF")
    with _PDFIUM_LOCK:
        read = _read(data)
    composed = compose(read.pages, read.outline)
    if not any(map(str.isalnum, composed.text)) and not read.parts:
        count = "1 page" if len(read.pages) == 1 else f"{len(read.pages)} pages"
        raise UnreadableFile("no text layer", f"{count} without text; {ocr.HOW_TO}")
    told = merge(printed(composed.text), from_pairs(read.info.items()))
    if not told.title and read.pages:
        told = merge(told, from_pairs([("h1", printed_title(read.pages[0]))]))
    return Content(composed.text, composed.headings, composed.pages, told, read.parts)


def _read(data: bytes) -> _Read:
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY  # type: ignore[import-untyped]

    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        if error.err_code in (FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY):
            raise UnreadableFile("encrypted", "the PDF asks for a password; save a copy without one") from error
        raise UnreadableFile("damaged", f"{error} Get the file anew, or open it in a viewer and save it") from error
    with closing(document):
        with suppress(PdfiumError):
            document.init_forms()
        return _Read(_info(document), _pages(document), read_outline(document), attached_files(document))


def _pages(document: PdfDocument) -> list[list[Line]]:
    count = len(document)
    if count > _MOST_PAGES:
        raise UnreadableFile("too large", f"{count:,} pages; split the PDF into files of at most {_MOST_PAGES:,} pages")
    pages: list[list[Line]] = []
    unread = characters = 0
    languages = ocr.languages()
    for number in range(count):
        lines = _page_lines(document, number, languages)
        if languages:
            beat()
        unread += lines is None
        pages.append(lines or [])
        characters += sum(len(line.text) for line in pages[-1])
        if characters > _MOST_CHARACTERS:
            raise UnreadableFile("too large", "the PDF holds more text than is read; split it into smaller files")
    if unread == count:
        raise UnreadableFile("damaged", "none of the pages of the PDF can be read")
    return pages


def _page_lines(document: PdfDocument, number: int, languages: str) -> list[Line] | None:
    from pypdfium2 import PdfiumError

    try:
        with closing(document[number]) as page, closing(page.get_textpage()) as text_page:
            rows = placed(rows_of(page_words(page, text_page)), filled_in(document, page))
            lines = with_tables(rows, ruled_tables(rows, rulings(page)))
            if languages and not any(char.isalnum() for line in lines for char in line.text):
                return recognised(page, languages)
            return lines
    except PdfiumError:  # one broken page does not take the others with it
        return None


def _info(document: PdfDocument) -> dict[str, str]:
    info = {}
    for key in ("Title", "Author", "CreationDate"):
        with suppress(UnicodeDecodeError):
            info[key] = document.get_metadata_value(key)
    return info
