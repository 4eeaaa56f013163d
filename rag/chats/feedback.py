"""What people thought of answers, as questions that `citewise eval --feedback` can ask. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from rag.chats.types import Rated
from rag.questions.followup import follow_up
from rag.types import Answer

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FeedbackRows:
    """`left_out` counts the turns of whose feedback no question can be made: nobody told what would have been right, or
    the documents that were right are not there any more."""

    rows: tuple[Json, ...]
    left_out: int

    @property
    def lines(self) -> str:
        return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in self.rows)


def feedback_rows(rated: Iterable[Rated], known: Collection[str] | None = None) -> FeedbackRows:
    """A row a question; where it was rated more than once, the last opinion counts. `known`: the uris of today."""
    rows: dict[str, tuple[str, Json]] = {}
    left_out = 0
    for one in rated:
        row = _row(one, known)
        if row is None:
            left_out += 1
            continue
        given = one.feedback.given.isoformat() if one.feedback.given else ""
        name = " ".join(row["question"].casefold().split())
        if name not in rows or given >= rows[name][0]:
            rows[name] = given, row
    return FeedbackRows(tuple(row for _, row in rows.values()), left_out)


def _row(rated: Rated, known: Collection[str] | None) -> Json | None:
    feedback, answer = rated.feedback, rated.answer
    row: Json = {"question": standalone(rated)}
    relevant, answerable = feedback.relevant, feedback.answerable
    if feedback.verdict == "good" and answer is not None:
        if answer.status == "abstained":
            answerable = False if answerable is None and not relevant else answerable
        else:
            relevant = (*(one.document.uri for one in answer.citations), *relevant)
            answerable = True if answerable is None else answerable
            if short := _short_answer(answer):
                row["answer"] = short
    named = list(dict.fromkeys(relevant))
    there = [uri for uri in named if known is None or uri in known]
    if (named and not there) or (not named and answerable is None):
        return None
    if there:
        row["relevant"] = there
    if answerable is not None:
        row["answerable"] = answerable
    return row


def standalone(rated: Rated) -> str:
    """The question as it was read: a follow-up with what it took from the turns before it."""
    carried = rated.answer.carried if rated.answer else ()
    by_rules = follow_up(rated.question, rated.history)
    if by_rules.carried == carried or rated.answer is None:
        return by_rules.standalone
    return f"{rated.question} ({' '.join(carried)})" if carried else rated.question


def _short_answer(answer: Answer) -> str:
    span = answer.short_answer
    if span is None:
        return ""
    texts = (one.document.text for one in answer.citations if one.document.id == span.document_id)
    return next(texts, "")[span.start : span.end]
