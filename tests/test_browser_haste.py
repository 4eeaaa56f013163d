"""Whoever is quick: clicks that come in the same moment, or on what is just going away, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import ask, box, gone, serve, visit
from playwright.sync_api import Browser, ElementHandle, Locator, Page, WebSocketRoute, expect

from index import build_index
from rag import Settings

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

BRIDGE = "When was the bridge of Ulm opened?"
TOWER = "How high is the water tower of Neuss?"
TEXTS = {
    "ulm.txt": "The bridge of Ulm was opened in 1832 by its builder, Karl Fritz. It carries the road to Augsburg.\n",
    "neuss.txt": "The water tower of Neuss is 48 metres high. It was built by Ada Brandt in 1907.\n",
}


@pytest.fixture(scope="module")
def chat_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("haste")
    (folder / "papers").mkdir()
    for name, text in TEXTS.items():
        (folder / "papers" / name).write_text(text, "utf-8")
    made = Settings(_env_file=None, index_dir=folder / "index", seeds_dir=folder / "papers")
    build_index(made)
    with serve(made) as url:
        yield url


def at_once(page: Page, *buttons: Locator) -> None:
    """Clicks one after the other before the page can answer to any of them."""
    handles = [button.element_handle() for button in buttons]
    page.evaluate("buttons => buttons.forEach(button => button.click())", handles)


def is_well(page: Page) -> None:
    expect(page.get_by_test_id("stException")).to_have_count(0)
    box(page).fill("well")
    expect(box(page)).to_have_value("well")


def shut(page: Page) -> None:
    """Closes the dialog. With the mouse: one that a script's click has opened does not take the focus."""
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    gone(page)


def good(turn: Locator) -> Locator:
    return turn.get_by_label("A good answer")


def test_clicks_on_an_answer_that_goes_away_do_no_harm(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        turn = ask(page, BRIDGE)
        going: ElementHandle = turn.locator(".cite").first.element_handle()
        for _ in range(2):
            page.get_by_role("button", name="New chat").click()
            going.evaluate("node => { for (let ms = 0; ms < 900; ms += 15) setTimeout(() => node.click(), ms); }")
            expect(page.locator(".question")).to_have_count(0)
            page.wait_for_timeout(1_000)
            is_well(page)
            turn = ask(page, TOWER)
            going = turn.locator(".cite").first.element_handle()
        expect(turn.locator(".sentence").first).to_contain_text("48 metres")


def test_clicks_in_several_answers_at_once_are_all_heeded(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        first, second = ask(page, BRIDGE), ask(page, TOWER)
        for pressed in ("true", "false", "true"):
            at_once(page, good(first), good(second))
            expect(good(first)).to_have_attribute("aria-pressed", pressed)
            expect(good(second)).to_have_attribute("aria-pressed", pressed)
        at_once(page, second.locator(".cite").first, first.locator(".cite").first)
        expect(second.locator(".cite").first).to_have_attribute("aria-pressed", "false")
        expect(first.locator(".cite").first).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".panel mark").first).to_contain_text("Ulm")
        at_once(page, first.locator(".cite").first, second.locator(".cite").first)
        expect(page.locator(".panel mark").first).to_contain_text("Neuss")
        is_well(page)


