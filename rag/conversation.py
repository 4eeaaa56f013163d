"""Conversations: a question may lean on the turns before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from index.types import Filters
from rag.questions.followup import FollowUp, follow_up, from_words
from rag.questions.question import MAX_CHARACTERS
from rag.stream import FRESH_TRIES
from rag.types import Answer, Statement

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.llm import Writer
    from rag.stream import Stream


def understood(
    question: str, history: Sequence[tuple[str, str]], writer: Callable[[], Writer] | None = None
) -> FollowUp:
    """What a question means after earlier (question, answer) turns. A language model is asked only about one that leans
    on them; whatever fails there, and a rewriting with names or numbers that nobody mentioned, leaves it to rules."""
    by_rules = follow_up(question, history)
    if writer is None or not by_rules.leans:
        return by_rules
    try:
        written = writer().rewrite(question, history)
    except Exception:  # a model at fault must not keep a question from being answered
        return by_rules
    line = " ".join((written or "").split())
    if not line or len(line) > MAX_CHARACTERS:
        return by_rules
    return from_words(by_rules, line, history) or by_rules


class Chat:
    """Remembers its turns; one question at a time."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.turns: list[Answer] = []

    def ask(self, question: str, filters: Filters | None = None) -> Answer:
        """The checked answer. When a document of it has gone from the index meanwhile, the question is asked again."""
        for _ in range(FRESH_TRIES):
            stream = self._open(question, filters)
            stream.run()
            if not stream.withdrawn:
                break
        self.turns.append(stream.answer)
        return stream.answer

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
