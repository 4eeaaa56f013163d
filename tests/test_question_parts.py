from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.questions.parts import MOST_PARTS, asked_for, parts_of


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Who repairs the North Pier and how much does it cost?",
            ("Who repairs the North Pier?", "how much does it cost?"),
        ),
        ("When did the ferry sail? Who was on board?", ("When did the ferry sail?", "Who was on board?")),
        ("Where is the sauna, and when does it open?", ("Where is the sauna?", "when does it open?")),
        (
            "Wer repariert den Pier und wann wird er geschlossen?",
            ("Wer repariert den Pier?", "wann wird er geschlossen?"),
        ),
        ("Quién dirige el puerto y cuándo abre la lonja?", ("Quién dirige el puerto?", "cuándo abre la lonja?")),
    ],
)
def test_a_question_may_join_several(question: str, parts: tuple[str, ...]) -> None:
    assert parts_of(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "Who repairs the North Pier?",
        "What are the fees for motor boats and sailing boats?",
        "Which firm knows how the pier was built and paid for?",
        "The pier closed in May. Why?",
        "Is it warm and where?",
        "pier repair cost and date",
    ],
)
def test_a_list_of_things_is_one_question(question: str) -> None:
    assert parts_of(question) == (question,)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many delegates came to the January talks?", "How many delegates"),
        ("When was the pier closed?", "When"),
        ("In what year did it open?", "what year"),
        ("Wie viele Boote liegen im Hafen?", "Wie viele Boote"),
        ("What is the budget?", None),
    ],
)
def test_what_is_asked_for(question: str, words: str | None) -> None:
    assert asked_for(question) == words


@given(st.text(max_size=200))
def test_any_text_has_parts_that_are_in_it(text: str) -> None:
    parts = parts_of(text)
    assert 1 <= len(parts) <= MOST_PARTS
    assert parts == (text,) or all(part.removesuffix("?") in text for part in parts)
