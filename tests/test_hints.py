from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.facts.dates import When
from rag.facts.periods import Period
from rag.finding.hints import Hints, boost, meets, read_hints

TODAY = date(2024, 3, 20)
OUTLETS = (
    *("Reuters", "The Gulf Ledger", "Gulf Ledger Sunday", "Time", "www.levantdesk.com", "Tarnhythe Town Council"),
    *("AP", "BBC News", "Le Monde", "El País"),
)
MARCH = Period(date(2024, 3, 1), date(2024, 3, 31))


def hints(question: str) -> Hints:
    return read_hints(question, OUTLETS, TODAY)


@pytest.mark.parametrize(
    ("question", "outlets"),
    [
        ("According to Reuters, when was the strike?", ("Reuters",)),
        ("Reuters reported how many dead?", ("Reuters",)),
        ("what did reuters report", ("Reuters",)),
        ("When was it, per reuters.com?", ("Reuters",)),
        ("What does the Gulf Ledger say about the truce?", ("The Gulf Ledger",)),
        ("what does the gulf  ledger say about the truce?", ("The Gulf Ledger",)),
        ("Gulf Ledger's report names whom?", ("The Gulf Ledger",)),
        ("What did the Gulf Ledger Sunday report?", ("Gulf Ledger Sunday",)),
        ("What did levantdesk write?", ("www.levantdesk.com",)),
        ("Which reasons are given in reports by the AP?", ("AP",)),
        ("articles from “BBC News” about the pier", ("BBC News",)),
        ("According to Time, who won?", ("Time",)),
        ("What did Reuters say, and what did the Gulf Ledger say?", ("The Gulf Ledger", "Reuters")),
        ("Laut Reuters, wann war der Angriff?", ("Reuters",)),
        ("Was berichtet der Gulf Ledger darüber?", ("The Gulf Ledger",)),
        ("Selon Le Monde, qui a gagné ?", ("Le Monde",)),
        ("Según El País, ¿quién ganó?", ("El País",)),
    ],
)
def test_an_outlet_named_as_the_source_is_seen(question: str, outlets: tuple[str, ...]) -> None:
    found = hints(question)
    assert found.outlets == outlets
    assert found.restricts


@pytest.mark.parametrize(
    "question",
    [
        "What does time say about it?",
        "What is the time reported?",
        "According to time tables, when does it sail?",
        "Who employs Reuters?",
        "Does Reuters employ people in Gaza?",
        "Who sits on the Tarnhythe Town Council?",
        "What did the Tarnhythe Town Council decide?",
        "What did the Reutersberg hotel say?",
        "What happened before the strike?",
        "Who said that?",
        "In what year did Reuters drop its four-note jingle?",
        "Who is employed by Reuters?",
        "What did he say of Reuters?",
        "How much lower is it than today?",
        "",
    ],
)
def test_a_question_about_an_outlet_or_an_ordinary_word_names_no_source(question: str) -> None:
    assert hints(question) == Hints()
    assert not hints(question)


@pytest.mark.parametrize(
    ("question", "period"),
    [
        ("articles from March 2024", MARCH),
        ("What do articles from March say of the truce?", MARCH),
        ("What do reports published in March 2024 say?", MARCH),
        ("documents published before 2 May 2024", Period(None, date(2024, 5, 1))),
        ("Which reports since January mention it?", Period(date(2024, 1, 1), None)),
        ("news of last week", Period(date(2024, 3, 11), date(2024, 3, 17))),
        ("What was reported last week?", Period(date(2024, 3, 11), date(2024, 3, 17))),
        ("What was reported about the strike last week?", Period(date(2024, 3, 11), date(2024, 3, 17))),
        ("What has been written since 4 March?", Period(date(2024, 3, 4), None)),
        ("Which documents name the pier and were published before 2 May 2024?", Period(None, date(2024, 5, 1))),
        ("When was the strike, published after 1 March 2024?", Period(date(2024, 3, 2), None)),
        ("What has Reuters reported since 4 March?", Period(date(2024, 3, 4), None)),
        ("Was sagen Artikel vom März 2024?", MARCH),
        ("Que disent les articles de mars 2024 ?", MARCH),
        ("¿Qué dicen los artículos de marzo de 2024?", MARCH),
    ],
)
def test_a_time_of_publication_is_read_where_documents_are_spoken_of(question: str, period: Period) -> None:
    found = hints(question)
    assert found.periods == (period,)
    assert (found.whens, found.during) == ((), ())
    assert found.restricts


