"""Answers as HTML. Pure: what a document, a model or a person wrote is escaped here before it becomes HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.types import Filters, Hit
from rag.chats.standing import Standing
from rag.chats.types import Turn
from rag.types import Answer, Statement
from ui.blocks import THUMB_DOWN, THUMB_UP, Block, block, button, icon, problem
from ui.chat.changes import changes
from ui.chat.marks import citation_mark, sources
from ui.chat.sides import disagreements
from ui.chat.snippet import snippet
from ui.words import (
    CHECK_NAMES,
    CHECKS,
    counted,
    day,
    esc,
    filter_words,
    how_checked,
    joined,
    who_says,
)

SNIPPET = 260
NO_CHANGES: Mapping[int, Standing] = {}


def turn_blocks(
    turn: Turn,
    passages: int,
    since: Mapping[int, Standing] = NO_CHANGES,
    following: Sequence[str] = (),
    is_last: bool = True,
) -> list[Block]:
    """A question and its answer as far as it goes. `passages` is how many are read for one, `since` what became of the
    cited passages by citation number, `following` are questions to go on with."""
    blocks = [block("question", question(turn, is_last))]
    if turn.answer is not None:
        blocks += before_statements(turn, turn.answer, since)
    blocks += [block(f"s{number}", statement(one, since)) for number, one in enumerate(turn.statements, 1)]
    if turn.in_progress:
        blocks.append(block("waiting", waiting(turn, passages)))
    elif turn.state == "failed" and turn.problem is not None:
        blocks.append(block("problem", problem(turn.problem, retry=turn.id)))
    elif turn.state == "stopped":
        blocks.append(block("stopped", f'<p class="quiet">Stopped. {button("retry", turn.id, "Ask again")}</p>'))
    if turn.answer is not None:
        blocks += after_statements(turn, turn.answer)
        if following:
            blocks.append(block("next", proposals("Ask next", following)))
    return blocks


def earlier(turns: int) -> list[Block]:
    return [block("earlier", f"<p>{button('earlier', turns, f'Show earlier questions ({turns:,})')}</p>")]


def question(turn: Turn, is_last: bool) -> str:
    """The last question can be put in other words, unless its answer is being written."""
    edit = icon("edit", turn.id, "✎", "Edit the question") if is_last and not turn.in_progress else ""
    return (
        f'<div class="asked"><h2 class="question" dir="auto">{esc(turn.question)}</h2>{edit}</div>{chips(turn.filters)}'
    )


def proposals(title: str, questions: Sequence[str]) -> str:
    """Questions to click on."""
    rows = "".join(
        f'<li><button class="proposal" data-act="ask" data-value="{esc(one)}" dir="auto">{esc(one)}</button></li>'
        for one in questions
    )
    return f'<div class="proposals"><h3>{esc(title)}</h3><ul>{rows}</ul></div>'


def before_statements(turn: Turn, answer: Answer, since: Mapping[int, Standing]) -> list[Block]:
    blocks = []
    if any(one.kind in ("edited", "gone") for one in since.values()):
        words = "The documents have changed since this answer."
        blocks.append(block("since", f'<p class="notice">{words} {button("retry", turn.id, "Ask again")}</p>'))
    if answer.notice:
        blocks.append(block("notice", f'<p class="notice" role="status">{esc(answer.notice)}</p>'))
    if answer.status == "abstained":
        blocks.append(block("abstained", abstained(answer)))
    if answer.carried:
        words = "".join(f'<span class="word" dir="auto">{esc(word)}</span>' for word in answer.carried)
        blocks.append(block("carried", f'<p class="quiet">Read together with {words}</p>'))
    if short := short_answer(answer):
        blocks.append(block("short", f'<p class="short" dir="auto">{esc(short)}</p>'))
    return blocks


def after_statements(turn: Turn, answer: Answer) -> list[Block]:
    blocks = []
    if answer.disagreements:
        said = {one.text for one in turn.statements}
        blocks.append(block("disagreements", disagreements(answer.disagreements, answer.citations, said)))
    if answer.missing:
        left = "".join(f"<li>{esc(words)}</li>" for words in answer.missing)
        blocks.append(block("missing", f'<div class="aside"><h3>Not answered</h3><ul>{left}</ul></div>'))
    if answer.citations:
        blocks.append(block("sources", sources(answer.citations)))
    blocks.append(block("foot", foot(turn, answer)))
    return blocks


def statement(one: Statement, since: Mapping[int, Standing] = NO_CHANGES) -> str:
    """A sentence with its citations in the text, and below it how it was checked and who says it."""
    speaker = one.attribution.speaker or "" if one.attribution is not None else ""
    marks = "".join(citation_mark(citation, speaker) for citation in one.citations)
    says = who_says(one.attribution)
    badge = f'<span class="badge" title="{esc(CHECKS[one.check])}">{esc(how_checked(one))}</span>'
    return (
        f'<div class="statement {one.check}">{lead_in(one)}<p class="sentence" dir="auto">{esc(one.text)}{marks}</p>'
        f'<p class="quiet">{joined(" · ", badge, esc(says))}</p>{changes(one, since)}</div>'
    )


def lead_in(one: Statement) -> str:
    """The sentence before, for a statement that is not clear without it."""
    return f'<p class="leadin" dir="auto">{esc(one.lead_in)}</p>' if one.lead_in else ""


def abstained(answer: Answer) -> str:
    """That the documents don't say, which words nobody covers, and what comes nearest."""
    words = "".join(f'<span class="word" dir="auto">{esc(word)}</span>' for word in answer.uncovered_terms)
    said = "The documents don’t say."
    without = ""
    if answer.filters:
        said = "The documents within these filters don’t say."
        without = f"<p>{button('unfiltered', '', 'Ask all documents')}</p>"
    uncovered = f'<p class="quiet">None of the passages found mentions {words}</p>' if words else ""
    cards = "".join(nearest_card(number, hit, answer.question) for number, hit in enumerate(answer.nearest, 1))
    nearest = f'<h3>What comes nearest</h3><div class="cards">{cards}</div>' if cards else ""
    return f'<p class="short">{said}</p>{uncovered}{without}{nearest}'


