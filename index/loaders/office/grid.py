"""Sheets to text: finds the tables among the rows of a sheet and says each row with the names of its columns.

Works row by row, so that a sheet of any length is never held as a whole.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from typing import Literal, NamedTuple

_LOOK = 1_000  # rows that are looked at to find the header and tables side by side
_HEADER_WITHIN = 12  # rows above it may tell what the table is
_LONGEST_NAME = 100
_FEWEST_NAMED = 0.75
_FEWEST_OF_A_FORM = 3
_YEARS = range(1800, 2201)


class Cell(NamedTuple):
    """What a reader sees in a cell. `is_copy`: the cell on the left or above, merged with this one, says it already."""

    text: str
    kind: Literal["text", "number", "date"] = "text"
    is_copy: bool = False


Cells = dict[int, Cell]  # by column; empty ones are left out


class Line(NamedTuple):
    """A line of a sheet's text; `starts_block` when it does not go on with the table of the line before."""

    text: str
    starts_block: bool


class _Names(NamedTuple):
    """The names of columns, with how many rows at the top of a table they and what stands above them take."""

    by_column: dict[int, str]
    above: int
    rows: int


def sheet_lines(rows: Iterable[tuple[int, Cells]]) -> Iterator[Line]:
    """`rows` come with rising row numbers; those without cells may be left out."""
    names: dict[int, str] = {}
    block: list[Cells] = []
    is_open, last = False, 0  # open: the table is longer than what was looked at
    for number, cells in rows:
        if not cells:
            continue
        if number > last + 1 and (block or is_open):
            names = yield from _finished(block, names, is_open)
            block, is_open = [], False
        last = number
        block.append(cells)
        if len(block) >= _LOOK:
            if not is_open:
                found = _find_names(block)
                names = yield from _table(block, found or _continued(block, names))
                is_open = True
            else:
                yield from _rows(block, names, False)
            block = []
    if block:
        yield from _finished(block, names, is_open)


def _finished(block: list[Cells], names: dict[int, str], is_open: bool) -> Generator[Line, None, dict[int, str]]:
    """The rest of a table; gives back the names of its columns."""
    if is_open:
        yield from _rows(block, names, False)
        return names
    parts = list(_side_by_side(block))
    for part in parts:
        found = _find_names(part) or (_continued(part, names) if len(parts) == 1 else None)
        names = yield from _table(part, found)
    return names


def _table(block: list[Cells], names: _Names | None) -> Generator[Line, None, dict[int, str]]:
    above = names.above if names else 0
    for number, row in enumerate(block[:above]):
        yield Line(_unnamed(row), number == 0)
    if names is None:
        for number, row in enumerate(block):
            yield Line(_unnamed(row), number == 0)
        return {}
    yield from _rows(block[above + names.rows :], names.by_column, above == 0)
    return names.by_column


def _rows(block: list[Cells], names: dict[int, str], starts_block: bool) -> Iterator[Line]:
    for number, row in enumerate(block):
        yield Line(_named(row, names) if names else _unnamed(row), starts_block and number == 0)


def _named(row: Cells, names: dict[int, str]) -> str:
    first = min(row)
    if len(row) > 1 and all(cell.is_copy for column, cell in row.items() if column != first):
        return row[first].text  # a title across the table
    pairs: list[str] = []
    for column, cell in sorted(row.items()):
        pair = _pair(names.get(column, ""), cell.text)
        if not (cell.is_copy and pairs and pairs[-1] == pair):
            pairs.append(pair)
    return "; ".join(pairs)


def _pair(name: str, text: str) -> str:
    return f"{name.removesuffix(':')}: {text}" if name else text


def _unnamed(row: Cells) -> str:
    """Two cells of which the first ends with a colon are a name and its value."""
    shown = [cell.text for _, cell in sorted(row.items()) if not cell.is_copy]
    if len(shown) == 2 and shown[0].endswith(":"):
        return " ".join(shown)
    return " | ".join(shown or [row[min(row)].text])


