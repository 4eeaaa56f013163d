"""Vectors: immutable Chroma collections, one a segment. Rows hold passage ids and vectors; the text is the catalog's.

A published collection is never changed, since an open client does not see what another process adds to it.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import StaleSnapshot

if TYPE_CHECKING:
    from index.embed import Vectors

PREFIX = "segment-"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Clients of one folder share a system in the process, and Chroma starts and stops it without a lock.
_CLIENTS = threading.Lock()
ADD_ROWS = 1_000
GET_ROWS = 5_000
HNSW = {"space": "cosine", "ef_construction": 128, "ef_search": 200, "max_neighbors": 16}


class VectorStore:
    """All segments of an index folder. The client is opened on first use; safe from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._client: Any = None
        self._collections: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None

    def create(self, name: str, ids: Sequence[int], vectors: Vectors) -> None:
        """Makes a collection of unit vectors; filling it again after an interruption gives the same rows."""
        collection = self._open().get_or_create_collection(name, configuration={"hnsw": HNSW}, embedding_function=None)
        for first in range(0, len(ids), ADD_ROWS):
            rows = slice(first, first + ADD_ROWS)
            collection.add(ids=[str(i) for i in ids[rows]], embeddings=vectors[rows])

    def nearest(self, names: Sequence[str], vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """(passage id, cosine) of up to `limit` neighbours in each of the segments, best first, ties by id."""
        replies = self.nearest_each(names, vector, limit).values()
        return sorted((hit for hits in replies for hit in hits), key=lambda hit: (-hit[1], hit[0]))

    def nearest_each(self, names: Sequence[str], vector: Vectors, limit: int) -> dict[str, list[tuple[int, float]]]:
        """The same by segment; several are asked in threads."""
        if len(names) <= 1:
            return {name: self._nearest(name, vector, limit) for name in names}
        found = self._threads().map(lambda name: self._nearest(name, vector, limit), names)
        return dict(zip(names, found, strict=True))

    def get(self, name: str, ids: Sequence[int]) -> tuple[list[int], Vectors]:
        """The vectors of those ids that the segment holds: (ids, array of the same length)."""
        import numpy as np

        found: list[int] = []
        parts: list[Any] = []
        for first in range(0, len(ids), GET_ROWS):
            some = [str(i) for i in ids[first : first + GET_ROWS]]
            reply = self._call(name, lambda c, some=some: c.get(ids=some, include=["embeddings"]))
            found += [int(i) for i in reply["ids"]]
            parts.append(np.asarray(reply["embeddings"], dtype=np.float32))
        parts = [part for part in parts if len(part)]
        return found, np.concatenate(parts) if parts else np.zeros((0, 0), dtype=np.float32)

    def names(self) -> set[str]:
        return {c.name for c in self._open().list_collections() if c.name.startswith(PREFIX)}

    def delete(self, name: str) -> None:
        self._collections.pop(name, None)
        self._open().delete_collection(name)

    def drop_folders(self) -> None:
        """Removes what Chroma leaves on disk of deleted collections: the folders that its own catalog does not name."""
        catalog = self._folder / "chroma.sqlite3"
        if not catalog.is_file():
            return
        with closing(sqlite3.connect(f"{catalog.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            used = {name for (name,) in connection.execute("SELECT id FROM segments")}
        for folder in self._folder.iterdir():
            if folder.is_dir() and _UUID.fullmatch(folder.name) and folder.name not in used:
                shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown()
        with _CLIENTS:
            if self._client is not None:
                self._client.close()

    def _nearest(self, name: str, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        reply = self._call(
            name, lambda c: c.query(query_embeddings=vector[None, :], n_results=limit, include=["distances"])
        )
        return [(int(i), 1.0 - float(d)) for i, d in zip(reply["ids"][0], reply["distances"][0], strict=True)]

    def _call(self, name: str, ask: Any) -> Any:
        import chromadb.errors

        try:
            collection = self._collections.get(name)
            if collection is None:
                collection = self._open().get_collection(name, embedding_function=None)
                self._collections[name] = collection
            return ask(collection)
        except chromadb.errors.NotFoundError:
            self._collections.pop(name, None)
            raise StaleSnapshot(f"The segment {name} was swept.", "Take a new snapshot.") from None

    def _threads(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="segments")
            return self._pool

    def _open(self) -> Any:
        with _CLIENTS:
            if self._client is None:
                import chromadb
                from chromadb.config import Settings

                self._folder.mkdir(parents=True, exist_ok=True)
                self._client = chromadb.PersistentClient(str(self._folder), Settings(anonymized_telemetry=False))
            return self._client
