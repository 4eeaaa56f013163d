"""Examining an index: whether everything live can be found by words and by vectors and is what the documents say, and
whether anything is left over. Nothing is changed, and a build may go on meanwhile.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from index.catalog.check import CatalogCheck, is_damage
from index.catalog.engine import open_engine
from index.catalog.read import CatalogReader
from index.catalog.sweep import CatalogSweeper
from index.catalog.tables import FILENAME
from index.doctor.findings import REBUILD, RESTORE, Diagnosis, Finding, one_line
from index.doctor.health import (
    embedder_findings,
    fingerprint_findings,
    folder_findings,
    leftover_findings,
    text_findings,
)
from index.doctor.probe import probe
from index.doctor.vectors import vector_findings
from index.doctor.words import word_findings
from index.errors import BuildInProgress, CitewiseError, IndexMissing, SettingsError, StaleSnapshot
from index.lock import build_lock
from index.settings import IndexSettings
from index.snapshot import VECTORS, WORDS
from index.vectors.files import size

TRIES = 3
# Where one of these is found, others that follow from it are not looked for.
TEXTS = ("text missing", "passages damaged")
VECTOR_STORE = ("vectors damaged", "segments damaged")


def examine(settings: IndexSettings, embedder: Any = None) -> Diagnosis:
    """What is wrong with the index, as of its newest generation. Changes nothing and waits for no lock.

    `embedder` as in `build_index`. A damaged store becomes a finding and the others are still examined.
    Raises IndexMissing when there is nothing to examine.
    """
    folder = settings.index_dir
    try:
        engine = open_engine(folder)
    except IndexMissing:
        if not any((folder / name).is_dir() for name in (WORDS, VECTORS)):
            raise
        told = f"The catalog {folder / FILENAME} is not there; words and vectors are worth nothing without it."
        return _diagnosis(settings, [Finding("catalog missing", "problem", told, RESTORE)])
    except CitewiseError as error:
        fix = error.fix if "version" in str(error) else RESTORE
        return _diagnosis(settings, [Finding("catalog damaged", "problem", str(error), fix)])
    try:
        for _ in range(TRIES - 1):
            try:
                return _examine(settings, embedder, engine)
            except StaleSnapshot:
                continue
        return _examine(settings, embedder, engine, last=True)
    finally:
        engine.dispose()


def _examine(settings: IndexSettings, embedder: Any, engine: Any, last: bool = False) -> Diagnosis:
    folder, reader, check = settings.index_dir, CatalogReader(engine), CatalogCheck(engine)
    found: list[Finding] = []
    checked: dict[str, int] = {}
    if damage := check.integrity():
        found.append(_catalog_damaged(damage[0]))
    try:
        at = reader.state()
        epoch, schema = reader.epoch(at.epoch), check.schema_version()
    except Exception as error:
        return _diagnosis(settings, [*found, _catalog_damaged(one_line(error))])
    if epoch is None:
        empty = Finding("index empty", "notice", "Nothing has been indexed yet.", "Build it: citewise index FOLDER")
        return _diagnosis(settings, [*found, empty], checked, at.generation, schema)

    def sound(*checks: str) -> bool:
        return not any(finding.check in checks for finding in found)

    checks: dict[str, Callable[[], Iterable[Finding]]] = {
        "texts": lambda: text_findings(check, at, epoch, checked),
        "words": lambda: word_findings(folder / WORDS, epoch, at, reader, check, checked, sound(*TEXTS)),
        "vectors": lambda: vector_findings(probe(settings, at), checked),
        "embedder": lambda: embedder_findings(settings, embedder, at, checked) if sound(*TEXTS, *VECTOR_STORE) else (),
        "fingerprints": lambda: fingerprint_findings(settings, embedder, epoch),
        "folders": lambda: folder_findings(reader, check, at, checked),
        "leftovers": lambda: _leftovers(settings, engine, sound(*TEXTS), sound(*VECTOR_STORE)),
    }
    for name, run in checks.items():
        found += _guarded(name, run, quiet=bool(damage))
    if not last and reader.state().oldest > at.generation:
        raise StaleSnapshot("The generation being examined was swept.", "Examine the newest one.")
    if damage:
        found = [replace(finding, repairable=False) for finding in found]
    return _diagnosis(settings, [*found, *disk_findings(settings)], checked, at.generation, schema)


def _leftovers(settings: IndexSettings, engine: Any, texts: bool, vectors: bool) -> list[Finding]:
    """Only while no build runs can it be told what an ended one has left."""
    try:
        with build_lock(settings.index_dir, wait=0):
            check, sweeper = CatalogCheck(engine), CatalogSweeper(engine)
            return list(leftover_findings(settings.index_dir, check, sweeper, texts, vectors))
    except BuildInProgress as error:
        told = f"{one_line(error)}: what an ended build may have left was not looked for."
        return [Finding("build running", "notice", told, "Run citewise doctor again when it has ended.")]
    except SettingsError as error:
        return [Finding("folder not writable", "problem", f"{one_line(error)}.", error.fix)]


def disk_findings(settings: IndexSettings) -> Iterator[Finding]:
    sizes = disk(settings.index_dir)
    free, used = sizes["free"], sum(size for name, size in sizes.items() if name != "free")
    if free < used:
        told = f"The disk has {free / 1e6:,.0f} MB left; the index takes {used / 1e6:,.0f} MB."
        yield Finding("disk nearly full", "notice", told, "Make room: a full build needs as much again for a while.")


def disk(folder: Path) -> dict[str, int]:
    """Bytes of the stores of an index, and those left on its disk."""
    catalog = sum(path.stat().st_size for path in folder.glob(f"{FILENAME}*"))
    stores = {"catalog": catalog, "words": size(folder / WORDS), "vectors": size(folder / VECTORS)}
    return {**stores, "free": shutil.disk_usage(folder).free}


def _guarded(name: str, run: Callable[[], Iterable[Finding]], quiet: bool) -> list[Finding]:
    """What a check finds; what ends it is a finding too, unless the catalog is known to be damaged."""
    try:
        return list(run())
    except StaleSnapshot:
        raise
    except BaseException as error:  # a panic in a store's Rust is no Exception
        if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        if quiet:
            return []
        if is_damage(error):
            return [_catalog_damaged(one_line(error))]
        fix = error.fix if isinstance(error, CitewiseError) and error.fix else f"Build the index again: {REBUILD}"
        return [Finding(f"{name} not checked", "problem", f"The {name} cannot be checked: {one_line(error)}.", fix)]


def _catalog_damaged(told: str) -> Finding:
    return Finding("catalog damaged", "problem", f"The catalog is damaged: {told}.", RESTORE)


def _diagnosis(
    settings: IndexSettings,
    found: Iterable[Finding],
    checked: dict[str, int] | None = None,
    generation: int | None = None,
    schema: int | None = None,
) -> Diagnosis:
    packages = {name: _version(name) for name in ("citewise", "chromadb", "tantivy")}
    versions = {"catalog": None if schema is None else str(schema), **packages, "sqlite": sqlite3.sqlite_version}
    once = tuple(dict.fromkeys(found))
    return Diagnosis(once, checked or {}, versions, disk(settings.index_dir), generation)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
