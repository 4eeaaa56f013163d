"""Feedback stays with the question and answer it was given for, whatever is asked in their place."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from corpus import document
from saved_chats import answered, quoted, said

from rag.chats.feedback import feedback_rows
from rag.chats.sqlite import FILENAME, MIGRATIONS
from rag.chats.store import ChatStore
from rag.chats.types import Feedback, Rated, Turn

GOOD, BAD = Feedback("good"), Feedback("bad", answerable=True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILENAME


@pytest.fixture
def store(path: Path) -> Iterator[ChatStore]:
    with ChatStore(path) as opened:
        yield opened


def turn(number: int, question: str, attempt: int = 1, feedback: Feedback | None = None, source: int = 1) -> Turn:
    cited = document(f"{question} is told here.", source)
    answer = answered(said(quoted(cited, question)), question=question, generation=source)
    return Turn(number, question, None, "done", answer.statements, answer, attempt=attempt, feedback=feedback)


def told(one: Turn, *history: Turn) -> Rated:
    assert one.feedback is not None
    before = tuple((past.question, past.answer.text) for past in history if past.answer)
    return Rated(one.question, one.answer, one.feedback, before)


def rows(path: Path, query: str) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return sorted(row[0] for row in db.execute(query))


def uris(path: Path) -> list[str]:
    return rows(path, "SELECT uri FROM documents")


def test_feedback_outlives_an_edit(store: ChatStore) -> None:
    first, old = turn(1, "Who?"), turn(2, "When?", 1, BAD, source=2)
    new, third = turn(2, "Where?", 2, GOOD, source=3), turn(3, "Why?", 1, GOOD)
    for one in (first, old, replace(new, feedback=None, state="writing"), new, third):
        store.put_turn("c1", one)
    chat = store.chat("c1")
    assert chat is not None and chat.turns == (first, new, third)
    assert store.feedback() == [told(old, first), told(new, first), told(third, first, new)]
    made = feedback_rows(store.feedback()).rows
    assert [row["question"] for row in made] == ["When?", "Where?", "Why?"]


def test_a_turn_that_goes_on_keeps_nothing_aside(store: ChatStore, path: Path) -> None:
    for feedback in (None, GOOD, BAD, None):
        store.put_turn("c1", turn(1, "Who?", 1, feedback))
    store.put_turn("c1", turn(1, "What?", 2, source=2))  # what it was is not rated any more
    assert store.feedback() == [] and uris(path) == ["papers/2.txt"]


def test_the_documents_of_what_was_rated_are_held_and_go_with_the_chat(store: ChatStore, path: Path) -> None:
    store.put_turn("c1", turn(1, "Who?", 1, GOOD), owner="ann")
    store.put_turn("c1", turn(1, "What?", 2, source=2), owner="ann")
    for uri in ("papers/1.txt", "papers/2.txt"):
        own, others = store.holding([uri], "ann")
        assert [one.id for one in own] == ["c1"] and others == 0
        assert store.holding([uri], "bob") == ([], 1)
    assert [one.id for one in store.citing(["papers/1.txt"])] == ["c1"]
    assert store.feedback("bob") == [] and len(store.feedback("ann")) == 1
    store.put_turn("c2", turn(1, "Who?"), owner="bob")
    store.delete("c1", "ann")
    assert store.feedback() == [] and uris(path) == ["papers/1.txt"]
    store.delete("c2", "bob")
    assert uris(path) == rows(path, "SELECT id FROM rated") == rows(path, "SELECT key FROM rated_named") == []


@pytest.mark.parametrize("whole", [True, False])
def test_nothing_of_it_is_left_when_it_is_deleted(store: ChatStore, path: Path, whole: bool) -> None:
    def is_left() -> bool:
        return any(b"zeppelin" in one.read_bytes() for one in path.parent.iterdir())

    store.put_turn("c1", turn(1, "Before?", 1))
    store.put_turn("c1", turn(2, "zeppelin", 1, GOOD))
    store.put_turn("c1", turn(2, "Other?", 2))
    store.settle()
    assert is_left()
    store.delete("c1") if whole else store.drop_turns_from("c1", 2)
    store.settle()
    assert not is_left() and store.feedback() == []


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(statement)


def test_a_damaged_one_stops_nothing_else(store: ChatStore, path: Path) -> None:
    last = turn(1, "What?", 3, GOOD)
    for one in (turn(1, "Lost?", 1, BAD), turn(1, "Who?", 2, GOOD), last):
        store.put_turn("c1", one)
    change(path, "UPDATE rated SET json='{' WHERE attempt=1")
    assert [one.question for one in store.feedback()] == ["Who?", "What?"]
    change(path, "UPDATE turns SET json='[]'")
    for attempt in (2, 3):  # it is read as one that was asked once
        store.put_turn("c1", turn(1, f"Again {attempt}?", attempt, BAD))
    assert [one.question for one in store.feedback()] == ["Who?", "Again 2?", "Again 3?"]


def test_a_file_of_the_version_before_keeps_its_feedback(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        for statement in (one for step in MIGRATIONS[:2] for one in step):
            db.execute(statement)
        key = "k" * 32
        db.execute(
            "INSERT INTO chats (owner, name, filters, created, changed) VALUES ('', 'old', '{}', ?1, ?1)", (NOW,)
        )
        db.execute("INSERT INTO turns VALUES (1, 1, 'Old?', '', ?, ?)", ('{"verdict": "good"}', OLD))
        db.execute("INSERT INTO documents VALUES (?, 'papers/9.txt', '{}', x'')", (key,))
        db.execute("INSERT INTO named VALUES (1, 1, ?, 0)", (key,))
        db.execute("PRAGMA user_version=2")
    with ChatStore(path) as store:
        assert store.feedback() == [Rated("Old?", None, GOOD)]
        store.put_turn("old", turn(1, "New?", 2))
        assert store.feedback() == [Rated("Old?", None, GOOD)] and "papers/9.txt" in uris(path)
        store.delete("old")
        assert uris(path) == []


NOW = "2026-03-08T12:30:15+00:00"
OLD = '{"version": 1, "turn": {"id": 1, "question": "Old?", "state": "stopped"}}'


@pytest.mark.parametrize("seed", range(3))
def test_what_was_given_is_what_is_exported(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    chats: dict[str, list[list[Turn]]] = {}  # of each turn all attempts
    store = ChatStore(path)
    for step in range(40):
        name = chance.choice(["a", "b"])
        turns = chats.setdefault(name, [])
        act = chance.choice(["ask", "again", "again", "edit", "edit", "rate", "rate", "rate", "delete", "reopen"])
        attempts = chance.choice(turns) if turns else []
        if act == "reopen":
            store.close()
            store = ChatStore(path)
        elif act == "delete" and chance.random() < 0.3:
            store.delete(name)
            del chats[name]
        elif act == "ask" or not turns:
            turns.append([turn(len(turns) + 1, f"Question {step}?", source=chance.randrange(1, 6))])
            store.put_turn(name, turns[-1][0])
        elif act in ("again", "edit"):
            attempts = attempts if act == "again" else turns[-1]
            asked = attempts[-1].question if act == "again" else f"Question {step}?"
            new = turn(attempts[-1].id, asked, len(attempts) + 1, source=chance.randrange(1, 6))
            for state in (replace(new, state="writing", statements=(), answer=None), new):
                store.put_turn(name, state)
            attempts.append(new)
        elif act == "rate":
            attempts[-1] = rated = replace(attempts[-1], feedback=chance.choice([None, GOOD, BAD]))
            if chance.random() < 0.5:
                store.put_turn(name, rated)
            else:
                store.set_feedback(name, rated.id, rated.feedback)
        kept = [one for turns in chats.values() for attempts in turns for one in attempts]
        given = [(one.question, one.answer, one.feedback) for one in kept if one.feedback]
        exported = [(one.question, one.answer, one.feedback) for one in store.feedback()]
        assert sorted(map(repr, exported)) == sorted(map(repr, given))
        last = [attempts[-1] for turns in chats.values() for attempts in turns]
        answers = [one.answer for one in (*last, *(one for one in kept if one.feedback)) if one.answer]
        held = {(cited.document.uri, cited.document.text) for answer in answers for cited in answer.citations}
        assert uris(path) == sorted(uri for uri, _ in held)
    store.close()
