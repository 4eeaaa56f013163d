"""Markdown (CommonMark with tables), as a reader sees it: no markup, no addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from index.loaders import html
from index.loaders.builder import TextBuilder, unify_newlines
from index.loaders.content import Content
from index.loaders.encoding import decode
from index.loaders.metadata import from_pairs, merge, printed

if TYPE_CHECKING:
    from markdown_it.token import Token

_DEEPEST = 60
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_ENTRY = re.compile(r"([\w.:-]+)[ \t]*:(?:[ \t]+(.*))?")
_LIST_ENTRY = re.compile(r"[ \t]*-[ \t]+(.*)")


def load(data: bytes) -> Content:
    from markdown_it import MarkdownIt

    front, body = split_front_matter(unify_newlines(decode(data)))
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    builder = TextBuilder()
    _add_blocks(iter(parser.parse(body)), builder)
    title = next((heading.title for heading in builder.headings if heading.level == 1), None)
    return builder.content(merge(from_pairs([*front, ("h1", title)]), printed(builder.text)))


def split_front_matter(text: str) -> tuple[list[tuple[str, str]], str]:
    """The `key: value` lines between two `---` at the start, and the text behind them."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return [], text
    pairs: list[tuple[str, str]] = []
    for line in (match[1] or "").split("\n"):
        if entry := _ENTRY.fullmatch(line):
            pairs.append((entry[1], _unquoted(entry[2] or "")))
        elif pairs and (element := _LIST_ENTRY.fullmatch(line)):
            key, value = pairs[-1]
            pairs[-1] = (key, ", ".join(filter(None, (value, _unquoted(element[1])))))
        elif line.strip() and line[0] not in "# \t":
            return [], text  # prose between two rules
    return pairs, text[match.end() :]


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    if value.startswith("[") and value.endswith("]"):
        return ", ".join(_unquoted(part) for part in value[1:-1].split(","))
    return re.sub(r"\s+#.*$", "", value)


def _add_blocks(tokens: Iterator[Token], builder: TextBuilder) -> None:
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
                text = _inline(token.children or ())
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
                builder.table(_rows(tokens), has_header=True)


def _rows(tokens: Iterator[Token]) -> list[list[str]]:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_inline(token.children or ()))
    return rows


def _inline(tokens: Iterable[Token]) -> str:
    return "".join(_piece(token) for token in tokens)


def _piece(token: Token) -> str:
    match token.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "image":
            return _inline(token.children or ())
        case "html_inline":
            return "\n" if re.match(r"<br\b", token.content, re.I) else ""
        case _:
            return token.content
