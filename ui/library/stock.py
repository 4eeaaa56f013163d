"""What the library lists: a row for each document and for each file that could not be read. Pure, but for Inventory."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

from index.loaders.formats import FORMATS, format_of
from index.plan import suffix_of
from index.types import Document, Failure
from ui.model import Library

if TYPE_CHECKING:
    from ui.shelf import Shelf

PAGE_ROWS = 50
State = Literal["ready", "pending", "older", "failed"]
STATES: dict[State, str] = {
    "ready": "Ready",
    "pending": "Vectors pending",
    "older": "Older version kept",
    "failed": "Could not be read",
}
ORDERS = ("Title", "Newest first", "Oldest first", "Most passages", "Folder")


@dataclass(frozen=True, slots=True)
class Row:
    """A document, or a file without one. `failure` tells why its newest version could not be read; `waiting` of its
    `passages` have no vector yet."""

    uri: str
    label: str
    format: str
    state: State
    document: Document | None = None
    failure: Failure | None = None
    passages: int = 0
    waiting: int = 0

    @property
    def name(self) -> str:
        """What a button names it by."""
        return f"d{self.document.id}" if self.document else f"f{self.uri}"


@dataclass(frozen=True, slots=True)
class Root:
    """An indexed folder; `documents` counts those that are in the index."""

    name: str
    path: Path
    is_there: bool
    documents: int


@dataclass(frozen=True)
class Stock:
    """The library as one generation shows it."""

    library: Library
    rows: tuple[Row, ...] = ()
    roots: tuple[Root, ...] = ()

    @cached_property
    def paths(self) -> dict[str, str]:
        """The path of each indexed folder by its name."""
        return {root.name: str(root.path) for root in self.roots}

    @cached_property
    def folders(self) -> list[str]:
        """Every folder with a row somewhere below it."""
        parents = {row.uri.rpartition("/")[0] for row in self.rows}
        found = {str(above) for parent in parents for above in (PurePosixPath(parent), *PurePosixPath(parent).parents)}
        return sorted(found - {".", ""})

    @cached_property
    def formats(self) -> list[str]:
        return sorted({row.format for row in self.rows if row.format})

    @cached_property
    def problems(self) -> list[Failure]:
        """Of whole folders, which no row tells of."""
        shown = {row.failure.uri for row in self.rows if row.failure}
        return [failure for failure in self.library.failures if failure.uri not in shown]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rows to show, and how sorted."""

    search: str = ""
    folder: str | None = None
    format: str | None = None
    state: State | None = None
    order: str = ORDERS[0]


def make_rows(
    documents: Sequence[Document],
    failures: Sequence[Failure],
    passages: Mapping[int, tuple[int, int]],
    roots: Collection[str] = (),
) -> tuple[Row, ...]:
    """`passages` tells of each document id how many there are and how many wait; failures of `roots` are no rows."""
    failed = {failure.uri: failure for failure in failures}
    rows = []
    for document in documents:
        count, waiting = passages.get(document.id, (0, 0))
        failure = failed.pop(document.uri, None)
        state: State = "older" if failure else "pending" if waiting else "ready"
        rows.append(Row(document.uri, document.label, format_of(document), state, document, failure, count, waiting))
    for uri, failure in failed.items():
        if uri not in roots:
            rows.append(Row(uri, uri.rpartition("/")[2], _format_by_name(uri), "failed", failure=failure))
    return tuple(rows)


def _format_by_name(uri: str) -> str:
    suffix = suffix_of(uri)
    known = FORMATS.get(suffix)
    return format_of(Document(0, uri, "", "", "", mime=known.mime)) if known else suffix.removeprefix(".")


def chosen(rows: Sequence[Row], choice: Choice) -> list[Row]:
    """The rows that fit, sorted. Every word of the search has to stand in title, outlet, author or place."""
    words = choice.search.casefold().split()
    inside = f"{choice.folder}/" if choice.folder else ""
    found = [
        row
        for row in rows
        if row.uri.startswith(inside)
        and choice.format in (None, row.format)
        and choice.state in (None, row.state)
        and (not words or _holds(row, words))
    ]
    return sorted(found, key=_KEYS.get(choice.order, _by_title))


def _holds(row: Row, words: Sequence[str]) -> bool:
    document = row.document
    told = (row.label, row.uri, document and document.outlet, document and document.author)
    text = " ".join(part for part in told if part).casefold()
    return all(word in text for word in words)


def _published(row: Row) -> date | None:
    return row.document.published if row.document else None


def _by_title(row: Row) -> Any:
    return row.label.casefold(), row.uri


def _by_day(row: Row, sign: int) -> Any:
    day = _published(row)
    return day is None, sign * day.toordinal() if day else 0, _by_title(row)


_KEYS: dict[str, Callable[[Row], Any]] = {
    "Title": _by_title,
    "Newest first": lambda row: _by_day(row, -1),
    "Oldest first": lambda row: _by_day(row, 1),
    "Most passages": lambda row: (-row.passages, _by_title(row)),
    "Folder": lambda row: row.uri,
}


class Inventory:
    """Gives the stock of the newest generation, which it makes once for each. Safe from several threads."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._lock = threading.Lock()
        self._made_of: Any = None
        self._stock: Stock | None = None
        self._read_at = 0.0

    def stock(self, seconds: float = 0.0) -> Stock:
        """Without an index, its library alone. A stock that was made less than so many seconds ago will do."""
        with self._lock:
            if self._stock is not None and time.monotonic() - self._read_at < seconds:
                return self._stock
        library = self._shelf.library()
        if library.state != "ready":
            return Stock(library)
        snapshot = self._shelf.assistant().snapshot
        folders = [(name, Path(path), os.path.isdir(path)) for name, path in snapshot.roots().items()]
        made_of = (snapshot.generation, folders)
        with self._lock:
            if self._stock is None or self._stock.library is not library or self._made_of != made_of:
                counts = snapshot.passages_of_documents()
                rows = make_rows(library.documents, library.failures, counts, {name for name, _, _ in folders})
                held = Counter(row.uri.partition("/")[0] for row in rows if row.document)
                roots = tuple(Root(name, path, there, held[name]) for name, path, there in folders)
                self._stock, self._made_of = Stock(library, rows, roots), made_of
                self._read_at = time.monotonic()
            return self._stock
