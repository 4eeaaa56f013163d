"""The catalog: what is visible at a generation, what is reserved, what a damaged one says."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from index.catalog.engine import open_engine
from index.catalog.files import CatalogFiles
from index.catalog.read import CatalogReader, Counts, day_number
from index.catalog.sweep import KEEP_SECONDS, CatalogSweeper
from index.catalog.tables import FILENAME, Epoch, State
from index.catalog.texts import NewContent, NewPassage, Placed
from index.catalog.write import CatalogWriter
from index.chunk import Chunk
from index.errors import CitewiseError, IndexMissing
from index.plan import FileStat, KnownFile
from index.types import Document, Failure, Filters, Heading, Passage

DOCUMENT = Document(
    0,
    "docs/a.pdf",
    "hash-a",
    "Title",
    "one two three",
    pages=(0, 4),
    headings=(Heading(4, 2, "two"),),
    outlet="The Gazette",
    author="Ann",
    published=date(2024, 3, 7),
    language="en",
    mime="application/pdf",
)


class Catalog:
    def __init__(self, engine: sa.Engine) -> None:
        self.reader, self.writer, self.sweeper = CatalogReader(engine), CatalogWriter(engine), CatalogSweeper(engine)
        self.files = CatalogFiles(engine)

    def publish(self, uri: str, *words: str) -> list[int]:
        """Shows a document of these passages, each of which is new; returns their ids."""
        text = " ".join(words)
        starts = [sum(len(word) + 1 for word in words[:at]) for at in range(len(words))]
        chunks = [Chunk(at, s, s + len(w), None, ()) for at, (s, w) in enumerate(zip(starts, words, strict=True))]
        ids = list(self.writer.reserve_passages(1, len(words)))
        new = [NewPassage(i, f"{uri}{i}", "", (), word, "en") for i, word in zip(ids, words, strict=True)]
        document = Document(0, uri, f"hash {uri} {text}", "", text, language="en")
        self.writer.publish_texts(1, new, [NewContent("docs", document, chunks, ids)])
        return ids


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    made = open_engine(tmp_path, create=True)
    yield made
    made.dispose()


@pytest.fixture
def catalog(engine: sa.Engine) -> Catalog:
    return Catalog(engine)


def test_a_document_comes_back_as_it_was(catalog: Catalog) -> None:
    ids = catalog.writer.reserve_passages(1, 2)
    chunks = [Chunk(0, 0, 3, 1, ()), Chunk(1, 4, 13, 2, ("two",))]
    new = [
        NewPassage(ids[0], "k0", "Title", (), "one", "en"),
        NewPassage(ids[1], "k1", "Title", ("two",), "two three", "en"),
    ]
    catalog.writer.publish_texts(1, new, [NewContent("docs", DOCUMENT, chunks, ids)])
    now = catalog.reader.state()
    stored = catalog.reader.document_at("docs/a.pdf", now)
    assert stored is not None and stored.id > 0
    assert stored == Document(**{**{name: getattr(DOCUMENT, name) for name in DOCUMENT.__slots__}, "id": stored.id})
    assert catalog.reader.documents_by_id([stored.id, 99]) == [stored]
    assert [listed.text for listed in catalog.reader.documents(now)] == [""]
    assert catalog.reader.document_passages(stored.id) == [
        Passage(ids[0], stored.id, 0, 0, 3, "one", 1),
        Passage(ids[1], stored.id, 1, 4, 13, "two three", 2, ("two",)),
    ]
    assert catalog.reader.document_at("docs/none.pdf", now) is None
    assert list(catalog.reader.indexed_texts(ids)) == [
        (1, "Title", (), "one", "en"),
        (2, "Title", ("two",), "two three", "en"),
    ]
    assert catalog.reader.counts(now) == Counts(1, 2, 2)


def test_each_generation_shows_what_it_showed(catalog: Catalog) -> None:
    seen: list[tuple[State, set[str], set[int]]] = []
    every: set[int] = set()

    def note() -> None:
        now = catalog.reader.state()
        shown = {document.uri for document in catalog.reader.documents(now)}
        seen.append((now, shown, catalog.reader.live(every, now)))

    first = catalog.publish("docs/a", "x", "y")
    every |= set(first)
    note()
    every |= set(catalog.publish("docs/b", "z"))
    note()
    every |= set(catalog.publish("docs/a", "x2"))
    note()
    catalog.writer.publish_texts(1, removed=["docs/b"])
    note()
    content = catalog.writer.content_id(1, "hash docs/a x y", "")
    assert content is not None
    catalog.writer.publish_texts(1, placed=[Placed("docs", "docs/c", content)])
    note()
    assert [(shown, live) for _, shown, live in seen] == [
        ({"docs/a"}, {1, 2}),
        ({"docs/a", "docs/b"}, {1, 2, 3}),
        ({"docs/a", "docs/b"}, {3, 4}),
        ({"docs/a"}, {4}),
        ({"docs/a", "docs/c"}, {1, 2, 4}),
    ]
    for then, shown, live in seen:
        assert {document.uri for document in catalog.reader.documents(then)} == shown
        assert catalog.reader.live(every, then) == live
    assert [now.generation for now, *_ in seen] == sorted({now.generation for now, *_ in seen})


def test_what_came_and_went_leads_from_one_generation_to_any_later_one(catalog: Catalog) -> None:
    random = Random(11)
    states = [catalog.reader.state()]
    for _ in range(25):
        uri = f"docs/{random.randrange(4)}"
        old = catalog.writer.content_id(1, f"hash docs/{random.randrange(4)} w0", "")
        match random.choice(("write", "write", "remove", "place")):
            case "write":
                catalog.publish(uri, f"w{random.randrange(3)}") if not _known(catalog, uri) else None
            case "remove":
                catalog.writer.publish_texts(1, removed=[uri])
            case "place" if old is not None:
                catalog.writer.publish_texts(1, placed=[Placed("docs", uri, old)])
        states.append(catalog.reader.state())
    shown = [set(catalog.reader.all_live(state).tolist()) for state in states]
    assert len({frozenset(ids) for ids in shown}) > 5
    for at, before in enumerate(states):
        for later, now in list(enumerate(states))[at:]:
            touched = set(catalog.reader.touched(before.generation, now).tolist())
            assert shown[at] - touched | catalog.reader.live(touched, now) == shown[later]
            assert touched == set() if before == now else touched >= shown[at] ^ shown[later]


def _known(catalog: Catalog, uri: str) -> bool:
    return any(catalog.writer.content_id(1, f"hash {uri} w{number}", "") is not None for number in range(3))


def test_reserved_ids_are_never_given_again(catalog: Catalog) -> None:
    first = catalog.writer.reserve_passages(1, 3)
    assert catalog.sweeper.has_leftovers()
    assert catalog.sweeper.orphans(1) == list(first)
    catalog.sweeper.drop_orphans(1)
    assert not set(catalog.writer.reserve_passages(1, 3)) & set(first)
    names = {catalog.writer.reserve_segment(1).name for _ in range(3)}
    catalog.sweeper.drop_unfinished_segments()
    assert catalog.writer.reserve_segment(1).name not in names


def test_a_publish_is_all_or_nothing(catalog: Catalog) -> None:
    catalog.publish("docs/a", "x")
    before = catalog.reader.state()
    document = Document(0, "docs/a", "other", "", "y")
    twice = NewPassage(7, "same key", "", (), "y", None)
    with pytest.raises(sa.exc.IntegrityError):
        catalog.writer.publish_texts(
            1, [twice, twice], [NewContent("docs", document, [Chunk(0, 0, 1, None, ())], [7])], removed=["docs/a"]
        )
    assert catalog.reader.state() == before
    assert catalog.files.known_files(1) == {"docs/a": KnownFile("docs", "hash docs/a x")}


def test_pending_is_what_no_live_segment_holds(catalog: Catalog) -> None:
    ids = catalog.publish("docs/a", "x", "y", "z")
    segment = catalog.writer.reserve_segment(1)
    now = catalog.reader.state()
    assert (catalog.reader.segments(now), catalog.reader.pending(now)) == ([], ids)
    catalog.writer.publish_segment(segment, ids[:2])
    then, now = now, catalog.reader.state()
    assert catalog.reader.pending(now) == ids[2:]
    assert catalog.reader.pending(then) == ids, "an older generation shows no vectors"
    assert catalog.reader.segment_ids(segment, now) == ids[:2]
    second = catalog.writer.reserve_segment(1)
    catalog.writer.publish_segment(second, ids, retired=[segment])
    assert [shown.name for shown in catalog.reader.segments(catalog.reader.state())] == [second.name]
    assert [shown.name for shown in catalog.reader.segments(now)] == [segment.name]
    catalog.writer.publish_texts(1, removed=["docs/a"])
    newest = catalog.reader.state()
    assert [(used.id, live) for used, live in catalog.reader.segment_use(newest)] == [(second.id, 0)]
    assert catalog.reader.pending(newest) == []


def test_sweeping_takes_only_what_no_kept_generation_shows(catalog: Catalog) -> None:
    old = catalog.publish("docs/a", "x")
    for number in range(4):
        new = catalog.publish("docs/a", f"y{number}")
        catalog.writer.finish_build(1_000.0 * number, 1)
    oldest = catalog.sweeper.raise_oldest(1_000.0 * 3 + KEEP_SECONDS)
    assert oldest == catalog.reader.state().oldest < catalog.reader.state().generation
    catalog.sweeper.drop_dead_rows(oldest)
    at_oldest = State(1, oldest, oldest)
    assert len(catalog.reader.documents(at_oldest)) == 1
    assert catalog.reader.live(new, catalog.reader.state()) == set(new)
    assert catalog.sweeper.orphans(1) == [old[0], old[0] + 1], "what died at or before the oldest kept generation"
    assert catalog.sweeper.raise_oldest(0) == oldest, "never lowered"


def test_another_epoch_is_another_world(catalog: Catalog) -> None:
    catalog.writer.ensure_epoch(1, "one", "c")
    catalog.publish("docs/a", "x")
    catalog.writer.ensure_epoch(2, "two", "c")
    catalog.writer.ensure_epoch(2, "ignored", "c")
    assert {epoch.id: epoch.embedder for epoch in catalog.writer.epochs().values()} == {1: "one", 2: "two"}
    assert catalog.reader.epoch(2) == Epoch(2, "two", "c", "2") and catalog.reader.epoch(3) is None
    assert catalog.files.known_files(2) == {}
    before = catalog.reader.state()
    catalog.writer.switch_epoch(2)
    assert catalog.reader.state().epoch == 2
    assert catalog.reader.documents(catalog.reader.state()) == []
    assert len(catalog.reader.documents(before)) == 1
    assert catalog.sweeper.epochs_in_use() == {1, 2}


def test_roots_files_and_failures(catalog: Catalog) -> None:
    files = catalog.files
    files.add_root("docs", "/tmp/docs")
    files.add_root("more", "/tmp/more")
    stat = FileStat(1, 2, 3, 4, "h", 5)
    files.save_file_stats({"docs/a": "docs", "more/b": "more"}, {"docs/a": stat, "more/b": stat})
    failure = Failure("docs/a", "damaged", "no")
    files.save_failures([("docs", "h", failure)])
    files.save_failures([("docs", "h2", failure)])
    assert files.file_stats() == {"docs/a": stat, "more/b": stat}
    assert files.failed_files() == {"docs/a": ("h2", failure)}
    assert catalog.reader.failures(catalog.reader.state()) == [failure]
    files.forget_root("docs")
    assert catalog.reader.roots() == {"more": "/tmp/more"}
    assert (files.file_stats(), files.failed_files()) == ({"more/b": stat}, {})


def test_a_publish_clears_the_failure_of_its_file(catalog: Catalog) -> None:
    catalog.files.save_failures([("docs", "h", Failure("docs/a", "damaged", "no"))])
    catalog.publish("docs/a", "x")
    assert catalog.reader.failures(catalog.reader.state()) == []


def test_thousands_of_ids_at_once(catalog: Catalog) -> None:
    ids = catalog.publish("docs/a", *(f"w{number}" for number in range(6_000)))
    now = catalog.reader.state()
    wanted = set(range(70_000))
    assert catalog.reader.live(wanted, now) == set(ids)
    assert len(catalog.reader.passages(wanted, now)) == 6_000
    assert len(catalog.reader.pending(now)) == 6_000
    assert len(catalog.writer.passage_ids(1, [f"docs/a{i}" for i in range(40_000)])) == 6_000


def test_readers_go_on_while_a_writer_holds_its_transaction(catalog: Catalog, engine: sa.Engine) -> None:
    catalog.publish("docs/a", "x")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE state SET generation = 99")
        seen: list[int] = []
        thread = threading.Thread(target=lambda: seen.append(catalog.reader.state().generation))
        thread.start()
        thread.join(10)
        assert seen == [1]
    assert catalog.reader.state().generation == 99


def test_dates_sort_as_numbers() -> None:
    days = [date(1999, 12, 31), date(2024, 3, 7), date(2024, 11, 1), date(2025, 1, 1)]
    assert [day_number(day) for day in days] == [19991231, 20240307, 20241101, 20250101]


def test_filters_reach_the_ids(catalog: Catalog) -> None:
    a, b = catalog.publish("docs/a/1", "x", "y"), catalog.publish("docs/b/1", "z")
    now = catalog.reader.state()
    assert catalog.reader.allowed(Filters(uri="docs/a/"), now).tolist() == a
    assert catalog.reader.allowed(Filters(language="EN"), now).tolist() == [*a, *b]
    assert catalog.reader.allowed(Filters(outlet="x"), now).tolist() == []
    assert [p.text for p in catalog.reader.passages([*a, *b], now, Filters(uri="*b*"))] == ["z"]


# Opening


def test_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="no index") as caught:
        open_engine(tmp_path / "none")
    assert "citewise index" in caught.value.fix
    assert not (tmp_path / "none").exists()


def test_an_index_of_a_newer_version(tmp_path: Path, engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE state SET schema_version = 99")
    with pytest.raises(CitewiseError, match="version 99") as caught:
        open_engine(tmp_path)
    assert caught.value.fix.startswith("Use a newer Citewise")


@pytest.mark.parametrize(
    ("content", "create"),
    [(b"no database at all" * 100, False), (b"no database at all" * 100, True), (b"", False)],
    ids=["noise", "noise, building", "empty"],
)
def test_a_damaged_catalog_says_what_to_do(tmp_path: Path, content: bytes, create: bool) -> None:
    (tmp_path / FILENAME).write_bytes(content)
    with pytest.raises(CitewiseError, match="cannot be read") as caught:
        open_engine(tmp_path, create=create)
    assert "citewise index" in caught.value.fix


def test_a_catalog_that_cannot_be_opened_is_not_called_damaged(tmp_path: Path) -> None:
    (tmp_path / FILENAME).mkdir()
    with pytest.raises(CitewiseError, match="cannot be read") as caught:
        open_engine(tmp_path, create=True)
    assert "move" not in caught.value.fix and str(tmp_path) in caught.value.fix


def test_the_catalog_is_in_wal_mode(tmp_path: Path, engine: sa.Engine) -> None:
    connection = sqlite3.connect(tmp_path / FILENAME)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
