"""Candidates of both kinds from one snapshot, ranked and joined with their places in the documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, cast

from index.chunk import embedding_input
from index.snapshot import Snapshot
from index.terms import Terms
from index.types import Filters, Hit
from rag.finding.features import Candidate, Needs, named_share
from rag.finding.hints import boost, read_hints
from rag.rank import Ranked, add_context, add_nearness, fuse, rank

if TYPE_CHECKING:
    from index.embed import Embedder, Vectors

CANDIDATES = 100
POOL = 30
CONSENSUS = 3
LIVE_EMBEDDINGS = 20


@dataclass(frozen=True, slots=True)
class Query:
    """A question as retrieval sees it: its content terms and, when there is an embedder, its vector."""

    text: str
    terms: Terms
    vector: Vectors | None


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What was found for a question; `context` is the standalone question of a follow-up that leans on earlier turns,
    `notice` what was not at hand."""

    query: Query
    hits: list[Hit]
    embedder: Embedder | None
    context: Query | None = None
    notice: str | None = None


def make_query(question: str, snapshot: Snapshot, embedder: Embedder | None) -> Query:
    return Query(question, snapshot.terms(question), None if embedder is None else embedder.embed_query(question))


def joined_vector(vector: Vectors | None, context: Vectors | None, weight: float) -> Vectors | None:
    """Query plus weighted context, of length 1."""
    if vector is None or context is None:
        return vector
    return _unit(vector + weight * context)


def retrieve(
    snapshot: Snapshot,
    embedder: Embedder | None,
    query: Query,
    limit: int,
    filters: Filters | None = None,
    context: Query | None = None,
) -> list[Hit]:
    """The best `limit` passages, best first, each at every place it stands; `context` is the standalone question of a
    follow-up: with vectors its meaning is added, else what its words find."""
    ranked = _ranked(snapshot, embedder, query, filters)
    if context is not None and context.text != query.text:
        vector = None if context.vector is None else joined_vector(query.vector, context.vector, 1.0)
        if vector is not None and _mostly_believed(snapshot, embedder, ranked):
            ranked = add_nearness(ranked, _nearness(snapshot, vector, ranked, filters))
        else:
            ranked = add_context(ranked, _ranked(snapshot, embedder, context, filters))
    return _hits(snapshot, ranked[:limit], filters)


def _nearness(
    snapshot: Snapshot, vector: Vectors, ranked: Sequence[Ranked], filters: Filters | None
) -> dict[int, float]:
    near = dict(snapshot.nearest(vector, CANDIDATES, filters))
    return near | snapshot.similarities(vector, [one.passage_id for one in ranked if one.passage_id not in near])


def collect(
    snapshot: Snapshot, embedder: Embedder | None, query: Query, filters: Filters | None
) -> tuple[list[Ranked], list[Candidate], Needs]:
    """The first fusion, what is known of its first passages, and what they are ranked for."""
    lexical, dense, cosine = _search(snapshot, embedder, query, filters)
    fused = fuse(lexical, dense, cosine)
    pool = fused[:POOL]
    known = snapshot.analysed([one.passage_id for one in pool])
    bm25, cosines = dict(lexical), {**cosine, **dict(dense)}
    consensus = {} if query.vector is None else _consensus(snapshot.vectors([one.passage_id for one in pool]), pool)
    candidates = [
        Candidate(
            passage_id=one.passage_id,
            lexical=bm25.get(one.passage_id, 0.0),
            cosine=cosines.get(one.passage_id),
            consensus=consensus.get(one.passage_id),
            stems=known[one.passage_id].stems,
            around=known[one.passage_id].around,
            believed=_believed(embedder, known[one.passage_id].language),
        )
        for one in pool
    ]
    return fused, candidates, Needs(query.terms, term_weights(snapshot, query.terms), named_share(query.text))


