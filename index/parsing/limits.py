"""What a parser process may use up."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

MOST_ALIVE = 30  # times the time limit: so long may one file take, whatever it gives
CPU_GRACE = 10
MOST_WRITTEN = 100_000_000  # bytes: parsers write no files, but a library may want a small one of its own
OUTPUT_GROWTH = 20
TOO_LITTLE_MEMORY = "reading the file needs more memory than CITEWISE_PARSER_MEMORY_MB allows"


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` without a document or another sign of life end a file; `memory_mb` is address space, 0 for no limit.

    A file may give `output` characters, and more when it is large.
    Memory and processor time are limited by the system, where it can (not on Windows, memory not on macOS)."""

    seconds: float = 120.0
    memory_mb: int = 2_048
    ocr_languages: str = ""
    output: int = 50_000_000

    def impose(self) -> None:
        """To be called in the process that is to be limited, once."""
        try:
            import resource
        except ImportError:  # Windows
            return
        _lower(resource.RLIMIT_CORE, 0)
        _lower(resource.RLIMIT_FSIZE, MOST_WRITTEN)
        if self.memory_mb:
            _lower(resource.RLIMIT_AS, self.memory_mb * 1_000_000)

    def renew(self) -> None:
        """Gives processor time for the next document: the last resort when nobody is left who would end the process."""
        try:
            import resource
        except ImportError:
            return
        used = resource.getrusage(resource.RUSAGE_SELF)
        _lower(
            resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + self.seconds * (os.cpu_count() or 1)) + CPU_GRACE
        )

    def is_near(self, share: float) -> bool:
        """Whether the process has used more than a share of its memory at any time."""
        try:  # not `ru_maxrss`: it begins with what the parent held when it started this process
            peak = re.search(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.M)
        except OSError:  # not on Linux, where alone there is a limit
            return False
        return bool(self.memory_mb) and peak is not None and int(peak[1]) / 1_000 > share * self.memory_mb

    def most_characters(self, size: int) -> int:
        """Of all documents of a file with so many bytes."""
        return max(self.output, OUTPUT_GROWTH * size)


def _lower(kind: int, soft: int) -> None:
    import resource

    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    try:
        resource.setrlimit(kind, (soft, hard))
    except (ValueError, OSError):  # a system that does not know the limit
        pass
