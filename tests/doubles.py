"""What the tests of the index share: an embedder to check by hand, small documents, builds in another process."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from importlib import import_module
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tantivy
from numpy.typing import NDArray

from index.build import build_index
from index.catalog import sweep as sweeping
from index.chunk import embedding_input
from index.doctor import probe as vector_probe
from index.doctor.examine import examine
from index.settings import IndexSettings
from index.snapshot import Index, Snapshot
from index.types import BuildOptions
from index.vectors.store import VectorStore

Vectors = NDArray[np.float32]
Place = tuple[str, int, int, str]

WORDS = ("anchor", "bridge", "castle", "dragon", "ember", "forest", "garden", "hammer", "island", "jungle")


class WordCounts:
    """Embeds a text as how often each of WORDS stands in it, then a 1, divided by the length.

    "anchor anchor bridge" is (2, 1, 0, 0, ..., 1) / sqrt(6). `texts` are all the passages it was asked for.
    """

    def __init__(self, fingerprint: str = "word-counts/1") -> None:
        self.fingerprint = fingerprint
        self.texts: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return np.stack([counts(text) for text in texts]) if texts else np.zeros((0, len(WORDS) + 1), np.float32)

    def embed_query(self, text: str) -> Vectors:
        return counts(text)


def counts(text: str) -> Vectors:
    found = Counter(re.findall(r"[a-z]+", text.lower()))
    row = np.array([*(found[word] for word in WORDS), 1], dtype=np.float32)
    return row / np.float32(np.linalg.norm(row))


def paragraph(*markers: str) -> str:
    """90 words of English that hold each marker once: as one paragraph of a text file it becomes one passage."""
    first = f"The report of the day names {' and '.join(markers)} and then goes on."
    left = 90 - len(first.split())
    plain = "Nothing else of note was seen by the people who live near the old wall.".split()
    words = [plain[at % len(plain)] for at in range(left)]
    words[-1] = words[-1].removesuffix(".") + "."
    return f"{first} {' '.join(words)}"


def text_of(*paragraphs: Sequence[str]) -> str:
    """A document with one passage for each tuple of markers."""
    return "\n\n".join(paragraph(*markers) for markers in paragraphs) + "\n"


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def index_settings(folder: Path, **values: Any) -> IndexSettings:
    """An index of `folder`/docs in `folder`/index; makes the first of them."""
    (folder / "docs").mkdir(exist_ok=True)
    return IndexSettings(**{"index_dir": folder / "index", "seeds_dir": folder / "docs", **values})


def places(snapshot: Snapshot, ids: Collection[int] | None = None) -> set[Place]:
    """(uri, start, end, text) of the live passages, or of those ids. Checks that each is its slice."""
    found = set()
    for listed in snapshot.documents():
        document = snapshot.document(listed.id)
        at = 0
        for passage in snapshot.neighbours(document.id):
            assert passage.text == document.text[passage.start : passage.end]
            assert passage.start >= at, "passages overlap"
            at = passage.end
            if ids is None or passage.id in ids:
                found.add((document.uri, passage.start, passage.end, passage.text))
    return found


def found_by_words(snapshot: Snapshot, *terms: str) -> set[str]:
    """Uris of the documents that hold any of the index terms."""
    hits = [passage_id for passage_id, _ in snapshot.words(terms, 1_000)]
    return {uri for uri, *_ in places(snapshot, hits)} if hits else set()


def found_nearby(snapshot: Snapshot, text: str, at_least: float = 0.999) -> set[str]:
    """Uris of the documents with a passage whose vector is that of the text."""
    hits = [passage_id for passage_id, score in snapshot.nearest(counts(text), 1_000) if score >= at_least]
    return {uri for uri, *_ in places(snapshot, hits)} if hits else set()


def lexical_ids(folder: Path) -> list[int]:
    """The passage ids that a word index holds."""
    searcher = tantivy.Index.open(str(folder)).searcher()
    if not searcher.num_docs:
        return []
    hits = searcher.search(tantivy.Query.all_query(), limit=searcher.num_docs).hits
    return sorted(int(str(i)) for i in searcher.fast_field_values("id", [address for _, address in hits]))


def words_name(index_dir: Path, epoch: int = 1) -> str:
    """The folder that the catalog names for the words of an epoch."""
    return str(rows(index_dir, f"SELECT words FROM epochs WHERE id = {epoch}")[0][0])


def rows(index_dir: Path, query: str) -> list[Any]:
    """Rows of the catalog, read beside all of its code."""
    connection = sqlite3.connect(index_dir / "catalog.sqlite")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def check_readable(settings: IndexSettings, pending: int | None = None) -> None:
    """Whatever happened to a build: what a reader sees hangs together. Every document must hold the word "report"."""
    index = Index(settings, WordCounts())
    try:
        snapshot = index.snapshot()
        places(snapshot)
        live = {p.id: (d, p) for d in snapshot.documents() for p in snapshot.neighbours(d.id)}
        words = [passage_id for passage_id, _ in snapshot.words(["report"], 1_000)]
        assert sorted(words) == sorted(live), f"found by words: {words}, live: {sorted(live)}"
        unembedded = snapshot.counts().pending
        near = [passage_id for passage_id, _ in snapshot.nearest(counts("anchor"), 1_000)]
        assert set(near) <= live.keys() and len(near) == len(set(near)) == len(live) - unembedded
        for passage_id in near:
            document, passage = live[passage_id]
            vector = counts(embedding_input(document.title, passage.headings, passage.text))
            assert abs(snapshot.similarities(vector, [passage_id])[passage_id] - 1) < 1e-5
        assert pending in (None, unembedded), f"{unembedded} passages have no vector"
    finally:
        index.close()


def check_whole(settings: IndexSettings, epoch: int = 1) -> None:
    """A finished build: everything live has words and a vector of its own, and nothing else is left anywhere."""
    check_readable(settings, pending=0)
    folder = settings.index_dir
    never = 2**62
    leftovers = {
        "reserved passages": "SELECT passage_id FROM orphans",
        "reserved segments": f"SELECT name FROM segments WHERE born = {never}",
        "contents of no document": "SELECT id FROM contents WHERE id NOT IN (SELECT content_id FROM documents)",
        "parts of no content": "SELECT * FROM parts WHERE content_id NOT IN (SELECT id FROM contents)",
        "placements of no content": "SELECT * FROM placements WHERE content_id NOT IN (SELECT id FROM contents)",
        "passages of no placement": "SELECT id FROM passages WHERE id NOT IN (SELECT passage_id FROM placements)",
        "vectors of no passage": "SELECT * FROM vectors WHERE passage_id NOT IN (SELECT id FROM passages)",
        "vectors of no segment": "SELECT * FROM vectors WHERE segment_id NOT IN (SELECT id FROM segments)",
    }
    left = {what: found for what, query in leftovers.items() if (found := rows(folder, query))}
    assert not left, f"left behind: {left}"
    in_words, in_catalog = (
        lexical_ids(folder / "words" / words_name(folder, epoch)),
        [r[0] for r in rows(folder, "SELECT id FROM passages ORDER BY id")],
    )
    assert in_words == in_catalog, f"the word index holds {in_words}, the catalog {in_catalog}"
    assert [path.name for path in (folder / "words").iterdir()] == [words_name(folder, epoch)]
    store = VectorStore(folder / "vectors")
    try:
        extra = store.names() ^ {row[0] for row in rows(folder, "SELECT name FROM segments")}
        assert not extra, f"collections without a row, or rows without a collection: {extra}"
    finally:
        store.close()


def seen(settings: IndexSettings) -> dict[str, Any]:
    """What a reader sees, without any id: every place, and for each of WORDS what holds it and how near all are."""
    index = Index(settings, WordCounts())
    try:
        snapshot = index.snapshot()
        where: dict[int, list[Place]] = {}
        for listed in snapshot.documents():
            for p in snapshot.neighbours(listed.id):
                where.setdefault(p.id, []).append((listed.uri, p.start, p.end, p.text))
        told: dict[str, Any] = {"places": sorted(map(sorted, where.values())), "counts": snapshot.counts()}
        for word in WORDS:
            near = sorted((sorted(where[i]), round(score, 5)) for i, score in snapshot.nearest(counts(word), 1_000))
            told[word] = (near, sorted(sorted(where[i]) for i, _ in snapshot.words([word], 1_000)))
        return told
    finally:
        index.close()


def seen_afresh(settings: IndexSettings, folder: Path) -> dict[str, Any]:
    """The same of an index of the same documents that is made in `folder`, in one go."""
    fresh = IndexSettings(index_dir=folder, seeds_dir=settings.seeds_dir)
    build_index(fresh, embedder=WordCounts())
    return seen(fresh)


def findings(settings: IndexSettings) -> list[str]:
    """What an examination finds; Chroma is read in this process, since another takes a second to start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vector_probe, "run_apart", vector_probe.events)
        return [one.check + ": " + one.message for one in examine(settings, WordCounts()).findings]


