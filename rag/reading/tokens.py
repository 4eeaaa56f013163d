"""Passages as the reading model sees them, kept for the next question. The model is loaded when it is first needed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from index.chunk import embedding_input
from index.snapshot import Snapshot
from index.types import Hit
from rag.reading.matching import Match, QuestionTokens, match
from rag.reading.sentences import Sentence

if TYPE_CHECKING:
    from index.embed import Vectors
    from index.minilm import Tokens

KEPT_PASSAGES = 256  # of about 200 kB each


class ReadingModel(Protocol):
    """Reads tokens in their context and embeds sentences, such as index.minilm.MiniLM. Raises EmbedderError."""

    def read_tokens(self, texts: Sequence[str]) -> list[Tokens]: ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors: ...


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """`offset` is where the passage's own text starts in what was read, behind title and headings."""

    tokens: Tokens
    offset: int


class PassageReader:
    """Safe from several threads."""

    def __init__(self, load: Callable[[], ReadingModel]) -> None:
        self._load = load
        self._model: ReadingModel | None = None
        self._kept: OrderedDict[int, ReadPassage] = OrderedDict()
        self._lock = threading.Lock()

    def model(self) -> ReadingModel:
        with self._lock:
            if self._model is None:
                self._model = self._load()
            return self._model

    def tokens(self, text: str) -> Tokens:
        return self.model().read_tokens([text])[0]

    def match(self, question: QuestionTokens, sentences: Sequence[Sentence], snapshot: Snapshot) -> Match:
        """How well each of the sentences meets the question."""
        import numpy as np

        read = self._read(snapshot, [sentence.hit for sentence in sentences])
        best, meaning = np.zeros((len(sentences), len(question.states))), np.zeros(len(sentences))
        rows: dict[tuple[int, int], list[int]] = {}
        for row, sentence in enumerate(sentences):
            rows.setdefault((sentence.hit.passage.id, sentence.rank), []).append(row)
        for (passage_id, _), own in rows.items():
            if passage_id not in read:
                continue
            known = read[passage_id]
            shift = known.offset - sentences[own[0]].hit.passage.start
            spans = [(sentences[row].span.start + shift, sentences[row].span.end + shift) for row in own]
            found = match(question, known.tokens, spans)
            best[own], meaning[own] = found.best, found.meaning
        return Match(best, meaning)

    def _read(self, snapshot: Snapshot, hits: Sequence[Hit]) -> dict[int, ReadPassage]:
        wanted = dict.fromkeys(hit.passage.id for hit in hits)
        with self._lock:
            found = {one: self._kept[one] for one in wanted if one in self._kept}
        missing = (
            snapshot.indexed_texts([one for one in wanted if one not in found]) if len(found) < len(wanted) else []
        )
        texts = [embedding_input(one.title, one.headings, one.text) for one in missing]
        read = self.model().read_tokens(texts) if texts else []
        for one, text, tokens in zip(missing, texts, read, strict=True):
            found[one.id] = ReadPassage(tokens, text.rfind(one.text))
        with self._lock:
            self._kept |= found
            for passage_id in wanted:
                if passage_id in self._kept:
                    self._kept.move_to_end(passage_id)
            while len(self._kept) > KEPT_PASSAGES:
                self._kept.popitem(last=False)
        return found
