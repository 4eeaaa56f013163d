"""The numbers of citations, what shows when one is pointed at, and the list of sources, as HTML. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Citation
from ui.words import cut, day, esc, joined, whence

PREVIEW = 280


def citation_mark(citation: Citation, speaker: str = "") -> str:
    """A number; pointing at it shows the quote, who says it, where and when."""
    place = joined(" · ", speaker, whence(citation), f"page {citation.page}" if citation.page else "")
    return (
        f'<sup><button class="cite" data-act="open" data-value="{citation.marker}" '
        f'aria-label="Citation {citation.marker}: {esc(place)}">{citation.marker}'
        f'<span class="tip" aria-hidden="true"><q dir="auto">{esc(cut(citation.quote, PREVIEW))}</q>'
        f'<span class="facts">{esc(place)}</span></span></button></sup>'
    )


def sources(citations: Sequence[Citation]) -> str:
    """One line a document: its numbers, title, outlet and date."""
    by_document: dict[int, list[Citation]] = {}
    for citation in citations:
        by_document.setdefault(citation.document.id, []).append(citation)
    return '<div class="sources">' + "".join(map(_source_chip, by_document.values())) + "</div>"


def _source_chip(citations: Sequence[Citation]) -> str:
    document = citations[0].document
    numbers = ", ".join(str(citation.marker) for citation in citations)
    facts = joined(" · ", document.outlet, day(document.published))
    return (
        f'<button class="chip" data-act="open" data-value="{citations[0].marker}" dir="auto">'
        f'<span class="number">{numbers}</span><span class="title">{esc(document.label)}</span>'
        f'<span class="facts">{esc(facts)}</span></button>'
    )
