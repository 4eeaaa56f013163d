"""The pipeline for llama-index users: a retriever, a query engine, and node postprocessors in our own pipeline.

Imported only when one of them is asked for: llama-index takes seconds to import.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import Response
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index.types import Filters, Hit

if TYPE_CHECKING:
    from rag.assistant import Assistant


class CitewiseRetriever(BaseRetriever):
    """`Assistant.search` as a llama-index retriever."""

    def __init__(self, assistant: Assistant, k: int, filters: Filters | None = None) -> None:
        super().__init__()
        self._assistant = assistant
        self._k = k
        self._filters = filters

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._assistant.search(query_bundle.query_str, self._k, self._filters)
        return [to_node(hit) for hit in hits]


class CitewiseQueryEngine(BaseQueryEngine):
    """`Assistant.ask` as a llama-index query engine. `response.metadata["answer"]` is the checked Answer; the source
    nodes are its cited spans."""

    def __init__(self, assistant: Assistant, filters: Filters | None = None) -> None:
        super().__init__(callback_manager=None)
        self._assistant = assistant
        self._filters = filters

    def _query(self, query_bundle: QueryBundle) -> Response:
        answer = self._assistant.ask(query_bundle.query_str, self._filters)
        nodes = [
            NodeWithScore(
                node=TextNode(
                    id_=f"{citation.passage_id}:{citation.document.id}:{citation.start}",
                    text=citation.quote,
                    start_char_idx=citation.start,
                    end_char_idx=citation.end,
                    metadata={**_told(citation.document), "page": citation.page, "marker": citation.marker},
                ),
                score=citation.support,
            )
            for citation in answer.citations
        ]
        return Response(response=answer.text, source_nodes=nodes, metadata={"answer": answer})

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}


def to_node(hit: Hit) -> NodeWithScore:
    """A hit as a node: its text is the exact slice, its metadata where that stands."""
    passage = hit.passage
    node = TextNode(
        id_=_key(hit),
        text=passage.text,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata={**_told(hit.document), "page": passage.page, "headings": " > ".join(passage.headings)},
    )
    return NodeWithScore(node=node, score=hit.score)


def postprocess(hits: Sequence[Hit], question: str, postprocessors: Sequence[Any]) -> list[Hit]:
    """The hits as node postprocessors leave them: fewer, in another order, with new scores.

    A reranker may score beyond 0 to 1 (logits, grades): then the scores are scaled to it.
    """
    nodes = [to_node(hit) for hit in hits]
    for postprocessor in postprocessors:
        nodes = postprocessor.postprocess_nodes(nodes, query_str=question)
    by_key = {_key(hit): hit for hit in hits}
    left = [node for node in nodes if node.node.node_id in by_key]
    scores = _unit_range([float(node.score if node.score is not None else 0.0) for node in left])
    return [replace(by_key[node.node.node_id], score=score) for node, score in zip(left, scores, strict=True)]


def _unit_range(scores: Sequence[float]) -> list[float]:
    if all(0 <= score <= 1 for score in scores):
        return list(scores)
    low, high = min(scores), max(scores)
    return [(score - low) / (high - low) if high > low else 1.0 for score in scores]


def _key(hit: Hit) -> str:
    return f"{hit.passage.id}:{hit.passage.document_id}:{hit.passage.ordinal}"


def _told(document: Any) -> dict[str, Any]:
    return {
        "uri": document.uri,
        "title": document.label,
        "outlet": document.outlet,
        "published": document.published.isoformat() if document.published else None,
    }
