"""Word (.docx): paragraphs, headings, lists and tables in the order of the document.

Reads the XML itself: whole documents fail to load elsewhere over a missing picture, and text in content controls,
tracked insertions and text boxes, or in the strict variant of the format, would be lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import UnreadableFile
from index.loaders.archive import local_name, open_archive, read_xml
from index.loaders.builder import TextBuilder
from index.loaders.content import Content
from index.loaders.metadata import from_pairs, merge, printed

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element
    from zipfile import ZipFile

_OLE_MARK = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_MAIN_PART = "word/document.xml"
# The default template of a common library carries the day it was made itself.
_TEMPLATE_CREATED = "2013-12-23T23:15:00Z"
_WRAPPERS = frozenset("sdt sdtContent customXml ins moveTo smartTag AlternateContent Choice body".split())
_NOT_SHOWN = frozenset("pPr rPr sdtPr del moveFrom Fallback txbxContent rt".split())
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_OFF = ("0", "false", "off")
_DEEPEST_STYLE = 10


@dataclass(frozen=True, slots=True)
class _Style:
    level: int = 0
    is_item: bool = False


def load(data: bytes) -> Content:
    """Raises UnreadableFile: damaged, encrypted, too large or unsupported."""
    if data.startswith(_OLE_MARK):
        if _ENCRYPTED_STREAM in data:
            raise UnreadableFile("encrypted", "the document asks for a password; save a copy without one")
        raise UnreadableFile("unsupported", "an old Word file under the name .docx; save it as .docx")
    with open_archive(data) as archive:
        names = frozenset(archive.namelist())
        main = _main_part(archive, names)
        document = read_xml(archive, main)
        folder = main.rpartition("/")[0]
        styles_part = f"{folder}/styles.xml".lstrip("/")
        styles = _styles(read_xml(archive, styles_part)) if styles_part in names else {}
        core = _core(read_xml(archive, "docProps/core.xml")) if "docProps/core.xml" in names else {}
    if local_name(document) != "document":
        raise UnreadableFile("damaged", "the archive holds no Word document")
    builder = TextBuilder()
    _add_blocks(document, styles, builder)
    first = next((heading.title for heading in builder.headings if heading.level == 1), None)
    stated = from_pairs([*core.items(), ("h1", first)])
    return builder.content(merge(printed(builder.text), stated))


def _main_part(archive: ZipFile, names: frozenset[str]) -> str:
    if "_rels/.rels" in names:
        for relation in read_xml(archive, "_rels/.rels"):
            target = (relation.get("Target") or "").lstrip("/")
            if (relation.get("Type") or "").endswith("/officeDocument") and target in names:
                return target
    if _MAIN_PART not in names:
        raise UnreadableFile("damaged", "the archive holds no Word document")
    return _MAIN_PART


def _core(properties: Element) -> dict[str, str]:
    values = {local_name(child): child.text or "" for child in properties}
    if values.get("created") == _TEMPLATE_CREATED:
        del values["created"]
    return values


def _styles(sheet: Element) -> dict[str, _Style]:
    """By style id; what a style does not say comes from the one it is based on."""
    found = {_value(style, "styleId"): style for style in sheet if local_name(style) == "style"}

    def resolved(style: Element | None, depth: int) -> _Style:
        if style is None or depth > _DEEPEST_STYLE:
            return _Style()
        name = _value(_child(style, "name"), "val").lower()
        if match := re.fullmatch(r"heading ([1-9])", name):
            return _Style(level=int(match[1]))
        if name == "title":
            return _Style(level=1)
        base = resolved(found.get(_value(_child(style, "basedOn"), "val")), depth + 1)
        properties = _child(style, "pPr")
        is_item = _is_item(properties, base.is_item) or name.startswith(("list bullet", "list number"))
        return _Style(_outline_level(properties) or base.level, is_item)

    return {identifier: resolved(style, 0) for identifier, style in found.items()}


def _outline_level(properties: Element | None) -> int:
    value = _value(_child(properties, "outlineLvl"), "val")
    return int(value) + 1 if value.isdigit() and int(value) < 9 else 0


def _is_item(properties: Element | None, otherwise: bool) -> bool:
    numbering = _child(properties, "numPr")
    if numbering is None:
        return otherwise
    return _value(_child(numbering, "numId"), "val") != "0"


def _add_blocks(container: Element, styles: dict[str, _Style], builder: TextBuilder) -> None:
    stack = list(reversed(container))
    while stack:
        element = stack.pop()
        match local_name(element):
            case "p":
                _add_paragraph(element, styles, builder)
                stack.extend(reversed(list(_text_boxes(element))))
            case "tbl":
                grid = _cells(element)
                if len(grid) == 1 and len(grid[0]) == 1:  # a frame around text
                    stack.extend(reversed(grid[0][0]))
                else:
                    builder.table([[_cell_text(cell) for cell in row] for row in grid], _has_header(element))
            case "txbxContent":
                stack.extend(reversed(element))
            case tag if tag in _WRAPPERS:
                stack.extend(reversed(element))


def _add_paragraph(paragraph: Element, styles: dict[str, _Style], builder: TextBuilder) -> None:
    text = _text(paragraph)
    properties = _child(paragraph, "pPr")
    style = styles.get(_value(_child(properties, "pStyle"), "val"), _Style())
    if level := _outline_level(properties) or style.level:
        builder.heading(text, level)
    elif _is_item(properties, style.is_item):
        builder.item(text)
    else:
        builder.paragraph(text)


def _text(paragraph: Element) -> str:
    return "".join(_pieces(paragraph))


def _pieces(root: Element) -> Iterator[str]:
    stack = [root]
    while stack:
        element = stack.pop()
        tag = local_name(element)
        if tag == "t":
            yield element.text or ""
        elif tag in _SIGNS:
            yield _SIGNS[tag]
        elif tag not in _NOT_SHOWN and not (tag == "r" and _is_hidden(element)):
            stack.extend(reversed(element))


def _is_hidden(run: Element) -> bool:
    hidden = _child(_child(run, "rPr"), "vanish")
    return hidden is not None and _value(hidden, "val") not in _OFF


def _text_boxes(paragraph: Element) -> Iterator[Element]:
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        if local_name(element) == "txbxContent":
            yield element
        elif local_name(element) not in ("Fallback", "del", "moveFrom"):
            stack.extend(reversed(element))


def _cells(table: Element) -> list[list[Element]]:
    """The rows of a table; a cell that spans columns or rows stands in each of its places."""
    rows: list[list[Element]] = []
    for line in _children(table, "tr"):
        row: list[Element] = []
        for cell in _children(line, "tc"):
            properties = _child(cell, "tcPr")
            merge_down = _child(properties, "vMerge")
            continues = merge_down is not None and _value(merge_down, "val") != "restart"
            above = rows[-1][len(row)] if continues and rows and len(row) < len(rows[-1]) else cell
            width = _value(_child(properties, "gridSpan"), "val")
            row.extend([above] * (min(int(width), 100) if width.isdigit() else 1))
        rows.append(row)
    return rows


def _has_header(table: Element) -> bool | None:
    """True when the first row is marked to repeat on each page; Word says nothing otherwise."""
    first = next(_children(table, "tr"), None)
    mark = _child(_child(first, "trPr"), "tblHeader")
    return True if mark is not None and _value(mark, "val") not in _OFF else None


def _cell_text(cell: Element) -> str:
    return " ".join(_text(paragraph) for paragraph in cell.iter() if local_name(paragraph) == "p")


def _children(parent: Element, tag: str) -> Iterator[Element]:
    """Also inside content controls and tracked insertions."""
    for child in parent:
        if local_name(child) == tag:
            yield child
        elif local_name(child) in _WRAPPERS:
            yield from _children(child, tag)


def _child(parent: Element | None, tag: str) -> Element | None:
    return None if parent is None else next((child for child in parent if local_name(child) == tag), None)


def _value(element: Element | None, attribute: str) -> str:
    if element is None:
        return ""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == attribute), "")
