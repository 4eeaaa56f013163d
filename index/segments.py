"""Publishing vectors in immutable segments, and merging those when they become many or stale."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.catalog.read import CatalogReader
from index.catalog.tables import Segment, State
from index.catalog.write import CatalogWriter
from index.chunk import embedding_input
from index.embed import Embedder, embed
from index.errors import StaleSnapshot
from index.vectors.store import VectorStore

if TYPE_CHECKING:
    from index.embed import Vectors

PUBLISH_SECONDS = 10.0
# The first portion soon; a fast embedder then fills larger ones in the same time, which are merged less often.
FIRST_VECTORS, MOST_VECTORS, GROWTH = 1_000, 16_000, 4
EMBED_TOGETHER = 64
SMALLEST_TIER = 256
TIER_GROWTH = 4
TIER_SEGMENTS = 8
# While a build goes on segments may become so many before it stops to merge them: each merge writes its vectors again.
MOST_SEGMENTS = 64
DEAD_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Embedded:
    """How many passages were embedded, in how many seconds, and how many took over the vector of an equal input."""

    passages: int = 0
    seconds: float = 0.0
    reused: int = 0


class VectorPublisher:
    """Gives every live passage of an epoch a vector, while more texts may still be published by another thread."""

    def __init__(
        self,
        reader: CatalogReader,
        writer: CatalogWriter,
        store: VectorStore,
        open_embedder: Callable[[], Embedder],
        epoch: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reader, self._writer, self._store, self._epoch = reader, writer, store, epoch
        self._open_embedder, self._clock = open_embedder, clock
        self._embedder: Embedder | None = None
        self._ids: list[int] = []
        self._rows: list[Vectors] = []
        self._portion, self._since = FIRST_VECTORS, clock()
        self._embedded = self._reused = 0
        self._seconds = 0.0

    def run(
        self,
        on_progress: Callable[[int, int], None] = lambda done, total: None,
        texts_done: Callable[[], bool] = lambda: True,
        wait: Callable[[], None] = lambda: None,
    ) -> Embedded:
        """Embeds and publishes until `texts_done` and nothing is pending; calls `wait` when there is nothing to do."""
        while True:
            last = texts_done()
            held = set(self._ids)
            pending = [i for i in self._reader.pending(newest(self._reader, self._epoch)) if i not in held]
            total = self._embedded + self._reused + len(pending)
            for first in range(0, len(pending), EMBED_TOGETHER):
                texts_done()  # raises what ended the reading
                self._embed(pending[first : first + EMBED_TOGETHER])
                on_progress(self._embedded + self._reused, total)
                if len(self._ids) >= self._portion or self._waited():
                    self._publish()
            if self._ids and ((last and not pending) or self._waited()):
                self._publish()
            if not pending and last:
                return Embedded(self._embedded, round(self._seconds, 3), self._reused)
            if not pending:
                wait()

    def _waited(self) -> bool:
        return self._clock() - self._since >= PUBLISH_SECONDS

    def _embed(self, ids: Sequence[int]) -> None:
        if not self._ids:
            self._since = self._clock()
        taken = self._take_over(ids)
        left = [passage_id for passage_id in ids if passage_id not in taken]
        if not left:
            return
        if self._embedder is None:
            self._embedder = self._open_embedder()
        batch = list(self._reader.indexed_texts(left))
        inputs = [embedding_input(one.title, one.headings, one.text) for one in batch]
        started = time.perf_counter()
        self._rows.append(embed(self._embedder, inputs, self._rows[0].shape[1] if self._rows else None))
        self._seconds += time.perf_counter() - started
        self._ids += [one.id for one in batch]
        self._embedded += len(batch)

    def _take_over(self, ids: Sequence[int]) -> set[int]:
        """Copies the vectors of passages whose embedding input the same embedder was given before."""
        alike = self._reader.embedded_alike(ids, newest(self._reader, self._epoch))
        taken: set[int] = set()
        for name in {name for name, _ in alike.values()}:
            wanted: dict[int, list[int]] = {}
            for passage_id, (segment, other) in alike.items():
                if segment == name:
                    wanted.setdefault(other, []).append(passage_id)
            try:
                found, rows = self._store.get(name, sorted(wanted))
            except StaleSnapshot:  # swept, though its row is still there
                continue
            for row, other in enumerate(found):
                for passage_id in wanted[other]:
                    self._ids.append(passage_id)
                    self._rows.append(rows[row : row + 1])
                    taken.add(passage_id)
        self._reused += len(taken)
        return taken

    def _publish(self) -> None:
        import numpy as np

        segment = self._writer.reserve_segment(self._epoch)
        self._store.create(segment.name, self._ids, np.concatenate(self._rows))
        self._writer.publish_segment(segment, self._ids)
        self._ids, self._rows = [], []
        self._portion = min(MOST_VECTORS, GROWTH * self._portion)
        if len(self._reader.segments(newest(self._reader, self._epoch))) >= MOST_SEGMENTS:
            merge_tiers(self._reader, self._writer, self._store, self._epoch)


def merge_tiers(reader: CatalogReader, writer: CatalogWriter, store: VectorStore, epoch: int) -> None:
    """Merges until no tier is crowded."""
    while group := tier_to_merge(reader.segments(newest(reader, epoch))):
        _merge(reader, writer, store, epoch, group)


def compact(
    reader: CatalogReader, writer: CatalogWriter, store: VectorStore, epoch: int, dead_share: float = DEAD_SHARE
) -> int:
    """Rewrites segments with too many dead vectors, then merges tiers; returns how many were rewritten."""
    stale = stale_segments(reader.segment_use(newest(reader, epoch)), dead_share)
    for segment in stale:
        _merge(reader, writer, store, epoch, [segment])
    merge_tiers(reader, writer, store, epoch)
    return len(stale)


def tier_to_merge(segments: Sequence[Segment]) -> list[Segment]:
    """The segments of the smallest tier that has become crowded; tiers grow by four."""
    tiers: dict[int, list[Segment]] = {}
    for segment in segments:
        tier = int(math.log(max(segment.size, SMALLEST_TIER) / SMALLEST_TIER, TIER_GROWTH))
        tiers.setdefault(tier, []).append(segment)
    crowded = [tier for tier, members in tiers.items() if len(members) >= TIER_SEGMENTS]
    return tiers[min(crowded)] if crowded else []


def stale_segments(use: Sequence[tuple[Segment, int]], dead_share: float = DEAD_SHARE) -> list[Segment]:
    """Segments of which more than a fifth is dead."""
    return [segment for segment, live in use if segment.size - live > dead_share * segment.size]


def newest(reader: CatalogReader, epoch: int) -> State:
    """The newest generation as seen in the epoch being built, which readers may not see yet."""
    state = reader.state()
    return State(epoch, state.generation, state.oldest)


def _merge(
    reader: CatalogReader, writer: CatalogWriter, store: VectorStore, epoch: int, group: Sequence[Segment]
) -> None:
    import numpy as np

    at = newest(reader, epoch)
    ids: list[int] = []
    rows = []
    for segment in group:
        found, vectors = store.get(segment.name, reader.segment_ids(segment, at))
        if found:
            ids += found
            rows.append(vectors)
    if not ids:
        writer.retire_segments(group)
        return
    merged = writer.reserve_segment(epoch)
    store.create(merged.name, ids, np.concatenate(rows))
    writer.publish_segment(merged, ids, retired=group)
