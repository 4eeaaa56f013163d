"""Answers while they are written: order, stopping, asking again, editing, deleting; owners apart."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from desk import SECONDS, Room, said

from index.types import Filters
from rag.chats.types import Feedback
from ui.chat import answers as module
from ui.work import start


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with Room(tmp_path) as opened:
        yield opened


def texts(room: Room, turn_id: int = 1) -> list[str]:
    return [one.text for one in room.turns()[turn_id - 1].statements]


def test_statements_are_shown_and_kept_as_they_come(room: Room) -> None:
    room.ask("What?")
    room.until_states("writing")
    room.desk.say("What?", said("One"))
    room.until_said(1, "One")
    assert texts(room) == ["One."] and room.turns()[0].answer is None and room.answers.is_busy
    room.desk.say("What?", said("Two", 2))
    room.desk.end("What?")
    room.until_states("done")
    turn = room.turns()[0]
    assert texts(room) == ["One.", "Two."] and turn.answer is not None and turn.answer.text == "One. Two."
    assert room.on_disk() == (turn,) and not room.answers.is_busy


def test_questions_of_a_chat_are_answered_one_after_the_other(room: Room) -> None:
    room.ask("First?", "Second?", "Third?")
    room.until(lambda: room.desk.asked)
    assert [turn.state for turn in room.turns()] == ["writing", "waiting", "waiting"]
    for question in ("First?", "Second?", "Third?"):
        room.desk.say(question, said("One"))
        room.desk.end(question)
    room.until_states("done", "done", "done")
    assert room.desk.asked == ["First?", "Second?", "Third?"]


def test_a_question_is_not_asked_twice_at_once(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.chat.held.MOMENT", timedelta(hours=1))
    room.ask("First?", "First?")
    assert [turn.question for turn in room.turns()] == ["First?"]
    room.ask("Second?", "First?", "First?")
    assert [turn.question for turn in room.turns()] == ["First?", "Second?", "First?"]
    room.answers.filter("", "c", Filters(language="en"))
    room.ask("First?")
    for number, question in enumerate(("First?", "Second?", "First?", "First?"), 1):
        room.until(lambda: len(room.desk.asked) == number)  # noqa: B023
        room.desk.end(question)
    room.until_states("done", "done", "done", "done")
    room.ask("First?")
    assert len(room.turns()) == 4
    monkeypatch.setattr("ui.chat.held.MOMENT", timedelta(0))
    room.answered("First?")
    assert len(room.turns()) == 5


def test_chats_do_not_wait_for_each_other(room: Room) -> None:
    room.ask("Slow?", chat="a")
    room.answered("Quick?", chat="b")
    assert room.turns("a")[0].state == "writing" and room.answers.is_busy
    room.desk.end("Slow?")
    room.until_states("done", chat="a")


def test_the_history_is_what_was_answered_before(room: Room) -> None:
    room.answered("First?", "One")
    room.ask("Stopped?")
    room.desk.say("Stopped?", said("Two"))
    room.until_said(2, "Two")
    room.answers.stop("", "c", 2)
    room.answered("Third?", "Three")
    assert room.desk.histories == {
        "First?": [],
        "Stopped?": [("First?", "One.")],
        "Third?": [("First?", "One.")],
    }
    room.desk.histories.clear()
    room.answers.ask_again("", "c", 1)
    room.until(lambda: "First?" in room.desk.histories)
    assert room.desk.histories["First?"] == []


def test_what_was_checked_stays_when_an_answer_is_stopped_and_nothing_is_added(room: Room) -> None:
    room.ask("What?")
    room.desk.say("What?", said("One"))
    room.until_said(1, "One")
    room.answers.stop("", "c", 1)
    room.desk.say("What?", said("Two"))
    room.desk.left("What?")
    room.until_states("stopped")
    assert texts(room) == ["One."] and room.on_disk() == room.turns() and not room.answers.is_busy


def test_after_a_stop_the_next_question_is_answered_and_a_waiting_one_can_be_stopped(room: Room) -> None:
    room.ask("First?", "Second?", "Third?")
    room.until(lambda: room.desk.asked)
    room.answers.stop("", "c", 2)
    room.answers.stop("", "c", 1)
    room.until_states("stopped", "stopped", "writing")
    room.desk.end("Third?")
    room.until_states("stopped", "stopped", "done")
    room.answers.stop("", "c", 3)
    assert room.turns()[2].state == "done" and room.desk.asked == ["First?", "Third?"]


def test_a_question_is_asked_again_with_its_own_filters(room: Room) -> None:
    only = Filters(outlet="Levant Desk")
    room.answers.filter("", "c", only)
    room.answered("What?", "One")
    room.answers.give_feedback("", "c", 1, Feedback("bad"))
    room.answers.filter("", "c", Filters(language="en"))
    room.answers.ask_again("", "c", 1)
    room.answers.ask_again("", "c", 1)  # it is on its way: one more click changes nothing
    room.until_states("writing")
    assert texts(room) == []
    room.desk.say("What?", said("Two"))
    room.desk.end("What?")
    room.until_states("done")
    turn = room.turns()[0]
    assert (turn.attempt, turn.filters, turn.feedback, texts(room)) == (2, only, None, ["Two."])
    assert room.desk.asked == ["What?", "What?"] and room.desk.filters["What?"] == only


def test_the_last_question_is_edited_and_no_earlier_one(room: Room) -> None:
    room.answered("First?", "One")
    room.answered("Second?", "Two")
    room.answers.edit("", "c", 1, "Other first?")
    assert room.turns()[0].question == "First?"
    room.answers.filter("", "c", Filters(language="en"))
    room.answers.edit("", "c", 2, "Better?")
    room.until(lambda: "Better?" in room.desk.asked)
    assert room.desk.histories["Better?"] == [("First?", "One.")]
    assert room.desk.filters["Better?"] == Filters(language="en")
    room.desk.say("Better?", said("Three"))
    room.desk.end("Better?")
    room.until_states("done", "done")
    assert [(turn.question, turn.attempt) for turn in room.on_disk()] == [("First?", 1), ("Better?", 2)]
    assert texts(room, 2) == ["Three."]


def test_an_edit_takes_the_place_of_what_is_being_written(room: Room) -> None:
    room.ask("What?")
    room.desk.say("What?", said("One"))
    room.until_said(1, "One")
    room.answers.edit("", "c", 1, "Who?")
    room.desk.say("What?", said("Two"))
    room.desk.left("What?")
    room.desk.say("Who?", said("Three"))
    room.desk.end("Who?")
    room.until_states("done")
    assert [(turn.question, len(turn.statements)) for turn in room.on_disk()] == [("Who?", 1)]
    assert texts(room) == ["Three."]


def test_a_deleted_chat_does_not_come_back(room: Room) -> None:
    room.ask("What?", "Next?")
    room.desk.say("What?", said("One"))
    room.until_said(1, "One")
    room.answers.delete("", "c")
    room.desk.say("What?", said("Two"))
    room.desk.end("What?")
    room.desk.left("What?")
    assert room.turns() == room.on_disk() == () and not room.answers.is_busy
    assert room.answers.heads("") == [] and room.desk.asked == ["What?"]
    room.answered("Anew?", "Three")
    assert [turn.question for turn in room.on_disk()] == ["Anew?"] and room.turns()[0].id == 1


def test_a_question_asked_while_a_chat_is_deleted_goes_with_it(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.answered("What?")
    begun, delete = threading.Event(), room.kept.delete

    def begin(work: Callable[..., None], *args: object) -> threading.Thread:
        begun.set()
        return start(work, *args)

    monkeypatch.setattr(module, "start", begin)
    tab = threading.Thread(target=room.ask, args=("Late?",))

    def deleted(chat_id: str, owner: str) -> bool:
        tab.start()
        assert begun.wait(SECONDS)
        return delete(chat_id, owner)

    monkeypatch.setattr(room.kept, "delete", deleted)
    room.answers.delete("", "c")
    tab.join(SECONDS)
    room.desk.say("Late?", said("One"))
    room.desk.left("Late?")
    assert room.turns() == room.on_disk() == ()


def test_what_comes_late_to_a_deleted_chat_has_no_effect(room: Room) -> None:
    room.answered("What?")
    room.answers.delete("", "c")
    room.answers.stop("", "c", 1)
    room.answers.ask_again("", "c", 1)
    room.answers.edit("", "c", 1, "Who?")
    room.answers.give_feedback("", "c", 1, Feedback("good"))
    assert room.turns() == room.on_disk() == () and room.desk.asked == ["What?"]


def test_owners_see_and_touch_only_their_own(room: Room) -> None:
    room.answered("Mine?", owner="ada")
    room.answered("Yours?", owner="bob")
    assert [turn.question for turn in room.turns(owner="ada")] == ["Mine?"]
    assert [head.title for head in room.answers.heads("bob")] == ["Yours?"]
    assert room.answers.heads("") == [] and room.turns() == ()
    room.answers.rename("bob", "c", "Named")
    room.answers.filter("bob", "c", Filters(language="en"))
    room.answers.delete("bob", "c")
    mine = room.answers.chat("ada", "c")
    assert (mine.title, mine.filters, len(mine.turns)) == ("Mine?", Filters(), 1)
    assert [head.title for head in room.answers.heads("ada")] == ["Mine?"]
