"""What a kept chat is made of. All times are UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from rag.types import Answer, Filters, Statement

TurnState = Literal["waiting", "writing", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and what to do about it."""

    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person thought of an answer. `relevant` are uris of documents that hold the answer; `answerable` says
    whether any document does, None when the person did not tell."""

    verdict: Literal["good", "bad"]
    note: str = ""
    relevant: tuple[str, ...] = ()
    answerable: bool | None = None
    given: datetime | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what has been answered so far. `id` counts from 1 in a chat, `attempt` how often it was asked.
    `index_id` names the index that was asked: generations count from 1 in each."""

    id: int
    question: str
    filters: Filters | None = None
    state: TurnState = "waiting"
    statements: tuple[Statement, ...] = ()
    answer: Answer | None = None
    problem: Problem | None = None
    attempt: int = 1
    asked: datetime | None = None
    feedback: Feedback | None = None
    index_id: str | None = None

    @property
    def in_progress(self) -> bool:
        return self.state in ("waiting", "writing")


@dataclass(frozen=True, slots=True)
class ChatHead:
    """A line in the list of chats; `turns` is how many there are."""

    id: str
    title: str
    created: datetime
    changed: datetime
    turns: int


@dataclass(frozen=True, slots=True)
class SavedChat:
    id: str
    title: str
    created: datetime
    changed: datetime
    filters: Filters = field(default_factory=Filters)
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Rated:
    """A turn somebody gave feedback on. `history` are the answered (question, answer text) turns before it."""

    question: str
    answer: Answer | None
    feedback: Feedback
    history: tuple[tuple[str, str], ...] = ()
