"""What the page shows when there is no answer to show: welcome, first run, indexing, library. Pure HTML."""

from __future__ import annotations

from collections.abc import Sequence

from index.types import BuildReport, Document, Progress
from ui.blocks import Block, block, problem
from ui.chat.render import proposals
from ui.model import IndexRun, Library
from ui.words import counted, day, esc, joined

LISTED = 8
BONES = '<span class="bone"></span>' * 4
STAGES = {
    "scan": "Looking for documents",
    "read": "Reading",
    "embed": "Turning passages into vectors",
    "compact": "Tidying up",
    "sweep": "Tidying up",
}


def mode(line: str) -> list[Block]:
    return [block("mode", f'<p class="mode">{esc(line)}</p>')]


def active_filters(words: dict[str, str]) -> list[Block]:
    """The filters of the next question, each with a button that lifts it."""
    chips = "".join(
        f'<button class="limit" data-act="lift" data-value="{name}" dir="auto" '
        f'aria-label="Remove the filter {esc(shown)}">{esc(shown)} <span aria-hidden="true">✕</span></button>'
        for name, shown in words.items()
    )
    return [block("limits", f'<p class="limits">{chips}</p>')]


def welcome(library: Library, questions: Sequence[str] = (), looking: bool = False) -> list[Block]:
    """How much there is to ask about, questions that it answers, and the titles, each of which opens its document."""
    amount = f"{counted(len(library.documents), 'document')}, {counted(library.passages, 'passage')}"
    blocks = [
        block(
            "welcome",
            '<div class="welcome"><h1>Ask your documents</h1>'
            f"<p>{amount}. Every sentence of an answer carries a citation that was checked against the stored source."
            "</p></div>",
        )
    ]
    if questions:
        blocks.append(block("proposals", proposals("You could ask", questions)))
    elif looking:
        blocks.append(block("proposals", f'<div class="proposals"><h3>You could ask</h3>{BONES}</div>'))
    return [*blocks, block("titles", titles(library.documents))]


def titles(documents: Sequence[Document]) -> str:
    rows = "".join(map(_title, documents[:LISTED]))
    left = len(documents) - LISTED
    more = f'<p class="quiet">and {counted(left, "other document")}</p>' if left > 0 else ""
    return f'<h3>Some of what they are about</h3><ul class="titles">{rows}</ul>{more}'


def _title(document: Document) -> str:
    facts = joined(" · ", document.outlet, day(document.published))
    return (
        f'<li><button class="title" data-act="open" data-value="d{document.id}" dir="auto">'
        f'<span>{esc(document.label)}</span><span class="facts">{esc(facts)}</span></button></li>'
    )


def opening() -> list[Block]:
    return [
        block(
            "opening",
            '<div class="welcome waiting" role="status"><p><span class="dot"></span>Opening the index …</p></div>',
        )
    ]


def first_run(folder: str) -> list[Block]:
    """Nothing is indexed yet: what to do."""
    name = esc(folder)
    return [
        block(
            "first",
            '<div class="welcome"><h1>Start with your documents</h1>'
            f"<p>Nothing is indexed yet. Put texts, Markdown, HTML, PDF or Word files into <code>{name}</code> and "
            "index them here, or name another folder in a terminal:</p><pre>citewise index FOLDER</pre>"
            '<button class="primary" data-act="index">Index this folder</button></div>',
        )
    ]


def empty(folder: str) -> list[Block]:
    """The index is there, but no document is in it."""
    name = esc(folder)
    return [
        block(
            "empty",
            '<div class="welcome"><h1>The index is empty</h1>'
            f"<p>No document was found. Put some into <code>{name}</code>, then look again.</p>"
            '<button class="primary" data-act="index">Look for documents again</button></div>',
        )
    ]


def broken(library: Library) -> list[Block]:
    what = problem(library.problem) if library.problem is not None else ""
    return [
        block(
            "broken",
            f'<div class="welcome"><h1>The index cannot be opened</h1>{what}'
            '<button class="primary" data-act="reopen">Try again</button></div>',
        )
    ]


def index_run(run: IndexRun) -> list[Block]:
    """A build in progress with its counts, or in one line how it ended: the library page tells the rest."""
    if run.problem is not None:
        return [block("run", f'<div class="run">{_dismiss(run)}{problem(run.problem)}</div>')]
    if run.report is not None:
        told = f"<p>{esc(summary(run.report))}</p>"
        return [block("run", f'<div class="run" role="status">{_dismiss(run)}{told}</div>')]
    told = _progress(run.progress) + (f'<p class="quiet" dir="auto">{esc(run.held_by)}</p>' if run.held_by else "")
    return [block("run", f'<div class="run" role="status">{told}</div>')]


def _dismiss(run: IndexRun) -> str:
    return f'<button class="plain" data-act="dismiss" data-value="{run.id}">Close</button>'


def _progress(progress: Progress | None) -> str:
    if progress is None:
        return '<p>Starting …</p><span class="track"><span class="busy"></span></span>'
    words = STAGES[progress.stage]
    if not progress.total:
        return f'<p>{words}: {progress.done:,}</p><span class="track"><span class="busy"></span></span>'
    share = 100 * min(1.0, progress.done / progress.total)
    return (
        f"<p>{words}: {progress.done:,} of {progress.total:,}</p>"
        f'<span class="track" role="progressbar" aria-valuemin="0" aria-valuemax="{progress.total}" '
        f'aria-valuenow="{progress.done}"><span style="width:{share:.1f}%"></span></span>'
        f'<p class="quiet" dir="auto">{esc(progress.detail)}&nbsp;</p>'
    )


def summary(report: BuildReport) -> str:
    """What a build did in one line."""
    told = {
        "new": len(report.added),
        "changed": len(report.changed),
        "renamed": len(report.renamed),
        "removed": len(report.removed),
        "unchanged": len(report.unchanged),
        "not readable": len(report.failures),
    }
    parts = [f"{number:,} {what}" for what, number in told.items() if number]
    return f"The index is up to date: {', '.join(parts) or 'no documents'}."
