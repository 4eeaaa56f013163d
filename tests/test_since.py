"""What became of saved answers is looked up once a chat, and for nobody else."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rendered import answer, citation, document, statement

from rag.chats import checking
from rag.chats.types import SavedChat, Turn
from ui.chat.since import is_old, standings
from ui.later import Later
from ui.model import Library
from ui.server import Server

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECONDS = 20


def turn(number: int, generation: int, index_id: str = "ours") -> Turn:
    one = statement("One.", citations=(citation(document("One. Two."), 0, 4),))
    given = answer(one, generation=generation)
    return Turn(number, "Q?", None, "done", (one,), given, asked=NOW, index_id=index_id)


def server(generation: int = 2, index_id: str = "ours") -> Server:
    library = Library("ready", generation, index_id=index_id)
    shelf = SimpleNamespace(library=lambda: library, assistant=lambda: None)
    return cast("Server", SimpleNamespace(shelf=shelf, soon=Later()))


def chat(*turns: Turn) -> SavedChat:
    return SavedChat("c", "", NOW, NOW, turns=turns)


def test_an_answer_of_this_index_and_generation_is_not_old() -> None:
    assert not is_old(server(), turn(1, 2))
    assert is_old(server(), turn(1, 1))
    assert is_old(server(), turn(1, 2, "another"))
    assert not is_old(server(), replace(turn(1, 1), answer=None))


def test_all_old_answers_of_a_chat_are_one_wish_of_one_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    done = threading.Event()

    def check(assistant: Any, given: Any) -> dict[int, str]:
        looked.append(given.generation)
        if len(looked) % 2 == 0:
            done.set()
        return {1: f"of {len(looked)}"}

    monkeypatch.setattr(checking, "check_saved", check)
    here, kept = server(), chat(turn(1, 1), turn(2, 0), turn(3, 2))
    assert standings(here, "ann", kept) == ({}, True)
    assert done.wait(SECONDS)
    while standings(here, "ann", kept)[1]:
        pass
    found, pending = standings(here, "ann", kept)
    assert (set(found), pending, looked) == ({1, 2}, False, [1, 0])
    done.clear()
    assert standings(here, "bob", kept) == ({}, True), "what Ann sees is not Bob's"
    assert done.wait(SECONDS)
