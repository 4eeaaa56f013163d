"""Takes away what no reader can see any more, and what an ended build left behind. Runs under the build lock."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from index.catalog_sweep import CatalogSweeper
from index.catalog_write import CatalogWriter
from index.errors import CitewiseError
from index.lexical import LexicalIndex
from index.vectors import VectorStore


def sweep(
    sweeper: CatalogSweeper, writer: CatalogWriter, store: VectorStore, words: Path, now: float | None = None
) -> None:
    """Raises `oldest` first, so that readers below it know; then rows, collections and words.

    Words change the scores of a generation, so their removal ends with a new one.
    """
    oldest = sweeper.raise_oldest(time.time() if now is None else now)
    # Collections before their rows: a sweep that is ended here leaves none that no row tells of.
    for name in store.names() - sweeper.kept_segments(oldest):
        store.delete(name)
    store.drop_folders()
    sweeper.drop_dead_rows(oldest)
    sweeper.drop_unfinished_segments()
    folders = sweeper.word_folders()
    for folder in words.iterdir() if words.is_dir() else ():
        # Others are what a file manager or a syncing tool left there.
        if folder.name.replace("-", "").isalnum() and folder.name not in folders.values():
            shutil.rmtree(folder, ignore_errors=True)
    for epoch in sweeper.epochs_with_orphans():
        if epoch in folders:
            try:
                LexicalIndex(words / folders[epoch]).delete(sweeper.orphans(epoch))
            except CitewiseError:
                # Of an epoch that an older Citewise wrote, which nobody reads any more; the folder goes with the epoch.
                if epoch == max(folders):
                    raise
            else:
                writer.new_generation()
        sweeper.drop_orphans(epoch)
