"""What a change of the documents costs: Citewise beside llama-index, the same passages and the same embedder.

    python -m bench.changes CORPUS WORK [--documents N] [--copies N] [--embedder fast|local|hashed] [--json]

CORPUS is a corpus.jsonl(.gz) of BEIR or the folder of one. Its documents are written as text files into the folder
bench-changes of WORK, which is made anew at every run; `--copies` adds copies with other words in every line, until the
index is as large as wanted. Then the folder is changed step by step, and both systems are brought up to date each time.

Each step runs in a process of its own, which has to import and load what it needs: its seconds include that, but not
the start of Python. What the operating system has cached stays cached. A change is 2.5 s old when a step begins; warm
edits are seen at once. CPU is that of the process and its children, and tells a busy machine from a slow step.
`x pure` is the ratio to embedding as many passages and nothing else, at the best of the rates measured in this run,
between the full builds and after the other steps. The split is of time in the step's own process, each stage without
those inside it and with what it is the first to import or to load; `other` is the rest of the wall, 0 where stages go
on side by side and add up to more. Memory is the peak of the process and, after a plus, of its largest child. Equal
passages are indexed once by Citewise alone.

In the warm process Citewise looks for what has changed, llama-index is told. The seconds until a change is found go
from the closing of the file to another process that looks every 10 ms; there is no watcher between them.
bench/changes_llama.py says what the baseline does not do.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from bench.change_steps import Json, edited

ROOT = Path(__file__).parent.parent
FOLDER_FILES = 100
SETTLE_SECONDS = 2.5
LONG = 0.99  # the edited document is longer than this share of them
ROUNDS, WARM_UP = 5, 1
FAILING_SHARE = 0.1
CITEWISE, LLAMA = "Citewise", "llama-index"
MODULES = {CITEWISE: "bench.change_steps", LLAMA: "bench.changes_llama"}
PACKAGES = ("chromadb", "tantivy", "llama-index-core", "llama-index-vector-stores-chroma")
STAGES = {
    CITEWISE: ("scan", "read", "words", "embed", "vectors", "catalog", "compact", "sweep"),
    LLAMA: ("read", "parse", "chunk", "embed", "vectors", "delete", "docstore"),
}
DISKS = {CITEWISE: ("catalog", "words", "vectors"), LLAMA: ("docstore", "vectors")}


@dataclass(frozen=True, slots=True)
class Run:
    """A folder of documents and the indexes over it."""

    work: Path
    embedder: str
    systems: tuple[str, ...]
    split: bool

    @property
    def documents(self) -> Path:
        return self.work / "documents"

    def step(self, system: str, step: str, **more: Any) -> Json:
        """Runs a step in a new process; ends the program when it fails."""
        result, spec = self.work / "result", self.work / "spec"
        result.unlink(missing_ok=True)
        places = {name: str(self.work / name) for name in ("documents", "index", "llama", "batches", "result")}
        told = {"step": step, "embedder": self.embedder, "split": self.split, **places, **more}
        spec.write_text(json.dumps(told), encoding="utf-8")
        ended = subprocess.run([sys.executable, "-m", MODULES[system], str(spec)], cwd=ROOT)
        if ended.returncode or not result.is_file():
            sys.exit(f"The step {step} of {system} failed; its own lines are above.")
        found: Json = json.loads(result.read_text(encoding="utf-8"))
        return found

    def update(self, name: str, **more: Any) -> Json:
        """Brings every system up to date with the folder, once its stamps can be believed."""
        time.sleep(SETTLE_SECONDS)
        return {system: self.build(system, name, **more) for system in self.systems}

    def build(self, system: str, name: str, **more: Any) -> Json:
        found = self.step(system, "build", **more)
        print(f"{name}, {system}: {found['seconds']:.1f} s", file=sys.stderr)
        return found


def measure(run: Run, sample: int) -> Json:
    """All steps in turn."""
    time.sleep(SETTLE_SECONDS)
    steps: dict[str, Json] = {"full build": {CITEWISE: run.build(CITEWISE, "full build")}}
    passages = run.step(CITEWISE, "sample", passages=sample)["passages"]
    pure = [run.step(CITEWISE, "pure")]
    for system in run.systems[1:]:
        steps["full build"][system] = run.build(system, "full build")
        pure.append(run.step(CITEWISE, "pure"))
    steps["nothing changed"] = run.update("nothing changed")

    paths = sorted(run.documents.rglob("*.txt"))
    by_size = sorted(paths, key=lambda path: path.stat().st_size)
    write(changes_of(run, [by_size[int(LONG * (len(by_size) - 1))]], "long"))
    steps["one sentence edited"] = run.update("one sentence edited")
    write([new_file(run, by_size[len(by_size) // 2], "qzfresh")])
    steps["one new file"] = run.update("one new file")
    write(changes_of(run, spread(paths, max(1, len(paths) // 100)), "one"))
    steps["1 % of the documents edited"] = run.update("1 % edited")

    warm = {system: run.step(system, "warm", **warm_changes(run, paths, system)) for system in run.systems}
    run.update("catching up")
    failing = changes_of(run, spread(paths, max(2, int(FAILING_SHARE * len(paths)))), "fail")
    write(failing)
    told = [{key: value for key, value in one.items() if key != "text"} for one in failing]
    failures = {system: run.step(system, "failing", changes=told, allowed=len(failing) // 2) for system in run.systems}

    (run.documents / "all").rename(run.documents / "moved")
    steps["the folder of all renamed"] = run.update("renamed")
    pure.append(run.step(CITEWISE, "pure"))
    for path in sorted(run.documents.rglob("*.txt"))[::2]:
        path.unlink()
    steps["half of the documents deleted"] = run.update("half deleted", yes=True)
    return {
        "passages": passages,
        "documents": len(paths),
        "pure_seconds_each": min(one["seconds"] / one["passages"] for one in pure),
        "pure_rates": [round(one["passages"] / one["seconds"], 1) for one in pure],
        "steps": steps,
        "warm": warm,
        "changed_while_failing": len(failing),
        "failing": failures,
    }


def write_documents(corpus: Path, target: Path, limit: int | None, copies: int) -> None:
    """Text files, 100 a folder; with a limit, documents spread evenly over the corpus."""
    total = sum(1 for _ in read_corpus(corpus))
    chosen = spread(range(total), limit) if limit else range(total)
    # One at a time: a process that is started begins with this one's peak of memory.
    order = {number: place for place, number in enumerate(chosen)}
    for number, (name, text) in enumerate(read_corpus(corpus)):
        for copy in range(copies if number in order else 0):
            place = copy * len(order) + order[number]
            path = target / f"{place // FOLDER_FILES:04d}" / f"{name}-{copy}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(altered(text, copy), encoding="utf-8")


def read_corpus(corpus: Path) -> Iterator[tuple[str, str]]:
    files = [corpus] if corpus.is_file() else [*corpus.glob("corpus.jsonl"), *corpus.glob("corpus.jsonl.gz")]
    if not files:
        sys.exit(f"{corpus} holds no corpus.jsonl or corpus.jsonl.gz.")
    opened = gzip.open if files[0].suffix == ".gz" else open
    with opened(files[0], "rt", encoding="utf-8") as rows:
        for line in rows:
            row = json.loads(line)
            yield re.sub(r"[^A-Za-z0-9]", "", row["_id"]), f"{row['text']}\n"


def altered(text: str, copy: int) -> str:
    """The first word of every line and every fourth word after it get another ending: letters, so that they stay
    words to the analysis. A line with no word of four letters stays as it is."""
    if not copy:
        return text
    ending = "".join("bcdfghjklm"[int(digit)] for digit in str(copy))
    lines = []
    for line in text.split("\n"):
        pieces = re.split(r"(\w{4,})", line)
        pieces[1::8] = [f"{word}{ending}" for word in pieces[1::8]]
        lines.append("".join(pieces))
    return "\n".join(lines)


def changes_of(run: Run, paths: Sequence[Path], kind: str) -> list[Json]:
    """A word replaced by a marker in the middle of each of the files."""
    changes = []
    for number, path in enumerate(paths):
        marker = f"qz{kind}{number}x"
        text, around = edited(path.read_text(encoding="utf-8"), marker)
        changes.append(change(run, path, text, marker, around, "one sentence edited"))
    return changes


def new_file(run: Run, like: Path, marker: str) -> Json:
    """A document of the length of another, with other words in every line."""
    text, around = edited(altered(like.read_text(encoding="utf-8"), 987_654), marker)
    return change(run, run.documents / "all" / "new" / f"{marker}.txt", text, marker, around, "one new file")


def change(run: Run, path: Path, text: str, marker: str, around: str, kind: str) -> Json:
    uri = path.relative_to(run.documents.parent).as_posix()
    return {"path": str(path), "uri": uri, "text": text, "marker": marker, "around": around, "kind": kind}


def warm_changes(run: Run, paths: Sequence[Path], system: str) -> Json:
    """Edits and new files in turn; the first of each do not count. The systems change different files."""
    rounds = WARM_UP + ROUNDS
    places = spread(paths, 2 * rounds)
    some = (places * 2 * rounds)[: 2 * rounds][list(MODULES).index(system) :: 2]
    edits = changes_of(run, some, f"warm{system[:1]}")
    news = [new_file(run, path, f"qznew{system[:1]}{number}x") for number, path in enumerate(some)]
    return {"changes": [one for pair in zip(edits, news, strict=True) for one in pair], "warm_up": 2 * WARM_UP}


def write(changes: Sequence[Json]) -> None:
    for one in changes:
        Path(one["path"]).parent.mkdir(parents=True, exist_ok=True)
        Path(one["path"]).write_text(one["text"], encoding="utf-8")


def spread(some: Sequence[Any], count: int) -> list[Any]:
    """So many of them, evenly."""
    return [some[at * len(some) // count] for at in range(count)] if count < len(some) else list(some)


def tables(figures: Json) -> str:
    """Markdown: a table for each system, then warm builds, then what a failing embedder leaves."""
    systems = list(figures["warm"])
    blocks = [step_table(figures, system) for system in systems]
    warm = figures["warm"]
    rows = [["in one warm process, seconds", "Citewise: build", "found by words", "found by vector"]]
    rows[0] += [f"{system}: run" for system in systems[1:]]
    for kind, row in warm[CITEWISE].items():
        others = [number(warm[system][kind]["seconds"]) for system in systems[1:]]
        rows.append([kind, *(number(row[name]) for name in ("seconds", "words", "vector")), *others])
    blocks.append(rows)
    failing = [[f"{figures['changed_while_failing']} documents edited, the embedder fails in the middle", *systems]]
    for title, path in FAILING_ROWS.items():
        cells = []
        for system in systems:
            value = figures["failing"][system]
            for key in path:
                value = value[key]
            cells.append(number(value) if isinstance(value, float) else str(value))
        failing.append([title, *cells])
    blocks.append(failing)
    return "\n\n".join(markdown(rows) for rows in blocks)


FAILING_ROWS = {
    "raised": ("raised",),
    "documents gone": ("after", "gone"),
    "without any vector": ("after", "without_vectors"),
    "not among the best 100 passages for their own words": ("after", "not_found"),
    "shown with their new text": ("after", "new_text"),
    "next run, seconds": ("rerun", "seconds"),
    "next run, passages embedded": ("rerun", "embedded"),
    "after it: gone or without any vector": ("rerun", "without_vectors"),
    "after it: not among the best 100": ("rerun", "not_found"),
    "after it: with their new text": ("rerun", "new_text"),
}


def step_table(figures: Json, system: str) -> list[list[str]]:
    own = system == CITEWISE
    counts = ["documents", "embedded", "reused"] if own else ["embedded"]
    last = ["segments", "generation"] if own else []
    head = [f"{system}, seconds", "wall", "CPU", *([] if own else ["x Citewise"]), "passages/s", *counts, "x pure"]
    rows = [[*head, *STAGES[system], "other", "memory MB", f"disk MB: {' / '.join(DISKS[system])}", *last]]
    for name, step in figures["steps"].items():
        row, wall, embedded = step[system], step[system]["seconds"], step[system]["embedded"]
        pure = embedded * figures["pure_seconds_each"]
        stages = [row["stages"].get(stage, float("nan")) for stage in STAGES[system]]
        rows.append(
            [
                name,
                number(wall),
                number(row["cpu"]),
                *([] if own else [f"{wall / step[CITEWISE]['seconds']:.2f}"]),
                f"{embedded / wall:,.0f}" if embedded else "",
                *(f"{row[count]:,}" for count in counts),
                number(wall / pure) if embedded else "",
                *map(number, stages),
                number(max(0.0, wall - sum(row["stages"].values()))) if row["stages"] else "",
                "+".join(f"{peak:.0f}" for peak in row["memory_mb"] if peak > 1),
                " / ".join(f"{row['disk_mb'][part]:.0f}" for part in DISKS[system]),
                *(str(row[one]) for one in last),
            ]
        )
    return rows


def number(value: float) -> str:
    """With three digits or more; nothing for what was not measured."""
    if math.isnan(value):
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def markdown(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |" for row in rows]
    return "\n".join([lines[0], f"|{'|'.join('-' * (width + 2) for width in widths)}|", *lines[1:]])


def summary(figures: Json, embedder: str) -> str:
    """What the figures depend on, and the full build beside its slowest stage."""
    from index.chunk import CHUNKER

    full: Mapping[str, Any] = figures["steps"]["full build"][CITEWISE]
    stages = {stage: seconds for stage, seconds in full["stages"].items() if seconds}
    slowest = max(stages, key=stages.__getitem__, default="")
    versions = (f"{package} {metadata.version(package)}" for package in PACKAGES)
    shown = [
        f"{figures['documents']:,} documents, {figures['passages']:,} passages, embedder {embedder}",
        f"pure embedding {' and '.join(map(str, figures['pure_rates']))} passages/s",
        *([f"full build {full['seconds'] / stages[slowest]:.2f} x its slowest stage ({slowest})"] if slowest else []),
        f"{full['failures']} files not read",
        f"{os.cpu_count()} processors",
        f"chunker {CHUNKER}",
        f"Python {platform.python_version()}",
        *(versions if LLAMA in figures["warm"] else ()),
    ]
    return "; ".join(shown)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--documents", type=int, help="so many of the corpus, spread evenly; default: all")
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--embedder", choices=("fast", "local", "hashed"), default="fast")
    parser.add_argument("--sample", type=int, default=20_000, help="passages of pure embedding, at least")
    parser.add_argument("--no-baseline", action="store_true", help="without llama-index")
    parser.add_argument("--no-split", action="store_true", help="leave the product's functions as they are")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    work = given.work.resolve() / "bench-changes"
    shutil.rmtree(work, ignore_errors=True)
    systems = (CITEWISE,) if given.no_baseline else (CITEWISE, LLAMA)
    run = Run(work, given.embedder, systems, not given.no_split)
    write_documents(given.corpus, run.documents / "all", given.documents, given.copies)
    figures = measure(run, given.sample)
    print(json.dumps(figures, indent=1) if given.json else f"{summary(figures, given.embedder)}\n\n{tables(figures)}")


if __name__ == "__main__":
    main()
