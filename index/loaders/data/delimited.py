"""Tables as text (.csv, .tsv and their kin): one line a row, "Name: value; Name: value" when the columns are named.

Rows are read one by one: a table of 200 MB as a list of rows would take several GB.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.loaders.builder import table_lines, unify_newlines
from index.loaders.content import Content
from index.loaders.data.stretches import in_stretches
from index.loaders.encoding import decode
from index.loaders.metadata import from_pairs

_DELIMITERS = "\t;|,"  # a comma may also stand in numbers and prose
_NONE = "\x1f"
_SAMPLE_ROWS = 200
_SAMPLE_CHARACTERS = 200_000
_FEWEST_ALIKE = 0.5
_MOST_TITLES = 10
_MOST_FIELD = 10_000_000
_MOST_LINES_OF_A_ROW = 1_000
_MOST_CHARACTERS_OF_A_ROW = 1_000_000
_MOST_BROKEN_QUOTES = 100
_MOST_NULS = 0.01
_DECLARED = re.compile(r'"?sep=(.)"?[ \t]*(?:\n|\Z)', re.I)

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class _Layout:
    """`names` are those of the columns, empty where the table has none; `skip` rows stand above the first of data."""

    titles: tuple[str, ...]
    names: tuple[str, ...]
    skip: int


def load(data: bytes) -> Content:
    """Raises UnreadableFile: not text or too large, the latter also while the parts are made."""
    length = len(data)
    text = unify_newlines(decode(_without_nuls(data)))
    start = 0
    if declared := _DECLARED.match(text):
        start = declared.end()
    delimiter = declared[1] if declared else _delimiter(text)
    csv.field_size_limit(_MOST_FIELD)
    columns = _usual_width(_sample(text, start, delimiter))
    layout = _layout(_sample(text, start, delimiter), columns)

    def lines() -> Iterator[str]:
        yield from layout.titles
        rows = _rows(text, start, delimiter, columns)
        for _ in range(layout.skip):
            next(rows)
        for row in rows:
            yield _line(layout.names, row)

    metadata = from_pairs([("title", layout.titles[0])]) if layout.titles else None
    suffix = ".tsv" if delimiter == "\t" else ".csv"
    return in_stretches(lines(), "\n", suffix, length, metadata)


def _without_nuls(data: bytes) -> bytes:
    """A few NULs are what a database wrote for nothing; many are another encoding, or no text."""
    few = 0 < data.count(b"\0") <= _MOST_NULS * len(data)
    return data.replace(b"\0", b"") if few else data


def _delimiter(text: str) -> str:
    """The sign that gives most rows the same number of cells, if it does so for half of them."""
    best, best_share = _NONE, 0.0
    for delimiter in _DELIMITERS:
        widths = Counter(map(len, _sample(text, 0, delimiter)))
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        if width == 1:  # titles, or prose with a few of these signs
            width, count = max(((w, c) for w, c in widths.items() if w > 1), key=lambda item: item[1], default=(1, 0))
        share = count / max(widths.total(), 1) if width > 1 else 0.0
        if share > best_share and share >= _FEWEST_ALIKE:
            best, best_share = delimiter, share
    return best


def _sample(text: str, start: int, delimiter: str) -> list[list[str]]:
    """The first rows that are not empty."""
    head = text[start : start + _SAMPLE_CHARACTERS]
    rows: list[list[str]] = []
    for row in _rows(head, 0, delimiter, 0):
        if any(row):
            rows.append(row)
        if len(rows) == _SAMPLE_ROWS:
            return rows
    return rows[:-1] if len(text) - start > len(head) and len(rows) > 2 else rows


def _usual_width(rows: list[list[str]]) -> int:
    return Counter(map(len, rows)).most_common(1)[0][0] if rows else 0


def _layout(rows: list[list[str]], columns: int) -> _Layout:
    titles: list[str] = []
    while (
        columns > 1
        and len(titles) < min(_MOST_TITLES, len(rows) - 1)
        and len(filled := _filled(rows[len(titles)])) == 1
    ):
        titles.extend(filled)
    body = [[" ".join(cell.split()) for cell in row] for row in rows[len(titles) :]]
    while len(body) > 1 and all(row and not row[-1] for row in body):  # each line ends in the delimiter
        body = [row[:-1] for row in body]
    if len(body) < 2 or columns < 2 or not _has_header(body):
        return _Layout(tuple(titles), (), len(titles))
    return _Layout(tuple(titles), tuple(body[0]), len(titles) + 1)


def _has_header(body: list[list[str]]) -> bool:
    """By the rule for all tables; a name that comes again below as a value is none."""
    for column, name in enumerate(body[0]):
        if name and any(len(row) > column and row[column] == name for row in body[1:]):
            return False
    if len(set(body[0])) == 1:
        return False
    # A row of equal values is no title here, which it would be where one cell may span several columns.
    values = [row if len(set(row)) > 1 else [*row[:-1], f"{row[-1]}."] for row in body[1:50] if len(row) > 1]
    return len(values) > 0 and len(table_lines([body[0], *values])) == len(values)


def _filled(row: Row) -> list[str]:
    return [" ".join(cell.split()) for cell in row if cell.strip()]


def _line(names: Row, row: Row) -> str:
    cells = [" ".join(cell.split()) for cell in row]
    if not names:
        return " | ".join(filter(None, cells))
    named = (f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=False) if cell)
    return "; ".join([*named, *filter(None, cells[len(names) :])])


def _rows(text: str, start: int, delimiter: str, columns: int) -> Iterator[list[str]]:
    """The rows that are not empty. A quote that is opened and never closed counts as a sign like others.

    A row may go on over many lines; when it does without giving the usual number of `columns`, while its first line
    does, it was no quoted cell.
    """
    position, broken = start, 0
    while position < len(text):
        line, following = _next_line(text, position)
        row: list[str] | None = None
        if '"' not in line:
            row = _split(line, delimiter)
        elif broken < _MOST_BROKEN_QUOTES:
            row, end = _quoted(text, position, delimiter)
            is_long = end != following
            if row is None or (is_long and len(row) != columns > 0 and len(_split(line, delimiter)) == columns):
                row, broken = None, broken + 1
            else:
                following = end
        if row is None:
            row = _split(line, delimiter)
        position = following
        if any(map(str.strip, row)):
            yield row


def _quoted(text: str, position: int, delimiter: str) -> tuple[list[str] | None, int]:
    """The row at `position` and where the next starts; None when it does not end within the limits."""
    end, lines = position, 0

    def source() -> Iterator[str]:
        nonlocal end, lines
        while end < len(text):
            lines += 1
            if lines > _MOST_LINES_OF_A_ROW or end - position > _MOST_CHARACTERS_OF_A_ROW:
                raise _Overrun
            line, end = _next_line(text, end)
            yield line + "\n"
        raise _Overrun

    try:
        row = next(csv.reader(source(), delimiter=delimiter, skipinitialspace=True))
    except (csv.Error, _Overrun):
        return None, position
    return row, end


class _Overrun(Exception):
    pass


def _split(line: str, delimiter: str) -> list[str]:
    return line.split(delimiter)


def _next_line(text: str, position: int) -> tuple[str, int]:
    end = text.find("\n", position)
    return (text[position:], len(text)) if end < 0 else (text[position:end], end + 1)
