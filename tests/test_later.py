"""What is made in the background: once, the latest wish first, not while somebody waits for an answer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import pytest

from ui import later as module
from ui.later import Later

SECONDS = 20
PENDING = (None, True)


class Maker:
    """Makes things one at a time, each when it is let go, and notes in which order."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._changed = threading.Condition()
        self._free: set[str] = set()

    def of(self, name: str) -> Callable[[], str]:
        def make() -> str:
            with self._changed:
                self.begun.append(name)
                self._changed.notify_all()
                assert self._changed.wait_for(lambda: name in self._free, SECONDS)
            return f"made {name}"

        return make

    def let_go(self, *names: str) -> None:
        with self._changed:
            self._free.update(names)
            self._changed.notify_all()

    def until_begun(self, *names: str) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.begun == list(names), SECONDS), self.begun


@pytest.fixture
def maker() -> Maker:
    return Maker()


def settle(later: Later) -> None:
    """Waits until all that was wanted has been made."""
    worker = later._worker
    if worker is not None:
        worker.join(SECONDS)
        assert not worker.is_alive()


def test_it_is_made_once(maker: Maker) -> None:
    later = Later()
    assert later.get("a", maker.of("a")) == PENDING
    maker.until_begun("a")
    assert later.get("a", maker.of("again")) == PENDING
    maker.let_go("a")
    settle(later)
    assert later.get("a", maker.of("again")) == ("made a", False)
    assert maker.begun == ["a"]


def test_the_latest_wish_is_made_first(maker: Maker) -> None:
    later = Later()
    later.get("a", maker.of("a"))
    maker.until_begun("a")
    for name in ("b", "c", "d", "b"):
        assert later.get(name, maker.of(name)) == PENDING
    maker.let_go(*"abcd")
    settle(later)
    assert maker.begun == ["a", "b", "d", "c"]
    assert all(later.get(name, maker.of(name)) == (f"made {name}", False) for name in "abcd")


def test_nothing_is_begun_while_somebody_waits(monkeypatch: pytest.MonkeyPatch, maker: Maker) -> None:
    monkeypatch.setattr(module, "NAP", 0.001)
    asked, busy = threading.Semaphore(0), [True]

    def is_busy() -> bool:
        asked.release()
        return busy[0]

    later = Later(is_busy)
    maker.let_go("a")
    later.get("a", maker.of("a"))
    for _ in range(5):
        assert asked.acquire(timeout=SECONDS)
    assert maker.begun == [] and later.get("a", maker.of("a")) == PENDING
    busy[0] = False
    settle(later)
    assert later.get("a", maker.of("a")) == ("made a", False)


def test_work_begins_again_after_all_was_made(maker: Maker) -> None:
    later = Later()
    maker.let_go("a", "b")
    for name in ("a", "b"):
        assert later.get(name, maker.of(name)) == PENDING
        settle(later)
        assert later.get(name, maker.of(name)) == (f"made {name}", False)


def test_what_is_not_there_is_said_to_be_on_its_way() -> None:
    """Also at the moment in which it is made."""
    later = Later()
    for number in range(2_000):
        while (found := later.get(number, lambda: "made")) != ("made", False):
            assert found == PENDING


def test_what_fails_is_logged_and_tried_again_after_a_while(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, maker: Maker
) -> None:
    later, tried = Later(), []

    def fail() -> str:
        tried.append(1)
        raise ZeroDivisionError("no")

    assert later.get("a", fail) == PENDING
    settle(later)
    assert later.get("a", fail) == (None, False) and tried == [1]
    [record] = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert record.exc_info is not None and record.exc_info[0] is ZeroDivisionError
    maker.let_go("b")
    later.get("b", maker.of("b"))
    settle(later)
    assert later.get("b", maker.of("b")) == ("made b", False)
    monkeypatch.setattr(module, "TRY_AGAIN", 0.0)
    assert later.get("a", fail) == PENDING
    settle(later)
    assert tried == [1, 1]


def test_the_oldest_wishes_are_given_up(monkeypatch: pytest.MonkeyPatch, maker: Maker) -> None:
    monkeypatch.setattr(module, "WAITING", 2)
    later = Later()
    later.get("a", maker.of("a"))
    maker.until_begun("a")
    for name in "bcd":
        later.get(name, maker.of(name))
    maker.let_go(*"abcd")
    settle(later)
    assert maker.begun == ["a", "d", "c"]


def test_what_was_not_looked_at_longest_leaves(maker: Maker) -> None:
    later = Later(kept=2)
    maker.let_go(*"abc")
    for name in "ab":
        later.get(name, maker.of(name))
        settle(later)
    later.get("a", maker.of("a"))
    later.get("c", maker.of("c"))
    settle(later)
    assert all(later.get(name, maker.of(name)) == (f"made {name}", False) for name in "ac")
    assert later.get("b", maker.of("b")) == PENDING
    settle(later)
    assert maker.begun == ["a", "b", "c", "b"]
