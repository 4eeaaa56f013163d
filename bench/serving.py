"""A server of the page in a process of its own, for measuring it and for looking at it in a browser."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from rag import Settings

ROOT = Path(__file__).parent.parent
OWN_SETTINGS = ("CITEWISE_", "OPENAI_", "STREAMLIT_")


@dataclass(frozen=True, slots=True)
class Server:
    """`ready_seconds`: from the start of the process until it answered the first request."""

    url: str
    pid: int
    log: Path
    ready_seconds: float

    def resident_mb(self) -> float:
        """Memory of the process, without those that read files for it; 0 where the system does not tell."""
        try:
            lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        except OSError:
            return 0.0
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)

    def complaints(self) -> list[str]:
        """Lines of the log that tell of an error or of something deprecated."""
        signs = ("traceback", "error", "deprecat", "warning")
        return [line for line in self.log.read_text().splitlines() if any(sign in line.lower() for sign in signs)]


@contextmanager
def serve(settings: Settings, **environment: str) -> Iterator[Server]:
    """The page over an index, on a free port, with nothing of the caller's own settings."""
    port = free_port()
    log = settings.index_dir.with_name(f"server-{port}.log")
    given = {**surroundings(settings), "CITEWISE_UI_PORT": str(port), **environment}
    with running([sys.executable, "-m", "ui"], port, log, **given) as server:
        yield server


def surroundings(settings: Settings) -> dict[str, str]:
    """Environment variables of a process that works on this index, with none of the caller's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OWN_SETTINGS)}
    return kept | {
        "CITEWISE_EMBEDDER": settings.embedder,
        "CITEWISE_INDEX_DIR": str(settings.index_dir),
        "CITEWISE_SEEDS_DIR": str(settings.seeds_dir),
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def running(command: Sequence[str], port: int, log: Path, **environment: str) -> Iterator[Server]:
    """A Streamlit server from its start, when it answers, to its end."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OWN_SETTINGS)}
    kept["PYTHONPATH"] = str(ROOT)
    began = time.monotonic()
    with log.open("w") as out:
        process = subprocess.Popen(
            command, cwd=log.parent, env=kept | environment, stdout=out, stderr=subprocess.STDOUT
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: process.poll() is not None or healthy(url), 60, lambda: log.read_text())
        if process.poll() is not None:
            raise RuntimeError(f"The server ended at once:\n{log.read_text()}")
        yield Server(url, process.pid, log, time.monotonic() - began)
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Asks the process to go; one that does not is killed."""
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def wait_until(done: Callable[[], bool], seconds: float, why: Callable[[], str]) -> None:
    """Raises TimeoutError with what `why` tells when it takes longer than `seconds`."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(why())
        time.sleep(0.02)


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which so large a share of the values lies."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]
