"""What the page shows, as frozen values: turns of a chat, the library, a build in progress."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from index.types import BuildReport, Document, Failure, Filters, Progress
from rag.types import Answer, Statement


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and what to do about it."""

    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what has been answered so far; `attempt` counts how often it was asked again."""

    id: int
    question: str
    filters: Filters | None = None
    state: Literal["waiting", "writing", "done", "stopped", "failed"] = "waiting"
    statements: tuple[Statement, ...] = ()
    answer: Answer | None = None
    problem: Problem | None = None
    attempt: int = 1

    @property
    def in_progress(self) -> bool:
        return self.state in ("waiting", "writing")


@dataclass(frozen=True, slots=True)
class ChatView:
    id: str
    turns: tuple[Turn, ...] = ()
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True, slots=True)
class Library:
    """The index as the page shows it. `documents` come without their text."""

    state: Literal["opening", "missing", "ready", "failed"]
    generation: int = -1
    documents: tuple[Document, ...] = ()
    passages: int = 0
    failures: tuple[Failure, ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class IndexRun:
    """A build started from the page: running until it has a report or a problem."""

    progress: Progress | None = None
    report: BuildReport | None = None
    problem: Problem | None = None

    @property
    def running(self) -> bool:
        return self.report is None and self.problem is None