# Processes


def processes() -> ForkServerContext:
    """Processes that start with the slow packages loaded and with no thread or client of this one."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["chromadb", "tantivy", "tokenizers", "numpy", "sqlalchemy"])
    return context


def run_in_child(function: Callable[..., None], *args: Any) -> int | None:
    """Runs a function of this module in another process; returns its exit code, -9 when it was killed."""
    child = processes().Process(target=function, args=args)
    child.start()
    child.join(60)
    assert not child.is_alive(), "the child does not end"
    return child.exitcode


def build_in_child(settings: IndexSettings, options: BuildOptions | None = None) -> None:
    build_index(settings, options=options, embedder=WordCounts())


def build_until(settings: IndexSettings, options: BuildOptions, target: str, nth: int, after: bool) -> None:
    """Builds, sweeping at once and with a segment a vector, and kills the process at the nth call of `target`."""
    import index.segments as segments

    segments.EMBED_TOGETHER = segments.FIRST_VECTORS = segments.MOST_VECTORS = 1
    segments.TIER_SEGMENTS = segments.MOST_SEGMENTS = 4
    sweep_at_once()
    kill_at(target, nth, after)
    build_index(settings, options=options, embedder=WordCounts())


def kill_at(target: str, nth: int, after: bool) -> None:
    """Has this process killed at the nth call of `target`, "module:name"."""
    module, _, dotted = target.partition(":")
    owner: Any = import_module(module)
    *path, name = dotted.split(".")
    for step in path:
        owner = getattr(owner, step)
    original = getattr(owner, name)
    calls = 0

    def deadly(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == nth and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **kwargs)
        if calls == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, deadly)


def sweep_at_once() -> None:
    """No generation but the newest is kept."""
    sweeping.KEEP_SECONDS, sweeping.KEEP_BUILDS = -1.0, 0


def write_segment(folder: Path, name: str, ids: list[int], vectors: list[list[float]], delete: str | None) -> None:
    store = VectorStore(folder)
    store.create(name, ids, np.array(vectors, dtype=np.float32))
    if delete is not None:
        store.delete(delete)
    store.close()


def sweep_now(patch: pytest.MonkeyPatch) -> None:
    """The same in this process, until the test ends."""
    patch.setattr(sweeping, "KEEP_SECONDS", -1.0)
    patch.setattr(sweeping, "KEEP_BUILDS", 0)
