"""HTML: the main text of a page, without navigation, forms and what is hidden."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.loaders.builder import TextBuilder, collapse
from index.loaders.content import Content
from index.loaders.encoding import decode
from index.loaders.html_metadata import declared_encoding, page_metadata
from index.loaders.metadata import merge, printed

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_NEVER_SHOWN = (
    *("script", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "head", "dialog"),
    *("button", "select", "textarea", "input", "datalist", "[hidden]", "[aria-hidden=true]"),
    *("[style*='display:none' i]", "[style*='display: none' i]", "[style*='visibility:hidden' i]"),
)
_BESIDE_THE_TEXT = ("nav", "aside", "[role=navigation]", "[role=search]", "[role=complementary]")
_MAIN_PARTS = "article, main, [role=main]"
_MOST_CANDIDATES = 100
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form header hgroup hr html legend li main menu nav ol optgroup option p pre section summary table tbody td "
    "tfoot th thead tr ul".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_INSIDE_LAYOUT_TABLES = "table, h1, h2, h3, h4, h5, h6, article, main"
_FEWEST_LINKS = 5
# XHTML may close these at once; an HTML parser would swallow the rest of the page.
_CLOSED_AT_ONCE = re.compile(r"<(script|style|title|iframe|textarea|noscript)\b([^<>]*)/>", re.I)
_WIDEST_SPAN = 100


def load(data: bytes) -> Content:
    from selectolax.lexbor import LexborHTMLParser

    source = decode(data, declared_encoding(data))
    tree = LexborHTMLParser(_CLOSED_AT_ONCE.sub(r"<\1\2></\1>", source))
    builder = TextBuilder()
    metadata = page_metadata(tree)
    root = _main_part(tree)
    if root is not None:
        _add_blocks(root, builder)
    return builder.content(merge(metadata, printed(builder.text)))


def add_fragment(source: str, builder: TextBuilder) -> None:
    """Adds the shown text of a piece of HTML."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(source)
    _drop(tree, ", ".join(_NEVER_SHOWN))
    if tree.body is not None:
        _add_blocks(tree.body, builder)


def _main_part(tree: LexborHTMLParser) -> LexborNode | None:
    """The element that holds most of the text that is shown. Removes everything else from the tree."""
    _drop(tree, ", ".join(_NEVER_SHOWN))
    body = tree.body
    if body is None:
        return None
    whole = _letters(body)
    for form in tree.css("form"):  # some servers wrap the whole page in one
        if form.parent is not None and 2 * _letters(form) < whole:
            form.decompose()
    candidates = tree.css(_MAIN_PARTS)[:_MOST_CANDIDATES]
    for edge in tree.css("header, footer"):
        if not _is_inside(edge, "article", "main") and not edge.css(_MAIN_PARTS) and 2 * _letters(edge) < whole:
            edge.decompose()
    for links in tree.css("header ul, header ol, footer ul, footer ol"):
        if links.parent is not None and _is_navigation(links):
            links.decompose()
    for selector in _BESIDE_THE_TEXT:
        for node in tree.css(selector):
            if 2 * _letters(node) < whole:
                node.decompose()
    best = max(candidates, key=_letters, default=None)
    return best if best is not None and 2 * _letters(best) >= _letters(body) else body


def _drop(tree: LexborHTMLParser, selector: str) -> None:
    for node in reversed(tree.css(selector)):
        node.decompose()


def _letters(node: LexborNode) -> int:
    return sum(map(len, node.text().split()))


def _is_navigation(node: LexborNode) -> bool:
    links = node.css("a")
    return len(links) >= _FEWEST_LINKS and sum(map(_letters, links)) >= 0.9 * _letters(node)


def _is_layout(table: LexborNode) -> bool:
    """Whether a table only places things on the page."""
    if any(node.mem_id != table.mem_id for node in table.css(_INSIDE_LAYOUT_TABLES)):
        return True
    return bool(table.css("p + p")) and not table.css("th")


def _is_inside(node: LexborNode, *tags: str) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.tag in tags:
            return True
        parent = parent.parent
    return False


def _add_blocks(root: LexborNode, builder: TextBuilder) -> None:
    """Walks without recursion: a page may be nested as deep as it likes."""
    inline = _Inline(builder)
    stack: list[tuple[LexborNode, bool]] = [(root, False)]
    while stack:
        node, is_end = stack.pop()
        tag = node.tag or ""
        if is_end:
            inline.end(tag)
        elif node.is_text_node:
            inline.text(node.text_content or "")
        elif tag == "table" and not _is_layout(node):
            inline.flush()
            caption = node.css_first("caption")
            if caption is not None:
                builder.paragraph(collapse(caption.text()))
            builder.table(*_table(node))
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
        self._marker: str | None = None
        self._numbers: list[int | None] = []
        self._preformatted = 0

    def text(self, text: str) -> None:
        self._pieces.append(text if self._preformatted else re.sub(r"\s+", " ", text))

    def start(self, node: LexborNode, tag: str) -> None:
        if tag == "br":
            self._pieces.append("\n")
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
        if tag in _HEADINGS:
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
        if not gathered or gathered.isspace():
            return
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


def _table(table: LexborNode) -> tuple[list[list[str]], bool | None]:
    """The cells with every spanning cell repeated, and whether the first row is a header (None: nothing tells)."""
    rows: list[list[str]] = []
    carried: dict[int, tuple[int, str]] = {}  # column: rows still to fill, text
    header: bool | None = None
    for line in table.css("tr"):
        row: list[str] = []
        for cell in line.css("td, th"):
            _fill(row, carried)
            text = _cell_text(cell)
            for _ in range(_span(cell, "colspan")):
                if (below := _span(cell, "rowspan") - 1) > 0:
                    carried[len(row)] = (below, text)
                row.append(text)
        _fill(row, carried)
        rows.append(row)
        if header is None and len(set(row)) > 1:  # rows above are titles
            header = not line.css("td")
    return rows, header if table.css("th") else None


def _fill(row: list[str], carried: dict[int, tuple[int, str]]) -> None:
    while (column := len(row)) in carried:
        left, text = carried.pop(column)
        if left > 1:
            carried[column] = (left - 1, text)
        row.append(text)


def _cell_text(cell: LexborNode) -> str:
    inner = TextBuilder()
    _add_blocks(cell, inner)
    return " ".join(line.removeprefix("- ") for line in inner.text.split("\n") if line)


def _span(cell: LexborNode, attribute: str) -> int:
    value = cell.attributes.get(attribute) or "1"
    return min(max(int(value), 1), _WIDEST_SPAN) if re.fullmatch(r"[0-9]{1,6}", value) else 1
