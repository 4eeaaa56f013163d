"""Copies of the rows of segments, mapped into memory: they score chosen rows, for which Chroma takes a hundred times
as long.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.ids import held

if TYPE_CHECKING:
    from index.embed import Vectors
    from index.ids import Ids

PREFIX = "segment-"
COPY = ".npy"
# From this share of a segment on, scoring every row is faster than gathering the chosen ones first.
SCORE_ALL = 0.1


@dataclass(frozen=True, slots=True)
class Rows:
    """The vectors of a segment, mapped from their file: `ids` ascend, `vectors` are float32 of shape (n, dimension)."""

    ids: Ids
    vectors: Vectors

    def at(self, wanted: Ids) -> Ids:
        """The positions of those of the ascending ids that are here."""
        import numpy as np

        if len(wanted) > len(self.ids):
            return np.flatnonzero(held(wanted, self.ids))
        return np.searchsorted(self.ids, wanted[held(self.ids, wanted)])

    def cosines(self, vector: Vectors, at: Ids) -> Vectors:
        """Of the rows at the positions. Row by row: `@` waits for threads of its own on a busy machine."""
        import numpy as np

        if len(at) > SCORE_ALL * len(self.ids):
            every: Vectors = np.vecdot(self.vectors, vector)
            return every[at]
        chosen: Vectors = np.vecdot(self.vectors[at], vector)
        return chosen


class Copies:
    """The copies in a folder, one file a segment; those read stay mapped until they are let go of."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows: dict[str, Rows] = {}

    def rows(self, name: str) -> Rows | None:
        """None when the copy is missing or damaged."""
        rows = self._rows.get(name)
        if rows is None and (rows := _read_rows(self._path(name))) is not None:
            self._rows[name] = rows
        return rows

    def save(self, name: str, ids: Sequence[int], vectors: Vectors) -> None:
        """Writes the copy as a whole or not at all."""
        import numpy as np

        order = np.argsort(np.asarray(ids, dtype=np.int64), kind="stable")
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".tmp")
        with unfinished.open("wb") as file:
            np.save(file, np.asarray(ids, dtype=np.int64)[order])
            np.save(file, np.asarray(vectors, dtype=np.float32)[order])
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        self._rows.pop(name, None)

    def delete(self, name: str) -> None:
        self._rows.pop(name, None)
        self._path(name).unlink(missing_ok=True)

    def keep(self, names: Collection[str]) -> None:
        """Lets go of the others; they are read again when asked for."""
        for name in [name for name in list(self._rows) if name not in names]:
            self._rows.pop(name, None)

    def tidy(self, names: Collection[str]) -> None:
        """Removes the files of segments that are none of these, and unfinished ones."""
        for path in self._folder.glob(f"{PREFIX}*"):
            if path.suffix != COPY or path.stem not in names:
                path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{COPY}"


def _read_rows(path: Path) -> Rows | None:
    import numpy as np

    try:
        with path.open("rb") as file:
            ids = np.load(file)
            np.lib.format.read_magic(file)
            shape, by_columns, dtype = np.lib.format.read_array_header_1_0(file)
            vectors = np.asarray(np.memmap(file, dtype=dtype, mode="r", offset=file.tell(), shape=shape))
    except (OSError, ValueError, EOFError):
        return None
    whole = ids.dtype == np.int64 and dtype == np.float32 and not by_columns and vectors.ndim == 2
    return Rows(ids, vectors) if whole and ids.shape == vectors.shape[:1] else None
