"""Hyphens at line ends: "for-" and "mation" are one word, "well-" and "known" keep theirs. The document tells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from index.loaders.pdf.lines import Line
from index.loaders.pdf.words import HYPHEN

_HYPHENS = (HYPHEN, "-", "\u2010")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_HEAD = re.compile(r"(?:[^\W\d_]+[-\u2010])*[^\W\d_]+$")
_TAIL = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_HABIT = 2
_SHORT_HEAD = 3
_LONG_TAIL = 6


@dataclass(frozen=True, slots=True)
class Usage:
    """How a document writes: its words with their counts, what stands before hyphens, whether it breaks words at line
    ends, and whether it draws the blanks between words there."""

    words: Counter[str] = field(default_factory=Counter)
    before_hyphens: Counter[str] = field(default_factory=Counter)
    breaks_words: bool = False
    draws_blanks: bool = False


def usage(lines: Iterable[Line]) -> Usage:
    """Of all lines of a document, in order; words that line ends cut are not counted."""
    words: Counter[str] = Counter()
    before: Counter[str] = Counter()
    breaks: list[tuple[str, str]] = []
    head: str | None = None
    draws_blanks = False
    for each in lines:
        line = each.text
        draws_blanks = draws_blanks or each.blank
        found = [match[0].casefold().replace("\u2010", "-") for match in _WORD.finditer(line)]
        if head is not None and found:
            breaks.append((head, found.pop(0)))
        head = found.pop() if ends_with_hyphen(line) and found else None
        words.update(found)
        for word in found:
            first, *rest = word.split("-")
            if rest:
                before[first] += 1
                words.update((first, *rest))
    cut = sum(1 for head, tail in breaks if words[head + tail] or not words[tail])
    return Usage(words, before, cut >= _HABIT, draws_blanks)


def ends_with_hyphen(line: str) -> bool:
    return line.endswith(_HYPHENS) and line[-2:-1].isalpha()


def is_one_word(line: str, following: str, known: Usage) -> bool:
    """Whether the hyphen between the lines is only there because the line ends."""
    head, tail = _HEAD.search(line), _TAIL.match(following)
    if head is None or tail is None or not _same_case(head[0], tail[0]):
        return False
    left, right = (part[0].casefold().replace("\u2010", "-") for part in (head, tail))
    last, first = left.rpartition("-")[2], right.partition("-")[0]
    hyphened = known.words[f"{left}-{right}"] + known.words[f"{last}-{first}"]
    joined = max(known.words[left + right], known.words[last + first])
    if hyphened or joined:
        return joined >= hyphened
    if known.before_hyphens[last] or not known.breaks_words:
        return False
    if known.words[last]:
        whole = len(first) >= _LONG_TAIL or known.words[first] > 0
        return not whole or (len(last) <= _SHORT_HEAD and "-" not in left)
    return True


def _same_case(head: str, tail: str) -> bool:
    return tail[0].islower() or (len(tail) > 1 and tail.isupper() and head.isupper()) or not tail[0].isupper()
