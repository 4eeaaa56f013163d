"""A desk at which questions are answered word by word as a test says, over chats that are really kept.

Nothing sleeps: the desk waits for what the test gives it, the test for what is written to disk.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue
from typing import Any, cast

from rendered import answer, citation, document, statement

from index.types import Filters
from rag.chats.store import ChatStore
from rag.chats.types import Turn
from rag.types import Answer, Statement
from ui.chat.answers import Answers
from ui.shelf import Shelf

SECONDS = 20
TEXT = "One. Two. Three. Four."


def said(word: str, marker: int = 1) -> Statement:
    """The statement that one word of TEXT makes, with its citation."""
    start = TEXT.index(f"{word}.")
    of = document(TEXT)
    return statement(f"{word}.", citations=(citation(of, start, start + len(word) + 1, marker),))


class Desk:
    """In the place of a shelf and its assistant."""

    index_id = "desk"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.histories: dict[str, list[tuple[str, str]]] = {}
        self.filters: dict[str, Filters | None] = {}
        self.gone: dict[str, threading.Event] = defaultdict(threading.Event)
        self.said: dict[str, tuple[Statement, ...]] = defaultdict(tuple)
        self._given: dict[str, Queue[Any]] = defaultdict(Queue)
        self._closing = threading.Lock()
        self._closed = False

    def close(self) -> None:
        """Ends all streams, and at once those that are still to come."""
        with self._closing:
            self._closed = True
            for given in self._given.values():
                given.put(None)

    def say(self, question: str, *what: Statement | Exception) -> None:
        """The next that the stream of a question gives, or fails with."""
        for one in what:
            self._given[question].put(one)

    def end(self, question: str) -> None:
        self._given[question].put(None)

    def left(self, question: str) -> None:
        """Waits until nobody listens to the stream any more."""
        assert self.gone[question].wait(SECONDS)

    def assistant(self) -> Desk:
        return self

    def stream_turn(self, question: str, filters: Filters | None, history: list[tuple[str, str]]) -> _Stream:
        self.asked.append(question)
        self.filters[question], self.histories[question] = filters, history
        return _Stream(self, question)

    def heard(self, question: str) -> Iterator[Statement]:
        self.said[question] = ()
        with self._closing:
            queue = self._given[question]
            if self._closed:
                return
        try:
            while (given := queue.get(timeout=SECONDS)) is not None:
                if isinstance(given, Exception):
                    raise given
                self.said[question] += (given,)
                yield given
        finally:
            self.gone[question].set()


class _Stream:
    def __init__(self, desk: Desk, question: str) -> None:
        self._desk, self._question = desk, question

    def __iter__(self) -> Iterator[Statement]:
        return self._desk.heard(self._question)

    @property
    def answer(self) -> Answer:
        return answer(*self._desk.said[self._question], question=self._question)


class Kept(ChatStore):
    """The chats on disk; who waits is told of each turn that was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.written = threading.Condition()
        self.fails: Exception | None = None

    def put_turn(self, chat_id: str, turn: Turn, owner: str = "", create: bool = True) -> bool:
        try:
            if self.fails is not None:
                raise self.fails
            return super().put_turn(chat_id, turn, owner, create)
        finally:
            with self.written:
                self.written.notify_all()


class Room:
    """Answers over a desk and a folder, as the person "" in the chat "c" unless another is named."""

    def __init__(self, folder: Path) -> None:
        self.desk, self.kept = Desk(), Kept(folder / "chats.sqlite")
        self.answers = Answers(cast("Shelf", self.desk), self.kept)

    def __enter__(self) -> Room:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left that could write, or tell of an error, while another test runs."""
        self.desk.close()
        self.rest()
        self.kept.close()

    def rest(self) -> None:
        """Waits until nothing is being answered."""
        for thread in threading.enumerate():
            if thread.name == "citewise_answer":
                thread.join(SECONDS)

    def ask(self, *questions: str, chat: str = "c", owner: str = "") -> None:
        for question in questions:
            self.answers.ask(owner, chat, question)

    def turns(self, chat: str = "c", owner: str = "") -> tuple[Turn, ...]:
        return self.answers.chat(owner, chat).turns

    def on_disk(self, chat: str = "c", owner: str = "") -> tuple[Turn, ...]:
        found = self.kept.chat(chat, owner, running=True)
        return found.turns if found else ()

    def until(self, done: Callable[[], object]) -> None:
        """Waits until it is so after a turn was written."""
        with self.kept.written:
            assert self.kept.written.wait_for(lambda: bool(done()), SECONDS)

    def until_states(self, *states: str, chat: str = "c", owner: str = "") -> None:
        """In memory and on disk."""
        for turns in (self.turns, self.on_disk):
            self.until(lambda turns=turns: [turn.state for turn in turns(chat, owner)] == list(states))  # type: ignore[misc]

    def until_said(self, turn_id: int, *words: str, chat: str = "c") -> None:
        texts = [f"{word}." for word in words]
        self.until(lambda: [one.text for turn in self.on_disk(chat)[turn_id - 1 :] for one in turn.statements] == texts)

    def answered(self, question: str, *words: str, chat: str = "c", owner: str = "") -> None:
        """Asks, and answers with these words."""
        self.ask(question, chat=chat, owner=owner)
        self.desk.say(question, *map(said, words or ("One",)))
        self.desk.end(question)
        last = len(self.turns(chat, owner)) - 1
        self.until(lambda: len(found := self.on_disk(chat, owner)) > last and found[last].state == "done")
