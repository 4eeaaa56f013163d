"""What a repair does: afterwards there is nothing to find, and answers are what they were before the damage."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from damage import (
    CATALOG,
    FILES,
    LEFT,
    RENEWED,
    big_document,
    build_twice,
    chroma_file,
    copy_of,
    fresh,
    lose_both,
    other_row,
    overwrite,
    segment_names,
    sql,
    words,
    write_copy,
)
from doubles import (
    WORDS,
    WordCounts,
    build_until,
    check_readable,
    check_whole,
    counts,
    index_settings,
    places,
    rows,
    run_in_child,
)

from index.build import build_index
from index.doctor import probe as vector_probe
from index.doctor.examine import examine
from index.doctor.findings import Diagnosis
from index.doctor.repair import repair
from index.errors import BuildInProgress, EmbedderError, IndexMissing
from index.lexical import LexicalIndex
from index.settings import IndexSettings
from index.snapshot import Index
from index.types import BuildOptions, Progress

pytestmark = pytest.mark.slow

Damage = Callable[[IndexSettings], object]
WRITER = "index.catalog.write:CatalogWriter"
# Repaired as others are.
ALIKE = {"words cut", "words changed", "words noise", "a file of words gone", "words emptied by a reader"}
ALIKE |= {"Chroma's file cut", "copy cut", "copy of another length", "row deleted"}


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "apart" not in request.fixturenames:
        monkeypatch.setattr(vector_probe, "run_apart", vector_probe.events)


@pytest.fixture
def apart() -> None:
    """The vectors are checked in another process, as in earnest."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repair") / "now"
    build_twice(folder)
    shutil.copytree(folder, folder.with_name("kept"))
    return folder


@pytest.fixture
def settings(built: Path) -> IndexSettings:
    return fresh(built)


@pytest.fixture(scope="module")
def expected(built: Path) -> Any:
    return answers(fresh(built))


def answers(settings: IndexSettings) -> Any:
    """What a reader sees: every passage, and for each word the scores of words and vectors."""
    index = Index(settings, WordCounts())
    try:
        snapshot = index.snapshot()
        by_words = {word: snapshot.words([word, "report"], 20) for word in (*WORDS, "old")}
        by_vectors = {
            word: [
                (passage_id, pytest.approx(score, abs=1e-5)) for passage_id, score in snapshot.nearest(counts(word), 20)
            ]
            for word in WORDS
        }
        return places(snapshot), by_words, by_vectors
    finally:
        index.close()


def embedded_in(found: Diagnosis) -> int:
    """How many passages a repair embedded, which is what it tells."""
    told = [re.fullmatch(r"(\d+) passages? (?:was|were) given a vector\.", line) for line in found.repaired]
    return sum(int(match[1]) for match in told if match)


@pytest.mark.parametrize(
    ("damage", "embedded"),
    [
        pytest.param(case[0], case[2], id=name, marks=[pytest.mark.slow] if name in ALIKE else [])
        for name, case in RENEWED.items()
    ],
)
def test_what_is_damaged_is_made_anew(settings: IndexSettings, expected: Any, damage: Damage, embedded: int) -> None:
    damage(settings)
    found = repair(settings, WordCounts())
    assert found.findings == () and found.repaired, found
    assert embedded_in(found) == embedded
    assert answers(settings) == expected
    assert build_index(settings, embedder=WordCounts()).embedded == 0
    assert examine(settings, WordCounts()).findings == ()


@pytest.mark.parametrize("damage", [pytest.param(case[0], id=name) for name, case in LEFT.items()])
def test_leftovers_are_swept(settings: IndexSettings, expected: Any, damage: Damage) -> None:
    damage(settings)
    found = repair(settings, WordCounts())
    assert found.findings == () and len(found.repaired) == 1
    assert answers(settings) == expected
    check_whole(settings)


def test_nothing_is_done_to_a_clean_index(settings: IndexSettings) -> None:
    before = rows(settings.index_dir, "SELECT * FROM state"), segment_names(settings)
    found = repair(settings, WordCounts())
    assert found.findings == () and found.repaired == ()
    assert before == (rows(settings.index_dir, "SELECT * FROM state"), segment_names(settings))


