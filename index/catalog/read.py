"""Reads of the catalog, all of them as of one generation. Safe from several threads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from index.catalog.embedded import EmbeddedReader, alive, placed
from index.catalog.engine import slices
from index.catalog.tables import (
    Epoch,
    State,
    contents,
    documents,
    epochs,
    failures,
    orphans,
    parts,
    passages,
    placements,
    roots,
    state,
)
from index.loaders.formats import mimes_of
from index.types import Document, Failure, Filters, Heading, IndexedText, Passage

if TYPE_CHECKING:
    from index.ids import Ids


@dataclass(frozen=True, slots=True)
class Counts:
    documents: int
    passages: int
    pending: int


class CatalogReader(EmbeddedReader):
    """Documents and passages; what is embedded of them is the base's."""

    def epoch(self, epoch: int) -> Epoch | None:
        """None before the first build."""
        rows = self._rows(sa.select(epochs).where(epochs.c.id == epoch))
        return Epoch(rows[0].id, rows[0].embedder, rows[0].chunker, rows[0].words) if rows else None

    def index_id(self) -> str:
        """Names this index among all others."""
        return str(self._rows(sa.select(state.c.index_id))[0][0])

    def roots(self) -> dict[str, str]:
        return {row.name: row.path for row in self._rows(sa.select(roots).order_by(roots.c.name))}

    def failures(self, at: State) -> list[Failure]:
        """Files that cannot be read, and documents inside those that can, by uri."""
        whole = [Failure(row.uri, row.reason, row.detail) for row in self._rows(sa.select(failures))]
        return sorted([*whole, *self.part_failures(at)], key=lambda failure: failure.uri)

    def part_failures(self, at: State) -> list[Failure]:
        """Of the documents inside live ones those that cannot be read."""
        query = (
            sa.select(documents.c.uri, parts.c.name, parts.c.reason, parts.c.detail)
            .join(parts, parts.c.content_id == documents.c.content_id)
            .where(alive(documents, at), parts.c.reason.is_not(None))
            .order_by(documents.c.uri, parts.c.ordinal)
        )
        return [Failure(f"{row.uri}/{row.name}", row.reason, row.detail) for row in self._rows(query)]

    def inside(self, uri: str, at: State) -> list[Document | Failure]:
        """The documents inside a file, as `parse_all` gives them; the file's own comes last."""
        query = _DOCUMENT.where(documents.c.file == uri, alive(documents, at)).order_by(documents.c.id)
        found: list[Document | Failure] = [_to_document(row, row.text) for row in self._rows(query)]
        found += [failure for failure in self.part_failures(at) if failure.uri.startswith(f"{uri}/")]
        return sorted(found, key=lambda one: -one.uri.count("/"))

    def all_live(self, at: State) -> Ids:
        """Ids of all live passages, ascending."""
        return self._ids(placed(sa.select(placements.c.passage_id), at))

    def touched(self, after: int, at: State) -> Ids:
        """Ids of the passages of documents that came or went after a generation, ascending.

        Those that a sweep has taken since are not told of: see that `oldest` is not above `after` afterwards."""
        came = sa.and_(documents.c.born > after, documents.c.born <= at.generation)
        went = sa.and_(documents.c.died > after, documents.c.died <= at.generation)
        changed = sa.union(*(sa.select(documents.c.content_id).where(change) for change in (came, went)))
        return self._ids(sa.select(placements.c.passage_id).where(placements.c.content_id.in_(changed)))

    def allowed(self, filters: Filters, at: State) -> Ids:
        """Ids of the passages of all live documents that the filters let through, ascending."""
        query = placed(sa.select(placements.c.passage_id), at)
        return self._ids(query.join(contents, contents.c.id == documents.c.content_id).where(*_conditions(filters)))

    def passages(self, ids: Collection[int], at: State, filters: Filters | None = None) -> list[Passage]:
        """All live places of the passages, ordered by passage id, document id and ordinal."""
        query = _PLACES
        if filters:
            query = query.join(contents, contents.c.id == documents.c.content_id).where(*_conditions(filters))
        found = [
            _passage(row)
            for some in slices(sorted(ids))
            for row in self._rows(query, {"ids": some, "epoch": at.epoch, "generation": at.generation})
        ]
        return sorted(found, key=lambda p: (p.id, p.document_id, p.ordinal))

    def document_passages(self, document_id: int) -> list[Passage]:
        query = (
            sa.select(placements, documents.c.id.label("document_id"), passages.c.text, passages.c.headings)
            .join(passages, passages.c.id == placements.c.passage_id)
            .join(documents, documents.c.content_id == placements.c.content_id)
            .where(documents.c.id == document_id)
            .order_by(placements.c.ordinal)
        )
        return [_passage(row) for row in self._rows(query)]

    def documents_by_id(self, document_ids: Collection[int]) -> list[Document]:
        """The documents with their text, live or not; those that are not there are left out."""
        return [_to_document(row, row.text) for row in self._rows(_DOCUMENTS, {"ids": list(document_ids)})]

    def document_at(self, uri: str, at: State) -> Document | None:
        query = _DOCUMENT.where(documents.c.uri == uri, alive(documents, at))
        return next((_to_document(row, row.text) for row in self._rows(query)), None)

    def documents(self, at: State) -> list[Document]:
        """All live documents by uri, with empty text: what a list shows."""
        shown = [column for column in contents.c if column.name != "text"]
        query = (
            sa.select(*shown, documents.c.id.label("document_id"), documents.c.uri)
            .join(contents, contents.c.id == documents.c.content_id)
            .where(alive(documents, at))
            .order_by(documents.c.uri)
        )
        return [_to_document(row, "") for row in self._rows(query)]

    def gone(self, document_ids: Iterable[int], at: State) -> set[int]:
        """Those of the document ids that are no longer live."""
        wanted = set(document_ids)
        query = sa.select(documents.c.id).where(documents.c.id.in_(wanted), alive(documents, at))
        return wanted - {row.id for row in self._rows(query)}

    def languages(self, at: State) -> list[str]:
        """Of the live documents, the commonest first."""
        query = (
            sa.select(contents.c.language)
            .join(documents, documents.c.content_id == contents.c.id)
            .where(alive(documents, at), contents.c.language.is_not(None))
            .group_by(contents.c.language)
            .order_by(sa.func.count().desc(), contents.c.language)
        )
        return [row.language for row in self._rows(query)]

    def outlets(self, at: State) -> list[str]:
        """Of the live documents, in alphabetical order."""
        query = (
            sa.select(contents.c.outlet)
            .join(documents, documents.c.content_id == contents.c.id)
            .where(alive(documents, at), contents.c.outlet.is_not(None))
            .distinct()
            .order_by(contents.c.outlet)
        )
        return [row.outlet for row in self._rows(query)]

    def indexed_texts(self, ids: Collection[int]) -> Iterator[IndexedText]:
        """The passages as words and vectors know them."""
        for some in slices(sorted(ids)):
            for row in self._rows(_TEXTS, {"ids": some}):
                yield IndexedText(row.id, row.title, tuple(row.headings), row.text, row.language)

    def has_passages(self, epoch: int) -> bool:
        """Whether the words of an epoch hold anything: passages, or ids that a publish reserved."""
        held = (sa.select(table.c.epoch).where(table.c.epoch == epoch).limit(1) for table in (passages, orphans))
        return any(self._rows(query) for query in held)

    def all_texts(self, epoch: int) -> Iterator[IndexedText]:
        """All passages that the word index of an epoch has to hold, dead ones that are not swept yet included."""
        ids = self._ids(sa.select(passages.c.id).where(passages.c.epoch == epoch))
        return self.indexed_texts(ids.tolist())

    def counts(self, at: State) -> Counts:
        live = self._rows(sa.select(sa.func.count()).select_from(documents).where(alive(documents, at)))[0][0]
        shown = self._rows(placed(sa.select(sa.func.count(placements.c.passage_id.distinct())), at))[0][0]
        return Counts(live, shown, len(self.pending(at)))

    def _ids(self, query: Any) -> Ids:
        """A column of ids, ascending and each once. It comes as one string, in a third of the time of its rows."""
        import numpy as np

        listed = query.subquery()
        (joined,) = self._rows(sa.select(sa.func.aggregate_strings(sa.cast(listed.c[0], sa.Text), ",")))[0]
        return np.unique(np.fromstring(joined or "", dtype=np.int64, sep=","))


