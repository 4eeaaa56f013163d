"""What tells a table from other text that stands in columns. All pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from statistics import median

Grid = Sequence[Sequence[str]]  # rows of as many cells; empty ones are ""

_LEAST_ROWS = 3
_FILLED = 0.5
_SAYING = 0.6
_LEAST_FILLED_RULED = 0.4
_LEAST_CELLS = 4
_LONGEST_CELL = 600
_WORDY = 5  # words
_LONGEST_NAME = 60
_LONGEST_NUMBER = 30
_MOSTLY = 0.7
_FORM = 0.3
_NUMBER = re.compile(
    r"[^\w\s]*(?:[A-Z]{1,3}(?=[$€£¥])|[A-Z]{3}\s)?[^\w\s]*\s?\d(?:[\d.,:/%+±()*–−-]|\s(?=\d{3}(?!\d)))*\s?[^\W\d_]{0,3}[%)*.]*|[–—-]|n/?a",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]{3}|[\u0e00-\u0eff\u3040-\u9fff\uac00-\ud7a3]")
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s?[/–-]\s?\d{2,4})?\*?")
_MARKER = re.compile(r"[^\w\s]{1,2}|[([]?(?:\d{1,3}(?:\.\d{1,3})*|[a-z]|[ivx]{1,4})[.)\]]*", re.I)
_PAGE = re.compile(r"\d{1,4}|[ivxlc]{1,7}", re.I)
_CODE = re.compile(r"[{};]\s*$|//|/\*|:=|=>|->|==|\w\(.*\)\s*[:;]$|^\s*#include|</?\w+[^>]*>")


def is_table(grid: Grid, is_named: bool = False) -> bool:
    """Whether cells that stand below each other are a table, if no lines are drawn between them.

    `is_named`: the first row, and no other, is in bold letters.
    """
    columns = list(zip(*grid, strict=True))
    filled = [[cell for cell in column if cell] for column in columns]
    if len(grid) < _LEAST_ROWS or len(columns) < 2 or min(map(len, filled)) < 2:
        return False
    if sum(map(len, filled)) < _FILLED * len(grid) * len(columns):
        return False
    if not (is_named or any(map(holds_numbers, columns))) or not _says_something(grid):
        return False
    wordy = sum(median(len(cell.split()) for cell in column) >= _WORDY for column in filled)
    return wordy <= 1 and not _is_something_else(grid, filled)


def is_ruled_table(grid: Grid) -> bool:
    """The same, with lines drawn between the cells."""
    cells = [cell for row in grid for cell in row]
    filled = list(filter(None, cells))
    if len(grid) < 2 or len(grid[0]) < 2 or len(filled) < _LEAST_CELLS:
        return False
    if len(filled) < _LEAST_FILLED_RULED * len(cells):
        return False
    return max(map(len, filled)) <= _LONGEST_CELL and _says_something(grid) and not (is_form(grid) or _is_code(grid))


def _says_something(grid: Grid) -> bool:
    """Most cells hold words or a number; the letters in a drawing are no words."""
    cells = [cell for row in grid for cell in row if cell]
    return sum(is_number(cell) or bool(_WORD.search(cell)) for cell in cells) > _SAYING * len(cells)


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
    between = list(zip(*grid, strict=True))[1:-1]
    if not all(map(_PAGE.fullmatch, last)) or any(map(holds_numbers, between)):
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
    return len(cell) <= _LONGEST_NUMBER and bool(_NUMBER.fullmatch(cell.strip()))


def names_columns(grid: Grid, is_bold: bool = False) -> bool:
    """Whether the first row names the columns: words in bold or above numbers, all different, none in vain."""
    columns = list(zip(*grid, strict=True))
    first = next((at for at, cell in enumerate(grid[0]) if cell), 0)
    named = columns[first:]
    names = [column[0] for column in named]
    if first > 2 or len(set(names)) < len(names) or not all(any(column[1:]) for column in named):
        return False
    if not all(map(_is_name, names)) or any(_YEAR.fullmatch(each[0]) and not _names_numbers(each) for each in named):
        return False
    return is_bold or any(map(_names_numbers, named))


def _is_name(text: str) -> bool:
    is_word = any(map(str.isalpha, text)) and not is_number(text)
    return len(text) <= _LONGEST_NAME and (is_word or bool(_YEAR.fullmatch(text)))


def _names_numbers(column: Sequence[str]) -> bool:
    is_year = bool(_YEAR.fullmatch(column[0]))
    return holds_numbers(column) and not (is_year and any(map(_YEAR.fullmatch, column[1:])))


def aligned(lefts: Sequence[float], rights: Sequence[float], height: float) -> bool:
    """Whether most of the cells of a column start, end or are centred at the same place."""
    if len(lefts) < _LEAST_ROWS:
        return True
    centres = [(left + right) / 2 for left, right in zip(lefts, rights, strict=True)]
    return any(_at_one_place(places, height) for places in (lefts, rights, centres))


def _at_one_place(places: Sequence[float], height: float) -> bool:
    ordered = sorted(places)
    near = 0.6 * height
    most = max(bisect_right(ordered, place + near) - at for at, place in enumerate(ordered))
    return most >= _MOSTLY * len(places)
