"""Finding out beforehand what a build would do."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import Any

from index.types import BuildOptions, BuildPlan, Progress
from rag.chats.types import Problem
from ui.shelf import Shelf
from ui.work import problem_of, start


@dataclass(frozen=True, slots=True)
class Planned:
    """What a build with `options` would do: on its way until there is a plan or a problem."""

    options: BuildOptions = field(default_factory=BuildOptions)
    progress: Progress | None = None
    plan: BuildPlan | None = None
    problem: Problem | None = None

    @property
    def running(self) -> bool:
        return self.plan is None and self.problem is None


class Planner:
    """Makes one plan at a time; a newer one ends the one before. Safe from several threads."""

    def __init__(self, shelf: Shelf, embedder: Any = None) -> None:
        self._shelf, self._embedder = shelf, embedder
        self._lock = threading.Lock()
        self._turn = 0
        self._planned: Planned | None = None

    @property
    def planned(self) -> Planned | None:
        return self._planned

    def begin(self, options: BuildOptions) -> None:
        with self._lock:
            self._turn += 1
            self._planned = Planned(options)
            start(self._plan, self._turn, options)

    def drop(self) -> None:
        with self._lock:
            self._turn += 1
            self._planned = None

    def _plan(self, turn: int, options: BuildOptions) -> None:
        from index.preview import plan_build

        try:
            plan = plan_build(
                self._shelf.settings,
                lambda progress: self._note(turn, progress=progress),
                options=options,
                embedder=self._embedder,
            )
            self._note(turn, plan=plan)
        except _Overtaken:
            return
        except Exception as error:
            problem = problem_of(error)
            try:
                self._note(turn, problem=problem)
            except _Overtaken:
                return

    def _note(self, turn: int, **values: Any) -> None:
        with self._lock:
            if turn != self._turn or self._planned is None:
                raise _Overtaken
            self._planned = replace(self._planned, **values)


class _Overtaken(Exception):
    pass
