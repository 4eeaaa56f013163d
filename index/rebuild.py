"""Making a derived index anew from the catalog, beside the one in use: nothing is parsed again."""

from __future__ import annotations

import uuid
from pathlib import Path

from index.catalog_read import CatalogReader
from index.catalog_write import CatalogWriter
from index.lexical import LexicalIndex


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
