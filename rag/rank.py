"""Fusion of lexical and dense candidates. Pure.

A convex combination of per-question min-max scores: ahead of reciprocal rank fusion on every set tried (Bruch et al.,
An Analysis of Fusion Functions for Hybrid Retrieval, TOIS 2023).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.types import Ranks

DENSE_WEIGHT = 0.5
CONTEXT_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage id with its fused score from 0 to 1 and where each kind of search ranked it."""

    passage_id: int
    score: float
    ranks: Ranks


def fuse(
    lexical: Sequence[tuple[int, float]], dense: Sequence[tuple[int, float]], cosine: Mapping[int, float]
) -> list[Ranked]:
    """Best first, ties by id. `cosine` holds the similarity of candidates that only the words found; a candidate
    that the words did not find scores 0 there, one without a vector scores by its words alone."""
    word_score = _min_max(dict(lexical), floor=0.0)
    vector_score = _min_max({**cosine, **dict(dense)})
    lexical_rank = {passage_id: rank for rank, (passage_id, _) in enumerate(lexical, 1)}
    dense_rank = {passage_id: rank for rank, (passage_id, _) in enumerate(dense, 1)}
    fused = []
    for passage_id in word_score.keys() | vector_score.keys():
        words = word_score.get(passage_id, 0.0)
        weight = DENSE_WEIGHT if passage_id in vector_score else 0.0
        score = (1 - weight) * words + weight * vector_score.get(passage_id, 0.0)
        ranks = Ranks(lexical_rank.get(passage_id), dense_rank.get(passage_id))
        fused.append(Ranked(passage_id, score, ranks))
    return best_first(fused)


def add_context(ranked: Sequence[Ranked], context: Sequence[Ranked]) -> list[Ranked]:
    """Adds what the earlier turn of a conversation found, at a smaller weight, and scales back to 0..1."""
    carried = {other.passage_id: other for other in context}
    own = {one.passage_id: one for one in ranked}
    joined = []
    for passage_id in own.keys() | carried.keys():
        score = own[passage_id].score if passage_id in own else 0.0
        score += CONTEXT_WEIGHT * carried[passage_id].score if passage_id in carried else 0.0
        ranks = own[passage_id].ranks if passage_id in own else carried[passage_id].ranks
        joined.append(Ranked(passage_id, score / (1 + CONTEXT_WEIGHT), ranks))
    return best_first(joined)


def best_first(ranked: Sequence[Ranked]) -> list[Ranked]:
    return sorted(ranked, key=lambda one: (-one.score, one.passage_id))


def _min_max(scores: Mapping[int, float], floor: float | None = None) -> dict[int, float]:
    if not scores:
        return {}
    low = min(scores.values()) if floor is None else floor
    span = max(scores.values()) - low
    return {key: (value - low) / span if span > 0 else 1.0 for key, value in scores.items()}
