"""Retrieval quality and time beside baselines of the same run: same passages, same vectors, same questions.

    python -m bench.retrieval WORK FOLDER [FOLDER...] [--json] [--limit N]

FOLDERs are BEIR sets with qrels; their indexes are kept in WORK. Only every other question is asked, those that
bench.fit_rank holds out. Each system gives its best 100 passages; a document stands where the best of its passages
does. Times are of whole questions, from the text to passages with their documents. Needs the packages that
bench/README.md names.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from importlib import import_module, metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from bench.fit_rank import interval
from index.chunk import CHUNKER, embedding_input
from index.embed import Embedder, configured_fingerprint
from index.errors import CitewiseError
from index.snapshot import Snapshot
from index.terms import TERMS
from index.types import Progress
from index.vectors.chroma import HNSW
from rag import Assistant, Settings
from rag import rank as ranking
from rag.evaluate import opened, sample
from rag.evaluation.beir import read_folder
from rag.evaluation.goldset import GoldSet, Question
from rag.evaluation.metrics import ndcg, recall
from rag.rank import fuse
from rag.retrieve import CANDIDATES

DEPTH = 10
RECIPROCAL_CONSTANT = 60
SETTINGS = Settings(answer_mode="extractive")
WORDS, VECTORS, CITEWISE = "words alone", "vectors alone", "Citewise"
FORMS = {"ndcg@10": "{:.3f}", "recall@10": "{:.3f}", "p50_ms": "{:.1f}"}
VENDORS = ("llama_index.vector_stores.chroma", "llama_index.retrievers.bm25", "Stemmer")
PACKAGES = (
    *("chromadb", "tantivy", "pystemmer", "numpy", "onnxruntime", "llama-index-core", "bm25s"),
    *("llama-index-retrievers-bm25", "llama-index-vector-stores-chroma"),
)

Json = dict[str, Any]
Search = Callable[[str], list[str]]  # a question -> corpus ids of the passages found, best first, repeated


def measure(folder: Path, work: Path, limit: int | None) -> Json:
    """The figures of a set."""
    goldset = read_folder(folder)
    questions = sample(held_out(goldset), limit)
    if not questions:
        raise CitewiseError(f"{folder} has no relevant documents.", "Name a folder with qrels.tsv.")
    with opened(goldset, SETTINGS, work, _show) as (assistant, names):
        snapshot, embedder = assistant.snapshot, assistant.embedder
        assert embedder is not None, "the index was built with these settings"
        with llama_index(snapshot, embedder, names) as vendors:
            measured = ask({**own(assistant, snapshot, embedder, names), **vendors}, questions)
        passages = snapshot.counts().passages
    return {"n": len(questions), "documents": len(names), "passages": passages, **judge(measured)}


def held_out(goldset: GoldSet) -> list[Question]:
    """The half of the questions that the weights were not fitted on."""
    return [question for question in goldset.questions if any(grade > 0 for grade in question.relevant.values())][1::2]


def own(assistant: Assistant, snapshot: Snapshot, embedder: Embedder, names: Mapping[str, str]) -> dict[str, Search]:
    """The product as it is, and what it is made of."""

    def by_words(question: str) -> list[tuple[int, float]]:
        terms = snapshot.terms(question)
        return snapshot.words([form for form, _ in terms.forms], CANDIDATES, None, [form for form, _ in terms.exact])

    def by_vectors(question: str) -> list[tuple[int, float]]:
        return snapshot.nearest(embedder.embed_query(question), CANDIDATES)

    def reciprocal(question: str) -> list[tuple[int, float]]:
        scores: dict[int, float] = {}
        for hits in (by_words(question), by_vectors(question)):
            for rank, (passage_id, _) in enumerate(hits, 1):
                scores[passage_id] = scores.get(passage_id, 0.0) + 1 / (RECIPROCAL_CONSTANT + rank)
        return sorted(scores.items(), key=lambda hit: (-hit[1], hit[0]))

    def convex(question: str) -> list[tuple[int, float]]:
        vector = embedder.embed_query(question)
        lexical, dense = by_words(question), snapshot.nearest(vector, CANDIDATES)
        near = dict(dense)
        only_words = [passage_id for passage_id, _ in lexical if passage_id not in near]
        fused = fuse(lexical, dense, snapshot.similarities(vector, only_words))
        return [(one.passage_id, one.score) for one in fused]

    def documents(find: Callable[[str], list[tuple[int, float]]]) -> Search:
        def search(question: str) -> list[str]:
            ids = [passage_id for passage_id, _ in find(question)[:CANDIDATES]]
            places: dict[int, list[str]] = {}
            for place in snapshot.passages(ids):
                places.setdefault(place.id, []).append(names[snapshot.document(place.document_id).uri])
            return [name for passage_id in ids for name in places[passage_id]]

        return search

    finds = {WORDS: by_words, VECTORS: by_vectors, "reciprocal ranks": reciprocal, "convex .5": convex}
    return {
        **{name: documents(find) for name, find in finds.items()},
        CITEWISE: lambda question: [names[hit.document.uri] for hit in assistant.search(question, CANDIDATES)],
    }


@contextmanager
def llama_index(snapshot: Snapshot, embedder: Embedder, names: Mapping[str, str]) -> Iterator[dict[str, Search]]:
    """llama-index's retrievers over the same passages, whose vectors are given: a Chroma collection with our settings
    in a temporary folder, and reciprocal ranks of that and BM25 as the language of the most documents needs it."""
    import chromadb
    import chromadb.config
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.core.retrievers.fusion_retriever import FUSION_MODES

    made, model = nodes(snapshot, names), embedding_model(embedder)
    depth = min(CANDIDATES, len(made))
    words = bm25(made, snapshot.languages[0], depth)
    connect: Any = partial(chromadb.PersistentClient, settings=chromadb.config.Settings(anonymized_telemetry=False))
    with TemporaryDirectory(prefix="citewise-bench-") as folder, closing(connect(folder)) as client:
        collection = client.create_collection("nodes", configuration={"hnsw": HNSW}, embedding_function=None)
        store = StorageContext.from_defaults(
            vector_store=import_module(VENDORS[0]).ChromaVectorStore(chroma_collection=collection)
        )
        # With no transformations, or no model, llama-index sets up a splitter or OpenAI that are not used.
        index = VectorStoreIndex(made, storage_context=store, embed_model=model, transformations=[model])
        vectors = index.as_retriever(similarity_top_k=depth)
        ranks = FUSION_MODES.RECIPROCAL_RANK
        fusion = QueryFusionRetriever(
            [vectors, words], MockLLM(), mode=ranks, similarity_top_k=depth, num_queries=1, use_async=False
        )
        yield {"llama-index vectors": _documents(vectors), "llama-index fusion": _documents(fusion)}


def bm25(made: list[Any], language: str, depth: int) -> Any:
    """llama-index's BM25 with stemmer and stop words of a language; of English where it lacks either."""
    retriever, stemmers = import_module(VENDORS[1]).BM25Retriever, import_module(VENDORS[2])
    try:
        return retriever(made, stemmers.Stemmer(language), language, similarity_top_k=depth)
    except (KeyError, ValueError):
        return retriever(made, stemmers.Stemmer("en"), "en", similarity_top_k=depth)


