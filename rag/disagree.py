"""The same question, answered differently: one group of sources for each value, side by side. Pure.

Nothing is said of who is right. A false disagreement is worse than a missed one (see rag.differ.events).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.differ.claims import (
    Claim,
    ReadClaim,
    claims_of,
    date_terms,
    is_about,
    read_claim,
    same_speaker,
    two_speakers,
    wanted_words,
)
from rag.differ.events import Facts, facts_of, same_event, shared
from rag.differ.later import in_force_since, last_day, replaces, says_so
from rag.differ.values import Amount, Named, compare, is_vague
from rag.facts.dates import expressions
from rag.questions.question import Asked

__all__ = ["Claim", "Group", "claims_of", "disagreements"]

NEAR_THE_BEST = 0.03
NEAR_THE_BEST_REASON = 0.003
SAME_FRAME = 0.4
SAME_FRAME_OF_AMOUNTS = 0.25
SAME_FRAME_OF_NAMES = 0.6
SAME_FRAME_OF_DENIALS = 0.5
SAME_REASON = 0.5
TELLING = 3
"""So many terms of the question in two sentences say that both are about what it asks."""
MOST_CLAIMS = 16
MOST_GROUPS = 5


@dataclass(frozen=True, slots=True)
class Group:
    """One of several different answers: its `value` as the first claim words it, and every claim that gives it, best
    first. `since`: the day from which it holds, where an earlier one is replaced. `replaced_by`: the place, among the
    groups, of the later one that takes its place. `applies` is False for what was replaced; where the question names a
    day, for what was not in force then."""

    value: str
    claims: tuple[Claim, ...]
    since: date | None = None
    replaced_by: int | None = None
    applies: bool = True


def disagreements(question: str, asked: Asked, claims: Sequence[Claim]) -> tuple[Group, ...]:
    """The different answers that the claims give to the question, best first; () when all agree, or one answers."""
    ordered = sorted(claims, key=lambda one: (-one.score, one.document.id, one.at, one.start, one.end, one.text))
    if not ordered:
        return ()
    text = " ".join(question.split())
    facts = facts_of(text, 0, 0, ordered[0].document.language)
    least = (NEAR_THE_BEST_REASON if asked.kind == "reason" else NEAR_THE_BEST) * ordered[0].score
    near = [claim for claim in ordered if claim.score >= least][:MOST_CLAIMS]
    language = ordered[0].document.language
    dated, wanted = date_terms(text, language), wanted_words(text, language)
    reads = [read_claim(claim, facts, dated) for claim in near if is_about(wanted, claim)]
    if not reads:
        return ()
    if asked.kind == "reason":
        found = _by_speaker(facts, reads)
    elif _YES_NO.match(text):
        found = _by_answer(facts, reads)
    else:
        found = _by_value(facts, reads)
    return _in_time(text, found[:MOST_GROUPS]) if len(found) > 1 else ()


_YES_NO = re.compile(
    r"\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must|whether|"
    r"ist|sind|war|waren|hat|haben|wird|wurde|wurden|kann|darf|muss|gibt|¿?(?:es|está|fue|ha|han|hay|hubo|puede|se))\b",
    re.I,
)
_DENIAL = re.compile(
    r"\b(?:not|cannot|no|never|none|nobody|neither|denie[sd]|den(?:y|ying)|reject(?:s|ed)?|refuse[sd]?|false|untrue|"
    r"failed|nicht|keine?[mnrs]?|nie|niemand|bestr(?:itt|eitet)|dementierte?|falsch|nunca|nadie|neg(?:ó|aron|ado)|"
    r"rechaz(?:ó|aron)|desmintió|falso)\b|n[’']t\b",
    re.I,
)
_QUOTE = re.compile(r"[“\"«„][^“”\"«»„]*[”\"»“]")


def _comparable(question: Facts, one: ReadClaim, other: ReadClaim, overlap: float, telling: int = TELLING) -> bool:
    """Whether two claims answer the same question about the same thing, in two documents or by two speakers."""
    if one.claim.document.id == other.claim.document.id and not two_speakers(one, other):
        return False
    both = len(one.covered & other.covered)
    # "Came to the festival" and "the festival had": of amounts one word may differ.
    loose = _is_counted(one) and both >= 2 and len(one.covered ^ other.covered) == 1
    if one.covered != other.covered and not loose:
        return False
    mine, theirs = one.claim.document, other.claim.document
    stated = any(replaces(newer, older) and says_so(newer) for newer, older in ((mine, theirs), (theirs, mine)))
    return same_event(question, one.facts, other.facts, overlap, both >= telling or stated)


def _by_value(question: Facts, reads: Sequence[ReadClaim]) -> list[Group]:
    """Groups of the claims that give a value of the kind the best claim gives; those that disagree with the best one
    about the same thing found further groups."""
    anchor = next((one for one in reads if one.value is not None), None)
    if anchor is None or anchor.value is None:
        return []
    overlap = SAME_FRAME_OF_NAMES if isinstance(anchor.value, Named) else SAME_FRAME
    overlap = SAME_FRAME_OF_AMOUNTS if _is_counted(anchor) else overlap
    others = [one for one in reads if one is not anchor and one.value is not None]
    groups = [[anchor]]
    for one in sorted(others, key=lambda one: one.value is not None and is_vague(one.value)):
        alike = [_comparable(question, one, group[0], overlap) for group in groups]
        agreed = [[_agree(one, member) for member in group] for group in groups]
        joined = next((at for at, told in enumerate(agreed) if all(told)), None)
        if joined is not None:
            if alike[joined] or _repeats(one, groups[joined]):
                groups[joined].append(one)
        elif all(alike) and all(same is False for told in agreed for same in told):
            groups.append([one])
    return _told(groups)


def _is_counted(one: ReadClaim) -> bool:
    """Whether the value is an amount, other than the time of a clock."""
    return isinstance(one.value, Amount) and one.value.unit != "time"


def _repeats(one: ReadClaim, group: Sequence[ReadClaim]) -> bool:
    """Whether a document says again what it has said."""
    return any(one.claim.document.id == member.claim.document.id for member in group)


def _agree(one: ReadClaim, other: ReadClaim) -> bool | None:
    return None if one.value is None or other.value is None else compare(one.value, other.value)


def _by_answer(question: Facts, reads: Sequence[ReadClaim]) -> list[Group]:
    """Those who say so, and those who deny it."""
    anchor = reads[0]
    against = [one for one in reads if _denies(one) != _denies(anchor)]
    against = [one for one in against if _comparable(question, anchor, one, SAME_FRAME_OF_DENIALS, MOST_CLAIMS)]
    if not against:
        return []
    alike = [one for one in reads if _denies(one) == _denies(anchor) and one.covered == anchor.covered]
    return _told([alike, against])


def _denies(one: ReadClaim) -> bool:
    return len(_DENIAL.findall(_QUOTE.sub(" ", one.claim.text))) % 2 == 1


def _by_speaker(question: Facts, reads: Sequence[ReadClaim]) -> list[Group]:
    """Explanations by different speakers; those who give the same one are one group."""
    groups: list[list[ReadClaim]] = []
    for one in reads:
        told = one.claim.attribution.reported and one.claim.kind == "reason"
        if not told or not one.speaker or one.facts.is_item:
            continue
        if 2 * len(one.covered & reads[0].covered) < len(reads[0].covered):
            continue
        own = one.facts.words - question.words
        same = next((group for group in groups if any(same_speaker(one.speaker, m.speaker) for m in group)), None)
        alike = (group for group in groups if shared(own, group[0].facts.words - question.words) >= SAME_REASON)
        if (group := same or next(alike, None)) is not None:
            group.append(one)
        elif all(two_speakers(one, member) or not _repeats(one, [member]) for group in groups for member in group):
            groups.append([one])
    return _told(groups)


def _told(groups: Sequence[Sequence[ReadClaim]]) -> list[Group]:
    made = []
    for group in groups:
        claims = tuple(
            sorted((one.claim for one in group), key=lambda claim: (-claim.score, claim.document.id, claim.at))
        )
        made.append(Group(" ".join(claims[0].text[claims[0].start : claims[0].end].split()), claims))
    return sorted(made, key=lambda group: -group.claims[0].score)


def _in_time(question: str, groups: Sequence[Group]) -> tuple[Group, ...]:
    """Marks what a later document of the same source replaces, and what held on the day the question names."""
    since = [in_force_since(group.claims[0].text, group.claims[0].document) for group in groups]
    later = [
        next((n for n, other in enumerate(groups) if n != at and _replaces(other, group)), None)
        for at, group in enumerate(groups)
    ]
    asked_for = next((day for _, _, whens in expressions(question) if (day := last_day(whens[-1]))), None)
    marked = []
    for at, group in enumerate(groups):
        next_one = later[at]
        concerned = next_one is not None or at in later
        begins = since[at] if concerned else None
        ends = since[next_one] if next_one is not None else None
        if asked_for is None:
            applies = next_one is None
        else:
            applies = (begins is None or begins <= asked_for) and (ends is None or asked_for < ends)
        marked.append(Group(group.value, group.claims, begins, next_one, applies or not concerned))
    return tuple(marked)


def _replaces(newer: Group, older: Group) -> bool:
    pairs = [(one.document, other.document) for one in newer.claims for other in older.claims]
    return any(replaces(one, other) for one, other in pairs) and not any(replaces(two, one) for one, two in pairs)
