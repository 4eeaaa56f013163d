"""Tables of HTML pages: those that hold data, with every spanning cell repeated, and those that only place things."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_INSIDE_LAYOUT_TABLES = "table, h1, h2, h3, h4, h5, h6, article, main"
_SEARCHED_ABOVE = 100
_WIDEST_SPAN = 100


def layout_tables(root: LexborNode) -> set[int]:
    """The ids in memory of those that hold headings or further tables: they only place things on the page."""
    found: set[int] = set()
    if root.css_first("table") is None:
        return found
    for node in root.css(_INSIDE_LAYOUT_TABLES):
        parent = node.parent
        for _ in range(_SEARCHED_ABOVE):
            if parent is None or parent.tag == "table":
                break
            parent = parent.parent
        if parent is not None and parent.tag == "table":
            found.add(parent.mem_id)
    return found


def is_layout(table: LexborNode) -> bool:
    """Whether a table without headings or tables inside still holds no data."""
    if table.attributes.get("role") in ("presentation", "none"):
        return True
    if table.css_first("pre") is not None and len(table.css("tr")) == 1:
        return True  # code beside its line numbers
    return bool(table.css("p + p")) and not table.css("th")


def table_rows(table: LexborNode, cell_text: Callable[[LexborNode], str]) -> tuple[list[list[str]], bool | None]:
    """The cells, and whether the first row that is no title is a header (None: nothing tells)."""
    rows: list[list[str]] = []
    carried: dict[int, tuple[int, str]] = {}  # column: rows still to fill, text
    header: bool | None = None
    for line in table.css("tr"):
        row: list[str] = []
        for cell in line.css("td, th"):
            _fill(row, carried)
            text = cell_text(cell)
            for _ in range(_span(cell, "colspan") if len(row) < _WIDEST_SPAN else 1):
                if (below := _span(cell, "rowspan") - 1) > 0:
                    carried[len(row)] = (below, text)
                row.append(text)
        _fill(row, carried)
        rows.append(row)
        if header is None and len(set(row)) > 1:  # rows above are titles
            header = not line.css("td")
    return rows, header if table.css("th") else None


def _fill(row: list[str], carried: dict[int, tuple[int, str]]) -> None:
    while (column := len(row)) in carried:
        left, text = carried.pop(column)
        if left > 1:
            carried[column] = (left - 1, text)
        row.append(text)


def _span(cell: LexborNode, attribute: str) -> int:
    value = cell.attributes.get(attribute) or "1"
    return min(max(int(value), 1), _WIDEST_SPAN) if re.fullmatch(r"[0-9]{1,6}", value) else 1
