"""Results as lines for a terminal, and progress on standard error."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from index.types import BuildPlan, BuildReport, Failure, Hit, Progress
from rag.answers.compose import with_markers
from rag.types import Answer, Citation, Disagreement

if TYPE_CHECKING:
    from index.backup.restore import RestoreReport
    from index.backup.save import BackupReport
    from index.doctor.findings import Diagnosis
    from rag.assistant import Assistant

LISTED = 10
STAGES = {
    "scan": "Looking at files",
    "read": "Reading",
    "embed": "Embedding passages",
    "compact": "Compacting",
    "sweep": "Sweeping",
}


def answer(found: Answer) -> str:
    """Statements with their markers, then the sources; or what an abstention has to offer."""
    if found.status == "abstained":
        return "\n".join(_abstained(found))
    lines = [f"(Read together with: {', '.join(found.carried)})"] if found.carried else []
    for statement in found.statements:
        lines += [f"  … {' '.join(statement.lead_in.split())}"] if statement.lead_in else []
        lines.append(with_markers(statement))
    lines += [f"Not answered: {words}" for words in found.missing]
    if found.disagreements:
        lines += ["", "The sources differ:", *(_side(one, found) for one in found.disagreements)]
    return "\n".join([*lines, "", *(_source(citation) for citation in found.citations)])


def _side(one: Disagreement, found: Answer) -> str:
    said = one.attribution
    since = f"since {one.since.isoformat()}" if one.since else None
    later = None if one.replaced_by is None else f"later: {found.disagreements[one.replaced_by].value}"
    published = said.published.isoformat() if said.published else None
    about = ", ".join(part for part in (said.speaker, said.outlet, published, since, later) if part)
    return f"  {one.value} {''.join(f'[{marker}]' for marker in one.markers)}" + (f" ({about})" if about else "")


def hits(found: Sequence[Hit]) -> str:
    if not found:
        return "No passage fits."
    return "\n\n".join(
        f"{n}. {hit.document.label} ({_place(hit)}, score {hit.score:.2f})\n   {_shorten(hit.passage.text, 300)}"
        for n, hit in enumerate(found, 1)
    )


def plan(found: BuildPlan) -> str:
    sections = [
        ("Added", found.added),
        ("Changed", found.changed),
        ("Renamed", [f"{one.source} -> {one.target}" for one in found.renamed]),
        ("Removed", found.removed),
    ]
    lines = [line for title, uris in sections for line in _listed(title, uris)]
    lines += _failures(found.failures)
    lines.append(f"Unchanged: {len(found.unchanged)}")
    if found.to_embed:
        about = "" if found.seconds is None else f", in about {duration(found.seconds)}"
        lines.append(f"Passages to embed: {found.to_embed:,}{about}")
    return "\n".join(lines)


def duration(seconds: float) -> str:
    """ "5 s", "3 min", "2 h 5 min": as exact as an estimate is."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


def diagnosis(found: Diagnosis) -> str:
    lines = [f"Repaired: {line}" for line in found.repaired]
    lines += [f"{one.severity.capitalize()}: {one.message} {one.fix}".rstrip() for one in found.findings]
    looked = ", ".join(f"{count:,} {what}" for what, count in found.checked.items())
    lines.append(f"Checked: {looked}." if looked else "Nothing could be checked.")
    lines.append(f"On disk: {', '.join(f'{what} {size / 1e6:,.0f} MB' for what, size in found.disk.items())}.")
    lines.append("The index is whole." if found.healthy else "The index has problems.")
    return "\n".join(lines)


def backup(made: BackupReport) -> str:
    return (
        f"{made.documents} documents and {made.passages} passages of generation {made.generation} saved in {made.file} "
        f"({made.size / 1e6:,.1f} MB, {made.seconds:.1f} s)" + (", with the chats." if made.chats else ".")
    )


def restore(made: RestoreReport) -> str:
    lines = [
        f"{made.documents} documents and {made.passages} passages are in {made.index_dir} again, as of {made.created} "
        f"({made.seconds:.1f} s)" + (", with the chats." if made.chats else ".")
    ]
    lines += [
        f"The folder {name} is not at {path}: its documents are kept. Where is it? --root {name}=FOLDER"
        for name, path in made.missing_roots.items()
    ]
    return "\n".join(lines)


