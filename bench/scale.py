"""Warm retrieval over a large index, as ratios to its raw parts, which are timed in the same rounds.

    python -m bench.scale CORPUS WORK [--embedder hashed|settings] [--copies N] [--questions N] [--json]

CORPUS is a folder of documents or a corpus.jsonl(.gz) of BEIR. WORK keeps the files and the index for the next run; one
folder of them holds about 500 passages (the selective filter), another half of the documents (the broad one). `hashed`
vectors cost nothing, so that tens of thousands of passages are indexed in minutes; `settings` takes the embedder of the
settings. `--copies` adds copies with other numbers in them until the index is as large as wanted.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index import build_index
from index.embed import Embedder
from index.snapshot import Snapshot
from index.types import Filters, Progress
from rag import Assistant, Settings
from rag.retrieve import CANDIDATES, make_query, retrieve

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

FEW_CHARACTERS = 350_000
FILTERS = {"no filter": None, "selective": Filters(uri="documents/few/"), "broad": Filters(uri="documents/half/")}
HITS = 8
WARM_UP = 10


class HashedWords:
    """Vectors that cost little and still have neighbours: the mean of one fixed direction a word, and some noise."""

    fingerprint = "hashed-words/384/l2"
    buckets, size, noise = 8_192, 384, 0.3

    def __init__(self) -> None:
        import numpy as np

        self._words = np.random.default_rng(7).normal(size=(self.buckets, self.size)).astype(np.float32)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        import numpy as np

        return np.stack([self._embed(text) for text in texts]) if texts else np.zeros((0, self.size), np.float32)

    def embed_query(self, text: str) -> Vectors:
        return self._embed(text)

    def _embed(self, text: str) -> Vectors:
        import numpy as np

        words = [zlib.crc32(word.encode()) % self.buckets for word in re.findall(r"\w{4,}", text.lower())] or [0]
        noise = np.random.default_rng(zlib.crc32(text.encode())).normal(size=self.size)
        row = self._words[words].mean(axis=0) * len(words) ** 0.5 + self.noise * noise
        unit: Vectors = (row / np.linalg.norm(row)).astype(np.float32)
        return unit


def main() -> None:
    given = _arguments()
    documents = given.work / "documents"
    if not documents.is_dir():
        write_documents(given.corpus, documents, given.copies)
    settings = Settings(index_dir=given.work / "index", seeds_dir=documents, answer_mode="extractive")
    embedder = HashedWords() if given.embedder == "hashed" else None
    report = build_index(settings, _show, embedder=embedder)
    print(f"indexed in {report.seconds:.0f} s", file=sys.stderr)
    with Assistant.open(settings, embedder=embedder) as assistant:
        figures = measure(assistant, _questions(documents, given.questions))
    if given.json:
        print(json.dumps(figures, indent=2))
    else:
        print("\n".join(f"{name:<46}{value}" for name, value in figures.items()))


def measure(assistant: Assistant, questions: Sequence[str]) -> dict[str, Any]:
    """Milliseconds and ratios of retrieval, with each filter; the parts are timed between the wholes."""
    index = assistant._index
    started = time.perf_counter()
    assistant.warm_up()
    warm_up = time.perf_counter() - started
    embedder, snapshot = index.embedder(), index.snapshot()
    assert embedder is not None
    segments = index.catalog.segments(snapshot.state)
    by_size = sorted(segments, key=lambda segment: -segment.size)
    parts = partial(_parts, embedder, snapshot, [segment.name for segment in by_size])
    for question in questions[:WARM_UP]:
        parts(question)
        for only in FILTERS.values():
            whole(assistant, embedder, question, only)
    rounds: dict[str, list[float]] = {
        name: [] for name in ("embedding", "words", "vectors", "largest", "parts", *FILTERS)
    }
    for question in questions:
        timed = parts(question)
        for name, seconds in zip(("embedding", "words", "vectors", "largest"), timed, strict=True):
            rounds[name].append(seconds)
        rounds["parts"].append(sum(timed[:3]))
        for name, only in FILTERS.items():
            rounds[name].append(_timed(partial(whole, assistant, embedder, question, only))[0])
    figures: dict[str, Any] = {
        "passages": snapshot.counts().passages,
        "segments": [segment.size for segment in segments],
        "opening and warm-up, seconds": round(warm_up, 2),
        "memory after the questions, MB": _resident_mb(),
    }
    for name, values in rounds.items():
        figures[f"{name}, p50 / p95 ms"] = f"{_ms(values, 0.5)} / {_ms(values, 0.95)}"
    for name in FILTERS:
        ratios = [round(_quantile(rounds[name], at) / _quantile(rounds["parts"], at), 2) for at in (0.5, 0.95)]
        figures[f"{name}, ratio p50 / p95"] = f"{ratios[0]} / {ratios[1]}"
    return figures | exact(assistant, embedder, questions)


def whole(assistant: Assistant, embedder: Embedder, question: str, only: Filters | None) -> None:
    """What an ask does before reading."""
    snapshot = assistant.snapshot
    retrieve(snapshot, embedder, make_query(question, snapshot, embedder), HITS, only)


def exact(assistant: Assistant, embedder: Embedder, questions: Sequence[str]) -> dict[str, Any]:
    """Scoring the allowed vectors exactly, read back from Chroma and from the copy beside it."""
    index, snapshot = assistant._index, assistant.snapshot
    figures: dict[str, Any] = {}
    for name, only in FILTERS.items():
        if only is None:
            continue
        ids = index.catalog.allowed(only, snapshot.state).tolist()
        asked = questions[: 20 if len(ids) < 5_000 else 2]
        vectors = [embedder.embed_query(question) for question in asked]
        reads = [_timed(partial(_exact_from_chroma, snapshot, ids, vector))[0] for vector in vectors]
        mapped = [_timed(partial(snapshot.similarities, vector, ids))[0] for vector in vectors]
        for source, seconds in (("Chroma", reads), ("similarities()", mapped)):
            figures[f"exact, {name} ({len(ids)}), {source}, ms"] = round(1000 * statistics.median(seconds), 2)
    return figures


def write_documents(corpus: Path, target: Path, copies: int) -> None:
    """Every second document goes to half/, a few to few/, the others to rest/; copies get other numbers."""
    few = 0
    for number, (name, text) in enumerate(_read(corpus)):
        for copy in range(copies):
            folder = "half" if number % 2 else "few" if few < FEW_CHARACTERS and copy == 0 else "rest"
            few += len(text) if folder == "few" else 0
            path = target / folder / str(copy) / f"{number:05d}-{name}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_altered(text, copy), encoding="utf-8")


def _read(corpus: Path) -> Iterator[tuple[str, str]]:
    if corpus.is_dir():
        for path in sorted(path for path in corpus.rglob("*") if path.is_file()):
            yield path.name, path.read_text(encoding="utf-8")
        return
    with gzip.open(corpus, "rt", encoding="utf-8") if corpus.suffix == ".gz" else corpus.open(encoding="utf-8") as rows:
        for line in rows:
            row = json.loads(line)
            title = f"{row['title']}\n\n" if row.get("title") else ""
            yield f"{re.sub(r'[^A-Za-z0-9]', '', row['_id'])}.txt", f"{title}{row['text']}\n"


def _altered(text: str, copy: int) -> str:
    if not copy:
        return text
    pieces = re.split(r"(\d+)", text)
    pieces[1::2] = [str(int(number[:9]) + copy) for number in pieces[1::2]]
    words = re.split(r"(\b\w{5,}\b)", "".join(pieces))
    words[1::16] = [f"{word}{copy}" for word in words[1::16]]  # so that passages without a number differ, too
    return "".join(words)


def _questions(documents: Path, count: int) -> list[str]:
    """Titles and first sentences in turn, of documents spread evenly over the folder."""
    paths = sorted(documents.rglob("*.txt"))
    found = []
    for number, path in enumerate(paths[:: max(1, len(paths) // count)][:count]):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        line = max(lines[1:4], key=len, default=lines[0]) if number % 2 else lines[0]
        found.append(" ".join(line.split("—")[0].split()[:20]))
    return [question for question in found if re.search(r"\w{3}", question)]


def _parts(
    embedder: Embedder, snapshot: Snapshot, names: Sequence[str], question: str
) -> tuple[float, float, float, float]:
    """Seconds of the query's embedding, the words, the vectors of all segments, and those of the largest by itself."""
    embedding, vector = _timed(partial(embedder.embed_query, question))
    terms = snapshot.terms(question)
    forms, exact = [form for form, _ in terms.forms], [form for form, _ in terms.exact]
    words, _ = _timed(partial(snapshot._searcher.search, forms, CANDIDATES, None, exact))
    vectors, _ = _timed(partial(snapshot._index.vectors.nearest, names, vector, CANDIDATES))
    largest, _ = _timed(partial(snapshot._index.vectors.nearest, names[:1], vector, CANDIDATES))
    return embedding, words, vectors, largest


def _exact_from_chroma(snapshot: Snapshot, ids: Sequence[int], vector: Vectors) -> None:
    for name in snapshot.segment_names:
        _, rows = snapshot._index.vectors._get(name, ids)
        _ = rows @ vector if len(rows) else rows


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--embedder", choices=("hashed", "settings"), default="hashed")
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _show(progress: Progress) -> None:
    if progress.done % 1_000 < 64:
        print(f"{progress.stage} {progress.done}/{progress.total}", end="\r", file=sys.stderr)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def _quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))]


def _ms(values: Sequence[float], share: float) -> float:
    return round(1000 * _quantile(values, share), 2)


def _resident_mb() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) // 1024


if __name__ == "__main__":
    main()
