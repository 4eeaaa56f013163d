"""Lists and tables that belong to an answer as a whole: a sentence that announces a list says little without its items,
and one row of a table is no answer to a question for all of them. Pure, but for the passages it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from index.sentences import sentence_spans
from index.types import Document, Hit, Passage, Span
from rag.orders.detect import orders_among
from rag.questions.question import Asked
from rag.reader import Scored
from rag.reading.cues import is_item
from rag.reading.rows import cells
from rag.reading.sentences import Sentence

MOST = 30  # members of a list
LONGEST = 8_000  # characters of a list
ROW_BEHIND = 3.0  # of scores: a row that is further behind has less of what was asked for

Choice = tuple[Scored, tuple[Scored, ...]]
Neighbours = Callable[[int], list[Passage]]


def with_lists(
    chosen: Sequence[Choice], scored: Sequence[Scored], asked: Asked, neighbours: Neighbours
) -> tuple[Choice, ...]:
    """The chosen sentences, each followed by the items it announces, and for a question that asks for all there are the
    best row with those that fit as well. `neighbours` gives all passages of a document by its id."""
    also = {one.sentence.span: others for one, others in chosen}
    rows = [one for one, _ in chosen if asked.listed and cells(one.sentence.text)]
    table = whole_table(rows, scored)
    read = {one.sentence.span: one for one in scored}
    found: dict[Span, Choice] = {}
    for one, _ in chosen:
        items = [read.get(item.span) or _unread(item) for item in announced(one.sentence, neighbours)]
        for member in table if one in table else (one, *items):
            span = member.sentence.span
            found.setdefault(span, (member, also.get(span, ())))
    return tuple(found.values())


def announced(sentence: Sentence, neighbours: Neighbours) -> Iterator[Sentence]:
    """The sentences of the items that follow a sentence which ends in a colon; none of them is an order to whoever
    reads."""
    document, span = sentence.hit.document, sentence.span
    if not sentence.text.endswith(":"):
        return
    headings = {heading.start for heading in document.headings}
    spans = list(islice(_of_items(document, span.end, headings), MOST))
    orders = orders_among(document.text, [(span.start, span.end), *spans])
    before, passages = sentence, [] if not spans else _passages(sentence.hit, spans[-1][1], neighbours)
    for (start, end), is_order in zip(spans, orders[1:], strict=True):
        passage = next((one for one in passages if one.start <= start < one.end), None)
        if passage is None or is_order:
            continue
        text = document.text[start:end]
        own = passage.start == sentence.hit.passage.start
        hit = sentence.hit if own else replace(sentence.hit, passage=passage, copies=())
        before = Sentence(Span(document.id, start, end), text, (before.text,), hit, sentence.rank, before.span)
        yield before


def _of_items(document: Document, start: int, headings: set[int]) -> Iterator[tuple[int, int]]:
    """The sentences of the list that begins here, until a line that is no item and belongs to none. What may go on
    beyond the longest list is left out: it would be a part of a sentence."""
    text, before, end = document.text, start, min(start + LONGEST, len(document.text))
    for first, last in sentence_spans(text, start, end, document.language):
        begins = before == start or "\n" in text[before:first]
        if first in headings or (begins and not is_item(text[first:last])) or last == end < len(text):
            return
        yield first, last
        before = last


def _passages(hit: Hit, end: int, neighbours: Neighbours) -> list[Passage]:
    return [hit.passage] if end <= hit.passage.end else [hit.passage, *neighbours(hit.document.id)]


def _unread(sentence: Sentence) -> Scored:
    return Scored(sentence, score=0, share=0, match=0, meaning=0, cosine=0, coverage=0, fits=0)


def whole_table(chosen: Sequence[Scored], scored: Sequence[Scored]) -> list[Scored]:
    """The best of the chosen rows with all rows of its table that hold as much of the question as a chosen one, in the
    order of the document."""
    best = max(chosen, key=lambda one: one.score, default=None)
    if best is None:
        return []
    covered = min(one.coverage for one in chosen if _is_of_one_table(one, best))
    alike = [
        one
        for one in scored
        if one is not best
        and _is_of_one_table(one, best)
        and one.coverage >= covered
        and one.score >= best.score - ROW_BEHIND
    ]
    return sorted([best, *alike[: MOST - 1]], key=lambda one: one.sentence.span.start)


def _is_of_one_table(one: Scored, other: Scored) -> bool:
    names, theirs = ([name for name, _ in cells(row.sentence.text)] for row in (one, other))
    return (
        one.sentence.span.document_id == other.sentence.span.document_id
        and one.sentence.hit.passage.headings == other.sentence.hit.passage.headings
        and names[:1] == theirs[:1]
        and not set(names[1:]).isdisjoint(theirs[1:])
    )
