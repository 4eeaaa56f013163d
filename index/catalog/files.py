"""What the catalog remembers of the folders: roots, stamps of files, failures. Only a build changes it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from index.catalog.engine import readable, reading, slices
from index.catalog.tables import FOREVER, contents, documents, failures, files, roots
from index.plan import FileStat, KnownFile
from index.types import Failure


class CatalogFiles:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add_root(self, name: str, path: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(roots.insert().values(name=name, path=path))

    def forget_root(self, name: str) -> None:
        with self._engine.begin() as connection:
            for table in (files, failures):
                connection.execute(table.delete().where(table.c.root == name))
            connection.execute(roots.delete().where(roots.c.name == name))

    def known_files(self, epoch: int) -> dict[str, KnownFile]:
        """Files of live documents by uri, and the roots they came from."""
        query = (
            sa.select(documents.c.uri, documents.c.root, contents.c.sha256)
            .join(contents, contents.c.id == documents.c.content_id)
            .where(documents.c.epoch == epoch, documents.c.died == FOREVER, documents.c.uri == documents.c.file)
        )
        return {row.uri: KnownFile(row.root, row.sha256) for row in self._rows(query)}

    def file_stats(self) -> dict[str, FileStat]:
        stats = sa.select(*(files.c[name] for name in FileStat.__dataclass_fields__), files.c.uri)
        return {row.uri: FileStat(*row[:-1]) for row in self._rows(stats)}

    def save_file_stats(self, root_of: Mapping[str, str], stats: Mapping[str, FileStat]) -> None:
        names = list(FileStat.__dataclass_fields__)
        rows = [
            {"uri": uri, "root": root_of[uri], **{name: getattr(stat, name) for name in names}}
            for uri, stat in stats.items()
        ]
        with self._engine.begin() as connection:
            for some in slices(rows):
                connection.execute(sa.insert(files).prefix_with("OR REPLACE"), some)

    def failed_files(self) -> dict[str, tuple[str, Failure]]:
        """Files that could not be read: (sha256 they had, failure) by uri."""
        return {
            row.uri: (row.sha256, Failure(row.uri, row.reason, row.detail)) for row in self._rows(sa.select(failures))
        }

    def save_failures(self, found: Sequence[tuple[str, str, Failure]], settled: Collection[str] = ()) -> None:
        """Notes (root, sha256, failure) and forgets the failures of the `settled` uris."""
        rows = [
            {"uri": one.uri, "root": root, "sha256": sha256, "reason": one.reason, "detail": one.detail}
            for root, sha256, one in found
        ]
        if not (rows or settled):
            return
        with self._engine.begin() as connection:
            for some in slices(list(settled)):
                connection.execute(failures.delete().where(failures.c.uri.in_(some)))
            for some in slices(rows):
                connection.execute(sa.insert(failures).prefix_with("OR REPLACE"), some)

    def _rows(self, query: Any) -> Sequence[Any]:
        with readable(self._engine), reading(self._engine).connect() as connection:
            return connection.execute(query).all()
