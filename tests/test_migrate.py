"""A catalog of an older Citewise is brought up to date when it is opened, once, as a whole or not at all."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from doubles import (
    WordCounts,
    check_readable,
    found_by_words,
    found_nearby,
    index_settings,
    places,
    processes,
    rows,
    run_in_child,
    text_of,
    write,
)

from index.backup.archive import MANIFEST
from index.backup.restore import restore
from index.backup.save import backup
from index.build import build_index
from index.catalog import engine
from index.catalog import migrate as migrating
from index.catalog.engine import open_engine
from index.catalog.read import CatalogReader, Counts
from index.catalog.tables import FILENAME, FOREVER, SCHEMA_VERSION, Epoch, Segment
from index.catalog.write import CatalogWriter
from index.errors import CitewiseError, StorageError
from index.settings import IndexSettings
from index.snapshot import Index

# The tables as the first release made them.
VERSION_1 = """
CREATE TABLE state ( id INTEGER NOT NULL, schema_version INTEGER NOT NULL, epoch INTEGER NOT NULL, generation
    INTEGER NOT NULL, oldest INTEGER NOT NULL, next_passage INTEGER NOT NULL, PRIMARY KEY (id) );
CREATE TABLE epochs ( id INTEGER NOT NULL, embedder TEXT NOT NULL, chunker TEXT NOT NULL, PRIMARY KEY (id) );
CREATE TABLE builds ( id INTEGER NOT NULL, finished FLOAT NOT NULL, generation INTEGER NOT NULL, PRIMARY KEY (id) );
CREATE TABLE roots ( name TEXT NOT NULL, path TEXT NOT NULL, PRIMARY KEY (name), UNIQUE (path) );
CREATE TABLE files ( uri TEXT NOT NULL, root TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    ctime_ns INTEGER NOT NULL, inode INTEGER NOT NULL, sha256 TEXT NOT NULL, scanned_ns INTEGER NOT NULL, PRIMARY
    KEY (uri) );
CREATE TABLE failures ( uri TEXT NOT NULL, root TEXT NOT NULL, sha256 TEXT NOT NULL, reason TEXT NOT NULL, detail
    TEXT NOT NULL, PRIMARY KEY (uri) );
CREATE TABLE contents ( id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, epoch INTEGER NOT NULL, sha256 TEXT NOT NULL,
    suffix TEXT NOT NULL, mime TEXT NOT NULL, title TEXT NOT NULL, outlet TEXT, author TEXT, published INTEGER,
    language TEXT, pages JSON NOT NULL, headings JSON NOT NULL, text TEXT NOT NULL, UNIQUE (epoch, sha256, suffix)
    );
CREATE TABLE documents ( id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, epoch INTEGER NOT NULL, uri TEXT NOT NULL,
    root TEXT NOT NULL, content_id INTEGER NOT NULL, born INTEGER NOT NULL, died INTEGER NOT NULL );
CREATE INDEX ix_documents_died ON documents (died);
CREATE INDEX ix_documents_content_id ON documents (content_id);
CREATE INDEX ix_documents_born ON documents (born);
CREATE INDEX documents_by_uri ON documents (epoch, uri, died);
CREATE TABLE passages ( id INTEGER NOT NULL, epoch INTEGER NOT NULL, "key" TEXT NOT NULL, title TEXT NOT NULL,
    headings JSON NOT NULL, text TEXT NOT NULL, language TEXT, PRIMARY KEY (id), UNIQUE (epoch, "key") );
CREATE TABLE placements ( content_id INTEGER NOT NULL, ordinal INTEGER NOT NULL, passage_id INTEGER NOT NULL, start
    INTEGER NOT NULL, "end" INTEGER NOT NULL, page INTEGER, PRIMARY KEY (content_id, ordinal) ) WITHOUT ROWID;
