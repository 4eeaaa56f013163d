"""The baseline of bench.changes: llama-index's IngestionPipeline with UPSERTS_AND_DELETE into its Chroma store.

    python -m bench.changes_llama SPEC

It gets every advantage that its users can give it: Citewise's own passages and embedder, batches of the same size, the
same HNSW settings, rows added 1,000 at a time (its adapter's 41,665 are more than Chroma takes), and no cache of
transformations, which would write every vector into a JSON file and helps only when all inputs are the same. The
document store is saved after each run, or the next process would embed all documents again.

What it does not do, so that its time is not the price of the same thing: it makes no index of words, keeps no offsets,
pages or versions of a document, waits for no disk but Chroma's, and a process that has the collection open does not see
what another one adds. It reads every file at every run, since it compares the hashes of texts.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.change_steps import (
    DEPTH,
    EMBEDDERS,
    TOGETHER,
    Embedding,
    Json,
    Stages,
    make_embedder,
    named,
    run_step,
    size_mb,
    spent,
)

CHROMA = "llama_index.vector_stores.chroma"
DOCSTORE = "docstore.json"


class Baseline:
    """A pipeline over the folder of a spec, with what earlier processes left there."""

    def __init__(self, spec: Json, stages: Stages, embedder: Embedding) -> None:
        import chromadb
        from chromadb.config import Settings
        from llama_index.core.ingestion import IngestionPipeline
        from llama_index.core.storage.docstore import SimpleDocumentStore

        from index.vectors.chroma import HNSW
        from index.vectors.store import ADD_ROWS

        adapter: Any = import_module(f"{CHROMA}.base")
        adapter.MAX_CHUNK_SIZE = ADD_ROWS
        stages.watch(f"{CHROMA}.base.ChromaVectorStore.add", "vectors")
        stages.watch(f"{CHROMA}.base.ChromaVectorStore.delete", "delete")
        self._stages, self._folder, self._documents = stages, Path(spec["llama"]), Path(spec["documents"])
        self._folder.mkdir(parents=True, exist_ok=True)
        client: Any = chromadb.PersistentClient(str(self._folder / "vectors"), Settings(anonymized_telemetry=False))
        self.collection = client.get_or_create_collection(
            "nodes", configuration={"hnsw": HNSW}, embedding_function=None
        )
        self.store = adapter.ChromaVectorStore(chroma_collection=self.collection)
        self.model = _model(embedder)
        saved = self._folder / DOCSTORE
        with stages.stage("docstore"):
            docstore = SimpleDocumentStore.from_persist_path(str(saved)) if saved.is_file() else SimpleDocumentStore()
        self.pipeline = IngestionPipeline(
            transformations=[_passages(stages), self.model],
            docstore=docstore,
            vector_store=self.store,
            disable_cache=True,
        )

    def run(self, only: Sequence[Path] | None = None) -> None:
        """All documents of the folder; with `only`, these, and no other is held to be gone."""
        from llama_index.core import Document
        from llama_index.core.ingestion import DocstoreStrategy

        chosen = DocstoreStrategy.UPSERTS_AND_DELETE if only is None else DocstoreStrategy.UPSERTS
        self.pipeline.docstore_strategy = chosen
        with self._stages.stage("read"):
            root = self._documents.parent
            found = [
                Document(text=path.read_text(encoding="utf-8"), id_=path.relative_to(root).as_posix())
                for path in (sorted(self._documents.rglob("*.txt")) if only is None else only)
            ]
        self.pipeline.run(documents=found)
        assert self.pipeline.docstore is not None
        with self._stages.stage("docstore"):
            self.pipeline.docstore.persist(str(self._folder / DOCSTORE))

    def census(self, changes: Sequence[Json]) -> Json:
        """Of the changed documents: how many have no node, are not found, show their new text."""
        from llama_index.core import VectorStoreIndex

        index = VectorStoreIndex.from_vector_store(self.store, embed_model=self.model)
        retriever = index.as_retriever(similarity_top_k=DEPTH)
        gone = not_found = new = 0
        for change in changes:
            nodes = self.collection.get(where={"document_id": change["uri"]}, include=["documents"])
            texts = nodes["documents"] or []
            gone += not texts
            not_found += all(hit.node.ref_doc_id != change["uri"] for hit in retriever.retrieve(change["around"]))
            new += any(change["marker"] in text for text in texts)
        return {"gone": gone, "without_vectors": gone, "not_found": not_found, "new_text": new}


def build_step(spec: Json) -> Json:
    started = time.perf_counter()
    stages = Stages()
    stages.watch(f"{EMBEDDERS[spec['embedder']]}.embed_passages", "embed")
    embedder = Embedding(make_embedder(spec["embedder"]))
    baseline = Baseline(spec, stages, embedder)
    baseline.run()
    seconds = time.perf_counter() - started
    folder = Path(spec["llama"])
    return {
        "seconds": seconds,
        "stages": stages.seconds,
        **spent(),
        "embedded": embedder.embedded,
        "live_passages": baseline.collection.count(),
        "disk_mb": {"docstore": size_mb(folder / DOCSTORE), "vectors": size_mb(folder / "vectors")},
    }


def warm_step(spec: Json) -> Json:
    """Runs in one process that has everything loaded and is told which file has changed."""
    baseline = Baseline(spec, Stages(), Embedding(make_embedder(spec["embedder"])))
    baseline.run()
    rows: dict[str, list[float]] = {}
    for round_number, change in enumerate(spec["changes"]):
        path = Path(change["path"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(change["text"], encoding="utf-8")
        started = time.perf_counter()
        baseline.run([path])
        if round_number >= spec["warm_up"]:
            rows.setdefault(change["kind"], []).append(time.perf_counter() - started)
    return {kind: {"seconds": statistics.median(some)} for kind, some in rows.items()}


def failing_step(spec: Json) -> Json:
    """A run whose embedder gives up in the middle; the next one starts from what is on disk."""
    inner = make_embedder(spec["embedder"])
    raised = "nothing"
    try:
        Baseline(spec, Stages(), Embedding(inner, spec["allowed"])).run()
    except Exception as error:  # whatever the pipeline makes of it
        raised = type(error).__name__
    sound = Embedding(inner)
    baseline = Baseline(spec, Stages(), sound)
    after = baseline.census(spec["changes"])
    sound.embedded = 0
    started = time.perf_counter()
    baseline.run()
    seconds = time.perf_counter() - started
    rerun = {"seconds": seconds, "embedded": sound.embedded, **baseline.census(spec["changes"])}
    return {"raised": raised, "after": after, "rerun": rerun}


def _passages(stages: Stages) -> Any:
    """Citewise's passages of a document, as nodes whose text is what Citewise embeds."""
    from llama_index.core.schema import NodeRelationship, TextNode, TransformComponent

    from index.chunk import chunk, embedding_input
    from index.embed import count_tokens
    from index.loaders import parse

    class Passages(TransformComponent):
        def __call__(self, nodes: Any, **_: Any) -> Any:
            made = []
            for node in nodes:
                with stages.stage("parse"):
                    document = parse(node.text.encode(), node.id_)
                with stages.stage("chunk"):
                    pieces = chunk(document, count_tokens)
                made += [
                    TextNode(
                        text=embedding_input(document.title, one.headings, document.text[one.start : one.end]),
                        relationships={NodeRelationship.SOURCE: node.as_related_node_info()},
                    )
                    for one in pieces
                ]
            return made

    return Passages()


def _model(embedder: Embedding) -> Any:
    """The embedder as llama-index's BaseEmbedding, in batches as Citewise makes them."""
    from llama_index.core.embeddings import BaseEmbedding

    class Ours(BaseEmbedding):
        def _get_query_embedding(self, query: str) -> list[float]:
            return [float(number) for number in embedder.embed_query(query)]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_text_embeddings([text])[0]

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            rows: list[list[float]] = embedder.embed_passages(texts).tolist()
            return rows

    return Ours(model_name=embedder.fingerprint, embed_batch_size=int(named(TOGETHER)))


if __name__ == "__main__":
    run_step({"build": build_step, "warm": warm_step, "failing": failing_step})
