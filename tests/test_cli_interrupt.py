"""Ctrl-C ends a build in time, also one that waits for a lock which the interrupt has left taken."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading

from corpus import environment, heed_ctrl_c

from rag.cli.common import ended_in_time

WAITING = """
import threading
from rag.cli.common import ended_in_time, reporting

lock = threading.Lock()
with reporting(False), ended_in_time({seconds}):
    lock.acquire()
    try:
        print("ready", flush=True)
        threading.Event().wait()
    finally:
        {then}
"""


def interrupted(seconds: float, then: str, again_at: str = "") -> tuple[int, str]:
    """Exit code and what was said of a program that is interrupted while it waits, and again when it says so."""
    child = subprocess.Popen(
        [sys.executable, "-c", WAITING.format(seconds=seconds, then=then)],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heed_ctrl_c,
    )  # fmt: skip
    assert child.stdout is not None
    try:
        for line in filter(None, ("ready\n", again_at)):
            assert child.stdout.readline() == line
            child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=30)
    finally:
        child.kill()
    return child.returncode, said


def test_whoever_waits_for_ever_is_ended() -> None:
    code, said = interrupted(0.1, "lock.acquire()")
    assert code == 130 and said.startswith("error: Stopped.") and "Traceback" not in said


def test_whoever_ends_alone_is_left_in_peace() -> None:
    code, said = interrupted(30, "lock.release()")
    assert code == 130 and said.count("error: Stopped.") == 1 and "Traceback" not in said


def test_a_second_time_it_is_ended_at_once() -> None:
    """Also while it waits for the end of a step."""
    code, said = interrupted(60, "print('ending', flush=True); lock.acquire()", again_at="ending\n")
    assert code == 130 and said.count("error: Stopped.") == 1 and "Traceback" not in said


def test_the_handler_is_there_only_as_long() -> None:
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with ended_in_time():
            assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        other: list[bool] = []

        def elsewhere() -> None:
            with ended_in_time():
                other.append(signal.getsignal(signal.SIGINT) is signal.default_int_handler)

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        assert other == [True]
    finally:
        signal.signal(signal.SIGINT, before)
