from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.facts.names import codes, names, possible_names
from rag.facts.number_words import spoken
from rag.facts.quantities import Quantity, quantities

LANGUAGES = st.sampled_from([None, "en", "de", "fr", "es", "zh", "xx"])
PIECES = st.sampled_from(
    "three hundred and thousand million 2,500 1.250,50 12 % per cent $ € 5 - – . , : 14:30 Feb. 4 a half of third "
    "zwei und zwanzig tausend vingt quatre dix sept mil ciento İstanbul ß ﬁ AB-1234 F- 16 Al Musawi of the US U.S. "
    "’s “ \n \xa0 ² ٣ 漢字 é".split(" ")
)
TEXT = st.text() | st.lists(PIECES, max_size=40).map(" ".join) | st.lists(PIECES, max_size=40).map("".join)


def told(text: str, language: str | None = None) -> list[tuple[float, str | None]]:
    return [(one.value, one.unit) for one in quantities(text, language)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2,500 troops", [(2500, "troops")]),
        ("2500 US troops", [(2500, "troops")]),
        ("two thousand five hundred troops", [(2500, "troops")]),
        ("one hundred and fifty-two boats", [(152, "boats")]),
        ("three", [(3, None)]),
        ("12 per cent", [(12, "%")]),
        ("12 percent", [(12, "%")]),
        ("twelve percent", [(12, "%")]),
        ("12%", [(12, "%")]),
        ("12 percentage points", [(12, "percentage point")]),
        ("2.5 million euros", [(2_500_000, "euro")]),
        ("€2.5m", [(2_500_000, "euro")]),
        ("£3bn", [(3e9, "pound")]),
        ("$1,250.50", [(1250.5, "dollar")]),
        ("20-30 knots", [(20, "knot"), (30, "knot")]),
        ("between 5 and 10 per cent", [(5, "%"), (10, "%")]),
        ("five to ten boats", [(5, "boats"), (10, "boats")]),
        ("at 14:30", [(870, "time")]),
        ("at 2.30 p.m.", [(870, "time")]),
        ("9 pm", [(1260, "time")]),
        ("at noon", [(720, "time")]),
        ("a 9-metre boat", [(9, "m")]),
        ("an 18-year-old", [(18, "year")]),
        ("the third time", [(3, "ordinal")]),
        ("the 21st meeting", [(21, "ordinal")]),
        ("two thirds of the boats", [(66.67, "%")]),
        ("half the crew", [(50, "%")]),
        ("half a million", [(500_000, None)]),
        ("half an hour", [(0.5, "hour")]),
        ("a dozen boats", [(12, "boats")]),
        ("hundreds of men", [(100, "hundreds")]),
        ("at -5 degrees", [(-5, "degree")]),
        ("one soldier died", [(1, "soldier")]),
        ("one of them, no one, one another", []),
        ("On Feb. 4, 2024, in 2023 and on the 4th of May", []),
        ("F-16 jets and form AB-1234", []),
        ("version 3.5.2", []),
        ("1,00,000 people", [(100_000, "people")]),
        ("5 of the boats", [(5, None)]),
        ("1" * 400, []),
    ],
)
def test_quantities_in_english(text: str, found: list[tuple[float, str | None]]) -> None:
    assert told(text) == found


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("1.250,50 Euro", "de", [(1250.5, "euro")]),
        ("1.250 Boote", "de", [(1250, "boote")]),
        ("12,5 Prozent", "de", [(12.5, "%")]),
        ("zweitausendfünfhundert Menschen", "de", [(2500, "people")]),
        ("einundzwanzig Boote um 14.30 Uhr", "de", [(21, "boote"), (870, "time")]),
        ("2,5 Millionen Euro", "de", [(2_500_000, "euro")]),
        ("quatre-vingt-dix-sept personnes", "fr", [(97, "people")]),
        ("vingt et un ans", "fr", [(21, "year")]),
        ("1 250,5 euros", "fr", [(1250.5, "euro")]),
        ("deux cents soldats", "fr", [(200, "soldats")]),
        ("12 pour cent", "fr", [(12, "%")]),
        ("treinta y cinco personas", "es", [(35, "people")]),
        ("doscientos mil euros", "es", [(200_000, "euro")]),
        ("12,5 por ciento", "es", [(12.5, "%")]),
    ],
)
def test_quantities_in_other_languages(text: str, language: str, found: list[tuple[float, str | None]]) -> None:
    assert told(text, language) == found


def test_a_point_or_comma_that_only_one_language_writes_is_read_in_all() -> None:
    for language in ("en", "de"):
        assert told("1.250,50 and 1,250.50 and 1.250.000", language)[:3] == [(1250.5, None)] * 2 + [(1_250_000, None)]


