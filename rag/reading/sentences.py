"""The sentences of retrieved passages, exact and with what stands before them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.sentences import sentence_spans
from index.types import Hit, Span
from rag.orders.detect import orders_among
from rag.reading.cues import is_label, is_question

BEFORE = 2
_SPEAKER = re.compile(r"[^\W\d_][\w.'’-]{0,30}(?: [\w.'’-]{1,30}){0,3}(?=: )")
CONTEXT_CHARACTERS = 800


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a retrieved passage; `before` are up to two sentences that precede it there, `lead_in` is where the
    last of them stands. `rank` is the place of the passage among the hits, from 0. `speaker` is who opens its line in a
    chat or in minutes ("Name: ..."), where an earlier sentence of that line names him."""

    span: Span
    text: str
    before: tuple[str, ...]
    hit: Hit
    rank: int = 0
    lead_in: Span | None = None
    speaker: str | None = None


def sentences_of(hits: Sequence[Hit]) -> list[Sentence]:
    """The sentences of the passages in the order of the hits; headings, questions and labels are context only, and
    orders to whoever reads are nothing."""
    found: list[Sentence] = []
    for rank, hit in enumerate(hits):
        document, passage = hit.document, hit.passage
        line = document.text.rfind("\n", 0, max(0, passage.start - CONTEXT_CHARACTERS)) + 1
        earlier = sentence_spans(document.text, line, passage.start, document.language)[-BEFORE:]
        spans = earlier + sentence_spans(document.text, passage.start, passage.end, document.language)
        texts = [document.text[start:end] for start, end in spans]
        orders = orders_among(document.text, spans)
        headings = {heading.start for heading in document.headings}
        for at in range(len(earlier), len(spans)):
            (start, end), text = spans[at], texts[at]
            if start in headings or text == document.title or is_label(text) or is_question(text) or orders[at]:
                continue
            lead_in = Span(document.id, *spans[at - 1]) if at and spans[at - 1][0] not in headings else None
            before = tuple(texts[max(0, at - BEFORE) : at])
            speaker = _speaker(document.text, start)
            found.append(Sentence(Span(document.id, start, end), text, before, hit, rank, lead_in, speaker))
    return found


def _speaker(text: str, start: int) -> str | None:
    line = text.rfind("\n", max(0, start - CONTEXT_CHARACTERS), start) + 1
    opened = _SPEAKER.match(text, line, start) if line < start else None
    return opened.group() if opened else None
