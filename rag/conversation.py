"""Conversations: a question may lean on the turns before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from index.types import Filters
from rag.types import Answer, Statement

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.stream import Stream


class Chat:
    """Remembers its turns; one question at a time."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.turns: list[Answer] = []

    def ask(self, question: str, filters: Filters | None = None) -> Answer:
        stream = self._open(question, filters)
        answer = stream.answer
        self.turns.append(answer)
        return answer

    def stream(self, question: str, filters: Filters | None = None) -> Turn:
        """Statements as they are checked; the turn is remembered when it has run to its end."""
        return Turn(self._open(question, filters), self.turns.append)

    def _open(self, question: str, filters: Filters | None) -> Stream:
        history = [(turn.question, turn.text) for turn in self.turns]
        return self._assistant.stream_turn(question, filters, history)


class Turn:
    """A stream of a chat."""

    def __init__(self, stream: Stream, remember: Callable[[Answer], None]) -> None:
        self._stream = stream
        self._remember: Callable[[Answer], None] | None = remember

    def __iter__(self) -> Iterator[Statement]:
        yield from self._stream
        self._finish()

    @property
    def answer(self) -> Answer:
        return self._finish()

    def _finish(self) -> Answer:
        answer = self._stream.answer
        if self._remember is not None:
            self._remember(answer)
            self._remember = None
        return answer
