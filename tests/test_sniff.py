"""Which loader reads a file: the suffix decides, unless it is missing, unknown or a lie."""

from __future__ import annotations

from importlib import import_module
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document as new_document
from openpyxl import Workbook  # type: ignore[import-untyped]

from index.errors import UnreadableFile
from index.loaders import parse
from index.loaders.formats import FORMATS, unsupported
from index.loaders.sniff import HEAD, format_of, looks_unsupported

PAGE = b"<!-- saved --><!DOCTYPE html><html><head><title>Ferry</title></head><body><p>The ferry leaves.</p></body>"
MAIL = b"Received: by host\r\nFrom: ann@example.org\r\nSubject: Ferry\r\nDate: 7 Mar 2024 10:00:00 +0100\r\n\r\nSo.\r\n"
PDF = b"%PDF-1.4\n"
RTF = rb"{\rtf1\ansi The ferry leaves.}"


def docx() -> bytes:
    buffer, document = BytesIO(), new_document()
    document.add_paragraph("The ferry leaves.")
    document.save(buffer)
    return buffer.getvalue()


def xlsx() -> bytes:
    buffer, book = BytesIO(), Workbook()
    book.active.append(["Ferry", "leaves"])
    book.save(buffer)
    return buffer.getvalue()


def archive(**entries: str) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as target:
        for name, text in entries.items():
            target.writestr(name, text)
    return buffer.getvalue()


EPUB = archive(mimetype="application/epub+zip")


@pytest.mark.parametrize(
    ("uri", "data", "module"),
    [
        ("a.txt", b"The ferry leaves.", "text"),
        ("a.TXT", b"The ferry leaves.", "text"),
        ("README", b"The ferry leaves.", "text"),
        ("a.txt", PAGE, "web.html"),
        ("a.xml", PAGE, "web.html"),
        ("a", PAGE, "web.html"),
        ("a.md", PAGE, "web.markdown"),
        ("a.html", b"The ferry leaves.", "web.html"),
        ("a.txt", MAIL, "text"),
        ("a", MAIL, "mail.message"),
        ("a.msg", MAIL, "mail.message"),
        ("a.txt", PDF, "pdf"),
        ("a.docx", PDF, "pdf"),
        ("scan.2024", PDF, "pdf"),
        ("a.pdf", b"The ferry leaves.", "pdf"),
        ("a.doc", RTF, "office.rtf"),
        ("a.docx", RTF, "office.rtf"),
        ("a.doc", docx(), "office.docx"),
        ("a.csv", xlsx(), "office.xlsx"),
        ("a.xls", xlsx(), "office.xlsx"),
        ("a", docx(), "office.docx"),
        ("a.zip.part", EPUB, "web.epub"),
        ("a.docx", b"PK\x03\x04 broken", "office.docx"),
        ("inbox", b"From ann@example.org Thu Mar  7 10:00:00 2024\n" + MAIL, "mail.mailbox"),
        ("a.jsonl", b'{"a": 1}', "data.structured"),
    ],
)
def test_the_name_decides_unless_the_bytes_are_plainly_another(uri: str, data: bytes, module: str) -> None:
    assert format_of(uri, data).module == module
    assert looks_unsupported(uri, data[:HEAD]) is None


@pytest.mark.parametrize(
    ("uri", "data", "told"),
    [
        ("a.jpg", b"\xff\xd8\xff", "a picture (.jpg) holds no text that is read; put a PDF with recognised text"),
        ("a.py", b"print(1)", "source code (.py) holds no text that is read; a copy that ends in .txt is read"),
        ("a.xyz", b"The ferry leaves.", "files that end in .xyz are not read; save it as .pdf"),
        ("core", b"\x7fELF\0\0", "it is no document that is read"),
        ("a.pkg", archive(anything="x"), "files that end in .pkg are not read"),
    ],
)
def test_what_is_not_read_says_so_and_what_to_do(uri: str, data: bytes, told: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        parse(data, uri)
    assert caught.value.reason == "unsupported" and told in caught.value.detail


def test_every_format_has_its_loader() -> None:
    for form in FORMATS.values():
        assert callable(import_module(f"index.loaders.{form.module}").load)
    assert not any(unsupported(f"a{suffix}") for suffix in FORMATS)
