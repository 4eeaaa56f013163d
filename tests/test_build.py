"""What a build does for each kind of change, seen through the report, the embedder's calls and what a reader finds."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from doubles import (
    WORDS,
    WordCounts,
    found_by_words,
    found_nearby,
    index_settings,
    paragraph,
    places,
    text_of,
    write,
)
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from index import build as building
from index.build import build_index
from index.errors import BuildInProgress, EmbedderError, IndexMismatch, IndexMissing, RootError
from index.lock import build_lock
from index.parsing.process import ParserProcess
from index.preview import plan_build
from index.settings import IndexSettings
from index.snapshot import Index, Snapshot
from index.types import BuildOptions, BuildReport, Filters, Progress, Rename

A, B, C = text_of(["anchor"], ["bridge"]), text_of(["castle"], ["dragon"]), text_of(["ember"])


class Corpus:
    """A folder `docs`, its index, and an index that stays open."""

    def __init__(self, folder: Path) -> None:
        self.settings = index_settings(folder)
        self.docs = self.settings.seeds_dir
        self.embedder = WordCounts()
        self._index: Index | None = None

    def write(self, **files: str) -> None:
        write(self.docs, {f"{name}.txt": text for name, text in files.items()})

    def build(self, **options: object) -> BuildReport:
        self.embedder.texts.clear()
        return build_index(self.settings, options=BuildOptions(**options), embedder=self.embedder)  # type: ignore[arg-type]

    @property
    def now(self) -> Snapshot:
        if self._index is None:
            self._index = Index(self.settings, self.embedder)
        return self._index.snapshot()

    def ids(self, uri: str) -> list[int]:
        document = self.now.document_at(uri)
        assert document is not None
        return [passage.id for passage in self.now.neighbours(document.id)]

    def close(self) -> None:
        if self._index is not None:
            self._index.close()


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    """Three documents of 2, 2 and 1 passages, built."""
    corpus = Corpus(tmp_path)
    corpus.write(a=A, b=B, c=C)
    corpus.build()
    yield corpus
    corpus.close()


def test_first_build(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.write(a=A, b=B)
    report = corpus.build()
    assert report.added == ("docs/a.txt", "docs/b.txt")
    assert (report.changed, report.renamed, report.removed, report.unchanged) == ((), (), (), ())
    assert (report.embedded, report.reused, report.pending, report.failures) == (4, 0, 0, ())
    assert {(uri, text) for uri, _, _, text in places(corpus.now)} == {
        ("docs/a.txt", paragraph("anchor")),
        ("docs/a.txt", paragraph("bridge")),
        ("docs/b.txt", paragraph("castle")),
        ("docs/b.txt", paragraph("dragon")),
    }
    assert found_by_words(corpus.now, "castl") == {"docs/b.txt"}
    assert found_nearby(corpus.now, "anchor") == {"docs/a.txt"}
    corpus.close()


def test_nothing_to_do(corpus: Corpus) -> None:
    before = corpus.now.generation
    report = corpus.build()
    assert report.unchanged == ("docs/a.txt", "docs/b.txt", "docs/c.txt")
    assert (report.embedded, report.generation, corpus.embedder.texts) == (0, before, [])


def test_nothing_to_do_loads_neither_chroma_nor_a_model(corpus: Corpus) -> None:
    """With the default embedder: an index of it is made first, without its model, by a fingerprint alone."""
    source = f"""
import sys
from pathlib import Path
from index.build import build_index
from index.settings import IndexSettings

class Named:
    fingerprint = {corpus.embedder.fingerprint!r}

