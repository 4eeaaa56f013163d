"""The field for a question. What was asked waits in the session for the run that knows where it belongs: whoever goes
to a new chat and asks there may have done both before the page answers to either."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from ui.chat.place import current_chat, current_owner, last_chat
from ui.haste import undisturbed
from ui.model import MOST_CHARACTERS
from ui.server import open_server

KEY = "question"


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions of this session: those that wait, and those that came by the callback since the field was drawn."""

    waiting: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)


def question_field() -> None:
    given = st.chat_input("Ask about your documents", key=KEY, max_chars=MOST_CHARACTERS, on_submit=hear)
    # The first run of a session that begins with a question, as after the server was started anew, knows no callback.
    asked = _asked()
    if (question := (given or "").strip()) and question not in asked.heard:
        open_server().answers.ask(current_owner(), current_chat(), question)
    asked.heard.clear()


def hear() -> None:
    """A callback: it comes before the page is drawn again."""
    asked, question = undisturbed(lambda: (_asked(), (st.session_state[KEY] or "").strip()))
    if question:
        asked.waiting.append(question)
        asked.heard.append(question)


def take_questions() -> None:
    """Asks what waits, in the chat that is open now."""
    asked = _asked()
    if asked.waiting:
        server, owner, chat = open_server(), current_owner(), last_chat()
        while asked.waiting:
            server.answers.ask(owner, chat, asked.waiting[0])
            del asked.waiting[0]


def _asked() -> Asked:
    found: Asked = st.session_state.setdefault("asked", Asked())
    return found
