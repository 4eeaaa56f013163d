"""What an examination asks the catalog: whether the file is whole, and whether its rows fit each other.

Rows never change once they are written, so each query stands for itself: no transaction is held. A sweep may take rows
away meanwhile; see afterwards that `oldest` has not passed the generation that is examined.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from index.catalog.engine import reading
from index.catalog.tables import (
    FOREVER,
    Segment,
    State,
    contents,
    documents,
    epochs,
    orphans,
    passages,
    placements,
    segments,
    state,
    vectors,
)
from index.chunk import passage_key
from index.errors import CatalogError

if TYPE_CHECKING:
    from index.ids import Ids

TEXTS_TOGETHER = 200


@dataclass(frozen=True, slots=True)
class Place:
    """A placement with the passage it names: `text` is None when there is no such passage.

    `altered`: the words of the passage are not those that its key was made of."""

    ordinal: int
    start: int
    end: int
    text: str | None
    altered: bool = False


@dataclass(frozen=True, slots=True)
class PlacedText:
    """The text of a live document (the first of those that share it) and its places in order."""

    uri: str
    text: str
    places: Sequence[Place]


def is_damage(error: BaseException) -> bool:
    """Whether SQLite could not read what the file holds."""
    return isinstance(error, (sa.exc.DatabaseError, CatalogError))


class CatalogCheck:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = reading(engine)
        self._writing = engine

    def integrity(self) -> list[str]:
        """What SQLite itself finds wrong with the file; empty when it is whole."""
        try:
            told = [str(row[0]) for row in self._rows(sa.text("PRAGMA integrity_check(5)"))]
        except sa.exc.DatabaseError as error:
            return [str(error.orig)]
        return [] if told == ["ok"] else told

    def schema_version(self) -> int:
        return int(self._rows(sa.select(state.c.schema_version))[0][0])

    def lost_texts(self, at: State) -> list[str]:
        """Uris of live documents whose text is not there."""
        query = (
            sa.select(documents.c.uri)
            .outerjoin(contents, contents.c.id == documents.c.content_id)
            .where(_alive(documents, at), contents.c.id.is_(None))
        )
        return [row.uri for row in self._rows(query.order_by(documents.c.uri))]

    def doubled_uris(self, at: State) -> list[str]:
        """Uris that two live documents have."""
        query = sa.select(documents.c.uri).where(_alive(documents, at)).group_by(documents.c.uri)
        return [row.uri for row in self._rows(query.having(sa.func.count() > 1).order_by(documents.c.uri))]

    def doubled_vectors(self, at: State) -> list[int]:
        """Ids of passages that two live segments hold."""
        query = (
            sa.select(vectors.c.passage_id)
            .join(segments, segments.c.id == vectors.c.segment_id)
            .where(_alive(segments, at))
            .group_by(vectors.c.passage_id)
            .having(sa.func.count() > 1)
        )
        return [row.passage_id for row in self._rows(query)]

    def placed_texts(self, at: State) -> Iterator[PlacedText]:
        """The texts of all live documents, each once."""
        shown = sa.select(documents.c.content_id, sa.func.min(documents.c.uri).label("uri")).where(
            _alive(documents, at)
        )
        uris = {row.content_id: row.uri for row in self._rows(shown.group_by(documents.c.content_id))}
        ids = sorted(uris)
        for first in range(0, len(ids), TEXTS_TOGETHER):
            some = ids[first : first + TEXTS_TOGETHER]
            query = (
                sa.select(placements, *(passages.c[name] for name in ("key", "title", "headings", "text", "language")))
                .outerjoin(passages, passages.c.id == placements.c.passage_id)
                .where(placements.c.content_id.in_(some))
                .order_by(placements.c.content_id, placements.c.ordinal)
            )
            rows = groupby(self._rows(query), key=lambda row: row.content_id)
            places = {content_id: [_place(row) for row in group] for content_id, group in rows}
            for row in self._rows(sa.select(contents.c.id, contents.c.text).where(contents.c.id.in_(some))):
                yield PlacedText(uris[row.id], row.text, places.get(row.id, []))

    def texts_of_words(self, epoch: int) -> Ids:
        """Ids of the passages that the word index of an epoch has to hold, ascending."""
        return self._ids(sa.select(passages.c.id).where(passages.c.epoch == epoch))

    def known_to_words(self, epoch: int) -> Ids:
        """Ids that the word index of an epoch may hold: passages, placed ones, reserved and swept ones; ascending."""
        placed = (
            sa.select(placements.c.passage_id)
            .join(contents, contents.c.id == placements.c.content_id)
            .where(contents.c.epoch == epoch)
        )
        left = sa.select(orphans.c.passage_id).where(orphans.c.epoch == epoch)
        return self._ids(sa.union(sa.select(passages.c.id).where(passages.c.epoch == epoch), placed, left))

    def segment_rows(self, segment: Segment) -> Ids:
        """Ids of the passages whose vectors the segment has to hold, ascending."""
        query = sa.select(vectors.c.passage_id).join(passages, passages.c.id == vectors.c.passage_id)
        return self._ids(query.where(vectors.c.segment_id == segment.id))

    def unfinished_epochs(self) -> list[int]:
        """Epochs above the live one that hold documents: a full build was ended before its switch."""
        live = sa.select(state.c.epoch).scalar_subquery()
        used = sa.select(documents.c.epoch).where(
            documents.c.epoch > live, documents.c.epoch.in_(sa.select(epochs.c.id))
        )
        return [row.epoch for row in self._rows(used.distinct().order_by(documents.c.epoch))]

    def leftovers(self, unowned: bool = True) -> dict[str, int]:
        """Rows that the next sweep takes away: how many of what. To be judged by the holder of the build lock.

        `unowned`: also rows that belong to no other, as a loss of rows makes them too."""
        oldest = sa.select(state.c.oldest).scalar_subquery()
        queries = {
            "reserved passages": sa.select(orphans.c.passage_id),
            "reserved segments": sa.select(segments.c.id).where(segments.c.born == FOREVER),
            "dead documents": sa.select(documents.c.id).where(documents.c.died <= oldest),
            "dead segments": sa.select(segments.c.id).where(segments.c.died <= oldest),
            **{what: sa.select(table.c[0]).where(condition) for what, table, condition in _UNOWNED if unowned},
        }
        found = Counter(
            {
                what: int(self._rows(sa.select(sa.func.count()).select_from(query.subquery()))[0][0])
                for what, query in queries.items()
            }
        )
        return dict(+found)

    def forget_dead_vectors(self) -> None:
        """No vector is taken over from a segment that has died. Call it under the build lock."""
        dead = sa.select(segments.c.id).where(segments.c.died != FOREVER)
        with self._writing.begin() as connection:
            connection.execute(vectors.delete().where(vectors.c.segment_id.in_(dead)))

    def drop_unowned_vectors(self) -> None:
        """Deletes what a sweep passes over: vectors of no passage or segment. Call it under the build lock."""
        with self._writing.begin() as connection:
            for _, table, condition in _UNOWNED:
                if table is vectors:
                    connection.execute(vectors.delete().where(condition))

    def _ids(self, query: Any) -> Ids:
        import numpy as np

        found = self._rows(query)
        return np.unique(np.fromiter((row[0] for row in found), dtype=np.int64, count=len(found)))

    def _rows(self, query: Any) -> Sequence[Any]:
        with self._engine.connect() as connection:
            return connection.execute(query).all()


_UNOWNED: list[tuple[str, sa.Table, Any]] = [
    ("texts of no document", contents, contents.c.id.not_in(sa.select(documents.c.content_id))),
    ("places of no text", placements, placements.c.content_id.not_in(sa.select(documents.c.content_id))),
    ("passages of no place", passages, passages.c.id.not_in(sa.select(placements.c.passage_id))),
    (
        "vectors of no passage",
        vectors,
        sa.and_(
            vectors.c.passage_id.not_in(sa.select(passages.c.id)),
            vectors.c.passage_id.not_in(sa.select(placements.c.passage_id)),
        ),
    ),
    ("vectors of no segment", vectors, vectors.c.segment_id.not_in(sa.select(segments.c.id))),
]


def _alive(table: sa.Table, at: State) -> Any:
    return sa.and_(table.c.epoch == at.epoch, table.c.born <= at.generation, table.c.died > at.generation)


def _place(row: Any) -> Place:
    if row.text is None:
        return Place(row.ordinal, row.start, row.end, None)
    altered = passage_key(row.title, row.headings, row.text, row.language) != row.key
    return Place(row.ordinal, row.start, row.end, row.text, altered)