def report(found: BuildReport) -> str:
    lines = [
        f"{len(found.added)} added, {len(found.changed)} changed, {len(found.renamed)} renamed, "
        f"{len(found.removed)} removed, {len(found.unchanged)} unchanged; "
        f"{found.embedded} passages embedded, {found.reused} reused, in {found.seconds:.1f} s."
    ]
    if found.pending:
        lines.append(f"{found.pending} passages still wait for their vectors: run citewise index again.")
    return "\n".join([*lines, *_failures(found.failures)])


def status(found: dict[str, Any]) -> str:
    lines = [f"Index {found['index_dir']}, generation {found['generation']}"]
    for root in found["roots"]:
        missing = "" if root["reachable"] else "  (not there now; its documents are kept)"
        lines.append(f"Folder {root['name']}: {root['path']}{missing}")
    lines.append(
        f"{len(found['documents'])} documents, {found['passages']} passages, {found['pending']} without vectors"
    )
    for one in found["documents"]:
        about = ", ".join(part for part in (one["outlet"], one["published"]) if part)
        lines.append(f"  {one['uri']}  {one['title']}" + (f" ({about})" if about else ""))
    lines += _failures([Failure(one["uri"], one["reason"], one["detail"]) for one in found["failures"]])
    return "\n".join(lines)


def greeting(assistant: Assistant) -> str:
    counts = assistant.snapshot.counts()
    how = f"written by {assistant.model}" if assistant.mode == "llm" else "exact sentences of your documents"
    return f"{counts.documents} documents; answers are {how}. An empty line ends the chat."


@contextmanager
def progress() -> Iterator[Callable[[Progress], None]]:
    """One line on standard error that follows the build; plain lines, now and then, when it is no terminal."""
    live = sys.stderr.isatty()
    stage, at, width = "", 0.0, 0

    def on_progress(now: Progress) -> None:
        nonlocal stage, at, width
        done = now.total > 0 and now.done == now.total
        if now.stage == stage and not done and time.monotonic() - at < (0.1 if live else 5):
            return
        count = f"{now.done:,} of {now.total:,}" if now.total else f"{now.done:,}"
        line = f"{STAGES[now.stage]}: {count}  {now.detail}"[:100].rstrip()
        sys.stderr.write(f"\r{line:<{width}}" if live else f"{line}\n")
        sys.stderr.flush()
        stage, at, width = now.stage, time.monotonic(), len(line)

    try:
        yield on_progress
    finally:
        if live and width:
            sys.stderr.write("\r" + " " * width + "\r")


def _source(citation: Citation) -> str:
    document = citation.document
    about = [document.outlet, document.published.isoformat() if document.published else None]
    about.append(f"page {citation.page}" if citation.page else None)
    told = ", ".join(part for part in about if part)
    return f"[{citation.marker}] {document.label}" + (f" ({told})" if told else "") + f"  {document.uri}"


def _abstained(found: Answer) -> Iterator[str]:
    yield found.text
    if found.uncovered_terms:
        yield f"No passage mentions: {', '.join(found.uncovered_terms)}."
    if found.nearest:
        yield "Nearest passages:"
    for hit in found.nearest:
        yield f"  {hit.document.label} ({_place(hit)}): {_shorten(hit.passage.text, 160)}"


def _place(hit: Hit) -> str:
    return hit.document.uri + (f", page {hit.passage.page}" if hit.passage.page else "")


def _listed(title: str, uris: Sequence[str]) -> list[str]:
    if not uris:
        return []
    more = [f"  ... and {len(uris) - LISTED} more"] if len(uris) > LISTED else []
    return [f"{title}: {len(uris)}", *(f"  {uri}" for uri in uris[:LISTED]), *more]


def _failures(failures: Sequence[Failure]) -> list[str]:
    """One line a failure; when there are many, the rest is counted by reason."""
    urgent_first = sorted(failures, key=lambda one: one.reason not in ("missing", "unreadable"))
    lines = [f"not read: {one.uri}: {one.reason}: {one.detail}" for one in urgent_first[:LISTED]]
    rest = Counter(one.reason for one in urgent_first[LISTED:])
    if rest:
        lines.append("not read: " + ", ".join(f"{count} more {reason}" for reason, count in sorted(rest.items())))
    return lines


def _shorten(text: str, limit: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rsplit(" ", 1)[0] + "…"