def nodes(snapshot: Snapshot, names: Mapping[str, str]) -> list[Any]:
    """A node for each place of a passage; its text is what is embedded of it: title, headings, text."""
    from llama_index.core.schema import TextNode

    places = {names[one.uri]: snapshot.neighbours(one.id) for one in snapshot.documents()}
    ids = {place.id for some in places.values() for place in some}
    texts = {one.id: embedding_input(one.title, one.headings, one.text) for one in snapshot.indexed_texts(ids)}
    vectors = snapshot.vectors(ids)
    return [
        TextNode(
            id_=f"{place.document_id}-{place.ordinal}",
            text=texts[place.id],
            embedding=vectors[place.id].tolist(),
            metadata={"document": name},
            excluded_embed_metadata_keys=["document"],  # BM25 reads what is to be embedded
        )
        for name, some in places.items()
        for place in some
    ]


def embedding_model(embedder: Embedder) -> Any:
    """The embedder as llama-index's BaseEmbedding."""
    from llama_index.core.embeddings import BaseEmbedding

    class Ours(BaseEmbedding):
        def _get_query_embedding(self, query: str) -> list[float]:
            return [float(number) for number in embedder.embed_query(query)]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

        def _get_text_embedding(self, text: str) -> list[float]:
            return [float(number) for number in embedder.embed_passages([text])[0]]

    return Ours(model_name=embedder.fingerprint)


