"""The title of a PDF that does not name one, read off its first page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from index.loaders.pdf.lines import Line
from index.loaders.pdf.words import HYPHEN

_LARGER = 1.25  # than any other line
_MOST_LINES = 3
_WORDS = range(3, 31)
_BODY_LINES = 12


def printed_title(page: Sequence[Line]) -> str:
    """The lines in the largest letters, if they stand together above a page of text; empty if in doubt."""
    if len(page) < _BODY_LINES or any(line.turn for line in page):
        return ""
    largest = max(line.height for line in page)
    lines = [line for line in page if line.height > largest / 1.05]
    others = [line.height for line in page if line.height <= largest / 1.05]
    first = page.index(lines[0])
    together = list(page[first : first + len(lines)]) == lines
    if not others or len(lines) > _MOST_LINES or not together or first > _MOST_LINES or largest < _LARGER * max(others):
        return ""
    usual = Counter(round(height) for height in others).most_common(1)[0][0]
    title = " ".join(line.text for line in lines)
    is_text = len(title.split()) in _WORDS and HYPHEN not in title and sum(map(str.isalpha, title)) > 0.7 * len(title)
    return title if is_text and usual < largest else ""
