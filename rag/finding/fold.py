"""Which of the ranked passages are read: near-duplicates count once, and several documents have their say. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from index.terms import Analysed, exact_forms
from index.types import Hit

SAME_WORDS = 0.9
# "t" is what is left of won't and isn't.
NEGATIONS = frozenset(
    "no not cannot t never nor none without nicht kein nie pas jamais ne nunca sin non mai niet geen".split()
)
SHARE_OF_ONE = 3


def fold(hits: Sequence[Hit], terms: Mapping[int, Analysed]) -> list[Hit]:
    """The hits without those that say the same as a better one; that one holds them as its `copies`.

    The same: nine in ten of their words, all names and numbers in the same order, and as many negations. A form letter
    to another client
    or with another amount is no copy. `terms` are those of each passage, by id.
    """
    kept: list[Hit] = []
    copies: dict[int, list[Hit]] = {}
    for hit in hits:
        same = next((at for at, other in enumerate(kept) if _same(hit, other, terms)), None)
        if same is None:
            kept.append(hit)
        elif hit.document.id not in {one.document.id for one in (kept[same], *copies.get(same, ()))}:
            copies.setdefault(same, []).append(hit)
    return [replace(hit, copies=tuple(copies.get(at, ()))) for at, hit in enumerate(kept)]


def spread(hits: Sequence[Hit], limit: int, several: bool) -> list[Hit]:
    """The first `limit` hits; for a question with `several` answers no document takes more than a third of the places
    as long as others have something to say."""
    if not several:
        return list(hits[:limit])
    most = -(-limit // SHARE_OF_ONE)
    taken: dict[int, int] = {}
    chosen: list[Hit] = []
    left: list[Hit] = []
    for hit in hits:
        taken[hit.document.id] = taken.get(hit.document.id, 0) + 1
        (chosen if taken[hit.document.id] <= most else left).append(hit)
    kept = {id(hit) for hit in (chosen + left)[:limit]}
    return [hit for hit in hits if id(hit) in kept]


def _same(hit: Hit, other: Hit, terms: Mapping[int, Analysed]) -> bool:
    if hit.passage.id == other.passage.id:
        return True
    if hit.passage.id not in terms or other.passage.id not in terms:
        return False
    one, two = terms[hit.passage.id], terms[other.passage.id]
    words, others = set(one.stems), set(two.stems)
    return (
        len(words & others) >= SAME_WORDS * len(words | others)
        and _negations(one) == _negations(two)
        and exact_forms(hit.passage.text) == exact_forms(other.passage.text)
    )


def _negations(one: Analysed) -> int:
    return sum(stem in NEGATIONS for stem in one.stems)
