"""The steps that bench.changes measures, each in a process of its own: Citewise's, and what the baseline shares.

    python -m bench.change_steps SPEC [STEP]

SPEC is a JSON file that names the step and what it needs, also the file for the result.
"""

from __future__ import annotations

import functools
import json
import re
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

Json = dict[str, Any]

# Where the stages of a build are found. `embed` is the embedder's own method.
STAGES = {
    "index.build.scan": "scan",
    "index.publish.TextPublisher._take_file": "read",  # the wait for the parsers; they work in other processes
    "index.lexical.LexicalIndex.add": "words",
    "index.vectors.store.VectorStore.create": "vectors",
    "index.catalog.write.CatalogWriter.publish_texts": "catalog",
    "index.catalog.write.CatalogWriter.publish_segment": "catalog",
    "index.build.compact": "compact",
    "index.build.sweep": "sweep",
}
EMBEDDERS = {
    "fast": "index.static.StaticVectors",
    "local": "index.minilm.MiniLM",
    "hashed": "bench.scale.HashedWords",
}
TOGETHER = "index.segments.EMBED_TOGETHER"
AROUND = 350  # characters on either side of an edit that are asked for
DEPTH = 100
WAIT_SECONDS = 120.0


class Stages:
    """Seconds by stage, each without those of the stages inside it. They add up to more than the wall where threads
    work side by side, and to less where the work is done in other processes."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inner = threading.local()
        self._lock = threading.Lock()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        before, self._inner.seconds = getattr(self._inner, "seconds", 0.0), 0.0
        started = time.perf_counter()
        try:
            yield
        finally:
            took = time.perf_counter() - started
            with self._lock:
                self.seconds[name] = self.seconds.get(name, 0.0) + took - self._inner.seconds
            self._inner.seconds = before + took

    def watch(self, path: str, name: str) -> None:
        """Times a function or method of the product from now on."""
        home, _, last = path.rpartition(".")
        function, owner = named(path), named(home)

        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.stage(name):
                return function(*args, **kwargs)

        setattr(owner, last, timed)


class Embedding:
    """An embedder that fails once it has embedded `allowed` passages."""

    def __init__(self, inner: Any, allowed: float = float("inf")) -> None:
        self.fingerprint: str = inner.fingerprint
        self.embedded = 0
        self._inner, self._allowed = inner, allowed

    def embed_passages(self, texts: Sequence[str]) -> Any:
        from index.errors import EmbedderError

        if self.embedded + len(texts) > self._allowed:
            raise EmbedderError("The embedder was told to fail.", "This is part of the measurement.")
        vectors = self._inner.embed_passages(texts)
        self.embedded += len(texts)
        return vectors

    def embed_query(self, text: str) -> Any:
        return self._inner.embed_query(text)


def named(path: str) -> Any:
    """What a dotted path names; ends the program with a clear line when it is gone."""
    parts = path.split(".")
    for at in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:at]))
        except ModuleNotFoundError as error:
            if not ".".join(parts).startswith(str(error.name)):
                raise
            continue
        try:
            return functools.reduce(getattr, parts[at:], found)
        except AttributeError:
            break
    sys.exit(f"{path} is gone: correct its name in bench/change_steps.py.")


def make_embedder(name: str) -> Any:
    return named(EMBEDDERS[name])()


def build_step(spec: Json) -> Json:
    """One build as a new process does it, what it imports included."""
    started = time.perf_counter()
    stages = Stages()
    from index import BuildOptions, build_index

    if spec["split"]:
        for path, name in {**STAGES, f"{EMBEDDERS[spec['embedder']]}.embed_passages": "embed"}.items():
            stages.watch(path, name)
    given = make_embedder("hashed") if spec["embedder"] == "hashed" else None
    report = build_index(_settings(spec), options=BuildOptions(yes=spec.get("yes", False)), embedder=given)
    seconds = time.perf_counter() - started
    return {
        "seconds": seconds,
        "stages": stages.seconds,
        **spent(),
        "documents": sum(len(some) for some in (report.added, report.changed, report.renamed, report.removed)),
        "embedded": report.embedded,
        "reused": report.reused,
        "failures": len(report.failures),
        "pending": report.pending,
        **_state(spec),
    }


def sample_step(spec: Json) -> Json:
    """Writes what is embedded of the passages, in batches as a build makes them: all, or batches spread evenly."""
    from index.chunk import embedding_input

    size = int(named(TOGETHER))
    with _opened(spec) as index:
        snapshot = index.snapshot()
        ids = sorted({place.id for one in snapshot.documents() for place in snapshot.neighbours(one.id)})
        every = max(1, len(ids) // spec["passages"])
        batches = [
            [embedding_input(one.title, one.headings, one.text) for one in snapshot.indexed_texts(ids[at : at + size])]
            for at in range(0, len(ids), every * size)
        ]
    Path(spec["batches"]).write_text(json.dumps(batches), encoding="utf-8")
    return {"passages": len(ids)}


def pure_step(spec: Json) -> Json:
    """Nothing but embedding the sample."""
    batches = json.loads(Path(spec["batches"]).read_text(encoding="utf-8"))
    embedder = make_embedder(spec["embedder"])
    embedder.embed_passages(batches[0])
    started = time.perf_counter()
    for batch in batches:
        embedder.embed_passages(batch)
    return {"seconds": time.perf_counter() - started, "passages": sum(map(len, batches))}


def warm_step(spec: Json) -> Json:
    """Builds after edits and after new files in one process that has its model loaded, and when another process, which
    keeps the index open, finds each by words and by vector. Seconds count from the moment the file is closed."""
    from index import build_index

    settings, embedder = _settings(spec), make_embedder(spec["embedder"])
    build_index(settings, embedder=embedder)  # loads what a watcher has loaded
    reader = subprocess.Popen(
        [sys.executable, "-m", "bench.change_steps", sys.argv[1], "reader"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdin is not None and reader.stdout is not None
    rows: dict[str, list[list[float]]] = {}
    for round_number, change in enumerate(spec["changes"]):
        reader.stdin.write(json.dumps(change) + "\n")
        reader.stdin.flush()
        if reader.stdout.readline().strip() != "watching":
            sys.exit("The reading process has ended.")
        path = Path(change["path"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(change["text"], encoding="utf-8")
        closed = time.time()
        build_index(settings, embedder=embedder)
        built = time.time()
        found = json.loads(reader.stdout.readline())
        if round_number >= spec["warm_up"]:
            row = [
                built - closed,
                *(found[way] - closed if found[way] else float("nan") for way in ("words", "vector")),
            ]
            rows.setdefault(change["kind"], []).append(row)
    reader.stdin.close()
    reader.wait()
    return {
        kind: dict(zip(("seconds", "words", "vector"), map(statistics.median, zip(*some, strict=True)), strict=True))
        for kind, some in rows.items()
    }


def reader_step(spec: Json) -> Json:
    """Another process with the index open: for each line on standard input, when a marker is found."""
    embedder = make_embedder(spec["embedder"])
    with _opened(spec) as index:
        _find(index, "ready", embedder.embed_query("ready"), {})
        for line in sys.stdin:
            change = json.loads(line)
            vector, found = embedder.embed_query(change["around"]), dict[str, float]()
            print("watching", flush=True)
            limit = time.time() + WAIT_SECONDS
            while len(found) < 2 and time.time() < limit:
                _find(index, change["marker"], vector, found)
                time.sleep(0.01)
            print(json.dumps({"words": found.get("words"), "vector": found.get("vector")}), flush=True)
    return {}


def failing_step(spec: Json) -> Json:
    """A build whose embedder gives up in the middle, what is found of the changed documents after it, and after the
    next build with a sound one."""
    from index import build_index
    from index.errors import EmbedderError

    settings, inner = _settings(spec), make_embedder(spec["embedder"])
    raised = "nothing"
    try:
        build_index(settings, embedder=Embedding(inner, spec["allowed"]))
    except EmbedderError as error:
        raised = type(error).__name__
    after = _census(settings, inner, spec["changes"])
    started = time.perf_counter()
    report = build_index(settings, embedder=inner)
    seconds = time.perf_counter() - started
    return {
        "raised": raised,
        "after": after,
        "rerun": {"seconds": seconds, "embedded": report.embedded, **_census(settings, inner, spec["changes"])},
    }


def _census(settings: Any, embedder: Any, changes: Sequence[Json]) -> Json:
    """Of the changed documents: how many are gone, have no vector, are not found, show their new text."""
    from rag import Assistant

    gone = bare = unanswered = new = 0
    with Assistant.open(settings, embedder=embedder) as assistant:
        snapshot = assistant.snapshot
        ids = {one.uri: one.id for one in snapshot.documents()}
        for change in changes:
            if (document := ids.get(change["uri"])) is None:
                gone += 1
                continue
            bare += not snapshot.vectors({place.id for place in snapshot.neighbours(document)})
            unanswered += all(hit.document.uri != change["uri"] for hit in assistant.search(change["around"], DEPTH))
            new += change["marker"] in snapshot.document(document).text
    return {"gone": gone, "without_vectors": gone + bare, "not_found": gone + unanswered, "new_text": new}


def _find(index: Any, marker: str, vector: Any, found: dict[str, float]) -> None:
    """Notes when passages with the marker are first found."""
    from index.errors import StaleSnapshot

    try:
        snapshot = index.snapshot()
        if "words" not in found:
            terms = snapshot.terms(marker)
            if snapshot.words([f for f, _ in terms.forms], DEPTH, None, [f for f, _ in terms.exact]):
                found["words"] = time.time()
        if "vector" not in found:
            near = [passage_id for passage_id, _ in snapshot.nearest(vector, DEPTH)]
            if any(marker in one.text for one in snapshot.indexed_texts(near)):
                found["vector"] = time.time()
    except StaleSnapshot:
        pass


def _settings(spec: Json) -> Any:
    from rag import Settings

    return Settings(
        index_dir=Path(spec["index"]),
        seeds_dir=Path(spec["documents"]),
        embedder="local" if spec["embedder"] == "hashed" else spec["embedder"],
        answer_mode="extractive",
    )


@contextmanager
def _opened(spec: Json) -> Iterator[Any]:
    from index.snapshot import Index

    index = Index(_settings(spec))
    try:
        yield index
    finally:
        index.close()


def _state(spec: Json) -> Json:
    from index.catalog.tables import FILENAME
    from index.snapshot import VECTORS, WORDS

    with _opened(spec) as index:
        snapshot = index.snapshot()
        counts, segments, generation = snapshot.counts(), len(snapshot.segment_names), snapshot.generation
    folder = Path(spec["index"])
    disk = {
        "catalog": sum(size_mb(path) for path in folder.glob(f"{FILENAME}*")),
        "words": size_mb(folder / WORDS),
        "vectors": size_mb(folder / VECTORS),
    }
    return {
        "live_passages": counts.passages,
        "segments": segments,
        "generation": generation,
        "disk_mb": disk,
    }


def size_mb(path: Path) -> float:
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return sum(one.stat().st_size for one in files) / 1e6


def spent() -> Json:
    """Processor seconds of this process and of those it has started and that have ended; peak memory of it, and of the
    largest of them."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    unit = 1e6 if sys.platform == "darwin" else 1e6 / 1024
    return {
        "cpu": sum(one.ru_utime + one.ru_stime for one in used),
        "memory_mb": [one.ru_maxrss / unit for one in used],
    }


def edited(text: str, marker: str) -> tuple[str, str]:
    """The text with another word in its middle, and the words around it, as a question would have them."""
    middle = len(text) // 2
    word = min(re.finditer(r"\w{4,}|\Z", text), key=lambda found: abs(found.start() - middle))
    around = f"{text[max(0, word.start() - AROUND) : word.start()]}{marker}{text[word.end() : word.end() + AROUND]}"
    return f"{text[: word.start()]}{marker}{text[word.end() :]}", " ".join(around.split()[1:-1])


def run_step(steps: Mapping[str, Callable[[Json], Json]]) -> None:
    """Runs the step that the arguments name and writes its result, if it has one."""
    spec = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    step = steps[sys.argv[2] if len(sys.argv) > 2 else spec["step"]]
    if result := step(spec):
        Path(spec["result"]).write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    run_step(
        {
            "build": build_step,
            "sample": sample_step,
            "pure": pure_step,
            "warm": warm_step,
            "reader": reader_step,
            "failing": failing_step,
        }
    )
