"""Turns for the tests of kept chats: one with every part, and any that hypothesis can think of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from corpus import FERRY, LIMIT, document, hit
from hypothesis import strategies as st

from index.types import Document, Filters, Heading, Hit, Passage, Ranks, Span
from rag.chats.types import Feedback, Problem, SavedChat, Turn
from rag.types import Answer, Attribution, Citation, Disagreement, Statement, Usage

NOW = datetime(2026, 3, 8, 12, 30, 15, 123456, tzinfo=UTC)


def quoted(source: Document, quote: str, marker: int = 1, **values: Any) -> Citation:
    """A citation of the first place where the quote stands."""
    start = source.text.index(quote)
    return Citation(marker, source, 7, start, start + len(quote), values.pop("page", None), quote, 0.9)


def said(citation: Citation, **values: Any) -> Statement:
    return Statement(citation.quote, (citation,), values.pop("check", "verbatim"), 0.9, **values)


def answered(*statements: Statement, question: str = "What is the limit?", **values: Any) -> Answer:
    citations = tuple({one.marker: one for said in statements for one in said.citations}.values())
    text = " ".join(one.text for one in statements)
    fields: dict[str, Any] = {
        "question": question, "text": text, "statements": statements, "citations": citations, "short_answer": None,
        "status": "answered", "missing": (), "disagreements": (), "nearest": (), "uncovered_terms": (),
        "generation": 3, "mode": "extractive",
    }  # fmt: skip
    return Answer(**{**fields, **values})


def full_turn(number: int = 1, title: str = "Harbour rules", note: str = "Just right") -> Turn:
    """A turn in which nothing is left out."""
    rules = document(LIMIT, 1, title=title, outlet="Gull Post", published=date(2025, 4, 2), language="en")
    ferry = document(FERRY, 2, title="", pages=(0, 20), headings=(Heading(0, 1, "Ferry"),), origins=(("title", "x"),))
    limit, boat = quoted(rules, "The speed limit in the inner harbour is 4 knots."), quoted(ferry, "60 passengers", 2)
    who = Attribution("the harbour master", "Gull Post", date(2025, 4, 2), True)
    start = LIMIT.index("4 knots")
    statements = (
        said(limit, attribution=who),
        Statement("It is 9 knots.", (boat,), "unsupported", 0.1, ("9",), None, Span(2, 0, 3)),
    )
    answer = answered(
        *statements,
        short_answer=Span(1, start, start + 7),
        status="partial",
        missing=("who set it",),
        disagreements=(
            Disagreement("4 knots", who, (1,), Span(1, start, start + 7), date(2025, 4, 1), 1, False),
            Disagreement("9 knots", Attribution(None, None, None, False), (2,)),
        ),
        nearest=(replace(hit(FERRY, 5), copies=(hit(FERRY, 6),)),),
        uncovered_terms=("zebra",),
        mode="llm",
        model="small",
        notice="Only words were searched.",
        filters=Filters(outlet="Gull Post", published_after=date(2025, 1, 1), uris=("papers/1.txt",)),
        timings={"total": 0.25, "retrieve": 0.1},
        confidence=0.7,
        carried=("harbour",),
        usage=Usage(10, 4, True, 0.5),
        dropped_markers=1,
        prompt_version="3",
    )
    feedback = Feedback("good", note, ("papers/2.txt",), True, NOW)
    return Turn(number, answer.question, answer.filters, "done", statements, answer, None, 2, NOW, feedback, "ab12")


def chat_of(*turns: Turn, title: str = "What is the limit?", filters: Filters | None = None) -> SavedChat:
    return SavedChat("c1", title, NOW, NOW + timedelta(hours=1), filters or Filters(), turns)


words = st.text(max_size=12)
counts = st.integers(0, 10**9)
shares = st.floats(0, 1)
days = st.none() | st.dates()
moments = st.none() | st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]))


def several(of: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=2).map(tuple)


spans = st.builds(Span, counts, counts, counts)
documents = st.builds(
    Document, counts, words, words, words, st.text(), several(counts),
    several(st.builds(Heading, counts, counts, words)),
    st.none() | words, st.none() | words, days, st.none() | words, words, several(st.tuples(words, words)),
)  # fmt: skip
passages = st.builds(
    Passage, counts, counts, counts, counts, counts, st.text(), st.none() | counts, several(words)
)  # fmt: skip
ranks = st.builds(Ranks, st.none() | counts, st.none() | counts)
plain_hits = st.builds(Hit, passages, documents, st.floats(allow_nan=False), ranks)
hits = st.builds(Hit, passages, documents, shares, ranks, several(plain_hits))
filters = st.builds(
    Filters, st.none() | words, st.none() | several(words), st.none() | words, st.none() | words, days, days,
    st.none() | words,
)  # fmt: skip
citations = st.builds(Citation, counts, documents, counts, counts, counts, st.none() | counts, st.text(), shares)
attributions = st.builds(Attribution, st.none() | words, st.none() | words, days, st.booleans())
statements = st.builds(
    Statement, st.text(), several(citations), st.sampled_from(["verbatim", "grounded", "unsupported"]), shares,
    several(words), st.none() | attributions, st.none() | spans,
)  # fmt: skip
disagreements = st.builds(
    Disagreement, words, attributions, several(counts), st.none() | spans, days, st.none() | counts, st.booleans()
)
usages = st.builds(Usage, counts, counts, st.booleans(), st.none() | st.floats(0, 1e9))
answers = st.builds(
    Answer, words, st.text(), several(statements), several(citations), st.none() | spans,
    st.sampled_from(["answered", "partial", "abstained"]), several(words), several(disagreements), several(hits),
    several(words), counts, st.sampled_from(["extractive", "llm"]), st.none() | words, st.none() | words,
    st.none() | filters, st.dictionaries(words, shares, max_size=2), st.none() | shares, several(words),
    st.none() | usages, counts, st.none() | words,
)  # fmt: skip
feedbacks = st.builds(
    Feedback, st.sampled_from(["good", "bad"]), st.text(), several(words), st.none() | st.booleans(), moments
)
turns = st.builds(
    Turn, st.integers(1, 99), st.text(), st.none() | filters,
    st.sampled_from(["waiting", "writing", "done", "stopped", "failed"]), several(statements), st.none() | answers,
    st.none() | st.builds(Problem, words, words), counts, moments, st.none() | feedbacks,
    st.none() | words,
)  # fmt: skip
