"""From sentences to a checked Answer: citations with markers, statements, abstention. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from index.chunk import page_of
from index.terms import Terms, stems
from index.types import Document, Filters, Hit, Span
from rag.attribution import attribute
from rag.disagree import Group, claims_of, disagreements
from rag.reader import Reading, Scored
from rag.reading.cues import leans_back
from rag.reading.sentences import Sentence
from rag.short.answer import shown_from
from rag.types import Answer, Citation, Disagreement, Mode, Statement, Usage
from rag.verify import verify
from rag.writing.drafts import MARKER

if TYPE_CHECKING:
    from rag.answers.answering import Findings
    from rag.answers.asking import Evidence

NEAREST = 3
CITED_COPIES = 3
LIKELY_SHORT = 0.3
PEOPLE_AND_PLACES = ("person", "place", "name")

Choice = tuple[Scored, tuple[Scored, ...]]


@dataclass(slots=True)
class Markers:
    """Numbers citations in order of appearance; one number a span."""

    _citations: dict[Span, Citation] = field(default_factory=dict)

    def cite(self, document: Document, passage_id: int, span: Span, support: float) -> Citation:
        if span not in self._citations:
            self._citations[span] = Citation(
                marker=len(self._citations) + 1,
                document=document,
                passage_id=passage_id,
                start=span.start,
                end=span.end,
                page=page_of(document.pages, span.start),
                quote=document.text[span.start : span.end],
                support=round(min(1.0, max(0.0, support)), 4),
            )
        return self._citations[span]

    def all(self) -> tuple[Citation, ...]:
        return tuple(self._citations.values())


@dataclass(frozen=True, slots=True)
class Frame:
    """What an answer says of itself, whatever its statements."""

    question: str
    generation: int
    mode: Mode
    model: str | None = None
    notice: str | None = None
    filters: Filters | None = None
    timings: Mapping[str, float] = field(default_factory=dict)
    confidence: float | None = None
    carried: tuple[str, ...] = ()
    usage: Usage | None = None
    dropped_markers: int = 0
    prompt_version: str | None = None

    def told(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self)}


def verbatim_statement(
    chosen: Scored, also: Sequence[Scored], markers: Markers, told: Collection[Span] = ()
) -> Statement:
    """One sentence of a source as it stands there, with every source that says the same; `told` are the sentences that
    stand before it in the answer."""
    citations = [
        markers.cite(one.sentence.hit.document, one.sentence.hit.passage.id, one.sentence.span, support)
        for one, support in [(chosen, 1.0), *((other, other.cosine) for other in also)]
    ]
    citations += [
        markers.cite(hit.document, hit.passage.id, span, 1.0)
        for hit, span in _in_copies(chosen.sentence, {citation.document.id for citation in citations})
    ]
    sentence = chosen.sentence
    verdict = verify(sentence.text, [citation.quote for citation in citations])
    return Statement(
        text=sentence.text,
        citations=tuple(citations),
        check=verdict.check,
        support=verdict.support,
        failed=verdict.failed,
        attribution=attribute(sentence.text, sentence.hit.document, sentence.before, sentence.span.start),
        context=sentence.lead_in if leans_back(sentence.text) and sentence.lead_in not in told else None,
    )


def short_span(chosen: Scored) -> Span | None:
    """Where the short answer stands, when it is likely enough to be shown."""
    short, span = chosen.short, chosen.sentence.span
    if short is None or short.score < shown_from():
        return None
    words = chosen.sentence.text[short.start : short.end]
    if short.kind in PEOPLE_AND_PLACES and words == words.lower():
        return None
    return Span(span.document_id, span.start + short.start, span.start + short.end)


def sides_of(question: str, found: Evidence) -> tuple[Group, ...]:
    """The different answers of the sources, from everything that was read."""
    shorts = [one.short if one.short and one.short.score >= LIKELY_SHORT else None for one in found.reading.scored]
    claims = claims_of(found.reading.scored, shorts, found.wanted.asked, found.wanted.weights, found.analyze)
    return disagreements(question, found.wanted.asked, claims)


def with_sides(chosen: Sequence[Choice], sides: Sequence[Group], scored: Sequence[Scored]) -> list[Choice]:
    """The chosen sentences with one of every side, and what a later source replaced behind what holds."""
    told = {one.sentence.span for first, also in chosen for one in (first, *also)}
    spans = [{scored[claim.index].sentence.span for claim in side.claims} for side in sides]
    added = [(scored[side.claims[0].index], ()) for side, own in zip(sides, spans, strict=True) if not own & told]
    over = {span for side, own in zip(sides, spans, strict=True) if not side.applies for span in own}
    return sorted((*chosen, *added), key=lambda choice: choice[0].sentence.span in over)


def differing(sides: Sequence[Group], scored: Sequence[Scored], markers: Markers) -> tuple[Disagreement, ...]:
    """The sides, each with citations of those who give it."""
    told = []
    for side in sides:
        sentences = [scored[claim.index].sentence for claim in side.claims[:CITED_COPIES]]
        cited = [markers.cite(one.hit.document, one.hit.passage.id, one.span, 1.0) for one in sentences]
        told.append(
            Disagreement(
                value=side.value,
                attribution=side.claims[0].attribution,
                markers=tuple(dict.fromkeys(citation.marker for citation in cited)),
                span=side.claims[0].span,
                since=side.since,
                replaced_by=side.replaced_by,
                applies=side.applies,
            )
        )
    return tuple(told)


def settled(sides: Sequence[Group], scored: Sequence[Scored]) -> Span | None:
    """The short answer where sources differ: that of the only side which was not replaced by a later one. None when
    several hold, and where it is a whole sentence or would mislead alone."""
    holding = [one for one in sides if one.applies]
    if len(holding) != 1:
        return None
    claim = holding[0].claims[0]
    short = scored[claim.index].short
    whole = claim.end - claim.start >= len(claim.text)
    return None if short is None or not short.alone or whole else claim.span


def _in_copies(sentence: Sentence, cited: Collection[int]) -> list[tuple[Hit, Span]]:
    """Where the sentence stands in the passage's copies, one place a document not yet cited, three at most."""
    found = []
    for hit in sentence.hit.copies:
        start = hit.document.text.find(sentence.text, hit.passage.start, hit.passage.end)
        if start >= 0 and hit.document.id not in cited:
            found.append((hit, Span(hit.document.id, start, start + len(sentence.text))))
    return found[:CITED_COPIES]


