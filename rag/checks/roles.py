"""Two parties of one verb that changed places: "A sued B" for "B sued A". Pure; English only.

A missed exchange is better than a wrong alarm: nothing is said where the source has the verb in a form that could not
be read, or tells the same anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.checks.acts import Act, acts
from rag.checks.opposites import Opposite
from rag.checks.wording import Sentence, overlap, stem

RESTATED = 0.6  # share of the statement's words that the sentence of the source has too
# What one does to the other, the other does to the one.
_MUTUAL = frozenset(
    stem(word, "en")
    for word in (
        "meet marry divorce fight face battle play draw tie join connect link border adjoin abut neighbour neighbor "
        "match rival resemble equal mirror parallel overlap intersect cross touch contact contradict complement "
        "embrace hug kiss date befriend know encounter talk speak chat compare relate correspond belong differ "
        "separate part split merge bind unite ally oppose near approximate exchange swap share trade debate compete "
        "collide clash engage interact mean flank accompany balance alternate race duel wed confront"
    ).split()
)


def exchanged(statement: Sentence, evidence: Sequence[Sentence]) -> Iterator[Opposite]:
    """The acts of a statement of which the evidence tells the reverse, and nowhere the same; each once."""
    told_of: set[frozenset[frozenset[str]]] = set()
    for act in acts(statement.text):
        parties = frozenset((act.agent, act.other))
        if act.verb in _MUTUAL or act.agent & act.other or parties in told_of:
            continue
        telling = [one for one in evidence if any(word.stem == act.verb for word in one.words)]
        read = [(one, [held for held in acts(one.text) if held.verb == act.verb]) for one in telling]
        if not all(_is_read(one, held) for one, held in read):
            continue
        if any(_same(held.agent, act.agent) and _same(held.other, act.other) for _, some in read for held in some):
            continue
        near = [some for one, some in read if overlap(statement.stems, one.stems) >= RESTATED]
        turned = next((held for some in near for held in some if _is_turned(act, held)), None)
        if turned is not None:
            told_of.add(parties)
            yield Opposite(act.shown, turned.shown)


def _is_read(sentence: Sentence, read: Sequence[Act]) -> bool:
    """Whether an act was read wherever the verb stands: one that was not may tell the same as the statement."""
    return bool(read) and len({act.at for act in read}) == sum(word.stem == read[0].verb for word in sentence.words)


def _is_turned(act: Act, held: Act) -> bool:
    return held.role == act.role and _same(held.agent, act.other) and _same(held.other, act.agent)


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    return one <= other or other <= one
