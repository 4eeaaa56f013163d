"""From what was read to statements: sentences of the documents, or those of a model, each checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.types import Hit, Span
from rag.answers.asking import Asking, Evidence, read_hits
from rag.answers.checking import check_draft
from rag.answers.compose import (
    Markers,
    differing,
    settled,
    short_span,
    sides_of,
    uncovered_words,
    verbatim_statement,
    with_sides,
)
from rag.answers.gaps import missing_part, number_missing
from rag.reading.widen import widen
from rag.types import Disagreement, Statement, Usage

if TYPE_CHECKING:
    from rag.llm import Writer

NEAR_TOPIC = 0.25

Part = tuple[Asking, Evidence]


@dataclass(slots=True)
class Findings:
    """What an answer is made of; it fills while statements are given out."""

    markers: Markers = field(default_factory=Markers)
    statements: list[Statement] = field(default_factory=list)
    short_answer: Span | None = None
    missing: list[str] = field(default_factory=list)
    disagreements: tuple[Disagreement, ...] = ()
    uncovered: tuple[str, ...] = ()
    notice: str | None = None
    usage: Usage | None = None
    dropped_markers: int = 0


def read_parts(askings: Sequence[Asking]) -> list[Part]:
    """Reads everything that is asked, before anything is said."""
    return [(asking, read_hits(asking)) for asking in askings]


def extractive(parts: Sequence[Part], findings: Findings) -> Iterator[Statement]:
    """Verbatim sentences for every part of a question, or nothing when the evidence does not reach the confidence
    asked for; a part without an answer is missing, when another one has it."""
    told: set[Span] = set()
    for asking, found in parts:
        if found.confidence < asking.settings.min_confidence:
            findings.uncovered += uncovered_words(asking.query.text, asking.query.terms, found.reading)
            gap = missing_part(found.wanted, found.reading, found.analyze)
            if len(parts) > 1:
                findings.missing.append(asking.question)
            elif gap is not None and found.confidence >= NEAR_TOPIC * asking.settings.min_confidence:
                findings.missing.append(gap[0])
                yield verbatim_statement(gap[1], (), findings.markers)
            continue
        scored, asked = found.reading.scored, found.wanted.asked
        sides = sides_of(asking.query.text, found) if len(parts) == 1 else ()
        chosen = with_sides(found.reading.chosen, sides, scored)
        a_list = asked.several or (asked.listed and len(chosen) > 1)
        if len(parts) == 1 and not sides and (untold := number_missing(found.wanted, found.reading, found.analyze)):
            findings.missing.append(untold)
        if findings.short_answer is None and chosen and not a_list:
            findings.short_answer = short_span(chosen[0][0])
        for one, also in chosen:
            if one.sentence.span not in told:
                yield verbatim_statement(one, also, findings.markers, told)
                told.add(one.sentence.span)
        if sides:
            findings.disagreements = differing(sides, scored, findings.markers)
            findings.short_answer = settled(sides, scored)


def generated(
    question: str, parts: Sequence[Part], writer: Callable[[], Writer], findings: Findings
) -> Iterator[Statement]:
    """Sentences of the model, each checked when it is whole. Without evidence the model is not called."""
    from rag.llm import Evidence as Passage

    settings = parts[0][0].settings
    hopeful = [(asking, found) for asking, found in parts if found.confidence >= settings.min_confidence / 2]
    findings.missing += [
        asking.question for asking, found in parts if len(parts) > 1 and (asking, found) not in hopeful
    ]
    hits = _joined([asking.hits for asking, _ in hopeful])
    if not hits:
        for asking, found in parts:
            findings.uncovered += uncovered_words(asking.query.text, asking.query.terms, found.reading)
        return
    asking, found = hopeful[0]
    sources = widen(hits, asking.snapshot.neighbours, settings.context_words)
    evidence = [
        Passage(n, one.text, one.hit.document.label, one.hit.document.outlet, one.hit.document.published)
        for n, one in enumerate(sources, 1)
    ]
    drafts = writer().write(question, evidence, asking.history, hits[0].document.language or "en")
    try:
        for draft in drafts:
            statement = check_draft(draft, sources, findings.markers)
            if statement.check != "unsupported" or settings.unsupported == "mark":
                yield statement
    finally:
        drafts.close()
        findings.notice, findings.usage, findings.dropped_markers = drafts.notice, drafts.usage, drafts.astray
    if len(parts) == 1:
        sides = sides_of(asking.query.text, found)
        findings.disagreements = differing(sides, found.reading.scored, findings.markers)


def _joined(lists: Sequence[Sequence[Hit]]) -> list[Hit]:
    """The hits of all parts of a question, the best of each first, each once."""
    found: dict[tuple[int, int], Hit] = {}
    for rank in range(max(map(len, lists), default=0)):
        for hits in lists:
            for hit in hits[rank : rank + 1]:
                found.setdefault((hit.passage.document_id, hit.passage.ordinal), hit)
    return list(found.values())