def test_a_quantity_stands_where_it_says() -> None:
    text = "About $2.5 million went to 2,500 US troops and 20-30 per cent to 3rd parties."
    assert [text[one.start : one.end] for one in quantities(text)] == [
        "$2.5 million",
        "2,500 US troops",
        "20",
        "30 per cent",
        "3rd",
    ]
    assert quantities("three") == [Quantity(0, 5, 3.0, None)]


@settings(max_examples=60)
@given(st.integers(0, 999_999))
def test_numbers_in_words_have_their_value(value: int) -> None:
    assert spoken(_in_words(value).replace("-", " ").split(), "en") == (value, len(_in_words(value).split()))
    assert told(_in_words(value) + " boats")[0][0] == value or value == 1


_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def _in_words(value: int) -> str:
    if value < 20:
        return _ONES[value]
    if value < 100:
        return _TENS[value // 10 - 2] + (f" {_ONES[value % 10]}" if value % 10 else "")
    size, word = (1000, "thousand") if value >= 1000 else (100, "hundred")
    rest = value % size
    joint = " and " if size == 100 else " "
    return f"{_in_words(value // size)} {word}" + (joint + _in_words(rest) if rest else "")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The truce, Hussein Al Musawi said, is over.", ["Hussein Al Musawi"]),
        ("Hussein Al Musawi said so.", ["Hussein Al Musawi"]),
        ("J. K. Rowling met Dr. Smith in February.", ["J. K. Rowling", "Dr. Smith"]),
        ("the Bank of England and Holmgard & Daughters", ["Bank of England", "Holmgard & Daughters"]),
        ("The US and U.S. forces left on Monday.", ["US", "U.S."]),
        ("Iraq's army met Harakat al-Nujaba.", ["Harakat al-Nujaba"]),
        ("In Iraq’s north", ["Iraq"]),
        ("About Syria. Nobody came. However, Boats left.", ["Syria", "Boats"]),
        ("Mr. May left in May.", ["Mr. May"]),
        ("No names here, only 3 boats.", []),
        ("F-16 and AB-1234", []),
    ],
)
def test_names(text: str, found: list[str]) -> None:
    assert [one.text for one in names(text)] == found


def test_a_single_capital_word_of_german_is_no_sure_name() -> None:
    text = "Der Hafen ist zu, sagte Olaf Scholz der ARD."
    assert [one.text for one in names(text, "de")] == ["Olaf Scholz", "ARD"]
    assert "Hafen" in [one.text for one in names("wir sahen Hafen")]


def test_the_first_word_of_a_sentence_may_be_a_name() -> None:
    assert [one.text for one in possible_names("Macron resigned. Residents complained. Fishing is banned.")] == [
        "Macron"
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("form AB-1234 for the F-16, COVID-19 and 4G", ["AB-1234", "F-16", "COVID-19", "4G"]),
        ("version 3.5.2, call 555-0132", ["3.5.2", "555-0132"]),
        ("an 18-year-old in the 1980s, 5km, 3rd, 15th-century, 9PM, 20-30", []),
    ],
)
def test_codes(text: str, found: list[str]) -> None:
    assert [one.text for one in codes(text)] == found


@settings(max_examples=60)
@given(TEXT, LANGUAGES)
def test_any_text_is_read_and_offsets_are_exact(text: str, language: str | None) -> None:
    found = quantities(text, language)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in zip(found, found[1:], strict=False))
    assert all(any(c.isalnum() for c in text[one.start : one.end]) for one in found)
    for name in (*names(text, language), *possible_names(text, language)):
        assert text[name.start : name.end] == name.text != ""
    assert all(text[code.start : code.end] == code.text for code in codes(text))


HOSTILE = [
    "1.",
    "a-",
    "A.",
    "A ",
    "one ",
    "1 000 ",
    "hundred and ",
    "1",
    "-",
    "A1-",
    "zwei",
    "12:3",
    "A\n",
    "1-",
    "$",
    "un ",
]


def seconds(piece: str, length: int, language: str | None) -> float:
    text = (piece * length)[:length]
    started = time.process_time()
    quantities(text, language)
    names(text, language)
    possible_names(text, language)
    return time.process_time() - started


@pytest.mark.parametrize("piece", HOSTILE)
def test_reading_takes_linear_time(piece: str) -> None:
    """Four times the text takes ten times as long at most, whatever this machine does meanwhile."""
    short, long = (min(seconds(piece, length, "fr") for _ in range(2)) for length in (1_500, 6_000))
    assert long < 10 * short + 0.05


@pytest.mark.slow
@pytest.mark.parametrize("language", [None, "de", "fr"])
@pytest.mark.parametrize("piece", HOSTILE)
def test_a_long_hostile_text_is_read(piece: str, language: str | None) -> None:
    assert seconds(piece, 100_000, language) < 10
