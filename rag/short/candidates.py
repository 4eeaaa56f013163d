"""The spans of sentences that may be a short answer, and the words they are made of. Pure, in linear time.

Sentences are read many at once: their words stand one behind the other, each sentence with an edge before and behind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from index.terms import stems
from rag.facts.dates import expressions
from rag.reading.cues import family
from rag.short.amounts import other_amounts
from rag.short.answer_type import AnswerType, answer_type
from rag.short.answer_words import Wanted
from rag.short.words import CLASSES, FUNCTION, NUMBER_OF, NUMERIC, PUNCTUATION, TIMES, mask, word_class

MOST_WORDS = 250
LONGEST: dict[Wanted, int] = {
    **{"number": 7, "percent": 5, "money": 6, "date": 8, "duration": 9, "age": 6, "person": 10, "place": 10},
    **{"name": 12, "sort": 12, "manner": 14, "thing": 14, "reason": 18, "action": 14},
}
PREFIX = 5
LIKE = 0.7
FLAGS = ("asked", "head", "beside", "final", "inflected")
_WORD = re.compile(r"\d+(?:[.,:–]\d+)*(?:st|nd|rd|th|s)?(?!\w)|[^\W_]+(?:['’.&][^\W_]+)*|[^\w\s]|_")
_POSSESSIVE = ("'s", "’s")


@dataclass(frozen=True, slots=True)
class Sought:
    """A question made ready for many sentences. `weights`: of its terms by stem, together 1; `prefixes`: of how they
    begin; `heads`, `beside` and `final`: stems of the words of that role; `words`: as written."""

    type: AnswerType
    weights: Mapping[str, float]
    prefixes: Mapping[str, float]
    heads: frozenset[str]
    beside: frozenset[str]
    final: frozenset[str]
    words: frozenset[str]
    preposition: int


@dataclass(frozen=True, slots=True)
class Words:
    """Of each word, edges included: `starts` and `ends` in its sentence, `codes` (its class), `flags` (words, FLAGS),
    `sentences` (which one it stands in), `places` (where in it, the edge being 0), `other` (part of an amount that is
    not of the kind asked for). `dates`: first and last words."""

    starts: Any
    ends: Any
    codes: Any
    flags: Any
    sentences: Any
    places: Any
    other: Any
    dates: tuple[tuple[int, int], ...]


def sought(question: str, weights: Mapping[str, float]) -> Sought:
    """`weights`: idf by index term, as the reader has them."""
    kind = answer_type(question)
    total = sum(weights.values()) or 1.0
    own = {family(term): weight / total for term, weight in weights.items()}
    prefixes = {term[:PREFIX]: LIKE * weight for term, weight in own.items() if len(term) >= PREFIX}
    words = _WORD.findall(question[:MOST_CHARACTERS].lower())
    prepositions = [
        found for word in words[:3] + words[-3:] if (found := word_class(word, kind.language, True)) in _PREPOSITIONS
    ]
    content = [stem for word in words if (stem := _stem(word, kind.language)) in own]
    return Sought(
        kind,
        own,
        prefixes,
        frozenset(_stem(word, kind.language) for word in kind.heads),
        frozenset(_stem(word, kind.language) for word in kind.beside),
        frozenset(content[-1:]),
        frozenset(words),
        prepositions[0] if prepositions else -1,
    )


def read_words(asked: Sought, sentences: Sequence[tuple[str, str | None]]) -> Words:
    """The words of (sentence, language); of a sentence that holds nothing of the kind asked for only the edges."""
    starts: list[int] = []
    ends: list[int] = []
    codes: list[int] = []
    flags: list[tuple[int, int, float]] = []
    dates: list[tuple[int, int]] = []
    others: list[int] = []
    sizes = []
    gate = GATES.get(asked.type.kind)
    for text, language in sentences:
        words = _split(text)
        classes = [word_class(text[s:e], language, n == 0) for n, (s, e) in enumerate(words)]
        found = _dates(text, words, classes) if asked.type.kind in _TIMED else []
        if gate is not None and gate.isdisjoint(classes):
            words, classes, found = [], [], []
        offset = len(codes) + 1
        dates += [(first + offset, last + offset) for first, last in found]
        barred = other_amounts(asked.type, text, language) if words else []
        others += [n + offset for n, (s, e) in enumerate(words) if any(a <= s and e <= b for a, b in barred)]
        _flag(asked, text, language, words, classes, offset, flags)
        starts += [0, *(start for start, _ in words), len(text)]
        ends += [0, *(end for _, end in words), len(text)]
        codes += [_EDGE, *classes, _EDGE]
        sizes.append(len(words) + 2)
    marked = np.zeros((len(codes), len(FLAGS)))
    if flags:
        at, column, value = zip(*flags, strict=True)
        marked[list(at), list(column)] = value
    other = np.isin(np.arange(len(codes)), others)
    sentence_of = np.repeat(np.arange(len(sizes)), sizes)
    before = np.cumsum(sizes) - sizes
    places = np.arange(len(codes)) - before[sentence_of]
    return Words(np.array(starts), np.array(ends), np.array(codes), marked, sentence_of, places, other, tuple(dates))


def spans(asked: Sought, words: Words) -> tuple[Any, Any]:
    """First and last words of the spans (n each): they begin and end as phrases do, close what brackets they open, and
    hold something of the kind asked for."""
    kind = asked.type.kind
    codes, size = words.codes, len(words.codes)
    opens = np.flatnonzero(_OPENS[codes])
    steps = np.arange(LONGEST.get(kind, 0))
    last = np.minimum(opens[:, None] + steps, size - 1)
    depth = np.cumsum(_BRACKET[codes])
    stops = np.cumsum(_STOP[codes])
    fits = _CLOSES[codes][last] & (stops[last] == stops[opens][:, None])
    fits &= depth[last] == (depth - _BRACKET[codes])[opens][:, None]
    gate = _GATE_OF.get(kind)
    if gate is not None:
        right = gate[codes] * ~words.other
        held = np.cumsum(right)
        fits &= held[last] > (held - right)[opens][:, None]
    rows, columns = np.nonzero(fits)
    first = opens[rows]
    last = first + steps[columns]
    if not asked.type.heads:  # "which year" takes a part of a date
        whole = ~cut_dates(words, first, last)
        return first[whole], last[whole]
    return first, last


def cut_dates(words: Words, first: Any, last: Any) -> Any:
    """Whether a span begins or ends inside a date."""
    date_of = np.zeros(len(words.codes), dtype=int)
    for number, (begin, end) in enumerate(words.dates, 1):
        date_of[begin : end + 1] = number
    begins = np.array([0, *(begin for begin, _ in words.dates)])
    stops = np.array([0, *(end for _, end in words.dates)])
    late, early = date_of[first], date_of[last]
    return ((late > 0) & (first > begins[late])) | ((early > 0) & (last < stops[early]))


def _split(text: str) -> list[tuple[int, int]]:
    """The words as offsets; a possessive is parted from its word: the answer is the name alone."""
    words: list[tuple[int, int]] = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        if end - start > 2 and text[end - 2 : end] in _POSSESSIVE:
            words += [(start, end - 2), (end - 2, end)]
        else:
            words.append((start, end))
        if len(words) >= MOST_WORDS:
            break
    return words


@lru_cache(maxsize=65_536)
def _stem(word: str, language: str | None) -> str:
    found = stems(word, language)
    return family(found[0]) if found else ""


def _flag(
    asked: Sought,
    text: str,
    language: str | None,
    words: Sequence[tuple[int, int]],
    classes: Sequence[int],
    offset: int,
    flags: list[tuple[int, int, float]],
) -> None:
    """Adds (word, flag, value): how far each word is one of the question's, and which of them."""
    weights, prefixes = asked.weights, asked.prefixes
    for at, (start, end) in enumerate(words):
        if classes[at] in _IDLE:
            continue
        word = text[start:end]
        stem = _stem(word, language)
        weight = weights.get(stem) or prefixes.get(stem[:PREFIX])
        if weight:
            flags.append((at + offset, 0, weight))
            if stem in asked.final:
                flags.append((at + offset, 3, 1.0))
            if word.lower() not in asked.words:
                flags.append((at + offset, 4, 1.0))
        if stem in asked.heads:
            flags.append((at + offset, 1, 1.0))
        if stem in asked.beside:
            flags.append((at + offset, 2, 1.0))


