"""Sources that differ, side by side, as HTML. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from rag.types import Citation, Disagreement
from ui.chat.marks import citation_mark
from ui.words import cut, day, esc, joined, who_says

TITLE = "The sources differ"
VALUE, RECALLED = 220, 60


def disagreements(found: Sequence[Disagreement], citations: Iterable[Citation], shown: Collection[str] = ()) -> str:
    """One card for each of the answers that sources give: what, who, when, and what has replaced it since. What was
    `shown` above word for word is only called to mind."""
    by_marker = {citation.marker: citation for citation in citations}
    cards = "".join(_side(one, found, by_marker, RECALLED if one.value in shown else VALUE) for one in found)
    return f'<section class="differ" aria-label="{TITLE}"><h3>{TITLE}</h3><ul>{cards}</ul></section>'


def _side(one: Disagreement, found: Sequence[Disagreement], by_marker: dict[int, Citation], limit: int) -> str:
    marks = "".join(citation_mark(by_marker[marker]) for marker in one.markers if marker in by_marker)
    replaced = "" if one.applies and one.replaced_by is None else " past"
    return (
        f'<li class="side{replaced}"><p class="value" dir="auto">{esc(cut(one.value, limit))}{marks}</p>'
        f'<p class="quiet" dir="auto">{esc(joined(" · ", who_says(one.attribution), _in_time(one, found)))}</p></li>'
    )


def _in_time(one: Disagreement, found: Sequence[Disagreement]) -> str:
    """Since when it holds, and that a later document of the same source replaces it."""
    since = f"since {day(one.since)}" if one.since else ""
    later = "" if one.replaced_by is None else f"replaced later by: {cut(found[one.replaced_by].value, VALUE)}"
    return joined(" · ", since, later)
