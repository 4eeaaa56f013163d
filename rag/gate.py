"""Whether the evidence answers the question at all. Pure; the weights are data with their provenance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rag.reader import Reading

WEIGHTS: Mapping[str, float] = {
    "bias": -4.6,
    "cosine": 4.0,
    "passage_cosine": 2.0,
    "coverage": 3.4,
}


def features(reading: Reading, passage_cosine: float) -> dict[str, float]:
    """Only what the evidence shows: the question's wording must not decide."""
    best: Sequence[float] = sorted((one.cosine for one in reading.scored), reverse=True) or [0.0]
    return {
        "bias": 1.0,
        "cosine": best[0],
        "passage_cosine": passage_cosine,
        "coverage": max((one.coverage for one in reading.scored), default=0.0),
    }


def confidence(values: Mapping[str, float]) -> float:
    """Probability that the documents answer the question."""
    return 1 / (1 + math.exp(-sum(WEIGHTS[name] * value for name, value in values.items())))
