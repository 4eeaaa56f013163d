"""What people say of an answer; `citewise feedback` makes questions to measure with of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from rag.chats.types import Feedback
from ui.components import ASKS, Click, heed, pressed

if TYPE_CHECKING:
    from rag.chats.types import Turn
    from ui.server import Server

NOT_THERE = "The documents do not hold the answer"
MOST_NAMED = 5
QUESTION = "wrong"


def good(server: Server, owner: str, chat_id: str, turn: Turn) -> None:
    """A second click takes it back."""
    given = None if _verdict(turn) == "good" else Feedback("good", given=datetime.now(UTC))
    server.answers.give_feedback(owner, chat_id, turn.id, given)


def bad(server: Server, owner: str, chat_id: str, turn: Turn) -> None:
    if _verdict(turn) == "bad":
        server.answers.give_feedback(owner, chat_id, turn.id, None)
    else:
        st.session_state[ASKS] = (QUESTION, (chat_id, turn.id))
        server.answers.give_feedback(owner, chat_id, turn.id, Feedback("bad", given=datetime.now(UTC)))


def open_question(server: Server, owner: str, chat_id: str) -> None:
    """Asks what is wrong with an answer of this chat, until that is told or dismissed."""
    question, what = st.session_state.get(ASKS, ("", None))
    if question == QUESTION and what[0] == chat_id:
        _what_is_wrong(server, owner, *what)


def closed() -> None:
    st.session_state.pop(ASKS, None)


@st.dialog("What is wrong with this answer?", on_dismiss=closed)
def _what_is_wrong(server: Server, owner: str, chat_id: str, turn_id: int) -> None:
    """All of it may be left out; what is told makes the question one to measure with."""
    names = {document.uri: document.label for document in server.shelf.library().documents}
    with st.form("wrong", border=False):
        note = st.text_area("In your words", max_chars=2_000)
        missing = st.checkbox(NOT_THERE)
        relevant = st.multiselect(
            "Documents that hold the answer",
            sorted(names),
            format_func=lambda uri: f"{names[uri]} ({uri})",
            max_selections=MOST_NAMED,
        )

        def do(_: Click) -> None:
            closed()
            answerable = False if missing else True if relevant else None
            told = Feedback("bad", note.strip(), tuple(relevant), answerable, datetime.now(UTC))
            server.answers.give_feedback(owner, chat_id, turn_id, told)

        heed(pressed(st.form_submit_button, "Keep", f"keep-{chat_id}-{turn_id}", type="primary"), do)


def _verdict(turn: Turn) -> str:
    return turn.feedback.verdict if turn.feedback is not None else ""
