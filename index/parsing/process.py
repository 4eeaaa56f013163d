"""One parser process, seen from the build: sends it the bytes of a file, takes its documents, ends it when it hangs."""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from index.loaders.pdf.view import PageView
from index.parsing.channel import Channel
from index.parsing.limits import MOST_ALIVE, TOO_LITTLE_MEMORY, Limits
from index.parsing.picture import Wish, pack_wish, unpack_picture
from index.parsing.text import ParsedText
from index.parsing.wire import (
    BYTES,
    DOCUMENT,
    DONE,
    DRAW,
    DROP,
    FAILURE,
    FILE,
    OUT_OF_MEMORY,
    PICTURE,
    READ,
    send,
    unpack_failure,
    unpack_text,
)
from index.types import Failure

_START = "import json, sys; sys.path[:] = json.loads(sys.argv.pop()); from index.parsing.worker import main; main()"
PICTURE_SECONDS = 20.0  # a reader waits for it
_FOLDER = str(Path(__file__).resolve().parent.parent.parent)
# Nothing secret is handed on; one thread each, since there are several processes.
_HANDED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "TEMP", "TMP", "LD_LIBRARY_PATH", "TESSDATA_PREFIX")
_ONE_THREAD = {"TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class ParserGone(Exception):
    """The process had ended before it was given a file."""


class ParserProcess(Channel):
    """Not to be used by several threads at once, but for `kill`. `is_spent`: it can take no further file."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        handed_on = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
        process = subprocess.Popen(
            # -P: no module may come from the folder in which the build happens to be run.
            [sys.executable, "-P", "-c", _START, json.dumps(asdict(limits)), json.dumps(_module_folders())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**handed_on, **_ONE_THREAD, "CITEWISE_OCR_LANGUAGES": limits.ocr_languages},
        )
        super().__init__(process)

    def parse(
        self, uri: str, pieces: Iterable[bytes], is_wanted: Callable[[], bool] = lambda: True
    ) -> Iterator[ParsedText | Failure]:
        """What `parse_all` gives for the bytes; the document or the failure of `uri` itself comes last.

        `is_wanted` is asked when all pieces are sent; nothing is parsed, and nothing comes, when they are not.
        Raises ParserGone before anything has come, and what `pieces` raises.
        """
        try:
            if not self._give(uri, pieces, READ, b"", is_wanted):
                return
        except ParserGone:
            if self._process.returncode != OUT_OF_MEMORY:
                raise
            yield Failure(uri, "too large", TOO_LITTLE_MEMORY)
            return
        try:
            yield from self._documents(uri)
        except EOFError:
            self.kill()
            yield self._why_it_ended(uri)
        except BaseException:
            self.kill()  # the rest of the file is of no use to anybody, and must not be taken for the next one
            raise

    def picture(
        self, uri: str, pieces: Iterable[bytes], wish: Wish, is_wanted: Callable[[], bool] = lambda: True
    ) -> PageView | None:
        """A page of the PDF of these bytes, or of one inside them; None when there is none, or it ended the process.

        Raises ParserGone before the bytes were taken, and what `pieces` raises.
        """
        if not self._give(uri, pieces, DRAW, pack_wish(wish), is_wanted):
            return None
        view: PageView | None = None
        left = PICTURE_SECONDS
        with suppress(EOFError, ValueError):
            while True:
                asked = time.monotonic()
                kind, payload = self._receive(max(left, 0.0))
                left -= time.monotonic() - asked
                if kind == PICTURE:
                    view = unpack_picture(payload)
                elif kind == DONE:
                    self.is_spent = bool(payload)
                    return view
        self.kill()
        return None

    def _give(
        self, uri: str, pieces: Iterable[bytes], order: bytes, wish: bytes, is_wanted: Callable[[], bool]
    ) -> bool:
        """Sends a file and what to do with it. Whether it is done: nothing comes when it is not wanted."""
        try:
            send(self._stdin, FILE, uri.encode(), more=True)
            try:
                for piece in pieces:
                    send(self._stdin, BYTES, piece, more=True)
                wanted = is_wanted()
            except BrokenPipeError:
                raise
            except BaseException:
                send(self._stdin, DROP)
                self._receive(self.limits.seconds)
                raise
            send(self._stdin, *((order, wish) if wanted else (DROP,)))
            return self._receive(self.limits.seconds)[0] != DONE
        except (BrokenPipeError, EOFError):
            self.kill()
            raise ParserGone from None

    def _documents(self, uri: str) -> Iterator[ParsedText | Failure]:
        left = MOST_ALIVE * self.limits.seconds  # the time of whoever takes the documents does not count
        while True:
            asked = time.monotonic()
            kind, payload = self._receive(min(self.limits.seconds, max(left, 0.0)))
            left -= time.monotonic() - asked
            if kind == DOCUMENT:
                yield unpack_text(payload)
            elif kind == FAILURE:
                yield unpack_failure(payload)
            elif kind == DONE:
                self.is_spent = bool(payload)
                return

    def _why_it_ended(self, uri: str) -> Failure:
        code = self._process.returncode
        if self._timed_out or code == -getattr(signal, "SIGXCPU", 0):
            seconds = f"{self.limits.seconds:g}"
            return Failure(uri, "timed out", f"reading it took more than {seconds} s (CITEWISE_PARSER_SECONDS)")
        with suppress(ValueError):
            return Failure(uri, "damaged", f"reading it crashed the parser ({signal.Signals(-code).name})")
        return Failure(uri, "damaged", f"reading it ended the parser (exit code {code})")


_idle: list[ParserProcess] = []
_lock = threading.Lock()


def lease(limits: Limits) -> ParserProcess:
    """A process with these limits: one that waits, else a new one. They outlive a build, since a start takes time."""
    with _lock:
        for process in [one for one in _idle if one.has_ended]:  # as those do that have waited for long
            _idle.remove(process)
            process.kill()
        for process in reversed(_idle):
            if process.limits == limits:
                _idle.remove(process)
                return process
    return ParserProcess(limits)


def give_back(process: ParserProcess) -> None:
    with _lock:
        if not process.is_spent:
            _idle.append(process)
            return
    process.kill()


@atexit.register
def end_idle() -> None:
    """Ends the processes that wait for a file."""
    with _lock:
        while _idle:
            _idle.pop().kill()


def _module_folders() -> list[str]:
    found = [str(folder) for folder in sys.path if folder]
    return found if _FOLDER in found else [_FOLDER, *found]


def _forget_all() -> None:
    global _lock
    _lock = threading.Lock()  # another thread of the parent may have held it
    _idle.clear()


if hasattr(os, "register_at_fork"):  # a forked child may not talk to the processes of its parent
    os.register_at_fork(after_in_child=_forget_all)
