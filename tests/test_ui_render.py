"""What the page is made of: hostile text stays text, the marked span is the quote, windows keep the span."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import BuildReport, Document, Failure, Filters, Hit, Passage, Progress
from rag.settings import Settings
from rag.types import Answer, Attribution, Citation, Disagreement, Span, Statement
from ui import render, states, words
from ui.__main__ import is_loopback
from ui.model import IndexRun, Library, Problem, Turn
from ui.source import MARGIN, SNAP, Source, Window, marked_text, panel, sources_of, window_around

HOSTILE = (
    "<script>alert(1)</script></mark><img src=x onerror=alert(2)>\"'&amp; &lt; ]]> 🧪👩‍👩‍👧 中文字 \u202eabc e\u0301"
)
TAGS = {"p", "h1", "h2", "h3", "ul", "li", "b", "div", "span", "sup", "button", "code", "pre", "mark"}
ATTRIBUTES = re.compile(r"class|dir|role|style|aria-[a-z]+|data-(act|value|page)|disabled")
SPECIAL = st.sampled_from(["<", ">", "&", '"', "'", "</mark>", "<mark>", "\n", " ", "🧪", "中", "é", "e\u0301", "&lt;"])
TEXTS = st.lists(SPECIAL | st.characters(codec="utf-8"), max_size=60).map("".join)


class Page(HTMLParser):
    """The tags, the text and the marked text of HTML, as a browser's parser sees them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.values: list[str] = []
        self.text = self.marked = ""
        self.depth = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.values += [value or "" for _, value in attrs]
        self.depth += tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "mark"

    def handle_data(self, data: str) -> None:
        self.text += data
        self.marked += data if self.depth else ""


def document(text: str = HOSTILE, **values: Any) -> Document:
    given_values: dict[str, Any] = {
        "id": 7, "uri": "seeds/a.txt", "sha256": "0" * 64, "title": "Title", "outlet": "Levant Desk",
        "published": date(2024, 3, 8), "language": "en",
    }  # fmt: skip
    return Document(text=text, **{**given_values, **values})


def citation(of: Document, start: int, end: int, marker: int = 1) -> Citation:
    return Citation(marker, of, 1, start, end, None, of.text[start:end], 1.0)


def statement(text: str = "One.", **values: Any) -> Statement:
    of = document()
    given_values: dict[str, Any] = {"citations": (citation(of, 0, 8),), "check": "verbatim", "support": 1.0}
    return Statement(text, **{**given_values, **values})


def answer(*statements: Statement, **values: Any) -> Answer:
    by_marker = {one.marker: one for each in statements for one in each.citations}
    given_values: dict[str, Any] = {
        "question": "Q?", "text": "", "statements": statements, "citations": tuple(by_marker.values()),
        "short_answer": None, "status": "answered", "missing": (), "disagreements": (), "nearest": (),
        "uncovered_terms": (), "generation": 1, "mode": "extractive", "timings": {"total": 0.25},
    }  # fmt: skip
    return Answer(**{**given_values, **values})


def shown(turn: Turn) -> str:
    return "".join(part["html"] for part in render.turn_blocks(turn, 8))


def everything(text: str) -> list[str]:
    """Every piece of HTML the page can make, with `text` wherever something foreign is shown."""
    of = document(text, title=text, outlet=text, author=text, uri=text, language=text)
    cited = citation(of, 0, len(text))
    says = Attribution(text, text, date(2024, 3, 8), True)
    one = Statement(text, (cited,), "unsupported", 0.0, (text,), says)
    hit = Hit(Passage(1, 7, 0, 0, len(text), text, 1, (text,)), of, 0.5)
    full = answer(
        one,
        short_answer=Span(7, 0, len(text)),
        missing=(text,),
        disagreements=(Disagreement(text, says, (1,)),),
        notice=text,
        mode="llm",
        model=text,
    )
    nothing = answer(status="abstained", nearest=(hit,), uncovered_terms=(text,), notice=text)
    filters = Filters(uri=text, outlet=text, language=text, published_after=date(2024, 1, 1))
    failure = Failure(text, "damaged", text)
    report = BuildReport(1, (text,), (), (), (), (), 0, 1, 0, (failure,), 0.1)
    turns = [
        Turn(1, text, filters, "done", full.statements, full),
        Turn(2, text, filters, "done", (), nothing),
        Turn(3, text, filters, "writing", (one,)),
        Turn(4, text, filters, "failed", (one,), None, Problem(text, text)),
        Turn(5, text, filters, "stopped", (one,)),
        Turn(6, text, filters),
    ]
    library = Library("failed", 1, (of,), 1, (failure,), Problem(text, text))
    views = [
        *(render.turn_blocks(turn, 8) for turn in turns),
        states.mode(text),
        states.active_filters(words.filter_words(filters)),
        states.welcome(library),
        states.first_run(text),
        states.empty(text),
        states.broken(library),
        states.library_view(library),
        states.index_run(IndexRun(Progress("read", 1, 2, text))),
        states.index_run(IndexRun(report=report)),
        states.index_run(IndexRun(problem=Problem(text, text))),
    ]
    others = {"1": Source("1", of, 0, 1), "2": Source("2", of, 0, 1)}
    parts = panel(Source("1", of, 0, len(text), 1), Window(0, len(text)), others, text)
    return [*(part["html"] for view in views for part in view), *parts.values()]


