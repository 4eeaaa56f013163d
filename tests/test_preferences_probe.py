"""The button that tests a connection, against a server that speaks OpenAI's protocol well or badly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from faulty_server import alive, cut, faulty_server, ok, raw, reset, silent, status

from rag.probe import probe
from rag.settings import Settings
from ui.preferences.stored import Preferences

pytestmark = pytest.mark.slow  # the vendors' packages take seconds to import
KEY = "sk-environment-0123456789"


def given(folder: Path, **values: Any) -> Settings:
    return Settings(_env_file=None, index_dir=folder / "index", **values)


def test_a_key_of_openai_is_not_sent_to_a_local_endpoint(tmp_path: Path) -> None:
    preferences = Preferences(given(tmp_path, openai_api_key=KEY))
    with faulty_server(ok("ready")) as server:
        settings = preferences.change(openai_base_url=server.base_url, llm_model="tiny")
        assert settings.uses_llm
        assert probe(settings).ok
        assert [KEY in str(request.key) for request in server.requests] == [False]


def test_the_connection_is_tried(tmp_path: Path) -> None:
    with faulty_server(ok("ready")) as server:
        server.models = ("zeta", "tiny", "alpha")
        found = probe(given(tmp_path, openai_base_url=server.base_url, llm_model="tiny", openai_api_key=KEY))
        assert (found.ok, found.model, found.models) == (True, "tiny", ("alpha", "tiny", "zeta"))
        assert 0 < found.seconds < 60
        assert [request.body["model"] for request in server.requests] == ["tiny"]


def test_an_endpoint_without_a_list_of_models_is_fine(tmp_path: Path) -> None:
    with faulty_server(ok("ready")) as server:
        found = probe(given(tmp_path, openai_base_url=server.base_url))
        assert found.ok and found.models == ()


@pytest.mark.parametrize(
    ("behaviour", "message", "fix"),
    [
        (status(401, f"Incorrect API key provided: {KEY}"), "refused the key", "OPENAI_API_KEY"),
        (status(404, "no such model"), "knows no model 'huge'", "It has: alpha, beta."),
        (status(429, retry_after=0.01), "busy or failing (HTTP 429)", "moment"),
        (status(500, retry_after=0.01), "busy or failing (HTTP 500)", "moment"),
        (status(400, "max context exceeded"), "too long", ""),
        (raw(b"<html>hello</html>", "text/html"), "OpenAI format", "/v1"),
        (cut("one two three", 1), "broke off", "Ask again"),
        (ok(""), "empty reply", ""),
        (reset(), "cannot be reached", ""),
        (silent(), "did not answer within 0.3 s", ""),
        (alive(), "did not answer within 0.3 s", ""),
    ],
)
def test_what_is_wrong_with_an_endpoint_is_one_line(tmp_path: Path, behaviour: Any, message: str, fix: str) -> None:
    with faulty_server(behaviour) as server:
        server.models = ("alpha", "beta")
        seconds = 0.3 if behaviour.__qualname__.startswith(("silent", "alive")) else 5
        environment = given(tmp_path, llm_model="huge", llm_timeout=seconds)
        found = probe(Preferences(environment).change(openai_base_url=server.base_url, key=KEY))
    assert not found.ok and message in found.message and fix in found.fix
    assert "\n" not in found.message and found.fix and KEY not in found.message + found.fix


def test_without_a_key_or_a_server_the_fix_is_told(tmp_path: Path) -> None:
    found = probe(given(tmp_path, answer_mode="llm"))
    assert not found.ok and "There is no key for api.openai.com" in found.message
    gone = probe(given(tmp_path, openai_base_url="http://127.0.0.1:9/v1"))
    assert not gone.ok and "cannot be reached" in gone.message and "server runs" in gone.fix