def test_of_two_dialogs_one_opens(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        turn = ask(page, BRIDGE)
        dialog = page.get_by_role("dialog")
        at_once(page, page.get_by_label(f"Rename {BRIDGE}").first, turn.get_by_label("Something is wrong"))
        expect(dialog).to_have_count(1)
        expect(turn.get_by_label("Something is wrong")).to_have_attribute("aria-pressed", "true")
        expect(dialog).to_contain_text("What is wrong with this answer?")
        shut(page)
        is_well(page)


def test_what_is_decided_in_a_dialog_is_done_whatever_else_is_clicked(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        turn = ask(page, TOWER)
        dialog = page.get_by_role("dialog")
        current = page.locator(".chats li:has([aria-current])")
        for number in range(3):
            current.locator("[data-act=rename]").evaluate("button => button.click()")
            dialog.get_by_label("Name", exact=True).fill(f"Towers {number}")
            at_once(page, good(turn), dialog.get_by_role("button", name="Rename", exact=True))
            expect(page.locator(".chat-title")).to_have_text(f"Towers {number}")
            expect(good(turn)).to_have_attribute("aria-pressed", "false" if number % 2 else "true")
            expect(dialog).to_have_count(0)
        current.locator("[data-act=delete]").evaluate("button => button.click()")
        at_once(page, good(turn), dialog.get_by_role("button", name="Delete", exact=True))
        expect(page.locator(".question")).to_have_count(0)
        expect(page.get_by_role("button", name="Towers 2", exact=True)).to_have_count(0)
        is_well(page)


def library(page: Page) -> Locator:
    """The rows of the library page, with the first document open beside them."""
    page.get_by_role("link", name="Library").click()
    rows = page.locator("table.documents tbody tr")
    expect(rows).to_have_count(len(TEXTS), timeout=30_000)
    rows.first.locator("button.label").click()
    expect(page.locator(".panel .text")).to_be_visible()
    return rows


def test_what_has_the_focus_keeps_it_when_its_part_is_drawn_anew(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        remove = library(page).last.locator("[data-act=remove]")
        named = remove.get_attribute("aria-label")
        remove.focus()
        page.get_by_label("Close the source").evaluate("button => button.click()")
        expect(page.locator(".panel")).to_have_count(0)
        expect(remove).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_contain_text((named or "").removeprefix("Remove "))


def test_a_source_is_closed_whatever_else_is_clicked(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        for _ in range(4):
            rows = library(page)
            at_once(page, page.get_by_label("Close the source"), rows.last.locator("[data-act=remove]"))
            expect(page.get_by_role("dialog")).to_be_visible()
            expect(page.locator(".panel")).to_have_count(0)
            expect(page).not_to_have_url(re.compile("source"))
            shut(page)


def test_a_button_that_is_held_down_may_be_drawn_anew(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        ask(page, BRIDGE)
        rename = page.locator(".chats li:has([aria-current]) [data-act=rename]")
        rename.hover()
        page.mouse.down()
        page.get_by_role("button", name="New chat").evaluate("button => button.click()")
        expect(page.locator(".chats [aria-current]")).to_have_count(0)
        page.mouse.up()
        expect(page.get_by_role("dialog")).to_contain_text("Rename this chat")


class Wire:
    """What the page sends, from the next reload on: passed on, lost, or held and passed on all at once."""

    def __init__(self, page: Page) -> None:
        self.lose: bytes | None = None
        self.is_held = False
        self.lost: list[bytes] = []
        self._held: list[bytes] = []
        self._page = page
        page.route_web_socket(re.compile("/_stcore/stream"), self._through)
        page.reload()
        expect(page.get_by_role("button", name="New chat")).to_be_visible(timeout=30_000)

    def _through(self, socket: WebSocketRoute) -> None:
        self._server = socket.connect_to_server()
        socket.on_message(self._pass_on)

    def _pass_on(self, message: bytes | str) -> None:
        said = message if isinstance(message, bytes) else message.encode()
        if self.lose is not None and self.lose in said:
            self.lose = None
            self.lost.append(said)
        elif self.is_held:
            self._held.append(said)
        else:
            self._server.send(said)

    def until_held(self, messages: int) -> None:
        """Those of a moment can come together."""
        while len(self._held) < messages:
            self._page.wait_for_timeout(50)

    def release(self) -> None:
        held, self._held, self.is_held = self._held, [], False
        for message in held:
            self._server.send(message)


def test_a_click_that_is_lost_on_its_way_is_told_again_and_heeded_once(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        wire = Wire(page)
        turn = ask(page, BRIDGE)
        wire.lose = b'"good"'
        good(turn).click()
        expect(good(turn)).to_have_attribute("aria-pressed", "true")
        assert len(wire.lost) == 1
        page.wait_for_timeout(5_000)
        expect(good(turn)).to_have_attribute("aria-pressed", "true")


def test_a_question_for_a_new_chat_is_asked_there_however_slow_the_server_is(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        wire = Wire(page)
        for question in (BRIDGE, TOWER, BRIDGE):
            ask(page, question)
            before = page.url
            wire.is_held = True
            page.get_by_role("button", name="New chat").click()
            box(page).fill(f"{question} Please.")
            box(page).press("Enter")
            wire.until_held(2)
            wire.release()
            expect(page.locator(".question")).to_have_text([f"{question} Please."])
            assert page.url != before
            is_well(page)


def test_all_that_was_clicked_while_the_server_was_away_is_done(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        wire = Wire(page)
        turn = ask(page, BRIDGE)
        current = page.locator(".chats li:has([aria-current])")
        for pressed in ("true", "false"):
            wire.is_held = True
            good(turn).click()
            turn.locator(".cite").first.click()
            current.hover()
            current.locator("[data-act=rename]").click()
            wire.until_held(2)
            wire.release()
            expect(good(turn)).to_have_attribute("aria-pressed", pressed)
            expect(page.locator(".panel mark").first).to_contain_text("Ulm")
            expect(page.get_by_role("dialog")).to_contain_text("Rename this chat")
            shut(page)
            page.get_by_label("Close the source").click()
            expect(page.locator(".panel")).to_have_count(0)
