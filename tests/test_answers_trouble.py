"""Answers that fail, disks that cannot be written, and more chats than memory keeps."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from desk import Room, said

from index.errors import CitewiseError, StorageError
from index.types import Filters
from rag.chats.types import Feedback, Problem, SavedChat
from ui.chat import answers as module
from ui.chat.held import LOST
from ui.model import MOST_CHARACTERS
from ui.shelf import Shelf


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with Room(tmp_path) as opened:
        yield opened


def texts(room: Room) -> list[str]:
    return [one.text for one in room.turns()[0].statements]


def test_a_failure_is_told_with_its_fix_and_the_next_question_is_answered(room: Room) -> None:
    room.ask("What?", "Next?")
    room.desk.say("What?", said("One"), CitewiseError("It broke.", "Mend it."))
    room.desk.end("Next?")
    room.until_states("failed", "done")
    turn = room.turns()[0]
    assert turn.problem == Problem("It broke.", "Mend it.") and texts(room) == ["One."]
    room.answers.ask_again("", "c", 1)
    room.desk.end("What?")
    room.until_states("done", "done")
    assert room.turns()[0].problem is None


def test_what_nobody_expected_is_told_and_logged(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    room.ask("What?")
    room.desk.say("What?", ZeroDivisionError("secret path"))
    room.until_states("failed")
    problem = room.turns()[0].problem
    assert problem is not None and "ZeroDivisionError" in problem.message and "log" in problem.fix
    assert "secret path" not in f"{problem}"
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.exc_info is not None and record.exc_info[0] is ZeroDivisionError


def test_a_disk_that_cannot_be_written_does_not_take_the_answer_away(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    room.kept.fails = StorageError("The disk is full.", "Make room.")
    room.ask("What?")
    room.desk.say("What?", said("One"))
    room.desk.end("What?")
    room.until(lambda: room.turns()[0].state == "done")
    assert texts(room) == ["One."] and "A chat could not be kept" in caplog.text
    room.kept.fails = None
    room.answers.give_feedback("", "c", 1, Feedback("good"))
    assert room.on_disk() == room.turns()


def test_idle_chats_leave_the_memory_and_are_read_back(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_IN_MEMORY", 3)
    room.ask("Long?", chat="busy")
    room.answers.filter("", "idle", Filters(published_after=date(2024, 1, 1)))
    room.answered("What?", chat="idle")
    read: list[str] = []
    chat = room.kept.chat

    def noted(chat_id: str, owner: str = "", running: bool = False) -> SavedChat | None:
        read.append(chat_id)
        return chat(chat_id, owner, running)

    monkeypatch.setattr(room.kept, "chat", noted)
    before = room.answers.chat("", "idle")
    for number in range(4):
        room.answers.chat("", f"other{number}")
    again = room.answers.chat("", "idle")
    assert (again.turns, again.filters, again.title) == (before.turns, before.filters, before.title)
    assert room.turns("busy")[0].state == "writing"
    assert read == ["other0", "other1", "other2", "other3", "idle"]  # the busy one never left


def test_a_turn_that_could_not_be_kept_leaves_no_gap(room: Room) -> None:
    room.kept.fails = StorageError("The disk is full.", "Make room.")
    room.ask("Lost?")
    room.desk.end("Lost?")
    room.rest()
    assert room.answers.trouble == Problem("The disk is full.", "Make room.")
    room.kept.fails = None
    room.ask("Kept?")
    room.desk.end("Kept?")
    room.rest()
    assert room.answers.trouble is None
    opened = module.Answers(cast("Shelf", room.desk), room.kept)
    first, second = opened.chat("", "c").turns
    assert (first.id, first.state, first.problem) == (1, "failed", LOST)
    assert (second.id, second.question, second.state) == (2, "Kept?", "done")


def test_chats_leave_the_memory_by_how_much_they_cite(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.answered("What?", chat="one")
    monkeypatch.setattr(module, "MOST_TEXT", 0)
    room.answered("What?", chat="two")
    read: list[str] = []
    chat = room.kept.chat

    def noted(chat_id: str, owner: str = "", running: bool = False) -> SavedChat | None:
        read.append(chat_id)
        return chat(chat_id, owner, running)

    monkeypatch.setattr(room.kept, "chat", noted)
    assert room.turns("one")[0].state == "done" and room.turns("two")[0].state == "done"
    assert read[0] == "one"


def test_a_question_without_end_is_cut(room: Room) -> None:
    room.ask("why " * 300_000)
    assert len(room.turns()[0].question) == MOST_CHARACTERS
