"""What of the chats is there after the server was started anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desk import Room, said

from index.types import Filters
from rag.chats.types import Feedback

ONLY = Filters(outlet="Levant Desk", format="pdf", phrase="the truce")


@pytest.fixture
def another(tmp_path: Path) -> Iterator[Callable[[], Room]]:
    """Opens what is kept once more, as a server does that was started anew."""
    rooms: list[Room] = []
    with ExitStack() as opened:
        yield lambda: rooms.append(opened.enter_context(Room(tmp_path))) or rooms[-1]  # type: ignore[func-returns-value]
        for room in rooms:
            room.desk.close()


@pytest.fixture
def room(another: Callable[[], Room]) -> Room:
    return another()


def test_answers_survive_and_what_was_being_written_is_stopped(room: Room, another: Callable[[], Room]) -> None:
    room.answered("Done?", "One")
    room.ask("Stopped?")
    room.desk.say("Stopped?", said("Two"))
    room.until_said(2, "Two")
    room.answers.stop("", "c", 2)
    room.ask("Running?", "Waiting?")
    room.desk.say("Running?", said("Three"))
    room.until_said(3, "Three")
    anew = another()
    turns = anew.turns()
    assert turns[:2] == room.turns()[:2]
    assert [turn.state for turn in turns] == ["done", "stopped", "stopped", "stopped"]
    assert [one.text for one in turns[2].statements] == ["Three."]
    assert not anew.answers.is_busy
    anew.answers.ask_again("", "c", 3)
    anew.desk.say("Running?", said("Four"))
    anew.desk.end("Running?")
    anew.until(lambda: [turn.state for turn in anew.turns()] == ["done", "stopped", "done", "stopped"])
    assert anew.desk.histories["Running?"] == [("Done?", "One.")]


def test_filters_are_kept_with_the_chat_and_on_each_answer(room: Room, another: Callable[[], Room]) -> None:
    room.answers.filter("", "c", ONLY)
    assert room.kept.chat("c") is None  # nothing was asked in it yet
    room.answered("What?")
    room.answers.filter("", "c", Filters(language="en"))
    anew = another().answers.chat("", "c")
    assert anew.filters == Filters(language="en") and anew.turns[0].filters == ONLY
    room.answers.filter("", "c", Filters())
    room.answered("And?")
    anew = another().answers.chat("", "c")
    assert anew.filters == Filters() and [turn.filters for turn in anew.turns] == [ONLY, None]


def test_filters_set_before_the_first_question_are_kept(room: Room, another: Callable[[], Room]) -> None:
    room.answers.filter("", "c", ONLY)
    room.answered("What?")
    assert another().answers.chat("", "c").filters == ONLY


def test_feedback_is_kept_and_taken_back(room: Room, another: Callable[[], Room]) -> None:
    room.answered("What?")
    told = Feedback("bad", "No.", ("seeds/a.txt",), True, datetime(2026, 3, 8, tzinfo=UTC))
    room.answers.give_feedback("", "c", 1, told)
    assert another().turns()[0].feedback == told == room.turns()[0].feedback
    assert [rated.feedback for rated in room.kept.feedback()] == [told]
    room.answers.give_feedback("", "c", 1, None)
    assert another().turns()[0].feedback is None and room.kept.feedback() == []


def test_a_name_is_kept_until_it_is_emptied(room: Room, another: Callable[[], Room]) -> None:
    room.answered("What?")
    room.answers.rename("", "c", "Truce")
    for answers in (room.answers, another().answers):
        assert answers.chat("", "c").title == "Truce"
        assert [head.title for head in answers.heads("")] == ["Truce"]
    room.answers.rename("", "c", "")
    assert room.answers.chat("", "c").title == another().answers.chat("", "c").title == "What?"


def test_an_edited_first_question_is_the_new_title_after_a_start_as_well(
    room: Room, another: Callable[[], Room]
) -> None:
    room.answered("What?")
    anew = another()
    anew.answers.edit("", "c", 1, "Who?")
    anew.desk.end("Who?")
    anew.until_states("done")
    assert anew.answers.chat("", "c").title == "Who?"
    assert [head.title for head in anew.answers.heads("")] == ["Who?"]


def test_chats_are_found_by_words_of_question_and_answer(room: Room) -> None:
    room.answered("What is the limit?", "One", chat="a")
    room.answered("Who spoke?", "Two", chat="b")
    assert [head.id for head in room.answers.heads("")] == ["b", "a"]
    assert [head.id for head in room.answers.heads("", "LIMIT what")] == ["a"]
    assert [head.id for head in room.answers.heads("", "two")] == ["b"]
    assert room.answers.heads("", "limit two") == []


def test_a_kept_chat_tells_when_it_began_and_was_last_asked(room: Room, another: Callable[[], Room]) -> None:
    before = datetime.now(UTC)
    room.answered("What?")
    after = datetime.now(UTC)
    anew = another().answers.chat("", "c")
    assert before <= anew.created <= after and anew.turns[0].asked is not None
    assert before <= anew.changed == anew.turns[0].asked <= after
