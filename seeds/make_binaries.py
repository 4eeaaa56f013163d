"""Write the PDF and Word samples from their readable originals.

    python seeds/make_binaries.py

`originals/council/berth-tariff-2025.docx.md` becomes `council/berth-tariff-2025.docx`, and so on. An original is a
front matter (title, author, subject, date) and a small subset of Markdown: `#` and `##` headings, `-` items, tables
whose first row is the head, `\\newpage`, and paragraphs on one line each. The same originals always give the same
bytes, so a run without an edit changes no file. Needs reportlab and python-docx.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape

HERE = Path(__file__).parent
ORIGINALS = HERE / "originals"
ZIP_TIME = (1980, 1, 1, 0, 0, 0)

Kind = Literal["title", "heading", "item", "table", "page break", "paragraph"]


@dataclass(frozen=True, slots=True)
class Block:
    """One block of an original; only a table has `rows`."""

    kind: Kind
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Original:
    title: str
    author: str
    subject: str
    created: datetime
    blocks: tuple[Block, ...]


def parse(source: str) -> Original:
    """The original in `source`. Raises KeyError when the front matter lacks a field."""
    _, front, body = source.split("---\n", 2)
    fields = dict(line.split(": ", 1) for line in front.splitlines())
    created = datetime.fromisoformat(f"{fields['date']}T09:00:00")
    return Original(fields["title"], fields["author"], fields["subject"], created, tuple(_blocks(body)))


def _blocks(body: str) -> Iterator[Block]:
    lines = [line for line in body.splitlines() if line.strip()]
    for is_table, group in groupby(lines, key=lambda line: line.startswith("|")):
        if is_table:
            yield Block("table", rows=tuple(_cells(line) for line in group))
        else:
            yield from map(_block, group)


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip().strip("|").split("|"))


def _block(line: str) -> Block:
    if line == "\\newpage":
        return Block("page break")
    marks: tuple[tuple[str, Kind], ...] = (("## ", "heading"), ("# ", "title"), ("- ", "item"))
    for mark, kind in marks:
        if line.startswith(mark):
            return Block(kind, line.removeprefix(mark))
    return Block("paragraph", line)


def to_docx(original: Original) -> bytes:
    from docx import Document
    from docx.document import Document as WordDocument
    from docx.enum.text import WD_BREAK

    def add_table(word: WordDocument, rows: tuple[tuple[str, ...], ...]) -> None:
        table = word.add_table(len(rows), len(rows[0]), style="Table Grid")
        for place, row in zip(table.rows, rows, strict=True):
            for cell, text in zip(place.cells, row, strict=True):
                cell.paragraphs[0].add_run(text).bold = row is rows[0]
        word.add_paragraph()

    word = Document()
    properties = word.core_properties
    properties.title, properties.author, properties.subject = original.title, original.author, original.subject
    properties.created = properties.modified = original.created
    properties.last_modified_by, properties.language = original.author, "en"
    properties.comments = ""
    for block in original.blocks:
        match block.kind:
            case "title":
                word.add_heading(block.text, level=0)
            case "heading":
                word.add_heading(block.text, level=1)
            case "item":
                word.add_paragraph(block.text, style="List Bullet")
            case "table":
                add_table(word, block.rows)
            case "page break":
                word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
            case "paragraph":
                word.add_paragraph(block.text)
    saved = BytesIO()
    word.save(saved)
    return _without_clock(saved)


def _without_clock(archive: BytesIO) -> bytes:
    """The same zip with one fixed time on every entry."""
    fixed = BytesIO()
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return fixed.getvalue()


def to_pdf(original: Original) -> bytes:
    from reportlab.lib import colors  # type: ignore[import-untyped]
    from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
    from reportlab.lib.styles import getSampleStyleSheet  # type: ignore[import-untyped]
    from reportlab.platypus import (  # type: ignore[import-untyped]
        BaseDocTemplate,
        Frame,
        ListFlowable,
        PageBreak,
        PageTemplate,
        Paragraph,
        Table,
        TableStyle,
    )

    styles = getSampleStyleSheet()
    styles["Title"].alignment = 0
    styles["BodyText"].fontSize, styles["BodyText"].leading, styles["BodyText"].spaceAfter = 11, 15, 6

    def flow(block: Block) -> Any:
        text = escape(block.text)
        match block.kind:
            case "title":
                return Paragraph(text, styles["Title"])
            case "heading":
                return Paragraph(text, styles["Heading2"])
            case "item":
                return ListFlowable([Paragraph(text, styles["BodyText"])], bulletType="bullet", start="•")
            case "table":
                return table(block.rows)
            case "page break":
                return PageBreak()
            case "paragraph":
                return Paragraph(text, styles["BodyText"])

    def table(rows: tuple[tuple[str, ...], ...]) -> Any:
        look = [
            ("FONT", (0, 0), (-1, 0), "Helvetica-Bold"),
            ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.grey),
        ]
        return Table(rows, hAlign="LEFT", style=TableStyle(look), spaceBefore=8, spaceAfter=10)

    def stamp(canvas: Any, _: Any) -> None:
        # An invariant PDF carries the year 2000 unless it is told otherwise.
        canvas.setDateFormatter(lambda *_: original.created.strftime("D:%Y%m%d%H%M%S+00'00'"))
        canvas.setFont("Helvetica", 9)
        canvas.drawCentredString(A4[0] / 2, 36, f"Page {canvas.getPageNumber()}")

    saved = BytesIO()
    pages = BaseDocTemplate(
        saved,
        pagesize=A4,
        invariant=1,
        title=original.title,
        author=original.author,
        subject=original.subject,
        creator="make_binaries.py",
        lang="en",
    )
    frame = Frame(pages.leftMargin, pages.bottomMargin, pages.width, pages.height)
    # At the page's end, so that the page number is also the last word of the page's text.
    pages.addPageTemplates(PageTemplate(frames=[frame], onPageEnd=stamp))
    pages.build([flow(block) for block in original.blocks])
    return saved.getvalue()


def main() -> None:
    writers = {".docx": to_docx, ".pdf": to_pdf}
    for path in sorted(ORIGINALS.rglob("*.md")):
        target = HERE / path.relative_to(ORIGINALS).with_suffix("")
        target.write_bytes(writers[target.suffix](parse(path.read_text("utf-8"))))
        print(target.relative_to(HERE))


if __name__ == "__main__":
    main()
