"""The two components of the page: a view (blocks of HTML with buttons) and the panel of a source."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

ASSETS = Path(__file__).parent / "assets"


def _asset(name: str) -> str:
    return (ASSETS / name).read_text("utf-8")


_view = st.components.v2.component(
    "citewise.view", html='<div class="view"></div>', css=_asset("view.css"), js=_asset("view.js")
)
_panel = st.components.v2.component(
    "citewise.source", html=_asset("source.html"), css=_asset("source.css"), js=_asset("source.js")
)


@dataclass(frozen=True, slots=True)
class Click:
    """The button that was clicked: what it does, and to what."""

    act: str
    value: str


def view(key: str, blocks: Sequence[Mapping[str, str]], **extra: Any) -> Click | None:
    """Shows blocks of HTML; tells the click that caused this run, if any."""
    return _mount(_view, f"view-{key}", {"blocks": list(blocks), **extra})


def source_panel(key: str, parts: Mapping[str, str], shown: str) -> Click | None:
    """Shows a source; `shown` names its span, and the panel scrolls to the mark when the name changes."""
    return _mount(_panel, f"panel-{key}", {**parts, "shown": shown})


def page_style() -> None:
    st.html(f"<style>{_asset('page.css')}</style>")


def _mount(component: Any, key: str, data: Mapping[str, Any]) -> Click | None:
    # Bytes, because Streamlit imports pandas (2 s before the first paint) to look for tables in anything else.
    # Streamlit refuses a key with two underscores; a link to a chat may hold them.
    click = component(key=key.replace("__", "--"), data=json.dumps(data).encode(), on_click_change=_nothing).click
    return Click(str(click.get("act", "")), str(click.get("value", ""))) if isinstance(click, dict) else None


def _nothing() -> None:
    pass
