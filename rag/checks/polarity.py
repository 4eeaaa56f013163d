"""Negations and hedges of a statement against those of its spans. Pure.

A cue ("not", "denied", "reportedly") is bound to the content words it stands before; it is compared only with the
sentences of the span that the statement takes up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from rag.checks.wording import Sentence, Word, overlap

REACH = 4  # content words that a cue bears on
RESTATED = 0.5  # share of a clause that a sentence holds when the clause says the same or the opposite
SHORT = 4  # content words of a sentence that says little but "nobody announced it"
MATCHED = 0.75  # share of the best sentence's overlap that counts as taken up too
Kind = Literal["negation", "hedge"]

_NOT = frozenset(
    "not no never cannot nobody none nothing neither nor without hardly nowhere nicht kein keine keinen keinem keiner "
    "keines nie niemals niemand ohne weder pas jamais sans aucun aucune ni nunca jamás sin ningún ninguna ninguno "
    "nadie tampoco".split()
)
_DENIALS = re.compile(
    r"den(?:y|ies|ied|ying)|refus(?:e|es|ed|ing|al)|declin(?:e|es|ed|ing)|fail(?:s|ed|ing)?|doubt(?:s|ed|ing)?|"
    r"reject(?:s|ed|ing|ion)?|forbid(?:s|den|ding)?|forbade|ban(?:s|ned)?|prohibit(?:s|ed|ing)?|dementier\w*|"
    r"bestr(?:itt|eitet)\w*|verboten|verweiger\w*|niega|negó|rechaz\w*|nie|refus[éae]\w*|démen\w*"
)
_NEEDS_TO = frozenset("fail fails failed failing decline declines declined declining".split())
_HEDGES = re.compile(
    r"may|might|perhaps|possibly|probably|likely|reportedly|allegedly|supposedly|apparently|presumably|suggest(?:s|ed)?|"
    r"seem(?:s|ed)?|appear(?:s|ed)?|alleged|rumoured|rumored|angeblich|möglicherweise|vermutlich|presuntamente|"
    r"supuestamente|quizás?|prétendument|peut-être"
)
_HEDGING_TO = frozenset("expected believed thought understood said reported likely".split())
_SOFTENS = re.compile(
    rf"{_HEDGES.pattern}|can|could|should|would|possible|allowed|permitted|according|sa(?:y|ys|id|ying)|t(?:ell|ells|old)|"
    r"claim\w*|report\w*|sources?|describ\w*|call(?:s|ed)?|believ\w*|think\w*|thought|expect\w*|warn\w*|add(?:s|ed)|"
    r"stat(?:e|es|ed)|explain\w*|argu\w*|view|opinion|quot\w*|alleg\w*|suspect\w*|den(?:y|ies|ied)|confirm\w*|assum\w*|"
    r"estimat\w*|note[sd]|announc\w*|account|indicat\w*|hint\w*|impl(?:y|ies|ied)|point(?:s|ed)?|sagt\w*|laut|zufolge|"
    r"selon|según|dijo|dit|soll|sollen|könnte\w*|kann|peut|pourrait|puede|podría"
)
_NEARLY = re.compile(
    r"lack(?:s|ed|ing)?|absen\w+|unable|impossible|unlikely|unclear|unknown|few|little|rarely|seldom|avoid\w*|prevent\w*|"
    r"stop\w*|exclud\w+|less|only|unless|kaum|selten|wenige?|rarement|peu|poco|rara"
)
_OPPOSITES = {"open": "close", "close": "open", "allow": "forbidden", "forbidden": "allow", "new": "old", "old": "new"}
_EXCEPTIONS = frozenset("except unless außer sauf salvo excepto".split())
_ASIDE = frozenset("without ohne sans sin".split())  # may be left out, but not turned round
_AFTER_NOT = frozenset("only just merely simply nur solo seulement".split())
_MORE = frozenset("more less fewer later sooner earlier".split())


@dataclass(frozen=True, slots=True)
class Cue:
    """`shown` is how the text has it; `scope` holds the stems it bears on. `undone` begins the denial that it undoes
    ("did not reject"), which makes it no negation."""

    kind: Kind
    shown: str
    scope: frozenset[str]
    clause: int
    denial: bool = False
    undone: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A cue that the statement has added to what its source says, or left out of it."""

    kind: Kind
    cue: str
    added: bool


