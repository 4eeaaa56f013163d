"""Reading files ahead: several parser processes work while what they have read is published, in the order asked for."""

from __future__ import annotations

import hashlib
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from index.parsing.limits import Limits
from index.parsing.process import ParserGone, ParserProcess, give_back, lease
from index.parsing.text import ParsedText
from index.scan import open_regular
from index.settings import IndexSettings
from index.types import Failure

MOST_FILES, MOST_CHARACTERS = 64, 20_000_000  # read ahead of what is taken
PIECE = 1_000_000

Found = ParsedText | Failure


class FileRead:
    """One file on its way. When its documents have been taken, `sha256` is that of its bytes, "" when they could not be
    read; `is_known`: they need not be parsed."""

    def __init__(self, uri: str, parsers: Parsers) -> None:
        self.uri, self.sha256 = uri, ""
        self.is_known = self.is_done = False
        self.waiting: deque[Found] = deque()
        self._parsers = parsers

    def documents(self) -> Iterator[Found]:
        """As `parse_all` gives them; nothing when the bytes were known already, or the reading was stopped."""
        return self._parsers._take(self)


def open_parsers(settings: IndexSettings) -> Parsers:
    limits = Limits(settings.parser_seconds, settings.parser_memory_mb, settings.ocr_languages or "")
    return Parsers(limits, settings.threads)


class Parsers:
    """Reads files with up to `count` processes at a time. `stop` may be called from any thread."""

    def __init__(self, limits: Limits, count: int) -> None:
        self._limits, self._count = limits, count
        self._changed = threading.Condition()
        self._held, self._stopped = 0, False
        self._taken: FileRead | None = None
        self._at_work: set[ParserProcess] = set()

    def read(
        self, uris: Sequence[str], paths: Mapping[str, Path], known: Callable[[str, str], bool]
    ) -> Iterator[FileRead]:
        """The files in their order; each has to be taken to its end before the next. `known(uri, sha256)` is asked from
        other threads: whether the bytes need not be parsed."""
        todo, begun = iter(uris), deque[FileRead]()
        with ThreadPoolExecutor(self._count, "parsers") as pool:
            try:
                while not self._stopped:
                    while len(begun) < MOST_FILES and (uri := next(todo, None)) is not None:
                        begun.append(FileRead(uri, self))
                        pool.submit(self._read, begun[-1], paths[uri], known)
                    if not begun:
                        return
                    yield begun.popleft()
            finally:
                self.stop()

    def stop(self) -> None:
        """Ends the reading: what is being parsed is given up."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
            for process in self._at_work:  # none can be given back, and leased by another build, meanwhile
                process.kill()

    def _read(self, file: FileRead, path: Path, known: Callable[[str, str], bool]) -> None:
        try:
            for _ in range(2):  # a process that has waited for long may have ended
                if self._stopped:
                    return
                with suppress(ParserGone):
                    return self._parse(file, path, known)
            file.sha256 = ""  # not its fault: to be tried again
            self._put(file, Failure(file.uri, "unreadable", "no parser process can be started"))
        except MemoryError:
            self._put(file, Failure(file.uri, "too large", "reading the file needs more memory than there is"))
        except OSError as error:
            self._put(file, Failure(file.uri, "unreadable", f"the file cannot be read: {error.strerror}"))
        except Exception as error:  # nobody looks at the outcome of this thread
            self._put(file, Failure(file.uri, "damaged", f"{type(error).__name__}: {error}"))
        finally:
            with self._changed:
                file.is_done = True
                self._changed.notify_all()

    def _parse(self, file: FileRead, path: Path, known: Callable[[str, str], bool]) -> None:
        digest = hashlib.sha256()

        def pieces() -> Iterator[bytes]:
            with open_regular(path) as opened:
                while piece := opened.read(PIECE):
                    digest.update(piece)
                    yield piece

        def is_wanted() -> bool:
            file.sha256 = digest.hexdigest()
            file.is_known = known(file.uri, file.sha256)
            return not file.is_known

        process = lease(self._limits)
        try:
            with self._changed:
                if self._stopped:
                    return
                self._at_work.add(process)
            for found in process.parse(file.uri, pieces(), is_wanted):
                if not self._put(file, found):
                    process.kill()
                    return
        finally:
            with self._changed:
                self._at_work.discard(process)
            give_back(process)

    def _put(self, file: FileRead, found: Found) -> bool:
        """Waits while too much is held, unless just this is waited for. False when nobody wants it."""
        with self._changed:
            while self._held > MOST_CHARACTERS and (self._taken is not file or file.waiting) and not self._stopped:
                self._changed.wait()
            file.waiting.append(found)
            self._held += _size(found)
            self._changed.notify_all()
            return not self._stopped

    def _take(self, file: FileRead) -> Iterator[Found]:
        while True:
            with self._changed:
                self._taken = file
                self._changed.notify_all()
                while not (file.waiting or file.is_done or self._stopped):
                    self._changed.wait()
                if self._stopped or not file.waiting:
                    return
                found = file.waiting.popleft()
                self._held -= _size(found)
            yield found


def _size(found: Found) -> int:
    return len(found.document.text) if isinstance(found, ParsedText) else 0
