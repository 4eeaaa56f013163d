"""Whether the evidence answers the question at all: a logistic gate over features of the evidence. Pure.

The weights are data (gate.json, with what they were fitted on); `bench/fit_gate.py` fits them. The question's wording
is left out on purpose: in public sets it betrays which questions are unanswerable.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from rag.reader import Reading

FILE = Path(__file__).parent / "gate.json"
NAMES = ("bias", "cosine", "passage_cosine", "coverage", "joint", "uncovered")
WORDS_ALONE = 0.9


def features(reading: Reading, passage_cosine: float) -> dict[str, float]:
    """cosine: best sentence; passage_cosine: best passage; coverage: best share of the question's terms in and just
    before one sentence; joint: best product of both in one sentence; uncovered: share of terms no sentence holds."""
    cosines = [one.cosine for one in reading.scored]
    return {
        "bias": 1.0,
        "cosine": max(cosines, default=0.0),
        "passage_cosine": passage_cosine,
        "coverage": max((one.coverage for one in reading.scored), default=0.0),
        "joint": max((one.coverage * max(0.0, one.cosine) for one in reading.scored), default=0.0),
        "uncovered": len(reading.uncovered) / max(1, reading.terms),
    }


def confidence(values: Mapping[str, float]) -> float:
    """Probability (0 to 1) that the documents answer the question."""
    weights = _weights()
    return 1 / (1 + math.exp(-sum(weights[name] * values[name] for name in NAMES)))


def confidence_of_words(values: Mapping[str, float]) -> float:
    """The same where there are no vectors: how much of the question one sentence covers. Never sure."""
    return WORDS_ALONE * values["coverage"] * (1 - values["uncovered"])


@lru_cache(maxsize=1)
def _weights() -> dict[str, float]:
    return dict(json.loads(FILE.read_text(encoding="utf-8"))["weights"])
