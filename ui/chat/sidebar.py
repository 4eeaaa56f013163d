"""The kept chats beside every page: found by their words, opened, renamed, deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from ui.chat.place import current_owner, go_to_chat, last_chat, new_chat_id
from ui.components import ASKS, Click, heed, pressed, view

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

    from rag.chats.types import ChatHead
    from ui.server import Server

QUESTIONS = ("rename", "delete")  # they stay open while the page behind them renews itself


def chats(server: Server, page: StreamlitPage) -> None:
    from ui.chat.listing import chat_list

    owner = current_owner()
    search = st.text_input(
        "Search chats", key="chat-search", placeholder="Search chats", label_visibility="collapsed", max_chars=200
    )
    heads = server.answers.heads(owner, search.strip())
    heed(view("chats", chat_list(heads, last_chat(), datetime.now(UTC), bool(search.strip()))), partial(act, page))
    question, chat_id = st.session_state.get(ASKS, ("", ""))
    if question not in QUESTIONS:
        return
    head = next((head for head in server.answers.heads(owner) if head.id == chat_id), None)
    if head is not None and question == "rename":
        rename(server, owner, head)
    elif head is not None:
        delete(server, owner, head, page)


def act(page: StreamlitPage, click: Click) -> Callable[[], None] | None:
    if click.act == "chat":
        return go_to_chat(page, click.value)
    st.session_state[ASKS] = (click.act, click.value)
    return None


def closed() -> None:
    st.session_state.pop(ASKS, None)


@st.dialog("Rename this chat", on_dismiss=closed)
def rename(server: Server, owner: str, head: ChatHead) -> None:
    with st.form("rename-chat", border=False):
        title = st.text_input("Name", head.title, max_chars=200)

        def do(_: Click) -> None:
            closed()
            server.answers.rename(owner, head.id, title.strip() or head.title)

        heed(pressed(st.form_submit_button, "Rename", f"rename-{head.id}", type="primary"), do)


@st.dialog("Delete this chat?", on_dismiss=closed)
def delete(server: Server, owner: str, head: ChatHead, page: StreamlitPage) -> None:
    st.text(head.title)
    st.text("Its questions, answers and feedback are deleted for good. Your documents stay.")

    def do(_: Click) -> Callable[[], None] | None:
        closed()
        then = go_to_chat(page, new_chat_id()) if head.id == last_chat() else None
        server.answers.delete(owner, head.id)
        return then

    heed(pressed(st.button, "Delete", f"delete-{head.id}", type="primary"), do)
