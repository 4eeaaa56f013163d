"""Rows of an RTF table, whose cells know only where their right edge is, to rows with the same columns."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

_SAME_EDGE = 30  # twentieths of a point
_MOST_COLUMNS = 200


@dataclass(slots=True)
class RowShape:
    """`edges` are the right edges of the cells, `continued` tells which of them go on with the cell above."""

    left: int = 0
    edges: list[int] = field(default_factory=list)
    continued: list[bool] = field(default_factory=list)


def aligned(rows: list[tuple[RowShape, list[str]]]) -> list[list[str]]:
    """The texts of the cells; one that spans columns or rows stands in each of its places."""
    edges = _columns([edge for shape, _ in rows for edge in (shape.left, *shape.edges)])
    if not edges or len(edges) > _MOST_COLUMNS or any(len(shape.edges) < len(texts) for shape, texts in rows):
        return [texts for _, texts in rows]
    table: list[list[str]] = []
    for shape, texts in rows:
        row = [""] * bisect_left(edges, shape.left - _SAME_EDGE)
        for edge, is_continued, text in zip(shape.edges, shape.continued, texts, strict=False):
            last = max(bisect_left(edges, edge - _SAME_EDGE), len(row) + 1)  # a cell without a width has words too
            while len(row) < last:
                above = table[-1][len(row)] if is_continued and table and len(row) < len(table[-1]) else text
                row.append(above)
        table.append(row)
    return table


def _columns(edges: list[int]) -> list[int]:
    """Edges in rising order, without those that only miss their neighbour."""
    found: list[int] = []
    for edge in sorted(edges):
        if not found or edge - found[-1] > _SAME_EDGE:
            found.append(edge)
    return found
