"""The rows of parsed files: contents, their passages, and the documents inside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from index.catalog.engine import slices
from index.catalog.read import day_number
from index.catalog.tables import contents, parts, placements
from index.chunk import Chunk
from index.plan import suffix_of
from index.types import Document, Failure


@dataclass(frozen=True, slots=True)
class NewPassage:
    id: int
    key: str
    title: str
    headings: tuple[str, ...]
    text: str
    language: str | None
    input: str | None = None


@dataclass(frozen=True, slots=True)
class NewContent:
    """A parsed document, its chunks and the passage id of each. `parts` are the documents inside it, or why one cannot
    be read; their contents are in the catalog before it. `is_part`: only what holds it shows it."""

    root: str
    document: Document
    chunks: Sequence[Chunk]
    passage_ids: Sequence[int]
    parts: Sequence[Document | Failure] = ()
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A uri that shows a content the catalog already holds."""

    root: str
    uri: str
    content_id: int


def find_content(connection: sa.Connection, epoch: int, sha256: str, suffix: str) -> int | None:
    query = sa.select(contents.c.id).where(
        contents.c.epoch == epoch, contents.c.sha256 == sha256, contents.c.suffix == suffix
    )
    return connection.scalar(query)


def insert_content(connection: sa.Connection, epoch: int, new: NewContent) -> int:
    """Returns the id of the content."""
    document = new.document
    values = {
        "epoch": epoch,
        "sha256": document.sha256,
        "suffix": suffix_of(document.uri),
        "mime": document.mime,
        "title": document.title,
        "text": document.text,
        "pages": list(document.pages),
        "headings": [[h.start, h.level, h.title] for h in document.headings],
        "outlet": document.outlet,
        "author": document.author,
        "published": None if document.published is None else day_number(document.published),
        "language": document.language,
        "origins": [list(pair) for pair in document.origins],
    }
    content_id = int(connection.execute(sa.insert(contents).values(**values).returning(contents.c.id)).scalar_one())
    rows = [
        {
            "content_id": content_id,
            "ordinal": chunk.ordinal,
            "passage_id": passage_id,
            "start": chunk.start,
            "end": chunk.end,
            "page": chunk.page,
        }
        for chunk, passage_id in zip(new.chunks, new.passage_ids, strict=True)
    ]
    for some in slices(rows):
        connection.execute(placements.insert(), some)
    for some in slices([_part_row(connection, epoch, content_id, *part) for part in enumerate(new.parts)]):
        connection.execute(parts.insert(), some)
    return content_id


def with_parts(connection: sa.Connection, placed: Iterable[Placed]) -> list[dict[str, Any]]:
    """Rows of documents, without generations: each placed file and everything inside it."""
    rows: list[dict[str, Any]] = [
        {"uri": p.uri, "file": p.uri, "root": p.root, "content_id": p.content_id} for p in placed
    ]
    level = rows
    while level:
        inside: dict[int, list[Any]] = {}
        for some in slices(sorted({row["content_id"] for row in level})):
            query = sa.select(parts).where(parts.c.content_id.in_(some), parts.c.part_id.is_not(None))
            for part in connection.execute(query.order_by(parts.c.content_id, parts.c.ordinal)):
                inside.setdefault(part.content_id, []).append(part)
        level = [
            {**row, "uri": f"{row['uri']}/{part.name}", "content_id": part.part_id}
            for row in level
            for part in inside.get(row["content_id"], ())
        ]
        rows += level
    return rows


def _part_row(
    connection: sa.Connection, epoch: int, content_id: int, ordinal: int, part: Document | Failure
) -> dict[str, Any]:
    row = {"content_id": content_id, "ordinal": ordinal, "name": part.uri.rpartition("/")[2]}
    if isinstance(part, Failure):
        return {**row, "part_id": None, "reason": part.reason, "detail": part.detail}
    part_id = find_content(connection, epoch, part.sha256, suffix_of(part.uri))
    if part_id is None:
        raise ValueError(f"the content of {part.uri} is not in the catalog")
    return {**row, "part_id": part_id, "reason": None, "detail": None}
