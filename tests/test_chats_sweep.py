"""What was deleted leaves the file of chats in the background, and nobody waits for that."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from corpus import LIMIT, document
from saved_chats import answered, quoted, said

from rag.chats import sweep
from rag.chats.sqlite import FILENAME, MIGRATIONS
from rag.chats.store import ChatStore
from rag.chats.types import Turn

MARK = "c0ffee-zeppelin"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILENAME


@pytest.fixture
def store(path: Path) -> Iterator[ChatStore]:
    with ChatStore(path) as opened:
        for number in range(3):
            opened.put_turn(f"c{number}", asked(f"{MARK} {number}"))
        yield opened


@pytest.fixture
def other(path: Path, store: ChatStore) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def asked(question: str) -> Turn:
    return Turn(1, question, state="done", answer=answered(said(quoted(document(LIMIT), "4 knots"))))


def is_left(path: Path) -> bool:
    return any(MARK.encode() in one.read_bytes() for one in path.parent.iterdir())


def unswept(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("SELECT count(*) FROM erased").fetchone()[0])


def count_sweeps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []
    swept = sweep.Sweeper._sweep

    def counted(self: sweep.Sweeper) -> None:
        found.append(time.monotonic())
        swept(self)

    monkeypatch.setattr(sweep.Sweeper, "_sweep", counted)
    return found


def test_many_are_deleted_at_once(store: ChatStore, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sweeps = count_sweeps(monkeypatch)
    monkeypatch.setattr(sweep, "PAUSE_SECONDS", 60)  # cut short by who waits
    store.put_turn("c1", asked("mine"), owner="ann")
    assert store.delete_many(["c1", "c2", "c9"]) == 2 and store.delete_many([]) == 0
    assert [one.id for one in store.heads()] == ["c0"] and store.chat("c1", "ann") is not None
    store.delete("c0")
    store.drop_turns_from("c1", 1, "ann")
    store.settle()
    assert not is_left(path) and unswept(path) == 0
    assert len(sweeps) == 1  # once for all of them
    store.delete("c0")
    store.drop_turns_from("c1", 1, "ann")
    store.settle()
    assert len(sweeps) == 1  # nothing was there to delete


def test_close_waits_for_it(store: ChatStore, path: Path) -> None:
    store.delete_many(["c0", "c1", "c2"])
    store.close()
    assert not is_left(path) and unswept(path) == 0


def test_nobody_waits_while_it_sweeps(store: ChatStore, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    going, go_on = threading.Event(), threading.Event()
    swept = sweep.Sweeper._sweep

    def slowly(self: sweep.Sweeper) -> None:
        going.set()
        assert go_on.wait(20)
        swept(self)

    monkeypatch.setattr(sweep.Sweeper, "_sweep", slowly)
    store.delete("c0")
    assert going.wait(20)
    store.put_turn("c3", asked("written meanwhile"))
    store.delete("c1")
    assert [one.id for one in store.heads()] == ["c3", "c2"]
    go_on.set()
    store.delete("c2")
    store.settle()
    assert not is_left(path) and len(store.heads()) == 1


def test_reading_goes_on_while_another_writes(store: ChatStore, other: sqlite3.Connection) -> None:
    other.execute("BEGIN IMMEDIATE")
    writer = threading.Thread(target=store.put_turn, args=("c3", asked("late")))
    writer.start()
    started = time.monotonic()
    assert len(store.heads()) == 3 and store.chat("c0") is not None and time.monotonic() - started < 5
    other.execute("ROLLBACK")
    writer.join()
    assert len(store.heads()) == 4


@pytest.mark.parametrize("begin", ["BEGIN IMMEDIATE", "BEGIN"])
def test_it_waits_for_others(
    store: ChatStore, other: sqlite3.Connection, path: Path, begin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "LOCK_SECONDS", 0.01)
    monkeypatch.setattr(sweep, "RETRY_SECONDS", (0.05,) * 200)
    store.delete_many(["c0", "c1", "c2"])
    other.execute(begin)
    other.execute("SELECT count(*) FROM turns").fetchone()
    done = threading.Thread(target=store.settle)
    done.start()
    done.join(0.5)
    assert done.is_alive() and is_left(path)
    other.execute("ROLLBACK")
    done.join(20)
    assert not done.is_alive() and not is_left(path)


def test_what_cannot_be_swept_is_told_and_done_when_it_is_opened_next(
    store: ChatStore,
    other: sqlite3.Connection,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(sweep, "LOCK_SECONDS", 0.01)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM turns").fetchone()
    store.delete("c0")
    with caplog.at_level(logging.WARNING, "citewise.chats"):
        store.close()  # does not wait for who reads on and on
    assert "has not left" in caplog.text and unswept(path) == 1
    other.execute("ROLLBACK")
    ChatStore(path).close()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM turns").fetchone() == (2,)
    assert f"{MARK} 0".encode() not in b"".join(one.read_bytes() for one in path.parent.iterdir())
    assert unswept(path) == 0


def test_any_error_ends_the_wait(
    store: ChatStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(db: sqlite3.Connection) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(sweep, "_empty_log", fails)
        store.delete("c0")
        store.settle()
    assert "disk is full" in caplog.text
    store.delete("c1")
    store.settle()
    assert [one.id for one in store.heads()] == ["c2"]


def test_a_file_that_was_moved_away_is_not_made_anew(
    store: ChatStore, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store.delete("c0")
    path.rename(path.with_name("moved"))
    store.settle()
    assert not path.exists() and "has not left" in caplog.text


def test_a_file_of_the_version_before_is_brought_up_to_date(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        for statement in MIGRATIONS[0]:
            db.execute(statement)
        db.execute("PRAGMA user_version=1")
    with ChatStore(path) as store:
        store.put_turn("c1", asked(MARK))
        assert store.delete("c1")
    assert not is_left(path)
