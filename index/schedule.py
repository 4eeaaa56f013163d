"""When a watched folder is to be built: what matters of what happens in it, and how long to wait. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path, PurePath

from index.plan import SETTLE_NS
from index.scan import IGNORE_FILE
from index.types import BuildReport, Failure

QUIET, LONGEST = 0.15, 0.9  # seconds without an event that end a burst; no burst is waited for longer than this
SETTLE = SETTLE_NS / 1e9 + 0.2
FIRST_PAUSE = 0.25
TEMPORARY = re.compile(
    r".*~|.*\.(?:tmp|temp|sw[opx]|part|crdownload)|.*___jb_(?:tmp|old)___|#.*#|~\$.*|4913", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When to build next, in seconds of one clock. `first` and `last` are the events of a burst nobody built yet;
    `unsettled` means that something happened since the last finished build began."""

    planned: float = inf
    first: float = inf
    last: float = inf
    unsettled: bool = False
    failures: int = 0

    @property
    def due(self) -> float:
        return min(self.planned, self.last + QUIET, self.first + LONGEST)

    def seen(self, now: float) -> Schedule:
        return replace(self, first=min(self.first, now), last=now, unsettled=True)

    def unwatched(self, now: float) -> Schedule:
        """Nobody watched until now: anything may have happened."""
        return replace(self.at(now), unsettled=True)

    def at(self, now: float) -> Schedule:
        return replace(self, planned=min(self.planned, now))

    def begun(self) -> Schedule:
        return replace(self, planned=inf, first=inf, last=inf)

    def built(self, now: float, changed: bool) -> Schedule:
        """After a change one more look when stamps can be believed: a new folder's first files may have come before
        it was watched, and polling compares whole seconds."""
        return Schedule(planned=now + SETTLE if changed or self.unsettled else inf)

    def failed(self, now: float, longest: float) -> Schedule:
        pause = min(longest, FIRST_PAUSE * 2 ** min(self.failures, 16))
        return replace(self, planned=now + pause, failures=self.failures + 1)


def matters(path: str, roots: Collection[Path], index_dir: Path) -> bool:
    """Whether an event at `path` may change what is indexed. All paths are absolute.

    The index's own folder, hidden files and the temporary files of editors do not; rules of what to leave out do.
    """
    place = PurePath(path)
    root = next((root for root in roots if place.is_relative_to(root)), None)
    if root is None or (index_dir.is_relative_to(root) and place.is_relative_to(index_dir)):
        return False
    if place == root:
        return True
    *folders, name = place.relative_to(root).parts
    if any(folder.startswith(".") for folder in folders):
        return False
    return name == IGNORE_FILE or not (name.startswith(".") or TEMPORARY.fullmatch(name))


def is_news(report: BuildReport, known: Collection[Failure]) -> bool:
    """Whether a build did anything, or met a failure that is not `known`."""
    return has_changed(report) or not set(report.failures) <= set(known)


def has_changed(report: BuildReport) -> bool:
    return bool(report.added or report.changed or report.renamed or report.removed or report.embedded)
