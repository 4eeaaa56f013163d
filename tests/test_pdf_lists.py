"""PDF: lines that begin an item keep their line; sentences that wrap before a number, a letter or a dash are whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from index.loaders.pdf import load
from index.loaders.pdf.items import Mark, begins_item, mark_of
from index.loaders.pdf.lines import Line
from index.loaders.pdf.text import compose

CHARACTERS = 60  # in a full line, all of one width
CHARACTER = 6.0


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    indent: int = 0  # characters
    gap: float = 0.0  # points above it, besides the usual


def page_of(rows: Sequence[Row]) -> str:
    """The text of a PDF with these rows, in letters of one width."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    canvas.setFont("Courier", 10)
    top = 760.0
    for row in rows:
        top -= 12 + row.gap
        canvas.drawString(72 + CHARACTER * row.indent, top, row.text)
    canvas.save()
    return load(buffer.getvalue()).text


def full(start: str, indent: int = 0) -> str:
    """A line up to the right edge, which ends inside a sentence."""
    filled = (start + " of the harbour and the town" * 3)[: CHARACTERS - indent]
    return filled[:-1] + "s"


def numbered(count: int, form: str = "{}.") -> list[str]:
    return [form.format(number) for number in range(1, count + 1)]


# --- sentences


def wrapped(text: str, mark: str, indent: float) -> list[str]:
    """The text in lines as a word processor makes them, at the first width at which one begins with the mark."""
    for width in range(250, 500):
        rows = [""]
        for word in text.split(" "):
            longer = f"{rows[-1]} {word}".strip()
            room = width - indent if len(rows) == 1 else width
            rows[-1:] = [longer] if stringWidth(longer, "Helvetica", 11) <= room else [rows[-1], word]
        if any(row.startswith(f"{mark} ") for row in rows[1:]):
            return rows
    raise AssertionError(f"no line begins with {mark}")


SENTENCES = (
    (
        "7.",
        "The lessee owes the rent for the pier as it is described in section 7. The fee is due in March, each year.",
    ),
    ("7.", "The fire started in the charging station on the ground floor of warehouse 7. The inspectors came at ten."),
    (
        "4.",
        "In the year of the storm the costs of the harbour for one boat rose by 4. In the next year they fell again.",
    ),
    (
        "31.",
        "The report on the harbour and on its pier was sent to the council on March 31. After that nothing happened.",
    ),
    (
        "2021.",
        "The council closed the harbour and the market of the town on 3 March 2021. After that nobody came to it.",
    ),
    (
        "12.",
        "The costs of the pier and of the boats are told in full in the report No. 12. Nobody has read it for years.",
    ),
    (
        "3)",
        "The pier had to be closed (the reasons for it are given in chapter 3) and the boats went to the next town.",
    ),
    (
        "(a)",
        "The rent for the pier is owed by the lessee under the conditions of letter (a) and not under those of (b).",
    ),
    (
        "b)",
        "The town had either to repair the old pier at once, or to give it up, or b) to build a new one with the rest.",
    ),
    (
        "[12]",
        "The storm was the worst one that the coast had seen in years, as is told by [12] and by those who were there.",
    ),
    (
        "A.",
        "The report on the storm and on the harbour of the town was written by A. Smith after he had seen it.",
    ),
    (
        "-",
        "The boats that lay in the harbour of the town - nobody had moved them - were lost in the storm of that year.",
    ),
    (
        "–",
        "The boats that lay in the harbour of the town – nobody had moved them – were lost in the storm of that year.",
    ),
    (
        "7.",
        "Das Amt der Stadt hat den Hafen mit seinen drei alten Molen am 7. März geschlossen, und niemand hat gefragt.",
    ),
)


