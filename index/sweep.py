"""Takes away what no reader can see any more, and what an ended build left behind. Runs under the build lock."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from index.catalog.read import CatalogReader
from index.catalog.sweep import CatalogSweeper
from index.catalog.write import CatalogWriter
from index.errors import CitewiseError
from index.lexical import LexicalIndex, drop_ended_deletion
from index.rebuild import rebuild_words
from index.segments import compact
from index.vectors.store import VectorStore


def sweep(
    sweeper: CatalogSweeper,
    writer: CatalogWriter,
    store: VectorStore,
    words: Path,
    now: float | None = None,
    everything: bool = False,
) -> None:
    """Raises `oldest` first, so that readers below it know; then rows, collections and words.

    `everything`: no generation but the newest is kept.
    """
    oldest = sweeper.raise_oldest(time.time() if now is None else now, everything)
    kept = sweeper.kept_segments(oldest)
    store.restore(kept)
    # Collections before their rows: a sweep that is ended here leaves none that no row tells of.
    for name in store.names() - kept:
        store.delete(name)
    store.drop_folders()
    sweeper.drop_dead_rows(oldest)
    sweeper.drop_unfinished_segments()
    for folder in _stray_words(sweeper, words):
        shutil.rmtree(folder, ignore_errors=True)
    drop_orphan_words(sweeper, writer, words)


def drop_orphan_words(sweeper: CatalogSweeper, writer: CatalogWriter, words: Path) -> None:
    """Deletes the words of passages that the catalog does not hold.

    Words change the scores of a generation, so their removal ends with a new one.
    """
    folders, used = sweeper.word_folders(), sweeper.epochs_in_use()
    for epoch in sweeper.epochs_with_orphans():
        if (words / folders[epoch]).is_dir():
            try:
                drop_ended_deletion(words / folders[epoch])
                LexicalIndex(words / folders[epoch]).delete(sweeper.orphans(epoch))
            except CitewiseError:
                # Of an epoch that an older Citewise wrote, which nobody reads any more; the folder goes with the epoch.
                if epoch == max(used):
                    raise
            else:
                writer.new_generation()
        sweeper.drop_orphans(epoch)


def has_leftovers(sweeper: CatalogSweeper, words: Path) -> bool:
    """Whether an earlier build was ended before its sweep, or in it."""
    return sweeper.has_leftovers() or any(_stray_words(sweeper, words))


def purge(
    reader: CatalogReader, writer: CatalogWriter, sweeper: CatalogSweeper, store: VectorStore, words: Path, epoch: int
) -> None:
    """Leaves no byte of a text that is not live: no kept generation, no dead vector, no deleted term, no free page.

    Readers that are open take a new snapshot. A second epoch that is not finished stays as it is.
    """
    compact(reader, writer, store, epoch, dead_share=0.0)
    sweep(sweeper, writer, store, words, everything=True)
    # A deleted passage's terms would stay in the word index until a merge.
    rebuild_words(reader, writer, words, epoch)
    sweep(sweeper, writer, store, words, everything=True)
    sweeper.vacuum()
    store.vacuum()


def _stray_words(sweeper: CatalogSweeper, words: Path) -> Iterator[Path]:
    """Folders of word indexes that no epoch in use names."""
    folders = sweeper.word_folders()
    used = {folders[epoch] for epoch in sweeper.epochs_in_use() if epoch in folders}
    for folder in words.iterdir() if words.is_dir() else ():
        # Others are what a file manager or a syncing tool left there.
        if folder.name.replace("-", "").isalnum() and folder.name not in used:
            yield folder
