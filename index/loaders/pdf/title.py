"""The title of a PDF that does not name one, read off its first page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from index.loaders.pdf.layout import is_row
from index.loaders.pdf.lines import Line
from index.loaders.pdf.words import HYPHEN

_SAME = 1.05  # height of the lines of one title
_LARGER = 1.25  # than any other line
_LARGER_OVER_PROSE = 1.15
_LARGER_THAN_PROSE = 1.3
_LONG_LINE = 45  # characters
_PROSE_LINES = 3
_MOST_LINES = 3
_MOST_LINES_ABOVE = 3
_WORDS = range(2, 31)
_FULL_TITLE = 3  # words
_SHORT_TITLE = 4
_PAGE_LINES = 12
_PROSE_PAGE_LINES = 5
_MOST_TURNED = 2  # such as the number of a preprint at the margin
_HEAD_LINES = 5

# What heads a part of something, or a list.
_PART = re.compile(
    r"(?:\d{1,2}(?:\.\d+)*[.):]?|[IVX]+[.):]|[A-Z][.)])\s|\W*(?:page|seite)\s*\d|(?:table of )?contents$|inhalt"
    r"|(?:chapter|part|section|appendix|annex|kapitel|teil|abschnitt|anhang|chapitre|table|figure|tabelle|abbildung)"
    r" (?:\d|[IVX]+\b|[A-Z]\b|one\b|two\b|three\b)",
    re.I,
)
_COMPANY = re.compile(
    r"\b(?:inc|ltd|llc|llp|plc|corp|corporation|company|co|gmbh|ag|kg|s\.?a|s\.?r\.?l|b\.?v)\.?$", re.I
)
_CONTACT = re.compile(
    r"@|\bwww\.|https?:|\+\d|\(\d{3}\)|\b(?:tel|phone|telephone|fax|telefon)\b|\b\d{5}\b"
    r"|\b[A-Z]{1,2}\d\w? \d[A-Z]{2}\b",
    re.I,
)
_LETTER = re.compile(r"(?:dear|sehr geehrte[rs]?|liebe[rs]?|chère|cher|estimad[oa]|madame|monsieur)\b", re.I)


def printed_title(page: Sequence[Line]) -> str:
    """The lines in the largest letters, if they stand together above a page of text; empty if in doubt."""
    upright = [line for line in page if not line.turn]
    if len(page) - len(upright) > _MOST_TURNED or len(upright) < _PROSE_PAGE_LINES:
        return ""
    largest = max(line.height for line in upright)
    lines = [line for line in upright if line.height > largest / _SAME]
    first = upright.index(lines[0])
    last = first + len(lines)
    above, below = upright[:first], upright[last:]
    if len(lines) > _MOST_LINES or first > _MOST_LINES_ABOVE or upright[first:last] != lines or not below:
        return ""
    if any(line.base > lines[-1].base for line in below) or not _stands_out(largest, [*above, *below]):
        return ""
    title = " ".join(line.text for line in lines)
    return title if _reads_like_one(title) and not _is_letterhead(title, [*above, *below]) else ""


def _stands_out(height: float, others: Sequence[Line]) -> bool:
    """Prose below tells a title from what else is large; without it, it must be larger."""
    next_largest = max(line.height for line in others)
    prose = [round(line.height) for line in others if len(line.text) >= _LONG_LINE and not is_row(line)]
    if len(prose) < _PROSE_LINES:
        usual = Counter(round(line.height) for line in others).most_common(1)[0][0]
        return len(others) >= _PAGE_LINES - 1 and height >= _LARGER * next_largest and height > usual
    return (
        height >= _LARGER_OVER_PROSE * next_largest
        and height >= _LARGER_THAN_PROSE * Counter(prose).most_common(1)[0][0]
    )


def _reads_like_one(title: str) -> bool:
    if len(title.split()) not in _WORDS or HYPHEN in title or title.endswith((".", ",", ";", ":")):
        return False
    return sum(map(str.isalpha, title)) > 0.7 * len(title) and not _PART.match(title)


def _is_letterhead(title: str, others: Sequence[Line]) -> bool:
    """Whether it names who writes."""
    has_contact = any(_CONTACT.search(line.text) for line in others[:_HEAD_LINES])
    is_short = len(title.split()) <= _SHORT_TITLE
    return bool(_COMPANY.search(title)) or (
        is_short and (has_contact or any(_LETTER.match(line.text) for line in others))
    )
