"""What a file plainly is, by its bytes: for names without a suffix, with an unknown one, or with one that lies."""

from __future__ import annotations

import re
from io import BytesIO

from index.errors import UnreadableFile
from index.loaders.archive import ole_reason
from index.loaders.formats import FORMATS, HTML, TEXT, Format, unsupported
from index.plan import suffix_of

HEAD = 4_096  # so many bytes tell whether a file may be read

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = b"PK\x03\x04"
_BINARY = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"ID3",
    b"OggS",
    b"RIFF",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"MZ\x90",
    b"\x7fELF",
)
_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,1000}?-->\s*){0,5}<(?:!doctype\s+html|html\b)",
    re.I | re.S,
)
_XML_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\s")
_RTF_START = re.compile(rb"\s*\{\\rtf")
_PDF_START = re.compile(rb"\s*%PDF-")
_MAILBOX_START = re.compile(rb"From \S+ .{0,40}\d\d:\d\d")
_MAIL_HEADER = re.compile(
    rb"^(?:received|return-path|message-id|mime-version|from|to|subject|date|delivered-to)[ \t]*:", re.I | re.M
)
_FEWEST_MAIL_HEADERS = 3
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# The folder in which an Office file of the kind keeps its parts.
_OFFICE_FOLDERS = {"word/": ".docx", "ppt/": ".pptx", "xl/": ".xlsx"}
_MIMETYPES = {
    "application/epub+zip": ".epub",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.presentation": ".odp",
}


def format_of(uri: str, data: bytes) -> Format:
    """The format of a file, from its name and all of its bytes. Raises UnreadableFile "unsupported"."""
    named, found = FORMATS.get(suffix_of(uri)), FORMATS.get(_sniffed(data))
    if named is None:
        if found is not None:
            return found
        if data.startswith(_OLE):
            raise ole_reason(data)
        problem = looks_unsupported(uri, data[:HEAD])
        if problem is not None or _is_container(data):
            raise UnreadableFile("unsupported", problem or _not_known(uri))
        return TEXT
    # Among text files the name knows better: a Markdown file may begin like a page, a text like a mail.
    lies = found is not None and not (found.is_text and named.is_text)
    is_page = found is HTML and named.module in ("text", "data.markup")
    return found if found is not None and (lies or is_page) else named


def looks_unsupported(uri: str, head: bytes) -> str | None:
    """Why a file is not read, from its name and first bytes; None where it may be."""
    if (problem := unsupported(uri)) is not None:
        return problem
    if suffix_of(uri) in FORMATS or _is_container(head) or _sniffed_text(head) in FORMATS:
        return None
    if suffix_of(uri) or head.startswith(_BINARY) or _CONTROLS.search(head):
        return _not_known(uri)
    return None


def _not_known(uri: str) -> str:
    kind = f"files that end in {suffix_of(uri)} are not read" if suffix_of(uri) else "it is no document that is read"
    return f"{kind}; save it as .pdf, or, if it is a text, as a copy that ends in .txt"


def _is_container(head: bytes) -> bool:
    return head.startswith((_ZIP, _OLE)) or _PDF_START.match(head) is not None


def _sniffed(data: bytes) -> str:
    """The suffix that fits the bytes; empty when they are nothing in particular."""
    if _PDF_START.match(data):
        return ".pdf"
    if data.startswith(_OLE):
        return ".xls" if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data else ""
    if data.startswith(_ZIP):
        return _sniffed_archive(data)
    return _sniffed_text(data[:HEAD])


def _sniffed_archive(data: bytes) -> str:
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            mime = archive.read("mimetype").decode("ascii", "replace").strip() if "mimetype" in names else ""
    except (BadZipFile, ValueError, NotImplementedError, OSError, RuntimeError):
        return ""
    if mime in _MIMETYPES:
        return _MIMETYPES[mime]
    if "xl/workbook.bin" in names:
        return ".xlsb"
    folders = (found for folder, found in _OFFICE_FOLDERS.items() if any(name.startswith(folder) for name in names))
    return next(folders, "")


def _sniffed_text(head: bytes) -> str:
    if _RTF_START.match(head):
        return ".rtf"
    if _HTML_START.match(head):
        return ".html"
    if _XML_START.match(head):
        return ".xml"
    if _MAILBOX_START.match(head):
        return ".mbox"
    top = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    return ".eml" if len(_MAIL_HEADER.findall(top)) >= _FEWEST_MAIL_HEADERS else ""
