"""What tells a table from other text that stands in columns. All pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

Grid = Sequence[Sequence[str]]  # rows of as many cells; empty ones are ""

_LEAST_ROWS = 3
_LEAST_TEXT_ROWS = 4  # where no column holds numbers
_LEAST_TEXT_COLUMNS = 3
_LEAST_FILLED = 0.5
_WORDY = 5  # words
_LONGEST_NAME = 60
_MOSTLY = 0.7
_FORM = 0.3
_NUMBER = re.compile(r"(?:[^\w\s]|[A-Z]{2,3}\s?|[$€£¥])*\d[\d\s.,:/%+±()*–−-]*\s?[^\W\d_]{0,3}[%)*.]?|[–—-]|n/?a", re.I)
_MARKER = re.compile(r"[^\w\s]{1,2}|[([]?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)\]]*", re.I)
_PAGE = re.compile(r"\d{1,4}|[ivxlc]{1,7}", re.I)
_CODE = re.compile(r"[{};]\s*$|//|/\*|:=|=>|->|==|\w\(.*\)\s*[:;]?$|^\s*#include|</?\w+[^>]*>")


def is_table(grid: Grid) -> bool:
    """Whether cells that stand below each other are a table, if no lines are drawn between them."""
    columns = list(zip(*grid, strict=True))
    filled = [[cell for cell in column if cell] for column in columns]
    if len(grid) < _LEAST_ROWS or len(columns) < 2 or min(map(len, filled)) < 2:
        return False
    if sum(map(len, filled)) < _LEAST_FILLED * len(grid) * len(columns):
        return False
    has_numbers = any(map(holds_numbers, columns))
    if not has_numbers and (len(grid) < _LEAST_TEXT_ROWS or len(columns) < _LEAST_TEXT_COLUMNS):
        return False
    wordy = sum(median(len(cell.split()) for cell in column) >= _WORDY for column in filled)
    return wordy <= (1 if has_numbers else 0) and not _is_something_else(grid, filled)


def _is_something_else(grid: Grid, filled: Sequence[Sequence[str]]) -> bool:
    return is_form(grid) or _is_list(filled) or _is_contents(grid) or _is_code(grid) or _names_people(grid)


def is_form(grid: Grid) -> bool:
    """Labels with their values."""
    labelled = sum(any(cell.endswith(":") for cell in row[:-1]) for row in grid)
    return labelled > _FORM * len(grid)


def _is_list(filled: Sequence[Sequence[str]]) -> bool:
    marked = [all(_MARKER.fullmatch(cell) for cell in column) for column in filled]
    return marked[0] and (len(filled) == 2 or not any(map(str.isalnum, "".join(filled[0]))))


def _is_contents(grid: Grid) -> bool:
    """Titles with the numbers of their pages, which go up."""
    last = [row[-1] for row in grid if row[-1]]
    if not all(map(_PAGE.fullmatch, last)):
        return False
    numbers = [int(each) for each in last if each.isdecimal()]
    has_titles = sum(any(map(str.isalpha, "".join(row[:-1]))) for row in grid) > _MOSTLY * len(grid)
    return numbers == sorted(numbers) and has_titles


def _is_code(grid: Grid) -> bool:
    return sum(any(map(_CODE.search, row)) for row in grid) > _FORM * len(grid)


def _names_people(grid: Grid) -> bool:
    """The authors of a paper stand beside each other, with their addresses below."""
    return any(sum("@" in cell for cell in row) > 1 for row in grid)


def holds_numbers(column: Sequence[str]) -> bool:
    """Most of the cells are numbers, but for a name on top."""
    body = [cell for cell in column[1:] if cell]
    numbers = sum(map(is_number, body))
    return numbers >= 2 and numbers >= _MOSTLY * len(body)


def is_number(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell.strip()))


def names_numbers(grid: Grid) -> bool:
    """Whether the first row names the columns: words above numbers, all different, none in vain."""
    columns = list(zip(*grid, strict=True))
    names = [column[0] for column in columns[0 if grid[0][0] else 1 :]]
    if len(set(names)) < len(names) or any(column[0] and not any(column[1:]) for column in columns):
        return False
    if not all(len(name) <= _LONGEST_NAME and any(map(str.isalpha, name)) for name in names):
        return False
    is_named = any(holds_numbers(column) and not any(map(str.isdigit, column[0])) for column in columns if column[0])
    return is_named and not any(map(is_number, grid[0]))


def aligned(lefts: Sequence[float], rights: Sequence[float], height: float) -> bool:
    """Whether most of the cells of a column start, end or are centred at the same place."""
    if len(lefts) < _LEAST_ROWS:
        return True
    centres = [(left + right) / 2 for left, right in zip(lefts, rights, strict=True)]
    return any(_at_one_place(places, height) for places in (lefts, rights, centres))


def _at_one_place(places: Sequence[float], height: float) -> bool:
    most = max(sum(abs(place - other) <= 0.3 * height for place in places) for other in places)
    return most >= _MOSTLY * len(places)


def most_common(values: Sequence[float]) -> float:
    return Counter(round(value, 1) for value in values).most_common(1)[0][0]
