"""The plan of a build: what it tells beforehand is what the build then does."""

from __future__ import annotations

from pathlib import Path

import pytest
from doubles import WordCounts, index_settings, text_of, write

from index import build as building
from index.build import build_index
from index.errors import EmbedderError
from index.preview import plan_build
from index.settings import IndexSettings
from index.static import StaticVectors
from index.types import BuildOptions, Progress

FIRST = {"a.txt": text_of(["anchor"], ["bridge"]), "b.txt": text_of(["castle"]), "c.txt": text_of(["dragon"])}


@pytest.fixture
def settings(tmp_path: Path) -> IndexSettings:
    made = index_settings(tmp_path)
    write(made.seeds_dir, FIRST)
    return made


def test_the_first_plan_counts_every_passage(settings: IndexSettings) -> None:
    plan = plan_build(settings, embedder=WordCounts())
    assert (len(plan.added), plan.to_embed) == (3, 4)
    assert plan.seconds is not None and plan.seconds < 1, "as fast as the sample was embedded"
    assert build_index(settings, embedder=WordCounts()).embedded == 4


def test_only_new_words_count(settings: IndexSettings) -> None:
    """A change of one of two passages, a rename, a copy and a file that is gone."""
    build_index(settings, embedder=WordCounts())
    docs = settings.seeds_dir
    write(docs, {"a.txt": text_of(["anchor"], ["ember"]), "copy.txt": FIRST["b.txt"]})
    (docs / "b.txt").rename(docs / "renamed.txt")
    (docs / "c.txt").unlink()
    plan = plan_build(settings, embedder=WordCounts())
    assert plan.to_embed == 1 == build_index(settings, embedder=WordCounts()).embedded
    nothing = plan_build(settings, embedder=WordCounts())
    assert nothing.is_empty and (nothing.to_embed, nothing.seconds) == (0, 0.0)


def test_what_an_ended_build_left_counts(settings: IndexSettings) -> None:
    class Broken(WordCounts):
        def embed_passages(self, texts: object) -> object:  # type: ignore[override]
            raise RuntimeError("no model today")

    with pytest.raises(EmbedderError):
        build_index(settings, embedder=Broken())
    plan = plan_build(settings, embedder=WordCounts())
    assert plan.is_empty and plan.to_embed == 4


def test_a_plan_of_a_full_build_takes_over_equal_inputs(settings: IndexSettings) -> None:
    build_index(settings, embedder=WordCounts())
    full = BuildOptions(full=True)
    assert plan_build(settings, options=full, embedder=WordCounts()).to_embed == 0
    assert plan_build(settings, options=full, embedder=WordCounts("word-counts/2")).to_embed == 4


def test_a_new_chunker_keeps_the_vectors_of_passages_that_stay(
    settings: IndexSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index(settings, embedder=WordCounts())
    monkeypatch.setattr(building, "CHUNKER", "another one that cuts alike")
    write(settings.seeds_dir, {"d.txt": text_of(["forest"])})
    embedder = WordCounts()
    report = build_index(settings, options=BuildOptions(full=True), embedder=embedder)
    assert (report.embedded, len(embedder.texts), report.pending) == (1, 1, 0)
    assert report.reused == 4


def test_a_file_that_cannot_be_read_is_told_before(settings: IndexSettings) -> None:
    write(settings.seeds_dir, {"empty.txt": "", "words.pdf": "no PDF"})
    plan = plan_build(settings, embedder=WordCounts())
    assert {failure.uri: failure.reason for failure in plan.failures} == {
        "docs/empty.txt": "empty",
        "docs/words.pdf": "damaged",
    }
    assert plan.added == ("docs/a.txt", "docs/b.txt", "docs/c.txt")


def test_without_counting_no_file_is_read(settings: IndexSettings) -> None:
    told: list[Progress] = []
    plan = plan_build(settings, told.append, count=False)
    assert (len(plan.added), plan.to_embed, plan.seconds) == (3, None, None)
    assert {progress.stage for progress in told} == {"scan"}


def test_the_speed_of_earlier_builds_is_used(settings: IndexSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty passages in 40 seconds, says the clock of the first build: two seconds each."""
    import time

    write(settings.seeds_dir, {f"{n}.txt": text_of(["ember"] * n) for n in range(1, 17)})
    seconds = iter(range(0, 10_000, 40))
    monkeypatch.setattr(time, "perf_counter", lambda: float(next(seconds)))
    assert build_index(settings, embedder=WordCounts()).embedded == 20
    write(settings.seeds_dir, {"new.txt": text_of(["forest"], ["garden"])})
    plan = plan_build(settings, embedder=WordCounts())
    assert (plan.to_embed, plan.seconds) == (2, 4.0)


def test_no_endpoint_is_asked_for_its_speed(settings: IndexSettings) -> None:
    endpoint = settings.model_copy(update={"embedder": "openai:m", "openai_base_url": "http://127.0.0.1:9"})
    plan = plan_build(endpoint)
    assert (plan.to_embed, plan.seconds) == (4, None)


def test_an_embedder_that_cannot_be_loaded_leaves_the_count(
    settings: IndexSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.errors import EmbedderError

    def missing(self: StaticVectors, texts: object) -> object:
        raise EmbedderError("not there", "install it")

    monkeypatch.setattr(StaticVectors, "embed_passages", missing)
    plan = plan_build(settings.model_copy(update={"embedder": "fast"}))
    assert (plan.to_embed, plan.seconds) == (4, None)
