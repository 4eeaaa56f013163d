"""How well a text meets a question token by token, each in its context. Pure.

For every token of the question the most similar token of a sentence counts (the "MaxSim" of Khattab and Zaharia,
ColBERT, SIGIR 2020), weighted by how rare its word is. The states come from a model that read the whole passage, so
"it" is near to what it stands for, and "halted" near to "stopped".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.terms import Terms, plain_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.minilm import Tokens

    Array = NDArray[np.float64]

FUNCTION_WEIGHT, MARK_WEIGHT, IDF_FLOOR = 0.15, 0.05, 0.5
_WORD = re.compile(r"\w+")
ASKING = frozenset(
    "what which who whom whose when where why how many much "
    "was welche welcher welches welchen welchem wer wen wem wessen wann wo woher wohin warum wie viel viele "
    "que cual cuales quien quienes cuando donde por cuanto cuantos cuanta cuantas como "
    "quoi quel quelle quels quelles qui quand ou pourquoi combien comment".split()
)


@dataclass(frozen=True, slots=True)
class QuestionTokens:
    """`states` (n, dimension) of the question's tokens; `weights` (n,) by rarity; `content`, `asking` (n,) say which
    belong to content words and which to question words."""

    states: Array
    weights: Array
    content: NDArray[np.bool_]
    asking: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Match:
    """Of each sentence: `best` (sentences, question tokens), the similarity of the nearest token in it, and `meaning`
    (sentences,), the cosine of the means of both. Sentences that the model did not read have zeros."""

    best: Array
    meaning: Array


def question_tokens(question: str, read: Tokens, terms: Terms, idf: Mapping[str, float]) -> QuestionTokens:
    import numpy as np

    words = [(found.start(), found.end(), plain_words(found.group()).strip()) for found in _WORD.finditer(question)]
    owners = [_owner(words, int(start)) for start in read.starts]
    pieces = Counter(owners)
    keys = dict(terms.exact)
    weights, content, asking = [], [], []
    for owner in owners:
        key = keys.get(owner) if owner else None
        asks = owner in ASKING
        content.append(key is not None and not asks)
        asking.append(asks)
        if key is not None and not asks:
            weights.append((idf.get(key, 0.0) + IDF_FLOOR) / pieces[owner] ** 0.5)
        else:
            weights.append(FUNCTION_WEIGHT if owner else MARK_WEIGHT)
    return QuestionTokens(read.states.astype(np.float64), np.array(weights), np.array(content), np.array(asking))


def match(question: QuestionTokens, read: Tokens, spans: Sequence[tuple[int, int]]) -> Match:
    """`spans` are the sentences as offsets in the text that was read."""
    import numpy as np

    best, meaning = np.zeros((len(spans), len(question.states))), np.zeros(len(spans))
    nearness = question.states @ read.states.T
    centre = unit(question.states.mean(axis=0)) if len(question.states) else None
    for row, (start, end) in enumerate(spans):
        inside = (read.ends > start) & (read.starts < end)
        if inside.any() and centre is not None:
            best[row] = nearness[:, inside].max(axis=1)
            meaning[row] = float(unit(read.states[inside].mean(axis=0)) @ centre)
    return Match(best, meaning)


def unit(vector: Array) -> Array:
    length = float((vector @ vector) ** 0.5)
    return vector / max(length, 1e-12)


def _owner(words: Sequence[tuple[int, int, str]], at: int) -> str | None:
    """The word of the question that a token which starts there belongs to; None for punctuation."""
    return next((word for start, end, word in words if start <= at < end), None)
