"""Segments in Chroma: what goes in comes out, also in another process, and a deleted one says so."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from doubles import Vectors, run_in_child, write_segment

from index.errors import StaleSnapshot, VectorStoreError
from index.vectors import files as vector_files
from index.vectors import store as vectors
from index.vectors.shared import Shared
from index.vectors.store import ADD_ROWS, PREFIX, VectorStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[VectorStore]:
    opened = VectorStore(tmp_path / "vectors")
    yield opened
    opened.close()


def unit(*rows: tuple[float, ...]) -> Vectors:
    made = np.array(rows, dtype=np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True).astype(np.float32)  # type: ignore[no-any-return]


def many(count: int) -> Vectors:
    made = np.random.default_rng(5).normal(size=(count, 8)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True).astype(np.float32)  # type: ignore[no-any-return]


def test_nearest_first_with_their_cosines(store: VectorStore) -> None:
    store.create(f"{PREFIX}a", [7, 8, 9], unit((1, 0), (0, 1), (1, 1)))
    hits = store.nearest([f"{PREFIX}a"], unit((1, 0))[0], 3)
    assert [passage_id for passage_id, _ in hits] == [7, 9, 8]
    assert [score for _, score in hits] == pytest.approx([1, 0.5**0.5, 0], abs=1e-6)


def test_several_segments_are_asked_together_and_ties_go_by_id(store: VectorStore) -> None:
    store.create(f"{PREFIX}a", [5, 2], unit((1, 0), (0, 1)))
    store.create(f"{PREFIX}b", [3], unit((1, 0)))
    names = [f"{PREFIX}a", f"{PREFIX}b"]
    assert [passage_id for passage_id, _ in store.nearest(names, unit((1, 0))[0], 1)] == [3, 5]
    assert [passage_id for passage_id, _ in store.nearest(names, unit((1, 0))[0], 9)] == [3, 5, 2]
    assert store.nearest([], unit((1, 0))[0], 9) == []


def test_more_rows_than_one_batch_come_back_as_they_were(store: VectorStore) -> None:
    rows = many(ADD_ROWS + 50)
    ids = list(range(100, 100 + len(rows)))
    store.create(f"{PREFIX}a", ids, rows)
    found, read = store.get(f"{PREFIX}a", [ids[-1], ids[3], 1, ids[700]])
    assert sorted(found) == [ids[3], ids[700], ids[-1]]
    for passage_id, vector in zip(found, read, strict=True):
        np.testing.assert_allclose(vector, rows[passage_id - 100], atol=1e-6)
    query = many(3)[2]
    best = np.argsort(-(rows @ query))[:10] + 100
    near = [passage_id for passage_id, _ in store.nearest([f"{PREFIX}a"], query, 10)]
    assert len(set(near) & set(best.tolist())) >= 9, "the graph search may miss one"


def test_get_of_nothing(store: VectorStore) -> None:
    store.create(f"{PREFIX}a", [1], unit((1, 0)))
    for wanted in ([], [2]):
        found, read = store.get(f"{PREFIX}a", wanted)
        assert (found, len(read)) == ([], 0)


def test_filling_again_after_an_interruption_gives_the_same_rows(store: VectorStore) -> None:
    rows = many(20)
    store.create(f"{PREFIX}a", list(range(8)), rows[:8])
    store.create(f"{PREFIX}a", list(range(20)), rows)
    found, _ = store.get(f"{PREFIX}a", list(range(20)))
    assert sorted(found) == list(range(20))
    assert len(store.nearest([f"{PREFIX}a"], rows[0], 20)) == 20


# The copies


def copy_of(tmp_path: Path, name: str) -> Path:
    return tmp_path / "vectors" / f"{name}.npy"


def filled(store: VectorStore) -> tuple[str, Vectors]:
    """A segment of the ids 100 to 159, written in another order."""
    rows, order = many(60), np.random.default_rng(3).permutation(60)
    store.create(f"{PREFIX}a", (100 + order).tolist(), rows[order])
    return f"{PREFIX}a", rows


def damage(path: Path, how: str) -> None:
    data = path.read_bytes()
    match how:
        case "missing":
            path.unlink()
        case "empty":
            path.write_bytes(b"")
        case "cut":
            path.write_bytes(data[:-1])
        case "cut in the ids":
            path.write_bytes(data[:200])
        case "noise":
            path.write_bytes(b"no array at all" * 100)
        case "other length":
            with path.open("wb") as file:
                np.save(file, np.arange(3))
                np.save(file, np.zeros((4, 8), dtype=np.float32))
        case "other type":
            with path.open("wb") as file:
                np.save(file, np.arange(4))
                np.save(file, np.zeros((4, 8), dtype=np.float64))


DAMAGES = ["missing", "empty", "cut", "cut in the ids", "noise", "other length", "other type"]


def test_the_copy_holds_what_chroma_holds(store: VectorStore, tmp_path: Path) -> None:
    name, rows = filled(store)
    found = store.rows(name)
    assert found is not None and found.ids.tolist() == list(range(100, 160))
    np.testing.assert_array_equal(found.vectors, rows)
    assert [path.name for path in (tmp_path / "vectors").glob(f"{PREFIX}*")] == [copy_of(tmp_path, name).name]


@pytest.mark.parametrize("wanted", [[], [5], [100], [159, 160, 161], [99, 101, 130], list(range(300))])
def test_exact_scores_of_chosen_ids(store: VectorStore, wanted: list[int]) -> None:
    """Of few, which are gathered, and of many, for which all are scored."""
    name, rows = filled(store)
    query = many(61)[60]
    ids, cosines = store.cosines(name, query, np.array(wanted, dtype=np.int64))
    assert ids.tolist() == [i for i in wanted if 100 <= i < 160]
    np.testing.assert_allclose(cosines, rows[ids - 100] @ query, atol=1e-6)


@pytest.mark.parametrize("how", DAMAGES)
def test_chroma_stands_in_for_a_copy_until_it_is_written_again(tmp_path: Path, how: str) -> None:
    writing = VectorStore(tmp_path / "vectors")
    name, rows = filled(writing)
    damage(copy_of(tmp_path, name), how)
    writing.close()
    store = VectorStore(tmp_path / "vectors")
    try:
        assert store.rows(name) is None
        wanted = np.array([90, 103, 150], dtype=np.int64)
        ids, cosines = store.cosines(name, rows[3], wanted)
        assert dict(zip(ids.tolist(), cosines.tolist(), strict=True)) == {
            103: pytest.approx(1, abs=1e-5),
            150: pytest.approx(float(rows[3] @ rows[50]), abs=1e-5),
        }
        assert sorted(store.get(name, [103, 90, 150])[0]) == [103, 150]
        store.drop_folders()
        again = store.rows(name)
        assert again is not None and again.ids.tolist() == list(range(100, 160))
        np.testing.assert_allclose(again.vectors, rows, atol=1e-6)
    finally:
        store.close()


def test_a_segment_of_several_pages_is_copied_again_as_a_whole(
    store: VectorStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "GET_ROWS", 7)
    name, rows = filled(store)
    copy_of(tmp_path, name).unlink()
    store.keep([])
    store.drop_folders()
    again = store.rows(name)
    assert again is not None and again.ids.tolist() == list(range(100, 160))
    np.testing.assert_allclose(again.vectors, rows, atol=1e-6)


def test_copies_go_with_their_segments(store: VectorStore, tmp_path: Path) -> None:
    name, _ = filled(store)
    left = [copy_of(tmp_path, f"{PREFIX}gone"), copy_of(tmp_path, name).with_suffix(".tmp")]
    for path in left:
        path.write_bytes(b"left by a crash")
    store.drop_folders()
    assert not any(path.exists() for path in left) and copy_of(tmp_path, name).exists()
    store.delete(name)
    assert not copy_of(tmp_path, name).exists()
    assert store.rows(name) is None


def test_what_is_let_go_of_is_opened_again(store: VectorStore) -> None:
    name, rows = filled(store)
    before = store.rows(name)
    assert store.rows(name) is before
    store.keep([])
    assert store.rows(name) is not before
    store.keep([name])
    assert [hit[0] for hit in store.nearest([name], rows[7], 1)] == [107]


# Memory


def test_a_retired_graph_is_let_go_of_and_a_live_one_is_not(store: VectorStore) -> None:
    name, rows = filled(store)
    store.create(f"{PREFIX}b", [1], many(1))
    store.nearest([name, f"{PREFIX}b"], rows[7], 1)
    with store._chroma.use() as opened:
        held = weakref.ref(opened)
    del opened
    store.keep([name, f"{PREFIX}b"])
    gc.collect()
    assert held() is not None
    store.keep([name])
    gc.collect()
    assert held() is None, "what holds the graphs is still there"
    assert [hit[0] for hit in store.nearest([name], rows[7], 1)] == [107]


def test_letting_go_disturbs_no_query_in_another_thread(store: VectorStore) -> None:
    name, rows = filled(store)
    store.create(f"{PREFIX}b", [1], many(1))
    end = threading.Event()

    def ask(at: int) -> int:
        asked = 0
        while not end.is_set():
            assert [hit[0] for hit in store.nearest([name], rows[at], 1)] == [100 + at]
            assert store.nearest([f"{PREFIX}b"], many(1)[0], 1)[0][0] == 1
            asked += 1
        return asked

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask, at) for at in range(4)]
        try:
            for turn in range(40):
                store.keep([name] if turn % 2 else [f"{PREFIX}b"])
                time.sleep(0.01)
        finally:
            end.set()
        assert all(one.result(30) > 0 for one in asking)


def test_what_is_shared_is_closed_once_after_its_last_user() -> None:
    opened: list[object] = []
    closed: list[object] = []

    def opener() -> object:
        opened.append(object())
        return opened[-1]

    shared = Shared(opener, closed.append)
    shared.put_away()
    assert opened == closed == []
    with shared.use() as first:
        shared.put_away(lambda value: False)
        with shared.use() as again:
            assert again is first
        shared.put_away()
        assert closed == []
        with shared.use() as second:
            assert second is not first
        shared.put_away()
        assert closed == [second]
    assert closed == [second, first]
    with pytest.raises(KeyError), shared.use():
        raise KeyError
    shared.put_away()
    shared.put_away()
    assert closed == [second, first, opened[-1]] and len(opened) == 3


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="asks Linux how much memory it takes")
def test_the_memory_of_a_retired_segment_comes_back(tmp_path: Path) -> None:
    """3,000 rows of 1,536 numbers are 18 MB."""
    program = """
