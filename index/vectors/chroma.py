"""Chroma, embedded in a folder or on a server: collections by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from index.errors import VectorStoreError

if TYPE_CHECKING:
    from index.vectors.server import Server

T = TypeVar("T")

HNSW = {"space": "cosine", "ef_construction": 128, "ef_search": 200, "max_neighbors": 16}
LIGHT_HNSW = {**HNSW, "ef_construction": 16, "max_neighbors": 8}


FIX = "See that the disk has room and may be written; if it has and may: citewise doctor --repair"


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turns what the embedded Chroma raises into a VectorStoreError."""
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, OSError) as error:
        told = " ".join(str(error).split()).removesuffix(".")
        raise VectorStoreError(f"The vectors in {folder} cannot be used: {told}.", FIX) from error


class NoCollection(Exception):
    """Chroma has no collection of that name."""


class Chroma:
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

    def create(self, name: str, light: bool) -> None:
        """A collection that is empty or was filled in part. A light graph is soon made and finds fewer neighbours."""
        graph = dict(LIGHT_HNSW if light else HNSW)
        model = self._api.get_or_create_collection(name, configuration={"hnsw": graph}, **self._place)
        self._hold(name, model)

    def ask(self, name: str, work: Callable[[Any], T]) -> T:
        """What a collection answers. Raises NoCollection when there is none."""
        from chromadb.errors import NotFoundError

        try:
            found = self._collections.get(name)
            return work(self._hold(name, self._api.get_collection(name, **self._place)) if found is None else found)
        except NotFoundError:
            raise NoCollection(name) from None

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
