"""What an answer is made of. Offsets count code points in the cited document's text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from index.types import Document, Filters, Hit, Passage, Ranks, Span

__all__ = [
    "Answer",
    "Attribution",
    "Check",
    "Citation",
    "Disagreement",
    "Document",
    "Filters",
    "Hit",
    "Passage",
    "Ranks",
    "Span",
    "Statement",
    "Usage",
]

Check = Literal["verbatim", "grounded", "unsupported"]
Status = Literal["answered", "partial", "abstained"]
Mode = Literal["extractive", "llm"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A span of a stored document: `quote == document.text[start:end]`.

    `marker` is the number shown in the answer. `support` (0 to 1) says how well this span alone bears the statement.
    """

    marker: int
    document: Document
    passage_id: int
    start: int
    end: int
    page: int | None
    quote: str
    support: float


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says it: a speaker the text names, the outlet, its date; `reported` when the text passes on a claim."""

    speaker: str | None
    outlet: str | None
    published: date | None
    reported: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer and the outcome of its check.

    verbatim: the sentence is a cited span. grounded: its quotes, numbers, dates and names are in the cited spans and
    its wording is close to theirs (a contradiction in other words cannot be seen). unsupported: `failed` names what
    was not found.
    """

    text: str
    citations: tuple[Citation, ...]
    check: Check
    support: float
    failed: tuple[str, ...] = ()
    attribution: Attribution | None = None
    context: Span | None = None

    @property
    def lead_in(self) -> str | None:
        """The words of `context`."""
        if self.context is None:
            return None
        return self.citations[0].document.text[self.context.start : self.context.end]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One of several different answers that the sources give: `value` stands at `span`, and `markers` are those of its
    citations, the first one of them around the span.

    `since` is the day from which it holds, if that is told. `replaced_by` is the place, among the disagreements of the
    answer, of what a later document of the same source says instead. `applies`: it holds on the day that the question
    names, or now.
    """

    value: str
    attribution: Attribution
    markers: tuple[int, ...]
    span: Span | None = None
    since: date | None = None
    replaced_by: int | None = None
    applies: bool = True


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens sent to a model and received; `estimated` when the endpoint did not count them. `cost` in the currency of
    the prices that were set, None without prices."""

    input_tokens: int
    output_tokens: int
    estimated: bool
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer. Only status "abstained" is an abstention: then `statements` is empty, `nearest` holds the
    closest passages and `uncovered_terms` the words of the question that they do not hold.

    `missing` says what a partial answer leaves open. `notice` tells when the answer came about otherwise than the
    settings say (a failing endpoint, vectors not at hand). `timings` are seconds by stage. `confidence` (0 to 1):
    how sure the reading is that the documents answer the question at all, whatever was answered. `carried` are the
    words of earlier turns with which a follow-up was read. `usage` counts what a model was sent and gave;
    `dropped_markers` how many of its citations pointed nowhere, `prompt_version` names what it was told.
    """

    question: str
    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    short_answer: Span | None
    status: Status
    missing: tuple[str, ...]
    disagreements: tuple[Disagreement, ...]
    nearest: tuple[Hit, ...]
    uncovered_terms: tuple[str, ...]
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
