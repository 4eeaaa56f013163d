"""What an examination finds: a clean index has no findings, and each kind of damage has its own and no other."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from damage import (
    CATALOG,
    FILES,
    LEFT,
    RENEWED,
    big_document,
    build_twice,
    chroma_client,
    fresh,
    segment_names,
    sql,
)
from doubles import WordCounts, build_until, index_settings, run_in_child, text_of, write

from index.build import build_index
from index.catalog.check import Place, PlacedText
from index.catalog.tables import SCHEMA_VERSION, Segment
from index.doctor import examine as doctor
from index.doctor import probe as vector_probe
from index.doctor.examine import examine
from index.doctor.findings import Diagnosis, Finding, counted, evenly, one_line
from index.doctor.health import text_fault
from index.doctor.vectors import SegmentReport, differing_rows, same_dimension, trusted
from index.doctor.words import damaged_files
from index.errors import CitewiseError, EmbedderError, IndexMissing
from index.lock import build_lock
from index.settings import IndexSettings
from index.types import BuildOptions
from index.vectors.store import Rows

Vectors = Any
Damage = Callable[[IndexSettings], object]


def checks(diagnosis: Diagnosis) -> list[str]:
    return [finding.check for finding in diagnosis.findings]


def only(diagnosis: Diagnosis) -> Finding:
    assert len(diagnosis.findings) == 1, diagnosis.findings
    return diagnosis.findings[0]


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Starting a process for each examination takes seconds; tests that damage what crashes are marked `apart`."""
    if "apart" not in request.fixturenames:
        monkeypatch.setattr(vector_probe, "run_apart", vector_probe.events)


