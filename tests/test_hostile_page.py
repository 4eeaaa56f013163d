"""Hostile documents on the page, in Chromium: text everywhere, no script runs, nobody else is asked for anything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browsing import ask, serve
from hostile_corpus import LONG, LONG_TOWN, NOTES_TOWN, ORDER_TOWN, POISONS, SHEET_TOWN, files
from hostile_watch import INTRUDERS, SAVED, besieged, dialog, opened_elsewhere, says, unharmed
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, Locator, Page, expect

from index import build_index
from index.types import Document
from rag import Assistant, Settings
from ui.chat.marks import PREVIEW
from ui.words import cut

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


@dataclass(frozen=True, slots=True)
class Truth:
    """What the API says, which is what the page has to show."""

    sentence: str
    quote: str
    document: Document


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "papers").mkdir()
    for name, content in files().items():
        (folder / "papers" / name).write_bytes(content)
    made = Settings(_env_file=None, index_dir=folder / "index", seeds_dir=folder / "papers", embedder="fast")
    assert [one.uri.startswith("papers/broken <img") for one in build_index(made).failures] == [True]
    return made


@pytest.fixture(scope="module")
def truths(settings: Settings) -> dict[str, Truth]:
    with Assistant.open(settings) as assistant:
        answers = {poison.name: assistant.ask(poison.question) for poison in POISONS}
    firsts = {name: answer.statements[0] for name, answer in answers.items()}
    return {name: Truth(one.text, one.citations[0].quote, one.citations[0].document) for name, one in firsts.items()}


@pytest.fixture(scope="module")
def documents(settings: Settings) -> tuple[Document, ...]:
    """With their text."""
    with Assistant.open(settings) as assistant:
        snapshot = assistant.snapshot
        return tuple(snapshot.document(one.id) for one in snapshot.documents())


@pytest.fixture(scope="module")
def url(settings: Settings) -> Iterator[str]:
    with serve(settings, CITEWISE_EMBEDDER="fast") as served:
        yield served


def test_harm_would_be_seen(browser: Browser) -> None:
    """The watch itself, on a page that takes the poisons for more than text."""
    seen = set()
    with browser.new_context() as context:
        page = context.new_page()
        page.route("**/*", lambda route: route.fulfill(body="<body><section></section>", content_type="text/html"))
        page.goto(SAVED)
        page.evaluate("() => document.querySelector('section').attachShadow({mode: 'open'})")
        for poison in POISONS:
            page.evaluate("html => document.querySelector('section').shadowRoot.innerHTML = html", poison.text)
            if page.evaluate(INTRUDERS):
                seen.add(poison.name)
            page.wait_for_timeout(50)
            page.evaluate("() => { delete window.harmed; }")
    assert seen >= {"script", "onerror", "svg", "frame", "js-link", "ends"} and not seen & {"latex", "ansi", "entities"}


def test_the_corpus_is_hostile_where_it_means_to_be(truths: dict[str, Truth]) -> None:
    """So that a loader which drops the poison makes the tests below no easier."""
    for poison in POISONS:
        truth = truths[poison.name]
        assert poison.kept in truth.quote
        assert truth.document.text.count(poison.kept) >= 5  # heading, sentence, second heading, two cells
    titles = {poison.name for poison in POISONS if poison.text in truths[poison.name].document.title}
    assert titles >= {
        "script",
        "onerror",
        "svg",
        "js-link",
        "data-link",
        "image",
        "latex",
        "streamlit",
        "ends",
        "quotes",
    }
    outlets = {poison.name for poison in POISONS if poison.text in (truths[poison.name].document.outlet or "")}
    assert outlets >= {"script", "onerror", "js-link", "streamlit", "quotes"}


def test_answers_sources_and_what_is_made_of_them(browser: Browser, url: str, truths: dict[str, Truth]) -> None:
    """One chat about everything hostile: on the page, copied, and exported."""
    options: dict[str, Any] = {"permissions": ["clipboard-read", "clipboard-write"], "accept_downloads": True}
    with besieged(browser, url, **options) as page:
        for poison in POISONS:
            turn = ask(page, poison.question)
            in_the_answer(turn, truths[poison.name])
            turn.locator(".cite").first.click()
            in_the_source(page, truths[poison.name])
        page.get_by_label("Close the source").click()
        in_the_copy(page, truths[POISONS[-1].name])
        saved = {form: export(page, form) for form in ("Markdown", "HTML", "JSON")}
    told = [turn["answer"]["statements"][0]["text"] for turn in json.loads(saved["JSON"])["turns"]]
    assert told == [truths[poison.name].sentence for poison in POISONS]
    rendered = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(saved["Markdown"])
    with opened_elsewhere(browser, rendered, "text/html") as page:
        exported(page, truths)
    with opened_elsewhere(browser, saved["HTML"], "text/html") as page:
        exported(page, truths)


def in_the_answer(turn: Locator, truth: Truth) -> None:
    says(turn.locator(".sentence"), truth.sentence)
    says(turn.locator(".chip .title"), truth.document.label)
    for place in (".chip .facts", ".tip .facts", ".statement > .quiet"):
        says(turn.locator(place), truth.document.outlet or "")
    turn.locator(".cite").first.hover()
    says(turn.locator(".tip q"), cut(truth.quote, PREVIEW))
    unharmed(turn.page)


def in_the_source(page: Page, truth: Truth) -> None:
    expect(page.locator(".panel .uri")).to_have_text(truth.document.uri)
    expect(page.locator(".panel mark").first).to_be_in_viewport()
    assert "".join(page.locator(".panel mark:not(.also)").all_text_contents()) == truth.quote
    says(page.locator(".panel h2"), truth.document.label)
    says(page.locator(".panel .facts"), truth.document.author or "")
    says(page.locator(".panel .text"), truth.document.text)
    unharmed(page)


def in_the_copy(page: Page, truth: Truth) -> None:
    page.get_by_role("button", name="Copy with citations").last.click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert truth.sentence in page.evaluate("navigator.clipboard.readText()")
    assert page.evaluate("navigator.clipboard.read().then(all => all.flatMap(one => one.types))") == ["text/plain"]


def export(page: Page, form: str) -> str:
    button = page.get_by_test_id("stPopoverBody").get_by_role("button", name=form)
    if not button.is_visible():
        page.locator(".st-key-masthead").get_by_test_id("stPopoverButton").click()
    with page.expect_download() as waited:
        button.click()
    return Path(waited.value.path()).read_text("utf-8")


def exported(page: Page, truths: dict[str, Truth]) -> None:
    """The sentences stand there; marks that turn the direction of text, and control characters, may be taken out."""
    shown = readable(page.locator("body").text_content() or "")
    for truth in truths.values():
        assert readable(truth.sentence) in shown


def readable(text: str) -> str:
    return re.sub(r"[^\w<>\"'()\[\]{}$&;:/=!]", "", text)


def test_hostile_questions(browser: Browser, url: str) -> None:
    """What a person pastes is no more trusted than a document: in the chat, its title, the list and the dialogs."""
    with besieged(browser, url) as page:
        for poison in POISONS:
            title = " ".join(poison.text.split())[:20]
            page.get_by_role("button", name="New chat").click()
            expect(page.locator(".question")).to_have_count(0)
            turn = ask(page, poison.text)
            says(turn.locator(".question"), poison.text)
            says(page.locator(".chat-title"), title)
            says(page.locator(".chats .chat[aria-current=page]"), title)
            unharmed(page)
        turn.locator(".icon[data-act=edit]").click()
        expect(page.locator(".editor textarea")).to_have_value(poison.text)
        with dialog(page, ".chats .icon[data-act=rename]") as opened:
            expect(opened.get_by_label("Name")).to_have_value(re.compile(re.escape(title)))
        with dialog(page, ".chats .icon[data-act=delete]") as opened:
            says(opened, title)


def test_the_library(browser: Browser, url: str, documents: tuple[Document, ...], tmp_path: Path) -> None:
    with besieged(browser, url, "/library") as page:
        rows = page.locator("table.documents tbody tr")
        expect(rows).to_have_count(len(documents) + 1)
        shown = "\n".join(rows.all_text_contents())
        for document in documents:
            assert all(one in shown for one in (document.label, document.uri, document.outlet or ""))
        page.locator("details.failed summary").first.click()
        says(page.locator("ul.failures"), "papers/broken <img src=")
        with dialog(page, "tr:has-text('<img src') [data-act=remove]") as opened:
            says(opened.locator(".wants"), "<img src=")
        page.get_by_text("Add documents").click()
        upload = tmp_path / f"up {POISONS[1].text.replace('/', '')}.zip"
        upload.write_bytes(b"PK\x05\x06" + bytes(18))
        page.locator("input[type=file]").first.set_input_files(upload)
        says(page.locator(".failures .refused, .failures .taken"), "<img src=")
        page.locator("table.documents button.label").first.click()
        expect(page.locator(".panel .text")).to_be_visible()


def test_choices_of_filters_and_feedback(browser: Browser, url: str, truths: dict[str, Truth]) -> None:
    """Streamlit draws these; it takes Markdown in labels."""
    named = ("streamlit", "js-link", "onerror", "markdown")
    outlets = [(name, outlet) for name in named if (outlet := truths[name].document.outlet)]
    with besieged(browser, url) as page:
        turn = ask(page, POISONS[0].question)
        for name, outlet in outlets:
            choose(page, outlet)
            says(page.locator("button.limit"), outlet)
            unharmed(page)
            page.keyboard.press("Escape")
            expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
            turn = ask(page, next(poison for poison in POISONS if poison.name == name).question)
            says(turn.locator(".limit"), outlet)
        turn.locator(".icon[data-act=bad]").click()
        picker = page.get_by_role("dialog").get_by_role("combobox")
        for name, _ in outlets:
            picker.click()
            picker.fill(truths[name].document.uri)
            expect(page.get_by_role("option").first).to_contain_text(truths[name].document.uri)
            page.get_by_role("option").first.click()
            says(page.get_by_role("dialog"), truths[name].document.uri)
        unharmed(page)


def choose(page: Page, outlet: str) -> None:
    page.locator(".st-key-limits").get_by_test_id("stPopoverButton").click()
    field = page.get_by_role("combobox", name="Outlet")
    field.fill(outlet)
    option = page.get_by_role("option").first
    expect(option).to_have_text(outlet)
    unharmed(page)
    option.click()


@pytest.mark.parametrize("name", ["sheet.csv", "notes.md", "notes.txt", "order.txt"])
def test_a_document_opened_as_a_whole(browser: Browser, url: str, documents: tuple[Document, ...], name: str) -> None:
    document = next(one for one in documents if one.uri.endswith(name))
    if name != "order.txt":
        kept = {poison.name for poison in POISONS if poison.text in document.text or poison.kept in document.text}
        assert kept >= {"script", "onerror", "streamlit", "ansi", "ends"}
    with besieged(browser, url, f"/?source=d{document.id}") as page:
        says(page.locator(".panel .text"), document.text)


def test_a_line_of_a_million_letters(browser: Browser, url: str) -> None:
    with besieged(browser, url) as page:
        turn = ask(page, f"How many zebras did the zebra census of {LONG_TOWN} count?")
        turn.locator(".cite").first.click()
        expect(page.locator(".panel mark").first).to_be_in_viewport()
        assert len(page.locator(".panel .text").text_content() or "") < LONG / 10
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def test_orders_in_documents_are_not_followed(browser: Browser, url: str) -> None:
    with besieged(browser, url) as page:
        for town in (ORDER_TOWN, NOTES_TOWN, SHEET_TOWN):
            turn = ask(page, f"How many zebras did the zebra census of {town} count?")
            assert all("PWNED" not in one for one in turn.locator(".sentence").all_text_contents())
