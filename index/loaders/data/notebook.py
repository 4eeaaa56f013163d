"""Jupyter notebooks (.ipynb, formats 3 and 4): prose, code and the text that the code gave."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from index.errors import UnreadableFile
from index.loaders.builder import TextBuilder
from index.loaders.content import Content
from index.loaders.encoding import decode
from index.loaders.metadata import from_pairs
from index.loaders.web import html, markdown

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_PLACEHOLDER = re.compile(r"<[\w.]+(?: [^<>]*)?>")  # "<Figure size 640x480 with 1 Axes>"
_LEVELS = range(1, 7)


def load(data: bytes) -> Content:
    """Raises UnreadableFile: damaged, not text or too large."""
    import json

    try:
        notebook = json.loads(decode(data), strict=False)
    except RecursionError:
        raise UnreadableFile("too large", "its values are nested too deep for a notebook") from None
    except ValueError as error:
        raise UnreadableFile("damaged", f"the notebook is no valid JSON: {error}") from None
    builder = TextBuilder()
    found = False
    for cell in _cells(notebook):
        found = True
        _add_cell(cell, builder)
    if not found and not _is_notebook(notebook):
        raise UnreadableFile("damaged", "the file is JSON, but holds no cells of a notebook")
    title = next((heading.title for heading in builder.headings if heading.level == 1), None)
    about = _mapping(_mapping(notebook).get("metadata"))
    authors = [_text(_mapping(author).get("name")) for author in _sequence(about.get("authors"))]
    pairs = [("title", _text(about.get("title"))), ("author", ", ".join(filter(None, authors))), ("h1", title)]
    return builder.content(from_pairs(pairs))


def _is_notebook(notebook: object) -> bool:
    return "nbformat" in _mapping(notebook)


def _cells(notebook: object) -> Iterator[dict[str, Any]]:
    top = _mapping(notebook)
    for holder in (top, *map(_mapping, _sequence(top.get("worksheets")))):
        yield from filter(None, map(_mapping, _sequence(holder.get("cells"))))


def _add_cell(cell: dict[str, Any], builder: TextBuilder) -> None:
    source = _text(cell.get("source", cell.get("input")))
    match cell.get("cell_type"):
        case "markdown":
            _add_markdown(source, builder)
        case "heading":
            level = cell.get("level")
            builder.heading(source, level if isinstance(level, int) and level in _LEVELS else 1)
        case "code":
            builder.verbatim(source)
            for output in _sequence(cell.get("outputs")):
                _add_output(_mapping(output), builder)
        case _:
            builder.verbatim(source)


def _add_markdown(source: str, builder: TextBuilder) -> None:
    # The empty line keeps a rule at the top of a cell from being read as the front matter of a file.
    content = markdown.load(f"\n{source}".encode("utf-8", "replace"))
    end = 0
    for heading in content.headings:
        builder.verbatim(content.text[end : heading.start])
        builder.heading(heading.title, heading.level)
        end = heading.start + len(heading.title)
    builder.verbatim(content.text[end:])


def _add_output(output: dict[str, Any], builder: TextBuilder) -> None:
    if output.get("output_type") in ("error", "pyerr"):
        lines = [_text(line) for line in _sequence(output.get("traceback"))]
        told = "\n".join(lines) or f"{_text(output.get('ename'))}: {_text(output.get('evalue'))}"
        builder.verbatim(_COLOURS.sub("", told))
        return
    shown = _mapping(output.get("data")) or output  # format 3 has the kinds beside the rest
    plain = _text(shown.get("text/plain", shown.get("text")))
    if markup := _text(shown.get("text/markdown")):
        _add_markdown(markup, builder)
    elif plain and not _PLACEHOLDER.fullmatch(plain.strip()):
        builder.verbatim(_COLOURS.sub("", plain))
    elif page := _text(shown.get("text/html", shown.get("html"))):
        html.add_fragment(page, builder)


def _text(value: object) -> str:
    """A text, or the lines that it was cut into."""
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _sequence(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
