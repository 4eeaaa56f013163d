from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.terms import question_terms, stems
from rag.errors import QuestionError
from rag.questions.question import (
    MAX_CHARACTERS,
    Asked,
    as_it_would_be_told,
    checked_question,
    read_question,
    subject_terms,
)


@pytest.mark.parametrize(
    ("question", "kind", "several"),
    [
        ("When was the last strike?", "date", False),
        ("Since when is the limit 4 knots?", "date", False),
        ("What year did the war begin?", "date", False),
        ("Who speaks for Harakat Al Nujaba?", "person", False),
        ("And who announced it?", "person", False),
        ("Whose boat was it?", "person", False),
        ("Which minister resigned?", "person", False),
        ("How many troops are in Iraq?", "number", False),
        ("What is the fee for the crane?", "number", False),
        ("What is the price of a berth?", "number", False),
        ("Where is the office?", "place", False),
        ("Which city was hit?", "place", False),
        ("Why did the militias stop?", "reason", True),
        ("What explanations are given for the truce?", "reason", True),
        ("Which countries are members?", "other", True),
        ("List the conditions.", "other", True),
        ("What did Iraq say?", "other", False),
        ("  WHEN\n was it ?", "date", False),
        ("What was the date of the last strike?", "date", False),
        ("What is the name of the spokesman?", "person", False),
    ],
)
def test_what_a_question_asks_for(question: str, kind: str, several: bool) -> None:
    asked = read_question(question)
    assert (asked.kind, asked.several) == (kind, several)


def test_the_quantities_of_a_question_are_read() -> None:
    assert read_question("What does a night cost for a boat of 9.5 metres and 1,200 kg?").quantities == (9.5, 1200.0)


def test_a_question_for_one_thing_gets_fewer_sentences() -> None:
    assert read_question("When was the last strike?").sentences == 2
    assert read_question("What did Iraq say?").sentences == 4
    assert read_question("last strike iraq").sentences == 6, "words as for a search engine"


def test_the_office_whose_holder_is_asked_for() -> None:
    assert read_question("Who is the harbour master of Tarnhythe?").office == "master"
    assert read_question("Who is Isolde Varr?").office is None


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What explanations are given for the truce?", "Why the truce?"),
        ("Which reasons were there for the closure?", "Why the closure?"),
        ("What reason does the mayor give for the closure?", "According to the mayor, why the closure?"),
        ("What is given for the truce?", "What is given for the truce?"),
    ],
)
def test_words_that_no_answer_repeats_are_left_out(question: str, told: str) -> None:
    assert as_it_would_be_told(question) == told
    assert read_question("Why did it end?").sentences > 2


@pytest.mark.parametrize("question", ["", " \n\t ", "?", "... !?", "—", "\u200b"])
def test_a_question_without_a_word_is_refused(question: str) -> None:
    with pytest.raises(QuestionError, match="empty") as refused:
        checked_question(question)
    assert "citewise ask" in refused.value.fix


@pytest.mark.parametrize("length", [MAX_CHARACTERS + 1, 50_000])
def test_an_overlong_question_is_refused_with_both_numbers(length: int) -> None:
    with pytest.raises(QuestionError) as refused:
        checked_question("a" * length)
    assert f"{length:,}" in str(refused.value) and f"{MAX_CHARACTERS:,}" in str(refused.value)
    assert len(str(refused.value)) < 200 and "\n" not in str(refused.value) and refused.value.fix


def test_the_longest_question_is_read() -> None:
    assert checked_question(f"  {'a' * MAX_CHARACTERS}\n") == "a" * MAX_CHARACTERS


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert checked_question(text) == text.strip()
    except QuestionError:
        assert not any(character.isalnum() for character in text)
    asked = read_question(text)
    assert asked == read_question(f" {text} ")
    assert 1 <= asked.sentences <= 6


def test_words_that_only_ask_for_reasons_need_not_be_covered() -> None:
    question = "What reasons were given for the truce?"
    kept = subject_terms(read_question(question), question_terms(question).keys, stems)
    assert kept == stems("truce")


@pytest.mark.parametrize("question", ["How many boats?", "How much are the boats?", "How large are boats?"])
def test_words_that_only_ask_for_a_number_need_not_be_covered(question: str) -> None:
    assert subject_terms(read_question(question), question_terms(question).keys, stems) == stems("boats")


def test_a_question_made_of_asking_words_keeps_them() -> None:
    asked = read_question("Why was a reason given?")
    terms = stems("reason given")
    assert subject_terms(asked, terms, stems) == terms


def test_other_questions_keep_every_term() -> None:
    terms = stems("reason date truce")
    assert subject_terms(Asked("other", False), terms, stems) == terms
