"""A sign of life from a loader that is slow for a good reason, such as recognising the text of many pages."""

from __future__ import annotations

from collections.abc import Callable


class _Pulse:
    listener: Callable[[], None] | None = None


def beat() -> None:
    """Tells whoever waits that the loader goes on. To be called between two pages, never in a loop without end."""
    if _Pulse.listener is not None:
        _Pulse.listener()


def on_beat(listener: Callable[[], None] | None) -> None:
    _Pulse.listener = listener
