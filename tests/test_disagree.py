from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from time import process_time

import pytest
from corpus import document, hit
from differing import ALIKE, DIFFER, Case
from hypothesis import given
from hypothesis import strategies as st

from index.function_words import FUNCTION_WORDS
from index.terms import stems
from index.types import Document, Span
from rag.attribution import attribute
from rag.differ.later import in_force_since, last_day, replaces
from rag.differ.values import Value, compare, value_of
from rag.disagree import Claim, Group, claims_of, disagreements
from rag.facts.dates import When
from rag.questions.question import read_question
from rag.reading.sentences import Sentence

ASKING = frozenset("how many much when who where why did does was what long old".split())


def question_terms(question: str, language: str = "en") -> frozenset[str]:
    idle = FUNCTION_WORDS[language] | ASKING
    words = [word.strip("¿?.") for word in question.lower().split()]
    return frozenset(stems(" ".join(word for word in words if word not in idle), language))


def claims(case: Case) -> list[Claim]:
    """The claims of a case; sources of one outlet and day are one document."""
    documents: dict[str, int] = {}
    made = []
    for number, source in enumerate(case.sources):
        outlet, day, told = (part.strip() for part in source.split(" | ", 2))
        context, _, sentence = told.rpartition(" § ")
        start, end = sentence.find("["), sentence.find("]") - 1
        text = sentence.replace("[", "").replace("]", "")
        whole = f"{context}\n\n{text}" if context else text
        of = document(
            whole,
            documents.setdefault(f"{outlet} {day}", number + 1),
            title=context,
            outlet=outlet,
            published=date.fromisoformat(day),
            language=case.language,
        )
        made.append(
            Claim(
                text=text,
                start=max(0, start),
                end=end if start >= 0 else len(text),
                kind=case.kind,
                document=of,
                attribution=attribute(text, of),
                score=1.0 - number / 100,
                covered=question_terms(case.question, case.language) & frozenset(stems(whole, case.language)),
                at=len(whole) - len(text),
                context=context,
                index=number,
            )
        )
    return made


def found(case: Case, some: Sequence[Claim] | None = None) -> tuple[Group, ...]:
    asked = replace(read_question(case.question), kind=case.kind)  # type: ignore[arg-type]
    return disagreements(case.question, asked, claims(case) if some is None else some)


def places(groups: Sequence[Group]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(sorted(claim.index for claim in group.claims)) for group in groups)


@pytest.mark.parametrize("case", DIFFER, ids=lambda case: case.question)
def test_sources_that_differ_stand_side_by_side(case: Case) -> None:
    assert places(found(case)) == case.groups


@pytest.mark.parametrize("case", ALIKE, ids=lambda case: case.question)
def test_sources_that_agree_or_speak_of_other_things_do_not(case: Case) -> None:
    assert found(case) == ()


@pytest.mark.parametrize("case", DIFFER, ids=lambda case: case.question)
def test_the_order_of_the_claims_does_not_matter(case: Case) -> None:
    shuffled = claims(case)
    random.Random(7).shuffle(shuffled)
    assert found(case, shuffled) == found(case)


def test_a_group_tells_value_span_and_source() -> None:
    first, second = found(DIFFER[0])
    assert (first.value, second.value) == ("about 2,500 troops", "900 troops")
    assert second.claims[0].attribution.speaker == "officials"
    for group in (first, second):
        claim = group.claims[0]
        assert claim.span == Span(claim.document.id, claim.start, claim.end)
        assert claim.document.text[claim.span.start : claim.span.end] == group.value


def test_one_claim_or_none_is_no_disagreement() -> None:
    assert found(DIFFER[0], []) == ()
    assert found(DIFFER[0], claims(DIFFER[0])[:1]) == ()


def test_a_claim_far_behind_the_best_founds_no_group() -> None:
    best, other = claims(DIFFER[0])
    assert found(DIFFER[0], [best, replace(other, score=0.01)]) == ()


def test_two_speakers_of_one_document_may_differ_but_one_may_not() -> None:
    sources = (
        "Post | 2025-02-04 | The factory will create [300 jobs], the company said.",
        "Post | 2025-02-04 | The factory will create [120 jobs], the union said.",
        "Post | 2025-02-04 | The factory will create [90 jobs], the company said.",
    )
    case = Case("How many jobs will the factory create?", "number", sources)
    assert places(found(case)) == ((0,), (1,))
    assert found(replace_sources(case, sources[0], sources[2])) == ()


