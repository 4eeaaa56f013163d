"""Whatever a document, a model or a person wrote stays text, in all that the chat page and the states are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from rendered import HOSTILE, TEXTS, Page, answer, assert_ours, citation, document

from index.types import BuildReport, Failure, Filters, Hit, Passage, Progress, Span
from rag.chats.standing import Standing
from rag.chats.types import ChatHead, Feedback, Problem, Turn
from rag.types import Answer, Attribution, Disagreement, Statement
from ui import states, words
from ui.blocks import Block, icon
from ui.chat import changes, listing, render, sides
from ui.chat.sheet import Sheet
from ui.chat.source import Source, Window, panel
from ui.model import IndexRun, Library

NOW = datetime(2026, 3, 8, tzinfo=UTC)


def turns(text: str) -> Iterator[tuple[Turn, dict[int, Standing]]]:
    """A turn in every state, and what became of its passages."""
    of = document(text, title=text, outlet=text, author=text, uri=text, language=text)
    cited = citation(of, 0, len(text), page=3)
    says = Attribution(text, text, date(2024, 3, 8), True)
    one = Statement(text, (cited,), "unsupported", 0.0, (text,), says, Span(7, 0, len(text)))
    hit = Hit(Passage(1, 7, 0, 0, len(text), text, 1, (text,)), of, 0.5)
    full = answer(
        one,
        short_answer=Span(7, 0, len(text)),
        missing=(text,),
        disagreements=(Disagreement(text, says, (1,), replaced_by=1), Disagreement(f"{text} 2", says, (1,))),
        notice=text,
        mode="llm",
        model=text,
        carried=(text,),
    )
    nothing = answer(status="abstained", nearest=(hit,), uncovered_terms=(text,), notice=text)
    filters = Filters(uri=text, outlet=text, language=text, format=text, phrase=text, published_after=date(2024, 1, 1))
    edited = Standing("edited", text, 0, 1, (("same", text * 9), ("added", text), ("removed", text)))
    done = Turn(1, text, filters, "done", full.statements, full, feedback=Feedback("bad", text, (text,)))
    yield done, {1: edited}
    yield done, {1: Standing("moved", text, 0, 1)}
    yield done, {1: Standing("gone", text, 0, 1)}
    yield Turn(2, text, filters, "done", (), nothing), {}
    yield Turn(3, text, filters, "writing", (one,)), {}
    yield Turn(4, text, filters, "failed", (one,), None, Problem(text, text)), {}
    yield Turn(5, text, filters, "stopped", (one,)), {}
    yield Turn(6, text, filters), {}


def library_views(text: str) -> Iterator[list[Block]]:
    of, failure = document(text, title=text, outlet=text, uri=text), Failure(text, "damaged", text)
    library = Library("failed", 1, (of,), 1, (failure,), Problem(text, text))
    filters = Filters(uri=text, outlet=text, language=text, format=text, phrase=text)
    yield states.mode(text)
    yield states.active_filters(words.filter_words(filters))
    yield states.welcome(library, (text,))[1:]
    yield states.first_run(text)
    yield states.empty(text)
    yield states.broken(library)
    yield states.index_run(IndexRun(progress=Progress("read", 1, 2, text)))
    yield states.index_run(IndexRun(held_by=text))
    yield states.index_run(IndexRun(report=BuildReport(1, (text,), (), (), (), (), 0, 1, 0, (failure,), 0.1)))
    yield states.index_run(IndexRun(problem=Problem(text, text)))
    heads = [ChatHead("0" * 24, text, NOW, NOW, 1), ChatHead(text, text, NOW, datetime(2020, 1, 1, tzinfo=UTC), 2)]
    yield listing.chat_list(heads, "0" * 24, NOW, True)


def panels(text: str) -> Iterator[dict[str, str]]:
    of = document(text, title=text, outlet=text, author=text, uri=text, pages=(0,))
    others = {name: Source(name, of, 0, 1) for name in ("1", "2")}
    yield panel(Source("1", of, 0, len(text), 1), Window(0, len(text)), others, text)
    yield {
        "head": panel(Source(text, of, 0, 0), Window(0, len(text)), {text: others["1"]}, text, Sheet(1, False))["head"]
    }


def everything(text: str) -> list[tuple[str, str]]:
    """Every piece of HTML of the chat page with its key, and `text` wherever something foreign is shown."""
    views = [render.turn_blocks(turn, 8, since, (text, text)) for turn, since in turns(text)]
    blocks = [part for view in (*views, *library_views(text)) for part in view]
    parts = [part for shown in panels(text) for part in shown.items()]
    return [*((part["key"], part["html"]) for part in blocks), *parts]


@pytest.mark.parametrize(
    "text", [HOSTILE, '" onclick="alert(1)', "<b>x</b>", "&#60;img src=x&#62;", "](http://x) ![](y)", "x'y`z"]
)
def test_nothing_foreign_becomes_html(text: str) -> None:
    for _, html in everything(text):
        assert_ours(html)


@settings(max_examples=20)
@given(TEXTS)
def test_no_text_becomes_html(text: str) -> None:
    for _, html in everything(text):
        assert_ours(html)


def test_nothing_foreign_is_lost() -> None:
    shown = [(key, Page(html).text) for key, html in everything(HOSTILE)]
    lost = {key for key, text in shown if HOSTILE not in text}
    assert lost == {
        "waiting",
        "stopped",
        "since",
        "foot",
        "run",
    }  # some have nothing foreign in them: a foot without a model
    assert any(HOSTILE in text for key, text in shown if key == "foot")
    assert {"question", "s1", "short", "carried", "notice", "disagreements", "missing", "sources", "next", "abstained",
            "problem", "mode", "limits", "titles", "proposals", "first", "empty", "broken", "run", "head", "text",
            "since-Today", "since-Earlier"} <= {key for key, _ in shown}  # fmt: skip


def test_what_stands_in_an_attribute_is_whole() -> None:
    pages = [Page(html) for _, html in everything(HOSTILE)]
    values = [value for page in pages for name in ("data-value", "aria-label", "title") for value in page.values(name)]
    assert HOSTILE in values  # a question to click on, and the id of a chat
    assert f"Rename {HOSTILE}" in values and f"Remove the filter in {HOSTILE}" in values
    assert Page(icon("a", HOSTILE, "x", HOSTILE)).values("title") == [HOSTILE]


def test_every_part_of_the_answer_is_escaped_on_its_own() -> None:
    """One hostile field at a time: none is safe only because another one is."""
    of = document("One. Two.", author="A")
    plain = answer(Statement("One.", (citation(of, 0, 4),), "grounded", 1.0))
    bad: list[Answer] = [
        replace(plain, notice=HOSTILE),
        replace(plain, mode="llm", model=HOSTILE),
        replace(plain, missing=(HOSTILE,)),
        replace(plain, carried=(HOSTILE,)),
        replace(plain, status="abstained", uncovered_terms=(HOSTILE,)),
    ]
    for one in bad:
        html = "".join(part["html"] for part in render.turn_blocks(Turn(1, "Q?", None, "done", (), one), 8))
        assert_ours(html)
        assert HOSTILE in Page(html).text
    side = Disagreement(HOSTILE, Attribution(HOSTILE, None, None, False), (1,))
    assert Page(sides.disagreements((side,), plain.citations)).text.count(HOSTILE) == 2
    moved = {1: Standing("moved", HOSTILE, 0, 4)}
    assert Page(changes.changes(plain.statements[0], moved)).text == f"[1] Stands elsewhere now: {HOSTILE}"
