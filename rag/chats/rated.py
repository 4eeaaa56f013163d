"""Rows of feedback: an answer that was rated stays with it when its question is asked again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import suppress

from index.errors import CitewiseError
from rag.chats.rows import document_reader, read_chat, read_turn
from rag.chats.types import Rated, Turn


def keep_rated(db: sqlite3.Connection, chat: int, number: int, attempt: int) -> None:
    """Puts the turn that is stored aside, with its documents, when it was rated and another attempt takes its place."""
    query = "SELECT json FROM turns WHERE chat=? AND number=? AND feedback IS NOT NULL"
    row = db.execute(query, (chat, number)).fetchone()
    before = _attempt(row[0]) if row else None
    if before is None or before == attempt:
        return
    copied = (
        "INSERT INTO rated (chat, number, attempt, json, feedback) "
        "SELECT chat, number, ?, json, feedback FROM turns WHERE chat=? AND number=?"
    )
    rated = db.execute(copied, (before, chat, number)).lastrowid
    names = "INSERT INTO rated_named SELECT ?, key, cited FROM named WHERE chat=? AND number=?"
    db.execute(names, (rated, chat, number))


def read_feedback(db: sqlite3.Connection, owner: str | None) -> Iterator[Rated]:
    """All that was rated, chat by chat and turn by turn, the earlier attempts first. `owner`: None for everybody."""
    query = (
        "SELECT id, owner, name FROM chats WHERE (owner = ?1 OR ?1 IS NULL) AND (id IN (SELECT chat FROM rated) "
        "OR id IN (SELECT chat FROM turns WHERE feedback IS NOT NULL)) ORDER BY id"
    )
    for number, whose, name in db.execute(query, (owner,)).fetchall():
        chat = read_chat(db, whose, name, running=False)
        aside = _read_rated(db, number)
        history: list[tuple[str, str]] = []
        for turn in chat.turns if chat else ():
            for one in (*aside.get(turn.id, ()), turn):
                if one.feedback:
                    yield Rated(one.question, one.answer, one.feedback, tuple(history))
            if turn.answer:
                history.append((turn.question, turn.answer.text))


def _read_rated(db: sqlite3.Connection, chat: int) -> dict[int, list[Turn]]:
    """The turns put aside, by number. What cannot be read is left out."""
    document = document_reader(db)
    found: dict[int, list[Turn]] = {}
    query = "SELECT number, json, feedback FROM rated WHERE chat=? ORDER BY number, attempt, id"
    for number, encoded, feedback in db.execute(query, (chat,)).fetchall():
        with suppress(CitewiseError):
            found.setdefault(number, []).append(read_turn(encoded, feedback, document))
    return found


def _attempt(encoded: str) -> int | None:
    """None when the row is damaged: nobody could read what was rated."""
    with suppress(AttributeError, LookupError, TypeError, ValueError):
        return int(json.loads(encoded)["turn"].get("attempt", 1))
    return None
