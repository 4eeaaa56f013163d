"""HTML: the main text of a page, block by block."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from index.errors import UnreadableFile
from index.loaders.builder import TextBuilder, collapse
from index.loaders.content import Content
from index.loaders.encoding import decode
from index.loaders.language import contradicts
from index.loaders.metadata import Metadata, merge, printed
from index.loaders.metadata.names import one_line
from index.loaders.web.inline import description, formula, raised
from index.loaders.web.main import drop_hidden, letters, main_part
from index.loaders.web.page_metadata import declared_encoding, page_heading, page_metadata
from index.loaders.web.tables import is_layout, layout_tables, table_rows

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form header hgroup hr html legend li main menu nav noframes ol optgroup option p pre search section "
    "summary table tbody td tfoot th thead tr ul".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_PICTURES = ("img", "amp-img")
# XHTML may close these at once; an HTML parser would swallow the rest of the page.
_CLOSED_AT_ONCE = re.compile(r"<(script|style|title|iframe|textarea|noscript)\b([^<>]*)/>", re.I)
_FRAMES = re.compile(r"<frameset\b", re.I)
_FRAMELESS = re.compile(r"<noframes\b[^>]*>(.*?)</noframes", re.I | re.DOTALL)
_FEWEST_LETTERS = 200
_SMALLEST_SHARE = 0.1


def load(data: bytes) -> Content:
    from selectolax.lexbor import LexborHTMLParser

    source = _CLOSED_AT_ONCE.sub(r"<\1\2></\1>", decode(data, declared_encoding(data)))
    tree = LexborHTMLParser(source)
    metadata = page_metadata(tree)
    if _FRAMES.search(source) and tree.css_first("frameset") is not None:
        return _frameless(source, metadata)
    builder = _main_text(tree, metadata)
    if len(builder.text) < _FEWEST_LETTERS:
        # Perhaps the page is nothing but navigation: then that is its text.
        whole = TextBuilder()
        add_fragment(source, whole)
        if len(builder.text) < _SMALLEST_SHARE * len(whole.text):
            builder = whole
    if metadata.language and contradicts(builder.text, metadata.language):
        metadata = merge(replace(metadata, language=None))
    return builder.content(merge(metadata, printed(builder.text)))


def add_fragment(source: str, builder: TextBuilder) -> None:
    """Adds the shown text of a piece of HTML."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(source)
    drop_hidden(tree)
    if tree.body is not None:
        _add_blocks(tree.body, builder)


def _main_text(tree: LexborHTMLParser, metadata: Metadata) -> TextBuilder:
    builder = TextBuilder()
    heading = page_heading(tree)
    title = one_line(heading.text()) if heading is not None else ""
    root = main_part(tree)
    if root is not None:
        if title and title == metadata.title and root.css_first("h1") is None and letters(root):
            builder.heading(title, 1)  # it stands above the main part
        _add_blocks(root, builder)
    return builder


def _frameless(source: str, metadata: Metadata) -> Content:
    builder = TextBuilder()
    if shown := _FRAMELESS.search(source):
        add_fragment(shown[1], builder)
    if not builder.text:
        raise UnreadableFile("empty", "the page only holds frames; index the pages that stand in them")
    return builder.content(metadata)


def _add_blocks(root: LexborNode, builder: TextBuilder) -> None:
    """Walks without recursion: a page may be nested as deep as it likes."""
    inline = _Inline(builder)
    placing = layout_tables(root)
    stack: list[tuple[LexborNode, bool]] = [(root, False)]
    while stack:
        node, is_end = stack.pop()
        tag = node.tag or ""
        if is_end:
            inline.end(tag)
        elif node.is_text_node:
            inline.text(node.text_content or "")
        elif tag == "table" and node.mem_id not in placing and not is_layout(node):
            inline.flush()
            caption = node.css_first("caption")
            if caption is not None:
                builder.paragraph(collapse(caption.text()))
            builder.table(*table_rows(node, _cell_text))
        elif tag in ("sup", "sub") and (sign := raised(node)):
            inline.text(sign)
        elif tag == "math":
            inline.text(formula(node))
        elif tag in _PICTURES:
            inline.picture(description(node))
        elif node.is_element_node:
            inline.start(node, tag)
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(list(node.iter(include_text=True))))
    inline.flush()


class _Inline:
    """Gathers running text until a block ends."""

    def __init__(self, builder: TextBuilder) -> None:
        self._builder = builder
        self._pieces: list[str] = []
        self._pictures: list[str] = []
        self._marker: str | None = None
        self._numbers: list[int | None] = []
        self._preformatted = 0

    def text(self, text: str) -> None:
        self._pieces.append(text if self._preformatted else re.sub(r"\s+", " ", text))

    def picture(self, words: str | None) -> None:
        """Takes the description of a picture, which stands apart behind the text around it."""
        if words:
            self._pictures.append(words)

    def start(self, node: LexborNode, tag: str) -> None:
        if tag == "br":
            self._pieces.append("\n")
        elif tag == "q":
            self._pieces.append("“")
        elif tag in _BLOCKS or tag in _HEADINGS:
            self.flush()
        if tag == "pre":
            self._preformatted += 1
        elif tag in ("ul", "ol"):
            self._numbers.append(_first_number(node) if tag == "ol" else None)
        elif tag == "li":
            self._marker = self._next_marker()
        elif tag in ("dt", "dd"):
            self._marker = ""

    def end(self, tag: str) -> None:
        if tag == "q":
            self._pieces.append("”")
        elif tag in _HEADINGS:
            self.flush(_HEADINGS[tag])
        elif tag in _BLOCKS:
            self.flush()
        if tag == "pre":
            self._preformatted -= 1
        elif tag in ("ul", "ol"):
            self._numbers.pop()
        elif tag in ("li", "dt", "dd"):
            self._marker = None

    def flush(self, level: int = 0) -> None:
        gathered = "".join(self._pieces)
        self._pieces.clear()
        if gathered and not gathered.isspace():
            self._add(gathered, level)
        for words in self._pictures:
            self._builder.paragraph(words)
        self._pictures.clear()

    def _add(self, gathered: str, level: int) -> None:
        if level:
            self._builder.heading(gathered, level)
        elif self._preformatted:
            self._builder.verbatim(gathered)
        elif self._marker is not None:
            self._builder.item(collapse(gathered), self._marker)
            self._marker = None
        else:
            self._builder.paragraph(collapse(gathered))

    def _next_marker(self) -> str:
        number = self._numbers[-1] if self._numbers else None
        if number is None:
            return "- "
        self._numbers[-1] = number + 1
        return f"{number}. "


def _first_number(ordered_list: LexborNode) -> int:
    start = ordered_list.attributes.get("start") or "1"
    return int(start) if re.fullmatch(r"-?[0-9]{1,6}", start) else 1


def _cell_text(cell: LexborNode) -> str:
    inner = TextBuilder()
    _add_blocks(cell, inner)
    return " ".join(line.removeprefix("- ") for line in inner.text.split("\n") if line)
