"""What a build did, told when it has ended."""

from __future__ import annotations

from collections.abc import Sequence

from index.catalog.read import CatalogReader
from index.publish import TextPublisher
from index.segments import Embedded, newest
from index.types import BuildPlan, BuildReport


def report(
    reader: CatalogReader,
    epoch: int,
    plan: BuildPlan,
    publisher: TextPublisher,
    forgotten: Sequence[str],
    embedded: Embedded,
    seconds: float,
) -> BuildReport:
    """The plan, but for what could not be read; `forgotten` are the uris of dropped folders."""
    unread = {failure.uri for failure in publisher.failures}
    state = newest(reader, epoch)
    every = (*plan.failures, *publisher.failures, *reader.part_failures(state))
    failures = {failure.uri: failure for failure in every}
    return BuildReport(
        generation=state.generation,
        added=tuple(uri for uri in plan.added if uri not in unread),
        changed=tuple(uri for uri in plan.changed if uri not in unread),
        renamed=tuple(rename for rename in plan.renamed if rename.target not in unread),
        removed=(*plan.removed, *(r.source for r in plan.renamed if r.target in unread), *forgotten),
        unchanged=plan.unchanged,
        pending=len(reader.pending(state)),
        embedded=embedded.passages,
        reused=publisher.reused + embedded.reused,
        failures=tuple(failures[uri] for uri in sorted(failures)),
        seconds=round(seconds, 3),
    )
