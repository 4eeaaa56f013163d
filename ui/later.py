"""What takes long and is shown when it is there: made once by key, in one thread, when nobody waits for an answer."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from math import inf
from typing import Any

from ui.work import report, start

KEPT = 256
WAITING = 256  # the oldest wishes are given up: nobody looks at what they are for any more
NAP = 0.2
TRY_AGAIN = 60.0  # seconds after a failure
FAILED = object()


class Later:
    """Safe from several threads. What was asked for last is made first."""

    def __init__(self, is_busy: Callable[[], bool] = lambda: False, kept: int = KEPT) -> None:
        self._is_busy, self._kept = is_busy, kept
        self._lock = threading.Lock()
        self._wanted: OrderedDict[Hashable, Callable[[], Any]] = OrderedDict()
        self._made: OrderedDict[Hashable, Any] = OrderedDict()
        self._failed: dict[Hashable, float] = {}
        self._making: Hashable = None
        self._worker: threading.Thread | None = None

    def get(self, key: Hashable, make: Callable[[], Any]) -> tuple[Any, bool]:
        """The value, and whether it is still to be made; (None, False) when it could not be made in the last minute."""
        with self._lock:
            if self._failed.get(key, -inf) + TRY_AGAIN > time.monotonic():
                return None, False
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key], False
            if key != self._making:
                self._wanted[key] = make
                self._wanted.move_to_end(key)
                if len(self._wanted) > WAITING:
                    self._wanted.popitem(last=False)
                if self._worker is None:
                    self._worker = start(self._work)
            return None, True

    def _work(self) -> None:
        while True:
            while self._is_busy():
                threading.Event().wait(NAP)
            with self._lock:
                if not self._wanted:
                    self._worker = None
                    return
                self._making, make = self._wanted.popitem()
            try:
                value = make()
            except Exception as error:
                report("Something in the background failed", error)
                value = FAILED
            with self._lock:
                self._keep(self._making, value)
                self._making = None

    def _keep(self, key: Hashable, value: Any) -> None:
        """Needs the lock."""
        now = time.monotonic()
        self._failed = {one: when for one, when in self._failed.items() if when + TRY_AGAIN > now}
        if value is FAILED:
            self._failed[key] = now
            return
        self._made[key] = value
        if len(self._made) > self._kept:
            self._made.popitem(last=False)