@pytest.mark.parametrize("indent", [0, 20], ids=["flush", "first line indented"])
@pytest.mark.parametrize(("mark", "text"), SENTENCES)
def test_a_sentence_that_wraps_before_a_mark_is_whole(mark: str, text: str, indent: int) -> None:
    before = "The market stayed closed until the summer, and most of the people who live there went to the next town. "
    text = before + text
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    canvas.setFont("Helvetica", 11)
    rows = wrapped(text, mark, indent)
    for number, row in enumerate(rows):
        canvas.drawString(72 + (0 if number else indent), 700 - 13 * number, row)
    canvas.save()
    assert len(rows) > 2 and load(buffer.getvalue()).text == text


def test_a_clause_that_tells_of_the_next_number_is_whole() -> None:
    clause = [full("6. The fire started in the station"), full("on the ground floor of warehouse"), "7. The men came."]
    rows = [Row("5. The hall is old.", gap=12), *map(Row, clause), Row("7. The hall is new.", gap=12)]
    rows[1] = Row(clause[0], gap=12)
    assert page_of(rows) == f"5. The hall is old.\n\n{' '.join(clause)}\n\n7. The hall is new."


@pytest.mark.parametrize("word", ["section", "Sec.", "§", "Artikel", "No.", "Mr."])
def test_a_word_that_wants_a_number_has_it_behind_it_even_in_a_list(word: str) -> None:
    first = [full("1. The pier is closed for the winter"), "and for the spring."]
    second = [
        full("2. The rent is told"),
        f"{full('as one may read')[: -len(word) - 2]}s {word}",
        "3. It is due in March.",
    ]
    rows = [*first, *second, "4. The boats are sold."]
    assert page_of([*map(Row, rows)]) == "\n".join([" ".join(first), " ".join(second), rows[-1]])


def test_of_two_equal_numbers_the_one_behind_a_whole_sentence_begins_the_item() -> None:
    rows = ["1. The pier is closed.", full("2. The fire started in hall"), "3. The men came.", "3. It is due in March."]
    assert page_of([*map(Row, rows)]) == "\n".join([rows[0], f"{rows[1]} {rows[2]}", rows[3]])


def test_an_indented_paragraph_may_begin_with_a_mark() -> None:
    rows = [Row(full("A. Smith came to see the pier", 3), 3), Row(full("and the boats")), Row("until the summer.")]
    assert page_of(rows) == " ".join(row.text for row in rows)
    rows = [Row("- The boats that are kept in the harbour", 3), Row("The pier is closed until the summer.")]
    assert page_of(rows) == "\n\n".join(row.text for row in rows)


# --- lists: none of the lines before an item ends a sentence, and all of them are full


@pytest.mark.parametrize("marks", [numbered(4), numbered(4, "({})"), numbered(4, "[{}]"), ["a)", "b)", "c)"]])
def test_items_of_one_line_each(marks: list[str]) -> None:
    items = [full(f"{mark} Boats") for mark in marks]
    assert page_of([*map(Row, items)]) == "\n".join(items)


@pytest.mark.parametrize("sign", ["-", "–", "*", "•"])
def test_items_with_the_same_sign(sign: str) -> None:
    items = [full(f"{sign} {name}") for name in ("Boats", "Nets", "Sails")]
    assert page_of([*map(Row, items)]) == "\n".join(items)


def test_clauses_of_several_lines_at_the_left_edge() -> None:
    clauses = [[full(f"{number}. The lessee owes the rent"), full("on the day"), "in full."] for number in range(1, 5)]
    clauses[1][2] = full("or on any other day")  # the third number counts on from it
    clauses[2][2] = "without a full stop"
    assert page_of([Row(line) for clause in clauses for line in clause]) == "\n".join(map(" ".join, clauses))


def test_items_with_hanging_lines_at_any_number() -> None:
    items = [[full(f"{number}. The lessee owes"), full("the rent", 3)] for number in (3, 8, 5)]
    rows = [Row(line, 3 * at) for item in items for at, line in enumerate(item)]
    assert page_of(rows).split() == " ".join(map(" ".join, items)).split()
    for item in items[1:]:
        assert f"\n{' '.join(item)}" in page_of(rows)


