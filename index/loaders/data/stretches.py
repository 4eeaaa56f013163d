"""Long data as several documents: blocks of text, cut between them, made while they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from index.errors import UnreadableFile
from index.loaders.builder import TextBuilder
from index.loaders.content import MOST_CHARACTERS, Content, Part, within_limit
from index.loaders.metadata import Metadata

_ALWAYS_ALLOWED = 50_000_000
_MOST_GROWTH = 20


def in_stretches(
    blocks: Iterable[str], between: str, suffix: str, source_length: int, metadata: Metadata | None = None
) -> Content:
    """The first stretch as the text, further ones as parts "part-2<suffix>", ...

    Raises UnreadableFile "too large", also while the parts are made, when the text grows far beyond its source.
    """
    metadata = metadata or Metadata()
    texts = _joined(blocks, between, max(_ALWAYS_ALLOWED, _MOST_GROWTH * source_length))
    first, second = next(texts, ""), next(texts, None)
    if second is None:
        return Content(first, metadata=metadata)
    further = enumerate(chain([second], texts), 2)
    return Content(
        first,
        metadata=metadata,
        parts=(Part(f"part-{number}{suffix}", content=Content(text, metadata=metadata)) for number, text in further),
    )


def _joined(blocks: Iterable[str], between: str, most: int) -> Iterator[str]:
    gathered: list[str] = []
    length = total = 0
    for block in blocks:
        if not block:
            continue
        if (total := total + len(block)) > most:
            raise UnreadableFile("too large", f"its text would grow to more than {most:,} characters")
        if gathered and length + len(block) > MOST_CHARACTERS:
            yield _clean(between.join(gathered))
            gathered, length = [], 0
        if len(block) > MOST_CHARACTERS:
            yield from (_clean(piece.text) for _, piece in within_limit(Content(block), ""))
            continue
        gathered.append(block)
        length += len(block) + len(between)
    if gathered:
        yield _clean(between.join(gathered))


def _clean(text: str) -> str:
    builder = TextBuilder()
    builder.verbatim(text)
    return builder.text
