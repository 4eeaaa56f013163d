"""JSON-LD: what a page says about its article for search engines."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from html import unescape

_Item = dict[str, object]

_ARTICLE = re.compile(r"(?:Article|Posting|Report|Recipe|CreativeWork)$")
_PAGE = re.compile(r"(?:Page|Book|Dataset)$")
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)?[\s;]*$")
_TEXTS = ("headline", "datePublished", "dateCreated", "dateModified", "inLanguage")
_MOST_ITEMS = 500


def linked_data(sources: Iterable[str], shown: Collection[str]) -> Iterator[tuple[str, str | None]]:
    """Pairs such as ("json-ld headline", ...) of the article that the page is about.

    `shown`: title and first headings of the page in lower case. They tell which article that is, where a page lists
    several. Sources that are no JSON are passed over.
    """
    items: list[_Item] = []
    for source in sources:
        try:
            found = json.loads(_WRAPPING.sub("", source), strict=False)
        except (ValueError, RecursionError):
            continue
        items.extend(_items(found))
    named = {item["@id"]: item for item in items if isinstance(item.get("@id"), str)}
    item = _main_item(items, shown)
    if item is None:
        return
    for key in _TEXTS:
        if isinstance(value := item.get(key), str):
            yield f"json-ld {key}", unescape(value)
    for author in _names(item.get("author"), named):
        yield "json-ld author", author
    yield "json-ld publisher", next(_names(item.get("publisher"), named), None)


def _items(found: object) -> Iterator[_Item]:
    graph = found.get("@graph", found) if isinstance(found, dict) else found
    for item in (graph if isinstance(graph, list) else [graph])[:_MOST_ITEMS]:
        if isinstance(item, dict):
            yield item
            if isinstance(entity := item.get("mainEntity"), dict):
                yield entity


def _main_item(items: list[_Item], shown: Collection[str]) -> _Item | None:
    for kind in (_ARTICLE, _PAGE):
        fitting = [item for item in items if any(kind.search(each) for each in _kinds(item))]
        if len(fitting) > 1:
            repeated = [item for item in fitting if _is_shown(item, shown)]
            fitting = repeated if len(repeated) == 1 else fitting if len(_headlines(fitting)) < 2 else []
        if fitting:
            return fitting[0]
    return None


def _kinds(item: _Item) -> list[str]:
    kinds = item.get("@type")
    return [str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])]


def _headlines(items: list[_Item]) -> set[str]:
    return {unescape(str(item.get("headline") or item.get("name") or "")) for item in items}


def _is_shown(item: _Item, shown: Collection[str]) -> bool:
    headline = " ".join(_headlines([item]).pop().lower().split())
    return bool(headline) and any(headline in title for title in shown)


def _names(value: object, named: dict[object, _Item]) -> Iterator[str]:
    """One or several people or outlets: texts, objects with a name, or references to such objects."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            each = each.get("name") or named.get(each.get("@id"), {}).get("name")
            each = each[0] if isinstance(each, list) and each else each
        if isinstance(each, str) and each.strip():
            yield unescape(each.strip())