def _dates(text: str, words: Sequence[tuple[int, int]], classes: list[int]) -> list[tuple[int, int]]:
    """The date expressions as (first word, last word); digits in them become those of a date."""
    found = []
    at = 0
    for start, end, _ in expressions(text):
        while at < len(words) and words[at][1] <= start:
            at += 1
        begin = at
        while at < len(words) and words[at][0] < end:
            if classes[at] == _DIGITS:
                classes[at] = _DATE
            at += 1
        if at > begin:
            found.append((begin, at - 1))
    return found


MOST_CHARACTERS = 2_000
_EDGE, _DATE, _DIGITS = (NUMBER_OF[name] for name in ("edge", "date", "digits"))
_IDLE = FUNCTION | PUNCTUATION
_PREPOSITIONS = frozenset(NUMBER_OF[name] for name in ("in", "of", "by", "to", "from", "for", "with", "as", "between"))
_TIMED = ("date", "duration", "age")
GATES: dict[Wanted, frozenset[int]] = {
    **dict.fromkeys(("money", "age"), NUMERIC),
    "percent": frozenset((NUMBER_OF["unit"], NUMBER_OF["number"])),
    "number": NUMERIC | {NUMBER_OF["unit"]},
    "date": TIMES | NUMERIC,
    "duration": TIMES,
}
_GATE_OF = {
    kind: np.array([number in gate for number in range(len(CLASSES))], dtype=int) for kind, gate in GATES.items()
}
_OPENS = ~mask("edge", "comma", "colon", "dash", "close", "mark", "end", "and", "or", "but")
_CLOSES = ~mask(
    *("edge", "comma", "colon", "dash", "open", "mark", "end", "currency", "det", "of", "by", "to", "for", "with"),
    *("as", "between", "and", "or", "but", "that", "because", "modal", "own", "have", "be"),
)
_STOP = mask("edge", "colon").astype(int)
_BRACKET = mask("open").astype(int) - mask("close").astype(int)
