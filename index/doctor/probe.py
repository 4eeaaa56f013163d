"""Runs the check of the vectors in a process of its own, since a damaged Chroma index can end the one that reads it.

`python -m index.doctor.probe` reads a request from standard input and writes one JSON object a line: what it is about
to touch, so that its end tells what was to blame, and what it found.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Collection, Iterator
from dataclasses import asdict
from typing import Any

from index.catalog.check import CatalogCheck
from index.catalog.engine import open_engine
from index.catalog.tables import Segment, State
from index.doctor.findings import one_line
from index.doctor.vectors import GONE, SegmentReport, StoreReport, ask_all, file_fault, same_dimension, segment_report
from index.errors import CitewiseError
from index.settings import IndexSettings
from index.snapshot import VECTORS, Index
from index.vectors.files import DATABASE

STORE, SEARCH = "store", "search"
CRASHES = "Chroma ends the process that reads it"
Event = dict[str, Any]


def probe(settings: IndexSettings, at: State) -> StoreReport:
    """What the vectors of a generation are worth. Neither a damaged store nor one that crashes Chroma raises."""
    on_server = settings.chroma_url is not None
    index = Index(settings)
    try:
        segments = index.catalog.segments(at)
        copied = {one.name: index.vectors.rows(one.name) is not None for one in segments}
    finally:
        index.close()
    folder = settings.index_dir / VECTORS
    if not segments:
        return StoreReport(file_fault(folder))
    if not on_server and not (folder / DATABASE).is_file():
        lost = (SegmentReport(one, faults=(GONE,), readable=False, copied=copied[one.name]) for one in segments)
        return StoreReport(None, tuple(lost))
    if not on_server and (fault := file_fault(folder)) is not None:
        return StoreReport(fault)
    crashed: set[str] = set()
    while True:
        found = list(run_apart(settings, at, crashed))
        match found[-1]:
            case {"error": told, "fix": fix}:
                raise CitewiseError(told, fix)
            case {"fault": fault}:
                return StoreReport(fault)
            case {"asked": asked, "unfound": unfound}:
                reports = [_report(event["segment"]) for event in found if "segment" in event]
                return StoreReport(None, tuple(same_dimension(reports)), asked, tuple(unfound))
        touched = [event["at"] for event in found if "at" in event][-1]
        if touched in (STORE, SEARCH, *crashed):
            return StoreReport("Chroma ends the process that opens it")
        crashed.add(touched)


def events(settings: IndexSettings, at: State, crashed: Collection[str]) -> Iterator[Event]:
    """The check itself, step by step. Segments in `crashed` are not touched but reported."""
    yield {"at": STORE}
    engine = open_engine(settings.index_dir)
    index = Index(settings)
    try:
        check = CatalogCheck(engine)
        try:
            index.vectors.names()
        except CitewiseError:
            raise  # of a server that does not answer
        except Exception as error:
            yield {"fault": one_line(error)}
            return
        sound = True
        segments = index.catalog.segments(at)
        for segment in segments:
            yield {"at": segment.name}
            if segment.name in crashed:
                copied = index.vectors.rows(segment.name) is not None
                report = SegmentReport(segment, 0, 0, (CRASHES,), False, copied)
            else:
                report = segment_report(index.vectors, segment, check.segment_rows(segment))
            sound = sound and not report.faults
            yield {"segment": asdict(report)}
        yield {"at": SEARCH}
        try:
            asked, unfound = ask_all(index, at, segments) if sound else (0, [])
        except CitewiseError:
            asked, unfound = 0, []  # swept meanwhile, which the caller sees
        yield {"asked": asked, "unfound": unfound}
    finally:
        index.close()
        engine.dispose()


def run_apart(settings: IndexSettings, at: State, crashed: Collection[str]) -> Iterator[Event]:
    """The events of another process, at least one, up to its end. Raises CitewiseError when it does not start."""
    plain = IndexSettings.model_construct(**{name: getattr(settings, name) for name in IndexSettings.model_fields})
    path = os.pathsep.join(dict.fromkeys(part or os.getcwd() for part in sys.path))
    child = subprocess.run(
        [sys.executable, "-P", "-m", "index.doctor.probe"],  # what lies in the current folder is not ours
        input=pickle.dumps((plain, at, set(crashed))),
        capture_output=True,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )
    found = [event for line in child.stdout.splitlines() if (event := _event(line)) is not None]
    if not found:
        told = child.stderr.decode("utf-8", "replace").strip().splitlines()
        raise CitewiseError(
            f"The vectors cannot be checked: {told[-1] if told else 'no process can be started'}.",
            f"See that {sys.executable} can be started.",
        )
    yield from found


def main() -> None:
    settings, at, crashed = pickle.loads(sys.stdin.buffer.read())
    try:
        for event in events(settings, at, crashed):
            _write(event)
    except Exception as error:
        _write({"error": one_line(error), "fix": getattr(error, "fix", "")})


def _write(event: Event) -> None:
    sys.stdout.write(f"{json.dumps(event)}\n")
    sys.stdout.flush()


def _event(line: bytes) -> Event | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None  # never finished, or somebody else's
    return event if isinstance(event, dict) else None


def _report(found: Event) -> SegmentReport:
    return SegmentReport(**{**found, "segment": Segment(**found["segment"]), "faults": tuple(found["faults"])})


if __name__ == "__main__":
    main()
