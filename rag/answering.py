"""One question on one snapshot: statements read from the passages, or written by a model and checked."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.errors import EmbedderError
from index.sentences import sentence_spans
from index.snapshot import Snapshot
from index.terms import stems
from index.types import Document, Hit, Span
from rag import gate
from rag.attribution import attribute
from rag.compose import Markers, uncovered_words, verbatim_statement
from rag.question import read_question, subject_terms
from rag.rank import CONTEXT_WEIGHT
from rag.reader import Reading, read, sentences_of
from rag.retrieve import Query, joined_vector, term_weights
from rag.settings import Settings
from rag.types import Citation, Statement
from rag.verify import Verdict, verify
from rag.widen import Widened, widen

if TYPE_CHECKING:
    from index.embed import Embedder, Vectors
    from rag.llm import Draft, Writer

IDF_FLOOR = 0.5
SPAN_SENTENCES = 3


@dataclass(slots=True)
class Asking:
    """A question with what was retrieved for it; `timings`, `uncovered` and `confidence` fill while it is answered."""

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
    confidence: float | None = None


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
    sources = widen(asking.hits, asking.snapshot.neighbours, asking.settings.context_words)
    evidence = [
        Evidence(n, one.text, one.hit.document.label, one.hit.document.outlet, one.hit.document.published)
        for n, one in enumerate(sources, 1)
    ]
    markers = Markers()
    language = asking.hits[0].document.language or "en"
    drafts = writer().write(asking.question, evidence, asking.history, language)
    try:
        for draft in drafts:
            statement = check_draft(draft, sources, markers)
            if statement.check != "unsupported" or asking.settings.unsupported == "mark":
                yield statement
    finally:
        drafts.close()


def check_draft(draft: Draft, sources: Sequence[Widened], markers: Markers) -> Statement:
    """Finds the smallest spans that bear the sentence, in the sources the model named (in all, if it named none)."""
    named = [sources[n - 1] for n in dict.fromkeys(draft.markers) if 1 <= n <= len(sources)]
    best: list[tuple[Widened, Span, Verdict]] = []
    for source in named or sources:
        span, verdict = best_span(draft.text, source)
        best.append((source, span, verdict))
    if not named:
        best = sorted(best, key=lambda item: (item[2].check == "unsupported", -item[2].support))[:1]
        best = [item for item in best if item[2].check != "unsupported"]
    quotes = [source.hit.document.text[span.start : span.end] for source, span, _ in best]
    verdict = verify(draft.text, quotes)
    if verdict.check == "unsupported":
        verdict = verify(without_outlets(draft.text, [source.hit.document for source, *_ in best]), quotes)
    citations: tuple[Citation, ...] = tuple(
        markers.cite(source.hit.document, source.passage_at(span.start).id, span, one.support)
        for source, span, one in best
    )
    attribution = attribute(draft.text, best[0][0].hit.document) if best else None
    return Statement(draft.text, citations, verdict.check, verdict.support, verdict.failed, attribution)


def without_outlets(text: str, documents: Sequence[Document]) -> str:
    """The sentence without the outlets of the cited documents: the prompt asks for them, and they stand beside a text,
    not in it. A date stays: it may be that of the event."""
    for outlet in {document.outlet for document in documents if document.outlet}:
        text = re.sub(rf"(?<!\w){re.escape(outlet)}(?!\w)", "it", text)
    return text


def best_span(text: str, source: Widened) -> tuple[Span, Verdict]:
    """The run of up to three sentences of the source that checks best, in what was found before in what is around it;
    the shortest of those as good."""
    found = [_best_run(text, source.hit.document, hit.passage.start, hit.passage.end) for hit in source.hits]
    if all(verdict.check == "unsupported" for _, verdict in found):
        found.append(_best_run(text, source.hit.document, source.start, source.end))
    return min(found, key=_order)


def _best_run(text: str, document: Document, start: int, end: int) -> tuple[Span, Verdict]:
    spans = sentence_spans(document.text, start, end, document.language)
    runs = [
        Span(document.id, spans[i][0], spans[i + length - 1][1])
        for length in range(1, SPAN_SENTENCES + 1)
        for i in range(len(spans) - length + 1)
    ]
    checked = [(run, verify(text, [document.text[run.start : run.end]])) for run in runs]
    return min(checked, key=_order)


def _order(item: tuple[Span, Verdict]) -> tuple[bool, int, float, int, int]:
    span, verdict = item
    return (
        verdict.check == "unsupported",
        len(verdict.failed),
        -round(verdict.support, 1),
        span.end - span.start,
        span.start,
    )


def read_hits(asking: Asking) -> tuple[Reading, dict[str, float]]:
    """Reads the passages; gives the reading and the features from which the gate judges it."""
    asked = read_question(asking.question)
    terms = asking.query.terms
    idf = term_weights(asking.snapshot, terms)
    weights = {key: idf[key] + IDF_FLOOR for key in subject_terms(asked, terms.keys, stems)}
    vector, carried = asking.query.vector, asking.context
    if carried is not None:
        # A follow-up is about what the turn before was about: its terms and its meaning count a little.
        before = term_weights(asking.snapshot, carried.terms)
        weights |= {key: CONTEXT_WEIGHT * (before[key] + IDF_FLOOR) for key in carried.terms.keys if key not in weights}
        vector = joined_vector(vector, carried.vector, CONTEXT_WEIGHT)
    known = dict(carried.terms.forms if carried else ()) | dict(terms.forms)

    def analyze(text: str, language: str | None = None) -> list[str]:
        return [known.get(stem, stem) for stem in stems(text, language)]

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
    asking.uncovered = uncovered_words(asking.question, asking.query.terms, reading)
    asking.timings["read"] = time.perf_counter() - started
    judge = gate.confidence_of_words if asking.embedder is None else gate.confidence
    asking.confidence = judge(features) if reading.scored else 0.0
    return reading, asking.confidence