CREATE INDEX ix_placements_passage_id ON placements (passage_id);
CREATE TABLE segments ( id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, epoch INTEGER NOT NULL, name TEXT NOT NULL,
    size INTEGER NOT NULL, born INTEGER NOT NULL, died INTEGER NOT NULL, UNIQUE (name) );
CREATE TABLE vectors ( passage_id INTEGER NOT NULL, segment_id INTEGER NOT NULL, PRIMARY KEY (passage_id,
    segment_id) ) WITHOUT ROWID;
CREATE INDEX ix_vectors_segment_id ON vectors (segment_id);
CREATE TABLE orphans ( passage_id INTEGER NOT NULL, epoch INTEGER NOT NULL, PRIMARY KEY (passage_id) );
"""

# Two documents of the root "docs", of which b.txt has replaced an older text; one segment, one reserved passage.
ROWS_1 = f"""
INSERT INTO state VALUES (1, 1, 1, 4, 0, 5);
INSERT INTO epochs VALUES (1, 'word-counts/1', 'some chunker');
INSERT INTO builds VALUES (1, 1000.5, 2), (2, 2000.5, 4);
INSERT INTO roots VALUES ('docs', '/documents/docs');
INSERT INTO files VALUES ('docs/a.txt', 'docs', 3, 1, 2, 3, 'aa', 4), ('docs/b.txt', 'docs', 3, 1, 2, 4, 'b2', 4);
INSERT INTO failures VALUES ('docs/c.pdf', 'docs', 'cc', 'damaged', 'no pages');
INSERT INTO contents VALUES
    (1, 1, 'aa', '.txt', 'text/plain', 'A', NULL, 'Ann', 20240307, 'en', '[]', '[[0, 1, "A"]]', 'one two'),
    (2, 1, 'b1', '.txt', 'text/plain', '', NULL, NULL, NULL, NULL, '[]', '[]', 'old'),
    (3, 1, 'b2', '.txt', 'text/plain', '', NULL, NULL, NULL, NULL, '[]', '[]', 'new');
INSERT INTO documents VALUES
    (1, 1, 'docs/a.txt', 'docs', 1, 1, {2**62}), (2, 1, 'docs/b.txt', 'docs', 2, 1, 3),
    (3, 1, 'docs/b.txt', 'docs', 3, 3, {2**62});
INSERT INTO passages VALUES
    (1, 1, 'k1', 'A', '["A"]', 'one two', 'en'), (2, 1, 'k2', '', '[]', 'old', NULL),
    (3, 1, 'k3', '', '[]', 'new', NULL);
