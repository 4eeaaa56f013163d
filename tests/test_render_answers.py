"""Answers, differing sources, changes since, proposals and the list of chats as HTML and as copied text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from rendered import TEXTS, Page, answer, citation, document, html_of, statement

from index.types import Filters, Hit, Passage, Span
from rag.chats.standing import Standing
from rag.chats.types import ChatHead, Feedback, Problem, Turn
from rag.types import Attribution, Disagreement
from ui.chat import render
from ui.chat.changes import SAME, changes, difference
from ui.chat.listing import age_of, chat_list
from ui.chat.marks import sources
from ui.chat.sides import disagreements
from ui.words import CHECKS, cut

NOW = datetime(2026, 3, 8, 0, 30, tzinfo=UTC)


def shown(turn: Turn, **values: Any) -> str:
    return html_of(render.turn_blocks(turn, 8, **values))


def done(*statements: Any, **values: Any) -> Turn:
    return Turn(1, "Q?", None, "done", statements, answer(*statements, **values))


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
    assert Page(html).values("title") == [CHECKS[values["check"]]]


def test_the_legend_tells_of_the_checks_that_occur() -> None:
    legend = Page(shown(done(statement(), statement(check="grounded")))).text
    assert CHECKS["verbatim"] in legend and CHECKS["grounded"] in legend and CHECKS["unsupported"] not in legend


def test_a_citation_shows_its_quote_speaker_place_and_page() -> None:
    of = document("The truce began. It ended.")
    says = Attribution("a lawmaker", "Levant Desk", date(2024, 3, 8), True)
    page = Page(render.statement(statement(citations=(citation(of, 0, 16, 2, page=4),), attribution=says)))
    assert page.values("aria-label") == ["Citation 2: a lawmaker · Levant Desk, 8 March 2024 · page 4"]
    assert "The truce began." in page.text
    assert "A lawmaker, as reported by Levant Desk, 8 March 2024" in page.text


def test_a_statement_that_leans_on_the_one_before_shows_it() -> None:
    of = document("The truce began. It ended.")
    one = statement("It ended.", citations=(citation(of, 17, 26),), context=Span(7, 0, 16))
    assert 'class="leadin"' in render.statement(one) and "The truce began." in Page(render.statement(one)).text


def test_one_line_a_cited_document() -> None:
    of = document("One. Two.")
    html = sources([citation(of, 0, 4, 1), citation(of, 5, 9, 2)])
    assert html.count("<button") == 1 and ">1, 2<" in html


def test_copied_answer_carries_its_citations() -> None:
    of = document("The truce\nbegan. It ended.")
    one = statement("The truce\nbegan.", citations=(citation(of, 0, 16),))
    two = statement("Mars won.", citations=(), check="unsupported", failed=("Mars",))
    assert render.copy_text(answer(one, two)) == (
        "Q?\n\nThe truce began. [1]\nMars won. (not found in the sources: Mars)\n\n"
        "[1] Title, Levant Desk, 8 March 2024 (seeds/a.txt): “The truce began.”"
    )


def test_an_answer_in_progress_says_so_and_can_be_stopped() -> None:
    assert "Reading up to 8 passages" in shown(Turn(1, "Q?", None, "writing"))
    assert "Checking the next sentence" in shown(Turn(1, "Q?", None, "writing", (statement(),)))
    assert "Waiting for the answer before" in shown(Turn(1, "Q?"))
    assert 'data-act="stop" data-value="2"' in shown(Turn(2, "Q?", None, "writing"))
    assert 'data-act="stop"' not in shown(done(statement()))


def test_parts_that_stay_the_same_keep_their_key_and_html() -> None:
    first = render.turn_blocks(Turn(1, "Q?", None, "writing", (statement("One."),)), 8, is_last=False)
    both = (statement("One."), statement("Two."))
    second = render.turn_blocks(replace(done(*both)), 8, is_last=False)
    assert first[:2] == second[:2]
    assert [part["key"] for part in second] == ["question", "s1", "s2", "sources", "foot"]


def test_only_the_last_question_can_be_edited_and_not_while_it_is_answered() -> None:
    last, earlier = shown(done(statement())), shown(done(statement()), is_last=False)
    assert 'data-act="edit" data-value="1"' in last and 'data-act="edit"' not in earlier
    assert 'data-act="edit"' not in shown(Turn(1, "Q?", None, "writing"))


def test_failed_answer_tells_the_fix_and_offers_another_try() -> None:
    html = shown(Turn(3, "Q?", None, "failed", problem=Problem("It broke.", "Mend it.")))
    assert "It broke." in html and "Mend it." in html and 'data-act="retry" data-value="3"' in html


def test_a_stopped_answer_keeps_its_statements_and_can_be_asked_again() -> None:
    html = shown(Turn(2, "Q?", None, "stopped", (statement("One."),)))
    assert "One." in html and "Stopped." in html and 'data-act="retry" data-value="2"' in html


def test_an_abstention_names_what_nobody_mentions_and_what_comes_nearest() -> None:
    hit = Hit(Passage(1, 7, 0, 6, 10, "One."), document("Zero. One. Two."), 0.5)
    html = shown(done(status="abstained", nearest=(hit,), uncovered_terms=("prime", "minister")))
    assert "The documents don’t say." in html and 'data-value="n1"' in html
    assert ">prime<" in html and ">minister<" in html and 'data-act="copy"' not in html


def test_short_answer_is_read_from_its_document() -> None:
    of = document("On February 4.")
    one = statement(citations=(citation(of, 0, 14),))
    assert render.short_answer(answer(one, short_answer=Span(7, 3, 13))) == "February 4"
    assert render.short_answer(answer(one)) == ""


def test_a_verdict_stays_down() -> None:
    turn = done(statement())
    assert Page(shown(turn)).values("aria-pressed") == ["false", "false"]
    assert Page(shown(replace(turn, feedback=Feedback("good")))).values("aria-pressed") == ["true", "false"]
    assert Page(shown(replace(turn, feedback=Feedback("bad")))).values("aria-pressed") == ["false", "true"]


def test_questions_to_go_on_with_are_asked_by_a_click() -> None:
    page = Page(shown(done(statement()), following=("Who said it?", "When?")))
    assert [value for value in page.values("data-value") if value.endswith("?")] == ["Who said it?", "When?"]
    assert "Ask next" in page.text and "Ask next" not in Page(shown(done(statement()))).text


@given(TEXTS.map(lambda text: text * 9))
def test_a_snippet_is_the_beginning(text: str) -> None:
    line = " ".join(text.split())
    short = cut(text, render.SNIPPET)
    assert line.startswith(short.removesuffix(" …"))
    assert len(short) <= render.SNIPPET + 2
    assert short == line or len(short) > render.SNIPPET // 2


def test_filters_stay_on_the_answer() -> None:
    html = shown(Turn(1, "Q?", Filters(outlet="Gulf Ledger", format="pdf"), "writing"))
    assert ">Gulf Ledger<" in html and ">PDF<" in html


def test_differing_sources_stand_side_by_side_with_who_when_and_what_replaced_them() -> None:
    of = document("4 knots. 9 knots.")
    cited = (citation(of, 0, 8, 1), citation(of, 9, 17, 2))
    old = Disagreement("4 knots", Attribution(None, "Gulf Ledger", date(2024, 3, 8), False), (1,), replaced_by=1)
    new = Disagreement("9 knots", Attribution("a pilot", None, None, False), (2,), since=date(2025, 4, 1))
    html = disagreements((old, new), cited)
    assert html.count('<li class="side past">') == html.count('<li class="side">') == 1
    assert "Gulf Ledger, 8 March 2024 · replaced later by: 9 knots" in html
    assert "A pilot · since 1 April 2025" in html and Page(html).values("data-value") == ["1", "2"]
    long = replace(new, value="nine " * 30)
    assert Page(disagreements((long,), cited, {long.value})).text.count("nine") < Page(
        disagreements((long,), cited)
    ).text.count("nine")


def test_what_became_of_a_passage_is_told_at_its_statement() -> None:
    one = statement(citations=(citation(document("One. Two."), 0, 4),))
    edited = Standing("edited", "a.txt", 0, 4, (("same", "It is"), ("removed", "four"), ("added", "<nine>")))
    html = render.statement(one, {1: edited, 2: Standing("gone", "b.txt", 0, 1)})
    assert "[1] Edited since" in html and "It is <del>four</del> <ins>&lt;nine&gt;</ins>" in html and "[2]" not in html
    assert changes(one, {1: Standing("unchanged", "a.txt", 0, 4)}) == changes(one, {}) == ""
    assert "[1] No longer in the index" in changes(one, {1: Standing("gone", "a.txt", 0, 4)})


@pytest.mark.parametrize(("kind", "told"), [("edited", 1), ("gone", 1), ("moved", 0), ("unchanged", 0)])
def test_an_answer_whose_sources_changed_says_so_once(kind: Any, told: int) -> None:
    html = shown(done(statement()), since={1: Standing(kind, "a.txt", 0, 4), 2: Standing(kind, "a.txt", 5, 9)})
    assert html.count("The documents have changed since this answer.") == told


def test_long_equal_stretches_of_a_difference_keep_their_ends() -> None:
    same = " ".join(f"word{number}" for number in range(100))
    text = difference(Standing("edited", "a.txt", 0, 4, (("same", same), ("added", "new"))))
    assert text.startswith("word0 ") and text.endswith("word99 <ins>new</ins>") and " … " in text
    assert len(text) < 3 * SAME


@pytest.mark.parametrize(
    ("before", "age"),
    [
        (timedelta(hours=-1), "Today"),  # a clock that was put back
        (timedelta(minutes=29), "Today"),
        (timedelta(minutes=31), "Yesterday"),
        (timedelta(days=1), "Yesterday"),
        (timedelta(days=1, minutes=31), "Last seven days"),
        (timedelta(days=7), "Last seven days"),
        (timedelta(days=7, minutes=31), "Earlier"),
    ],
)
def test_chats_are_told_apart_by_age(before: timedelta, age: str) -> None:
    assert age_of(NOW - before, NOW) == age


def test_the_list_of_chats_is_grouped_and_names_the_open_one() -> None:
    heads = [ChatHead(f"id{days}", f"Chat {days}", NOW, NOW - timedelta(days=days), 1) for days in (0, 0, 1, 30)]
    blocks = chat_list(heads, "id1", NOW, False)
    assert [part["key"] for part in blocks] == ["since-Today", "since-Yesterday", "since-Earlier"]
    assert [html_of([part]).count("<li ") for part in blocks] == [2, 1, 1]
    assert [part["html"].count("aria-current") for part in blocks] == [0, 1, 0]
    assert "will be kept here" in html_of(chat_list([], "", NOW, False))
    assert "No chat holds these words." in html_of(chat_list([], "", NOW, True))
