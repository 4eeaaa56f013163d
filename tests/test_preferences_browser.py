"""The settings page in a real browser against the real server.

CITEWISE_SCREENSHOTS=DIR keeps pictures of what the tests see.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import browsing
import pytest
from faulty_server import FaultyServer, faulty_server, ok, status
from playwright.sync_api import Browser, Page, WebSocket, expect

from index import build_index
from rag import Settings

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).parent.parent
PICTURES = os.environ.get("CITEWISE_SCREENSHOTS")
ENVIRONMENT_KEY, KEY = "sk-environment-0123456789", "sk-page-abcdefghij"
QUESTION = "When was the last strike?"
REPLY = "The last strike on US forces by Iran-backed militias took place on February 4. [1]"


@dataclass(slots=True)
class Visit:
    """A page, what the server sent it, and whom it asked."""

    page: Page
    received: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def says(self, words: str) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible(timeout=60_000)

    def fill(self, label: str, text: str) -> None:
        box = self.page.get_by_label(label, exact=True)
        expect(box).to_be_visible(timeout=30_000)
        box.fill(text)
        box.press("Tab")

    def click(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def save(self) -> None:
        self.click("Save")
        self.says("Saved.")

    def picture(self, name: str) -> None:
        if PICTURES:
            self.page.wait_for_timeout(600)
            self.page.screenshot(path=f"{PICTURES}/{name}.png")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("built")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    made = Settings(_env_file=None, index_dir=folder / "index", seeds_dir=folder / "seeds")
    build_index(made)
    return made


@pytest.fixture
def settings(built: Settings) -> Iterator[Settings]:
    """The index without what a test before set on the page."""
    (built.index_dir / "page.json").unlink(missing_ok=True)
    yield built


@contextmanager
def serve(settings: Settings, **environment: str) -> Iterator[str]:
    """As all browser tests do; its log may hold no key either."""
    with browsing.serve(settings, **environment) as address:
        yield address
    told = settings.index_dir.with_name(f"server-{address.rpartition(':')[2]}.log").read_text()
    assert KEY not in told and ENVIRONMENT_KEY not in told, told


@contextmanager
def visit(browser: Browser, address: str, path: str = "/settings", **options: Any) -> Iterator[Visit]:
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
    visit = Visit(context.new_page())

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: visit.received.append(as_bytes(frame)))

    visit.page.on("websocket", listen)
    visit.page.on("request", lambda request: visit.asked.append(request.url))
    try:
        visit.page.goto(f"{address}{path}")
        yield visit
    finally:
        context.close()
    assert visit.received and [url for url in visit.asked if not url.startswith((address, "data:", "blob:"))] == []


def as_bytes(frame: str | bytes) -> bytes:
    return frame if isinstance(frame, bytes) else frame.encode()


@pytest.fixture
def endpoint() -> Iterator[FaultyServer]:
    with faulty_server(ok(REPLY)) as server:
        server.models = ("alpha", "tiny", *(f"model-{number:02}" for number in range(40)))
        yield server


def test_a_model_is_tried_saved_and_answers(browser: Browser, settings: Settings, endpoint: FaultyServer) -> None:
    with serve(settings, OPENAI_API_KEY=ENVIRONMENT_KEY) as address:
        with visit(browser, address) as seen:
            seen.says("A key for api.openai.com is set in the environment.")
            seen.picture("settings")
            seen.fill("Endpoint", endpoint.base_url)
            seen.says(f"To {endpoint.host} go: your question, up to 8 passages")  # before anything is saved
            seen.says("the environment's is for api.openai.com and not sent here.")
            assert not (settings.index_dir / "page.json").exists()
            seen.fill("Key", KEY)
            seen.click("Test the connection")
            seen.says("✓ gpt-4o-mini at")
            seen.click("tiny")
            expect(seen.page.get_by_label("Model", exact=True)).to_have_value("tiny")
            seen.picture("settings-tested")
            seen.save()
            seen.says(f"A key for {endpoint.host} is set, until the server stops.")
            expect(seen.page.get_by_label("Key", exact=True)).to_have_value("")
            seen.picture("settings-saved")
            seen.page.reload()
            seen.says(f"A key for {endpoint.host} is set, until the server stops.")
            expect(seen.page.get_by_label("Key", exact=True)).to_have_value("")
            assert not [frame for frame in seen.received if KEY.encode() in frame or ENVIRONMENT_KEY.encode() in frame]
            assert json.loads((settings.index_dir / "page.json").read_text("utf-8")) == {
                "llm_model": "tiny",
                "openai_base_url": endpoint.base_url,
            }
            ask(seen.page, address)
        assert {request.key for request in endpoint.requests} == {f"Bearer {KEY}"}
        assert [request.body["model"] for request in endpoint.requests][-1] == "tiny"
    with serve(settings, OPENAI_API_KEY=ENVIRONMENT_KEY) as address, visit(browser, address) as seen:
        expect(seen.page.get_by_label("Endpoint", exact=True)).to_have_value(endpoint.base_url, timeout=30_000)
        seen.says("the environment's is for api.openai.com and not sent here.")
        seen.click("Back to the environment's")
        seen.says("The environment's settings are in force.")
        seen.says("A key for api.openai.com is set in the environment.")
        assert not (settings.index_dir / "page.json").exists()


def ask(page: Page, address: str) -> None:
    page.goto(address)
    box = page.get_by_test_id("stChatInputTextArea")
    expect(page.get_by_text("Written by tiny at")).to_be_visible(timeout=60_000)
    box.fill(QUESTION)
    box.press("Enter")
    expect(page.get_by_role("button", name=re.compile("Copy")).first).to_be_visible(timeout=60_000)
    expect(page.locator(".sentence", has_text="The last strike on US forces by").first).to_be_visible()


def test_what_is_wrong_is_told_beside_and_nothing_is_saved(browser: Browser, settings: Settings) -> None:
    with serve(settings) as address, visit(browser, address) as seen, faulty_server(status(401)) as refusing:
        seen.fill("Endpoint", "llm.example.org")
        seen.says("Endpoint: this is no address of a server.")
        seen.click("Save")
        seen.says("Nothing was saved: a value above is not allowed.")
        expect(seen.page.get_by_role("alert")).to_have_count(1)
        seen.picture("settings-wrong")
        assert not (settings.index_dir / "page.json").exists()
        seen.fill("Endpoint", refusing.base_url)
        seen.fill("Key", KEY)
        seen.click("Test the connection")
        seen.says("refused the key.")
        seen.fill("Endpoint", "http://127.0.0.1:9/v1")
        seen.click("Test the connection")
        seen.says("127.0.0.1:9 cannot be reached")
        assert not [frame for frame in seen.received if KEY.encode() in frame]


def test_a_removed_key_is_gone(browser: Browser, settings: Settings) -> None:
    with serve(settings) as address, visit(browser, address) as seen:
        seen.fill("Key", KEY)
        seen.says("To api.openai.com go")
        seen.save()
        seen.click("Remove the key")
        seen.says("The key is removed.")
        seen.says("No key is set for api.openai.com.")
        seen.says("Nothing leaves this machine.")


def test_another_tab_shows_what_was_saved(browser: Browser, settings: Settings) -> None:
    with serve(settings) as address, visit(browser, address) as one, visit(browser, address) as other:
        other.fill("Model", "unsaved")
        one.fill("Model", "saved")
        one.page.get_by_text("Leave them out").click()
        one.save()
        other.page.get_by_text("Exact sentences of the documents").click()
        # The fields of before stand beside the new ones for a moment.
        expect(other.page.get_by_label("Model", exact=True).first).to_have_value("saved")
        assert json.loads((settings.index_dir / "page.json").read_text("utf-8")) == {
            "llm_model": "saved",
            "unsupported": "drop",
        }


def test_on_a_phone_by_night(browser: Browser, settings: Settings, endpoint: FaultyServer) -> None:
    phone: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
    with serve(settings) as address, visit(browser, address, **phone) as seen:
        seen.fill("Endpoint", endpoint.base_url)
        seen.click("Test the connection")
        seen.says("✓ gpt-4o-mini at")
        seen.picture("settings-phone")
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
        seen.save()
        seen.page.get_by_text("In force").scroll_into_view_if_needed()
        seen.picture("settings-phone-end")


def test_a_server_that_others_reach_says_so(browser: Browser, settings: Settings) -> None:
    with serve(settings, CITEWISE_UI_HOST="0.0.0.0") as address, visit(browser, address) as seen:
        seen.says("Everyone who reaches 0.0.0.0 can read")
        seen.says("settings are changed where it runs")
        assert seen.page.get_by_role("button", name="Save").count() == 0
        seen.picture("settings-open")
        seen.page.goto(f"{address}/library")
        browsing.idle(seen.page)
        seen.page.get_by_text("Add documents").click()
        seen.says("Upload files")
        seen.says("Bring up to date")
        assert seen.page.get_by_text("Or name a folder").count() == 0
        assert seen.page.get_by_text("Forget this folder").count() == 0