def changes(statement: Sentence, evidence: Sequence[Sentence]) -> list[Change]:
    """The negations added or lost and the hedges lost. A hedge may be added: that claims less."""
    own = cues(statement)
    return [*_added(statement, own, evidence), *_lost(statement, own, evidence)]


@lru_cache(maxsize=8192)
def cues(sentence: Sentence) -> tuple[Cue, ...]:
    """The cues of a sentence in order."""
    found = list(_found(sentence.words))
    kept, at = [], 0
    while at < len(found):
        place, cue = found[at]
        if at + 1 < len(found) and not cue.denial and cue.kind == "negation":
            following, other = found[at + 1]
            if other.denial and following - place <= 2:
                kept.append(replace(cue, undone=other.shown[:4]))
                at += 2
                continue
        kept.append(cue)
        at += 1
    return tuple(kept)


def _found(words: Sequence[Word]) -> Iterator[tuple[int, Cue]]:
    for at, word in enumerate(words):
        before = words[at - 1].low if at else ""
        following = words[at + 1].low if at + 1 < len(words) else ""
        further = words[at + 2].low if at + 2 < len(words) else ""
        if word.low in _NOT or word.low.endswith("n't"):
            idle = following in _AFTER_NOT or following.isdigit() or following in _MORE and further == "than"
            idle = idle and word.low in ("not", "no", "nicht") or word.low == "none" and before == "to"
            if not idle:
                longer = f"{word.low} longer" if following == "longer" else word.low
                yield at, Cue("negation", longer, _scope(words, at), word.clause)
        elif _DENIALS.fullmatch(word.low):
            if word.low not in _NEEDS_TO or following == "to":
                yield at, Cue("negation", word.low, _scope(words, at, around=True), word.clause, True)
        elif word.low == "against" and (
            before == "voted" or before in ("vote", "votes", "voting") and not _counted(words, at)
        ):
            yield at, Cue("negation", "against", _before(words, at, 3), word.clause, True)
        elif word.low == "according" and following == "to":
            yield at, Cue("hedge", "according to", frozenset(w.stem for w in words if w.content), word.clause)
        elif _HEDGES.fullmatch(word.low) or word.low in _HEDGING_TO and following == "to" and before in _BE:
            yield at, Cue("hedge", word.low, _scope(words, at), word.clause)


def _counted(words: Sequence[Word], at: int) -> bool:
    """Whether the vote is a thing: "without a vote against"."""
    return at > 1 and words[at - 2].low in ("a", "one", "no", "the", "without", "any")


_BE = frozenset("is are was were be been".split())


def _scope(words: Sequence[Word], at: int, around: bool = False) -> frozenset[str]:
    """The next content words of the clause; of a denial also those before it, which it may be about: "is forbidden"."""
    clause = words[at].clause
    after = [word.stem for word in words[at + 1 :] if word.content and word.clause == clause and word.low != "longer"]
    if around and at + 1 < len(words) and words[at + 1].low == "by":
        after = []  # who rejected it, or by how many votes
    if after and not around:
        return frozenset(after[:REACH])
    return frozenset(after[:REACH]) | _before(words, at, REACH if not after else 1 if not around else 2)


def _before(words: Sequence[Word], at: int, count: int) -> frozenset[str]:
    clause = words[at].clause
    return frozenset([word.stem for word in words[:at] if word.content and word.clause == clause][-count:])


