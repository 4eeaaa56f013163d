"""Which chat, and whose, a page shows, and which source beside it: both stand in the address, so that a refresh, a link
and the browser's way back come to them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

LIBRARY = "library"


@dataclass(slots=True)
class Place:
    """`source` is open in the chat or page `inside`; None: in the one that comes first."""

    chat: str
    source: str
    inside: str | None = None


def current_owner() -> str:
    """Who is signed in; "" where nobody has to be."""
    return str(st.session_state.get("owner", ""))


def read_address() -> None:
    """To be called first in every run of the page as a whole.

    A browser tells its address with all that it sends, but may not have taken over yet what the server put there. So
    the address counts when a session begins and when somebody goes back or forward; otherwise the session knows
    better."""
    context = get_script_run_ctx()
    if "place" not in st.session_state or (context is not None and context.is_history_navigation):
        st.session_state["place"] = Place(st.query_params.get("chat", ""), st.query_params.get("source", ""))


def current_chat() -> str:
    """The chat that is open; a new one where the address names none."""
    place = _place()
    if not re.fullmatch(r"[A-Za-z0-9_-]{8,40}", place.chat):
        place.chat = new_chat_id()
    enter(place.chat)
    return place.chat


def last_chat() -> str:
    """The chat that was open last, on whichever page; "" if none was."""
    return _place().chat


def enter(inside: str) -> None:
    """Who comes to another chat or page leaves the source behind."""
    place = _place()
    if place.inside not in (None, inside):
        place.source = ""
    place.inside = inside
    _put_into_address(place)


def opened_source() -> str:
    """The name of the source that is open, or ""."""
    return _place().source


def show_beside(source: str) -> None:
    """Opens a source, or closes the one that is open with ""."""
    place = _place()
    place.source = source
    _put_into_address(place)


def new_chat_id() -> str:
    return secrets.token_hex(12)


def go_to_chat(page: StreamlitPage, chat_id: str) -> Callable[[], None]:
    """What brings another chat, on whichever page one is: to be called when nothing else is left to do."""
    place = _place()
    place.chat, place.source, place.inside = chat_id, "", chat_id
    return lambda: st.switch_page(page, query_params={"chat": chat_id})


def _place() -> Place:
    """That of this session."""
    if "place" not in st.session_state:
        read_address()
    place: Place = st.session_state["place"]
    return place


def _put_into_address(place: Place) -> None:
    named = {"chat": "" if place.inside == LIBRARY else place.chat, "source": place.source}
    named = {name: value for name, value in named.items() if value}
    if st.query_params.to_dict() != named:
        st.query_params.from_dict(named)
