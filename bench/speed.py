"""Speed, as ratios to a baseline of the same run: absolute times say little on another machine.

    python -m bench.speed [FOLDER] [--json]

FOLDER holds documents to index; without it the sample documents of seeds/, each copied eight times with altered
numbers, are used.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from index import build_index
from index.catalog.engine import open_engine
from index.catalog.read import CatalogReader
from index.chunk import embedding_input
from index.lexical import LexicalIndex
from index.minilm import MiniLM
from index.segments import EMBED_TOGETHER
from index.snapshot import WORDS
from index.vectors.store import VectorStore
from rag import Assistant, Settings
from rag.retrieve import make_query, retrieve

SEEDS = Path(__file__).parent.parent / "seeds"
COPIES = 8
QUESTIONS = (
    "When was the last strike?",
    "How many US troops are in Iraq?",
    "Who speaks for Harakat Al Nujaba?",
    "What does a night in the harbour cost for a boat of nine metres?",
    "Why was the truce agreed?",
    "What is the speed limit in the inner harbour?",
    "Who moved the motion on the budget?",
    "When does the North Pier close?",
)
ROUNDS = 10


def main(folder: Path | None, as_json: bool) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        settings = Settings(
            index_dir=work / "index", seeds_dir=folder or _altered_seeds(work / "documents"), answer_mode="extractive"
        )
        figures = {**indexing(settings), **asking(settings), **commands(settings)}
    print(json.dumps(figures, indent=2) if as_json else "\n".join(f"{k:<42}{v}" for k, v in figures.items()))


def indexing(settings: Settings) -> dict[str, Any]:
    """Wall time of a build against embedding the same passages, and of a build that finds nothing to do."""
    model = MiniLM(settings.threads)
    model.embed_passages(["warm up"])
    build, report = _timed(lambda: build_index(settings))
    engine = open_engine(settings.index_dir)
    reader = CatalogReader(engine)
    state = reader.state()
    ids = [i for segment in reader.segments(state) for i in reader.segment_ids(segment, state)]
    texts = [embedding_input(one.title, one.headings, one.text) for one in reader.indexed_texts(ids)]
    engine.dispose()
    pure, _ = _timed(
        lambda: [model.embed_passages(texts[at : at + EMBED_TOGETHER]) for at in range(0, len(texts), EMBED_TOGETHER)]
    )
    nothing, _ = _timed(lambda: build_index(settings))
    return {
        "documents": len(report.added),
        "passages": len(texts),
        "build, seconds": round(build, 2),
        "build / pure embedding": round(build / pure, 2),
        "no-op build, seconds": round(nothing, 3),
    }


def asking(settings: Settings) -> dict[str, Any]:
    """Warm retrieval against query embedding, words and vectors asked by themselves; and whole extractive answers."""
    engine = open_engine(settings.index_dir)
    catalog = CatalogReader(engine)
    state = catalog.state()
    names = [segment.name for segment in catalog.segments(state)]
    epoch = catalog.epoch(state.epoch)
    assert epoch is not None
    searcher = LexicalIndex(settings.index_dir / WORDS / epoch.words).searcher()
    vectors = VectorStore(settings.index_dir / "vectors")
    embedder = MiniLM(settings.threads)
    whole, parts, answers = [], [], []
    with Assistant.open(settings) as assistant:
        assistant.warm_up()
        snapshot = assistant.snapshot
        for question in QUESTIONS * ROUNDS:
            embedding, query = _timed(partial(make_query, question, snapshot, embedder))
            words, _ = _timed(partial(searcher.search, [form for form, _ in query.terms.forms], 100))
            nearest, _ = _timed(partial(vectors.nearest, names, query.vector, 100))
            parts.append(embedding + words + nearest)
            retrieval, _ = _timed(partial(retrieve, snapshot, embedder, query, 8))
            whole.append(embedding + retrieval)
            answers.append(_timed(partial(assistant.ask, question))[0])
    engine.dispose()
    return {
        "retrieval / its parts, p50": round(_quantile(whole, 0.5) / _quantile(parts, 0.5), 2),
        "retrieval / its parts, p95": round(_quantile(whole, 0.95) / _quantile(parts, 0.95), 2),
        "answer, p50 ms": round(_quantile(answers, 0.5) * 1000),
        "answer, p95 ms": round(_quantile(answers, 0.95) * 1000),
    }


def commands(settings: Settings) -> dict[str, Any]:
    """Whole processes, best of three: `citewise --help` and a cold `citewise ask`, beside starting Python at all."""
    environment = {"CITEWISE_INDEX_DIR": str(settings.index_dir), "CITEWISE_ANSWER_MODE": "extractive", "PATH": ""}

    def run(*arguments: str) -> float:
        command = [sys.executable, *arguments]
        root = Path(__file__).parent.parent
        return min(
            _timed(lambda: subprocess.run(command, env=environment, cwd=root, check=True, capture_output=True))[0]
            for _ in range(3)
        )

    return {
        "start of Python, seconds": round(run("-c", "pass"), 3),
        "citewise --help, seconds": round(run("-m", "rag.cli", "--help"), 3),
        "citewise ask, cold, seconds": round(run("-m", "rag.cli", "ask", QUESTIONS[0]), 2),
    }


def _altered_seeds(folder: Path) -> Path:
    """Copies of the text documents, told apart by their numbers; the others as they are."""
    for copy in range(COPIES):
        target = folder / str(copy)
        shutil.copytree(SEEDS, target, ignore=shutil.ignore_patterns("originals", "*.py", "README.md"))
        for path in target.rglob("*"):
            if path.suffix in (".txt", ".md", ".html"):
                numbers = re.split(r"(\d+)", path.read_text(encoding="utf-8"))
                numbers[1::2] = [str(int(number) + copy) for number in numbers[1::2]]
                path.write_text("".join(numbers), encoding="utf-8")
    return folder


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))]


if __name__ == "__main__":
    chosen = [Path(argument) for argument in sys.argv[1:] if not argument.startswith("--")]
    main(chosen[0] if chosen else None, "--json" in sys.argv)