def test_numbers_that_do_not_count_are_items_where_others_like_them_are() -> None:
    items = [full("3. Boats"), "9. Nets", full("4. Sails"), "27. Ropes", full("6. Piers"), full("40. Oars"), "2. Bells"]
    assert page_of([*map(Row, items)]) == "\n".join(items)


def test_what_leads_to_a_list_does_not_swallow_its_first_item() -> None:
    for lead, *items in (
        (full("The lessee has to pay for all")[:-1] + ":", "1. the pier of the town", "2. the boats"),
        (full("The lessee has to pay for all"), "(a) the pier of the town", "(b) the boats"),
        (full("The lessee has to pay for all"), "- the pier of the town", "- the boats"),
        (full("The lessee has to pay for all"), "(i) the pier of the town", "(ii) the boats"),
    ):
        assert page_of([*map(Row, (lead, *items))]) == "\n".join((lead, *items))


def test_nested_items_stand_apart_by_their_indent() -> None:
    rows = [Row(full("1. Boats")), Row(full("a) old ones", 6), 6), Row(full("b) new ones", 6), 6), Row("2. Nets")]
    text = page_of(rows)
    assert all(f"\n{row.text}" in text for row in rows[1:])


def test_a_larger_gap_or_another_left_edge_makes_an_item() -> None:
    prose = [Row(full("The market stayed closed")), Row(full("until the summer")), Row(full("of the year"))]
    for item in (Row("7. Fees", gap=4), Row("7. Fees", 2), Row("- Fees", gap=4)):
        assert f"\n{item.text}" in page_of([*prose, item])
    joined = " ".join(row.text for row in [*prose, Row("7. Fees")])
    assert page_of([*prose, Row("7. Fees")]) == joined


def test_a_short_line_or_the_end_of_a_sentence_comes_before_an_item() -> None:
    for last in ("of the year", full("of the year")[:-1] + ".", full("of the year")[:-2] + ".)"):
        rows = [full("The market stayed closed"), full("until the summer"), last, "7. Fees"]
        assert page_of([*map(Row, rows)]) == " ".join(rows[:3]) + "\n7. Fees"


# --- the decision


def test_marks_and_their_places() -> None:
    assert mark_of("7. The fee") == Mark(".", frozenset({("1", 7)}))
    assert mark_of("(i) one") == Mark("()", frozenset({("a", 9), ("i", 1)}))
    assert mark_of("XIV. last") == Mark(".", frozenset({("I", 14)}))
    assert mark_of("– aside") == Mark("–")
    assert [mark_of(text) for text in ("2021. After", "7.5 metres", "ab. c", "-5 degrees", "", "word")] == [None] * 6
    for one, other in (("9. a", "10. b"), ("(h) a", "(i) b"), ("(i) a", "(ii) b"), ("iv) a", "v) b"), ("Y. a", "Z. b")):
        first, second = mark_of(one), mark_of(other)
        assert first is not None and second is not None
        assert first.is_before(second) and not second.is_before(first)
    assert not Mark(".", frozenset({("1", 1)})).is_before(Mark("()", frozenset({("1", 2)})))


def laid(*rows: str) -> list[Line]:
    """Blanks before a row are its indent; one that ends with "|" is full."""
    block = []
    for at, row in enumerate(rows):
        indent, right = len(row) - len(row.lstrip()), 400.0 if row.endswith("|") else 250.0
        block.append(Line(row.strip(" |"), 72.0 + 6 * indent, right, 700.0 - 12 * at, 10.0, 6.0, 12.0))
    return block


