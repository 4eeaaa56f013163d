"""Whether the evidence answers the question at all: a logistic gate over features of the evidence. Pure.

The weights are data (gate.json, with what they were fitted on); `bench/fit_gate.py` fits them. The question's wording
is left out on purpose: in public sets it betrays which questions are unanswerable. The kind of answer asked for counts
only in what the sentences hold of it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from rag.reader import Reading
from rag.reading.evidence import Wanted

FILE = Path(__file__).parent / "gate.json"
NAMES = (
    *("bias", "cosine", "cosine_third", "cosine_first", "meaning", "kind_cosine", "kind_meaning", "kind_lost"),
    *("coverage_first", "covered_cosine", "spelled", "passage", "passages", "documents"),
    *("foreign", "foreign_coverage", "foreign_spelled", "foreign_passage"),
)
WORDS_ALONE = 0.9
OF_KIND = 0.1
FIRST = 5


def features(wanted: Wanted, reading: Reading) -> dict[str, float]:
    """Of the sentences: how near the best, the third and the first in order come to the question by themselves (cosine)
    and in their context (meaning); the same of those that hold the kind of thing asked for, and what is lost with the
    others; the share of the question's terms that the first one covers, and both at once; the share of words, inflected
    or in compounds; how near the tokens of the best passage come and those of all (passage, passages); from how many
    documents the first five are. Foreign: in a language that the model does not read."""
    scored = reading.scored
    if not scored:
        return {**dict.fromkeys(NAMES, 0.0), "bias": 1.0}
    cosines = sorted((one.cosine for one in scored), reverse=True) + [0.0] * 2
    open_kind = all(one.short is None for one in scored)  # nothing of a kind can be looked for
    kind = [one for one in scored if open_kind or (one.short is not None and one.short.score >= OF_KIND)]
    kind_cosine = max((one.cosine for one in kind), default=0.0)
    passages = {one.sentence.rank: one.passage_match for one in scored}
    foreign = float(scored[0].sentence.hit.document.language not in (None, "en"))
    coverage, spelled = scored[0].coverage, max(one.spelled for one in scored)
    return {
        "bias": 1.0,
        "cosine": cosines[0],
        "cosine_third": cosines[2],
        "cosine_first": scored[0].cosine,
        "meaning": max(one.meaning for one in scored),
        "kind_cosine": kind_cosine,
        "kind_meaning": max((one.meaning for one in kind), default=0.0),
        "kind_lost": cosines[0] - kind_cosine,
        "coverage_first": coverage,
        "covered_cosine": max(one.coverage * max(0.0, one.cosine) for one in scored),
        "spelled": spelled,
        "passage": max(passages.values()),
        "passages": sum(passages.values()) / len(passages),
        "documents": len({one.sentence.span.document_id for one in scored[:FIRST]}) / FIRST,
        "foreign": foreign,
        "foreign_coverage": foreign * coverage,
        "foreign_spelled": foreign * spelled,
        "foreign_passage": foreign * max(passages.values()),
    }


def confidence(values: Mapping[str, float]) -> float:
    """Probability (0 to 1) that the documents answer the question."""
    weights = _weights()
    return 1 / (1 + math.exp(-sum(weights.get(name, 0.0) * values[name] for name in NAMES)))


def confidence_of_words(reading: Reading) -> float:
    """The same where nothing reads tokens: how much of the question one sentence covers. Never sure."""
    coverage = max((one.coverage for one in reading.scored), default=0.0)
    return WORDS_ALONE * coverage * (1 - len(reading.uncovered) / max(1, reading.terms))


@lru_cache(maxsize=1)
def _weights() -> dict[str, float]:
    return dict(json.loads(FILE.read_text(encoding="utf-8"))["weights"])
