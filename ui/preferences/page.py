"""The settings page: who writes the answers and what is sent for that, how much is read, how strict the checks are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from index.errors import SettingsError
from rag.settings import Settings
from ui import access
from ui.blocks import Block
from ui.components import ASSETS, POLL_SECONDS, Click, heed, live, pressed, view
from ui.haste import undisturbed
from ui.preferences import words
from ui.preferences.address import shown_address
from ui.preferences.stored import Preferences, checked, checked_key, has_fixed_endpoint, key_from
from ui.preferences.trial import Trial, begin
from ui.server import Server

TRIAL, PICKED, SAID = "settings-trial", "settings-picked-model", "settings-said"


def page(server: Server) -> None:
    preferences = server.preferences
    st.html(f"<style>{(ASSETS / 'settings-page.css').read_text('utf-8')}</style>")
    if not access.may_manage(preferences.given):
        with st.container(key="settings"):
            view("settings-closed", words.not_allowed(access.person() or "", access.person_id() or ""))
        return
    is_told = False
    with st.container(key="settings"):
        view("settings-head", words.head())
        if preferences.notice:
            view("settings-notice", words.wrong(preferences.notice, ""))
        values = _model(server) | _reading(preferences)
        view("settings-force", words.in_force(preferences.given, preferences.changed, preferences.key_from))
    with st.bottom, st.container(key="settings-bottom"):
        try:
            view("settings-leaving", words.leaving_block(preferences.preview(**values)))
        except SettingsError:
            is_told = True  # beside its field
        _save(server, values, is_told)


def _model(server: Server) -> dict[str, Any]:
    preferences = server.preferences
    settings, key = preferences.settings, _keys(preferences)
    values: dict[str, Any] = {}
    values["answer_mode"] = st.radio(
        words.LABELS["answer_mode"], list(words.MODES), list(words.MODES).index(settings.answer_mode),
        format_func=words.MODES.__getitem__, key=key("mode"),
    )  # fmt: skip
    view("settings-model", words.section("Language model"))
    fixed = has_fixed_endpoint(preferences.given)
    address = st.text_input(
        words.LABELS["openai_base_url"], shown_address(settings.openai_base_url), key=key("endpoint"), disabled=fixed,
        placeholder="Empty: OpenAI's own", max_chars=500,
        help="It also makes the vectors of the index: only OPENAI_BASE_URL changes it." if fixed else
        "Any server that speaks OpenAI's protocol, for example one on this machine.",
    )  # fmt: skip
    if not fixed and address.strip() != shown_address(settings.openai_base_url):
        values["openai_base_url"] = address
        _tell("openai_base_url", lambda: checked({"openai_base_url": address}, preferences.given))
    if picked := st.session_state.get(PICKED):
        st.session_state[key("model")] = picked
        st.session_state[PICKED] = None
    elif key("model") not in st.session_state:
        st.session_state[key("model")] = settings.llm_model
    values["llm_model"] = st.text_input(words.LABELS["llm_model"], key=key("model"), max_chars=200)
    _tell("llm_model", lambda: checked({"llm_model": values["llm_model"]}, preferences.given))
    secret = st.text_input(
        "Key", key=key("key"), type="password", autocomplete="off", placeholder="Not shown again", help=words.KEY_HELP
    )
    if secret.strip():
        values["key"] = secret
        _tell("key", lambda: checked_key(secret))
    try:
        asked = preferences.preview(**values)
    except SettingsError:
        asked = None
    if asked is not None and "key" not in values:
        _key_state(server, asked)
    test = pressed(st.button, "Test the connection", "settings-test", icon=":material/bolt:", disabled=asked is None)
    if test and asked is not None:
        begun = begin(asked)
        undisturbed(lambda: st.session_state.update({TRIAL: begun}))
    trial = st.session_state.get(TRIAL)
    if trial is not None:
        live(_show_trial, POLL_SECONDS if trial.running else None)(trial, values["llm_model"])
    return values


def _keys(preferences: Preferences) -> Callable[[str], str]:
    """Names of the fields; new ones after each change, so that every tab shows what is in force."""
    return lambda field: f"settings-{field}-{preferences.round}"


def _tell(name: str, check: Callable[[], object]) -> None:
    try:
        check()
    except SettingsError as error:
        view(f"settings-wrong-{name}", words.wrong(str(error), error.fix))


def _key_state(server: Server, asked: Settings) -> None:
    """Whether there is a key for the endpoint in the field; the key itself never goes to a browser."""
    preferences = server.preferences
    view("settings-key", words.said(words.key_words(key_from(asked, preferences.given), asked, preferences.given)))
    if preferences.key_from == "page":
        heed(
            pressed(st.button, "Remove the key", "settings-remove-key", type="tertiary"),
            lambda _: _use(server, lambda: preferences.change(key=None), "The key is removed."),
        )


def _show_trial(trial: Trial, chosen: str) -> None:
    if trial.found is None:
        view("settings-trial", words.trying(trial.host))
        return
    if not st.session_state.get("settings-trial-told") == id(trial):
        st.session_state["settings-trial-told"] = id(trial)
        st.rerun()  # the page as a whole, which then does not ask again and again
    found = trial.found
    told = words.works(found.model, trial.host, found.seconds) if found.ok else words.wrong(found.message, found.fix)
    view("settings-trial", told)
    if found.models:
        click = view("settings-models", words.models_block(found.models, chosen))
        if click is not None and click.value in found.models:
            heed(click, lambda click: st.session_state.update({PICKED: click.value}))


def _reading(preferences: Preferences) -> dict[str, Any]:
    settings, key = preferences.settings, _keys(preferences)
    view("settings-reading", words.section("Reading and checking"))
    return {
        "passages": st.slider(
            words.LABELS["passages"], 1, 50, settings.passages, key=key("passages"),
            help="How many are read for an answer, and sent to a language model if one writes it.",
        ),
        "min_confidence": st.slider(
            words.LABELS["min_confidence"], 0.0, 1.0, settings.min_confidence, 0.01, key=key("sure"),
            help="Less sure than this, Citewise says that the documents don't say. Lower answers more and errs more.",
        ),
        "unsupported": st.radio(
            words.LABELS["unsupported"], list(words.POLICIES), list(words.POLICIES).index(settings.unsupported),
            format_func=words.POLICIES.__getitem__, key=key("unsupported"), horizontal=True,
            help="Sentences of a language model in which something was not found in the cited passages.",
        ),
    }  # fmt: skip


def _save(server: Server, values: dict[str, Any], is_told: bool) -> None:
    """`is_told`: a value is not allowed, which is said beside its field already."""
    preferences = server.preferences
    told = st.empty()  # above the buttons, which stay where they are

    def save(_: Click) -> None:
        if is_told:
            _say(words.said(words.NOT_SAVED))
        else:
            _use(server, lambda: preferences.change(**values), "Saved.")

    with st.container(horizontal=True, key="settings-bar"):
        heed(pressed(st.button, "Save", "settings-save", type="primary"), save)
        if preferences.changed or preferences.key_from == "page":
            heed(
                pressed(st.button, "Back to the environment's", "settings-back"),
                lambda _: _use(server, preferences.reset, "The environment's settings are in force."),
            )
    if done := st.session_state.get(SAID):
        with told.container():
            view("settings-said", done)
        _say([])


def _say(what: list[Block]) -> None:
    undisturbed(lambda: st.session_state.update({SAID: what}))


def _use(server: Server, change: Callable[[], Settings], told: str) -> None:
    """Puts a change in force, or tells why that cannot be."""
    try:
        server.shelf.use(change())
    except SettingsError as error:
        _say(words.wrong(str(error), error.fix))
        return
    _say(words.said(told))
    undisturbed(lambda: st.session_state.update({TRIAL: None}))
