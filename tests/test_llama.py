"""Meeting llama-index: our retriever and query engine there, its postprocessors, embeddings and LLMs here.

One file, because importing llama-index takes seconds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from corpus import BagEmbedder, Reply, assert_exact, settings, small_index, write
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms import CompletionResponse, CustomLLM, LLMMetadata
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle
from pydantic import PrivateAttr

from index import build_index
from index.types import Filters
from rag import Assistant, Settings
from rag.errors import LLMAuthError, LLMBadResponse, LLMBusy, LLMError, LLMUnreachable
from rag.prompts import REFUSAL
from rag.types import Answer

LIMIT = "What is the speed limit in the inner harbour?"
RIGHT = "The speed limit in the inner harbour is 4 knots [1]."
ALTERED = "The speed limit in the inner harbour is 9 knots [1]."
UNMARKED = "It came into force on April 1, 2025."
UNKNOWN = "The limit of 4 knots came into force on April 1, 2025 [77]."
INVENTED = "Queen Ottilie of Braunsee opened the first casino [1]."
SCRIPT = " ".join((RIGHT, ALTERED, UNMARKED, UNKNOWN, INVENTED))


class ScriptedLLM(CustomLLM):
    """Streams its script in pieces of a few letters, or fails after them."""

    script: str = SCRIPT
    _prompts: list[str] = PrivateAttr(default_factory=list)
    _error: Exception | None = PrivateAttr(default=None)

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="scripted-1", is_chat_model=False)

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        raise AssertionError("answers are streamed")

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Iterator[CompletionResponse]:  # type: ignore[override]
        self._prompts.append(prompt)
        for end in range(7, len(self.script) + 7, 7):
            yield CompletionResponse(text=self.script[:end], delta=self.script[end - 7 : end])
        if self._error is not None:
            raise self._error


class Reversed(BaseNodePostprocessor):
    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        assert query_bundle is not None and query_bundle.query_str == LIMIT
        return [NodeWithScore(node=node.node, score=float(n)) for n, node in enumerate(reversed(nodes), 1)]


class First(BaseNodePostprocessor):
    keep: int

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        return nodes[: self.keep]


class BagEmbedding(BaseEmbedding):
    """The BagEmbedder as a llama-index model."""

    def _get_query_embedding(self, query: str) -> list[float]:
        return [3 * value for value in BagEmbedder().embed_query(query).tolist()]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_query_embedding(text)


@pytest.fixture
def papers(tmp_path: Path) -> Settings:
    return small_index(tmp_path)


@pytest.fixture
def assistant(papers: Settings) -> Iterator[Assistant]:
    with Assistant.open(papers, embedder=BagEmbedder()) as opened:
        yield opened


def asked(chosen: Settings, llm: Any = None, question: str = LIMIT, **values: Any) -> Answer:
    with Assistant.open(chosen.model_copy(update=values), llm=llm, embedder=BagEmbedder()) as opened:
        return opened.ask(question)


# --- one contract for both ways of answering ---


@pytest.mark.parametrize(("mode", "unsupported"), [("extractive", "mark"), ("llm", "mark"), ("llm", "drop")])
def test_every_answer_keeps_the_contract(papers: Settings, mode: str, unsupported: str) -> None:
    llm = ScriptedLLM() if mode == "llm" else None
    answer = asked(papers, llm, unsupported=unsupported)
    assert_exact(answer)
    assert (answer.question, answer.status, answer.mode) == (LIMIT, "answered", mode)
    assert answer.model == (None if llm is None else "scripted-1")
    assert answer.notice == (None if llm is None else "1 citation of the model pointed nowhere.")
    assert answer.dropped_markers == (llm is not None) and answer.filters is None and answer.generation > 0
    assert answer.timings["total"] > 0
    assert all(getattr(answer, field.name) is not ... for field in fields(Answer))
    supported = [statement for statement in answer.statements if statement.check != "unsupported"]
    assert supported and all(statement.citations and statement.support >= 0.5 for statement in supported)
    assert all(statement.attribution is not None for statement in supported)
    assert answer.citations[0].document.uri == "papers/limit.txt"
    for number, citation in enumerate(answer.citations, 1):
        assert citation.marker == number and f"[{number}]" in answer.text
    assert "77" not in answer.text
    assert (unsupported == "mark" and mode == "llm") == (len(supported) < len(answer.statements))


def test_each_sentence_of_a_model_is_checked(papers: Settings) -> None:
    right, altered, unmarked, unknown, invented = asked(papers, ScriptedLLM()).statements
    assert (right.check, right.text) == ("verbatim", RIGHT.replace(" [1]", ""))
    assert [citation.quote for citation in right.citations] == [right.text]
    assert (altered.check, altered.failed) == ("unsupported", ("9",))
    assert (unmarked.check, len(unmarked.citations)) == ("verbatim", 1)
    assert (unknown.check, unknown.failed) == ("grounded", ())
    assert invented.check == "unsupported" and any("Ottilie" in failed for failed in invented.failed)


def test_what_only_the_model_knows_has_no_source(papers: Settings) -> None:
    answer = asked(papers, ScriptedLLM(script="Paris is the capital of France. " + RIGHT))
    known = answer.statements[0]
    assert (known.check, known.citations, known.failed) == ("unsupported", (), ("no source was cited",))
    assert answer.statements[1].check == "verbatim"


def test_unsupported_sentences_are_dropped_when_asked_for(papers: Settings) -> None:
    answer = asked(papers, ScriptedLLM(), unsupported="drop")
    assert [statement.check for statement in answer.statements] == ["verbatim", "verbatim", "grounded"]
    assert "9 knots" not in answer.text and "Ottilie" not in answer.text
    nothing = asked(papers, ScriptedLLM(script=f"{ALTERED} {INVENTED}"), unsupported="drop")
    assert (nothing.status, nothing.statements, nothing.mode) == ("abstained", (), "llm")
    assert nothing.nearest


def test_an_answer_of_unsound_sentences_is_not_answered(papers: Settings) -> None:
    assert asked(papers, ScriptedLLM(script=ALTERED)).status == "partial"


def test_a_refusal_is_an_abstention(papers: Settings) -> None:
    answer = asked(papers, ScriptedLLM(script=REFUSAL))
    assert (answer.status, answer.mode, answer.model) == ("abstained", "llm", "scripted-1")
    assert answer.nearest and answer.notice is None


def test_a_citation_is_the_smallest_span_that_bears_the_sentence(papers: Settings) -> None:
    long = "The ferry leaves from the Customs Steps and carries 60 passengers [1]."
    answer = asked(papers, ScriptedLLM(script=long), "Where does the ferry to Gull Island leave from?")
    (statement,) = answer.statements
    assert statement.check == "grounded"
    assert [c.quote.strip() for c in statement.citations] == [
        "The ferry to Gull Island leaves from the Customs Steps. It carries 60 passengers."
    ]


def test_the_model_sees_the_passages_as_data_and_the_turns_before(papers: Settings) -> None:
    llm = ScriptedLLM()
    with Assistant.open(papers, llm=llm, embedder=BagEmbedder()) as opened:
        chat = opened.chat()
        chat.ask(LIMIT)
        chat.ask("And since when?")
    first, second = llm._prompts
    assert "The speed limit in the inner harbour is 4 knots." in first and LIMIT in first
    assert "And since when?" in second and LIMIT in second and "9 knots" in second


def test_a_stream_of_a_model_yields_whole_checked_statements(papers: Settings) -> None:
    with Assistant.open(papers, llm=ScriptedLLM(), embedder=BagEmbedder()) as opened:
        shown = list(stream := opened.stream(LIMIT))
        again = opened.ask(LIMIT)
    assert stream.answer.statements == tuple(shown) == again.statements
    assert [statement.text[-1] for statement in shown] == ["."] * 5


def test_without_evidence_the_model_is_not_called(papers: Settings) -> None:
    class Uncalled:
        model = "none"

        def write(self, *_: Any) -> Reply:
            raise AssertionError("the model was called")

    sure = papers.model_copy(update={"min_confidence": 0.9})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Assistant, "writer", lambda self: Uncalled())
        with Assistant.open(sure, llm=ScriptedLLM(), embedder=BagEmbedder()) as opened:
            assert opened.ask("Zyzzyva quokka?").status == "abstained"
            assert opened.ask(LIMIT, Filters(outlet="Nobody's Paper")).status == "abstained"


# --- models that fail ---

FAILURES = [
    LLMAuthError("The endpoint at x.test refused the key.", "Set OPENAI_API_KEY."),
    LLMUnreachable("x.test cannot be reached.", "Check OPENAI_BASE_URL."),
    LLMBusy("x.test is busy.", "Ask again in a moment."),
    LLMBadResponse("x.test failed.", "Check CITEWISE_LLM_MODEL."),
]


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("when", ["connecting", "writing"])
def test_a_failing_model_gives_way_to_the_documents(
    assistant: Assistant, error: LLMError, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing:
        def write(self, *_: Any) -> Reply:
            return Reply([], error)

    def writer() -> Any:
        if when == "connecting":
            raise error
        return Failing()

    extractive = assistant.ask(LIMIT)
    monkeypatch.setattr(assistant, "_llm", ScriptedLLM())
    monkeypatch.setattr(assistant, "writer", writer)
    answer = assistant.ask(LIMIT)
    assert answer.statements == extractive.statements and answer.status == "answered"
    assert (answer.mode, answer.model) == ("extractive", None)
    assert answer.notice is not None and str(error) in answer.notice and error.fix in answer.notice


@pytest.mark.parametrize(
    "error", [ConnectionError("refused"), TimeoutError(), ValueError("nonsense"), RuntimeError("boom")], ids=repr
)
def test_any_error_of_an_llm_is_told(papers: Settings, error: Exception) -> None:
    llm = ScriptedLLM(script="")
    llm._error = error
    answer = asked(papers, llm)
    assert (answer.mode, answer.status) == ("extractive", "answered")
    assert answer.notice


def test_an_empty_reply_gives_way_too(papers: Settings) -> None:
    answer = asked(papers, ScriptedLLM(script=" \n"))
    assert answer.mode == "extractive" and answer.notice and "empty" in answer.notice


def test_a_reply_that_breaks_off_keeps_what_was_whole(papers: Settings) -> None:
    llm = ScriptedLLM(script=f"{RIGHT} It came into")
    llm._error = ConnectionError("reset")
    answer = asked(papers, llm)
    assert answer.statements[0].check == "verbatim"
    assert "It came into" not in answer.text
    assert (answer.mode, answer.model) == ("llm", "scripted-1")
    assert answer.notice is not None and "ends here" in answer.notice


def test_a_model_that_is_not_set_up_gives_way(papers: Settings) -> None:
    answer = asked(papers, answer_mode="llm")
    assert (answer.mode, answer.status) == ("extractive", "answered")
    assert answer.notice is not None and "OPENAI_API_KEY" in answer.notice


# --- for llama-index users ---


def test_the_retriever_gives_the_hits_of_search_as_nodes(assistant: Assistant) -> None:
    nodes = assistant.as_retriever(k=2).retrieve(LIMIT)
    hits = assistant.search(LIMIT, k=2)
    assert [node.score for node in nodes] == [hit.score for hit in hits]
    for node, hit in zip(nodes, hits, strict=True):
        assert node.text == hit.passage.text
        assert node.metadata["uri"] == hit.document.uri
        text = assistant.document(node.metadata["uri"]).text
        assert text[node.node.start_char_idx : node.node.end_char_idx] == node.text
    assert len({node.node.node_id for node in nodes}) == 2
    only = assistant.as_retriever(filters=Filters(uri="papers/pier.txt")).retrieve(LIMIT)
    assert {node.metadata["uri"] for node in only} == {"papers/pier.txt"}


def test_the_query_engine_gives_the_checked_answer(assistant: Assistant) -> None:
    response = assistant.as_query_engine().query(LIMIT)
    answer = response.metadata["answer"]
    assert isinstance(answer, Answer) and answer.status == "answered"
    assert str(response) == answer.text
    assert [node.text for node in response.source_nodes] == [citation.quote for citation in answer.citations]
    assert [node.metadata["marker"] for node in response.source_nodes] == [1]
    narrowed = assistant.as_query_engine(Filters(uri="papers/pier.txt")).query(LIMIT)
    assert {node.metadata["uri"] for node in narrowed.source_nodes} == {"papers/pier.txt"}


def test_the_query_engine_answers_asynchronously(assistant: Assistant) -> None:
    import asyncio

    response = asyncio.run(assistant.as_query_engine().aquery(LIMIT))
    assert response.metadata["answer"].statements == assistant.ask(LIMIT).statements


def opened_with(chosen: Settings, *postprocessors: BaseNodePostprocessor) -> Assistant:
    return Assistant.open(chosen, embedder=BagEmbedder(), postprocessors=postprocessors)


def test_a_postprocessor_may_rank_anew(papers: Settings, assistant: Assistant) -> None:
    with opened_with(papers, Reversed()) as reranked:
        hits = reranked.search(LIMIT, k=3)
        assert [hit.passage for hit in hits] == [hit.passage for hit in assistant.search(LIMIT, k=3)][::-1]
        assert [hit.score for hit in hits] == [0.0, 0.5, 1.0]
        assert reranked.ask(LIMIT).status == "answered"


def test_a_postprocessor_may_drop(papers: Settings) -> None:
    with opened_with(papers, Reversed(), First(keep=1)) as strict:
        (kept,) = strict.search(LIMIT, k=3)
        answer = strict.ask(LIMIT)
        assert {citation.document.uri for citation in answer.citations} <= {kept.document.uri}
    with opened_with(papers, First(keep=0)) as nothing:
        assert nothing.search(LIMIT) == []
        answer = nothing.ask(LIMIT)
        assert (answer.status, answer.nearest) == ("abstained", ())


def test_postprocessors_see_what_a_model_is_given(papers: Settings) -> None:
    llm = ScriptedLLM()
    with Assistant.open(papers, llm=llm, embedder=BagEmbedder(), postprocessors=[First(keep=1)]) as opened:
        opened.ask(LIMIT)
    assert "Customs Steps" not in llm._prompts[0] and "4 knots" in llm._prompts[0]


def test_a_llama_index_embedding_builds_and_asks(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    write(chosen.seeds_dir)
    model = partial(BagEmbedding, model_name="bag-1")
    report = build_index(chosen, embedder=model())
    assert (report.embedded, report.pending) == (3, 0)
    assert build_index(chosen, embedder=model()).embedded == 0
    with Assistant.open(chosen, embedder=model()) as opened:
        answer = opened.ask(LIMIT)
        assert answer.notice is None and "4 knots" in answer.text
        hits = opened.search(LIMIT)
        assert hits[0].document.uri == "papers/limit.txt" and hits[0].ranks.dense == 1
    with Assistant.open(chosen, embedder=BagEmbedding(model_name="bag-2")) as other:
        assert other.ask(LIMIT).notice is not None


def test_a_model_sees_what_stands_around_a_passage_and_may_cite_it(tmp_path: Path) -> None:
    """The passage that is found is one of three; the sentence of the model stands in the one behind it."""
    filler = "Gulls and terns rest on the old harbour wall in the cold season of the year. " * 6
    behind = "The keeper of the lantern is Orla Finnick."
    documents = tmp_path / "tower"
    documents.mkdir()
    (documents / "tower.md").write_text(
        f"# Tower\n\n{filler}\n\n## Limit\n\nThe speed limit is 4 knots. {filler}\n\n## Keeper\n\n{behind} {filler}\n"
    )
    settings = Settings(index_dir=tmp_path / "index", seeds_dir=documents, passages=1, min_confidence=0.0)
    build_index(settings, embedder=BagEmbedder())
    llm = ScriptedLLM(script=f"{behind} [1]")
    answer = asked(settings, llm, "What is the speed limit?")
    assert behind in llm._prompts[0]
    assert answer.statements[0].check == "verbatim"
    assert answer.citations[0].quote == behind
    narrow = ScriptedLLM(script=f"{behind} [1]")
    told = asked(settings, narrow, "What is the speed limit?", context_words=100)
    assert behind not in narrow._prompts[0] and told.statements[0].check == "unsupported"
