from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.facts.dates import When
from rag.facts.periods import Period, days_of, mentions

TODAY = date(2024, 3, 20)  # a Wednesday


@pytest.mark.parametrize(
    ("question", "after", "before"),
    [
        ("today", date(2024, 3, 20), date(2024, 3, 20)),
        ("What happened yesterday?", date(2024, 3, 19), date(2024, 3, 19)),
        ("last week", date(2024, 3, 11), date(2024, 3, 17)),
        ("this week", date(2024, 3, 18), date(2024, 3, 24)),
        ("last month", date(2024, 2, 1), date(2024, 2, 29)),
        ("this month", date(2024, 3, 1), date(2024, 3, 31)),
        ("last year", date(2023, 1, 1), date(2023, 12, 31)),
        ("this year", date(2024, 1, 1), date(2024, 12, 31)),
        ("in the last 10 days", date(2024, 3, 10), TODAY),
        ("in the past two weeks", date(2024, 3, 6), TODAY),
        ("over the last three months", date(2023, 12, 20), TODAY),
        ("in the last 2 years", date(2022, 3, 20), TODAY),
        ("3 days ago", date(2024, 3, 17), date(2024, 3, 17)),
        ("two weeks ago", date(2024, 3, 4), date(2024, 3, 10)),
        ("gestern", date(2024, 3, 19), date(2024, 3, 19)),
        ("letzte Woche", date(2024, 3, 11), date(2024, 3, 17)),
        ("in den letzten 3 Tagen", date(2024, 3, 17), TODAY),
        ("aujourd’hui", TODAY, TODAY),
        ("la semaine dernière", date(2024, 3, 11), date(2024, 3, 17)),
        ("ces 3 derniers jours", date(2024, 3, 17), TODAY),
        ("ayer", date(2024, 3, 19), date(2024, 3, 19)),
        ("el año pasado", date(2023, 1, 1), date(2023, 12, 31)),
        ("en los últimos 3 días", date(2024, 3, 17), TODAY),
        ("in the 1990s", date(1990, 1, 1), date(1999, 12, 31)),
        ("in the 1800s", date(1800, 1, 1), date(1899, 12, 31)),
        ("in the 2000s", date(2000, 1, 1), date(2009, 12, 31)),
        ("in den 1990er Jahren", date(1990, 1, 1), date(1999, 12, 31)),
        ("in the 19th century", date(1801, 1, 1), date(1900, 12, 31)),
        ("nineteenth-century piers", date(1801, 1, 1), date(1900, 12, 31)),
        ("im 19. Jahrhundert", date(1801, 1, 1), date(1900, 12, 31)),
        ("au XIXe siècle", date(1801, 1, 1), date(1900, 12, 31)),
        ("en el siglo XIX", date(1801, 1, 1), date(1900, 12, 31)),
        ("since January", date(2024, 1, 1), None),
        ("since the 4 March", date(2024, 3, 4), None),
        ("before 2 May", None, date(2023, 5, 1)),
        ("before 2 May 2024", None, date(2024, 5, 1)),
        ("until March 2024", None, date(2024, 3, 31)),
        ("after 1935", date(1936, 1, 1), None),
        ("seit dem 4. März", date(2024, 3, 4), None),
        ("avant le 2 mai 2024", None, date(2024, 5, 1)),
        ("después de 1935", date(1936, 1, 1), None),
        ("in February", date(2024, 2, 1), date(2024, 2, 29)),
        ("in June", date(2023, 6, 1), date(2023, 6, 30)),
        ("from December to February", date(2023, 12, 1), date(2024, 2, 29)),
    ],
)
def test_periods_as_of_today(question: str, after: date | None, before: date | None) -> None:
    (mention,) = mentions(question, TODAY)
    assert mention.period == Period(after, before)


@pytest.mark.parametrize(
    "question",
    ["before the strike", "recently", "the last week of the campaign", "5th century BC", "the 99th century", "at last"],
)
def test_no_period_where_none_is_told(question: str) -> None:
    assert mentions(question, TODAY) == ()


def test_offsets_hold_beside_letters_that_grow_in_lower_case() -> None:
    text = "İİİ last week, since 4 March, in the 1990s"
    found = [text[one.start : one.end] for one in mentions(text, TODAY)]
    assert found == ["last week", "since 4 March", "1990s"]


def test_a_period_holds_its_first_and_last_day() -> None:
    week = Period(date(2024, 3, 11), date(2024, 3, 17))
    assert [week.holds(date(2024, 3, day)) for day in (10, 11, 17, 18)] == [False, True, True, False]
    assert Period(None, TODAY).holds(date(1, 1, 1)) and not Period(TODAY, None).holds(TODAY - timedelta(1))


def test_a_date_without_a_year_is_the_last_one_by_today() -> None:
    assert days_of(When(None, 3, 20), TODAY) == Period(TODAY, TODAY)
    assert days_of(When(None, 3, 21), TODAY) == Period(date(2023, 3, 21), date(2023, 3, 21))
    assert days_of(When(None, 2, 29), date(2023, 3, 1)) == Period(date(2020, 2, 29), date(2020, 2, 29))
    assert days_of(When(None, 3, 21)) is None


@given(st.dates(date(1001, 1, 1), date(2199, 12, 31)))
def test_relative_expressions_hold_on_any_day(today: date) -> None:
    question = "today, yesterday, last month, this week, 400 years ago, in the last 999 years, in the past two months"
    assert len(mentions(question, today)) in (5, 6, 7)  # those before the year 1 are left out
    for one in mentions(question, today):
        assert one.period and one.period.after and one.period.before and one.period.after <= one.period.before


@pytest.mark.parametrize(
    ("text", "after", "before"),
    [
        ("between 3 and 7 March 2024", date(2024, 3, 3), date(2024, 3, 7)),
        ("from January to March 2023", date(2023, 1, 1), date(2023, 3, 31)),
        ("from December to February 2024", date(2023, 12, 1), date(2024, 2, 29)),
        ("2023-12-30 to 2024-01-02", date(2023, 12, 30), date(2024, 1, 2)),
        ("1980–1984", date(1980, 1, 1), date(1984, 12, 31)),
        ("vom 3. bis 7. März 2024", date(2024, 3, 3), date(2024, 3, 7)),
        ("de janvier à mars 2023", date(2023, 1, 1), date(2023, 3, 31)),
        ("entre 1980 y 1984", date(1980, 1, 1), date(1984, 12, 31)),
    ],
)
def test_a_range_lasts_from_the_first_day_of_one_end_to_the_last_of_the_other(
    text: str, after: date, before: date
) -> None:
    (mention,) = mentions(text)
    assert mention.period == Period(after, before) and len(mention.whens) == 2


WORDS = "since before until March May Feb. 4 31 2024 to - the last week 1990s 19th century past 3 days İ".split()


@given(st.lists(st.sampled_from(WORDS)).map(" ".join), st.text())
def test_any_question_can_be_read(words: str, text: str) -> None:
    for some in (words, text, f"{words} since May 2024 {text}"):
        for one in mentions(some, TODAY):
            assert 0 <= one.start < one.end <= len(some)
            assert one.whens or one.period
