"""Word (.docx): paragraphs, headings, lists, tables and notes in the order of the document.

Reads the XML itself: whole documents fail to load elsewhere over a missing picture, and text in content controls,
tracked insertions and text boxes, or in the strict variant of the format, would be lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.errors import UnreadableFile
from index.loaders.archive import local_name, read_xml
from index.loaders.builder import TextBuilder
from index.loaders.content import Content
from index.loaders.metadata import from_pairs, merge, printed
from index.loaders.office.docx_styles import BULLET, Numbering, Style, of_paragraph, read_styles
from index.loaders.office.docx_text import (
    WRAPPERS,
    cell_text,
    cells,
    children,
    has_header,
    is_frame,
    notes_in,
    shown,
    text_boxes,
    text_of,
)
from index.loaders.office.drawing import chart_lines, chart_title, diagram_texts
from index.loaders.office.ooxml import child, core_properties, main_part, open_office, relations, value

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element
    from zipfile import ZipFile

_NOTE_PARTS = {"footnotes": "footnote", "endnotes": "endnote", "comments": "comment"}


def load(data: bytes) -> Content:
    """Headers, footers, hidden and deleted text are left out. Word files know no pages before they are printed.

    Raises UnreadableFile: damaged, encrypted, too large or unsupported.
    """
    with open_office(data) as archive:
        main = main_part(archive, "word/document.xml", "Word document")
        document = read_xml(archive, main)
        if local_name(document) != "document":
            raise UnreadableFile("damaged", "the archive holds no Word document")
        parts = _parts(archive, main)
        drawings = {
            each.id: (each.kind, read_xml(archive, each.target))
            for each in relations(archive, main)
            if each.kind in ("chart", "diagramData")
        }
        core = core_properties(archive)
    builder = TextBuilder()
    _Writer(builder, parts, drawings).add_blocks(document)
    first = next((heading.title for heading in builder.headings if heading.level == 1), None)
    stated = from_pairs([*core.items(), ("h1", first)])
    return builder.content(merge(printed(builder.text), stated))


def _parts(archive: ZipFile, main: str) -> dict[str, Element]:
    """Styles, numbering and notes, as far as the document has them."""
    wanted = ("styles", "numbering", *_NOTE_PARTS)
    found = {each.kind: each.target for each in relations(archive, main) if each.kind in wanted}
    folder = main.rpartition("/")[0]
    names = frozenset(archive.namelist())
    usual = {kind: f"{folder}/{kind}.xml".lstrip("/") for kind in wanted}
    places = {kind: place for kind, place in usual.items() if place in names} | found
    return {kind: read_xml(archive, place) for kind, place in places.items()}


class _Writer:
    """Adds the blocks of a document; counts its lists and notes."""

    def __init__(
        self, builder: TextBuilder, parts: dict[str, Element], drawings: dict[str, tuple[str, Element]]
    ) -> None:
        self._builder = builder
        self._drawings = drawings
        self._styles = read_styles(parts["styles"]) if "styles" in parts else {}
        self._numbering = Numbering(parts.get("numbering"))
        self._notes = {
            (kind, value(note, "id")): note
            for part, kind in _NOTE_PARTS.items()
            for note in parts.get(part, ())
            if local_name(note) == kind
        }
        self._counts = dict.fromkeys(_NOTE_PARTS.values(), 0)

    def add_blocks(self, container: Element) -> None:
        stack = list(reversed(container))
        while stack:
            element = stack.pop()
            match local_name(element):
                case "p":
                    self._add_paragraph(element)
                    self._add_drawings(element)
                    stack.extend(reversed(list(text_boxes(element))))
                    self._add_notes(element)
                case "tbl":
                    grid = cells(element)
                    if is_frame(grid):
                        framed = dict.fromkeys(cell for row in grid for cell in row)
                        stack.extend(inner for cell in reversed(framed) for inner in reversed(cell))
                    else:
                        once = dict.fromkeys(cell for row in grid for cell in row)
                        texts = {cell: cell_text(cell, self._number) for cell in once}
                        self._builder.table([[texts[cell] for cell in row] for row in grid], has_header(element))
                        self._add_notes(element)
                case "txbxContent":
                    stack.extend(reversed(element))
                case tag if tag in WRAPPERS:
                    stack.extend(reversed(element))

    def _add_paragraph(self, paragraph: Element) -> None:
        text = text_of(paragraph)
        if not text.strip():
            return
        style, marker = self._style(paragraph)
        if style.level:
            self._builder.heading(marker.removeprefix(BULLET) + text, style.level)
        elif style.is_item:
            self._builder.item(text, marker)
        else:
            self._builder.paragraph(text)

    def _style(self, paragraph: Element) -> tuple[Style, str]:
        """With what stands before the text, if it is numbered. Counts, so it is asked once for each paragraph."""
        properties = child(paragraph, "pPr")
        style_id = value(child(properties, "pStyle"), "val")
        style = of_paragraph(properties, self._styles.get(style_id, Style()))
        is_numbered = style.list_id not in ("", "0")
        return style, self._numbering.marker(style, style_id) if is_numbered or style.is_item else ""

    def _number(self, paragraph: Element) -> str:
        return self._style(paragraph)[1].removeprefix(BULLET)

    def _add_drawings(self, paragraph: Element) -> None:
        for element in shown(paragraph) if self._drawings else ():
            match local_name(element):
                case "chart" if found := self._drawings.get(value(element, "id")):
                    self._builder.paragraph(chart_title(found[1]))
                    self._builder.paragraph("\n".join(chart_lines(found[1])))
                case "relIds" if found := self._drawings.get(value(element, "dm")):
                    for text in diagram_texts(found[1]):
                        self._builder.item(text)

    def _add_notes(self, element: Element) -> None:
        """Notes follow what refers to them."""
        for kind, identifier in notes_in(element):
            note = self._notes.get((kind, identifier))
            if note is None:
                continue
            text = " ".join(filter(None, (text_of(each).strip() for each in children(note, "p"))))
            if kind == "comment":
                author = value(note, "author")
                label = f"Comment by {author}" if author else "Comment"
            else:
                self._counts[kind] += 1
                label = f"{kind.capitalize()} {self._counts[kind]}"
            if text:
                self._builder.paragraph(f"{label}: {text}")
