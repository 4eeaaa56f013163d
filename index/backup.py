"""An index in one file, and back. A backup is taken while builds go on, and shows one generation.

It is a zip file of the catalog, the vectors of each live segment (an .npy, in the order of the passage ids that the
catalog names for the segment) and a manifest with the sha256 of each. Words are left out: they are made anew from the
texts in the catalog. To restore, nothing is parsed or embedded.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import os
import re
import shutil
import struct
import time
import uuid
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.catalog import FILENAME, SCHEMA_VERSION, Segment, explained, open_engine
from index.catalog_copy import become, copy_catalog, prune, settle, vector_ids
from index.catalog_read import CatalogReader
from index.catalog_write import CatalogWriter
from index.errors import CitewiseError, IndexMissing, RootError, StaleSnapshot, StorageError
from index.lock import build_lock
from index.rebuild import rebuild_words
from index.roots import resolve_root
from index.settings import IndexSettings
from index.snapshot import VECTORS, WORDS
from index.vectors import VectorStore

if TYPE_CHECKING:
    from index.embed import Vectors

KIND, FORMAT = "citewise backup", 1
MANIFEST = "manifest.json"
PART = "restore.part"  # in the index folder from the first to the last step of a restore
TRIES = 5
RETRY_SECONDS = 0.5
CHUNK = 1 << 20
ROWS = 5_000
_ENTRY = re.compile(rf"{re.escape(FILENAME)}|vectors/[0-9]+\.npy")
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, LookupError, TypeError, ValueError, EOFError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Entry:
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `dimension` is the length of its vectors, 0 when it has none."""

    kind: str
    format: int
    catalog_version: int
    created: str
    generation: int
    epoch: int
    embedder: str
    dimension: int
    entries: Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class BackupReport:
    """`size` is that of the file in bytes; `pending` of the passages have no vector yet."""

    file: Path
    size: int
    generation: int
    documents: int
    passages: int
    pending: int
    seconds: float


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """`created` is when the backup was made (ISO 8601); `missing_roots` are folders, by name, that are not here."""

    index_dir: Path
    created: str
    generation: int
    documents: int
    passages: int
    pending: int
    missing_roots: Mapping[str, str]
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
        part.mkdir(exist_ok=True)
        report = _whole(settings.index_dir, store, part)
        os.replace(report.file, file)
        _sync(file.parent)
    except OSError as error:
        raise StorageError(f"{file} cannot be written: {error.strerror or error}.", "Choose another place.") from error
    finally:
        store.close()
        _clear(part)
        with suppress(OSError):
            part.rmdir()
    return replace(report, file=file, seconds=round(time.monotonic() - started, 3))


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
        except _DAMAGE as error:
            raise CitewiseError(f"{file} cannot be restored: {error}.", "Take another backup.") from error
    return replace(report, seconds=round(time.monotonic() - started, 3))


def read_manifest(file: Path) -> Manifest:
    """Checks every byte of a backup that matters. Raises CitewiseError when it is damaged, foreign or too new."""
    try:
        with zipfile.ZipFile(file.expanduser()) as archive:
            manifest = _manifest(archive.read(MANIFEST), file)
            if sorted(archive.namelist()) != sorted((MANIFEST, *manifest.entries)):
                raise ValueError("files are missing, or too many")
            for name, entry in manifest.entries.items():
                for _ in _pieces(archive, name, entry):
                    pass
            return manifest
    except FileNotFoundError:
        raise CitewiseError(f"There is no file {file}.", "Check the path.") from None
    except (OSError, *_DAMAGE) as error:
        raise CitewiseError(f"{file} is damaged, or no backup of Citewise: {error}.", "Take another backup.") from error


def _manifest(data: bytes, file: Path) -> Manifest:
    told = json.loads(data)
    if told["kind"] != KIND:
        raise ValueError("its manifest is another program's")
    if told["format"] > FORMAT or told["catalog_version"] > SCHEMA_VERSION:
        raise CitewiseError(f"A newer Citewise wrote the backup {file}.", "Use a newer Citewise.")
    entries = {name: Entry(str(one["sha256"]), int(one["size"])) for name, one in told["entries"].items()}
    if FILENAME not in entries or not all(_ENTRY.fullmatch(name) for name in entries):
        raise ValueError("its manifest names other files")
    return Manifest(**{**told, "entries": entries})


def _whole(index_dir: Path, store: VectorStore, part: Path) -> BackupReport:
    """Writes the backup into the folder `part`. Segments may be merged and swept meanwhile: then it starts over."""
    for tries_left in reversed(range(TRIES)):
        _clear(part)
        engine = copy_catalog(index_dir, part)
        try:
            return _write(engine, store, part)
        except StaleSnapshot as error:
            if not tries_left:
                raise CitewiseError(f"Vectors of the index are missing: {error}", "citewise doctor --repair") from error
            time.sleep(RETRY_SECONDS)
        finally:
            engine.dispose()
    raise AssertionError("the last try returns or raises")