def answer(frame: Frame, statements: Sequence[Statement], findings: Findings, nearest: Sequence[Hit]) -> Answer:
    """An answer of the statements; an abstention when there are none."""
    if not statements:
        return abstain(frame, findings.uncovered, nearest)
    sides = {marker for one in findings.disagreements for marker in one.markers}
    citations = {one.marker: one for one in findings.markers.all() if one.marker in sides}
    citations |= {citation.marker: citation for statement in statements for citation in statement.citations}
    doubtful = all(statement.check == "unsupported" for statement in statements)
    return Answer(
        text=" ".join(map(with_markers, statements)),
        statements=tuple(statements),
        citations=tuple(citations[marker] for marker in sorted(citations)),
        short_answer=findings.short_answer,
        status="partial" if doubtful or findings.missing else "answered",
        missing=tuple(findings.missing),
        disagreements=findings.disagreements,
        nearest=(),
        uncovered_terms=(),
        **frame.told(),
    )


def abstain(frame: Frame, uncovered: Sequence[str], nearest: Sequence[Hit]) -> Answer:
    return Answer(
        text="The documents don't say.",
        statements=(),
        citations=(),
        short_answer=None,
        status="abstained",
        missing=(),
        disagreements=(),
        nearest=tuple(nearest[:NEAREST]),
        uncovered_terms=tuple(dict.fromkeys(uncovered)),
        **frame.told(),
    )


def with_markers(statement: Statement) -> str:
    """The statement on one line, then its citations as [n]; an unsupported one says so wherever the text goes."""
    marks = "".join(f"[{citation.marker}]" for citation in statement.citations)
    # A source's own footnote mark must not look like one of ours.
    words = MARKER.sub(lambda found: f"({found[0][1:-1]})", " ".join(statement.text.split()))
    line = f"{words} {marks}".rstrip()
    return f"{line} (not found in the sources: {', '.join(statement.failed)})" if statement.failed else line


def uncovered_words(question: str, terms: Terms, reading: Reading) -> tuple[str, ...]:
    """The question's own words for the terms that no passage holds."""
    missing, forms = set(reading.uncovered), dict(terms.forms)
    words = [word.strip(".,;:!?\"'“”’()") for word in question.split()]
    return tuple(dict.fromkeys(word for word in words if any(forms.get(stem) in missing for stem in stems(word))))
