"""The rows of a table as text, in the form that tables of all formats have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.loaders.builder import table_lines
from index.loaders.pdf.hyphens import Usage
from index.loaders.pdf.layout import seam
from index.loaders.pdf.lines import Line
from index.loaders.pdf.table_rules import names_columns

_SAME_PLACE = 3.0  # points


@dataclass(frozen=True, slots=True)
class Header:
    """The names of a table's columns, and where these start."""

    names: tuple[str, ...]
    columns: tuple[float, ...]


def table_text(block: Sequence[Line], known: Usage, before: Header | None = None) -> tuple[str, Header | None]:
    """One line a row, and the names in it; `before` names the columns of a table that may go on here."""
    rows = [[_cell(lines, block[0], known) for lines in line.cells] for line in block]
    header = None
    if len(rows) > 1 and names_columns(rows, block[0].bold and not any(line.bold for line in block[1:])):
        header = Header(tuple(rows.pop(0)), block[0].columns)
    elif before is not None and _goes_on(before, block[0].columns):
        header = before
    # The empty cell at the end keeps a row of equal cells from being taken for one cell over all columns.
    padded = [[*row, ""] for row in ([header.names] if header else []) + rows]
    return "\n".join(table_lines(padded, header is not None)), header


def _goes_on(before: Header, columns: Sequence[float]) -> bool:
    return len(before.columns) == len(columns) and all(
        abs(one - other) <= _SAME_PLACE for one, other in zip(before.columns, columns, strict=True)
    )


def _cell(lines: Sequence[str], row: Line, known: Usage) -> str:
    text = ""
    blank = False
    for line in lines:
        words = line.rstrip(" ")
        if text:
            text, between = seam(text, replace(row, blank=blank), replace(row, text=words), known)
            text += between
        text += words
        blank = words != line
    return text
