"""Mutated real files through the real parser process: each must give sound documents or a typed reason, in time.

    python -m bench.fuzz FOLDER [--minutes 10] [--only .pdf .docx] [--seed 0]

A file of the folder is taken at random and damaged: bytes flipped, cut out, doubled, cut off, exchanged with those of
another file; of archives sometimes an entry inside, so that what comes after the unpacking is reached too. Defects are
what crashes or hangs the process (which the build survives) and unsound documents; each is told with the seed that
makes the same bytes again (--seed N --minutes 0).
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from index.loaders.formats import FORMATS
from index.parsing.limits import Limits
from index.parsing.process import ParserGone, end_idle, give_back, lease
from index.parsing.text import ParsedText
from index.plan import suffix_of
from index.types import Document, Failure

LIMITS = Limits(seconds=20, memory_mb=2_048)
MOST_BYTES = 2_000_000
NUMBERS = (b"0", b"-1", b"4294967295", b"99999999999999999999", b"\xff\xff\xff\xff", b"\0\0\0\0")
ENDINGS = ("reading it crashed", "reading it ended")


def mutated(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    if data[:2] == b"PK" and chance.random() < 0.7:
        try:
            return _inside_archive(data, others, chance)
        except (BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
            pass
    return _bytes(data, others, chance)


def _inside_archive(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    buffer = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(buffer, "w") as target:
        names = source.namelist()
        hit = set(chance.sample(names, min(len(names), chance.randint(1, 2))))
        for name in names:
            entry = source.read(name)
            if name in hit:
                if chance.random() < 0.1:
                    continue
                entry = _bytes(entry, others, chance)
            target.writestr(name, entry)
    return buffer.getvalue()


def _bytes(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    result = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        if not result:
            break
        at = chance.randrange(len(result))
        length = chance.choice((1, 2, 8, 64, 1_000, len(result) // 3 + 1))
        match chance.randrange(7):
            case 0:
                result[at] = chance.randrange(256)
            case 1:
                result[at] ^= 1 << chance.randrange(8)
            case 2:
                del result[at : at + length]
            case 3:
                result[at:at] = result[at : at + length] * chance.choice((1, 2, 50 if length < 100 else 2))
            case 4:
                del result[max(at, 1) :]
            case 5:
                other = chance.choice(others)
                start = chance.randrange(len(other)) if other else 0
                result[at : at + length] = other[start : start + length]
            case 6:
                number = chance.choice(
                    (b"0", b"-1", b"4294967295", b"99999999999999999999", b"\xff\xff\xff\xff", b"\0\0\0\0")
                )
                result[at : at + len(number)] = number
    return bytes(result)


def faults(document: Document) -> Iterator[str]:
    """What is wrong with a document, whatever it was made from."""
    text = document.text
    text.encode()  # raises for halves of surrogate pairs
    if any(not text.startswith(heading.title, heading.start) for heading in document.headings):
        yield "a heading does not stand where it is said to"
    if list(document.pages) != sorted(document.pages) or any(not 0 <= page <= len(text) for page in document.pages):
        yield "pages lie outside of the text or go back"


def outcome(data: bytes, uri: str) -> tuple[str, list[str]]:
    """The reason of a refusal or "read", and the defects."""
    while True:
        process = lease(LIMITS)
        try:
            found = list(process.parse(uri, [data]))
        except ParserGone:
            continue
        break
    give_back(process)
    defects = [fault for one in found if isinstance(one, ParsedText) for fault in faults(one.document)]
    if not found:
        return "silent", ["nothing came"]
    last = found[-1]
    if isinstance(last, Failure):
        if last.reason == "timed out" or last.detail.startswith(ENDINGS):
            defects.append(f"{last.reason}: {last.detail}")
        return last.reason, defects
    if len(found) == 1 and not any(map(str.isalnum, last.document.text)):
        defects.append("an empty text without a reason")
    return "read", defects


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=10.0, help="for each suffix; 0: one file")
    parser.add_argument("--only", nargs="*", default=[], metavar="SUFFIX")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder for the files that show a defect")
    chosen = parser.parse_args()
    kinds: dict[str, list[Path]] = {}
    for path in sorted(chosen.folder.rglob("*")):
        kind = suffix_of(path.name)
        if (
            path.is_file()
            and kind in FORMATS
            and path.stat().st_size <= MOST_BYTES
            and kind in (chosen.only or FORMATS)
        ):
            kinds.setdefault(kind, []).append(path)
    print("| format | files tried | outcomes | defects |\n|---|---|---|---|")
    failed = False
    for kind, paths in kinds.items():
        contents = [path.read_bytes() for path in paths]
        tried: Counter[str] = Counter()
        told: list[str] = []
        seed, end = chosen.seed, time.monotonic() + 60 * chosen.minutes
        while True:
            chance = random.Random(f"{kind} {seed}")
            number = chance.randrange(len(contents))
            data = mutated(contents[number], contents, chance)
            reason, defects = outcome(data, f"docs/file{kind}")
            tried[reason] += 1
            for defect in defects:
                told.append(f"seed {seed}, {paths[number].name}: {defect}")
                print(told[-1], file=sys.stderr, flush=True)
                if chosen.keep:
                    chosen.keep.mkdir(exist_ok=True)
                    (chosen.keep / f"{seed}{kind}").write_bytes(data)
            seed += 1
            if time.monotonic() >= end:
                break
        failed = failed or bool(told)
        counts = ", ".join(f"{reason} {count}" for reason, count in tried.most_common())
        print(f"| {kind} | {tried.total()} | {counts} | {len(told)} |", flush=True)
    end_idle()
    sys.exit("defects were found" if failed else 0)


if __name__ == "__main__":
    main()
