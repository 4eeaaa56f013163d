from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from corpus import BagEmbedder, hit, small_index

from index.minilm import MiniLM, Tokens
from index.terms import question_terms
from index.types import IndexedText
from rag import Assistant
from rag.reading.matching import FUNCTION_WEIGHT, IDF_FLOOR, MARK_WEIGHT, QuestionTokens, match, question_tokens
from rag.reading.sentences import sentences_of
from rag.reading.tokens import KEPT_PASSAGES, PassageReader

IDF = {"pier": 4.0, "close": 1.0}


def tokens(*vectors: tuple[float, ...]) -> Tokens:
    """One character a token."""
    states = np.array(vectors, dtype=np.float32)
    return Tokens(states, np.arange(len(vectors)), np.arange(1, len(vectors) + 1))


def test_the_nearest_token_of_each_sentence_counts() -> None:
    question = QuestionTokens(np.eye(2), np.ones(2), np.ones(2, bool), np.zeros(2, bool))
    read = tokens((1, 0), (0.6, 0.8), (0, 1), (0, 1))
    found = match(question, read, [(0, 2), (2, 4), (9, 12)])
    assert found.best.ravel().tolist() == pytest.approx([1, 0.8, 0, 1, 0, 0])
    # The mean of (1, 0) and (.6, .8) is (.8, .4); that of the question (.5, .5).
    assert found.meaning.tolist() == pytest.approx([1.2 / (0.8**0.5 * 2**0.5), 0.5**0.5, 0])


def test_rare_words_weigh_more_and_pieces_share_the_weight() -> None:
    question = "When did the pier close?"
    read = BagEmbedder().read_tokens([question])[0]
    found = question_tokens(question, read, question_terms(question), IDF)
    assert found.weights.tolist() == [FUNCTION_WEIGHT] * 3 + [4.0 + IDF_FLOOR, 1.0 + IDF_FLOOR]
    assert found.content.tolist() == [False, False, False, True, True]
    assert found.asking.tolist() == [True, False, False, False, False]
    halves = Tokens(read.states[[3, 3, 4]], np.array([13, 15, 23]), np.array([15, 17, 24]))
    pieces = question_tokens(question, halves, question_terms(question), IDF)
    assert pieces.weights.tolist() == [pytest.approx(4.5 / 2**0.5)] * 2 + [MARK_WEIGHT]


def test_a_word_means_what_it_means_in_its_passage() -> None:
    """ "It" is nearer to a question about the pier where it stands for the pier."""
    model = MiniLM()
    question = "What does the pier cost?"
    asked = question_tokens(question, model.read_tokens([question])[0], question_terms(question), {})
    text = "It costs 9 crowns."
    for context, other in (("The pier was repaired in May.", "The cat was fed in May."),):
        near, far = (
            match(asked, model.read_tokens([f"{one} {text}"])[0], [(len(one) + 1, len(one) + 1 + len(text))])
            for one in (context, other)
        )
        assert near.best @ asked.weights > far.best @ asked.weights


def test_passages_are_read_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    read: list[str] = []

    class Counting(BagEmbedder):
        def read_tokens(self, texts: Sequence[str]) -> list[Tokens]:
            read.extend(texts)
            return super().read_tokens(texts)

    with Assistant.open(small_index(tmp_path_factory.mktemp("once")), embedder=Counting()) as assistant:
        first = assistant.ask("What is the speed limit?")
        seen = len(read)
        again = assistant.ask("What is the speed limit?")
        assert again.statements == first.statements
        assert read[seen:] == ["What is the speed limit?"] and seen == 4 and KEPT_PASSAGES > 3


def test_what_the_model_did_not_read_matches_nothing() -> None:
    """Of a passage longer than the model reads, the end."""
    question = QuestionTokens(np.eye(2), np.ones(2), np.ones(2, bool), np.zeros(2, bool))

    class Shortsighted:
        def read_tokens(self, texts: Sequence[str]) -> list[Tokens]:
            return [tokens((1, 0), (1, 0)) for _ in texts]

        def embed_passages(self, texts: Sequence[str]) -> Any:
            raise AssertionError

    class Shown:
        def indexed_texts(self, ids: list[int]) -> list[IndexedText]:
            return [IndexedText(one, "", (), "A. B.", "en") for one in ids]

    sentences = sentences_of([hit("Aa bb. Cc dd.")])
    reader = PassageReader(Shortsighted)
    found = reader.match(question, sentences, Shown())  # type: ignore[arg-type]
    assert found.best[0].tolist() == [1, 0] and found.best[1].tolist() == [0, 0]
