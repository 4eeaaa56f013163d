"""Errors a person can act on: one line that says what is wrong, one that says what to do.

CitewiseError
├── SettingsError        a setting is out of bounds or contradicts another
├── RootError            a folder to index is missing, nested or would lose too much
├── UnreadableFile       one file that cannot be read, with a typed reason (never ends a build)
├── BuildInProgress      another process is writing
├── IndexMissing         nothing has been indexed yet
├── IndexMismatch        the index was built with another embedder or chunker
├── StorageError         the index folder cannot be read or written: a full disk, missing rights, damage
│   └── CatalogError     the catalog cannot be read
├── EmbedderError        the embedder cannot be loaded or does not answer
├── VectorStoreError     Chroma, or its server, does not answer or refuses
├── DocumentNotFound     no live document has that uri
└── StaleSnapshot        the generation being read was swept: take a new snapshot
"""

from __future__ import annotations

from index.types import FailureReason


class CitewiseError(Exception):
    """`str(error)` says what is wrong in one line; `error.fix` says what to do about it."""

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.fix = fix


class SettingsError(CitewiseError):
    pass


class RootError(CitewiseError):
    pass


class UnreadableFile(CitewiseError):
    def __init__(self, reason: FailureReason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class BuildInProgress(CitewiseError):
    pass


class IndexMissing(CitewiseError):
    pass


class IndexMismatch(CitewiseError):
    pass


class StorageError(CitewiseError):
    pass


class CatalogError(StorageError):
    pass


class EmbedderError(CitewiseError):
    pass


class VectorStoreError(CitewiseError):
    pass


class DocumentNotFound(CitewiseError):
    pass


class StaleSnapshot(CitewiseError):
    pass
