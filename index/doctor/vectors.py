"""Whether the segments hold the vectors that the catalog says, alike in Chroma and in their copies, and find them.

A damaged Chroma index can end the process that reads it, so `index/vector_probe.py` runs this in one of its own.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from index.catalog.tables import Segment, State
from index.doctor.findings import REBUILD, REPAIR, Finding, counted, evenly, one_line
from index.errors import StaleSnapshot
from index.ids import held
from index.snapshot import Index
from index.vectors.files import DATABASE
from index.vectors.store import SCAN_ROWS, Rows, VectorStore
from index.view import Snapshot

if TYPE_CHECKING:
    from index.embed import Vectors
    from index.ids import Ids

ASKED_OF_SEGMENT = 100
# So many others may be just as near as the passage itself.
TIES = 10
SAME_COSINE = 1 - 1e-4
SAME_NUMBER = 1e-5
UNIT = 1e-3
# The lighter graph of a small segment only serves while its copy is missing.
MISSED_SHARE, MISSED_SHARE_LIGHT = 0.1, 0.5
GONE = "its collection is not there"


@dataclass(frozen=True, slots=True)
class SegmentReport:
    """`readable`: Chroma gave its rows, of `dimension` numbers each. `copied`: the copy is there."""

    segment: Segment
    rows: int = 0
    dimension: int = 0
    faults: tuple[str, ...] = ()
    readable: bool = True
    copied: bool = True


@dataclass(frozen=True, slots=True)
class StoreReport:
    """`fault`: why nothing can be told of any segment. `asked` passages looked for by their own vector, `unfound` of
    them in vain."""

    fault: str | None = None
    segments: tuple[SegmentReport, ...] = ()
    asked: int = 0
    unfound: tuple[int, ...] = ()


def file_fault(folder: Path) -> str | None:
    """What SQLite finds wrong with Chroma's file; None when it is whole, not there, or being written."""
    path = folder / DATABASE
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            told = [str(row[0]) for row in connection.execute("PRAGMA quick_check(1)")]
    except sqlite3.OperationalError as error:
        return None if "locked" in str(error) else one_line(error)
    except sqlite3.DatabaseError as error:
        return one_line(error)
    return None if told == ["ok"] else one_line(ValueError(told[0]))


def segment_report(store: VectorStore, segment: Segment, expected: Ids) -> SegmentReport:
    """Compares Chroma's rows, the copy and the ids that the catalog expects."""
    import numpy as np

    copy = store.rows(segment.name)
    try:
        rows = load(store, segment.name)
    except StaleSnapshot:
        return SegmentReport(segment, faults=(GONE,), readable=False, copied=copy is not None)
    except Exception as error:
        return SegmentReport(segment, 0, 0, (f"Chroma cannot read it: {one_line(error)}",), False, copy is not None)
    faults = []
    if len(rows.ids) != segment.size:
        faults.append(f"Chroma holds {len(rows.ids):,} of {counted(segment.size, 'vectors')}")
    elif lacking := int((~held(rows.ids, expected)).sum()):
        faults.append(f"Chroma lacks {counted(lacking, 'vectors')} of the catalog's")
    if wrong := int((~_unit(rows.vectors)).sum()):
        faults.append(f"{counted(wrong, 'vectors')} not of length 1")
    if copy is not None and (differing := differing_rows(copy, rows)):
        faults.append(f"its copy differs in {counted(differing, 'rows')}")
    if not faults:
        faults = _search_faults(store, segment, rows)
    dimension = rows.vectors.shape[1] if len(rows.ids) else 0
    return SegmentReport(segment, len(np.unique(rows.ids)), dimension, tuple(faults), True, copy is not None)


def differing_rows(one: Rows, other: Rows) -> int:
    """How many rows only one of them has, or both with other numbers. Any order will do."""
    import numpy as np

    if one.vectors.shape[1:] != other.vectors.shape[1:]:
        return max(len(one.ids), len(other.ids))
    shared, at, there = np.intersect1d(one.ids, other.ids, return_indices=True)
    close = np.abs(one.vectors[at] - other.vectors[there]) <= SAME_NUMBER  # no number is close to NaN
    return len(one.ids) + len(other.ids) - 2 * len(shared) + int((~close.all(axis=1)).sum())


def load(store: VectorStore, name: str) -> Rows:
    """All rows as Chroma has them, by id. Raises StaleSnapshot when there is no such collection."""
    import numpy as np

    ids, vectors = store.load(name)
    order = np.argsort(np.asarray(ids, dtype=np.int64), kind="stable")
    return Rows(np.asarray(ids, dtype=np.int64)[order], np.asarray(vectors, dtype=np.float32)[order])


def same_dimension(reports: Sequence[SegmentReport]) -> list[SegmentReport]:
    """Adds a fault to segments whose vectors are not as long as those of most others."""
    lengths: Counter[int] = Counter()
    for report in reports:
        lengths[report.dimension] += report.rows
    usual = lengths.most_common(1)[0][0] if lengths else 0
    return [
        replace(one, faults=(*one.faults, f"vectors of {one.dimension} numbers, not {usual}"))
        if one.dimension not in (0, usual)
        else one
        for one in reports
    ]


