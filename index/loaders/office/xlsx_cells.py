"""The cells of an Excel sheet, row by row, straight from its XML: sheets may be larger than memory.

Of the libraries for it one loses all cells of the strict variant of the format, the other how numbers are shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from index.errors import UnreadableFile
from index.loaders.office.grid import Cell, Cells
from index.loaders.office.number_format import plain, show
from index.loaders.office.xml_stream import chunks, events

if TYPE_CHECKING:
    from zipfile import ZipFile

MOST_CELLS = 10_000_000
_WIDEST_MERGE = 1_000  # columns; more is a mistake of the writer
_TALLEST_MERGE = 10_000
_MOST_MERGES = 100_000
_MOST_COPIES = 5_000_000  # of merged cells
_LONGEST_ROW = 2_000_000
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["\']\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)["\']')
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Book(NamedTuple):
    """What the cells of all sheets refer to: texts by number, formats of numbers by style."""

    texts: Sequence[str]
    formats: Sequence[str]
    from_1904: bool


class Merge(NamedTuple):
    first_column: int
    first_row: int
    last_column: int
    last_row: int


Notes = dict[int, dict[int, str]]  # by row, by column


def read_rows(archive: ZipFile, part: str, book: Book, notes: Notes) -> Iterator[tuple[int, Cells]]:
    """(row number, cells by column), both from 1. `notes` stand behind the text of their cell."""
    merges = _Merges(_merge_ranges(archive, part))
    for number, cells in _plain_rows(archive, part, book):
        for column, note in notes.get(number, {}).items():
            cells[column] = _with_note(cells.get(column), note)
        merges.fill(number, cells)
        if sum(len(cell.text) for cell in cells.values()) > _LONGEST_ROW:
            raise UnreadableFile("too large", f"row {number} has more than {_LONGEST_ROW:,} characters")
        if cells:
            yield number, cells


def read_texts(archive: ZipFile, part: str) -> list[str]:
    """The texts that cells share, without the hints how to pronounce them."""
    texts: list[str] = []
    pieces: list[str] = []
    inside: list[str] = []

    def start(name: str, _: dict[str, str]) -> None:
        inside.append(name)
        if name == "si":
            pieces.clear()

    def end(name: str) -> None:
        inside.pop()
        if name == "si":
            texts.append(_unescaped("".join(pieces)))

    def characters(text: str) -> None:
        if inside[-1] == "t" and "rPh" not in inside:
            pieces.append(text)

    for _ in events(archive, part, start, end, characters):
        pass
    return texts


def reference(name: str) -> tuple[int, int]:
    """(row, column), both from 1, of "B7"; (0, 0) where it is none."""
    match = _REFERENCE.fullmatch(name.replace("$", ""))
    return (int(match[2]), _column(match[1])) if match else (0, 0)


def _plain_rows(archive: ZipFile, part: str, book: Book) -> Iterator[tuple[int, Cells]]:
    reader = _RowReader(book)
    for _ in events(archive, part, reader.start, reader.end, reader.characters):
        yield from reader.finished
        reader.finished.clear()
    yield from reader.finished


class _RowReader:
    """Gathers cells until their row ends."""

    def __init__(self, book: Book) -> None:
        self.finished: list[tuple[int, Cells]] = []
        self._book = book
        self._row = self._column = self._seen = 0
        self._cells: Cells = {}
        self._pieces: list[str] = []
        self._type = self._style = ""
        self._is_value = self._is_hint = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            given = reference(attributes.get("r", ""))[1]
            self._column = given or self._column + 1
            self._type, self._style = attributes.get("t", "n"), attributes.get("s", "0")
            self._pieces.clear()
            self._seen += 1
            if self._seen > MOST_CELLS:
                raise UnreadableFile("too large", f"a sheet of more than {MOST_CELLS:,} cells; split it")
        elif name == "row":
            number = attributes.get("r", "")
            self._row = max(int(number), self._row + 1) if number.isdecimal() else self._row + 1
            self._column, self._cells = 0, {}
        elif name == "rPh":
            self._is_hint = True
        else:
            self._is_value = name in ("v", "t") and not self._is_hint

    def end(self, name: str) -> None:
        if name == "c":
            cell = _cell("".join(self._pieces), self._type, self._style, self._book) if self._pieces else None
            if cell is not None and cell.text:
                self._cells[self._column] = cell
        elif name == "row":
            self.finished.append((self._row, self._cells))
        elif name == "rPh":
            self._is_hint = False
        self._is_value = False

    def characters(self, text: str) -> None:
        if self._is_value:
            self._pieces.append(text)


def _cell(value: str, kind: str, style: str, book: Book) -> Cell | None:
    match kind:
        case "s":
            known = value.strip().isdecimal() and int(value) < len(book.texts)
            return Cell(_one_line(book.texts[int(value)])) if known else None
        case "b":
            return Cell("TRUE" if value.strip() == "1" else "FALSE")
        case "str" | "inlineStr" | "e":
            return Cell(_one_line(_unescaped(value)))
        case "d":
            return Cell(value.strip().removesuffix("T00:00:00").replace("T", " "), "date")
    try:
        number = float(value)
    except ValueError:
        return Cell(_one_line(value))
    if number != number or number in (float("inf"), float("-inf")):
        return None
    form = book.formats[int(style)] if style.isdecimal() and int(style) < len(book.formats) else "General"
    if form == "General":
        return Cell(plain(number), "number")
    return Cell(*show(number, form, book.from_1904))


def _with_note(cell: Cell | None, note: str) -> Cell:
    said = f"[Comment: {_one_line(note)}]"
    return Cell(f"{cell.text} {said}", cell.kind) if cell else Cell(said)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _merge_ranges(archive: ZipFile, part: str) -> list[Merge]:
    """They stand behind the cells they speak of, so the bytes are searched before."""
    found: set[Merge] = set()
    before = b""
    for chunk in chunks(archive, part):
        text = before + chunk
        for left, top, right, bottom in _MERGE.findall(text) if b"mergeCell" in text else ():
            found.add(Merge(_column(left.decode()), int(top), _column(right.decode()), int(bottom)))
        if len(found) > _MOST_MERGES:
            return []
        before = chunk[-200:]
    return sorted(found, key=lambda merge: merge.first_row)


class _Merges:
    """Puts what merged cells say into each of their places, for rows in rising order."""

    def __init__(self, merges: list[Merge]) -> None:
        self._waiting = merges[::-1]
        self._current: list[tuple[Merge, Cell]] = []
        self._copies = 0

    def fill(self, number: int, cells: Cells) -> None:
        self._current = [(merge, cell) for merge, cell in self._current if merge.last_row >= number]
        while self._waiting and self._waiting[-1].first_row <= number:
            merge = self._waiting.pop()
            if merge.first_row == number and (cell := cells.get(merge.first_column)):
                self._current.append((merge, cell._replace(is_copy=True)))
        if not cells or self._copies > _MOST_COPIES:
            return
        for merge, copy in self._current:
            is_first = merge.first_row == number
            if not is_first and merge.first_row + _TALLEST_MERGE < number:
                continue
            last = min(merge.last_column, merge.first_column + _WIDEST_MERGE)
            self._copies += max(last - merge.first_column, 1)
            for column in range(merge.first_column + is_first, last + 1):
                cells.setdefault(column, copy)
