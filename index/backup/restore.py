"""Making an index of a backup, in an index folder that holds none. Nothing is parsed or embedded."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import time
import uuid
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.backup.archive import (
    DAMAGE,
    Manifest,
    clear,
    entry_of,
    extract,
    read_manifest,
    sync,
)
from index.backup.chats import FILENAME as CHATS
from index.backup.chats import restore_chats
from index.catalog.copy import become, prune, settle, vector_ids
from index.catalog.engine import explained, open_engine
from index.catalog.read import CatalogReader
from index.catalog.tables import FILENAME
from index.catalog.write import CatalogWriter
from index.errors import CitewiseError, RootError, StorageError
from index.lock import build_lock
from index.rebuild import rebuild_words
from index.roots import resolve_root
from index.settings import IndexSettings
from index.snapshot import VECTORS, WORDS
from index.vectors.store import VectorStore

if TYPE_CHECKING:
    pass

PART = "restore.part"  # in the index folder from the first to the last step of a restore


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """`created` is when the backup was made (ISO 8601); `missing_roots` are folders, by name, that are not here.
    `chats`: those of the backup are here again; they are not where the folder held others, which stay."""

    index_dir: Path
    created: str
    generation: int
    documents: int
    passages: int
    pending: int
    missing_roots: Mapping[str, str]
    chats: bool
    seconds: float


def restore(settings: IndexSettings, file: Path, *, roots: Mapping[str, Path] | None = None) -> RestoreReport:
    """Makes the index of a backup in the index folder, which must hold none; a build goes on from there.

    `roots` names folders of documents that lie elsewhere now. A restore that is killed leaves no index, and can be
    started again. Raises RootError, BuildInProgress or CitewiseError, and then leaves nothing.
    """
    started = time.monotonic()
    folder = settings.index_dir
    manifest = read_manifest(file)
    _refuse_index_in(folder)
    with build_lock(folder):
        _refuse_index_in(folder)
        try:
            with explained(folder):
                report = _restore(settings, file, manifest, roots or {})
        except StorageError as error:
            raise StorageError(str(error), "See that its disk has room and may be written, then try again.") from error
        except DAMAGE as error:
            raise CitewiseError(f"{file} cannot be restored: {error}.", "Take another backup.") from error
    return replace(report, seconds=round(time.monotonic() - started, 3))


def _restore(settings: IndexSettings, file: Path, manifest: Manifest, moved: Mapping[str, Path]) -> RestoreReport:
    folder = settings.index_dir
    part = folder / PART
    index_id = _begin(folder, part)
    store = VectorStore(folder / VECTORS, settings.chroma_url, index_id)
    engine = None
    try:
        with zipfile.ZipFile(file.expanduser()) as archive:
            extract(archive, FILENAME, manifest.entries[FILENAME], part / FILENAME)
            if CHATS in manifest.entries:
                extract(archive, CHATS, manifest.entries[CHATS], part / CHATS)
            engine = open_engine(part)
            prune(engine)
            reader = CatalogReader(engine)
            become(engine, index_id, _moved_roots(reader.roots(), moved))
            _fill_segments(engine, archive, manifest, store, part / "vectors.npy")
        epoch = reader.state().epoch
        rebuild_words(reader, CatalogWriter(engine), folder / WORDS, epoch)
        prune(engine)
        state, roots = reader.state(), reader.roots()
        counts = reader.counts(state)
        settle(engine)
        store.close()
        chats = CHATS in manifest.entries and restore_chats(part / CHATS, folder)
        os.replace(part / FILENAME, folder / FILENAME)
    except BaseException:
        if engine is not None:
            engine.dispose()
        # What cannot be taken away now is taken away by the next restore, as long as the mark of this one is there.
        with suppress(Exception):
            if not (folder / FILENAME).exists():
                _delete_all(store)
                store.close()
                for name in (WORDS, VECTORS, PART):
                    if (folder / name).exists():
                        shutil.rmtree(folder / name)
        raise
    sync(folder)
    shutil.rmtree(part, ignore_errors=True)
    missing = {name: path for name, path in roots.items() if not Path(path).is_dir()}
    return RestoreReport(
        folder,
        manifest.created,
        state.generation,
        counts.documents,
        counts.passages,
        counts.pending,
        missing,
        chats,
        0.0,
    )


def _fill_segments(
    engine: Any, archive: zipfile.ZipFile, manifest: Manifest, store: VectorStore, scratch: Path
) -> None:
    """Writes each segment of the backup under a new name."""
    import numpy as np

    reader, writer = CatalogReader(engine), CatalogWriter(engine)
    state = reader.state()
    segments = reader.segments(state)
    if {FILENAME, *map(entry_of, segments)} != manifest.entries.keys() - {CHATS}:
        raise ValueError("its catalog names other segments")
    _delete_all(store)
    for old in segments:
        name, ids = entry_of(old), vector_ids(engine, old)
        extract(archive, name, manifest.entries[name], scratch)
        vectors = np.load(scratch, mmap_mode="r", allow_pickle=False)
        if vectors.shape != (len(ids), manifest.dimension) or vectors.dtype != np.float32:
            raise ValueError(f"{name} has another shape than its catalog tells")
        segment = writer.reserve_segment(state.epoch)
        store.create(segment.name, ids, np.asarray(vectors))
        writer.publish_segment(segment, ids, retired=[old])


def _refuse_index_in(folder: Path) -> None:
    """Words and vectors without a catalog are somebody's, too, unless an ended restore left them."""
    taken = [name for name in (FILENAME, WORDS, VECTORS) if (folder / name).exists()]
    if FILENAME in taken or (taken and not (folder / PART).is_dir()):
        raise CitewiseError(
            f"The index folder {folder} holds an index.", "Move it away, or set CITEWISE_INDEX_DIR to another folder."
        )


def _begin(folder: Path, part: Path) -> str:
    """Notes the id of the new index before anything bears it, and takes away what an ended restore left.

    That one's id is used again, so that its collections are known wherever they are."""
    part.mkdir(mode=0o700, exist_ok=True)  # chats lie in it, too
    noted = part / "index_id"
    index_id = noted.read_text("ascii") if noted.is_file() else ""
    if not re.fullmatch("[0-9a-f]{32}", index_id):
        index_id = uuid.uuid4().hex
        noted.write_text(index_id, "ascii")
    clear(part)
    for name in (WORDS, VECTORS):
        shutil.rmtree(folder / name, ignore_errors=True)
    return index_id


def _delete_all(store: VectorStore) -> None:
    for name in store.names():
        store.delete(name)


def _moved_roots(known: Mapping[str, str], moved: Mapping[str, Path]) -> dict[str, str]:
    if strangers := moved.keys() - known.keys():
        raise RootError(
            f"The backup holds no folder named {min(strangers)}.", f"It holds: {', '.join(sorted(known)) or 'none'}."
        )
    chosen = {name: str(resolve_root(path)) for name, path in moved.items()}
    for one, other in itertools.permutations({**known, **chosen}.values(), 2):
        if Path(one).is_relative_to(other):
            raise RootError(f"{one} and {other} overlap.", "Name folders of which none lies in another.")
    return chosen
