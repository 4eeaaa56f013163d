"""Bringing an index up to date: scan, plan, publish words, publish vectors, compact, sweep.

A build can be ended at any point: what is published stays, and the next build goes on from the catalog.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from index import lock
from index.abreast import read_and_embed
from index.catalog.engine import explained, open_engine
from index.catalog.files import CatalogFiles
from index.catalog.read import CatalogReader
from index.catalog.sweep import CatalogSweeper
from index.catalog.tables import Epoch
from index.catalog.write import CatalogWriter
from index.chunk import CHUNKER, input_key
from index.embed import configured_fingerprint, open_embedder
from index.errors import BuildInProgress, IndexMismatch
from index.interrupt import LOOK, Ending, undisturbed
from index.lexical import META, LexicalIndex
from index.parsing.ahead import open_parsers
from index.plan import make_plan, was_listed
from index.publish import TextPublisher
from index.reading import TextReading
from index.rebuild import rebuild_words
from index.report import report
from index.roots import forgotten_roots, roots_to_scan
from index.scan import Scan, scan
from index.segments import Embedded, VectorPublisher, compact
from index.settings import IndexSettings
from index.snapshot import VECTORS, WORDS
from index.sweep import drop_orphan_words, has_leftovers, purge, sweep
from index.types import BuildOptions, BuildPlan, BuildReport, Progress
from index.vectors.store import VectorStore

OnProgress = Callable[[Progress], None]


def build_index(
    settings: IndexSettings,
    on_progress: OnProgress | None = None,
    *,
    options: BuildOptions | None = None,
    embedder: Any = None,
) -> BuildReport:
    """Brings the index up to date and reports what it did.

    `embedder` may be any object with the Embedder protocol, or a llama-index BaseEmbedding. `on_progress` is called by
    one thread at a time, not always the same; an exception that it raises ends the build between two steps.
    Called from the main thread, the build runs in a thread of its own: Ctrl-C ends it between two steps, together with
    the processes that parse files, then KeyboardInterrupt is raised. A second Ctrl-C does not wait for the step's end.
    Raises RootError, IndexMismatch, EmbedderError, StorageError, or BuildInProgress after 10 s.
    """
    return undisturbed(lambda ending: _build(settings, on_progress, options or BuildOptions(), embedder, ending))


def _build(
    settings: IndexSettings, on_progress: OnProgress | None, options: BuildOptions, embedder: Any, ending: Ending
) -> BuildReport:
    started = time.monotonic()
    tell = _one_at_a_time(on_progress or (lambda progress: None), ending)
    with _build_lock(settings.index_dir, ending), explained(settings.index_dir):
        engine = open_engine(settings.index_dir, create=True)
        store = VectorStore(settings.index_dir / VECTORS, settings.chroma_url, CatalogReader(engine).index_id())
        try:
            return _Build(settings, options, tell, embedder, engine, store, ending).run(started)
        finally:
            store.close()
            engine.dispose()


@contextmanager
def _build_lock(index_dir: Path, ending: Ending) -> Iterator[None]:
    """Waits for the lock in steps, between which the build may be ended."""
    until = time.monotonic() + lock.WAIT_SECONDS
    with ExitStack() as held:
        while True:
            ending.check()
            try:
                held.enter_context(lock.build_lock(index_dir, wait=LOOK))
                break
            except BuildInProgress:
                if time.monotonic() >= until:
                    raise
        yield


def _one_at_a_time(on_progress: OnProgress, ending: Ending) -> OnProgress:
    turn = threading.Lock()

    def tell(progress: Progress) -> None:
        with turn:
            ending.check()
            on_progress(progress)

    return tell


class _Build:
    def __init__(
        self,
        settings: IndexSettings,
        options: BuildOptions,
        tell: OnProgress,
        embedder: Any,
        engine: Any,
        store: VectorStore,
        ending: Ending,
    ) -> None:
        self._settings, self._options, self._tell, self._given = settings, options, tell, embedder
        self._reader, self._writer = CatalogReader(engine), CatalogWriter(engine)
        self._files, self._sweeper = CatalogFiles(engine), CatalogSweeper(engine)
        self._store, self._ending = store, ending
        self._words = settings.index_dir / WORDS

    def run(self, started: float) -> BuildReport:
        live = self._reader.state().epoch
        drop_orphan_words(self._sweeper, self._writer, self._words)
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
        words = self._open_words(target)
        publisher = TextPublisher(self._writer, self._files, words, epoch, open_parsers(self._settings))
        texts = TextReading(self._reader, self._writer, self._files, publisher, plan, found, self._tell, self._ending)

        def read() -> None:
            if epoch == live:
                texts.apply()
            else:
                self._note_inputs(live, epoch)
                texts.fill_beside(live, before)
            self._files.save_file_stats(found.root_of, _settled(found, publisher))

        vectors = VectorPublisher(
            self._reader, self._writer, self._store, lambda: open_embedder(self._settings, self._given), epoch
        )
        embedded = read_and_embed(
            publisher, vectors, read, lambda done, total: self._tell(Progress("embed", done, total)), self._ending
        )
        if epoch != live:
            self._writer.switch_epoch(epoch)
        changed = forgotten or embedded != Embedded() or epoch != live or not plan.is_empty
        if changed or has_leftovers(self._sweeper, self._words):
            self._ending.check()
            compact(self._reader, self._writer, self._store, epoch)
            self._ending.check()
            self._writer.finish_build(time.time(), epoch, embedded.passages, embedded.seconds)
            sweep(self._sweeper, self._writer, self._store, self._words)
        if self._options.purge:
            self._ending.check()
            purge(self._reader, self._writer, self._sweeper, self._store, self._words, epoch)
        return report(self._reader, epoch, plan, publisher, forgotten, embedded, time.monotonic() - started)

    def _open_words(self, epoch: Epoch) -> LexicalIndex:
        """The words of an epoch. Those that were lost are written anew, and those of a lost catalog dropped."""
        folder = self._words / epoch.words
        if not self._reader.has_passages(epoch.id):
            shutil.rmtree(folder, ignore_errors=True)
        elif not (folder / META).is_file():
            rebuild_words(self._reader, self._writer, self._words, epoch.id)
            folder = self._words / self._writer.epochs()[epoch.id].words
        return LexicalIndex(folder)

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

    def _note_inputs(self, live: int, epoch: int) -> None:
        """So that an index of an older Citewise is a source of vectors for the new epoch too."""
        epochs = self._writer.epochs()
        if epochs[live].embedder == epochs[epoch].embedder:
            old = self._reader.indexed_texts(self._reader.without_input(live))
            self._writer.save_inputs({one.id: input_key(one.title, one.headings, one.text) for one in old})


def _settled(found: Scan, publisher: TextPublisher) -> dict[str, Any]:
    """What may be believed next time: not the stamps of a file that could not be read."""
    unread = {failure.uri for failure in publisher.failures if failure.reason == "unreadable"}
    return {uri: stat for uri, stat in found.stats.items() if uri not in unread}
