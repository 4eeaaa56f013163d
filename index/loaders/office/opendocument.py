"""OpenDocument: texts (.odt), presentations (.odp) and spreadsheets (.ods)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.errors import UnreadableFile
from index.loaders.archive import local_name, open_archive, read_entry, read_xml
from index.loaders.builder import TextBuilder
from index.loaders.content import Content
from index.loaders.metadata import from_pairs, merge, printed
from index.loaders.office.ods import sheets
from index.loaders.office.odt import Writer, comment_text
from index.loaders.office.odt_styles import Styles, read_styles
from index.loaders.office.ooxml import child, value
from index.loaders.office.sheets import sheets_content

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element
    from zipfile import ZipFile

_ON_EACH_SLIDE = ("header", "footer", "date-time", "page-number")
_UNITS = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "pc": 2.54 / 6, "px": 2.54 / 96}
_SAME_LINE = 1.2  # cm: shapes that start so close to each other stand side by side


def load(data: bytes) -> Content:
    """Slides are pages; texts know none. Headers, footers and deleted text are left out.

    Raises UnreadableFile: damaged, encrypted, empty, too large or unsupported.
    """
    with open_archive(data) as archive:
        names = archive.namelist()
        if "META-INF/manifest.xml" in names and b"encryption-data" in read_entry(archive, "META-INF/manifest.xml"):
            raise UnreadableFile("encrypted", "the document asks for a password; save a copy without one")
        content = read_xml(archive, "content.xml")
        style_sheets = [content, *([read_xml(archive, "styles.xml")] if "styles.xml" in names else [])]
        pairs = _properties(archive) if "meta.xml" in names else []
    body = child(content, "body")
    kinds = {local_name(each): each for each in body if local_name(each)} if body is not None else {}
    if (spreadsheet := kinds.get("spreadsheet")) is not None:
        return sheets_content(sheets(spreadsheet, content), from_pairs(pairs))
    builder = TextBuilder()
    styles = read_styles(style_sheets)
    if (text := kinds.get("text")) is not None:
        Writer(builder, styles).add_blocks(text)
    elif (deck := kinds.get("presentation", kinds.get("drawing"))) is not None:
        _add_slides(deck, styles, builder)
    else:
        raise UnreadableFile("damaged", "the archive holds no OpenDocument text, presentation or spreadsheet")
    first = next((heading.title for heading in builder.headings if heading.level == 1), None)
    stated = from_pairs([*pairs, ("h1", first)])
    return builder.content(merge(printed(builder.text), stated) if "text" in kinds else stated)


def _properties(archive: ZipFile) -> list[tuple[str, str | None]]:
    meta = child(read_xml(archive, "meta.xml"), "meta")
    said = {local_name(each): each.text for each in meta} if meta is not None else {}
    author = said.get("initial-creator") or said.get("creator")
    return [
        *(("title", said.get("title")), ("author", author), ("created", said.get("creation-date"))),
        *(("modified", said.get("date")), ("language", said.get("language"))),
    ]


def _add_slides(deck: Element, styles: Styles, builder: TextBuilder) -> None:
    for page in deck:
        if local_name(page) != "page":
            continue
        builder.page()
        writer = Writer(builder, styles)
        for shape in sorted(_lines(page), key=lambda each: value(each, "class") != "title"):
            kind = value(shape, "class")
            if kind == "title":
                builder.heading(" ".join(writer.words(shape)), 2)
            elif kind not in _ON_EACH_SLIDE:
                writer.add_blocks(shape)
        label = "Notes: "
        for notes in (each for each in page if local_name(each) == "notes"):
            for shape in notes:
                for text in writer.words(shape) if value(shape, "class") == "notes" else ():
                    builder.paragraph(label + text)
                    label = ""
        for note in (each for each in page if local_name(each) == "annotation"):
            builder.paragraph(comment_text(note))


def _lines(page: Element) -> Iterator[Element]:
    """Shapes from the top down, those on one line from left to right."""
    shapes = [each for each in page if local_name(each) not in ("notes", "forms", "annotation")]
    placed = [((_length(value(each, "y")), _length(value(each, "x"))), each) for each in shapes]
    placed.sort(key=lambda pair: pair[0])
    line: list[tuple[float, Element]] = []
    top = 0.0
    for (y, x), shape in placed:
        if line and y - top > _SAME_LINE:
            yield from (each for _, each in sorted(line, key=lambda pair: pair[0]))
            line = []
        if not line:
            top = y
        line.append((x, shape))
    yield from (each for _, each in sorted(line, key=lambda pair: pair[0]))


def _length(text: str) -> float:
    """In centimetres; 0 where it is not told."""
    match = re.fullmatch(r"(-?\d*\.?\d+)([a-z]{2})", text)
    return float(match[1]) * _UNITS.get(match[2], 0.0) if match else 0.0
