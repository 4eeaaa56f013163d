"""The catalog's tables: the only commit point of an index (SQLite in WAL mode through SQLAlchemy Core).

What is visible at generation g of an epoch: documents with born <= g < died, the placements of their contents, and
segments with born <= g < died. Contents, passages and placements are written once and never changed.

    roots ─< documents >─ contents ─< placements >─ passages ─< vectors >─ segments

`state.index_id` names this index among all: its collections on a shared Chroma server bear it. A row of `builds` tells
how many passages were embedded in how many seconds.

`orphans` are passage ids that the lexical index may hold although no passage row does: ids reserved for a publish that
has not committed, and ids a sweep has taken out of the catalog.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from index.catalog_migrate import migrate
from index.errors import CatalogError, CitewiseError, IndexMissing, StaleSnapshot, StorageError

FILENAME = "catalog.sqlite"
SCHEMA_VERSION = 2
FOREVER = 2**62
SQL_ROWS = 5_000

tables = sa.MetaData()

state = sa.Table(
    "state",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("schema_version", sa.Integer, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("oldest", sa.Integer, nullable=False),
    sa.Column("next_passage", sa.Integer, nullable=False),
    sa.Column("index_id", sa.Text, nullable=False),
)
epochs = sa.Table(
    "epochs",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("embedder", sa.Text, nullable=False),
    sa.Column("chunker", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
)
builds = sa.Table(
    "builds",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("finished", sa.Float, nullable=False),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("epoch", sa.Integer),
    sa.Column("embedded", sa.Integer),
    sa.Column("embed_seconds", sa.Float),
)
roots = sa.Table(
    "roots",
    tables,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("path", sa.Text, nullable=False, unique=True),
)
files = sa.Table(
    "files",
    tables,
    sa.Column("uri", sa.Text, primary_key=True),
    sa.Column("root", sa.Text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("mtime_ns", sa.Integer, nullable=False),
    sa.Column("ctime_ns", sa.Integer, nullable=False),
    sa.Column("inode", sa.Integer, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("scanned_ns", sa.Integer, nullable=False),
)
failures = sa.Table(
    "failures",
    tables,
    sa.Column("uri", sa.Text, primary_key=True),
    sa.Column("root", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
)
contents = sa.Table(
    "contents",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("suffix", sa.Text, nullable=False),
    sa.Column("mime", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("outlet", sa.Text),
    sa.Column("author", sa.Text),
    sa.Column("published", sa.Integer),
    sa.Column("language", sa.Text),
    # Last, since SQLite reads through a long value to get to what comes after it.
    sa.Column("pages", sa.JSON, nullable=False),
    sa.Column("headings", sa.JSON, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.UniqueConstraint("epoch", "sha256", "suffix"),
    sqlite_autoincrement=True,
)
documents = sa.Table(
    "documents",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("uri", sa.Text, nullable=False),
    sa.Column("root", sa.Text, nullable=False),
    sa.Column("content_id", sa.Integer, nullable=False, index=True),
    sa.Column("born", sa.Integer, nullable=False, index=True),
    sa.Column("died", sa.Integer, nullable=False, index=True),
    sa.Index("documents_by_uri", "epoch", "uri", "died"),
    sqlite_autoincrement=True,
)
passages = sa.Table(
    "passages",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("headings", sa.JSON, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("language", sa.Text),
    # Hash of what was embedded: equal ones need no other vector. None in rows of catalog version 1.
    sa.Column("input", sa.Text, index=True),
    sa.UniqueConstraint("epoch", "key"),
)
placements = sa.Table(
    "placements",
    tables,
    sa.Column("content_id", sa.Integer, primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True),
    sa.Column("passage_id", sa.Integer, nullable=False, index=True),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("page", sa.Integer),
    sqlite_with_rowid=False,
)
segments = sa.Table(
    "segments",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("born", sa.Integer, nullable=False),
    sa.Column("died", sa.Integer, nullable=False),
    sqlite_autoincrement=True,
)
vectors = sa.Table(
    "vectors",
    tables,
    sa.Column("passage_id", sa.Integer, primary_key=True),
    sa.Column("segment_id", sa.Integer, primary_key=True, index=True),
    sqlite_with_rowid=False,
)
orphans = sa.Table(
    "orphans",
    tables,
    sa.Column("passage_id", sa.Integer, primary_key=True),
    sa.Column("epoch", sa.Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class State:
    """`generation` is the newest committed one; rows that died at or before `oldest` may be gone."""

    epoch: int
    generation: int
    oldest: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A published, immutable set of vectors, kept in the Chroma collection `name`."""

    id: int
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Epoch:
    """One way of cutting and embedding; `words` is the folder of its word index, which a rebuild replaces."""

    id: int
    embedder: str
    chunker: str
    words: str


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
