"""Keeps what is done on the page in quick succession."""

from __future__ import annotations

from typing import Any

from streamlit.runtime.state import SafeSessionState


def take_over_first() -> None:
    """A run of the page takes over what the browser sent with it before it gives way to another one.

    Streamlit (1.67) looks for another request first, and what was clicked goes with the run: a button, or a question,
    that is followed by something else within some milliseconds, or seconds on a busy machine."""

    def on_script_will_rerun(self: SafeSessionState, *args: Any, **kwargs: Any) -> None:
        with self._lock:
            self._state.on_script_will_rerun(*args, **kwargs)

    SafeSessionState.on_script_will_rerun = on_script_will_rerun  # type: ignore[method-assign]
