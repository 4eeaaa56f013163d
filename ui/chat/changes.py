"""What became of a cited passage since, as HTML. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from rag.chats.standing import Standing
from rag.types import Statement
from ui.words import cut, esc

SAID = {
    "moved": "Stands elsewhere now",
    "edited": "Edited since",
    "gone": "No longer in the index",
}
SAME = 60
TAGS = {"added": "ins", "removed": "del"}


def changes(one: Statement, since: Mapping[int, Standing]) -> str:
    """A badge for each citation whose passage is not what it was, with the difference where there is one."""
    found = {citation.marker: since[citation.marker] for citation in one.citations if citation.marker in since}
    return "".join(_badge(marker, what) for marker, what in found.items() if what.kind != "unchanged")


def _badge(marker: int, what: Standing) -> str:
    words = f"[{marker}] {SAID[what.kind]}"
    if what.kind == "moved" and what.uri:
        words += f": {what.uri}"
    if what.kind != "edited" or not what.changes:
        return f'<p class="since {what.kind}" dir="auto">{esc(words)}</p>'
    return (
        f'<details class="since {what.kind}"><summary>{esc(words)}</summary>'
        f'<p class="difference" dir="auto">{difference(what)}</p></details>'
    )


def difference(what: Standing) -> str:
    """Old words struck through, new ones underlined; long equal stretches are shortened."""
    return " ".join(_change(op, text) for op, text in what.changes)


def _change(op: str, text: str) -> str:
    if op in TAGS:
        return f"<{TAGS[op]}>{esc(text)}</{TAGS[op]}>"
    return esc(text if len(text) <= 2 * SAME else f"{cut(text, SAME)} {text[-SAME:].partition(' ')[2]}")


def note(what: Standing | None, holds: bool) -> str:
    """For the head of the source: why its text is not that of the index."""
    if what is None:
        return "" if holds else "This is the text that was cited; the document has changed since, or is gone."
    return {
        "unchanged": "",
        "moved": "This is the text that was cited; the passage stands elsewhere now.",
        "edited": "This is the text that was cited; the passage was edited since.",
        "gone": "This is the text that was cited; it is no longer in the index.",
    }[what.kind]
