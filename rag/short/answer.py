"""The short answer inside a sentence: the span that a small linear model picks, and how sure it is. Pure.

Every span is scored by the classes of the words at its ends and beside them and by where the question's words stand
(rag/short/features.py), with weights for the kind of answer on top of those for all. The weights are data (short.json,
with what they were fitted on); `bench/fit_short.py` fits them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from rag.short.candidates import Sought, Words, read_words, sought, spans
from rag.short.features import DENSE, ROLES, SYMBOLS, dense, roles
from rag.short.misleading import misleads
from rag.short.words import CLASSES, NUMBER_OF, mask

__all__ = ["CALIBRATION", "Short", "Sought", "candidates", "shown_from", "short_answer", "short_answers", "sought"]

FILE = Path(__file__).parent / "short.json"
CALIBRATION = ("bias", "log_share", "margin", "best", "asked", "numeric", "name", "language")
NUMERIC = ("number", "percent", "money", "date", "duration", "age")
NAMES = ("person", "place", "name")
_BECAUSE = NUMBER_OF["because"]
_ENDS_CLAUSE = mask("edge", "comma", "colon", "dash", "open", "close", "quote", "end")


@dataclass(frozen=True, slots=True)
class Short:
    """`sentence[start:end]` answers a question of this kind; `score`: the probability (0 to 1) that it is the answer,
    exactly or nearly. `alone`: without its sentence it does not mislead."""

    start: int
    end: int
    kind: str
    score: float
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Picked:
    """The best span of a sentence before calibration: its offsets and the values of CALIBRATION. `misleads`: it must
    not be shown alone."""

    start: int
    end: int
    values: tuple[float, ...]
    misleads: bool


def short_answer(question: str, sentence: str, weights: Mapping[str, float], language: str | None) -> Short | None:
    """The answer to show, or None where none is likely enough, and for yes/no questions.

    `weights`: the idf of the question's terms by stem, as the reader has them. `language`: of the sentence.
    """
    found = short_answers(sought(question, weights), [(sentence, language)])[0]
    return found if found is not None and found.score >= shown_from() else None


def short_answers(asked: Sought, sentences: Sequence[tuple[str, str | None]]) -> list[Short | None]:
    """The best span of each (sentence, language), however unlikely; None where nothing is of the kind asked for.

    A span that would mislead scores just too little to be shown: its sentence may answer all the same.
    """
    fitted = np.array(_data()["calibration"])
    found: list[Short | None] = []
    for one in pick(asked, sentences):
        if one is None:
            found.append(None)
        else:
            score = float(1 / (1 + np.exp(-float(fitted @ np.array(one.values)))))
            score = min(score, math.nextafter(shown_from(), 0)) if one.misleads else score
            found.append(Short(one.start, one.end, asked.type.kind, score, not one.misleads))
    return found


def candidates(asked: Sought, sentence: str, language: str | None) -> list[tuple[int, int]]:
    """The offsets of all spans that could answer, in order."""
    words = read_words(asked, [(sentence, language)])
    first, last = spans(asked, words)
    return list(zip(words.starts[first].tolist(), words.ends[last].tolist(), strict=True))


def pick(asked: Sought, sentences: Sequence[tuple[str, str | None]], weights: Any = None) -> list[Picked | None]:
    """The span with the highest score of each sentence; `weights` in place of the shipped ones (for fitting)."""
    found: list[Picked | None] = [None] * len(sentences)
    if asked.type.kind == "none" or not sentences:
        return found
    words = read_words(asked, sentences)
    first, last = spans(asked, words)
    if not len(first):
        return found
    scores = scored(asked, words, first, last, kind_weights(asked.type.kind) if weights is None else weights)
    rows = words.sentences[first]
    mass = np.bincount(words.sentences, words.flags[:, 0])
    cuts = [*np.flatnonzero(np.diff(rows, prepend=-1)).tolist(), len(rows)]
    kind = asked.type.kind
    for begin, end in zip(cuts, cuts[1:], strict=False):
        own, row = scores[begin:end], int(rows[begin])
        at = int(own.argmax())
        share = float(np.exp(own - own[at]).sum())
        apart = (last[begin:end] < first[begin + at]) | (first[begin:end] > last[begin + at])
        margin = float(own[at] - own[apart].max()) if apart.any() else 5.0
        values = (
            1.0,
            -float(np.log(share)),
            min(5.0, margin),
            float(own[at]) / 5,
            min(1.0, float(mass[row])),
            float(kind in NUMERIC),
            float(kind in NAMES),
            float((sentences[row][1] or "en") == "en"),
        )
        begins, ends = first[begin + at], _clause_end(words, first[begin + at], last[begin + at])
        wrong = misleads(asked.type, sentences[row][0], words, int(begins), int(ends))
        found[row] = Picked(int(words.starts[begins]), int(words.ends[ends]), values, wrong)
    return found


def _clause_end(words: Words, first: int, last: int) -> int:
    """The last word of a clause that begins with "because"; of any other span its own."""
    if words.codes[first] != _BECAUSE:
        return last
    while not _ENDS_CLAUSE[words.codes[last + 1]]:
        last += 1
    return last


def scored(asked: Sought, words: Words, first: Any, last: Any, weights: Any) -> Any:
    """The score of each span (n); `weights` as kind_weights gives them."""
    table = weights[: len(ROLES) * len(SYMBOLS)].reshape(len(ROLES), len(SYMBOLS))
    of_words = table[:, words.codes] + table[:, len(CLASSES) :] @ (words.flags > 0).T
    found = weights[len(ROLES) * len(SYMBOLS) :] @ dense(asked, words, first, last)
    for role, places in enumerate(roles(words, first, last)):
        found += of_words[role, places]
    return found


@lru_cache(maxsize=32)
def kind_weights(kind: str) -> Any:
    """ROLES x SYMBOLS, then DENSE: those of all kinds and of this one together."""
    data = _data()["weights"]
    return np.array(data["all"]) + np.array(data.get(kind, 0.0))


def shown_from() -> float:
    """The score from which a short answer is shown."""
    return float(_data()["shown_from"])


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    if len(data["weights"]["all"]) != len(ROLES) * len(SYMBOLS) + len(DENSE):
        raise ValueError("rag/short/short.json does not fit its features: write it anew with python -m bench.fit_short")
    return data
