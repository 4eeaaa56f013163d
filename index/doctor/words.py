"""Whether the word index of an epoch is whole, holds what the catalog says, and finds it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from index.catalog.check import CatalogCheck
from index.catalog.read import CatalogReader
from index.catalog.tables import Epoch, State
from index.doctor.findings import REPAIR, Finding, counted, evenly, have, one_line
from index.errors import StaleSnapshot
from index.lexical import LexicalIndex, WordSearcher
from index.terms import stems
from index.types import IndexedText

LONGEST_TERMS = 3
READ_BYTES = 1 << 20
FOOTER_TAIL = 8  # two numbers: the length of the footer, and a mark


def word_findings(
    words: Path,
    epoch: Epoch,
    at: State,
    reader: CatalogReader,
    check: CatalogCheck,
    checked: dict[str, int],
    sound: bool = True,
) -> list[Finding]:
    """What is wrong with the words of the live epoch; `checked` is told what was looked at.

    Unless the texts are `sound`, no passage is looked for by words of its own.

    Raises StaleSnapshot when another process has put another word index in its place meanwhile.
    """
    folder = words / epoch.words
    if not (folder / "meta.json").is_file():
        return _lost(reader, at, "The word index is not there", "words missing")
    held = check.texts_of_words(epoch.id)
    known = check.known_to_words(epoch.id)
    damaged = damaged_files(folder)
    if not damaged:
        try:
            searcher = LexicalIndex(folder).searcher()
            found = searcher.ids()
        except BaseException as error:  # a panic of tantivy's is no Exception
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            damaged = [one_line(error)]
    now = reader.epoch(epoch.id)
    if now is None or now.words != epoch.words:
        raise StaleSnapshot("The word index was made anew.", "Take a new snapshot.")
    if damaged:
        return _lost(reader, at, f"The word index is damaged ({damaged[0]})", "words damaged")
    checked["words"] = len(found)
    # Asked twice: what was there before and is there still had to be in the words when they were read.
    missing = (set(held.tolist()) & set(check.texts_of_words(epoch.id).tolist())) - set(found)
    strange = set(found) - set(known.tolist()) - set(check.known_to_words(epoch.id).tolist())
    live = sorted(set(reader.all_live(at).tolist()) - missing) if sound else []
    return [*_missing(missing, found), *_strange(strange), *_unfound(searcher, reader, live, checked)]


def damaged_files(folder: Path) -> list[str]:
    """Names of the files of a word index that do not match their checksum, or are not there.

    Each file of a commit ends with a JSON footer that holds the CRC-32 of all before it.
    """
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        segments = {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
    except (OSError, ValueError, KeyError, TypeError):
        return ["meta.json"]
    files = [path for path in sorted(folder.iterdir()) if path.name.split(".")[0] in segments]
    gone = segments - {path.name.split(".")[0] for path in files}
    return [path.name for path in files if not _matches(path)] + sorted(gone)


def _matches(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - FOOTER_TAIL))
            length = int.from_bytes(file.read(4), "little")
            body = size - FOOTER_TAIL - length
            if body < 0:
                return False
            file.seek(body)
            expected = json.loads(file.read(length))["crc"]
            file.seek(0)
            crc, left = 0, body
            while left and (part := file.read(min(READ_BYTES, left))):
                crc, left = zlib.crc32(part, crc), left - len(part)
            return left == 0 and crc == expected
    except FileNotFoundError:
        return True  # a build has merged it away; whether one is missing, opening tells
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _lost(reader: CatalogReader, at: State, what: str, check: str) -> list[Finding]:
    live = len(reader.all_live(at))
    return [_problem(check, f"{what}: {counted(live, 'passages')} cannot be found by words.")]


def _missing(missing: set[int], found: Sequence[int]) -> Iterator[Finding]:
    if missing:
        told = f"{counted(len(missing), 'passages')} (such as passage {min(missing)}) {have(len(missing))} no words"
        yield _problem("words missing", f"{told}; the word index holds {counted(len(found), 'passages')}.")


def _strange(strange: set[int]) -> Iterator[Finding]:
    if strange:
        told = f"The word index holds {counted(len(strange), 'passages')} (such as {min(strange)})"
        yield _problem("words left over", f"{told} that the catalog does not know: they disturb the scores.")


def _unfound(searcher: WordSearcher, reader: CatalogReader, live: Sequence[int], checked: dict[str, int]) -> Any:
    """Passages that a search for their own longest terms does not find."""
    asked = list(reader.indexed_texts(evenly(live)))
    checked["asked by words"] = len(asked)
    unfound = [one.id for one in asked if not all(searcher.search([t], 1, [one.id]) for t in _longest(one))]
    if unfound:
        told = f"{len(unfound):,} of {counted(len(asked), 'passages')} asked for (such as passage {unfound[0]})"
        yield _problem("words not found", f"{told} are not found by their own words.")


def _longest(one: IndexedText) -> list[str]:
    return sorted(set(stems(one.text, one.language)), key=lambda term: (-len(term), term))[:LONGEST_TERMS]


def _problem(check: str, message: str) -> Finding:
    return Finding(check, "problem", message, f"Make it anew from the stored texts: {REPAIR}", repairable=True)