@pytest.mark.parametrize(
    ("rows", "items"),
    [
        (("The rent|", "of hall|", "7. The men|", "came"), "...."),
        (("The rent|", "of hall|", "7. Fees|", "   hang"), "..i."),
        (("The rent|", "of hall", "7. Fees|", "of men"), "..i."),
        (("The rent of hall|", "7. Fees"), ".."),
        (("    The rent of hall|", "7. The men|", "came"), "..."),
        (("1. The rent of hall|", "   7. The men|", "   came"), "i.."),
        (("1. The rent of hall|", "      7. The men|", "      came"), "ii."),
        (("1. The rent of hall|", "7. The men|", "came"), "i.."),
        (("1. Boats|", "2. Nets"), "ii"),
        (("  1. Boats|", "  2. Nets", "and so on"), "ii."),
        (("6. The rent of hall|", "7. The men|", "came"), "i.."),
        (("6. The rent|", "of hall|", "7. The men|", "came", "8. Boats"), "i.i.i"),
        (("6. The rent|", "of hall|", "7. The men|", "came.", "7. Boats"), "i...i"),
        (("3. Boats|", "9. Nets|", "4. Sails"), "iii"),
        (("3. Boats|", "of men", "9. Nets|", "of men|", "4. Sails|", "of men"), "i.i.i."),
        (("3. Boats|", "of men", "4. Nets|", "of hall|", "9. The men|", "came"), "i.i..."),
        (("The rent|", "of hall|", "7. The men|", "came to|", "      8. Boats"), "....i"),
        (("The rent|", "of hall|", "7. The men|", "came to|", "      (8) Boats"), "....i"),
        (("- Boats|", "of men|", "- Nets|", "of men"), "i.i."),
        (("The boats|", "of men|", "- so to say|", "- came"), "...."),
    ],
)
def test_what_begins_an_item(rows: Sequence[str], items: str) -> None:
    assert "".join(".i"[found] for found in begins_item(laid(*rows), 400.0)) == items
    marked = [mark_of(row.strip()) is not None for row in rows]
    assert begins_item(laid(*rows), None) == marked


def test_an_item_at_the_start_of_a_page_stays_apart() -> None:
    first, second = laid("a) old boats of the men who live at the harbour of the town|"), laid("b) new boats|")
    assert compose([first, second]).text == f"{first[0].text}\n\n{second[0].text}"


LINES = st.lists(
    st.builds(
        lambda text, left, right, drop: (text, left, right, drop),
        st.sampled_from(["7. The fee", "8. Of", "(a) the", "b) so", "- and", "• one", "word of it", "Ended.", "ii) x"]),
        st.sampled_from([72.0, 72.5, 84.0, 96.0]),
        st.sampled_from([200.0, 380.0, 399.0, 400.0]),
        st.sampled_from([10.0, 12.0, 14.0]),
    ),
    min_size=1,
    max_size=20,
)


def drawn(parts: Sequence[tuple[str, float, float, float]]) -> list[Line]:
    base, block = 700.0, []
    for text, left, right, drop in parts:
        base -= drop
        block.append(Line(text, left, right, base, 10.0, 3.0, 12.0))
    return block


@given(LINES, st.sampled_from([None, 400.0]))
def test_only_marked_lines_are_items_and_what_is_sure_stays(
    parts: Sequence[tuple[str, float, float, float]], edge: float | None
) -> None:
    block = drawn(parts)
    found = begins_item(block, edge)
    assert len(found) == len(block)
    for at, (line, is_item) in enumerate(zip(block, found, strict=True)):
        marked = not line.text.startswith(("word", "Ended", "ii)"))
        assert marked or not is_item
        if marked and (at == 0 or edge is None or line.text.startswith("•") or block[at - 1].right == 200.0):
            assert is_item


@given(LINES)
def test_no_word_is_lost(parts: Sequence[tuple[str, float, float, float]]) -> None:
    block = drawn(parts)
    prose = [Line("x" * 60, 72.0, 400.0, 800.0, 10.0, 3.0, 12.0), *block]
    assert compose([prose]).text.split() == " ".join(line.text for line in prose).split()
