"""A chat as a row of blocks, from which Markdown and HTML are made. Nothing in a block is escaped. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from index.types import Document
from rag.chats.types import Feedback, SavedChat, Turn
from rag.types import Answer, Citation, Disagreement, Statement
from rag.words import counted, day, how_checked, joined, limits, moment, who_says

Kind = Literal["title", "question", "heading", "note", "short", "statement", "doubtful", "item", "source"]


@dataclass(frozen=True, slots=True)
class Block:
    """`text`, with a line `about` it, and words that are quoted word for word."""

    kind: Kind
    text: str
    about: str = ""
    quote: str = ""


def outline(chat: SavedChat) -> Iterator[Block]:
    yield Block(
        "title", chat.title or "Chat", joined(" · ", counted(len(chat.turns), "question"), moment(chat.changed))
    )
    for turn in chat.turns:
        yield from _turn(turn)


def _turn(turn: Turn) -> Iterator[Block]:
    limited = joined(", ", *limits(turn.filters))
    asked = joined(" · ", moment(turn.asked), limited and f"Only {limited}")
    yield Block("question", f"{turn.id}. {turn.question}", asked)
    answer = turn.answer
    if answer is not None:
        yield from _before(answer)
    for said in turn.statements if answer is None else answer.statements:
        yield from _statement(said)
    if answer is not None:
        yield from _after(answer)
    else:
        yield from _unfinished(turn)
    if turn.feedback is not None:
        yield _feedback(turn.feedback)


def _unfinished(turn: Turn) -> Iterator[Block]:
    if turn.problem is not None:
        yield Block("note", f"This question was not answered: {joined(' ', turn.problem.message, turn.problem.fix)}")
    else:
        yield Block("note", "Stopped: the answer is not complete.")
    yield from _sources(citation for said in turn.statements for citation in said.citations)


def _before(answer: Answer) -> Iterator[Block]:
    if answer.notice:
        yield Block("note", answer.notice)
    if answer.carried:
        yield Block("note", f"Read together with: {', '.join(answer.carried)}")
    if answer.status == "abstained":
        yield Block("short", "The documents don’t say.")
        if answer.uncovered_terms:
            yield Block("note", f"None of the passages found mentions: {', '.join(answer.uncovered_terms)}")
    elif short := _short_answer(answer):
        yield Block("short", f"Short answer: {short}")


def _statement(said: Statement) -> Iterator[Block]:
    about = joined(" · ", how_checked(said), who_says(said.attribution))
    lead = f"… {said.lead_in}" if said.lead_in else ""
    text = joined(" ", lead, said.text, _marks(one.marker for one in said.citations))
    yield Block("doubtful" if said.check == "unsupported" else "statement", text, about)


def _after(answer: Answer) -> Iterator[Block]:
    if answer.disagreements:
        yield Block("heading", "The sources differ")
        for one in answer.disagreements:
            about = joined(" · ", who_says(one.attribution), *_in_time(one, answer.disagreements))
            yield Block("item", f"{one.value} {_marks(one.markers)}", about)
    if answer.missing:
        yield Block("heading", "Not answered")
        yield from (Block("item", words) for words in answer.missing)
    yield from _sources(answer.citations)
    if answer.status == "abstained" and answer.nearest:
        yield Block("heading", "What comes nearest")
        for hit in answer.nearest:
            about = _place(hit.document, hit.passage.page, hit.passage.start, hit.passage.end)
            yield Block("source", hit.document.label, about, hit.passage.text)
    by = f"Written by {answer.model}, every sentence checked" if answer.mode == "llm" else "Exact sentences"
    yield Block("note", joined(" · ", by if answer.statements else "", f"index generation {answer.generation}"))


def _in_time(one: Disagreement, found: Sequence[Disagreement]) -> Iterator[str]:
    """Since when it holds, and what a later document of the same source says instead."""
    if one.since is not None:
        yield f"since {day(one.since)}"
    if one.replaced_by is not None:
        yield f"replaced later by: {found[one.replaced_by].value}"


def _sources(citations: Iterable[Citation]) -> Iterator[Block]:
    by_marker = {one.marker: one for one in citations}
    if by_marker:
        yield Block("heading", "Sources")
    for marker, one in sorted(by_marker.items()):
        about = _place(one.document, one.page, one.start, one.end)
        yield Block("source", f"[{marker}] {one.document.label}", about, one.quote)


def _place(document: Document, page: int | None, start: int, end: int) -> str:
    on_page = f"page {page}" if page else ""
    published = day(document.published)
    return joined(", ", document.outlet, published, on_page, document.uri, f"characters {start} to {end}")


def _short_answer(answer: Answer) -> str:
    span = answer.short_answer
    if span is None:
        return ""
    texts = (one.document.text for one in answer.citations if one.document.id == span.document_id)
    return next(texts, "")[span.start : span.end]


def _marks(markers: Iterable[int]) -> str:
    return "".join(f"[{marker}]" for marker in markers)


def _feedback(feedback: Feedback) -> Block:
    answerable = {None: "", True: "the documents hold the answer", False: "no document holds the answer"}
    held = f"the answer is in {', '.join(feedback.relevant)}" if feedback.relevant else ""
    told = joined("; ", feedback.verdict, answerable[feedback.answerable], held, feedback.note)
    return Block("note", f"Feedback: {told}")
