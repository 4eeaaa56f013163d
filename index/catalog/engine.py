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
from index.errors import CatalogError, CitewiseError, IndexMissing, StaleSnapshot, StorageError


def open_engine(index_dir: Path, create: bool = False) -> sa.Engine:
    """The catalog of an index folder, brought up to date when an older Citewise made it.

    Raises IndexMissing unless it exists or may be made, CitewiseError when it is damaged or a newer Citewise made it.
    """
    path = index_dir / FILENAME
    if create:
        index_dir.mkdir(parents=True, exist_ok=True)
    elif not path.exists():
        raise IndexMissing(f"There is no index in {index_dir}.", "Build one: citewise index FOLDER")
    url = sa.URL.create("sqlite", database=str(path))  # a "?" in a path is no query
    engine = sa.create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})
    try:
        with readable(engine):
            return _opened(engine, create)
    except CatalogError:
        if create or not path.is_file():
            raise
    # SQLite writes beside a file that it reads; where it may not, the file is read as it is.
    engine = sa.create_engine(url, creator=lambda: connect_unwritten(path), poolclass=sa.NullPool)
    with readable(engine):
        return _opened(engine, create=False)


def _opened(engine: sa.Engine, create: bool) -> sa.Engine:
    sa.event.listen(engine, "connect", _configure)
    sa.event.listen(engine, "begin", _begin_immediate)
    try:
        if create:
            _create(engine)
        _check_version(engine)
    except (CitewiseError, sa.exc.DatabaseError):
        engine.dispose()
        raise
    return engine


def connect_unwritten(path: Path) -> sqlite3.Connection:
    """For a folder that cannot be written, or a full disk. Each query has a connection of its own, since a process to
    which the folder is open may write meanwhile: then it has a log beside the file, which is read too."""
    log = path.with_name(f"{path.name}-wal")
    logged = log.exists() and log.stat().st_size
    uri = f"{path.absolute().as_uri()}?mode=ro" + ("" if logged else "&immutable=1")
    return sqlite3.connect(uri, uri=True, timeout=30, check_same_thread=False)


@contextmanager
def explained(index_dir: Path) -> Iterator[None]:
    """Turns what a full or failing disk makes SQLite or the system raise into a StorageError."""
    try:
        yield
    except StaleSnapshot as error:  # the catalog names what is not there
        raise StorageError(f"A part of the index in {index_dir} is missing. {error}", _REPAIR) from error
    except sa.exc.DatabaseError as error:
        raise StorageError(f"The catalog in {index_dir} cannot be written: {error.orig}.", _ROOM) from error
    except OSError as error:
        what = f" ({error.filename})" if error.filename else ""
        raise StorageError(f"The index in {index_dir} cannot be written: {error.strerror}{what}.", _ROOM) from error


@contextmanager
def readable(engine: sa.Engine) -> Iterator[None]:
    """Turns what SQLite raises when it cannot read the catalog into a CatalogError with its fix."""
    try:
        yield
    except (sa.exc.DatabaseError, sqlite3.DatabaseError) as error:
        told = error.orig if isinstance(error, sa.exc.DatabaseError) else error
        passing = isinstance(told, sqlite3.OperationalError) and "no such" not in str(told)
        path = Path(str(engine.url.database))
        fix = _CHECK.format(path.parent) if passing else _DAMAGED
        if path.is_dir():
            fix = f"There is a folder in its place: take {path} away, then {_AGAIN}"
        raise CatalogError(f"The catalog {path} cannot be read: {told}.", fix) from error


def reading(engine: sa.Engine) -> sa.Engine:
    """The same engine without transactions: consistency comes from the generation, not from a read lock."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def slices(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Portions small enough for one statement."""
    return (rows[first : first + SQL_ROWS] for first in range(0, len(rows), SQL_ROWS))


_CHECK = "Check that you may read and write the folder {}, and that its disk has room."
_AGAIN = "restore a backup (citewise restore FILE) or build again (citewise index)."
_DAMAGED = f"It is damaged: move the index folder away, then {_AGAIN}"
_REPAIR = "Put it right: citewise doctor --repair"
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
        there = sa.inspect(connection).get_table_names()
        if there and state.name not in there:
            raise CatalogError(f"The catalog {engine.url.database} cannot be read: it is another database.", _DAMAGED)
        if not there:
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
