"""Answers and their sources in a real browser against the real server, with an index of seeds/."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from html import escape
from pathlib import Path
from threading import Semaphore
from typing import Any

import pytest
from browsing import LOOKS, PHONE, ROOT, ask, box, idle, opened_mark, picture, serve, settled, visit, wait_for
from faulty_server import endless, faulty_server, status, stepped
from playwright.sync_api import Browser, expect

from index import build_index
from rag import Assistant, Settings

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

WHY = "Why did the militias stop their attacks?"
LAST = "When was the last strike?"
LAST_QUOTE = (
    "Pentagon officials say that the last strike on US forces by Iran-backed militias took place on February 4."
)
NOBODY = "Who is the prime minister of Iraq?"

HOSTILE_TITLE = "<img src=http://192.0.2.1/title.png> Zebra ![t](http://192.0.2.1/t.png)"
HOSTILE_OUTLET = "![o](http://192.0.2.1/o.png) <b>Herald</b>"
HOSTILE_TEXT = (
    "The zebra census of Quimby counted 4,711 zebras <script>window.harmed = true</script> </mark> in May "
    '![x](http://192.0.2.1/x.png) 🦓 <img src="http://192.0.2.1/y.png" onerror="window.harmed = true">.'
)
HOSTILE = (
    f'<html lang="en"><title>{escape(HOSTILE_TITLE)}</title>'
    f'<meta property="og:site_name" content="{escape(HOSTILE_OUTLET)}"><p>{escape(HOSTILE_TEXT)}</p></html>'
)
NEEDLE = "The lighthouse of Ostermoor was painted green in 1931 by its keeper, Ada Brandt."
FILLER = "Entry {n}: the tide table of the northern coast was read again and nothing new was found in its columns. "


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample documents, a hostile one and a long one."""
    folder = tmp_path_factory.mktemp("browser") / "seeds"
    shutil.copytree(ROOT / "seeds", folder)
    (folder / "odd").mkdir()
    (folder / "odd" / "zebra.html").write_text(HOSTILE, "utf-8")
    lines = [FILLER.format(n=n) + ("\n\n" if n % 5 == 0 else "") for n in range(1, 601)]
    lines.insert(300, f"\n\n{NEEDLE}\n\n")
    (folder / "odd" / "long.txt").write_text("".join(lines), "utf-8")
    return folder


@pytest.fixture(scope="module")
def settings(seeds: Path) -> Settings:
    made = Settings(_env_file=None, index_dir=seeds.parent / "index", seeds_dir=seeds)
    assert build_index(made).failures == ()
    return made


@pytest.fixture(scope="module")
def chat_url(settings: Settings) -> Iterator[str]:
    with serve(settings) as url:
        yield url


def test_citations_open_the_exact_span(browser: Browser, chat_url: str, settings: Settings) -> None:
    with Assistant.open(settings) as assistant:
        expected = assistant.ask(WHY)
    assert len(expected.citations) > 1
    with visit(browser, chat_url) as page:
        expect(page.get_by_text("Extractive: exact sentences, nothing leaves this machine")).to_be_visible()
        picture(page, "welcome")
        turn = ask(page, WHY)
        expect(turn.locator(".statement")).to_have_count(len(expected.statements))
        expect(turn.locator(".badge").first).to_have_text("exact quote")
        idle(page)  # what comes below an answer may move it
        turn.locator(".cite").first.hover()
        first = expected.citations[0].document
        assert first.outlet is not None and first.published is not None
        tip = turn.locator(".tip").first
        expect(tip).to_be_visible()
        expect(tip.locator("q")).to_have_text(expected.citations[0].quote)
        expect(tip).to_contain_text(f"{first.outlet}, {first.published.day} {first.published:%B %Y}")
        picture(page, "answer")
        for number, citation in enumerate(expected.citations, 1):
            turn.locator(f".cite[data-value='{number}']").first.click()
            mark = opened_mark(page, f"Citation {number} of {len(expected.citations)}")
            assert mark.text_content() == citation.quote
            head = page.locator(".panel .head")
            expect(head).to_contain_text(citation.document.title)
            expect(head).to_contain_text(citation.document.outlet or "")
            expect(head.locator(".uri")).to_have_text(citation.document.uri)
            assert page.locator(".panel .text").text_content() == citation.document.text
        picture(page, "source")
        page.get_by_label("Previous source").click()
        before = expected.citations[-2]
        assert (
            opened_mark(page, f"Citation {before.marker} of {len(expected.citations)}").text_content() == before.quote
        )
        page.get_by_label("Close the source").click()
        expect(page.locator(".panel")).to_have_count(0)


