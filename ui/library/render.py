"""The library page as HTML. Pure; what a document, a file name or a person said is escaped here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from index.types import Failure, FailureReason
from rag.settings import Settings
from ui.blocks import Block, block, button, problem
from ui.library.stock import PAGE_ROWS, STATES, Root, Row, Stock
from ui.words import counted, day, esc, host_of, joined

LISTED = 20
REASONS: dict[FailureReason, str] = {
    "damaged": "It is damaged, or not what its name says",
    "empty": "There is no text in it",
    "encrypted": "It is protected with a password",
    "no text layer": "It holds pictures of pages and no text: it needs text recognition (OCR)",
    "not text": "It is not text in an encoding that is known",
    "timed out": "Reading it took too long",
    "too large": "It is too large",
    "unreadable": "It cannot be opened",
    "unsupported": "Its format is not read",
    "missing": "It is not there",
}
EMPTY = "There is no index yet. Add files or a folder below, or bring {} up to date."


def head(stock: Stock, settings: Settings) -> list[Block]:
    """What the library holds, and what it stands on."""
    library = stock.library
    lines = {
        "opening": "Opening the index …",
        "missing": EMPTY.format(settings.seeds_dir),
        "failed": "The index cannot be opened.",
        "ready": joined(
            " · ",
            counted(len(library.documents), "document"),
            counted(library.passages, "passage"),
            f"{counted(library.pending, 'passage')} still without a vector" if library.pending else "",
        ),
    }
    stands = joined(" · ", f"Vectors: {embedder_words(settings)}", f"Index in {settings.index_dir}")
    what = problem(library.problem) if library.problem is not None else ""
    again = button("reopen", "", "Try again") if library.state == "failed" else ""
    return [
        block(
            "head",
            f'<h1>Library</h1><p class="amount" role="status">{esc(lines[library.state])}</p>'
            f'<p class="quiet" dir="auto">{esc(stands)}</p>{what}{again}',
        )
    ]


def embedder_words(settings: Settings) -> str:
    """Who makes the vectors, and where."""
    if settings.embedder == "local":
        return "MiniLM, on this machine"
    if settings.embedder == "fast":
        return "word vectors, on this machine"
    return (
        f"{settings.embedder.removeprefix('openai:')} at {host_of(settings.openai_base_url)}: passages are sent there"
    )


def table(rows: Sequence[Row], first: int, total: int) -> list[Block]:
    """Rows of one page of a list; `first` counts from 0 among the `total`."""
    if not rows:
        return [block("none", '<p class="none" role="status">Nothing fits.</p>')]
    headings = "".join(f'<th scope="col" class="{kind}">{name}</th>' for kind, name in _COLUMNS)
    body = "".join(map(_row, rows))
    shown = f"{first + 1:,} to {first + len(rows):,} of {total:,}"
    return [
        block(
            "table",
            f'<div class="list"><table class="documents" aria-label="Documents, {shown}">'
            f"<thead><tr>{headings}</tr></thead><tbody>{body}</tbody></table></div>",
        )
    ]


_COLUMNS = (
    ("name", "Title"),
    ("outlet", "Outlet"),
    ("date", "Date"),
    ("format", "Format"),
    ("number", "Passages"),
    ("state", "State"),
    ("do", '<span class="unseen">Remove</span>'),
)


def _row(row: Row) -> str:
    document = row.document
    when, outlet = (day(document.published), document.outlet or "") if document else ("", "")
    facts = joined(" · ", outlet, when, row.format.upper(), counted(row.passages, "passage") if document else "")
    title = f'<span class="label" dir="auto">{esc(row.label)}</span>'
    if document:
        title = f'<button class="label" data-act="open" data-value="{row.name}" dir="auto">{esc(row.label)}</button>'
    why = f'<span class="why" dir="auto">{esc(why_failed(row.failure))}</span>' if row.failure else ""
    waits = f" ({row.waiting:,} of {row.passages:,})" if row.state == "pending" else ""
    return (
        f'<tr data-key="{esc(row.name)}"><th scope="row" class="name">{title}'
        f'<span class="uri" dir="auto">{esc(row.uri)}</span>'
        f'<span class="facts" dir="auto">{esc(facts)}</span>{why}</th>'
        f'<td class="outlet" dir="auto">{esc(outlet)}</td><td class="date">{esc(when)}</td>'
        f'<td class="format">{esc(row.format.upper())}</td>'
        f'<td class="number">{f"{row.passages:,}" if document else ""}</td>'
        f'<td class="state"><span class="{row.state}">{STATES[row.state]}{waits}</span></td>'
        f'<td class="do"><button class="icon" data-act="remove" data-value="{esc(row.name)}" '
        f'aria-label="Remove {esc(row.label)}">✕</button></td></tr>'
    )


def why_failed(failure: Failure) -> str:
    """The reason in plain words, then what the reader said."""
    return joined(": ", REASONS[failure.reason], failure.detail)


def paging(page: int, total: int, is_limited: bool) -> list[Block]:
    """Where in the list one is, and the way on; what is limited to some can be removed as a whole."""
    pages = max(1, -(-total // PAGE_ROWS))
    first, last = page * PAGE_ROWS + 1, min(total, (page + 1) * PAGE_ROWS)
    steps = ""
    if pages > 1:
        steps = _step(page - 1, "‹ Previous", page > 0) + _step(page + 1, "Next ›", page + 1 < pages)
    some = f"{first:,} to {last:,} of {counted(total, 'row')}" if total else ""
    remove = button("remove-all", "", f"Remove these {total:,}") if is_limited and total > 1 else ""
    return [block("paging", f'<p class="paging"><span>{some}</span>{steps}{remove}</p>')]


def _step(page: int, label: str, can: bool) -> str:
    return button("page", page, label) if can else f'<button class="plain" disabled>{label}</button>'


def failures(stock: Stock) -> list[Block]:
    """What could not be read, and why; folders that could not be looked at, or lost much, first."""
    failed = [row for row in stock.rows if row.failure]
    blocks = []
    names = {root.name for root in stock.roots if root.is_there}
    for one in stock.problems:
        lost = one.uri in names and one.reason == "missing"
        words = one.detail.partition(";")[0] if lost else why_failed(one)
        kept = " They are kept until you say so." if lost else ""
        drop = button("drop", one.uri, "Remove them") if lost else ""
        blocks.append(
            block(
                f"problem-{one.uri}",
                f'<div class="notice" dir="auto"><p><b>{esc(one.uri)}</b>: {esc(words)}.{kept}</p>{drop}</div>',
            )
        )
    if failed:
        lines = "".join(
            f'<li dir="auto"><b>{esc(row.uri)}</b><span class="quiet">{esc(why_failed(row.failure))}</span></li>'
            for row in failed[:LISTED]
            if row.failure
        )
        left = len(failed) - LISTED
        more = (
            f'<p class="quiet">and {left:,} more: choose the state “{STATES["failed"]}” below</p>' if left > 0 else ""
        )
        blocks.append(
            block(
                "failures",
                f'<details class="failed"><summary>{counted(len(failed), "file")} could not be read</summary>'
                f'<ul class="failures">{lines}</ul>{more}</details>'
                f'<p class="do">{button("retry-failed", "", "Try again")}</p>',
            )
        )
    return blocks


def roots(
    found: Sequence[Root], uploads: Sequence[str], left_out: Sequence[str], may_forget: bool = True
) -> list[Block]:
    """The indexed folders, and what was left out of them. `uploads` names those that hold uploaded files."""
    lines = "".join(_root(root, root.name in uploads, may_forget) for root in found)
    blocks = [block("roots", f'<ul class="roots">{lines}</ul>' if lines else '<p class="quiet">None yet.</p>')]
    if left_out:
        rows = "".join(
            f'<li dir="auto"><span>{esc(uri)}</span>{button("restore", uri, "Take in again")}</li>' for uri in left_out
        )
        blocks.append(
            block(
                "left-out",
                f'<details class="failed"><summary>{counted(len(left_out), "file")} left out</summary>'
                f'<ul class="roots">{rows}</ul></details>',
            )
        )
    return blocks


def _root(root: Root, is_upload: bool, may_forget: bool) -> str:
    state = "" if root.is_there else "not there now; its documents are kept"
    told = joined(" · ", counted(root.documents, "document"), "uploaded files" if is_upload else "", state)
    forget = button("forget", root.name, "Forget this folder") if may_forget else ""
    return (
        f'<li dir="auto"><span><b>{esc(root.name)}</b> <span class="uri">{esc(str(root.path))}</span>'
        f'<span class="quiet">{esc(told)}</span></span>{forget}</li>'
    )


def upload_place(folder: Path) -> list[Block]:
    told = f"They are copied into {folder} on the machine that runs this page, and indexed at once."
    return [block("where", f'<p class="quiet" dir="auto">{esc(told)}</p>')]


def uploaded(lines: Sequence[tuple[str, str, bool]]) -> list[Block]:
    """What became of each uploaded file: its name, in words, and whether it was taken."""
    rows = "".join(
        f'<li class="{"taken" if taken else "refused"}" dir="auto"><b>{esc(name)}</b>: {esc(words)}</li>'
        for name, words, taken in lines
    )
    close = button("close", "", "Close")
    return [block("uploaded", f'<div class="notice" role="status"><ul class="failures">{rows}</ul>{close}</div>')]
