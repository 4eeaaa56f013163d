"""Plain text: the file's characters as they are."""

from __future__ import annotations

from index.loaders.builder import unify_newlines
from index.loaders.content import Content
from index.loaders.encoding import decode
from index.loaders.metadata import from_lines


def load(data: bytes) -> Content:
    text = unify_newlines(decode(data))
    return Content(text, metadata=from_lines(text))