@pytest.mark.parametrize("damage", [pytest.param(case[0], id=name) for name, case in CATALOG.items()])
def test_what_only_the_documents_can_tell_is_left(settings: IndexSettings, damage: Damage) -> None:
    damage(settings)
    before = [finding.check for finding in examine(settings, WordCounts()).findings]
    assert [finding.check for finding in repair(settings, WordCounts()).findings] == before


@pytest.mark.parametrize("damage", [pytest.param(case[0], id=name) for name, case in FILES.items()])
def test_nothing_is_made_from_a_damaged_catalog(settings: IndexSettings, damage: Damage) -> None:
    shutil.rmtree(words(settings))
    damage(settings)
    found = repair(settings, WordCounts())
    assert found.repaired == () and not found.healthy
    assert not words(settings).exists() and len(list((settings.index_dir / "words").iterdir())) == 0


def test_everything_derived_at_once(settings: IndexSettings, expected: Any) -> None:
    shutil.rmtree(settings.index_dir / "words")
    shutil.rmtree(settings.index_dir / "vectors")
    told: list[Progress] = []
    found = repair(settings, WordCounts(), told.append)
    assert found.findings == ()
    assert {progress.stage for progress in told} == {"compact", "embed", "sweep"}
    assert any("words of 7 passages" in line for line in found.repaired)
    assert answers(settings) == expected


def test_a_reader_that_is_open_goes_on(settings: IndexSettings) -> None:
    index = Index(settings, WordCounts())
    try:
        before = index.snapshot().nearest(counts("castle"), 3)
        overwrite(words(settings) / "meta.json", 0, b"noise")
        write_copy(settings, lambda ids, vectors: (ids[1:], vectors[1:]))
        assert repair(settings, WordCounts()).findings == ()
        assert [hit[0] for hit in index.snapshot().nearest(counts("castle"), 3)] == [hit[0] for hit in before]
        assert index.snapshot().words(["castl"], 3)
    finally:
        index.close()


class Failing(WordCounts):
    def embed_passages(self, texts: Sequence[str]) -> Any:
        raise EmbedderError("It is not there.", "Get it.")


def test_without_the_embedder_what_is_left_is_kept_and_the_rest_waits(settings: IndexSettings) -> None:
    lose_both(settings)
    found = repair(settings, Failing())
    assert [finding.check for finding in found.findings] == ["embedder not loaded", "vectors pending"]
    assert found.healthy and any("It is not there" in line for line in found.repaired)
    check_readable(settings, pending=4)
    found = repair(settings, WordCounts("word-counts/2"))
    assert [finding.check for finding in found.findings] == ["embedder changed", "vectors pending"]
    assert build_index(settings, embedder=WordCounts()).embedded == 4
    check_readable(settings, pending=0)
    assert examine(settings, WordCounts()).findings == ()


class Reversed(WordCounts):
    def embed_passages(self, texts: Sequence[str]) -> Any:
        return super().embed_passages(texts)[:, ::-1]


def test_vectors_of_another_model_are_made_anew(settings: IndexSettings, expected: Any) -> None:
    assert repair(settings, Reversed()).findings == ()
    assert answers(settings) != expected
    found = repair(settings, WordCounts())
    assert found.findings == () and "The vectors of another model were dropped." in found.repaired
    assert answers(settings) == expected


def test_doubted_vectors_are_not_taken_over_from_where_they_were(settings: IndexSettings, expected: Any) -> None:
    """A passage that waits for its vector takes over one of an equal input, also of a segment that has died."""

    def other(ids: Any, vectors: Any) -> Any:
        return ids, vectors[:, ::-1].copy()

    write_copy(settings, other)
    found = repair(settings, WordCounts())
    assert found.findings == () and embedded_in(found) == 3  # the first is the same in reverse
    assert answers(settings) == expected


def test_a_vector_in_two_segments(settings: IndexSettings) -> None:
    sql(settings, "INSERT INTO vectors SELECT 1, max(id) FROM segments")
    assert repair(settings, WordCounts()).findings == ()
    check_readable(settings, pending=0)


