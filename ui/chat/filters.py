"""What the next questions are limited to: a popover to choose, chips to see and lift it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any

import streamlit as st

from index.loaders.formats import format_of
from index.types import Document, Filters
from rag.chats.types import SavedChat
from ui.chat.place import current_owner
from ui.components import heed, view
from ui.server import Server
from ui.states import active_filters
from ui.words import filter_words, folder_of, folder_pattern, language_name

BETWEEN, AS_OF = WAYS = ("Between", "As of")


def folders(documents: Sequence[Document]) -> list[str]:
    """Every folder that holds a document somewhere below it."""
    found = {str(parent) for document in documents for parent in PurePosixPath(document.uri).parents}
    return sorted(found - {"."})


def filter_row(server: Server, chat: SavedChat, documents: Sequence[Document]) -> None:
    """The filters of a chat; a change is stored and acts on the next question."""
    owner = current_owner()
    revision = _revision(chat)
    with st.container(horizontal=True, key="limits", vertical_alignment="center", gap="small"):
        with st.popover("Filter", icon=":material/tune:", type="tertiary", width="content"):
            chosen = _choose(chat, documents, f"{chat.id}-{revision}")
        st.session_state[f"filters-{chat.id}"] = chosen
        if chosen != chat.filters:
            server.answers.filter(owner, chat.id, chosen)
        words = filter_words(chosen)
        click = view("active-filters", active_filters(words)) if words else None
    if click is not None and click.value in words:
        heed(click, lambda click: server.answers.filter(owner, chat.id, replace(chosen, **{click.value: None})))


def _revision(chat: SavedChat) -> int:
    """Counts up when the filters are others than this tab has shown last: its fields begin anew with them."""
    revision: int = st.session_state.setdefault("filter_revision", 0)
    if st.session_state.get(f"filters-{chat.id}", chat.filters) != chat.filters:
        revision = st.session_state["filter_revision"] = revision + 1
    return revision


def _choose(chat: SavedChat, documents: Sequence[Document], key: str) -> Filters:
    now = chat.filters
    folder = _one_of("Folder", folders(documents), now.uri and folder_of(now.uri), f"folder-{key}")
    outlet = _one_of("Outlet", sorted({d.outlet for d in documents if d.outlet}), now.outlet, f"outlet-{key}")
    left, right = st.columns(2)
    with left:
        form = _one_of("Format", sorted({format_of(d) for d in documents}), now.format, f"format-{key}")
    names = {language_name(code): code for code in sorted({d.language for d in documents if d.language})}
    with right:
        language = _one_of("Language", list(names), now.language and language_name(now.language), f"language-{key}")
    after, before = _published(now, [document.published for document in documents], key)
    phrase = st.text_input("Exact words", now.phrase or "", key=f"phrase-{key}", max_chars=200).strip()
    return Filters(
        uri=folder and folder_pattern(folder),
        outlet=outlet,
        language=language and names.get(language, now.language),
        format=form,
        published_after=after,
        published_before=before,
        phrase=phrase or None,
    )


def _published(now: Filters, known: Sequence[date | None], key: str) -> tuple[date | None, date | None]:
    """First and last day: between two days, or all that was published by a day."""
    dates = [day for day in (*known, now.published_after, now.published_before) if day is not None]
    if not dates:
        return now.published_after, now.published_before
    way_now = AS_OF if now.published_before and not now.published_after else BETWEEN
    way = st.radio("Published", WAYS, WAYS.index(way_now), horizontal=True, key=f"way-{key}")
    if way == AS_OF:
        return None, _day("All that was published by", dates, now.published_before, f"as-of-{key}")
    left, right = st.columns(2)
    with left:
        after = _day("From", dates, now.published_after, f"after-{key}")
    with right:
        before = _day("Until", dates, now.published_before, f"before-{key}")
    return after, before


def _one_of(label: str, options: list[str], now: str | None, key: str) -> str | None:
    """A choice with "any" as None; what is chosen stays, also when the index offers it no longer."""
    offered = options if now is None or now in options else sorted([*options, now])
    at = None if now is None else offered.index(now)
    return st.selectbox(label, offered, index=at, key=key, placeholder="Any", disabled=not offered)


def _day(label: str, dates: Sequence[date], now: date | None, key: str) -> date | None:
    value: Any = st.date_input(label, now, min(dates), max(dates), key=key, format="YYYY-MM-DD")
    return value if isinstance(value, date) else None
