"""The questions of a chat and their answers as far as they go, and what is clicked in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from index.types import Filters
from ui.chat.feedback import bad, good
from ui.chat.place import current_owner
from ui.chat.proposals import next_questions
from ui.chat.reading import open_source, opened_name
from ui.chat.render import copy_text, earlier, turn_blocks
from ui.chat.since import standings
from ui.components import POLL_SECONDS, QUEUE_SECONDS, Click, heed, live, view
from ui.server import Server

if TYPE_CHECKING:
    from rag.chats.types import SavedChat, Turn
    from ui.chat.since import ByNumber

SHOWN = 40


def show_turns(server: Server, chat: SavedChat) -> None:
    """The newest of them; what became of older answers comes when it has been looked up."""
    owner = current_owner()
    since, pending = standings(server, owner, chat)
    more = st.session_state.get(f"more-{chat.id}", 0)
    first = max(0, len(chat.turns) - SHOWN - more)
    if first:
        grown = {f"more-{chat.id}": more + SHOWN}
        heed(view(f"earlier-{chat.id}", earlier(first)), lambda _: st.session_state.update(grown))
    for turn in chat.turns[first:]:
        every = {"writing": POLL_SECONDS, "waiting": QUEUE_SECONDS}.get(turn.state)
        is_last = turn.id == len(chat.turns)
        if every is None and is_last and next_questions(server, owner, chat.id, turn)[1]:
            every = QUEUE_SECONDS
        live(show_turn, every)(server, chat.id, turn.id, every, since.get(turn.id, {}))
    if pending:
        live(await_standings, QUEUE_SECONDS)(server, chat)


def await_standings(server: Server, chat: SavedChat) -> None:
    if not standings(server, current_owner(), chat)[1]:
        st.rerun()


def show_turn(server: Server, chat_id: str, turn_id: int, every: float | None, since: ByNumber) -> None:
    """One question and its answer. Once nothing of it is awaited any more the page is drawn anew, which ends the
    renewing."""
    owner = current_owner()
    turn, is_last = server.answers.turn(owner, chat_id, turn_id)
    if turn is None:  # the chat was deleted meanwhile
        st.rerun()
        return
    following, pending = next_questions(server, owner, chat_id, turn) if is_last else ((), False)
    click = view(
        f"turn-{chat_id}-{turn.id}",
        turn_blocks(turn, server.settings.passages, since, following, is_last),
        copy=copy_text(turn.answer) if turn.answer else "",
        open=opened_name(turn),
        busy=turn.in_progress,
        last=is_last,
    )
    heed(click, lambda click: act(server, owner, chat_id, turn, click))
    seen = st.session_state.setdefault("seen", {})
    before, seen[chat_id, turn_id] = seen.get((chat_id, turn_id), turn.state), turn.state
    if before != turn.state or (every is not None and not turn.in_progress and not pending):
        st.rerun()


def act(server: Server, owner: str, chat_id: str, turn: Turn, click: Click) -> None:
    answers = server.answers
    if click.act == "open":
        open_source(f"{turn.id}.{click.value}", int(click.text) if click.text.isdecimal() else 0)
    elif click.act == "ask":
        answers.ask(owner, chat_id, click.value)
    elif click.act == "edit" and click.text.strip():
        answers.edit(owner, chat_id, turn.id, click.text.strip())
    elif click.act == "unfiltered":
        answers.filter(owner, chat_id, Filters())
        answers.ask(owner, chat_id, turn.question)
    elif click.act == "retry":
        answers.ask_again(owner, chat_id, turn.id)
    elif click.act == "stop":
        answers.stop(owner, chat_id, turn.id)
    elif click.act == "good":
        good(server, owner, chat_id, turn)
    elif click.act == "bad":
        bad(server, owner, chat_id, turn)
