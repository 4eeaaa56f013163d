"""Lines to paragraphs: which line goes on with the one before it, and which starts anew. All pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median, median_low

from index.loaders.pdf.hyphens import Usage, ends_with_hyphen, is_one_word
from index.loaders.pdf.items import begins_item, has_mark, is_full
from index.loaders.pdf.lines import Line

_CLOSED = tuple(".!?:;…。！？؟।»”\"')]")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]{2}")
_HANGUL = re.compile("[\uac00-\ud7a3]{2}")  # lines may end inside a word
_WIDE = re.compile("[\u1100-\u11ff\u3000-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef]")
_OTHER_SIZE = 1.22
_LOOSE = 1.45
_INDENT = 0.8
_CELL_GAP = 1.7
_FLUSH = 0.1
_FLUSH_LINES = 4
_COLUMN = 2.0
_NEAR = 4  # blocks
_LINES_ABOVE = 20
_WIDER = 0.25
_VERSE_LINES = 3
_LONG_LINE = 45  # characters; a Chinese one counts twice
_SHORT_LINE = 20


Block = list[Line]  # lines that stand together


def blocks(lines: Sequence[Line]) -> list[Block]:
    """The blocks of a page: a paragraph, a heading, a list, or the rows of a table."""
    pitch = _pitch(lines)
    found: list[Block] = []
    for before, line in zip([None, *lines], lines, strict=False):
        if before is None or _starts_block(before, line, found[-1], pitch):
            found.append([])
        found[-1].append(line)
    return found


def text_of(block: Block, edge: float | None, known: Usage) -> str:
    """The words of a block; line breaks stay where the lines do not flow on."""
    text = block[0].text
    is_verse = edge is not None and _is_verse(block, edge)
    items = begins_item(block, edge)
    for (line, following), is_item in zip(pairwise(block), items[1:], strict=True):
        between = "\n"
        is_apart = is_verse and line.text.endswith(_CLOSED) and not following.text[:1].islower()
        if not is_item and not is_apart and flows(line, following, edge):
            text, between = seam(text, line, following, known)
        text += between + following.text
    return text


def seam(text: str, line: Line, following: Line, known: Usage) -> tuple[str, str]:
    """A text that ends with a line, as it is inside a paragraph, and what stands between it and the next line."""
    if ends_with_hyphen(text):
        return (text[:-1] if is_one_word(text[:-1], following.text, known) else text[:-1] + "-"), ""
    ends = text[-1] + following.text[0]
    is_tight = _UNSPACED.fullmatch(ends) or (known.draws_blanks and not line.blank and _HANGUL.fullmatch(ends))
    return text, "" if is_tight else " "


def margins(page: Sequence[Block]) -> list[float | None]:
    """For each block its right margin, where it or the blocks around it are prose: long lines, or lines set flush."""
    ends = [max(line.right for line in block) for block in page]
    starts = [min(line.left for line in block) for block in page]
    found: list[float | None] = []
    for at, (block, start, end) in enumerate(zip(page, starts, ends, strict=True)):
        near = [
            index
            for index in range(max(0, at - _NEAR), min(len(page), at + _NEAR + 1))
            if abs(starts[index] - start) <= _COLUMN * block[0].height
            and -1 <= (ends[index] - end) / max(end - start, 1.0) <= _WIDER
            and not other_size(page[index][0], block[0])
        ]
        lines = [line for index in near for line in page[index] if not is_row(line) and _says_something(line)]
        found.append(_edge(lines))
    return found


def _edge(lines: Sequence[Line]) -> float | None:
    if not lines:
        return None
    edge = max(line.right for line in lines)
    flush = sum(1 for line in lines if edge - line.right <= _FLUSH * line.height)
    lengths = [len(line.text) + len(_WIDE.findall(line.text)) for line in lines]
    is_flush = flush >= _FLUSH_LINES and 2 * flush >= len(lines) and median(lengths) >= _SHORT_LINE
    return edge if max(lengths) >= _LONG_LINE or is_flush else None


def flows(line: Line, following: Line, edge: float | None) -> bool:
    """Whether the break before a line that begins no item is only there because its first word did not fit."""
    if not (_says_something(line) and _says_something(following)):
        return False
    if is_row(following) or line.cells or line.turn != following.turn:
        return False
    if following.text[:1].islower() and ends_with_hyphen(line.text):
        return True
    if edge is None or is_row(line):
        return False
    is_open = following.text[:1].islower() and not line.text.endswith(_CLOSED)
    return is_full(line, following, edge, 2 if is_open else 1)


def _is_verse(block: Block, edge: float) -> bool:
    """Whether most of the lines end before they are full: a full one may be a sentence of its own, too."""
    full = sum(1 for line, following in pairwise(block) if is_full(line, following, edge))
    return len(block) > _VERSE_LINES and 2 * full < len(block) - 1


def goes_on(line: Line, following: Line, edge: float | None) -> bool:
    """Whether a paragraph that ends a column or a page goes on in the next one."""
    if other_size(line, following) or not following.text[:1].islower() or line.text.endswith(_CLOSED):
        return False
    return not has_mark(following.text) and flows(line, following, edge)


def is_row(line: Line) -> bool:
    """Whether there are gaps in a line as between the cells of a table, or leaders as in a table of contents."""
    return bool(line.cells) or line.gap > _CELL_GAP * line.height or " … " in line.text


def _says_something(line: Line) -> bool:
    return any(map(str.isalnum, line.text))


def _starts_block(before: Line, line: Line, block: Sequence[Line], pitch: float) -> bool:
    if before.cells or line.cells:
        return not (before.cells and line.cells and before.columns == line.columns)
    if before.turn != line.turn or other_size(before, line):
        return True
    drop = before.base - line.base
    height = max(before.height, line.height)
    if drop < -0.2 * height or drop > _LOOSE * pitch * height:
        return True
    near = block[-_LINES_ABOVE:]
    if line.left > max(each.right for each in near) or line.right < min(each.left for each in near):
        return True
    indent = line.left - before.left
    is_hanging = before is not block[0] or has_mark(before.text)
    if -indent > _INDENT * height and is_hanging and line.right < before.right + _INDENT * height:
        return True
    return bool(
        _INDENT * height < indent < 4 * height
        and before.text.endswith(_CLOSED)
        and not has_mark(before.text)
        and not is_row(line)
        and line.right - line.left > indent
    )


def _pitch(lines: Sequence[Line]) -> float:
    """The usual distance of base lines, in heights."""
    drops = [
        (before.base - line.base) / line.height
        for before, line in pairwise(lines)
        if before.turn == line.turn
        and not (before.cells and line.cells)
        and 0.5 * line.height < before.base - line.base < 3 * line.height
    ]
    return min(max(median_low(drops), 0.9), 2.2) if drops else 1.2


def other_size(one: Line, other: Line) -> bool:
    small, large = sorted((one.height, other.height))
    return large > _OTHER_SIZE * small