import sys
import numpy as np
from pathlib import Path
from index.vectors.store import VectorStore
def resident():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 // 2**20
rows = np.random.default_rng(1).normal(size=(3_000, 1_536)).astype(np.float32)
rows /= np.linalg.norm(rows, axis=1, keepdims=True)
if sys.argv[2] == "fill":
    store = VectorStore(Path(sys.argv[1]))
    store.create("segment-a", range(3_000), rows)
    store.create("segment-b", [1], rows[:1])
else:
    store = VectorStore(Path(sys.argv[1]))
    store.nearest(["segment-b"], rows[0], 1)
    small = resident()
    store.nearest(["segment-a"], rows[0], 1)
    large = resident()
    store.keep(["segment-b"])
    store.nearest(["segment-b"], rows[0], 1)
    print(small, large, resident())
store.close()
"""
    root = Path(vectors.__file__).parents[2]
    for step in ("fill", "ask"):
        command = [sys.executable, "-c", program, str(tmp_path / "vectors"), step]
        ended = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    small, large, after = map(int, ended.stdout.split())
    assert large - small > 15 and large - after > 0.5 * (large - small), (small, large, after)


# The disk


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_vacuum_leaves_no_byte_of_a_deleted_segment(store: VectorStore, tmp_path: Path) -> None:
    name, rows = filled(store)
    gone = many(1_300)[60:]
    store.create(f"{PREFIX}b", list(range(1_240)), gone)
    store.nearest([name, f"{PREFIX}b"], rows[0], 1)
    store.delete(f"{PREFIX}b")
    before, size = bytes_of(tmp_path), store.size_on_disk()
    assert size == len(before)
    assert any(row.tobytes() in before for row in gone), "deleting alone is enough: vacuum has no purpose"
    beside = VectorStore(tmp_path / "vectors")
    try:
        beside.nearest([name], rows[0], 1)
        store.vacuum()
        after = bytes_of(tmp_path)
        assert not any(row.tobytes() in after for row in gone)
        assert all(row.tobytes() in after for row in rows)
        assert store.size_on_disk() == len(after) < size
        for reading in (store, beside):
            assert [hit[0] for hit in reading.nearest([name], rows[7], 1)] == [107]
        store.create(f"{PREFIX}c", [4], rows[:1])
        assert beside.nearest([f"{PREFIX}c"], rows[0], 1)[0][0] == 4
    finally:
        beside.close()


def test_a_vacuum_that_cannot_be_is_explained(
    store: VectorStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.vacuum()
    assert not (tmp_path / "vectors").exists() and store.size_on_disk() == 0
    name, rows = filled(store)
    monkeypatch.setattr(vector_files, "VACUUM_WAIT_SECONDS", 0)
    program = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN IMMEDIATE'); print(); input()"
    command = [sys.executable, "-u", "-c", program, str(tmp_path / "vectors" / "chroma.sqlite3")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as busy:
        assert busy.stdin is not None and busy.stdout is not None
        busy.stdout.readline()
        with pytest.raises(VectorStoreError, match="could not be shrunk: database is locked") as raised:
            store.vacuum()
        assert "try again" in raised.value.fix
        busy.communicate("\n")
    assert [hit[0] for hit in store.nearest([name], rows[7], 1)] == [107]


def test_rows_are_loaded_from_chroma_not_from_the_copy(store: VectorStore, tmp_path: Path) -> None:
    name, rows = filled(store)
    with copy_of(tmp_path, name).open("wb") as file:
        np.save(file, np.arange(3))
        np.save(file, np.zeros((3, 8), dtype=np.float32))
    ids, loaded = store.load(name)
    assert sorted(ids) == list(range(100, 160))
    np.testing.assert_allclose(loaded, rows[np.array(ids) - 100], atol=1e-6)


def test_segments_that_chroma_lost_come_back_from_their_copies(store: VectorStore, tmp_path: Path) -> None:
    name, rows = filled(store)
    copy = copy_of(tmp_path, name).read_bytes()
    store.delete(name)
    copy_of(tmp_path, name).write_bytes(copy)
    assert store.restore([name, f"{PREFIX}unknown"]) == {f"{PREFIX}unknown"}
    np.testing.assert_array_equal(sorted(store.load(name)[0]), range(100, 160))
    assert [hit[0] for hit in store.nearest([name], rows[7], 1)] == [107]


# Names


def test_names_and_deletion(store: VectorStore) -> None:
    assert store.names() == set()
    store.create(f"{PREFIX}a", [1], unit((1, 0)))
    store.create("not-ours", [1], unit((1, 0)))
    assert store.names() == {f"{PREFIX}a"}
    store.delete(f"{PREFIX}a")
    assert store.names() == set()
    with pytest.raises(StaleSnapshot, match="swept"):
        store.get(f"{PREFIX}a", [1])


def test_another_process_fills_and_deletes(store: VectorStore, tmp_path: Path) -> None:
    store.create(f"{PREFIX}a", [1], unit((1, 0)))
    assert run_in_child(write_segment, tmp_path / "vectors", f"{PREFIX}b", [4], [[0.0, 1.0]], None) == 0
    assert store.nearest([f"{PREFIX}b"], unit((0, 1))[0], 5) == [(4, 1.0)]
    assert run_in_child(write_segment, tmp_path / "vectors", f"{PREFIX}c", [5], [[0.0, 1.0]], f"{PREFIX}b") == 0
    with pytest.raises(StaleSnapshot):
        store.nearest([f"{PREFIX}b"], unit((0, 1))[0], 5)
    assert store.nearest([f"{PREFIX}c"], unit((0, 1))[0], 5) == [(5, 1.0)]


def test_a_store_that_was_never_asked_opens_nothing(tmp_path: Path) -> None:
    VectorStore(tmp_path / "vectors").close()
    assert not (tmp_path / "vectors").exists()


def test_a_vacuum_blanks_what_a_graph_holds_beyond_its_rows(tmp_path: Path) -> None:
    """Of two graphs, one is of few rows that Chroma has not written into it yet, one is of many."""
    store = VectorStore(tmp_path / "vectors")
    made = np.random.default_rng(1).standard_normal((2_500, 8)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    store.create("segment-few", [1, 2, 3], made[:3])
    store.create("segment-many", list(range(1, 2_501)), made)
    found = store.nearest(["segment-few", "segment-many"], made[7], 5)
    store.close()
    headers = list((tmp_path / "vectors").glob("*/header.bin"))
    assert len(headers) == 2
    for header in headers:
        with header.with_name("length.bin").open("ab") as file:
            file.write(b"what memory held")
    store.vacuum()
    for header in headers:
        *_, count, row_bytes = vector_files.HEADER.unpack_from(header.read_bytes())
        assert not any(header.with_name("data_level0.bin").read_bytes()[count * row_bytes :])
        assert b"what memory held" not in header.with_name("length.bin").read_bytes()
    assert store.nearest(["segment-few", "segment-many"], made[7], 5) == found
    store.close()