def replace_sources(case: Case, *sources: str) -> Case:
    return case._replace(sources=sources)


OLD = (
    "Harbour Office | 2024-11-04 | Notice 7: Speed limit in the harbour § The speed limit in the harbour is [6 knots]."
)
NEW = (
    "Harbour Office | 2025-03-17 | Notice 2: New speed limit in the harbour § From April 1, 2025 the speed limit in "
    "the harbour is [4 knots]."
)


@pytest.mark.parametrize(
    ("question", "in_force"),
    [
        ("What is the speed limit in the harbour?", "4 knots"),
        ("What was the speed limit in the harbour on December 24, 2024?", "6 knots"),
        ("What was the speed limit in the harbour on March 20, 2025?", "6 knots"),
        ("What was the speed limit in the harbour on April 1, 2025?", "4 knots"),
        ("What was the speed limit in the harbour in May 2025?", "4 knots"),
    ],
)
def test_a_later_notice_replaces_an_earlier_one(question: str, in_force: str) -> None:
    groups = found(Case(question, "number", (OLD, NEW)))
    assert [group.value for group in groups] == ["6 knots", "4 knots"]
    old, new = groups
    assert (old.replaced_by, new.replaced_by) == (1, None)
    assert (old.since, new.since) == (date(2024, 11, 4), date(2025, 4, 1))
    assert [group.value for group in groups if group.applies] == [in_force]


def test_what_another_outlet_writes_later_replaces_nothing() -> None:
    groups = found(
        Case("What is the speed limit in the harbour?", "number", (OLD, NEW.replace("Harbour Office", "Post")))
    )
    assert [(group.replaced_by, group.since, group.applies) for group in groups] == [(None, None, True)] * 2


def test_what_two_notices_allow_differs_although_they_say_more() -> None:
    sources = (
        "Office | 2024-11-04 | Limit in the harbour § Lifeboats are exempt on a call, the launch is exempt at work.",
        "Office | 2025-03-17 | New limit in the harbour. It replaces the old one. § The launch is not exempt in tow.",
    )
    groups = found(Case("Is the launch exempt?", "other", sources))
    assert [(group.claims[0].index, group.replaced_by) for group in groups] == [(0, 1), (1, None)]
    unstated = tuple(source.replace("It replaces the old one. ", "") for source in sources)
    assert found(Case("Is the launch exempt?", "other", unstated)) == ()


def test_what_comes_back_later_replaces_and_is_not_replaced_by_what_stood_between() -> None:
    third = OLD.replace("2024-11-04", "2026-01-10")
    groups = found(Case("What is the speed limit in the harbour?", "number", (OLD, NEW, third)))
    assert [group.replaced_by for group in groups] == [None, None]


def test_a_row_of_a_table_is_no_further_source() -> None:
    row = "Guide | 2025-01-01 | Limit: harbour; Speed: [6 knots]; Night: none"
    groups = found(Case("What is the speed limit in the harbour?", "number", (OLD, NEW, row)))
    assert places(groups) == ((0,), (1,))


def notice(title: str, day: date | None, text: str = "", outlet: str | None = "Office") -> Document:
    return document(text, title=title, outlet=outlet, published=day)


@pytest.mark.parametrize(
    ("newer", "older", "expected"),
    [
        (notice("Berth fees", date(2025, 1, 1)), notice("Berth fees", date(2024, 1, 1)), True),
        (notice("Berth fees 2025", date(2025, 1, 1)), notice("Berth fees 2024", date(2024, 1, 1)), True),
        (notice("Berth fees", date(2024, 1, 1)), notice("Berth fees", date(2024, 1, 1)), False),
        (notice("Berth fees", None), notice("Berth fees", date(2024, 1, 1)), False),
        (notice("Opening hours", date(2025, 1, 1)), notice("Berth fees", date(2024, 1, 1)), False),
        (notice("New fees", date(2025, 1, 1), "It replaces the notice."), notice("Berth fees", date(2024, 1, 1)), True),
        (notice("Berth fees", date(2025, 1, 1), outlet="Post"), notice("Berth fees", date(2024, 1, 1)), False),
        (
            notice("Berth fees", date(2025, 1, 1), outlet=None),
            notice("Berth fees", date(2024, 1, 1), outlet=None),
            False,
        ),
    ],
)
def test_what_replaces_what(newer: Document, older: Document, expected: bool) -> None:
    assert replaces(newer, older) is expected
    assert not replaces(older, newer)


