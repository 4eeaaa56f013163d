"""Workbooks: what their sheets become, how numbers are shown, and what is refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from io import BytesIO
from struct import pack
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.chart import BarChart, Reference  # type: ignore[import-untyped]
from openpyxl.comments import Comment  # type: ignore[import-untyped]

from index.errors import UnreadableFile
from index.loaders.office import sheets, xls, xlsx
from index.loaders.office.grid import Cell, sheet_lines
from index.loaders.office.number_format import show

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = {MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main", RELATIONS: "http://purl.oclc.org/ooxml/relationships"}


def saved(book: Workbook) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def workbook(*rows: Iterable[Any], title: str = "Sheet") -> Workbook:
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    return book


def text(book: Workbook) -> str:
    return xlsx.load(saved(book)).text


def raw(sheet: str, main: str = MAIN, **parts: str) -> bytes:
    """A workbook of one sheet "S" whose XML is given."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        workbook_xml = (
            f'<workbook xmlns="{main}" xmlns:r="{STRICT[RELATIONS] if main != MAIN else RELATIONS}">'
            '<sheets><sheet name="S" r:id="r1"/></sheets></workbook>'
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships><Relationship Id="r1" Type="t/worksheet" Target="/xl/s.xml"/>'
            '<Relationship Id="r2" Type="t/sharedStrings" Target="texts.xml"/></Relationships>',
        )
        archive.writestr("xl/s.xml", f'<worksheet xmlns="{main}">{sheet}</worksheet>')
        own = {"xl/workbook.xml": workbook_xml, "xl/texts.xml": f'<sst xmlns="{main}"/>'}
        for name, content in (own | parts).items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_each_row_says_the_names_of_its_columns() -> None:
    book = workbook(("City", "Dead", "Note"), ("Basra", 4, None), ("Erbil", 2500.0, "two\nlines"), title="Floods")
    book.create_sheet("Empty")
    book.create_sheet("Rain").append(["only a line"])
    content = xlsx.load(saved(book))
    assert (
        content.text
        == "Floods\n\nCity: Basra; Dead: 4\nCity: Erbil; Dead: 2500; Note: two lines\n\nRain\n\nonly a line"
    )
    assert [(heading.start, heading.level, heading.title) for heading in content.headings] == [
        (0, 1, "Floods"),
        (content.text.index("Rain"), 1, "Rain"),
    ]
    assert content.pages == () and not list(content.parts)


def test_hidden_sheets_are_not_read() -> None:
    book = workbook(("shown",))
    for state in ("hidden", "veryHidden"):
        book.create_sheet(state).append(["secret"])
        book[state].sheet_state = state
    assert text(book) == "Sheet\n\nshown"


def test_values_are_what_the_reader_sees() -> None:
    book = workbook(("Name", "Value"))
    values = [
        (0.25, "0%", "25%"),
        (1234567.5, "#,##0.00", "1,234,567.50"),
        (-3, '"$"#,##0;("$"#,##0)', "($3)"),
        (12.5, "0.00\\ [$€-407]", "12.50 €"),
        (datetime(2024, 3, 8), "dd/mm/yyyy", "2024-03-08"),
        (datetime(2024, 3, 8, 14, 30), "d mmm yyyy h:mm", "2024-03-08 14:30"),
        (True, "General", "TRUE"),
        (7, "00000", "00007"),
        (7, "\\A\\-0#", "A-07"),
    ]
    for row, (value, form, _) in enumerate(values, 2):
        book.active.cell(row, 1, f"row {row}")
        book.active.cell(row, 2, value).number_format = form
    lines = text(book).split("\n")[2:]
    assert lines == [f"Name: row {row}; Value: {shown}" for row, (_, _, shown) in enumerate(values, 2)]


def test_days_counted_from_1904() -> None:
    book = workbook(("Name", "Day"), ("a", date(2024, 3, 8)))
    book.epoch = datetime(1904, 1, 1)
    assert text(book).endswith("Name: a; Day: 2024-03-08")


