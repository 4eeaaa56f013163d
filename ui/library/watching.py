"""The watch over the indexed folders, as long as the server runs and somebody wants it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from index.errors import CitewiseError
from index.types import BuildReport, Progress
from rag.chats.types import Problem
from ui.shelf import Shelf
from ui.work import problem_of, start


@dataclass(frozen=True, slots=True)
class Watched:
    """`on` says whether the folders are followed. `report` is of the last build that changed something, which ended
    `at`; `progress` of one that is reading or embedding. `problem` keeps the watch from its work, and ended it when
    `on` is False."""

    on: bool = False
    progress: Progress | None = None
    report: BuildReport | None = None
    at: datetime | None = None
    problem: Problem | None = None


class Watch:
    """Safe from several threads."""

    def __init__(self, shelf: Shelf, embedder: Any = None) -> None:
        self._shelf, self._embedder = shelf, embedder
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._stop.set()
        self._watched = Watched()

    @property
    def watched(self) -> Watched:
        return self._watched

    def switch(self, on: bool) -> None:
        with self._lock:
            if on == self._watched.on:
                return
            self._stop.set()
            self._watched = Watched(on)
            if on:
                self._stop = threading.Event()
                start(self._follow, self._stop)

    def _follow(self, stop: threading.Event) -> None:
        from index.watcher import watch

        problem = None
        try:
            watch(
                self._shelf.settings,
                lambda report: self._built(stop, report),
                lambda progress: self._note(stop, progress=progress if progress.done < progress.total else None),
                on_error=lambda error: self._failed(stop, error),
                embedder=self._embedder,
                stop=stop,
            )
        except Exception as error:
            problem = problem_of(error)
        self._note(stop, on=False, progress=None, problem=problem)

    def _built(self, stop: threading.Event, report: BuildReport) -> None:
        self._shelf.renew()
        self._note(stop, report=report, at=datetime.now(), progress=None, problem=None)

    def _failed(self, stop: threading.Event, error: CitewiseError) -> None:
        self._note(stop, problem=Problem(str(error), error.fix), progress=None)

    def _note(self, stop: threading.Event, **values: Any) -> None:
        """Unless this watch was ended, and another one may be running."""
        with self._lock:
            if stop is self._stop and not stop.is_set():
                self._watched = replace(self._watched, **values)
