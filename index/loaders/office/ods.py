"""The sheets of OpenDocument spreadsheets: their cells as they are shown; days are told as ISO days."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.loaders.archive import local_name
from index.loaders.office.grid import Cell, Cells, sheet_lines
from index.loaders.office.odt import comment_text, paragraph_texts
from index.loaders.office.ooxml import child, value
from index.loaders.office.sheets import Sheet

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_WIDEST_REPEAT = 1_000  # of cells with text; empty ones may claim as many as they like
_TALLEST_REPEAT = 1_000
_MOST_SPANS = 1_000
_GROUPS = ("table-header-rows", "table-rows", "table-row-group", "table-column-group")


def sheets(spreadsheet: Element, content: Element) -> Iterator[Sheet]:
    """Those that are not hidden."""
    hidden = _hidden_styles(content)
    for table in spreadsheet:
        if local_name(table) == "table" and value(table, "style-name") not in hidden:
            yield Sheet(value(table, "name"), sheet_lines(_rows(table)))


def _hidden_styles(content: Element) -> set[str]:
    return {
        value(style, "name")
        for style in content.iter()
        if local_name(style) == "style" and value(child(style, "table-properties"), "display") == "false"
    }


def _rows(table: Element) -> Iterator[tuple[int, Cells]]:
    number = 0
    spans: list[tuple[int, int, int, Cell]] = []  # last row, first column, last column, what stands there
    stack = list(reversed(table))
    while stack:
        line = stack.pop()
        if local_name(line) in _GROUPS:
            stack.extend(reversed(line))
        elif local_name(line) == "table-row":
            repeated = _count(line, "number-rows-repeated")
            spans = [span for span in spans if span[0] > number][:_MOST_SPANS]
            cells = _cells(line, number + 1, spans)
            for copy in range(min(repeated, _TALLEST_REPEAT) if cells else 0):
                yield number + 1 + copy, dict(cells)
            number += repeated


def _cells(line: Element, number: int, spans: list[tuple[int, int, int, Cell]]) -> Cells:
    cells: Cells = {}
    column = 1
    for element in line:
        if local_name(element) not in ("table-cell", "covered-table-cell"):
            continue
        repeated = _count(element, "number-columns-repeated")
        if local_name(element) == "covered-table-cell":
            for covered in range(column, column + min(repeated, _WIDEST_REPEAT)):
                above = next((cell for _, first, last, cell in spans if first <= covered <= last), None)
                if above is not None:
                    cells[covered] = above
        elif (cell := _cell(element)).text:
            cells.update(dict.fromkeys(range(column, column + min(repeated, _WIDEST_REPEAT)), cell))
            wide, high = _count(element, "number-columns-spanned"), _count(element, "number-rows-spanned")
            if wide > 1 or high > 1:
                spans.append((number + high - 1, column, column + wide - 1, cell._replace(is_copy=True)))
        column += repeated
    return cells


def _cell(element: Element) -> Cell:
    kind = value(element, "value-type")
    shown = " ".join(" ".join(paragraph_texts(element)).split())
    note = child(element, "annotation")
    said = f" [{comment_text(note)}]" if note is not None and comment_text(note) else ""
    if kind == "date":
        day = value(element, "date-value").removesuffix("T00:00:00").replace("T", " ")
        return Cell((day or shown) + said, "date")
    if kind in ("float", "percentage", "currency"):
        return Cell((shown or value(element, "value")) + said, "number")
    return Cell((shown + said).strip(), "date" if kind == "time" else "text")


def _count(element: Element, attribute: str) -> int:
    given = value(element, attribute)
    return max(int(given), 1) if given.isdecimal() and len(given) < 9 else 1