@pytest.fixture
def apart() -> None:
    """The vectors are checked in another process, as in earnest."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doctor") / "now"
    build_twice(folder)
    shutil.copytree(folder, folder.with_name("kept"))
    return folder


@pytest.fixture
def settings(built: Path) -> IndexSettings:
    return fresh(built)


# Clean


@pytest.mark.usefixtures("apart")
def test_a_clean_index_has_no_findings(settings: IndexSettings) -> None:
    found = examine(settings, WordCounts())
    assert found.findings == () and found.healthy and found.repaired == ()
    assert found.generation == 4
    assert found.checked == {
        **{"texts": 4, "places": 7, "documents": 4, "passages": 7, "folders": 1, "words": 7, "asked by words": 7},
        **{"segments": 2, "vectors": 7, "asked by vectors": 7, "embedded again": 7},
    }
    assert found.versions["catalog"] == str(SCHEMA_VERSION) and found.versions["sqlite"] == sqlite3.sqlite_version
    assert all(found.versions[name] for name in ("chromadb", "tantivy"))
    assert all(found.disk[name] > 1_000 for name in ("catalog", "words", "vectors", "free"))


def test_examining_changes_nothing(settings: IndexSettings) -> None:
    """But for what Chroma writes by itself when it is read."""
    folder = settings.index_dir

    def held() -> dict[str, bytes]:
        files = [folder / "catalog.sqlite", *folder.glob("words/*/*"), *folder.glob("vectors/*.npy")]
        return {str(path): path.read_bytes() for path in files}

    before, names = held(), sorted(folder.glob("*/*"))
    examine(settings, WordCounts())
    assert held() == before and sorted(folder.glob("*/*")) == names


def test_no_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        examine(index_settings(tmp_path), WordCounts())
    assert not (tmp_path / "index").exists()


def test_an_index_of_nothing_is_a_notice(tmp_path: Path) -> None:
    settings = index_settings(tmp_path)
    build_index(settings, embedder=WordCounts())
    assert examine(settings, WordCounts()).findings == ()
    sql(settings, "DELETE FROM epochs")
    assert checks(examine(settings, WordCounts())) == ["index empty"]


def test_after_edits_and_removals_there_is_nothing_to_find(settings: IndexSettings) -> None:
    """Dead passages that a sweep keeps for a while are no leftovers."""
    (settings.seeds_dir / "2.txt").unlink()
    write(settings.seeds_dir, {"1.txt": text_of(["anchor"], ["bridge", "jungle"])})
    build_index(settings, embedder=WordCounts())
    assert examine(settings, WordCounts()).findings == ()


# Damage


@pytest.mark.parametrize(("damage", "check"), [pytest.param(*case[:2], id=name) for name, case in RENEWED.items()])
def test_derived_stores(settings: IndexSettings, damage: Damage, check: str) -> None:
    damage(settings)
    finding = only(examine(settings, WordCounts()))
    assert finding.check == check and finding.repairable
    assert finding.severity == ("notice" if check == "copies missing" else "problem")
    assert "citewise doctor --repair" in finding.fix and "\n" not in finding.message + finding.fix


@pytest.mark.parametrize(("damage", "check", "told"), [pytest.param(*case, id=name) for name, case in CATALOG.items()])
def test_rows_of_the_catalog(settings: IndexSettings, damage: Damage, check: str, told: str) -> None:
    damage(settings)
    finding = only(examine(settings, WordCounts()))
    assert (finding.check, finding.severity, finding.repairable) == (check, "problem", False)
    assert told in finding.message
    assert "citewise index --full" in finding.fix


@pytest.mark.parametrize(("damage", "check"), [pytest.param(*case, id=name) for name, case in FILES.items()])
def test_the_catalog_itself(settings: IndexSettings, damage: Damage, check: str) -> None:
    damage(settings)
    found = examine(settings, WordCounts())
    assert check in checks(found) and not found.healthy
    assert all(not finding.repairable for finding in found.findings)
    assert "citewise restore FILE" in found.findings[0].fix
    assert {finding.check for finding in found.findings if finding.severity == "problem"} == {check}


def test_a_vector_in_two_segments(settings: IndexSettings) -> None:
    sql(settings, "INSERT INTO vectors SELECT 1, max(id) FROM segments")
    assert checks(examine(settings, WordCounts())) == ["vectors doubled", "segments damaged"]


def test_a_newer_catalog_is_not_called_damaged_beyond_its_version(settings: IndexSettings) -> None:
    sql(settings, "UPDATE state SET schema_version = 99")
    finding = only(examine(settings, WordCounts()))
    assert "version 99" in finding.message and "Citewise" in finding.fix and "restore" not in finding.fix


def test_several_damaged_stores_are_all_told(settings: IndexSettings) -> None:
    shutil.rmtree(settings.index_dir / "words")
    shutil.rmtree(settings.index_dir / "vectors")
    sql(settings, "UPDATE placements SET start = start + 1 WHERE ordinal = 0 AND content_id = 1")
    assert checks(examine(settings, WordCounts())) == ["passages damaged", "words missing", "segments damaged"]


def test_a_check_that_fails_is_a_finding_and_the_others_go_on(
    settings: IndexSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Panic(BaseException):
        pass

    def panic(*args: Any) -> Any:
        raise Panic("a store's own")

    monkeypatch.setattr(doctor, "word_findings", panic)
    shutil.rmtree(settings.index_dir / "vectors")
    found = examine(settings, WordCounts())
    assert checks(found) == ["words not checked", "segments damaged"]
    assert "a store's own" in found.findings[0].message


@pytest.mark.slow
@pytest.mark.usefixtures("apart")
def test_a_segment_that_ends_the_process_is_found(tmp_path: Path) -> None:
    settings = big_document(tmp_path)
    headers = list((settings.index_dir / "vectors").glob("*/header.bin"))
    for header in headers:
        header.write_bytes(bytes(40) + b"\xff" * (header.stat().st_size - 40))
    finding = only(examine(settings, WordCounts()))
    assert finding.check == "segments damaged" and "Chroma" in finding.message
    assert json.dumps(finding.message).isascii()


def test_a_process_that_cannot_be_started_is_no_damage(
    settings: IndexSettings, apart: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", shutil.which("false"))
    finding = only(examine(settings, WordCounts()))
    assert (finding.check, finding.repairable) == ("vectors not checked", False)


# Leftovers


@pytest.mark.parametrize(("damage", "told"), [pytest.param(*case, id=name) for name, case in LEFT.items()])
def test_leftovers(settings: IndexSettings, damage: Damage, told: str) -> None:
    damage(settings)
    finding = only(examine(settings, WordCounts()))
    assert (finding.check, finding.severity, finding.repairable) == ("leftovers", "notice", True)
    assert told in finding.message


WRITER, SWEEPER = "index.catalog.write:CatalogWriter", "index.catalog.sweep:CatalogSweeper"
KILLED: list[Any] = [
    ("words written", "index.lexical:LexicalIndex.add", 1, {"leftovers"}),
    ("vectors written", "index.vectors.store:VectorStore.create", 1, {"leftovers", "vectors pending"}),
    ("texts published", f"{WRITER}.publish_texts", 1, {"vectors pending"}),
    ("sweep announced", f"{SWEEPER}.raise_oldest", 1, {"leftovers"}),
]


@pytest.mark.parametrize(
    ("target", "nth", "expected"),
    [
        pytest.param(*point, id=name, marks=[] if name == "vectors written" else [pytest.mark.slow])
        for name, *point in KILLED
    ],
)
def test_what_a_killed_build_leaves(settings: IndexSettings, target: str, nth: int, expected: set[str]) -> None:
    write(settings.seeds_dir, {"new.txt": text_of(["hammer"], ["jungle"])})
    if "sweep" in target:
        (settings.seeds_dir / "2.txt").unlink()
    assert run_in_child(build_until, settings, BuildOptions(), target, nth, True) == -signal.SIGKILL
    found = examine(settings, WordCounts())
    assert set(checks(found)) == expected and found.healthy
    build_index(settings, embedder=WordCounts())
    assert examine(settings, WordCounts()).findings == ()


@pytest.mark.slow
def test_a_full_build_that_was_killed(settings: IndexSettings) -> None:
    killed = run_in_child(build_until, settings, BuildOptions(full=True), f"{WRITER}.switch_epoch", 1, False)
    assert killed == -signal.SIGKILL
    assert checks(examine(settings, WordCounts())) == ["full build unfinished"]


def test_while_a_build_runs_leftovers_are_not_looked_for(settings: IndexSettings) -> None:
    sql(settings, "INSERT INTO orphans VALUES (999, 1)")
    with build_lock(settings.index_dir):
        finding = only(examine(settings, WordCounts()))
    assert (finding.check, finding.severity) == ("build running", "notice")
    assert checks(examine(settings, WordCounts())) == ["leftovers"]


# Surroundings


class Failing(WordCounts):
    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        raise EmbedderError("It is not there.", "Get it.")


class Reversed(WordCounts):
    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return super().embed_passages(texts)[:, ::-1]


def test_an_embedder_that_gives_other_vectors(settings: IndexSettings) -> None:
    finding = only(examine(settings, Reversed()))
    assert (finding.check, finding.severity, finding.repairable) == ("embedder differs", "problem", True)


def test_an_embedder_that_cannot_be_loaded(settings: IndexSettings) -> None:
    finding = only(examine(settings, Failing()))
    assert (finding.check, finding.severity, finding.fix) == ("embedder not loaded", "notice", "Get it.")


def test_another_embedder_and_another_chunker(settings: IndexSettings) -> None:
    finding = only(examine(settings, WordCounts("word-counts/2")))
    assert finding.check == "embedder changed" and "citewise index --full" in finding.fix
    assert "word-counts/1" in finding.message and "word-counts/2" in finding.message
    sql(settings, "UPDATE epochs SET chunker = 'sentences-0'")
    assert checks(examine(settings, WordCounts())) == ["chunker changed"]


def test_folders_failures_and_the_disk(settings: IndexSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    write(settings.seeds_dir, {"broken.pdf": "no PDF at all"})
    build_index(settings, embedder=WordCounts())
    assert checks(examine(settings, WordCounts())) == ["files not read"]
    settings.seeds_dir.rename(settings.seeds_dir.with_name("elsewhere"))
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(9, 9, 0))  # type: ignore[attr-defined]
    found = examine(settings, WordCounts())
    assert checks(found) == ["folder missing", "files not read", "disk nearly full"]
    assert all(finding.severity == "notice" for finding in found.findings)


def test_a_folder_that_cannot_be_written(settings: IndexSettings) -> None:
    (settings.index_dir / "build.lock").unlink(missing_ok=True)
    (settings.index_dir / "build.lock").mkdir()
    finding = only(examine(settings, WordCounts()))
    assert (finding.check, finding.severity) == ("folder not writable", "problem")


# While others work


def test_a_generation_that_is_swept_meanwhile_is_examined_anew(
    settings: IndexSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    probed: list[int] = []

    def probe(asked: IndexSettings, at: Any) -> Any:
        if not probed:
            sql(settings, "UPDATE state SET generation = generation + 1, oldest = generation + 1")
        probed.append(at.generation)
        return vector_probe.probe(asked, at)

    monkeypatch.setattr(doctor, "probe", probe)
    found = examine(settings, WordCounts())
    assert probed == [4, 5] and found.generation == 5 and found.findings == ()


# What decides


def text(*places: Place, whole: str = "One two. Three four.") -> PlacedText:
    return PlacedText("docs/a.txt", whole, places)


GOOD = (Place(0, 0, 8, "One two."), Place(1, 9, 20, "Three four."))


def test_passages_that_are_as_they_should_be() -> None:
    assert text_fault(text(*GOOD)) is None
    assert text_fault(text(Place(0, 0, 7, "One two"), whole="One two \n")) is None


@pytest.mark.parametrize(
    ("places", "told"),
    [
        ([GOOD[1]], "passage 0 is not there"),
        ([GOOD[0]], "at its end"),
        ([Place(0, 0, 8, None), GOOD[1]], "no words"),
        ([GOOD[0], Place(1, 7, 20, ". Three four.")], "overlaps"),
        ([GOOD[0], Place(1, 9, 21, "Three four.")], "outside"),
        ([GOOD[0], Place(1, 9, 9, "")], "overlaps"),
        ([Place(0, 0, 8, "One TWO."), GOOD[1]], "not what the text says"),
        ([Place(0, 0, 8, "One two.", altered=True), GOOD[1]], "not as it was written"),
        ([GOOD[0], Place(1, 15, 20, "four.")], "before passage 1"),
        ([], "at its end"),
    ],
)
def test_passages_that_are_not(places: list[Place], told: str) -> None:
    assert told in (text_fault(text(*places)) or "")


def test_of_another_chunker_only_the_slices_are_judged() -> None:
    assert text_fault(text(Place(0, 4, 8, "two.", altered=True)), current=False) is None
    assert text_fault(text(Place(0, 4, 8, "two!")), current=False) is not None


def rows(**vectors: Sequence[float]) -> Rows:
    ids = [int(name[1:]) for name in vectors]
    return Rows(np.array(ids, dtype=np.int64), np.array(list(vectors.values()), dtype=np.float32))


@pytest.mark.parametrize(
    ("sources", "kept"),
    [
        ([rows(i1=(1, 0), i2=(0, 1))], [1, 2]),
        ([rows(i1=(1, 0)), rows(i1=(1, 0), i2=(0, 1))], [1, 2]),
        ([rows(i1=(1, 0), i2=(0, 1)), rows(i1=(0, 1), i2=(0, 1))], [2]),
        ([rows(i1=(0.5, 0), i2=(0, 1)), rows(i1=(1, 0), i2=(0, 0))], [1, 2]),
        ([rows(i1=(float("nan"), 0), i2=(0, float("inf")))], []),
        ([rows(i1=(1, 0, 0))], []),
        ([rows(i9=(1, 0))], []),
        ([], []),
    ],
)
def test_vectors_that_can_be_trusted(sources: list[Rows], kept: list[int]) -> None:
    found = trusted(np.array([1, 2], dtype=np.int64), sources, 2)
    assert found.ids.tolist() == kept and found.vectors.shape == (len(kept), 2)
    for passage_id, vector in zip(kept, found.vectors.tolist(), strict=True):
        assert vector == ([1, 0] if passage_id == 1 else [0, 1])


def test_rows_that_differ() -> None:
    one = rows(i1=(1, 0), i2=(0, 1), i3=(1, 0))
    assert differing_rows(one, one) == 0
    assert differing_rows(one, rows(i3=(1, 0), i1=(1, 0), i2=(0, 1))) == 0
    assert differing_rows(one, rows(i1=(1, 0), i2=(1, 0), i4=(1, 0))) == 3
    assert differing_rows(rows(i1=(float("nan"), 0)), rows(i1=(float("nan"), 0))) == 1
    assert differing_rows(one, rows(i1=(1, 0, 0))) == 3


def test_segments_of_another_length(settings: IndexSettings) -> None:
    made = [SegmentReport(Segment(n, str(n), 9), 9, length) for n, length in enumerate((4, 3, 4))]
    assert [bool(one.faults) for one in same_dimension([*made, SegmentReport(made[0].segment)])] == [0, 1, 0, 0]
    assert same_dimension([]) == []


def test_samples_are_the_same_each_time() -> None:
    assert evenly(range(5), 9) == [0, 1, 2, 3, 4] and evenly([], 9) == []
    drawn = evenly(range(10_000), 100)
    assert len(set(drawn)) == 100 and drawn[0] == 0 and drawn[-1] == 9_999 and drawn == evenly(range(10_000), 100)
    assert evenly(range(5), 1) == [0]


def test_wording() -> None:
    assert counted(1, "passages") == "1 passage" and counted(2_000, "passages") == "2,000 passages"
    assert one_line(ValueError("a\n b.")) == "a b" and one_line(ValueError()) == "ValueError"
    assert len(one_line(ValueError("x" * 999))) == 160


def test_each_file_of_a_word_index_has_its_checksum(settings: IndexSettings) -> None:
    folder = settings.index_dir / "words" / "1"
    assert damaged_files(folder) == []
    files = [path for path in folder.iterdir() if path.suffix in (".idx", ".pos", ".term", ".fast", ".store")]
    assert len(files) >= 5
    for path in files:
        data = path.read_bytes()
        for damaged in (bytes([data[0] ^ 1]) + data[1:], data[:-1], data[:4], b"", data + b" "):
            path.write_bytes(damaged)
            assert damaged_files(folder) == [path.name], (path.name, len(damaged))
        path.write_bytes(data)


def test_a_server_that_does_not_answer_is_not_damage(settings: IndexSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(self: Any) -> Any:
        raise CitewiseError("It does not answer.", "Start it.")

    monkeypatch.setattr("index.vectors.store.VectorStore.names", silent)
    finding = only(examine(settings, WordCounts()))
    assert (finding.check, finding.fix, finding.repairable) == ("vectors not checked", "Start it.", False)


def test_the_names_of_segments(settings: IndexSettings) -> None:
    """What damages collections by hand names those of the catalog."""
    with chroma_client(settings) as client:
        assert sorted(c.name for c in client.list_collections()) == sorted(segment_names(settings))
