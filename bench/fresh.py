"""How soon a changed document is found while a watcher runs: from the closing of the file to a hit in another process.

    python -m bench.fresh DOCUMENTS INDEX [--embedder local|fast] [--changes N] [--json]

DOCUMENTS is a folder of text files whose index is in INDEX (made when missing; it stays). A watcher runs in a process
of its own. A sentence with a word that stands nowhere else is appended to a document; this process, which has the index
open, looks every 10 ms until it finds the passage by that word, and by the vector of the passage. The document is put
back as it was, and so on with others. Seconds include the debounce of the watcher.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from index import build_index, watch
from index.chunk import embedding_input
from index.embed import open_embedder
from index.settings import IndexSettings
from index.snapshot import Index
from index.types import Passage

LETTERS = "bcdfghklmnprstvz"
LONGEST = 30.0
QUIET = 1.5  # seconds after the watcher's last build before the next change


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("--embedder", default="local", choices=["local", "fast"])
    parser.add_argument("--changes", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--follow", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    settings = IndexSettings(
        _env_file=None,
        seeds_dir=asked.documents.resolve(),
        index_dir=asked.index.resolve(),
        embedder=asked.embedder,
    )
    if asked.follow:
        watch(settings, lambda report: print(report.generation, flush=True))
        return
    build_index(settings)
    found = measure(settings, asked.changes)
    print(json.dumps(found, indent=2) if asked.json else "\n".join(f"{what}: {value}" for what, value in found.items()))


def measure(settings: IndexSettings, changes: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.fresh", str(settings.seeds_dir), str(settings.index_dir), "--follow"]
    with tempfile.NamedTemporaryFile("ab") as told:
        watcher = subprocess.Popen([*command, "--embedder", settings.embedder], stdout=told, stderr=told)
        index = Index(settings)
        try:
            return _measure(settings, index, changes, lambda: _builds(Path(told.name)))
        finally:
            watcher.terminate()
            watcher.wait()
            index.close()


def _measure(settings: IndexSettings, index: Index, changes: int, builds: Callable[[], int]) -> dict[str, Any]:
    _until(lambda: builds() > 0, 120)  # its first build has ended: it watches
    time.sleep(QUIET)
    chance = random.Random(1)
    files = sorted(path for path in settings.seeds_dir.rglob("*.txt") if path.is_file())
    embedder = open_embedder(settings)
    by_words, by_vectors = [], []
    for _ in range(changes + 1):
        file, word = chance.choice(files), "".join(chance.choice(LETTERS) for _ in range(12))
        before, count = file.read_bytes(), builds()
        sentence = f"\n\nOf all harbours of the coast the {word} was the last one to be lit by gas lamps at night.\n"
        file.write_bytes(before + sentence.encode())
        closed = time.monotonic()
        by_words.append(_until(lambda: _by_word(index, word) is not None) - closed)  # noqa: B023
        passage = _by_word(index, word)
        assert passage is not None
        document = index.snapshot().document(passage.document_id)
        vector = embedder.embed_query(embedding_input(document.title, passage.headings, passage.text))
        by_vectors.append(_until(lambda: _by_vector(index, vector, passage.id)) - closed)  # noqa: B023
        _until(lambda: builds() > count)  # noqa: B023
        file.write_bytes(before)
        _until(lambda: builds() > count + 1)  # noqa: B023
        time.sleep(QUIET)
    counts = index.snapshot().counts()
    return {
        "documents": counts.documents,
        "passages": counts.passages,
        "segments": len(index.snapshot().segment_names),
        "embedder": settings.embedder,
        "changes": changes,
        **_quantiles("by words, seconds", by_words[1:]),
        **_quantiles("by vectors, seconds", by_vectors[1:]),
    }


def _by_word(index: Index, word: str) -> Passage | None:
    snapshot = index.snapshot()
    found = snapshot.passages([passage_id for passage_id, _ in snapshot.words([word], 1)])
    return found[0] if found else None


def _by_vector(index: Index, vector: Any, passage_id: int) -> bool:
    return passage_id in {found for found, _ in index.snapshot().nearest(vector, 10)}


def _quantiles(what: str, seconds: list[float]) -> dict[str, str]:
    p50, p95, most = np.quantile(seconds, [0.5, 0.95, 1.0])
    return {what: f"p50 {p50:.2f}, p95 {p95:.2f}, most {most:.2f}"}


def _until(holds: Callable[[], bool], limit: float = LONGEST) -> float:
    """The moment from which it holds. Raises TimeoutError."""
    started = time.monotonic()
    while time.monotonic() < started + limit:
        if holds():
            return time.monotonic()
        time.sleep(0.01)
    raise TimeoutError("the watcher did not get to it")


def _builds(told: Path) -> int:
    """How many builds the watcher has reported."""
    return sum(line.strip().isdigit() for line in told.read_text().splitlines())


if __name__ == "__main__":
    main()
