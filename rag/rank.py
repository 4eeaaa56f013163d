"""Ranking of what words and vectors found: a first fusion, then a fitted probability of relevance. Pure.

The first fusion is a convex combination of per-question min-max scores: ahead of reciprocal rank fusion on every set
tried (Bruch et al., An Analysis of Fusion Functions for Hybrid Retrieval, TOIS 2023). It picks the candidates that a
linear model then orders by the features of rag/finding/features.py; its weights are data (rank.json, with what they
were fitted on), fitted listwise (Cao et al., Learning to Rank, ICML 2007) and calibrated by bench/fit_rank.py.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import mul
from pathlib import Path

from index.types import Ranks
from rag.finding.features import NAMES, Candidate, Needs, features

FILE = Path(__file__).parent / "rank.json"
DENSE_WEIGHT = 0.5
CONTEXT_WEIGHT = 0.5
CONTEXT_NEARNESS = 0.5
HINT_WEIGHT = 1.0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage id with its score from 0 to 1 and where each kind of search ranked it."""

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


@dataclass(frozen=True, slots=True)
class Model:
    """`weights` in the order of features.NAMES; `calibration` in that of CALIBRATION."""

    weights: tuple[float, ...]
    calibration: tuple[float, ...]


CALIBRATION = ("bias", "distance", "crowd", "cosine", "covered")


def rank(
    fused: Sequence[Ranked], candidates: Sequence[Candidate], needs: Needs, boosts: Mapping[int, float]
) -> list[Ranked]:
    """Orders the candidates, which are the first of `fused`, by the probability that they answer; the rest of `fused`
    follows in its own order, below. `boosts` (0 to 1 by passage id) tell how well a passage fits the dates and sources
    that the question names."""
    if not candidates:
        return list(fused)
    model = models()["words" if all(one.cosine is None for one in candidates) else "hybrid"]
    rows = features(candidates, needs)
    scores = [
        sum(map(mul, model.weights, row)) + HINT_WEIGHT * boosts.get(one.passage_id, 0.0)
        for one, row in zip(candidates, rows, strict=True)
    ]
    first = best_first(
        [
            Ranked(one.passage_id, _sigmoid(sum(map(mul, model.calibration, known))), one.ranks)
            for one, known in zip(fused, calibration_rows(scores, candidates, rows), strict=False)
        ]
    )
    rest = fused[len(candidates) :]
    ceiling, top = first[-1].score, max((one.score for one in rest), default=0.0) or 1.0
    return first + [Ranked(one.passage_id, ceiling * (one.score / top), one.ranks) for one in rest]


def calibration_rows(
    scores: Sequence[float], candidates: Sequence[Candidate], rows: Sequence[Sequence[float]]
) -> list[tuple[float, ...]]:
    """For each candidate how far it is behind the best one; and of the question how many are close to the best, and
    what speaks for that one by itself: its cosine and the share of the terms that it covers."""
    best = max(range(len(scores)), key=scores.__getitem__)
    crowd = math.log(sum(math.exp(score - scores[best]) for score in scores))
    cosine, covered = candidates[best].cosine or 0.0, rows[best][NAMES.index("covered")]
    return [(1.0, score - scores[best], crowd, cosine, covered) for score in scores]


def add_context(ranked: Sequence[Ranked], context: Sequence[Ranked]) -> list[Ranked]:
    """Adds what the words of a follow-up find together with those carried over, at a smaller weight, and scales back
    to 0..1."""
    carried = {other.passage_id: other for other in context}
    own = {one.passage_id: one for one in ranked}
    joined = []
    for passage_id in own.keys() | carried.keys():
        score = own[passage_id].score if passage_id in own else 0.0
        score += CONTEXT_WEIGHT * carried[passage_id].score if passage_id in carried else 0.0
        ranks = own[passage_id].ranks if passage_id in own else carried[passage_id].ranks
        joined.append(Ranked(passage_id, score / (1 + CONTEXT_WEIGHT), ranks))
    return best_first(joined)


def add_nearness(ranked: Sequence[Ranked], near: Mapping[int, float]) -> list[Ranked]:
    """Adds how near passages are (cosine by id) to a follow-up and its context together; scores stay in 0..1. One
    without a cosine counts as the farthest.

    The distance to the nearest one counts, not a rank: where the question itself is sure, its own order stays.
    """
    if not near:
        return list(ranked)
    own = {one.passage_id: one for one in ranked}
    nearest, farthest = max(near.values()), min(near.values())
    joined = []
    for passage_id in own.keys() | near.keys():
        score, ranks = (own[passage_id].score, own[passage_id].ranks) if passage_id in own else (0.0, Ranks())
        close = max(0.0, 1 + near.get(passage_id, farthest) - nearest)
        joined.append(Ranked(passage_id, (score + CONTEXT_NEARNESS * close) / (1 + CONTEXT_NEARNESS), ranks))
    return best_first(joined)


def best_first(ranked: Sequence[Ranked]) -> list[Ranked]:
    return sorted(ranked, key=lambda one: (-one.score, one.passage_id))


@lru_cache(maxsize=1)
def models() -> dict[str, Model]:
    """ "hybrid", and "words" where there are no vectors."""
    told = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        kind: Model(
            tuple(told[kind]["weights"].get(name, 0.0) for name in NAMES),
            tuple(told[kind]["calibration"][name] for name in CALIBRATION),
        )
        for kind in ("hybrid", "words")
    }


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))


def _min_max(scores: Mapping[int, float], floor: float | None = None) -> dict[int, float]:
    if not scores:
        return {}
    low = min(scores.values()) if floor is None else floor
    span = max(scores.values()) - low
    return {key: (value - low) / span if span > 0 else 1.0 for key, value in scores.items()}