INSERT INTO placements VALUES (1, 0, 1, 0, 7, NULL), (2, 0, 2, 0, 3, NULL), (3, 0, 3, 0, 3, NULL);
INSERT INTO segments VALUES (1, 1, 'segment-0123', 2, 2, {2**62});
INSERT INTO vectors VALUES (1, 1), (2, 1);
INSERT INTO orphans VALUES (4, 1);
"""


def make_version_1(folder: Path, rows_1: str = ROWS_1) -> None:
    folder.mkdir(exist_ok=True)
    with closing(sqlite3.connect(folder / FILENAME)) as connection:
        connection.executescript(f"PRAGMA journal_mode=WAL; {VERSION_1} {rows_1}")


def as_version_1(path: Path) -> None:
    """Writes the rows of a catalog into the tables of version 1, in its place."""
    old = path.with_name("version-1")
    with closing(sqlite3.connect(old)) as connection:
        connection.executescript(VERSION_1)
        connection.execute("ATTACH ? AS now", (str(path),))
        for (table,) in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
            columns = ", ".join(f'"{row[1]}"' for row in connection.execute(f"PRAGMA main.table_info({table})"))
            connection.execute(f"DELETE FROM main.{table}")
            connection.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM now.{table}")
        connection.execute("UPDATE main.state SET schema_version = 1")
        connection.commit()
    for leftover in path.parent.glob(f"{path.name}-*"):
        leftover.unlink()
    old.replace(path)


def shape(folder: Path) -> dict[str, Any]:
    """Of each table: its columns (type, NOT NULL, default, key), its indexes, and whether it has rowids or counts."""
    found: dict[str, Any] = {}
    with closing(sqlite3.connect(folder / FILENAME)) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            indexes = {
                (row[1], *row[2:], *connection.execute(f"PRAGMA index_xinfo({row[1]})").fetchall())
                for row in connection.execute(f"PRAGMA index_list({table})").fetchall()
            }
            kind = connection.execute("SELECT wr, strict FROM pragma_table_list WHERE name = ?", (table,)).fetchone()
            found[table] = (connection.execute(f"PRAGMA table_xinfo({table})").fetchall(), indexes, kind)
        told = "SELECT count(*), count(CASE WHEN sql LIKE '%AUTOINCREMENT%' THEN 1 END) FROM sqlite_master"
        found["all"] = connection.execute(told).fetchone()
    return found


def kinds(folder: Path) -> list[Any]:
    return rows(folder, "SELECT schema_version FROM state")


def test_migrated_tables_are_those_of_a_new_catalog(tmp_path: Path) -> None:
    make_version_1(tmp_path / "old")
    open_engine(tmp_path / "old").dispose()
    open_engine(tmp_path / "new", create=True).dispose()
    migrated, fresh = shape(tmp_path / "old"), shape(tmp_path / "new")
    assert migrated.keys() == fresh.keys()
    for table in fresh:
        assert migrated[table] == fresh[table], table


def test_every_version_has_its_step() -> None:
    assert list(migrating.STEPS) == list(range(1, SCHEMA_VERSION))


def test_no_row_is_lost_or_changed(tmp_path: Path) -> None:
    make_version_1(tmp_path)
    tables = re.findall(r"CREATE TABLE (\w+)", VERSION_1)
    columns = {
        table: ", ".join(f'"{row[1]}"' for row in rows(tmp_path, f"PRAGMA table_info({table})")) for table in tables
    }
    columns["state"] = "id, epoch, generation, oldest, next_passage"
    before = {table: rows(tmp_path, f"SELECT {names} FROM {table}") for table, names in columns.items()}
    assert len(tables) == 13 and all(before.values())
    open_engine(tmp_path).dispose()
    assert {table: rows(tmp_path, f"SELECT {names} FROM {table}") for table, names in columns.items()} == before
    assert rows(tmp_path, "SELECT id, words FROM epochs") == [(1, "1")]
    assert rows(tmp_path, "SELECT DISTINCT epoch, embedded, embed_seconds FROM builds") == [(None, None, None)]


@pytest.mark.parametrize("create", [False, True], ids=["to read", "to build"])
def test_a_migrated_catalog_is_read_and_written(tmp_path: Path, create: bool) -> None:
    make_version_1(tmp_path)
    engine = open_engine(tmp_path, create=create)
    reader, writer = CatalogReader(engine), CatalogWriter(engine)
    now = reader.state()
    assert (now.epoch, now.generation) == (1, 4)
    assert reader.counts(now) == Counts(2, 2, 1)
    document = reader.document_at("docs/a.txt", now)
    assert document is not None
    assert (document.text, document.author, [h.title for h in document.headings]) == ("one two", "Ann", ["A"])
    assert [p.text for p in reader.document_passages(document.id)] == ["one two"]
    assert (reader.pending(now), reader.roots()) == ([3], {"docs": "/documents/docs"})
    assert reader.epoch(1) == Epoch(1, "word-counts/1", "some chunker", "1")
    assert reader.segments(now) == [Segment(1, "segment-0123", 2)]
    assert re.fullmatch("[0-9a-f]{32}", reader.index_id())
    segment = writer.reserve_segment(1)
    assert segment.name.startswith(f"segment-{reader.index_id()[:12]}-") and segment.id > 1
    assert writer.reserve_passages(1, 1) == range(5, 6)
    assert writer.publish_segment(segment, [3]) == 5
    writer.finish_build(3000.0, 1, 1, 0.5)
    assert reader.pending(reader.state()) == []
    assert [row[:2] for row in rows(tmp_path, "SELECT epoch, embedded FROM builds ORDER BY id")][-1] == (1, 1)
    engine.dispose()


def test_two_migrated_indexes_have_two_ids(tmp_path: Path) -> None:
    ids = set()
    for name in ("one", "two"):
        make_version_1(tmp_path / name)
        for _ in range(2):
            engine = open_engine(tmp_path / name)
            ids.add(CatalogReader(engine).index_id())
            engine.dispose()
    assert len(ids) == 2


def open_and_note(folder: Path, start: Any, replies: Any) -> None:
    start.wait(30)
    engine = open_engine(folder)
    replies.put(CatalogReader(engine).index_id())
    engine.dispose()


@pytest.mark.slow
def test_processes_that_open_it_together_migrate_once(tmp_path: Path) -> None:
    make_version_1(tmp_path)
    context = processes()
    start, replies = context.Event(), context.Queue()
    children = [context.Process(target=open_and_note, args=(tmp_path, start, replies)) for _ in range(4)]
    for child in children:
        child.start()
    start.set()
    found = {replies.get(timeout=60) for _ in children}
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0] * 4
    assert found == {rows(tmp_path, "SELECT index_id FROM state")[0][0]}


def test_the_second_of_two_finds_nothing_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has seen version 1, and gets to write when the first is done."""
    make_version_1(tmp_path)
    step = migrating._step
    ids: list[str] = []

    def overtaken(engine: sa.Engine, version: int) -> None:
        monkeypatch.setattr(migrating, "_step", step)
        other = open_engine(tmp_path)
        ids.append(CatalogReader(other).index_id())
        other.dispose()
        step(engine, version)

    monkeypatch.setattr(migrating, "_step", overtaken)
    engine = open_engine(tmp_path)
    assert [CatalogReader(engine).index_id()] == ids
    engine.dispose()


