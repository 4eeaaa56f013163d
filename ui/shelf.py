"""The open index of a server process, shared by all its pages."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from index.errors import CitewiseError, IndexMissing
from index.types import Document
from rag.chats.types import Problem
from rag.settings import Settings
from ui.model import Library
from ui.work import log, problem_of, report, start

if TYPE_CHECKING:
    from rag.assistant import Assistant

LOOK_SECONDS = 0.5


class Shelf:
    """Safe from several threads. The index is opened, and its models loaded, in the background."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.RLock()
        self._assistant: Assistant | None = None
        self._library = Library("missing")
        self._opened = threading.Event()
        self.is_building: Callable[[], bool] = lambda: False
        self.open()

    @property
    def settings(self) -> Settings:
        return self._settings

    def open(self) -> None:
        """Opens the index in the background, unless it is open or being opened."""
        with self._lock:
            if self._assistant is None and self._library.state != "opening":
                self._library = Library("opening")
                self._opened.clear()
                start(self._open)

    def use(self, settings: Settings) -> None:
        """Answers the next questions with other settings of asking; those of the index stay as they are."""
        with self._lock:
            self._settings = settings
            if self._assistant is not None:
                self._assistant = self._assistant.under(settings)
                start(self._warm_up, self._assistant)

    def renew(self) -> None:
        """Looks again, as after a build; opens what was missing."""
        with self._lock:
            if self._assistant is not None:
                self._library = Library("ready")
            self.open()

    def assistant(self) -> Assistant:
        """Waits until the index is open, also while the first one is built: words can be asked for before that has
        ended. Raises CitewiseError when it cannot be opened."""
        self._opened.wait()
        while self._assistant is None and self.is_building():
            time.sleep(LOOK_SECONDS)
            self.open()
            self._opened.wait()
        with self._lock:
            if self._assistant is None:
                problem = self._library.problem or Problem("Nothing has been indexed yet.", "Index your documents.")
                raise CitewiseError(problem.message, problem.fix)
            return self._assistant

    def library(self) -> Library:
        """The newest generation."""
        if self._assistant is None:
            return self._library
        try:
            snapshot = self._assistant.snapshot
            if snapshot.generation != self._library.generation:
                documents, counts = tuple(snapshot.documents()), snapshot.counts()
                failures = tuple(snapshot.failures())
                self._library = Library(
                    "ready",
                    snapshot.generation,
                    documents,
                    counts.passages,
                    failures,
                    pending=counts.pending,
                    index_id=self._assistant.index_id,
                )
        except Exception as error:
            return Library("failed", problem=problem_of(error))
        return self._library

    def document(self, document_id: int) -> Document | None:
        """A document with its text, or None when the index does not hold it any more."""
        if self._assistant is None or not self.holds(document_id):
            return None
        return self._assistant.snapshot.document(document_id)

    def holds(self, document_id: int) -> bool:
        """Whether the newest generation shows this version of a document."""
        return self._assistant is not None and not self._assistant.gone({document_id})

    def _open(self) -> None:
        library, assistant = Library("missing"), None
        try:
            from rag.assistant import Assistant

            assistant = Assistant.open(self._settings)
            log.info("The index is open at generation %d", assistant.snapshot.generation)
        except IndexMissing:
            assistant = None
        except Exception as error:
            library, assistant = Library("failed", problem=problem_of(error)), None
        with self._lock:
            if assistant is not None:  # other settings may have been given while it was opened
                assistant = assistant.under(self._settings)
            self._assistant, self._library = assistant, library
            self._opened.set()
        if assistant is not None:
            self._warm_up(assistant)

    def _warm_up(self, assistant: Assistant) -> None:
        try:
            assistant.warm_up()
            if assistant.mode == "llm":
                assistant.writer()
        except Exception as error:
            report("Warming up failed; the first question will tell why", error)
