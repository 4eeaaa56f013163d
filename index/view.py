"""What one generation of an index shows. Whoever asks, asks a Snapshot; `Index.snapshot()` gives the newest.

The ids it shows are read from the catalog once, and are ascending arrays: what words and vectors find is held against
them without a query.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from index.catalog.read import Counts
from index.catalog.tables import State
from index.errors import StaleSnapshot
from index.ids import best, best_first, seen
from index.lexical import WordSearcher
from index.terms import Analysed, Terms, analysed, plain_words, question_terms, stems
from index.types import Document, Failure, Filters, IndexedText, Passage
from index.vectors.store import SCAN_ROWS

if TYPE_CHECKING:
    from index.embed import Vectors
    from index.ids import Ids
    from index.snapshot import Index

# Up to so many allowed passages are named to the word index, and are scored one by one where a segment lacks its copy.
EXACT_LIMIT = 4_000
# The words of a filtered search are asked for somewhat more than the share of the allowed passages makes likely.
SPARE = 1.5
CACHED_FILTERS = 16
CACHED_POSITIONS = 128
CACHED_PASSAGES = 2_000
PHRASE_LIMIT = 20_000
LANGUAGES = 4


class Snapshot:
    """The index as of one generation. Any method may raise StaleSnapshot: take a new one and ask again."""

    def __init__(self, index: Index, state: State, searcher: WordSearcher, live: Ids | None = None) -> None:
        self._index = index
        self._searcher = searcher
        self.state = state
        self.known_live = live
        self._segments = tuple(index.catalog.segments(state))
        self._allowed = lru_cache(maxsize=CACHED_FILTERS)(self._read_allowed)
        self._positions = lru_cache(maxsize=CACHED_POSITIONS)(self._find_positions)
        self._lock = threading.Lock()

    @property
    def generation(self) -> int:
        return self.state.generation

    @property
    def segment_names(self) -> frozenset[str]:
        return frozenset(segment.name for segment in self._segments)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Of the documents, the commonest first."""
        return tuple(self._index.catalog.languages(self.state))

    @cached_property
    def outlets(self) -> tuple[str, ...]:
        return tuple(self._index.catalog.outlets(self.state))

    def terms(self, question: str) -> Terms:
        """The content words of a question, as the documents' languages write them."""
        return question_terms(question, self.languages[:LANGUAGES])

    def words(
        self, terms: Sequence[str], limit: int, filters: Filters | None = None, exact: Sequence[str] = ()
    ) -> list[tuple[int, float]]:
        """(passage id, BM25) of the best live passages that hold any of the terms or exact forms."""
        visible = self._visible(filters)
        asked, named = limit, None
        if filters and len(visible) <= EXACT_LIMIT:
            named = visible.tolist()
        elif filters and len(visible):
            asked = math.ceil(SPARE * limit * len(self._visible(None)) / len(visible))
        while True:
            hits = self._searcher.search(terms, asked, named, exact)
            kept = seen(hits, visible)
            if len(kept) >= limit or len(hits) < asked:
                self._ensure_kept()
                return kept[:limit]
            asked *= 4

    def nearest(self, vector: Vectors, limit: int, filters: Filters | None = None) -> list[tuple[int, float]]:
        """(passage id, cosine) of the live passages nearest to a query vector of length 1."""
        visible = self._visible(filters)
        found: list[tuple[int, float]] = []
        large: dict[str, int] = {}
        for segment in self._segments:
            rows = self._index.vectors.rows(segment.name)
            if rows is not None and (filters or segment.size <= SCAN_ROWS):
                at = self._positions(segment.name, filters)
                found += best(rows.ids[at], rows.cosines(vector, at), limit)
            elif filters and len(visible) <= EXACT_LIMIT:
                found += best(*self._index.vectors.cosines(segment.name, vector, visible), limit)
            else:
                large[segment.name] = segment.size
        found += self._nearest_by_graph(large, vector, limit, visible)
        self._ensure_kept()
        return sorted(found, key=best_first)[:limit]

    def similarities(self, vector: Vectors, ids: Collection[int]) -> dict[int, float]:
        """Exact cosine of each of the passages that has a vector."""
        import numpy as np

        wanted = np.unique(np.fromiter(ids, dtype=np.int64, count=len(ids)))
        scores: dict[int, float] = {}
        for segment in self._segments:
            found, cosines = self._index.vectors.cosines(segment.name, vector, wanted)
            scores.update(zip(found.tolist(), cosines.tolist(), strict=True))
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
        return self.documents_by_id([document_id])[document_id]

    def documents_by_id(self, document_ids: Iterable[int]) -> dict[int, Document]:
        """The documents of hits, all read together."""
        wanted = set(document_ids)
        found = self._index.documents(wanted)
        if swept := wanted - found.keys():
            raise StaleSnapshot(f"The document {min(swept)} was swept.", "Take a new snapshot.")
        return found

    def document_at(self, uri: str) -> Document | None:
        return self._index.catalog.document_at(uri, self.state)

    def documents(self) -> list[Document]:
        """All live documents by uri, without their text."""
        return self._index.catalog.documents(self.state)

    def gone(self, document_ids: Iterable[int]) -> set[int]:
        """Those of the documents that this generation does not show."""
        return self._index.catalog.gone(document_ids, self.state)

    def indexed_texts(self, ids: Collection[int]) -> list[IndexedText]:
        return list(self._index.catalog.indexed_texts(ids))

    def analysed(self, ids: Collection[int]) -> dict[int, Analysed]:
        """The terms of the passages, by id. They never change, so those asked for lately are kept."""
        kept = self._index.analysed
        found = {passage_id: one for passage_id in ids if (one := kept.get(passage_id)) is not None}
        for row in self.indexed_texts([passage_id for passage_id in ids if passage_id not in found]):
            found[row.id] = kept[row.id] = analysed(row.title, row.headings, row.text, row.language)
        while len(kept) > CACHED_PASSAGES:
            kept.popitem(last=False)
        if len(found) < len(set(ids)):
            raise StaleSnapshot("Passages of the generation being read were swept.", "Take a new snapshot.")
        return found

    def vectors(self, ids: Collection[int]) -> dict[int, Vectors]:
        """The vectors of those of the passages that have one, by id."""
        found: dict[int, Vectors] = {}
        for segment in self._segments:
            held, rows = self._index.vectors.get(segment.name, sorted(ids))
            found.update(zip(held, rows, strict=True))
        return found

    def idf(self, *forms: str) -> float:
        """Inverse document frequency of a term, given by its forms."""
        return self._searcher.idf(*forms)

    def counts(self) -> Counts:
        return self._index.catalog.counts(self.state)

    def passages_of_documents(self) -> dict[int, tuple[int, int]]:
        """How many passages each document has, and how many of them have no vector yet, by its id."""
        return self._index.catalog.passages_of_documents(self.state)

    def failures(self) -> list[Failure]:
        return self._index.catalog.failures(self.state)

    def roots(self) -> dict[str, str]:
        """The folders that are indexed, as they are now: path by name."""
        return self._index.catalog.roots()

    def _visible(self, filters: Filters | None) -> Ids:
        """Ids of the live passages that the filters let through, ascending."""
        if filters:
            return self._allowed(filters)
        with self._lock:
            if self.known_live is None:
                live = self._index.catalog.all_live(self.state)
                self._ensure_kept()
                self.known_live = live
            return self.known_live

    def _read_allowed(self, filters: Filters) -> Ids:
        import numpy as np

        allowed = self._index.catalog.allowed(filters, self.state)
        if filters.phrase is not None:
            allowed = np.intersect1d(allowed, self._with_phrase(filters.phrase), assume_unique=True)
        self._ensure_kept()
        return allowed

    def _with_phrase(self, phrase: str) -> Ids:
        """Ids of the passages that hold the words of a phrase in a row, in any case; of the first 20,000 at most."""
        import numpy as np

        sequences = {tuple(stems(phrase.casefold(), language)) for language in (*self.languages, None)}
        near = self._searcher.phrase(sorted(sequences), PHRASE_LIMIT)
        wanted = plain_words(phrase)
        found = [
            row.id
            for row in self._index.catalog.indexed_texts(near)
            if wanted in plain_words("\n".join((row.title, *row.headings, row.text)))
        ]
        return np.array(found, dtype=np.int64)

    def _find_positions(self, name: str, filters: Filters | None) -> Ids:
        """Where the visible passages are in the copy of a segment."""
        rows = self._index.vectors.rows(name)
        if rows is None:
            raise StaleSnapshot(f"The segment {name} was swept.", "Take a new snapshot.")
        return rows.at(self._visible(filters))

    def _nearest_by_graph(
        self, sizes: dict[str, int], vector: Vectors, limit: int, visible: Ids
    ) -> list[tuple[int, float]]:
        """Asks each segment for more until it has given enough live ones or ends: dead ones hide none behind them."""
        unfinished = dict(sizes)
        found: list[tuple[int, float]] = []
        asked = limit
        while unfinished:
            for name, hits in self._index.vectors.nearest_each(list(unfinished), vector, asked).items():
                kept = seen(hits, visible)
                if len(kept) >= limit or asked >= unfinished[name]:
                    found += kept
                    del unfinished[name]
            asked *= 4
        return found

    def is_kept(self) -> bool:
        """Whether everything that it shows should be there; what is not was lost, not swept."""
        return self._index.catalog.state().oldest <= self.generation

    def _ensure_kept(self) -> None:
        if not self.is_kept():
            raise StaleSnapshot("The generation being read was swept.", "Take a new snapshot.")
