"""Publishing vectors in immutable segments, and merging those when they become many or stale."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

from index.catalog import Segment, State
from index.catalog_read import CatalogReader
from index.catalog_write import CatalogWriter
from index.chunk import embedding_input
from index.embed import Embedder
from index.vectors import VectorStore

PUBLISH_SECONDS = 10.0
PUBLISH_VECTORS = 1_000
EMBED_TOGETHER = 64
SMALLEST_TIER = 256
TIER_GROWTH = 4
TIER_SEGMENTS = 4
DEAD_SHARE = 0.2


def embed_pending(
    reader: CatalogReader,
    writer: CatalogWriter,
    store: VectorStore,
    embedder: Embedder,
    epoch: int,
    on_progress: Callable[[int, int], None],
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Embeds every live passage without a vector and publishes in batches; returns how many."""
    import numpy as np

    pending = reader.pending(newest(reader, epoch))
    ids: list[int] = []
    rows = []
    started = clock()
    for first in range(0, len(pending), EMBED_TOGETHER):
        batch = list(reader.indexed_texts(pending[first : first + EMBED_TOGETHER]))
        rows.append(embedder.embed_passages([embedding_input(one.title, one.headings, one.text) for one in batch]))
        ids += [one.id for one in batch]
        done = first + len(batch)
        on_progress(done, len(pending))
        if len(ids) >= PUBLISH_VECTORS or clock() - started >= PUBLISH_SECONDS or done == len(pending):
            segment = writer.reserve_segment(epoch)
            store.create(segment.name, ids, np.concatenate(rows))
            writer.publish_segment(segment, ids)
            merge_tiers(reader, writer, store, epoch)
            ids, rows, started = [], [], clock()
    return len(pending)


def merge_tiers(reader: CatalogReader, writer: CatalogWriter, store: VectorStore, epoch: int) -> None:
    """Keeps the number of live segments small while a build goes on."""
    while group := tier_to_merge(reader.segments(newest(reader, epoch))):
        _merge(reader, writer, store, epoch, group)


def compact(reader: CatalogReader, writer: CatalogWriter, store: VectorStore, epoch: int) -> int:
    """Rewrites segments with too many dead vectors, then merges tiers; returns how many were rewritten."""
    stale = stale_segments(reader.segment_use(newest(reader, epoch)))
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


def stale_segments(use: Sequence[tuple[Segment, int]]) -> list[Segment]:
    """Segments of which more than a fifth is dead."""
    return [segment for segment, live in use if segment.size - live > DEAD_SHARE * segment.size]


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
