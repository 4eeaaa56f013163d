"""A build that is killed anywhere leaves an index that can be read, and the next build puts everything right."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
from doubles import WordCounts, build_until, check_readable, check_whole, index_settings, run_in_child, text_of, write

from index.build import build_index
from index.catalog import sweep as sweeping
from index.settings import IndexSettings
from index.types import BuildOptions

LEXICAL, STORE = "index.lexical:LexicalIndex", "index.vectors.store:VectorStore"
WRITER, SWEEPER = "index.catalog.write:CatalogWriter", "index.catalog.sweep:CatalogSweeper"

BEFORE = {
    "edited.txt": text_of(["anchor"], ["bridge"]),
    "deleted.txt": text_of(["castle"], ["dragon"]),
    "kept.txt": text_of(["ember"], ["forest"]),
    "moved.txt": text_of(["garden"]),
}
# One passage for each new text; of the old segment more than a fifth dies.
AFTER = {"edited.txt": text_of(["anchor"], ["bridge", "island"]), "added.txt": text_of(["hammer"], ["jungle"])}
LIVE = {"docs/added.txt", "docs/edited.txt", "docs/kept.txt", "docs/renamed.txt"}

POINTS = [
    ("words reserved", f"{WRITER}.reserve_passages", 1, True),
    ("words written", f"{LEXICAL}.add", 1, True),
    ("removals published", f"{WRITER}.publish_texts", 1, True),
    ("before the texts are published", f"{WRITER}.publish_texts", 2, False),
    ("texts published, no vector", f"{WRITER}.publish_texts", 2, True),
    ("before the file stamps are saved", "index.catalog.files:CatalogFiles.save_file_stats", 1, False),
    ("segment reserved", f"{WRITER}.reserve_segment", 1, True),
    ("vectors written", f"{STORE}.create", 1, True),
    ("before the first vectors are published", f"{WRITER}.publish_segment", 1, False),
    ("some vectors published", f"{WRITER}.publish_segment", 2, True),
    ("merge read", f"{STORE}.get", 1, True),
    ("merge written", f"{STORE}.create", 4, True),
    ("before the merge is published", f"{WRITER}.publish_segment", 4, False),
    ("merge published", f"{WRITER}.publish_segment", 4, True),
    ("before the build is noted", f"{WRITER}.finish_build", 1, False),
    ("before the sweep", f"{SWEEPER}.raise_oldest", 1, False),
    ("sweep announced", f"{SWEEPER}.raise_oldest", 1, True),
    ("dead rows dropped", f"{SWEEPER}.drop_dead_rows", 1, True),
    ("reservations dropped", f"{SWEEPER}.drop_unfinished_segments", 1, True),
    ("before a collection is deleted", f"{STORE}.delete", 1, False),
    ("a collection deleted", f"{STORE}.delete", 1, True),
    ("before words are deleted", f"{LEXICAL}.delete", 1, False),
    ("words deleted", f"{LEXICAL}.delete", 1, True),
    ("before the orphans are dropped", f"{SWEEPER}.drop_orphans", 1, False),
]
FULL_POINTS = [
    ("second epoch opened", f"{WRITER}.ensure_epoch", 1, True),
    ("second epoch has words", f"{LEXICAL}.add", 1, True),
    ("second epoch has texts", f"{WRITER}.publish_texts", 1, True),
    ("second epoch has some vectors", f"{WRITER}.publish_segment", 2, True),
    ("before the switch", f"{WRITER}.switch_epoch", 1, False),
    ("switched", f"{WRITER}.switch_epoch", 1, True),
    ("first epoch's rows dropped", f"{SWEEPER}.drop_dead_rows", 1, True),
]


# The others are as likely to fail, but all of them together take a minute.
QUICK = {"words written", "texts published, no vector", "vectors written", "words deleted", "before the switch"}


def cases(points: list[tuple[str, str, int, bool]]) -> list[Any]:
    return [
        pytest.param(*point, id=name, marks=() if name in QUICK else (pytest.mark.slow,)) for name, *point in points
    ]


@pytest.fixture
def sweep_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "KEEP_SECONDS", -1.0)
    monkeypatch.setattr(sweeping, "KEEP_BUILDS", 0)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files BEFORE and their index."""
    folder = tmp_path_factory.mktemp("crash") / "now"
    folder.mkdir()
    settings = index_settings(folder)
    write(settings.seeds_dir, BEFORE)
    assert build_index(settings, embedder=WordCounts()).pending == 0
    shutil.copytree(folder, folder.with_name("built"))
    return folder


@pytest.fixture
def settings(built: Path) -> IndexSettings:
    """The built index, as it was (in the same place: its roots are known by their paths)."""
    shutil.rmtree(built)
    shutil.copytree(built.with_name("built"), built)
    return index_settings(built)


@pytest.mark.parametrize(("target", "nth", "after"), cases(POINTS))
def test_a_killed_build_is_made_good_by_the_next(
    settings: IndexSettings, sweep_now: None, target: str, nth: int, after: bool
) -> None:
    docs = settings.seeds_dir
    write(docs, AFTER)
    (docs / "deleted.txt").unlink()
    (docs / "moved.txt").rename(docs / "renamed.txt")

    assert run_in_child(build_until, settings, BuildOptions(), target, nth, after) == -signal.SIGKILL
    check_readable(settings)

    report = build_index(settings, embedder=WordCounts())
    assert report.pending == 0 and report.failures == ()
    assert {*report.unchanged, *report.added, *report.changed, *(r.target for r in report.renamed)} == LIVE
    check_whole(settings)


@pytest.mark.parametrize(("target", "nth", "after"), cases(FULL_POINTS))
def test_a_killed_full_build_leaves_the_old_index_or_the_new_one(
    settings: IndexSettings, sweep_now: None, target: str, nth: int, after: bool
) -> None:
    write(settings.seeds_dir, AFTER)

    assert run_in_child(build_until, settings, BuildOptions(full=True), target, nth, after) == -signal.SIGKILL
    check_readable(settings)

    report = build_index(settings, options=BuildOptions(full=True), embedder=WordCounts())
    assert report.pending == 0 and report.failures == ()
    check_whole(settings, epoch=3 if "switch" in target and after or "drop" in target else 2)


def test_a_sweep_that_is_killed_leaves_no_collection_for_ever(settings: IndexSettings, sweep_now: None) -> None:
    """Only a merge retires a segment here, no passage dies: nothing but the collections tells that there is a rest."""
    write(
        settings.seeds_dir, {"1.txt": text_of(["hammer"]), "2.txt": text_of(["island"]), "3.txt": text_of(["jungle"])}
    )

    killed = run_in_child(build_until, settings, BuildOptions(), f"{STORE}.delete", 1, False)
    assert killed == -signal.SIGKILL
    check_readable(settings)

    assert build_index(settings, embedder=WordCounts()).embedded == 0
    check_whole(settings)


def test_the_points_are_reached_in_a_build_that_is_not_killed(settings: IndexSettings, sweep_now: None) -> None:
    """A build that never gets to its deadly call ends well: so exit code -9 above means that the point was reached."""
    assert run_in_child(build_until, settings, BuildOptions(), f"{LEXICAL}.delete", 99, True) == 0
