"""Excel (.xlsx): the sheets a reader can open, one line a row, each value as shown and with the name of its column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.errors import UnreadableFile
from index.loaders.archive import local_name, read_xml
from index.loaders.content import Content
from index.loaders.metadata import from_pairs
from index.loaders.office.drawing import chart_title, paragraphs
from index.loaders.office.grid import Line, sheet_lines
from index.loaders.office.number_format import BUILT_IN
from index.loaders.office.ooxml import Relation, child, core_properties, main_part, open_office, relations, value
from index.loaders.office.sheets import Sheet, sheets_content
from index.loaders.office.xlsx_cells import Book, Notes, read_rows, read_texts, reference

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element
    from zipfile import ZipFile

_MOST_SHEETS = 1_000


def load(data: bytes) -> Content:
    """Hidden sheets are left out; hidden rows and columns, which a filter may have folded, are not.

    Raises UnreadableFile: damaged, encrypted, empty, too large or unsupported.
    """
    archive = open_office(data)
    main = main_part(archive, "xl/workbook.xml", "Excel workbook")
    workbook = read_xml(archive, main)
    if local_name(workbook) != "workbook":
        raise UnreadableFile("damaged", "the archive holds no Excel workbook")
    parts = {relation.id: relation for relation in relations(archive, main)}
    book = _book(archive, workbook, list(parts.values()))
    sheets = [sheet for sheet in child(workbook, "sheets") or () if value(sheet, "state") in ("", "visible")]
    readable = [
        Sheet(value(sheet, "name"), _lines(archive, parts[identifier].target, book))
        for sheet in sheets[:_MOST_SHEETS]
        if (identifier := value(sheet, "id")) in parts and parts[identifier].kind == "worksheet"
    ]
    return sheets_content(readable, from_pairs(core_properties(archive).items()))


def _lines(archive: ZipFile, part: str, book: Book) -> Iterator[Line]:
    yield from sheet_lines(read_rows(archive, part, book, _notes(archive, part)))
    for relation in relations(archive, part):
        if relation.kind == "drawing":
            yield from _drawn(archive, relation.target)


def _drawn(archive: ZipFile, part: str) -> Iterator[Line]:
    """The texts of boxes on a sheet and the titles of its charts, whose numbers are those of the cells."""
    for body in (each for each in read_xml(archive, part).iter() if local_name(each) == "txBody"):
        for number, paragraph in enumerate(paragraphs(body)):
            yield Line(paragraph.text, number == 0)
    for relation in relations(archive, part):
        if relation.kind == "chart" and (title := chart_title(read_xml(archive, relation.target))):
            yield Line(title, True)


def _book(archive: ZipFile, workbook: Element, parts: list[Relation]) -> Book:
    by_kind = {relation.kind: relation.target for relation in parts}
    texts = read_texts(archive, by_kind["sharedStrings"]) if "sharedStrings" in by_kind else []
    formats = _formats(read_xml(archive, by_kind["styles"])) if "styles" in by_kind else []
    return Book(texts, formats, value(child(workbook, "workbookPr"), "date1904") in ("1", "true"))


def _formats(styles: Element) -> list[str]:
    """The format of numbers by the number of the cell style."""
    own = {value(each, "numFmtId"): value(each, "formatCode") for each in child(styles, "numFmts") or ()}
    numbers = [value(each, "numFmtId") for each in child(styles, "cellXfs") or ()]
    built_in = {str(number): form for number, form in BUILT_IN.items()}
    return [own.get(number) or built_in.get(number, "General") for number in numbers]


def _notes(archive: ZipFile, part: str) -> Notes:
    """The comments. A thread of comments comes with an old comment that repeats it."""
    notes: dict[tuple[int, int], str] = {}
    threads: dict[tuple[int, int], list[str]] = {}
    for relation in relations(archive, part):
        if relation.kind == "comments":
            for comment in child(read_xml(archive, relation.target), "commentList") or ():
                notes[reference(value(comment, "ref"))] = _text(child(comment, "text"))
        elif relation.kind == "threadedComment":
            for comment in read_xml(archive, relation.target):
                threads.setdefault(reference(value(comment, "ref")), []).append(_text(child(comment, "text")))
    notes |= {place: " / ".join(filter(None, texts)) for place, texts in threads.items()}
    by_row: Notes = {}
    for (row, column), text in notes.items():
        if row and text.strip():
            by_row.setdefault(row, {})[column] = text
    return by_row


def _text(element: Element | None) -> str:
    if element is None:
        return ""
    texts = [each.text or "" for each in element.iter() if local_name(each) in ("t", "text")]
    return "".join(texts)
