"""Tables without lines around their cells, found from where the words stand. All pure.

Words with wide gaps between them are cells; cells that stand below each other, with the same gaps left free in each
row, are columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from index.loaders.pdf.lines import Cell, Line, lines_of, shown_words, table_line
from index.loaders.pdf.spans import Level, Span, levels_of, prose_rows, same_size, spans_of
from index.loaders.pdf.table_rules import aligned, holds_numbers, is_number, is_table
from index.loaders.pdf.words import FROM_RIGHT, HYPHEN, Word

Row = Sequence[Cell]

_RIVER = 0.45  # between columns
_ROW_DROP = 2.7  # from one row to the next
_CLOSER = 0.85  # the lines of a cell are closer to each other than rows
_MOST_SPANS = 4_000
_MOST_LEVELS = 300
_MOST_HEADER_LINES = 3
_RETRIES = 8

Columns = list[tuple[float, float]]


def with_tables(rows: Sequence[Sequence[Word]], tables: Sequence[Sequence[Row]] = ()) -> list[Line]:
    """The lines of a page; those of a table stand where its first word is drawn."""
    taken = {id(word) for table in tables for word in _words(table)}
    left = [[word for word in row if id(word) not in taken] for row in rows] if taken else rows
    found = [*tables, *found_tables([row for row in left if row])]
    if not found:
        return lines_of(rows)
    table_of = {id(word): number for number, table in enumerate(found) for word in _words(table)}
    lines: list[Line] = []
    told: set[int] = set()
    for row in rows:
        for number in dict.fromkeys(table_of[id(word)] for word in row if id(word) in table_of):
            if number not in told:
                told.add(number)
                places = _places(found[number])
                lines.extend(table_line(each, places) for each in found[number])
        lines.extend(lines_of([rest] if (rest := [word for word in row if id(word) not in table_of]) else []))
    return lines


def found_tables(rows: Sequence[Sequence[Word]]) -> Iterator[list[Row]]:
    drawn = [spans_of(row) for row in rows if not any(word.turn for word in row)]
    if sum(map(len, drawn)) > _MOST_SPANS or _is_from_right(rows):
        return
    prose = prose_rows(drawn)
    levels = levels_of([span for index, spans in enumerate(drawn) if index not in prose for span in spans])
    barriers = [span for index in prose for span in drawn[index]]
    at = 0 if len(levels) <= _MOST_LEVELS else len(levels)
    while at < len(levels):
        group, columns = _grown(levels[at:], barriers)
        table = _table(group, columns) if len(group) > 1 and len(columns) > 1 else []
        if table:
            yield [*_header_above(levels[:at], group[0], columns, barriers), *table]
            levels[at : at + len(group)] = []
            continue
        at += max(1, len(group) // _RETRIES)  # a table may start further down


def _is_from_right(rows: Sequence[Sequence[Word]]) -> bool:
    words = [word for row in rows for word in row]
    return 2 * sum(1 for word in words if FROM_RIGHT.search(word.text)) > len(words)


def _grown(levels: Sequence[Level], barriers: Sequence[Span]) -> tuple[list[Level], Columns]:
    """The levels from the first one on whose cells stand in columns, and where these are."""
    group = [levels[0]]
    columns = [(span.left, span.right) for span in levels[0]]
    if len(columns) < 2:
        return group, columns
    for level in levels[1:]:
        height = level[0].height
        drop = group[-1][0].base - level[0].base
        if drop > _ROW_DROP * height or not same_size(group[-1][0], level[0]) or not same_size(level[0], level[-1]):
            break
        wider = _widened(columns, level)
        if not wider or _is_barred(group[-1][0].base, level[0].base, wider, barriers):
            break
        group.append(level)
        columns = wider
    while len(group) > 1 and len(group[-1]) == 1 and not _rests(group[-1], columns):
        group.pop()
    return group, columns


def _header_above(above: Sequence[Level], first: Level, columns: Columns, barriers: Sequence[Span]) -> list[Row]:
    """Names that start or end elsewhere than what stands below them, one between the neighbours of each column."""
    if not above or len(above[-1]) != len(columns) or any(is_number(span.text) for span in above[-1]):
        return []
    level = above[-1]
    lefts, rights = [left for left, _ in columns[1:]], [right for _, right in columns[:-1]]
    drop = level[0].base - first[0].base
    fits = all(span.right < left for span, left in zip(level, lefts, strict=False)) and all(
        span.left > right for span, right in zip(level[1:], rights, strict=True)
    )
    is_far = drop > _ROW_DROP * first[0].height or _is_barred(level[0].base, first[0].base, columns, barriers)
    return [[[span.words] for span in level]] if fits and not is_far and same_size(level[0], first[0]) else []


def _is_barred(high: float, low: float, columns: Columns, barriers: Sequence[Span]) -> bool:
    left, right = columns[0][0], columns[-1][1]
    return any(low - 1 < each.base < high + 1 and each.left < right and each.right > left for each in barriers)


def _widened(columns: Columns, level: Level) -> Columns:
    """The columns with the cells of one more level; nothing if these do not fit in."""
    room = _RIVER * level[0].height
    result = list(columns)
    taken: set[int] = set()
    for span in level:
        over = [at for at, (left, right) in enumerate(result) if span.left < right + room and span.right > left - room]
        if len(over) > 1 or taken.intersection(over):
            return []
        if over:
            left, right = result[over[0]]
            result[over[0]] = (min(left, span.left), max(right, span.right))
            taken.add(over[0])
        else:
            at = sum(1 for left, _ in result if left < span.left)
            result.insert(at, (span.left, span.right))
            taken = {each + (each >= at) for each in taken} | {at}
    return result if all(one[1] + room <= other[0] for one, other in pairwise(result)) else []


def _rests(level: Level, columns: Columns) -> bool:
    """Whether a line that stands alone may be the rest of a cell: it is not in the first column."""
    return level[0].left >= columns[1][0] - 1


def _table(group: Sequence[Level], columns: Columns) -> list[Row]:
    placed = [_placed(level, columns) for level in group]
    height = group[0][0].height
    for column in zip(*placed, strict=True):
        spans = [span for span in column if span is not None]
        if not aligned([span.left for span in spans], [span.right for span in spans], height):
            return []
    rows = _joined(placed, [level[0].base for level in group], height)
    texts = [[" ".join(map(shown_words, cell)) for cell in row] for row in rows]
    first, *rest = [[word.bold for cell in row for line in cell for word in line] for row in rows]
    return rows if is_table(texts, all(first) and not any(map(all, rest))) else []


def _placed(level: Level, columns: Columns) -> list[Span | None]:
    return [next((span for span in level if left <= span.left <= right), None) for left, right in columns]


def _joined(placed: Sequence[Sequence[Span | None]], bases: Sequence[float], height: float) -> list[Row]:
    """Levels to rows: the further lines of a cell go where it starts."""
    drops = [high - low for high, low in pairwise(bases)]
    apart = [drop for drop, level in zip(drops, placed[1:], strict=True) if level[0] is not None]
    usual = median(apart) if apart else 0.0
    head = _header_lines(placed, drops, height)
    rows: list[list[list[tuple[Word, ...]]]] = []
    for at, level in enumerate(placed):
        goes_on = 0 < at < head or (at > head and _is_rest(level, placed[at - 1], drops[at - 1], usual))
        if not goes_on:
            rows.append([[] for _ in level])
        for cell, span in zip(rows[-1], level, strict=True):
            if span is not None:
                cell.append(span.words)
    return [tuple(tuple(cell) for cell in row) for row in rows]


def _header_lines(placed: Sequence[Sequence[Span | None]], drops: Sequence[float], height: float) -> int:
    """How many levels the names of the columns take: all above the first number, if they are close."""
    texts = [[span.text if span else "" for span in level] for level in placed]
    numeric = [at for at, column in enumerate(zip(*texts, strict=True)) if holds_numbers(column)]
    count = next((at for at, row in enumerate(texts) if any(is_number(row[each]) for each in numeric)), 0)
    is_close = all(drop < 1.25 * height for drop in drops[: max(count - 1, 0)])
    is_apart = count < 2 or drops[count - 1] >= drops[0] - 0.1
    return count if 1 < count <= _MOST_HEADER_LINES and is_close and is_apart else 1


def _is_rest(level: Sequence[Span | None], above: Sequence[Span | None], drop: float, usual: float) -> bool:
    filled = [at for at, span in enumerate(level) if span is not None]
    if level[0] is not None or any(is_number(span.text) for span in level if span is not None):
        return False
    if drop < _CLOSER * usual:
        return True
    before, span = above[filled[0]], level[filled[0]]
    if len(filled) > 1 or before is None or span is None:
        return False
    return span.text[:1].islower() or before.text.endswith(("-", HYPHEN))


def _words(table: Sequence[Row]) -> Iterator[Word]:
    return (word for row in table for cell in row for line in cell for word in line)


def _places(table: Sequence[Row]) -> tuple[float, ...]:
    """Where the columns start."""
    columns = zip(*table, strict=True)
    lefts = ([word.left for cell in column for line in cell for word in line] for column in columns)
    return tuple(round(min(each), 1) if each else -1.0 for each in lefts)