@pytest.mark.parametrize(
    "text", [HOSTILE, '" onclick="alert(1)', "<b>x</b>", "&#60;img src=x&#62;", "](http://x) ![](y)"]
)
def test_nothing_foreign_becomes_html(text: str) -> None:
    for html in everything(text):
        page = Page(html)
        assert page.tags <= TAGS, html
        assert all(map(ATTRIBUTES.fullmatch, page.attributes)), html
        assert "://" not in "".join(value for value in page.values if text not in value), html


def test_nothing_foreign_is_lost() -> None:
    assert sum(HOSTILE in Page(html).text for html in everything(HOSTILE)) > 20


@given(TEXTS, st.data())
def test_marked_text_is_the_text_and_the_mark_is_the_quote(text: str, data: st.DataObject) -> None:
    places = st.integers(0, len(text))
    first, start, end, last = sorted(data.draw(st.tuples(places, places, places, places)))
    pages = sorted(data.draw(st.sets(places, max_size=4)))
    html = marked_text(text, Window(first, last), start, end, pages)
    page = Page(html)
    assert unescape(re.sub(r"<[^>]*>", "", html)) == text[first:last]
    assert page.text.replace("\r", "\n") == text[first:last].replace("\r", "\n")
    assert page.marked == text[start:end]
    assert html.count("<mark>") == html.count("</mark>") == (start < end)
    assert page.tags <= {"mark", "span"}


def test_offsets_count_code_points() -> None:
    text = "👩‍👩‍👧 says 中文 <b>now</b> and 🧪 later"
    quote = "<b>now</b> and 🧪"
    start = text.index(quote)
    assert Page(marked_text(text, Window(0, len(text)), start, start + len(quote))).marked == quote


def test_pages_are_drawn_without_text() -> None:
    html = marked_text("one\ntwo\n", Window(0, 8), 4, 7, (0, 4))
    assert re.findall(r'data-page="(\d)"', html) == ["1", "2"]
    assert Page(html).text == "one\ntwo\n"


@given(
    st.integers(0, 300), st.integers(0, 300), st.integers(0, 90), st.integers(0, 90), st.sampled_from(["\n", " ", "x"])
)
def test_window_keeps_the_span(at: int, length: int, before: int, after: int, gap: str) -> None:
    text = (gap + "word" * 3) * 60
    start, end = at, min(len(text), at + length)
    window = window_around(text, start, end, before, after)
    assert 0 <= window.start <= start <= end <= window.end <= len(text)
    assert window.start >= start - before
    assert window.end <= max(end, end + after)
    assert gap == "x" or window.end == end or window.end == len(text) or text[window.end - 1] == gap


def test_a_long_document_is_shown_in_part() -> None:
    text = "A line of many words.\n" * 100_000
    window = window_around(text, 1_000_000, 1_000_020)
    assert 2 * MARGIN - 2 * SNAP <= window.end - window.start <= 2 * MARGIN + 20
    assert text[window.start - 1] == text[window.end - 1] == "\n"
    parts = panel(Source("1", document(text), 1_000_000, 1_000_020), window, {})
    assert "Show earlier text" in parts["text"] and "Show later text" in parts["text"]
    assert len(parts["text"]) < 3 * MARGIN


def test_panel_steps_through_the_other_citations() -> None:
    of = document("One. Two.")
    found = sources_of((statement(citations=(citation(of, 5, 9, 2), citation(of, 0, 4, 1))),), None)
    assert list(found) == ["1", "2"]
    parts = panel(found["1"], Window(0, 9), found)
    assert "Citation 1 of 2" in parts["head"] and 'data-value="2"' in parts["head"]
    assert Page(parts["text"]).marked == "One."
    for fact in ("Title", "Levant Desk", "8 March 2024", "seeds/a.txt"):
        assert fact in parts["head"]


def test_nearest_passages_can_be_opened() -> None:
    of = document("Zero. One. Two.")
    hit = Hit(Passage(1, 7, 0, 6, 10, "One."), of, 0.5)
    nothing = answer(status="abstained", nearest=(hit,), uncovered_terms=("prime", "minister"))
    assert sources_of((), nothing) == {"n1": Source("n1", of, 6, 10)}
    html = shown(Turn(1, "Q?", None, "done", (), nothing))
    assert "The documents don’t say." in html and 'data-value="n1"' in html
    assert ">prime<" in html and ">minister<" in html


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"check": "verbatim"}, "exact quote"),
        ({"check": "grounded"}, "wording found in the source"),
        ({"check": "unsupported", "failed": ("42", "Mars")}, "not found in the sources: 42, Mars"),
        ({"check": "unsupported"}, "not found in the sources"),
    ],
)
def test_each_statement_says_how_it_was_checked(values: dict[str, Any], expected: str) -> None:
    html = render.statement(statement(**values))
    assert f">{expected}</span>" in html
    assert f'class="statement {values["check"]}"' in html


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


