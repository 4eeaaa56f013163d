"""The check of a model's sentence: the smallest spans of its sources that bear it, and what they do not bear. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.sentences import sentence_spans
from index.types import Document, Span
from rag.answers.compose import Markers
from rag.attribution import attribute
from rag.orders.detect import ORDER, orders_among, reads_as_order
from rag.reading.widen import Widened
from rag.types import Citation, Statement
from rag.verify import Verdict, closest, verify

if TYPE_CHECKING:
    from rag.llm import Draft

SPAN_SENTENCES = 3


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
    best = [item for item in best if item[2].check != "unsupported"] or best  # what bears nothing of it is no source
    borne = [item for item in best if ORDER not in item[2].failed]
    quotes = [source.hit.document.text[span.start : span.end] for source, span, _ in borne]
    verdict = verify(draft.text, quotes)
    if verdict.check == "unsupported" and borne:
        verdict = verify(without_outlets(draft.text, [source.hit.document for source, *_ in borne]), quotes)
    if verdict.check == "unsupported" and any(one.failed == (ORDER,) for *_, one in best):
        verdict = Verdict("unsupported", 0.0, (ORDER,))
    citations: tuple[Citation, ...] = tuple(
        markers.cite(source.hit.document, source.passage_at(span.start).id, span, one.support)
        for source, span, one in best
    )
    is_borne = verdict.check != "unsupported"  # what no source bears is not said by any
    attribution = attribute(draft.text, best[0][0].hit.document) if best and is_borne else None
    return Statement(draft.text, citations, verdict.check, verdict.support, verdict.failed, attribution)


def without_outlets(text: str, documents: Sequence[Document]) -> str:
    """The sentence without the outlets of the cited documents: the prompt asks for them, and they stand beside a text,
    not in it. A date stays: it may be that of the event."""
    for outlet in {one.outlet for one in documents if one.outlet and not reads_as_order(one.outlet)}:
        text = re.sub(rf"(?<!\w){re.escape(outlet)}(?!\w)", "it", text)
    return text


def best_span(text: str, source: Widened) -> tuple[Span, Verdict]:
    """The run of up to three sentences of the source that checks best, in what was found before in what is around it;
    the shortest of those as good."""
    found = [_best_run(text, source.hit.document, hit.passage.start, hit.passage.end) for hit in source.hits]
    if all(verdict.check == "unsupported" for _, verdict in found):
        found.append(_best_run(text, source.hit.document, source.start, source.end))
    return min(closest(found), key=_order)


def _best_run(text: str, document: Document, start: int, end: int) -> tuple[Span, Verdict]:
    spans = sentence_spans(document.text, start, end, document.language)
    orders = orders_among(document.text, spans)
    runs = [
        (Span(document.id, spans[i][0], spans[i + length - 1][1]), any(orders[i : i + length]))
        for length in range(1, SPAN_SENTENCES + 1)
        for i in range(len(spans) - length + 1)
    ]
    checked = [(run, _checked(text, document.text[run.start : run.end], is_order)) for run, is_order in runs]
    return min(closest(checked), key=_order)


def _checked(text: str, quote: str, is_order: bool) -> Verdict:
    """An order in a document bears nothing, whatever it says."""
    verdict = verify(text, [quote])
    return replace(verdict, check="unsupported", failed=(*verdict.failed, ORDER)) if is_order else verdict


def _order(item: tuple[Span, Verdict]) -> tuple[bool, int, float, int, int]:
    span, verdict = item
    return (
        verdict.check == "unsupported",
        len(verdict.failed),
        -round(verdict.support, 1),
        span.end - span.start,
        span.start,
    )
