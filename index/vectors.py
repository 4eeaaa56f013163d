"""Vectors: immutable Chroma collections, one a segment. Rows hold passage ids and vectors; the text is the catalog's.

A published collection is never changed, since an open client does not see what another process adds to it. Beside each
lies a copy of its rows that is mapped into memory: Chroma finds the nearest of many, the copy scores chosen ones, which
takes Chroma a hundred times as long. Whatever becomes of a copy, Chroma has the rows.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import threading
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import StaleSnapshot
from index.ids import held

if TYPE_CHECKING:
    from index.embed import Vectors
    from index.ids import Ids

PREFIX = "segment-"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Clients of one folder share a system in the process, and Chroma starts and stops it without a lock.
_CLIENTS = threading.Lock()
ADD_ROWS = 1_000
GET_ROWS = 5_000
COPY = ".npy"
# From this share of a segment on, scoring every row is faster than gathering the chosen ones first.
SCORE_ALL = 0.1
HNSW = {"space": "cosine", "ef_construction": 128, "ef_search": 200, "max_neighbors": 16}


@dataclass(frozen=True, slots=True)
class Rows:
    """The vectors of a segment, mapped from their file: `ids` ascend, `vectors` are float32 of shape (n, dimension)."""

    ids: Ids
    vectors: Vectors

    def at(self, wanted: Ids) -> Ids:
        """The positions of those of the ascending ids that are here."""
        import numpy as np

        if len(wanted) > len(self.ids):
            return np.flatnonzero(held(wanted, self.ids))
        return np.searchsorted(self.ids, wanted[held(self.ids, wanted)])

    def cosines(self, vector: Vectors, at: Ids) -> Vectors:
        """Of the rows at the positions. Row by row: `@` waits for threads of its own on a busy machine."""
        import numpy as np

        if len(at) > SCORE_ALL * len(self.ids):
            every: Vectors = np.vecdot(self.vectors, vector)
            return every[at]
        chosen: Vectors = np.vecdot(self.vectors[at], vector)
        return chosen


class VectorStore:
    """All segments of an index folder. The client is opened on first use; safe from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._client: Any = None
        self._collections: dict[str, Any] = {}
        self._rows: dict[str, Rows] = {}
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None

    def create(self, name: str, ids: Sequence[int], vectors: Vectors) -> None:
        """Makes a collection of unit vectors; filling it again after an interruption gives the same rows."""
        collection = self._open().get_or_create_collection(name, configuration={"hnsw": HNSW}, embedding_function=None)
        for first in range(0, len(ids), ADD_ROWS):
            rows = slice(first, first + ADD_ROWS)
            collection.add(ids=[str(i) for i in ids[rows]], embeddings=vectors[rows])
        self._save(name, ids, vectors)

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

    def rows(self, name: str) -> Rows | None:
        """The mapped copy of a segment; None when it is missing or damaged."""
        rows = self._rows.get(name)
        if rows is None and (rows := _read_rows(self._copy(name))) is not None:
            self._rows[name] = rows
        return rows

    def get(self, name: str, ids: Sequence[int]) -> tuple[list[int], Vectors]:
        """The vectors of those ids that the segment holds: (ids, array of the same length)."""
        import numpy as np

        rows = self.rows(name)
        if rows is None:
            return self._get(name, ids)
        at = rows.at(np.unique(np.asarray(ids, dtype=np.int64)))
        return rows.ids[at].tolist(), rows.vectors[at]

    def cosines(self, name: str, vector: Vectors, ids: Ids) -> tuple[Ids, Vectors]:
        """(ids, exact cosines) of those of the ascending ids that the segment holds."""
        import numpy as np

        rows = self.rows(name)
        if rows is not None:
            at = rows.at(ids)
            return rows.ids[at], rows.cosines(vector, at)
        found, vectors = self._get(name, ids.tolist())
        return np.asarray(found, dtype=np.int64), np.vecdot(vectors, vector) if found else np.zeros(0, dtype=np.float32)

    def keep(self, names: Collection[str]) -> None:
        """Lets go of what is held in memory of other segments; they are opened again when asked for."""
        for opened in (self._rows, self._collections):
            for name in [name for name in list(opened) if name not in names]:
                opened.pop(name, None)

    def names(self) -> set[str]:
        return {c.name for c in self._open().list_collections() if c.name.startswith(PREFIX)}

    def delete(self, name: str) -> None:
        self._collections.pop(name, None)
        self._rows.pop(name, None)
        self._open().delete_collection(name)
        self._copy(name).unlink(missing_ok=True)

    def drop_folders(self) -> None:
        """Removes what is left on disk of deleted collections: the folders that Chroma's own catalog does not name, and
        copies of no collection. Then writes the copies that are missing or damaged."""
        catalog = self._folder / "chroma.sqlite3"
        if not catalog.is_file():
            return
        with closing(sqlite3.connect(f"{catalog.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            used = {name for (name,) in connection.execute("SELECT id FROM segments")}
        for folder in self._folder.iterdir():
            if folder.is_dir() and _UUID.fullmatch(folder.name) and folder.name not in used:
                shutil.rmtree(folder, ignore_errors=True)
        names = self.names()
        for path in self._folder.glob(f"{PREFIX}*"):
            if path.suffix != COPY or path.stem not in names:
                path.unlink(missing_ok=True)
        for name in sorted(names):
            if self.rows(name) is None:
                self._save(name, *self._get(name))

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown()
        with _CLIENTS:
            if self._client is not None:
                self._client.close()

    def _get(self, name: str, ids: Sequence[int] | None = None) -> tuple[list[int], Vectors]:
        """Rows read back from Chroma; all of them without ids."""
        import numpy as np

        total = self._call(name, lambda c: c.count()) if ids is None else len(ids)
        found: list[int] = []
        parts: list[Any] = []
        for first in range(0, total, GET_ROWS):
            some = (
                {"limit": GET_ROWS, "offset": first}
                if ids is None
                else {"ids": [str(i) for i in ids[first : first + GET_ROWS]]}
            )
            reply = self._call(name, lambda c, some=some: c.get(include=["embeddings"], **some))
            found += [int(i) for i in reply["ids"]]
            parts.append(np.asarray(reply["embeddings"], dtype=np.float32))
        parts = [part for part in parts if len(part)]
        return found, np.concatenate(parts) if parts else np.zeros((0, 0), dtype=np.float32)

    def _copy(self, name: str) -> Path:
        return self._folder / f"{name}{COPY}"

    def _save(self, name: str, ids: Sequence[int], vectors: Vectors) -> None:
        """Writes the copy as a whole or not at all."""
        import numpy as np

        order = np.argsort(np.asarray(ids, dtype=np.int64), kind="stable")
        path = self._copy(name)
        unfinished = path.with_suffix(".tmp")
        with unfinished.open("wb") as file:
            np.save(file, np.asarray(ids, dtype=np.int64)[order])
            np.save(file, np.asarray(vectors, dtype=np.float32)[order])
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        self._rows.pop(name, None)

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


def _read_rows(path: Path) -> Rows | None:
    import numpy as np

    try:
        with path.open("rb") as file:
            ids = np.load(file)
            np.lib.format.read_magic(file)
            shape, by_columns, dtype = np.lib.format.read_array_header_1_0(file)
            vectors = np.asarray(np.memmap(file, dtype=dtype, mode="r", offset=file.tell(), shape=shape))
    except (OSError, ValueError, EOFError):
        return None
    whole = ids.dtype == np.int64 and dtype == np.float32 and not by_columns and vectors.ndim == 2
    return Rows(ids, vectors) if whole and ids.shape == vectors.shape[:1] else None
