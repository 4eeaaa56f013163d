"""Writes of the catalog. Only the holder of the build lock calls them; each method is one transaction.

Whatever a derived index is about to hold is reserved here first, under a number or name that is never used again.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from index.catalog.engine import readable, reading, slices
from index.catalog.tables import (
    FOREVER,
    Epoch,
    Segment,
    builds,
    documents,
    epochs,
    failures,
    files,
    orphans,
    passages,
    segments,
    state,
    vectors,
)
from index.catalog.texts import NewContent, NewPassage, Placed, find_content, insert_content, with_parts


class CatalogWriter:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def ensure_epoch(self, epoch: int, embedder: str, chunker: str) -> Epoch:
        """The epoch of that number, made when it is new."""
        with self._engine.begin() as connection:
            if connection.scalar(sa.select(epochs.c.id).where(epochs.c.id == epoch)) is None:
                values = {"embedder": embedder, "chunker": chunker, "words": str(epoch)}
                connection.execute(epochs.insert().values(id=epoch, **values))
        return self.epochs()[epoch]

    def epochs(self) -> dict[int, Epoch]:
        return {row.id: Epoch(row.id, row.embedder, row.chunker, row.words) for row in self._rows(sa.select(epochs))}

    def replace_words(self, epoch: int, words: str) -> int:
        """Readers look into another folder for the words of an epoch from now on. Returns the new generation."""
        with self._engine.begin() as connection:
            connection.execute(epochs.update().where(epochs.c.id == epoch).values(words=words))
            return _next_generation(connection)

    def content_id(self, epoch: int, sha256: str, suffix: str) -> int | None:
        with readable(self._engine), reading(self._engine).connect() as connection:
            return find_content(connection, epoch, sha256, suffix)

    def passage_ids(self, epoch: int, keys: Collection[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for some in slices(sorted(set(keys))):
            query = sa.select(passages.c.key, passages.c.id).where(passages.c.epoch == epoch, passages.c.key.in_(some))
            found.update((row.key, row.id) for row in self._rows(query))
        return found

    def reserve_passages(self, epoch: int, count: int) -> range:
        """Fresh passage ids, noted as orphans until `publish_texts` adopts them."""
        with self._engine.begin() as connection:
            first = connection.execute(sa.select(state.c.next_passage)).scalar_one()
            connection.execute(state.update().values(next_passage=first + count))
            ids = range(first, first + count)
            for some in slices([{"passage_id": i, "epoch": epoch} for i in ids]):
                connection.execute(orphans.insert(), some)
        return ids

    def publish_texts(
        self,
        epoch: int,
        new_passages: Sequence[NewPassage] = (),
        new_contents: Sequence[NewContent] = (),
        placed: Iterable[Placed] = (),
        removed: Collection[str] = (),
    ) -> int:
        """Makes files visible with all inside them, replaces those of the same uri, removes others. Returns the new
        generation. Contents come after those that they hold; parts alone change nothing that is visible."""
        with self._engine.begin() as connection:
            generation = _next_generation(connection)
            for some in slices([_passage_row(epoch, p) for p in new_passages]):
                connection.execute(passages.insert(), some)
            for some in slices([p.id for p in new_passages]):
                connection.execute(orphans.delete().where(orphans.c.passage_id.in_(some)))
            shown = list(placed)
            for new in new_contents:
                content_id = insert_content(connection, epoch, new)
                if not new.is_part:
                    shown.append(Placed(new.root, new.document.uri, content_id))
            uris = [*removed, *(p.uri for p in shown)]
            for some in slices(uris):
                live = sa.and_(documents.c.epoch == epoch, documents.c.died == FOREVER, documents.c.file.in_(some))
                connection.execute(documents.update().where(live).values(died=generation))
            rows = [{**row, "epoch": epoch, "born": generation} for row in with_parts(connection, shown)]
            for some in slices(rows):
                connection.execute(documents.insert().values(died=FOREVER), some)
            for some in slices(uris):
                connection.execute(failures.delete().where(failures.c.uri.in_(some)))
            for some in slices(list(removed)):
                connection.execute(files.delete().where(files.c.uri.in_(some)))
        return generation

    def save_inputs(self, inputs: Mapping[int, str]) -> None:
        """Notes what was embedded for passages, by id, where a catalog of version 1 did not."""
        rows = [{"passage": passage_id, "hashed": hashed} for passage_id, hashed in inputs.items()]
        found = passages.update().where(passages.c.id == sa.bindparam("passage"))
        with self._engine.begin() as connection:
            for some in slices(rows):
                connection.execute(found.values(input=sa.bindparam("hashed")), some)

    def reserve_segment(self, epoch: int) -> Segment:
        """A segment with a collection name never used before; invisible until published."""
        with self._engine.begin() as connection:
            index_id = connection.execute(sa.select(state.c.index_id)).scalar_one()
            name = f"segment-{index_id[:12]}-{uuid.uuid4().hex}"
            values = {"epoch": epoch, "name": name, "size": 0, "born": FOREVER, "died": FOREVER}
            return Segment(_insert(connection, segments, values), name, 0)

    def publish_segment(self, segment: Segment, ids: Sequence[int], retired: Collection[Segment] = ()) -> int:
        """Makes the vectors of a filled segment visible, in place of the retired ones. Returns the new generation."""
        with self._engine.begin() as connection:
            generation = _next_generation(connection)
            for some in slices([{"passage_id": i, "segment_id": segment.id} for i in ids]):
                connection.execute(vectors.insert(), some)
            connection.execute(
                segments.update().where(segments.c.id == segment.id).values(born=generation, size=len(ids))
            )
            _retire(connection, retired, generation)
        return generation

    def retire_segments(self, retired: Collection[Segment]) -> int:
        """Takes segments without a live vector out of every answer. Returns the new generation."""
        with self._engine.begin() as connection:
            generation = _next_generation(connection)
            _retire(connection, retired, generation)
        return generation

    def switch_epoch(self, epoch: int) -> int:
        """Readers see the epoch from now on; everything of the earlier ones dies."""
        with self._engine.begin() as connection:
            generation = _next_generation(connection)
            for table in (documents, segments):
                old = sa.and_(table.c.epoch < epoch, table.c.died == FOREVER)
                connection.execute(table.update().where(old).values(died=generation))
            connection.execute(state.update().values(epoch=epoch))
        return generation

    def new_generation(self) -> int:
        with self._engine.begin() as connection:
            return _next_generation(connection)

    def finish_build(self, now: float, epoch: int, embedded: int = 0, embed_seconds: float = 0.0) -> None:
        with self._engine.begin() as connection:
            generation = connection.execute(sa.select(state.c.generation)).scalar_one()
            figures = {"epoch": epoch, "embedded": embedded, "embed_seconds": embed_seconds}
            connection.execute(builds.insert().values(finished=now, generation=generation, **figures))

    def _rows(self, query: Any) -> Sequence[Any]:
        with readable(self._engine), reading(self._engine).connect() as connection:
            return connection.execute(query).all()


def _next_generation(connection: sa.Connection) -> int:
    generation = int(connection.execute(sa.select(state.c.generation)).scalar_one()) + 1
    connection.execute(state.update().values(generation=generation))
    return generation


def _insert(connection: sa.Connection, table: sa.Table, values: dict[str, Any]) -> int:
    """Inserts a row and returns the id it was given."""
    return int(connection.execute(sa.insert(table).values(**values).returning(table.c.id)).scalar_one())


def _retire(connection: sa.Connection, retired: Collection[Segment], generation: int) -> None:
    old = [segment.id for segment in retired]
    connection.execute(segments.update().where(segments.c.id.in_(old)).values(died=generation))


def _passage_row(epoch: int, passage: NewPassage) -> dict[str, Any]:
    return {
        "id": passage.id,
        "epoch": epoch,
        "key": passage.key,
        "title": passage.title,
        "headings": list(passage.headings),
        "text": passage.text,
        "language": passage.language,
        "input": passage.input,
    }
