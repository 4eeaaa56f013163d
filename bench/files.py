"""Reads every file of a folder as a build would, and tells what came of it: by format, with reasons and speed.

    python -m bench.files FOLDER [--each] [--json]

One parser process at a time, so that seconds belong to a file. They are wall time, with cutting into passages and
without the start of a process. A file of which nothing comes without a reason is a defect: "silent".
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from index.loaders.formats import unsupported
from index.loaders.sniff import HEAD, looks_unsupported
from index.parsing.limits import Limits
from index.parsing.process import ParserGone, ParserProcess, end_idle, give_back, lease
from index.plan import suffix_of
from index.types import Failure


@dataclass(frozen=True, slots=True)
class Outcome:
    """`reason` is empty for a file that was read; `parts` counts the documents inside it; `memory_mb` is the peak of
    the process after it."""

    uri: str
    size: int
    seconds: float
    characters: int = 0
    passages: int = 0
    parts: int = 0
    failed_parts: int = 0
    reason: str = ""
    detail: str = ""
    memory_mb: int = 0


def read_one(path: Path, uri: str, limits: Limits) -> Outcome:
    data = path.read_bytes()
    if problem := unsupported(uri) or looks_unsupported(uri, data[:HEAD]):
        return Outcome(uri, len(data), 0.0, reason="unsupported", detail=problem)
    process = _warm(limits)
    started = time.perf_counter()
    characters = passages = parts = failed = 0
    reason, detail = "silent", "nothing came"
    for found in process.parse(uri, [data]):
        if isinstance(found, Failure):
            if found.uri == uri:
                reason, detail = found.reason, found.detail
            else:
                failed += 1
            continue
        characters, passages = characters + len(found.document.text), passages + len(found.chunks)
        if found.uri == uri:
            reason = detail = ""
        else:
            parts += 1
    seconds, memory = time.perf_counter() - started, _peak(process)
    give_back(process)
    if not reason and not characters:
        reason, detail = "silent", "an empty text"
    return Outcome(uri, len(data), round(seconds, 3), characters, passages, parts, failed, reason, detail, memory)


def _warm(limits: Limits) -> ParserProcess:
    while True:
        process = lease(limits)
        try:
            list(
                process.parse("warm.txt", [b"Sentences of words in a language that is read, and then some more. " * 3])
            )
        except ParserGone:
            continue
        return process


def _peak(process: ParserProcess) -> int:
    """MB; 0 where the system does not tell, or the process has ended."""
    try:
        lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1_000 for line in lines if line.startswith("VmHWM")), 0)


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    kinds: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        kinds[suffix_of(outcome.uri) or "none"].append(outcome)
    yield "| format | files | read | refused | seconds | slowest | MB/s | characters | parts | peak MB |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for kind, some in [*sorted(kinds.items()), ("all", list(outcomes))]:
        seconds, size = sum(one.seconds for one in some), sum(one.size for one in some)
        refused = Counter(one.reason for one in some if one.reason)
        told = ", ".join(f"{reason} {count}" for reason, count in refused.most_common())
        speed = f"{size / 1e6 / seconds:.1f}" if seconds else "-"
        yield (
            f"| {kind} | {len(some)} | {len(some) - refused.total()} | {told} | {seconds:.1f} | "
            f"{max(one.seconds for one in some):.2f} | {speed} | {sum(one.characters for one in some):,} | "
            f"{sum(one.parts for one in some)} | {max(one.memory_mb for one in some)} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--each", action="store_true", help="a line for each file")
    parser.add_argument("--json", action="store_true", help="an object for each file")
    chosen = parser.parse_args()
    paths = [
        path for path in sorted(chosen.folder.rglob("*")) if path.is_file() and path != chosen.folder / "README.md"
    ]
    outcomes = []
    for path in paths:
        outcome = read_one(path, path.relative_to(chosen.folder).as_posix(), Limits())
        outcomes.append(outcome)
        if chosen.json:
            print(json.dumps(asdict(outcome), ensure_ascii=False))
        elif chosen.each:
            told = f"{outcome.reason}: {outcome.detail}" if outcome.reason else f"{outcome.characters:,} characters"
            print(f"{outcome.seconds:7.2f} s  {outcome.uri}  {told}", flush=True)
    end_idle()
    if not chosen.json:
        print("\n".join(table(outcomes)))
    bad = [outcome.uri for outcome in outcomes if outcome.reason in ("silent", "timed out")]
    if bad:
        sys.exit(f"silent or timed out: {', '.join(bad)}")


if __name__ == "__main__":
    main()
