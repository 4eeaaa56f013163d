"""What the pages show, as frozen values: the library, a build in progress. Turns of a chat are in rag.chats.types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from index.types import BuildReport, Document, Failure, Progress
from rag.chats.types import Problem

MOST_CHARACTERS = 20_000  # of a question: enough to see that it is too long


@dataclass(frozen=True, slots=True)
class Library:
    """The index as the pages show it. `documents` come without their text; `pending` passages have no vector yet."""

    state: Literal["opening", "missing", "ready", "failed"]
    generation: int = -1
    documents: tuple[Document, ...] = ()
    passages: int = 0
    failures: tuple[Failure, ...] = ()
    problem: Problem | None = None
    pending: int = 0
    index_id: str = ""


@dataclass(frozen=True, slots=True)
class IndexRun:
    """A build asked for on a page: waiting or running until it has a report or a problem.

    `wants` says what it is for, in words; `held_by` names another build that it waits for. `progress` is
    the newest there is; `reading` and `embedding`, which go on side by side, the newest of files and of passages.
    """

    id: int = 0
    wants: str = "Bringing the index up to date"
    started: bool = True
    progress: Progress | None = None
    reading: Progress | None = None
    embedding: Progress | None = None
    report: BuildReport | None = None
    problem: Problem | None = None
    held_by: str = ""

    @property
    def running(self) -> bool:
        return self.report is None and self.problem is None
