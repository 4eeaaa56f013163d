"""Sources: the marked span is the quote, the text stays whole, windows keep the span, pages are pictures of ours."""

from __future__ import annotations

import re
from base64 import b64decode
from html import unescape

from hypothesis import given
from hypothesis import strategies as st
from rendered import HOSTILE, TEXTS, Page, answer, assert_ours, citation, document, statement

from index.types import Hit, Passage
from ui.chat.changes import note
from ui.chat.sheet import NONE, UNSURE, Sheet, sheet_body, sheet_choice
from ui.chat.source import MARGIN, SNAP, Source, Window, marked_text, panel, sources_of, window_around

PIXEL = bytes(range(256))


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


@given(TEXTS.filter(lambda text: len(text) > 1), st.data())
def test_the_other_spans_are_marked_apart_and_whole(text: str, data: st.DataObject) -> None:
    ends = sorted(data.draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=8)))
    spans = list(zip(ends[::2], ends[1::2], strict=False))
    first, last = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    pages = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=4)))
    (start, end), *also = data.draw(st.permutations(spans))
    page = Page(marked_text(text, Window(first, last), start, end, pages, also))
    seen = [(left, right) for left, right in sorted(also) if first <= left and right <= last]
    assert page.text == text[first:last]
    assert page.marked == (text[start:end] if first <= start and end <= last else "")
    assert page.also == "".join(text[left:right] for left, right in seen)


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


def test_the_panel_steps_through_the_other_citations() -> None:
    of = document("One. Two.")
    found = sources_of((statement(citations=(citation(of, 5, 9, 2), citation(of, 0, 4, 1))),), None)
    assert list(found) == ["1", "2"]
    parts = panel(found["1"], Window(0, 9), found)
    assert "Citation 1 of 2" in parts["head"] and 'data-value="2"' in parts["head"]
    assert Page(parts["text"]).marked == "One." and Page(parts["text"]).also == "Two."
    for fact in ("Title", "Levant Desk", "8 March 2024", "seeds/a.txt"):
        assert fact in parts["head"]


def test_only_what_the_same_statement_cites_in_the_same_document_is_marked_along() -> None:
    of, other = document("One. Two. Three. Four."), document("Elsewhere.", id=8)
    both = statement(citations=(citation(of, 0, 4, 1), citation(of, 10, 16, 2), citation(other, 0, 10, 3)))
    alone = statement(citations=(citation(of, 5, 9, 4),))
    found = sources_of((both, alone), None)
    assert found["1"].also == ((10, 16),)
    assert found["2"].also == ((0, 4),)
    assert found["3"].also == found["4"].also == ()


def test_spans_that_overlap_are_marked_as_one() -> None:
    text = "One two three four five six."
    of = document(text)
    cited = [citation(of, 0, 3, 1), citation(of, 8, 18, 2), citation(of, 14, 23, 3), citation(of, 19, 23, 4)]
    source = sources_of((statement(citations=tuple(cited)),), None)["1"]
    page = Page(panel(source, Window(0, len(text)), {})["text"])
    assert (page.marked, page.also, page.text) == ("One", "three four five", text)


def test_nearest_passages_can_be_opened() -> None:
    of = document("Zero. One. Two.")
    hit = Hit(Passage(1, 7, 0, 6, 10, "One."), of, 0.5)
    nothing = answer(status="abstained", nearest=(hit,))
    assert sources_of((), nothing) == {"n1": Source("n1", of, 6, 10)}
    assert "Nearest passage 1 of 1" in panel(Source("n1", of, 6, 10), Window(0, 15), sources_of((), nothing))["head"]


def test_a_document_without_a_span_has_no_mark() -> None:
    parts = panel(Source("d7", document("One."), 0, 0), Window(0, 4), {}, "It has changed.")
    assert Page(parts["text"]).text == "One." and "<mark" not in parts["text"]
    assert '<p class="note">It has changed.</p>' in parts["head"] and ">Document<" in parts["head"]


def test_the_page_is_a_picture_with_boxes() -> None:
    sheet = Sheet(3, True, PIXEL, width=600, height=800, boxes=((0.1, 0.25, 0.6, 0.3), (0.1, 0.3, 0.2, 0.35)))
    html = sheet_body(sheet)
    assert_ours(html, pictures=True)
    page = Page(html)
    assert b64decode(page.values("src")[0].partition(",")[2]) == PIXEL
    assert page.values("alt") == ["Page 3"] and page.values("width") == ["600"]
    assert page.values("style")[0] == "left:10.000%;top:25.000%;width:50.000%;height:5.000%"
    assert html.count('class="box"') == 2 and UNSURE not in html


def test_without_sure_places_nothing_is_boxed_and_that_is_said() -> None:
    assert UNSURE in Page(sheet_body(Sheet(1, True, PIXEL))).text
    assert NONE in Page(sheet_body(Sheet(1, True, b""))).text and "<img" not in sheet_body(Sheet(1, True, b""))
    assert "Drawing the page" in sheet_body(Sheet(1, True))


def test_text_or_page_can_be_chosen_and_the_choice_is_told() -> None:
    of = document(HOSTILE, pages=(0,))
    source = Source("1", of, 0, 8, 1)
    as_text = panel(source, Window(0, len(HOSTILE)), {}, sheet=Sheet(1, False))
    as_page = panel(source, Window(0, len(HOSTILE)), {}, sheet=Sheet(1, True, PIXEL))
    for parts, pressed in ((as_text, ["true", "false"]), (as_page, ["false", "true"])):
        assert Page(parts["head"]).values("aria-pressed") == pressed
        assert_ours(parts["head"])
    assert Page(as_text["text"]).marked == HOSTILE[:8] and "<img" in as_page["text"]
    assert sheet_choice(Sheet(1, False)) not in panel(source, Window(0, 8), {})["head"]


def test_an_old_text_is_told_apart_from_that_of_the_index() -> None:
    assert note(None, True) == ""
    assert "changed since, or is gone" in note(None, False)