report = build_index(
    IndexSettings(index_dir=Path({str(corpus.settings.index_dir)!r}), seeds_dir=Path({str(corpus.docs)!r})),
    embedder=Named(),
)
assert len(report.unchanged) == 3, report
print(sorted({{"chromadb", "onnxruntime", "openai", "llama_index", "streamlit"}} & sys.modules.keys()))
"""
    path = os.pathsep.join(sys.path)
    ran = subprocess.run(
        [sys.executable, "-c", source],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert (ran.stdout.strip(), ran.stderr) == ("[]", "")


def test_edit(corpus: Corpus) -> None:
    first, second = corpus.ids("docs/a.txt")
    corpus.write(a=text_of(["anchor"], ["bridge", "forest"]))
    report = corpus.build()
    assert (report.changed, report.embedded, report.reused) == (("docs/a.txt",), 1, 1)
    assert corpus.embedder.texts == [paragraph("bridge", "forest")]
    assert corpus.ids("docs/a.txt")[0] == first
    assert corpus.ids("docs/a.txt")[1] != second
    assert found_by_words(corpus.now, "forest") == {"docs/a.txt"}
    assert found_nearby(corpus.now, "bridge") == set()


def test_an_insertion_moves_passages_and_embeds_one(corpus: Corpus) -> None:
    old = corpus.ids("docs/a.txt")
    corpus.write(a=text_of(["garden"], ["anchor"], ["bridge"]))
    assert corpus.build().embedded == 1
    assert corpus.ids("docs/a.txt")[1:] == old
    assert {text for uri, _, _, text in places(corpus.now) if uri == "docs/a.txt"} == {
        paragraph("garden"),
        paragraph("anchor"),
        paragraph("bridge"),
    }


def test_rename(corpus: Corpus) -> None:
    ids = corpus.ids("docs/a.txt")
    (corpus.docs / "sub").mkdir()
    (corpus.docs / "a.txt").rename(corpus.docs / "sub" / "z.txt")
    report = corpus.build()
    assert report.renamed == (Rename("docs/a.txt", "docs/sub/z.txt"),)
    assert (report.added, report.removed, report.embedded) == ((), (), 0)
    assert corpus.ids("docs/sub/z.txt") == ids
    assert corpus.now.document_at("docs/a.txt") is None
    assert found_by_words(corpus.now, "anchor") == found_nearby(corpus.now, "anchor") == {"docs/sub/z.txt"}


def test_two_files_swap_names(corpus: Corpus) -> None:
    corpus.write(a=B, b=A)
    report = corpus.build()
    assert (report.changed, report.embedded) == (("docs/a.txt", "docs/b.txt"), 0)
    assert found_by_words(corpus.now, "anchor") == {"docs/b.txt"}


def test_a_renamed_file_that_cannot_be_read_is_not_told_as_renamed(corpus: Corpus) -> None:
    """Words under the name of a PDF are no PDF."""
    (corpus.docs / "a.txt").rename(corpus.docs / "a.pdf")
    report = corpus.build()
    assert [(failure.uri, failure.reason) for failure in report.failures] == [("docs/a.pdf", "damaged")]
    assert report.renamed == ()
    assert found_by_words(corpus.now, "anchor") == set()


def test_copy(corpus: Corpus) -> None:
    corpus.write(copy=A)
    report = corpus.build()
    assert (report.added, report.embedded) == (("docs/copy.txt",), 0)
    assert corpus.ids("docs/copy.txt") == corpus.ids("docs/a.txt")
    both = {"docs/a.txt", "docs/copy.txt"}
    assert found_by_words(corpus.now, "bridg") == found_nearby(corpus.now, "bridge") == both
    (corpus.docs / "a.txt").unlink()
    assert corpus.build().embedded == 0
    assert found_by_words(corpus.now, "bridg") == found_nearby(corpus.now, "bridge") == {"docs/copy.txt"}


def test_two_new_equal_files(corpus: Corpus) -> None:
    corpus.write(x=text_of(["island"]), y=text_of(["island"]))
    assert corpus.build().embedded == 1
    assert found_by_words(corpus.now, "island") == {"docs/x.txt", "docs/y.txt"}


def test_delete(corpus: Corpus) -> None:
    (corpus.docs / "b.txt").unlink()
    report = corpus.build()
    assert (report.removed, report.embedded) == (("docs/b.txt",), 0)
    assert found_by_words(corpus.now, "castl", "dragon") == set()
    assert found_nearby(corpus.now, "castle") == found_nearby(corpus.now, "dragon") == set()


def test_a_document_comes_back(corpus: Corpus) -> None:
    ids = corpus.ids("docs/b.txt")
    (corpus.docs / "b.txt").unlink()
    corpus.build()
    corpus.write(b=B)
    report = corpus.build()
    assert (report.added, corpus.ids("docs/b.txt")) == (("docs/b.txt",), ids)
    assert found_by_words(corpus.now, "castl") == found_nearby(corpus.now, "castle") == {"docs/b.txt"}


def test_revert_to_an_old_version(corpus: Corpus) -> None:
    ids = corpus.ids("docs/a.txt")
    corpus.write(a=text_of(["hammer"], ["island"]))
    corpus.build()
    corpus.write(a=A)
    assert corpus.build().changed == ("docs/a.txt",)
    assert corpus.ids("docs/a.txt") == ids
    assert found_by_words(corpus.now, "hammer") == set()
    assert found_nearby(corpus.now, "anchor") == {"docs/a.txt"}


def test_everything_gone_is_found_no_more(corpus: Corpus) -> None:
    for path in corpus.docs.iterdir():
        path.unlink()
    assert corpus.build(yes=True).removed == ("docs/a.txt", "docs/b.txt", "docs/c.txt")
    assert places(corpus.now) == set()
    assert found_by_words(corpus.now, "report") == set()
    assert found_nearby(corpus.now, "anchor", at_least=-1) == set()
    corpus.write(d=text_of(["jungle"]))
    corpus.build()
    assert found_nearby(corpus.now, "jungle") == {"docs/d.txt"}


# Failures


def test_a_failing_file_keeps_its_last_good_version(corpus: Corpus) -> None:
    (corpus.docs / "a.txt").write_bytes(b"")
    report = corpus.build()
    assert [(failure.uri, failure.reason) for failure in report.failures] == [("docs/a.txt", "empty")]
    assert (report.changed, report.removed) == ((), ())
    assert found_by_words(corpus.now, "anchor") == found_nearby(corpus.now, "anchor") == {"docs/a.txt"}
    assert [failure.uri for failure in corpus.now.failures()] == ["docs/a.txt"]


def test_a_failing_file_is_tried_again_only_when_it_changed_or_on_demand(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    parse = ParserProcess.parse

    def noted(process: ParserProcess, uri: str, *rest: Any) -> Any:
        tried.append(uri)
        return parse(process, uri, *rest)

    monkeypatch.setattr(ParserProcess, "parse", noted)
    (corpus.docs / "bad.pdf").write_bytes(b"no PDF")
    assert corpus.build().failures[0].uri == "docs/bad.pdf"
    assert tried == ["docs/bad.pdf"]
    assert corpus.build().failures[0].reason == "damaged", "it is still told"
    assert tried == ["docs/bad.pdf"]
    corpus.build(retry_failed=True)
    assert tried == ["docs/bad.pdf"] * 2
    (corpus.docs / "bad.pdf").write_bytes(b"other bytes")
    corpus.build()
    assert tried == ["docs/bad.pdf"] * 3


def test_a_kind_of_file_that_is_not_read_is_reported(corpus: Corpus) -> None:
    (corpus.docs / "photo.jpg").write_bytes(b"photo")
    for _ in range(2):
        assert [(failure.uri, failure.reason) for failure in corpus.build().failures] == [
            ("docs/photo.jpg", "unsupported")
        ]


def test_failures_that_are_over_are_forgotten(corpus: Corpus) -> None:
    (corpus.docs / "a.txt").write_bytes(b"")
    (corpus.docs / "bad.pdf").write_bytes(b"no PDF")
    corpus.build()
    assert [failure.uri for failure in corpus.now.failures()] == ["docs/a.txt", "docs/bad.pdf"]
    (corpus.docs / "bad.pdf").unlink()
    assert [failure.uri for failure in corpus.build().failures] == ["docs/a.txt"]
    assert [failure.uri for failure in corpus.now.failures()] == ["docs/a.txt"]
    corpus.write(a=A)
    assert corpus.build().failures == ()
    assert corpus.now.failures() == []


def test_too_large_is_reported_and_read_when_allowed(corpus: Corpus) -> None:
    corpus.write(big=text_of(["island"]) + "x" * 1_000_000)
    small = corpus.settings.model_copy(update={"max_file_mb": 1})
    report = build_index(small, embedder=corpus.embedder)
    assert [(failure.uri, failure.reason) for failure in report.failures] == [("docs/big.txt", "too large")]
    assert found_by_words(corpus.now, "island") == set()
    assert corpus.build().failures == ()
    assert found_by_words(corpus.now, "island") == {"docs/big.txt"}
    assert corpus.now.failures() == []


# Folders


def test_a_missing_root_keeps_its_documents(corpus: Corpus, tmp_path: Path) -> None:
    write(tmp_path / "more", {"m.txt": text_of(["island"])})
    corpus.build(paths=[tmp_path / "more"])
    (tmp_path / "more").rename(tmp_path / "away")
    report = corpus.build()
    assert [(failure.uri, failure.reason) for failure in report.failures] == [("more", "missing")]
    assert report.removed == ()
    assert found_by_words(corpus.now, "island") == {"more/m.txt"}
    (tmp_path / "away").rename(tmp_path / "more")
    assert corpus.build().failures == ()


def test_losing_more_than_half_needs_a_yes(corpus: Corpus) -> None:
    (corpus.docs / "a.txt").unlink()
    (corpus.docs / "b.txt").unlink()
    report = corpus.build()
    assert (report.removed, [failure.uri for failure in report.failures]) == ((), ["docs"])
    assert found_by_words(corpus.now, "anchor") == {"docs/a.txt"}
    assert corpus.build(yes=True).removed == ("docs/a.txt", "docs/b.txt")
    assert found_by_words(corpus.now, "anchor") == set()


def test_forget(corpus: Corpus, tmp_path: Path) -> None:
    write(tmp_path / "more", {"m.txt": text_of(["island"])})
    corpus.build(paths=[tmp_path / "more"])
    report = corpus.build(forget=[tmp_path / "more"])
    assert report.removed == ("more/m.txt",)
    assert found_by_words(corpus.now, "island") == set()
    assert found_by_words(corpus.now, "anchor") == {"docs/a.txt"}
    assert corpus.build().failures == (), "the folder is not looked for any more"


def test_forget_a_folder_that_is_gone(corpus: Corpus, tmp_path: Path) -> None:
    write(tmp_path / "more", {"m.txt": text_of(["island"])})
    corpus.build(paths=[tmp_path / "more"])
    (tmp_path / "more" / "m.txt").unlink()
    (tmp_path / "more").rmdir()
    assert corpus.build(forget=[tmp_path / "more"]).removed == ("more/m.txt",)


def test_paths_alone_are_brought_up_to_date(corpus: Corpus, tmp_path: Path) -> None:
    write(tmp_path / "more", {"m.txt": text_of(["island"])})
    settings = IndexSettings(index_dir=corpus.settings.index_dir)
    corpus.write(a=text_of(["hammer"]))
    report = build_index(settings, options=BuildOptions(paths=[tmp_path / "more"]), embedder=corpus.embedder)
    assert (report.added, report.changed) == (("more/m.txt",), ())
    assert build_index(settings, embedder=corpus.embedder).changed == ("docs/a.txt",)


@pytest.mark.parametrize("name", ["docs/sub", "."])
def test_overlapping_folders_are_refused(corpus: Corpus, tmp_path: Path, name: str) -> None:
    (corpus.docs / "sub").mkdir()
    with pytest.raises(RootError, match="overlap") as caught:
        corpus.build(paths=[tmp_path / name])
    assert "--forget" in caught.value.fix


def test_folders_of_one_name_are_told_apart(corpus: Corpus, tmp_path: Path) -> None:
    write(tmp_path / "other" / "docs", {"a.txt": text_of(["island"])})
    assert corpus.build(paths=[tmp_path / "other" / "docs"]).added == ("docs-2/a.txt",)


def test_a_folder_that_does_not_exist_is_an_error(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(RootError, match="does not exist"):
        corpus.build(paths=[tmp_path / "nowhere"])


# Plans


def test_the_plan_is_what_the_build_does_and_writes_nothing(corpus: Corpus) -> None:
    corpus.write(a=text_of(["hammer"]), d=text_of(["island"]))
    (corpus.docs / "b.txt").rename(corpus.docs / "e.txt")
    (corpus.docs / "c.txt").unlink()
    before = corpus.now.generation
    plan = plan_build(corpus.settings)
    assert corpus.now.generation == before
    report = corpus.build()
    for name in ("added", "changed", "renamed", "removed", "unchanged"):
        assert getattr(plan, name) == getattr(report, name)
    assert plan.renamed and plan.added and plan.changed and plan.removed


def test_the_plan_of_no_index_makes_none(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.write(a=A)
    assert plan_build(corpus.settings).added == ("docs/a.txt",)
    assert not corpus.settings.index_dir.exists()
    with pytest.raises(IndexMissing):
        Index(corpus.settings)


# A second epoch


def test_another_embedder_is_refused_with_the_way_out(corpus: Corpus) -> None:
    corpus.embedder = WordCounts("word-counts/2")
    with pytest.raises(IndexMismatch, match="another embedder") as caught:
        corpus.build()
    assert "--full" in caught.value.fix
    assert Index(corpus.settings, corpus.embedder).embedder() is None
    report = corpus.build(full=True)
    assert (report.embedded, report.unchanged) == (5, ("docs/a.txt", "docs/b.txt", "docs/c.txt"))
    assert corpus.build().embedded == 0
    assert found_nearby(corpus.now, "anchor") == {"docs/a.txt"}


def test_another_chunker_is_refused(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "CHUNKER", "sentences-2")
    with pytest.raises(IndexMismatch, match="another chunker"):
        corpus.build()


def test_the_old_index_answers_until_the_new_one_is_whole(corpus: Corpus) -> None:
    corpus.write(a=text_of(["hammer"]))
    seen: list[set[str]] = []

    def look(progress: Progress) -> None:
        seen.append(found_by_words(corpus.now, "anchor", "hammer") | found_nearby(corpus.now, "anchor"))
        assert found_by_words(corpus.now, "hammer") == set()

    report = build_index(corpus.settings, look, options=BuildOptions(full=True), embedder=corpus.embedder)
    assert (report.embedded, report.reused, report.pending) == (1, 3, 0), "vectors of the first epoch are taken over"
    assert len(seen) > 3 and all(found == {"docs/a.txt"} for found in seen)
    assert found_by_words(corpus.now, "hammer") == found_nearby(corpus.now, "hammer") == {"docs/a.txt"}
    assert found_by_words(corpus.now, "anchor") == set()


def test_a_full_build_carries_over_what_cannot_be_read_now(corpus: Corpus) -> None:
    (corpus.docs / "a.txt").write_bytes(b"")
    report = corpus.build(full=True)
    assert [failure.uri for failure in report.failures] == ["docs/a.txt"]
    assert found_by_words(corpus.now, "anchor") == found_nearby(corpus.now, "anchor") == {"docs/a.txt"}


def test_a_full_build_carries_over_equal_files(corpus: Corpus, tmp_path: Path) -> None:
    write(tmp_path / "more", {"1.txt": C, "2.txt": text_of(["island"]), "3.txt": text_of(["island"])})
    corpus.build(paths=[tmp_path / "more"])
    (tmp_path / "more").rename(tmp_path / "away")
    report = corpus.build(full=True)
    assert report.pending == 0
    assert found_by_words(corpus.now, "island") == found_nearby(corpus.now, "island") == {"more/2.txt", "more/3.txt"}
    assert found_by_words(corpus.now, "ember") == {"docs/c.txt", "more/1.txt"}


# The lock, and builds that are ended


def test_a_second_builder_is_told_who_builds(tmp_path: Path) -> None:
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with build_lock(tmp_path):
            held.set()
            done.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(30)
    try:
        with (
            pytest.raises(BuildInProgress, match=rf"process {os.getpid()}, since 20\d\d-"),
            build_lock(tmp_path, wait=0.2),
        ):
            pass
    finally:
        done.set()
        holder.join()
    with build_lock(tmp_path, wait=0.2):
        pass


def test_the_lock_is_held_by_a_build_and_not_after_it(corpus: Corpus) -> None:
    def look(progress: Progress) -> None:
        with pytest.raises(BuildInProgress), build_lock(corpus.settings.index_dir, wait=0):
            pass

    build_index(corpus.settings, look, embedder=corpus.embedder)
    with build_lock(corpus.settings.index_dir, wait=0):
        pass


@pytest.mark.parametrize("stage", ["scan", "read", "embed"])
def test_a_build_can_be_ended_between_two_steps(corpus: Corpus, stage: str) -> None:
    class Enough(Exception):
        pass

    def stop(progress: Progress) -> None:
        if progress.stage == stage:
            raise Enough

    corpus.write(a=text_of(["hammer"]), d=text_of(["island"]))
    with pytest.raises(Enough):
        build_index(corpus.settings, stop, embedder=corpus.embedder)
    found = found_by_words(corpus.now, "anchor", "hammer")
    assert found == {"docs/a.txt"}
    assert found_by_words(corpus.now, "castl") == found_nearby(corpus.now, "castle") == {"docs/b.txt"}
    assert corpus.build().pending == 0
    assert found_by_words(corpus.now, "hammer") == found_nearby(corpus.now, "hammer") == {"docs/a.txt"}
    assert found_nearby(corpus.now, "island") == {"docs/d.txt"}


def test_text_is_found_by_words_before_it_has_vectors(corpus: Corpus) -> None:
    class Broken(WordCounts):
        def embed_passages(self, texts: object) -> object:  # type: ignore[override]
            raise RuntimeError("no model today")

    corpus.write(d=text_of(["island"]))
    with pytest.raises(EmbedderError, match="RuntimeError: no model today"):
        build_index(corpus.settings, embedder=Broken())
    assert found_by_words(corpus.now, "island") == {"docs/d.txt"}
    assert found_nearby(corpus.now, "island") == set()
    assert corpus.now.counts().pending == 1
    report = corpus.build()
    assert (report.embedded, report.pending) == (1, 0), "although no file has changed"
    assert found_nearby(corpus.now, "island") == {"docs/d.txt"}


def test_progress_counts_up_to_the_total(corpus: Corpus) -> None:
    told: list[Progress] = []
    corpus.write(a=text_of(["hammer"]), d=text_of(["island"], ["jungle"]))
    build_index(corpus.settings, told.append, embedder=corpus.embedder)
    read = [(p.done, p.total) for p in told if p.stage == "read"]
    assert read == [(1, 2), (2, 2)]
    assert [(p.done, p.total) for p in told if p.stage == "embed"][-1] == (3, 3)
    assert [p.done for p in told if p.stage == "scan"] == [1, 2, 3, 4]


# Any history


NAMES = st.sampled_from(["a.txt", "b.txt", "sub/c.txt", "d.md"])
TEXTS = st.lists(st.sampled_from([(word,) for word in WORDS[:4]]), min_size=1, max_size=3).map(lambda p: text_of(*p))
VERSIONS = st.dictionaries(NAMES, TEXTS, max_size=4)


@settings(max_examples=6, phases=[Phase.generate])
@given(st.lists(st.tuples(VERSIONS, st.booleans()), min_size=2, max_size=3))
def test_any_history_ends_like_a_fresh_build(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[dict[str, str], bool]]
) -> None:
    """Each step makes the folder hold exactly the given files; some builds are full ones."""
    folder = tmp_path_factory.mktemp("history")
    corpus = Corpus(folder)
    for files, full in history:
        for path in [path for path in corpus.docs.rglob("*") if path.is_file()]:
            path.unlink()
        write(corpus.docs, files)
        report = corpus.build(yes=True, full=full)
        assert (report.pending, report.failures) == (0, ())
    fresh = Corpus(folder)
    fresh.settings = fresh.settings.model_copy(update={"index_dir": folder / "fresh"})
    fresh.build()
    try:
        assert places(corpus.now) == places(fresh.now)
        assert {(uri, text) for uri, _, _, text in places(corpus.now)} == {
            (f"docs/{name}", part) for name, text in history[-1][0].items() for part in text.strip().split("\n\n")
        }
        for word, term in zip(WORDS[:4], ("anchor", "bridg", "castl", "dragon"), strict=True):
            assert found_by_words(corpus.now, term) == found_by_words(fresh.now, term)
            assert found_nearby(corpus.now, word) == found_nearby(fresh.now, word)
            only = Filters(uri="docs/sub/")
            hits = [snapshot.words([term], 99, only) for snapshot in (corpus.now, fresh.now)]
            assert len(hits[0]) == len(hits[1])
    finally:
        corpus.close()
        fresh.close()
