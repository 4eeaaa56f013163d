"""A chat as Markdown, as one HTML page and as JSON, with every quote and where it stands. Pure.

What documents, models and people wrote is text there and never markup: no link, image or tag comes of it.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from rag.chats.outline import Block, outline
from rag.chats.types import Feedback, SavedChat, Turn
from rag.present import answer_json
from rag.types import Answer, Filters

Json = dict[str, Any]

# What would steer the page or the terminal: controls, and marks that turn the direction of all that follows.
_UNSHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MARKUP = re.compile(r"[\\`*_\[\]<>&#|~$@^{}]|(?<=:)/(?=/)|(?<=www)\.", re.IGNORECASE)
_AT_START = re.compile(r"([-+=:])|(\d{1,9})([.)])")


def as_markdown(chat: SavedChat) -> str:
    """CommonMark; all text is escaped, so that it reads as it was."""
    return "\n\n".join(map(_markdown, outline(chat))) + "\n"


def as_html(chat: SavedChat) -> str:
    """One page that needs nothing else: no script, nothing fetched, light and dark, made for paper too."""
    body = "\n".join(map(_html, outline(chat)))
    return _PAGE.format(title=_shown(chat.title or "Chat"), style=_STYLE, body=body)


def as_json(chat: SavedChat) -> Json:
    """The form `chat` of schema.json. Offsets count code points in the text that `citewise text URI` writes."""
    return {
        "title": chat.title,
        "created": chat.created.isoformat(),
        "changed": chat.changed.isoformat(),
        "filters": _filters(chat.filters),
        "turns": [_turn(turn) for turn in chat.turns],
    }


def escaped(text: str) -> str:
    """Text on one line as Markdown that shows it."""
    line = " ".join(_UNSHOWN.sub("\ufffd", text).split())
    line = _MARKUP.sub(r"\\\g<0>", line)
    start = _AT_START.match(line)
    if start is None:
        return line
    return f"\\{line}" if start[1] else f"{start[2]}\\{line[start.end() - 1 :]}"


def _markdown(block: Block) -> str:
    text, about = escaped(block.text), escaped(block.about)
    match block.kind:
        case "title" | "question" | "heading":
            mark = {"title": "#", "question": "##", "heading": "###"}[block.kind]
            return f"{mark} {text}" + (f"\n\n{about}" if about else "")
        case "note" | "short":
            return text
    doubt = "**Not found in the sources:** " if block.kind == "doubtful" else ""
    quote = f"> {escaped(block.quote)}" if block.quote else ""
    return "- " + "\n\n  ".join(part for part in (f"{doubt}{text}", about, quote) if part)


def _shown(text: str) -> str:
    return escape(_UNSHOWN.sub("\ufffd", text), quote=True)


def _html(block: Block) -> str:
    text = _shown(block.text)
    about = f'<p class="about" dir="auto">{_shown(block.about)}</p>' if block.about else ""
    match block.kind:
        case "title" | "question" | "heading":
            tag = {"title": "h1", "question": "h2", "heading": "h3"}[block.kind]
            return f'<{tag} dir="auto">{text}</{tag}>{about}'
        case "note" | "short":
            return f'<p class="{block.kind}" dir="auto">{text}</p>'
    doubt = '<strong class="doubt">Not found in the sources:</strong> ' if block.kind == "doubtful" else ""
    quote = f'<blockquote dir="auto">{_shown(block.quote)}</blockquote>' if block.quote else ""
    return f'<div class="{block.kind}"><p dir="auto">{doubt}{text}</p>{about}{quote}</div>'


def _turn(turn: Turn) -> Json:
    return {
        "number": turn.id,
        "question": turn.question,
        "state": turn.state,
        "asked": turn.asked.isoformat() if turn.asked else None,
        "filters": _filters(turn.filters or Filters()),
        "answer": None if turn.answer is None else answer_json(turn.answer),
        "unfinished": _unfinished(turn),
        "problem": None if turn.problem is None else {"message": turn.problem.message, "fix": turn.problem.fix},
        "feedback": None if turn.feedback is None else _feedback(turn.feedback),
    }


def _unfinished(turn: Turn) -> Json | None:
    """What had been checked of an answer that did not come to its end."""
    if turn.answer is not None or not turn.statements:
        return None
    citations = {one.marker: one for said in turn.statements for one in said.citations}
    so_far = _answer(turn.question, turn.statements, tuple(citations[marker] for marker in sorted(citations)))
    told = answer_json(so_far)
    return {"statements": told["statements"], "citations": told["citations"]}


def _answer(question: str, statements: Any = (), citations: Any = (), filters: Filters | None = None) -> Answer:
    return Answer(
        question, "", statements, citations, None, "partial", (), (), (), (), 0, "extractive", filters=filters
    )


def _filters(filters: Filters) -> Json | None:
    told: Json | None = answer_json(_answer("", filters=filters or None))["filters"]
    return told


def _feedback(feedback: Feedback) -> Json:
    return {
        "verdict": feedback.verdict,
        "note": feedback.note,
        "relevant": list(feedback.relevant),
        "answerable": feedback.answerable,
        "given": feedback.given.isoformat() if feedback.given else None,
    }


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --quiet: #57606a; --paper: #fff; --rule: #d0d7de; --doubt: #a40e26; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --quiet: #9aa4af; --paper: #14171b; --rule: #3a424c; --doubt: #ff8f8f; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; border-top: 1px solid var(--rule);
  padding-top: 1.5rem; } h3 { font-size: 1rem; }
p { margin: .5rem 0; } .about, .note { color: var(--quiet); font-size: .875rem; } .short { font-weight: 600; }
.statement, .doubtful, .item, .source { margin: 1rem 0; } .doubt { color: var(--doubt); }
blockquote { margin: .25rem 0; padding-inline-start: .75rem; border-inline-start: 3px solid var(--rule);
  white-space: pre-wrap; }
@media print { :root { --ink: #000; --quiet: #444; --paper: #fff; --rule: #999; --doubt: #8b0000; }
  body { font-size: 10.5pt; } h2, h3 { break-after: avoid; } .statement, .source { break-inside: avoid; } }
"""