@pytest.mark.parametrize(
    ("number", "form", "shown"),
    [
        (0.1 + 0.2, "General", "0.3"),
        (1e20, "General", "1E+20"),
        (2.675, "0.00", "2.68"),
        (-0.001, "0.00", "0.00"),
        (0, '#,##0;-#,##0;"none"', "none"),
        (5, ";;;", ""),
        (12, "[<10]0;[>=10]0.0", "12.0"),
        (1_500_000, '0.0,,"M"', "1.5M"),
        (5551234567, "(000) 000-0000", "(555) 123-4567"),
        (12345, "0.00E+00", "1.23E+04"),
        (0.5, "#.##", ".5"),
        (3, "0.##", "3"),
        (0.5, "# ?/?", "0.5"),
        (45359, "mmm yy", "2024-03"),
        (45359.5, "yyyy", "2024"),
        (1.5, "[h]:mm:ss", "36:00:00"),
        (0.75, "h:mm AM/PM", "18:00"),
        (59, "yyyy-mm-dd", "1900-02-28"),
        (61, "yyyy-mm-dd", "1900-03-01"),
        (-1, "yyyy-mm-dd", "-1"),
        (-1, "nonsense [", "-1"),
    ],
)
def test_number_formats(number: float, form: str, shown: str) -> None:
    assert show(number, form)[0] == shown


@given(
    st.floats(allow_nan=False, allow_infinity=False), st.text(alphabet='0#?.,%/;yYmdhs[]<>=1$-"\\_*E+@ a', max_size=20)
)
@settings(max_examples=300, deadline=None)
def test_any_format_shows_something_or_nothing(number: float, form: str) -> None:
    shown, kind = show(number, form)
    assert isinstance(shown, str) and kind in ("number", "date")


def test_tables_below_titles_and_after_empty_rows() -> None:
    book = workbook(
        ("Floods in 2024",),
        ("City", "Dead"),
        ("Basra", 4),
        (),
        ("Mosul", 5),  # the same table goes on
        (),
        ("River", "Length", "Width"),
        ("Tigris", 1850, 2),
    )
    assert text(book) == (
        "Sheet\n\nFloods in 2024\nCity: Basra; Dead: 4\n\nCity: Mosul; Dead: 5\n\nRiver: Tigris; Length: 1850; Width: 2"
    )


def test_tables_side_by_side() -> None:
    book = workbook(
        ("City", "Dead", None, "River", "Length"), ("Basra", 4, None, "Tigris", 1850), ("Erbil", 0, None, "Ob", 3650)
    )
    assert text(book) == (
        "Sheet\n\nCity: Basra; Dead: 4\nCity: Erbil; Dead: 0\n\nRiver: Tigris; Length: 1850\nRiver: Ob; Length: 3650"
    )


def test_rows_without_a_header() -> None:
    assert text(workbook(("Basra", 4), ("Erbil", 0))) == "Sheet\n\nBasra | 4\nErbil | 0"
    form = workbook(("Owner:", "Ann Lee"), ("Floors", 3), ("Day", "8 March"))
    assert text(form) == "Sheet\n\nOwner: Ann Lee\nFloors | 3\nDay | 8 March"


def test_years_may_name_columns() -> None:
    assert text(workbook(("City", 2023, 2024), ("Basra", 4, 5))) == "Sheet\n\nCity: Basra; 2023: 4; 2024: 5"


def test_merged_cells_stand_in_each_of_their_places() -> None:
    book = workbook(
        ("Report", None, None, None),
        ("Region", "Spring", None, "All"),
        (None, "March", "April", None),
        ("North", 1, 2, 3),
        (None, 4, 5, 9),
    )
    for merged in ("A1:D1", "A2:A3", "B2:C2", "D2:D3", "A4:A5"):
        book.active.merge_cells(merged)
    assert text(book) == (
        "Sheet\n\nReport\nRegion: North; Spring March: 1; Spring April: 2; All: 3\n"
        "Region: North; Spring March: 4; Spring April: 5; All: 9"
    )


