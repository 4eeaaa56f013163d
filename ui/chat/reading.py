"""The source beside the answer: which one is open stands in the address, as `<turn>.<name>` or `d<document id>`."""

from __future__ import annotations

import re

import streamlit as st

from rag.chats.types import SavedChat, Turn
from ui.chat.changes import note
from ui.chat.place import current_owner, opened_source, show_beside
from ui.chat.sheet import Sheet
from ui.chat.since import standings
from ui.chat.source import MARGIN, Source, panel, sources_of, window_around
from ui.components import QUEUE_SECONDS, Click, heed, live, source_panel
from ui.server import Server

PDF = "application/pdf"


def opened_name(turn: Turn) -> str:
    """Which source of this turn is open, by its name in the answer."""
    opened = opened_source()
    return opened.removeprefix(f"{turn.id}.") if opened.startswith(f"{turn.id}.") else ""


def open_source(name: str, clicked: int = 0) -> None:
    """`clicked`: when, in milliseconds. Clicks in two answers may come in any order; the later one counts."""
    if clicked and clicked < st.session_state.get("source_clicked", 0):
        return
    st.session_state["source_clicked"] = clicked
    show_beside(name)


def show_source(server: Server, chat: SavedChat) -> None:
    """The source named in the address, beside the answer."""
    opened = opened_source()
    if not opened:
        return
    source, others, said = find_source(server, chat, opened)
    if source is None:
        return
    sheet = page_of(server, source)
    awaited = sheet is not None and sheet.is_shown and sheet.image is None
    with st.container(key="source"):
        live(show_panel, QUEUE_SECONDS if awaited else None)(server, chat.id, source, others, said, awaited)


def show_panel(
    server: Server, chat_id: str, source: Source, others: dict[str, Source], said: str, awaited: bool
) -> None:
    opened, sheet = opened_source(), page_of(server, source)
    margins = st.session_state.setdefault("margins", {})
    before, after = margins.get((chat_id, opened), (MARGIN, MARGIN))
    window = window_around(source.document.text, source.start, source.end, before, after)
    shown = f"{opened} as a page" if sheet is not None and sheet.is_shown else opened

    def act(click: Click) -> None:
        if click.act == "earlier":
            margins[chat_id, opened] = (before + 2 * MARGIN, after)
        elif click.act == "later":
            margins[chat_id, opened] = (before, after + 2 * MARGIN)
        else:
            go_on(opened, click)

    heed(source_panel("source", panel(source, window, others, said, sheet), shown), act)
    if awaited and sheet is not None and sheet.image is not None:
        st.rerun()


def go_on(opened: str, click: Click) -> None:
    """From the source that is open, to none, to another or to another view of it."""
    if click.act == "close":
        show_beside("")
    elif click.act == "step":
        show_beside(f"{opened.partition('.')[0]}.{click.value}")
    elif click.act in ("text", "page"):
        st.session_state["as_page"] = click.act == "page"


def find_source(server: Server, chat: SavedChat, opened: str) -> tuple[Source | None, dict[str, Source], str]:
    """The source `<turn>.<name>` of an answer, or the document `d<id>`; the others of its answer; what to note."""
    turn_id, _, name = opened.partition(".")
    if re.fullmatch(r"[0-9]{1,9}", turn_id) and 1 <= int(turn_id) <= len(chat.turns):
        turn = chat.turns[int(turn_id) - 1]
        others = sources_of(turn.statements, turn.answer)
        source = others.get(name)
        number = int(name) if re.fullmatch(r"[0-9]{1,9}", name) else 0
        since = standings(server, current_owner(), chat)[0].get(turn.id, {}).get(number)
        said = "" if source is None else note(since, server.shelf.holds(source.document.id))
        return source, others, said
    document = server.shelf.document(int(opened[1:])) if re.fullmatch(r"d[0-9]{1,18}", opened) else None
    return (Source(opened, document, 0, 0) if document else None), {}, ""


def page_of(server: Server, source: Source) -> Sheet | None:
    """The page of a PDF that the span is on, drawn when it is asked for; None where there is none to see."""
    document, page = source.document, source.page
    if document.mime != PDF or page is None or source.start >= source.end:
        return None
    is_shown = bool(st.session_state.get("as_page", False))
    if not is_shown:
        return Sheet(page, False)
    key = ("page", document.uri, document.sha256, page, source.start, source.end)

    def draw() -> Sheet:
        from index.pictures import page_picture

        found = page_picture(server.settings, document, page, source.start, source.end)
        if found is None:
            return Sheet(page, True, b"")
        return Sheet(page, True, found.image, found.mime, found.width, found.height, tuple(found.boxes))

    drawn, pending = server.soon.get(key, draw)
    # What could not be drawn is empty; why stands in the log.
    return drawn or Sheet(page, True, None if pending else b"")
