"""The builds of a server, one after the other, and the watch over its folders. The page only shows what stands here.

A build waits for its turn and for the lock of the index, whoever holds it, until it is done or cancelled: nothing that
was asked for is refused in silence.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.errors import BuildInProgress
from index.lock import build_lock
from index.types import BuildOptions, BuildReport, Progress
from rag.chats.types import Problem
from ui.library.jobs import Forgetting, Job, Removal, Restoring, Update, indexed_folders, own_failures
from ui.library.planning import Planned, Planner
from ui.library.stock import Inventory, Stock
from ui.library.watching import Watch, Watched
from ui.model import IndexRun
from ui.shelf import Shelf
from ui.work import problem_of, start

RETRY_SECONDS = 0.5
BUILDING_SECONDS = 1.0  # each generation of many documents takes most of that to be read
STOPPED = Problem("Stopped before it was done.", "What was read by then stays; bring the index up to date to go on.")


class Upkeep:
    """Safe from several threads. `embedder`: as `build_index` takes it."""

    def __init__(self, shelf: Shelf, embedder: Any = None) -> None:
        self._shelf, self._embedder = shelf, embedder
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._jobs: dict[int, Job] = {}
        self._runs: dict[int, IndexRun] = {}
        self._cancelled: set[int] = set()
        self._last = 0
        self._worker: threading.Thread | None = None
        self._planner = Planner(shelf, embedder)
        self._watch = Watch(shelf, embedder)
        self._inventory = Inventory(shelf)

    # What can be asked for

    def update(
        self, paths: Sequence[Path] = (), retry_failed: bool = False, full: bool = False, allow_loss: bool = False
    ) -> int:
        """Brings folders up to date, those named or all; the id of the run. `allow_loss` also drops the documents of a
        folder that has lost more than half of them."""
        return self._add(Update(tuple(paths), retry_failed, full, allow_loss))

    def remove(self, uris: Sequence[str], purge: bool = False) -> int:
        """Takes the files of documents out of the index. A file that was uploaded is deleted, any other is left out
        from now on and stays where it is. `purge` leaves nothing of their text in the index either."""
        return self._add(Removal(tuple(sorted(uris)), purge))

    def restore(self, uri: str) -> int:
        """Takes a file in again that `remove` left out."""
        return self._add(Restoring(uri))

    def forget(self, root: Path, purge: bool = False) -> int:
        """Drops a folder with its documents; its files stay where they are."""
        return self._add(Forgetting(root, purge))

    def cancel(self, run_id: int) -> None:
        """A waiting run is gone; one that runs ends between two steps, and says so."""
        with self._changed:
            run = self._runs.get(run_id)
            if run is None or not run.running:
                return
            if not run.started:
                del self._runs[run_id], self._jobs[run_id]
            else:
                self._cancelled.add(run_id)
            self._changed.notify_all()

    def dismiss(self, run_id: int) -> None:
        """Takes a finished run out of the list."""
        with self._lock:
            if run_id in self._runs and not self._runs[run_id].running:
                del self._runs[run_id]

    # What is going on

    def runs(self) -> tuple[IndexRun, ...]:
        """The last finished one unless dismissed, the one that is running, and those that wait, in this order."""
        with self._lock:
            return tuple(self._runs.values())

    @property
    def run(self) -> IndexRun | None:
        """The one to show where there is room for one: what is running or comes next, else the last one."""
        runs = self.runs()
        return next((run for run in runs if run.running), runs[-1] if runs else None)

    def plan(self, paths: Sequence[Path] = (), retry_failed: bool = False, full: bool = False) -> None:
        """Begins to find out what `update` would do; `planned` tells."""
        self._planner.begin(BuildOptions(tuple(paths), retry_failed=retry_failed, full=full))

    @property
    def planned(self) -> Planned | None:
        return self._planner.planned

    def drop_plan(self) -> None:
        self._planner.drop()

    def watch(self, on: bool) -> None:
        """Follows all indexed folders and takes over each change, or does so no longer."""
        self._watch.switch(on)

    @property
    def watching(self) -> bool:
        return self._watch.watched.on

    @property
    def watched(self) -> Watched:
        return self._watch.watched

    def stock(self) -> Stock:
        """What the library holds, document by document; during a build, as it was up to a second ago."""
        return self._inventory.stock(BUILDING_SECONDS if any(run.running for run in self.runs()) else 0.0)

    # The queue

    def _add(self, job: Job) -> int:
        with self._changed:
            for run_id, other in self._jobs.items():
                if other == job and not self._runs[run_id].started:
                    return run_id
            self._last += 1
            self._jobs[self._last] = job
            self._runs[self._last] = IndexRun(self._last, job.wants, started=False)
            if self._worker is None:
                self._worker = start(self._work)
            self._changed.notify_all()
            return self._last

    def _work(self) -> None:
        try:
            while True:
                with self._changed:
                    waiting = next(iter(self._jobs.items()), None)
                    if waiting is None:
                        self._worker = None  # under the lock that a new job is added with
                        return
                    self._note(waiting[0], started=True)
                self._do(*waiting)
        finally:
            with self._changed:
                if self._worker is threading.current_thread():  # whatever ended it, the next job gets another
                    self._worker = None

    def _do(self, run_id: int, job: Job) -> None:
        """One job, which has ended after that in any case."""
        report: BuildReport | None = None
        problem: Problem | None = STOPPED
        try:
            try:
                report, problem = self._build(run_id, job), None
            finally:
                self._shelf.renew()
        except _Cancelled:
            pass
        except Exception as error:
            problem = problem_of(error)
        finally:
            with self._changed:
                del self._jobs[run_id]
                self._cancelled.discard(run_id)
                self._note(run_id, report=report, problem=problem, held_by="")
                self._runs = {run.id: run for run in self._runs.values() if run.running or run.id == run_id}

    def _build(self, run_id: int, job: Job) -> BuildReport:
        """Prepares and builds. Waits for the lock in steps in which it can be cancelled, and then tries again."""
        from index.build import build_index

        is_first = self._shelf.library().state == "missing"
        while True:
            settings = self._shelf.settings
            try:
                with build_lock(settings.index_dir, wait=0):
                    pass
                self._note(run_id, held_by="")
                options = job.prepare(settings, lambda: self._check(run_id))

                def tell(progress: Progress) -> None:
                    nonlocal is_first
                    self._check(run_id)
                    stage = {"read": "reading", "embed": "embedding"}.get(progress.stage, "progress")
                    self._note(run_id, **{"progress": progress, stage: progress})
                    if is_first and progress.stage == "embed":
                        is_first = self._show_first()

                report = build_index(settings, tell, options=options, embedder=self._embedder)
                return own_failures(report, options.paths, indexed_folders(settings) if options.paths else {})
            except BuildInProgress as error:
                self._note(run_id, held_by=holder(error))
                with self._changed:
                    self._check(run_id)
                    self._changed.wait(RETRY_SECONDS)
                    self._check(run_id)

    def _show_first(self) -> bool:
        """The first index of all can be asked as soon as some of it is there; whether it could not be opened yet."""
        state = self._shelf.library().state
        if state == "missing":
            self._shelf.open()
        return state in ("missing", "opening")

    def _check(self, run_id: int) -> None:
        with self._lock:
            if run_id in self._cancelled:
                raise _Cancelled

    def _note(self, run_id: int, **values: Any) -> None:
        with self._lock:
            self._runs[run_id] = replace(self._runs[run_id], **values)


class _Cancelled(Exception):
    pass


def holder(error: BuildInProgress) -> str:
    """Who holds the lock of the index, in words."""
    told = re.search(r"process ([0-9]+), since ([0-9-]+)T([0-9:]+)", str(error))
    if told is None:
        return "another build"
    if int(told[1]) == os.getpid():
        return "a change that the watch over the folders is taking over"
    return f"another program (process {told[1]}, since {told[3]})"
