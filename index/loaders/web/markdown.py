"""Markdown (CommonMark with tables), as a reader sees it: no markup, no addresses."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from index.loaders.builder import TextBuilder, unify_newlines
from index.loaders.content import Content
from index.loaders.encoding import decode
from index.loaders.metadata import from_pairs, merge, printed
from index.loaders.web import html
from index.loaders.web.front_matter import split_front_matter
from index.loaders.web.inline import raised_signs

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

__all__ = ["add_markdown", "load", "split_front_matter"]

_DEEPEST = 60
_NOTE = re.compile(r"^ {0,3}\[\^([^\]\s]{1,60})\]:", re.M)
_NOTE_REFERENCE = re.compile(r"\[\^([^\]\s]{1,60})\]")
_TAG = re.compile(r"<(/?)(br|sup|sub)\b", re.I)


def load(data: bytes) -> Content:
    front, body = split_front_matter(unify_newlines(decode(data)))
    builder = TextBuilder()
    add_markdown(body, builder)
    title = next((heading.title for heading in builder.headings if heading.level == 1), None)
    return builder.content(merge(from_pairs([*front, ("h1", title)]), printed(builder.text)))


def add_markdown(source: str, builder: TextBuilder) -> None:
    """Adds the blocks of a Markdown text, which has no front matter."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    parser.block.ruler.at("reference", _definition)
    _add_blocks(iter(parser.parse(source)), builder, frozenset(_NOTE.findall(source)))


def _definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Definitions of links are not shown; those of footnotes, which look like them, are."""
    from markdown_it.rules_block import reference

    is_note = state.src.startswith("[^", state.bMarks[start] + state.tShift[start])
    return not is_note and reference(state, start, end, silent)


def _add_blocks(tokens: Iterator[Token], builder: TextBuilder, notes: Collection[str]) -> None:
    level = 0
    marker: str | None = None
    for token in tokens:
        match token.type:
            case "heading_open":
                level = int(token.tag[1])
            case "heading_close":
                level = 0
            case "list_item_open":
                marker = f"{token.info}{token.markup} " if token.info else "- "
            case "list_item_close":
                marker = None
            case "inline":
                text = _inline(token.children or (), notes)
                if level:
                    builder.heading(text, level)
                elif marker is not None:
                    builder.item(text, marker)
                    marker = None  # further paragraphs of the item stand without it
                else:
                    builder.paragraph(text)
            case "fence" | "code_block":
                builder.verbatim(token.content)
            case "html_block":
                html.add_fragment(token.content, builder)
            case "table_open":
                builder.table(_rows(tokens, notes), has_header=True)


def _rows(tokens: Iterator[Token], notes: Collection[str]) -> list[list[str]]:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_inline(token.children or (), notes))
    return rows


def _inline(tokens: Iterable[Token], notes: Collection[str] = ()) -> str:
    pieces: list[str] = []
    raised: list[tuple[str, int]] = []  # open sup and sub elements, and where they began
    for token in tokens:
        if _NOTE.match(token.content) and pieces and pieces[-1] == " ":
            pieces[-1] = "\n"  # each note has a line of its own
        tag = _TAG.match(token.content) if token.type == "html_inline" else None
        if tag is None:
            pieces.append(_piece(token, notes))
        elif tag[2].lower() == "br":
            pieces.append("\n")
        elif not tag[1]:
            raised.append((tag[2].lower(), len(pieces)))
        elif raised:
            name, start = raised.pop()
            inner = "".join(pieces[start:])
            pieces[start:] = [raised_signs(name, inner) or inner]
    return "".join(pieces)


def _piece(token: Token, notes: Collection[str]) -> str:
    match token.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "image":
            return _inline(token.children or ())
        case "html_inline":
            return ""
        case "text":
            return _NOTE_REFERENCE.sub(lambda found: f"[{found[1]}]" if found[1] in notes else found[0], token.content)
        case _:
            return token.content
