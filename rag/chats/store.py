"""Chats in one SQLite file. Each belongs to an owner, and for everybody else it is as if it was not there."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from index.errors import CitewiseError
from index.types import Filters
from rag.chats.codec import encode, encode_feedback, encode_filters
from rag.chats.rated import keep_rated, read_feedback
from rag.chats.rows import (
    add_chat,
    count_holding,
    entitle,
    folded,
    has_turn,
    keep_document,
    number_of,
    read_chat,
    read_heads,
    storable,
    title_of,
    touch,
)
from rag.chats.sqlite import explained, open_chats, transaction
from rag.chats.sweep import Sweeper, is_unswept, note_erased
from rag.chats.types import ChatHead, Feedback, Rated, SavedChat, Turn


class ChatStore:
    """The chats in the file `path`, which is made when it is missing. Safe from several threads and processes.

    Every method raises StorageError when the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer = _Held(open_chats(path))
        self._reader = _Held(open_chats(path))  # who reads waits for nobody who writes
        self._sweeper = Sweeper(path)
        with self._reading() as db:
            db.create_function("folded", 1, folded, deterministic=True)
            unswept = is_unswept(db)
        if unswept:
            self._sweeper.ask()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Waits until what was deleted has left the file, unless others keep it from that: then it leaves when the file
        is opened next."""
        self._sweeper.close()
        for held in (self._writer, self._reader):
            held.close()

    def settle(self) -> None:
        """Waits until what was deleted has left the file and its log."""
        self._sweeper.wait()

    def put_turn(self, chat_id: str, turn: Turn, owner: str = "", create: bool = True) -> bool:
        """Saves a turn as it is now. A chat that is not there is made; without `create` nothing is saved then, nor when
        the chat has no such turn, and the answer is False: it was deleted meanwhile. An attempt that was rated stays
        with its feedback when another takes its place."""
        encoded, documents = encode(turn)
        answer = turn.answer
        cited = {one.document for said in turn.statements for one in said.citations}
        cited |= {one.document for one in answer.citations} if answer else set()
        told = answer.text if answer else "\n".join(one.text for one in turn.statements)
        values = {
            "number": turn.id,
            "question": storable(turn.question),
            "words": folded(f"{turn.question}\n{told}"),
            "feedback": encode_feedback(turn.feedback) if turn.feedback else None,
            "json": json.dumps(encoded),
        }
        with self._writing() as db:
            chat = number_of(db, owner, chat_id)
            if not create and (chat is None or not has_turn(db, chat, turn.id)):
                return False
            chat = chat or add_chat(db, owner, chat_id, turn.filters or Filters())
            keep_rated(db, chat, turn.id, turn.attempt)
            db.execute(
                "INSERT INTO turns VALUES (:chat, :number, :question, :words, :feedback, :json) ON CONFLICT DO UPDATE "
                "SET question=:question, words=:words, feedback=:feedback, json=:json",
                {"chat": chat, **values},
            )
            for key, document in documents.items():
                keep_document(db, key, document)
                db.execute("INSERT OR REPLACE INTO named VALUES (?, ?, ?, ?)", (chat, turn.id, key, document in cited))
            db.execute(
                "DELETE FROM named WHERE chat=? AND number=? AND key NOT IN (SELECT value FROM json_each(?))",
                (chat, turn.id, json.dumps([*documents])),
            )
            touch(db, chat)
        return True

    def drop_turns_from(self, chat_id: str, number: int, owner: str = "") -> None:
        """Takes the turn and those after it away; their words leave the file soon."""
        with self._writing() as db:
            chat = number_of(db, owner, chat_id)
            if chat is None or not db.execute("DELETE FROM turns WHERE chat=? AND number>=?", (chat, number)).rowcount:
                return
            db.execute("DELETE FROM rated WHERE chat=? AND number>=?", (chat, number))
            touch(db, chat)
            note_erased(db)
        self._sweeper.ask()

    def set_filters(self, chat_id: str, filters: Filters, owner: str = "") -> None:
        """Keeps what the next questions are limited to. A chat is listed when it has a question."""
        with self._writing() as db:
            chat = number_of(db, owner, chat_id) or add_chat(db, owner, chat_id, filters)
            db.execute("UPDATE chats SET filters=? WHERE id=?", (encode_filters(filters), chat))

    def rename(self, chat_id: str, title: str, owner: str = "") -> None:
        """Gives a chat a title of its own; an empty one brings the first question back."""
        shown = title_of(title)
        with self._writing() as db:
            if (chat := number_of(db, owner, chat_id)) is not None:
                db.execute("UPDATE chats SET title=?, renamed=? WHERE id=?", (shown, bool(shown), chat))
                entitle(db, chat)

    def delete(self, chat_id: str, owner: str = "") -> bool:
        """Takes a chat away, and what it alone named; its words leave the file soon. False when there is none."""
        return self.delete_many([chat_id], owner) > 0

    def delete_many(self, ids: Iterable[str], owner: str = "") -> int:
        """Takes chats away, all or none; gives how many there were. Their words leave the file soon: `settle` waits."""
        gone = 0
        with self._writing() as db:
            for chat_id in ids:
                gone += db.execute("DELETE FROM chats WHERE owner=? AND name=?", (owner, chat_id)).rowcount
            if gone:
                note_erased(db)
        if gone:
            self._sweeper.ask()
        return gone

    def chat(self, chat_id: str, owner: str = "", running: bool = False) -> SavedChat | None:
        """The chat with all its turns, or None. A turn that was in progress when it was saved is told as stopped,
        unless the process that answers it is `running`. One that cannot be read is told as failed, with the reason."""
        with self._reading() as db:
            return read_chat(db, owner, chat_id, running)

    def heads(self, owner: str = "", search: str = "", limit: int = 200) -> list[ChatHead]:
        """The chats, those changed last first. `search`: all of its words stand in the title, or in one turn's question
        and answer; parts of words do, and case does not matter."""
        in_title = in_turn = "1"
        words = folded(search).split()
        if words:
            in_title = " AND ".join(["instr(folded(title), ?)"] * len(words))
            in_turn = " AND ".join(["instr(words, ?)"] * len(words))
        condition = f"(({in_title}) OR EXISTS (SELECT 1 FROM turns WHERE chat = chats.id AND ({in_turn})))"
        with self._reading() as db:
            return list(read_heads(db, owner, condition, (*words, *words), limit))

    def citing(self, uris: Iterable[str], owner: str | None = None, limit: int | None = None) -> list[ChatHead]:
        """The chats in which an answer cites one of the documents; those of everybody without an owner."""
        with self._reading() as db:
            return list(read_heads(db, owner, f"EXISTS ({_HELD} AND cited)", (json.dumps([*uris]),), limit))

    def holding(self, uris: Iterable[str], owner: str = "") -> tuple[list[ChatHead], int]:
        """The chats of the owner that hold text of one of the documents, cited or only near an answer, and how many of
        others do."""
        chosen = [*uris]
        with self._reading() as db:
            own = list(read_heads(db, owner, f"EXISTS ({_HELD})", (json.dumps(chosen),)))
            return own, count_holding(db, chosen, but=owner)

    def set_feedback(self, chat_id: str, turn_id: int, feedback: Feedback | None, owner: str = "") -> bool:
        """Keeps what a person thinks of an answer, or forgets it. False when there is no such turn."""
        encoded = encode_feedback(feedback) if feedback else None
        with self._writing() as db:
            chat = number_of(db, owner, chat_id)
            change = "UPDATE turns SET feedback=? WHERE chat=? AND number=?"
            return db.execute(change, (encoded, chat, turn_id)).rowcount > 0

    def feedback(self, owner: str | None = None) -> list[Rated]:
        """All that was rated, chat by chat, also what was asked again since; of everybody without an owner. What cannot
        be read is left out."""
        with self._reading() as db:
            return list(read_feedback(db, owner))

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._reader.mine() as held, explained(self._path), transaction(held, write=False) as db:
            yield db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._writer.mine() as held, explained(self._path), transaction(held, write=True) as db:
            yield db


class _Held:
    """A connection for one thread at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = connection

    @contextmanager
    def mine(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._connection is None:
                raise CitewiseError("The chats were closed.", "Open them again: ChatStore(path)")
            yield self._connection

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None


_HELD = (
    "SELECT 1 FROM held JOIN documents USING (key) WHERE chat = chats.id AND uri IN (SELECT value FROM json_each(?))"
)
