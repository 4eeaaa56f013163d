"""The chat page. It shows what the server holds and passes clicks on; it decides nothing about answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.access import may_add
from ui.chat.asking import question_field
from ui.chat.place import current_chat, current_owner
from ui.components import POLL_SECONDS, QUEUE_SECONDS, Click, heed, keys, live, view
from ui.server import Server

if TYPE_CHECKING:
    from rag.chats.types import SavedChat
    from ui.model import IndexRun, Library


@dataclass(frozen=True, slots=True)
class Frame:
    """The places of the page, empty."""

    chat_id: str
    head: DeltaGenerator
    panel: DeltaGenerator
    body: DeltaGenerator
    below: DeltaGenerator
    mode: DeltaGenerator


def frame() -> Frame:
    """What needs no index and nothing heavy, the field for a question among it."""
    chat_id = current_chat()
    head = st.container(key="masthead", horizontal=True, vertical_alignment="center")
    panel, body = st.container(), st.container(key="conversation")
    with st.bottom:
        below = st.container()
        question_field()
    with st.bottom:
        mode = st.container(key="mode")
    keys()
    return Frame(chat_id, head, panel, body, below, mode)


def page(server: Server, places: Frame) -> None:
    from ui import states
    from ui.chat.feedback import open_question
    from ui.chat.header import header
    from ui.chat.reading import show_source
    from ui.words import mode_line

    library, run = server.shelf.library(), server.upkeep.run
    chat = server.answers.chat(current_owner(), places.chat_id)
    with places.mode:
        view("mode", states.mode(mode_line(server.settings)))
    with places.head:
        header(chat)
    if run is not None:
        with places.below if library.documents or chat.turns else places.body:
            live(show_run, POLL_SECONDS if run.running else None)(server, run.running)
    if library.documents:
        from ui.chat.filters import filter_row

        with places.below:
            filter_row(server, chat, library.documents)
    with places.body:
        conversation(server, chat, library, run)
    with places.panel:
        show_source(server, chat)
    open_question(server, current_owner(), chat.id)


def conversation(server: Server, chat: SavedChat, library: Library, run: IndexRun | None) -> None:
    from ui import states
    from ui.chat.turns import show_turns

    show_turns(server, chat)
    folder = str(server.settings.seeds_dir)
    if run is not None and run.running and not library.documents:
        return
    if library.state == "opening":
        live(await_index, POLL_SECONDS)(server)
    elif library.state == "failed":
        act(server, view("broken", states.broken(library)))
    elif library.state == "missing":
        act(server, view("first-run", states.first_run(folder)))
    elif not library.documents:
        act(server, view("empty", states.empty(folder)))
    elif not chat.turns:
        welcome(server)


def welcome(server: Server) -> None:
    from ui.chat.proposals import openers

    pending = openers(server)[1]
    live(show_welcome, QUEUE_SECONDS if pending else None)(server, pending)


def show_welcome(server: Server, was_pending: bool) -> None:
    """How to begin: questions that the documents answer come when they have been found."""
    from ui import states
    from ui.chat.proposals import openers

    found, pending = openers(server)
    act(server, view("welcome", states.welcome(server.shelf.library(), found, pending)))
    if was_pending and not pending:
        st.rerun()


def await_index(server: Server) -> None:
    from ui import states

    view("opening", states.opening())
    if server.shelf.library().state != "opening":
        st.rerun()


def show_run(server: Server, was_running: bool) -> None:
    from ui import states

    run = server.upkeep.run
    if run is not None:
        act(server, view("run", states.index_run(run)))
    if was_running and (run is None or not run.running):
        st.rerun()


def act(server: Server, click: Click | None) -> None:
    """Does what a button of a state asks for."""
    heed(click, lambda click: _do(server, click))


def _do(server: Server, click: Click) -> None:
    if click.act == "index" and may_add(server.settings):
        server.upkeep.update()
    elif click.act == "reopen":
        server.shelf.open()
    elif click.act == "dismiss":
        for run in server.upkeep.runs():
            if not run.running:
                server.upkeep.dismiss(run.id)
    elif click.act == "ask":
        server.answers.ask(current_owner(), current_chat(), click.value)
    elif click.act == "open":
        from ui.chat.reading import open_source

        open_source(click.value)
