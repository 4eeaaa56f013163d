"""`index --purge`: of a deleted document no file of the index holds a word, a term or a vector any more."""

from __future__ import annotations

from pathlib import Path

import pytest
from doubles import WordCounts, check_whole, counts, found_by_words, found_nearby, index_settings, text_of, write

from index.build import build_index
from index.chunk import embedding_input
from index.settings import IndexSettings
from index.snapshot import Index
from index.types import BuildOptions

SECRET = "quetzalcoatlus"
KEPT = {f"{name}.txt": text_of([name]) for name in ("anchor", "bridge", "castle", "dragon")}


def holding(settings: IndexSettings, wanted: bytes) -> list[str]:
    """The files of the index in which the bytes stand."""
    files = [path for path in settings.index_dir.rglob("*") if path.is_file()]
    return sorted(str(path.relative_to(settings.index_dir)) for path in files if wanted in path.read_bytes())


@pytest.fixture
def settings(tmp_path: Path) -> IndexSettings:
    """Four documents that stay, and one with a word of its own that is deleted after the first build."""
    made = index_settings(tmp_path)
    write(made.seeds_dir, {**KEPT, "secret.txt": text_of([SECRET, "ember", "ember"])})
    build_index(made, embedder=WordCounts())
    (made.seeds_dir / "secret.txt").unlink()
    return made


def secret_vector(settings: IndexSettings) -> bytes:
    text = text_of([SECRET, "ember", "ember"]).strip()
    return counts(embedding_input("", (), text)).tobytes()


def test_a_purge_leaves_nothing_of_a_deleted_document(settings: IndexSettings) -> None:
    build_index(settings, embedder=WordCounts())
    stem, vector = SECRET[:-2].encode(), secret_vector(settings)
    assert holding(settings, stem) and holding(settings, vector), "a deleted text is kept for readers for a while"

    report = build_index(settings, options=BuildOptions(purge=True), embedder=WordCounts())

    assert (report.embedded, report.removed) == (0, ())
    assert holding(settings, stem) == holding(settings, vector) == []
    assert holding(settings, b"secret.txt") == []
    check_whole(settings)


def test_a_purge_in_the_build_that_finds_the_deletion(settings: IndexSettings) -> None:
    report = build_index(settings, options=BuildOptions(purge=True), embedder=WordCounts())
    assert report.removed == ("docs/secret.txt",)
    assert holding(settings, SECRET[:-2].encode()) == holding(settings, secret_vector(settings)) == []


def test_an_open_reader_goes_on_through_a_purge(settings: IndexSettings) -> None:
    index = Index(settings, WordCounts())
    try:
        assert found_by_words(index.snapshot(), "anchor") == {"docs/anchor.txt"}
        assert found_by_words(index.snapshot(), "ember") == {"docs/secret.txt"}
        build_index(settings, options=BuildOptions(purge=True), embedder=WordCounts())
        assert found_by_words(index.snapshot(), "anchor") == {"docs/anchor.txt"}
        assert found_nearby(index.snapshot(), "bridge") == {"docs/bridge.txt"}
        assert found_by_words(index.snapshot(), "ember") == set()
    finally:
        index.close()


def test_answers_are_the_same_after_a_purge(settings: IndexSettings) -> None:
    build_index(settings, embedder=WordCounts())
    before = Index(settings, WordCounts())
    ranked = before.snapshot().words(["report", "anchor"], 10)
    near = before.snapshot().nearest(counts("castle"), 10)
    before.close()
    build_index(settings, options=BuildOptions(purge=True), embedder=WordCounts())
    after = Index(settings, WordCounts())
    assert [i for i, _ in after.snapshot().words(["report", "anchor"], 10)] == [i for i, _ in ranked]
    assert after.snapshot().nearest(counts("castle"), 10) == near
    after.close()
