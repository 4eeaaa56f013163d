"""The components of the pages: a view (blocks of HTML with buttons), the panel of a source, the keys of the chat."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec

import streamlit as st

from ui.haste import undisturbed

P = ParamSpec("P")

ASSETS = Path(__file__).parent / "assets"
POLL_SECONDS = 0.3
QUEUE_SECONDS = 1.0
ASKS = "asks"  # the one dialog that is open, in the state of the session: Streamlit allows no second
CLICK_SECONDS = 10.0  # a click on what is drawn only later is forgotten


def _asset(name: str) -> str:
    return (ASSETS / name).read_text("utf-8")


_view = st.components.v2.component(
    "citewise.view",
    html='<div class="view"></div>',
    css=_asset("view.css") + _asset("library.css"),
    js=_asset("view.js") + _asset("part.js"),
)
_panel = st.components.v2.component(
    "citewise.source",
    html=_asset("source.html"),
    css=_asset("source.css"),
    js=_asset("source.js") + _asset("part.js"),
)
_keys = st.components.v2.component("citewise.keys", js=_asset("keys.js"))


@dataclass(frozen=True, slots=True)
class Click:
    """The button that was clicked: what it does, to what, and with which words."""

    act: str
    value: str
    text: str = ""


Waiting = tuple[Click, float]


@dataclass(frozen=True, slots=True)
class Clicks:
    """By the part of the page: those that wait, with their time, and the name of the last one."""

    waiting: dict[str, list[Waiting]] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)


def view(key: str, blocks: Sequence[Mapping[str, str]], **extra: Any) -> Click | None:
    """Shows blocks of HTML; tells the click that is to be heeded, if any."""
    return _mount(_view, f"view-{key}", {"blocks": list(blocks), **extra})


def source_panel(key: str, parts: Mapping[str, str], shown: str) -> Click | None:
    """Shows a source; `shown` names its span, and the panel scrolls to the mark when the name changes."""
    return _mount(_panel, f"panel-{key}", {**parts, "shown": shown})


def keys() -> None:
    """Lets the keyboard go from citation to citation and to the field for a question (assets/keys.js)."""
    _keys(key="keys", on_wake_change=_nothing)


def pressed(button: Callable[..., bool], label: str, key: str, **look: Any) -> Click | None:
    """A button such as `st.button`, whose press waits like a click. `key` names what it is about: a press must not be
    taken for one on the next question."""
    waiting = _clicks().waiting

    def press() -> None:
        waiting[key] = [(Click("press", key), time.monotonic())]

    if button(label, key=key, on_click=press, **look):
        press()
    return _heeded(waiting, key)


def heed(click: Click | None, do: Callable[[Click], object]) -> None:
    """Does what was clicked, at once and whole, and draws the page anew. `do` touches the session before anything else;
    a function that it returns is called instead of drawing the page anew, such as a change to another page."""
    if click is None:
        return
    then = undisturbed(lambda: do(click))
    if callable(then):
        then()
    st.rerun()


def live(show: Callable[P, None], every: float | None) -> Callable[P, None]:
    """A part of the page that renews itself after so many seconds while something is in progress, not afterwards."""
    return st.fragment(show, run_every=every)


def page_style() -> None:
    st.html(f"<style>{_asset('page.css')}</style>")


def _mount(component: Any, key: str, data: Mapping[str, Any]) -> Click | None:
    """A click waits until the run that draws its part of the page: when several parts are clicked within moments, the
    first of them that asks for another run ends this one, and the others are not drawn."""
    key = key.replace("__", "--")  # Streamlit refuses two underscores; a link to a chat may hold them
    clicks = _clicks()

    def clicked() -> None:
        given = undisturbed(lambda: st.session_state.get(key))  # None: it is on the page no longer
        _hear(clicks, key, given and given.get("clicks"))

    told = {**data, "heard": clicks.last.get(key, "")}
    # Bytes, because Streamlit imports pandas (2 s before the first paint) to look for tables in anything else.
    given = component(key=key, data=json.dumps(told).encode(), on_clicks_change=clicked).clicks
    _hear(clicks, key, given)  # the first run of a session knows no callback
    return _heeded(clicks.waiting, key)


def _clicks() -> Clicks:
    """Those of this session."""
    clicks: Clicks = st.session_state.setdefault("clicks", Clicks())
    return clicks


def _hear(clicks: Clicks, key: str, given: object) -> None:
    """Lets clicks wait, each once: they are sent again until the browser knows that they were heard."""
    told = [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []
    names = [str(one.get("id", "")) for one in told]
    last = clicks.last.get(key)
    for one in told[names.index(last) + 1 if last in names else 0 :]:
        click = Click(*(str(one.get(part, "")) for part in ("act", "value", "text")))
        clicks.waiting.setdefault(key, []).append((click, time.monotonic()))
    if names:
        clicks.last[key] = names[-1]


def _heeded(waiting: dict[str, list[Waiting]], key: str) -> Click | None:
    """The first that waits, if it has not waited for too long."""
    while some := waiting.get(key):
        click, when = some.pop(0)
        if time.monotonic() - when < CLICK_SECONDS:
            return click
    return None


def _nothing() -> None:
    pass
