"""The pages of a PDF to its canonical text. Pure: what PDFium found goes in, text with offsets comes out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.loaders.pdf.edges import without_running_lines
from index.loaders.pdf.hyphens import Usage, usage
from index.loaders.pdf.layout import Block, blocks, goes_on, margins, seam, text_of
from index.loaders.pdf.lines import Line
from index.loaders.pdf.order import in_reading_order
from index.loaders.pdf.outline import Bookmark, Found, headings
from index.loaders.pdf.table_text import Header, table_text
from index.loaders.pdf.words import HYPHEN
from index.types import Heading


@dataclass(frozen=True, slots=True)
class Text:
    """Offsets as in `Document`."""

    text: str
    headings: tuple[Heading, ...]
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block of a page. `level` is that of a heading, else 0; `rest_of` the last line of the piece that it goes on."""

    page: int
    text: str
    first: Line
    level: int = 0
    rest_of: Line | None = None


def compose(pages: Sequence[Sequence[Line]], outline: Sequence[Bookmark] = ()) -> Text:
    """Blocks stand apart by an empty line; a paragraph that goes on over columns or pages is one.

    A page without text starts where the next one does.
    """
    read = [in_reading_order(page) for page in without_running_lines(pages)]
    known = usage(line for page in read for line in page)
    parts: list[str] = []
    found: list[Heading] = []
    starts: list[int] = []
    length = 0
    for piece in _pieces(read, outline, known):
        if piece.rest_of is not None:
            before, between = seam(parts[-1], piece.rest_of, piece.first, known)
            length += len(before) - len(parts[-1])
            parts[-1] = before
        else:
            between = "\n\n" if parts else ""
        parts.append(between)
        length += len(between)
        starts.extend([length] * (piece.page + 1 - len(starts)))
        if piece.level:
            found.append(Heading(length, piece.level, piece.text))
        parts.append(piece.text)
        length += len(piece.text)
    starts.extend([length] * (len(pages) - len(starts)))
    return Text("".join(parts).replace(HYPHEN, "-"), tuple(found), tuple(starts))


def _pieces(pages: Sequence[Sequence[Line]], outline: Sequence[Bookmark], known: Usage) -> Iterator[_Piece]:
    marks: dict[int, list[Bookmark]] = defaultdict(list)
    for bookmark in outline:
        marks[bookmark.page].append(bookmark)
    before: tuple[Line, float | None] | None = None
    names: Header | None = None
    for number, lines in enumerate(pages):
        titles = headings(lines, marks[number]) if number in marks else {}
        parts = list(_blocks(lines, titles))
        edges = margins([block for block, _ in parts])
        for (block, level), edge in zip(parts, edges, strict=True):
            if level:
                yield _Piece(number, " ".join(line.text for line in block).replace(HYPHEN, "-"), block[0], level)
                before = names = None
                continue
            if block[0].cells:
                text, names = table_text(block, known, names)
                yield _Piece(number, text, block[0])
                before = None
                continue
            names = None
            rest_of = before[0] if before is not None and goes_on(before[0], block[0], before[1]) else None
            yield _Piece(number, text_of(block, edge, known), block[0], rest_of=rest_of)
            before = block[-1], edge


def _blocks(lines: Sequence[Line], titles: dict[int, Found]) -> Iterator[tuple[Block, int]]:
    """Blocks with 0, and the lines of headings with their level."""
    at = 0
    for first, title in sorted(titles.items()):
        yield from ((block, 0) for block in blocks(lines[at:first]))
        at = first + title.count
        yield list(lines[first:at]), title.level
    yield from ((block, 0) for block in blocks(lines[at:]))