@pytest.mark.parametrize(
    ("sentence", "text", "since"),
    [
        ("From April 1, 2025 the fee is 5 crowns.", "", date(2025, 4, 1)),
        ("As of May 3 the fee is 5 crowns.", "", date(2025, 5, 3)),
        ("The fee is 5 crowns.", "", date(2025, 3, 17)),
        ("The fee is 5 crowns.", "This notice replaces the old one with effect from 1 April 2025.", date(2025, 4, 1)),
        ("The fee is 5 crowns.", "The hall was let from April 1, 2020.", date(2025, 3, 17)),
        ("The fee of May 2024 was 5 crowns.", "", date(2025, 3, 17)),
    ],
)
def test_the_day_from_which_a_sentence_holds(sentence: str, text: str, since: date) -> None:
    assert in_force_since(sentence, notice("Fees", date(2025, 3, 17), text)) == since


@pytest.mark.parametrize(
    ("when", "day"),
    [
        (When(2024), date(2024, 12, 31)),
        (When(2024, 2), date(2024, 2, 29)),
        (When(2024, 12), date(2024, 12, 31)),
        (When(2024, 2, 4), date(2024, 2, 4)),
        (When(None, 2, 4), None),
    ],
)
def test_the_last_day_of_a_date(when: When, day: date | None) -> None:
    assert last_day(when) == day


def value(text: str, kind: str, language: str = "en") -> Value | None:
    whole = f"It is {text} there." if kind != "name" else f"It was {text} there."
    start = whole.index(text)
    return value_of(whole, start, start + len(text), kind, language)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "one", "other", "expected"),
    [
        ("amount", "2,500", "about 2,500", True),
        ("amount", "more than 2,000", "2,500", True),
        ("amount", "fewer than 2,000", "2,500", False),
        ("amount", "at least 2,000", "fewer than 1,500", False),
        ("amount", "5 to 7 metres", "6 metres", True),
        ("amount", "5 to 7 metres", "9 metres", False),
        ("amount", "412,000 crowns", "411,873 crowns", True),
        ("amount", "412,000 crowns", "430,000 crowns", False),
        ("amount", "19", "20", False),
        ("amount", "5 km", "5 crowns", None),
        ("amount", "12 people", "15 soldiers", False),
        ("amount", "12 per cent", "15", None),
        ("amount", "about 400 years", "430 years", True),
        ("time", "February 4", "4 February 2024", True),
        ("time", "February 4", "February", True),
        ("time", "February 4", "February 5", False),
        ("time", "2019", "May 2019", True),
        ("time", "2019", "October", None),
        ("time", "May 5 to May 9", "May 7", True),
        ("time", "May 5 to May 9", "May 12", False),
        ("time", "7 a.m.", "07:00", True),
        ("time", "7 a.m.", "9 a.m.", False),
        ("time", "7 a.m.", "May 9", None),
        ("name", "Isolde Varr", "Varr", True),
        ("name", "Mayor Isolde Varr", "Isolde Varr", True),
        ("name", "Isolde Varr", "Joren Askel", False),
        ("name", "the European Union", "the EU", True),
    ],
)
def test_values_agree_beyond_their_qualifiers(kind: str, one: str, other: str, expected: bool | None) -> None:
    first, second = value(one, kind), value(other, kind)
    assert first is not None and second is not None
    assert compare(first, second) is expected
    assert compare(second, first) is expected


@dataclass(frozen=True)
class Scored:
    sentence: Sentence
    score: float
    fits: float = 1.0


@dataclass(frozen=True)
class Short:
    start: int
    end: int
    kind: str


