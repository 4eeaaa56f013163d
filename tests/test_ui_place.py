"""Which chat and source a page shows, what the filters offer, and what a file of a chat is called."""

from __future__ import annotations

import json
import re
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from corpus import document
from desk import said
from rendered import answer
from streamlit.runtime.scriptrunner import RerunData, RerunException
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.testing.v1 import AppTest

from rag.chats.types import Turn
from ui import haste
from ui.chat import asking, filters, header
from ui.chat.header import exported, file_stem
from ui.chat.place import LIBRARY
from ui.words import folder_of, folder_pattern


def place() -> None:
    import streamlit as st

    from ui.chat.place import current_chat, current_owner, enter, opened_source, read_address, show_beside

    read_address()
    chat = current_chat()
    if to := st.session_state.pop("to", ""):
        enter(to)
    if (source := st.session_state.pop("open", None)) is not None:
        show_beside(source)
    st.text(f"{current_owner()}/{chat}")
    st.text(opened_source())


def address(test: AppTest) -> str:
    return "".join(test.query_params["chat"])


@pytest.fixture(autouse=True)
def main_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit puts its script in the place of the main module, which new processes would then run."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


def visited(address: dict[str, str], **state: Any) -> AppTest:
    test = AppTest.from_function(place)
    for name, value in state.items():
        test.session_state[name] = value
    for name, value in address.items():
        test.query_params[name] = value
    return test.run()


def shown(test: AppTest) -> tuple[str, str]:
    """The chat, with its owner, and the source beside it."""
    return test.text[0].value, test.text[1].value


def test_a_page_without_a_chat_begins_one_and_stays_in_it() -> None:
    test = visited({})
    chat = address(test)
    assert re.fullmatch("[0-9a-f]{24}", chat) and shown(test) == (f"/{chat}", "")
    assert shown(test.run()) == (f"/{chat}", "")
    assert address(visited({})) != chat


@pytest.mark.parametrize("name", ["abcd1234", "a-b_c-d_", "f" * 40])
def test_the_chat_and_the_source_of_the_address_are_shown(name: str) -> None:
    test = visited({"chat": name, "source": "1.2"}, owner="ada")
    assert shown(test) == (f"ada/{name}", "1.2") and address(test) == name


@pytest.mark.parametrize(
    "name", ["", "short", "f" * 41, "../../etc", "<script>", "abcd 123", "abcd1234\n", "ａｂｃｄ１２３４"]
)
def test_what_is_no_name_of_a_chat_is_ignored(name: str) -> None:
    test = visited({"chat": name})
    assert re.fullmatch("[0-9a-f]{24}", address(test)) and shown(test) == (f"/{address(test)}", "")


def test_an_address_that_the_browser_told_too_early_changes_nothing() -> None:
    test = visited({"chat": "abcd1234", "source": "1.2"})
    test.session_state["open"] = ""
    assert shown(test.run()) == ("/abcd1234", "") and "source" not in test.query_params
    test.query_params["chat"], test.query_params["source"] = "wxyz9876", "1.2"
    assert shown(test.run()) == ("/abcd1234", "")
    assert address(test) == "abcd1234" and "source" not in test.query_params


def test_the_address_counts_when_somebody_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    test = visited({"chat": "abcd1234", "source": "1.2"})
    monkeypatch.setattr(ScriptRunContext, "is_history_navigation", True)
    monkeypatch.setattr(ScriptRunContext, "__setattr__", _unless_history)
    test.query_params["chat"], test.query_params["source"] = "wxyz9876", "2.1"
    assert shown(test.run()) == ("/wxyz9876", "2.1") and address(test) == "wxyz9876"


def _unless_history(self: object, name: str, value: object) -> None:
    if name != "is_history_navigation":
        object.__setattr__(self, name, value)


def test_who_comes_to_another_page_leaves_the_source_behind() -> None:
    test = visited({"chat": "abcd1234"})
    for opened in ("1.2", "2.1"):
        test.session_state["open"] = opened
        assert shown(test.run())[1] == opened and "".join(test.query_params["source"]) == opened
    test.session_state["to"] = LIBRARY
    assert shown(test.run())[1] == "" and "source" not in test.query_params
    assert "chat" not in test.query_params, "the library is no chat"


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("What is the limit?", "what-is-the-limit"),
        ("../../etc/passwd", "etc-passwd"),
        ('a<b>:"/\\|?*', "a-b"),
        ("停战 began", "停战-began"),
        ("?!", "chat"),
        ("", "chat"),
        ("x" * 59 + " y", "x" * 59),
        ("word " * 30, "-".join(["word"] * 12)),
    ],
)
def test_the_name_of_a_chat_as_a_file(title: str, stem: str) -> None:
    assert file_stem(title) == stem


def test_a_chat_is_exported_in_every_form_that_is_offered() -> None:
    from saved_chats import chat_of

    one = said("One")
    chat = chat_of(Turn(1, "What?", None, "done", (one,), answer(one, question="What?")), title="What?")
    made = {form: exported(chat, form)() for form in header.FORMS}
    assert json.loads(made["JSON"])["title"] == "What?"
    assert made["HTML"].lower().startswith("<!doctype html") and made["Markdown"].startswith("# ")
    assert all("One." in text for text in made.values())


def test_folders_are_all_that_hold_a_document_somewhere_below() -> None:
    uris = ("papers/a.txt", "papers/north/b.txt", "papers/north/far/c.eml/d.pdf", "letters/[x]*/e.txt")
    found = filters.folders([document("", number, uri=uri) for number, uri in enumerate(uris, 1)])
    assert found == [
        "letters", "letters/[x]*", "papers", "papers/north", "papers/north/far", "papers/north/far/c.eml",
    ]  # fmt: skip
    assert [folder_of(folder_pattern(folder)) for folder in found] == found
    assert filters.folders([]) == filters.folders([document("", uri="bare.txt")]) == []


def test_a_question_is_asked_though_a_further_run_is_asked_for_at_the_same_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Interrupted(dict[str, Any]):
        """Streamlit's state of a session: touching it ends the callback, once for each further run."""

        further = 2

        def __getitem__(self, key: str) -> Any:
            if self.further:
                self.further -= 1
                raise RerunException(RerunData(query_string=f"run {2 - self.further}"))
            return super().__getitem__(key)

    told: list[tuple[str, ...]] = []
    server = SimpleNamespace(answers=SimpleNamespace(ask=lambda *question: told.append(question)))
    session = Interrupted(question=" When? ")
    monkeypatch.setattr(asking, "open_server", lambda: server)
    monkeypatch.setattr(asking, "current_owner", lambda: "ada")
    monkeypatch.setattr(asking, "last_chat", lambda: "c1")
    monkeypatch.setattr(asking, "st", SimpleNamespace(session_state=session))
    requests = ScriptRequests()
    monkeypatch.setattr(haste, "get_script_run_ctx", lambda: SimpleNamespace(script_requests=requests))
    asking.hear()
    waits = requests.on_scriptrunner_yield()
    assert waits is not None and waits.rerun_data.query_string == "run 2"
    asking.take_questions()
    assert told == [("ada", "c1", "When?")]
    asking.take_questions()
    assert len(told) == 1
