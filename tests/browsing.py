"""A real server and a real browser for tests: `python -m ui`, Chromium.

CITEWISE_SCREENSHOTS=DIR keeps pictures of what the tests see.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from rag import Settings

expect.set_options(timeout=30_000)  # also of a busy machine

ROOT = Path(__file__).parent.parent
PICTURES = os.environ.get("CITEWISE_SCREENSHOTS")
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": PHONE, "is_mobile": True, "has_touch": True},
    "phone-dark": {"viewport": PHONE, "is_mobile": True, "has_touch": True, "color_scheme": "dark"},
}


@contextmanager
def serve(settings: Settings, **environment: str) -> Iterator[str]:
    """Runs the server on a free port; afterwards its log may tell of no error and of nothing deprecated."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {
        "CITEWISE_INDEX_DIR": str(settings.index_dir),
        "CITEWISE_SEEDS_DIR": str(settings.seeds_dir),
        "CITEWISE_UI_PORT": str(port),
        "PYTHONPATH": str(ROOT),
    }
    log = settings.index_dir.with_name(f"server-{port}.log")
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "ui"], cwd=log.parent, env={**os.environ, **given, **environment},
            stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: healthy(url), 60, log.read_text)
        yield url
    finally:
        server.terminate()
        server.wait(60)
    told = log.read_text().lower()
    assert "traceback" not in told and "deprecat" not in told, told


def healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def wait_for(done: Callable[[], bool], seconds: float, why: Callable[[], str] = str) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, why()
        time.sleep(0.05)


@contextmanager
def visit(browser: Browser, url: str, **options: Any) -> Iterator[Page]:
    """A page of its own; whatever it does, it asks only the server it came from, and no script fails in it."""
    context = browser.new_context(**{"viewport": DESKTOP, **options})
    page = context.new_page()
    asked: list[str] = []
    failed: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url.replace("ws://", "http://")))
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.on("console", lambda said: failed.append(said.text) if "Client Error" in said.text else None)
    try:
        page.goto(url)
        expect(box(page)).to_be_visible()
        yield page
    finally:
        context.close()
    assert asked and [one for one in asked if not one.startswith((f"{url}/", f"blob:{url}/", "data:"))] == []
    assert failed == []


def box(page: Page) -> Locator:
    return page.get_by_test_id("stChatInputTextArea")


def ask(page: Page, question: str) -> Locator:
    """Asks and waits for the end of the answer; its turn."""
    turns = page.locator(".view:has(.question)")
    before = turns.count()
    box(page).fill(question)
    box(page).press("Enter")
    turn = turns.nth(before)
    expect(turn.locator(".question")).to_have_text(question, timeout=20_000)
    expect(turn.locator(".foot")).to_be_visible(timeout=60_000)
    return turn


def leave(page: Page) -> None:
    """Closes the dialog; the key counts once the dialog has the focus, a moment after it is seen."""
    expect(page.locator("[role=dialog]:focus, [role=dialog]:focus-within")).to_have_count(1)
    page.keyboard.press("Escape")
    gone(page)


def gone(page: Page) -> None:
    """Waits until no dialog is there, and none comes back."""
    expect(page.get_by_role("dialog")).to_have_count(0)
    idle(page)
    expect(page.get_by_role("dialog")).to_have_count(0)


# Through a whole second and a half no run of the page: what is looked for in the background is asked for each second.
IDLE = """() => {
  const state = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
  if (state !== "notRunning") window.idleSince = undefined;
  else window.idleSince ??= performance.now();
  return window.idleSince !== undefined && performance.now() - window.idleSince > 1500;
}"""


def idle(page: Page) -> None:
    """Waits until nothing more comes to the page by itself."""
    page.evaluate("() => { window.idleSince = undefined; }")
    page.wait_for_function(IDLE, timeout=60_000)


def settled(page: Page) -> None:
    """Waits until nothing on the page moves any more."""
    page.evaluate("() => document.fonts.ready.then(() => true)")
    page.wait_for_function("() => document.getAnimations().every(a => a.playState !== 'running')")
    page.wait_for_timeout(500)


def picture(page: Page, name: str) -> None:
    if PICTURES:
        settled(page)
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def opened_mark(page: Page, place: str) -> Locator:
    """The marked span of the source that is open, when it has come into view."""
    expect(page.locator(".panel .label")).to_have_text(place)
    mark = page.locator(".panel mark")
    expect(mark).to_be_in_viewport()
    return mark