def term_weights(snapshot: Snapshot, terms: Terms) -> dict[str, float]:
    """The idf of each key, taken of the commonest of its forms."""
    forms: dict[str, list[str]] = {key: [] for key in terms.keys}
    for form, key in terms.forms:
        forms[key].append(form)
    return {key: snapshot.idf(*some) for key, some in forms.items()}


def _search(
    snapshot: Snapshot, embedder: Embedder | None, query: Query, filters: Filters | None
) -> tuple[list[tuple[int, float]], list[tuple[int, float]], dict[int, float]]:
    """What the words found, what the vectors found, and the cosines of what only the words found."""
    terms = query.terms
    lexical = snapshot.words([form for form, _ in terms.forms], CANDIDATES, filters, [form for form, _ in terms.exact])
    if query.vector is None or embedder is None:
        return lexical, [], {}
    dense = snapshot.nearest(query.vector, CANDIDATES, filters)
    near = dict(dense)
    only_words = [passage_id for passage_id, _ in lexical if passage_id not in near]
    cosine = snapshot.similarities(query.vector, only_words)
    waiting = [passage_id for passage_id in only_words if passage_id not in cosine][:LIVE_EMBEDDINGS]
    if waiting:
        texts = snapshot.indexed_texts(waiting)
        rows = embedder.embed_passages([embedding_input(one.title, one.headings, one.text) for one in texts])
        cosine |= dict(zip((one.id for one in texts), (rows @ query.vector).tolist(), strict=True))
    return lexical, dense, cosine


def _consensus(vectors: Mapping[int, Vectors], pool: Sequence[Ranked]) -> dict[int, float]:
    """The cosine of each passage to the mean of the best few: what many of the best speak of is likely meant."""
    best = [vectors[one.passage_id] for one in pool if one.passage_id in vectors][:CONSENSUS]
    if not best:
        return {}
    centre = _unit(cast("Vectors", sum(best)))
    return {passage_id: float(vector @ centre) for passage_id, vector in vectors.items()}


def _believed(embedder: Embedder | None, language: str | None) -> bool:
    return language in (None, "en") or not getattr(embedder, "english_only", False)


def _mostly_believed(snapshot: Snapshot, embedder: Embedder | None, ranked: Sequence[Ranked]) -> bool:
    known = snapshot.analysed([one.passage_id for one in ranked[:POOL]]).values()
    return 2 * sum(_believed(embedder, one.language) for one in known) >= len(known)


def _ranked(snapshot: Snapshot, embedder: Embedder | None, query: Query, filters: Filters | None) -> list[Ranked]:
    fused, candidates, needs = collect(snapshot, embedder, query, filters)
    return rank(fused, candidates, needs, _boosts(snapshot, query.text, candidates, filters))


def _boosts(
    snapshot: Snapshot, question: str, candidates: Sequence[Candidate], filters: Filters | None
) -> dict[int, float]:
    """How well each passage fits the dates and sources that the question names; nothing when it names none."""
    hints = read_hints(question, snapshot.outlets, date.today())
    if not hints:
        return {}
    found: dict[int, float] = {}
    places = snapshot.passages([one.passage_id for one in candidates], filters)
    documents = snapshot.documents_by_id({place.document_id for place in places})
    for place in places:
        document = documents[place.document_id]
        fits = boost(hints, document.published, document.outlet, place.text)
        found[place.id] = max(found.get(place.id, 0.0), fits)
    return found


def _unit(vector: Vectors) -> Vectors:
    return cast("Vectors", vector / max(float((vector @ vector) ** 0.5), 1e-12))


def _hits(snapshot: Snapshot, ranked: Sequence[Ranked], filters: Filters | None) -> list[Hit]:
    places = snapshot.passages([one.passage_id for one in ranked], filters)
    found = {one.passage_id: one for one in ranked}
    order = {one.passage_id: position for position, one in enumerate(ranked)}
    documents = snapshot.documents_by_id({place.document_id for place in places})
    return [
        Hit(place, documents[place.document_id], found[place.id].score, found[place.id].ranks)
        for place in sorted(places, key=lambda p: (order[p.id], p.document_id, p.ordinal))
    ]
