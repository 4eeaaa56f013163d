"""What is known of a span that may be a short answer: its words, its neighbours, how near the question's are. Pure."""

from __future__ import annotations

from typing import Any

import numpy as np

from rag.short.candidates import FLAGS, Sought, Words, cut_dates
from rag.short.words import CLASSES, FUNCTION, NUMBER_OF, PUNCTUATION, mask

ROLES = ("before2", "before", "first", "last", "after", "after2")
SYMBOLS = (*CLASSES, *FLAGS)
SLOW = 0.3
DENSE = (
    "inside", "any_inside", "nothing_new", "left_far", "right_far", "left_near", "left_head", "left_beside",
    "left_final", "left_inflected", "right_near", "right_head", "right_beside", "right_final", "right_inflected",
    "before", "after", "subject_before", "subject_after", "subject_left_beside", "subject_right_beside",
    "subject_left_inflected", "subject_right_inflected", "by_left", "be_left", "be_right", "called_left",
    "plural_comma", "plural_and", "clause", "at", "first", "log_length", "one", "two", "three", "four_five",
    "six_eight", "longer", "whole_date", "cut_date", "preposition", "has_capital", "has_number",
    "has_time", "has_comma", "has_of", "has_preposition", "has_and", "has_verb", "has_lower", "has_determiner",
    "all_names", "name_share", "cuts_name_left", "cuts_name_right", "cuts_phrase_left", "cuts_phrase_right",
    "cuts_number_left", "cuts_number_right", "quoted", "bracketed", "apposed",
)  # fmt: skip


def roles(words: Words, first: Any, last: Any) -> tuple[Any, ...]:
    """The words in each of ROLES, at most the edge of the sentence."""
    size = len(words.codes)
    goes_on = words.places < np.append(words.places[1:], 0)
    after = last + 1
    return np.maximum(first - 2, 0), first - 1, first, last, after, np.minimum(after + goes_on[after], size - 1)


def dense(asked: Sought, words: Words, first: Any, last: Any) -> Any:
    """The features of the spans (DENSE, n)."""
    codes, flags, sentence = words.codes, words.flags, words.sentences[first]
    edges = np.flatnonzero(words.places == 0)
    held = _summed(flags[:, 0])
    from_edge, to_edge = held[edges], np.append(held[edges[1:]], held[-1])
    total = np.maximum(to_edge - from_edge, 1e-9)[sentence]
    sizes = np.diff(np.append(edges, len(codes)))[sentence]
    inside = (held[last + 1] - held[first]) / total
    before, after = (held[first] - from_edge[sentence]) / total, (to_edge[sentence] - held[last + 1]) / total
    new = _summed(_CONTENT[codes] & (flags[:, 0] == 0))
    left, right, left_far, right_far = _around(words)
    lefts, rights = np.minimum(1.0, left[first]).T, np.minimum(1.0, right[last]).T
    part = np.cumsum(_PARTS[codes])
    to_part = _summed(np.bincount(part, flags[:, 0]))
    clause = (to_part[part[last] + 1] - to_part[part[first]]) / total - inside
    length = last - first + 1
    outside = codes[first - 1], codes[last + 1]
    name, phrase, number = _NAME[codes], _PHRASE[codes], _NUMBER[codes]
    named, full = _summed(name), _summed(_CONTENT[codes])
    share = (named[last + 1] - named[first]) / np.maximum(1, full[last + 1] - full[first])
    counts = _summed(_HELD_OF[codes])
    kept = (counts[last + 1] > counts[first]).T
    plural, subject = float(asked.type.several), float(asked.type.subject)
    begins = np.zeros(len(codes), dtype=int)
    for begin, end in words.dates:
        begins[begin] = end
    columns = (
        inside,
        inside > 0,
        new[last + 1] == new[first],
        left_far[first, 0],
        right_far[last, 0],
        *lefts,
        *rights,
        before,
        after,
        subject * before,
        subject * after,
        subject * lefts[2],
        subject * rights[2],
        subject * lefts[4],
        subject * rights[4],
        (outside[0] == _BY) * (lefts[2] + lefts[4]),
        _BE[outside[0]] * lefts[0],
        _BE[outside[1]] * rights[0],
        (outside[0] == _CALLED) * lefts[0],
        plural * kept[3],
        plural * kept[6],
        clause,
        words.places[first] / sizes,
        words.places[first] == 1,
        np.log(length),
        length == 1,
        length == 2,
        length == 3,
        (length == 4) | (length == 5),
        (length >= 6) & (length <= 8),
        length > 8,
        begins[first] == last,
        cut_dates(words, first, last),
        outside[0] == asked.preposition,
        *kept,
        share == 1,
        share,
        name[first] & name[first - 1],
        name[last] & name[last + 1],
        phrase[first] & _MODIFIER[outside[0]],
        _MODIFIER[codes[last]] & phrase[last + 1],
        number[first] & number[first - 1],
        number[last] & number[last + 1],
        (outside[0] == _QUOTE) & (outside[1] == _QUOTE),
        (outside[0] == _OPEN) & (outside[1] == _CLOSE),
        (outside[0] == _COMMA) & ((outside[1] == _COMMA) | (outside[1] == _END)),
    )
    found = np.empty((len(DENSE), len(first)))
    for row, column in enumerate(columns):
        found[row] = column
    return found


