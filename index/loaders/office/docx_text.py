"""What is shown of a piece of a Word document: its words, the notes it refers to, the boxes and tables in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from index.loaders.archive import local_name
from index.loaders.builder import table_lines
from index.loaders.office.docx_math import formula
from index.loaders.office.ooxml import child, value

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

WRAPPERS = frozenset("sdt sdtContent customXml ins moveTo smartTag AlternateContent Choice body".split())
NOTE_KINDS = {"footnoteReference": "footnote", "endnoteReference": "endnote", "commentReference": "comment"}
_NOT_SHOWN = frozenset("pPr rPr sdtPr del moveFrom Fallback txbxContent rt".split())
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_OFF = ("0", "false", "off")
_WIDEST_SPAN = 100

Row = list["Element"]


def shown(root: Element) -> Iterator[Element]:
    """The element and all in it that a reader sees, in order; text boxes are asked for by themselves."""
    stack = [root]
    while stack:
        element = stack.pop()
        tag = local_name(element)
        if tag not in _NOT_SHOWN and not (tag == "r" and _is_hidden(element)):
            yield element
            if tag != "oMath":
                stack.extend(reversed(element))


def text_of(root: Element) -> str:
    pieces = []
    before = ""
    for element in shown(root):
        tag = local_name(element)
        if tag == "t":
            pieces.append(element.text or "")
        elif tag == "oMath":
            pieces.append(" " * (before == tag) + formula(element))
        else:
            pieces.append(_SIGNS.get(tag, ""))
        before = tag
    return "".join(pieces)


def notes_in(root: Element) -> list[tuple[str, str]]:
    """The notes and comments a paragraph or a table refers to: kind and id, in order."""
    return [(NOTE_KINDS[tag], value(each, "id")) for each in shown(root) if (tag := local_name(each)) in NOTE_KINDS]


def text_boxes(paragraph: Element) -> Iterator[Element]:
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        if local_name(element) == "txbxContent":
            yield element
        elif local_name(element) not in ("Fallback", "del", "moveFrom"):
            stack.extend(reversed(element))


def children(parent: Element, *tags: str) -> Iterator[Element]:
    """Also inside content controls and tracked insertions."""
    stack = list(reversed(parent))
    while stack:
        element = stack.pop()
        tag = local_name(element)
        if tag in tags:
            yield element
        elif tag in WRAPPERS:
            stack.extend(reversed(element))


def cells(table: Element) -> list[Row]:
    """The rows of a table; a cell that spans columns or rows stands in each of its places."""
    rows: list[Row] = []
    for line in children(table, "tr"):
        properties = child(line, "trPr")
        if child(properties, "del") is not None:
            continue
        row: Row = [line] * _count(child(properties, "gridBefore"), 0)  # places without a cell
        for cell in children(line, "tc"):
            cell_properties = child(cell, "tcPr")
            merge_down = child(cell_properties, "vMerge")
            continues = merge_down is not None and value(merge_down, "val") != "restart"
            above = rows[-1][len(row)] if continues and rows and len(row) < len(rows[-1]) else cell
            row.extend([above] * _count(child(cell_properties, "gridSpan"), 1))
        rows.append(row)
    return rows


def is_frame(grid: list[Row]) -> bool:
    """Whether a table only places things on the page: a single cell, or one row or column around other tables."""
    own = {id(cell) for row in grid for cell in row}
    if len(own) == 1:
        return True
    in_line = len(grid) == 1 or all(len({id(cell) for cell in row}) == 1 for row in grid)
    return in_line and any(True for row in grid for cell in row for _ in children(cell, "tbl"))


def has_header(table: Element) -> bool | None:
    """True when the first row is marked to repeat on each page; Word says nothing otherwise."""
    first = next(children(table, "tr"), None)
    mark = child(child(first, "trPr"), "tblHeader")
    return True if mark is not None and value(mark, "val") not in _OFF else None


def cell_text(cell: Element, marker: Callable[[Element], str]) -> str:
    """All in a cell on one line; `marker` tells the number of a paragraph. Slashes part the rows of a table in it."""
    if local_name(cell) != "tc":
        return ""
    pieces: list[str] = []
    stack = list(reversed(list(children(cell, "p", "tbl"))))
    tables = 0
    while stack:
        element = stack.pop()
        if local_name(element) == "p":
            text = text_of(element)
            pieces.append(marker(element) + text if text.strip() else "")
            stack.extend(
                inner for box in reversed(list(text_boxes(element))) for inner in reversed(list(children(box, "p")))
            )
        elif (tables := tables + 1) <= _WIDEST_SPAN:
            rows = [[" ".join(map(text_of, children(inner, "p"))) for inner in row] for row in cells(element)]
            pieces.append(" / ".join(table_lines(rows, has_header(element))))
            deeper = (inner for row in cells(element) for inner in row)
            stack.extend(table for each in dict.fromkeys(deeper) for table in children(each, "tbl"))
    return " ".join(filter(None, map(str.strip, pieces)))


def _count(element: Element | None, otherwise: int) -> int:
    given = value(element, "val")
    return min(int(given), _WIDEST_SPAN) if given.isdecimal() else otherwise


def _is_hidden(run: Element) -> bool:
    hidden = child(child(run, "rPr"), "vanish")
    return hidden is not None and value(hidden, "val") not in _OFF
