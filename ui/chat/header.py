"""The line above a chat: what it is called, and the whole of it as a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from ui.components import view
from ui.words import esc

if TYPE_CHECKING:
    from rag.chats.types import SavedChat

FORMS = {"Markdown": ("md", "text/markdown"), "HTML": ("html", "text/html"), "JSON": ("json", "application/json")}


def header(chat: SavedChat) -> None:
    if not chat.turns:
        view("title", [{"key": "title", "html": ""}])
        return
    view("title", [{"key": "title", "html": f'<p class="chat-title" dir="auto">{esc(chat.title)}</p>'}])
    with st.popover("Export", icon=":material/ios_share:", type="tertiary", width="content"):
        for form, (suffix, mime) in FORMS.items():
            st.download_button(
                form,
                exported(chat, form),
                file_name=f"{file_stem(chat.title)}.{suffix}",
                mime=mime,
                key=f"export-{suffix}",
                on_click="ignore",
                width="stretch",
            )


def exported(chat: SavedChat, form: str) -> Callable[[], str]:
    """Made when it is asked for."""

    def make() -> str:
        import json

        from rag.chats.export import as_html, as_json, as_markdown

        if form == "JSON":
            return json.dumps(as_json(chat), ensure_ascii=False, indent=2)
        return as_markdown(chat) if form == "Markdown" else as_html(chat)

    return make


def file_stem(title: str) -> str:
    """The name of a chat as one of a file, on every system."""
    words = re.findall(r"\w+", title)
    return "-".join(words)[:60].strip("-").lower() or "chat"
