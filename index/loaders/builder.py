"""Makes the canonical text of structured documents, and notes where headings and pages start in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from index.loaders.content import Content, Part
from index.loaders.metadata import Metadata
from index.types import Heading

Row = Sequence[str]

LONGEST_HEADING = 200
_LONGEST_COLUMN_NAME = 60
# Controls, invisible marks that split words, and halves of surrogate pairs, which UTF-8 cannot store.
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]")
_BLANKS = re.compile(r"[^\S\n]+")
_LINE_EDGES = re.compile(r" ?\n ?")


class TextBuilder:
    """Takes the blocks of a document in order.

    Blocks stand apart by an empty line; items of one list and rows of one table by a line break.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._last_kind = ""
        self._headings: list[Heading] = []
        self._pages: list[int] = []
        self._empty_pages = 0

    def paragraph(self, text: str) -> None:
        """Adds prose; its line breaks stay, other white space at its ends goes."""
        self._add(unify_newlines(text).strip(), "paragraph")

    def verbatim(self, text: str) -> None:
        """Adds code or poetry: inner and leading blanks stay."""
        self._add(unify_newlines(text).strip("\n").rstrip(), "verbatim")

    def heading(self, text: str, level: int) -> None:
        """Adds a heading of level 1 (highest) to 9. What is longer than a heading ever is becomes a paragraph."""
        title = " ".join(_UNWANTED.sub("", text).split())
        if len(title) > LONGEST_HEADING:
            self.paragraph(title)
        elif title:
            self._headings.append(Heading(self._add(title, "heading"), level, title))

    def item(self, text: str, marker: str = "- ") -> None:
        """Adds a list item. Items that follow each other are one list."""
        if words := unify_newlines(text).strip():
            self._add(marker + words, "item")

    def table(self, rows: Iterable[Row], has_header: bool | None = None) -> None:
        """Adds a table, one line a row; `has_header` None means that the file does not say."""
        self._add("\n".join(table_lines(rows, has_header)), "table")

    def page(self) -> None:
        """Starts a page. An empty page starts where the next one does."""
        self._empty_pages += 1
        self._last_kind = ""

    def content(self, metadata: Metadata, parts: Iterable[Part] = ()) -> Content:
        pages = (*self._pages, *[self._length] * self._empty_pages)
        return Content(self.text, tuple(self._headings), pages, metadata, parts)

    @property
    def text(self) -> str:
        return "".join(self._parts)

    @property
    def headings(self) -> tuple[Heading, ...]:
        return tuple(self._headings)

    def _add(self, block: str, kind: str) -> int:
        block = _UNWANTED.sub("", block)
        if not block:
            return self._length
        if self._parts:
            separator = "\n" if kind == self._last_kind == "item" else "\n\n"
            self._parts.append(separator)
            self._length += len(separator)
        start = self._length
        self._pages.extend([start] * self._empty_pages)
        self._empty_pages = 0
        self._parts.append(block)
        self._length += len(block)
        self._last_kind = kind
        return start


def table_lines(rows: Iterable[Row], has_header: bool | None = None) -> list[str]:
    """One line a row: "Name: value; Name: value" when the first row names the columns, else "value | value".

    Rows above the header that one cell fills are titles: lines of their own.
    """
    cells = [[" ".join(cell.split()) for cell in row] for row in rows]
    cells = [row for row in cells if any(row)]
    titles = []
    while len(cells) > 1 and _is_title_row(cells[0]):
        titles.append(cells.pop(0)[0])
    if not cells:
        return titles
    if has_header is None:
        has_header = _names_columns(cells[0], cells[1:])
    if not has_header or len(cells) < 2 or max(map(len, cells)) < 2:
        return titles + [" | ".join(filter(None, _once(row))).replace(": | ", ": ") for row in cells]
    return titles + [_named(cells[0], row) for row in cells[1:]]


def collapse(text: str) -> str:
    """White space as a page shows it: single spaces, no blanks around the line breaks that are left."""
    return _LINE_EDGES.sub("\n", _BLANKS.sub(" ", text)).strip()


def unify_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_title_row(row: Row) -> bool:
    return len(row) > 1 and len(set(row)) == 1


def _names_columns(names: Row, body: Sequence[Row]) -> bool:
    """Whether a first row that is not marked as a header looks like one."""
    shown = names[1:] if len(names) > 2 and not names[0] else names  # the corner above row names may be empty
    are_names = len(set(shown)) == len(shown) > 0 and all(
        0 < len(name) <= _LONGEST_COLUMN_NAME and any(map(str.isalpha, name)) for name in shown
    )
    return are_names and not (len(names) == 2 and _is_form([names, *body]))


def _is_form(rows: Sequence[Row]) -> bool:
    """Two columns that hold a name and its value in each row: the values are of different kinds."""
    pairs = [row for row in rows if len(row) == 2 and not _is_title_row(row)]
    with_digit = [any(map(str.isdigit, value)) for _, value in pairs[1:]]
    return any(key.endswith(":") for key, _ in pairs) or (any(with_digit) and not all(with_digit))


def _named(names: Row, row: Row) -> str:
    if len(_once(row)) == 1:
        return row[0]
    padded = [*names, *[""] * (len(row) - len(names))]
    return "; ".join(f"{name}: {value}" if name else value for name, value in zip(padded, row, strict=False) if value)


def _once(row: Row) -> Row:
    """A cell that spans the whole row is said once."""
    return row[:1] if _is_title_row(row) else row
