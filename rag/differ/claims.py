"""What retrieved sentences claim, read for comparison: who says it, of what, and with which value. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from index.terms import stems
from index.types import Document, Span
from rag.attribution import attribute
from rag.differ.events import LONGEST, Facts, content_stems, facts_of
from rag.differ.values import KINDS, Kind, Value, value_of
from rag.facts.dates import expressions
from rag.facts.names import names
from rag.facts.quantities import quantities
from rag.questions.question import Asked
from rag.reading.cues import family
from rag.reading.sentences import Sentence
from rag.types import Attribution

COMPARED = 16
"""So many of the best sentences are made claims; an answer is seldom further down."""


class Analyze(Protocol):
    """The index terms of a text, those of the question by their keys."""

    def __call__(self, text: str, language: str | None = None) -> list[str]: ...


class Scored(Protocol):
    """A sentence as the reader orders it; see rag.reader.Scored."""

    @property
    def sentence(self) -> Sentence: ...
    @property
    def score(self) -> float: ...
    @property
    def fits(self) -> float: ...


class ShortAnswer(Protocol):
    """The part text[start:end] of a sentence that answers, and the kind of thing it is."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def kind(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that answers, text[start:end] being the short answer (or all of it). `at` is where the sentence stands
    in the document's text; `context` what it is read with; `covered` the question's terms that both hold; `index` says
    which of the sentences read it is. `score` (0 to 1): how good it is beside the best one."""

    text: str
    start: int
    end: int
    kind: str
    document: Document
    attribution: Attribution
    score: float
    covered: frozenset[str]
    at: int = 0
    context: str = ""
    index: int = 0

    @property
    def span(self) -> Span:
        """Where the short answer stands in the document."""
        return Span(self.document.id, self.at + self.start, self.at + self.end)


@dataclass(frozen=True, slots=True)
class ReadClaim:
    """A claim with what was read in it."""

    claim: Claim
    facts: Facts
    value: Value | None
    speaker: frozenset[str]
    covered: frozenset[str]


def claims_of(
    scored: Sequence[Scored],
    shorts: Sequence[ShortAnswer | None],
    asked: Asked,
    weights: Mapping[str, float],
    analyze: Analyze,
) -> list[Claim]:
    """The best of the sentences read, as claims. `shorts` has the short answer of each, its offsets counted in the
    sentence, or None; `weights` are the question's terms and `analyze` gives those of a text, as in rag.reader.read."""
    made = []
    top = max((one.score for one in scored), default=0.0)
    for index, (one, short) in enumerate(zip(scored[:COMPARED], shorts, strict=False)):
        sentence, document = one.sentence, one.sentence.hit.document
        context = "\n".join((document.title, *sentence.hit.passage.headings, *sentence.before))
        held = {family(term) for term in analyze(f"{context}\n{sentence.text}", document.language)}
        start, end, kind = 0, len(sentence.text), str(asked.kind)
        if short is not None and kind != "reason":  # a reason is the whole sentence
            kind, (start, end) = short.kind, _with_unit(sentence.text, short, asked, document.language)
        made.append(
            Claim(
                text=sentence.text,
                start=start,
                end=end,
                kind=kind if kind != "reason" or one.fits > 0 else "other",
                document=document,
                attribution=attribute(sentence.text, document, sentence.before, sentence.span.start),
                score=math.exp(one.score - top),
                covered=frozenset(term for term in weights if family(term) in held),
                at=sentence.span.start,
                context=context,
                index=index,
            )
        )
    return made


_ROLES = frozenset(
    content_stems(
        "source sources official officials spokesman spokeswoman spokesperson lawmaker lawmakers minister ministry "
        "mayor police union owner captain operator people resident residents expert experts critics witness witnesses "
        "author authors company government council clerk treasurer researchers lawyer builder hospital same other "
        "others",
        "en",
    )
)


def read_claim(claim: Claim, question: Facts, dated: frozenset[str]) -> ReadClaim:
    language, text = claim.document.language, claim.text[:LONGEST]
    speaker = claim.attribution.speaker
    return ReadClaim(
        claim,
        facts_of(text, claim.start, claim.end, language, claim.document.published, speaker),
        _value(claim, text, question),
        frozenset(content_stems(speaker or "", language)),
        claim.covered - dated,
    )


def _value(claim: Claim, text: str, question: Facts) -> Value | None:
    """The value of the kind asked for; "what is the limit" names none, but "6 knots" shows one."""
    known = KINDS.get(claim.kind)
    part = claim.end - claim.start < len(claim.text)
    tried: tuple[Kind, ...] = ("amount", "time") if known is None and part else () if known is None else (known,)
    told = (value_of(text, claim.start, claim.end, kind, claim.document.language, question.numbers) for kind in tried)
    return next((value for value in told if value is not None), None)


def _with_unit(text: str, short: ShortAnswer, asked: Asked, language: str | None) -> tuple[int, int]:
    """The short answer with its unit: "6 knots", not "6"; a part of a date is no amount, the one that is told is."""
    told = [one for one in quantities(text[:LONGEST], language) if one.value not in asked.quantities]
    over = [one for one in told if one.start < short.end and one.end > short.start]
    if len(over) == 1:
        return min(short.start, over[0].start), max(short.end, over[0].end)
    if not over and len(told) == 1 and KINDS.get(short.kind) == "amount":
        return told[0].start, told[0].end
    return short.start, short.end


def date_terms(question: str, language: str | None) -> frozenset[str]:
    """The terms of the question's dates: a text need not repeat the date it was in force on."""
    return frozenset(stems(" ".join(question[start:end] for start, end, _ in expressions(question)), language))


_SINGLES_OUT = re.compile(
    r"\b(?:last|first|next|latest|second|third|final|former|previous|current|new|old|only|main|inner|outer|upper|lower|"
    r"north|south|east|west|(?!latest|forest|interest|request|protest|harvest|rest|test|best|west|east|guest|invest|honest|"
    r"arrest|contest|suggest)\w{3,}est|letzte[nrs]?|erste[nrs]?|nächste[nrs]?|\w{4,}ste[nrs]?|último|última|primer[oa]?|"
    r"próxim[oa])\b",
    re.I,
)


def wanted_words(question: str, language: str | None) -> tuple[str, ...]:
    """The words of the question's names, its numbers and what singles out one of several ("the last strike"), small.
    Its first word has a capital, a name or not."""
    first = len(question.partition(" ")[0])
    told = [one.text for one in names(question, language) if one.start >= first]
    told += [
        question[one.start : one.end].split()[0] for one in quantities(question, language) if one.unit != "ordinal"
    ]
    told += _SINGLES_OUT.findall(question)
    return tuple(word.lower() for text in told for word in re.findall(r"[\w.,]*\w", text))


def is_about(wanted: Sequence[str], claim: Claim) -> bool:
    """Whether the sentence, with what it is read with, holds every name and number of the question."""
    around = f"{claim.context}\n{claim.text}".lower()
    return all(word in around for word in wanted)


def two_speakers(one: ReadClaim, other: ReadClaim) -> bool:
    return bool(one.speaker and other.speaker) and same_speaker(one.speaker, other.speaker) is False


def same_speaker(one: frozenset[str], other: frozenset[str]) -> bool | None:
    """Whether both are one: "the lawmaker" is "a lawmaker in Baghdad", but neither is "a source in Baghdad". None for
    what cannot be told: a name and a role."""
    if one & _ROLES and other & _ROLES and not one & other & _ROLES:
        return False
    named, also = one - _ROLES, other - _ROLES
    if named and also:
        return bool(named & also)
    return True if one & other else None
