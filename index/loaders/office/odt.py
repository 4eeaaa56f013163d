"""The text of OpenDocument files: paragraphs, headings, lists, tables, notes and comments in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.loaders.archive import local_name
from index.loaders.builder import TextBuilder, collapse
from index.loaders.office.odt_styles import Styles, is_title
from index.loaders.office.odt_styles import marker as list_marker
from index.loaders.office.ooxml import child, value

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ASIDE = frozenset(
    ("note", "annotation", "frame", "custom-shape", "text-box", "rect", "ellipse", "g", "line", "control")
)
_NOT_SHOWN = frozenset(
    "tracked-changes ruby-text hidden-text forms number annotation-end title desc sequence-decls variable-decls "
    "user-field-decls image object object-ole binary-data glue-point enhanced-geometry".split()
)
_BLANKS = re.compile(r"[ \t\r\n]+")
_MOST_SPACES = 100
_WIDEST_SPAN = 100
_MOST_SPANNED = 500_000


@dataclass(slots=True)
class _List:
    """A list that is being read; `counts` are the numbers of its item and of those it stands in.

    `marker` is taken by the first paragraph of an item. `resumes`: it goes on counting where one before it stopped.
    """

    style: str
    counts: tuple[list[int], ...]
    resumes: bool
    marker: str | None = None


def comment_text(annotation: Element) -> str:
    author = child(annotation, "creator")
    text = " ".join(filter(None, (_text(each) for each in annotation.iter() if local_name(each) == "p")))
    by = f" by {author.text}" if author is not None and author.text else ""
    return f"Comment{by}: {text}" if text else ""


class Writer:
    """Adds the blocks of a document; counts its lists and notes."""

    def __init__(self, builder: TextBuilder, styles: Styles) -> None:
        self._builder = builder
        self._styles = styles
        self._controls: dict[str, str] = {}  # what fields of forms show
        self._last_counts: dict[tuple[str, int], list[int]] = {}

    def words(self, container: Element) -> Iterator[str]:
        """The paragraphs of a shape, without marks of lists."""
        texts = (_text(each) for each in container.iter() if local_name(each) in ("p", "h"))
        yield from filter(None, texts)

    def add_blocks(self, container: Element) -> None:
        stack: list[tuple[Element, _List | None]] = [(container, None)]
        while stack:
            element, inside = stack.pop()
            match local_name(element):
                case "p" | "h":
                    self._add_paragraph(element, inside)
                    stack.extend((each, None) for each in reversed(list(_asides(element))))
                case "list":
                    opened = self._open(element, inside)
                    stack.extend((each, opened) for each in reversed(element))
                case "list-item" | "list-header" if inside is not None:
                    self._start_item(element, inside)
                    stack.extend((each, inside) for each in reversed(element))
                case "table":
                    grid, header = _cells(element)
                    if len({id(cell) for row in grid for cell in row}) == 1:  # a frame around text
                        stack.extend((each, None) for each in reversed(grid[0][0]))
                    else:
                        self._builder.table([[_cell_text(cell) for cell in row] for row in grid], header)
                        asides = (aside for row in grid for cell in dict.fromkeys(row) for aside in _notes_in(cell))
                        stack.extend((each, None) for each in reversed(list(asides)))
                case "note":
                    self._add_note(element)
                case "forms":
                    self._controls |= {value(each, "id"): _shown_in_field(each) for each in element.iter()}
                case "control":
                    self._builder.paragraph(self._controls.get(value(element, "control"), ""))
                case "annotation":
                    self._builder.paragraph(comment_text(element))
                case tag if tag not in _NOT_SHOWN:
                    stack.extend((each, None) for each in reversed(element))

    def _add_paragraph(self, paragraph: Element, inside: _List | None) -> None:
        text = _text(paragraph)
        marker = inside.marker if inside is not None and text else None
        if inside is not None and marker is not None:
            inside.marker = None
        number = child(paragraph, "number")
        given = f"{(number.text or '').strip()} " if number is not None and number.text else ""
        if local_name(paragraph) == "h":
            level = value(paragraph, "outline-level")
            self._builder.heading(given + text, min(max(int(level), 1), 9) if level.isdecimal() else 1)
        elif marker is not None:
            self._builder.item(text, marker)
        elif is_title(self._styles, value(paragraph, "style-name")):
            self._builder.heading(text, 1)
        else:
            self._builder.paragraph(text)

    def _open(self, element: Element, inside: _List | None) -> _List:
        style = value(element, "style-name") or (inside.style if inside else "")
        outer = inside.counts if inside else ()
        level = self._styles.lists.get(style, {}).get(len(outer) + 1)
        place = (style, len(outer))
        asked = bool(value(element, "continue-numbering") == "true" or value(element, "continue-list"))
        resumes = inside.resumes if inside is not None else asked
        if not resumes or place not in self._last_counts:
            self._last_counts[place] = [level.start - 1 if level else 0]
        return _List(style, (*outer, self._last_counts[place]), resumes)

    def _start_item(self, element: Element, inside: _List) -> None:
        inside.marker = None
        if local_name(element) == "list-header" or _holds_only_a_list(element):
            return
        inside.resumes = False
        start = value(element, "start-value")
        inside.counts[-1][0] = int(start) if start.isdecimal() else inside.counts[-1][0] + 1
        number = child(element, "number")
        levels = self._styles.lists.get(inside.style, {})
        given = (number.text or "").strip() if number is not None else ""
        inside.marker = f"{given} " if given else list_marker(levels, inside.counts)

    def _add_note(self, note: Element) -> None:
        citation = child(note, "note-citation")
        number = (citation.text or "").strip() if citation is not None else ""
        kind = "Endnote" if value(note, "note-class") == "endnote" else "Footnote"
        body = child(note, "note-body")
        text = _cell_text(body) if body is not None else ""
        if text:
            self._builder.paragraph(f"{kind} {number}: {text}" if number else f"{kind}: {text}")


def _holds_only_a_list(item: Element) -> bool:
    first = next((each for each in item if local_name(each) in ("p", "h", "list")), None)
    return first is not None and local_name(first) == "list"


def _text(paragraph: Element) -> str:
    """What stands in the line itself; runs of blanks are one, as the format wants it."""
    pieces: list[str] = []
    stack: list[Element | str] = [paragraph]
    while stack:
        element = stack.pop()
        if isinstance(element, str):
            pieces.append(_BLANKS.sub(" ", element))
            continue
        tag = local_name(element)
        if element is not paragraph and element.tail:
            stack.append(element.tail)
        if tag == "s":
            count = value(element, "c")
            pieces.append(" " * (min(int(count), _MOST_SPACES) if count.isdecimal() else 1))
        elif tag == "tab":
            pieces.append("\t")
        elif tag == "line-break":
            pieces.append("\n")
        elif tag and tag not in _ASIDE and tag not in _NOT_SHOWN:
            stack.extend(reversed(list(_inner(element))))
    return "".join(pieces).strip()


def _inner(element: Element) -> Iterator[Element | str]:
    if element.text:
        yield element.text
    yield from element


def _asides(paragraph: Element) -> Iterator[Element]:
    """Notes, comments and boxes that a paragraph holds."""
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        if local_name(element) in _ASIDE:
            yield element
        elif local_name(element) not in _NOT_SHOWN:
            stack.extend(reversed(element))


def _shown_in_field(field: Element) -> str:
    return value(field, "label") or value(field, "current-value") or value(field, "value")


def paragraph_texts(cell: Element) -> Iterator[str]:
    """The paragraphs that stand directly in a cell."""
    return (_text(each) for each in cell if local_name(each) == "p")


def _notes_in(cell: Element) -> Iterator[Element]:
    return (each for each in cell.iter() if local_name(each) in ("note", "annotation"))


def _cells(table: Element) -> tuple[list[list[Element]], bool | None]:
    """The rows of a table with a cell that spans columns or rows in each of its places; whether it has a header."""
    rows: list[list[Element]] = []
    spanned: dict[tuple[int, int], Element] = {}
    header = value(table, "use-first-row-styles") == "true" or None
    stack = list(reversed(table))
    while stack:
        line = stack.pop()
        if local_name(line) in ("table-header-rows", "table-rows", "table-row-group"):
            header = True if local_name(line) == "table-header-rows" and not rows else header
            stack.extend(reversed(line))
        elif local_name(line) == "table-row":
            row: list[Element] = []
            for cell in line:
                if local_name(cell) not in ("table-cell", "covered-table-cell"):
                    continue
                for _ in range(_count(cell, "number-columns-repeated")):
                    row.append(spanned.get((len(rows), len(row)), cell))
                down, right = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
                for place in range(down * right) if 1 < down * right and len(spanned) < _MOST_SPANNED else ():
                    spanned[len(rows) + place // right, len(row) - 1 + place % right] = cell
            rows.append(row)
    return [row for row in rows if row], header


def _count(element: Element, attribute: str) -> int:
    given = value(element, attribute)
    return min(int(given), _WIDEST_SPAN) if given.isdecimal() else 1


def _cell_text(cell: Element) -> str:
    """All in a cell on one line, without its notes and comments."""
    pieces: list[str] = []
    stack = list(reversed(cell))
    while stack:
        element = stack.pop()
        tag = local_name(element)
        if tag in ("p", "h"):
            pieces.append(collapse(_text(element)))
            stack.extend(
                each for each in reversed(list(_asides(element))) if local_name(each) not in ("note", "annotation")
            )
        elif tag not in ("note", "annotation") and tag not in _NOT_SHOWN:
            stack.extend(reversed(element))
    return " ".join(filter(None, pieces))
