"""Words that stand together, which may be the cells of tables, and those that cannot be. All pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from index.loaders.pdf.words import Word

_GAP = 0.7  # between cells, of a line's height
_SAME_ROW = 0.25
_SAME_SIZE = 1.15
_LINE_DROP = 1.6  # from one line to the next
_PROSE_CHARACTERS = 45
_PROSE_LINES = 3
_PROSE_WORDS = 4
_LEADERS = re.compile(r"(?:[.·_] ?){5,}")


@dataclass(frozen=True, slots=True)
class Span:
    """Words without a wide gap."""

    words: tuple[Word, ...]
    left: float
    right: float
    base: float
    height: float

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


Level = list[Span]  # what stands at one height


def spans_of(row: Sequence[Word]) -> list[Span]:
    height = _most_common([word.height for word in row])
    parts: list[list[Word]] = [[row[0]]]
    for before, word in pairwise(row):
        if word.left - before.right > _GAP * height or word.right < before.left:
            parts.append([])
        parts[-1].append(word)
    return [
        Span(
            tuple(part),
            min(word.left for word in part),
            max(word.right for word in part),
            _most_common([word.base for word in part]),
            height,
        )
        for part in parts
    ]


def prose_rows(drawn: Sequence[Sequence[Span]]) -> set[int]:
    """The rows that are no cells: long ones, those with leaders, and the lines of paragraphs."""
    found = {
        index
        for index, spans in enumerate(drawn)
        if (len(spans) == 1 and len(spans[0].text) >= _PROSE_CHARACTERS)
        or any(_LEADERS.search(span.text) for span in spans)
    }
    run: list[int] = []
    for index in range(len(drawn) + 1):
        if index < len(drawn) and run and _goes_on(drawn[run[-1]], drawn[index]):
            run.append(index)
            continue
        words = [len(drawn[each][0].words) for each in run]
        if len(run) >= _PROSE_LINES and median(words) >= _PROSE_WORDS:
            found.update(run)
        run = [index] if index < len(drawn) and len(drawn[index]) == 1 else []
    return found


def _goes_on(before: Sequence[Span], spans: Sequence[Span]) -> bool:
    if len(before) != 1 or len(spans) != 1:
        return False
    drop = before[0].base - spans[0].base
    return 0.5 * spans[0].height < drop < _LINE_DROP * spans[0].height and (
        abs(before[0].left - spans[0].left) < 2 * spans[0].height
    )


def levels_of(spans: Sequence[Span]) -> list[Level]:
    levels: list[Level] = []
    for span in sorted(spans, key=lambda span: -span.base):
        if levels and levels[-1][0].base - span.base <= _SAME_ROW * span.height:
            levels[-1].append(span)
        else:
            levels.append([span])
    return [sorted(level, key=lambda span: span.left) for level in levels]


def same_size(one: Span, other: Span) -> bool:
    small, large = sorted((one.height, other.height))
    return large <= _SAME_SIZE * small


def _most_common(values: Sequence[float]) -> float:
    return Counter(round(value, 1) for value in values).most_common(1)[0][0]