def test_claims_are_made_of_what_the_reader_scored() -> None:
    one = hit("Troops\n\nThe base is large. It has about 2,500 troops, officials say.", 1, title="Iraq")
    other = hit("In Iraq the base has 900 troops.", 2)
    texts = ["It has about 2,500 troops, officials say.", other.passage.text]
    at = one.passage.text.index(texts[0])
    scored = [
        Scored(Sentence(Span(1, at, at + len(texts[0])), texts[0], ("The base is large.",), one), -1.0),
        Scored(Sentence(Span(2, 0, len(texts[1])), texts[1], (), other), -1.5),
    ]
    asked = read_question("How many troops does the base in Iraq have?")
    weights = {"troop": 1.0, "base": 2.0, "iraq": 3.0}
    shorts = [Short(7, 25, "number"), None]
    first, second = claims_of(scored, shorts, asked, weights, lambda text, language=None: stems(text, language))
    assert first.text[first.start : first.end] == "about 2,500 troops"
    assert first.document.text[first.span.start : first.span.end] == "about 2,500 troops"
    assert (first.kind, second.kind) == ("number", "number")
    assert (second.start, second.end) == (0, len(second.text))
    assert first.covered == second.covered == {"troop", "base", "iraq"}
    assert first.score == 1.0 > second.score > 0.5
    assert first.attribution.speaker == "officials"
    assert [first.index, second.index] == [0, 1]
    groups = disagreements("How many troops does the base in Iraq have?", asked, [first, second])
    assert places(groups) == ((0,), (1,))


@pytest.mark.parametrize(
    ("text", "part", "kind", "told"),
    [
        ("The limit is 6 knots here.", "6", "number", "6 knots"),
        ("From April 1, 2025 the limit is 4 knots.", "1", "number", "4 knots"),
        ("The limit is about 4 knots.", "about 4", "number", "about 4 knots"),
        ("It opened on May 3, 2024.", "May 3, 2024", "date", "May 3, 2024"),
        ("Isolde Varr has 2 boats.", "Isolde Varr", "person", "Isolde Varr"),
    ],
)
def test_a_short_answer_is_compared_with_its_unit(text: str, part: str, kind: str, told: str) -> None:
    source = hit(text)
    at = text.index(part)
    scored = Scored(Sentence(Span(1, 0, len(text)), text, (), source), 0.0)
    short = Short(at, at + len(part), kind)
    for question, whole in (("How many are there?", told), ("Why is it so?", text)):
        (claim,) = claims_of([scored], [short], read_question(question), {}, lambda text, language=None: [])
        assert claim.text[claim.start : claim.end] == whole


WORDS = (
    "the a ferry carries 60 85 passengers Heron Varr said not about more than from to May 2024 February 4 , . ; : - | "
    "“ ” because no officials he [ ] % and"
).split()
texts = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join) | st.text(max_size=60)


@st.composite
def random_claims(draw: st.DrawFn) -> list[Claim]:
    made = []
    for number in range(draw(st.integers(0, 6))):
        text = draw(texts)
        start = draw(st.integers(0, len(text)))
        of = document(text, draw(st.integers(1, 3)), outlet=draw(st.sampled_from([None, "Post", "Office"])))
        made.append(
            Claim(
                text=text,
                start=start,
                end=draw(st.integers(start, len(text))),
                kind=draw(st.sampled_from("number date person place reason other money name action".split())),
                document=of,
                attribution=attribute(text, of),
                score=draw(st.sampled_from([0.2, 0.5, 1.0])),
                covered=draw(st.frozensets(st.sampled_from(["ferri", "passeng"]))),
                index=number,
            )
        )
    return made


QUESTIONS = [
    "How many passengers does the ferry carry?",
    "Why did the Heron stop in May 2024?",
    "Is the ferry safe?",
    "Who?",
    "?",
]


@given(random_claims(), st.sampled_from(QUESTIONS) | st.text(max_size=40), st.randoms(use_true_random=False))
def test_any_claims_give_groups_that_differ_whatever_their_order(
    some: list[Claim], question: str, order: random.Random
) -> None:
    asked = read_question(question)
    groups = disagreements(question, asked, some)
    assert len(groups) != 1
    places = [claim.index for group in groups for claim in group.claims]
    assert len(places) == len(set(places)) and all(group.claims for group in groups)
    shuffled = list(some)
    order.shuffle(shuffled)
    assert [group.value for group in disagreements(question, asked, shuffled)] == [group.value for group in groups]


@pytest.mark.parametrize(
    "part",
    ["a ", "said ", "2,500 ", "from May 4 ", "“", "Ab ", "not ", "; x: ", "not more than ", "A. ", "1", "x", "- "],
)
def test_a_long_sentence_takes_no_longer_than_its_length(part: str) -> None:
    def seconds(text: str) -> float:
        of = document(text)
        made = [Claim(text, 0, len(text), "number", of, attribute(text, of), 1.0, frozenset(), index=n) for n in (0, 1)]
        started = process_time()
        disagreements("How many are there?", read_question("How many are there?"), made)
        attribute(text, of)
        return process_time() - started

    assert seconds(part * (40_000 // len(part))) < 1.0
