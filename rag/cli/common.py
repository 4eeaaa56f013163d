"""What all commands share: options, settings, output, and errors as one line with its fix."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from index.types import Filters
    from rag.settings import Settings

GRACE_SECONDS = 8.0
STOPPED, GO_ON = "Stopped.", "What was published stays; run the command again to go on."

JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
FILTER = click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="KEY=VALUE",
    help="Only documents that match: uri, outlet, language, format (pdf, docx, html, md ...), published_after, "
    "published_before; or passages with these words in a row: phrase. May be repeated.",
)


def load_settings() -> Settings:
    from rag.settings import Settings, unknown_settings

    for line in unknown_settings():
        click.echo(f"warning: {line}", err=True)
    return Settings()


def question_text(question: str) -> str:
    return sys.stdin.buffer.read().decode("utf-8", "replace") if question == "-" else question


def prompt() -> str:
    try:
        return str(click.prompt("?", prompt_suffix=" ", default="", show_default=False)).strip()
    except click.Abort:
        return ""


def read_filters(pairs: Sequence[str]) -> Filters | None:
    from rag.filters import parse_filters

    return parse_filters(pairs)


def out(result: Any, lines: bool = False) -> None:
    """Writes text, or an object as JSON; with `lines` on one line, as one of several."""
    text = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False, indent=None if lines else 2)
    click.echo(shown(text) if isinstance(result, str) else text)


def shown(text: str) -> str:
    """Without control characters: what a document or a file name holds must not steer the terminal."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "\ufffd", text)


@contextmanager
def reporting(as_json: bool, leave: bool = True) -> Iterator[None]:
    """Turns an error into one line and its fix on standard error (as JSON on standard output), and exit code 1."""
    from index.errors import CitewiseError

    try:
        yield
    except CitewiseError as error:
        complain(str(error), error.fix, as_json)
        if leave:
            raise SystemExit(1) from None
    except UnicodeEncodeError:
        complain("An argument is not valid UTF-8.", "Check the encoding of the terminal.", as_json)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        complain(STOPPED, GO_ON, as_json)
        raise SystemExit(130) from None


@contextmanager
def ended_in_time(seconds: float = GRACE_SECONDS) -> Iterator[None]:
    """Sees to it that Ctrl-C ends a build, which may be ended at any point, within so many seconds; a second at once.

    A build ends between two steps, of which one may take long. In whatever else is done here, an interrupt can come
    between the taking of a lock and its release; whoever needs that lock then waits for ever.
    """

    def leave(*_: object) -> NoReturn:
        os.write(2, f"error: {STOPPED} {GO_ON}\n".encode())
        os._exit(130)

    def interrupted(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGALRM, leave)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        signal.signal(signal.SIGINT, leave)
        signal.default_int_handler(number, frame)

    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or not hasattr(signal, "SIGALRM") or signal.getsignal(signal.SIGINT) != signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGINT, signal.default_int_handler)


def complain(message: str, fix: str, as_json: bool) -> None:
    if as_json:
        from rag.present import error_json

        out(error_json(message, fix))
    click.echo(shown(f"error: {message}" + (f" {fix}" if fix else "")), err=True)
