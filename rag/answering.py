"""One question on one snapshot: statements read from the passages, or written by a model and checked."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.errors import EmbedderError
from index.sentences import sentence_spans
from index.snapshot import Snapshot, analyze
from index.types import Document, Hit, Span
from rag import gate
from rag.attribution import attribute
from rag.compose import Markers, uncovered_words, verbatim_statement
from rag.question import read_question, subject_terms
from rag.rank import CONTEXT_WEIGHT
from rag.reader import Reading, read, sentences_of
from rag.retrieve import Query, joined_vector
from rag.settings import Settings
from rag.types import Citation, Statement
from rag.verify import Verdict, verify

if TYPE_CHECKING:
    from index.embed import Embedder, Vectors
    from rag.llm import Draft, Writer

IDF_FLOOR = 0.5
SPAN_SENTENCES = 3


@dataclass(slots=True)
class Asking:
    """A question with what was retrieved for it; `timings` and `uncovered` fill while it is answered."""

    question: str
    query: Query
    hits: list[Hit]
    snapshot: Snapshot
    embedder: Embedder | None
    settings: Settings
    history: Sequence[tuple[str, str]]
    notice: str | None
    timings: dict[str, float]
    uncovered: tuple[str, ...] = field(default=())
    context: Query | None = None


def extractive(asking: Asking) -> Iterator[Statement]:
    """Verbatim sentences, or nothing when the evidence does not reach the confidence asked for."""
    reading, sure = _read(asking)
    if sure >= asking.settings.min_confidence:
        markers = Markers()
        for chosen, also in reading.chosen:
            yield verbatim_statement(chosen, also, markers)


def generated(asking: Asking, writer: Callable[[], Writer]) -> Iterator[Statement]:
    """Sentences of the model, each checked when it is whole. Without evidence the model is not called."""
    from rag.llm import Evidence

    _, sure = _read(asking)
    if not asking.hits or sure < asking.settings.min_confidence / 2:
        return
    evidence = [
        Evidence(n, hit.passage.text, hit.document.label, hit.document.outlet, hit.document.published)
        for n, hit in enumerate(asking.hits, 1)
    ]
    markers = Markers()
    language = asking.hits[0].document.language or "en"
    drafts = writer().write(asking.question, evidence, asking.history, language)
    try:
        for draft in drafts:
            statement = check_draft(draft, asking.hits, markers)
            if statement.check != "unsupported" or asking.settings.unsupported == "mark":
                yield statement
    finally:
        drafts.close()


def check_draft(draft: Draft, hits: Sequence[Hit], markers: Markers) -> Statement:
    """Finds the smallest spans that bear the sentence, in the passages the model named (in all, if it named none)."""
    named = [hits[n - 1] for n in dict.fromkeys(draft.markers) if 1 <= n <= len(hits)]
    best: list[tuple[Hit, Span, Verdict]] = []
    for hit in named or hits:
        span, verdict = best_span(draft.text, hit)
        best.append((hit, span, verdict))
    if not named:
        best = sorted(best, key=lambda item: (item[2].check == "unsupported", -item[2].support))[:1]
        best = [item for item in best if item[2].check != "unsupported"]
    quotes = [hit.document.text[span.start : span.end] for hit, span, _ in best]
    verdict = verify(draft.text, quotes)
    if verdict.check == "unsupported":
        verdict = verify(without_outlets(draft.text, [hit.document for hit, *_ in best]), quotes)
    citations: tuple[Citation, ...] = tuple(
        markers.cite(hit.document, hit.passage.id, span, one.support) for hit, span, one in best
    )
    attribution = attribute(draft.text, best[0][0].document) if best else None
    return Statement(draft.text, citations, verdict.check, verdict.support, verdict.failed, attribution)


def without_outlets(text: str, documents: Sequence[Document]) -> str:
    """The sentence without the outlets of the cited documents: the prompt asks for them, and they stand beside a text,
    not in it. A date stays: it may be that of the event."""
    for outlet in {document.outlet for document in documents if document.outlet}:
        text = re.sub(rf"(?<!\w){re.escape(outlet)}(?!\w)", "it", text)
    return text


def best_span(text: str, hit: Hit) -> tuple[Span, Verdict]:
    """The run of up to three sentences of the passage that checks best; the shortest of those as good."""
    document, passage = hit.document, hit.passage
    spans = sentence_spans(document.text, passage.start, passage.end, document.language)
    runs = [
        Span(document.id, spans[i][0], spans[i + length - 1][1])
        for length in range(1, SPAN_SENTENCES + 1)
        for i in range(len(spans) - length + 1)
    ]
    checked = [(run, verify(text, [document.text[run.start : run.end]])) for run in runs]
    return min(
        checked,
        key=lambda item: (
            item[1].check == "unsupported",
            len(item[1].failed),
            -round(item[1].support, 1),
            item[0].end - item[0].start,
            item[0].start,
        ),
    )


def read_hits(asking: Asking) -> tuple[Reading, dict[str, float]]:
    """Reads the passages; gives the reading and the features from which the gate judges it."""
    asked = read_question(asking.question)
    terms = subject_terms(asked, asking.query.terms, analyze)
    weights = {term: asking.snapshot.idf(term) + IDF_FLOOR for term in terms}
    vector, carried = asking.query.vector, asking.context
    if carried is not None:
        # A follow-up is about what the turn before was about: its terms and its meaning count a little.
        weights |= {
            term: CONTEXT_WEIGHT * (asking.snapshot.idf(term) + IDF_FLOOR)
            for term in carried.terms
            if term not in weights
        }
        vector = joined_vector(vector, carried.vector, CONTEXT_WEIGHT)

    def similarities(texts: Sequence[str]) -> tuple[Sequence[float], Vectors | None]:
        if asking.embedder is None or vector is None or not texts:
            return [0.0] * len(texts), None
        try:
            rows = asking.embedder.embed_passages(texts)
        except EmbedderError as error:
            asking.embedder = None
            asking.notice = f"Sentences were chosen by their words only: {error} {error.fix}"
            return [0.0] * len(texts), None
        return (rows @ vector).tolist(), rows

    reading = read(asked, weights, sentences_of(asking.hits), analyze, similarities)
    near = {} if vector is None else asking.snapshot.similarities(vector, [hit.passage.id for hit in asking.hits])
    return reading, gate.features(reading, max(near.values(), default=0.0))


def _read(asking: Asking) -> tuple[Reading, float]:
    """Reads the passages and says how sure it is (0 to 1) that they answer."""
    started = time.perf_counter()
    reading, features = read_hits(asking)
    asking.uncovered = uncovered_words(asking.question, reading)
    asking.timings["read"] = time.perf_counter() - started
    judge = gate.confidence_of_words if asking.embedder is None else gate.confidence
    return reading, judge(features) if reading.scored else 0.0
