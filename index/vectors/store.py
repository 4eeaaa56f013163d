"""Vectors: immutable Chroma collections, one a segment. Rows hold passage ids and vectors; the text is the catalog's.

A published collection is never changed, since an open Chroma does not see what another process adds to it. Beside each
lies a copy of its rows: Chroma finds the nearest of many, the copy scores chosen ones. Whatever becomes of a copy,
Chroma has the rows. Chroma is embedded, in the folder, or runs on a server; the copies lie in the folder in any case.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from operator import methodcaller
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from index.errors import StaleSnapshot
from index.vectors import files as vector_files
from index.vectors.chroma import Chroma, NoCollection, explained
from index.vectors.copies import PREFIX, Copies, Rows
from index.vectors.server import BUILD_PATIENCE, read_url
from index.vectors.shared import Shared

if TYPE_CHECKING:
    from index.embed import Vectors
    from index.ids import Ids

T = TypeVar("T")

__all__ = ["PREFIX", "Rows", "VectorStore"]

OWNER_LENGTH = 12
ADD_ROWS = 4_000
GET_ROWS = 5_000
LIST_ROWS = 500
# A segment of so many rows is scored whole in less time than Chroma takes to answer. Its graph serves only while its
# copy is missing, and is made in a third of the time.
SCAN_ROWS = 8_192


class VectorStore:
    """All segments of an index. Chroma is opened on first use; safe from several threads.

    With `url` they are kept by the Chroma server there, which other indexes may share: `owner` is the id of the index,
    and `patience` how many seconds a server that is away is waited for. Raises VectorStoreError when it stays away.
    """

    def __init__(self, folder: Path, url: str | None = None, owner: str = "", patience: float = BUILD_PATIENCE) -> None:
        if url is not None and not owner:
            raise ValueError("a server is shared: name the owner")
        self._folder = folder
        self._copies = Copies(folder)
        self._server = None if url is None else read_url(url, patience)
        self._prefix = PREFIX if url is None else f"{PREFIX}{owner[:OWNER_LENGTH]}-"
        self._chroma: Shared[Chroma] = Shared(lambda: Chroma(folder, self._server), Chroma.stop)
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None

    def create(self, name: str, ids: Sequence[int], vectors: Vectors) -> None:
        """Makes a collection of unit vectors; filling it again after an interruption gives the same rows."""
        self._ask(lambda chroma: chroma.create(name, light=len(ids) <= SCAN_ROWS))
        for first in range(0, len(ids), ADD_ROWS):
            rows = slice(first, first + ADD_ROWS)
            self._of(name, methodcaller("add", ids=[str(i) for i in ids[rows]], embeddings=vectors[rows]))
        self._copies.save(name, ids, vectors)

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
        return self._copies.rows(name)

    def get(self, name: str, ids: Sequence[int]) -> tuple[list[int], Vectors]:
        """The vectors of those ids that the segment holds: (ids, array of the same length)."""
        import numpy as np

        rows = self.rows(name)
        if rows is None:
            return self._get(name, ids)
        at = rows.at(np.unique(np.asarray(ids, dtype=np.int64)))
        return rows.ids[at].tolist(), rows.vectors[at]

    def load(self, name: str) -> tuple[list[int], Vectors]:
        """All rows of a segment as Chroma itself has them, in no order: (ids, array of the same length)."""
        return self._get(name)

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
        """Gives back the memory that other segments take; they are opened again when asked for.

        The embedded Chroma never lets go of a graph, so with a retired one in memory it is closed as a whole.
        """
        self._copies.keep(names)
        self._chroma.put_away(lambda chroma: chroma.is_swollen(names))

    def names(self) -> set[str]:
        """The collections of this index; on a server those of its owner alone."""
        found: set[str] = set()
        before = None
        # Once more when there are several pages: what others delete meanwhile makes names slip from one to another.
        while len(found) != before:
            before, listed = len(found), 0
            while some := self._ask(partial(Chroma.names, limit=LIST_ROWS, offset=listed)):
                found.update(name for name in some if name.startswith(self._prefix))
                listed += len(some)
            if listed <= LIST_ROWS:
                break
        return found

    def delete(self, name: str) -> None:
        self._ask(lambda chroma: chroma.delete(name))
        self._copies.delete(name)

    def drop_folders(self) -> None:
        """Removes what is left on disk of deleted collections: the folders that Chroma's own catalog does not name, and
        copies of no collection. Then writes the copies that are missing or damaged."""
        if self._server is None:
            if not (self._folder / vector_files.DATABASE).is_file():
                return
            vector_files.drop_graphs(self._folder)
        names = self.names()
        self._copies.tidy(names)
        for name in sorted(names):
            if self.rows(name) is None:
                self._copies.save(name, *self._get(name))

    def restore(self, names: Collection[str]) -> set[str]:
        """Puts segments that Chroma lacks back from their copies, as after a change of server; returns those left."""
        missing = set(names) - self.names()
        copies = {name: rows for name in missing if (rows := self.rows(name)) is not None}
        for name, rows in copies.items():
            self.create(name, rows.ids.tolist(), rows.vectors)
        return missing - copies.keys()

    def size_on_disk(self) -> int:
        """Bytes of all files in the folder; with a server, of the copies."""
        return vector_files.size(self._folder)

    def vacuum(self) -> None:
        """Gives the disk back what deleted collections took, and leaves nothing of their rows in any file.

        Under the build lock; does nothing on a server. Raises VectorStoreError when the disk has no room for it or
        another program keeps it busy.
        """
        if self._server is None and (self._folder / vector_files.DATABASE).is_file():
            self.drop_folders()
            self._chroma.put_away()
            vector_files.vacuum(self._folder)
            vector_files.blank_unused(self._folder)

    def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown()
        self._chroma.put_away()

    def _get(self, name: str, ids: Sequence[int] | None = None) -> tuple[list[int], Vectors]:
        """Rows read back from Chroma; all of them without ids."""
        import numpy as np

        total = self._of(name, methodcaller("count")) if ids is None else len(ids)
        found: list[int] = []
        parts: list[Any] = []
        for first in range(0, total, GET_ROWS):
            some: dict[str, Any] = {"limit": GET_ROWS, "offset": first}
            if ids is not None:
                some = {"ids": [str(i) for i in ids[first : first + GET_ROWS]]}
            reply = self._of(name, methodcaller("get", include=["embeddings"], **some))
            found += [int(i) for i in reply["ids"]]
            parts.append(np.asarray(reply["embeddings"], dtype=np.float32))
        parts = [part for part in parts if len(part)]
        return found, np.concatenate(parts) if parts else np.zeros((0, 0), dtype=np.float32)

    def _nearest(self, name: str, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        asked = {"query_embeddings": vector[None, :], "n_results": limit, "include": ["distances"]}
        reply = self._of(name, methodcaller("query", **asked))
        return [(int(i), 1.0 - float(d)) for i, d in zip(reply["ids"][0], reply["distances"][0], strict=True)]

    def _of(self, name: str, work: Callable[[Any], Any]) -> Any:
        """Asks a collection."""
        try:
            return self._ask(lambda chroma: chroma.ask(name, work))
        except NoCollection:
            self._ask(lambda chroma: chroma.forget(name))
            raise StaleSnapshot(f"The segment {name} was swept.", "Take a new snapshot.") from None

    def _ask(self, work: Callable[[Chroma], T]) -> T:
        def once() -> T:
            with self._chroma.use() as chroma:
                chroma.check()
                return work(chroma)

        if self._server is not None:
            return self._server.patiently(once)
        with explained(self._folder):
            return once()

    def _threads(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="segments")
            return self._pool
