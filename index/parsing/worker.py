"""The parser process: takes the bytes of a file, gives its documents cut into passages, within limits.

It gets no keys and no settings but its limits, writes no files, and ends with the process that started it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import IO, NoReturn

from index.errors import UnreadableFile
from index.loaders import parse_all
from index.loaders.pulse import on_beat
from index.parsing.limits import TOO_LITTLE_MEMORY, Limits
from index.parsing.picture import drawn, pack_picture, unpack_wish
from index.parsing.text import cut
from index.parsing.wire import (
    ALIVE,
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
    pack_failure,
    pack_text,
    receive,
    send,
)
from index.types import Failure

BEAT_SECONDS = 1.0
IDLE_SECONDS = 600.0  # without a file: a watcher must not wait for a new process at each change
LONG = 500_000  # characters: cutting them takes a second or more
RETIRE_SHARE = 0.4  # of the memory allowed: a process that holds more after a file makes room for a new one


def main() -> NoReturn:
    limits = Limits(**json.loads(sys.argv[1]))
    source, sink = _take_streams()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the build, which ends this process
    limits.impose()
    on_beat(_beats(sink, limits))
    waiting = _Waiting()
    threading.Thread(target=waiting.end_in_time, daemon=True).start()
    try:
        while True:
            file = _next_file(source, waiting)
            if file is not None:
                send(sink, ALIVE)  # from here on it is the file's fault
                limits.renew()
                _answer(*file, sink, limits)
                file = None
            send(sink, DONE, b"last" if limits.is_near(RETIRE_SHARE) else b"")
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except (EOFError, BrokenPipeError):
        os._exit(0)


class _Waiting:
    """Ends the process when the one that started it has ended, or has given it no file for long."""

    def __init__(self) -> None:
        self.since: float | None = None

    def end_in_time(self) -> NoReturn:
        parent = os.getppid()
        while os.getppid() == parent and (self.since is None or time.monotonic() - self.since < IDLE_SECONDS):
            time.sleep(1)
        os._exit(0)


def _beats(sink: IO[bytes], limits: Limits) -> Callable[[], None]:
    last = time.monotonic()

    def beat() -> None:
        nonlocal last
        if time.monotonic() - last > BEAT_SECONDS:
            last = time.monotonic()
            limits.renew()
            send(sink, ALIVE)

    return beat


def _answer(data: bytes, uri: str, wish: bytes | None, sink: IO[bytes], limits: Limits) -> None:
    try:
        if wish is None:
            _read(data, uri, sink, limits)
        else:
            send(sink, PICTURE, pack_picture(drawn(data, uri, unpack_wish(wish))))
    except UnreadableFile as error:
        send(sink, FAILURE, pack_failure(Failure(uri, error.reason, error.detail)))
    except MemoryError:
        send(sink, FAILURE, pack_failure(Failure(uri, "too large", TOO_LITTLE_MEMORY)))
    except Exception as error:  # a defect of ours or a vendor's must not end the build of the others
        told = " ".join(str(error).split())[:200] or type(error).__name__
        send(sink, FAILURE, pack_failure(Failure(uri, "damaged", told)))


def _read(data: bytes, uri: str, sink: IO[bytes], limits: Limits) -> None:
    most = limits.most_characters(len(data))
    for found in parse_all(data, uri):
        if isinstance(found, Failure):
            send(sink, FAILURE, pack_failure(found))
            continue
        most -= len(found.text)
        if most < 0:
            raise UnreadableFile("too large", "its text is many times as long as the file: it looks like a bomb")
        if len(found.text) > LONG:
            send(sink, ALIVE)
        send(sink, DOCUMENT, pack_text(cut(found)))
        limits.renew()


def _next_file(source: IO[bytes], waiting: _Waiting) -> tuple[bytes, str, bytes | None] | None:
    """The bytes and the uri of a file, and which picture of it is wanted if it is not to be read; None when neither."""
    pieces: list[bytes] = []
    uri = ""
    waiting.since = time.monotonic()
    while True:
        kind, payload = receive(source)
        waiting.since = None
        if kind == FILE:
            uri = payload.decode()
        elif kind == BYTES:
            pieces.append(payload)
        elif kind in (READ, DRAW):
            return pieces[0] if len(pieces) == 1 else b"".join(pieces), uri, payload if kind == DRAW else None
        elif kind == DROP:
            return None


def _take_streams() -> tuple[IO[bytes], IO[bytes]]:
    """Standard input and output, for frames only: whatever else is printed goes nowhere."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    return source, sink
