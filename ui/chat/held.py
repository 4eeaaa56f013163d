"""A chat as the server holds it while it is used: its turns grow in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from index.types import Filters
from rag.chats.types import Problem, Turn

MOMENT = timedelta(seconds=1)
LOST = Problem("This question could not be kept.", "Ask it again.")


@dataclass(slots=True)
class HeldChat:
    owner: str
    id: str
    turns: list[Turn] = field(default_factory=list)
    filters: Filters = field(default_factory=Filters)
    title: str = ""
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def characters(self) -> int:
        """Of the documents that its answers hold."""
        cited = (one.document for turn in self.turns if turn.answer for one in turn.answer.citations)
        return sum({document.id: len(document.text) for document in cited}.values())

    @property
    def busy(self) -> bool:
        return any(turn.in_progress for turn in self.turns)

    def turn(self, turn_id: int) -> Turn | None:
        """None when the chat was deleted meanwhile."""
        return self.turns[turn_id - 1] if turn_id <= len(self.turns) else None

    def has_just_asked(self, question: str, now: datetime) -> bool:
        """Whether the last turn asks this, as the next would, and is being answered or was asked this moment: a browser
        can send a question twice."""
        last = self.turns[-1] if self.turns else None
        if last is None or last.question != question or last.filters != (self.filters or None):
            return False
        return last.in_progress or (last.asked is not None and now - last.asked < MOMENT)


def without_gaps(turns: Sequence[Turn]) -> list[Turn]:
    """By number from 1: a turn that could not be kept at its time is said to be lost."""
    by_number = {turn.id: turn for turn in turns}
    numbers = range(1, max(by_number, default=0) + 1)
    return [by_number.get(n) or Turn(n, LOST.message, state="failed", problem=LOST) for n in numbers]