def ask(systems: Mapping[str, Search], questions: Sequence[Question]) -> dict[str, Any]:
    """Every question to each of the systems in turn, after one that does not count: nDCG@10, recall@10 and
    milliseconds, an array of shape (questions, 3) for each system."""
    for search in systems.values():
        search(questions[0].text)
    measured: dict[str, list[tuple[float, float, float]]] = {name: [] for name in systems}
    turns = list(systems)
    for question in questions:
        relevant = {name for name, grade in question.relevant.items() if grade > 0}
        turns.append(turns.pop(0))  # what one system read is at hand for the next
        for name in turns:
            started = time.perf_counter()
            found = systems[name](question.text)
            milliseconds = 1000 * (time.perf_counter() - started)
            order = list(dict.fromkeys(found))
            scores = ndcg(order, question.relevant, DEPTH), recall(order, relevant, DEPTH)
            measured[name].append((*scores, milliseconds))
    return {name: np.array(rows) for name, rows in measured.items()}


def judge(measured: Mapping[str, Any]) -> Json:
    """The figures of each system, and the gain in nDCG@10 over the baseline that does best on these very questions."""
    mean = {name: float(rows[:, 0].mean()) for name, rows in measured.items()}
    best = max((name for name in measured if name != CITEWISE), key=mean.__getitem__)
    gains = measured[CITEWISE][:, 0] - measured[best][:, 0]
    figures = {name: (*rows[:, :2].mean(axis=0), np.median(rows[:, 2])) for name, rows in measured.items()}
    return {
        "systems": {name: dict(zip(FORMS, np.round(row, 4).tolist(), strict=True)) for name, row in figures.items()},
        "best_baseline": best,
        "gain": round(float(gains.mean()), 4),
        "interval": interval(gains),
        "below_words_or_vectors": mean[CITEWISE] < max(mean[WORDS], mean[VECTORS]),
    }


def table(sets: Mapping[str, Json]) -> str:
    """A block for each figure, a row for each set; then the gains."""
    blocks = []
    for figure, form in FORMS.items():
        rows = [
            [name, str(one["n"]), *(form.format(system[figure]) for system in one["systems"].values())]
            for name, one in sets.items()
        ]
        blocks.append([[figure, "n", *next(iter(sets.values()))["systems"]], *rows])
    gains = [["Citewise, nDCG@10", "best baseline", "gain", "95 % interval", ""]]
    for name, one in sets.items():
        mark = "BELOW words or vectors alone" if one["below_words_or_vectors"] else ""
        low, high = one["interval"]
        gains.append([name, one["best_baseline"], f"{one['gain']:+.3f}", f"{low:+.3f} to {high:+.3f}", mark])
    return "\n\n".join(_block(rows) for rows in (*blocks, gains))


def settings() -> Json:
    """What the figures depend on; `fitted`: the sets whose other half of questions the weights were fitted on."""
    weights = ranking.FILE.read_bytes()
    return {
        "chunker": CHUNKER,
        "terms": TERMS,
        "embedder": configured_fingerprint(SETTINGS),
        "candidates": CANDIDATES,
        "ranking": hashlib.sha256(weights).hexdigest()[:12],
        "fitted": sorted(json.loads(weights)["hybrid"].get("held_out", ())),
        "versions": {"python": platform.python_version(), **{name: metadata.version(name) for name in PACKAGES}},
        "processors": os.cpu_count(),
    }


def _documents(retriever: Any) -> Search:
    return lambda question: [found.node.metadata["document"] for found in retriever.retrieve(question)]


def _check_vendors() -> None:
    for module in VENDORS:
        try:
            import_module(module)
        except ImportError:
            raise CitewiseError(f"{module} is not installed.", "bench/README.md says how to install it.") from None


def _block(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |" for row in rows]
    return "\n".join([lines[0], f"|{'|'.join('-' * (width + 2) for width in widths)}|", *lines[1:]])


def _show(progress: Progress) -> None:
    if progress.done == progress.total or progress.done % 1_000 < 64:
        print(f"{progress.stage} {progress.done}/{progress.total}", end="\r", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("folders", type=Path, nargs="+", metavar="folder")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--limit", type=int, help="questions of each set, always the same ones")
    given = parser.parse_args()
    sets: dict[str, Json] = {}
    if given.limit is not None and given.limit < 1:
        parser.error("--limit must be 1 or more")
    try:
        _check_vendors()
        told = settings()
        for folder in given.folders:
            name = "/".join(folder.resolve().parts[-2:])
            sets[name] = measure(folder, given.work, given.limit)
            print(f"{name}: {sets[name]['gain']:+.3f} over {sets[name]['best_baseline']}", file=sys.stderr)
    except CitewiseError as error:
        sys.exit(f"{error} {error.fix}")
    if given.json:
        print(json.dumps({"settings": told, "sets": sets}, indent=1))
    else:
        print(table(sets), json.dumps(told, indent=1), sep="\n\n")


if __name__ == "__main__":
    main()
