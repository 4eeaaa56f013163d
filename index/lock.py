"""One writer at a time: an OS lock that a killed process gives back by itself."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from index.errors import BuildInProgress, SettingsError

WAIT_SECONDS = 10.0


@contextmanager
def build_lock(index_dir: Path, wait: float | None = None) -> Iterator[None]:
    """Holds the index folder for writing. Raises BuildInProgress, naming the holder, after `wait` seconds."""
    from filelock import FileLock, Timeout

    holder = index_dir / "build.json"
    lock = FileLock(index_dir / "build.lock")
    try:
        index_dir.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=WAIT_SECONDS if wait is None else wait)
    except Timeout:
        raise BuildInProgress(
            f"Another build is running{_describe(holder)}.", "Wait until it ends, then try again."
        ) from None
    except OSError as error:
        raise SettingsError(
            f"The index folder {index_dir} cannot be written: {error.strerror}.",
            "See that its disk has room and may be written, or set CITEWISE_INDEX_DIR to another one.",
        ) from None
    try:
        with suppress(OSError):  # a full disk: then nobody is told who builds
            holder.unlink(missing_ok=True)
            holder.write_text(json.dumps({"pid": os.getpid(), "since": datetime.now().isoformat(timespec="seconds")}))
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _describe(holder: Path) -> str:
    try:
        told = json.loads(holder.read_text())
        return f" (process {told['pid']}, since {told['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
