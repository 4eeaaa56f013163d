"""Builds of a changing folder, killed at random moments again and again: the index never has to be told of it."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Sequence
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from doubles import (
    WORDS,
    Vectors,
    WordCounts,
    check_readable,
    findings,
    index_settings,
    processes,
    seen,
    seen_afresh,
    sweep_at_once,
    sweep_now,
    text_of,
)

import index.segments as segments
from index.build import build_index
from index.settings import IndexSettings
from index.types import BuildOptions

PAUSE = 0.01  # seconds that each passage takes to embed, so that kills fall while others are read
LATEST_KILL = 1.2  # seconds after the first step of a build
MOST_FILES = 14
# What a build is doing; the deepest one that was begun and not ended counts.
STEPS = {
    "index.scan:scan": "scan",
    "index.publish:TextPublisher._take_file": "read",
    "index.lexical:LexicalIndex.add": "write words",
    "index.catalog.write:CatalogWriter.publish_texts": "publish texts",
    "index.catalog.files:CatalogFiles.save_file_stats": "save stamps",
    "index.vectors.store:VectorStore.create": "write vectors",
    "index.segments:VectorPublisher._embed": "embed",
    "index.segments:VectorPublisher._take_over": "take over",
    "index.catalog.write:CatalogWriter.publish_segment": "publish vectors",
    "index.segments:_merge": "merge",
    "index.catalog.write:CatalogWriter.switch_epoch": "switch",
    "index.build:sweep": "sweep",
    "index.sweep:sweep": "sweep of a purge",
    "index.vectors.store:VectorStore.delete": "delete a collection",
    "index.vectors.store:VectorStore.drop_folders": "drop folders",
    "index.catalog.sweep:CatalogSweeper.drop_dead_rows": "drop rows",
    "index.lexical:LexicalIndex.delete": "delete words",
    "index.sweep:rebuild_words": "rebuild words",
    "index.catalog.sweep:CatalogSweeper.vacuum": "vacuum the catalog",
    "index.vectors.store:VectorStore.vacuum": "vacuum the vectors",
    "index.build:build_index": "between",
}


class SlowCounts(WordCounts):
    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        time.sleep(PAUSE * len(texts))
        return super().embed_passages(texts)


@pytest.mark.slow
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("kills", [100])
def test_builds_killed_at_random_moments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kills: int) -> None:
    sweep_now(monkeypatch)
    settings = index_settings(tmp_path)
    chance = random.Random(kills)
    change(settings.seeds_dir, chance, 8)
    build_index(settings, embedder=WordCounts())
    fell: Counter[str] = Counter()
    for number in range(kills):
        fell[kill_a_build(settings, seed=1_000 * kills + number, after=chance.uniform(0, LATEST_KILL))] += 1
        check_readable(settings)
        again = BuildOptions(full=chance.random() < 0.3, purge=chance.random() < 0.2, yes=True)
        report = build_index(settings, options=again, embedder=WordCounts())
        assert report.pending == 0 and not report.failures, number
        found = [one for one in findings(settings) if not one.startswith("full build unfinished")]
        assert not found, f"after kill {number}, {fell}: {found}"
        assert seen(settings) == seen_afresh(settings, tmp_path / f"fresh-{number}"), number
    print(f"{kills} kills:", dict(fell.most_common()))


def kill_a_build(settings: IndexSettings, seed: int, after: float) -> str:
    """Starts a process that changes the folder and builds without an end, and kills it; returns what it was doing."""
    notes = settings.index_dir.with_name("doing")
    notes.unlink(missing_ok=True)
    child = processes().Process(target=build_for_ever, args=(settings, seed, notes))
    child.start()
    until = time.monotonic() + 60
    while not notes.exists():
        assert child.is_alive() and time.monotonic() < until, "the child does not start"
        time.sleep(0.005)
    time.sleep(after)
    assert child.is_alive(), "a build failed"
    child.kill()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    return doing(notes)


def build_for_ever(settings: IndexSettings, seed: int, notes: Path) -> None:
    segments.FIRST_VECTORS = segments.MOST_VECTORS = segments.EMBED_TOGETHER = 2
    segments.TIER_SEGMENTS, segments.MOST_SEGMENTS = 3, 5
    sweep_at_once()
    chance = random.Random(seed)
    seen_afresh(settings, settings.index_dir.with_name(f"warm-{seed}"))  # what is loaded on first use, is
    change(settings.seeds_dir, chance, 4)
    note_steps(notes)
    import index.build as building

    for _ in count():
        options = BuildOptions(full=chance.random() < 0.25, purge=chance.random() < 0.25, yes=True)
        building.build_index(settings, options=options, embedder=SlowCounts())
        change(settings.seeds_dir, chance, 3)


def change(docs: Path, chance: random.Random, times: int) -> None:
    """Adds, edits, deletes, renames and copies files; each is there whole or not at all."""
    for _ in range(times):
        there = sorted(docs.glob("*.txt"))
        kind = chance.choice(["add", "add", "edit", "delete", "rename", "copy"]) if len(there) > 3 else "add"
        target = docs / f"{chance.randrange(10**6)}.txt"
        if kind == "delete" or len(there) >= MOST_FILES:
            chance.choice(there).unlink()
        elif kind == "rename":
            chance.choice(there).rename(target)
        else:
            text = text_of(*(chance.sample(WORDS, 2) for _ in range(chance.randint(1, 3))))
            if kind == "copy":
                text = chance.choice(there).read_text()
            unfinished = docs.with_name("unfinished")
            unfinished.write_text(text)
            unfinished.replace(chance.choice(there) if kind == "edit" else target)


def note_steps(notes: Path) -> None:
    """Notes every step that is begun or ended in a file, which outlives the process."""
    file = os.open(notes, os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def noted(original: Any, step: str) -> Any:
        def run(*args: Any, **kwargs: Any) -> Any:
            os.write(file, f"+{step}\n".encode())
            try:
                return original(*args, **kwargs)
            finally:
                os.write(file, f"-{step}\n".encode())

        return run

    for target, step in STEPS.items():
        module, _, dotted = target.partition(":")
        *path, name = dotted.split(".")
        owner: Any = import_module(module)
        for part in path:
            owner = getattr(owner, part)
        setattr(owner, name, noted(getattr(owner, name), step))


def doing(notes: Path) -> str:
    """The step begun last of those that had not ended."""
    open_steps: list[str] = []
    for line in notes.read_text().splitlines():
        if line.startswith("+"):
            open_steps.append(line[1:])
        else:
            open_steps.reverse()
            open_steps.remove(line[1:])
            open_steps.reverse()
    return open_steps[-1] if open_steps else "before a build"
