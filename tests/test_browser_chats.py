"""Chats that are kept, in a real browser: listed, found, renamed, deleted, exported, rated, and followed over time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from threading import Semaphore

import pytest
from browsing import LOOKS, ask, box, picture, serve, settled, visit
from corpus import citewise, environment
from faulty_server import faulty_server, stepped
from playwright.sync_api import Browser, Page, expect

from index import build_index
from rag import Settings

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

BRIDGE = "When was the bridge of Ulm opened?"
TOWER = "How high is the water tower of Neuss?"
FERRY = "How often does the ferry of Bonn run?"
TEXTS = {
    "ulm.txt": "The bridge of Ulm was opened in 1832 by its builder, Karl Fritz. It carries the road to Augsburg.\n",
    "neuss.txt": "The water tower of Neuss is 48 metres high. It was built by Ada Brandt in 1907.\n",
    "bonn.md": "# The ferry of Bonn\n\nThe ferry of Bonn runs every 15 minutes from March to October.\n",
}


@pytest.fixture
def papers(tmp_path: Path) -> Settings:
    folder = tmp_path / "papers"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, "utf-8")
    made = Settings(_env_file=None, index_dir=tmp_path / "index", seeds_dir=folder)
    build_index(made)
    return made


@pytest.fixture
def chat_url(papers: Settings) -> Iterator[str]:
    with serve(papers) as url:
        yield url


def titles(page: Page) -> list[str]:
    return page.locator(".chats .chat").all_text_contents()


def new_chat(page: Page) -> None:
    page.get_by_role("button", name="New chat").click()
    expect(page.locator(".question")).to_have_count(0)


def test_chats_are_listed_found_renamed_and_deleted(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        ask(page, BRIDGE)
        new_chat(page)
        ask(page, TOWER)
        expect(page.locator(".chats .chat")).to_have_text([TOWER, BRIDGE])
        expect(page.locator(".chats .chat[aria-current]")).to_have_text(TOWER)
        page.locator(".chats .chat").nth(1).click()
        expect(page.locator(".question")).to_have_text(BRIDGE)
        expect(page.locator(".sentence").first).to_contain_text("1832")
        search = page.get_by_label("Search chats")
        search.fill("48 METRES")
        search.press("Enter")
        expect(page.locator(".chats .chat")).to_have_text([TOWER])
        search.fill("nothing of the kind")
        search.press("Enter")
        expect(page.get_by_text("No chat holds these words.")).to_be_visible()
        search.fill("")
        search.press("Enter")
        expect(page.locator(".chats .chat")).to_have_count(2)
        page.locator(".chats li").nth(1).hover()
        page.get_by_label(f"Rename {BRIDGE}").click()
        page.get_by_label("Name", exact=True).fill("Bridges <b>of</b> the Danube")
        picture(page, "chats-rename")
        page.get_by_role("button", name="Rename", exact=True).click()
        expect(page.locator(".chats .chat").nth(1)).to_have_text("Bridges <b>of</b> the Danube")
        expect(page.locator(".chat-title")).to_have_text("Bridges <b>of</b> the Danube")
        page.locator(".chats li").nth(0).hover()
        page.get_by_label(f"Delete {TOWER}").click()
        expect(page.get_by_text("Its questions, answers and feedback are deleted for good.")).to_be_visible()
        picture(page, "chats-delete")
        page.get_by_role("button", name="Delete", exact=True).click()
        expect(page.locator(".chats .chat")).to_have_text(["Bridges <b>of</b> the Danube"])
        expect(page.locator(".question")).to_have_text(BRIDGE)


def test_chats_survive_a_restart_and_show_in_two_tabs(browser: Browser, papers: Settings) -> None:
    with serve(papers) as url, visit(browser, url) as page:
        ask(page, BRIDGE)
        address = page.url
        sentences = page.locator(".sentence").all_text_contents()
        other = page.context.new_page()
        other.goto(address)
        expect(other.locator(".sentence")).to_have_count(len(sentences), timeout=30_000)
        ask(other, TOWER)
        page.reload()
        expect(page.locator(".foot")).to_have_count(2, timeout=30_000)
    with serve(papers) as url, visit(browser, url) as page:
        page.locator(".chats .chat").first.click()
        expect(page.locator(".question")).to_have_text([BRIDGE, TOWER])
        assert page.locator(".sentence").all_text_contents()[: len(sentences)] == sentences
        page.locator(".cite").first.click()
        expect(page.locator(".panel mark")).to_contain_text("The bridge of Ulm was opened in 1832")
        ask(page, "And who built it?")


def test_an_answer_goes_on_when_its_tab_is_closed(browser: Browser, papers: Settings) -> None:
    gate = Semaphore(0)
    pieces = ["The bridge of Ulm was opened in 1832 by its builder, Karl Fritz. It carries", " the road to Augsburg."]
    with faulty_server(stepped(pieces, gate)) as model, serve(papers, OPENAI_BASE_URL=model.base_url) as url:
        with visit(browser, url) as page:
            box(page).fill(BRIDGE)
            box(page).press("Enter")
            gate.release()
            expect(page.locator(".sentence")).to_have_count(1, timeout=30_000)
            address = page.url
        gate.release(10)
        with visit(browser, url) as page:
            page.goto(address)
            expect(page.locator(".foot")).to_be_visible(timeout=30_000)
            expect(page.locator(".sentence")).to_have_count(2)


def test_the_last_question_is_edited(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        ask(page, BRIDGE)
        ask(page, TOWER)
        expect(page.get_by_label("Edit the question")).to_have_count(1)
        page.get_by_label("Edit the question").click()
        field = page.get_by_label("The question", exact=True)
        expect(field).to_have_value(TOWER)
        field.press("Escape")
        expect(page.locator(".question").last).to_have_text(TOWER)
        page.get_by_label("Edit the question").click()
        page.get_by_label("The question", exact=True).fill(FERRY)
        picture(page, "edit")
        page.get_by_label("The question", exact=True).press("Enter")
        expect(page.locator(".question")).to_have_text([BRIDGE, FERRY])
        expect(page.locator(".sentence").last).to_contain_text("every 15 minutes", timeout=30_000)
        expect(page.locator(".question")).to_have_text([BRIDGE, FERRY])


def test_feedback_becomes_questions_to_measure_with(browser: Browser, papers: Settings, tmp_path: Path) -> None:
    with serve(papers) as url, visit(browser, url) as page:
        turn = ask(page, BRIDGE)
        turn.get_by_label("A good answer").click()
        expect(turn.get_by_label("A good answer")).to_have_attribute("aria-pressed", "true")
        other = ask(page, TOWER)
        other.get_by_label("Something is wrong").click()
        page.get_by_label("In your words").fill("It is higher.")
        page.get_by_label("Documents that hold the answer").click()
        page.get_by_role("option", name="neuss").click()
        picture(page, "feedback")
        expect(page.get_by_role("option").first).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("option")).to_have_count(0)
        page.get_by_role("button", name="Keep").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(other.get_by_label("Something is wrong")).to_have_attribute("aria-pressed", "true")
    target = tmp_path / "feedback.jsonl"
    env = environment(papers)
    told = citewise("feedback", "--output", target, env=env)
    assert told.returncode == 0, told.stderr
    rows = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert {row["question"]: row["relevant"] for row in rows} == {
        BRIDGE: ["papers/ulm.txt"],
        TOWER: ["papers/neuss.txt"],
    }
    measured = citewise("eval", "--feedback", target, "--json", env=env)
    assert measured.returncode == 0 and json.loads(measured.stdout)["n"] == 2, measured.stderr


def test_exports(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url, accept_downloads=True) as page:
        ask(page, BRIDGE)
        page.get_by_role("button", name="Export").click()
        files = {}
        for form, suffix in (("Markdown", "md"), ("HTML", "html"), ("JSON", "json")):
            with page.expect_download() as caught:
                page.get_by_role("button", name=form, exact=True).click()
            assert caught.value.suggested_filename == f"when-was-the-bridge-of-ulm-opened.{suffix}"
            files[form] = Path(caught.value.path()).read_text("utf-8")
        picture(page, "export")
        told = json.loads(files["JSON"])
        cited = told["turns"][0]["answer"]["citations"][0]
        assert TEXTS["ulm.txt"][cited["start"] : cited["end"]] == cited["quote"]
        assert cited["quote"] in files["HTML"] and "papers/ulm.txt" in files["HTML"]
        assert "papers/ulm.txt" in files["Markdown"] and "1832" in files["Markdown"]


def test_suggested_questions_are_answered(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        first = page.locator(".proposals .proposal").first
        expect(first).to_be_visible(timeout=60_000)
        asked = first.text_content() or ""
        first.click()
        turn = page.locator(".view:has(.question)")
        expect(turn.locator(".question")).to_have_text(asked)
        expect(turn.locator(".foot")).to_be_visible(timeout=60_000)
        expect(turn.locator(".badge").first).to_have_text("exact quote")


def test_what_became_of_the_passages_of_an_answer(browser: Browser, papers: Settings) -> None:
    ulm = papers.seeds_dir / "ulm.txt"
    with serve(papers) as url, visit(browser, url) as page:
        turn = ask(page, BRIDGE)
        expect(turn.locator(".since")).to_have_count(0)
        ulm.write_text("A new first line, for good measure.\n\n" + TEXTS["ulm.txt"], "utf-8")
        build_index(papers)
        page.reload()
        expect(turn.locator(".since.moved").first).to_contain_text("Stands elsewhere now", timeout=30_000)
        ulm.write_text(TEXTS["ulm.txt"].replace("1832", "1834"), "utf-8")
        build_index(papers)
        page.reload()
        badge = turn.locator(".since.edited").first
        expect(badge).to_contain_text("Edited since", timeout=30_000)
        badge.locator("summary").click()
        expect(badge.locator("del")).to_contain_text("1832")
        expect(badge.locator("ins")).to_contain_text("1834")
        picture(page, "since-edited")
        turn.locator(".cite").first.click()
        expect(page.locator(".panel .note")).to_contain_text("the passage was edited since")
        expect(page.locator(".panel mark")).to_contain_text("1832")
        page.get_by_label("Close the source").click()
        turn.get_by_role("button", name="Ask again").click()
        expect(turn.locator(".sentence").first).to_contain_text("1834", timeout=30_000)
        expect(turn.locator(".since")).to_have_count(0)
        ulm.unlink()
        build_index(papers)
        page.reload()
        expect(turn.locator(".since.gone").first).to_contain_text("No longer in the index", timeout=30_000)
        picture(page, "since-gone")


def test_the_keyboard_goes_from_citation_to_citation(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        ask(page, BRIDGE)
        ask(page, TOWER)
        numbers = page.locator(".sentence .cite")
        assert numbers.count() >= 2
        page.keyboard.press("Alt+Period")
        expect(numbers.nth(0)).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".panel mark").first).to_contain_text("Ulm")
        for _ in range(numbers.count() - 1):
            page.keyboard.press("Alt+Period")
        expect(page.locator(".panel mark").first).to_contain_text("Neuss")
        page.keyboard.press("Alt+Comma")
        expect(numbers.nth(numbers.count() - 2)).to_have_attribute("aria-pressed", "true")
        page.keyboard.press("Alt+Slash")
        expect(box(page)).to_be_focused()
        page.keyboard.press("Alt+n")
        expect(page.locator(".question")).to_have_count(0)


def test_keys_may_follow_each_other_quickly_and_who_types_goes_on(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        ask(page, BRIDGE)
        ask(page, TOWER)
        numbers = page.locator(".sentence .cite")
        expect(numbers).to_have_count(2)
        page.clock.set_fixed_time(datetime(2030, 1, 1))  # what follows comes in one and the same millisecond
        for turn in range(25):
            for key in ("Alt+Period", "Alt+Period", "Alt+Period", "Alt+Comma"):
                page.keyboard.press(key)
            if turn % 2:
                expect(numbers.nth(0)).to_have_attribute("aria-pressed", "true")
                expect(numbers.nth(1)).to_have_attribute("aria-pressed", "false")
            page.keyboard.press("Alt+Slash")
            page.keyboard.type("wh")
            expect(box(page)).to_have_value("wh" * (turn + 1))
        expect(page.locator(".panel mark").first).to_contain_text("Ulm")
        expect(box(page)).to_be_focused()


def test_nothing_jumps_while_an_answer_arrives(browser: Browser, papers: Settings) -> None:
    gate = Semaphore(0)
    pieces = [
        "The bridge of Ulm was opened in 1832 by its builder, Karl Fritz. It carries",
        " the road to Augsburg. The water tower",
        " of Neuss is 48 metres high.",
    ]
    with faulty_server(stepped(pieces, gate)) as model, serve(papers, OPENAI_BASE_URL=model.base_url) as url:
        with visit(browser, url) as page:
            box(page).fill(BRIDGE)
            box(page).press("Enter")
            gate.release()
            first = page.locator(".sentence").first
            expect(first).to_be_visible(timeout=30_000)
            settled(page)
            before = first.bounding_box()
            page.evaluate(
                "window.shift = 0; new PerformanceObserver(list => { for (const one of list.getEntries())"
                " window.shift += one.value; }).observe({type: 'layout-shift'})"
            )
            gate.release(10)
            expect(page.locator(".foot")).to_be_visible(timeout=30_000)
            settled(page)
            assert first.bounding_box() == before
            assert page.evaluate("window.shift") < 0.1


@pytest.mark.parametrize(("look", "options"), LOOKS.items())
def test_looks_of_chats(browser: Browser, chat_url: str, look: str, options: dict[str, object]) -> None:
    with visit(browser, chat_url, **options) as page:
        ask(page, BRIDGE)
        ask(page, TOWER)
        if "phone" in look:
            expect(page.locator(".chats .chat")).not_to_be_in_viewport()
            page.get_by_test_id("stExpandSidebarButton").click()
        expect(page.locator(".chats .chat")).to_be_in_viewport()
        picture(page, f"chats-{look}")
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def test_the_page_of_a_pdf_with_the_cited_words_in_boxes(browser: Browser, papers: Settings) -> None:
    from reportlab.pdfgen.canvas import Canvas

    drawn = Canvas(str(papers.seeds_dir / "ferry.pdf"), invariant=1)
    for number, line in enumerate(
        ["The harbour of Emden.", "The ferry to Borkum leaves at 9:15.", "It takes two hours."]
    ):
        drawn.drawString(72, 720 - 24 * number, line)
    drawn.save()
    build_index(papers)
    with serve(papers) as url, visit(browser, url) as page:
        turn = ask(page, "When does the ferry to Borkum leave?")
        turn.locator(".cite").first.click()
        expect(page.locator(".panel mark").first).to_contain_text("The ferry to Borkum leaves at 9:15.")
        page.locator(".panel .way").nth(1).click()
        expect(page.locator(".panel .sheet img")).to_be_visible(timeout=30_000)
        sheet, boxed = page.locator(".panel .sheet").bounding_box(), page.locator(".panel .box").bounding_box()
        assert sheet is not None and boxed is not None
        # The baseline stands 696 of 842 points above the lower edge, so the line is about 17 % down the page.
        assert 0.15 < (boxed["y"] - sheet["y"]) / sheet["height"] < 0.18
        assert 0.11 < (boxed["x"] - sheet["x"]) / sheet["width"] < 0.13
        picture(page, "page-of-a-pdf")
        page.get_by_label("Close the source").click()
        turn.locator(".cite").first.click()
        expect(page.locator(".panel .sheet img")).to_be_visible(timeout=30_000)
        (papers.seeds_dir / "ferry.pdf").unlink()
        page.locator(".panel .way").first.click()
        expect(page.locator(".panel mark").first).to_be_visible()
