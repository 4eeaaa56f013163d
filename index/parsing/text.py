"""A document cut into passages: what a parser process gives, and what is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.chunk import Chunk, chunk, passage_keys
from index.embed import count_tokens
from index.types import Document


@dataclass(frozen=True, slots=True)
class ParsedText:
    """`keys` are the passage keys of the chunks."""

    document: Document
    chunks: Sequence[Chunk]
    keys: Sequence[str]

    @property
    def uri(self) -> str:
        return self.document.uri


def cut(document: Document) -> ParsedText:
    chunks = chunk(document, count_tokens)
    return ParsedText(document, chunks, passage_keys(document, chunks))
