"""The one door through which asking sees the stores: a read view at one generation.

`Index.snapshot()` notices a new generation by itself; a Snapshot never changes. The generation is read first, then the
word index is reloaded: it can hold more than the generation shows, never less, and the catalog hides the rest.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from index.catalog import State, open_engine
from index.catalog_read import CatalogReader, Counts
from index.embed import Embedder, configured_fingerprint, open_embedder
from index.errors import IndexMissing, StaleSnapshot
from index.lexical import LexicalIndex, WordSearcher, analyze, content_terms
from index.settings import IndexSettings
from index.types import Document, Failure, Filters, Passage
from index.vectors import VectorStore

if TYPE_CHECKING:
    from index.embed import Vectors

EXACT_LIMIT = 4_000
CACHED_DOCUMENTS = 512

__all__ = ["Index", "Snapshot", "analyze", "content_terms"]


class Index:
    """An index folder opened for reading. Safe from several threads; close it when done.

    Raises IndexMissing when the folder holds no index.
    """

    def __init__(self, settings: IndexSettings, embedder: Any = None) -> None:
        self._engine = open_engine(settings.index_dir)
        self.catalog = CatalogReader(self._engine)
        self.vectors = VectorStore(settings.index_dir / "vectors")
        self._settings = settings
        self._given = embedder
        self._embedder: Embedder | None = None
        self._words: dict[int, LexicalIndex] = {}
        self._current: Snapshot | None = None
        self._lock = threading.Lock()
        self.document = lru_cache(maxsize=CACHED_DOCUMENTS)(self.catalog.document)

    def snapshot(self) -> Snapshot:
        """A view of the newest generation; the same object as long as nothing was published."""
        with self._lock:
            state = self.catalog.state()
            if self._current is None or _view(self._current.state) != _view(state):
                if self.catalog.embedder(state.epoch) is None:
                    raise IndexMissing("The index is empty.", "Build it: citewise index FOLDER")
                if state.epoch not in self._words:
                    folder = words_folder(self._settings, state.epoch)
                    self._words = {state.epoch: LexicalIndex(folder)}
                self._current = Snapshot(self, state, self._words[state.epoch].searcher())
            return self._current

    def embedder(self) -> Embedder | None:
        """The embedder of the live vectors, or None when the configured one is another."""
        with self._lock:
            live = self.catalog.embedder(self.catalog.state().epoch)
            if live != configured_fingerprint(self._settings, self._given):
                return None
            if self._embedder is None:
                self._embedder = open_embedder(self._settings, self._given)
            return self._embedder

    def close(self) -> None:
        self.vectors.close()
        self._engine.dispose()


class Snapshot:
    """The index as of one generation. Any method may raise StaleSnapshot: take a new one and ask again."""

    def __init__(self, index: Index, state: State, searcher: WordSearcher) -> None:
        self._index = index
        self._searcher = searcher
        self.state = state
        self._segments = tuple(index.catalog.segments(state))

    @property
    def generation(self) -> int:
        return self.state.generation

    def words(self, terms: Sequence[str], limit: int, filters: Filters | None = None) -> list[tuple[int, float]]:
        """(passage id, BM25) of the best live passages that hold any of the terms."""
        allowed = self._allowed(filters)
        return self._live_first(lambda n: self._searcher.search(terms, n, allowed), limit)

    def nearest(self, vector: Vectors, limit: int, filters: Filters | None = None) -> list[tuple[int, float]]:
        """(passage id, cosine) of the live passages nearest to a query vector of length 1."""
        allowed = self._allowed(filters)
        if allowed is not None and len(allowed) <= EXACT_LIMIT:
            scores = self.similarities(vector, allowed)
            self._ensure_kept()
            return sorted(scores.items(), key=lambda hit: (-hit[1], hit[0]))[:limit]
        return self._nearest_live(vector, limit, allowed)

    def similarities(self, vector: Vectors, ids: Collection[int]) -> dict[int, float]:
        """Exact cosine of each of the passages that has a vector."""
        scores: dict[int, float] = {}
        for name, some in self._index.catalog.segments_of(ids, self.state).items():
            found, rows = self._index.vectors.get(name, some)
            scores.update(zip(found, (rows @ vector).tolist() if found else [], strict=True))
        return scores

    def passages(self, ids: Collection[int], filters: Filters | None = None) -> list[Passage]:
        """Every live place of the passages, by (passage id, document id, ordinal)."""
        found = self._index.catalog.passages(ids, self.state, filters)
        self._ensure_kept()
        return found

    def neighbours(self, document_id: int) -> list[Passage]:
        """All passages of a document, in order."""
        return self._index.catalog.document_passages(document_id)

    def document(self, document_id: int) -> Document:
        found = self._index.document(document_id)
        if found is None:
            raise StaleSnapshot(f"The document {document_id} was swept.", "Take a new snapshot.")
        return found

    def document_at(self, uri: str) -> Document | None:
        return self._index.catalog.document_at(uri, self.state)

    def documents(self) -> list[Document]:
        """All live documents by uri, without their text."""
        return self._index.catalog.documents(self.state)

    def gone(self, document_ids: Iterable[int]) -> set[int]:
        """Those of the documents that this generation does not show."""
        return self._index.catalog.gone(document_ids, self.state)

    def indexed_texts(self, ids: Collection[int]) -> list[tuple[int, str, tuple[str, ...], str]]:
        return list(self._index.catalog.indexed_texts(ids))

    def idf(self, term: str) -> float:
        return self._searcher.idf(term)

    def counts(self) -> Counts:
        return self._index.catalog.counts(self.state)

    def failures(self) -> list[Failure]:
        return self._index.catalog.failures()

    def _allowed(self, filters: Filters | None) -> set[int] | None:
        return self._index.catalog.allowed(filters, self.state) if filters else None

    def _live_first(self, ask: Any, limit: int) -> list[tuple[int, float]]:
        """Asks for more until enough of what comes back is live, or nothing more comes."""
        asked = limit
        while True:
            hits = ask(asked)
            live = self._index.catalog.live({passage_id for passage_id, _ in hits}, self.state)
            kept = [hit for hit in hits if hit[0] in live]
            if len(kept) >= limit or len(hits) < asked:
                self._ensure_kept()
                return kept[:limit]
            asked *= 4

    def _nearest_live(self, vector: Vectors, limit: int, allowed: set[int] | None) -> list[tuple[int, float]]:
        """Asks each segment for more until it has given enough live ones or ends: dead ones hide none behind them."""
        unfinished = {segment.name: segment.size for segment in self._segments}
        found: list[tuple[int, float]] = []
        asked = limit
        while unfinished:
            replies = self._index.vectors.nearest_each(list(unfinished), vector, asked)
            live = self._index.catalog.live({hit[0] for hits in replies.values() for hit in hits}, self.state)
            for name, hits in replies.items():
                kept = [hit for hit in hits if hit[0] in live and (allowed is None or hit[0] in allowed)]
                if len(kept) >= limit or asked >= unfinished[name]:
                    found += kept
                    del unfinished[name]
            asked *= 4
        self._ensure_kept()
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:limit]

    def _ensure_kept(self) -> None:
        if self._index.catalog.state().oldest > self.generation:
            raise StaleSnapshot("The generation being read was swept.", "Take a new snapshot.")


def words_folder(settings: IndexSettings, epoch: int) -> Any:
    return settings.index_dir / "words" / str(epoch)


def _view(state: State) -> tuple[int, int]:
    return state.epoch, state.generation
