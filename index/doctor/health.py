"""What an examination finds beside words and vectors: texts, the embedder, fingerprints, folders, leftovers."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from index.catalog.check import CatalogCheck, PlacedText
from index.catalog.read import CatalogReader
from index.catalog.sweep import CatalogSweeper
from index.catalog.tables import Epoch, State
from index.chunk import CHUNKER, embedding_input
from index.doctor.findings import REBUILD, REPAIR, Finding, counted, evenly, have, one_line
from index.embed import configured_fingerprint
from index.errors import EmbedderError
from index.settings import IndexSettings
from index.snapshot import VECTORS, WORDS, Index
from index.vectors.copies import COPY, PREFIX
from index.vectors.files import DATABASE

EMBEDDED_AGAIN = 20
ALIKE = 0.98
SET_ASIDE = "vectors-damaged"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FIX_TEXTS = f"Read the documents again: {REBUILD}, or citewise restore FILE"


def text_findings(check: CatalogCheck, at: State, epoch: Epoch, checked: dict[str, int]) -> Iterator[Finding]:
    """Whether every live document has its text, once, and its passages are slices of it."""
    if lost := check.lost_texts(at):
        yield _damage(
            "text missing", f"{counted(len(lost), 'documents')} (such as {lost[0]}) {have(len(lost))} no text."
        )
    if doubled := check.doubled_uris(at):
        told = f"{counted(len(doubled), 'uris')} (such as {doubled[0]})"
        yield _damage("documents doubled", f"{told} {have(len(doubled))} two live documents.")
    if twice := check.doubled_vectors(at):
        told = f"{counted(len(twice), 'passages')} (such as passage {twice[0]})"
        yield _damage("vectors doubled", f"{told} {have(len(twice))} a vector in two live segments.")
    faulty: dict[str, str] = {}
    kinds: Counter[str] = Counter()
    texts = places = 0
    for text in check.placed_texts(at):
        texts, places = texts + 1, places + len(text.places)
        if fault := text_fault(text, current=epoch.chunker == CHUNKER):
            faulty[text.uri] = fault
            kinds[fault] += 1
    checked.update({"texts": texts, "places": places})
    if faulty:
        uri, told = next(iter(faulty.items()))
        count = counted(len(faulty), "documents")
        yield _damage("passages damaged", f"{count} {have(len(faulty))} damaged passages, such as {uri}: {told}.")


def text_fault(text: PlacedText, current: bool = True) -> str | None:
    """What is wrong with the passages of a text; the `current` chunker leaves out nothing but white space. Pure."""
    end = 0
    for ordinal, place in enumerate(text.places):
        if place.ordinal != ordinal:
            return f"passage {ordinal} is not there"
        if place.text is None:
            return f"passage {ordinal} has no words"
        if not end <= place.start < place.end <= len(text.text):
            return f"passage {ordinal} overlaps another or ends outside the text"
        if text.text[place.start : place.end] != place.text:
            return f"passage {ordinal} is not what the text says there"
        if current and place.altered:
            return f"passage {ordinal} is not as it was written"
        if current and text.text[end : place.start].strip():
            return f"text before passage {ordinal} is in no passage"
        end = place.end
    return "text at its end is in no passage" if current and text.text[end:].strip() else None


def embedder_findings(settings: IndexSettings, given: Any, at: State, checked: dict[str, int]) -> Iterator[Finding]:
    """Whether the embedder still gives the vectors that are stored. Another embedder is another finding's matter."""
    import numpy as np

    index = Index(settings, given)
    try:
        held: dict[int, Any] = {}
        live = index.catalog.all_live(at).tolist()
        for segment in index.catalog.segments(at):
            if index.vectors.rows(segment.name) is not None:
                ids, vectors = index.vectors.get(segment.name, live)
                held.update(zip(ids, vectors, strict=True))
        asked = list(index.catalog.indexed_texts(evenly(sorted(held), EMBEDDED_AGAIN)))
        try:
            embedder = index.embedder() if asked else None
            if embedder is None:
                return
            texts = [embedding_input(one.title, one.headings, one.text) for one in asked]
            again = np.asarray(embedder.embed_passages(texts), dtype=np.float32)
        except EmbedderError as error:
            told = f"The vectors were not compared with the embedder's: {one_line(error)}."
            yield Finding("embedder not loaded", "notice", told, error.fix)
            return
    finally:
        index.close()
    checked["embedded again"] = len(asked)
    stored = np.stack([held[one.id] for one in asked])
    same = np.vecdot(stored, again) if stored.shape == again.shape else np.zeros(len(asked))
    other = [one.id for one, cosine in zip(asked, same, strict=True) if cosine < ALIKE and held[one.id].any()]
    if other:
        told = f"{len(other):,} of {counted(len(asked), 'passages')} embedded again (such as passage {other[0]})"
        told = f"{told} have another vector than the stored one."
        yield Finding("embedder differs", "problem", told, f"Embed all of them again: {REPAIR}", repairable=True)


