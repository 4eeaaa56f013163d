"""Work that Ctrl-C does not tear apart.

KeyboardInterrupt lands in the main thread, wherever that happens to be: also between the taking of a lock and its
release, and whoever needs the lock then waits for ever. So the work is done by another thread. The main thread only
waits, and holds nothing that the other one needs, not even for a moment: flags are plain, and the one lock between
them is only ever given back by the worker.
"""

from __future__ import annotations

import threading
from _thread import start_new_thread
from collections.abc import Callable
from contextvars import copy_context
from typing import Generic, TypeVar

LOOK = 0.1  # seconds between two looks at a flag; where no wait can be interrupted (Windows), Ctrl-C is seen so late

T = TypeVar("T")


class Ending:
    """Whether the work is to end at its next step."""

    __slots__ = ("is_wanted",)

    def __init__(self) -> None:
        self.is_wanted = False

    def check(self) -> None:
        """Between two steps. Raises KeyboardInterrupt when the work is to end."""
        if self.is_wanted:
            raise KeyboardInterrupt


def undisturbed(work: Callable[[Ending], T]) -> T:
    """What the work returns, or raises what it raises.

    In the main thread, what interrupts the waiting (KeyboardInterrupt, or whatever another signal handler raises) asks
    the work to end, and is raised when it has ended, or at once when it comes again. The work then goes on to its next
    step, and the program ends after it. In any other thread nothing can interrupt the work, and it is done there.
    """
    ending = Ending()
    if threading.current_thread() is not threading.main_thread():
        return work(ending)
    job = _Job(work, ending)
    try:
        job.start()
        while not job.is_over:
            job.wait()
    except BaseException:
        ending.is_wanted = True
        while job.has_begun and not job.is_over:  # one that begins later looks at `is_wanted` first
            job.wait()
        raise
    return job.outcome()


class _Job(Generic[T]):
    """`start`, `wait` and `outcome` are for the main thread, and may be interrupted anywhere.

    Thread.start and Thread.join may not: the one can leave the lock of an event taken, and the other, interrupted,
    takes the thread for ended in Python 3.11.
    """

    def __init__(self, work: Callable[[Ending], T], ending: Ending) -> None:
        self.has_begun = self.is_over = False
        self._work, self._ending, self._context = work, ending, copy_context()
        self._thread = threading.Thread(target=self._run, name="build", daemon=False)
        self._running = threading.Lock()
        self._running.acquire()
        self._result: list[T] = []
        self._error: BaseException | None = None

    def start(self) -> None:
        start_new_thread(self._start, ())

    def wait(self) -> None:
        self._running.acquire(timeout=LOOK)

    def outcome(self) -> T:
        try:
            if self._error is not None:
                raise self._error
            return self._result[0]
        finally:
            self._error = None  # else it would hold itself, by its traceback, and all that the work had opened

    def _start(self) -> None:
        try:
            self._thread.start()
        except BaseException as error:  # no thread or memory to be had
            self._end(error)

    def _run(self) -> None:
        self.has_begun = True
        try:
            self._ending.check()
            self._result.append(self._context.run(self._work, self._ending))
        except BaseException as error:
            self._end(error)
        else:
            self._end()

    def _end(self, error: BaseException | None = None) -> None:
        self._error = error
        self.is_over = True
        self._running.release()
