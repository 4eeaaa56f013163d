"""Which questions lean on the turns before them, and what they mean by themselves. Pure; never raises.

A question that stands by itself is left as it is. One that names another thing of a kind ("And in 2023?") or only
another question word ("Why?") becomes the last question with that in its place; any other keeps its words, and those
of the turn it leans on follow.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.terms import stems
from rag.questions.followup_read import Read, is_month, is_weekday, is_year, language_of, read
from rag.questions.followup_signs import after_openers, is_fragment, leans, opener_of
from rag.questions.followup_words import CONTRACTED

TURNS = 6
CARRIED = 6
ANSWER_NAMES = 2
ANSWER_CHARACTERS = 600

_MARKER = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`question` as asked; `standalone` is what is searched and read; `carried` are the words of earlier turns in it;
    `rewritten`: the standalone question is the last one with a part put in its place. `topic_changed`: it stands by
    itself and shares no word with the turn before."""

    question: str
    standalone: str
    carried: tuple[str, ...] = ()
    leans: bool = False
    topic_changed: bool = False
    rewritten: bool = False

    @property
    def searched(self) -> str:
        """What is searched and read first: the question, unless it says nothing without the turn before."""
        return self.standalone if self.rewritten else self.question

    @property
    def context(self) -> str | None:
        """What is searched and read besides, at a smaller weight."""
        return self.standalone if self.carried and not self.rewritten else None


def follow_up(question: str, history: Sequence[tuple[str, str]]) -> FollowUp:
    """The question after earlier (question, answer text) turns, the oldest first."""
    told = [(asked, answer) for asked, answer in history if any(map(str.isalnum, asked))][-TURNS:]
    before: Read | None = None
    language = "en"
    for at, (asked, _) in enumerate(told):
        answer = told[at - 1][1] if at else ""
        language = language_of(asked, language)
        found = read(_resolve(asked, before, answer, language).standalone, language)
        if before is None or found.content:  # "Thank you!" is about nothing
            before = found
    return _resolve(question, before, told[-1][1] if told else "", language_of(question, language))


def _resolve(question: str, base: Read | None, answer: str, language: str) -> FollowUp:
    own = read(question, language)
    if base is None or not own.words:
        return FollowUp(question, question)
    start = after_openers(own)
    if not leans(own, start):
        known = set(stems(base.text, base.language))
        shares = any(set(stems(own.words[at].text, language)) & known for at in own.content)
        return FollowUp(question, question, topic_changed=not shares)
    core = read(question[own.words[start].start :], language, start > 0) if start < len(own.words) else own
    opened = opener_of(own) in own.speech.openers
    rewritten = _asked_anew(core, base) or (_put_in(core, base, opened) if is_fragment(core) else None)
    if rewritten is not None:
        carried = tuple(word for word in _carried(base, core, ()) if word in rewritten)
        return FollowUp(question, rewritten, carried, True, rewritten=True)
    carried = _carried(base, core, _referents(core, base, answer))
    standalone = f"{core.text} ({' '.join(carried)})" if carried else question
    return FollowUp(question, standalone, carried, True)


def from_words(by_rules: FollowUp, standalone: str, history: Sequence[tuple[str, str]]) -> FollowUp | None:
    """The follow-up with a standalone question that somebody else wrote; None when that holds a name or a number that
    stands neither in the question nor in the turns before it."""
    written = read(standalone, language_of(standalone, "en"))
    told = " ".join([by_rules.question, *(text for turn in history for text in turn)])
    known = {word.low for word in read(told, written.language).words}
    named = {at for first, last in written.names for at in range(first, last + 1)}
    for at, word in enumerate(written.words):
        if (at in named or any(map(str.isdigit, word.text))) and word.low not in known:
            return None
    carried = _carried(written, read(by_rules.question, written.language), ())
    return FollowUp(by_rules.question, standalone, carried, True, rewritten=True)


# What it means by itself


