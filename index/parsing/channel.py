"""A child process that is told frames and answers in frames; it is killed when it does not answer in time."""

from __future__ import annotations

import subprocess
import threading
from contextlib import suppress
from typing import IO, cast

from index.parsing.wire import receive

NAP = 1.0  # seconds


class Channel:
    """Not to be used by several threads at once, but for `kill`. `is_spent`: it can take no further file."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.is_spent = False
        self._process = process
        self._timed_out = False

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def kill(self) -> None:
        """Ends the process at once; it may be called from any thread."""
        self.is_spent = True
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError, ValueError):
                cast("IO[bytes]", stream).close()

    @property
    def _stdin(self) -> IO[bytes]:
        return cast("IO[bytes]", self._process.stdin)

    def _receive(self, seconds: float) -> tuple[bytes, bytes]:
        """The next frame; EOFError, and the process is killed, when it does not come in time."""
        came = threading.Event()
        threading.Thread(target=self._end_unless, args=(came, seconds), daemon=True).start()
        try:
            return receive(cast("IO[bytes]", self._process.stdout))
        except ValueError as error:  # killed meanwhile, and its streams closed
            raise EOFError from error
        finally:
            came.set()

    def _end_unless(self, came: threading.Event, seconds: float) -> None:
        """Waits in naps: those in which the build itself is suspended (Ctrl-Z) count as one."""
        while seconds > 0:
            if came.wait(min(seconds, NAP)):
                return
            seconds -= NAP
        self._timed_out = True
        self._process.kill()
