"""What the index holds, read from the catalog alone: no model, no vectors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from index.catalog.engine import open_engine
from index.catalog.read import CatalogReader
from index.errors import DocumentNotFound
from index.settings import IndexSettings
from rag.present import status_json


def read_status(settings: IndexSettings) -> dict[str, Any]:
    """The JSON object of `citewise status`. Raises IndexMissing."""
    engine = open_engine(settings.index_dir)
    try:
        catalog = CatalogReader(engine)
        state = catalog.state()
        counts, epoch = catalog.counts(state), catalog.epoch(state.epoch)
        return status_json(
            str(settings.index_dir),
            [(name, path, Path(path).is_dir()) for name, path in catalog.roots().items()],
            catalog.documents(state),
            (counts.passages, counts.pending),
            state.generation,
            catalog.failures(state),
            epoch.embedder if epoch else None,
        )
    finally:
        engine.dispose()


def read_text(settings: IndexSettings, uri: str) -> str:
    """The canonical text of a live document. Raises DocumentNotFound or IndexMissing."""
    engine = open_engine(settings.index_dir)
    try:
        catalog = CatalogReader(engine)
        found = catalog.document_at(uri, catalog.state())
    finally:
        engine.dispose()
    if found is None:
        raise DocumentNotFound(f"No document has the uri {uri}.", "List them with: citewise status")
    return found.text
