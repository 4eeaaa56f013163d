"""Readers in other processes ask without a break while documents come, change and go, and everything old is swept."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import time
import traceback
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from corpus import BagEmbedder, assert_exact, settings, write
from doubles import processes, sweep_now

from index.build import build_index
from index.catalog.read import CatalogReader
from index.doctor.examine import examine
from index.errors import CitewiseError
from index.lexical import LexicalIndex
from index.types import BuildOptions, Filters
from index.vectors.store import VectorStore
from rag.assistant import Assistant
from rag.settings import Settings
from rag.types import Answer

READERS = 4
DOCUMENTS = 24
ASKS_OF_ONE_ASSISTANT = 25
PIERS = ("North", "South", "East", "West")
ASKED: list[tuple[str, Filters | None]] = [
    ("When is the North Pier repaired?", None),
    ("What is the contract of the South Pier worth?", Filters(uri="papers/berth")),
    ("Who spoke of the East Pier?", None),
    ("Which berth of the West Pier is repaired in May?", Filters(phrase="is repaired")),
]
KINDS = {"plain": BuildOptions(), "full": BuildOptions(full=True), "purge": BuildOptions(purge=True)}
ROUND = ("plain", "full", "plain", "purge")


@dataclass
class Told:
    """What the builder did: monotonic time of the commit of each deletion, and how many builds of each kind."""

    deleted: dict[str, float] = field(default_factory=dict)
    builds: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    stops: int = 0
    slowest: float = 0.0


def berth(number: int, version: int) -> str:
    pier = PIERS[number % len(PIERS)]
    month = ("May", "June", "July")[version % 3]
    return (
        f"Berth {number} of the {pier} Pier is repaired in {month}. The contract of the {pier} Pier is worth "
        f"{400 + number},000 crowns, Mayor Isolde Varr said of the {pier} Pier. It was edited {version} times.\n"
    )


@pytest.mark.parametrize(
    "seconds", [pytest.param(60, marks=[pytest.mark.slow, pytest.mark.timeout(300)])], ids=lambda s: f"{s} s"
)
def test_every_answer_is_of_one_generation_and_of_nothing_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    sweep_now(monkeypatch)
    chosen = settings(tmp_path)
    write(tmp_path / "papers", {f"berth-{n}.txt": berth(n, 0) for n in range(DOCUMENTS)})
    build_index(chosen, embedder=BagEmbedder())

    with readers(chosen, tmp_path) as running:
        told = change_for(seconds, chosen, tmp_path / "papers", running)
        wait_for_asks(tmp_path)
    asks = [one for n in range(READERS) for one in read_log(tmp_path / f"asks-{n}.jsonl")]

    errors = [one["error"] for one in asks if "error" in one]
    assert not errors, f"{len(errors)} of {len(asks)} asks ended in an error, such as {errors[0]}"
    for one in asks:
        late = [uri for uri in one["uris"] if told.deleted.get(uri, one["began"]) < one["began"]]
        assert not late, f"an ask cites {late}, deleted before it began: {one}"
    assert min(told.builds.values()) > 0 and told.deleted and told.stops, told
    last = {one["reader"] for one in asks if one["began"] > max(told.deleted.values())}
    assert last == set(range(READERS)), "not all readers went on to the end"
    assert sum(bool(one["uris"]) for one in asks) > len(asks) / 2
    assert not examine(chosen, BagEmbedder()).findings
    print(
        f"{len(asks)} asks, builds {told.builds}, {len(told.deleted)} deletions, {told.stops} stops, "
        f"slowest build {told.slowest:.1f} s"
    )


@contextmanager
def readers(chosen: Settings, folder: Path) -> Iterator[list[int]]:
    """The process ids of readers that ask until the block ends."""
    children = [processes().Process(target=ask_until_told, args=(chosen, folder, n)) for n in range(READERS)]
    for child in children:
        child.start()
    try:
        wait_for_asks(folder)
        yield [child.pid for child in children if child.pid is not None]
    finally:
        (folder / "stop").touch()
        for child in children:
            child.join(30)
            child.kill()
    assert [child.exitcode for child in children] == [0] * READERS


def wait_for_asks(folder: Path) -> None:
    """Until every reader has begun to ask after now, and has ended that ask."""
    now = time.monotonic()
    until = now + 60
    for n in range(READERS):
        while not any(one["began"] > now for one in read_log(folder / f"asks-{n}.jsonl")):
            assert time.monotonic() < until, f"reader {n} does not ask"
            time.sleep(0.05)


def change_for(seconds: float, chosen: Settings, papers: Path, running: list[int]) -> Told:
    """Edits, deletes, adds and builds; the last reader is stopped for some builds at a time."""
    told, chance, numbers = Told(), random.Random(seconds), count(DOCUMENTS)
    ends = time.monotonic() + seconds
    for turn in count():
        if time.monotonic() > ends and turn % len(ROUND) == 0:
            return told
        if turn % len(ROUND) == 1:
            os.kill(running[-1], signal.SIGSTOP)
            told.stops += 1
        there = sorted(papers.iterdir())
        gone = chance.sample(there, 2)
        for path in gone:
            path.unlink()
        for path in chance.sample([path for path in there if path not in gone], 3):
            write(papers, {path.name: berth(int(path.stem.split("-")[1]), turn + 1)})
        write(papers, {f"berth-{n}.txt": berth(n, 0) for n in (next(numbers), next(numbers))})
        kind = ROUND[turn % len(ROUND)]
        report = build_index(chosen, options=KINDS[kind], embedder=BagEmbedder())
        committed = time.monotonic()
        told.deleted.update(dict.fromkeys((f"papers/{path.name}" for path in gone), committed))
        assert not report.failures and {f"papers/{path.name}" for path in gone} <= set(report.removed)
        told.builds[kind] += 1
        told.slowest = max(told.slowest, report.seconds)
        if turn % len(ROUND) == len(ROUND) - 1:
            os.kill(running[-1], signal.SIGCONT)
    return told


def ask_until_told(chosen: Settings, folder: Path, reader: int) -> None:
    """Asks until there is a file "stop"; each ask is a line of the log."""
    with (folder / f"asks-{reader}.jsonl").open("w", buffering=1) as log:
        assistant = Assistant.open(chosen, embedder=BagEmbedder())
        for turn in count(reader):
            if (folder / "stop").exists():
                break
            if turn % ASKS_OF_ONE_ASSISTANT == 0:
                assistant.close()
                assistant = Assistant.open(chosen, embedder=BagEmbedder())
            question, filters = ASKED[turn % len(ASKED)]
            began = time.monotonic()
            one: dict[str, Any] = {"reader": reader, "began": began}
            try:
                if turn % 3:
                    answer = assistant.ask(question, filters)
                else:
                    answer = assistant.stream(question, filters).answer
                one["uris"] = cited(answer, chosen)
            except Exception:
                one["error"] = traceback.format_exc()
            log.write(f"{json.dumps(one)}\n")
        assistant.close()


def cited(answer: Answer, chosen: Settings) -> list[str]:
    """Uris of the documents that an answer rests on; checks that all of them are of its generation."""
    assert_exact(answer)
    assert answer.notice is None, answer.notice
    documents = {c.document.id: c.document for c in answer.citations}
    documents.update({hit.document.id: hit.document for hit in answer.nearest})
    with closing(sqlite3.connect(chosen.index_dir / "catalog.sqlite", isolation_level=None)) as catalog:
        catalog.execute("BEGIN")
        oldest = catalog.execute("SELECT oldest FROM state").fetchone()[0]
        lives = {i: life for i, *life in catalog.execute("SELECT id, born, died, uri FROM documents")}
    for document in documents.values():
        if document.id in lives:
            born, died, uri = lives[document.id]
            assert born <= answer.generation < died, f"{document.uri} lives in {born}..{died}, not {answer.generation}"
            assert uri == document.uri
        else:
            assert oldest > answer.generation, f"{document.uri} is not in the catalog"
    return sorted({document.uri for document in documents.values()})


def read_log(path: Path) -> list[dict[str, Any]]:
    """The lines that are whole."""
    text = path.read_text() if path.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


# A sweep between any two reads of an ask

READS = {
    CatalogReader: ("state", "epoch", "segments", "_rows", "_ids"),
    VectorStore: ("rows", "get", "cosines", "nearest_each", "_get"),
    LexicalIndex: ("__init__", "searcher"),
}


def interrupt(monkeypatch: pytest.MonkeyPatch, nth: Collection[int], work: Callable[[], None]) -> list[str]:
    """Does the work before the nth reads (from 0) of this process; returns the names of all reads, as they happen."""
    names: list[str] = []
    busy = False

    def watched(owner: type, name: str) -> Any:
        original = getattr(owner, name)

        def read(*args: Any, **kwargs: Any) -> Any:
            nonlocal busy
            if not busy:
                names.append(f"{owner.__name__}.{name}")
                if len(names) - 1 in nth:
                    busy = True
                    work()
                    busy = False
            return original(*args, **kwargs)

        return read

    for owner, members in READS.items():
        for name in members:
            monkeypatch.setattr(owner, name, watched(owner, name))
    return names


def change_and_purge(chosen: Settings) -> None:
    """Replaces every document, under another name too, and sweeps what was there."""
    papers = chosen.seeds_dir
    for path in list(papers.iterdir()):
        _, number, version = path.stem.split("-")
        path.unlink()
        write(papers, {f"berth-{number}-{int(version) + 1}.txt": berth(int(number), int(version) + 1)})
    build_index(chosen, options=BuildOptions(purge=True, yes=True), embedder=BagEmbedder())


def one_interrupted_ask(folder: Path, nth: Collection[int], known: bool) -> tuple[list[str], Answer]:
    """Asks while a purge takes all that is read away at the nth reads; `known`: after an ask of another generation."""
    folder.mkdir()
    chosen = settings(folder)
    write(folder / "papers", {f"berth-{n}-0.txt": berth(n, 0) for n in range(4)})
    build_index(chosen, embedder=BagEmbedder())
    with pytest.MonkeyPatch.context() as patch, Assistant.open(chosen, embedder=BagEmbedder()) as assistant:
        if known:
            assistant.ask("When is the South Pier repaired?")
            change_and_purge(chosen)
        names = interrupt(patch, nth, lambda: change_and_purge(chosen))
        answer = assistant.ask("When is the North Pier repaired?")
        patch.undo()
        assert answer.status == "answered", (nth, names)
        cited(answer, chosen)
        return names, answer


EVERY = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.mark.parametrize("known", [False, True], ids=["first ask", "later ask"])
@pytest.mark.parametrize(
    ("times", "every"),
    [pytest.param(1, 15, marks=pytest.mark.slow), pytest.param(1, 1, marks=EVERY), pytest.param(3, 1, marks=EVERY)],
)
def test_a_purge_at_any_moment_of_an_ask(tmp_path: Path, known: bool, times: int, every: int) -> None:
    """Up to three times in the same ask, which begins anew after each."""
    names, _ = one_interrupted_ask(tmp_path / "all", (), known)
    for first in range(3 % every, len(names), every):
        nth = tuple(range(first, first + times * (len(names) - 2), len(names) - 2))
        try:
            one_interrupted_ask(tmp_path / f"{first}", nth, known)
        except CitewiseError as error:
            pytest.fail(f"a purge before the reads {nth} of {names}: {error}")