@pytest.mark.parametrize(
    ("question", "whens", "during"),
    [
        ("What happened on Feb. 4?", (When(None, 2, 4),), ()),
        ("What was reported about the strike of 4 February?", (When(None, 2, 4),), ()),
        ("What do reports of deforestation in 2005 say?", (When(2005),), ()),
        ("Which book was published in 1998?", (When(1998),), ()),
        ("¿Qué sugiere un informe de 2013?", (When(2013),), ()),
        ("Which country blocked world news in February 2021?", (When(2021, 2),), ()),
        ("What happened today?", (), (Period(TODAY, TODAY),)),
        ("What happened from 1 to 31 March 2024?", (), (MARCH,)),
        ("What happened in the 1990s?", (), (Period(date(1990, 1, 1), date(1999, 12, 31)),)),
        ("Who resigned last month?", (), (Period(date(2024, 2, 1), date(2024, 2, 29)),)),
        ("Was geschah am 4. Februar 2024?", (When(2024, 2, 4),), ()),
    ],
)
def test_other_dates_are_those_of_events(question: str, whens: tuple[When, ...], during: tuple[Period, ...]) -> None:
    found = hints(question)
    assert (found.whens, found.during, found.periods) == (whens, during, ())
    assert found and not found.restricts


def test_a_boost_follows_how_much_of_the_date_the_text_tells() -> None:
    asked = Hints(whens=(When(2024, 2, 4),))
    texts = ["on Feb. 4, 2024", "on 4 February", "in February 2024", "in 2024", "on Feb. 3, 2024", "no date"]
    scores = [boost(asked, None, None, text) for text in texts]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1 and scores[1] == scores[2] > scores[3] > scores[4] == scores[5] == 0


def test_a_date_without_a_year_takes_that_of_the_publication() -> None:
    asked = Hints(whens=(When(2024, 2, 4),))
    assert boost(asked, date(2024, 6, 1), None, "struck on Feb. 4") == 1
    assert boost(asked, date(2019, 6, 1), None, "struck on Feb. 4") == 0
    assert boost(asked, date(2024, 1, 28), None, "the vote is due on Feb. 4") == 1
    assert boost(Hints(whens=(When(2024, 1, 2),)), date(2023, 12, 30), None, "due on 2 January") == 1


def test_publication_close_after_the_event_counts_less_than_the_text() -> None:
    for asked in (Hints(whens=(When(2024, 2, 4),)), Hints(during=(Period(date(2024, 2, 4), date(2024, 2, 4)),))):
        days = [date(2024, 2, 4) + timedelta(days) for days in (0, 1, 5, 30, -1)]
        scores = [boost(asked, day, None, "They struck again.") for day in days]
        assert 1 > scores[0] > scores[1] > scores[2] > scores[3] == scores[4] == 0
        assert boost(asked, None, None, "They struck on 4 February 2024.") == 1


def test_a_boost_is_the_mean_over_what_was_asked() -> None:
    asked = Hints(("The Gulf Ledger",), (MARCH,), whens=(When(2024, 2, 4),))
    day = date(2024, 3, 9)
    assert boost(asked, day, "gulf ledger", "On Feb. 4 they struck.") == 1
    assert boost(asked, day, "Reuters", "On Feb. 4 they struck.") == pytest.approx(2 / 3)
    assert boost(asked, None, None, "Nothing.") == 0
    assert boost(Hints(), day, "Reuters", "On Feb. 4") == 0


def test_who_meets_a_restriction() -> None:
    asked = Hints(("The Gulf Ledger",), (MARCH,))
    assert meets(asked, date(2024, 3, 9), "Gulf Ledger")
    assert not meets(asked, date(2024, 4, 9), "Gulf Ledger")
    assert not meets(asked, None, "Gulf Ledger")
    assert not meets(asked, date(2024, 3, 9), None)
    assert meets(Hints(whens=(When(2024),)), None, None)


@given(
    st.lists(st.sampled_from("articles from Reuters March 2024 said since Time what was reported last week".split())),
    st.none() | st.dates(date(1, 1, 1)),
    st.none() | st.sampled_from(OUTLETS),
    st.sampled_from(["on 29 Feb.", "in 2024 and on March 3", "from 3 to 7 March", "nothing", "2199-12-31"]),
)
def test_a_boost_stays_between_0_and_1(words: list[str], published: date | None, outlet: str | None, text: str) -> None:
    asked = hints(" ".join(words))
    assert 0 <= boost(asked, published, outlet, text) <= 1
    assert asked.restricts <= bool(asked)


def test_any_name_of_an_outlet_can_be_compared() -> None:
    odd = ["", "  ", ".com", "The", "A+B (C)", "C++", "The\nBugle", "ß", "Straßenblatt"]
    assert read_hints("According to A+B (C), who won?", odd, TODAY).outlets == ("A+B (C)",)
    assert read_hints("What does the Bugle say?", odd, TODAY).outlets == ("The\nBugle",)
    assert read_hints("Laut Straßenblatt, wer?", odd, TODAY).outlets == ("Straßenblatt",)
    assert read_hints("According to the mayor, who won?", odd, TODAY) == Hints()
