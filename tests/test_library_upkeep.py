"""The queue of builds: one after the other, told and tried again while another holds the lock, cancelled, merged."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from corpus import HARBOUR, PIER, BagEmbedder, environment, settings, small_index, write

from index.errors import BuildInProgress
from index.lock import build_lock
from index.scan import IGNORE_FILE
from index.types import BuildOptions
from rag.settings import Settings
from rag.status import read_status
from ui.library.jobs import Update
from ui.library.upkeep import Upkeep, holder
from ui.model import IndexRun, Library
from ui.shelf import Shelf

HOLD = """
import sys, time
from pathlib import Path
from index.lock import build_lock
with build_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


class BareShelf:
    """Settings, and how often somebody was told to look again."""

    def __init__(self, chosen: Settings) -> None:
        self.settings = chosen
        self.renewed = self.opened = 0

    def renew(self) -> None:
        self.renewed += 1

    def open(self) -> None:
        self.opened += 1

    def library(self) -> Library:
        return Library("missing")


class SlowEmbedder(BagEmbedder):
    """Waits in its first batch until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

    def embed_passages(self, texts: Any) -> Any:
        self.begun.set()
        assert self.go.wait(30)
        return super().embed_passages(texts)


def upkeep_of(chosen: Settings, embedder: Any = None) -> Upkeep:
    return Upkeep(cast("Shelf", BareShelf(chosen)), embedder or BagEmbedder())


def until(done: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.01)


def finished(upkeep: Upkeep, run_id: int) -> IndexRun:
    """The run, when it has ended."""
    until(lambda: all(run.id != run_id or not run.running for run in upkeep.runs()))
    (run,) = [run for run in upkeep.runs() if run.id == run_id]
    return run


def uris(chosen: Settings) -> list[str]:
    return [document["uri"] for document in read_status(chosen)["documents"]]


@contextmanager
def lock_held_elsewhere(chosen: Settings) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(chosen.index_dir)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None
    with process:
        assert process.stdout.readline() == b"held\n"
        yield process
        if not process.stdin.closed:
            process.stdin.close()
        process.wait(10)


def test_the_first_index_is_built_with_real_counts(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    write(chosen.seeds_dir)
    upkeep = upkeep_of(chosen)
    run = finished(upkeep, upkeep.update())
    assert run.problem is None and run.report is not None and len(run.report.added) == 3
    assert run.reading is not None and run.reading.done == run.reading.total == 3
    assert run.embedding is not None and run.embedding.done == run.embedding.total == run.report.embedded > 0
    assert upkeep.run == run and len(uris(chosen)) == 3
    upkeep.dismiss(run.id)
    assert upkeep.runs() == () and upkeep.run is None


@pytest.mark.slow
def test_the_first_index_can_be_asked_before_it_is_whole(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    write(chosen.seeds_dir, {f"{n}.txt": PIER.replace("May", f"May {n}") for n in range(400)})
    shelf = BareShelf(chosen)
    upkeep = Upkeep(cast("Shelf", shelf), BagEmbedder())
    run = finished(upkeep, upkeep.update())
    assert run.report is not None and shelf.opened and shelf.renewed == 1


class Failing(BareShelf):
    """Cannot look again the first time."""

    def __init__(self, chosen: Settings, error: type[BaseException]) -> None:
        super().__init__(chosen)
        self.error = error

    def renew(self) -> None:
        super().renew()
        if self.renewed == 1:
            raise self.error


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("error", [RuntimeError, pytest.param(SystemExit, marks=pytest.mark.slow)])
def test_the_queue_goes_on_when_something_unexpected_happens_after_a_build(
    tmp_path: Path, error: type[BaseException]
) -> None:
    chosen = small_index(tmp_path)
    upkeep = Upkeep(cast("Shelf", Failing(chosen, error)), BagEmbedder())
    run = finished(upkeep, upkeep.update())
    assert (run.problem is not None) == (error is RuntimeError) and run.report is not None
    until(lambda: upkeep._worker is None)
    write(chosen.seeds_dir, {"new.txt": "The crane is painted green."})
    run = finished(upkeep, upkeep.update())
    assert run.report is not None and run.report.added == ("papers/new.txt",) and run.problem is None


def test_runs_wait_for_each_other_and_equal_ones_are_one(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    write(chosen.seeds_dir)
    embedder = SlowEmbedder()
    upkeep = upkeep_of(chosen, embedder)
    first = upkeep.update()
    assert embedder.begun.wait(30)
    second, third = upkeep.update(), upkeep.update(retry_failed=True)
    assert upkeep.update() == second != third and upkeep.update(retry_failed=True) == third
    assert [(run.id, run.started, run.running) for run in upkeep.runs()] == [
        (first, True, True), (second, False, True), (third, False, True),
    ]  # fmt: skip
    assert upkeep.run is not None and upkeep.run.id == first
    upkeep.cancel(second)
    assert [run.id for run in upkeep.runs()] == [first, third], "a waiting run that is cancelled is gone"
    upkeep.dismiss(first)
    assert len(upkeep.runs()) == 2, "what is running cannot be dismissed"
    embedder.go.set()
    assert finished(upkeep, third).report is not None
    assert [run.id for run in upkeep.runs()] == [third], "of those that have ended only the last one is shown"
    upkeep.dismiss(third)
    assert upkeep.runs() == ()


def test_a_running_build_is_cancelled_between_two_steps_and_what_it_read_stays(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    write(chosen.seeds_dir)
    embedder = SlowEmbedder()
    upkeep = upkeep_of(chosen, embedder)
    first = upkeep.update()
    assert embedder.begun.wait(30)
    upkeep.cancel(first)
    embedder.go.set()
    run = finished(upkeep, first)
    assert run.problem is not None and run.problem.message == "Stopped before it was done."
    assert len(uris(chosen)) == 3
    again = finished(upkeep, upkeep.update())
    assert again.report is not None and again.report.pending == 0
    assert read_status(chosen)["pending"] == 0


@pytest.mark.slow
def test_a_build_of_another_process_is_told_and_waited_for(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    write(chosen.seeds_dir, {"new.txt": "The crane is painted green."})
    upkeep = upkeep_of(chosen)
    with lock_held_elsewhere(chosen) as other:
        run_id = upkeep.update()
        until(lambda: upkeep.runs()[0].held_by)
        assert f"process {other.pid}" in upkeep.runs()[0].held_by and upkeep.runs()[0].running
        waiting = upkeep.remove(["papers/pier.txt"])
        assert not (chosen.seeds_dir / IGNORE_FILE).exists(), "nothing is done before it is its turn"
    run = finished(upkeep, run_id)
    assert run.report is not None and run.report.added == ("papers/new.txt",) and run.held_by == ""
    removed = finished(upkeep, waiting)
    assert removed.report is not None and removed.report.removed == ("papers/pier.txt",)


@pytest.mark.slow
def test_waiting_for_another_process_can_be_cancelled(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    upkeep = upkeep_of(chosen)
    with lock_held_elsewhere(chosen):
        run_id = upkeep.remove(["papers/pier.txt"])
        until(lambda: upkeep.runs()[0].held_by)
        upkeep.cancel(run_id)
        assert finished(upkeep, run_id).problem is not None
    assert len(uris(chosen)) == 3 and not (chosen.seeds_dir / IGNORE_FILE).exists()


def test_who_holds_the_lock_is_said_in_words(tmp_path: Path) -> None:
    assert holder(BuildInProgress("Another build is running.")) == "another build"
    told = BuildInProgress("Another build is running (process 1, since 2026-01-02T10:11:12).")
    assert holder(told) == "another program (process 1, since 10:11:12)"
    with build_lock(tmp_path), pytest.raises(BuildInProgress) as raised, build_lock(tmp_path, wait=0):
        pass
    assert holder(raised.value) == "a change that the watch over the folders is taking over"


def test_failures_are_tried_again_and_a_problem_is_told(tmp_path: Path) -> None:
    chosen = small_index(tmp_path, {**HARBOUR, "bad.pdf": b"%PDF-1.4 broken"})
    upkeep = upkeep_of(chosen)
    run = finished(upkeep, upkeep.update(retry_failed=True))
    assert run.report is not None and [one.uri for one in run.report.failures] == ["papers/bad.pdf"]
    run = finished(upkeep, upkeep.update([tmp_path / "none"]))
    assert run.problem is not None and "does not exist" in run.problem.message and run.problem.fix


def test_only_failures_of_its_own_folders_are_told_of_a_run(tmp_path: Path) -> None:
    chosen = small_index(tmp_path, {**HARBOUR, "bad.pdf": b"%PDF-1.4 broken"})
    more = write(tmp_path / "more", {"tug.txt": "The tug is red.", "worse.pdf": b"%PDF-1.4 broken"})
    upkeep = upkeep_of(chosen)

    def failed(paths: list[Path]) -> list[str]:
        run = finished(upkeep, upkeep.update(paths))
        assert run.report is not None
        return [one.uri for one in run.report.failures]

    assert failed([more / ".." / "more"]) == ["more/worse.pdf"]
    assert failed([chosen.seeds_dir]) == ["papers/bad.pdf"]
    assert failed([]) == ["more/worse.pdf", "papers/bad.pdf"]


# Plans and the watch


def test_a_plan_is_made_beside_and_changes_nothing(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    write(chosen.seeds_dir, {"new.txt": "The crane is painted green.", "bad.pdf": b"%PDF-1.4 broken"})
    upkeep = upkeep_of(chosen)
    assert upkeep.planned is None
    upkeep.plan()
    until(lambda: upkeep.planned is not None and not upkeep.planned.running)
    assert upkeep.planned is not None and upkeep.planned.plan is not None
    plan = upkeep.planned.plan
    assert plan.added == ("papers/new.txt",) and plan.to_embed == 1
    assert [one.uri for one in plan.failures] == ["papers/bad.pdf"]
    assert len(uris(chosen)) == 3 and upkeep.runs() == ()
    upkeep.plan([tmp_path / "papers" / "none"])
    until(lambda: upkeep.planned is not None and not upkeep.planned.running)
    assert upkeep.planned is not None and upkeep.planned.problem is not None
    upkeep.drop_plan()
    assert upkeep.planned is None


@pytest.mark.slow
def test_builds_work_while_the_folders_are_watched(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    upkeep = upkeep_of(chosen)
    upkeep.watch(True)
    try:
        assert upkeep.watching
        until(lambda: upkeep.watched.report)
        write(chosen.seeds_dir, {"new.txt": "The crane is painted green."})
        until(lambda: "papers/new.txt" in uris(chosen))
        more = write(tmp_path / "more", {"tug.txt": "The tug is red."})
        assert finished(upkeep, upkeep.update([more])).report is not None
        assert "more/tug.txt" in uris(chosen)
        run = finished(upkeep, upkeep.remove(["papers/pier.txt"]))
        assert run.problem is None
        until(lambda: "papers/pier.txt" not in uris(chosen))
    finally:
        upkeep.watch(False)
    assert not upkeep.watching
    threads = [one for one in threading.enumerate() if "_follow" in one.name]
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive(), "a watch that was ended ends"


def test_a_watch_that_cannot_begin_says_why(tmp_path: Path) -> None:
    chosen = settings(tmp_path)  # its folder is not there
    upkeep = upkeep_of(chosen)
    upkeep.watch(True)
    until(lambda: not upkeep.watching)
    assert upkeep.watched.problem is not None and "does not exist" in upkeep.watched.problem.message


def test_what_a_run_is_for_is_said_in_words() -> None:
    assert Update().prepare(cast("Settings", None), lambda: None) == BuildOptions(paths=())
    assert Update((Path("/x/papers"),)).wants == "Bringing papers up to date"