def _taken_up(wanted: frozenset[str], evidence: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that hold most of the wanted stems, and those that hold nearly as many."""
    shares = [overlap(wanted, one.stems) for one in evidence]
    best = max(shares, default=0.0)
    return [one for one, share in zip(evidence, shares, strict=True) if share > 0 and share >= MATCHED * best]


def _negations(sentences: Sequence[Sentence]) -> list[Cue]:
    return [cue for one in sentences for cue in cues(one) if cue.kind == "negation" and not cue.undone]


def _added(statement: Sentence, own: Sequence[Cue], evidence: Sequence[Sentence]) -> Iterator[Change]:
    everywhere = _negations(evidence)
    denied = {cue.shown[:4] for cue in own if cue.denial} & {cue.shown[:4] for cue in everywhere}
    for cue in own:
        if cue.undone and any(other.shown.startswith(cue.undone) for other in everywhere):
            yield Change("negation", cue.shown, True)
        if cue.kind != "negation" or cue.undone or denied and (not cue.denial or cue.shown[:4] in denied):
            continue
        clause = statement.clause(cue.clause) | cue.scope
        if not clause:
            continue
        closest = _taken_up(cue.scope, evidence) or evidence
        matched = closest if cue.denial else _taken_up(clause, closest)
        theirs = _negations(matched)
        held = cue.scope & frozenset().union(*(one.stems for one in matched))
        restated = any(overlap(clause, one.stems) >= RESTATED for one in matched)
        if not held and everywhere or not restated and theirs or _nearly_negated(matched, held):
            continue
        opposite = {_OPPOSITES.get(stem) for stem in cue.scope} & {stem for one in matched for stem in one.stems}
        elsewhere = any(len(other.scope) > 1 and other.scope <= statement.stems for other in everywhere)
        if not (opposite or elsewhere or any(held & other.scope for other in theirs)):
            yield Change("negation", cue.shown, True)


def _lost(statement: Sentence, own: Sequence[Cue], evidence: Sequence[Sentence]) -> Iterator[Change]:
    negations = [cue for cue in own if cue.kind == "negation" and not cue.undone]
    negated, negated_clauses = frozenset().union(*(cue.scope for cue in negations)), {cue.clause for cue in negations}
    clauses = _clauses(statement)
    said = {word.low for word in statement.words}
    softened = any(map(_SOFTENS.fullmatch, said))
    for sentence in evidence:
        restated = max(overlap(clause, sentence.stems) for clause in clauses)
        for cue in cues(sentence):
            shared = cue.scope & statement.stems
            whole = "with" in said or len(cue.scope) > 1 and shared == cue.scope
            if cue.undone or not shared or cue.shown in _ASIDE and not whole:
                continue
            if cue.kind == "hedge":
                bound = cue.shown == "according to" or 2 * len(shared) >= len(cue.scope)
                if bound and not softened and overlap(statement.stems, sentence.stems) >= RESTATED:
                    yield Change("hedge", cue.shown, False)
                continue
            elsewhere = any(shared <= other.stems for other in evidence if other is not sentence)
            short = len(sentence.stems) <= SHORT and cue.scope <= statement.stems and not elsewhere
            if not (restated >= RESTATED and 2 * len(shared) >= len(cue.scope) or short):
                continue
            if elsewhere and sentence not in _taken_up(statement.stems, evidence):
                continue
            told = (
                cue.denial
                and cue.shown in said
                or shared & negated
                or negated_clauses & _where(statement, shared)
                or _nearly_negated([statement], shared)
            )
            if not (told or _excepted(statement, sentence)):
                yield Change("negation", cue.shown, False)


def _nearly_negated(sentences: Sequence[Sentence], stems: frozenset[str]) -> bool:
    """Whether a word that comes near to a negation stands in a clause with one of the stems."""
    return any(
        _NEARLY.fullmatch(word.low) and word.clause in _where(one, stems) for one in sentences for word in one.words
    )


def _clauses(statement: Sentence) -> set[frozenset[str]]:
    return {statement.stems, *(statement.clause(number) for number in {word.clause for word in statement.words})}


def _where(statement: Sentence, stems: frozenset[str]) -> set[int]:
    return {word.clause for word in statement.words if word.stem in stems}


def _excepted(statement: Sentence, sentence: Sentence) -> bool:
    """Whether the statement is about what the sentence makes an exception of."""
    lows = [word.low for word in sentence.words]
    at = next((place for place, low in enumerate(lows) if low in _EXCEPTIONS), None)
    if at is None:
        return False
    said = {word.low for word in statement.words}
    exception = frozenset(word.stem for word in sentence.words[at + 1 :] if word.content)
    if said & _EXCEPTIONS or "even" in said:
        return False
    return overlap(exception, statement.stems) >= 0.5 or any(cue.kind == "negation" for cue in cues(statement))
