"""Plain text: the file's characters as they are."""

from __future__ import annotations

import re

from index.loaders.builder import unify_newlines
from index.loaders.content import Content
from index.loaders.encoding import decode
from index.loaders.metadata import from_lines


def load(data: bytes) -> Content:
    """Form feeds end pages, as in RFCs and texts made from PDFs; they stay in the text."""
    text = unify_newlines(decode(data))
    return Content(text, pages=_pages(text), metadata=from_lines(text.replace("\f", "\n")))


def _pages(text: str) -> tuple[int, ...]:
    end = len(text.rstrip())
    starts = tuple(match.end() for match in re.finditer("\f", text[:end]))
    return (0, *starts) if starts else ()
