"""The text of a workbook from the lines of its sheets; what is too long for one document goes on in parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from index.errors import UnreadableFile
from index.loaders.builder import TextBuilder
from index.loaders.content import Content, Part
from index.loaders.metadata import Metadata
from index.loaders.office.grid import Line

LONGEST_TEXT = 5_000_000  # characters of one document
_BLOCK_LINES = 10_000


class Sheet(NamedTuple):
    name: str
    lines: Iterable[Line]


class _Block(NamedTuple):
    """Lines of one table. `has_title`: it is the first of its sheet in this document."""

    sheet: str
    text: str


def sheets_content(sheets: Iterable[Sheet], metadata: Metadata) -> Content:
    """A heading with the name of each sheet that has cells. Raises UnreadableFile when none has."""
    blocks = _blocks(sheets)
    builder, following = _fill(blocks, None)
    if not builder.text:
        raise UnreadableFile("empty", "no sheet that is shown has a cell with text")
    return builder.content(metadata, _parts(blocks, following) if following else ())


def _parts(blocks: Iterator[_Block], following: _Block | None) -> Iterator[Part]:
    count: dict[str, int] = {}
    while following is not None:
        name = "".join(" " if char in "/\\" else char for char in following.sheet).strip() or "sheet"
        count[name] = count.get(name, 1) + 1
        builder, following = _fill(blocks, following)
        yield Part(f"{name}-part-{count[name]}", content=builder.content(Metadata()))


def _fill(blocks: Iterator[_Block], first: _Block | None) -> tuple[TextBuilder, _Block | None]:
    """Takes blocks until the text is long enough; also gives back the block that did not fit."""
    builder, sheet, length = TextBuilder(), None, 0
    block = first or next(blocks, None)
    while block is not None:
        if length and length + len(block.text) > LONGEST_TEXT:
            return builder, block
        if block.sheet != sheet:
            builder.heading(block.sheet, 1)
            sheet = block.sheet
        builder.paragraph(block.text)
        length += len(block.text)
        block = next(blocks, None)
    return builder, None


def _blocks(sheets: Iterable[Sheet]) -> Iterator[_Block]:
    for sheet in sheets:
        lines: list[str] = []
        length = 0
        for line in sheet.lines:
            if lines and (line.starts_block or len(lines) >= _BLOCK_LINES or length > LONGEST_TEXT // 10):
                yield _Block(sheet.name, "\n".join(lines))
                lines, length = [], 0
            lines.append(line.text)
            length += len(line.text)
        if lines:
            yield _Block(sheet.name, "\n".join(lines))
