"""The chat page. It shows what the store holds and passes clicks on; it decides nothing about answers."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec

import streamlit as st

from ui.components import ASSETS, Click, page_style, view

if TYPE_CHECKING:
    from ui.model import ChatView, IndexRun, Library
    from ui.store import Store

P = ParamSpec("P")

POLL_SECONDS = 0.3
QUEUE_SECONDS = 1.0
ABOUT = "Citewise answers from your own documents; every sentence carries a citation that was checked."


def page() -> None:
    st.set_page_config(
        page_title="Citewise", page_icon=str(ASSETS / "icon.svg"), layout="wide", menu_items={"About": ABOUT}
    )
    page_style()
    chat_id = current_chat()
    head = st.container(key="masthead", horizontal=True, vertical_alignment="center")
    panel = st.container()
    body = st.container(key="conversation")
    with st.bottom:
        below = st.container()
        st.chat_input("Ask about your documents", key="question", on_submit=ask, args=(chat_id,))
        mode = st.container(key="mode")

    # From here on things take time to import; the frame above is on the screen by now.
    from index.errors import CitewiseError
    from ui import states
    from ui.words import mode_line

    try:
        store = open_store()
    except CitewiseError as error:
        with body:
            st.error("The settings cannot be used.")
            st.text(f"{error}\n{error.fix}")
        return
    if "visited" not in st.session_state:
        # A new visit looks again: the index may have been built in a terminal meanwhile.
        st.session_state["visited"] = True
        store.open()
    library, chat, run = store.library(), store.chat(chat_id), store.index_run()
    with mode:
        view("mode", states.mode(mode_line(store.settings)))
    with head:
        masthead(store, library)
    if run is not None:
        with below if library.documents else body:
            live(show_run, POLL_SECONDS if run.running else None)(store)
    if library.documents:
        from ui.filters import filter_row

        with below:
            filter_row(store, chat, library.documents)
    with body:
        conversation(store, chat, library, run)
    with panel:
        from ui.reading import show_source

        show_source(store, chat)


@st.cache_resource(show_spinner=False)
def open_store() -> Store:
    from rag.settings import Settings
    from ui.store import Store

    return Store(Settings())


def current_chat() -> str:
    """The chat in the address, so that a refresh comes back to it."""
    chat_id = st.query_params.get("chat", "")
    if not re.fullmatch(r"[A-Za-z0-9_-]{8,40}", chat_id):
        # A question can come before the browser has taken over the address of the run before.
        chat_id = st.session_state.get("chat") or secrets.token_hex(12)
        st.query_params["chat"] = chat_id
    st.session_state["chat"] = chat_id
    return str(chat_id)


def ask(chat_id: str) -> None:
    """A callback: it comes before the page is drawn again, so that no further click can get ahead of the question."""
    question = (st.session_state["question"] or "").strip()
    if question:
        open_store().ask(chat_id, question)


def live(show: Callable[P, None], every: float | None) -> Callable[P, None]:
    """A part of the page that renews itself after so many seconds while something is in progress, not afterwards."""
    return st.fragment(show, run_every=every)


def masthead(store: Store, library: Library) -> None:
    from ui import states

    view("brand", states.masthead())
    if library.state == "ready":
        with st.popover("Documents", icon=":material/library_books:", type="tertiary", width="content"):
            view("library", states.library_view(library))
            if st.button("Update the index", key="update", icon=":material/sync:"):
                store.start_index_run()
                st.rerun()
    if st.button("New chat", key="new-chat", icon=":material/edit_square:", type="tertiary"):
        st.query_params.from_dict({"chat": secrets.token_hex(12)})
        st.rerun()


def conversation(store: Store, chat: ChatView, library: Library, run: IndexRun | None) -> None:
    from ui import states

    for turn in chat.turns:
        every = {"writing": POLL_SECONDS, "waiting": QUEUE_SECONDS}.get(turn.state)
        live(show_turn, every)(store, chat.id, turn.id)
    folder = str(store.settings.seeds_dir)
    if run is not None and run.running:
        return
    if library.state == "opening":
        live(await_index, POLL_SECONDS)(store)
    elif library.state == "failed":
        act(store, view("broken", states.broken(library)))
    elif library.state == "missing":
        act(store, view("first-run", states.first_run(folder)))
    elif not library.documents:
        act(store, view("empty", states.empty(folder)))
    elif not chat.turns:
        act(store, view("welcome", states.welcome(library)))


def await_index(store: Store) -> None:
    from ui import states

    view("opening", states.opening())
    if store.library().state != "opening":
        st.rerun()


def show_run(store: Store) -> None:
    from ui import states

    run = store.index_run()
    if run is None:
        return
    was_running = st.session_state.get("run_was_running", False)
    st.session_state["run_was_running"] = run.running
    act(store, view("run", states.index_run(run)))
    if was_running and not run.running:
        st.rerun()


def show_turn(store: Store, chat_id: str, turn_id: int) -> None:
    """One question and its answer, as far as the store has it."""
    from ui.reading import open_source, opened_name
    from ui.render import copy_text, turn_blocks

    turns = store.chat(chat_id).turns
    turn = turns[turn_id - 1]
    click = view(
        f"turn-{chat_id}-{turn.id}",
        turn_blocks(turn, store.settings.passages),
        copy=copy_text(turn.answer) if turn.answer else "",
        open=opened_name(turn),
        busy=turn.in_progress,
        last=turn.id == len(turns),
    )
    if click is not None and click.act == "open":
        open_source(f"{turn.id}.{click.value}")
    elif click is not None and click.act == "retry":
        store.ask_again(chat_id, turn.id)
        st.rerun()
    elif click is not None and click.act == "stop":
        store.stop(chat_id, turn.id)
    seen = st.session_state.setdefault("seen", {})
    before, seen[chat_id, turn_id] = seen.get((chat_id, turn_id), turn.state), turn.state
    if before != turn.state:
        st.rerun()


def act(store: Store, click: Click | None) -> None:
    """Does what a button of a state asks for."""
    if click is None:
        return
    if click.act == "index":
        store.start_index_run()
    elif click.act == "reopen":
        store.open()
    elif click.act == "dismiss":
        store.dismiss_index_run()
    elif click.act == "open":
        from ui.reading import open_source

        open_source(click.value)
    st.rerun()


page()
