"""Segments in Chroma: what goes in comes out, also in another process, and a deleted one says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from doubles import Vectors, run_in_child, write_segment

from index.errors import StaleSnapshot
from index.vectors import ADD_ROWS, PREFIX, VectorStore


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
    found, vectors = store.get(f"{PREFIX}a", [ids[-1], ids[3], 1, ids[700]])
    assert sorted(found) == [ids[3], ids[700], ids[-1]]
    for passage_id, vector in zip(found, vectors, strict=True):
        np.testing.assert_allclose(vector, rows[passage_id - 100], atol=1e-6)
    query = many(3)[2]
    best = np.argsort(-(rows @ query))[:10] + 100
    near = [passage_id for passage_id, _ in store.nearest([f"{PREFIX}a"], query, 10)]
    assert len(set(near) & set(best.tolist())) >= 9, "the graph search may miss one"


def test_get_of_nothing(store: VectorStore) -> None:
    store.create(f"{PREFIX}a", [1], unit((1, 0)))
    for wanted in ([], [2]):
        found, vectors = store.get(f"{PREFIX}a", wanted)
        assert (found, len(vectors)) == ([], 0)


def test_filling_again_after_an_interruption_gives_the_same_rows(store: VectorStore) -> None:
    rows = many(20)
    store.create(f"{PREFIX}a", list(range(8)), rows[:8])
    store.create(f"{PREFIX}a", list(range(20)), rows)
    found, _ = store.get(f"{PREFIX}a", list(range(20)))
    assert sorted(found) == list(range(20))
    assert len(store.nearest([f"{PREFIX}a"], rows[0], 20)) == 20


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