def test_comments_and_links() -> None:
    book = workbook(("City", "Dead"), ("Basra", 4), ("Erbil", None))
    book.active["B2"].comment = Comment("revised\nin May", "Ann")
    book.active["B3"].comment = Comment("not counted", "Ann")
    book.active["A2"].hyperlink = "https://example.org"
    assert text(book) == (
        "Sheet\n\nCity: Basra; Dead: 4 [Comment: revised in May]\nCity: Erbil; Dead: [Comment: not counted]"
    )


def test_boxes_and_titles_of_charts() -> None:
    book = workbook(("City", "Dead"), ("Basra", 4))
    chart = BarChart()
    chart.title = "Floods by city"
    chart.add_data(Reference(book.active, min_col=2, min_row=1, max_row=2), titles_from_data=True)
    book.active.add_chart(chart, "D1")
    assert text(book) == "Sheet\n\nCity: Basra; Dead: 4\n\nFloods by city"
    drawn = raw(
        '<sheetData><row><c t="str"><v>a</v></c></row></sheetData>',
        **{
            "xl/_rels/s.xml.rels": '<r><Relationship Id="d" Type="t/drawing" Target="d.xml"/></r>',
            "xl/d.xml": "<d><sp><txBody><p><r><t>In a box</t></r></p></txBody></sp></d>",
        },
    )
    assert xlsx.load(drawn).text == "S\n\na\n\nIn a box"


def test_properties_of_the_workbook() -> None:
    book = workbook(("a", "b"))
    book.properties.title, book.properties.creator = "Flood numbers", "Ann Lee"
    book.properties.created = datetime(2024, 3, 8)
    metadata = xlsx.load(saved(book)).metadata
    assert (metadata.title, metadata.author, metadata.published) == ("Flood numbers", "Ann Lee", date(2024, 3, 8))
    nameless = xlsx.load(saved(workbook(("a", "b")))).metadata
    assert (nameless.title, nameless.author) == ("", None)


def test_shared_texts_formulas_and_the_strict_variant() -> None:
    sheet = (
        '<sheetData><row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
        '<row><c t="str"><f>A1&amp;"x"</f><v>cached</v></c><c><f>1+1</f><v>2</v></c></row>'
        '<row><c t="inlineStr"><is><t>in</t><r><t>line</t></r></is></c><c t="e"><v>#N/A</v></c></row>'
        '<row><c t="d"><v>2024-03-08T00:00:00</v></c><c t="s"><v>99</v></c></row></sheetData>'
    )
    for main in (MAIN, STRICT[MAIN]):
        texts = (
            f'<sst xmlns="{main}"><si><t>Na</t><rPh><t>reading</t></rPh></si>'
            "<si><r><t>Val</t></r><r><t>ue_x000A_s</t></r></si></sst>"
        )
        shown = xlsx.load(raw(sheet, main, **{"xl/texts.xml": texts})).text
        assert shown == "S\n\nNa: cached; Value s: 2\nNa: inline; Value s: #N/A\nNa: 2024-03-08"


def test_long_sheets_go_on_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "LONGEST_TEXT", 40_000)
    book = workbook(("City", "Dead"), *((f"Town {number}", number) for number in range(5_000)), title="Towns")
    book.create_sheet("Last").append(["the end"])
    content = xlsx.load(saved(book))
    parts = list(content.parts)
    texts = [content.text, *(part.content.text for part in parts if part.content)]
    assert [part.name for part in parts] == [f"Towns-part-{number}" for number in range(2, len(parts) + 2)]
    assert len(parts) > 1 and all(len(each) < 50_000 for each in texts)
    lines = [line for each in texts for line in each.split("\n") if line.startswith("City: ")]
    assert lines == [f"City: Town {number}; Dead: {number}" for number in range(5_000)]
    assert all(each.startswith("Towns\n\nCity: ") for each in texts) and texts[-1].endswith("Last\n\nthe end")


