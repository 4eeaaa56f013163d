"""Builds, plans and the watch as HTML. Pure; what a file name or an error says is escaped here."""

from __future__ import annotations

from collections.abc import Sequence

from index.types import BuildPlan, BuildReport, Progress
from ui.blocks import Block, block, button, problem
from ui.library.planning import Planned
from ui.library.watching import Watched
from ui.model import IndexRun
from ui.words import counted, esc, joined

NAMED = 8
WATCH = (
    "Each change in the folders is taken over a moment after it happened, as long as the server of this page runs. "
    "Without it, look for changes yourself."
)


def run_blocks(runs: Sequence[IndexRun]) -> list[Block]:
    return [block(f"run-{run.id}", _run(run)) for run in runs]


def _run(run: IndexRun) -> str:
    if run.problem is not None:
        told = f'<p class="wants" dir="auto">{esc(run.wants)}</p>{problem(run.problem)}'
        return f'<div class="run">{button("dismiss", run.id, "Close")}{told}</div>'
    if run.report is not None:
        told = f'<p class="wants" dir="auto">{esc(run.wants)}: done</p><p class="quiet">{esc(done(run.report))}</p>'
        return f'<div class="run" role="status">{button("dismiss", run.id, "Close")}{told}</div>'
    if not run.started:
        state = '<p class="quiet">Waits for what is before it.</p>'
    elif run.held_by:
        state = f'<p class="quiet" role="status">Waits for {esc(run.held_by)}, and then goes on by itself.</p>'
    else:
        state = _tracks(run)
    cancel = button("cancel", run.id, "Cancel")
    return f'<div class="run">{cancel}<p class="wants" dir="auto">{esc(run.wants)}</p>{state}</div>'


def _tracks(run: IndexRun) -> str:
    if run.reading is None and run.embedding is None:
        found = run.progress.done if run.progress is not None and run.progress.stage == "scan" else 0
        looked = f": {found:,} so far" if found else ""
        return f'<p class="quiet">Looking for documents{looked} …</p>{_busy()}'
    tidying = run.progress is not None and run.progress.stage in ("compact", "sweep")
    return (
        _track("Read, and found by words", "files", run.reading)
        + _track("Found by meaning, too", "passages", run.embedding)
        + ('<p class="quiet">Tidying up …</p>' if tidying else "")
        + ('<p class="quiet">You can ask meanwhile.</p>' if run.embedding is not None else "")
    )


def _track(what: str, things: str, progress: Progress | None) -> str:
    if progress is None or not progress.total:
        return ""
    share = 100 * min(1.0, progress.done / progress.total)
    return (
        f'<p class="count">{what}: {progress.done:,} of {progress.total:,} {things}</p>'
        f'<span class="track" role="progressbar" aria-label="{what}" aria-valuemin="0" '
        f'aria-valuemax="{progress.total}" aria-valuenow="{progress.done}">'
        f'<span style="width:{share:.1f}%"></span></span>'
    )


def _busy() -> str:
    return '<span class="track"><span class="busy"></span></span>'


def done(report: BuildReport) -> str:
    """What a build did, in a line."""
    numbers = {
        "new": len(report.added),
        "changed": len(report.changed),
        "renamed": len(report.renamed),
        "removed": len(report.removed),
    }
    parts = [f"{number:,} {what}" for what, number in numbers.items() if number]
    failed = f"{counted(len(report.failures), 'file')} could not be read" if report.failures else ""
    waiting = f"{counted(report.pending, 'passage')} still without a vector" if report.pending else ""
    return joined("; ", ", ".join(parts) or "Nothing had changed", failed, waiting) + "."


def is_of_folder(planned: Planned | None) -> bool:
    """Whether it is about a folder that somebody named, and not about all that are indexed."""
    return planned is not None and bool(planned.options.paths)


def plan_blocks(planned: Planned | None) -> list[Block]:
    """What bringing the index up to date would do, before it is done."""
    if planned is None:
        return []
    close = button("drop-plan", "", "Close")
    if planned.problem is not None:
        return [block("plan", f'<div class="run">{close}{problem(planned.problem)}</div>')]
    if planned.plan is None:
        return [block("plan", f'<div class="run" role="status">{close}{_planning(planned.progress)}</div>')]
    return [block("plan", f'<div class="run plan" role="status">{close}{_plan(planned.plan)}</div>')]


def _planning(progress: Progress | None) -> str:
    if progress is None or progress.stage == "scan":
        found = f": {counted(progress.done, 'file')}" if progress is not None else ""
        return f"<p>Looking for changes{found} …</p>{_busy()}"
    return f"<p>Looking for changes</p>{_track('Read to count passages', 'files', progress)}"


def _plan(plan: BuildPlan) -> str:
    renamed = [f"{one.source} → {one.target}" for one in plan.renamed]
    groups = {
        "New": plan.added,
        "Changed": plan.changed,
        "Renamed": renamed,
        "Removed": plan.removed,
        "Cannot be read": [one.uri for one in plan.failures],
    }
    rows = "".join(
        f'<li dir="auto"><b>{what}: {len(uris):,}</b><span class="quiet">{esc(_some(uris))}</span></li>'
        for what, uris in groups.items()
        if uris
    )
    if plan.is_empty and not plan.to_embed:
        told = f"Nothing has changed; {counted(len(plan.unchanged), 'document')} as before."
        return f'<p class="wants">{told}</p>' + (f'<ul class="roots">{rows}</ul>' if rows else "")
    cost = ""
    if plan.to_embed is not None:
        time = f", {about(plan.seconds)}" if plan.seconds is not None and plan.to_embed else ""
        cost = f'<p class="quiet">{counted(plan.to_embed, "passage")} to be turned into vectors{time}</p>'
    same = f'<p class="quiet">{counted(len(plan.unchanged), "document")} unchanged</p>' if plan.unchanged else ""
    go = '<button class="primary" data-act="go">Bring up to date</button>'
    return f'<p class="wants">What would be done</p><ul class="roots">{rows}</ul>{same}{cost}{go}'


def _some(uris: Sequence[str]) -> str:
    more = f" and {len(uris) - NAMED:,} more" if len(uris) > NAMED else ""
    return ", ".join(uris[:NAMED]) + more


def about(seconds: float) -> str:
    """A duration as one would say it."""
    if seconds < 50:
        return f"about {counted(max(1, round(seconds)), 'second')}"
    if seconds < 50 * 60:
        return f"about {counted(max(1, round(seconds / 60)), 'minute')}"
    return f"about {counted(max(1, round(seconds / 3600)), 'hour')}"


def watch_blocks(watched: Watched) -> list[Block]:
    """The switch of the watch, what it means, and what it did last."""
    on = watched.on
    switch = (
        f'<button class="switch" role="switch" aria-checked="{str(on).lower()}" data-act="watch" '
        f'data-value="{"off" if on else "on"}"><span class="knob"></span>Watch the folders</button>'
    )
    told = ""
    if watched.progress is not None:
        what, things = ("Reading", "files") if watched.progress.stage == "read" else ("Vectors", "passages")
        told = _track(what, things, watched.progress)
    elif watched.report is not None and watched.at is not None:
        told = f'<p class="quiet">{watched.at:%H:%M}: {esc(done(watched.report))}</p>'
    trouble = problem(watched.problem) if watched.problem is not None else ""
    return [block("watch", f'<div class="watch">{switch}<p class="quiet">{WATCH}</p>{told}{trouble}</div>')]
