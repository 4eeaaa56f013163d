"""Making a derived index anew from the catalog, beside the one in use: nothing is parsed again."""

from __future__ import annotations

import uuid
from pathlib import Path

from index.catalog.read import CatalogReader
from index.catalog.tables import Segment
from index.catalog.write import CatalogWriter
from index.lexical import LexicalIndex
from index.vectors.store import Rows, VectorStore


def rebuild_words(reader: CatalogReader, writer: CatalogWriter, words: Path, epoch: int) -> int:
    """Writes the words of an epoch into a fresh folder and points the catalog at it; returns how many passages.

    The old folder goes with the next sweep. Call it under the build lock.
    """
    name = f"{epoch}-{uuid.uuid4().hex[:8]}"
    count = LexicalIndex(words / name).add(
        (one.id, one.title, one.headings, one.text, one.language) for one in reader.all_texts(epoch)
    )
    writer.replace_words(epoch, name)
    return count


def renew_segment(writer: CatalogWriter, store: VectorStore, epoch: int, segment: Segment, rows: Rows) -> None:
    """Publishes the rows in a segment of their own, in place of a damaged one. Passages that it lacks wait for their
    vectors again. Call it under the build lock."""
    import numpy as np

    if not len(rows.ids):
        writer.retire_segments([segment])
        return
    fresh = writer.reserve_segment(epoch)
    store.create(fresh.name, rows.ids.tolist(), np.asarray(rows.vectors))
    writer.publish_segment(fresh, rows.ids.tolist(), retired=[segment])
