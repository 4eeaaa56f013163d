"""What one server process holds. All pages, tabs and people share it; it is put together here and nowhere else."""

from __future__ import annotations

import atexit
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from rag.chats.store import ChatStore
    from rag.settings import Settings
    from ui.chat.answers import Answers
    from ui.later import Later
    from ui.library.upkeep import Upkeep
    from ui.preferences.stored import Preferences
    from ui.shelf import Shelf

CHATS = "chats.sqlite"
PICTURES = 64  # of pages, some 300 kB each


@dataclass(frozen=True, slots=True)
class Server:
    """`shelf`: the open index. `answers`: the chats and what is being written in them. `upkeep`: builds, one after the
    other. `preferences`: what was set on the page, on top of the environment. `soon`: what is made in the background
    for who looks at it, `later`: what also waits until nobody waits for an answer. `notice`: what everybody should
    know."""

    shelf: Shelf
    answers: Answers
    upkeep: Upkeep
    preferences: Preferences
    soon: Later
    later: Later
    notice: str = ""

    @property
    def settings(self) -> Settings:
        return self.shelf.settings


@st.cache_resource(show_spinner=False)
def open_server() -> Server:
    """Raises CitewiseError when the settings cannot be used."""
    from rag.settings import Settings
    from ui.chat.answers import Answers
    from ui.later import Later
    from ui.library.upkeep import Upkeep
    from ui.preferences.stored import Preferences
    from ui.shelf import Shelf

    given = Settings()
    preferences = Preferences(given)
    shelf = Shelf(preferences.settings)
    kept, notice = open_chats(given.index_dir)
    answers = Answers(shelf, kept)
    upkeep = Upkeep(shelf)
    shelf.is_building = lambda: any(run.running for run in upkeep.runs())
    soon, later = Later(kept=PICTURES), Later(lambda: answers.is_busy)
    return Server(shelf, answers, upkeep, preferences, soon, later, notice)


def open_chats(index_dir: Path) -> tuple[ChatStore, str]:
    """The chats beside the index; where they cannot be kept, chats until the server stops, and a word on that."""
    from index.errors import CitewiseError
    from rag.chats.store import ChatStore

    try:
        return ChatStore(index_dir / CHATS), ""
    except CitewiseError as error:
        folder = Path(mkdtemp(prefix="citewise-"))
        atexit.register(rmtree, folder, ignore_errors=True)
        return ChatStore(folder / CHATS), f"Chats are not kept after the server stops. {error} {error.fix}"
