"""An English clause as far as it is sure: its subject, and what follows from the verb on. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.suggesting.phrases import ARTICLES, DATE, PREPOSITIONS, is_name, joined, kind_of, noun_phrase, opened
from rag.suggesting.words import PAST_OF_PARTICIPLE

Kind = Literal["when", "where", "who", "number", "why", "says", "what", "asked", "about"]

BE = ("was", "were", "is", "are")
_LEADS = frozenset("However Moreover Furthermore Additionally Meanwhile Nevertheless Also Today Thus Later".split())
_STOPS = frozenset(". , ; : and but when while after before because until following where since".split())


@dataclass(frozen=True, slots=True)
class Made:
    """A question and what kind it is."""

    kind: Kind
    question: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A subject (as it is written inside a sentence), and `tokens` from the verb on. `dated`: a date opened it."""

    subject: list[str]
    tokens: list[str]
    dated: bool

    @property
    def who(self) -> str:
        return joined(self.subject)

    @property
    def is_clear(self) -> bool:
        """Whether the subject names something; "the song" is clear beside its sentence only."""
        return any(map(is_name, self.subject)) or len(set(self.subject) - ARTICLES - PREPOSITIONS) > 1

    @property
    def verb(self) -> str:
        return self.tokens[0] if self.tokens else ""


def clause_of(tokens: list[str], forms: Collection[str]) -> Clause | None:
    """The clause that a sentence begins with; `forms` as for `phrases.opened`."""
    dated = False
    if tokens[0] in _LEADS and tokens[1] == ",":
        tokens = tokens[2:]
    elif tokens[0] in ("In", "On", "From") and tokens[1] == DATE:
        dated, tokens = tokens[0] != "From", tokens[2 + (tokens[2:3] == [","]) :]
    if not tokens:
        return None
    end = noun_phrase(tokens, 0)
    subject = opened(tokens[:end], forms) if end else None
    if subject is None:
        return None
    return Clause(subject, tokens[_behind_apposition(tokens, end) :], dated)


def _behind_apposition(tokens: Sequence[str], at: int) -> int:
    """Behind ", the mayor of Rome," if that stands there."""
    if tokens[at : at + 1] == [","] and tokens[at + 1 : at + 2] and tokens[at + 1] in ARTICLES:
        end = noun_phrase(tokens, at + 1)
        if end > at + 1 and tokens[end : end + 1] == [","]:
            return end + 1
    return at


def stops(tokens: Sequence[str], at: int) -> bool:
    """Whether what goes before may be all that belongs to the verb."""
    return at >= len(tokens) or tokens[at] in _STOPS


def dated_at(tokens: Sequence[str], at: int) -> bool:
    """Whether "in 1932" or "on May 3" stands there, and nothing that belongs to it follows."""
    return (
        tokens[at : at + 1] in (["on"], ["in"], ["from"])
        and tokens[at + 1 : at + 2] == [DATE]
        and stops(tokens, at + 2)
    )


def participle(tokens: Sequence[str], at: int) -> int:
    """Behind the participle that stands at `at`, with an adverb before it; `at` where none does."""
    verb = at + (at < len(tokens) and kind_of(tokens[at]) in ("adverb", "ly", "not") and tokens[at] != "also")
    is_one = verb < len(tokens) and (kind_of(tokens[verb]) == "ed" or tokens[verb] in PAST_OF_PARTICIPLE)
    return verb + 1 if is_one else at
