"""An answer while it comes about: checked statements one by one, then the whole Answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from index.errors import CitewiseError, StaleSnapshot
from index.types import Filters
from rag.answering import extractive, generated
from rag.compose import Frame, answer
from rag.errors import LLMError
from rag.types import Answer, Statement

if TYPE_CHECKING:
    from rag.assistant import Assistant

FRESH_TRIES = 5
WITHDRAWN = "its source is no longer in the index"


class Stream:
    """Iterates over checked statements; afterwards `answer` is the whole Answer.

    A statement whose document has gone from the index meanwhile is marked unsupported and noted in `withdrawn`.
    """

    def __init__(
        self, assistant: Assistant, question: str, filters: Filters | None, history: tuple[tuple[str, str], ...]
    ) -> None:
        self._assistant, self._question, self._filters, self._history = assistant, question, filters, history
        self._answer: Answer | None = None
        self._statements: Iterator[Statement] | None = None
        self.withdrawn: set[int] = set()

    def __iter__(self) -> Iterator[Statement]:
        if self._statements is None:
            self._statements = self._work()
        return self._statements

    @property
    def answer(self) -> Answer:
        """The Answer; runs the stream to its end when it has not been."""
        self.run()
        if self._answer is None:
            raise CitewiseError("The answer was not finished.", "Ask again.")
        return self._answer

    def run(self) -> None:
        for _ in self:
            pass

    def _work(self) -> Iterator[Statement]:
        for left in reversed(range(FRESH_TRIES)):
            shown: list[Statement] = []
            try:
                yield from self._attempt(shown)
                return
            except StaleSnapshot:  # everything is read before the first statement, so none is taken back
                if shown or not left:
                    raise

    def _attempt(self, shown: list[Statement]) -> Iterator[Statement]:
        started = time.perf_counter()
        asking = self._assistant.begin(self._question, self._filters, self._history)
        notice = None
        mode = self._assistant.mode
        model = self._assistant.model
        if mode == "llm":
            try:
                for statement in generated(asking, self._assistant.writer):
                    checked = self._still_there(statement)
                    shown.append(checked)
                    yield checked
            except LLMError as error:
                mode = "llm" if shown else "extractive"
                model = model if shown else None
                what = "The answer ends here" if shown else "Answered with sentences of the documents instead"
                notice = f"{error} {error.fix} {what}."
        if mode == "extractive":
            for statement in extractive(asking):
                checked = self._still_there(statement)
                shown.append(checked)
                yield checked
        frame = Frame(
            self._question,
            asking.snapshot.generation,
            "llm" if mode == "llm" else "extractive",
            model,
            " ".join(filter(None, (asking.notice, notice))) or None,
            self._filters,
            {**asking.timings, "total": time.perf_counter() - started},
        )
        found = answer(frame, shown, asking.uncovered, asking.hits)
        self._answer = replace(found, confidence=asking.confidence)

    def _still_there(self, statement: Statement) -> Statement:
        gone = self._assistant.gone({citation.document.id for citation in statement.citations})
        if not gone:
            return statement
        self.withdrawn |= gone
        return replace(statement, check="unsupported", support=0.0, failed=(*statement.failed, WITHDRAWN))
