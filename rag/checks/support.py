"""How likely a reader finds a statement borne by its spans: a logistic score over the wording. Pure.

The weights are data (support.json, with what they were fitted on); `bench/fit_support.py` fits them on human labels,
with the statement's similarity to its spans and without it. A contradiction in the same words scores high.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from pathlib import Path

from rag.checks.wording import Sentence

FILE = Path(__file__).parent / "support.json"
NAMES = ("bias", "loose", "long", "line", "facts")
SIMILARITY = "similarity"
LEAST_SHARED = 0.25
ROOT = 5  # first letters that make two words related


def support_of(
    statement: Sentence, evidence: tuple[Sentence, ...], facts: float, similarity: float | None = None
) -> float:
    """A probability (0 to 1). `facts` is the share of the statement's numbers, dates, names and codes that the evidence
    holds, `similarity` the statement's highest cosine with a sentence of it."""
    values = features(statement, evidence) | {"facts": facts}
    weights = _weights("words" if similarity is None else "similarity")
    score = sum(weights.get(name, 0.0) * value for name, value in values.items())
    if similarity is not None:
        score += weights[SIMILARITY] * similarity
    return round(1 / (1 + math.exp(-score)), 4)


def least_support(similarity: float | None = None) -> float:
    """Below it the wording of a statement counts as not found."""
    return _fitted()["least"]["words" if similarity is None else "similarity"]


def is_near(statement: Sentence, evidence: tuple[Sentence, ...]) -> bool:
    """Whether the evidence holds a quarter of the statement's words. Without a similarity nothing else tells that a
    statement without facts is about another matter."""
    return features(statement, evidence)["loose"] >= LEAST_SHARED or not statement.stems


@lru_cache(maxsize=8192)
def features(statement: Sentence, evidence: tuple[Sentence, ...]) -> dict[str, float]:
    """All from 0 to 1. Of the statement's content words: loose, the share of which the evidence has the stem or the
    root; long, the share of their letters of which it has the stem. line: the closest sentence by the longest common
    subsequence (F1). bias is always 1."""
    wanted = [word.stem for word in statement.words if word.content]
    held = [word.stem for one in evidence for word in one.words if word.content]
    stems, roots = frozenset(held), {stem[:ROOT] for stem in held if len(stem) >= ROOT}
    different = set(wanted)
    loose = [stem for stem in different if stem in stems or len(stem) >= ROOT and stem[:ROOT] in roots]
    return {
        "bias": 1.0,
        "loose": len(loose) / max(1, len(different)),
        "long": sum(map(len, different & stems)) / max(1, sum(map(len, different))),
        "line": max((_line(statement, one) for one in evidence), default=0.0),
    }


def _line(one: Sentence, other: Sentence) -> float:
    """F1 (0 to 1) of the longest common subsequence of two sentences' words, as in ROUGE-L."""
    mine, theirs = [word.stem for word in one.words], [word.stem for word in other.words]
    places: dict[str, int] = {}
    for place, word in enumerate(theirs):
        places[word] = places.get(word, 0) | 1 << place
    # A row of the usual table as the bits of one number: a cleared bit is a place where the subsequence grows.
    whole = row = (1 << len(theirs)) - 1
    for word in mine:
        matched = row & places.get(word, 0)
        row = ((row + matched) | (row - matched)) & whole
    length = len(theirs) - row.bit_count()
    return 2 * length / (len(mine) + len(theirs)) if mine and theirs else 0.0


@lru_cache(maxsize=1)
def _fitted() -> dict[str, dict[str, float]]:
    return dict(json.loads(FILE.read_text(encoding="utf-8")))


def _weights(kind: str) -> dict[str, float]:
    return _fitted()[kind]
