from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus import BagEmbedder, seeds_index, small_index

from rag import Assistant
from rag.errors import QuestionError


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    willing = seeds_index(tmp_path_factory).model_copy(update={"min_confidence": 0.0})
    with Assistant.open(willing) as assistant:
        yield assistant


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Assistant]:
    with Assistant.open(small_index(tmp_path), embedder=BagEmbedder()) as assistant:
        yield assistant


def test_a_follow_up_retrieves_with_the_turn_before(seeds: Assistant) -> None:
    earlier, follow_up = "Which firm repairs the North Pier of Tarnhythe?", "And when does it begin?"
    alone = seeds.begin(follow_up, None, ())
    carried = seeds.begin(follow_up, None, [(earlier, "Holmgard & Daughters.")])
    pier = "seeds/council/north-pier-press-release.html"

    def score(hits: list) -> float:  # type: ignore[type-arg]
        return max((hit.score for hit in hits if hit.document.uri == pier), default=0.0)

    assert score(carried.hits) > score(alone.hits)
    assert [hit.passage.id for hit in carried.hits] != [hit.passage.id for hit in alone.hits]


@pytest.mark.parametrize(
    ("question", "follow_up", "fact"),
    [
        ("How is Harakat Al Nujaba part of the truce?", "And who is its ally?", "Kataib Hezbollah"),
        ("Which firm repairs the North Pier?", "And what does it cost?", "412,000 crowns"),
        ("What is the speed limit in the inner harbour?", "And who moved that it be lowered?", "Councillor Quillan"),
    ],
)
def test_a_follow_up_is_answered_about_the_same_subject(
    seeds: Assistant, question: str, follow_up: str, fact: str
) -> None:
    chat = seeds.chat()
    assert chat.ask(question).status == "answered"
    answer = chat.ask(follow_up)
    assert any(fact in citation.quote for citation in answer.citations), answer.text


def test_a_question_of_its_own_ignores_the_turn_before(seeds: Assistant) -> None:
    question = "How many American troops are in Iraq?"
    alone = seeds.begin(question, None, ())
    later = seeds.begin(question, None, [("When does the North Pier close?", "In May.")])
    assert [(h.passage.id, h.score) for h in alone.hits] == [(h.passage.id, h.score) for h in later.hits]


def test_a_chat_remembers_its_turns(small: Assistant) -> None:
    chat = small.chat()
    first = chat.ask("What is the speed limit?")
    shown = list(chat.stream("When is the pier repaired?"))
    assert chat.turns[0] is first
    assert [turn.question for turn in chat.turns] == ["What is the speed limit?", "When is the pier repaired?"]
    assert chat.turns[1].statements == tuple(shown)


def test_the_answer_of_a_streamed_turn_is_remembered_once(small: Assistant) -> None:
    chat = small.chat()
    turn = chat.stream("What is the speed limit?")
    answer = turn.answer
    assert chat.turns == [answer]
    assert list(turn) == [] and turn.answer is answer
    assert chat.turns == [answer]


def test_a_turn_that_was_broken_off_is_not_remembered(small: Assistant) -> None:
    chat = small.chat()
    next(iter(chat.stream("What is the speed limit?")))
    assert chat.turns == []
    assert chat.ask("Where does the ferry leave?").status == "answered"


def test_a_refused_question_is_no_turn(small: Assistant) -> None:
    chat = small.chat()
    with pytest.raises(QuestionError):
        chat.ask("?")
    assert chat.turns == []


def test_chats_do_not_share_turns(small: Assistant) -> None:
    one, other = small.chat(), small.chat()
    one.ask("What is the speed limit?")
    assert other.turns == []
