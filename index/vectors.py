"""Vectors: immutable Chroma collections, one a segment. Rows hold passage ids and vectors; the text is the catalog's.

A published collection is never changed, since an open Chroma does not see what another process adds to it. Beside each
lies a copy of its rows: Chroma finds the nearest of many, the copy scores chosen ones. Whatever becomes of a copy,
Chroma has the rows. Chroma is embedded, in the folder, or runs on a server; the copies lie in the folder in any case.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from operator import methodcaller
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from index import vector_files
from index.errors import StaleSnapshot, VectorStoreError
from index.shared import Shared
from index.vector_copies import PREFIX, Copies, Rows
from index.vector_server import BUILD_PATIENCE, Server, read_url

if TYPE_CHECKING:
    from index.embed import Vectors
    from index.ids import Ids

T = TypeVar("T")

__all__ = ["PREFIX", "Rows", "VectorStore"]

FIX = "See that the disk has room and may be written; if it has and may: citewise doctor --repair"
OWNER_LENGTH = 12
ADD_ROWS = 4_000
GET_ROWS = 5_000
LIST_ROWS = 500
HNSW = {"space": "cosine", "ef_construction": 128, "ef_search": 200, "max_neighbors": 16}
# A segment of so many rows is scored whole in less time than Chroma takes to answer. Its graph serves only while the copy
# is missing, and is made in a third of the time.
SCAN_ROWS = 8_192
LIGHT_HNSW = {**HNSW, "ef_construction": 16, "max_neighbors": 8}


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
        self._chroma: Shared[_Chroma] = Shared(lambda: _Chroma(folder, self._server), _Chroma.stop)
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None

    def create(self, name: str, ids: Sequence[int], vectors: Vectors) -> None:
        """Makes a collection of unit vectors; filling it again after an interruption gives the same rows."""
        graph = LIGHT_HNSW if len(ids) <= SCAN_ROWS else HNSW
        self._ask(lambda chroma: chroma.create(name, graph))
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
            while some := self._ask(partial(_Chroma.names, limit=LIST_ROWS, offset=listed)):
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
        import chromadb.errors

        try:
            return self._ask(lambda chroma: work(chroma.collection(name)))
        except chromadb.errors.NotFoundError:
            self._ask(lambda chroma: chroma.forget(name))
            raise StaleSnapshot(f"The segment {name} was swept.", "Take a new snapshot.") from None

    def _ask(self, work: Callable[[_Chroma], T]) -> T:
        def once() -> T:
            with self._chroma.use() as chroma:
                chroma.check()
                return work(chroma)

        return self._told(once) if self._server is None else self._server.patiently(once)

    def _told(self, once: Callable[[], T]) -> T:
        """What the embedded Chroma raises becomes a VectorStoreError, unless it says that a collection is not there."""
        from chromadb.errors import ChromaError, NotFoundError

        try:
            return once()
        except NotFoundError:
            raise
        except (ChromaError, OSError) as error:
            told = " ".join(str(error).split()).removesuffix(".")
            raise VectorStoreError(f"The vectors in {self._folder} cannot be used: {told}.", FIX) from error

    def _threads(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="segments")
            return self._pool


class _Chroma:
    """One opened Chroma. Its own Client is passed by: those of one folder share what they hold in memory, so that none
    can give it back, and one of a server waits for it without an end while it is made."""

    def __init__(self, folder: Path, server: Server | None) -> None:
        from chromadb.api import ServerAPI
        from chromadb.config import Settings, System

        where: dict[str, Any]
        if server is None:
            folder.mkdir(parents=True, exist_ok=True)
            kind = "chromadb.api.rust.RustBindingsAPI"
            where = {"is_persistent": True, "persist_directory": str(folder)}
        else:
            kind = "chromadb.api.fastapi.FastAPI"
            # The whole URL is the host; no port is then looked at, but one must be there.
            where = {"chroma_server_host": server.url, "chroma_server_http_port": 80}
            where["chroma_server_headers"] = dict(server.headers)
        self._system = System(Settings(anonymized_telemetry=False, chroma_api_impl=kind, **where))
        self._api: Any = self._system.instance(cast("type[Any]", ServerAPI))
        self._server = server
        self._place = {} if server is None else {"tenant": server.tenant, "database": server.database}
        if server is not None:
            server.watch(self._api._session)
        self._system.start()
        self._collections: dict[str, Any] = {}
        self._opened: set[str] = set()
        self._checked = server is None

    def check(self) -> None:
        """That the server has the database: then what is not found later is a collection."""
        from chromadb.errors import NotFoundError

        if self._server is not None and not self._checked:
            try:
                self._api.get_database(self._server.database, self._server.tenant)
            except NotFoundError:
                raise self._server.lacks_database() from None
            self._checked = True

    def create(self, name: str, graph: Mapping[str, Any]) -> None:
        model = self._api.get_or_create_collection(name, configuration={"hnsw": dict(graph)}, **self._place)
        self._hold(name, model)

    def collection(self, name: str) -> Any:
        """Raises NotFoundError when there is none."""
        found = self._collections.get(name)
        return self._hold(name, self._api.get_collection(name, **self._place)) if found is None else found

    def names(self, limit: int, offset: int) -> list[str]:
        return [model.name for model in self._api.list_collections(limit, offset, **self._place)]

    def delete(self, name: str) -> None:
        """Also when a lost answer hid that it is done already."""
        from chromadb.errors import NotFoundError

        self.forget(name)
        with suppress(NotFoundError):
            self._api.delete_collection(name, **self._place)

    def forget(self, name: str) -> None:
        self._collections.pop(name, None)

    def is_swollen(self, names: Collection[str]) -> bool:
        """Forgets the other collections; whether any of them may still take memory here."""
        for name in [name for name in list(self._collections) if name not in names]:
            self.forget(name)
        return self._server is None and any(name not in names for name in list(self._opened))

    def stop(self) -> None:
        self._system.stop()
        if self._server is not None:
            self._api._session.close()

    def _hold(self, name: str, model: Any) -> Any:
        import chromadb

        self._opened.add(name)
        self._collections[name] = chromadb.Collection(self._api, model, embedding_function=None)
        return self._collections[name]
