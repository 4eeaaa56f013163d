"""Loaders: what each format becomes, what documents say about themselves, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from docx import Document as new_word_document
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from index.errors import UnreadableFile
from index.loaders import parse, read, supported_suffixes
from index.loaders.builder import TextBuilder, table_lines
from index.loaders.language import detect_language
from index.loaders.metadata import from_lines, from_pairs, language_code, parse_date
from index.types import Document

WORD_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def markdown(source: str) -> Document:
    return parse(source.encode(), "a.md")


def html(source: str) -> Document:
    return parse(source.encode(), "a.html")


def word(fill: Callable[..., None]) -> bytes:
    document = new_word_document()
    fill(document)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def word_xml(body: str, **parts: str) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/document.xml", f'<w:document xmlns:w="{WORD_NAMESPACE}"><w:body>{body}</w:body></w:document>'
        )
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def pdf(*pages: list[str], title: str = "", author: str = "", password: str = "") -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption(password) if password else None)
    canvas.setTitle(title)
    canvas.setAuthor(author)
    for lines in pages:
        for number, line in enumerate(lines):
            canvas.drawString(72, 720 - 20 * number, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def refusal(data: bytes, uri: str) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        parse(data, uri)
    return caught.value


def headings(document: Document) -> list[tuple[int, str]]:
    for heading in document.headings:
        assert document.text[heading.start : heading.start + len(heading.title)] == heading.title
    return [(heading.level, heading.title) for heading in document.headings]


# --- the builder


def test_blocks_stand_apart_and_items_and_rows_do_not() -> None:
    builder = TextBuilder()
    builder.paragraph(" one\r\ntwo ")
    builder.item("first")
    builder.item("second", "2. ")
    builder.heading(" A\n heading", 2)
    builder.verbatim("\n  x = 1\n    y\n")
    builder.table([["City", "Dead"], ["Basra", "4"]])
    assert builder.text == "one\ntwo\n\n- first\n2. second\n\nA heading\n\n  x = 1\n    y\n\nCity: Basra; Dead: 4"
    assert [(heading.start, heading.title) for heading in builder.headings] == [(28, "A heading")]


def test_an_empty_page_starts_where_the_next_one_does() -> None:
    builder = TextBuilder()
    for text in ("", "two", "", "four", ""):
        builder.page()
        builder.paragraph(text)
    content = builder.content(from_lines(""))
    assert (content.text, content.pages) == ("two\n\nfour", (0, 0, 5, 5, 9))


@pytest.mark.parametrize(
    ("rows", "has_header", "lines"),
    [
        ([["A", "B"], ["1", "2"], ["", "4"]], None, ["A: 1; B: 2", "B: 4"]),
        ([["", "2023", "2024"], ["Oil", "1", "2"]], None, ["2023 | 2024", "Oil | 1 | 2"]),
        ([["", "2023", "2024"], ["Oil", "1", "2"]], True, ["Oil; 2023: 1; 2024: 2"]),
        ([["one"], ["two"]], None, ["one", "two"]),
        ([["Name:", "Ann"], ["Age:", "12"]], None, ["Name: Ann", "Age: 12"]),
        ([["Name", "Ann"], ["Age", "12"], ["Town", "Bonn"]], None, ["Name | Ann", "Age | 12", "Town | Bonn"]),
        ([["T", "T"], ["A", "B"], ["x", "y"], ["all", "all"]], None, ["T", "A: x; B: y", "all"]),
        ([["A", "B"], ["1", "2", "3"]], None, ["A: 1; B: 2; 3"]),
        ([["", ""]], None, []),
    ],
)
def test_a_table_row_names_its_columns_when_they_have_names(
    rows: list[list[str]], has_header: bool | None, lines: list[str]
) -> None:
    assert table_lines(rows, has_header) == lines


# --- metadata


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-03-07", date(2024, 3, 7)),
        ("2024-03-07T23:30:00-08:00", date(2024, 3, 7)),
        ("2024/3/7", date(2024, 3, 7)),
        ("20240307", date(2024, 3, 7)),
        ("D:20240307165500+04'00'", date(2024, 3, 7)),
        ("March 07, 2024, 4:55 PM", date(2024, 3, 7)),
        ("Mar. 7th, 2024 | Updated March 9, 2024", date(2024, 3, 7)),
        ("Thursday, 7 March 2024", date(2024, 3, 7)),
        ("Thu, 07 Mar 2024 16:55:00 +0000", date(2024, 3, 7)),
        ("7. März 2024", date(2024, 3, 7)),
        ("7 de marzo de 2024", date(2024, 3, 7)),
        ("25/12/2024", date(2024, 12, 25)),
        ("12/25/2024", date(2024, 12, 25)),
        ("04/04/2024", date(2024, 4, 4)),
        ("04/05/2024", None),
        ("4.5.2024", None),
        ("March 2024", None),
        ("10 May", None),
        ("2024", None),
        ("2024-02-30", None),
        ("0001-01-01T00:00:00", None),
        ("1709830500", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_the_day_as_written_or_nothing(written: str, day: date | None) -> None:
    assert parse_date(written) == day


def test_lines_of_a_news_text_tell_its_title_and_day() -> None:
    text = "'Quiet truce' halts attacks\n\nThe pause was agreed in May 2020.\n\nUpdated: March 07, 2024, 4:55 PM"
    found = from_lines(text)
    assert (found.title, found.published, found.author) == ("'Quiet truce' halts attacks", date(2024, 3, 7), None)


def test_labelled_lines_win_over_guesses_and_published_over_updated() -> None:
    found = from_lines(
        "Floods recede\nBy Ann Lee and Omar al-Hadi\nOutlet: The Coast\nUpdated: 9 March 2024\n"
        "Published: March 8, 2024\n\nRivers fell."
    )
    assert (found.title, found.outlet, found.author) == ("Floods recede", "The Coast", "Ann Lee and Omar al-Hadi")
    assert found.published == date(2024, 3, 8)
    assert from_lines("Title: Real one\nAuthor: N. Ode\nDate: 2024-01-02\n\nText here.").title == "Real one"
    assert from_lines("Dam opens\nMarch 8, 2024\n\nIt opened.").published == date(2024, 3, 8)


@pytest.mark.parametrize(
    "text",
    [
        "This is a sentence.\n\nAnother one.",
        "No blank line follows\nthis line of prose",
        "alone",
        "- item\n\n- item",
        "x" * 201 + "\n\nText",
        "2024-03-07\n\nText",
        "By the time they came, Date: soon\nAuthor: http://example.org/me\nBy Friday it was over\nDate: 04/05/2024\nx",
    ],
)
def test_no_metadata_is_made_up(text: str) -> None:
    assert from_lines(text) == from_lines("")


def test_labels_in_the_middle_of_a_long_text_do_not_count() -> None:
    filler = "Some words.\n" * 20
    assert from_lines(f"{filler}Published: March 8, 2024\nOutlet: X\n{filler}") == from_lines("")


def test_pairs_are_read_in_order_of_trust() -> None:
    found = from_pairs(
        [
            *[("title", "Dam opens | The Coast"), ("og:site_name", "The Coast"), ("author", "https://example.org/ann")],
            *[("byline", "By Ann Lee"), ("date", "2024-05-01"), ("datePublished", "2024-03-08"), ("lang", "en-GB")],
        ]
    )
    assert (found.title, found.outlet, found.author) == ("Dam opens", "The Coast", "Ann Lee")
    assert (found.published, found.language) == (date(2024, 3, 8), "en")


@pytest.mark.parametrize(
    "title", ["Microsoft Word - x.doc", "untitled", "report_final", "Plan 2024.pdf", "  ", "***", "y" * 201]
)
def test_file_names_and_placeholders_are_no_titles(title: str) -> None:
    assert from_pairs([("title", title)]).title == ""


def test_language_is_told_or_sure_or_unknown() -> None:
    german = (
        "Die Regierung hat am Donnerstag neue Regeln beschlossen, die ab dem kommenden Jahr für alle Gemeinden gelten. "
    )
    assert detect_language(german * 3) == "de"
    assert detect_language("Die Regierung hat beschlossen.") is None
    assert detect_language("政府は木曜日に新しい規則を決定しました。来年からすべての自治体に適用されます。" * 3) == "ja"
    assert [language_code(tag) for tag in ("de_AT", "x-default", "english")] == ["de", None, None]
    assert html(f"<html lang=fr><p>{german * 3}</p></html>").language == "fr"


# --- plain text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_text_is_decoded_and_otherwise_kept(encoding: str) -> None:
    text = "Überschrift – „Größe“\r\n\r\n  zwei  Blanks \r cafe\u00e9\n"
    document = parse(text.encode(encoding), "a.txt")
    assert document.text == "Überschrift – „Größe“\n\n  zwei  Blanks \n cafe\u00e9\n"
    assert (document.title, document.id, document.mime) == ("Überschrift – „Größe“", 0, "text/plain")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Правительство объявило вчера о новых правилах для всех городов.", "cp1251"),
        ("Vláda včera schválila nové předpisy, které začnou platit příští měsíc.", "cp1250"),
        ("政府は木曜日に新しい規則を決定しました。来年から適用されます。", "shift_jis"),
        ("Preis 5 €", "cp1252"),
    ],
)
def test_other_encodings_are_recognised(text: str, encoding: str) -> None:
    assert parse(text.encode(encoding), "a.txt").text == text
    long = f"{text}\n" * (1_100_000 // len(text.encode(encoding)))
    assert parse(long.encode(encoding), "a.txt").text == long


@given(st.text(min_size=1))
def test_every_text_comes_back_as_it_was(text: str) -> None:
    expected = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        assert parse(text.encode(), "a.txt").text == expected
    except UnreadableFile as refused:
        assert refused.reason in ("empty", "not text")
        assert refused.reason == "not text" or not any(map(str.isalnum, expected))


# --- Markdown


def test_markdown_becomes_plain_blocks() -> None:
    document = markdown(
        "# The *main* `title`\n\nA [link](http://x.y) and\na line\\\nbreak ![alt text](i.png) <b>bold</b>&amp;\n\n"
        "- one\n- two\n  1. deep\n\n3. three\n\n```py\n  x = 1\n```\n\n"
        "| City | Dead |\n|---|---|\n| Basra | **4** |\n\n<!-- hidden --><p>From HTML</p>\n\nSub\n---\n\n> quoted\n"
    )
    assert document.text == (
        "The main title\n\nA link and a line\nbreak alt text bold&\n\n- one\n- two\n1. deep\n3. three\n\n  x = 1\n\n"
        "City: Basra; Dead: 4\n\nFrom HTML\n\nSub\n\nquoted"
    )
    assert headings(document) == [(1, "The main title"), (2, "Sub")]
    assert (document.title, document.mime) == ("The main title", "text/markdown")


def test_front_matter_is_metadata_and_not_text() -> None:
    document = markdown(
        '---\ntitle: "Dam: opens"\nauthors:\n  - Ann Lee\n  - Bo Ek\ndate: 2024-03-08 # draft\npublisher: The Coast\n'
        "lang: en\n---\n# Other\n\nText."
    )
    assert (document.title, document.author, document.outlet) == ("Dam: opens", "Ann Lee, Bo Ek", "The Coast")
    assert (document.published, document.language) == (date(2024, 3, 8), "en")
    assert document.text == "Other\n\nText."
    assert "prose" in markdown("---\nprose between rules\n---\n\nmore").text


# --- HTML

PAGE = """<!doctype html><html lang="en-GB"><head><title>Dam opens - The Coast</title>
<meta property="og:title" content="Dam opens"><meta property="og:site_name" content="The Coast">
<meta name="author" content="Ann Lee"><meta property="article:published_time" content="2024-03-08T23:00:00-05:00">
</head><body><header>Site header</header><nav>Home News</nav><form><input><p>Search us</p></form>
<article><header><h1>Dam   opens</h1></header><p>Water <b>flo</b>ws<br>again&nbsp;now.</p><script>x()</script>
<div hidden>secret</div><p aria-hidden="true">icon</p><p style="display: none">trap</p><aside>Related</aside>
<ol start="3"><li>three</li><li>four</li></ol><ul><li>dot</li></ul><pre>a\n  b</pre><h2>Numbers</h2>
<table><tr><th>City</th><th colspan="2">Count</th></tr><tr><td rowspan="2">Basra</td><td>1</td><td>2</td></tr>
<tr><td>3</td><td>4</td></tr></table></article><footer>Imprint</footer></body></html>"""


def test_html_keeps_the_article_only() -> None:
    document = html(PAGE)
    assert document.text == (
        "Dam opens\n\nWater flows\nagain now.\n\n3. three\n4. four\n- dot\n\na\n  b\n\nNumbers\n\n"
        "City: Basra; Count: 1; Count: 2\nCity: Basra; Count: 3; Count: 4"
    )
    assert headings(document) == [(1, "Dam opens"), (2, "Numbers")]
    assert (document.title, document.outlet, document.author) == ("Dam opens", "The Coast", "Ann Lee")
    assert (document.published, document.language) == (date(2024, 3, 8), "en")


def test_html_linked_data_and_time_elements() -> None:
    linked = (
        '<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "No"}, {"@type": ["NewsArticle"], '
        '"headline": "Dam opens", "datePublished": "2024-03-08", "author": [{"name": "Ann Lee"}, "Bo Ek"], '
        '"publisher": {"name": "The Coast"}}]}</script><p>Text</p>'
    )
    document = html(linked)
    assert (document.title, document.author, document.outlet) == ("Dam opens", "Ann Lee, Bo Ek", "The Coast")
    assert document.published == date(2024, 3, 8)
    assert html("<h1>Only</h1><p>Text <time datetime=2024-03-08>Friday</time></p>").published == date(2024, 3, 8)
    two = "<article>Text <time datetime=2024-03-08></time> <time datetime=2024-03-09></time></article>"
    assert html(two).published is None
    assert (
        html('<script type="application/ld+json">{"@type": [}</script><title>Dam | X</title><h1>Dam</h1>').title
        == "Dam"
    )


def test_html_encodings_and_layouts() -> None:
    declared = "<meta http-equiv=Content-Type content='text/html; charset=koi8-r'><p>Слово</p>".encode("koi8-r")
    assert parse(declared, "a.html").text == "Слово"
    assert parse("<meta charset=iso-8859-1><p>“Größe”</p>".encode("cp1252"), "a.htm").text == "“Größe”"
    assert parse("<meta charset=latin1><p>“Größe”</p>".encode(), "a.htm").text == "“Größe”"
    xhtml = parse(b'<?xml version="1.0"?><html><head><script src="x"/></head><body>Kept</body></html>', "a.xhtml")
    assert (xhtml.text, xhtml.mime) == ("Kept", "application/xhtml+xml")
    assert html("<form><main><p>Wrapped page</p></main></form>").text == "Wrapped page"
    assert html("<article>tiny</article><p>Most of the text is outside of it</p>").text.endswith("outside of it")
    layout = "<table><tr><td><h2>Left</h2><p>Prose</p></td><td><table><tr><td>in</td></tr></table></td></tr></table>"
    assert html(layout).text == "Left\n\nProse\n\nin"


# --- PDF


def test_pdf_pages_headings_and_information() -> None:
    data = pdf(["First page", "an exam-", "ple"], [], ["Third page"], title="Dam opens", author="Ann Lee")
    document = parse(data, "a.PDF")
    assert document.text == "First page\nan exam-ple\n\nThird page"
    assert document.pages == (0, document.text.index("Third"), document.text.index("Third"))
    assert (document.title, document.author, document.mime) == ("Dam opens", "Ann Lee", "application/pdf")
    assert document.published is not None and abs((document.published - date.today()).days) <= 1
    printed = parse(pdf(["Dam opens", "Published: March 8, 2024"], title="untitled"), "a.pdf")
    assert (printed.title, printed.author, printed.published) == ("", None, date(2024, 3, 8))


def test_pdfs_can_be_read_from_several_threads() -> None:
    data = pdf(*[[f"Page {number} of many"] for number in range(20)])
    texts: list[str] = []
    threads = [Thread(target=lambda: texts.append(parse(data, "a.pdf").text)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(texts) == 4 and set(texts) == {"\n\n".join(f"Page {number} of many" for number in range(20))}


# --- Word


def test_word_blocks_in_order() -> None:
    def fill(document: Any) -> None:
        document.add_heading("Dam opens", 0)
        document.add_heading("Numbers", 2)
        document.add_paragraph("Water\tflows\nagain")
        document.add_paragraph("dot", style="List Bullet")
        document.add_paragraph("count", style="List Number")
        table = document.add_table(rows=3, cols=2)
        for cell, text in zip(
            [*table.rows[0].cells, *table.rows[1].cells], ("City", "Dead", "Basra", "4"), strict=True
        ):
            cell.text = text
        table.cell(2, 0).merge(table.cell(2, 1)).text = "Both"
        document.add_paragraph("End")
        document.core_properties.author = "Ann Lee"
        document.core_properties.created = datetime(2024, 3, 8)

    document = parse(word(fill), "a.docx")
    assert document.text == (
        "Dam opens\n\nNumbers\n\nWater\tflows\nagain\n\n- dot\n1. count\n\nCity: Basra; Dead: 4\nBoth\n\nEnd"
    )
    assert headings(document) == [(1, "Dam opens"), (2, "Numbers")]
    assert (document.title, document.author, document.published) == ("Dam opens", "Ann Lee", date(2024, 3, 8))
    assert document.pages == ()


def test_word_template_properties_are_not_the_documents() -> None:
    document = parse(word(lambda document: document.add_paragraph("Text here")), "a.docx")
    assert (document.title, document.author, document.published) == ("", None, None)


def test_word_text_in_controls_insertions_and_boxes() -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    document = parse(
        word_xml(
            f"<w:sdt><w:sdtContent><w:p>{run.format('Control')}</w:p></w:sdtContent></w:sdt>"
            f"<w:p>{run.format('Kept ')}<w:ins>{run.format('inserted')}</w:ins><w:del>{run.format('deleted')}</w:del>"
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
            f"<w:r><w:pict><w:txbxContent><w:p>{run.format('Box')}</w:p></w:txbxContent></w:pict></w:r></w:p>"
            f"<w:tbl><w:tr><w:tc><w:p>{run.format('Framed')}</w:p></w:tc></w:tr></w:tbl>"
        ),
        "a.docx",
    )
    assert document.text == "Control\n\nKept inserted\n\nBox\n\nFramed"


# --- reading and refusing


def test_read_gives_hash_and_uri(tmp_path: Path) -> None:
    path = tmp_path / "Note.TXT"
    path.write_bytes(b"some words")
    document = read(path)
    assert (document.uri, document.sha256) == ("Note.TXT", sha256(b"some words").hexdigest())
    assert read(path, "news/Note.TXT").uri == "news/Note.TXT"
    with pytest.raises(UnreadableFile, match="missing"):
        read(tmp_path / "none.txt")
    with pytest.raises(UnreadableFile, match="unreadable"):
        read(tmp_path.rename(tmp_path.with_suffix(".txt")))


def old_word(marker: str) -> bytes:
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + marker.encode("utf-16-le")


def locked_zip() -> bytes:
    data = bytearray(word_xml(""))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def zip_bomb() -> bytes:
    data = bytearray(word_xml("<w:p/>", **{"word/big.bin": "0"}))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (600_000_000).to_bytes(4, "little")
    return bytes(data)


ENTITY_BOMB = '<!DOCTYPE r [<!ENTITY a "aa">]><Relationships>&a;</Relationships>'


@pytest.mark.parametrize(
    ("data", "uri", "reason", "detail"),
    [
        (b"", "a.txt", "empty", "no bytes"),
        (b" \n\t ", "a.txt", "empty", "no words"),
        (b"<p> <br></p>", "a.html", "empty", "no words"),
        (b"---\ntitle: x\n---\n", "a.md", "empty", "no words"),
        (b"text\0text", "a.txt", "not text", "NUL"),
        (bytes(range(1, 32)) * 3, "a.log", "not text", "control"),
        (b"\xff\xfe\x00\xd8a\x00", "a.txt", "not text", "UTF-16-LE"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a.md", "not text", "NUL"),
        (b"hello, no pdf", "a.pdf", "damaged", "PDF"),
        (pdf(["words"])[:200], "a.pdf", "damaged", "PDFium"),
        (pdf(["words"], password="secret"), "a.pdf", "encrypted", "password"),
        (pdf([], [], []), "a.pdf", "no text layer", "3 pages"),
        (b"PK no zip", "a.docx", "damaged", "zip"),
        (word_xml("<w:p>", **{"x": "y"}), "a.docx", "damaged", "mismatched"),
        (word_xml("", **{"_rels/.rels": ENTITY_BOMB}), "a.docx", "damaged", "document type"),
        (word_xml("")[:-30], "a.docx", "damaged", "zip"),
        (old_word("EncryptedPackage"), "a.docx", "encrypted", "password"),
        (old_word("WordDocument"), "a.docx", "unsupported", "save it as .docx"),
        (locked_zip(), "a.docx", "encrypted", "password"),
        (zip_bomb(), "a.docx", "too large", "600 MB"),
        (b"x", "a.xyz", "unsupported", "end in .xyz are not read; save it as .pdf, or, if it is a text"),
        (b"\0x", "core", "unsupported", "no document that is read"),
    ],
)
def test_refusals_have_a_reason_and_one_line(data: bytes, uri: str, reason: str, detail: str) -> None:
    refused = refusal(data, uri)
    assert refused.reason == reason
    assert detail in refused.detail and "\n" not in refused.detail


SAMPLES = [b"", PAGE.encode(), b"# a\n|b|c|\n|-|-|\n|d|e|", pdf(["some words"], ["more"]), word_xml("<w:p/><w:tbl/>")]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(supported_suffixes()),
    st.sampled_from(SAMPLES),
    st.binary(max_size=60) | st.text(alphabet="<>/!a1 \n|-#*[](`&;=\"'", max_size=60).map(str.encode),
    st.integers(0, 1 << 16),
    st.booleans(),
)
def test_any_bytes_make_a_document_with_words_or_a_refusal(
    suffix: str, sample: bytes, noise: bytes, place: int, cut: bool
) -> None:
    place %= len(sample) + 1
    data = sample[:place] + noise + (b"" if cut else sample[place + len(noise) :])
    try:
        document = parse(data, f"a{suffix}")
    except UnreadableFile as refused:
        assert refused.detail
        return
    assert any(map(str.isalnum, document.text))
    for stored in (document.text, document.title, document.outlet or "", document.author or ""):
        stored.encode("utf-8")  # raises for halves of surrogate pairs
    assert "\r" not in document.text
    headings(document)
    assert list(document.pages) == sorted(document.pages) and document.pages[:1] in ((), (0,))


def test_importing_the_loaders_imports_no_parser() -> None:
    heavy = "pydantic sqlalchemy pypdfium2 selectolax markdown_it docx py3langid numpy charset_normalizer".split()
    code = f"import sys, index.loaders; print([name for name in {heavy} if name in sys.modules])"
    project = Path(__file__).parent.parent
    shown = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
