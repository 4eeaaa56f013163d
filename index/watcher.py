"""Keeping an index up to date: follows the folders and builds when a change has settled.

What a file system does not tell (a lost event, a network drive) is found by a build every ten minutes. Where folders
cannot be watched (a limit of the system, one that may not be read), a build every few seconds looks for changes. For
network drives there is WATCHFILES_FORCE_POLLING=1, which makes the package watchfiles compare stamps all the time.
"""

from __future__ import annotations

import os
import stat
import threading
import time
from collections.abc import Callable, Collection, Generator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.build import OnProgress, build_index
from index.catalog.engine import open_engine
from index.catalog.read import CatalogReader
from index.catalog.tables import FILENAME
from index.embed import Embedder, open_embedder
from index.errors import BuildInProgress, CitewiseError, IndexMismatch, RootError, SettingsError
from index.lock import build_lock
from index.schedule import Schedule, has_changed, is_news, matters
from index.settings import IndexSettings
from index.types import BuildOptions, BuildReport, Failure, Progress

TICK_MS = 50  # an event is told one to two ticks after it happened
LONGEST_PAUSE, LONGEST_BUSY_PAUSE = 60.0, 2.0  # seconds until the next try
BUSY_TOLD = 7  # tries: another build has gone on for about ten seconds
LOOK_AT_FOLDERS, LOOK_AT_ALL = 2.0, 600.0
POLL, POLL_SHARE = 2.0, 9.0  # pause between builds that look for changes; at least so many times what one took
BREAKS_AT_ONCE = 10.0  # a watch that broke sooner is given up until the next look at everything
USAGE_ERRORS = (RootError, IndexMismatch, SettingsError)
DELETED = 3  # watchfiles.Change.deleted

OnReport = Callable[[BuildReport], None]
OnError = Callable[[CitewiseError], None]
Folders = dict[Path, tuple[int, int] | None]


def watch(
    settings: IndexSettings,
    on_report: OnReport | None = None,
    on_progress: OnProgress | None = None,
    *,
    on_error: OnError | None = None,
    options: BuildOptions | None = None,
    embedder: Any = None,
    stop: threading.Event | None = None,
) -> None:
    """Builds with `options`, then follows all remembered folders and builds after each change.

    Ends when `stop` is set or at Ctrl-C, also during a build. `on_report` hears of the first build and of those that
    changed something or met a new failure; `on_error` of what kept a build from its end, once until one succeeds: it
    is tried again, with pauses of up to 60 s. An exception raised by one of the callbacks ends the watch.
    Raises RootError, IndexMismatch and SettingsError of the first build.
    """
    with suppress(KeyboardInterrupt):
        _Watch(
            settings,
            on_report or (lambda report: None),
            on_progress or (lambda progress: None),
            on_error or (lambda error: None),
            options or BuildOptions(),
            embedder,
            stop or threading.Event(),
        ).run()


