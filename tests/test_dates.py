from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.facts.dates import When, dates_in, expressions, shared

YEARS = st.none() | st.integers(1000, 2199)
MONTHS = st.integers(1, 12)
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
ENGLISH = "January February March April May June July August September October November December".split()
GERMAN = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
FRENCH = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
SPANISH = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()


def whens() -> st.SearchStrategy[When]:
    day = st.none() | st.integers(1, 28)
    told = st.tuples(YEARS, MONTHS, day) | st.tuples(st.integers(1000, 2199), st.none(), st.none())
    return told.map(lambda parts: When(*parts))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("On Feb. 4, US forces struck 85 targets.", When(None, 2, 4)),
        ("the strikes of February 4, 2024, and after", When(2024, 2, 4)),
        ("on the night of February 4", When(None, 2, 4)),
        ("4 February", When(None, 2, 4)),
        ("the 4th of February 2024", When(2024, 2, 4)),
        ("4-Feb-2024", When(2024, 2, 4)),
        ("on Sept. 30", When(None, 9, 30)),
        ("on may 4", When(None, 5, 4)),
        ("May 4", When(None, 5, 4)),
        ("since May 4th", When(None, 5, 4)),
        ("March 2024", When(2024, 3)),
        ("in February", When(None, 2)),
        ("in may", When(None, 5)),
        ("early March", When(None, 3)),
        ("by August the pier was shut", When(None, 8)),
        ("in Sept. it rained", When(None, 9)),
        ("FEBRUARY 4, 2024", When(2024, 2, 4)),
        ("in 2023", When(2023)),
        ("1998", When(1998)),
        ("(1998)", When(1998)),
        ("the 2015 elections", When(2015)),
        ("Who won 2019's cup?", When(2019)),
        ("the plague of 1348", When(1348)),
        ("since 1066", When(1066)),
        ("In 2015 protests broke out", When(2015)),
        ("the 2001-02 season", When(2001)),
        ("the 2023/24 budget", When(2023)),
        ("2024-02-04", When(2024, 2, 4)),
        ("2024-02-04T10:30:00Z", When(2024, 2, 4)),
        ("2024/02/04", When(2024, 2, 4)),
        ("20240204", When(2024, 2, 4)),
        ("Time: 20260408_08:38", When(2026, 4, 8)),
        ("14/02/2024", When(2024, 2, 14)),
        ("02/14/2024", When(2024, 2, 14)),
        ("14.2.2024", When(2024, 2, 14)),
        ("05/05/2024", When(2024, 5, 5)),
        ("04/02/2024", When(2024)),
        ("Monday, March 4, 2024 at 10:30", When(2024, 3, 4)),
        ("29 February", When(None, 2, 29)),
        ("am 4. Februar 2024", When(2024, 2, 4)),
        ("im März", When(None, 3)),
        ("im Mai", When(None, 5)),
        ("seit Januar 2016", When(2016, 1)),
        ("im Jahr 1466", When(1466)),
        ("Was war die erste Schlacht von 1754?", When(1754)),
        ("le 4 février", When(None, 2, 4)),
        ("le 1er mars 2024", When(2024, 3, 1)),
        ("en août 2009", When(2009, 8)),
        ("en mai", When(None, 5)),
        ("depuis 1789", When(1789)),
        ("el 4 de febrero de 2024", When(2024, 2, 4)),
        ("en mayo", When(None, 5)),
        ("agosto de 2009", When(2009, 8)),
        ("¿Qué pasó en 1901?", When(1901)),
        ("İstanbul, 4 February 2024", When(2024, 2, 4)),
    ],
)
def test_a_date_is_read_as_far_as_it_is_told(text: str, found: When) -> None:
    assert dates_in(text) == (found,)


