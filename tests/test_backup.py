"""A backup is whole or not there, shows one generation, and comes back as the index it was."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from doubles import (
    WordCounts,
    build_until,
    check_readable,
    counts,
    index_settings,
    kill_at,
    places,
    processes,
    rows,
    run_in_child,
    sweep_at_once,
    text_of,
    write,
)

from index.backup import archive, save
from index.backup.archive import FORMAT, MANIFEST, read_manifest
from index.backup.restore import PART, restore
from index.backup.save import backup
from index.build import build_index
from index.catalog.copy import settle
from index.catalog.tables import FILENAME, FOREVER, SCHEMA_VERSION
from index.errors import CitewiseError, IndexMissing, RootError, StaleSnapshot, StorageError
from index.settings import IndexSettings
from index.snapshot import Index
from index.types import BuildOptions
from index.vectors.store import VectorStore

FIRST = {
    "a.txt": text_of(["anchor"], ["bridge"], ["castle"]),
    "b.txt": text_of(["dragon"]),
    "gone.txt": text_of(["zebra"]),
}
SECOND = {"b.txt": text_of(["dragon", "ember"], ["forest"]), "sub/c.txt": text_of(["garden"]), "bad.pdf": "no PDF"}
QUERIES = ("anchor castle", "dragon", "forest garden ember")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> IndexSettings:
    """An index with two live segments, dead rows that are not swept yet, and a file that cannot be read."""
    settings = index_settings(tmp_path_factory.mktemp("source"))
    write(settings.seeds_dir, FIRST)
    build_index(settings, embedder=WordCounts())
    write(settings.seeds_dir, SECOND)
    (settings.seeds_dir / "gone.txt").unlink()
    build_index(settings, embedder=WordCounts(), options=BuildOptions(yes=True))
    return settings


@pytest.fixture(scope="module")
def file(source: IndexSettings) -> Path:
    made = source.index_dir.with_name("index.backup")
    backup(source, made)
    return made


@pytest.fixture
def target(source: IndexSettings, tmp_path: Path) -> IndexSettings:
    """Settings of an index of the same documents that is not there yet."""
    return IndexSettings(index_dir=tmp_path / "restored", seeds_dir=source.seeds_dir)


def seen(settings: IndexSettings) -> Any:
    """What a reader gets: passages with their ids, cosines to some questions, ids found by words, failures, roots."""
    index = Index(settings, WordCounts())
    try:
        snapshot = index.snapshot()
        ids = sorted(p.id for d in snapshot.documents() for p in snapshot.neighbours(d.id))
        cosines = {query: snapshot.similarities(counts(query), ids) for query in QUERIES}
        near = {query: sorted(snapshot.nearest(counts(query), 100)) for query in QUERIES}
        words = {query: [i for i, _ in snapshot.words(query.split(), 100)] for query in QUERIES}
        catalog = index.catalog
        return (
            places(snapshot),
            ids,
            cosines,
            near,
            words,
            catalog.failures(catalog.state()),
            catalog.roots(),
            snapshot.counts(),
        )
    finally:
        index.close()


def word_scores(settings: IndexSettings) -> dict[str, list[tuple[int, float]]]:
    index = Index(settings, WordCounts())
    try:
        snapshot = index.snapshot()
        return {query: snapshot.words(query.split(), 100) for query in QUERIES}
    finally:
        index.close()


def check_restored(settings: IndexSettings) -> None:
    """Readable, and nothing in the catalog, the words or the vectors that the generation does not show."""
    check_readable(settings)
    folder = settings.index_dir
    generation, oldest = rows(folder, "SELECT generation, oldest FROM state")[0]
    assert oldest == generation, "nobody below it is served"
    for query in (
        f"SELECT * FROM documents WHERE died != {FOREVER} OR epoch != (SELECT epoch FROM state)",
        f"SELECT * FROM segments WHERE died != {FOREVER} OR born = {FOREVER} OR epoch != (SELECT epoch FROM state)",
        "SELECT id FROM segments WHERE size != (SELECT count(*) FROM vectors WHERE segment_id = segments.id)",
        "SELECT id FROM contents WHERE id NOT IN (SELECT content_id FROM documents)",
        "SELECT id FROM passages WHERE id NOT IN (SELECT passage_id FROM placements)",
        "SELECT * FROM vectors WHERE passage_id NOT IN (SELECT id FROM passages)",
        "SELECT * FROM orphans",
        "SELECT id FROM epochs WHERE id != (SELECT epoch FROM state)",
    ):
        assert rows(folder, query) == [], query
    assert {path.name for path in folder.iterdir()} - {f"{FILENAME}-wal", f"{FILENAME}-shm"} == {
        FILENAME,
        "build.lock",
        "vectors",
        "words",
    }
    assert [path.name for path in (folder / "words").iterdir()] == [rows(folder, "SELECT words FROM epochs")[0][0]]
    store = VectorStore(folder / "vectors")
    try:
        assert store.names() == {row[0] for row in rows(folder, "SELECT name FROM segments")}
    finally:
        store.close()


def check_builds_nothing(settings: IndexSettings) -> None:
    embedder = WordCounts()
    report = build_index(settings, embedder=embedder)
    assert (report.added, report.changed, report.removed, report.renamed) == ((), (), (), ())
    assert (report.embedded, report.pending, embedder.texts) == (0, 0, [])


def left_over(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.name != "build.lock") if folder.exists() else []


# There and back


def test_a_restored_index_answers_as_before(source: IndexSettings, file: Path, target: IndexSettings) -> None:
    report = restore(target, file)
    assert (report.documents, report.passages, report.pending, report.missing_roots) == (3, 6, 0, {})
    check_restored(target)
    assert seen(target) == seen(source)
    for query, hits in word_scores(target).items():
        assert hits and {i for i, _ in hits} == {i for i, _ in word_scores(source)[query]}
    check_builds_nothing(target)
    assert seen(target) == seen(source)


def test_words_score_the_same_when_nothing_was_dead(tmp_path: Path) -> None:
    settings = index_settings(tmp_path)
    write(settings.seeds_dir, FIRST)
    build_index(settings, embedder=WordCounts())
    backup(settings, tmp_path / "file")
    target = IndexSettings(index_dir=tmp_path / "restored", seeds_dir=settings.seeds_dir)
    restore(target, tmp_path / "file")
    assert word_scores(target) == word_scores(settings)
    assert all(word_scores(target)[query] for query in QUERIES[:2])


def test_a_restored_index_is_another_one(source: IndexSettings, file: Path, target: IndexSettings) -> None:
    restore(target, file)
    ids = [rows(settings.index_dir, "SELECT index_id FROM state")[0][0] for settings in (source, target)]
    assert ids[0] != ids[1]
    old, new = (
        {row[0] for row in rows(settings.index_dir, "SELECT name FROM segments")} for settings in (source, target)
    )
    assert len(new) == 2 and not old & new
    assert all(name.startswith(f"segment-{ids[1][:12]}-") for name in new)
    write_again = sorted(path.name for path in (target.index_dir / "vectors").glob("*.npy"))
    assert write_again == sorted(f"{name}.npy" for name in new)


def test_a_restored_index_grows(source: IndexSettings, file: Path, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    shutil.copytree(source.seeds_dir, docs)
    target = IndexSettings(index_dir=tmp_path / "restored", seeds_dir=docs)
    restore(target, file, roots={"docs": docs})
    write(docs, {"new.txt": text_of(["hammer"]), "b.txt": text_of(["dragon", "ember"], ["island"])})
    (docs / "a.txt").unlink()
    embedder = WordCounts()
    report = build_index(target, embedder=embedder)
    assert (report.added, report.changed, report.removed) == (("docs/new.txt",), ("docs/b.txt",), ("docs/a.txt",))
    assert (report.embedded, report.pending) == (2, 0)
    check_readable(target, pending=0)


def test_documents_that_lie_elsewhere_now(source: IndexSettings, file: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    shutil.copytree(source.seeds_dir, moved)
    target = IndexSettings(index_dir=tmp_path / "restored")
    restore(target, file, roots={"docs": moved})
    assert rows(target.index_dir, "SELECT name, path FROM roots") == [("docs", str(moved))]
    check_builds_nothing(target)


def test_folders_that_are_not_here_are_told(tmp_path: Path) -> None:
    settings = index_settings(tmp_path)
    write(settings.seeds_dir, FIRST)
    build_index(settings, embedder=WordCounts())
    backup(settings, tmp_path / "file")
    shutil.rmtree(settings.seeds_dir)
    shutil.rmtree(settings.index_dir)
    target = IndexSettings(index_dir=tmp_path / "restored")
    assert restore(target, tmp_path / "file").missing_roots == {"docs": str(settings.seeds_dir)}
    report = build_index(target, embedder=WordCounts())
    assert report.removed == () and [failure.uri for failure in report.failures] == ["docs"]
    check_readable(target, pending=0)


@pytest.mark.parametrize(
    ("name", "path", "message"),
    [("docs", "none", "does not exist"), ("other", ".", "no folder named other")],
)
def test_folders_that_cannot_be_moved(file: Path, target: IndexSettings, name: str, path: str, message: str) -> None:
    with pytest.raises(RootError, match=message):
        restore(target, file, roots={name: Path(path)})
    assert left_over(target.index_dir) == []


def test_no_deleted_text_is_in_a_backup(source: IndexSettings, file: Path) -> None:
    assert rows(source.index_dir, "SELECT count(*) FROM contents WHERE text LIKE '%zebra%'") == [(1,)], "not swept yet"
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        catalog = archive.read(FILENAME)
    assert b"castle" in catalog and b"zebra" not in catalog


def test_a_backup_has_no_room_for_what_was_deleted(tmp_path: Path) -> None:
    settings = index_settings(tmp_path)
    write(settings.seeds_dir, {"kept.txt": text_of(["castle"]), "gone.txt": text_of(*([f"w{n}"] for n in range(60)))})
    build_index(settings, embedder=WordCounts())
    (settings.seeds_dir / "gone.txt").unlink()
    build_index(settings, embedder=WordCounts(), options=BuildOptions(yes=True))
    backup(settings, tmp_path / "file")
    with zipfile.ZipFile(tmp_path / "file") as archive:
        archive.extract(FILENAME, tmp_path)
    assert rows(tmp_path, "PRAGMA freelist_count") == [(0,)]


def test_vectors_are_stored_in_the_order_of_their_ids(source: IndexSettings, file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read(MANIFEST))
        names = [name for name in archive.namelist() if name.endswith(".npy")]
        assert {archive.getinfo(name).compress_type for name in names} == {zipfile.ZIP_STORED}
        assert manifest["dimension"] == 11 and sorted(manifest["entries"]) == sorted([FILENAME, *names])
        for name in names:
            with archive.open(name) as entry:
                vectors = np.load(entry)
            assert vectors.dtype == np.float32 and np.allclose(np.linalg.norm(vectors, axis=1), 1)
            segment = name.removeprefix("vectors/").removesuffix(".npy")
            live = "SELECT passage_id FROM placements JOIN documents USING (content_id) WHERE died = " + str(FOREVER)
            query = f"SELECT passage_id FROM vectors WHERE segment_id = {segment} AND passage_id IN ({live}) ORDER BY 1"
            texts = rows(source.index_dir, f"SELECT text FROM passages WHERE id IN ({query}) ORDER BY id")
            assert np.allclose(vectors, [counts(text) for (text,) in texts])


def test_vectors_may_come_in_any_order(
    source: IndexSettings, target: IndexSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    get = VectorStore.get

    def backwards(self: VectorStore, name: str, ids: Any) -> Any:
        found, vectors = get(self, name, ids)
        return found[::-1], vectors[::-1]

    with monkeypatch.context() as patch:
        patch.setattr(VectorStore, "get", backwards)
        backup(source, tmp_path / "file")
    restore(target, tmp_path / "file")
    assert seen(target) == seen(source)


@pytest.mark.parametrize("copies", [True, False], ids=["mapped", "from Chroma"])
def test_large_segments_go_in_portions(
    source: IndexSettings, target: IndexSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, copies: bool
) -> None:
    monkeypatch.setattr(save, "ROWS", 2)
    folder = tmp_path / "copied"
    shutil.copytree(source.index_dir, folder)
    if not copies:
        for path in (folder / "vectors").glob("*.npy"):
            path.unlink()
    backup(IndexSettings(index_dir=folder), tmp_path / "file")
    restore(target, tmp_path / "file")
    assert seen(target)[:2] == seen(source)[:2]
    check_restored(target)


@pytest.mark.slow
def test_a_backup_amid_two_epochs_holds_the_live_one(tmp_path: Path) -> None:
    settings = index_settings(tmp_path)
    write(settings.seeds_dir, FIRST)
    build_index(settings, embedder=WordCounts())
    write(settings.seeds_dir, SECOND)
    switch = "index.catalog.write:CatalogWriter.switch_epoch"
    assert run_in_child(build_until, settings, BuildOptions(full=True), switch, 1, False) == -signal.SIGKILL
    assert rows(settings.index_dir, "SELECT DISTINCT epoch FROM segments ORDER BY 1") == [(1,), (2,)]
    target = IndexSettings(index_dir=tmp_path / "restored", seeds_dir=settings.seeds_dir)
    backup(settings, tmp_path / "file")
    restore(target, tmp_path / "file")
    check_restored(target)
    assert seen(target)[0] == seen(settings)[0]
    report = build_index(target, embedder=WordCounts())
    assert (set(report.added), report.changed) == ({"docs/sub/c.txt"}, ("docs/b.txt",))
    check_readable(target, pending=0)


@pytest.mark.slow
def test_passages_without_a_vector_stay_without_one(tmp_path: Path) -> None:
    settings = index_settings(tmp_path)
    write(settings.seeds_dir, FIRST)
    reserve = "index.catalog.write:CatalogWriter.reserve_segment"
    assert run_in_child(build_until, settings, BuildOptions(), reserve, 1, True) == -signal.SIGKILL
    target = IndexSettings(index_dir=tmp_path / "restored", seeds_dir=settings.seeds_dir)
    pending = backup(settings, tmp_path / "file").pending
    assert pending > 0
    assert restore(target, tmp_path / "file").pending == pending
    check_restored(target)
    assert build_index(target, embedder=WordCounts()).embedded == 5
    check_readable(target, pending=0)


# Whole or not at all


def test_an_existing_file_is_kept_unless_told(source: IndexSettings, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(CitewiseError, match="exists"):
        backup(source, file)
    assert file.read_text() == "mine"
    assert backup(source, file, overwrite=True).size == file.stat().st_size
    read_manifest(file)
    with pytest.raises(CitewiseError, match="exists"):
        backup(source, tmp_path, overwrite=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_where_a_backup_may_not_lie(source: IndexSettings, tmp_path: Path) -> None:
    with pytest.raises(CitewiseError, match="in the index folder"):
        backup(source, source.index_dir / "vectors" / "file")
    with pytest.raises(StorageError, match="cannot be written"):
        backup(source, tmp_path / "none" / "file")
    with pytest.raises(IndexMissing):
        backup(IndexSettings(index_dir=tmp_path / "empty"), tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


def test_missing_vectors_end_a_backup(source: IndexSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_text("the backup of yesterday")
    monkeypatch.setattr(save, "RETRY_SECONDS", 0.0)
    monkeypatch.setattr(VectorStore, "get", lambda self, name, ids: ([], np.zeros((0, 11), np.float32)))
    with pytest.raises(CitewiseError, match="missing") as caught:
        backup(source, file, overwrite=True)
    assert "doctor" in caught.value.fix
    assert [path.read_text() for path in tmp_path.iterdir()] == ["the backup of yesterday"]


def test_segments_swept_meanwhile_start_it_over(
    source: IndexSettings, target: IndexSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    get = VectorStore.get
    calls: list[str] = []

    def swept_at_first(self: VectorStore, name: str, ids: Any) -> Any:
        calls.append(name)
        if len(calls) in (2, 5):
            raise StaleSnapshot("The segment was swept.")
        return get(self, name, ids)

    monkeypatch.setattr(save, "RETRY_SECONDS", 0.0)
    monkeypatch.setattr(VectorStore, "get", swept_at_first)
    backup(source, tmp_path / "file")
    monkeypatch.undo()
    assert len(calls) == 2 + 3 + 4
    restore(target, tmp_path / "file")
    assert seen(target) == seen(source)


def test_what_is_swept_later_is_still_backed_up(
    source: IndexSettings, target: IndexSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "copied"
    shutil.copytree(source.index_dir, folder)
    put = archive.put

    def swept(*args: Any) -> Any:
        shutil.rmtree(folder / "vectors", ignore_errors=True)
        return put(*args)

    monkeypatch.setattr(save, "put", swept)
    backup(IndexSettings(index_dir=folder), tmp_path / "file")
    assert not (folder / "vectors").exists()
    restore(target, tmp_path / "file")
    assert seen(target) == seen(source)


def build_without_end(settings: IndexSettings, stop: Any) -> None:
    """Edits, builds, merges and sweeps until told to stop."""
    import index.segments as segments

    sweep_at_once()
    segments.SMALLEST_TIER = 1
    words = ("anchor", "bridge", "castle", "dragon", "ember", "forest")
    count = 0
    while not stop.is_set():
        count += 1
        files = {f"{n}.txt": text_of(*([word, f"n{count}"] for word in words[: n + 1])) for n in range(3)}
        write(settings.seeds_dir, files)
        build_index(settings, embedder=WordCounts())


@pytest.mark.slow
def test_every_backup_taken_during_builds_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = index_settings(tmp_path)
    write(settings.seeds_dir, FIRST)
    build_index(settings, embedder=WordCounts())
    tries: list[int] = []

    def builds() -> int:
        return int(rows(settings.index_dir, "SELECT count(*) FROM builds")[0][0])

    def settle_and_wait(engine: Any) -> None:
        """The first two copies of the catalog become old: two builds merge and sweep what they name."""
        settle(engine)
        tries.append(builds())
        deadline = time.monotonic() + 30
        while len(tries) <= 2 and builds() < tries[-1] + 2 and time.monotonic() < deadline:
            time.sleep(0.01)

    monkeypatch.setattr(save, "settle", settle_and_wait)
    context = processes()
    stop = context.Event()
    child = context.Process(target=build_without_end, args=(settings, stop))
    child.start()
    taken: dict[int, Path] = {}
    backups = 0
    try:
        while len(taken) < 6:
            backups += 1
            assert child.is_alive() and backups < 500
            report = backup(settings, tmp_path / f"{backups}")
            taken[report.generation] = report.file
    finally:
        stop.set()
        child.join(60)
    assert child.exitcode == 0
    assert len(tries) > backups, "no segment was ever swept under a backup"
    monkeypatch.undo()
    for file in taken.values():
        target = IndexSettings(index_dir=tmp_path / f"restored-{file.name}")
        assert restore(target, file).documents >= 2
        check_restored(target)


# What is no backup


def repacked(file: Path, path: Path, change: Callable[[dict[str, bytes], dict[str, Any]], None]) -> None:
    """Another backup whose files and manifest were changed, with hashes that fit."""
    with zipfile.ZipFile(file) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop(MANIFEST))
    change(files, manifest)
    for name, entry in manifest["entries"].items():
        if name in files:
            entry.update(sha256=sha256(files[name]).hexdigest(), size=len(files[name]))
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**files, MANIFEST: json.dumps(manifest).encode()}.items():
            archive.writestr(name, data)


def other_zip(data: bytes) -> bytes:
    path = Path("other")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    return path.read_bytes()


DAMAGED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "text": lambda data: b"no zip file" * 500,
    "cut in the middle": lambda data: data[: len(data) // 2],
    "cut at its end": lambda data: data[:-1],
    "its beginning missing": lambda data: data[100:],
    "another zip file": other_zip,
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_refused(file: Path, target: IndexSettings, tmp_path: Path, name: str) -> None:
    damaged = tmp_path / "damaged"
    damaged.write_bytes(DAMAGED[name](file.read_bytes()))
    with pytest.raises(CitewiseError, match="damaged, or no backup") as caught:
        restore(target, damaged)
    assert "\n" not in str(caught.value) and caught.value.fix
    assert not target.index_dir.exists()


def test_no_flipped_byte_goes_unseen(file: Path, tmp_path: Path) -> None:
    """It is refused, or was one of those that say nothing about the contents, such as the date of an entry."""
    data, damaged = file.read_bytes(), tmp_path / "damaged"
    with zipfile.ZipFile(file) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    refused = 0
    for at in range(0, len(data), 7):
        damaged.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        try:
            read_manifest(damaged)
        except CitewiseError:
            refused += 1
        else:
            with zipfile.ZipFile(damaged) as archive:
                assert {name: archive.read(name) for name in archive.namelist()} == files, at
    assert refused > 0.9 * len(range(0, len(data), 7))


def test_what_only_the_hash_can_tell_is_seen(file: Path, target: IndexSettings, tmp_path: Path) -> None:
    """The checksums of the zip file fit: it was packed anew with other bytes of the same length."""
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(tmp_path / "other", "w") as other:
        for name in archive.namelist():
            data = archive.read(name)
            other.writestr(name, data[:-1] + bytes([data[-1] ^ 1]) if name.endswith(".npy") else data)
    with pytest.raises(CitewiseError, match="not as it was written"):
        restore(target, tmp_path / "other")
    assert not target.index_dir.exists()


def drop_an_entry(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    del files[next(name for name in files if name.endswith(".npy"))]


def add_an_entry(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    files["../../escaped.txt"] = b"x"


def name_a_foreign_entry(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    files["../../escaped.txt"] = b"x"
    manifest["entries"]["../../escaped.txt"] = {}


def change_kind(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    manifest["kind"] = "something else"


def forget_the_dimension(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    del manifest["dimension"]


@pytest.mark.parametrize(
    "change", [drop_an_entry, add_an_entry, name_a_foreign_entry, change_kind, forget_the_dimension]
)
def test_other_contents_are_refused(file: Path, target: IndexSettings, tmp_path: Path, change: Any) -> None:
    repacked(file, tmp_path / "other", change)
    with pytest.raises(CitewiseError, match="no backup"):
        restore(target, tmp_path / "other")
    assert not target.index_dir.exists() and not list(tmp_path.parent.rglob("escaped.txt"))


@pytest.mark.parametrize(("key", "value"), [("format", FORMAT + 1), ("catalog_version", SCHEMA_VERSION + 1)])
def test_a_newer_backup_is_refused(file: Path, target: IndexSettings, tmp_path: Path, key: str, value: int) -> None:
    repacked(file, tmp_path / "newer", lambda files, manifest: manifest.update({key: value, "unknown": 1}))
    with pytest.raises(CitewiseError, match="newer") as caught:
        restore(target, tmp_path / "newer")
    assert caught.value.fix == "Use a newer Citewise."
    assert not target.index_dir.exists()


def lose_a_row(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    name = next(name for name in files if name.endswith(".npy"))
    buffer = Path("shorter.npy")
    np.save(buffer, np.zeros((1, 7), np.float32))
    files[name] = buffer.read_bytes()


def lose_a_segment(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    name = next(name for name in files if name.endswith(".npy"))
    del files[name], manifest["entries"][name]


@pytest.mark.parametrize("change", [lose_a_row, lose_a_segment])
def test_parts_that_do_not_fit_leave_nothing(file: Path, target: IndexSettings, tmp_path: Path, change: Any) -> None:
    repacked(file, tmp_path / "other", change)
    with pytest.raises(CitewiseError, match="cannot be restored"):
        restore(target, tmp_path / "other")
    assert left_over(target.index_dir) == []
    restore(target, file)
    check_restored(target)


def test_a_file_that_is_not_there(target: IndexSettings, tmp_path: Path) -> None:
    with pytest.raises(CitewiseError, match="There is no file"):
        restore(target, tmp_path / "none")
    with pytest.raises(CitewiseError):
        restore(target, tmp_path)
    assert not target.index_dir.exists()


# Restoring


@pytest.mark.parametrize("kept", [FILENAME, "words", "vectors"])
def test_an_index_is_never_replaced(source: IndexSettings, file: Path, target: IndexSettings, kept: str) -> None:
    target.index_dir.mkdir()
    (shutil.copyfile if kept == FILENAME else shutil.copytree)(source.index_dir / kept, target.index_dir / kept)
    before = left_over(target.index_dir)
    with pytest.raises(CitewiseError, match="holds an index") as caught:
        restore(target, file)
    assert "CITEWISE_INDEX_DIR" in caught.value.fix
    assert left_over(target.index_dir) == before


def test_a_full_disk_leaves_nothing(file: Path, target: IndexSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: VectorStore, *args: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(VectorStore, "create", full)
        with pytest.raises(StorageError, match="No space left") as caught:
            restore(target, file)
    assert "try again" in caught.value.fix
    assert left_over(target.index_dir) == []
    restore(target, file)
    check_restored(target)


def restore_until(settings: IndexSettings, file: Path, target: str, nth: int, after: bool) -> None:
    """Restores and kills the process at the nth call of `target`."""
    kill_at(target, nth, after)
    restore(settings, file)


POINTS = [
    ("begun", "index.backup.restore:_begin", 1, True),
    ("catalog extracted", "index.backup.restore:extract", 1, True),
    ("another index's catalog", "index.backup.restore:become", 1, True),
    ("collection named", "index.catalog.write:CatalogWriter.reserve_segment", 1, True),
    ("collection filled", "index.vectors.store:VectorStore.create", 1, True),
    ("one of two segments", "index.catalog.write:CatalogWriter.publish_segment", 1, True),
    ("second collection filled", "index.vectors.store:VectorStore.create", 2, True),
    ("before the words", "index.backup.restore:rebuild_words", 1, False),
    ("words written", "index.lexical:LexicalIndex.add", 1, True),
    ("pruned", "index.backup.restore:prune", 2, True),
    ("before the catalog is moved", "index.backup.restore:settle", 1, True),
]
QUICK = {"catalog extracted", "one of two segments", "before the catalog is moved"}


@pytest.mark.parametrize(
    ("point", "nth", "after"),
    [pytest.param(*point, id=name, marks=() if name in QUICK else pytest.mark.slow) for name, *point in POINTS],
)
def test_a_killed_restore_leaves_no_index_and_is_done_again(
    source: IndexSettings, file: Path, target: IndexSettings, point: str, nth: int, after: bool
) -> None:
    assert run_in_child(restore_until, target, file, point, nth, after) == -signal.SIGKILL
    with pytest.raises(IndexMissing):
        Index(target)
    noted = (target.index_dir / PART / "index_id").read_text()
    restore(target, file)
    check_restored(target)
    assert rows(target.index_dir, "SELECT index_id FROM state") == [(noted,)]
    assert seen(target) == seen(source)


def test_a_restore_killed_at_its_very_end_is_whole(source: IndexSettings, file: Path, target: IndexSettings) -> None:
    assert run_in_child(restore_until, target, file, "index.backup.restore:sync", 1, True) == -signal.SIGKILL
    assert seen(target) == seen(source)
    check_builds_nothing(target)


def test_a_build_after_a_killed_restore_starts_anew(
    source: IndexSettings, file: Path, target: IndexSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = "index.catalog.write:CatalogWriter.publish_segment"
    assert run_in_child(restore_until, target, file, publish, 1, True) == -signal.SIGKILL
    assert build_index(target, embedder=WordCounts()).embedded == 6
    check_readable(target, pending=0)
    store = VectorStore(target.index_dir / "vectors")
    try:
        assert store.names() == {row[0] for row in rows(target.index_dir, "SELECT name FROM segments")}
    finally:
        store.close()


def backup_until(settings: IndexSettings, file: Path) -> None:
    def killed(*args: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    save._npy = killed  # type: ignore[assignment]
    backup(settings, file, overwrite=True)


def test_a_killed_backup_leaves_the_old_one(source: IndexSettings, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("the backup of yesterday")
    assert run_in_child(backup_until, source, file) == -signal.SIGKILL
    assert file.read_text() == "the backup of yesterday"
    backup(source, file, overwrite=True)
    read_manifest(file)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
