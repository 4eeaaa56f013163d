"""Small disks, full ones and such that may not be written; work in a process of its own, and what it says then."""

from __future__ import annotations

import gc
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from doubles import WordCounts, processes, sweep_at_once

from index.build import build_index
from index.errors import CitewiseError
from index.settings import IndexSettings
from index.types import BuildOptions

FILLER = "filler"


@dataclass(frozen=True, slots=True)
class Told:
    """The error that a person is shown: one line, and its fix."""

    kind: str
    message: str
    fix: str


@contextmanager
def disk(folder: Path, megabytes: int = 64) -> Iterator[Path]:
    """A disk of its own on the folder. Needs root; where it cannot be had the test fails."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        # Lazily: what is mapped into memory is given back when its last reader goes.
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A mounted disk that may not be written for a while: root is stopped by nothing less."""
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,rw", folder], check=True)


@contextmanager
def nearly_full(folder: Path, kilobytes: int) -> Iterator[None]:
    """Leaves so much room on the disk of the folder."""
    fill(folder, kilobytes)
    try:
        yield
    finally:
        (folder / FILLER).unlink()


def fill(folder: Path, kilobytes: int) -> None:
    found = os.statvfs(folder)
    room = found.f_bavail * found.f_frsize - kilobytes * 1024
    with (folder / FILLER).open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, room)


def in_child(work: Callable[..., None], *args: Any) -> Told | None:
    """What the work is ended by, None when it does its part. Whatever is no CitewiseError fails the test."""
    context = processes()
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_tell, args=(sender, work, *args))
    child.start()
    sender.close()
    try:
        told: Told | None = receiver.recv()
    except EOFError:
        told = Told("crash", "", "")
    child.join(60)
    assert child.exitcode == 0, f"the child ended with {child.exitcode}; its traceback is above"
    return told


def _tell(sender: Any, work: Callable[..., None], *args: Any) -> None:
    told = None
    try:
        work(*args)
    except CitewiseError as error:
        told = Told(type(error).__name__, str(error), error.fix)
    gc.collect()  # what a closed index still holds: such a process ends without tidying up
    sender.send(told)


def is_clear(told: Told) -> bool:
    """One line of what is wrong and one of what to do."""
    return bool(told.message and told.fix) and "\n" not in told.message + told.fix and len(told.message) < 400


def build_until_full(settings: IndexSettings, target: str) -> None:
    """Builds; the disk is full from the first call of `target` on, "module:Class.method"."""
    module, _, dotted = target.partition(":")
    owner, name = dotted.split(".")
    whose = getattr(import_module(module), owner)
    original = getattr(whose, name)

    def into_full(*args: Any, **kwargs: Any) -> Any:
        if not (settings.index_dir.parent / FILLER).exists():
            fill(settings.index_dir.parent, 0)
        return original(*args, **kwargs)

    setattr(whose, name, into_full)
    build(settings)


def build(settings: IndexSettings, options: BuildOptions | None = None) -> None:
    """Sweeps at once; publishes and merges small segments."""
    import index.segments as segments

    segments.EMBED_TOGETHER = segments.FIRST_VECTORS = 4
    segments.MOST_VECTORS, segments.TIER_SEGMENTS, segments.MOST_SEGMENTS = 16, 4, 4
    sweep_at_once()
    build_index(settings, options=options, embedder=WordCounts())