@pytest.mark.parametrize(
    "text",
    [
        "May I come in?",
        "It may 4 times fail.",
        "May 12-year-olds vote?",
        "Theresa May said no, and by May Osborne's count too.",
        "the march on Washington",
        "They march 3 miles, and may march on.",
        "an august body met April Ryan and June Osborne",
        "Mars is far, and 4 Mars bars are not.",
        "el mar de China",
        "Jan Smith and Dec Lee",
        "a mayo sandwich",
        "Section 2024 of the act, page 1998, room 2001, No. 1999, Artikel 2015",
        "pp. 1990-1998",
        "version 3.11 and 2.2024.1",
        "open 24/7",
        "call +49 30 1998 2024 or 555-1998",
        "$1998, € 2000, 1998 euros, 1,998 crowns and 2000 €",
        "2,500 troops, 2500 troops, 1500 troops and 2000 people",
        "1500 metres, 2000 km, 1990 mph",
        "from about 15 to 1000",
        "consists of 2140 base pairs",
        "in 1200 BC",
        "Feb. 30, 31 April and 2023-02-29",
        "00/13/2024x and 99/99/2024",
        "20241399",
        "IPv4, A2024, ISO 9001:2015",
        "maybe a marker of maintenance, a decision, a setting, the octet and a novel junction",
        "three days ago there was 1 report",
        "the 12 juniors",
        "Mach 1998.5",
        "",
    ],
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert dates_in(text) == ()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("between 3 and 7 March 2024", When(2024, 3, 3), When(2024, 3, 7)),
        ("March 3-7, 2024", When(2024, 3, 3), When(2024, 3, 7)),
        ("March 3 to April 4, 2024", When(2024, 3, 3), When(2024, 4, 4)),
        ("from January to March 2023", When(2023, 1), When(2023, 3)),
        ("from May to July 2023", When(2023, 5), When(2023, 7)),
        ("from December to February 2024", When(2023, 12), When(2024, 2)),
        ("2023-12-30 to 2024-01-02", When(2023, 12, 30), When(2024, 1, 2)),
        ("between 2004 and 2014", When(2004), When(2014)),
        ("1980–1984", When(1980), When(1984)),
        ("vom 3. bis 7. März 2024", When(2024, 3, 3), When(2024, 3, 7)),
        ("zwischen dem 3. und 7. März 2024", When(2024, 3, 3), When(2024, 3, 7)),
        ("du 3 au 7 mars 2024", When(2024, 3, 3), When(2024, 3, 7)),
        ("de janvier à mars 2023", When(2023, 1), When(2023, 3)),
        ("entre el 3 y el 7 de marzo de 2024", When(2024, 3, 3), When(2024, 3, 7)),
        ("entre 1980 y 1984", When(1980), When(1984)),
    ],
)
def test_the_ends_of_a_range_complete_each_other(text: str, first: When, last: When) -> None:
    assert dates_in(text) == (first, last)
    assert [whens for _, _, whens in expressions(text)] == [(first, last)]


def test_two_dates_that_are_no_range_stand_apart() -> None:
    assert dates_in("in 2004 and 2014") == (When(2004), When(2014))
    assert [whens for *_, whens in expressions("on 4 May 2024 and 5 June")] == [
        (When(2024, 5, 4),),
        (When(None, 6, 5),),
    ]
    assert dates_in("the plagues of 1563, 1593, 1603 and 1625") == tuple(map(When, (1563, 1593, 1603, 1625)))
    assert dates_in("Feb. 4, again Feb. 4, then Feb. 2") == (When(None, 2, 4), When(None, 2, 2))


@given(DAYS)
def test_every_day_is_read_in_every_form_and_language(day: date) -> None:
    told = When(day.year, day.month, day.day)
    month, y, d = day.month - 1, day.year, day.day
    for text in (
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day:%Y/%m/%d}",
        f"on {ENGLISH[month]} {d}, {y}.",
        f"({d} {ENGLISH[month]} {y})",
        f"On {ENGLISH[month][:3]}. {d}, {y}, it rained",
        f"am {d}. {GERMAN[month]} {y}",
        f"le {d} {FRENCH[month]} {y}",
        f"el {d} de {SPANISH[month]} de {y}",
    ):
        assert dates_in(text) == (told,), text


@given(st.text(st.sampled_from("may March Feb. 4 2024 -–/:.,in the to 31 20240204 İ\n “")), st.text())
def test_any_text_can_be_read(alphabet: str, text: str) -> None:
    for some in (alphabet, text, f"{alphabet} in May 2024 {text}"):
        for start, end, whens in expressions(some):
            assert 0 <= start < end <= len(some) and whens
        for when in dates_in(some):
            if when.year and when.month and when.day:
                date(when.year, when.month, when.day)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (When(2024, 2, 4), When(None, 2, 4), 2),
        (When(2024, 2, 4), When(2024), 1),
        (When(2024, 2, 4), When(2023, 2, 4), 0),
        (When(None, 2, 4), When(None, 2, 5), 0),
        (When(2024), When(None, 2), 0),
        (When(None, 2), When(None, 2, 5), 1),
    ],
)
def test_dates_share_parts_unless_one_of_them_differs(one: When, other: When, same: int) -> None:
    assert shared(one, other) == same


@given(whens(), whens())
def test_what_is_shared_is_mutual(one: When, other: When) -> None:
    assert shared(one, one) == one.fields
    assert shared(one, other) == shared(other, one) <= min(one.fields, other.fields)
