"""From sentences to a checked Answer: citations with markers, statements, abstention. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from index.chunk import page_of
from index.terms import Terms, stems
from index.types import Document, Filters, Hit, Span
from rag.attribution import attribute
from rag.reader import Reading, Scored, Sentence
from rag.types import Answer, Citation, Mode, Statement
from rag.verify import verify

NEAREST = 3
CITED_COPIES = 3


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


def verbatim_statement(chosen: Scored, also: Sequence[Scored], markers: Markers) -> Statement:
    """One sentence of a source as it stands there, with every source that says the same."""
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
        attribution=attribute(sentence.text, sentence.hit.document, sentence.before),
    )


def _in_copies(sentence: Sentence, cited: Collection[int]) -> list[tuple[Hit, Span]]:
    """Where the sentence stands in the passage's copies, one place a document not yet cited, three at most."""
    found = []
    for hit in sentence.hit.copies:
        start = hit.document.text.find(sentence.text, hit.passage.start, hit.passage.end)
        if start >= 0 and hit.document.id not in cited:
            found.append((hit, Span(hit.document.id, start, start + len(sentence.text))))
    return found[:CITED_COPIES]


def answer(frame: Frame, statements: Sequence[Statement], uncovered: Sequence[str], nearest: Sequence[Hit]) -> Answer:
    """An answer of the statements; an abstention when there are none."""
    if not statements:
        return abstain(frame, uncovered, nearest)
    citations = {citation.marker: citation for statement in statements for citation in statement.citations}
    return Answer(
        question=frame.question,
        text=" ".join(map(with_markers, statements)),
        statements=tuple(statements),
        citations=tuple(citations[marker] for marker in sorted(citations)),
        short_answer=None,
        status="partial" if all(s.check == "unsupported" for s in statements) else "answered",
        missing=(),
        disagreements=(),
        nearest=(),
        uncovered_terms=(),
        generation=frame.generation,
        mode=frame.mode,
        model=frame.model,
        notice=frame.notice,
        filters=frame.filters,
        timings=frame.timings,
    )


def abstain(frame: Frame, uncovered: Sequence[str], nearest: Sequence[Hit]) -> Answer:
    return Answer(
        question=frame.question,
        text="The documents don't say.",
        statements=(),
        citations=(),
        short_answer=None,
        status="abstained",
        missing=(),
        disagreements=(),
        nearest=tuple(nearest[:NEAREST]),
        uncovered_terms=tuple(uncovered),
        generation=frame.generation,
        mode=frame.mode,
        model=frame.model,
        notice=frame.notice,
        filters=frame.filters,
        timings=frame.timings,
    )


def with_markers(statement: Statement) -> str:
    """The statement on one line, then its citations as [n]; an unsupported one says so wherever the text goes."""
    marks = "".join(f"[{citation.marker}]" for citation in statement.citations)
    line = f"{' '.join(statement.text.split())} {marks}".rstrip()
    return f"{line} (not found in the sources: {', '.join(statement.failed)})" if statement.failed else line


def uncovered_words(question: str, terms: Terms, reading: Reading) -> tuple[str, ...]:
    """The question's own words for the terms that no passage holds."""
    missing, forms = set(reading.uncovered), dict(terms.forms)
    words = [word.strip(".,;:!?\"'“”’()") for word in question.split()]
    return tuple(dict.fromkeys(word for word in words if any(forms.get(stem) in missing for stem in stems(word))))