def test_what_a_sheet_claims_is_not_believed() -> None:
    far = '<dimension ref="A1:XFD1048576"/><sheetData><row r="1048576"><c r="XFD1048576"><v>7</v></c></row></sheetData>'
    assert xlsx.load(raw(far)).text == "S\n\n7"
    empty = "<sheetData>" + '<row r="1"><c s="3"/><c s="3"/></row>' * 20_000 + "</sheetData>"
    merged = '<sheetData><row><c t="str"><v>all</v></c></row></sheetData><mergeCell ref="A1:XFD1048576"/>'
    assert xlsx.load(raw(merged)).text == "S\n\nall"
    with pytest.raises(UnreadableFile, match="empty"):
        xlsx.load(raw(empty))
    everywhere = "".join(f'<mergeCell ref="A{row}:XFD1048576"/>' for row in range(1, 3_000))
    rows = "".join(f'<row><c t="str"><v>{row}</v></c></row>' for row in range(1, 3_000))
    assert xlsx.load(raw(f"<sheetData>{rows}</sheetData>{everywhere}")).text.startswith("S\n\n1\n2\n")
    shared = {"xl/texts.xml": f'<sst xmlns="{MAIN}"><si><t>{"long " * 10_000}</t></si></sst>'}
    wide = "<sheetData><row>" + '<c t="s"><v>0</v></c>' * 100 + "</row></sheetData>"
    with pytest.raises(UnreadableFile, match="too large"):
        xlsx.load(raw(wide, **shared))


def old_office(*streams: str) -> bytes:
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "".join(f"{name}\0" for name in streams).encode("utf-16-le")


def old_workbook(*sheets: tuple[str, int, bytes]) -> bytes:
    """An .xls file: name, whether it is hidden (1) and cell records of each sheet."""

    def record(kind: int, data: bytes = b"") -> bytes:
        return pack("<HH", kind, len(data)) + data

    begin, end = record(0x809, pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)), record(0x0A)
    date_format = record(0xE0, bytes(20)) + record(0xE0, pack("<HH", 0, 14) + bytes(16))
    bodies = [begin + cells + end for _, _, cells in sheets]
    head_length = len(begin + date_format + end) + sum(12 + len(name) for name, _, _ in sheets)
    head, place = begin + date_format, head_length
    for (name, hidden, _), body in zip(sheets, bodies, strict=True):
        head += record(0x85, pack("<IBBBB", place, hidden, 0, len(name), 0) + name.encode())
        place += len(body)
    stream = (head + end + b"".join(bodies)).ljust(4096, b"\0")

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = f"{name}\0".encode("utf-16-le")
        links = pack("<BBiii", kind, 1, -1, -1, child)
        return text.ljust(64, b"\0") + pack("<H", len(text)) + links + bytes(36) + pack("<III", start, size, 0)

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, -1, 2, len(stream)) + bytes(256)
    sectors = len(stream) // 512
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    table = pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + pack("<I", 0)
    return header.ljust(512, b"\xff") + table + directory + stream


def old_cell(row: int, column: int, value: str | float, style: int = 0) -> bytes:
    place = pack("<HHH", row, column, style)
    if isinstance(value, str):
        return pack("<HH", 0x204, 9 + len(value)) + place + pack("<HB", len(value), 0) + value.encode()
    return pack("<HH", 0x203, 14) + place + pack("<d", value)


