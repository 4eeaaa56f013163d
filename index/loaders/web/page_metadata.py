"""What an HTML page says about itself: meta tags, microdata, its title, its byline, its time elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING

from index.loaders.metadata import Metadata, from_pairs
from index.loaders.metadata.dates import moment_date
from index.loaders.metadata.lines import is_person
from index.loaders.metadata.names import name
from index.loaders.web.linked_data import linked_data
from index.loaders.web.main import without

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_Pairs = Iterator[tuple[str, str | None]]

_DECLARED = re.compile(
    rb"""(?:<meta[^>]{0,300}?\bcharset|<\?xml[^>]{0,100}?\bencoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I
)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_DECLARED_WITHIN = 16_384
# As browsers read these names.
_MEANT = {
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "us-ascii", "ascii"), "cp1252"),
    **{"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-9": "cp1254", "ks_c_5601-1987": "cp949", "euc-kr": "cp949"},
    **{"shift_jis": "cp932", "x-sjis": "cp932", "tis-620": "cp874", "iso-8859-11": "cp874"},
    "utf-16": "utf-8",  # who can read the tag as it stands does not read UTF-16
}
_SAID_BY_SERVER = ("content-language", "date", "last-modified")
_MICRODATA_DAYS = ("datePublished", "dateModified")
_BYLINES = (
    *(
        "a[rel~=author]",
        "address [rel=author]",
        ".byline-name, .byline__name",
        ".author-name, .author__name, .p-author",
    ),
    *(".byline", ".article-author, .post-author, .entry-author"),
)
_MOST_BYLINES = 6
_BEHIND_BYLINE = re.compile(r"\s*(?:[|•·/–—]|\bon [A-Z]|\d|,? (?:updated|published|posted)\b|,? in [A-Z]).*$", re.I)
_ELDEST_PAGE = 1990


def declared_encoding(data: bytes) -> str | None:
    """The encoding that the first bytes of a page name."""
    match = _DECLARED.search(_COMMENT.sub(b"", data[:_DECLARED_WITHIN]))
    if match is None:
        return None
    declared = match[1].decode("ascii", "replace").lower()
    return _MEANT.get(declared, declared)


def page_metadata(tree: LexborHTMLParser) -> Metadata:
    """Reads the untouched tree: scripts hold JSON-LD, and what is hidden may tell the day."""
    heading = page_heading(tree)
    pairs = [*_languages(tree), *_meta_tags(tree), *_linked_data(tree), *_microdata(tree)]
    title = tree.css_first("head title")
    pairs += [("title", title.text() if title is not None else None), ("h1", heading.text() if heading else None)]
    return from_pairs([*pairs, ("byline", _byline(tree)), ("time", _time(tree))])


def page_heading(tree: LexborHTMLParser) -> LexborNode | None:
    """The first h1; on pages with several the one that the title repeats, else the first inside the article."""
    headings = tree.css("h1")
    if len(headings) < 2:
        return headings[0] if headings else None
    title = tree.css_first("head title")
    words = _words(title) if title is not None else ""
    repeated = [node for node in headings if len(_words(node)) > 1 and words.startswith(_words(node))]
    return next(iter(repeated or tree.css("article h1, main h1") or headings))


def _words(node: LexborNode) -> str:
    return " ".join(node.text().split())


def _languages(tree: LexborHTMLParser) -> _Pairs:
    for node in (tree.root, tree.body):
        if node is not None:
            yield "lang", node.attributes.get("lang") or node.attributes.get("xml:lang")


def _meta_tags(tree: LexborHTMLParser) -> _Pairs:
    for node in tree.css("meta[content]"):
        own = node.attributes
        server = own.get("http-equiv") or ""
        key = own.get("property") or own.get("name") or (server if server.lower() in _SAID_BY_SERVER else "")
        if key:
            yield key, unescape(own.get("content") or "")  # many a page escapes twice


def _linked_data(tree: LexborHTMLParser) -> _Pairs:
    shown = {_words(node).lower() for node in tree.css("h1, head title")}
    scripts = tree.css("script[type='application/ld+json' i]")
    return linked_data((node.text() for node in scripts), shown)


def _microdata(tree: LexborHTMLParser) -> _Pairs:
    """What all elements of a property agree on: on a page of teasers each has its own."""
    for key in _MICRODATA_DAYS:
        told = {_stated(node) for node in _outside(tree, f"[itemprop~={key}]")}
        if len({moment_date(value) for value in told}) == 1:
            yield f"itemprop {key}", told.pop()
    headlines = {_stated(node) for node in tree.css("[itemprop~=headline]")}
    if len(headlines) == 1:
        yield "itemprop headline", headlines.pop()
    authors = [_person(node) for node in _outside(tree, "[itemprop~=author]")]
    authors = list(dict.fromkeys(filter(None, authors)))
    if len(headlines) < 2 and len(authors) <= _MOST_BYLINES:
        yield from (("itemprop author", author) for author in authors)
    publishers = {_person(node) for node in tree.css("[itemprop~=publisher]")}
    if len(publishers) == 1:
        yield "itemprop publisher", publishers.pop()


def _person(node: LexborNode) -> str:
    """The name inside a person or an organisation."""
    inner = [each for each in node.css("[itemprop~=name]") if each.mem_id != node.mem_id]
    return _stated(inner[0] if inner else node)


def _stated(node: LexborNode) -> str:
    own = node.attributes
    return (own.get("content") or own.get("datetime") or _words(node)).strip()


def _byline(tree: LexborHTMLParser) -> str | None:
    """The people of the first kind of byline there is, when these look like names and are few."""
    for selector in _BYLINES:
        told = (name(_BEHIND_BYLINE.sub("", _words(node))) for node in _outside(tree, selector))
        people = list(dict.fromkeys(filter(None, told)))
        if people:
            return ", ".join(people) if len(people) <= _MOST_BYLINES and all(map(is_person, people)) else None
    return None


def _time(tree: LexborHTMLParser) -> str | None:
    """The day that is marked as that of publication, or that all time elements of the article agree on."""
    marked = tree.css_first("time[pubdate], time.published, time.entry-date, time.dt-published")
    times = [marked] if marked is not None else _outside(tree, "article time, main time") or _outside(tree, "time")
    days = {moment_date(_stated(time)) for time in times}
    day = days.pop() if len(days) == 1 else None
    # Older ones are what the text is about.
    return day.isoformat() if day is not None and day.year >= _ELDEST_PAGE else None


def _outside(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """Those that do not stand in what is beside the article."""
    return without(tree.css(selector), tree.css(f":is(aside, footer, nav) :is({selector})"))
