"""The page: a frame of chats and links, and in it the chat, the library or the settings. It decides nothing itself.

What can be drawn before anything heavy is imported comes first, so that the frame is on the screen at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ui import access
from ui.chat.asking import take_questions
from ui.chat.place import current_chat, go_to_chat, new_chat_id, read_address
from ui.components import ASSETS, heed, page_style, pressed, view
from ui.haste import take_over_first
from ui.server import Server, open_server

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

ABOUT = "Citewise answers from your own documents; every sentence carries a citation that was checked."


def chat() -> None:
    from ui.chat import page

    places = page.frame()
    with places.body:
        server = opened()
    if server is not None:
        page.page(server, places)


def library() -> None:
    if (server := opened()) is not None:
        from ui.library.page import page

        page(server)


def preferences() -> None:
    if (server := opened()) is not None:
        from ui.preferences.page import page

        page(server)


def opened(tell: bool = True) -> Server | None:
    """What the server holds; None when the settings cannot be used, which is told."""
    from index.errors import CitewiseError

    try:
        server = open_server()
    except CitewiseError as error:
        if tell:
            st.error("The settings cannot be used.")
            st.text(f"{error}\n{error.fix}")
        return None
    if "visited" not in st.session_state:
        # A new visit looks again: the index may have been built in a terminal meanwhile.
        st.session_state["visited"] = True
        server.shelf.open()
    return server


def main() -> None:
    st.set_page_config(
        page_title="Citewise", page_icon=str(ASSETS / "icon.svg"), layout="wide", menu_items={"About": ABOUT}
    )
    page_style()
    read_address()
    owner = access.gate()
    st.session_state["owner"] = owner or ""
    pages = {
        "chat": st.Page(chat, title="Citewise", url_path="chat", default=True),
        "library": st.Page(library, title="Library · Citewise", url_path="library"),
        "preferences": st.Page(preferences, title="Settings · Citewise", url_path="settings"),
    }
    chosen = st.navigation(list(pages.values()), position="hidden")
    kept = sidebar(pages)
    # The first time the page itself comes first. Afterwards a click on a chat must not be lost to a page that, before
    # the list is drawn, begins anew.
    drawn = "visited" in st.session_state
    if drawn and chosen == pages["chat"]:
        current_chat()
    if drawn:
        show_chats(pages, kept)
    take_questions()
    chosen.run()
    if not drawn:
        show_chats(pages, kept)


def show_chats(pages: dict[str, StreamlitPage], place: st.delta_generator.DeltaGenerator) -> None:
    """What everybody should know, and the kept chats."""
    if (server := opened(tell=False)) is not None:
        from ui.blocks import block
        from ui.chat.sidebar import chats
        from ui.words import esc

        trouble = server.answers.trouble
        unkept = f"{trouble.message} {trouble.fix}" if trouble else ""
        notices = (access.warning(server.settings), server.notice, unkept)
        with place:
            for number, said in enumerate(filter(None, notices)):
                view(f"notice-{number}", [block("notice", f'<p class="notice">{esc(said)}</p>')])
            chats(server, pages["chat"])


def sidebar(pages: dict[str, StreamlitPage]) -> st.delta_generator.DeltaGenerator:
    """Where the chats will be listed, below what every page has."""
    with st.sidebar:
        view("brand", [{"key": "brand", "html": '<p class="brand">Citewise</p>'}])
        look = {"icon": ":material/edit_square:", "width": "stretch", "shortcut": "Alt+N"}
        heed(pressed(st.button, "New chat", "new-chat", **look), lambda _: go_to_chat(pages["chat"], new_chat_id()))
        st.page_link(pages["library"], label="Library", icon=":material/library_books:")
        st.page_link(pages["preferences"], label="Settings", icon=":material/tune:")
        kept = st.container(key="chats")
        access.account()
    return kept


take_over_first()
main()
