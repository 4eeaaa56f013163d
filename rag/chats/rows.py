"""Rows of the file of chats: what the store reads and writes, on a connection whose transaction is open."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from index.errors import CitewiseError
from index.types import Document, Filters
from rag.chats.codec import (
    Lookup,
    decode,
    decode_feedback,
    decode_filters,
    document_meta,
    encode_filters,
    read_document,
)
from rag.chats.types import ChatHead, Problem, SavedChat, Turn

TITLE_CHARACTERS = 80


def folded(text: str) -> str:
    """As words are compared in a search: in any case, and however an accent is written."""
    return storable(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()))


def storable(text: str) -> str:
    """SQLite takes no halves of characters, and stops at a zero."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def title_of(question: str) -> str:
    """On one line, cut after a word."""
    line = " ".join(storable(question).split())
    if len(line) <= TITLE_CHARACTERS:
        return line
    cut = line[:TITLE_CHARACTERS]
    return (cut.rsplit(" ", 1)[0] if " " in cut[TITLE_CHARACTERS // 2 :] else cut) + " …"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def number_of(db: sqlite3.Connection, owner: str, chat_id: str) -> int | None:
    row = db.execute("SELECT id FROM chats WHERE owner=? AND name=?", (owner, chat_id)).fetchone()
    return None if row is None else int(row[0])


def add_chat(db: sqlite3.Connection, owner: str, chat_id: str, filters: Filters) -> int:
    added = "INSERT INTO chats (owner, name, filters, created, changed) VALUES (?, ?, ?, ?4, ?4)"
    return int(db.execute(added, (owner, chat_id, encode_filters(filters), _now())).lastrowid or 0)


def has_turn(db: sqlite3.Connection, chat: int, number: int) -> bool:
    return db.execute("SELECT 1 FROM turns WHERE chat=? AND number=?", (chat, number)).fetchone() is not None


def touch(db: sqlite3.Connection, chat: int) -> None:
    db.execute("UPDATE chats SET changed=? WHERE id=?", (_now(), chat))
    entitle(db, chat)


def entitle(db: sqlite3.Connection, chat: int) -> None:
    """The first question is the title until somebody gives another."""
    row = db.execute("SELECT question FROM turns WHERE chat=? ORDER BY number LIMIT 1", (chat,)).fetchone()
    title = title_of(row[0]) if row else ""
    db.execute("UPDATE chats SET title=? WHERE id=? AND NOT renamed AND title<>?1", (title, chat))


def keep_document(db: sqlite3.Connection, key: str, document: Document) -> None:
    if db.execute("SELECT 1 FROM documents WHERE key=?", (key,)).fetchone() is None:
        text = zlib.compress(document.text.encode("utf-8", "surrogatepass"))
        db.execute("INSERT INTO documents VALUES (?, ?, ?, ?)", (key, document.uri, document_meta(document), text))


def read_heads(
    db: sqlite3.Connection, owner: str | None, condition: str, values: Sequence[str], limit: int | None = None
) -> Iterator[ChatHead]:
    query = (
        "SELECT name, title, created, changed, (SELECT count(*) FROM turns WHERE chat = chats.id) AS turns FROM chats "
        f"WHERE turns AND (owner = ? OR ?) AND {condition} ORDER BY changed DESC, id DESC LIMIT ?"
    )
    most = -1 if limit is None else limit
    for name, title, created, changed, turns in db.execute(query, (owner or "", owner is None, *values, most)):
        yield ChatHead(name, title, datetime.fromisoformat(created), datetime.fromisoformat(changed), turns)


def count_holding(db: sqlite3.Connection, uris: Sequence[str], but: str) -> int:
    """How many chats of all owners but one hold text of documents of these uris."""
    query = (
        "SELECT count(DISTINCT chat) FROM documents JOIN held USING (key) JOIN chats ON chats.id = chat "
        "WHERE uri IN (SELECT value FROM json_each(?)) AND owner <> ?"
    )
    return int(db.execute(query, (json.dumps(uris), but)).fetchone()[0])


def read_chat(db: sqlite3.Connection, owner: str, chat_id: str, running: bool) -> SavedChat | None:
    query = "SELECT id, title, created, changed, filters FROM chats WHERE owner=? AND name=?"
    row = db.execute(query, (owner, chat_id)).fetchone()
    if row is None:
        return None

    document = document_reader(db)
    chat, title, created, changed, filters = row
    turns = []
    rows = db.execute("SELECT number, question, feedback, json FROM turns WHERE chat=? ORDER BY number", (chat,))
    for number, question, feedback, encoded in rows.fetchall():
        try:
            turn = read_turn(encoded, feedback, document)
        except CitewiseError as error:
            turn = Turn(number, question, state="failed", problem=Problem(str(error), error.fix))
        turns.append(replace(turn, state="stopped") if turn.in_progress and not running else turn)
    limits = Filters()
    with suppress(CitewiseError):
        limits = decode_filters(filters)
    times = datetime.fromisoformat(created), datetime.fromisoformat(changed)
    return SavedChat(chat_id, title, *times, limits, tuple(turns))


def read_turn(encoded: str, feedback: str | None, document: Lookup) -> Turn:
    """Raises CitewiseError when it is damaged."""
    return replace(decode(_parsed(encoded), document), feedback=decode_feedback(feedback) if feedback else None)


def document_reader(db: sqlite3.Connection) -> Lookup:
    """Reads a document by its key, each once. It raises KeyError when there is none, ValueError when it is damaged."""

    @cache
    def document(key: str) -> Document:
        found = db.execute("SELECT meta, text FROM documents WHERE key=?", (key,)).fetchone()
        if found is None:
            raise KeyError(key)
        try:
            return read_document(found[0], zlib.decompress(found[1]).decode("utf-8", "surrogatepass"))
        except zlib.error as error:
            raise ValueError(f"text of a document: {error}") from error

    return document


def _parsed(encoded: str) -> object:
    with suppress(ValueError):
        return json.loads(encoded)
    return None
