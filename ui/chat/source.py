"""Sources as HTML: the cited document with its exact span marked. Pure.

The span is marked here, with the offsets of the stored text, so no offset is ever counted in JavaScript (which counts
UTF-16 units). The style sheet draws the page numbers: without its tags the HTML is the text, character for character.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.types import Document
from rag.types import Answer, Citation, Statement
from ui.chat.sheet import Sheet, sheet_body, sheet_choice
from ui.words import day, esc, joined

MARGIN = 10_000
SNAP = 200


@dataclass(frozen=True, slots=True)
class Source:
    """A span of a document to look at. `name` is its number in the answer; an empty span marks nothing. `also` are the
    other spans of the document that the same statements cite, as (start, end)."""

    name: str
    document: Document
    start: int
    end: int
    page: int | None = None
    also: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a text that is shown, in code points."""

    start: int
    end: int


def sources_of(statements: Sequence[Statement], answer: Answer | None) -> dict[str, Source]:
    """What can be opened from an answer, in order: its citations, or the nearest passages of an abstention."""
    cited = {citation.marker: citation for statement in statements for citation in statement.citations}
    found = {str(marker): _cited(cited[marker], statements) for marker in sorted(cited)}
    if answer is not None and answer.status == "abstained":
        for number, hit in enumerate(answer.nearest, 1):
            place = hit.passage
            found[f"n{number}"] = Source(f"n{number}", hit.document, place.start, place.end, place.page)
    return found


def _cited(citation: Citation, statements: Iterable[Statement]) -> Source:
    document = citation.document
    together = (one.citations for one in statements if any(c.marker == citation.marker for c in one.citations))
    spans = {(c.start, c.end) for cited in together for c in cited if c.document.id == document.id}
    apart = [(start, end) for start, end in spans if end <= citation.start or start >= citation.end]
    return Source(str(citation.marker), document, citation.start, citation.end, citation.page, _united(apart))


def _united(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """In order, those that overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def window_around(text: str, start: int, end: int, before: int = MARGIN, after: int = MARGIN) -> Window:
    """The span with about so many characters on both sides, cut where a line or a word ends."""
    first, last = max(0, start - before), min(len(text), end + after)
    if first > 0:
        first = min(start, _break_after(text, first))
    if last < len(text):
        last = max(end, _break_before(text, last))
    return Window(first, last)


def _break_after(text: str, at: int) -> int:
    for mark in ("\n", " "):
        found = text.find(mark, at, at + SNAP)
        if found >= 0:
            return found + 1
    return at


def _break_before(text: str, at: int) -> int:
    for mark in ("\n", " "):
        found = text.rfind(mark, max(0, at - SNAP), at)
        if found >= 0:
            return found + 1
    return at


def marked_text(
    text: str,
    window: Window,
    start: int,
    end: int,
    pages: Sequence[int] = (),
    also: Iterable[tuple[int, int]] = (),
) -> str:
    """The window of the text as HTML with `start` to `end` in a <mark>, and the spans of `also` more quietly; an empty
    element stands where a page starts. The spans do not overlap."""
    breaks = {at: number for number, at in enumerate(pages, 1) if window.start <= at < window.end}
    opening = {start: "<mark>"} | {left: '<mark class="also">' for left, _ in also}
    ends = {start: end, **dict(also)}
    spans = {left: right for left, right in ends.items() if window.start <= left < right <= window.end}
    closing = set(spans.values())
    cuts = sorted({window.start, window.end, *breaks, *spans, *closing})
    parts: list[str] = []
    for left, right in pairwise(cuts):
        if left in closing:
            parts.append("</mark>")
        if left in breaks:
            page = breaks[left]
            parts.append(f'<span class="page" role="separator" data-page="{page}" aria-label="Page {page}"></span>')
        if left in spans:
            parts.append(opening[left])
        parts.append(esc(text[left:right]))
    if window.end in closing:
        parts.append("</mark>")
    return "".join(parts)


def panel(
    source: Source, window: Window, others: Mapping[str, Source], note: str = "", sheet: Sheet | None = None
) -> dict[str, str]:
    """`head` and `text` of the panel as HTML. `others` are the sources of the same answer, to step through; `sheet` is
    the page as a picture, where there is one."""
    picture = "" if sheet is None else sheet_choice(sheet)
    body = sheet_body(sheet) if sheet is not None and sheet.is_shown else _text(source, window)
    return {"head": _head(source, others, note) + picture, "text": body}


def _head(source: Source, others: Mapping[str, Source], note: str) -> str:
    document = source.document
    where = f"page {source.page}" if source.page is not None and document.pages else ""
    facts = joined(" · ", document.outlet, day(document.published), document.author, where)
    return (
        f'<div class="bar"><span class="steps">{_steps(source, others)}</span>'
        '<button class="icon" data-act="close" aria-label="Close the source">✕</button></div>'
        f'<h2 dir="auto">{esc(document.label)}</h2>'
        f'<p class="facts" dir="auto">{esc(facts)}</p><p class="uri">{esc(document.uri)}</p>'
        + (f'<p class="note">{esc(note)}</p>' if note else "")
    )


def _steps(source: Source, others: Mapping[str, Source]) -> str:
    names = list(others)
    if source.name not in names:
        return '<span class="label">Document</span>'
    at = names.index(source.name)
    kind = "Nearest passage" if source.name.startswith("n") else "Citation"
    label = f'<span class="label">{kind} {at + 1} of {len(names)}</span>'
    if len(names) == 1:
        return label
    return _step(names, at - 1, "‹", "Previous source") + label + _step(names, at + 1, "›", "Next source")


def _step(names: Sequence[str], at: int, sign: str, label: str) -> str:
    if not 0 <= at < len(names):
        return f'<button class="icon" disabled aria-label="{label}">{sign}</button>'
    return f'<button class="icon" data-act="step" data-value="{esc(names[at])}" aria-label="{label}">{sign}</button>'


def _text(source: Source, window: Window) -> str:
    text = source.document.text
    body = marked_text(text, window, source.start, source.end, source.document.pages, source.also)
    earlier = _more("earlier", f"Show earlier text ({window.start:,} characters)") if window.start else ""
    later = _more("later", f"Show later text ({len(text) - window.end:,} characters)") if window.end < len(text) else ""
    return f'{earlier}<div class="text" dir="auto">{body}</div>{later}'


def _more(act: str, label: str) -> str:
    return f'<button class="more" data-act="{act}">{label}</button>'