def _find_names(block: list[Cells]) -> _Names | None:
    """The first row that names the columns of what is below it."""
    for place in range(min(_HEADER_WITHIN, len(block) - 1)):
        row = block[place]
        own = sum(not cell.is_copy for cell in row.values())
        if 1 < own < len(row) and place + 2 < len(block) and _is_header(block[place + 1], block[place + 2 :], row):
            return _Names(_joined(row, block[place + 1]), place, 2)
        if _is_header(row, block[place + 1 :]):
            return _Names({column: cell.text for column, cell in row.items()}, place, 1)
    return None


def _is_header(row: Cells, body: list[Cells], above: Cells | None = None) -> bool:
    shown = {column: cell for column, cell in row.items() if not cell.is_copy}
    used = {column for line in body[:50] for column in line}
    if len(row) < 2 or len(shown) < (2 if above is None else 1) or (len(shown) < len(row) and len(body) < 2):
        return False
    first = min(used | set(row))
    if first in row and not any(first in line for line in body[:50]):
        return False
    told = set(row) | set(above or ())
    missing = used - told - {first}  # the corner above the names of rows may be empty
    if len(missing) > (1 - _FEWEST_NAMED) * len(used):
        return False
    if not all(_is_name(cell, column, body) for column, cell in shown.items()):
        return False
    names = [cell.text for cell in shown.values()]
    is_distinct = len(set(names)) == len(names) or (above is not None and len(set(_joined(above, row).values())) > 1)
    return is_distinct and not (above is None and len(used | set(row)) == 2 and _is_form(row, body))


def _is_name(cell: Cell, column: int, body: list[Cells]) -> bool:
    if len(cell.text) > _LONGEST_NAME:
        return False
    if cell.kind == "text":
        return any(map(str.isalnum, cell.text)) or cell.text == "#"
    below = [line[column] for line in body[:20] if column in line]
    if cell.kind == "date":
        return bool(below) and all(other.kind == "number" for other in below)
    return _is_year(cell) and not any(_is_year(other) for other in below)


def _is_year(cell: Cell) -> bool:
    return cell.text.isdecimal() and len(cell.text) == 4 and int(cell.text) in _YEARS


def _is_form(row: Cells, body: list[Cells]) -> bool:
    """Two columns that hold a name and its value in each row: the values are of different kinds."""
    name, value = sorted({column for line in body for column in line} | set(row))
    if any(line[name].text.endswith(":") for line in (row, *body) if name in line):
        return True
    with_digit = [any(map(str.isdigit, line[value].text)) for line in body if value in line]
    return len(with_digit) >= _FEWEST_OF_A_FORM and 0.25 < sum(with_digit) / len(with_digit) < 0.75


def _joined(above: Cells, row: Cells) -> dict[int, str]:
    """Names in two rows: what the merged cells of the first say of several columns stands before the second's."""
    return {
        column: " ".join(dict.fromkeys(line[column].text for line in (above, row) if column in line))
        for column in sorted(set(above) | set(row))
    }


def _continued(block: list[Cells], names: dict[int, str]) -> _Names | None:
    """An empty row inside a table: what comes after it has the same columns and no header of its own."""
    wide = [len(row) > 1 for row in block]
    if not names or not any(wide) or any(column not in names for row in block for column in row):
        return None
    return _Names(names, wide.index(True), 0)


def _side_by_side(block: list[Cells]) -> Iterator[list[Cells]]:
    """Tables that an empty column parts, each with a header of its own; else the block as it is."""
    used = sorted({column for row in block for column in row})
    groups: list[range] = []
    start = used[0]
    for column, following in zip(used, [*used[1:], used[-1] + 2], strict=True):
        if following > column + 1:
            groups.append(range(start, column + 1))
            start = following
    parts = [_without_gaps(block, columns) for columns in groups]
    if len(parts) > 1 and all(_find_names(part) for part in parts):
        yield from parts
    else:
        yield block


def _without_gaps(block: list[Cells], columns: range) -> list[Cells]:
    rows = ({column: cell for column, cell in row.items() if column in columns} for row in block)
    return [row for row in rows if row]