def migrate_until(folder: Path, statement: int) -> None:
    """Opens the catalog and kills the process before one of the statements of the first step."""
    before = migrating.STEPS[1]

    class Deadly(tuple[str, ...]):
        def __iter__(self) -> Any:
            for at, one in enumerate(before):
                if at == statement:
                    os.kill(os.getpid(), signal.SIGKILL)
                yield one
            os.kill(os.getpid(), signal.SIGKILL)

    migrating.STEPS[1] = Deadly(before)
    open_engine(folder)


@pytest.mark.parametrize("statement", [1, 5, 8, len(migrating.STEPS[1])])
def test_a_killed_migration_leaves_the_older_version(tmp_path: Path, statement: int) -> None:
    make_version_1(tmp_path)
    before = shape(tmp_path)
    assert run_in_child(migrate_until, tmp_path, statement) == -signal.SIGKILL
    assert shape(tmp_path) == before and kinds(tmp_path) == [(1,)]
    open_engine(tmp_path).dispose()
    assert kinds(tmp_path) == [(SCHEMA_VERSION,)]


def test_a_step_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_version_1(tmp_path)
    before = shape(tmp_path)
    monkeypatch.setitem(migrating.STEPS, 1, (*migrating.STEPS[1], "ALTER TABLE none ADD COLUMN x TEXT"))
    with pytest.raises(CitewiseError, match="older Citewise"):
        open_engine(tmp_path)
    assert shape(tmp_path) == before and kinds(tmp_path) == [(1,)]


