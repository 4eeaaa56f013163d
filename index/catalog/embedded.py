"""What has a vector and what has none, as of one generation; and the conditions for being alive in one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import closing
from typing import Any

import sqlalchemy as sa

from index.catalog.engine import readable, reading, slices
from index.catalog.tables import (
    FOREVER,
    Segment,
    State,
    builds,
    documents,
    epochs,
    passages,
    placements,
    segments,
    state,
    vectors,
)

FAIR_NUMBER = 16


class EmbeddedReader:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = reading(engine)

    def state(self) -> State:
        # Several times an ask: past SQLAlchemy's execution, which takes ten times as long as the query.
        with readable(self._engine), closing(self._engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute(_STATE)
            ((epoch, generation, oldest),) = cursor.fetchall()
            return State(epoch, generation, oldest)

    def segments(self, at: State) -> list[Segment]:
        query = sa.select(segments).where(alive(segments, at)).order_by(segments.c.id)
        return [Segment(row.id, row.name, row.size) for row in self._rows(query)]

    def live(self, ids: Collection[int], at: State) -> set[int]:
        """Those of the passage ids that a live document places."""
        live: set[int] = set()
        for some in slices(sorted(ids)):
            query = sa.select(placements.c.passage_id).where(placements.c.passage_id.in_(some))
            live.update(row.passage_id for row in self._rows(placed(query, at).distinct()))
        return live

    def pending(self, at: State) -> list[int]:
        """Ids of live passages without a vector in a live segment, in order."""
        embedded = (
            sa.select(vectors.c.passage_id)
            .join(segments, segments.c.id == vectors.c.segment_id)
            .where(alive(segments, at))
        )
        query = placed(sa.select(placements.c.passage_id), at).where(placements.c.passage_id.not_in(embedded))
        return [row.passage_id for row in self._rows(query.distinct().order_by(placements.c.passage_id))]

    def passages_of_documents(self, at: State) -> dict[int, tuple[int, int]]:
        """How many passages each live document has, and how many of them have no vector yet, by its id."""
        embedded = (
            sa.select(vectors.c.passage_id)
            .join(segments, segments.c.id == vectors.c.segment_id)
            .where(alive(segments, at))
        )
        waiting = sa.case((placements.c.passage_id.in_(embedded), 0), else_=1)
        query = (
            sa.select(documents.c.id, sa.func.count(), sa.func.sum(waiting))
            .join(placements, placements.c.content_id == documents.c.content_id)
            .where(alive(documents, at))
            .group_by(documents.c.id)
        )
        return {row[0]: (row[1], row[2]) for row in self._rows(query)}

    def without_input(self, epoch: int) -> list[int]:
        """Ids of the passages of which a catalog of version 1 did not note what was embedded."""
        query = sa.select(passages.c.id).where(passages.c.epoch == epoch, passages.c.input.is_(None))
        return [row.id for row in self._rows(query)]

    def embedded_alike(self, ids: Collection[int], at: State) -> dict[int, tuple[str, int]]:
        """For those of the passages whose embedding input the same embedder was given before: (segment name, id there).

        Also of other epochs and of segments that died, as long as nothing of them was swept.
        """
        other, mine, theirs = passages.alias(), epochs.alias(), epochs.alias()
        query = (
            sa.select(passages.c.id, segments.c.name, other.c.id.label("other"))
            .join(other, other.c.input == passages.c.input)
            .join(vectors, vectors.c.passage_id == other.c.id)
            .join(segments, segments.c.id == vectors.c.segment_id)
            .join(mine, mine.c.id == passages.c.epoch)
            .join(theirs, sa.and_(theirs.c.id == segments.c.epoch, theirs.c.embedder == mine.c.embedder))
            .where(segments.c.born <= at.generation, segments.c.died > at.oldest)
        )
        return {
            row.id: (row.name, row.other)
            for some in slices(sorted(ids))
            for row in self._rows(query.where(passages.c.id.in_(some)))
        }

    def embedded_inputs(self, inputs: Sequence[str], embedder: str) -> set[str]:
        """Those of the embedding inputs, by hash, for which a published segment holds a vector of the embedder."""
        query = (
            sa.select(passages.c.input)
            .join(vectors, vectors.c.passage_id == passages.c.id)
            .join(segments, segments.c.id == vectors.c.segment_id)
            .join(epochs, sa.and_(epochs.c.id == segments.c.epoch, epochs.c.embedder == embedder))
            .where(segments.c.born != FOREVER, segments.c.died > sa.select(state.c.oldest).scalar_subquery())
        )
        return {row.input for some in slices(inputs) for row in self._rows(query.where(passages.c.input.in_(some)))}

    def embedding_speed(self, embedder: str) -> float | None:
        """Passages a second in the last builds that embedded a fair number; None when there was none."""
        query = (
            sa.select(builds.c.embedded, builds.c.embed_seconds)
            .join(epochs, epochs.c.id == builds.c.epoch)
            .where(epochs.c.embedder == embedder, builds.c.embedded >= FAIR_NUMBER, builds.c.embed_seconds > 0)
            .order_by(builds.c.id.desc())
            .limit(3)
        )
        found = self._rows(query)
        return sum(row.embedded for row in found) / sum(row.embed_seconds for row in found) if found else None

    def segment_use(self, at: State) -> list[tuple[Segment, int]]:
        """Live segments with the number of live passages in each."""
        live = placed(sa.select(placements.c.passage_id), at).distinct().subquery()
        query = (
            sa.select(vectors.c.segment_id, sa.func.count())
            .join(live, live.c.passage_id == vectors.c.passage_id)
            .group_by(vectors.c.segment_id)
        )
        used = {row[0]: row[1] for row in self._rows(query)}
        return [(segment, used.get(segment.id, 0)) for segment in self.segments(at)]

    def segment_ids(self, segment: Segment, at: State) -> list[int]:
        """Live passage ids whose vectors the segment holds."""
        query = sa.select(vectors.c.passage_id).where(vectors.c.segment_id == segment.id)
        return sorted(self.live([row.passage_id for row in self._rows(query)], at))

    def _rows(self, query: Any, values: dict[str, Any] | None = None) -> Sequence[Any]:
        with readable(self._engine), self._engine.connect() as connection:
            return connection.execute(query, values).all()


def alive(table: sa.Table, at: State) -> Any:
    return sa.and_(table.c.epoch == at.epoch, table.c.born <= at.generation, table.c.died > at.generation)


def placed(query: Any, at: State | None = None) -> Any:
    """Restricts placements to those of documents alive at the state; without one, at :epoch and :generation.

    Written so that no index on the documents serves it: SQLite would walk all of them to look up a few passages."""
    epoch, generation = (at.epoch, at.generation) if at else (sa.bindparam("epoch"), sa.bindparam("generation"))
    alive = sa.and_(
        documents.c.epoch + 0 == epoch, documents.c.born + 0 <= generation, documents.c.died + 0 > generation
    )
    return query.join(documents, documents.c.content_id == placements.c.content_id).where(alive)


_STATE = str(sa.select(state.c.epoch, state.c.generation, state.c.oldest))
