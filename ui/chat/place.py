"""Which chat, and whose, a page shows: the chat stands in the address, so that a refresh comes back to it."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage


def current_owner() -> str:
    """Who is signed in; "" where nobody has to be."""
    return str(st.session_state.get("owner", ""))


def current_chat() -> str:
    """The chat of the address; a new one where it names none."""
    chat_id = st.query_params.get("chat", "")
    if not re.fullmatch(r"[A-Za-z0-9_-]{8,40}", chat_id):
        # A question can come before the browser has taken over the address of the run before.
        chat_id = st.session_state.get("chat") or new_chat_id()
        st.query_params["chat"] = chat_id
    st.session_state["chat"] = chat_id
    return str(chat_id)


def new_chat_id() -> str:
    return secrets.token_hex(12)


def go_to_chat(page: StreamlitPage, chat_id: str) -> None:
    """Shows another chat."""
    st.session_state["chat"] = chat_id
    st.switch_page(page, query_params={"chat": chat_id})
