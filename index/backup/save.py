"""An index in one file, and back. A backup is taken while builds go on, and shows one generation.

It is a zip file of the catalog, the vectors of each live segment (an .npy, in the order of the passage ids that the
catalog names for the segment), the kept chats and a manifest with the sha256 of each. Words are left out: they are made
anew from the texts in the catalog. To restore, nothing is parsed or embedded.
"""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.backup.archive import (
    CHUNK,
    FORMAT,
    KIND,
    MANIFEST,
    WITHOUT_CHATS,
    Entry,
    Manifest,
    clear,
    entry_of,
    put,
    sync,
)
from index.backup.chats import copy_chats
from index.catalog.copy import copy_catalog, settle, vector_ids
from index.catalog.engine import open_engine
from index.catalog.read import CatalogReader
from index.catalog.tables import FILENAME, SCHEMA_VERSION
from index.errors import CitewiseError, IndexMissing, StaleSnapshot, StorageError
from index.settings import IndexSettings
from index.snapshot import VECTORS
from index.vectors.store import VectorStore

if TYPE_CHECKING:
    from index.embed import Vectors

TRIES = 5
RETRY_SECONDS = 0.5
ROWS = 5_000


@dataclass(frozen=True, slots=True)
class BackupReport:
    """`size` is that of the file in bytes; `pending` of the passages have no vector yet; `chats`: it holds chats."""

    file: Path
    size: int
    generation: int
    documents: int
    passages: int
    pending: int
    chats: bool
    seconds: float


def backup(settings: IndexSettings, file: Path, *, overwrite: bool = False) -> BackupReport:
    """Writes what the newest generation shows into `file`, as a whole or not at all. Builds may go on.

    Raises IndexMissing, or CitewiseError when the file may not or cannot be written.
    """
    started = time.monotonic()
    file = file.expanduser().resolve()
    if file.is_relative_to(settings.index_dir.resolve()):
        raise CitewiseError(f"{file} lies in the index folder.", "Choose a place outside of it, best on another disk.")
    if file.is_dir() or (file.exists() and not overwrite):
        raise CitewiseError(f"{file} exists already.", "Choose another name, or move it away first.")
    engine = open_engine(settings.index_dir)
    store = VectorStore(settings.index_dir / VECTORS, settings.chroma_url, CatalogReader(engine).index_id())
    engine.dispose()
    part = file.with_name(f"{file.name}.part")
    try:
        part.mkdir(mode=0o700, exist_ok=True)
        report = _whole(settings.index_dir, store, part)
        os.replace(report.file, file)
        sync(file.parent)
    except OSError as error:
        raise StorageError(f"{file} cannot be written: {error.strerror or error}.", "Choose another place.") from error
    finally:
        store.close()
        clear(part)
        with suppress(OSError):
            part.rmdir()
    return replace(report, file=file, seconds=round(time.monotonic() - started, 3))


def _whole(index_dir: Path, store: VectorStore, part: Path) -> BackupReport:
    """Writes the backup into the folder `part`. Segments may be merged and swept meanwhile: then it starts over."""
    for tries_left in reversed(range(TRIES)):
        clear(part)
        engine = copy_catalog(index_dir, part)
        try:
            return _write(engine, store, copy_chats(index_dir, part), part)
        except StaleSnapshot as error:
            if not tries_left:
                raise CitewiseError(f"Vectors of the index are missing: {error}", "citewise doctor --repair") from error
            time.sleep(RETRY_SECONDS)
        finally:
            engine.dispose()
    raise AssertionError("the last try returns or raises")


def _write(engine: Any, store: VectorStore, chats: Path | None, part: Path) -> BackupReport:
    reader = CatalogReader(engine)
    state, counts = reader.state(), reader.counts(reader.state())
    epoch = reader.epoch(state.epoch)
    if epoch is None:
        raise IndexMissing("The index is empty.", "Build it: citewise index FOLDER")
    held = {segment: vector_ids(engine, segment) for segment in reader.segments(state)}
    settle(engine)
    for segment in held:
        store.rows(segment.name)  # what is mapped can be read to its end, even when it is swept meanwhile
    entries: dict[str, Entry] = {}
    dimension = 0
    path = part / "backup.zip"
    with open(path, "wb", opener=_private) as raw:
        with zipfile.ZipFile(raw, "w") as archive:
            for one in filter(None, (part / FILENAME, chats)):
                entries[one.name] = put(archive, one.name, _pieces(one), zipfile.ZIP_DEFLATED)
            for segment, ids in held.items():
                dimension = _rows(store, segment.name, ids[:1]).shape[1]
                entries[entry_of(segment)] = put(
                    archive, entry_of(segment), _npy(store, segment.name, ids, dimension), zipfile.ZIP_STORED
                )
            created = datetime.now(UTC).isoformat(timespec="seconds")
            manifest = Manifest(
                KIND,
                FORMAT if chats else WITHOUT_CHATS,
                SCHEMA_VERSION,
                created,
                state.generation,
                epoch.id,
                epoch.embedder,
                dimension,
                entries,
            )
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
        raw.flush()
        os.fsync(raw.fileno())
    size = path.stat().st_size
    return BackupReport(
        path, size, state.generation, counts.documents, counts.passages, counts.pending, chats is not None, 0.0
    )


def _private(path: str, flags: int) -> int:
    """A backup holds every text and every chat: it is for its owner's eyes only."""
    return os.open(path, flags, 0o600)


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        yield from iter(lambda: opened.read(CHUNK), b"")


def _npy(store: VectorStore, name: str, ids: Sequence[int], dimension: int) -> Iterator[bytes]:
    """The vectors of the ids as an .npy file, in their order."""
    import numpy as np

    header = io.BytesIO()
    shape = (len(ids), dimension)
    np.lib.format.write_array_header_1_0(header, {"descr": "<f4", "fortran_order": False, "shape": shape})
    yield header.getvalue()
    for first in range(0, len(ids), ROWS):
        yield _rows(store, name, ids[first : first + ROWS]).astype("<f4").tobytes()


def _rows(store: VectorStore, name: str, ids: Sequence[int]) -> Vectors:
    """The vectors of the ascending ids. Raises StaleSnapshot unless all of them are there."""
    import numpy as np

    found, vectors = store.get(name, ids)
    order = np.argsort(found)
    if [found[at] for at in order] != list(ids):
        raise StaleSnapshot(f"{len(ids) - len(found)} of {len(ids)} in the segment {name}.")
    return vectors[order]
