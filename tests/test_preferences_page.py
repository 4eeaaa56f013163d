"""What the settings page says, shows and lets be done. A real browser's part is in test_preferences_browser.py."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from rag import llm
from rag.errors import LLMAuthError, LLMBadResponse, LLMError, LLMUnreachable
from rag.probe import probe
from rag.settings import Settings
from ui.preferences import page, trial, words
from ui.preferences.stored import Preferences

KEY = "sk-environment-0123456789"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
TAGS = {"p", "h1", "h2", "h3", "ul", "li", "b", "div", "span", "button", "code"}
ATTRIBUTES = {"class", "dir", "role", "style", "disabled"}


def given(folder: Path, **values: Any) -> Settings:
    return Settings(_env_file=None, index_dir=folder / "index", **values)


class Parts(HTMLParser):
    def __init__(self, blocks: list[dict[str, str]]) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.text = ""
        for one in blocks:
            self.feed(one["html"])
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_hostile_words_stay_text(tmp_path: Path) -> None:
    changed = {"llm_model": HOSTILE}
    all_blocks = [
        words.head(), words.section(HOSTILE), words.in_force(given(tmp_path), changed, "page"), words.said(HOSTILE),
        words.models_block((HOSTILE, "b"), "b"), words.trying(HOSTILE), words.works(HOSTILE, HOSTILE, 1.0),
        words.wrong(HOSTILE, HOSTILE), words.not_allowed(HOSTILE, HOSTILE),
        words.leaving_block(given(tmp_path, llm_model=HOSTILE, answer_mode="llm")),
    ]  # fmt: skip
    for blocks in all_blocks:
        parts = Parts(blocks)
        assert parts.tags <= TAGS
        assert {name for name in parts.names if not name.startswith(("aria-", "data-"))} <= ATTRIBUTES
    assert HOSTILE in Parts(words.wrong(HOSTILE, "")).text


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, ()),
        ({"openai_api_key": KEY}, ("To api.openai.com go", "titles", "last turns")),
        ({"openai_base_url": "http://127.0.0.1:9/v1"}, ("127.0.0.1:9 is a server on this machine",)),
        ({"openai_base_url": "http://192.0.2.7/v1"}, ("192.0.2.7", "not encrypted")),
        ({"openai_api_key": KEY, "answer_mode": "extractive"}, ()),
        ({"embedder": "openai", "answer_mode": "extractive"}, ("every question, and all passages",)),
        ({"chroma_url": "https://TOKEN@chroma.example.org"}, ("chroma.example.org",)),
    ],
)
def test_what_leaves_this_machine_is_said(tmp_path: Path, values: dict[str, Any], told: tuple[str, ...]) -> None:
    said = words.leaving(given(tmp_path, **values))
    assert said[-1] == (words.NOTHING_ELSE if told else words.NOTHING)
    assert all(any(part in line for line in said[:-1]) for part in told)
    assert bool(said[:-1]) == bool(told)
    assert "TOKEN" not in " ".join(said) and KEY not in " ".join(said)


def settings_page() -> None:
    import streamlit as st

    from ui.preferences.page import page

    page(st.session_state["server"])


@pytest.fixture
def drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[AppTest, dict[str, str]]]:
    """The page, and what its blocks say after a run."""
    said: dict[str, str] = {}
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # where Streamlit puts its script
    monkeypatch.setattr(page, "view", lambda key, blocks: said.update({key: Parts(blocks).text}))
    test = AppTest.from_function(settings_page)
    test.session_state["server"] = SimpleNamespace(preferences=Preferences(given(tmp_path)))
    before = st.get_option("server.address")
    st.config.set_option("server.address", "127.0.0.1")
    yield test, said
    st.config.set_option("server.address", before)


def test_what_is_wrong_is_said_once(drawn: tuple[AppTest, dict[str, str]]) -> None:
    test, said = drawn
    test.run().text_input[0].set_value("llm.example.org")
    said.clear()
    next(button for button in test.button if button.label == "Save").click()
    test.run()
    assert not test.exception
    assert [key for key, text in said.items() if "no address of a server" in text] == ["settings-wrong-openai_base_url"]
    assert said["settings-said"] == words.NOT_SAVED


def test_on_an_open_server_there_is_nothing_to_save(drawn: tuple[AppTest, dict[str, str]]) -> None:
    test, said = drawn
    st.config.set_option("server.address", "0.0.0.0")
    test.run()
    assert not test.exception and list(said) == ["settings-closed"] and not test.button and not test.text_input
    assert "where it runs" in said["settings-closed"] and "CITEWISE_UI_ADMINS" not in said["settings-closed"]


@pytest.mark.parametrize(
    ("failure", "message", "fix"),
    [
        (LLMAuthError("The key is refused.", "Set another."), "The key is refused.", "Set another."),
        (LLMBadResponse("No such model.", "Set CITEWISE_LLM_MODEL."), "No such model.", "It has: alpha."),
        (None, "empty reply", "another model"),
    ],
)
def test_what_a_trial_finds_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: LLMError | None, message: str, fix: str
) -> None:
    """Without the vendors, which take seconds to import; with them in test_preferences_probe.py."""

    def few_words() -> str:
        if failure is not None:
            raise failure
        return " "

    closed: list[bool] = []
    monkeypatch.setattr(llm, "list_models", lambda _: ("alpha",))
    monkeypatch.setattr(
        llm, "connect", lambda _: SimpleNamespace(few_words=few_words, close=lambda: closed.append(True))
    )
    found = probe(given(tmp_path, llm_model="huge"))
    assert not found.ok and message in found.message and fix in found.fix and closed == [True]


def test_what_is_in_force_names_its_source_and_no_password(tmp_path: Path) -> None:
    environment = given(tmp_path, openai_base_url="https://me:hidden@llm.example.org/v1", openai_api_key=KEY)
    text = Parts(words.in_force(environment, {"passages": 12}, "environment")).text
    assert "Passages: 12 set here; the default is 8" in text
    assert "Endpoint: https://llm.example.org/v1 from the environment" in text
    assert "Who writes the answers: A language model if there is one, else exact sentences default" in text
    known = Parts(words.in_force(given(tmp_path, passages=9), {"passages": 12}, None)).text
    assert "Passages: 12 set here; the environment says 9" in known and known.endswith("No key is set")
    assert "hidden" not in text and KEY not in text and text.endswith("A key is set in the environment")
    assert "A key is set here, until" in Parts(words.in_force(environment, {}, "page")).text


@pytest.mark.parametrize("embedder", ["local", "openai"])
def test_a_trial_names_the_field_of_the_endpoint_where_it_can_be_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedder: str
) -> None:
    def fails(_: object) -> None:
        raise LLMUnreachable("It cannot be reached.", "Check OPENAI_BASE_URL and that the server runs.")

    monkeypatch.setattr(llm, "list_models", fails)
    tried = trial.Trial("host", "model")
    trial._try(tried, given(tmp_path, embedder=embedder))
    named = "the endpoint" if embedder == "local" else "OPENAI_BASE_URL"
    assert tried.found is not None and tried.found.fix == f"Check {named} and that the server runs."