def test_an_older_catalog_on_a_disk_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_version_1(tmp_path)
    configure: Callable[..., None] = engine._configure

    def read_only(connection: Any, record: Any) -> None:
        configure(connection, record)
        connection.execute("PRAGMA query_only=ON").close()

    monkeypatch.setattr(engine, "_configure", read_only)
    with pytest.raises(StorageError, match="readonly") as caught:
        open_engine(tmp_path)
    assert "\n" not in str(caught.value) and "CITEWISE_INDEX_DIR" in caught.value.fix
    assert kinds(tmp_path) == [(1,)]


def test_a_newer_catalog_is_refused_and_left_alone(tmp_path: Path) -> None:
    open_engine(tmp_path, create=True).dispose()
    with closing(sqlite3.connect(tmp_path / FILENAME)) as connection:
        connection.executescript("UPDATE state SET schema_version = 99; DROP TABLE orphans")
    for create in (False, True):
        with pytest.raises(CitewiseError, match="version 99") as caught:
            open_engine(tmp_path, create=create)
        assert caught.value.fix.startswith("Use a newer Citewise")
    assert "orphans" not in shape(tmp_path), "no table of this version was added"


# Whole indexes


@pytest.fixture
def settings(tmp_path: Path) -> IndexSettings:
    """A built index of three documents, one of them edited since."""
    settings = index_settings(tmp_path)
    write(settings.seeds_dir, {"a.txt": text_of(["anchor"], ["bridge"]), "b.txt": text_of(["castle"]), "c.txt": "old"})
    build_index(settings, embedder=WordCounts())
    write(settings.seeds_dir, {"c.txt": text_of(["dragon"], ["ember"])})
    build_index(settings, embedder=WordCounts())
    return settings


def seen(settings: IndexSettings) -> Any:
    index = Index(settings, WordCounts())
    try:
        snapshot = index.snapshot()
        return places(snapshot), found_by_words(snapshot, "castl"), found_nearby(snapshot, "dragon"), snapshot.counts()
    finally:
        index.close()


def test_an_index_of_version_1_goes_on(settings: IndexSettings) -> None:
    before = seen(settings)
    as_version_1(settings.index_dir / FILENAME)
    assert kinds(settings.index_dir) == [(1,)]
    assert seen(settings) == before, "as soon as it is opened, without a build"
    assert kinds(settings.index_dir) == [(SCHEMA_VERSION,)]
    embedder = WordCounts()
    report = build_index(settings, embedder=embedder)
    assert (report.added, report.changed, report.removed, report.embedded, embedder.texts) == ((), (), (), 0, [])
    write(settings.seeds_dir, {"d.txt": text_of(["forest"])})
    report = build_index(settings, embedder=embedder)
    assert (report.added, report.embedded) == (("docs/d.txt",), 1)
    check_readable(settings, pending=0)
    assert rows(settings.index_dir, f"SELECT count(*) FROM documents WHERE died = {FOREVER}") == [(4,)]


def test_a_backup_of_an_older_catalog_is_restored(settings: IndexSettings, tmp_path: Path) -> None:
    before = seen(settings)
    file, unpacked = tmp_path / "backup", tmp_path / "unpacked"
    backup(settings, file)
    with zipfile.ZipFile(file) as archive:
        archive.extractall(unpacked)
    as_version_1(unpacked / FILENAME)
    manifest = json.loads((unpacked / MANIFEST).read_text())
    data = (unpacked / FILENAME).read_bytes()
    manifest["catalog_version"] = 1
    manifest["entries"][FILENAME] = {"sha256": sha256(data).hexdigest(), "size": len(data)}
    (unpacked / MANIFEST).write_text(json.dumps(manifest))
    with zipfile.ZipFile(file, "w") as archive:
        for path in sorted(unpacked.rglob("*.*")):
            archive.write(path, path.relative_to(unpacked).as_posix())
    shutil.rmtree(settings.index_dir)
    restore(settings, file)
    assert kinds(settings.index_dir) == [(SCHEMA_VERSION,)]
    assert seen(settings) == before
    assert build_index(settings, embedder=WordCounts()).embedded == 0
