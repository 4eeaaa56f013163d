"""Deleted words leave the file of the chats in the background, for all that was deleted meanwhile at once.

SQLite's secure_delete alone does not see to that: the log still holds them, and rows that once moved to another page
left copies behind. What deletes notes so in the table `erased`; the note goes when the words are gone, so that whoever
opens the file next goes on where a process ended.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

log = logging.getLogger("citewise.chats")

PAUSE_SECONDS = 0.3  # more is often deleted right after
LOCK_SECONDS = 0.5  # so long it keeps others from writing while it waits for their reading to end
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


class Sweeper:
    """Sweeps the file in a thread that is there only while there is something to sweep. Safe from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._asked = self._closing = False
        self._waiting = 0

    def ask(self) -> None:
        """Has the file swept soon."""
        with self._changed:
            self._asked = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="sweep chats", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Until nothing is left to sweep, or it was put off."""
        with self._changed:
            self._waiting += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._thread is None)
            self._waiting -= 1

    def close(self) -> None:
        """Waits too, but while others are at the file for no more than one try."""
        with self._changed:
            self._closing = True
        self.wait()

    def _run(self) -> None:
        while self._is_asked():
            try:
                self._sweep()
            except Exception as error:
                log.warning(
                    "What was deleted has not left %s yet: %s. It does when it is opened next.", self._path, error
                )

    def _is_asked(self) -> bool:
        with self._changed:
            if not self._asked:
                self._thread = None
                self._changed.notify_all()
                return False
            self._changed.wait_for(lambda: self._waiting > 0, PAUSE_SECONDS)
            self._asked = False
            return True

    def _sweep(self) -> None:
        there = f"{self._path.as_uri()}?mode=rw"  # a file that was moved away is not made anew
        with closing(sqlite3.connect(there, timeout=LOCK_SECONDS, isolation_level=None, uri=True)) as db:
            last = db.execute("SELECT max(number) FROM erased").fetchone()[0]
            if last is None:  # another process did it
                return
            self._patiently(lambda: db.execute("VACUUM").close())
            self._patiently(lambda: _empty_log(db))
            self._patiently(lambda: db.execute("DELETE FROM erased WHERE number<=?", (last,)).close())

    def _patiently(self, step: Callable[[], None]) -> None:
        """Tries again while others are at the file."""
        for seconds in RETRY_SECONDS:
            try:
                return step()
            except sqlite3.OperationalError as error:
                if not is_busy(error) or self._closing:
                    raise
            with self._changed:
                self._changed.wait_for(lambda: self._closing, seconds)
        step()


def note_erased(db: sqlite3.Connection) -> None:
    """In the transaction that deletes."""
    db.execute("INSERT INTO erased DEFAULT VALUES")


def is_unswept(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM erased LIMIT 1").fetchone() is not None


def is_busy(error: sqlite3.OperationalError) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _empty_log(db: sqlite3.Connection) -> None:
    """Raises OperationalError while somebody reads from it."""
    blocked, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if blocked:
        busy = sqlite3.OperationalError("it is being read elsewhere")
        busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise busy
