"""Work in the background of the server, and what to tell of its failures."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from index.errors import CitewiseError
from rag.chats.types import Problem

log = logging.getLogger("citewise.ui")

going_down = threading.Event()  # set when the server ends


def start(work: Callable[..., None], *args: object) -> threading.Thread:
    thread = threading.Thread(target=work, args=args, daemon=True, name=f"citewise{work.__name__}")
    thread.start()
    return thread


def problem_of(error: Exception) -> Problem:
    """What a person is told; what nobody expected goes to the server's log."""
    if isinstance(error, CitewiseError):
        return Problem(str(error), error.fix)
    report("Unexpected error", error)
    return Problem(f"Something unexpected happened: {type(error).__name__}.", "Try again; the server's log says more.")


def report(what: str, error: Exception) -> None:
    """To the server's log; nothing is worth telling of what is cut short while the server goes down."""
    if threading.main_thread().is_alive() and not going_down.is_set():
        log.error(what, exc_info=error)
