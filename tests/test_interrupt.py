"""Ctrl-C in a build ends it between two steps and never leaves a lock taken: nobody waits for ever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from pathlib import Path

import pytest
from corpus import heed_ctrl_c
from doubles import Vectors, WordCounts, check_readable, check_whole, findings, index_settings, text_of, write

from index import interrupt
from index.build import build_index
from index.errors import CitewiseError, RootError
from index.interrupt import Ending, undisturbed
from index.lock import build_lock
from index.parsing import process
from index.settings import IndexSettings
from index.types import BuildOptions, Progress

OURS = ("build", "texts", "parsers")


@pytest.fixture(autouse=True)
def heeds_ctrl_c() -> Iterator[None]:
    """Also where the tests run in the background, where SIGINT is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def papers(tmp_path: Path) -> IndexSettings:
    """Three documents that are built, and then two more."""
    settings = index_settings(tmp_path)
    write(settings.seeds_dir, {"a.txt": text_of(["anchor"], ["bridge"]), "b.txt": text_of(["castle"])})
    build_index(settings, embedder=WordCounts())
    write(settings.seeds_dir, {"c.txt": text_of(["dragon"], ["ember"]), "d.txt": text_of(["forest"])})
    return settings


def press() -> None:
    signal.raise_signal(signal.SIGINT)


def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    limit = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.01)


def at_work() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(OURS)]


def run(program: str, *arguments: str, seconds: float = 60) -> str:
    """What a program says that is given the tests' modules. One that hangs fails the test."""
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, timeout=seconds, preexec_fn=heed_ctrl_c, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


# The work and who waits for it


def test_the_result_and_where_it_was_made() -> None:
    assert undisturbed(lambda ending: threading.get_ident()) != threading.get_ident()
    elsewhere: list[int] = []
    thread = threading.Thread(target=lambda: elsewhere.append(undisturbed(lambda ending: threading.get_ident())))
    thread.start()
    ident = thread.ident
    thread.join()
    assert elsewhere == [ident], "nothing interrupts another thread: the work is done in it"


def test_an_error_comes_out_as_it_is() -> None:
    error = CitewiseError("It failed.", "Try again.")

    def fail(ending: Ending) -> None:
        raise error

    with pytest.raises(CitewiseError) as caught:
        undisturbed(fail)
    assert caught.value is error and error.__context__ is None and error.__cause__ is None
    names = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
    assert names[0] == "test_an_error_comes_out_as_it_is" and names[-1] == "fail"


def test_the_work_sees_the_context_of_its_caller() -> None:
    who = ContextVar("who", default="nobody")
    who.set("me")
    assert undisturbed(lambda ending: who.get()) == "me"


def test_an_interrupt_waits_for_the_end_of_the_work() -> None:
    ended = False

    def work(ending: Ending) -> None:
        nonlocal ended
        press()
        until(lambda: ending.is_wanted)
        time.sleep(0.2)
        ended = True

    with pytest.raises(KeyboardInterrupt):
        undisturbed(work)
    assert ended


def test_a_second_interrupt_does_not_wait() -> None:
    over = threading.Event()

    def work(ending: Ending) -> None:
        press()
        until(lambda: ending.is_wanted)
        press()
        assert over.wait(60)

    with pytest.raises(KeyboardInterrupt):
        undisturbed(work)
    assert at_work() == ["build"], "it is still at it"
    over.set()
    until(lambda: not at_work())


def test_what_another_signal_raises_ends_it_too() -> None:
    def leave(*_: object) -> None:
        raise SystemExit(3)

    def work(ending: Ending) -> None:
        signal.raise_signal(signal.SIGTERM)
        until(lambda: ending.is_wanted)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        with pytest.raises(SystemExit, match="3"):
            undisturbed(work)
    finally:
        signal.signal(signal.SIGTERM, before)


def test_work_that_was_interrupted_before_it_began_never_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[bool] = []
    late: list[Callable[[], None]] = []

    def interrupted(start: Callable[[], None], arguments: tuple[()]) -> None:
        late.append(start)
        raise KeyboardInterrupt

    monkeypatch.setattr(interrupt, "start_new_thread", interrupted)
    with pytest.raises(KeyboardInterrupt):
        undisturbed(lambda ending: begun.append(True))
    late[0]()
    until(lambda: not at_work())
    assert begun == []


