"""One object for many threads that can be put away at any time: whoever is using it ends in peace."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class _Held(Generic[T]):
    value: T
    users: int = 0
    put_away: bool = False


class Shared(Generic[T]):
    """Opened on first use and again after it was put away; closed when its last user is done with it."""

    def __init__(self, opener: Callable[[], T], closer: Callable[[T], None]) -> None:
        self._opener, self._closer = opener, closer
        self._held: _Held[T] | None = None
        self._lock = threading.Lock()

    @contextmanager
    def use(self) -> Iterator[T]:
        with self._lock:
            held = self._held = self._held or _Held(self._opener())
            held.users += 1
        try:
            yield held.value
        finally:
            with self._lock:
                held.users -= 1
                last = held.put_away and not held.users
            if last:
                self._closer(held.value)

    def put_away(self, wanted: Callable[[T], bool] = lambda value: True) -> None:
        """The next user opens another. Does nothing when none is open, or the one that is open is not `wanted` away."""
        with self._lock:
            held = self._held
            if held is None or not wanted(held.value):
                return
            self._held, held.put_away = None, True
            idle = not held.users
        if idle:
            self._closer(held.value)
