"""Rows of tables: their cells, their ranges, and the row that a quantity falls into."""

from __future__ import annotations

import pytest
from corpus import assert_exact
from hypothesis import given
from hypothesis import strategies as st

from rag import Assistant
from rag.reading.rows import Range, cells, measures, read_range, row_fit

INF = float("inf")
BERTH = "Length of boat: Over 8 m, up to 10 m; Night, summer: 26; Year, swinging mooring: none"


def test_the_cells_of_a_row() -> None:
    assert cells(BERTH)[0] == ("Length of boat", "Over 8 m, up to 10 m")
    assert [name for name, _ in cells(BERTH)] == ["Length of boat", "Night, summer", "Year, swinging mooring"]
    assert cells("Note: the fee is due; it must be paid.") == cells("The fee is 9.") == cells("Fee: 9") == []


@pytest.mark.parametrize(
    ("cell", "column", "low", "high", "unit"),
    [
        ("Up to 6 m", "", -INF, 6, "m"),
        ("8 to 10 m", "", 8, 10, "m"),
        ("8-10", "Length (m)", 8, 10, "m"),
        ("between 8 and 10 metres", "", 8, 10, "m"),
        ("from 5 kg", "", 5, INF, "kg"),
        ("2 kg – 5 kg", "", 2, 5, "kg"),
        ("€20,000 to €50,000", "", 20_000, 50_000, "euro"),
        ("18–25", "Age", 18, 25, None),
        ("65+", "Age", 65, INF, None),
        ("12 m or less", "", -INF, 12, "m"),
        ("not more than 5 tonnes", "", -INF, 5, "tonne"),
        ("no less than 5 tonnes", "", 5, INF, "tonne"),
        ("≥ 5 kg", "", 5, INF, "kg"),
        ("bis 10 kg", "", -INF, 10, "kg"),
        ("zwischen 8 und 10 Meter", "", 8, 10, "m"),
        ("hasta 10 metros", "", -INF, 10, "m"),
    ],
)
def test_ranges_with_their_ends(cell: str, column: str, low: float, high: float, unit: str | None) -> None:
    assert read_range(cell, column) == Range(low, high, unit)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Over 8 m, up to 10 m", Range(8, 10, "m", low_open=True)),
        ("more than 8 m and less than 10 m", Range(8, 10, "m", low_open=True, high_open=True)),
        ("8 m to under 10 m", Range(8, 10, "m", high_open=True)),
        ("8 m bis unter 10 m", Range(8, 10, "m", high_open=True)),
        ("under 18", Range(-INF, 18, None, high_open=True)),
        ("< 5 kg", Range(-INF, 5, "kg", high_open=True)),
        ("Crane, over 5 tonnes", Range(5, INF, "tonne", low_open=True)),
        ("über 5 kg", Range(5, INF, "kg", low_open=True)),
        ("más de 10 metros", Range(10, INF, "m", low_open=True)),
    ],
)
def test_ranges_without_an_end(cell: str, expected: Range) -> None:
    assert read_range(cell) == expected


@pytest.mark.parametrize(
    "cell", ["1-3 kg, 4-6 kg", "up to 2 kg or over 10 kg", "1,310,000", "one lift", "none", "5 tonnes", "", "2024/25"]
)
def test_a_value_is_no_range(cell: str) -> None:
    assert read_range(cell) is None


@pytest.mark.parametrize(
    ("question", "fit"),
    [
        ("What does a boat of 9 metres pay?", 1),
        ("What does a 10 m boat pay?", 1),
        ("What does an 8 m boat pay?", -1),
        ("What does a boat of 900 cm pay?", 0),
        ("Is there a crane for 9 tonnes?", 0),
        ("What do boats over 10 metres pay?", -1),
        ("What do boats over 9 metres pay?", 1),
        ("What do boats of 5 to 9 metres pay?", 1),
        ("What do boats up to 8 metres pay?", -1),
        ("What does a boat pay at 9:00?", 0),
        ("What does a boat pay?", 0),
    ],
)
def test_the_row_that_a_quantity_falls_into(question: str, fit: int) -> None:
    assert row_fit(measures(question), BERTH) == fit
    assert row_fit(measures(question), "Boats over 8 m and up to 10 m pay 26 crowns.") == 0


@pytest.mark.parametrize(
    ("question", "fit"),
    [
        ("What does a child of 7 pay?", 1),
        ("What does a child of 7 years pay?", 1),
        ("What does a child of 15 pay?", 0),
        ("What does a child of 15 years pay?", 0),
        ("Who drives bus 12?", 1),
        ("Who drives bus 44?", 0),
    ],
)
def test_a_bare_number_only_speaks_for_a_row(question: str, fit: int) -> None:
    assert row_fit(measures(question), "Age: 6-12; Fee: 3") == fit


@pytest.mark.parametrize(
    ("row", "fit"),
    [
        ("Length: 9 m; Crew: 1-4; Fee: 30", 1),
        ("Length: 12 m; Crew: 9-12; Fee: 40", 0),
        ("Length: 9 m; Draft: 1-2 m", 1),
        ("Length: 7 m; Draft: 1-2 m", -1),
        ("Length: 6-12; Fee: 3", 1),
        ("Length: 1-3; Fee: 3", 0),
    ],
)
def test_other_columns_do_not_overrule_the_one_that_is_meant(row: str, fit: int) -> None:
    assert row_fit(measures("What does a boat of 9 m pay?"), row) == fit


RANGES = st.builds(
    lambda low, more, low_open, high_open: Range(low, low + more, None, low_open, high_open),
    *(st.integers(0, 6), st.integers(0, 6), st.booleans(), st.booleans()),
)


@given(RANGES, RANGES)
def test_ranges_meet_where_they_have_a_value_in_common(one: Range, other: Range) -> None:
    def holds(range_: Range, value: float) -> bool:
        below = value > range_.low if range_.low_open else value >= range_.low
        return below and (value < range_.high if range_.high_open else value <= range_.high)

    halves = [number / 2 for number in range(30)]
    common = [value for value in halves if holds(one, value) and holds(other, value)]
    assert one.meets(other) == other.meets(one) == bool(common)
    assert [value for value in halves if holds(one.within(other), value)] == common


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the annual fee for a 7 metre boat on a pontoon?", "Over 6 m, up to 8 m"),
        ("How much does a berth for a 9 metre boat cost per night in summer?", "Over 8 m, up to 10 m"),
        ("What does a boat of 14 m pay on a swinging mooring?", "Over 12 m, up to 15 m"),
        ("What is the monthly fee for a boat of 16 metres?", "Over 15 m"),
        ("How much is the crane for a boat of 6 tonnes?", "over 5 tonnes"),
        ("How much is the crane for a boat of 4 tonnes?", "up to 5 tonnes"),
    ],
)
def test_a_table_is_looked_up_by_size(seeds: Assistant, question: str, expected: str) -> None:
    answer = seeds.ask(question)
    rows = [one.text for one in answer.statements if cells(one.text)]
    assert answer.status == "answered" and len(rows) == 1 and expected in rows[0]
    assert rows[0] == answer.statements[0].text
    assert_exact(answer)