def nearest_card(number: int, hit: Hit, question: str) -> str:
    facts = joined(" · ", hit.document.outlet, day(hit.document.published))
    return (
        f'<button class="card" data-act="open" data-value="n{number}" dir="auto">'
        f'<span class="title">{esc(hit.document.label)}</span><span class="facts">{esc(facts)}</span>'
        f'<span class="snippet">{esc(snippet(hit.passage.text, question, SNIPPET))}</span></button>'
    )


def short_answer(answer: Answer) -> str:
    """The words of the short answer: they lie in a document that is cited."""
    span = answer.short_answer
    if span is None:
        return ""
    texts = (c.document.text for c in answer.citations if c.document.id == span.document_id)
    return next(texts, "")[span.start : span.end]


def waiting(turn: Turn, passages: int) -> str:
    if turn.state == "waiting":
        words = "Waiting for the answer before this one …"
    elif turn.statements:
        words = "Checking the next sentence …"
    else:
        words = f"Reading up to {counted(passages, 'passage')} …"
    lines = "" if turn.statements else '<span class="bone"></span><span class="bone"></span>'
    stop = button("stop", turn.id, "Stop")
    return f'<div class="waiting" role="status"><p><span class="dot"></span>{words}{stop}</p>{lines}</div>'


def foot(turn: Turn, answer: Answer) -> str:
    by = ""
    if answer.statements:
        by = f"written by {answer.model}, every sentence checked" if answer.mode == "llm" else "exact sentences"
    seconds = f"{answer.timings['total']:.1f} s" if "total" in answer.timings else ""
    copy = button("copy", "", "Copy with citations") if answer.statements else ""
    verdict = turn.feedback.verdict if turn.feedback is not None else ""
    thumbs = icon("good", turn.id, THUMB_UP, "A good answer", verdict == "good") + icon(
        "bad", turn.id, THUMB_DOWN, "Something is wrong", verdict == "bad"
    )
    told = f"<span>{esc(joined(' · ', by, seconds))}</span>"
    return f'<div class="foot">{copy}<span class="thumbs">{thumbs}</span>{told}{legend(turn.statements)}</div>'


def legend(statements: Sequence[Statement]) -> str:
    """What the checks of these statements mean, for whoever asks."""
    used = [name for name in CHECKS if any(one.check == name for one in statements)]
    rows = "".join(f"<li><b>{esc(CHECK_NAMES[name])}</b>: {esc(CHECKS[name])}</li>" for name in used)
    return f'<details class="legend"><summary>How it was checked</summary><ul>{rows}</ul></details>' if rows else ""


def chips(filters: Filters | None) -> str:
    shown = filter_words(filters).values()
    return f'<p class="limits">Only {"".join(map(_limit, shown))}</p>' if shown else ""


def _limit(words: str) -> str:
    return f'<span class="limit" dir="auto">{esc(words)}</span>'


def copy_text(answer: Answer) -> str:
    """The answer as plain text with its sources below."""
    lines = [answer.question, "", *map(_copied_statement, answer.statements), ""]
    for citation in answer.citations:
        document = citation.document
        page = "" if citation.page is None else f"page {citation.page}"
        facts = joined(", ", document.label, document.outlet, day(document.published), page)
        lines.append(f"[{citation.marker}] {facts} ({document.uri}): “{' '.join(citation.quote.split())}”")
    return "\n".join(lines)


def _copied_statement(one: Statement) -> str:
    marks = "".join(f"[{citation.marker}]" for citation in one.citations)
    doubt = f"({how_checked(one)})" if one.check == "unsupported" else ""
    return joined(" ", " ".join(one.text.split()), marks, doubt)
