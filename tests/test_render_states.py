"""What the page shows besides answers: words, who writes them, filters, the welcome, the states of the index."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rendered import Page, citation, document, html_of

from index.types import BuildReport, Failure, Filters, Progress
from rag.chats.types import Problem
from rag.settings import Settings
from rag.types import Attribution
from ui import states, words
from ui.blocks import problem
from ui.model import IndexRun, Library
from ui.preferences.address import is_loopback


@pytest.mark.parametrize(
    ("attribution", "expected"),
    [
        (None, ""),
        (Attribution(None, "Gulf Ledger", date(2024, 3, 8), False), "Gulf Ledger, 8 March 2024"),
        (Attribution("a lawmaker", "Gulf Ledger", None, True), "A lawmaker, as reported by Gulf Ledger"),
        (Attribution("Al Musawi", "Gulf Ledger", date(2024, 3, 8), False), "Al Musawi, in Gulf Ledger, 8 March 2024"),
        (Attribution("Al Musawi", None, date(2024, 3, 8), True), "Al Musawi, as reported, 8 March 2024"),
        (Attribution("Al Musawi", None, None, False), "Al Musawi"),
    ],
)
def test_who_says_it(attribution: Attribution | None, expected: str) -> None:
    assert words.who_says(attribution) == expected


def test_a_citation_is_from_outlet_and_date_or_else_its_title() -> None:
    assert words.whence(citation(document(), 0, 1)) == "Levant Desk, 8 March 2024"
    assert words.whence(citation(replace(document(), outlet=None, published=None), 0, 1)) == "Title"


def test_filters_in_words() -> None:
    filters = Filters(
        uri="seeds/truce/", outlet="Gulf Ledger", language="en", published_after=date(2024, 3, 1),
        published_before=date(2024, 3, 31), format="pdf", phrase="the truce",
    )  # fmt: skip
    assert words.filter_words(filters) == {
        "outlet": "Gulf Ledger",
        "language": "English",
        "format": "PDF",
        "phrase": "“the truce”",
        "published_after": "from 1 March 2024",
        "published_before": "until 31 March 2024",
        "uri": "in seeds/truce",
    }
    assert words.filter_words(None) == words.filter_words(Filters()) == {}


def test_each_filter_is_lifted_by_its_own_name() -> None:
    filters = Filters(outlet="Gulf Ledger", phrase="a b")
    page = Page(html_of(states.active_filters(words.filter_words(filters))))
    assert page.values("data-value") == ["outlet", "phrase"]
    assert page.values("aria-label") == ["Remove the filter Gulf Ledger", "Remove the filter “a b”"]
    for name in page.values("data-value"):
        assert getattr(replace(filters, **{name: None}), name) is None


@given(st.text(st.sampled_from("ab[]*?/"), min_size=1).filter(lambda text: not text.endswith("/")))
def test_folder_survives_its_pattern(folder: str) -> None:
    assert words.folder_of(words.folder_pattern(folder)) == folder


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "Extractive: exact sentences, nothing leaves this machine"),
        (
            {"openai_base_url": "http://user:secret@127.0.0.1:8080/v1", "llm_model": "tiny"},
            "Written by tiny at 127.0.0.1:8080: your question and the passages are sent there; "
            "every sentence is checked",
        ),
        ({"openai_api_key": "sk-1", "llm_model": "big"}, "Written by big at api.openai.com: "),
        (
            {"embedder": "openai:small", "openai_api_key": "sk-1", "answer_mode": "extractive"},
            "Extractive: exact sentences; your question is sent to small at api.openai.com to find passages",
        ),
    ],
)
def test_mode_line_says_what_leaves_this_machine(values: dict[str, Any], expected: str) -> None:
    line = words.mode_line(Settings(_env_file=None, **values))
    assert line.startswith(expected)
    assert "secret" not in line and "sk-1" not in line


def test_progress_has_real_counts() -> None:
    page = Page(html_of(states.index_run(IndexRun(progress=Progress("embed", 30, 120)))))
    assert "30 of 120" in page.text and "width:25.0%" in page.values("style")
    assert [page.values(f"aria-value{what}") for what in ("min", "now", "max")] == [["0"], ["30"], ["120"]]
    scanning = Page(html_of(states.index_run(IndexRun(progress=Progress("scan", 1_200, 0)))))
    assert "Looking for documents: 1,200" in scanning.text and not scanning.values("aria-valuenow")
    assert "Starting" in html_of(states.index_run(IndexRun()))


def test_a_build_tells_what_it_did_and_is_dismissed_by_its_number() -> None:
    report = BuildReport(2, ("a", "b"), ("c",), (), (), ("d",), 0, 5, 0, (Failure("e", "damaged", "broken"),), 1.0)
    page = Page(html_of(states.index_run(IndexRun(4, report=report))))
    assert "2 new, 1 changed, 1 unchanged, 1 not readable" in page.text and "broken" not in page.text
    assert page.values("data-value") == ["4"]
    failed = Page(html_of(states.index_run(IndexRun(5, problem=Problem("It broke.", "Mend it.")))))
    assert "It broke." in failed.text and "Mend it." in failed.text and failed.values("data-value") == ["5"]


def test_a_build_that_waits_says_for_whom() -> None:
    assert "another build" in html_of(states.index_run(IndexRun(held_by="another build")))


def test_welcome_lists_titles_and_says_how_many_more() -> None:
    documents = tuple(replace(document(), id=number, title=f"Title {number}") for number in range(1, 21))
    html = html_of(states.welcome(Library("ready", 1, documents, 57)))
    assert "20 documents, 57 passages" in html and 'data-value="d1"' in html
    assert html.count("<li>") == states.LISTED and f"and {20 - states.LISTED} other documents" in html


def test_welcome_proposes_questions_when_they_are_found() -> None:
    library = Library("ready", 1, (document(),), 1)
    keys = [[part["key"] for part in states.welcome(library, *args)] for args in (((), False), ((), True), (("Q?",),))]
    assert keys == [["welcome", "titles"], ["welcome", "proposals", "titles"], ["welcome", "proposals", "titles"]]
    assert Page(html_of(states.welcome(library, ("Who? <b>",)))).values("data-value")[0] == "Who? <b>"
    assert 'class="bone"' in html_of(states.welcome(library, (), True))


def test_each_state_of_the_index_says_what_to_do() -> None:
    def acts(blocks: list[dict[str, str]]) -> list[str]:
        return Page(html_of(blocks)).values("data-act")

    assert acts(states.first_run("papers")) == acts(states.empty("papers")) == ["index"]
    broken = states.broken(Library("failed", problem=Problem("It broke.", "Mend it.")))
    assert acts(broken) == ["reopen"] and "It broke." in html_of(broken) and "Mend it." in html_of(broken)
    assert acts(states.opening()) == []


def test_a_problem_without_a_fix_has_no_empty_line() -> None:
    assert "fix" not in problem(Problem("It broke.", "")) and "retry" not in problem(Problem("It broke.", ""))


@pytest.mark.parametrize(
    ("host", "expected"), [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("box", False)]
)
def test_wide_addresses_are_seen(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
