"""Answers as HTML. Pure: what a document, a model or a person wrote is escaped here before it becomes HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index.types import Filters, Hit
from rag.types import Answer, Attribution, Citation, Disagreement, Statement
from ui.model import Problem, Turn
from ui.words import counted, day, esc, filter_words, how_checked, joined, whence, who_says

SNIPPET = 260

Block = dict[str, str]


def block(key: str, html: str) -> Block:
    """A part of a view. The page keeps a part as it stands while its key and its HTML stay the same."""
    return {"key": key, "html": html}


def turn_blocks(turn: Turn, passages: int) -> list[Block]:
    """A question and its answer as far as it goes; `passages` is how many are read for one."""
    blocks = [block("question", f'<h2 class="question" dir="auto">{esc(turn.question)}</h2>{chips(turn.filters)}')]
    if turn.answer is not None:
        blocks += before_statements(turn.answer)
    blocks += [block(f"s{number}", statement(one)) for number, one in enumerate(turn.statements, 1)]
    if turn.in_progress:
        blocks.append(block("waiting", waiting(turn, passages)))
    elif turn.state == "failed" and turn.problem is not None:
        blocks.append(block("problem", problem(turn.problem, retry=turn.id)))
    elif turn.state == "stopped":
        blocks.append(block("stopped", f'<p class="quiet">Stopped. {button("retry", turn.id, "Ask again")}</p>'))
    if turn.answer is not None:
        blocks += after_statements(turn, turn.answer)
    return blocks


def before_statements(answer: Answer) -> list[Block]:
    blocks = []
    if answer.notice:
        blocks.append(block("notice", f'<p class="notice" role="status">{esc(answer.notice)}</p>'))
    if answer.status == "abstained":
        blocks.append(block("abstained", abstained(answer)))
    if short := short_answer(answer):
        blocks.append(block("short", f'<p class="short" dir="auto">{esc(short)}</p>'))
    return blocks


def after_statements(turn: Turn, answer: Answer) -> list[Block]:
    blocks = []
    if answer.disagreements:
        blocks.append(block("disagreements", disagreements(answer.disagreements, answer.citations)))
    if answer.missing:
        left = "".join(f"<li>{esc(words)}</li>" for words in answer.missing)
        blocks.append(block("missing", f'<div class="aside"><h3>Not answered</h3><ul>{left}</ul></div>'))
    if answer.citations:
        blocks.append(block("sources", sources(answer.citations)))
    blocks.append(block("foot", foot(answer)))
    return blocks


def statement(one: Statement) -> str:
    """A sentence with its citations in the text, and below it how it was checked and who says it."""
    marks = "".join(map(citation_mark, one.citations))
    says = who_says(one.attribution)
    quiet = joined(" · ", f'<span class="badge">{esc(how_checked(one))}</span>', esc(says))
    return (
        f'<div class="statement {one.check}"><p class="sentence" dir="auto">{esc(one.text)}{marks}</p>'
        f'<p class="quiet">{quiet}</p></div>'
    )


def citation_mark(citation: Citation) -> str:
    return (
        f'<sup><button class="cite" data-act="open" data-value="{citation.marker}" '
        f'aria-label="Citation {citation.marker}: {esc(whence(citation))}">{citation.marker}'
        f'<span class="tip" aria-hidden="true">{esc(whence(citation))}</span></button></sup>'
    )


def sources(citations: Sequence[Citation]) -> str:
    """One line a document: its numbers, title, outlet and date."""
    by_document: dict[int, list[Citation]] = {}
    for citation in citations:
        by_document.setdefault(citation.document.id, []).append(citation)
    return '<div class="sources">' + "".join(map(_source_chip, by_document.values())) + "</div>"


def _source_chip(citations: Sequence[Citation]) -> str:
    document = citations[0].document
    numbers = ", ".join(str(citation.marker) for citation in citations)
    facts = joined(" · ", document.outlet, day(document.published))
    return (
        f'<button class="chip" data-act="open" data-value="{citations[0].marker}" dir="auto">'
        f'<span class="number">{numbers}</span><span class="title">{esc(document.label)}</span>'
        f'<span class="facts">{esc(facts)}</span></button>'
    )


def disagreements(found: Sequence[Disagreement], citations: Iterable[Citation]) -> str:
    by_marker = {citation.marker: citation for citation in citations}
    rows = "".join(
        f'<li dir="auto"><b>{esc(one.value)}</b> '
        f"{''.join(citation_mark(by_marker[marker]) for marker in one.markers if marker in by_marker)}"
        f"{_says(one.attribution)}</li>"
        for one in found
    )
    return f'<div class="aside"><h3>The sources differ</h3><ul>{rows}</ul></div>'


def _says(attribution: Attribution) -> str:
    return f'<span class="quiet">{esc(who_says(attribution))}</span>'


def abstained(answer: Answer) -> str:
    """That the documents don't say, which words nobody covers, and what comes nearest."""
    words = "".join(f'<span class="word" dir="auto">{esc(word)}</span>' for word in answer.uncovered_terms)
    uncovered = f'<p class="quiet">None of the passages found mentions {words}</p>' if words else ""
    cards = "".join(nearest_card(number, hit) for number, hit in enumerate(answer.nearest, 1))
    nearest = f'<h3>What comes nearest</h3><div class="cards">{cards}</div>' if cards else ""
    return f'<p class="short">The documents don’t say.</p>{uncovered}{nearest}'


def nearest_card(number: int, hit: Hit) -> str:
    facts = joined(" · ", hit.document.outlet, day(hit.document.published))
    return (
        f'<button class="card" data-act="open" data-value="n{number}" dir="auto">'
        f'<span class="title">{esc(hit.document.label)}</span><span class="facts">{esc(facts)}</span>'
        f'<span class="snippet">{esc(snippet(hit.passage.text))}</span></button>'
    )


def snippet(text: str) -> str:
    """The beginning of a passage on one line, cut after a word."""
    line = " ".join(text.split())
    if len(line) <= SNIPPET:
        return line
    cut = line[:SNIPPET]
    return (cut.rsplit(" ", 1)[0] if " " in cut[SNIPPET // 2 :] else cut) + " …"


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


def problem(what: Problem, retry: int | None = None) -> str:
    again = "" if retry is None else button("retry", retry, "Try again")
    fix = f'<p class="fix" dir="auto">{esc(what.fix)}</p>' if what.fix else ""
    return f'<div class="problem" role="alert"><p dir="auto">{esc(what.message)}</p>{fix}{again}</div>'


def foot(answer: Answer) -> str:
    by = ""
    if answer.statements:
        by = f"written by {answer.model}, every sentence checked" if answer.mode == "llm" else "exact sentences"
    seconds = f"{answer.timings['total']:.1f} s" if "total" in answer.timings else ""
    copy = button("copy", "", "Copy with citations") if answer.statements else ""
    return f'<p class="foot">{copy}<span>{esc(joined(" · ", by, seconds))}</span></p>'


def chips(filters: Filters | None) -> str:
    shown = filter_words(filters).values()
    return f'<p class="limits">Only {"".join(map(_limit, shown))}</p>' if shown else ""


def _limit(words: str) -> str:
    return f'<span class="limit" dir="auto">{esc(words)}</span>'


def button(act: str, value: object, label: str) -> str:
    return f'<button class="plain" data-act="{act}" data-value="{esc(str(value))}">{esc(label)}</button>'


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