def _write(engine: Any, store: VectorStore, part: Path) -> BackupReport:
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
    with path.open("wb") as raw:
        with zipfile.ZipFile(raw, "w") as archive:
            with (part / FILENAME).open("rb") as catalog:
                pieces = iter(lambda: catalog.read(CHUNK), b"")
                entries[FILENAME] = _put(archive, FILENAME, pieces, zipfile.ZIP_DEFLATED)
            for segment, ids in held.items():
                dimension = _rows(store, segment.name, ids[:1]).shape[1]
                entries[_entry_of(segment)] = _put(
                    archive, _entry_of(segment), _npy(store, segment.name, ids, dimension), zipfile.ZIP_STORED
                )
            created = datetime.now(UTC).isoformat(timespec="seconds")
            manifest = Manifest(
                KIND, FORMAT, SCHEMA_VERSION, created, state.generation, epoch.id, epoch.embedder, dimension, entries
            )
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
        raw.flush()
        os.fsync(raw.fileno())
    size = path.stat().st_size
    return BackupReport(path, size, state.generation, counts.documents, counts.passages, counts.pending, 0.0)


def _put(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes], method: int) -> Entry:
    digest, size = hashlib.sha256(), 0
    info = zipfile.ZipInfo(name)
    info.compress_type = method
    with archive.open(info, "w", force_zip64=True) as entry:
        for piece in pieces:
            entry.write(piece)
            digest.update(piece)
            size += len(piece)
    return Entry(digest.hexdigest(), size)


def _pieces(archive: zipfile.ZipFile, name: str, entry: Entry) -> Iterator[bytes]:
    """What is in an entry. Raises BadZipFile at the latest at its end when that is not what was written."""
    digest, size = hashlib.sha256(), 0
    with archive.open(name) as file:
        while size <= entry.size and (piece := file.read(CHUNK)):
            yield piece
            digest.update(piece)
            size += len(piece)
    if (digest.hexdigest(), size) != (entry.sha256, entry.size):
        raise zipfile.BadZipFile(f"{name} is not as it was written")


def _extract(archive: zipfile.ZipFile, name: str, entry: Entry, path: Path) -> None:
    with path.open("wb") as file:
        for piece in _pieces(archive, name, entry):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


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


def _restore(settings: IndexSettings, file: Path, manifest: Manifest, moved: Mapping[str, Path]) -> RestoreReport:
    folder = settings.index_dir
    part = folder / PART
    index_id = _begin(folder, part)
    store = VectorStore(folder / VECTORS, settings.chroma_url, index_id)
    engine = None
    try:
        with zipfile.ZipFile(file.expanduser()) as archive:
            _extract(archive, FILENAME, manifest.entries[FILENAME], part / FILENAME)
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
    _sync(folder)
    shutil.rmtree(part, ignore_errors=True)
    missing = {name: path for name, path in roots.items() if not Path(path).is_dir()}
    return RestoreReport(
        folder, manifest.created, state.generation, counts.documents, counts.passages, counts.pending, missing, 0.0
    )


def _fill_segments(
    engine: Any, archive: zipfile.ZipFile, manifest: Manifest, store: VectorStore, scratch: Path
) -> None:
    """Writes each segment of the backup under a new name."""
    import numpy as np

    reader, writer = CatalogReader(engine), CatalogWriter(engine)
    state = reader.state()
    segments = reader.segments(state)
    if {FILENAME, *map(_entry_of, segments)} != manifest.entries.keys():
        raise ValueError("its catalog names other segments")
    _delete_all(store)
    for old in segments:
        name, ids = _entry_of(old), vector_ids(engine, old)
        _extract(archive, name, manifest.entries[name], scratch)
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
    part.mkdir(exist_ok=True)
    noted = part / "index_id"
    index_id = noted.read_text("ascii") if noted.is_file() else ""
    if not re.fullmatch("[0-9a-f]{32}", index_id):
        index_id = uuid.uuid4().hex
        noted.write_text(index_id, "ascii")
    _clear(part)
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


def _entry_of(segment: Segment) -> str:
    return f"vectors/{segment.id}.npy"


def _clear(part: Path) -> None:
    for name in (FILENAME, f"{FILENAME}-wal", f"{FILENAME}-shm", f"{FILENAME}-journal", "backup.zip"):
        with suppress(OSError):
            (part / name).unlink()


def _sync(folder: Path) -> None:
    """Makes a rename last, where folders can be opened."""
    if hasattr(os, "O_DIRECTORY"):
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
