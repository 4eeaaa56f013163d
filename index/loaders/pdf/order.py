"""The order in which the lines of a page are read.

A page is drawn in reading order as a rule: down a column, then up to the next one. Each move up, or far down,
starts a run; whole runs are put where they belong, and runs that lie inside each other are read row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.loaders.pdf.lines import Line
from index.loaders.pdf.words import FROM_RIGHT

_UP = 0.5  # of a line's height
_DOWN = 4.0
_SAME_ROW = 0.25
_CELL = 0.35  # of the width of all text
_MOST_RUNS = 150
_MOST_LINES = 2_000

Run = list[Line]


def in_reading_order(page: Sequence[Line]) -> list[Line]:
    """The lines of a page; one that is read from the right comes as if it were read from the left."""
    runs = _runs(_mirrored(page))
    if len(runs) > _MOST_RUNS or len(page) > _MOST_LINES:  # a drawing: there is no order to find
        return [line for run in runs for line in run]
    ordered: list[Run] = []
    for run in _merged(runs):
        place = next((index for index, other in enumerate(ordered) if _is_above(run, other)), len(ordered))
        ordered.insert(place, run)
    return [line for run in ordered for line in run]


def _mirrored(page: Sequence[Line]) -> list[Line]:
    from_right = sum(len(FROM_RIGHT.findall(line.text)) for line in page)
    if not from_right or 2 * from_right <= sum(1 for line in page for char in line.text if char.isalpha()):
        return list(page)
    return [replace(line, left=-line.right, right=-line.left) for line in page]


def _runs(lines: Sequence[Line]) -> list[Run]:
    runs: list[Run] = []
    for line in lines:
        if not runs or not _follows(runs[-1][-1], line):
            runs.append([])
        runs[-1].append(line)
    return runs


def _follows(before: Line, line: Line) -> bool:
    height = max(line.height, before.height)
    return before.turn == line.turn and -_DOWN * height < line.base - before.base < _UP * height


def _merged(runs: Sequence[Run]) -> list[Run]:
    """Runs that lie inside a longer one become part of it."""
    width = max((line.right for run in runs for line in run), default=0.0)
    width -= min((line.left for run in runs for line in run), default=0.0)
    kept = sorted(range(len(runs)), key=lambda index: -len(runs[index]))
    hosts: dict[int, Run] = {}
    for index in kept:
        run = runs[index]
        host = next((each for each, lines in hosts.items() if _lies_inside(run, lines, width)), None)
        if host is None:
            hosts[index] = run
        else:
            hosts[host] = _by_rows([*hosts[host], *run])
    return [hosts[index] for index in sorted(hosts)]


def _lies_inside(run: Run, host: Run, width: float) -> bool:
    """Whether a run is a part of another: between its lines, or a cell in each of some of its rows."""
    if run[0].turn != host[0].turn or run[0].base > host[0].base + 1 or run[-1].base < host[-1].base - 1:
        return False
    partners = [[each for each in host if abs(each.base - line.base) <= _SAME_ROW * line.height] for line in run]
    beside = [not any(_overlap(line, each) for each in row) for line, row in zip(run, partners, strict=True)]
    if all(beside) and all(partners):
        return all(each.right - each.left < _CELL * width for row in partners for each in row)
    low, high = run[-1].base - 2 * run[-1].height, run[0].base + 2 * run[0].height
    near = [each for each in host if low <= each.base <= high]
    crossed = sum(1 for line in run if any(_overlap(line, each) for each in near))
    return 2 * crossed > len(run) and not any(
        _overlap(line, each) and abs(line.base - each.base) < _UP * line.height for line in run for each in near
    )


def _by_rows(lines: Sequence[Line]) -> Run:
    rows: list[Run] = []
    for line in sorted(lines, key=lambda line: -line.base):
        if rows and abs(rows[-1][0].base - line.base) <= _SAME_ROW * line.height:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [_one_line(sorted(row, key=lambda line: line.left)) for row in rows]


def _one_line(row: Run) -> Line:
    first, *rest = row
    for line in rest:
        gap = max(first.gap, line.gap, line.left - first.right)
        first = replace(first, text=f"{first.text} {line.text}", right=max(first.right, line.right), gap=gap, cells=())
    return first


def _is_above(run: Run, other: Run) -> bool:
    """Wholly, and not beside it."""
    if run[0].turn != other[0].turn:
        return False
    spans = [(min(line.left for line in each), max(line.right for line in each)) for each in (run, other)]
    across = min(spans[0][1], spans[1][1]) - max(spans[0][0], spans[1][0])
    return across > 0 and run[-1].base > other[0].base + _UP * min(run[-1].height, other[0].height)


def _overlap(one: Line, other: Line) -> bool:
    return min(one.right, other.right) > max(one.left, other.left)
