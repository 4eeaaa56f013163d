"""Old Excel files (.xls): one line a row, as in newer ones.

The library tells values, not how they are shown: 0.25 stays 0.25 where the sheet shows 25%. Days are days.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from index.errors import UnreadableFile
from index.loaders.archive import OLE_MARK, ole_reason
from index.loaders.content import Content
from index.loaders.metadata import Metadata
from index.loaders.office.grid import Cell, Cells, Line, sheet_lines
from index.loaders.office.number_format import plain
from index.loaders.office.sheets import Sheet, sheets_content

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_STREAMS = tuple(f"{name}\0".encode("utf-16-le") for name in ("Workbook", "Book"))
_MOST_MERGES = 10_000
_MOST_OPEN = 200

Value = int | float | str | bool | time | date | datetime | timedelta


def load(data: bytes) -> Content:
    """Raises UnreadableFile: damaged, encrypted, empty or unsupported (another old Office file)."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    if not data.startswith(OLE_MARK):
        raise UnreadableFile("damaged", "no old Excel file; save it as .xlsx or .csv")
    if not any(stream in data for stream in _STREAMS):
        raise ole_reason(data)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        shown = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        return sheets_content([Sheet(name, _lines(book, name)) for name in shown], Metadata())
    except PasswordError:
        raise UnreadableFile("encrypted", "the workbook asks for a password; save a copy without one") from None
    except CalamineError as error:
        raise UnreadableFile("damaged", f"the workbook cannot be read: {' '.join(str(error).split())}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how the library fails over some damage; no Exception
            raise
        raise UnreadableFile("damaged", "the workbook cannot be read: its records contradict each other") from None


def _lines(book: CalamineWorkbook, name: str) -> Iterator[Line]:
    yield from sheet_lines(_rows(book.get_sheet_by_name(name)))


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, Cells]]:
    first_row, first_column = sheet.start or (0, 0)
    merges: dict[int, list[tuple[int, int, int]]] = {}
    for (top, left), (bottom, right) in (sheet.merged_cell_ranges or [])[:_MOST_MERGES]:
        merges.setdefault(top, []).append((bottom, left, right))
    open_merges: list[tuple[int, int, int, Cell]] = []  # last row, first and last column, what stands there
    for row, values in enumerate(sheet.to_python(skip_empty_area=True), first_row):
        cells = {
            column: cell for column, value in enumerate(values, first_column) if (cell := _cell(value)) and cell.text
        }
        open_merges = [merge for merge in open_merges if merge[0] >= row][:_MOST_OPEN]
        for bottom, left, right in merges.get(row, ()):
            if left in cells:
                open_merges.append((bottom, left, right, cells[left]._replace(is_copy=True)))
        if cells:
            for _, left, right, copy in open_merges:
                for column in range(left, right + 1):
                    cells.setdefault(column, copy)
            yield row + 1, cells


def _cell(value: Value) -> Cell | None:
    match value:
        case bool():
            return Cell(str(value).upper())
        case int() | float():
            return Cell(plain(value), "number")
        case datetime():
            shown = value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
            return Cell(shown, "date")
        case date():
            return Cell(value.isoformat(), "date")
        case time():
            return Cell(value.isoformat("minutes" if not value.second else "seconds"), "date")
        case timedelta():
            return Cell(str(value), "date")
    return Cell(" ".join(value.split()))
