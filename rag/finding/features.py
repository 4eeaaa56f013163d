"""What speaks for a passage that was found: features of the ranking, from 0 to about 1. Pure.

They compare the candidates of one question with each other, so that no score of one kind of search has to mean the
same from one collection to the next.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.terms import Terms

NAMES = (
    *("words", "near", "near_foreign", "covered", "window", "consensus"),
    *("words_named", "covered_named", "near_long", "words_spread", "words_flat"),
)
WORDS_ALONE = ("words", "covered", "window", "words_named", "covered_named", "words_flat")

IN_TITLE, IN_COMPOUND, SAME_STEM, SAME_END = 0.8, 0.8, 0.5, 0.4
COMPOUND_CHARACTERS, STEM_SHARE, END_CHARACTERS, LONG_WORD = 5, 0.6, 6, 9
WINDOW = 25
FLAT_AT, SPREAD_AT = 9, 19
_WORD = re.compile(r"[^\W_]+(?:[-.,][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that words or vectors found. `lexical`: BM25, 0 where the words did not find it; `cosine`: to the
    question; `consensus`: to the mean of the best three candidates; both None without a vector. `stems`: of its text in
    order; `around`: those of title and headings; `believed`: the embedder knows its language."""

    passage_id: int
    lexical: float
    cosine: float | None
    consensus: float | None
    stems: Sequence[str]
    around: frozenset[str]
    believed: bool


@dataclass(frozen=True, slots=True)
class Needs:
    """What a question asks of a passage: its terms with their weights (idf by key), and how much of it is names and
    numbers (0 to 1)."""

    terms: Terms
    weights: Mapping[str, float]
    named: float


def named_share(question: str) -> float:
    """The share of a question's words that are capitalised, but for the first, or hold a digit."""
    words = _WORD.findall(question)
    marked = sum((word[0].isupper() and at > 0) or any(map(str.isdigit, word)) for at, word in enumerate(words))
    return marked / max(1, len(words))


def features(candidates: Sequence[Candidate], needs: Needs) -> list[list[float]]:
    """One row a candidate, in the order of NAMES."""
    forms = dict(needs.terms.forms)
    total = sum(needs.weights.values()) or 1.0
    lexical = [one.lexical for one in candidates]
    cosines = _filled([one.cosine for one in candidates])
    best, nearest = max(lexical) or 1.0, max(cosines)
    flat = sorted(lexical, reverse=True)[min(FLAT_AT, len(lexical) - 1)] / best
    spread = nearest - sorted(cosines, reverse=True)[min(SPREAD_AT, len(cosines) - 1)]
    long = len(needs.terms.keys) / 10
    rows = []
    for one, cosine in zip(candidates, cosines, strict=True):
        words = one.lexical / best
        near = cosine - nearest
        believed = near if one.believed else 0.0
        covered = _covered(one, forms, needs.weights) / total
        rows.append(
            [
                words,
                believed,
                0.0 if one.believed else near,
                covered,
                _window(one.stems, forms, needs.weights) / total,
                one.consensus if one.believed and one.consensus is not None else 0.0,
                words * needs.named,
                covered * needs.named,
                believed * long,
                words * spread,
                words * flat,
            ]
        )
    return rows


def _covered(one: Candidate, forms: Mapping[str, str], weights: Mapping[str, float]) -> float:
    """Weight of the terms in the passage; less for those only in its title or headings, in a compound or in part."""
    held = {forms[stem] for stem in one.stems if stem in forms}
    around = {forms[stem] for stem in one.around if stem in forms}
    missing = [key for key in weights if key not in held]
    text = f" {' '.join(one.stems)} " if missing else ""
    return sum(weights[key] for key in weights if key in held) + sum(
        weights[key] * (IN_TITLE if key in around else _in_part(key, text)) for key in missing
    )


def _in_part(key: str, text: str) -> float:
    if len(key) < COMPOUND_CHARACTERS:
        return 0.0
    if key in text:
        return IN_COMPOUND
    if f" {key[: max(COMPOUND_CHARACTERS, int(len(key) * STEM_SHARE))]}" in text:
        return SAME_STEM
    return SAME_END if len(key) >= LONG_WORD and key[-END_CHARACTERS:] in text else 0.0


def _window(stems: Sequence[str], forms: Mapping[str, str], weights: Mapping[str, float]) -> float:
    """The largest weight of terms that stand within a few words of each other."""
    places = [(at, forms[stem]) for at, stem in enumerate(stems) if stem in forms]
    best = 0.0
    for first, (start, _) in enumerate(places):
        near: set[str] = set()
        for at, key in places[first:]:
            if at - start > WINDOW:
                break
            near.add(key)
        best = max(best, sum(weights[key] for key in near if key in weights))
    return best


def _filled(values: Sequence[float | None]) -> list[float]:
    """Passages without a vector yet count as the middle one: their words decide."""
    known = sorted(value for value in values if value is not None)
    middle = known[len(known) // 2] if known else 0.0
    return [middle if value is None else value for value in values]
