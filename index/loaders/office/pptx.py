"""PowerPoint (.pptx): a page for each slide, its shapes in reading order, then its notes and comments.

Reads the XML itself: the library for it loses the text of diagrams and all shapes that come in alternatives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.errors import UnreadableFile
from index.loaders.archive import local_name, read_xml
from index.loaders.builder import TextBuilder
from index.loaders.content import Content
from index.loaders.metadata import from_pairs
from index.loaders.office.drawing import chart_lines, chart_title, diagram_texts, paragraphs, table_rows
from index.loaders.office.ooxml import Relation, child, core_properties, main_part, open_office, relations, value
from index.loaders.office.pptx_shapes import Places, in_reading_order, placeholder, read_places

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element
    from zipfile import ZipFile

_TITLES = {"ctrTitle": 1, "title": 2}
_ON_EACH_SLIDE = ("dt", "ftr", "sldNum", "hdr")
_BULLETED = ("", "obj", "body")
_MOST_SLIDES = 5_000


def load(data: bytes) -> Content:
    """Slides that are skipped when presented are read too: their number counts, and the file shows them.

    Raises UnreadableFile: damaged, encrypted, empty, too large or unsupported.
    """
    with open_office(data) as archive:
        main = main_part(archive, "ppt/presentation.xml", "PowerPoint presentation")
        presentation = read_xml(archive, main)
        if local_name(presentation) != "presentation":
            raise UnreadableFile("damaged", "the archive holds no PowerPoint presentation")
        parts = {relation.id: relation.target for relation in relations(archive, main)}
        authors = _authors(archive, main)
        builder = TextBuilder()
        height = value(child(presentation, "sldSz"), "cy")
        slides = [_relation_id(slide) for slide in child(presentation, "sldIdLst") or ()]
        for identifier in slides[:_MOST_SLIDES]:
            builder.page()
            if identifier in parts:
                _add_slide(
                    archive, parts[identifier], int(height) if height.isdecimal() else 6_858_000, authors, builder
                )
        core = core_properties(archive)
    if not builder.text:
        raise UnreadableFile("empty", "no slide has text; pictures of text need recognition (OCR)")
    first = next((heading.title for heading in builder.headings if heading.level == 1), None)
    return builder.content(from_pairs([*core.items(), ("h1", first)]))


def _relation_id(slide: Element) -> str:
    return next((text for key, text in slide.items() if key.endswith("}id")), "")


def _add_slide(archive: ZipFile, part: str, height: int, authors: dict[str, str], builder: TextBuilder) -> None:
    links = relations(archive, part)
    layout = next((link.target for link in links if link.kind == "slideLayout"), None)
    master = (
        next((link.target for link in relations(archive, layout) if link.kind == "slideMaster"), None)
        if layout
        else None
    )
    places = read_places([read_xml(archive, each) for each in (layout, master) if each])
    slide = read_xml(archive, part)
    tree = child(child(slide, "cSld"), "spTree")
    for shape in in_reading_order(tree, places, height):
        _add_shape(archive, shape, links, places, builder)
    for link in links:
        if link.kind == "notesSlide":
            _add_notes(read_xml(archive, link.target), builder)
        elif link.kind == "comments":
            _add_comments(read_xml(archive, link.target), authors, builder)


def _add_shape(archive: ZipFile, shape: Element, links: list[Relation], places: Places, builder: TextBuilder) -> None:
    if local_name(shape) == "graphicFrame":
        _add_frame(archive, shape, links, builder)
        return
    kind, _ = placeholder(shape) or (None, "")
    if kind in _ON_EACH_SLIDE:
        return
    texts = list(paragraphs(child(shape, "txBody")))
    if kind in _TITLES:
        builder.heading(" ".join(each.text for each in texts), _TITLES[kind])
        return
    is_list = kind in _BULLETED and len(texts) > 1 and not places.without_bullets(shape)
    count = 0
    for each in texts:
        count = count + 1 if each.bullet == "number" else 0
        if each.bullet == "number":
            builder.item(each.text, f"{count}. ")
        elif each.bullet == "sign" or (is_list and each.bullet != "none"):
            builder.item(each.text)
        else:
            builder.paragraph(each.text)


def _add_frame(archive: ZipFile, frame: Element, links: list[Relation], builder: TextBuilder) -> None:
    """A table, a chart or a diagram."""
    targets = {link.id: link.target for link in links}
    for element in frame.iter():
        match local_name(element):
            case "tbl":
                header = value(child(element, "tblPr"), "firstRow") in ("1", "true")
                builder.table(table_rows(element), header or None)
                return
            case "chart" if target := targets.get(value(element, "id")):
                chart = read_xml(archive, target)
                builder.paragraph(chart_title(chart))
                builder.paragraph("\n".join(chart_lines(chart)))
            case "relIds" if target := targets.get(value(element, "dm")):
                for text in diagram_texts(read_xml(archive, target)):
                    builder.item(text)


def _add_notes(notes: Element, builder: TextBuilder) -> None:
    label = "Notes: "
    for shape in notes.iter():
        if local_name(shape) == "sp" and (placeholder(shape) or ("", ""))[0] in ("body", "obj"):
            for each in paragraphs(child(shape, "txBody")):
                builder.paragraph(label + each.text)
                label = ""


def _authors(archive: ZipFile, main: str) -> dict[str, str]:
    """The names of those who wrote comments, by their number."""
    parts = [link.target for link in relations(archive, main) if link.kind in ("commentAuthors", "authors")]
    return {value(each, "id"): value(each, "name") for part in parts for each in read_xml(archive, part)}


def _add_comments(comments: Element, authors: dict[str, str], builder: TextBuilder) -> None:
    for comment in comments.iter():
        if local_name(comment) not in ("cm", "reply"):
            continue
        said = child(comment, "text")
        text = (
            (said.text or "") if said is not None else "\n".join(p.text for p in paragraphs(child(comment, "txBody")))
        )
        author = authors.get(value(comment, "authorId"), "")
        if text.strip():
            builder.paragraph(f"Comment by {author}: {text}" if author else f"Comment: {text}")