def fingerprint_findings(settings: IndexSettings, given: Any, epoch: Epoch) -> Iterator[Finding]:
    wanted = configured_fingerprint(settings, given)
    if epoch.embedder != wanted:
        told = f"The index was built with the embedder {epoch.embedder}; the settings name {wanted}."
        fix = f"Embed anew: {REBUILD}, or name the former one in CITEWISE_EMBEDDER"
        yield Finding("embedder changed", "problem", told, fix)
    if epoch.chunker != CHUNKER:
        told = f"The index was cut by {epoch.chunker}; this Citewise cuts by {CHUNKER}."
        yield Finding("chunker changed", "problem", told, f"Cut anew: {REBUILD}")


def folder_findings(
    reader: CatalogReader, check: CatalogCheck, at: State, checked: dict[str, int]
) -> Iterator[Finding]:
    """What the next build would do something about."""
    counts = reader.counts(at)
    checked.update({"documents": counts.documents, "passages": counts.passages})
    if counts.pending:
        told = f"{counted(counts.pending, 'passages')} {have(counts.pending)} no vector yet (such as passage "
        told = f"{told}{reader.pending(at)[0]})."
        yield Finding("vectors pending", "notice", told, "Embed them: citewise index", repairable=True)
    if check.unfinished_epochs():
        told = "A full build was ended before its end; its part is kept."
        yield Finding("full build unfinished", "notice", told, f"Go on with it: {REBUILD}")
    roots = reader.roots()
    checked["folders"] = len(roots)
    for name, path in roots.items():
        if not Path(path).is_dir():
            told = f"The folder {name} ({path}) is not there now; its documents are kept."
            fix = f"Bring it back, or drop its documents: citewise index --forget {path}"
            yield Finding("folder missing", "notice", told, fix)
    if failures := reader.failures(reader.state()):
        first = failures[0]
        told = f"{counted(len(failures), 'files')} could not be read (such as {first.uri}: {first.reason})."
        yield Finding("files not read", "notice", told, "See citewise status; citewise index --retry-failed")


def leftover_findings(
    folder: Path, check: CatalogCheck, sweeper: CatalogSweeper, texts: bool = True, vectors: bool = True
) -> Iterator[Finding]:
    """What an ended build left behind. Only the holder of the build lock can tell it from what one is about to use.

    Where the rows of `texts` or the store of `vectors` are damaged, what is left of them is no leftover."""
    left = Counter(check.leftovers(unowned=texts))
    kept = sweeper.kept_segments(0)
    if vectors and (folder / VECTORS).is_dir():
        left.update(stray_vectors(folder / VECTORS, kept))
    words = folder / WORDS
    folders = sweeper.word_folders()
    used = {folders[epoch] for epoch in sweeper.epochs_in_use() if epoch in folders}
    named = {path.name for path in words.iterdir() if path.is_dir()} if words.is_dir() else set()
    left["word folders"] = sum(name.replace("-", "").isalnum() for name in named - used)
    left["folders of damaged vectors"] = int((folder / SET_ASIDE).is_dir())
    if told := ", ".join(f"{count:,} {what}" for what, count in left.items() if count):
        fix = f"Nothing refers to them; sweep them: {REPAIR}"
        yield Finding("leftovers", "notice", f"An ended build left: {told}.", fix, repairable=True)


def stray_vectors(folder: Path, kept: set[str]) -> Counter[str]:
    """Collections, folders and files that belong to no segment of the catalog."""
    left: Counter[str] = Counter()
    names = set(kept)
    file = folder / DATABASE
    if file.is_file():
        try:
            with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
                names = {name for (name,) in connection.execute("SELECT name FROM collections")}
                used = {name for (name,) in connection.execute("SELECT id FROM segments")}
        except sqlite3.Error:
            return left  # the check of the vectors tells of it
        left["collections"] = sum(name.startswith(PREFIX) for name in names - kept)
        left["folders of collections"] = sum(
            path.is_dir() and _UUID.fullmatch(path.name) is not None and path.name not in used
            for path in folder.iterdir()
        )
    left["copies"] = sum(path.suffix != COPY or path.stem not in names for path in folder.glob(f"{PREFIX}*"))
    return left


def _damage(check: str, message: str) -> Finding:
    return Finding(check, "problem", message, _FIX_TEXTS)
