from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from corpus import LIMIT, BagEmbedder, seeds_index, small_index, write

from index import build_index
from rag import Assistant
from rag.conversation import understood
from rag.errors import LLMUnreachable, QuestionError
from rag.questions.followup import follow_up


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


def test_a_turn_whose_document_changed_meanwhile_is_asked_again(
    small: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, edits = small.begin, [LIMIT.replace("4 knots", "3 knots")]

    def begin_then_edit(*arguments: Any) -> Any:
        asking = begin(*arguments)
        if edits:
            write(small.settings.seeds_dir, {"limit.txt": edits.pop()})
            build_index(small.settings, embedder=BagEmbedder())
        return asking

    monkeypatch.setattr(small, "begin", begin_then_edit)
    chat = small.chat()
    answer = chat.ask("What is the speed limit in knots?")
    assert "3 knots" in answer.statements[0].text
    assert answer.statements[0].check == "verbatim"
    assert chat.turns == [answer]


class Rewriting:
    """A writer that rewrites follow-ups as it was told."""

    def __init__(self, written: str | None | Exception) -> None:
        self.written, self.asked = written, 0

    def rewrite(self, question: str, history: Sequence[tuple[str, str]]) -> str | None:
        self.asked += 1
        if isinstance(self.written, Exception):
            raise self.written
        return self.written


TURNS = [("Which firm repairs the North Pier?", "Holmgard & Daughters. [1]")]


def test_a_model_says_what_a_follow_up_means() -> None:
    writer: Any = Rewriting(" What does the repair of\nthe North Pier cost? ")
    found = understood("And what does it cost?", TURNS, lambda: writer)
    assert found.searched == "What does the repair of the North Pier cost?"
    assert (found.question, found.context) == ("And what does it cost?", None)
    assert found.carried == ("repair", "North Pier")


def test_a_model_is_not_asked_about_a_question_that_stands_by_itself() -> None:
    writer: Any = Rewriting("Anything")
    for question, turns in (("Who runs the ferry to Gull Island?", TURNS), ("And what does it cost?", [])):
        assert understood(question, turns, lambda: writer) == follow_up(question, turns)
    assert writer.asked == 0


@pytest.mark.parametrize(
    "written",
    [
        *(None, "", " \n", "why " * 600, "What does the South Pier cost?", "What did it cost in 1999?"),
        *(LLMUnreachable("The model is away.", "Wait."), RuntimeError("broken"), AttributeError("rewrite")),
    ],
)
def test_rules_stand_in_when_a_model_does_not_help(written: str | None | Exception) -> None:
    writer: Any = Rewriting(written)
    question = "And what does it cost?"
    assert understood(question, TURNS, lambda: writer) == follow_up(question, TURNS)
    assert writer.asked == 1


def test_rules_stand_in_when_no_model_can_be_set_up() -> None:
    def no_writer() -> Any:
        raise LLMUnreachable("The model is away.", "Wait.")

    assert understood("And what does it cost?", TURNS, no_writer) == follow_up("And what does it cost?", TURNS)


def test_a_follow_up_is_answered_and_says_what_it_was_read_with(seeds: Assistant) -> None:
    with Assistant.open(seeds.settings.model_copy(update={"min_confidence": 0.4})) as assistant:
        chat = assistant.chat()
        assert chat.ask("When was the last strike?").carried == ()
        answer = chat.ask("And why did they stop?")
        assert answer.status == "answered" and answer.carried[:2] == ("last", "strike")
        assert any("militar" in citation.quote for citation in answer.citations)


def test_what_is_put_in_the_place_of_another_is_asked_for(seeds: Assistant) -> None:
    chat = seeds.chat()
    chat.ask("How is Harakat Al Nujaba part of the truce?")
    answer = chat.ask("And Kataib Hezbollah?")
    assert answer.carried == ("part", "truce")
    assert "Kataib Hezbollah" in answer.statements[0].text
