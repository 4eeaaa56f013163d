"""An answer while it comes about: checked statements one by one, then the whole Answer."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from index.errors import CitewiseError, StaleSnapshot
from index.types import Filters
from rag.answers.answering import Findings, extractive, generated, read_parts
from rag.answers.compose import Frame, answer
from rag.errors import LLMError
from rag.prompts import PROMPT_VERSION
from rag.questions.followup import FollowUp
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
        follow = self._assistant.understood(self._question, self._history)
        for left in reversed(range(FRESH_TRIES)):
            shown: list[Statement] = []
            try:
                yield from self._attempt(shown, follow)
                return
            except StaleSnapshot:  # everything is read before the first statement, so none is taken back
                if shown or not left:
                    raise

    def _attempt(self, shown: list[Statement], follow: FollowUp) -> Iterator[Statement]:
        started = time.perf_counter()
        parts = read_parts(self._assistant.begin_parts(self._question, self._filters, self._history, follow))
        findings, notice = Findings(), None
        mode, model = self._assistant.mode, self._assistant.model
        if mode == "llm":
            try:
                yield from self._shown(generated(self._question, parts, self._assistant.writer, findings), shown)
            except LLMError as error:
                mode = "llm" if shown else "extractive"
                model = model if shown else None
                what = "The answer ends here" if shown else "Answered with sentences of the documents instead"
                notice = f"{error} {error.fix} {what}."
                findings = findings if shown else Findings()
        if mode == "extractive":
            yield from self._shown(extractive(parts, findings), shown)
        asking = parts[0][0]
        notices = [*(asking.notice for asking, _ in parts), findings.notice, notice]
        timings = Counter[str]()
        for one, _ in parts:
            timings.update(one.timings)
        frame = Frame(
            question=self._question,
            generation=asking.snapshot.generation,
            mode="llm" if mode == "llm" else "extractive",
            model=model,
            notice=" ".join(dict.fromkeys(filter(None, notices))) or None,
            filters=self._filters,
            timings={**timings, "total": time.perf_counter() - started},
            confidence=max(found.confidence for _, found in parts),
            carried=follow.carried,
            usage=findings.usage,
            dropped_markers=findings.dropped_markers,
            prompt_version=PROMPT_VERSION if mode == "llm" else None,
        )
        self._answer = answer(frame, shown, findings, asking.hits)

    def _shown(self, statements: Iterator[Statement], shown: list[Statement]) -> Iterator[Statement]:
        for statement in statements:
            checked = self._still_there(statement)
            shown.append(checked)
            yield checked

    def _still_there(self, statement: Statement) -> Statement:
        gone = self._assistant.gone({citation.document.id for citation in statement.citations})
        if not gone:
            return statement
        self.withdrawn |= gone
        return replace(statement, check="unsupported", support=0.0, failed=(*statement.failed, WITHDRAWN))
