"""A copy of the catalog that shows one generation and holds nothing else: a backup keeps it, a restore starts from it.

Only its maker knows of a copy, so it takes no lock.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from index.catalog.engine import open_engine, reading
from index.catalog.sweep import CatalogSweeper
from index.catalog.tables import FILENAME, FOREVER, Segment, documents, epochs, orphans, roots, segments, state, vectors
from index.errors import StorageError


def copy_catalog(index_dir: Path, folder: Path) -> sa.Engine:
    """Puts a pruned copy of the newest commit into another folder, while builds go on, and opens it there."""
    path = folder / FILENAME
    try:
        with closing(sqlite3.connect(index_dir / FILENAME)) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)
        engine = open_engine(folder)
        prune(engine)
        with reading(engine).connect() as connection:
            # The texts of deleted documents go from the bytes of the file, too.
            connection.exec_driver_sql("VACUUM")
    except (sqlite3.Error, sa.exc.DatabaseError) as error:
        raise StorageError(
            f"The catalog {index_dir / FILENAME} cannot be copied to {folder}: {error}.",
            "Check that the disk has room. If the catalog is damaged: citewise doctor",
        ) from error
    return engine


def prune(engine: sa.Engine) -> None:
    """Drops what the newest generation does not show: the dead, other epochs, reservations. Segments hold the live
    vectors alone, and no generation before this one is served."""
    with engine.begin() as connection:
        epoch, generation = connection.execute(sa.select(state.c.epoch, state.c.generation)).one()
        connection.execute(documents.delete().where(documents.c.epoch != epoch))
        connection.execute(segments.delete().where(sa.or_(segments.c.epoch != epoch, segments.c.born == FOREVER)))
        connection.execute(epochs.delete().where(epochs.c.id != epoch))
        connection.execute(state.update().values(oldest=generation))
    CatalogSweeper(engine).drop_dead_rows(generation)
    with engine.begin() as connection:
        connection.execute(orphans.delete())
        connection.execute(vectors.delete().where(vectors.c.segment_id.not_in(sa.select(segments.c.id))))
        held = sa.select(sa.func.count()).where(vectors.c.segment_id == segments.c.id).scalar_subquery()
        connection.execute(segments.update().values(size=held))
        connection.execute(segments.delete().where(segments.c.size == 0))


def vector_ids(engine: sa.Engine, segment: Segment) -> list[int]:
    """All passage ids whose vectors a segment holds, ascending."""
    query = sa.select(vectors.c.passage_id).where(vectors.c.segment_id == segment.id).order_by(vectors.c.passage_id)
    with reading(engine).connect() as connection:
        return list(connection.scalars(query))


def become(engine: sa.Engine, index_id: str, moved: Mapping[str, str]) -> None:
    """Makes the copy the catalog of another index, whose folders of documents may lie elsewhere: {name: path}."""
    with engine.begin() as connection:
        connection.execute(state.update().values(index_id=index_id))
        for name, path in moved.items():
            connection.execute(roots.update().where(roots.c.name == name).values(path=path))


def settle(engine: sa.Engine) -> None:
    """Brings everything into the one file, which can be moved then, and closes it."""
    try:
        with reading(engine).connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
    finally:
        engine.dispose()
