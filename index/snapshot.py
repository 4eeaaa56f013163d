"""The one door through which asking sees the stores: a read view at one generation.

`Index.snapshot()` notices a new generation by itself; a Snapshot never changes. The generation is read first, then the
word index is reloaded: it can hold more than the generation shows, never less, and the catalog hides the rest. The ids
it shows are read once; those of the next generation are made from them and what came and went between the two.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.catalog.engine import open_engine
from index.catalog.read import CatalogReader
from index.catalog.tables import FILENAME, State
from index.embed import Embedder, embedder_of
from index.errors import CitewiseError, IndexMissing
from index.lexical import LexicalIndex
from index.settings import IndexSettings
from index.terms import Analysed
from index.types import Document
from index.vectors.server import READ_PATIENCE
from index.vectors.store import VectorStore
from index.view import Snapshot

if TYPE_CHECKING:
    from index.ids import Ids

WORDS, VECTORS = "words", "vectors"  # folders in the folder of the index
CACHED_CHARACTERS = 10_000_000

__all__ = ["Index", "Snapshot"]


class Index:
    """An index folder opened for reading. Safe from several threads; close it when done.

    Raises IndexMissing when the folder holds no index.
    """

    def __init__(self, settings: IndexSettings, embedder: Any = None) -> None:
        self._engine = open_engine(settings.index_dir)
        self._catalog_file = _identity(settings.index_dir)
        self._closed = False
        self.catalog = CatalogReader(self._engine)
        owner = self.catalog.index_id()
        self.vectors = VectorStore(settings.index_dir / VECTORS, settings.chroma_url, owner, READ_PATIENCE)
        self._settings = settings
        self._given = embedder
        self._embedder: Embedder | None = None
        self._words: dict[str, LexicalIndex] = {}
        self._current: Snapshot | None = None
        self._lock = threading.Lock()
        self._fingerprints: dict[int, str] = {}
        self._documents: OrderedDict[int, Document] = OrderedDict()
        self._characters = 0
        self._reading = threading.Lock()
        self.analysed: OrderedDict[int, Analysed] = OrderedDict()

    def snapshot(self) -> Snapshot:
        """A view of the newest generation; the same object as long as nothing was published."""
        with self._lock:
            self._check_there()
            while True:
                state = self.catalog.state()
                if self._current is not None and _view(self._current.state) == _view(state):
                    return self._current
                try:
                    self._current = self._open(state)
                except CitewiseError:
                    if self.catalog.state().oldest <= state.generation:
                        raise
                    # It was swept while it was opened: there is a newer one.

    def embedder(self) -> Embedder | None:
        """The embedder of the live vectors, also when the settings name another by now; None when it cannot be had."""
        with self._lock:
            self._check_there()
            live = self._fingerprint(self.catalog.state().epoch)
            if live is not None and (self._embedder is None or self._embedder.fingerprint != live):
                self._embedder = embedder_of(live, self._settings, self._given)
            return self._embedder

    def documents(self, document_ids: Iterable[int]) -> dict[int, Document]:
        """Documents by id, with their text; those used last are kept in memory. Ids that are not there are left out."""
        wanted = set(document_ids)
        with self._reading:
            found = {i: self._documents[i] for i in wanted if i in self._documents}
        if missing := wanted - found.keys():
            found |= {document.id: document for document in self.catalog.documents_by_id(missing)}
        with self._reading:
            for document_id, document in found.items():
                if document_id not in self._documents:
                    self._characters += len(document.text)
                self._documents[document_id] = document
                self._documents.move_to_end(document_id)
            while self._characters > CACHED_CHARACTERS:
                self._characters -= len(self._documents.popitem(last=False)[1].text)
        return found

    def close(self) -> None:
        self._closed = True
        self.vectors.close()
        self._engine.dispose()

    def _check_there(self) -> None:
        """What is open can be read on after it was deleted, but what it says is no longer so."""
        folder = self._settings.index_dir
        if self._closed:
            raise CitewiseError(f"The index {folder} was closed.", "Open it again: Assistant.open()")
        if (found := _identity(folder)) != self._catalog_file:
            if found is None:
                raise IndexMissing(f"The index in {folder} is not there any more.", "Build one: citewise index FOLDER")
            raise IndexMissing(f"Another index was put in {folder} meanwhile.", "Open it again, as by a restart.")

    def _open(self, state: State) -> Snapshot:
        epoch = self.catalog.epoch(state.epoch)
        if epoch is None:
            raise IndexMissing("The index is empty.", "Build it: citewise index FOLDER")
        if epoch.words not in self._words:
            folder = self._settings.index_dir / WORDS / epoch.words
            lost = self.catalog.has_passages(epoch.id)  # an empty folder would hide that it is
            self._words = {epoch.words: LexicalIndex(folder, create=not lost)}
        live = self._live_at(state)
        opened = Snapshot(self, state, self._words[epoch.words].searcher(), live)
        self.vectors.keep(opened.segment_names)
        return opened

    def _fingerprint(self, epoch: int) -> str | None:
        """Of the embedder of an epoch, which never changes; None before the first build."""
        if epoch not in self._fingerprints and (found := self.catalog.epoch(epoch)) is not None:
            self._fingerprints[epoch] = found.embedder
        return self._fingerprints.get(epoch)

    def _live_at(self, state: State) -> Ids | None:
        """The live ids of a new generation, if those of the last one are known and are on the way to it."""
        import numpy as np

        before = self._current
        if before is None or before.known_live is None or before.state.epoch != state.epoch:
            return None
        touched = self.catalog.touched(before.generation, state)
        fresh = np.array(sorted(self.catalog.live(touched.tolist(), state)), dtype=np.int64)
        live = np.union1d(np.setdiff1d(before.known_live, touched, assume_unique=True), fresh)
        return live if self.catalog.state().oldest <= before.generation else None


def _identity(folder: Path) -> tuple[int, int] | None:
    """Tells the file of the catalog from any other that takes its place; None when there is none."""
    try:
        found = os.stat(folder / FILENAME)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _view(state: State) -> tuple[int, int]:
    return state.epoch, state.generation