def test_a_build_in_progress_is_waited_for(settings: IndexSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    from index.doctor import repair as repairing

    def held(folder: Path) -> Any:
        raise BuildInProgress("Another build is running.", "Wait.")

    monkeypatch.setattr(repairing, "build_lock", held)
    with pytest.raises(BuildInProgress):
        repair(settings, WordCounts())


def test_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        repair(index_settings(tmp_path), WordCounts())
    assert not (tmp_path / "index").exists()


# In another process


@pytest.mark.slow
@pytest.mark.usefixtures("apart")
def test_a_segment_that_ends_the_process_comes_back_from_its_copy(tmp_path: Path) -> None:
    settings = big_document(tmp_path)
    before = answers(settings)
    for header in (settings.index_dir / "vectors").glob("*/header.bin"):
        header.write_bytes(bytes(40) + b"\xff" * (header.stat().st_size - 40))
    found = repair(settings, WordCounts())
    kept = [re.match(r"([\d,]+) of ([\d,]+) vectors", line) for line in found.repaired]
    pairs = [match.groups() for match in kept if match]
    assert found.findings == () and pairs and all(one == other for one, other in pairs)
    assert answers(settings) == before


def repair_until(settings: IndexSettings, target: str, nth: int) -> None:
    """Repairs, and kills the process at the nth call of `target`, when it is done."""
    module, _, dotted = target.partition(":")
    owner: Any = import_module(module)
    *path, name = dotted.split(".")
    for step in path:
        owner = getattr(owner, step)
    original, calls = getattr(owner, name), 0

    def deadly(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        result = original(*args, **kwargs)
        calls += 1
        if calls == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, deadly)
    vector_probe.run_apart = vector_probe.events
    repair(settings, WordCounts())


@pytest.mark.slow
def test_after_a_killed_repair_too(settings: IndexSettings, expected: Any) -> None:
    """The segment that died is still there, with the copy that was doubted."""
    write_copy(settings, other_row)
    assert run_in_child(repair_until, settings, f"{WRITER}.publish_segment", 1) == -signal.SIGKILL
    assert repair(settings, WordCounts()).findings == ()
    assert answers(settings) == expected


@pytest.mark.slow
def test_a_full_build_goes_on_after_the_store_was_lost(settings: IndexSettings, expected: Any) -> None:
    full = BuildOptions(full=True)
    assert run_in_child(build_until, settings, full, f"{WRITER}.switch_epoch", 1, False) == -signal.SIGKILL
    overwrite(chroma_file(settings), 0, b"\xff" * 4096)
    found = repair(settings, WordCounts())
    assert [finding.check for finding in found.findings] == ["full build unfinished"]
    assert answers(settings) == expected
    assert build_index(settings, options=full, embedder=WordCounts()).pending == 0
    assert examine(settings, WordCounts()).findings == ()


POINTS = {
    "words written": ("index.lexical:LexicalIndex.add", 1),
    "words in place": (f"{WRITER}.replace_words", 1),
    "store set aside": ("index.doctor.repair:_Repair._set_aside", 1),
    "vectors written": ("index.vectors.store:VectorStore.create", 1),
    "first segment renewed": (f"{WRITER}.publish_segment", 1),
    "second segment renewed": (f"{WRITER}.publish_segment", 2),
    "segments renewed": ("index.doctor.repair:_Repair._repair_segments", 1),
    "some vectors embedded": (f"{WRITER}.publish_segment", 3),
    "swept": ("index.doctor.repair:_Repair._sweep", 1),
}


@pytest.mark.parametrize(
    ("target", "nth"),
    [
        pytest.param(*point, id=name, marks=[] if name == "first segment renewed" else [pytest.mark.slow])
        for name, point in POINTS.items()
    ],
)
def test_a_killed_repair_is_gone_on_with(settings: IndexSettings, expected: Any, target: str, nth: int) -> None:
    LexicalIndex(words(settings)).delete([3])
    write_copy(settings, lambda ids, vectors: (ids[1:], vectors[1:]))
    overwrite(chroma_file(settings), 0, b"\xff" * 4096)
    assert copy_of(settings).is_file()

    assert run_in_child(repair_until, settings, target, nth) == -signal.SIGKILL
    found = repair(settings, WordCounts())
    assert found.findings == (), found
    assert embedded_in(found) <= 1, "copies are not lost"
    assert answers(settings) == expected
    assert examine(settings, WordCounts()).findings == ()
