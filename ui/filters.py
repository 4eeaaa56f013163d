"""What the next questions are limited to: a popover to choose, chips to see and lift it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any

import streamlit as st

from index.types import Document, Filters
from ui.components import view
from ui.model import ChatView
from ui.states import active_filters
from ui.store import Store
from ui.words import filter_words, folder_of, folder_pattern, language_name


def folders(documents: Sequence[Document]) -> list[str]:
    """Every folder that holds a document somewhere below it."""
    found = {str(parent) for document in documents for parent in PurePosixPath(document.uri).parents}
    return sorted(found - {"."})


def filter_row(store: Store, chat: ChatView, documents: Sequence[Document]) -> None:
    """The filters of a chat; a change is stored and acts on the next question."""
    revision = st.session_state.setdefault("filter_revision", 0)
    with st.container(horizontal=True, key="limits", vertical_alignment="center", gap="small"):
        with st.popover("Filter", icon=":material/tune:", type="tertiary", width="content"):
            chosen = _choose(chat, documents, f"{chat.id}-{revision}")
        if chosen != chat.filters:
            store.filter(chat.id, chosen)
        words = filter_words(chosen)
        click = view("active-filters", active_filters(words)) if words else None
    if click is not None and click.act == "lift" and click.value in words:
        store.filter(chat.id, replace(chosen, **{click.value: None}))
        st.session_state["filter_revision"] = revision + 1
        st.rerun()


def _choose(chat: ChatView, documents: Sequence[Document], key: str) -> Filters:
    now = chat.filters
    folder = _one_of("Folder", folders(documents), now.uri and folder_of(now.uri), f"folder-{key}")
    outlet = _one_of("Outlet", sorted({d.outlet for d in documents if d.outlet}), now.outlet, f"outlet-{key}")
    names = {language_name(code): code for code in sorted({d.language for d in documents if d.language})}
    language = _one_of("Language", list(names), now.language and language_name(now.language), f"language-{key}")
    known = [document.published for document in documents]
    dates = [day for day in (*known, now.published_after, now.published_before) if day is not None]
    after, before = now.published_after, now.published_before
    if dates:
        left, right = st.columns(2)
        with left:
            after = _day("From", dates, after, f"after-{key}")
        with right:
            before = _day("Until", dates, before, f"before-{key}")
    return Filters(
        uri=folder and folder_pattern(folder),
        outlet=outlet,
        language=language and names[language],
        published_after=after,
        published_before=before,
    )


def _one_of(label: str, options: list[str], now: str | None, key: str) -> str | None:
    """A choice with "any" as None; what the index no longer offers is dropped."""
    at = options.index(now) if now in options else None
    return st.selectbox(label, options, index=at, key=key, placeholder="Any", disabled=not options)


def _day(label: str, dates: Sequence[date], now: date | None, key: str) -> date | None:
    value: Any = st.date_input(label, now, min(dates), max(dates), key=key, format="YYYY-MM-DD")
    return value if isinstance(value, date) else None
