"""The source beside the answer: which one is open stands in the address, as `<turn>.<name>` or `d<document id>`."""

from __future__ import annotations

import re

import streamlit as st

from ui.components import source_panel
from ui.model import ChatView, Turn
from ui.source import MARGIN, Source, panel, sources_of, window_around
from ui.store import Store

CITED_TEXT = "This is the text that was cited; the document has changed since, or is no longer in the index."


def opened_name(turn: Turn) -> str:
    """Which source of this turn is open, by its name in the answer."""
    opened = st.query_params.get("source", "")
    return opened.removeprefix(f"{turn.id}.") if opened.startswith(f"{turn.id}.") else ""


def open_source(name: str) -> None:
    st.query_params["source"] = name
    st.rerun()


def show_source(store: Store, chat: ChatView) -> None:
    """The source named in the address, beside the answer."""
    opened = st.query_params.get("source")
    if not opened:
        return
    source, others, note = find_source(store, chat, opened)
    if source is None:
        return
    margins = st.session_state.setdefault("margins", {})
    before, after = margins.get((chat.id, opened), (MARGIN, MARGIN))
    window = window_around(source.document.text, source.start, source.end, before, after)
    with st.container(key="source"):
        click = source_panel("source", panel(source, window, others, note), opened)
    if click is None:
        return
    if click.act == "close":
        del st.query_params["source"]
    elif click.act == "step":
        st.query_params["source"] = f"{opened.partition('.')[0]}.{click.value}"
    elif click.act == "earlier":
        margins[chat.id, opened] = (before + 2 * MARGIN, after)
    elif click.act == "later":
        margins[chat.id, opened] = (before, after + 2 * MARGIN)
    st.rerun()


def find_source(store: Store, chat: ChatView, opened: str) -> tuple[Source | None, dict[str, Source], str]:
    """The source `<turn>.<name>` of an answer, or the document `d<id>`; the others of its answer; what to note."""
    turn_id, _, name = opened.partition(".")
    if re.fullmatch(r"[0-9]{1,9}", turn_id) and 1 <= int(turn_id) <= len(chat.turns):
        turn = chat.turns[int(turn_id) - 1]
        others = sources_of(turn.statements, turn.answer)
        source = others.get(name)
        gone = source is not None and not store.holds(source.document.id)
        return source, others, CITED_TEXT if gone else ""
    document = store.document(int(opened[1:])) if re.fullmatch(r"d[0-9]{1,18}", opened) else None
    return (Source(opened, document, 0, 0) if document else None), {}, ""
