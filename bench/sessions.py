"""Many people at once: sessions that ask for some minutes while the index is built again and again beside them.

    python -m bench.sessions [--sessions 20] [--seconds 120] [--think 2] [--embedder local] [--json]

Each session has a document of its own, asks only about it and reads every turn of its chats again, at the end in a new
session too. An error, a turn in the wrong chat, or an answer from a document of another session: exit code 1.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import linear_regression
from typing import Any

from bench.serving import Server, quantile, serve, surroundings
from bench.visitor import Shown, Timing, VisitError, Visitor
from index import build_index
from rag import Settings

TURNS_A_CHAT = 6
NEW_FILES = 5  # of each build beside it
FIRST, LAST = (
    "Al Bri Cor Dun Eska Fen Gal Hol Ing Jor".split(),
    "beck don fell garth holm mere ness rick stead vik".split(),
)
FAMILY = "Okran Pryce Quill Rasmus Sorley Tamsin Usher Varr Welter Yorath".split()
GIVEN = "Ada Bruno Clara Dirk Elsa Frank Greta Hugo Ida Jonas".split()


@dataclass(frozen=True, slots=True)
class Lighthouse:
    """What the document of one session says; no two of them share a value."""

    place: str
    keeper: str
    built: str
    height: str

    def text(self) -> str:
        return (
            f"The keeper of the {self.place} lighthouse is {self.keeper}.\n\n"
            f"The {self.place} lighthouse was built in {self.built}.\n\n"
            f"The tower of the {self.place} lighthouse is {self.height} metres high.\n"
        )

    def questions(self) -> list[tuple[str, str]]:
        """Questions, each with the words that its answer holds."""
        return [
            (f"Who is the keeper of the {self.place} lighthouse?", self.keeper),
            (f"When was the {self.place} lighthouse built?", self.built),
            (f"How high is the tower of the {self.place} lighthouse?", self.height),
        ]


def lighthouse(number: int) -> Lighthouse:
    """For numbers from 0 to 99."""
    tens, ones = divmod(number, 10)
    return Lighthouse(FIRST[tens] + LAST[ones], f"{GIVEN[ones]} {FAMILY[tens]}", str(1701 + number), str(101 + number))


def log_of_a_ship(number: int) -> str:
    """A file of no interest to the sessions, for the builds beside them."""
    lines = (f"Entry {n}: ship {number} took in {n * 37 % 211} barrels of salt at quay {n % 9}." for n in range(1, 61))
    return "\n\n".join(lines) + "\n"


@dataclass(slots=True)
class Findings:
    timings: list[Timing] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)  # seconds, MB
    builds: int = 0
    chats: dict[str, list[str]] = field(default_factory=dict)  # the questions that were asked in a chat


def judge(turns: Sequence[Shown], asked: Sequence[str], house: Lighthouse, others: Sequence[Lighthouse]) -> list[str]:
    """What is wrong with the turns of a chat in which this was asked about one lighthouse."""
    if [turn.question for turn in turns] != list(asked):
        return [f"the chat about {house.place} shows {[turn.question for turn in turns]}, asked was {list(asked)}"]
    expected, wrong = dict(house.questions()), []
    for turn in turns:
        told = " ".join(turn.sentences)
        strange = [other.place for other in others if other.place in told or other.keeper in told]
        if turn.problem:
            wrong.append(f"{turn.question} {turn.problem}")
        elif expected[turn.question] not in told:
            wrong.append(f"{turn.question} got {told!r}")
        if strange:
            wrong.append(f"{turn.question} was answered about {strange}: {told!r}")
    return wrong


async def session(
    number: int, houses: Sequence[Lighthouse], url: str, until: float, think: float, found: Findings
) -> None:
    """One person: a chat after the other, a question after the other."""
    house, others = houses[number], [one for one in houses if one is not houses[number]]
    questions, at = house.questions(), 0
    try:
        await asyncio.sleep(think * number / len(houses))
        async with Visitor(url) as visitor:
            while time.monotonic() < until:
                chat, asked = f"session-{number:02}-chat-{at:04}", list[str]()
                await visitor.open(chat)
                while len(asked) < TURNS_A_CHAT and time.monotonic() < until:
                    asked.append(questions[at % len(questions)][0])
                    _, timing = await visitor.ask(asked[-1])
                    found.timings.append(timing)
                    found.errors += judge(visitor.turns(), asked, house, others)
                    at += 1
                    await asyncio.sleep(think)
                found.chats[chat] = asked
    except (VisitError, OSError) as error:
        found.errors.append(f"session {number}: {error}")


async def read_again(houses: Sequence[Lighthouse], url: str, found: Findings) -> None:
    """Opens every chat once more, in one new session."""
    async with Visitor(url) as visitor:
        for chat, asked in found.chats.items():
            house = houses[int(chat.split("-")[1])]
            await visitor.open(chat)
            found.errors += judge(visitor.turns(), asked, house, [one for one in houses if one is not house])


async def watch_memory(server: Server, found: Findings) -> None:
    began = time.monotonic()
    while True:
        found.memory.append((time.monotonic() - began, server.resident_mb()))
        await asyncio.sleep(1)


@contextmanager
def builds_beside(settings: Settings, found: Findings) -> Iterator[None]:
    """New files and `citewise index`, one after the other, in a process of its own each."""
    over = threading.Event()

    def build() -> None:
        while not over.is_set():
            for number in range(found.builds * NEW_FILES, (found.builds + 1) * NEW_FILES):
                (settings.seeds_dir / f"ship-{number:05}.txt").write_text(log_of_a_ship(number), "utf-8")
            command = [sys.executable, "-m", "rag.cli", "index"]
            ended = subprocess.run(
                command, cwd=settings.seeds_dir, env=surroundings(settings), capture_output=True, text=True
            )
            if ended.returncode:
                found.errors.append(f"build {found.builds}: {ended.stderr}")
            found.builds += 1

    thread = threading.Thread(target=build)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


async def attend(houses: Sequence[Lighthouse], server: Server, seconds: float, think: float, found: Findings) -> None:
    memory = asyncio.create_task(watch_memory(server, found))
    until = time.monotonic() + seconds
    await asyncio.gather(*(session(n, houses, server.url, until, think, found) for n in range(len(houses))))
    memory.cancel()
    await read_again(houses, server.url, found)


def measure(folder: Path, sessions: int, seconds: float, think: float, embedder: str = "local") -> Findings:
    """Builds an index in the folder, serves it, and lets so many sessions ask for so long."""
    houses = [lighthouse(number) for number in range(sessions)]
    settings = Settings(_env_file=None, index_dir=folder / "index", seeds_dir=folder / "papers", embedder=embedder)
    settings.seeds_dir.mkdir()
    for house in houses:
        (settings.seeds_dir / f"{house.place}.txt").write_text(house.text(), "utf-8")
    build_index(settings)
    found = Findings()
    with serve(settings) as server:
        with builds_beside(settings, found):
            # In a thread of its own, because the caller's may have a loop that runs.
            with ThreadPoolExecutor(1) as pool:
                pool.submit(asyncio.run, attend(houses, server, seconds, think, found)).result()
        found.errors += server.complaints()
    return found


def slope(samples: Sequence[tuple[float, float]]) -> float:
    """MB a minute, by least squares; the samples are (seconds, MB)."""
    if len(samples) < 2:
        return 0.0
    return 60 * linear_regression([at for at, _ in samples], [mb for _, mb in samples]).slope


def figures(found: Findings, sessions: int, seconds: float, think: float, embedder: str) -> dict[str, Any]:
    first, end = [one.first for one in found.timings], [one.end for one in found.timings]
    memory = [mb for _, mb in found.memory]
    later = [sample for sample in found.memory if sample[0] >= found.memory[-1][0] / 2]
    told: dict[str, Any] = {
        "sessions": sessions,
        "seconds": seconds,
        "seconds between questions": think,
        "embedder": embedder,
        "streamlit": version("streamlit"),
        "processors": os.cpu_count(),
        "questions": len(found.timings),
        "chats": len(found.chats),
        "builds beside": found.builds,
        "errors": len(found.errors),
    }
    for name, values in (("first statement", first), ("end of answer", end)):
        if values:
            told[f"{name}, p50 / p95 s"] = f"{quantile(values, 0.5):.2f} / {quantile(values, 0.95):.2f}"
    told["memory at start / end / most, MB"] = f"{memory[0]:.0f} / {memory[-1]:.0f} / {max(memory):.0f}"
    told["memory in the second half, MB a minute"] = f"{slope(later):+.1f}"
    return told


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sessions", type=int, default=20, choices=range(1, 101), metavar="N")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--think", type=float, default=2.0, help="seconds from an answer to the next question")
    parser.add_argument("--embedder", default="local")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    wanted = (chosen.sessions, chosen.seconds, chosen.think, chosen.embedder)
    with tempfile.TemporaryDirectory() as scratch:
        found = measure(Path(scratch), *wanted)
    told = figures(found, *wanted)
    if chosen.json:
        print(json.dumps({**told, "timings": [asdict(one) for one in found.timings], "said": found.errors}, indent=2))
    else:
        print("\n".join(f"| {name} | {value} |" for name, value in told.items()))
    for error in found.errors[:20]:
        print(error, file=sys.stderr)
    return 1 if found.errors or not found.timings else 0


if __name__ == "__main__":
    sys.exit(main())
