"""The small parts that all pages are made of, as HTML. Pure; text is escaped here."""

from __future__ import annotations

from rag.chats.types import Problem
from ui.words import esc

Block = dict[str, str]

# Drawn, since not every machine has these signs in its fonts.
_THUMB = (
    "M7 11v9H4a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1zm2 0 3.6-7.4c.2-.4.6-.6 1-.6A2.4 2.4 0 0 1 16 5.4V9h4a2 2 0 0 1 2 2.3"
)
_THUMB += "l-1.1 7A2 2 0 0 1 18.9 20H9z"
THUMB_UP = f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{_THUMB}"></path></svg>'
THUMB_DOWN = f'<svg viewBox="0 0 24 24" aria-hidden="true" class="down"><path d="{_THUMB}"></path></svg>'


def block(key: str, html: str) -> Block:
    """A part of a view. The page keeps a part as it stands while its key and its HTML stay the same."""
    return {"key": key, "html": html}


def button(act: str, value: object, label: str) -> str:
    return f'<button class="plain" data-act="{act}" data-value="{esc(str(value))}">{esc(label)}</button>'


def icon(act: str, value: object, sign: str, label: str, pressed: bool | None = None) -> str:
    """A button of one sign of ours; `label` is its name. `pressed` is for one that stays down."""
    state = "" if pressed is None else f' aria-pressed="{str(pressed).lower()}"'
    return (
        f'<button class="icon" data-act="{act}" data-value="{esc(str(value))}"{state} aria-label="{esc(label)}" '
        f'title="{esc(label)}">{sign}</button>'
    )


def problem(what: Problem, retry: int | None = None) -> str:
    again = "" if retry is None else button("retry", retry, "Try again")
    fix = f'<p class="fix" dir="auto">{esc(what.fix)}</p>' if what.fix else ""
    return f'<div class="problem" role="alert"><p dir="auto">{esc(what.message)}</p>{fix}{again}</div>'
