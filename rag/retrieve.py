"""Candidates of both kinds from one snapshot, fused and joined with their places in the documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from index.chunk import embedding_input
from index.snapshot import Snapshot, content_terms
from index.types import Filters, Hit
from rag.rank import Ranked, add_context, fuse

if TYPE_CHECKING:
    from index.embed import Embedder, Vectors

CANDIDATES = 100
LIVE_EMBEDDINGS = 20


@dataclass(frozen=True, slots=True)
class Query:
    """A question as retrieval sees it: its content terms and, when there is an embedder, its vector."""

    text: str
    terms: tuple[str, ...]
    vector: Vectors | None


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What was found for a question; `context` is the earlier turn it leaned on, `notice` what was not at hand."""

    query: Query
    hits: list[Hit]
    embedder: Embedder | None
    context: Query | None = None
    notice: str | None = None


def make_query(question: str, embedder: Embedder | None) -> Query:
    vector = None if embedder is None else embedder.embed_query(question)
    return Query(question, tuple(dict.fromkeys(content_terms(question))), vector)


def joined_vector(vector: Vectors | None, context: Vectors | None, weight: float) -> Vectors | None:
    """Query plus weighted context, of length 1."""
    if vector is None or context is None:
        return vector
    joined = vector + weight * context
    return cast("Vectors", joined / max(float((joined @ joined) ** 0.5), 1e-12))


def retrieve(
    snapshot: Snapshot,
    embedder: Embedder | None,
    query: Query,
    limit: int,
    filters: Filters | None = None,
    context: Query | None = None,
) -> list[Hit]:
    """The best `limit` passages, best first, each at every place it stands; `context` is the turn before."""
    ranked = _candidates(snapshot, embedder, query, filters)
    if context is not None:
        ranked = add_context(ranked, _candidates(snapshot, embedder, context, filters))
    return _hits(snapshot, ranked[:limit], filters)


def distinct(hits: Sequence[Hit]) -> list[Hit]:
    """One hit a passage: equal words in several documents are read once."""
    return list({hit.passage.id: hit for hit in reversed(hits)}.values())[::-1]


def _candidates(snapshot: Snapshot, embedder: Embedder | None, query: Query, filters: Filters | None) -> list[Ranked]:
    lexical = snapshot.words(query.terms, CANDIDATES, filters)
    if query.vector is None or embedder is None:
        return fuse(lexical, [], {})
    dense = snapshot.nearest(query.vector, CANDIDATES, filters)
    only_words = [passage_id for passage_id, _ in lexical if passage_id not in dict(dense)]
    cosine = snapshot.similarities(query.vector, only_words)
    waiting = [passage_id for passage_id in only_words if passage_id not in cosine][:LIVE_EMBEDDINGS]
    if waiting:
        texts = snapshot.indexed_texts(waiting)
        rows = embedder.embed_passages([embedding_input(title, trail, text) for _, title, trail, text in texts])
        cosine |= dict(zip((row[0] for row in texts), (rows @ query.vector).tolist(), strict=True))
    return fuse(lexical, dense, cosine)


def _hits(snapshot: Snapshot, ranked: Sequence[Ranked], filters: Filters | None) -> list[Hit]:
    places = snapshot.passages([one.passage_id for one in ranked], filters)
    found = {one.passage_id: one for one in ranked}
    order = {one.passage_id: position for position, one in enumerate(ranked)}
    return [
        Hit(place, snapshot.document(place.document_id), found[place.id].score, found[place.id].ranks)
        for place in sorted(places, key=lambda p: (order[p.id], p.document_id, p.ordinal))
    ]