# What every ask reads: made once, since making a statement takes longer than running it.
_IDS: Any = sa.bindparam("ids", expanding=True)
_TEXTS = sa.select(passages).where(passages.c.id.in_(_IDS)).order_by(passages.c.id)
_PLACES = placed(
    sa.select(placements, documents.c.id.label("document_id"), passages.c.text, passages.c.headings).join(
        passages, passages.c.id == placements.c.passage_id
    )
).where(placements.c.passage_id.in_(_IDS))
_DOCUMENT = sa.select(contents, documents.c.id.label("document_id"), documents.c.uri).join(
    contents, contents.c.id == documents.c.content_id
)
_DOCUMENTS = _DOCUMENT.where(documents.c.id.in_(_IDS))


def _conditions(filters: Filters) -> list[Any]:
    conditions: list[Any] = []
    if filters.uri is not None:
        pattern = filters.uri.replace("[", "[[]")
        conditions.append(documents.c.uri.op("GLOB")(pattern if "*" in pattern or "?" in pattern else f"{pattern}*"))
    if filters.uris is not None:
        conditions.append(documents.c.uri.in_(filters.uris))
    if filters.outlet is not None:
        conditions.append(sa.func.lower(contents.c.outlet) == filters.outlet.lower())
    if filters.language is not None:
        conditions.append(contents.c.language == filters.language.lower())
    if filters.format is not None:
        conditions.append(contents.c.mime.in_(mimes_of(filters.format)))
    if filters.published_after is not None:
        conditions.append(contents.c.published >= day_number(filters.published_after))
    if filters.published_before is not None:
        conditions.append(contents.c.published <= day_number(filters.published_before))
    return conditions


def day_number(day: date) -> int:
    """20240307 for March 7, 2024: sorts as dates do and can be read."""
    return day.year * 10_000 + day.month * 100 + day.day


def _day(number: int | None) -> date | None:
    return None if number is None else date(number // 10_000, number // 100 % 100, number % 100)


def _passage(row: Any) -> Passage:
    return Passage(
        row.passage_id, row.document_id, row.ordinal, row.start, row.end, row.text, row.page, tuple(row.headings)
    )


def _to_document(row: Any, text: str) -> Document:
    return Document(
        id=row.document_id,
        uri=row.uri,
        sha256=row.sha256,
        title=row.title,
        text=text,
        pages=tuple(row.pages),
        headings=tuple(Heading(*heading) for heading in row.headings),
        outlet=row.outlet,
        author=row.author,
        published=_day(row.published),
        language=row.language,
        mime=row.mime,
        origins=tuple((field, origin) for field, origin in row.origins or ()),
    )
