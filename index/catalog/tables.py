"""The catalog's tables: the only commit point of an index (SQLite in WAL mode through SQLAlchemy Core).

What is visible at generation g of an epoch: documents with born <= g < died, the placements of their contents, and
segments with born <= g < died. Contents, passages and placements are written once and never changed.

    roots ─< documents >─ contents ─< placements >─ passages ─< vectors >─ segments

`state.index_id` names this index among all: its collections on a shared Chroma server bear it. A row of `builds` tells
how many passages were embedded in how many seconds.

A file may hold documents inside it: `parts` are those of a content, in their order, each another content or the reason
why there is none. Wherever the file is shown they are shown below it: `documents.file` is the uri of the file.

`orphans` are passage ids that the lexical index may hold although no passage row does: ids reserved for a publish that
has not committed, and ids a sweep has taken out of the catalog.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

FILENAME = "catalog.sqlite"
SCHEMA_VERSION = 3
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
    # Where the values above were found; None in rows of catalog version 2.
    sa.Column("origins", sa.JSON),
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
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("root", sa.Text, nullable=False),
    sa.Column("content_id", sa.Integer, nullable=False, index=True),
    sa.Column("born", sa.Integer, nullable=False, index=True),
    sa.Column("died", sa.Integer, nullable=False, index=True),
    sa.Index("documents_by_uri", "epoch", "uri", "died"),
    sa.Index("documents_by_file", "epoch", "file", "died"),
    sqlite_autoincrement=True,
)
parts = sa.Table(
    "parts",
    tables,
    sa.Column("content_id", sa.Integer, primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("part_id", sa.Integer),
    sa.Column("reason", sa.Text),
    sa.Column("detail", sa.Text),
    sqlite_with_rowid=False,
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
