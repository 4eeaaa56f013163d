"""What an HTML page says about itself: meta tags, JSON-LD, its title, its time elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.loaders.metadata import Metadata, from_pairs, parse_date

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_DECLARED = re.compile(rb"""(?:<meta[^>]{0,200}?charset|<\?xml[^>]{0,100}?encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I)
_DECLARED_WITHIN = 2048
# As browsers read these names.
_MEANT = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252", "gb2312": "gb18030"}
_ARTICLE = re.compile(r"(Article|Posting|Report)$")


def declared_encoding(data: bytes) -> str | None:
    """The encoding that the first bytes of a page name."""
    match = _DECLARED.search(data[:_DECLARED_WITHIN])
    if match is None:
        return None
    declared = match[1].decode("ascii", "replace").lower()
    return _MEANT.get(declared, declared)


def page_metadata(tree: LexborHTMLParser) -> Metadata:
    """Reads the untouched tree: scripts hold JSON-LD."""
    return from_pairs([*_meta_tags(tree), *_linked_data(tree), *_elements(tree)])


def _meta_tags(tree: LexborHTMLParser) -> Iterator[tuple[str, str | None]]:
    for node in tree.css("meta[content]"):
        key = node.attributes.get("property") or node.attributes.get("name") or node.attributes.get("itemprop")
        if key:
            yield key, node.attributes.get("content")


def _linked_data(tree: LexborHTMLParser) -> Iterator[tuple[str, str | None]]:
    import json

    for node in tree.css("script[type='application/ld+json' i]"):
        try:
            found = json.loads(node.text(), strict=False)
        except (ValueError, RecursionError):
            continue
        for item in _articles(found):
            for key in ("headline", "datePublished"):
                if isinstance(value := item.get(key), str):
                    yield key, value
            yield "author", _names(item.get("author"))
            yield "publisher", _names(item.get("publisher"))


def _articles(found: object) -> Iterator[dict[str, object]]:
    graph = found.get("@graph", found) if isinstance(found, dict) else found
    for item in graph if isinstance(graph, list) else [graph]:
        if isinstance(item, dict):
            kinds = item.get("@type")
            if any(_ARTICLE.search(str(kind)) for kind in (kinds if isinstance(kinds, list) else [kinds])):
                yield item


def _names(value: object) -> str | None:
    """One or several people or outlets, given as texts or as objects with a name."""
    values = value if isinstance(value, list) else [value]
    names = [each.get("name") if isinstance(each, dict) else each for each in values]
    return ", ".join(each.strip() for each in names if isinstance(each, str) and each.strip()) or None


def _elements(tree: LexborHTMLParser) -> Iterator[tuple[str, str | None]]:
    title = tree.css_first("head title")
    yield "title", title.text() if title is not None else None
    headings = tree.css("h1")
    yield "h1", headings[0].text() if headings else None
    yield "time", _time(tree)
    if tree.root is not None:
        yield "lang", tree.root.attributes.get("lang") or tree.root.attributes.get("xml:lang")


def _time(tree: LexborHTMLParser) -> str | None:
    """The day of publication; other time elements count only when all of the article agree."""
    marked = tree.css_first("time[itemprop='datePublished'][datetime], time[pubdate][datetime]")
    if marked is not None:
        return marked.attributes.get("datetime")
    times = tree.css("article time[datetime], main time[datetime]") or tree.css("time[datetime]")
    days = {parse_date(time.attributes.get("datetime") or "") for time in times}
    return days.pop().isoformat() if len(days) == 1 and None not in days else None  # type: ignore[union-attr]
