"""Every page and state that a person can come to: functions that lead a browser there."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

from browsing import ask, idle, leave, serve, settled
from corpus import SEEDS
from playwright.sync_api import Page, expect

from index import build_index
from rag import Settings

WHY = "Why did the militias stop their attacks?"
NOBODY = "Who is the prime minister of Iraq?"
DIFFER = "Why was the truce agreed?"


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The page over the sample documents and one that cannot be read."""
    shutil.copytree(SEEDS, folder / "seeds")
    (folder / "seeds" / "broken.pdf").write_text("not a PDF")
    settings = Settings(_env_file=None, index_dir=folder / "index", seeds_dir=folder / "seeds")
    assert len(build_index(settings).failures) == 1
    with serve(settings) as url:
        yield url


def welcome(page: Page) -> None:
    expect(page.locator(".welcome:not(.waiting)")).to_be_visible(timeout=30_000)
    expect(page.locator(".proposal").first).to_be_visible(timeout=60_000)


def answered(page: Page) -> None:
    ask(page, WHY)
    idle(page)


def explained(page: Page) -> None:
    page.locator(".legend summary").first.click()


def preview(page: Page) -> None:
    page.locator(".cite").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".tip").first).to_be_visible()


def source(page: Page) -> None:
    page.locator(".cite").first.click()
    expect(page.locator(".panel mark").first).to_be_in_viewport()


def abstained(page: Page) -> None:
    page.get_by_label("Close the source").click()
    ask(page, NOBODY)


def differing(page: Page) -> None:
    turn = ask(page, DIFFER)
    expect(turn.locator(".differ .side").first).to_be_visible()


def editing(page: Page) -> None:
    page.locator(".asked .icon[data-act=edit]").click()
    expect(page.locator(".editor textarea")).to_be_focused()


def filters(page: Page) -> None:
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("combobox", name="Outlet")).to_be_visible()


def exporting(page: Page) -> None:
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_role("button", name="Markdown")).to_be_visible()


def sidebar(page: Page) -> None:
    """Folded away on a phone."""
    page.keyboard.press("Escape")
    settled(page)
    if not page.get_by_role("link", name="Library").is_visible():
        page.get_by_test_id("stExpandSidebarButton").click()
    expect(page.get_by_role("link", name="Library")).to_be_visible()


def renaming(page: Page) -> None:
    dialog_of(page, ".chats .icon[data-act=rename]")


def deleting(page: Page) -> None:
    leave(page)
    dialog_of(page, ".chats .icon[data-act=delete]")


def library(page: Page) -> None:
    page.goto(urljoin(page.url, "/library"))
    expect(page.locator("table.documents")).to_be_visible(timeout=30_000)


def planned(page: Page) -> None:
    page.locator("details.failed summary").first.click()
    page.get_by_role("button", name="Look for changes").click()
    idle(page)
    expect(page.get_by_text("Nothing has changed")).to_be_visible(timeout=30_000)


def document(page: Page) -> None:
    page.locator("table.documents button.label").first.click()
    expect(page.locator(".panel .text")).to_be_visible(timeout=30_000)


def removing(page: Page) -> None:
    page.get_by_label("Close the source").click()
    dialog_of(page, "table.documents [data-act=remove]")


def settings(page: Page) -> None:
    page.goto(urljoin(page.url, "/settings"))
    expect(page.get_by_role("textbox", name="Endpoint")).to_be_visible(timeout=30_000)


def dialog_of(page: Page, button: str) -> None:
    """Opens a dialog with a button that may only show when it is pointed at."""
    page.locator(button).first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()


# In this order on one page, each beginning where the one before has led.
STATES: tuple[Callable[[Page], None], ...] = (
    welcome, answered, explained, preview, source, abstained, differing, editing, filters, exporting, sidebar,
    renaming, deleting, library, planned, document, removing, settings,
)  # fmt: skip