def test_no_thread_to_be_had_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", none_left)
        with pytest.raises(RuntimeError, match="can't start"):
            undisturbed(lambda ending: None)


# Another thread interrupts the main one at random moments, told by plain variables: whoever is interrupted while it
# tells by an event or a queue may leave its lock taken, which is what this is about.
INTERRUPTER = """
import random, signal, threading, time

class Interrupter:
    def __init__(self, latest):
        self.rounds, self.latest, self.chance = 0, latest, random.Random(7)
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        seen = 0
        while True:
            while self.rounds == seen:
                time.sleep(0.0005)
            seen += 1
            time.sleep(self.chance.random() * self.latest)
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

def interrupted(interrupter, work):
    try:
        interrupter.rounds += 1
        work()
        time.sleep(60)
        raise AssertionError("no interrupt came")
    except KeyboardInterrupt:
        pass
"""
LOCKS = """
from index.interrupt import undisturbed

lock, at_work = threading.Lock(), []

def work(ending):
    at_work.append(1)
    while not ending.is_wanted:
        with lock:
            pass
    at_work.pop()

interrupter = Interrupter(0.003)
for number in range(200):
    interrupted(interrupter, lambda: undisturbed(work))
    assert not at_work and lock.acquire(timeout=5), number
    lock.release()
print("done")
"""


@pytest.mark.slow
def test_no_moment_is_a_bad_one() -> None:
    assert run(INTERRUPTER + LOCKS) == "done\n"


# A build


LEFT_TAKEN = """
import signal, sys, threading
from pathlib import Path
from sqlalchemy.util import queue
from doubles import WordCounts
from index.build import build_index
from index.catalog.files import CatalogFiles
from index.settings import IndexSettings

embedding, pressed = [], threading.Event()

class Mutex:
    '''Of the connection pool. Ctrl-C comes just when the thread that embeds has taken it.'''
    def __init__(self):
        self._lock = threading.RLock()
    def __getattr__(self, name):
        return getattr(self._lock, name)
    def __enter__(self):
        self._lock.acquire()
        if threading.current_thread() in embedding and not pressed.is_set():
            pressed.set()
            signal.raise_signal(signal.SIGINT)
    def __exit__(self, *_):
        self._lock.release()

class Threading:
    RLock, Condition = Mutex, threading.Condition

class Counts(WordCounts):
    def embed_passages(self, texts):
        embedding.append(threading.current_thread())
        return super().embed_passages(texts)

def save_later(files, *arguments):
    '''The other thread needs a connection after Ctrl-C.'''
    assert pressed.wait(30)
    save(files, *arguments)

queue.threading = Threading
save, CatalogFiles.save_file_stats = CatalogFiles.save_file_stats, save_later
settings = IndexSettings(index_dir=Path(sys.argv[1]), seeds_dir=Path(sys.argv[2]))
try:
    build_index(settings, embedder=Counts())
except KeyboardInterrupt:
    print("stopped", build_index(settings, embedder=WordCounts()).pending)
"""


@pytest.mark.slow
def test_ctrl_c_leaves_no_lock_of_the_pool_taken(papers: IndexSettings) -> None:
    """Where the build ran in the main thread, it hung: the other thread waited for the lock."""
    assert run(LEFT_TAKEN, str(papers.index_dir), str(papers.seeds_dir)) == "stopped 0\n"
    check_whole(papers)


@pytest.mark.slow
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("stage", ["scan", "read", "embed"])
def test_ctrl_c_ends_a_build_and_the_next_goes_on(papers: IndexSettings, stage: str, full: bool) -> None:
    told: list[str] = []

    def stop(progress: Progress) -> None:
        told.append(progress.stage)
        if progress.stage == stage:
            press()
            time.sleep(0.5)

    options = BuildOptions(full=full)
    with pytest.raises(KeyboardInterrupt):
        build_index(papers, stop, options=options, embedder=WordCounts())
    assert told.index(stage) == len(told) - 1, "it went on"
    with build_lock(papers.index_dir, wait=0):
        until(lambda: not at_work(), 5)
    check_readable(papers)
    assert build_index(papers, options=options, embedder=WordCounts()).pending == 0
    assert findings(papers) == []


