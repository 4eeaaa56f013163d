"""The check of a statement against its spans. Pure.

It sees whether quotes, numbers, dates, names, codes and superlatives stand in the spans, whether a negation or a hedge
was added or lost, whether a word became its opposite ("rose" for "fell") or two parties changed places ("A sued B" for
"B sued A"), and whether the wording is close to theirs.
It cannot see a contradiction in other words: nothing that is not verbatim is ever more than "grounded".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeVar

from index.sentences import sentence_spans
from rag.checks.borne import missing_codes, missing_dates, missing_numbers, missing_quotes
from rag.checks.borne_names import missing_names
from rag.checks.opposites import opposites
from rag.checks.polarity import changes
from rag.checks.ranks import missing_ranks
from rag.checks.roles import exchanged
from rag.checks.support import is_near, least_support, support_of
from rag.checks.told import facts
from rag.checks.wording import language_of, sentence, sentences
from rag.facts.names import codes
from rag.types import Check

Failure = Literal[
    "quote", "number", "date", "name", "code", "negation", "hedge", "superlative", "opposite", "wording", "source"
]

NEARLY = 0.05
Place = TypeVar("Place")

_WORD = re.compile(r"[^\W_]")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`support` (0 to 1) says how likely a reader finds the statement borne by the spans; 1 for a verbatim one.
    `failed` is what they do not bear, in words to show; `kinds` says of each what it is. `closeness` (0 to 1) is the
    support that the wording alone would have: of several spans the closest ones are those that the statement restates,
    and only they can bear it; another that happens to hold its numbers and names says something else."""

    check: Check
    support: float
    failed: tuple[str, ...] = ()
    kinds: tuple[Failure, ...] = ()
    closeness: float = 0.0


def verify(
    statement: str,
    spans: Sequence[str],
    similarity: float | None = None,
    *,
    known: Sequence[str] = (),
    language: str | None = None,
) -> Verdict:
    """Checks one sentence against the texts of its cited spans.

    `similarity` is the highest cosine of the statement's vector with that of a sentence of the spans, if at hand.
    `known` is what the reader sees beside the spans (title, outlet, date): it may supply names and the year of a day.
    `language` is that of the spans, guessed where it is not given.
    """
    if _WORD.search(statement) and any(_is_whole(_flat(statement), span) for span in spans):
        return Verdict("verbatim", 1.0, closeness=1.0)
    if not spans:
        return Verdict("unsupported", 0.0, ("no source was cited",), ("source",))
    evidence = "\n\n".join(spans)
    spoken = language or language_of(evidence)
    found, borne = inspect(statement, evidence, tuple(known), spoken)
    failures = dict(found)
    own, theirs = sentence(statement, language_of(statement)), sentences(evidence, spoken)
    support = support_of(own, theirs, borne, similarity)
    closeness = support if borne == 1 else support_of(own, theirs, 1.0, similarity)
    if support < least_support(similarity) or similarity is None and not is_near(own, theirs):
        failures["the wording"] = "wording"
    check: Check = "unsupported" if failures else "grounded"
    return Verdict(check, support, tuple(failures), tuple(failures.values()), closeness)


def closest(checked: Sequence[tuple[Place, Verdict]]) -> list[tuple[Place, Verdict]]:
    """Of the spans that a statement was checked against, those that it restates: the ones nearly as close in wording as
    the closest. A statement with a lost "not" passes wherever the sentence with the "not" is left out."""
    top = max((verdict.closeness for _, verdict in checked), default=0.0)
    return [(place, verdict) for place, verdict in checked if verdict.closeness >= top - NEARLY]


@lru_cache(maxsize=2048)
def inspect(
    statement: str, evidence: str, known: tuple[str, ...] = (), spoken: str = "en"
) -> tuple[tuple[tuple[str, Failure], ...], float]:
    """What the evidence does not bear, apart from the wording; and the share of the numbers, dates, names and codes
    that it does."""
    told, held = facts(statement, language_of(statement)), facts(evidence, spoken)
    beside = facts("\n\n".join((evidence, *known)), spoken) if known else held
    years = frozenset(int(year) for text in known for year in _YEAR.findall(text))
    found: list[tuple[str, Failure]] = [(quote, "quote") for quote in missing_quotes(told, held)]
    found += [(number, "number") for number in missing_numbers(told, held, spoken)]
    found += [(date, "date") for date in missing_dates(told, held, years)]
    found += [(name, "name") for name in missing_names(told, beside, spoken)]
    found += [(code, "code") for code in missing_codes(told, beside)]
    facts_told = len(told.quantities) + len(told.dates) + len(told.names) + len(codes(statement))
    borne = 1 - min(1.0, sum(kind != "quote" for _, kind in found) / max(1, facts_told))
    own, theirs = sentence(statement, language_of(statement)), sentences(evidence, spoken)
    changed = changes(own, theirs)
    for change in changed:
        shown = f"the “{change.cue}”" if change.added else f"the statement without “{change.cue}”"
        found.append((shown, change.kind))
    told_of = {change.cue for change in changed}
    english = spoken == "en" == language_of(statement)
    for one in (*opposites(own, theirs, told, held), *(exchanged(own, theirs) if english else ())):
        if not told_of & {one.said, one.held}:
            found.append((f"“{one.said}” (the source: “{one.held}”)", "opposite"))
            told_of.add(one.said)
    found += [(f"“{rank}”", "superlative") for rank in missing_ranks(told, beside) if rank not in told_of]
    return tuple(found), borne


def _is_whole(statement: str, span: str) -> bool:
    """Whether the statement is the span or whole sentences of it. Half a sentence may say the opposite ("denied that
    the pier will close."), and "rose to 3." is not what "rose to 3.5 million." says."""
    if statement not in _flat(span):
        return False
    sentences = [_flat(span[start:end]) for start, end in sentence_spans(span)]
    runs = (" ".join(sentences[i:j]) for i in range(len(sentences)) for j in range(i + 1, len(sentences) + 1))
    return statement == _flat(span) or statement in runs


@lru_cache(maxsize=8192)
def _flat(text: str) -> str:
    return " ".join(text.split())
