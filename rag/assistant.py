"""The assistant: the only place where retrieval, reading, writing and checking are wired together."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import copy
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from index.errors import DocumentNotFound, EmbedderError, StaleSnapshot, StorageError, VectorStoreError
from index.minilm import MiniLM
from index.snapshot import Index, Snapshot
from index.types import Document, Filters, Hit
from rag.answers.asking import Asking
from rag.conversation import Chat, understood
from rag.errors import QuestionError
from rag.finding.fold import fold, spread
from rag.finding.hints import meets, read_hints
from rag.questions.followup import FollowUp
from rag.questions.parts import parts_of
from rag.questions.question import checked_filters, checked_question, read_question
from rag.reading.tokens import PassageReader, ReadingModel
from rag.retrieve import Retrieved, make_query, retrieve
from rag.settings import Settings
from rag.stream import Stream
from rag.types import Answer

if TYPE_CHECKING:
    from index.embed import Embedder
    from rag.llm import Writer

T = TypeVar("T")

SEARCHED_FOR_ONE = 2
FRESH_TRIES = 5  # a purge alone takes what is being read away twice
REPAIR = "Put it right: citewise doctor --repair"
WORDS_ONLY = "Only words were searched: {why} {fix}"


class Assistant:
    """Answers questions from one index. Safe from several threads; each ask reads one generation.

    `llm` is any llama-index LLM, `embedder` any llama-index BaseEmbedding, `postprocessors` are llama-index node
    postprocessors (a reranker, say) that see the retrieved passages.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        llm: Any = None,
        embedder: Any = None,
        postprocessors: Sequence[Any] = (),
    ) -> None:
        self.settings = settings
        self._index = Index(settings, embedder)
        self._reader = PassageReader(partial(self._reading_model, embedder))
        self._llm = llm
        self._writer: Writer | None = None
        self._postprocessors = tuple(postprocessors)

    @classmethod
    def open(
        cls,
        settings: Settings | None = None,
        *,
        llm: Any = None,
        embedder: Any = None,
        postprocessors: Sequence[Any] = (),
    ) -> Self:
        """Opens the index of the settings. Raises IndexMissing when there is none yet."""
        return cls(settings or Settings(), llm=llm, embedder=embedder, postprocessors=postprocessors)

    def under(self, settings: Settings) -> Self:
        """The same open index asked with other settings of asking; close one of the two."""
        other = copy(self)
        other.settings, other._writer = settings, None
        return other

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._index.close()

    @property
    def mode(self) -> str:
        """ "extractive", or "llm" when a model writes the answers."""
        return "llm" if self._llm is not None or self.settings.uses_llm else "extractive"

    @property
    def model(self) -> str | None:
        if self._llm is not None:
            return str(getattr(getattr(self._llm, "metadata", None), "model_name", "")) or type(self._llm).__name__
        return self.settings.llm_model if self.settings.uses_llm else None

    @property
    def snapshot(self) -> Snapshot:
        """The index as of its newest generation."""
        return self._index.snapshot()

    @property
    def index_id(self) -> str:
        """Names this index among all others: generations count from 1 in each."""
        return self._index.catalog.index_id()

    @property
    def embedder(self) -> Embedder | None:
        """The embedder of the live vectors; None when it cannot be had, and words alone are searched."""
        return self._embedder()[0]

    def warm_up(self) -> None:
        """Loads the models and the stores, so that the first question does not wait for them."""
        embedder = self._index.embedder()
        if embedder is not None:
            with suppress(VectorStoreError):  # a question then says what is wrong
                self.snapshot.nearest(embedder.embed_query("warm up"), 1)

    def ask(self, question: str, filters: Filters | None = None) -> Answer:
        """The checked answer. Raises QuestionError for an empty or overlong question.

        When a document of the answer has gone from the index meanwhile, the question is asked again.
        """
        for _ in range(FRESH_TRIES):
            stream = self.stream(question, filters)
            stream.run()
            if not stream.withdrawn:
                break
        return stream.answer

    def stream(self, question: str, filters: Filters | None = None) -> Stream:
        """The answer statement by statement, each whole and checked; `stream.answer` is the Answer at the end."""
        return self.stream_turn(question, filters, ())

    def stream_turn(self, question: str, filters: Filters | None, history: Sequence[tuple[str, str]]) -> Stream:
        """Like `stream`, after the earlier (question, answer) turns of a conversation."""
        return Stream(self, checked_question(question), checked_filters(filters), tuple(history))

    def chat(self) -> Chat:
        """A conversation in which a question may lean on those before it."""
        return Chat(self)

    def search(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """The `k` best passages, best first; equal passages of several documents each count."""
        text, chosen = checked_question(question), checked_filters(filters)
        if k < 1:
            raise QuestionError(f"{k} passages cannot be searched for.", "Ask for at least one: k=10")
        return self._fresh(lambda snapshot: self._retrieve(snapshot, FollowUp(text, text), k, chosen).hits[:k])

    def document(self, uri: str) -> Document:
        """The live document of a uri. Raises DocumentNotFound."""
        found = self.snapshot.document_at(uri)
        if found is None:
            raise DocumentNotFound(f"No document has the uri {uri}.", "List them with: citewise status")
        return found

    def as_retriever(self, k: int = 10, filters: Filters | None = None) -> Any:
        """A llama-index BaseRetriever over `search`."""
        from rag.llama import CitewiseRetriever

        return CitewiseRetriever(self, k, filters)

    def as_query_engine(self, filters: Filters | None = None) -> Any:
        """A llama-index query engine over `ask`; the Answer is in `response.metadata["answer"]`."""
        from rag.llama import CitewiseQueryEngine

        return CitewiseQueryEngine(self, filters)

    def understood(self, question: str, history: Sequence[tuple[str, str]]) -> FollowUp:
        """What the question means after the earlier turns; a model, where one writes, is asked about follow-ups."""
        return understood(question, history, self.writer if self.mode == "llm" else None)

    def begin(
        self,
        question: str,
        filters: Filters | None,
        history: Sequence[tuple[str, str]],
        follow: FollowUp | None = None,
    ) -> Asking:
        """Retrieves for one question on one snapshot. For Stream, which says what the question means."""
        started = time.perf_counter()
        meant = follow or understood(question, history)

        def work(snapshot: Snapshot) -> Asking:
            found = self._retrieve(snapshot, meant, SEARCHED_FOR_ONE * self.settings.passages, filters)
            terms = snapshot.analysed({hit.passage.id for hit in found.hits})
            several = read_question(found.query.text).several
            notice = found.notice or _outside(found.query.text, snapshot, found.hits)
            return Asking(
                question=question,
                query=found.query,
                hits=spread(fold(found.hits, terms), self.settings.passages, several),
                snapshot=snapshot,
                reader=self._reader,
                settings=self.settings,
                history=history,
                notice=notice,
                timings={"retrieve": time.perf_counter() - started},
                context=found.context,
                carried=meant.carried,
            )

        return self._fresh(work)

    def begin_parts(
        self, question: str, filters: Filters | None, history: Sequence[tuple[str, str]], follow: FollowUp
    ) -> list[Asking]:
        """Retrieves for each of the questions that one joins; a later part may lean on the one before."""
        first, *others = parts_of(question)
        if not others:
            return [self.begin(question, filters, history, follow)]
        askings, before = [], tuple(history)
        for part in (first, *others):
            askings.append(self.begin(part, filters, before))
            before = (*before, (part, ""))
        return askings

    def writer(self) -> Writer:
        """The language model. Raises LLMError when it cannot be set up."""
        if self._writer is None:
            from rag.llm import connect, from_llm

            self._writer = connect(self.settings) if self._llm is None else from_llm(self._llm, self.settings)
        return self._writer

    def gone(self, document_ids: set[int]) -> set[int]:
        """Those of the documents that the newest generation does not show."""
        return self._index.snapshot().gone(document_ids) if document_ids else set()

    def _retrieve(self, snapshot: Snapshot, follow: FollowUp, limit: int, filters: Filters | None) -> Retrieved:
        embedder, notice = self._embedder()
        try:
            return self._retrieve_by(embedder, notice, snapshot, follow, limit, filters)
        except (EmbedderError, VectorStoreError) as error:
            notice = WORDS_ONLY.format(why=error, fix=error.fix)
            return self._retrieve_by(None, notice, snapshot, follow, limit, filters)
        except StaleSnapshot:
            if not snapshot.is_kept():
                raise
            notice = WORDS_ONLY.format(why="vectors are missing.", fix=REPAIR)
            return self._retrieve_by(None, notice, snapshot, follow, limit, filters)

    def _retrieve_by(
        self,
        embedder: Embedder | None,
        notice: str | None,
        snapshot: Snapshot,
        follow: FollowUp,
        limit: int,
        filters: Filters | None,
    ) -> Retrieved:
        query = make_query(follow.searched, snapshot, embedder)
        context = None if follow.context is None else make_query(follow.context, snapshot, embedder)
        hits = retrieve(snapshot, embedder, query, limit, filters, context)
        if self._postprocessors:
            from rag.llama import postprocess

            hits = postprocess(hits, follow.standalone, self._postprocessors)
        return Retrieved(query, hits, embedder, context, notice)

    def _reading_model(self, given: Any) -> ReadingModel:
        """What reads passages token by token: a given embedder that can, that of the index if it can, or MiniLM."""
        if hasattr(given, "read_tokens"):
            return cast("ReadingModel", given)
        live = self._embedder()[0]
        return cast("ReadingModel", live) if hasattr(live, "read_tokens") else MiniLM(self.settings.threads)

    def _embedder(self) -> tuple[Embedder | None, str | None]:
        """The embedder of the live index; without one, words alone, and a notice that says so."""
        try:
            embedder = self._index.embedder()
        except EmbedderError as error:
            return None, WORDS_ONLY.format(why=error, fix=error.fix)
        if embedder is None:
            fix = "Set CITEWISE_EMBEDDER back, or build again: citewise index --full"
            return None, WORDS_ONLY.format(why="the index was built with another embedder.", fix=fix)
        return embedder, None

    def _fresh(self, work: Callable[[Snapshot], T]) -> T:
        for _ in range(FRESH_TRIES):
            snapshot = self._index.snapshot()
            try:
                return work(snapshot)
            except StaleSnapshot as error:
                stale = error
                if snapshot.is_kept():
                    break
        raise StorageError(f"A part of the index is missing. {stale}", REPAIR) from stale


def _outside(question: str, snapshot: Snapshot, hits: Sequence[Hit]) -> str | None:
    """Said when the question names a source or a time of publication, and nothing that was found is from there."""
    hints = read_hints(question, snapshot.outlets, date.today())
    if not hints.restricts or any(meets(hints, hit.document.published, hit.document.outlet) for hit in hits):
        return None
    return f"Nothing that was found is from {' or '.join(hints.outlets) or 'the time you name'}."