def _asked_anew(core: Read, base: Read) -> str | None:
    """ "Why?" after "When was the last strike?": "Why was the last strike?"."""
    speech = core.speech
    lows = [word.low for word in core.words]
    if core.content or not any(low in speech.asking for low in lows):
        return None
    if not all(low in speech.asking or low in speech.amounts or low in speech.prepositions for low in lows):
        return None
    first = next((n for n, word in enumerate(base.words) if word.low in speech.asking), None)
    if first is None or first > 1:
        return f"{core.text.rstrip(' ?!.')} {base.text}"
    rest = first + 1
    while rest < len(base.words) - 1 and base.words[rest].low in speech.amounts | {"por"}:
        rest += 1
    return f"{core.text.rstrip(' ?!.')} {base.text[base.words[rest].start :]}" if rest < len(base.words) else None


def _put_in(core: Read, base: Read, opened: bool) -> str | None:
    """ "And in 2023?" after "How many left in 2022?": "How many left in 2023?"."""
    words = core.words
    for kind in (is_year, is_month, is_weekday):
        mine = [word for word in words if kind(word)]
        if mine:
            theirs = [word for word in base.words if kind(word)]
            if theirs:
                return _replaced(base, theirs[-1].start, theirs[-1].end, mine[-1].text)
            return _added(core, base) if len(core.content) <= 2 else None
    led = _led(core, core.content[0]) if core.content else ""
    if len(core.names) == 1 and base.names:
        first, last = core.names[0]
        fitting = [name for name in base.names if _led(base, name[0]) == led]
        if fitting or led not in core.speech.prepositions:
            there = (fitting or base.names)[-1]
            return _replaced(base, base.words[there[0]].start, base.words[there[1]].end, core.shown(first, last))
    if not opened or len(core.content) > 3:
        return None
    found = _by_head(core, base)
    return found or (_added(core, base) if words[0].low in core.speech.prepositions else None)


def _by_head(core: Read, base: Read) -> str | None:
    """ "And the outer harbour?" after "... in the inner harbour?": the same noun, otherwise described."""
    if len(core.content) < 2:
        return None
    head = core.words[core.content[-1]]
    there = next((n for n in reversed(base.content) if base.words[n].low == head.low), None)
    if there is None:
        return None
    first = there
    while first and first - 1 in base.content:
        first -= 1
    new = core.text[core.words[core.content[0]].start : head.end]
    return _replaced(base, base.words[first].start, base.words[there].end, new)


def _led(read: Read, at: int) -> str:
    before = read.words[at - 1].low if at else ""
    return CONTRACTED.get(before, before)


def _added(core: Read, base: Read) -> str:
    return f"{base.text.rstrip(' ?!.')} {core.text.rstrip(' ?!.')}?"


def _replaced(base: Read, start: int, end: int, new: str) -> str:
    return base.text[:start] + new + base.text[end:]


def _carried(base: Read, core: Read, referents: Sequence[str]) -> tuple[str, ...]:
    """Names and words of content of the turn before that the question does not have, then the referents."""
    own = set(stems(core.text, core.language))
    found: list[str] = []
    at = 0
    while at < len(base.words):
        name = next((name for name in base.names if name[0] == at), None)
        last = name[1] if name else at
        if name or (at in base.content and not _is_asked_for(base, at)):
            found.append(base.shown(at, last))
        at = last + 1
    new = (word for word in (*found, *referents) if not set(stems(word, core.language)) <= own)
    return tuple({word.lower(): word for word in new}.values())[:CARRIED]


def _is_asked_for(base: Read, at: int) -> bool:
    """ "firm" of "Which firm repairs the pier?" is what was asked for, not what it was about."""
    chosen = at > 0 and base.words[at - 1].low in base.speech.choosing
    return chosen and base.words[at].low in base.speech.general and len(base.content) > 1


def _referents(core: Read, base: Read, answer: str) -> list[str]:
    """Names of the last answer, where the question asks for people and the last one named nobody, or named nothing."""
    persons = any(word.low in core.speech.people for word in core.words)
    if answer.startswith("The documents don't say") or not (persons and not base.names or not base.content):
        return []
    told = read(_MARKER.sub("", answer[:ANSWER_CHARACTERS]), base.language)
    names = [told.shown(*name) for name in told.names if not any(map(is_month, told.words[name[0] : name[1] + 1]))]
    return names[:ANSWER_NAMES]