@pytest.mark.slow
def test_ctrl_c_ends_the_waiting_for_another_build(papers: IndexSettings) -> None:
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with build_lock(papers.index_dir):
            held.set()
            time.sleep(0.3)
            press()
            done.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(30)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        build_index(papers, embedder=WordCounts())
    assert time.monotonic() - began < 5, "it waited for the lock"
    done.set()
    holder.join()


@pytest.mark.slow
def test_ctrl_c_ends_a_build_whose_parser_hangs(papers: IndexSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    parse = process.ParserProcess.parse

    def told(parser: process.ParserProcess, *given: object) -> object:
        started.append(parser._process)
        press()
        return parse(parser, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(process, "_START", "import time; time.sleep(100)")
    monkeypatch.setattr(process.ParserProcess, "parse", told)
    of_its_own = papers.model_copy(update={"parser_seconds": 77})  # no process that waits has such a limit
    with pytest.raises(KeyboardInterrupt):
        build_index(of_its_own, embedder=WordCounts())
    assert started and all(one.returncode for one in started) and not at_work()
    monkeypatch.undo()
    assert build_index(papers, embedder=WordCounts()).pending == 0
    check_whole(papers)


@pytest.mark.slow
def test_a_second_ctrl_c_does_not_wait_for_the_step(papers: IndexSettings) -> None:
    class Hanging(WordCounts):
        over = threading.Event()

        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            press()
            time.sleep(1)  # else the two would be one
            press()
            assert self.over.wait(60)
            return super().embed_passages(texts)

    embedder = Hanging()
    with pytest.raises(KeyboardInterrupt):
        build_index(papers, embedder=embedder)
    assert "build" in at_work()
    embedder.over.set()
    until(lambda: not at_work())
    check_readable(papers)
    assert build_index(papers, embedder=WordCounts()).pending == 0
    check_whole(papers)


def test_an_error_of_a_build_comes_out_as_it_is(papers: IndexSettings) -> None:
    with pytest.raises(RootError) as caught:
        build_index(papers, options=BuildOptions(paths=(papers.index_dir / "none",)), embedder=WordCounts())
    assert caught.value.__context__ is None
    assert "roots_to_scan" in [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    with build_lock(papers.index_dir, wait=0):
        pass


def test_a_build_in_another_thread_stays_there(papers: IndexSettings) -> None:
    asked: list[int] = []
    heard: list[Progress] = []

    class Noting(WordCounts):
        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            asked.append(threading.get_ident())
            return super().embed_passages(texts)

    thread = threading.Thread(target=lambda: build_index(papers, heard.append, embedder=Noting()))
    thread.start()
    ident = thread.ident
    thread.join()
    assert {*asked} == {ident} and heard
    check_whole(papers)


BUILDS = """
import sys
from pathlib import Path
from doubles import WordCounts, sweep_at_once
from index.build import build_index
from index.settings import IndexSettings
from index.types import BuildOptions
from test_crash_moments import SlowCounts, change
import index.segments as segments

segments.FIRST_VECTORS = segments.MOST_VECTORS = segments.EMBED_TOGETHER = 2
segments.TIER_SEGMENTS, segments.MOST_SEGMENTS = 3, 5
sweep_at_once()
settings = IndexSettings(index_dir=Path(sys.argv[1]), seeds_dir=Path(sys.argv[2]))
chance, interrupter = random.Random(11), Interrupter(0.8)
for number in range(int(sys.argv[3])):
    change(settings.seeds_dir, chance, 4)
    options = BuildOptions(full=chance.random() < 0.3, purge=chance.random() < 0.2, yes=True)
    interrupted(interrupter, lambda: build_index(settings, options=options, embedder=SlowCounts()))
    if chance.random() < 0.5:
        report = build_index(settings, options=options, embedder=WordCounts())
        assert report.pending == 0 and not report.failures, number
assert build_index(settings, options=BuildOptions(full=True, yes=True), embedder=WordCounts()).pending == 0
print("done")
"""


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("times", [60])
def test_builds_interrupted_at_random_moments(papers: IndexSettings, times: int) -> None:
    assert run(INTERRUPTER + BUILDS, str(papers.index_dir), str(papers.seeds_dir), str(times), seconds=360) == "done\n"
    assert findings(papers) == []
    check_readable(papers, pending=0)
