"""Bringing the catalog of an older Citewise to the tables of this one, a version at a time.

A step is written once and never changed, so it names columns as text, not the tables of today. Each is one transaction:
an ended one leaves the older version, and of several processes that open the catalog together one makes the step.
"""

from __future__ import annotations

import sqlalchemy as sa

from index.errors import StorageError

# What leads from a version to the next. SQLite cannot add a NOT NULL column that has no default, and a default would
# forgive a writer that forgets the column: such tables, all of them small, are made anew.
STEPS: dict[int, tuple[str, ...]] = {
    1: (
        "ALTER TABLE state RENAME TO old_state",
        "CREATE TABLE state (id INTEGER NOT NULL, schema_version INTEGER NOT NULL, epoch INTEGER NOT NULL, "
        "generation INTEGER NOT NULL, oldest INTEGER NOT NULL, next_passage INTEGER NOT NULL, "
        "index_id TEXT NOT NULL, PRIMARY KEY (id))",
        # 16 random bytes in lowercase hex, as every index has them for its id.
        "INSERT INTO state SELECT id, schema_version, epoch, generation, oldest, next_passage, hex(randomblob(16)) "
        "FROM old_state",
        "UPDATE state SET index_id = lower(index_id)",
        "DROP TABLE old_state",
        "ALTER TABLE epochs RENAME TO old_epochs",
        "CREATE TABLE epochs (id INTEGER NOT NULL, embedder TEXT NOT NULL, chunker TEXT NOT NULL, "
        "words TEXT NOT NULL, PRIMARY KEY (id))",
        "INSERT INTO epochs SELECT id, embedder, chunker, CAST(id AS TEXT) FROM old_epochs",
        "DROP TABLE old_epochs",
        "ALTER TABLE builds ADD COLUMN epoch INTEGER",
        "ALTER TABLE builds ADD COLUMN embedded INTEGER",
        "ALTER TABLE builds ADD COLUMN embed_seconds FLOAT",
        "ALTER TABLE passages ADD COLUMN input TEXT",
        "CREATE INDEX ix_passages_input ON passages (input)",
    ),
    2: (
        # The text stays the last column, so the table is made anew.
        "ALTER TABLE contents RENAME TO old_contents",
        "CREATE TABLE contents (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, epoch INTEGER NOT NULL, "
        "sha256 TEXT NOT NULL, suffix TEXT NOT NULL, mime TEXT NOT NULL, title TEXT NOT NULL, outlet TEXT, "
        "author TEXT, published INTEGER, language TEXT, origins JSON, pages JSON NOT NULL, headings JSON NOT NULL, "
        "text TEXT NOT NULL, UNIQUE (epoch, sha256, suffix))",
        "INSERT INTO contents SELECT id, epoch, sha256, suffix, mime, title, outlet, author, published, language, "
        "NULL, pages, headings, text FROM old_contents",
        "UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'old_contents') "
        "WHERE name = 'contents'",
        "DROP TABLE old_contents",
        "CREATE TABLE parts (content_id INTEGER NOT NULL, ordinal INTEGER NOT NULL, name TEXT NOT NULL, "
        "part_id INTEGER, reason TEXT, detail TEXT, PRIMARY KEY (content_id, ordinal)) WITHOUT ROWID",
        "ALTER TABLE documents RENAME TO old_documents",
        "CREATE TABLE documents (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, epoch INTEGER NOT NULL, "
        "uri TEXT NOT NULL, file TEXT NOT NULL, root TEXT NOT NULL, content_id INTEGER NOT NULL, "
        "born INTEGER NOT NULL, died INTEGER NOT NULL)",
        "INSERT INTO documents SELECT id, epoch, uri, uri, root, content_id, born, died FROM old_documents",
        # So that no id is used twice.
        "UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'old_documents') "
        "WHERE name = 'documents'",
        "DROP TABLE old_documents",
        "CREATE INDEX ix_documents_content_id ON documents (content_id)",
        "CREATE INDEX ix_documents_born ON documents (born)",
        "CREATE INDEX ix_documents_died ON documents (died)",
        "CREATE INDEX documents_by_uri ON documents (epoch, uri, died)",
        "CREATE INDEX documents_by_file ON documents (epoch, file, died)",
    ),
}


def migrate(engine: sa.Engine) -> int | None:
    """Takes every step that is left; returns the version reached: that of a newer Citewise stays as it is.

    Raises StorageError when the catalog is older and cannot be written.
    """
    while (version := _version(engine)) in STEPS:
        try:
            _step(engine, version)
        except sa.exc.OperationalError as error:
            raise StorageError(
                f"The index is of an older Citewise and cannot be brought up to date: {error.orig}.",
                "Let this Citewise write the index folder, or copy it to where it may: CITEWISE_INDEX_DIR",
            ) from error
    return version


def _step(engine: sa.Engine, version: int) -> None:
    with engine.begin() as connection:
        # Another process may have been faster.
        if connection.exec_driver_sql(_VERSION).scalar() == version:
            for statement in STEPS[version]:
                connection.exec_driver_sql(statement)
            connection.exec_driver_sql("UPDATE state SET schema_version = ?", (version + 1,))


def _version(engine: sa.Engine) -> int | None:
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        found: int | None = connection.exec_driver_sql(_VERSION).scalar()
        return found


_VERSION = "SELECT schema_version FROM state"
