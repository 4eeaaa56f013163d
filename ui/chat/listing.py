"""The list of kept chats as HTML. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from rag.chats.types import ChatHead
from ui.blocks import Block, block
from ui.words import esc


def chat_list(heads: Sequence[ChatHead], opened: str, now: datetime, searched: bool) -> list[Block]:
    """The chats by age; `opened` is the id of the one on the page."""
    if not heads:
        words = "No chat holds these words." if searched else "Your chats will be kept here."
        return [block("none", f'<p class="quiet">{words}</p>')]
    return [
        block(f"since-{age}", f"<h3>{age}</h3>{_rows(some, opened)}")
        for age, some in groupby(heads, lambda head: age_of(head.changed, now))
    ]


def age_of(changed: datetime, now: datetime) -> str:
    days = (now.astimezone().date() - changed.astimezone().date()).days
    if days <= 0:
        return "Today"
    if days == 1:
        return "Yesterday"
    return "Last seven days" if days <= 7 else "Earlier"


def _rows(heads: Iterable[ChatHead], opened: str) -> str:
    return f'<ul class="chats">{"".join(_row(head, opened) for head in heads)}</ul>'


def _row(head: ChatHead, opened: str) -> str:
    here = ' aria-current="page"' if head.id == opened else ""
    name = esc(head.title)
    return (
        f'<li data-key="{esc(head.id)}">'
        f'<button class="chat" data-act="chat" data-value="{esc(head.id)}"{here} dir="auto">{name}</button>'
        f'<button class="icon" data-act="rename" data-value="{esc(head.id)}" aria-label="Rename {name}">✎</button>'
        f'<button class="icon" data-act="delete" data-value="{esc(head.id)}" aria-label="Delete {name}">✕</button></li>'
    )
