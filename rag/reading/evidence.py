"""What speaks for a sentence as an answer: features, most of them from 0 to about 1. Pure.

The vectors of an embedder that reads only English mean little in other languages: there its features stand apart, with
weights of their own ("foreign").
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from rag.questions.question import Asked
from rag.reading.cues import family, fitness, is_fragment, points_back
from rag.reading.rows import Range, measures, row_fit

if TYPE_CHECKING:
    from rag.reading.matching import Array, Match, QuestionTokens
    from rag.reading.sentences import Sentence
    from rag.short.answer import Short

NAMES = (
    *("match", "match_foreign", "match_asking", "match_least", "match_passage", "match_before", "near"),
    *("meaning", "meaning_foreign", "covered", "covered_foreign", "covered_before", "covered_title", "both"),
    *("spelled", "spelled_foreign", "pairs", "passage", "rank", "fits", "row", "points_back", "length", "fragment"),
    *("short", "brief", "speaker"),
)
NEAR = 0.5
BRIEF = 5
_WORD = re.compile(r"\w+")


class Analyze(Protocol):
    """The index terms of a text, those of the question by their keys."""

    def __call__(self, text: str, language: str | None = None) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question as its sentences are judged: `weights` of its terms, `words` as it writes them with the same weights,
    `tokens` None where no model reads them."""

    asked: Asked
    text: str
    weights: Mapping[str, float]
    words: Mapping[str, float]
    tokens: QuestionTokens | None


def features(
    wanted: Wanted,
    sentences: Sequence[Sentence],
    matches: Match | None,
    shorts: Sequence[Short | None],
    analyze: Analyze,
) -> Array:
    """An array (sentences, features) in the order of NAMES; `shorts` is the best short answer of each."""
    import numpy as np

    measured = measures(wanted.text)
    found = [_worded(wanted, sentence, measured, analyze) for sentence in sentences]
    columns = {name: np.array([one[name] for one in found], dtype=np.float64) for name in found[0]} if found else {}
    zeros = np.zeros(len(sentences))
    if matches is not None and wanted.tokens is not None and len(sentences):
        columns |= _matched(wanted.tokens, sentences, matches)
        columns["both"] = columns["covered_all"] * np.maximum(matches.meaning, 0.0)
    columns["short"] = np.array([0.0 if one is None else one.score for one in shorts])
    believed = np.array([_believed(sentence) for sentence in sentences], dtype=np.float64)
    if wanted.asked.kind == "person":  # elsewhere names cannot be told from nouns
        columns["short"] *= np.maximum(columns["fits"] > 0, 1 - believed)
    for name in ("match", "meaning", "covered", "spelled"):
        whole = columns.get(name, zeros)
        columns[name], columns[f"{name}_foreign"] = whole * believed, whole * (1 - believed)
    return np.stack([columns.get(name, zeros) for name in NAMES], axis=1)


def _matched(tokens: QuestionTokens, sentences: Sequence[Sentence], matches: Match) -> dict[str, Array]:
    import numpy as np

    best, total = matches.best, tokens.weights.sum() or 1.0
    whole = best @ tokens.weights / total
    before = np.zeros(len(sentences))
    passage = np.zeros_like(best)
    for rows in _by_hit(sentences):
        passage[rows] = best[rows].max(axis=0)
        for earlier, row in zip(rows, rows[1:], strict=False):
            before[row] = np.maximum(best[earlier], best[row]) @ tokens.weights / total - whole[row]
    least = best[:, tokens.content] if tokens.content.any() else best
    return {
        "match": whole,
        "match_asking": best @ tokens.asking / max(1, tokens.asking.sum()),
        "match_least": least.min(axis=1) if least.shape[1] else np.zeros(len(sentences)),
        "match_passage": passage @ tokens.weights / total,
        "match_before": before,
        "near": (best > NEAR) @ tokens.weights / total,
        "meaning": matches.meaning,
    }


def measured_terms(measured: Sequence[Range], analyze: Analyze) -> frozenset[str]:
    """The terms of a question's quantities: a row whose range holds one says them in other words."""
    return frozenset(map(family, analyze(" ".join(one.said for one in measured))))


def _worded(wanted: Wanted, sentence: Sentence, measured: Sequence[Range], analyze: Analyze) -> dict[str, float]:
    language, hit = sentence.hit.document.language, sentence.hit
    stems = analyze(sentence.text, language)
    row = row_fit(measured, sentence.text, language)
    own = frozenset(map(family, stems)) | (measured_terms(measured, analyze) if row > 0 else frozenset())
    before = frozenset(family(stem) for text in sentence.before for stem in analyze(text, language))
    title = frozenset(map(family, analyze("\n".join((hit.document.title, *hit.passage.headings)), language)))
    total = sum(wanted.weights.values()) or 1.0
    covered = _share(wanted.weights, own, total)
    covered_before = _share(wanted.weights, before - own, total)
    covered_title = _share(wanted.weights, title - own - before, total)
    speaker = frozenset(map(family, analyze(sentence.speaker, language))) if sentence.speaker else frozenset()
    points, length = points_back(sentence.text), len(_WORD.findall(sentence.text))
    return {
        "covered": covered,
        "covered_before": covered_before,
        "covered_title": covered_title,
        "covered_all": covered + covered_before + covered_title,
        "spelled": spelled(wanted.words, sentence.text),
        "pairs": _pairs(analyze(wanted.text, language), stems),
        "passage": hit.score,
        "rank": 1 / (1 + sentence.rank),
        "fits": fitness(wanted.asked, sentence.text, wanted.weights, lambda text: analyze(text, language), language),
        "row": float(row),
        "points_back": covered_before * points,
        "length": math.log(1 + length),
        "brief": float(length < BRIEF),
        "speaker": _share(wanted.weights, speaker - own, total),
        "fragment": float(is_fragment(sentence.text)),
    }


def spelled(words: Mapping[str, float], text: str) -> float:
    """The weighted share of the words that the text holds, compounds and inflections in part: by common trigrams."""
    total = sum(words.values())
    theirs = {word: _trigrams(word) for word in set(_WORD.findall(text.lower()))}
    held = 0.0
    for word, weight in words.items():
        mine, best = _trigrams(word), 0.0
        for other, grams in theirs.items():
            common = len(mine & grams)
            if common:
                long = len(word) >= LONG_WORD and len(other) >= LONG_WORD
                best = max(best, common / min(len(mine), len(grams)) if long else 2 * common / (len(mine) + len(grams)))
        held += weight * best**1.5
    return held / total if total else 0.0


LONG_WORD = 5


@lru_cache(maxsize=20_000)
def _trigrams(word: str) -> frozenset[str]:
    word = f"^{word}$"
    return frozenset(word[at : at + 3] for at in range(len(word) - 2))


def _share(weights: Mapping[str, float], held: frozenset[str], total: float) -> float:
    return sum(weight for term, weight in weights.items() if family(term) in held) / total


def _pairs(asked: Sequence[str], said: Sequence[str]) -> float:
    """The share of the question's neighbouring words that are neighbours in the sentence too."""
    wanted = set(zip(asked, asked[1:], strict=False))
    return len(wanted & set(zip(said, said[1:], strict=False))) / max(1, len(wanted))


def _believed(sentence: Sentence) -> bool:
    return sentence.hit.document.language in (None, "en")


def _by_hit(sentences: Sequence[Sentence]) -> list[list[int]]:
    """The rows of the sentences of each passage, in their order."""
    rows: dict[int, list[int]] = {}
    for row, sentence in enumerate(sentences):
        rows.setdefault(sentence.rank, []).append(row)
    return list(rows.values())
