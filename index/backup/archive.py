"""The file of a backup: a zip of a catalog, the vectors of its segments, chats, and a manifest with their sha256."""

from __future__ import annotations

import hashlib
import json
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.backup.chats import FILENAME as CHATS
from index.catalog.tables import FILENAME, SCHEMA_VERSION, Segment
from index.errors import CitewiseError

if TYPE_CHECKING:
    pass

KIND, FORMAT, WITHOUT_CHATS = "citewise backup", 2, 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20
_ENTRY = re.compile(rf"{re.escape(FILENAME)}|{re.escape(CHATS)}|vectors/[0-9]+\.npy")
DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, LookupError, TypeError, ValueError, EOFError, RuntimeError)


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


def read_manifest(file: Path) -> Manifest:
    """Checks every byte of a backup that matters. Raises CitewiseError when it is damaged, foreign or too new."""
    try:
        with zipfile.ZipFile(file.expanduser()) as archive:
            manifest = _manifest(archive.read(MANIFEST), file)
            if sorted(archive.namelist()) != sorted((MANIFEST, *manifest.entries)):
                raise ValueError("files are missing, or too many")
            for name, entry in manifest.entries.items():
                for _ in pieces_of(archive, name, entry):
                    pass
            return manifest
    except FileNotFoundError:
        raise CitewiseError(f"There is no file {file}.", "Check the path.") from None
    except (OSError, *DAMAGE) as error:
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


def put(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes], method: int) -> Entry:
    digest, size = hashlib.sha256(), 0
    info = zipfile.ZipInfo(name)
    info.compress_type = method
    with archive.open(info, "w", force_zip64=True) as entry:
        for piece in pieces:
            entry.write(piece)
            digest.update(piece)
            size += len(piece)
    return Entry(digest.hexdigest(), size)


def pieces_of(archive: zipfile.ZipFile, name: str, entry: Entry) -> Iterator[bytes]:
    """What is in an entry. Raises BadZipFile at the latest at its end when that is not what was written."""
    digest, size = hashlib.sha256(), 0
    with archive.open(name) as file:
        while size <= entry.size and (piece := file.read(CHUNK)):
            yield piece
            digest.update(piece)
            size += len(piece)
    if (digest.hexdigest(), size) != (entry.sha256, entry.size):
        raise zipfile.BadZipFile(f"{name} is not as it was written")


def extract(archive: zipfile.ZipFile, name: str, entry: Entry, path: Path) -> None:
    with path.open("wb") as file:
        for piece in pieces_of(archive, name, entry):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def entry_of(segment: Segment) -> str:
    return f"vectors/{segment.id}.npy"


def clear(part: Path) -> None:
    for name in (
        FILENAME,
        f"{FILENAME}-wal",
        f"{FILENAME}-shm",
        f"{FILENAME}-journal",
        CHATS,
        f"{CHATS}-journal",
        "backup.zip",
    ):
        with suppress(OSError):
            (part / name).unlink()


def sync(folder: Path) -> None:
    """Makes a rename last, where folders can be opened."""
    if hasattr(os, "O_DIRECTORY"):
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
