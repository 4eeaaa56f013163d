"""A build that is killed anywhere leaves an index that can be read, and the next build puts everything right."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
from doubles import (
    WordCounts,
    build_until,
    check_readable,
    check_whole,
    counts,
    findings,
    index_settings,
    rows,
    run_in_child,
    seen,
    seen_afresh,
    text_of,
    words_name,
    write,
)
from test_purge import holding

from index.build import build_index
from index.catalog import sweep as sweeping
from index.errors import IndexMissing
from index.lexical import LexicalIndex
from index.settings import IndexSettings
from index.types import BuildOptions

LEXICAL, STORE = "index.lexical:LexicalIndex", "index.vectors.store:VectorStore"
FILES, VECTORS = "index.catalog.files:CatalogFiles", "index.segments:VectorPublisher"
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
    ("before the file stamps are saved", f"{FILES}.save_file_stats", 1, False),
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
    ("folder scanned", "index.build:scan", 1, True),
    ("a text read", "index.publish:TextPublisher._take_file", 1, True),
    ("file stamps saved", f"{FILES}.save_file_stats", 1, True),
    ("before the first vector is made", f"{VECTORS}._embed", 1, False),
    ("a copy half written", "index.vectors.copies:os.fsync", 1, False),
    ("merge while the build goes on", "index.segments:merge_tiers", 1, True),
    ("before compaction", "index.build:compact", 1, False),
    ("compacted", "index.build:compact", 1, True),
    ("build noted", f"{WRITER}.finish_build", 1, True),
    ("before a copy is deleted", "index.vectors.copies:Copies.delete", 1, False),
    ("before the folders are dropped", f"{STORE}.drop_folders", 1, False),
    ("graphs dropped", "index.vectors.files:drop_graphs", 1, True),
    ("copies tidied", "index.vectors.copies:Copies.tidy", 1, True),
    ("orphans known", f"{SWEEPER}.orphans", 1, True),
    ("generation after the words", f"{WRITER}.new_generation", 1, True),
    ("orphans dropped", f"{SWEEPER}.drop_orphans", 1, True),
    ("swept", "index.build:sweep", 1, True),
]
FULL_POINTS = [
    ("second epoch opened", f"{WRITER}.ensure_epoch", 1, True),
    ("second epoch has words", f"{LEXICAL}.add", 1, True),
    ("second epoch has texts", f"{WRITER}.publish_texts", 1, True),
    ("second epoch has some vectors", f"{WRITER}.publish_segment", 2, True),
    ("before the switch", f"{WRITER}.switch_epoch", 1, False),
    ("switched", f"{WRITER}.switch_epoch", 1, True),
    ("first epoch's rows dropped", f"{SWEEPER}.drop_dead_rows", 1, True),
    ("inputs noted", "index.build:_Build._note_inputs", 1, True),
    ("words of the second epoch reserved", f"{WRITER}.reserve_passages", 1, True),
    ("a vector taken over", f"{VECTORS}._take_over", 1, True),
    ("some vectors taken over", f"{VECTORS}._take_over", 3, True),
    ("taken over, not published", f"{STORE}.create", 2, True),
    ("second epoch merged on the way", "index.segments:merge_tiers", 1, True),
    ("before the second epoch is compacted", "index.build:compact", 1, False),
    ("second epoch compacted", "index.build:compact", 1, True),
    ("first epoch's collections deleted", f"{STORE}.delete", 1, True),
    ("before the first epoch's words go", "index.sweep:shutil.rmtree", 1, False),
    ("first epoch's words gone", "index.sweep:shutil.rmtree", 1, True),
]
FIRST_POINTS = [
    ("catalog made", "index.catalog.engine:_create", 1, True),
    ("root remembered", f"{FILES}.add_root", 1, True),
    ("first epoch opened", f"{WRITER}.ensure_epoch", 1, True),
    ("words folder made", f"{LEXICAL}.__init__", 1, True),
    ("first words reserved", f"{WRITER}.reserve_passages", 1, True),
    ("first words written", f"{LEXICAL}.add", 1, True),
    ("first texts published", f"{WRITER}.publish_texts", 1, True),
    ("before Chroma is made", "index.vectors.chroma:Chroma.__init__", 1, False),
    ("Chroma made", "index.vectors.chroma:Chroma.__init__", 1, True),
    ("first collection made", "index.vectors.chroma:Chroma.create", 1, True),
    ("first vectors published", f"{WRITER}.publish_segment", 1, True),
    ("first build noted", f"{WRITER}.finish_build", 1, True),
]
PURGE_POINTS = [
    ("before the purge", "index.build:purge", 1, False),
    ("live vectors written again", f"{STORE}.create", 1, True),
    ("live vectors published again", f"{WRITER}.publish_segment", 1, True),
    ("everything compacted", "index.sweep:compact", 1, True),
    ("newest generation alone", f"{SWEEPER}.raise_oldest", 1, True),
    ("purged collection deleted", f"{STORE}.delete", 1, True),
    ("purged rows dropped", f"{SWEEPER}.drop_dead_rows", 1, True),
    ("purged words deleted", f"{LEXICAL}.delete", 1, True),
    ("first sweep of the purge", "index.sweep:sweep", 1, True),
    ("new words folder made", f"{LEXICAL}.__init__", 3, True),
    ("new words written", f"{LEXICAL}.add", 1, True),
    ("before the new words are named", f"{WRITER}.replace_words", 1, False),
    ("new words named", f"{WRITER}.replace_words", 1, True),
    ("newest generation alone again", f"{SWEEPER}.raise_oldest", 2, True),
    ("before the old words go", "index.sweep:shutil.rmtree", 1, False),
    ("old words gone", "index.sweep:shutil.rmtree", 1, True),
    ("second sweep of the purge", "index.sweep:sweep", 2, True),
    ("catalog vacuumed", f"{SWEEPER}.vacuum", 1, True),
    ("before the vectors are vacuumed", "index.vectors.files:vacuum", 1, False),
    ("while the vectors are vacuumed", "index.vectors.files:subprocess.Popen", 1, True),
    ("vectors vacuumed", f"{STORE}.vacuum", 1, True),
]
# Of a build that first has to take away what another, ended after its words were written, had reserved.
ORPHAN_POINTS = [
    ("before the orphans' words are deleted", f"{LEXICAL}.delete", 1, False),
    ("orphans' words deleted", f"{LEXICAL}.delete", 1, True),
    ("generation after the orphans", f"{WRITER}.new_generation", 1, True),
    ("first orphans dropped", f"{SWEEPER}.drop_orphans", 1, True),
    ("words written again", f"{LEXICAL}.add", 1, True),
]


# The others are as likely to fail, but all of them together take a minute.
QUICK = {"words written", "vectors written", "before the switch"}


def cases(points: list[tuple[str, str, int, bool]], kind: str = "") -> list[Any]:
    return [
        pytest.param(*point, id=kind + name, marks=() if kind + name in QUICK else (pytest.mark.slow,))
        for name, *point in points
    ]


def edit(docs: Path) -> None:
    """From BEFORE to AFTER: edits, additions, a deletion and a renaming."""
    write(docs, AFTER)
    (docs / "deleted.txt").unlink()
    (docs / "moved.txt").rename(docs / "renamed.txt")


def kill(
    settings: IndexSettings, options: BuildOptions, target: str, nth: int, after: bool, first: bool = False
) -> None:
    """Kills a build at the nth call of the target; what was committed before must be readable at once."""
    assert run_in_child(build_until, settings, options, target, nth, after) == -signal.SIGKILL
    try:
        check_readable(settings)
    except IndexMissing:
        assert first


def check_like_new(settings: IndexSettings, but: str = "nothing") -> None:
    """An examination finds nothing, and a reader what an index shows that is made elsewhere in one go."""
    assert [found for found in findings(settings) if not found.startswith(but)] == []
    fresh = settings.index_dir.with_name("fresh")
    assert seen(settings) == seen_afresh(settings, fresh)
    shutil.rmtree(fresh)


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
    edit(settings.seeds_dir)

    kill(settings, BuildOptions(), target, nth, after)

    report = build_index(settings, embedder=WordCounts())
    assert report.pending == 0 and report.failures == ()
    assert {*report.unchanged, *report.added, *report.changed, *(r.target for r in report.renamed)} == LIVE
    check_whole(settings)
    check_like_new(settings)


@pytest.mark.parametrize(("target", "nth", "after"), cases(FIRST_POINTS))
def test_a_killed_first_build_is_made_good_by_the_next(
    settings: IndexSettings, sweep_now: None, target: str, nth: int, after: bool
) -> None:
    shutil.rmtree(settings.index_dir)

    kill(settings, BuildOptions(), target, nth, after, first=True)

    report = build_index(settings, embedder=WordCounts())
    assert report.pending == 0 and report.failures == ()
    check_whole(settings)
    check_like_new(settings)


@pytest.mark.parametrize(("target", "nth", "after"), cases(PURGE_POINTS))
def test_a_killed_purge_is_made_good_by_the_next_build_and_ended_by_the_next_purge(
    settings: IndexSettings, monkeypatch: pytest.MonkeyPatch, target: str, nth: int, after: bool
) -> None:
    edit(settings.seeds_dir)
    with monkeypatch.context() as patch:
        patch.setattr("index.build.compact", lambda *_: 0)  # what is stale is left to the purge
        build_index(settings, embedder=WordCounts())
    assert holding(settings, b"castle"), "a deleted text is kept for readers for a while"

    kill(settings, BuildOptions(purge=True), target, nth, after)

    assert build_index(settings, embedder=WordCounts()).pending == 0
    check_like_new(settings)
    build_index(settings, options=BuildOptions(purge=True), embedder=WordCounts())
    assert holding(settings, b"castle") == holding(settings, b"castl") == []
    assert holding(settings, counts(text_of(["castle"])).tobytes()) == []
    check_like_new(settings)
    check_whole(settings)


@pytest.mark.parametrize(("target", "nth", "after"), cases(ORPHAN_POINTS))
def test_two_builds_are_killed_one_after_the_other(
    settings: IndexSettings, sweep_now: None, target: str, nth: int, after: bool
) -> None:
    edit(settings.seeds_dir)
    kill(settings, BuildOptions(), f"{LEXICAL}.add", 1, True)

    kill(settings, BuildOptions(), target, nth, after)

    assert build_index(settings, embedder=WordCounts()).pending == 0
    check_whole(settings)
    check_like_new(settings)


@pytest.mark.parametrize(("target", "nth", "after"), cases(FULL_POINTS))
def test_a_killed_full_build_leaves_the_old_index_or_the_new_one(
    settings: IndexSettings, sweep_now: None, target: str, nth: int, after: bool
) -> None:
    write(settings.seeds_dir, AFTER)

    kill(settings, BuildOptions(full=True), target, nth, after)
    live = rows(settings.index_dir, "SELECT epoch FROM state")[0][0]

    report = build_index(settings, options=BuildOptions(full=True), embedder=WordCounts())
    assert report.pending == 0 and report.failures == ()
    check_whole(settings, epoch=live + 1)
    check_like_new(settings)


@pytest.mark.parametrize(("target", "nth", "after"), cases([FULL_POINTS[3], FULL_POINTS[5]], kind="then plain, "))
def test_a_plain_build_after_a_killed_full_one(
    settings: IndexSettings, sweep_now: None, target: str, nth: int, after: bool
) -> None:
    kill(settings, BuildOptions(full=True), target, nth, after)
    edit(settings.seeds_dir)

    assert build_index(settings, embedder=WordCounts()).pending == 0
    check_like_new(settings, but="full build unfinished")
    assert build_index(settings, options=BuildOptions(full=True), embedder=WordCounts()).pending == 0
    check_like_new(settings)


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


def test_a_sweep_that_is_killed_leaves_no_dead_document_for_ever(settings: IndexSettings, sweep_now: None) -> None:
    """Too little of a segment dies for it to be written again: nothing but the documents tells that there is a rest."""
    (settings.seeds_dir / "moved.txt").unlink()

    kill(settings, BuildOptions(), f"{SWEEPER}.raise_oldest", 1, True)

    assert build_index(settings, embedder=WordCounts()).removed == ()
    check_whole(settings)
    check_like_new(settings)


@pytest.mark.slow
def test_words_whose_deletion_was_killed_in_its_commit_are_deleted_by_the_next(
    settings: IndexSettings, sweep_now: None
) -> None:
    """tantivy writes what is deleted to a file first, then the file that names it; only the former was written."""
    (settings.seeds_dir / "moved.txt").unlink()
    kill(settings, BuildOptions(), f"{LEXICAL}.delete", 1, False)
    words = settings.index_dir / "words" / words_name(settings.index_dir)
    before = (words / "meta.json").read_bytes()
    reserved = [row[0] for row in rows(settings.index_dir, "SELECT passage_id FROM orphans")]
    LexicalIndex(words).delete(reserved)
    assert list(words.glob("*.del"))
    (words / "meta.json").write_bytes(before)
    check_readable(settings)

    build_index(settings, embedder=WordCounts())
    check_whole(settings)
    check_like_new(settings)


def test_the_points_are_reached_in_a_build_that_is_not_killed(settings: IndexSettings, sweep_now: None) -> None:
    """A build that never gets to its deadly call ends well: so exit code -9 above means that the point was reached."""
    assert run_in_child(build_until, settings, BuildOptions(), f"{LEXICAL}.delete", 99, True) == 0