def test_follow_up_refresh_and_new_chat(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        ask(page, LAST)
        second = ask(page, "And why did they stop?")
        expect(second.locator(".question")).to_be_in_viewport()
        second.locator("button[data-act=open]").first.click()
        expect(page.locator(".panel mark")).to_be_in_viewport()
        answers = page.locator(".sentence").all_text_contents()
        page.reload()
        expect(page.locator(".foot")).to_have_count(2, timeout=30_000)
        assert page.locator(".sentence").all_text_contents() == answers
        expect(page.locator(".panel mark")).to_be_in_viewport()
        page.get_by_role("button", name="New chat").click()
        expect(page.locator(".question")).to_have_count(0)
        expect(page.locator(".panel")).to_have_count(0)
        expect(page.get_by_text("Ask your documents")).to_be_visible()


def test_the_name_of_a_chat_in_the_address_may_be_any(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        page.goto(f"{chat_url}/?chat=a__b___c-d")
        ask(page, LAST)
        expect(page.locator(".sentence").first).to_be_visible()


def test_no_polling_when_nothing_is_in_progress(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        sent: list[int] = []
        page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(1)))
        page.reload()
        ask(page, LAST)
        idle(page)
        so_far = len(sent)
        assert so_far > 0
        page.wait_for_timeout(2_000)
        assert len(sent) == so_far


def test_abstained(browser: Browser, chat_url: str, settings: Settings) -> None:
    with Assistant.open(settings) as assistant:
        expected = assistant.ask(NOBODY)
    assert expected.status == "abstained"
    with visit(browser, chat_url) as page:
        turn = ask(page, NOBODY)
        expect(turn.get_by_text("The documents don’t say.")).to_be_visible()
        assert turn.locator(".word").all_text_contents() == list(expected.uncovered_terms)
        expect(turn.locator(".card")).to_have_count(len(expected.nearest))
        picture(page, "abstained")
        turn.locator(".card").first.click()
        mark = opened_mark(page, f"Nearest passage 1 of {len(expected.nearest)}")
        assert mark.text_content() == expected.nearest[0].passage.text


def test_first_run_indexes_the_folder(browser: Browser, seeds: Path, tmp_path: Path) -> None:
    new = Settings(_env_file=None, index_dir=tmp_path / "new" / "index", seeds_dir=seeds)
    (tmp_path / "new").mkdir()
    with serve(new) as url, visit(browser, url) as page:
        expect(page.get_by_text("Nothing is indexed yet.")).to_be_visible(timeout=30_000)
        page.reload()
        expect(page.get_by_text("Nothing is indexed yet.")).to_be_visible(timeout=30_000)
        picture(page, "first-run")
        page.get_by_role("button", name="Index this folder").click()
        expect(page.get_by_role("progressbar")).to_be_visible(timeout=30_000)
        expect(page.get_by_text(" of ").first).to_be_visible()
        picture(page, "indexing")
        expect(page.get_by_text("The index is up to date: 18 new.").first).to_be_visible(timeout=120_000)
        expect(page.get_by_text("Ask your documents")).to_be_visible(timeout=30_000)
        picture(page, "indexed")
        page.get_by_role("button", name="Close", exact=True).click()
        expect(page.get_by_text("The index is up to date")).to_have_count(0)
        expect(ask(page, LAST).locator(".sentence").first).to_contain_text(LAST_QUOTE)


def test_an_index_built_in_a_terminal_is_found_and_an_empty_one_says_so(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    new = Settings(_env_file=None, index_dir=tmp_path / "index", seeds_dir=tmp_path / "nothing")
    with serve(new) as url, visit(browser, url) as page:
        expect(page.get_by_text("Nothing is indexed yet.")).to_be_visible(timeout=30_000)
        build_index(new)
        page.reload()
        expect(page.get_by_text("The index is empty")).to_be_visible(timeout=30_000)
        (tmp_path / "nothing" / "one.txt").write_text("The bridge of Ulm was opened in 1832.", "utf-8")
        page.get_by_role("button", name="Look for documents again").click()
        expect(page.get_by_text("1 document, 1 passage")).to_be_visible(timeout=60_000)


def test_an_edited_source_says_so(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "bridges").mkdir()
    bridge = tmp_path / "bridges" / "ulm.txt"
    bridge.write_text("The bridge of Ulm was opened in 1832 by its builder, Karl Fritz.\n", "utf-8")
    new = Settings(_env_file=None, index_dir=tmp_path / "index", seeds_dir=bridge.parent)
    build_index(new)
    with serve(new) as url, visit(browser, url) as page:
        turn = ask(page, "When was the bridge of Ulm opened?")
        turn.locator(".cite").first.click()
        quote = page.locator(".panel mark").text_content()
        expect(page.locator(".panel .note")).to_have_count(0)
        bridge.write_text("The bridge of Ulm was opened in 1834.\n", "utf-8")
        build_index(new)
        page.reload()
        expect(page.locator(".panel .note")).to_contain_text("the passage was edited since", timeout=30_000)
        assert page.locator(".panel mark").text_content() == quote
        picture(page, "edited")
        page.go_back()
        expect(page.locator(".panel")).to_have_count(0)
        expect(page.locator(".sentence")).to_have_count(1)


def test_hostile_documents_stay_text(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        turn = ask(page, "How many zebras did the zebra census of Quimby count?")
        expect(turn.locator(".sentence").first).to_contain_text("<script>window.harmed = true</script>")
        expect(turn.locator(".statement").first).to_contain_text(HOSTILE_OUTLET)
        turn.locator(".cite").first.click()
        expect(page.locator(".panel h2")).to_have_text(HOSTILE_TITLE)
        expect(page.locator(".panel mark")).to_contain_text("4,711 zebras <script>")
        assert page.locator(".panel img, .panel script, .panel a, .view img, .view a").count() == 0
        picture(page, "hostile")
        page.get_by_role("button", name="Filter").click()
        page.get_by_role("combobox", name="Outlet").click()
        page.get_by_role("option", name="Herald").click()
        expect(page.locator("button.limit")).to_contain_text(HOSTILE_OUTLET)
        assert page.evaluate("window.harmed") is None
        assert page.locator("img").count() == 0


def test_long_documents_are_shown_in_part(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        turn = ask(page, "What colour was the lighthouse of Ostermoor painted?")
        turn.locator(".cite").first.click()
        mark = page.locator(".panel mark")
        expect(mark).to_be_in_viewport()
        assert mark.text_content() == NEEDLE
        text = page.locator(".panel .text")
        assert len(text.text_content() or "") < 21_000
        top = page.locator(".panel .body").evaluate("e => e.scrollTop")
        page.get_by_role("button", name="Show later text").click()
        expect(text).to_contain_text("Entry 500:")
        assert page.locator(".panel .body").evaluate("e => e.scrollTop") != 0
        page.get_by_role("button", name="Show earlier text").click()
        expect(text).to_contain_text("Entry 110:")
        assert page.locator(".panel .body").evaluate("e => e.scrollTop") > top
        expect(page.locator(".panel mark")).to_have_text(NEEDLE)


def test_filters(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        page.get_by_role("button", name="Filter").click()
        page.get_by_role("combobox", name="Outlet").click()
        page.get_by_role("option", name="Gulf Ledger").click()
        expect(page.locator("button.limit")).to_have_text(["Gulf Ledger ✕"])
        picture(page, "filters")
        page.keyboard.press("Escape")
        turn = ask(page, WHY)
        expect(turn.locator(".limit")).to_have_text(["Gulf Ledger"])
        facts = turn.locator(".chip .facts, .card .facts").all_text_contents()
        assert facts and all("Gulf Ledger" in one for one in facts)
        page.reload()
        expect(page.locator("button.limit")).to_have_text(["Gulf Ledger ✕"], timeout=30_000)
        page.get_by_role("button", name="Remove the filter Gulf Ledger").click()
        expect(page.locator("button.limit")).to_have_count(0)
        assert ask(page, LAST).locator(".limit").count() == 0


def test_copied_with_citations(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url, permissions=["clipboard-read", "clipboard-write"]) as page:
        turn = ask(page, LAST)
        turn.get_by_role("button", name="Copy with citations").click()
        expect(turn.get_by_text("Copied")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(f"{LAST}\n\n{LAST_QUOTE} [1]")
        assert "[1] No militia strike on US forces since February 4, Levant Desk, 8 March 2024" in copied


def test_keyboard_alone(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        turn = ask(page, LAST)
        cite = turn.locator(".cite").first
        cite.focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        assert cite.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        expect(page.locator(".panel mark")).to_be_in_viewport()
        expect(cite).to_have_attribute("aria-pressed", "true")
        page.keyboard.press("Escape")
        expect(page.locator(".panel")).to_have_count(0)


@pytest.mark.parametrize(("look", "options"), LOOKS.items())
def test_looks(browser: Browser, chat_url: str, look: str, options: dict[str, Any]) -> None:
    with visit(browser, chat_url, **options) as page:
        expect(page.get_by_text("Ask your documents")).to_be_visible(timeout=30_000)
        picture(page, f"{look}-1-welcome")
        turn = ask(page, WHY)
        picture(page, f"{look}-2-answer")
        cite = turn.locator(".cite").nth(1)
        cite.click()
        expect(page.locator(".panel mark")).to_be_in_viewport()
        idle(page)
        settled(page)
        picture(page, f"{look}-3-source")
        panel, clicked = page.locator(".panel").bounding_box(), cite.bounding_box()
        assert panel is not None and clicked is not None
        if "phone" in look:
            assert panel["width"] == PHONE["width"]
            assert 0 < clicked["y"] and clicked["y"] + clicked["height"] <= panel["y"]
        else:
            assert clicked["x"] + clicked["width"] <= panel["x"]
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        dark = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor") == "rgb(22, 24, 26)"
        assert dark is ("dark" in look)
        page.get_by_label("Close the source").click()
        expect(page.locator(".panel")).to_have_count(0)
        ask(page, NOBODY)
        picture(page, f"{look}-4-abstained")


def test_sentences_of_a_model_arrive_one_by_one(browser: Browser, settings: Settings) -> None:
    gate = Semaphore(0)
    pieces = [f"{LAST_QUOTE} It was", " the work of 900 dragons from Saturn. Kataib Hezbollah", " is a militia."]
    with faulty_server(stepped(pieces, gate)) as model:
        with (
            serve(settings, OPENAI_BASE_URL=model.base_url, CITEWISE_LLM_MODEL="tiny") as url,
            visit(browser, url) as page,
        ):
            expect(page.get_by_text(f"Written by tiny at {model.host}: your question and")).to_be_visible()
            box(page).fill(LAST)
            box(page).press("Enter")
            expect(page.get_by_text("Reading up to 8 passages")).to_be_visible(timeout=30_000)
            picture(page, "waiting")
            gate.release()
            expect(page.locator(".sentence")).to_have_count(1, timeout=30_000)
            expect(page.get_by_text("Checking the next sentence")).to_be_visible()
            page.locator(".cite").first.click()
            expect(page.locator(".panel mark")).to_have_text(LAST_QUOTE)
            picture(page, "writing")
            page.reload()
            expect(page.locator(".sentence")).to_have_count(1, timeout=30_000)
            gate.release()
            expect(page.locator(".sentence")).to_have_count(2, timeout=30_000)
            expect(page.locator(".unsupported .badge")).to_contain_text("not found in the sources: ")
            box(page).fill(WHY)
            box(page).press("Enter")
            expect(page.get_by_text("Waiting for the answer before this one")).to_be_visible()
            assert len(model.requests) == 1
            gate.release(10)
            expect(page.locator(".foot")).to_have_count(2, timeout=30_000)
            expect(page.locator(".foot").first).to_contain_text("written by tiny, every sentence checked")
            picture(page, "written")
            assert len(model.requests) == 2


def test_a_failing_endpoint_is_told_and_the_answer_is_extractive(browser: Browser, settings: Settings) -> None:
    with faulty_server(status(401, "no such key")) as model:
        with (
            serve(settings, OPENAI_BASE_URL=model.base_url, OPENAI_API_KEY="sk-secret") as url,
            visit(browser, url) as page,
        ):
            turn = ask(page, LAST)
            expect(turn.locator(".notice")).to_contain_text("Answered with sentences of the documents instead")
            expect(turn.locator(".badge").first).to_have_text("exact quote")
            picture(page, "notice")
            assert "sk-secret" not in page.content()


def test_an_answer_can_be_stopped_and_asked_again(browser: Browser, settings: Settings) -> None:
    with faulty_server(endless("and so on "), endless("and so on ")) as model:
        with serve(settings, OPENAI_BASE_URL=model.base_url) as url, visit(browser, url) as page:
            box(page).fill(LAST)
            box(page).press("Enter")
            expect(page.get_by_text("Reading up to 8 passages")).to_be_visible(timeout=30_000)
            wait_for(lambda: len(model.requests) == 1, 60)
            page.get_by_role("button", name="Stop", exact=True).click()
            expect(page.get_by_text("Stopped.")).to_be_visible()
            page.get_by_role("button", name="Ask again").click()
            wait_for(lambda: len(model.requests) == 2, 60)
            page.get_by_role("button", name="Stop", exact=True).click()
            expect(page.get_by_text("Stopped.")).to_be_visible()


def test_an_overlong_question_tells_the_fix(browser: Browser, chat_url: str) -> None:
    with visit(browser, chat_url) as page:
        box(page).fill("why " * 3_000)
        box(page).press("Enter")
        problem = page.locator(".problem")
        expect(problem).to_be_visible(timeout=30_000)
        expect(problem.locator(".fix")).not_to_be_empty()
        expect(problem.get_by_role("button", name="Try again")).to_be_visible()
        picture(page, "problem")


def test_a_wide_address_is_warned_of(settings: Settings, tmp_path: Path) -> None:
    near = Settings(_env_file=None, index_dir=tmp_path / "index", seeds_dir=settings.seeds_dir)
    for host, warned in (("0.0.0.0", True), ("127.0.0.1", False)):
        with serve(near, CITEWISE_UI_HOST=host):
            pass
        log = max(tmp_path.glob("server-*.log"), key=os.path.getmtime).read_text()
        assert ("Everyone who reaches 0.0.0.0" in log) is warned


def test_other_host_names_are_refused(browser: Browser, chat_url: str) -> None:
    """A page of another site that has its name resolve to this machine gets no connection."""
    with browser.new_context() as context:
        page = context.new_page()
        port = chat_url.rpartition(":")[2]
        page.goto(chat_url)
        outcome = page.evaluate(
            """port => new Promise(done => {
                const socket = new WebSocket(`ws://evil.localhost:${port}/_stcore/stream`);
                socket.onopen = () => done("open"); socket.onerror = () => done("refused");
            })""",
            port,
        )
        assert outcome == "refused"
