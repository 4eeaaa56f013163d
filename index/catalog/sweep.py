"""What a sweep takes out of the catalog. Called under the build lock, in the order of the methods."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from index.catalog.engine import reading
from index.catalog.tables import (
    FOREVER,
    builds,
    contents,
    documents,
    epochs,
    orphans,
    parts,
    passages,
    placements,
    segments,
    state,
    vectors,
)

KEEP_BUILDS = 2
KEEP_SECONDS = 600.0


class CatalogSweeper:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def raise_oldest(self, now: float, everything: bool = False) -> int:
        """Readers below the returned generation must take a new snapshot: some builds and minutes are kept.

        `everything`: only the newest generation is.
        """
        with self._engine.begin() as connection:
            old = sa.select(builds.c.generation).where(
                builds.c.finished <= now - KEEP_SECONDS,
                builds.c.id <= sa.select(sa.func.max(builds.c.id) - KEEP_BUILDS).scalar_subquery(),
            )
            newest = sa.select(state.c.generation)
            reached = connection.scalar(newest if everything else sa.select(sa.func.max(old.subquery().c.generation)))
            oldest = max(connection.execute(sa.select(state.c.oldest)).scalar_one(), reached or 0)
            connection.execute(state.update().values(oldest=oldest))
            return int(oldest)

    def drop_dead_rows(self, oldest: int) -> None:
        """Deletes rows nobody from `oldest` on can see; passages nothing places any more become orphans."""
        with self._engine.begin() as connection:
            connection.execute(documents.delete().where(documents.c.died <= oldest))
            shown = sa.select(documents.c.content_id)
            connection.execute(contents.delete().where(contents.c.id.not_in(shown)))
            for table in (placements, parts):
                connection.execute(table.delete().where(table.c.content_id.not_in(sa.select(contents.c.id))))
            unplaced = passages.c.id.not_in(sa.select(placements.c.passage_id))
            connection.execute(
                orphans.insert().from_select(
                    ["passage_id", "epoch"], sa.select(passages.c.id, passages.c.epoch).where(unplaced)
                )
            )
            connection.execute(passages.delete().where(unplaced))
            connection.execute(vectors.delete().where(vectors.c.passage_id.in_(sa.select(orphans.c.passage_id))))
            dead = sa.select(segments.c.id).where(segments.c.died <= oldest)
            connection.execute(vectors.delete().where(vectors.c.segment_id.in_(dead)))
            connection.execute(segments.delete().where(segments.c.died <= oldest))

    def drop_unfinished_segments(self) -> None:
        """Deletes reservations that no publish completed (the lock is held, so nobody is about to)."""
        with self._engine.begin() as connection:
            connection.execute(segments.delete().where(segments.c.born == FOREVER))

    def has_leftovers(self) -> bool:
        """Whether an earlier build was ended before its sweep, or in it."""
        unfinished = sa.select(segments.c.id).where(segments.c.born == FOREVER).limit(1)
        oldest = sa.select(state.c.oldest).scalar_subquery()
        dead = (sa.select(table.c.id).where(table.c.died <= oldest).limit(1) for table in (segments, documents))
        shown = sa.exists().where(documents.c.content_id == contents.c.id)
        unshown = sa.select(contents.c.id).where(~shown).limit(1)  # parts of a file that was never read to its end
        left = (unfinished, *dead, unshown, sa.select(orphans.c.passage_id).limit(1))
        return any(self._rows(query) for query in left)

    def kept_segments(self, oldest: int) -> set[str]:
        """Names of the published segments that a reader from `oldest` on can see."""
        kept = sa.select(segments.c.name).where(segments.c.died > oldest, segments.c.born != FOREVER)
        return {row.name for row in self._rows(kept)}

    def epochs_in_use(self) -> set[int]:
        used = {row.epoch for row in self._rows(sa.select(documents.c.epoch).distinct())}
        return used | {row.epoch for row in self._rows(sa.select(state.c.epoch))}

    def word_folders(self) -> dict[int, str]:
        """The folder of the word index of every epoch."""
        return {row.id: row.words for row in self._rows(sa.select(epochs.c.id, epochs.c.words))}

    def epochs_with_orphans(self) -> list[int]:
        return [row.epoch for row in self._rows(sa.select(orphans.c.epoch).distinct().order_by(orphans.c.epoch))]

    def orphans(self, epoch: int) -> list[int]:
        query = sa.select(orphans.c.passage_id).where(orphans.c.epoch == epoch).order_by(orphans.c.passage_id)
        return [row.passage_id for row in self._rows(query)]

    def drop_orphans(self, epoch: int) -> None:
        """To be called when the lexical index holds none of them any more."""
        with self._engine.begin() as connection:
            connection.execute(orphans.delete().where(orphans.c.epoch == epoch))

    def vacuum(self) -> None:
        """Writes the catalog anew without what was deleted from it."""
        with reading(self._engine).connect() as connection:
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def _rows(self, query: Any) -> Any:
        with reading(self._engine).connect() as connection:
            return connection.execute(query).all()
