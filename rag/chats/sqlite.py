"""The file of the chats: made, brought up to date and opened, and what its errors mean."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EISDIR
from pathlib import Path

from index.backup.chats import FILENAME
from index.errors import CitewiseError, StorageError
from rag.chats.sweep import is_busy

__all__ = ["FILENAME", "explained", "open_chats", "transaction"]

BUSY_SECONDS = 10.0
RETRY_SECONDS = 0.05

# One tuple of statements a version of the file; `PRAGMA user_version` counts those that were run.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE chats (
            id INTEGER PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, title TEXT NOT NULL DEFAULT '',
            renamed INTEGER NOT NULL DEFAULT 0, filters TEXT NOT NULL, created TEXT NOT NULL, changed TEXT NOT NULL,
            UNIQUE (owner, name))""",
        "CREATE INDEX chats_changed ON chats (owner, changed)",
        """CREATE TABLE turns (
            chat INTEGER NOT NULL REFERENCES chats ON DELETE CASCADE, number INTEGER NOT NULL, question TEXT NOT NULL,
            words TEXT NOT NULL, feedback TEXT, json TEXT NOT NULL, PRIMARY KEY (chat, number))""",
        "CREATE TABLE documents (key TEXT PRIMARY KEY, uri TEXT NOT NULL, meta TEXT NOT NULL, text BLOB NOT NULL)",
        "CREATE INDEX documents_uri ON documents (uri)",
        """CREATE TABLE named (
            chat INTEGER NOT NULL, number INTEGER NOT NULL, key TEXT NOT NULL REFERENCES documents,
            cited INTEGER NOT NULL, PRIMARY KEY (chat, number, key),
            FOREIGN KEY (chat, number) REFERENCES turns ON DELETE CASCADE)""",
        "CREATE INDEX named_key ON named (key)",
        """CREATE TRIGGER forget_document AFTER DELETE ON named BEGIN
            DELETE FROM documents WHERE key = old.key AND NOT EXISTS (SELECT 1 FROM named WHERE key = old.key);
        END""",
    ),
    # A row for each time that something was deleted and its words may still be in the file or its log.
    ("CREATE TABLE erased (number INTEGER PRIMARY KEY AUTOINCREMENT)",),
    # Turns with feedback whose question was asked again. Attempts are no key: a damaged turn counts from 1 again.
    (
        """CREATE TABLE rated (
            id INTEGER PRIMARY KEY, chat INTEGER NOT NULL REFERENCES chats ON DELETE CASCADE, number INTEGER NOT NULL,
            attempt INTEGER NOT NULL, json TEXT NOT NULL, feedback TEXT NOT NULL)""",
        "CREATE INDEX rated_chat ON rated (chat, number)",
        """CREATE TABLE rated_named (
            rated INTEGER NOT NULL REFERENCES rated ON DELETE CASCADE, key TEXT NOT NULL REFERENCES documents,
            cited INTEGER NOT NULL, PRIMARY KEY (rated, key))""",
        "CREATE INDEX rated_named_key ON rated_named (key)",
        """CREATE VIEW held AS SELECT chat, key, cited FROM named
            UNION ALL SELECT chat, key, cited FROM rated_named JOIN rated ON rated.id = rated""",
        "DROP TRIGGER forget_document",
        *(
            f"""CREATE TRIGGER forget_document_{table} AFTER DELETE ON {table} BEGIN
                DELETE FROM documents WHERE key = old.key AND NOT EXISTS (SELECT 1 FROM named WHERE key = old.key)
                AND NOT EXISTS (SELECT 1 FROM rated_named WHERE key = old.key);
            END"""
            for table in ("named", "rated_named")
        ),
    ),
)


def open_chats(path: Path) -> sqlite3.Connection:
    """The file, made when it is missing, for its owner's eyes only. Raises StorageError or CitewiseError."""
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _make(path)
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            _configure(connection)
            _migrate(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def _make(path: Path) -> None:
    """Only a file that is not there may be opened by hand: closing one takes from this process all locks that SQLite
    holds on it, and the next process to leave would take the log away that this one writes into."""
    if path.is_dir():
        raise IsADirectoryError(EISDIR, "it is a folder")
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    path.chmod(0o600)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns what SQLite or the system raises into a StorageError with its fix."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if is_busy(error):
            raise StorageError(f"The chats in {path} are being written elsewhere.", "Try again.") from error
        raise StorageError(f"The chats in {path} cannot be read or written: {error}.", _ROOM) from error
    except sqlite3.DatabaseError as error:
        raise StorageError(f"The chats in {path} are damaged: {error}.", _DAMAGED) from error
    except OSError as error:
        raise StorageError(f"The chats in {path} cannot be opened: {error.strerror}.", _ROOM) from error


@contextmanager
def transaction(connection: sqlite3.Connection, write: bool) -> Iterator[sqlite3.Connection]:
    connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _configure(connection: sqlite3.Connection) -> None:
    deadline = time.monotonic() + BUSY_SECONDS
    while True:  # SQLite does not wait for others who turn WAL on
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
            break
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(RETRY_SECONDS)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    if _version(connection) == len(MIGRATIONS):
        return
    with transaction(connection, write=True):
        version = _version(connection)
        if version > len(MIGRATIONS):
            raise CitewiseError(f"A newer Citewise wrote the chats in {path}.", "Use a newer Citewise.")
        for statement in (one for step in MIGRATIONS[version:] for one in step):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version={len(MIGRATIONS)}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


_ROOM = "Check that you may write there, and that its disk has room."
_DAMAGED = "Move the file away: a new one is made. The index is not touched by it."