def _summed(values: Any) -> Any:
    """Sums of what stands before each place."""
    return np.concatenate((np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)))


def _around(words: Words) -> tuple[Any, Any, Any, Any]:
    """For each word how much of each flag stands before it and behind it in its sentence, fading with what lies
    between; of the first flag once more, fading slowly."""
    shape = (int(words.sentences[-1]) + 1, int(words.places.max()) + 1)
    at = words.sentences, words.places
    faded = np.zeros(shape)
    faded[at] = _FADE[words.codes]
    faded = np.cumsum(faded, axis=1)[:, :, None]
    marked = np.zeros((*shape, len(FLAGS)))
    marked[at] = words.flags
    return (*_sums(marked, faded, at), *_sums(marked[:, :, :1], SLOW * faded, at))


def _sums(marked: Any, faded: Any, at: tuple[Any, Any]) -> tuple[Any, Any]:
    """What stands before and behind each word, each times e to the minus of the fading between them."""
    grown, shrunk = np.exp(faded), np.exp(-faded)
    left = shrunk * (np.cumsum(grown * marked, axis=1) - grown * marked)
    weighted = shrunk * marked
    right = grown * (np.cumsum(weighted[:, ::-1], axis=1)[:, ::-1] - weighted)
    return np.maximum(0.0, left[at]), np.maximum(0.0, right[at])


_BY, _CALLED, _QUOTE, _OPEN, _CLOSE, _COMMA, _END = (
    NUMBER_OF[name] for name in ("by", "called", "quote", "open", "close", "comma", "end")
)
_BE = mask("be")
_NAME = mask("capital", "acronym", "initial")
_PHRASE = mask("lower", "plural", "abstract", "agent", "quality", "adj", "capital", "acronym", "ing")
_MODIFIER = mask("lower", "agent", "quality", "adj", "abstract", "ly")
_NUMBER = mask("digits", "year", "number", "date", "currency")
_CONTENT = np.array([n not in FUNCTION and n not in PUNCTUATION for n in range(len(CLASSES))])
_PAUSE = mask("comma", "colon", "open", "close", "but", "that", "because", "dash", "end")
_FADE = np.where(_CONTENT, 0.5, np.where(_PAUSE, 0.7, 0.12))
_PARTS = mask("edge", "comma", "colon", "open", "close", "but", "that", "because").astype(int)
_HELD = (
    mask("capital", "acronym", "initial"),
    mask("digits", "year", "number", "date"),
    mask("year", "date", "when", "span"),
    mask("comma"),
    mask("of"),
    mask("in", "by", "to", "from", "for", "with", "as", "between", "time"),
    mask("and", "or"),
    mask("be", "have", "modal", "ed", "that", "verb"),
    mask("lower", "plural", "abstract", "agent", "adj", "quality"),
    mask("det", "own"),
)
_HELD_OF = np.stack(_HELD, axis=1).astype(int)
