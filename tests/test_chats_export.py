"""An exported chat holds every quote with its place, and nothing that a document says becomes markup."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from corpus import document, hit
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from saved_chats import answered, chat_of, full_turn, quoted, said
from selectolax.lexbor import LexborHTMLParser
from test_schema import objects, validator

from index.types import Filters
from rag.chats.export import as_html, as_json, as_markdown, escaped
from rag.chats.types import Feedback, Problem, SavedChat, Turn
from rag.types import Answer

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![pixel](http://evil.example/a.png)",
    "[click](javascript:alert(1))",
    "<http://evil.example>",
    "http://evil.example and www.evil.example and me@evil.example",
    "[x]: http://evil.example",
    "[^1] and $$x^2$$ and `code` and ~~gone~~ and **bold** and __under__",
    "# heading",
    "1. one\n2) two\n- three\n+ four\n* five",
    "| a | b |\n| - | - |",
    "---\n===\n***",
    "> quote\n\n    code\n```\nfence",
    "&lt;b&gt; &copy; &#x3c;script&#x3e;",
    "\x1b[31mred \u202eevil\u202c \x00 \u2028 end\\",
    "</style></blockquote><style>*{display:none}",
    "{{ config }} {% raw %} <!-- comment",
)
TAGS = {
    "md": {"h1", "h2", "h3", "p", "ul", "li", "strong", "blockquote"},
    "html": {"meta", "title", "style", "main", "h1", "h2", "h3", "p", "div", "blockquote", "strong"},
}  # fmt: skip
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def chat_about(text: str) -> SavedChat:
    """A chat in which the text stands wherever a document, a model or a person can put it."""
    source = document(text, title=text, outlet=text, uri=f"papers/{text}")
    sentence = said(quoted(source, text))
    doubtful = replace(sentence, check="unsupported", failed=(text,))
    answer = answered(
        sentence, doubtful, missing=(text,), carried=(text,), notice=text, mode="llm", model=text, filters=Filters(text)
    )
    refused = replace(answered(), status="abstained", nearest=(hit(text, title=text),), uncovered_terms=(text,))
    feedback = Feedback("bad", text, (text,))
    turns = (
        Turn(1, text, Filters(uri=text, outlet=text, phrase=text), "done", answer=answer, feedback=feedback),
        Turn(2, text, state="done", answer=refused),
        Turn(3, text, state="stopped", statements=(sentence,)),
        Turn(4, text, state="failed", problem=Problem(text, text)),
    )
    return chat_of(*turns, title=text)


def shown(text: str) -> str:
    """The text as a person sees it."""
    return " ".join(re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "\ufffd", text).split())


def seen(html: str) -> str:
    return " ".join(LexborHTMLParser(html).text(separator=" ").split())


def inert(html: str, kind: str) -> None:
    page = LexborHTMLParser(html)
    tags = {node.tag for node in page.root.traverse()} if page.root else set()
    assert tags - {"html", "head", "body"} <= TAGS[kind], tags
    for node in page.css("*"):
        assert set(node.attributes) <= {"class", "dir", "lang", "charset", "name", "content", "http-equiv"}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    chat = chat_about(text)
    rendered = MARKDOWN.render(as_markdown(chat))
    inert(rendered, "md")
    assert seen(rendered).count(shown(text)) >= 10
    html = as_html(chat)
    inert(html, "html")
    assert seen(html).count(shown(text)) >= 10
    assert "http" not in html.replace("http-equiv", "") or "http" in text


@given(st.text() | st.text(alphabet="\\`*_[]()<>&#|~$@^{}!-+=.:1a \n/wht"))
def test_markdown_shows_any_text_as_it_is(text: str) -> None:
    (token, *_) = MARKDOWN.parse(f"before {escaped(text)}")[1:2]
    assert {child.type for child in token.children or ()} <= {"text", "text_special"}
    assert (
        token.children is None or "".join(child.content for child in token.children) == f"before {shown(text)}".strip()
    )
    blocks = [one.type for one in MARKDOWN.parse(f"- {escaped(text)}")]
    if shown(text):
        inside = ["bullet_list_open", "list_item_open", "paragraph_open", "inline"]
        assert blocks == [*inside, "paragraph_close", "list_item_close", "bullet_list_close"]


@given(st.text(min_size=1))
def test_no_text_makes_markup(text: str) -> None:
    chat = chat_about(text)
    inert(MARKDOWN.render(as_markdown(chat)), "md")
    inert(as_html(chat), "html")


def test_everything_is_told() -> None:
    chat = chat_of(full_turn(), title="Limits")
    markdown = seen(MARKDOWN.render(as_markdown(chat)))
    for told in (
        "Limits", "1 question · 8 March 2026, 13:30 UTC", "1. What is the limit?", "8 March 2026, 12:30 UTC",
        "outlet Gull Post", "published from 1 January 2025", "papers/1.txt", "Only words were searched.",
        "Read together with: harbour", "Short answer: 4 knots", "exact quote",
        "The harbour master, as reported by Gull Post, 2 April 2025", "sources: … The It is 9 knots. [2]",
        "not found in the sources: 9", "The sources differ", "9 knots [2]", "since 1 April 2025",
        "replaced later by: 9 knots", "Not answered who set it", "[1] Harbour rules",
        "Gull Post, 2 April 2025, papers/1.txt, characters 0 to 48",
        "The speed limit in the inner harbour is 4 knots.", "[2] 2 papers/2.txt, characters", "60 passengers",
        "Written by small, every sentence checked · index generation 3",
        "Feedback: good; the documents hold the answer; the answer is in papers/2.txt; Just right",
    ):  # fmt: skip
        assert told in markdown, told
        assert told in seen(as_html(chat)), told


def test_pages_are_told() -> None:
    source = replace(document("Words."), published=date(2020, 1, 2))
    chat = chat_of(Turn(1, "q", state="done", answer=answered(said(quoted(source, "Words.", page=3)))))
    assert "2 January 2020, page 3, papers/1.txt, characters 0 to 6" in as_markdown(chat)


def test_an_abstention_shows_what_comes_nearest() -> None:
    refused = replace(answered(), status="abstained", nearest=(hit("Near words."),), uncovered_terms=("zebra",))
    for page in (
        seen(as_html(chat_of(Turn(1, "q", answer=refused)))),
        as_markdown(chat_of(Turn(1, "q", answer=refused))),
    ):
        assert "The documents don’t say." in page and "zebra" in page and "Near words." in page
        assert "Exact sentences" not in page and "Short answer" not in page


def test_an_unfinished_answer_keeps_its_sources() -> None:
    stopped = replace(full_turn(), state="stopped", answer=None)
    page = as_markdown(chat_of(stopped))
    assert "Stopped: the answer is not complete." in page and "characters 0 to 48" in page and "9 knots" in page


def test_the_html_page_stands_alone() -> None:
    html = as_html(chat_of(full_turn()))
    assert html.startswith("<!doctype html>") and html.rstrip().endswith("</html>")
    assert "default-src 'none'" in html and "prefers-color-scheme: dark" in html and "@media print" in html
    assert not re.search(r"url\(|@import|<script|<link|src=|href=", html)


def chats() -> dict[str, Any]:
    full = full_turn()
    return {
        "full": chat_of(full, filters=Filters(language="en")),
        "stopped": chat_of(replace(full, state="stopped", answer=None, feedback=None, asked=None, filters=None)),
        "failed": chat_of(Turn(1, "q", state="failed", problem=Problem("No.", ""))),
        "empty": chat_of(title=""),
    }


@pytest.mark.parametrize("name", ["full", "stopped", "failed", "empty"])
def test_json_has_its_form(name: str) -> None:
    output = json.loads(json.dumps(as_json(chats()[name])))
    check = validator("chat")
    check.validate(output)
    for place in objects(output):
        for key in [*place(output)]:
            changed = deepcopy(output)
            del place(changed)[key]
            assert not check.is_valid(changed), f"{key} may be missing"
        changed = deepcopy(output)
        place(changed)["surprise"] = "?"
        assert not check.is_valid(changed), f"anything may stand beside {sorted(place(output))}"


def test_json_tells_all() -> None:
    told = as_json(chats()["full"])
    (turn,) = told["turns"]
    assert told["filters"]["language"] == "en" and turn["filters"]["outlet"] == "Gull Post"
    assert turn["answer"]["citations"][0]["quote"] == "The speed limit in the inner harbour is 4 knots."
    assert turn["unfinished"] is None and turn["feedback"]["relevant"] == ["papers/2.txt"]
    (stopped,) = as_json(chats()["stopped"])["turns"]
    assert stopped["answer"] is None and len(stopped["unfinished"]["statements"]) == 2
    assert [one["marker"] for one in stopped["unfinished"]["citations"]] == [1, 2]


def test_every_field_of_an_answer_was_looked_at() -> None:
    """A new field is to be shown in an export, or left out on purpose: then it is named here."""
    left_out = {"text", "question", "timings", "confidence", "usage", "dropped_markers", "prompt_version", "filters"}
    shown_fields = {
        "statements", "citations", "short_answer", "status", "missing", "disagreements", "nearest", "uncovered_terms",
        "generation", "mode", "model", "notice", "carried",
    }  # fmt: skip
    assert set(Answer.__dataclass_fields__) == left_out | shown_fields
