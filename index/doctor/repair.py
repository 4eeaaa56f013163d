"""Putting an index right from what is stored: words from the texts, vectors from each other or by embedding.

Nothing is parsed again, and what is damaged stays in use until something whole stands beside it. A repair can be ended
at any point and run again. The catalog itself cannot be repaired: everything else is made from it.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from index.catalog.check import CatalogCheck
from index.catalog.engine import open_engine
from index.catalog.read import CatalogReader
from index.catalog.sweep import CatalogSweeper
from index.catalog.tables import Epoch, Segment
from index.catalog.write import CatalogWriter
from index.doctor.examine import examine
from index.doctor.findings import Diagnosis, counted, one_line
from index.doctor.health import SET_ASIDE, embedder_findings, leftover_findings, text_findings
from index.doctor.probe import probe
from index.doctor.vectors import StoreReport, load, trusted
from index.doctor.words import word_findings
from index.embed import embedder_of
from index.errors import CitewiseError, EmbedderError
from index.lock import build_lock
from index.rebuild import rebuild_words, renew_segment
from index.segments import VectorPublisher, newest
from index.settings import IndexSettings
from index.snapshot import VECTORS, WORDS
from index.sweep import sweep
from index.types import Progress
from index.vectors.copies import Copies
from index.vectors.files import DATABASE
from index.vectors.store import PREFIX, Rows, VectorStore

if TYPE_CHECKING:
    from index.ids import Ids


def repair(
    settings: IndexSettings, embedder: Any = None, on_progress: Callable[[Progress], None] | None = None
) -> Diagnosis:
    """Repairs what can be repaired without the documents; the diagnosis tells what it did and what is left.

    Programs that have the index open while its whole vector store is replaced have to open it again.
    Raises IndexMissing, or BuildInProgress after 10 s.
    """
    try:
        engine = open_engine(settings.index_dir)
    except CitewiseError:
        return examine(settings, embedder)
    try:
        if CatalogCheck(engine).integrity():
            return examine(settings, embedder)
        with build_lock(settings.index_dir):
            done = _Repair(settings, embedder, on_progress or (lambda progress: None), engine).run()
    finally:
        engine.dispose()
    return replace(examine(settings, embedder), repaired=tuple(done))


class _Repair:
    def __init__(self, settings: IndexSettings, embedder: Any, tell: Callable[[Progress], None], engine: Any) -> None:
        self._settings, self._given, self._tell = settings, embedder, tell
        self._reader, self._writer = CatalogReader(engine), CatalogWriter(engine)
        self._sweeper, self._check = CatalogSweeper(engine), CatalogCheck(engine)
        self._words = settings.index_dir / WORDS
        self._vectors, self._aside = settings.index_dir / VECTORS, settings.index_dir / SET_ASIDE
        self._done: list[str] = []

    def run(self) -> list[str]:
        """What was done, a line each."""
        epoch = self._reader.epoch(self._reader.state().epoch)
        if epoch is None:
            return []
        self._repair_words(epoch)
        report = probe(self._settings, newest(self._reader, epoch.id))
        embedded = self._settings.chroma_url is None
        if report.fault is not None or (embedded and not (self._vectors / DATABASE).is_file()):
            self._set_aside()
            report = probe(self._settings, newest(self._reader, epoch.id))
        store = VectorStore(self._vectors, self._settings.chroma_url, self._reader.index_id())
        try:
            self._repair_segments(store, epoch, report)
            self._embed(store, epoch)
            self._retire_lost(store)
            self._sweep(store, uncopied=any(not one.copied and not one.faults for one in report.segments))
        finally:
            store.close()
        return self._done

    def _repair_words(self, epoch: Epoch) -> None:
        at = newest(self._reader, epoch.id)
        sound = not any(one.check == "passages damaged" for one in text_findings(self._check, at, epoch, {}))
        if word_findings(self._words, epoch, at, self._reader, self._check, {}, sound):
            count = rebuild_words(self._reader, self._writer, self._words, epoch.id)
            self._done.append(f"The words of {counted(count, 'passages')} were written anew.")

    def _set_aside(self) -> None:
        """Moves the whole store out of the way, keeping the copies: a sweep would take them for leftovers."""
        if not self._vectors.is_dir():
            return
        if self._aside.is_dir():  # an earlier repair was ended
            for copy in self._vectors.glob(f"{PREFIX}*"):
                copy.replace(self._aside / copy.name)
            shutil.rmtree(self._vectors)
        else:
            self._vectors.rename(self._aside)

    def _repair_segments(self, store: VectorStore, epoch: Epoch, report: StoreReport) -> None:
        faulty = [one for one in report.segments if one.faults]
        aside = Copies(self._aside)
        copies = {one.segment.name: store.rows(one.segment.name) or aside.rows(one.segment.name) for one in faulty}
        dimension = _usual_dimension(report, copies)
        for count, one in enumerate(faulty, 1):
            segment = one.segment
            sources = [rows for rows in (copies[segment.name],) if rows is not None]
            if one.readable:
                sources.append(load(store, segment.name))
            wanted = self._live_rows(segment, epoch)
            rows = trusted(wanted, sources, dimension)
            renew_segment(self._writer, store, epoch.id, segment, rows)
            with suppress(Exception):  # a damaged collection, or one that is gone: the sweep takes what is left
                store.delete(segment.name)
            self._tell(Progress("compact", count, len(faulty)))
            self._done.append(f"{len(rows.ids):,} of {counted(len(wanted), 'vectors')} of {segment.name} were kept.")
        if self._aside.is_dir():
            shutil.rmtree(self._aside)
            self._done.append("The vector store was made anew: restart programs that have the index open.")

    def _live_rows(self, segment: Segment, epoch: Epoch) -> Ids:
        import numpy as np

        return np.array(self._reader.segment_ids(segment, newest(self._reader, epoch.id)), dtype=np.int64)

    def _embed(self, store: VectorStore, epoch: Epoch) -> None:
        at = newest(self._reader, epoch.id)
        # Or what is dropped here would be taken over from where it was.
        self._check.forget_dead_vectors()
        if any(one.repairable for one in embedder_findings(self._settings, self._given, at, {})):
            self._writer.retire_segments(self._reader.segments(at))
            self._check.forget_dead_vectors()
            self._done.append("The vectors of another model were dropped.")
        if not self._reader.pending(newest(self._reader, epoch.id)):
            return
        embedder = embedder_of(epoch.embedder, self._settings, self._given)
        if embedder is None:
            return  # the diagnosis tells of it
        try:
            publisher = VectorPublisher(self._reader, self._writer, store, lambda: embedder, epoch.id)
            found = publisher.run(lambda done, total: self._tell(Progress("embed", done, total)))
            count = found.passages + found.reused
            self._done.append(f"{counted(count, 'passages')} {'was' if count == 1 else 'were'} given a vector.")
        except EmbedderError as error:
            self._done.append(f"Passages without a vector could not be embedded: {one_line(error)}.")

    def _retire_lost(self, store: VectorStore) -> None:
        """What a full build that is not finished had in a store that is gone, it has to make again."""
        for epoch in self._check.unfinished_epochs():
            names = store.names()
            if lost := [one for one in self._reader.segments(newest(self._reader, epoch)) if one.name not in names]:
                self._writer.retire_segments(lost)
                self._done.append("An unfinished full build has lost vectors: it will make them again.")

    def _sweep(self, store: VectorStore, uncopied: bool) -> None:
        left = list(leftover_findings(self._settings.index_dir, self._check, self._sweeper))
        if left or uncopied or self._done:
            self._tell(Progress("sweep", 0, 1))
            self._check.drop_unowned_vectors()
            sweep(self._sweeper, self._writer, store, self._words)
            self._tell(Progress("sweep", 1, 1))
        if uncopied:
            self._done.append("Copies of vectors were written again.")
        if left:
            self._done.append("What ended builds had left was swept.")


def _usual_dimension(report: StoreReport, copies: Mapping[str, Rows | None]) -> int:
    """How long most vectors are, of the segments that can be read and of the copies of the others."""
    lengths: Counter[int] = Counter({0: 0})
    for one in report.segments:
        lengths[one.dimension] += one.rows
    for rows in copies.values():
        if rows is not None:
            lengths[rows.vectors.shape[1]] += len(rows.ids)
    return lengths.most_common(1)[0][0]