def ask_all(index: Index, at: State, segments: Sequence[Segment]) -> tuple[int, list[int]]:
    """Looks for live passages by their own vectors, as a reader would: (how many were asked for, ids not found)."""
    snapshot = Snapshot(index, at, cast(Any, None))
    live = index.catalog.all_live(at)
    by_graph: set[int] = set()
    vectors: dict[int, Vectors] = {}
    for segment in segments:
        ids, rows = index.vectors.get(segment.name, live.tolist())
        vectors |= dict(zip(ids, rows, strict=True))
        if segment.size > SCAN_ROWS:
            by_graph |= set(ids)
    asked = [i for i in evenly(sorted(vectors)) if vectors[i].any()]
    missed = [i for i in asked if not _reached(snapshot.nearest(vectors[i], TIES), i)]
    excused = {i for i in missed if i in by_graph and snapshot.similarities(vectors[i], [i]).get(i, 0) >= SAME_COSINE}
    return len(asked), [i for i in missed if i not in excused]


def trusted(wanted: Ids, sources: Sequence[Rows], dimension: int) -> Rows:
    """Those of the wanted rows of which a source has a vector of length 1 that no other such vector contradicts."""
    import numpy as np

    kept: dict[int, Vectors] = {}
    doubted: set[int] = set()
    for source in sources:
        if source.vectors.ndim != 2 or source.vectors.shape[1] != dimension:
            continue
        for at in np.flatnonzero(held(wanted, source.ids) & _unit(source.vectors, zero=False)).tolist():
            passage_id, vector = int(source.ids[at]), source.vectors[at]
            if passage_id in kept and not np.allclose(kept[passage_id], vector, rtol=0, atol=SAME_NUMBER):
                doubted.add(passage_id)
            kept.setdefault(passage_id, vector)
    ids = sorted(kept.keys() - doubted)
    rows = np.stack([kept[i] for i in ids]) if ids else np.zeros((0, dimension), dtype=np.float32)
    return Rows(np.asarray(ids, dtype=np.int64), rows)


def vector_findings(report: StoreReport, checked: dict[str, int]) -> list[Finding]:
    if report.fault is not None:
        return [_problem("vectors damaged", f"The vector store is damaged: {report.fault}.")]
    checked["segments"] = len(report.segments)
    checked["vectors"] = sum(one.rows for one in report.segments)
    checked["asked by vectors"] = report.asked
    findings = []
    if faulty := [one for one in report.segments if one.faults]:
        told = f"{counted(len(faulty), 'segments')} of {len(report.segments):,} cannot be relied on"
        worst = max(faulty, key=lambda one: one.segment.size)
        what = f"{worst.segment.name}: {'; '.join(worst.faults)}"
        lost = sum(one.segment.size for one in faulty)
        findings.append(_problem("segments damaged", f"{told}, with {counted(lost, 'vectors')} ({what})."))
    if uncopied := [one for one in report.segments if not one.copied and not one.faults]:
        told = f"{counted(len(uncopied), 'segments')} lack a readable copy ({uncopied[0].segment.name})"
        fix = f"Write them again: {REPAIR}"
        findings.append(
            Finding("copies missing", "notice", f"{told}: Chroma stands in, more slowly.", fix, repairable=True)
        )
    if report.unfound:
        told = f"{len(report.unfound):,} of {counted(report.asked, 'passages')} asked for"
        told = f"{told} (such as passage {report.unfound[0]}) are not found by their own vectors."
        findings.append(Finding("vectors not found", "problem", told, f"Build it anew: {REBUILD}"))
    return findings


def _search_faults(store: VectorStore, segment: Segment, rows: Rows) -> list[str]:
    """Asks Chroma for rows by their own vectors: an index that reads well may still find little."""
    asked = [at for at in evenly(range(len(rows.ids)), ASKED_OF_SEGMENT) if rows.vectors[at].any()]
    try:
        found = [store.nearest([segment.name], rows.vectors[at], TIES) for at in asked]
    except Exception as error:
        return [f"Chroma cannot search it: {one_line(error)}"]
    missed = sum(not _reached(hits, int(rows.ids[at])) for hits, at in zip(found, asked, strict=True))
    told = f"{missed} of {counted(len(asked), 'passages')} not found by their own vector"
    allowed = MISSED_SHARE_LIGHT if segment.size <= SCAN_ROWS else MISSED_SHARE
    return [told] if missed > allowed * len(asked) else []


def _reached(hits: Sequence[tuple[int, float]], passage_id: int) -> bool:
    """Whether the passage is among the hits with a cosine of 1, or so many others are as near that it need not be."""
    if len(hits) >= TIES and hits[-1][1] >= SAME_COSINE:
        return True
    return dict(hits).get(passage_id, 0.0) >= SAME_COSINE


def _unit(vectors: Vectors, zero: bool = True) -> Any:
    """Which rows have length 1; or 0, which a model may give to a text that it knows no word of."""
    import numpy as np

    if vectors.ndim != 2:
        return np.ones(len(vectors), dtype=np.bool_)
    with np.errstate(all="ignore"):
        lengths = np.sqrt(np.vecdot(vectors, vectors))
        unit = np.abs(lengths - 1) <= UNIT
    return unit | (lengths == 0) if zero else unit


def _problem(check: str, message: str) -> Finding:
    return Finding(check, "problem", message, f"Make them anew: {REPAIR}", repairable=True)
