"""What the embedded Chroma leaves on the disk: folders of graphs, and a database that does not shrink by itself."""

from __future__ import annotations

import re
import shutil
import sqlite3
import struct
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

from index.errors import VectorStoreError

DATABASE = "chroma.sqlite3"
VACUUM_WAIT_SECONDS = 60
VACUUM = """
import sqlite3, sys
try:
    sqlite3.connect(sys.argv[1], timeout=float(sys.argv[2])).execute("VACUUM")
except sqlite3.Error as error:
    sys.exit(str(error))
"""
# Of a graph's header: version, offset, rows there is room for, rows, bytes of a row.
HEADER = struct.Struct("<iQQQQ")
LENGTH_BYTES = 4
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def drop_graphs(folder: Path) -> None:
    """Removes the folders that Chroma's own catalog does not name."""
    catalog = folder / DATABASE
    with closing(sqlite3.connect(f"{catalog.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        used = {name for (name,) in connection.execute("SELECT id FROM segments")}
    for path in folder.iterdir():
        if path.is_dir() and _UUID.fullmatch(path.name) and path.name not in used:
            shutil.rmtree(path, ignore_errors=True)


def vacuum(folder: Path) -> None:
    """Writes the database anew without what was deleted. Raises VectorStoreError when it cannot.

    In a process of its own: SQLite's locks do not hold between its copies in Python and in Chroma inside one.
    """
    program = [sys.executable, "-I", "-c", VACUUM, str(folder / DATABASE), str(VACUUM_WAIT_SECONDS)]
    ended = subprocess.run(program, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if ended.returncode:
        why = (ended.stderr.strip().splitlines() or ["it was ended"])[-1]
        fix = "See that the disk has room for a second copy of it and that no other program is busy with it; try again."
        raise VectorStoreError(f"The vectors in {folder} could not be shrunk: {why}.", fix)


def blank_unused(folder: Path) -> None:
    """Fills what a graph's files hold beyond its rows with zeros: Chroma writes there whatever its memory held.

    While no client of this process is open. A graph of another format than chroma-hnswlib's first is left as it is.
    """
    for header in folder.glob("*/header.bin"):
        told = header.read_bytes()
        if len(told) < HEADER.size or HEADER.unpack_from(told)[0] != 1:
            continue
        _, _, _, count, row_bytes = HEADER.unpack_from(told)
        for name, width in (("data_level0.bin", row_bytes), ("length.bin", LENGTH_BYTES)):
            path, used = header.with_name(name), count * width
            with suppress(FileNotFoundError), path.open("r+b") as file:
                file.seek(used)
                file.write(bytes(max(0, path.stat().st_size - used)))


def size(folder: Path) -> int:
    """Bytes of all files."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            total += path.stat().st_size if path.is_file() else 0
    return total
