"""Tables with lines drawn around their cells. All pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from index.loaders.pdf.lines import Cell, shown_words
from index.loaders.pdf.rulings import Ruling
from index.loaders.pdf.table_rules import is_number, is_ruled_table
from index.loaders.pdf.words import FROM_RIGHT, Word

_TOUCH = 3.0  # points
_MOST_RULINGS = 600
_MOST_CELLS = 3_000
_MIDDLE = 0.3  # of a word, from its base line up
_SAME_LINE = 0.4
_SAME_BASE = 2.0  # points
_LEAST_FILLED = 0.5
_MOST_CROSSED = 0.05
_INSIDE = 1.5  # points

Row = Sequence[Cell]


def ruled_tables(rows: Sequence[Sequence[Word]], rulings: Sequence[Ruling]) -> list[list[Row]]:
    words = [word for row in rows for word in row]
    from_right = sum(1 for word in words if FROM_RIGHT.search(word.text))
    if len(rulings) > _MOST_RULINGS or 2 * from_right > len(words) or any(word.turn for word in words):
        return []
    return [table for group in _groups(rulings) if (table := _table(words, group))]


def _groups(rulings: Sequence[Ruling]) -> list[list[Ruling]]:
    """Lines that cross or touch, directly or over others."""
    left = list(rulings)
    groups = []
    while left:
        group, waiting = [], [left.pop()]
        while waiting:
            one = waiting.pop()
            group.append(one)
            touching = [other for other in left if _touches(one, other)]
            left = [other for other in left if not _touches(one, other)]
            waiting.extend(touching)
        groups.append(group)
    return groups


def _touches(one: Ruling, other: Ruling) -> bool:
    if one.is_upright == other.is_upright:
        return False
    return one.start - _TOUCH <= other.at <= one.end + _TOUCH and other.start - _TOUCH <= one.at <= other.end + _TOUCH


def _table(words: Sequence[Word], group: Sequence[Ruling]) -> list[Row]:
    """Nothing if it is no table."""
    upright, level = ([each for each in group if each.is_upright is wanted] for wanted in (True, False))
    xs, ys = _places(upright, level), _places(level, upright)
    if len(xs) < 3 or len(ys) < 3 or len(xs) * len(ys) > _MOST_CELLS:
        return []
    fields = [(column, band) for column in range(len(xs) - 1) for band in range(len(ys) - 1)]
    starts = {field: _start(*field, xs, ys, upright, level) for field in fields}
    cells: dict[tuple[int, int], list[Word]] = {}
    crossed = 0
    for word in words:
        column = bisect_right(xs, (word.left + word.right) / 2) - 1
        band = bisect_right(ys, word.base + _MIDDLE * word.height) - 1
        if (column, band) in starts:
            cells.setdefault(starts[column, band], []).append(word)
            crossed += any(_crosses(word, line) for line in upright)
    if len(cells) < _LEAST_FILLED * len(set(starts.values())) or crossed > _MOST_CROSSED * sum(
        map(len, cells.values())
    ):
        return []
    bands: list[Row] = [
        [_lines(cells.get((column, band), ())) for column in range(len(xs) - 1)]
        for band in reversed(range(len(ys) - 1))
    ]
    used = [at for at in range(len(xs) - 1) if any(band[at] for band in bands)]
    rows = [row for band in bands if any(band) for row in _rows_inside([band[at] for at in used])]
    texts = [[" ".join(map(shown_words, cell)) for cell in row] for row in rows]
    return rows if is_ruled_table(texts) else []


def _crosses(word: Word, line: Ruling) -> bool:
    """Lines go through the words of a drawing, not through those of a table."""
    middle = word.base + _MIDDLE * word.height
    return word.left + _INSIDE < line.at < word.right - _INSIDE and line.start < middle < line.end


def _places(lines: Sequence[Ruling], crossing: Sequence[Ruling]) -> list[float]:
    """Where lines are drawn, and where those that cross them end: there may be no line around the table."""
    places = sorted({round(each.at, 1) for each in lines})
    if not places or not crossing:
        return []
    low, high = min(each.start for each in crossing), max(each.end for each in crossing)
    return [*([low] if low < places[0] - _TOUCH else []), *places, *([high] if high > places[-1] + _TOUCH else [])]


def _start(
    column: int, band: int, xs: Sequence[float], ys: Sequence[float], upright: Sequence[Ruling], level: Sequence[Ruling]
) -> tuple[int, int]:
    """The first field, at the left and top, of the cell that a field is part of."""
    while column and not _is_drawn(upright, xs[column], (ys[band] + ys[band + 1]) / 2):
        column -= 1
    while band < len(ys) - 2 and not _is_drawn(level, ys[band + 1], (xs[column] + xs[column + 1]) / 2):
        band += 1
    return column, band


def _is_drawn(lines: Sequence[Ruling], at: float, across: float) -> bool:
    return any(abs(line.at - at) < 0.1 and line.start <= across <= line.end for line in lines)


def _lines(words: Sequence[Word]) -> list[list[Word]]:
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: -word.base):
        if lines and lines[-1][0].base - word.base <= _SAME_LINE * max(word.height, lines[-1][0].height):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.left) for line in lines]


def _rows_inside(band: Row) -> Iterator[Row]:
    """The rows between two lines, if only some rows have lines between them: numbers do not go on in a next line."""
    bases = [[line[0].base for line in cell] for cell in band]
    longest = max(bases, key=len)
    like_it = [at for at, each in enumerate(bases) if len(each) == len(longest) and _are_near(each, longest)]
    has_numbers = any(all(is_number(shown_words(line)) for line in band[at]) for at in like_it)
    if len(longest) < 2 or len(like_it) < 2 or not has_numbers:
        yield band
        return
    others = [each for each in bases if each and len(each) < len(longest)]
    if any(len(each) > 1 for each in others):
        yield band
        return
    for number in range(len(longest)):
        yield [
            cell[number : number + 1] if at in like_it else (cell if not number else ()) for at, cell in enumerate(band)
        ]


def _are_near(one: Sequence[float], other: Sequence[float]) -> bool:
    return all(abs(base - near) <= _SAME_BASE for base, near in zip(one, other, strict=True))
