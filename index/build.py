"""Bringing an index up to date: scan, plan, publish words, publish vectors, compact, sweep.

A build can be ended at any point: what is published stays, and the next build goes on from the catalog.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.catalog import Epoch, open_engine
from index.catalog_files import CatalogFiles
from index.catalog_read import CatalogReader
from index.catalog_sweep import CatalogSweeper
from index.catalog_write import CatalogWriter, Placed
from index.chunk import CHUNKER
from index.embed import configured_fingerprint, open_embedder
from index.errors import IndexMismatch, IndexMissing
from index.lexical import LexicalIndex
from index.lock import build_lock
from index.plan import KnownFile, make_plan, suffix_of, was_listed
from index.publish import TextPublisher
from index.roots import forgotten_roots, roots_to_scan
from index.scan import Scan, scan
from index.segments import compact, embed_pending, newest
from index.settings import IndexSettings
from index.snapshot import VECTORS, WORDS
from index.sweep import sweep
from index.types import BuildOptions, BuildPlan, BuildReport, Progress
from index.vectors import VectorStore

OnProgress = Callable[[Progress], None]


def build_index(
    settings: IndexSettings,
    on_progress: OnProgress | None = None,
    *,
    options: BuildOptions | None = None,
    embedder: Any = None,
) -> BuildReport:
    """Brings the index up to date and reports what it did.

    `embedder` may be any object with the Embedder protocol, or a llama-index BaseEmbedding. An exception raised by
    `on_progress` ends the build between two steps.
    Raises RootError, IndexMismatch, EmbedderError, or BuildInProgress after 10 s.
    """
    started = time.monotonic()
    options = options or BuildOptions()
    tell = on_progress or (lambda progress: None)
    with build_lock(settings.index_dir):
        engine = open_engine(settings.index_dir, create=True)
        store = VectorStore(settings.index_dir / VECTORS)
        try:
            return _Build(settings, options, tell, embedder, engine, store).run(started)
        finally:
            store.close()
            engine.dispose()


def plan_build(settings: IndexSettings, *, options: BuildOptions | None = None) -> BuildPlan:
    """What `build_index` would do now. Writes nothing."""
    options = options or BuildOptions()
    try:
        engine = open_engine(settings.index_dir)
    except IndexMissing:
        found = scan(roots_to_scan(settings, options, {}), {}, settings.max_file_mb, leave_out=settings.index_dir)
        return make_plan(found.listing, {})
    try:
        reader, files = CatalogReader(engine), CatalogFiles(engine)
        roots = reader.roots()
        dropped = forgotten_roots(options, roots)
        known = files.known_files(reader.state().epoch)
        forgotten = tuple(uri for uri, file in known.items() if file.root in dropped)
        kept = {name: path for name, path in roots.items() if name not in dropped}
        found = scan(
            roots_to_scan(settings, options, kept),
            files.file_stats(),
            settings.max_file_mb,
            leave_out=settings.index_dir,
        )
        failed = {} if options.retry_failed else files.failed_files()
        plan = make_plan(found.listing, known, failed, allow_loss=options.yes)
        return replace(plan, removed=tuple(sorted((*plan.removed, *forgotten))))
    finally:
        engine.dispose()


class _Build:
    def __init__(
        self,
        settings: IndexSettings,
        options: BuildOptions,
        tell: OnProgress,
        embedder: Any,
        engine: Any,
        store: VectorStore,
    ) -> None:
        self._settings, self._options, self._tell, self._given = settings, options, tell, embedder
        self._reader, self._writer = CatalogReader(engine), CatalogWriter(engine)
        self._files, self._sweeper = CatalogFiles(engine), CatalogSweeper(engine)
        self._store = store

    def run(self, started: float) -> BuildReport:
        live = self._reader.state().epoch
        forgotten = self._forget(live)
        roots = self._remember_roots()
        target = self._target_epoch(live)
        epoch = target.id
        found = scan(
            roots,
            self._files.file_stats(),
            self._settings.max_file_mb,
            lambda count: self._tell(Progress("scan", count, 0)),
            self._settings.index_dir,
        )
        before = self._files.known_files(live)
        failed = {} if self._options.retry_failed or epoch != live else self._files.failed_files()
        plan = make_plan(found.listing, before, failed, allow_loss=self._options.yes)
        self._note_failures(found, plan)
        words = LexicalIndex(self._settings.index_dir / WORDS / target.words)
        publisher = TextPublisher(self._writer, self._files, words, epoch)
        if epoch == live:
            self._apply(publisher, plan, found)
        else:
            self._rebuild(publisher, plan, found, before, live)
        self._files.save_file_stats(found.root_of, _settled(found, publisher))
        embedded = self._embed(epoch)
        if epoch != live:
            self._writer.switch_epoch(epoch)
        if forgotten or embedded or epoch != live or not plan.is_empty or self._sweeper.has_leftovers():
            compact(self._reader, self._writer, self._store, epoch)
            self._writer.finish_build(time.time(), epoch)
            sweep(self._sweeper, self._writer, self._store, self._settings.index_dir / WORDS)
        return self._report(plan, publisher, forgotten, embedded, epoch, started)

    def _note_failures(self, found: Scan, plan: BuildPlan) -> None:
        """Stores what the scan could not read; forgets failures of files that are gone or as the index holds them."""
        stored = self._files.failed_files()
        noted = {failure.uri: failure for failure in found.listing.failures if failure.uri in found.root_of}
        fresh = [(found.root_of[uri], "", one) for uri, one in noted.items() if stored.get(uri) != ("", one)]
        unchanged = set(plan.unchanged)
        settled = [
            uri for uri in stored if uri in unchanged or (uri not in found.root_of and was_listed(uri, found.listing))
        ]
        self._files.save_failures(fresh, settled)

    def _forget(self, epoch: int) -> list[str]:
        """Drops remembered folders with their documents, also when the folder is no longer there."""
        names = forgotten_roots(self._options, self._reader.roots())
        uris = [uri for uri, file in self._files.known_files(epoch).items() if file.root in names]
        if uris:
            self._writer.publish_texts(epoch, removed=uris)
        for name in names:
            self._files.forget_root(name)
        return uris

    def _remember_roots(self) -> dict[str, Path]:
        known = self._reader.roots()
        chosen = roots_to_scan(self._settings, self._options, known)
        for name in chosen.keys() - known.keys():
            self._files.add_root(name, str(chosen[name]))
        return chosen

    def _target_epoch(self, live: int) -> Epoch:
        """The live epoch, or with --full the one being built beside it; an interrupted one is gone on with."""
        wanted = (configured_fingerprint(self._settings, self._given), CHUNKER)
        epochs = self._writer.epochs()
        target = live
        if self._options.full and live in epochs:
            last = max(epochs)
            resumed = last > live and (epochs[last].embedder, epochs[last].chunker) == wanted
            target = last if resumed else last + 1
        elif live in epochs and (epochs[live].embedder, epochs[live].chunker) != wanted:
            what = "embedder" if epochs[live].embedder != wanted[0] else "chunker"
            raise IndexMismatch(
                f"The index was built with another {what}.", "Build it again beside the live one: citewise index --full"
            )
        return self._writer.ensure_epoch(target, *wanted)

    def _apply(self, publisher: TextPublisher, plan: BuildPlan, found: Scan) -> None:
        """Removals and renames first, in one publish; then what has to be read."""
        placed, unread = [], []
        for rename in plan.renamed:
            content = self._writer.content_id(
                publisher.epoch, found.listing.sha256[rename.target], suffix_of(rename.target)
            )
            if content is None:
                unread.append(rename.target)
            else:
                placed.append(Placed(found.root_of[rename.target], rename.target, content))
        publisher.remove([*plan.removed, *(rename.source for rename in plan.renamed)], placed)
        self._read(publisher, [*plan.added, *plan.changed, *unread], found)

    def _rebuild(
        self, publisher: TextPublisher, plan: BuildPlan, found: Scan, before: dict[str, KnownFile], live: int
    ) -> None:
        """Fills a second epoch: every file is read again; what cannot be read now is carried over as stored."""
        done = self._files.known_files(publisher.epoch)
        todo = [
            uri for uri, sha256 in found.listing.sha256.items() if done.get(uri, KnownFile("", "")).sha256 != sha256
        ]
        publisher.remove([uri for uri in done if uri not in before and uri not in found.listing.sha256])
        self._read(publisher, todo, found)
        dropped = {*plan.removed, *(rename.source for rename in plan.renamed)}
        have = self._files.known_files(publisher.epoch)
        for uri in sorted(before.keys() - have.keys() - dropped):
            document = self._reader.document_at(uri, newest(self._reader, live))
            if document is not None:
                publisher.carry_over(before[uri].root, document)
        publisher.flush()
        publisher.remove([uri for uri in have if uri in dropped])

    def _read(self, publisher: TextPublisher, uris: Sequence[str], found: Scan) -> None:
        publisher.read_files(
            uris,
            found.paths,
            found.root_of,
            lambda done, total, uri: self._tell(Progress("read", done, total, uri)),
        )

    def _embed(self, epoch: int) -> int:
        if not self._reader.pending(newest(self._reader, epoch)):
            return 0
        return embed_pending(
            self._reader,
            self._writer,
            self._store,
            open_embedder(self._settings, self._given),
            epoch,
            lambda done, total: self._tell(Progress("embed", done, total)),
        )

    def _report(
        self,
        plan: BuildPlan,
        publisher: TextPublisher,
        forgotten: Sequence[str],
        embedded: int,
        epoch: int,
        started: float,
    ) -> BuildReport:
        unread = {failure.uri for failure in publisher.failures}
        failures = {failure.uri: failure for failure in (*plan.failures, *publisher.failures)}
        state = newest(self._reader, epoch)
        return BuildReport(
            generation=state.generation,
            added=tuple(uri for uri in plan.added if uri not in unread),
            changed=tuple(uri for uri in plan.changed if uri not in unread),
            renamed=tuple(rename for rename in plan.renamed if rename.target not in unread),
            removed=(*plan.removed, *(r.source for r in plan.renamed if r.target in unread), *forgotten),
            unchanged=plan.unchanged,
            pending=len(self._reader.pending(state)),
            embedded=embedded,
            reused=publisher.reused,
            failures=tuple(failures[uri] for uri in sorted(failures)),
            seconds=round(time.monotonic() - started, 3),
        )


def _settled(found: Scan, publisher: TextPublisher) -> dict[str, Any]:
    """What may be believed next time: not the stamps of a file that could not be read."""
    unread = {failure.uri for failure in publisher.failures if failure.reason == "unreadable"}
    return {uri: stat for uri, stat in found.stats.items() if uri not in unread}
