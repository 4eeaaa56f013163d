"""Keeps what is done on the page in quick succession: Streamlit ends a run of the page for the next one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from streamlit.runtime.scriptrunner import RerunException, get_script_run_ctx
from streamlit.runtime.state import SafeSessionState

T = TypeVar("T")


def take_over_first() -> None:
    """A run of the page takes over what the browser sent with it before it gives way to another one.

    Streamlit (1.67) looks for another request first, and what was clicked goes with the run: a button, or a question,
    that is followed by something else within some milliseconds, or seconds on a busy machine."""

    def on_script_will_rerun(self: SafeSessionState, *args: Any, **kwargs: Any) -> None:
        with self._lock:
            self._state.on_script_will_rerun(*args, **kwargs)

    SafeSessionState.on_script_will_rerun = on_script_will_rerun  # type: ignore[method-assign]


def undisturbed(do: Callable[[], T]) -> T:
    """When a further run is asked for, Streamlit ends this one wherever it touches the session, and what was clicked is
    lost. So the request is put back, to end this run at the next touch after all is done. `do` may be called twice."""
    further: list[RerunException] = []
    try:
        while True:
            try:
                return do()
            except RerunException as request:
                further.append(request)
    finally:
        context = get_script_run_ctx() if further else None
        if context is not None and context.script_requests is not None:
            for one in further:
                context.script_requests.request_rerun(one.rerun_data)