def test_old_workbooks() -> None:
    cells = old_cell(3, 1, "City") + old_cell(3, 2, "Dead") + old_cell(3, 3, "Day")
    cells += old_cell(4, 1, "Basra") + old_cell(4, 2, 2500.0) + old_cell(4, 3, 45359.0, 1)
    data = old_workbook(("Floods", 0, cells), ("Secret", 1, old_cell(0, 0, "hidden")), ("Empty", 0, b""))
    assert xls.load(data).text == "Floods\n\nCity: Basra; Dead: 2500; Day: 2024-03-08"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<html>", "damaged"),
        (old_workbook(("Floods", 0, b"")), "empty"),
        (old_workbook(("Floods", 0, b""))[:700], "unsupported"),
        (old_workbook(("Floods", 0, old_cell(0, 0, "a")))[:1600], "damaged"),
        (old_office("WordDocument"), "unsupported"),
        (old_office("EncryptedPackage"), "encrypted"),
    ],
)
def test_old_workbook_refusals(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        xls.load(data)
    assert refused.value.reason == reason


@given(st.binary(min_size=1, max_size=8), st.integers(0, 1 << 16))
@settings(max_examples=150, deadline=None)
def test_damaged_old_workbooks(noise: bytes, place: int) -> None:
    sample = old_workbook(("Floods", 0, old_cell(0, 0, "a") + old_cell(0, 1, 7.0)))
    place %= 2_000
    try:
        assert xls.load(sample[:place] + noise + sample[place + len(noise) :]).text
    except UnreadableFile as refused:
        assert refused.detail


@pytest.mark.parametrize(
    ("data", "reason", "detail"),
    [
        (b"PK no zip", "damaged", "zip"),
        (raw("<sheetData><row>"), "damaged", "no valid XML"),
        (raw("", **{"xl/workbook.xml": "<presentation/>"}), "damaged", "no Excel workbook"),
        (raw("", **{"xl/texts.xml": '<!DOCTYPE s [<!ENTITY a "b">]><sst>&a;</sst>'}), "damaged", "document type"),
        (raw("")[:-30], "damaged", "zip"),
        (raw("", **{"xl/texts.xml": '<?xml version="1.0" encoding="none"?><sst/>'}), "damaged", "encoding"),
        (raw("", **{"xl/workbook.xml": '<?xml version="1.0" encoding="none"?><a/>'}), "damaged", "encoding"),
        (old_office("EncryptionInfo", "EncryptedPackage"), "encrypted", "password"),
        (old_office("Workbook", "WordDocument"), "unsupported", "an old Excel file; save it as .xlsx"),
        (old_office("WordDocument", "Workbook"), "unsupported", "an old Word file; save it as .docx"),
        (old_office("PowerPoint Document"), "unsupported", "an old PowerPoint file; save it as .pptx"),
        (old_office("__properties_version1.0"), "unsupported", "an Outlook message; save it as .eml"),
        (old_office("Other"), "unsupported", "an old Office file"),
    ],
)
def test_refusals(data: bytes, reason: str, detail: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        xlsx.load(data)
    assert refused.value.reason == reason and detail in refused.value.detail


@given(
    st.lists(st.dictionaries(st.integers(1, 6), st.sampled_from(["a", "b c", "7", "2024"]), max_size=4), max_size=30)
)
@settings(max_examples=200, deadline=None)
def test_no_cell_is_lost(rows: list[dict[int, str]]) -> None:
    cells = [
        (number, {column: Cell(value, "text" if value.isalpha() else "number") for column, value in row.items()})
        for number, row in enumerate(rows, 1)
    ]
    said = " ".join(line.text for line in sheet_lines(cells))
    for value in ("a", "b c", "7", "2024"):
        assert (value in said) == any(value in row.values() for row in rows)


@given(st.binary(max_size=40), st.integers(0, 1 << 16), st.booleans())
@settings(max_examples=200, deadline=None)
def test_damage_is_a_refusal_or_text(noise: bytes, place: int, cut: bool) -> None:
    sample = raw('<sheetData><row><c t="str"><v>a</v></c><c><v>1</v></c></row></sheetData>')
    place %= len(sample)
    try:
        content = xlsx.load(sample[:place] + noise + (b"" if cut else sample[place + len(noise) :]))
    except UnreadableFile as refused:
        assert refused.detail
    else:
        assert all(content.text[h.start :].startswith(h.title) for h in content.headings)