class _Watch:
    def __init__(
        self,
        settings: IndexSettings,
        on_report: OnReport,
        on_progress: OnProgress,
        on_error: OnError,
        options: BuildOptions,
        given: Any,
        stop: threading.Event,
    ) -> None:
        self._settings, self._options, self._given = settings, options, given
        self._on_report, self._on_progress, self._on_error = on_report, on_progress, on_error
        self._stop = stop
        self._index_dir = settings.index_dir.resolve()
        self._embedder: Embedder | None = None
        self._schedule = Schedule()
        self._is_first, self._polling, self._told_of_polling = True, False, False
        self._failures: tuple[Failure, ...] = ()
        self._complaint = ""
        self._raised: Exception | None = None
        self._roots: tuple[Path, ...] = ()
        self._stamps: Any = None

    def run(self) -> None:
        self._build()
        while not self._stop.is_set():
            self._follow()

    def _follow(self) -> None:
        """Until the folders are others, or for ten minutes. The first build finds what happened before."""
        folders = self._folders()
        self._polling = False
        began = looked = time.monotonic()
        is_watching = False
        with closing(self._changes([str(path) for path, found in folders.items() if found])) as changes:
            for seen in changes:
                now = time.monotonic()
                if not is_watching:
                    is_watching, self._schedule = True, self._schedule.unwatched(now)
                if any(matters(path, folders, self._index_dir) for _, path in seen):
                    self._schedule = self._schedule.seen(now)
                if any(change == DELETED and Path(path) in folders for change, path in seen):
                    return
                if now >= self._schedule.due:
                    self._build()
                if now - looked >= LOOK_AT_FOLDERS:
                    looked = now
                    if now - began >= LOOK_AT_ALL or self._folders() != folders:
                        return

    def _changes(self, paths: list[str]) -> Generator[Collection[tuple[int, str]], None, None]:
        """What happens in the folders, nothing at a tick without events. Ends when they have to be watched anew."""
        import watchfiles

        began = time.monotonic()
        try:
            if paths:
                yield from watchfiles.watch(
                    *paths,
                    watch_filter=None,
                    debounce=TICK_MS,
                    step=TICK_MS,
                    rust_timeout=TICK_MS,
                    yield_on_timeout=True,
                    stop_event=self._stop,
                    ignore_permission_denied=False,  # else it also watches a part without a word
                )
        except FileNotFoundError:  # gone since it was looked at
            self._stop.wait(TICK_MS / 1000)
            return
        except (OSError, RuntimeError) as error:
            if time.monotonic() - began >= BREAKS_AT_ONCE:
                return
            self._polling = True
            self._schedule = self._schedule.unwatched(time.monotonic())
            self._tell_of_polling(error)
        while not self._stop.wait(TICK_MS / 1000):
            yield ()

    def _tell_of_polling(self, error: Exception) -> None:
        if not self._told_of_polling:
            self._told_of_polling = True
            self._on_error(
                CitewiseError(
                    f"The folders cannot be watched: {error}. They are looked through again and again instead.",
                    "Raise fs.inotify.max_user_watches and max_user_instances; let every folder and name be readable.",
                )
            )

    def _build(self) -> None:
        self._schedule = self._schedule.begun()
        try:
            report = self._attempt()
        except BuildInProgress as error:
            self._schedule = self._schedule.failed(time.monotonic(), LONGEST_BUSY_PAUSE)
            if self._schedule.failures == BUSY_TOLD:
                self._complain(error)
        except Exception as error:
            retry = isinstance(error, CitewiseError) and not isinstance(error, USAGE_ERRORS)
            if error is self._raised or (self._is_first and not retry):
                raise
            self._schedule = self._schedule.failed(time.monotonic(), LONGEST_PAUSE)
            self._complain(error)
        else:
            self._complaint = ""
            now = time.monotonic()
            self._schedule = self._schedule.built(now, report is not None and has_changed(report))
            if report is not None:
                if self._polling:
                    self._schedule = self._schedule.at(now + max(POLL, POLL_SHARE * report.seconds))
                news = self._is_first or is_news(report, self._failures)
                self._is_first, self._failures = False, report.failures
                if news:
                    self._on_report(report)

    def _attempt(self) -> BuildReport | None:
        """One build, or none when every folder was forgotten."""
        settings, options = self._settings, self._options
        if not self._is_first:
            settings, options = _naming_no_folder(settings), BuildOptions()
            if not remembered(self._index_dir):
                return None
        elif self._schedule.failures:  # the try before may have forgotten them already
            known = self._folders()
            options = replace(options, forget=[path for path in options.forget if path.expanduser().resolve() in known])
        with build_lock(self._index_dir, wait=0):
            pass  # busy is told at once: build_index would wait for ten seconds, in which nothing could stop it
        if self._embedder is None:
            self._embedder = open_embedder(settings, self._given)
        return build_index(settings, self._tell, options=options, embedder=self._embedder)

    def _tell(self, progress: Progress) -> None:
        if self._stop.is_set():
            raise KeyboardInterrupt
        try:
            self._on_progress(progress)
        except Exception as error:
            self._raised = error
            raise

    def _complain(self, error: Exception) -> None:
        if not isinstance(error, CitewiseError):
            told = CitewiseError(f"The build failed: {type(error).__name__}: {error}", "It is tried again.")
            told.__cause__, error = error, told
        if str(error) != self._complaint:
            self._complaint = str(error)
            self._on_error(error)

    def _folders(self) -> Folders:
        """The remembered folders, each with what tells it from another one that takes its place."""
        stamps = [_stamp(self._index_dir / f"{FILENAME}{end}") for end in ("", "-wal")]
        if stamps != self._stamps:
            with suppress(Exception):  # the next build tells
                self._roots, self._stamps = remembered(self._index_dir), stamps
        return {path: _identity(path) for path in self._roots}


def remembered(index_dir: Path) -> tuple[Path, ...]:
    """The folders that the index remembers. Raises IndexMissing."""
    engine = open_engine(index_dir)
    try:
        return tuple(Path(path) for path in CatalogReader(engine).roots().values())
    finally:
        engine.dispose()


def _naming_no_folder(settings: IndexSettings) -> IndexSettings:
    """After the first build the catalog names the folders; one that the code named must not have to be there."""
    later = settings.model_copy()
    later._given = frozenset()
    return later


def _identity(folder: Path) -> tuple[int, int] | None:
    found = _stat(folder)
    return (found.st_dev, found.st_ino) if found and stat.S_ISDIR(found.st_mode) else None


def _stamp(file: Path) -> tuple[int, int] | None:
    found = _stat(file)
    return (found.st_mtime_ns, found.st_size) if found else None


def _stat(path: Path) -> os.stat_result | None:
    try:
        return os.stat(path)
    except OSError:
        return None