def test_citations_tell_outlet_and_date() -> None:
    html = render.statement(statement())
    assert 'aria-label="Citation 1: Levant Desk, 8 March 2024"' in html
    bare = replace(document(), outlet=None, published=None)
    assert words.whence(citation(bare, 0, 1)) == "Title"


def test_one_line_a_cited_document() -> None:
    of = document("One. Two.")
    html = render.sources([citation(of, 0, 4, 1), citation(of, 5, 9, 2)])
    assert html.count("<button") == 1 and ">1, 2<" in html


def test_copied_answer_carries_its_citations() -> None:
    of = document("The truce\nbegan. It ended.")
    one = statement("The truce\nbegan.", citations=(citation(of, 0, 16),))
    two = statement("Mars won.", citations=(), check="unsupported", failed=("Mars",))
    assert render.copy_text(answer(one, two)) == (
        "Q?\n\nThe truce began. [1]\nMars won. (not found in the sources: Mars)\n\n"
        "[1] Title, Levant Desk, 8 March 2024 (seeds/a.txt): “The truce began.”"
    )


def test_an_answer_in_progress_says_so() -> None:
    assert "Reading up to 8 passages" in shown(Turn(1, "Q?", None, "writing"))
    assert "Checking the next sentence" in shown(Turn(1, "Q?", None, "writing", (statement(),)))
    assert "Waiting for the answer before" in shown(Turn(1, "Q?"))


def test_parts_that_stay_the_same_keep_their_key_and_html() -> None:
    first = render.turn_blocks(Turn(1, "Q?", None, "writing", (statement("One."),)), 8)
    both = (statement("One."), statement("Two."))
    second = render.turn_blocks(Turn(1, "Q?", None, "done", both, answer(*both)), 8)
    assert first[:2] == second[:2]
    assert [part["key"] for part in second] == ["question", "s1", "s2", "sources", "foot"]


def test_failed_answer_tells_the_fix_and_offers_another_try() -> None:
    html = shown(Turn(3, "Q?", None, "failed", problem=Problem("It broke.", "Mend it.")))
    assert "It broke." in html and "Mend it." in html and 'data-act="retry" data-value="3"' in html


def test_short_answer_is_read_from_its_document() -> None:
    of = document("On February 4.")
    one = statement(citations=(citation(of, 0, 14),))
    assert render.short_answer(answer(one, short_answer=Span(7, 3, 13))) == "February 4"
    assert render.short_answer(answer(one)) == ""


@given(TEXTS.map(lambda text: text * 9))
def test_snippet_is_the_beginning(text: str) -> None:
    line = " ".join(text.split())
    short = render.snippet(text)
    assert line.startswith(short.removesuffix(" …"))
    assert len(short) <= render.SNIPPET + 2


def test_filters_are_shown_and_kept_on_the_answer() -> None:
    filters = Filters(
        uri="seeds/truce/", outlet="Gulf Ledger", language="en", published_after=date(2024, 3, 1),
        published_before=date(2024, 3, 31),
    )  # fmt: skip
    assert list(words.filter_words(filters).values()) == [
        "Gulf Ledger", "English", "from 1 March 2024", "until 31 March 2024", "in seeds/truce",
    ]  # fmt: skip
    assert "Gulf Ledger" in shown(Turn(1, "Q?", filters, "writing"))
    assert words.filter_words(None) == words.filter_words(Filters()) == {}


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
    html = states.index_run(IndexRun(Progress("embed", 30, 120)))[0]["html"]
    assert "30 of 120" in html and "width:25.0%" in html
    report = BuildReport(2, ("a", "b"), ("c",), (), (), ("d",), 0, 5, 0, (Failure("e", "damaged", "broken"),), 1.0)
    html = states.index_run(IndexRun(report=report))[0]["html"]
    assert "2 new, 1 changed, 1 unchanged, 1 not readable" in html and "broken" in html


def test_welcome_lists_titles_and_says_how_many_more() -> None:
    documents = tuple(replace(document(), id=number, title=f"Title {number}") for number in range(1, 21))
    html = states.welcome(Library("ready", 1, documents, 57))[0]["html"]
    assert "20 documents, 57 passages" in html and 'data-value="d1"' in html
    assert html.count("<li>") == states.LISTED and "and 8 other documents" in html


@pytest.mark.parametrize(
    ("host", "expected"), [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("box", False)]
)
def test_wide_addresses_are_seen(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
