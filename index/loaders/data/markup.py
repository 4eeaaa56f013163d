"""XML: feeds, documents with sections and paragraphs (DocBook, JATS, TEI and their kin), drawings, and plain data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.loaders.builder import TextBuilder
from index.loaders.content import Content
from index.loaders.data.stretches import in_stretches
from index.loaders.data.structured import Value, blocks_of
from index.loaders.data.xml_tree import parse_tree
from index.loaders.metadata import Metadata, from_pairs
from index.loaders.web import html

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_FEEDS = frozenset("rss feed RDF".split())
_ENTRIES = frozenset("item entry".split())
_BODIES = ("encoded", "content", "description", "summary")
_DATES = ("pubDate", "published", "date", "updated")
_PARAGRAPHS = frozenset(
    "p para simpara formalpara ab l lg line verse blockquote quote term def caption label abstract note remark text "
    "listitem item li td th entry cell row tr desc description summary subtitle author date copyright".split()
)
_TITLES = frozenset("title head subject-title article-title".split())
_HOLDERS_OF_THE_TITLE = frozenset("title-group titleStmt".split())
_CODE = frozenset("programlisting screen literallayout code pre preformat".split())
_ROWS = frozenset("row tr".split())
_NOT_SHOWN = frozenset("script style metadata defs".split())
_DEEPEST_HEADING = 9


def load(data: bytes) -> Content:
    """Raises UnreadableFile: damaged or too large."""
    root = parse_tree(data)
    if root.tag == "html":
        return html.load(data)
    if root.tag in _FEEDS:
        return _feed(root)
    if root.tag == "svg":
        builder = TextBuilder()
        for element in root.iter():
            if element.tag in ("title", "desc", "text"):
                builder.paragraph(_words(element))
        return builder.content(from_pairs([("title", _child_text(root, "title"))]))
    if _is_prose(root):
        builder = TextBuilder()
        _add_prose(root, builder)
        return builder.content(_metadata(root))
    return in_stretches(blocks_of(((root.tag, _value(root)),)), "\n\n", ".xml", len(data))


def _feed(root: Element) -> Content:
    builder = TextBuilder()
    channel = next((child for child in root if child.tag == "channel"), root)
    title, about = _child_text(channel, "title"), _child_text(channel, "description", "subtitle")
    builder.heading(title, 1)
    html.add_fragment(about, builder)
    for entry in (element for element in root.iter() if element.tag in _ENTRIES):
        builder.heading(_child_text(entry, "title"), 2)
        builder.paragraph(
            " · ".join(filter(None, (_child_text(entry, *_DATES), _child_text(entry, "creator", "author"))))
        )
        html.add_fragment(_child_text(entry, *_BODIES), builder)
        builder.paragraph(", ".join(filter(None, (_words(child) for child in entry if child.tag == "category"))))
    day = _child_text(channel, "pubDate", "updated", "date", "lastBuildDate")
    language = _child_text(channel, "language") or root.get("lang")
    return builder.content(from_pairs([("title", title), ("date", day), ("language", language)]))


def _is_prose(root: Element) -> bool:
    """Whether most of the text stands in paragraphs and titles, or has marks inside it."""
    running = whole = 0
    stack = [(root, False)]
    while stack:
        element, inside = stack.pop()
        own = len((element.text or "").strip())
        tails = sum(len((child.tail or "").strip()) for child in element)
        inside = inside or tails > 0 or element.tag in ("p", "para", "simpara", "ab", "l")
        whole += own + tails
        running += own + tails if inside or element.tag in _TITLES else 0
        stack.extend((child, inside) for child in element)
    return 2 * running >= whole > 0


def _add_prose(root: Element, builder: TextBuilder) -> None:
    holders = _with_blocks(root)
    # There the title of the whole stands apart from the sections, which are below it.
    awaits_title = any(element.tag in _HOLDERS_OF_THE_TITLE for element in root.iter())
    stack: list[tuple[Element | str, int]] = [(root, int(awaits_title))]
    while stack:
        element, depth = stack.pop()
        if isinstance(element, str):
            builder.paragraph(" ".join(element.split()))
        elif element.tag in _NOT_SHOWN:
            continue
        elif element.tag in _TITLES:
            builder.heading(_words(element), 1 if awaits_title else min(max(depth, 1), _DEEPEST_HEADING))
            awaits_title = False
        elif element.tag in _CODE:
            builder.verbatim("".join(element.itertext()))
        elif element.tag in _ROWS:
            builder.item(" | ".join(filter(None, map(_words, element))), "")
        elif element.tag in ("listitem", "item", "li") and element not in holders:
            builder.item(_words(element))
        elif element not in holders and (element.tag in _PARAGRAPHS or _is_mixed(element) or _is_small(element)):
            builder.paragraph(
                _words(element)
                if _is_mixed(element)
                else " ".join(filter(None, map(_words, element))) or _words(element)
            )
        else:
            level = depth + 1 if any(child.tag in _TITLES for child in element) else depth
            stack.extend((piece, level) for piece in reversed(list(_pieces(element, holders))))


def _pieces(element: Element, holders: set[Element]) -> Iterator[Element | str]:
    """The children and, between them, running text with the marks in it."""
    is_mixed = _is_mixed(element)
    running = [element.text or ""]
    for child in element:
        if child in holders or child.tag in _PARAGRAPHS | _TITLES | _CODE:
            yield from filter(str.strip, ["".join(running)])
            yield child
            running = [child.tail or ""]
        elif is_mixed:
            running += [*child.itertext(), child.tail or ""]
        else:
            yield child
            running.append(child.tail or "")
    yield from filter(str.strip, ["".join(running)])


def _is_small(element: Element) -> bool:
    """The parts of a name or of a date, if there are any."""
    return all(len(child) == 0 and child.tag not in _TITLES for child in element)


def _with_blocks(root: Element) -> set[Element]:
    """The elements with a paragraph or code somewhere inside."""
    found: set[Element] = set()
    stack: list[tuple[Element, Element | None]] = [(root, None)]
    order = []
    while stack:
        element, parent = stack.pop()
        order.append((element, parent))
        stack.extend((child, element) for child in element)
    for element, parent in reversed(order):
        if parent is not None and (element in found or element.tag in _PARAGRAPHS or element.tag in _CODE):
            found.add(parent)
    return found


def _is_mixed(element: Element) -> bool:
    """Whether text stands between the children."""
    return bool((element.text or "").strip() and len(element)) or any((child.tail or "").strip() for child in element)


def _metadata(root: Element) -> Metadata:
    found: dict[str, list[str]] = {}
    for element in root.iter():
        if element.tag in ("title", "article-title", "language", "date", "pubdate"):
            found.setdefault(element.tag.removeprefix("article-"), []).append(_words(element))
        elif element.tag in ("contrib", "author"):
            found.setdefault("author", []).append(_name(element))
        elif element.tag == "pub-date":
            parts = {child.tag: _words(child).zfill(2) for child in element}
            found.setdefault("pubdate", []).append("-".join(parts.get(part, "") for part in ("year", "month", "day")))
    authors = ", ".join(dict.fromkeys(filter(None, found.pop("author", []))))
    pairs = [(name, values[0]) for name, values in found.items()]
    return from_pairs([*pairs, ("author", authors), ("language", root.get("lang"))])


def _name(person: Element) -> str:
    """The given name first."""
    words = {element.tag: _words(element) for element in person.iter() if len(element) == 0}
    given = words.get("given-names") or words.get("firstname") or words.get("forename") or ""
    surname = words.get("surname") or ""
    return f"{given} {surname}".strip() or _words(person)


def _value(root: Element) -> Value:
    """An element as the values of a record: its attributes, its children by name, its own words."""
    done: dict[int, Value] = {}
    stack = [(root, False)]
    while stack:
        element, is_end = stack.pop()
        if not is_end:
            stack.append((element, True))
            stack.extend((child, False) for child in element)
            continue
        words = " ".join(" ".join([element.text or "", *[child.tail or "" for child in element]]).split())
        if not len(element) and not element.attrib:
            done[id(element)] = words
            continue
        grouped: dict[str, list[Value]] = {}
        for child in element:
            grouped.setdefault(child.tag, []).append(done.pop(id(child)))
        pairs: list[tuple[str, Value]] = [
            (name, value) for name, value in element.attrib.items() if name != "schemaLocation"
        ]
        pairs += [("", words)] if words else []
        pairs += [(name, values[0] if len(values) == 1 else values) for name, values in grouped.items()]
        done[id(element)] = tuple(pairs)
    return done[id(root)]


def _child_text(parent: Element, *tags: str) -> str:
    """The text of the first child that has one, in the order of the tags."""
    found = (_markup(child) for tag in tags for child in parent if child.tag == tag)
    return next(filter(None, found), "")


def _markup(element: Element) -> str:
    """The words; where a feed holds a page as elements (Atom's xhtml), these."""
    from xml.etree.ElementTree import tostring

    if element.get("type") == "xhtml":
        return tostring(element, "unicode")
    name = next((child.text for child in element if child.tag == "name"), None)
    return (name or "".join(element.itertext())).strip()


def _words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())
