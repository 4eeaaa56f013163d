"""Tables in PDF: with and without lines, over pages, and what only looks like a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from index.loaders.pdf import load
from index.loaders.pdf.grids import ruled_tables
from index.loaders.pdf.rulings import Ruling, joined
from index.loaders.pdf.table_rules import is_number, is_table, names_columns
from index.loaders.pdf.tables import with_tables
from index.loaders.pdf.words import Word

Draw = Callable[[Canvas], object]
Rows = Sequence[Sequence[str]]

FEES: Rows = (
    ("Service", "Fee", "Days"),
    ("Passport", "85.00", "12"),
    ("Parking permit", "120.50", "3"),
    ("Fishing licence", "9.00", "1"),
)
NAMED_FEES = (
    "Service: Passport; Fee: 85.00; Days: 12\n"
    "Service: Parking permit; Fee: 120.50; Days: 3\n"
    "Service: Fishing licence; Fee: 9.00; Days: 1"
)
PROSE = (
    "The harbour was closed for three weeks after the storm, and the people who",
    "live there moved their boats to the next town until the summer.",
)


def made(*pages: Sequence[Draw]) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    for page in pages:
        for draw in page:
            draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def text_of(*draws: Draw) -> str:
    return load(made(draws)).text


def lines(*texts: str, left: float = 72, top: float = 740) -> Draw:
    def draw(canvas: Canvas) -> None:
        for number, text in enumerate(texts):
            canvas.drawString(left, top - 14 * number, text)

    return draw


def table(
    rows: Rows,
    top: float = 640,
    lefts: Sequence[float] = (72, 220, 320, 420),
    right_aligned: bool = False,
    by_columns: bool = False,
    bold: bool = False,
) -> Draw:
    """Columns but the first are set flush right if `right_aligned`; pitch is 16 points."""

    def draw(canvas: Canvas) -> None:
        cells = [(at, number, cell) for number, row in enumerate(rows) for at, cell in enumerate(row) if cell]
        for at, number, cell in sorted(cells) if by_columns else cells:
            canvas.setFont("Helvetica-Bold" if bold and not number else "Helvetica", 12)
            if right_aligned and at:
                canvas.drawRightString(lefts[at] + 60, top - 16 * number, cell)
            else:
                canvas.drawString(lefts[at], top - 16 * number, cell)
        canvas.setFont("Helvetica", 12)

    return draw


def grid(xs: Sequence[float], ys: Sequence[float]) -> Draw:
    return lambda canvas: canvas.grid(list(xs), list(ys))


# --- tables without lines


@pytest.mark.parametrize("right_aligned", [False, True])
@pytest.mark.parametrize("by_columns", [False, True])
def test_rows_are_told_with_the_names_of_their_columns(right_aligned: bool, by_columns: bool) -> None:
    drawn = table(FEES, right_aligned=right_aligned, by_columns=by_columns)
    text = text_of(lines(*PROSE), drawn, lines("After the table.", top=520))
    assert text == f"{' '.join(PROSE)}\n\n{NAMED_FEES}\n\nAfter the table."


def test_empty_cells_are_left_out() -> None:
    rows = (*FEES[:2], ("Dog tag", "", "2"), ("Copy", "0.50", ""), ("Seal", "4.00", "5"))
    assert text_of(table(rows)).splitlines()[1:3] == ["Service: Dog tag; Days: 2", "Service: Copy; Fee: 0.50"]


def test_years_name_columns_of_numbers() -> None:
    rows = (
        ("Item", "2024", "2025/26"),
        ("Boats", "1,310", "1,340"),
        ("Nets", "651", "684"),
        ("Total", "1,961", "2,024"),
    )
    assert text_of(table(rows)).splitlines()[1] == "Item: Nets; 2024: 651; 2025/26: 684"
    years = (("2019", "2020", "2021"), ("2022", "2023", "2024"), ("2025", "2026", "2027"))
    assert text_of(table(years)).splitlines()[0] == "2019 | 2020 | 2021"


def test_bold_names_name_columns_of_words() -> None:
    rows = (("Name", "Town"), ("Ann", "Basra"), ("Bob", "Umm Qasr"), ("Eve", "Zubair"))
    assert text_of(table(rows, bold=True)).splitlines() == [f"Name: {name}; Town: {town}" for name, town in rows[1:]]
    assert text_of(table(rows)).splitlines() == [" ".join(row) for row in rows]


def test_a_wrapped_cell_is_part_of_its_row() -> None:
    def wrapped(canvas: Canvas) -> None:
        rows = (
            (668, ("Service", "Use", "Fee")),
            (640, ("Passport", "for travel abroad", "85.00")),
            (596, ("Permit", "parking", "120.50")),
        )
        for top, row in rows:
            table((row,), top=top)(canvas)
        lines("and at home", left=220, top=627)(canvas)
        table((("Licence", "fishing", "9.00"),), top=566)(canvas)

    assert text_of(wrapped).splitlines()[0] == "Service: Passport; Use: for travel abroad and at home; Fee: 85.00"


def test_a_row_of_equal_numbers_is_told_in_full() -> None:
    rows = (("One", "Two", "Three"), ("0", "0", "0"), ("1", "2", "3"))
    assert text_of(table(rows)).splitlines()[0] == "One: 0; Two: 0; Three: 0"


def test_a_table_goes_on_over_a_page_with_the_same_names() -> None:
    more = (("Berth", "44.00", "2"), ("Crane", "61.00", "4"), ("Slipway", "12.00", "6"))
    content = load(made([lines(*PROSE), table(FEES)], [table(more), lines("After the table.", top=500)]))
    assert content.text.endswith("Service: Slipway; Fee: 12.00; Days: 6\n\nAfter the table.")
    assert content.text[content.pages[1] :].startswith("Service: Berth; Fee: 44.00; Days: 2")
    elsewhere = load(made([table(FEES)], [lines("Some text."), table(more)]))
    assert "Berth | 44.00 | 2" in elsewhere.text


# --- tables with lines


RULED: Rows = (("Name", "Town", "Phone"), ("Ann", "Basra", "x"), ("Bob", "Umm Qasr", ""))


def test_lines_make_a_table_of_two_rows_and_of_words() -> None:
    drawn = text_of(table(RULED, bold=True), grid((66, 210, 310, 410), (656, 635, 619, 603)), lines(*PROSE, top=560))
    assert drawn.split("\n\n")[0] == "Name: Ann; Town: Basra; Phone: x\nName: Bob; Town: Umm Qasr"
    two = text_of(table(RULED[1:], top=624), grid((66, 210, 310, 410), (635, 619, 603)))
    assert two == "Ann | Basra | x\nBob | Umm Qasr"


def test_the_lines_of_a_ruled_cell_are_one_and_numbers_are_rows() -> None:
    xs, ys = (66, 210, 310, 410), (656, 635, 590)
    text = text_of(
        table(FEES[:1]), lines("Passport", top=624), lines("for travel", "abroad", left=220, top=624), grid(xs, ys)
    )
    assert text == "Service | Fee | Days\nPassport | for travel abroad"
    assert text_of(table(FEES), grid(xs, ys)) == NAMED_FEES


def test_a_table_may_have_no_line_around_it() -> None:
    def inner(canvas: Canvas) -> None:
        for x in (210, 310):
            canvas.line(x, 656, x, 580)
        for y in (636, 620, 604):
            canvas.line(66, y, 410, y)

    assert text_of(table(FEES), inner) == NAMED_FEES


def test_pieces_of_a_line_are_one() -> None:
    pieces = [
        Ruling(False, 100, 0, 50),
        Ruling(False, 101, 51, 90),
        Ruling(False, 100, 200, 300),
        Ruling(True, 5, 0, 2),
    ]
    assert [(each.start, each.end) for each in joined(pieces)] == [(0, 90), (200, 300)]
    assert joined([]) == []


# --- what is no table


def test_prose_in_two_columns_stays() -> None:
    left = (
        "The left column begins with",
        "words that go on in it for",
        "some 3 more lines until it",
        "ends with a full stop.",
    )
    right = (
        "The right column has other",
        "words that nobody may mix",
        "with the 4 lines that are",
        "beside it on the page.",
    )
    text = text_of(lines(*left), lines(*right, left=330))
    assert text.replace("\n", " ").split("  ") == [" ".join(left), " ".join(right)]
    rows = list(zip(left, right, strict=True))
    assert "|" not in text_of(table(rows, lefts=(72, 330))) and ";" not in text_of(table(rows, lefts=(72, 330)))


LOOKALIKES: dict[str, Rows] = {
    "contents": (("1", "Storms", "3"), ("2", "Harbours", "17"), ("3", "Boats", "29"), ("4", "Index", "41")),
    "form": (("Name:", "Ann Miller"), ("Age:", "44"), ("House:", "12"), ("Floor:", "3")),
    "two forms": (("Name:", "Ann", "Age:", "44"), ("Town:", "Basra", "Floor:", "3"), ("Road:", "Pier", "House:", "7")),
    "list": (("1.", "Boats"), ("2.", "Nets"), ("3.", "Ropes"), ("4.", "Sails")),
    "numbered headings": (("1.1", "Boats"), ("1.2", "Nets"), ("1.2.1", "Ropes"), ("2.1", "Sails")),
    "addresses": (("Jane Miller", "Harbour Office"), ("High Street", "Dock Road"), ("Springfield", "Basra")),
    "code": (("int boats = 3;", "// all"), ("int nets = 4;", "// some"), ("return nets;", "// 7"), ("}", "// 8")),
    "authors": (("Ann Lee", "Bob Ray"), ("Town 1", "City 2"), ("a@x.org", "b@y.org"), ("12", "13")),
    "two rows": (("Boats", "Nets"), ("3", "4")),
}


@pytest.mark.parametrize("kind", LOOKALIKES)
def test_what_looks_like_a_table_stays_as_it_is(kind: str) -> None:
    rows = LOOKALIKES[kind]
    text = text_of(table(rows, lefts=(72, 200, 330, 440)))
    assert list(filter(None, text.splitlines())) == [" ".join(row) for row in rows]


def test_leaders_lead_to_page_numbers() -> None:
    def contents(canvas: Canvas) -> None:
        for number, title in enumerate(("Storms", "Harbours", "Boats", "Nets")):
            lines(f"{title} {'.' * 60}", top=700 - 16 * number)(canvas)
            lines(str(9 * number + 2), left=420, top=700 - 16 * number)(canvas)

    assert text_of(contents).splitlines() == ["Storms … 2", "Harbours … 11", "Boats … 20", "Nets … 29"]


def test_the_kinds_of_data_are_no_code() -> None:
    rows = (("Column", "Kind"), ("USER_NAME", "VARCHAR(10)"), ("USAGE", "VARCHAR(7)"), ("TYPE", "CHAR(1)"))
    text = text_of(table(rows, bold=True), grid((66, 210, 310), (656, 635, 619, 603, 587)))
    assert text.splitlines()[0] == "Column: USER_NAME; Kind: VARCHAR(10)"


def test_a_drawing_with_lines_through_its_words_is_no_table() -> None:
    axes = grid((100, 200, 300, 400), (600, 650, 700))
    words = [lines(f"label {at}", left=85 + 100 * (at % 4), top=620 + 50 * (at // 4)) for at in range(8)]
    assert "|" not in text_of(axes, *words)


# --- the rules


@pytest.mark.parametrize(
    "text", ["12", "1,200.50", "-3", "(4)", "$ 12.00", "US$ 9", "EUR 12", "10.20%", "12 kg", "1 200 000", "–", "n/a"]
)
def test_numbers(text: str) -> None:
    assert is_number(text)


@pytest.mark.parametrize("text", ["SF-1008", "A-12", "Area (km2)", "4 3 2 1", "", "Basra", "12 boats", "7" * 99])
def test_no_numbers(text: str) -> None:
    assert not is_number(text)


def test_what_names_columns() -> None:
    assert names_columns(FEES) and not names_columns(FEES[1:])
    assert not names_columns([("Boats", "Boats"), ("a", "1"), ("b", "2"), ("c", "3")])
    assert not names_columns([("Boats", "Nets"), ("a", ""), ("b", ""), ("c", "")])
    assert is_table(FEES) and not is_table(FEES[:2])


places = st.builds(
    lambda text, column, row: Word(text, 72 + 90 * column, 72 + 90 * column + 6 * len(text), 700 - 16 * row, 12),
    st.sampled_from(["12", "3.5", "Boats", "a", "–", "Storms of", "x:", "7%"]),
    st.integers(0, 4),
    st.integers(0, 7),
)


@given(st.lists(st.lists(places, min_size=1, max_size=5), max_size=25), st.booleans())
def test_no_word_is_lost_or_doubled(rows: list[list[Word]], is_ruled: bool) -> None:
    rulings = [Ruling(False, 696 - 16 * at, 60, 500) for at in range(-1, 8)]
    rulings += [Ruling(True, 66 + 90 * at, 560, 712) for at in range(5)]
    found = with_tables(rows, ruled_tables(rows, rulings if is_ruled else []))
    told = sorted("".join(line.text for line in found).replace(" ", ""))
    assert told == sorted("".join(word.text for row in rows for word in row).replace(" ", ""))
    for line in found:
        assert sorted("".join(map("".join, line.cells)).replace(" ", "")) in ([], sorted(line.text.replace(" ", "")))
