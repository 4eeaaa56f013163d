"""Books: order, metadata, what is left out, and what is refused."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.loaders.web.epub import load

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
ABOUT = (
    "<dc:title>The Bread Book</dc:title><dc:creator>Ann Lee</dc:creator><dc:creator>Bo Ray</dc:creator>"
    "<dc:language>en-GB</dc:language><dc:publisher>Field Press</dc:publisher>"
    '<dc:date opf:event="modification">2024-05-05</dc:date><dc:date opf:event="publication">2019-03-07</dc:date>'
)


def package(*items: tuple[str, str], spine: list[str] | None = None, about: str = ABOUT, guide: str = "") -> str:
    """Items are pairs of a file's name and further attributes; the id is the name."""
    listed = "".join(
        f'<item id="{name}" href="{name}" media-type="application/xhtml+xml" {more}/>' for name, more in items
    )
    order = "".join(f'<itemref idref="{name}"/>' for name in (spine or [name for name, _ in items]))
    return (
        '<!DOCTYPE package PUBLIC "-//OEB//DTD" "http://openebook.example/oeb12.dtd">'
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:opf="http://www.idpf.org/2007/opf" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>{about}</metadata><manifest>{listed}</manifest>'
        f"<spine>{order}</spine>{guide}</package>"
    )


def page(body: str, head: str = "<title>Not shown</title>") -> str:
    return (
        f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head>{head}</head><body>{body}</body></html>'
    )


def book(opf: str, **files: str | bytes) -> bytes:
    """Files are named without their suffix ".xhtml"."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OEBPS/book.opf", opf)
        for name, content in files.items():
            archive.writestr(f"OEBPS/{name}.xhtml", content)
    return buffer.getvalue()


def with_entry(data: bytes, name: str, content: str) -> bytes:
    buffer = BytesIO(data)
    with ZipFile(buffer, "a") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


TWO = package(("two.xhtml", ""), ("one.xhtml", ""), spine=["one.xhtml", "two.xhtml"])
ONE_PAGE = page("<h1>Flour</h1><p>Take <em>rye</em>.</p>")
TWO_PAGE = page("<section><h2>Water</h2><p>Take it warm.</p><aside>A footnote.</aside></section>")


def reason(data: bytes) -> str:
    with pytest.raises(UnreadableFile) as caught:
        load(data)
    return caught.value.reason


def test_chapters_come_in_the_order_of_the_spine() -> None:
    content = load(book(TWO, two=TWO_PAGE, one=ONE_PAGE))
    assert content.text == "Flour\n\nTake rye.\n\nWater\n\nTake it warm.\n\nA footnote."
    assert [(heading.level, heading.title) for heading in content.headings] == [(1, "Flour"), (2, "Water")]
    assert all(content.text.startswith(heading.title, heading.start) for heading in content.headings)


def test_metadata_of_the_package() -> None:
    found = load(book(TWO, two=TWO_PAGE, one=ONE_PAGE)).metadata
    assert (found.title, found.author, found.outlet) == ("The Bread Book", "Ann Lee, Bo Ray", "Field Press")
    assert (found.published, found.language) == (date(2019, 3, 7), "en")


def test_tables_of_contents_are_not_doubled() -> None:
    guide = '<guide><reference type="toc" href="toc.xhtml#top"/></guide>'
    opf = package(("nav.xhtml", 'properties="nav"'), ("toc.xhtml", ""), ("one.xhtml", ""), guide=guide)
    contents = page("<ol><li><a href='one.xhtml'>Flour</a></li></ol>")
    assert load(book(opf, nav=contents, toc=contents, one=ONE_PAGE)).text == "Flour\n\nTake rye."


def test_a_chapter_that_is_listed_twice_is_read_once() -> None:
    opf = package(("one.xhtml", ""), spine=["one.xhtml", "one.xhtml"])
    assert load(book(opf, one=ONE_PAGE)).text.count("Flour") == 1


def test_tags_closed_at_once_do_not_swallow_the_page() -> None:
    chapter = page(
        '<a id="p1"/><p>Words <i/>stay.<br/>All.</p><script/><p><![CDATA[a < b & c]]></p>', "<title/><style/>"
    )
    assert load(book(package(("one.xhtml", "")), one=chapter)).text == "Words stay.\nAll.\n\na < b & c"


def test_missing_chapters_do_not_end_the_book() -> None:
    assert load(book(TWO, one=ONE_PAGE)).text == "Flour\n\nTake rye."
    assert reason(book(TWO)) == "damaged"


def test_names_with_escapes_and_another_case() -> None:
    opf = package(("Kapitel%20One.xhtml", ""))
    assert load(book(opf, **{"kapitel one": ONE_PAGE})).text == "Flour\n\nTake rye."


def test_encodings_of_chapters() -> None:
    chapter = '<?xml version="1.0" encoding="iso-8859-1"?><html><body><p>Größe</p></body></html>'.encode("latin-1")
    assert load(book(package(("one.xhtml", "")), one=chapter)).text == "Größe"


def locked(algorithm: str) -> str:
    return (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><enc:EncryptedData '
        f'xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptionMethod Algorithm="{algorithm}"/>'
        '<enc:CipherData><enc:CipherReference URI="OEBPS/one.xhtml"/></enc:CipherData></enc:EncryptedData></encryption>'
    )


def test_locked_books_are_told_but_scrambled_fonts_do_no_harm() -> None:
    data = book(TWO, one=ONE_PAGE, two=TWO_PAGE)
    name = "META-INF/encryption.xml"
    assert reason(with_entry(data, name, locked("http://www.w3.org/2001/04/xmlenc#aes128-cbc"))) == "encrypted"
    assert load(with_entry(data, name, locked("http://www.idpf.org/2008/embedding"))).text.startswith("Flour")


def test_books_of_pictures_alone() -> None:
    assert reason(book(package(("one.xhtml", "")), one=page("<img src='1.jpg'/>"))) == "no text layer"


def test_what_is_no_book() -> None:
    assert reason(b"PK\x03\x04 nonsense") == "damaged"
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "words")
    assert reason(buffer.getvalue()) == "damaged"
    assert reason(book("<package><unclosed>", one=ONE_PAGE)) == "damaged"


def test_a_chapter_that_unpacks_to_far_too_much() -> None:
    assert reason(book(package(("one.xhtml", "")), one=b" " * 21_000_000)) == "too large"


@settings(max_examples=80)
@given(st.data())
def test_mutated_books_raise_nothing_else(data: st.DataObject) -> None:
    raw = bytearray(book(TWO, two=TWO_PAGE, one=ONE_PAGE))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at] = data.draw(st.integers(0, 255))
    try:
        content = load(bytes(raw))
    except UnreadableFile:
        return
    assert all(content.text.startswith(heading.title, heading.start) for heading in content.headings)


@settings(max_examples=80)
@given(st.data())
def test_mutated_packages_raise_nothing_else(data: st.DataObject) -> None:
    opf = bytearray(TWO.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(opf) - 1))
        opf[at : at + 2] = data.draw(st.binary(max_size=3))
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("OEBPS/book.opf", bytes(opf))
        archive.writestr("OEBPS/one.xhtml", ONE_PAGE)
    try:
        assert "Flour" in load(buffer.getvalue()).text
    except UnreadableFile as error:
        assert error.reason in ("damaged", "too large")
