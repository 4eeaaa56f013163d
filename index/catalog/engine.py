"""Opening the catalog: SQLite in WAL mode, and what its errors mean."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from index.catalog.migrate import migrate
from index.catalog.tables import FILENAME, SCHEMA_VERSION, SQL_ROWS, state, tables
from index.errors import CitewiseError, IndexMissing, StorageError


def open_engine(index_dir: Path, create: bool = False) -> sa.Engine:
    """The catalog of an index folder, brought up to date when an older Citewise made it.

    Raises IndexMissing unless it exists or may be made, CitewiseError when it is damaged or a newer Citewise made it.
    """
    path = index_dir / FILENAME
    if create:
        index_dir.mkdir(parents=True, exist_ok=True)
    elif not path.is_file():
        raise IndexMissing(f"There is no index in {index_dir}.", "Build one: citewise index FOLDER")
    url = sa.URL.create("sqlite", database=str(path))  # a "?" in a path is no query
    engine = sa.create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})
    sa.event.listen(engine, "connect", _configure)
    sa.event.listen(engine, "begin", _begin_immediate)
    try:
        if create:
            _create(engine)
        _check_version(engine)
    except CitewiseError:
        engine.dispose()
        raise
    except sa.exc.DatabaseError as error:
        engine.dispose()
        if isinstance(error, sa.exc.OperationalError) and "no such" not in str(error.orig):
            fix = f"Check that you may read and write the folder {index_dir}, and that its disk has room."
        else:
            fix = "It is damaged: move the index folder away and build again: citewise index"
        raise CitewiseError(f"The catalog {path} cannot be read: {error.orig}.", fix) from error
    return engine


@contextmanager
def explained(index_dir: Path) -> Iterator[None]:
    """Turns what a full or failing disk makes SQLite or the system raise into a StorageError."""
    try:
        yield
    except sa.exc.DatabaseError as error:
        raise StorageError(f"The catalog in {index_dir} cannot be written: {error.orig}.", _ROOM) from error
    except OSError as error:
        what = f" ({error.filename})" if error.filename else ""
        raise StorageError(f"The index in {index_dir} cannot be written: {error.strerror}{what}.", _ROOM) from error


def reading(engine: sa.Engine) -> sa.Engine:
    """The same engine without transactions: consistency comes from the generation, not from a read lock."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def slices(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Portions small enough for one statement."""
    return (rows[first : first + SQL_ROWS] for first in range(0, len(rows), SQL_ROWS))


_ROOM = "Nothing that was published is lost. See that its disk has room and may be written, then build again."


def _configure(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536"):
            connection.execute(f"PRAGMA {pragma}").close()
        # SQLite's own lowers ASCII alone.
        connection.create_function("lower", 1, lambda text: text and text.lower(), deterministic=True)


def _begin_immediate(connection: sa.Connection) -> None:
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _create(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        if not sa.inspect(connection).has_table(state.name):
            tables.create_all(connection)
            first = {"schema_version": SCHEMA_VERSION, "epoch": 1, "generation": 0, "oldest": 0, "next_passage": 1}
            connection.execute(state.insert().values(id=1, index_id=uuid.uuid4().hex, **first))


def _check_version(engine: sa.Engine) -> None:
    version = migrate(engine)
    if version != SCHEMA_VERSION:
        raise CitewiseError(
            f"The index has catalog version {version}; this Citewise reads versions up to {SCHEMA_VERSION}.",
            "Use a newer Citewise, or move the index folder away and build again: citewise index",
        )
