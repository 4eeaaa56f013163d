"""What a document says about itself: title, outlet, author, day and language. A wrong guess is worse than none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from index.loaders.metadata.dates import moment_date, parse_date
from index.loaders.metadata.lines import Told, title_line, told_by_headers, told_by_lines
from index.loaders.metadata.names import clean_title, language_code, name, names

__all__ = [
    "Metadata",
    "clean_title",
    "from_lines",
    "from_pairs",
    "language_code",
    "merge",
    "name",
    "parse_date",
    "printed",
]

_Value = TypeVar("_Value")
_Pairs = dict[str, list[tuple[str, str]]]  # by plain key


def _plain(key: str) -> str:
    """`publication_date`, `Publication Date` and `publicationDate` are one key, as are `dc.title` and `DC:title`."""
    return "".join(filter(str.isalnum, key.lower()))


def _keys(*names_in_rows: str) -> tuple[str, ...]:
    return tuple(_plain(key) for row in names_in_rows for key in row.split(", "))


# In order of trust, for each field.
_TITLE_KEYS = _keys(
    "citation_title, og:title, json-ld headline, headline, parsely-title, sailthru.title, dc.title, dcterms.title",
    "twitter:title, itemprop headline, title, h1",
)
_OUTLET_KEYS = _keys(
    "og:site_name, citation_journal_title, citation_conference_title, prism.publicationName, outlet, publication",
    "newspaper, json-ld publisher, itemprop publisher, publisher, dc.publisher, dcterms.publisher, source",
)
_AUTHOR_KEYS = _keys(
    "author, authors, citation_author, json-ld author, article:author, byline, parsely-author, sailthru.author",
    "creator, dc.creator, dcterms.creator, itemprop author",
)
_PUBLISHED_KEYS = _keys(
    "article:published_time, og:article:published_time, json-ld datePublished, datePublished, itemprop datePublished",
    "citation_publication_date, citation_online_date, citation_date, prism.publicationDate, dc.date.issued",
    "dcterms.issued, parsely-pub-date, sailthru.date, article.published, published, published at, published time",
    "published on, published date, publication date, publish date, publish time, pubdate, original publication date",
    "release date, issued, date, sent, dc.date, dcterms.date, time, timestamp, created, created at, creation date",
    "date created, dc.date.created, dcterms.created, json-ld dateCreated",
    # Only where nothing tells when it was published:
    "article:modified_time, og:updated_time, json-ld dateModified, dateModified, itemprop dateModified",
    "dcterms.modified, dc.date.modified, modified, moddate, updated, last updated, updated at, lastmod, last modified",
)
_LANGUAGE_KEYS = _keys("language, lang, dc.language, dcterms.language, json-ld inLanguage, content-language, og:locale")


@dataclass(frozen=True, slots=True)
class Metadata:
    """As in `Document`: an empty title or None where the document tells nothing."""

    title: str = ""
    outlet: str | None = None
    author: str | None = None
    published: date | None = None
    language: str | None = None
    origins: tuple[tuple[str, str], ...] = ()


def merge(*candidates: Metadata) -> Metadata:
    """For each field what the first candidate that knows it says."""
    knowing = {
        field: next((each for each in candidates if getattr(each, field)), Metadata())
        for field in ("title", "outlet", "author", "published", "language")
    }
    return Metadata(
        title=knowing["title"].title,
        outlet=knowing["outlet"].outlet,
        author=knowing["author"].author,
        published=knowing["published"].published,
        language=knowing["language"].language,
        origins=tuple(origin for field, each in knowing.items() for origin in each.origins if origin[0] == field),
    )


def from_pairs(pairs: Iterable[tuple[str, str | None]]) -> Metadata:
    """Reads named values such as meta tags, front matter or document properties.

    Keys are the same in any case and with any signs between their words. Of one key the first usable value counts;
    people are named together when their key comes several times.
    """
    values: _Pairs = {}
    for key, value in pairs:
        if value and value.strip():
            values.setdefault(_plain(key), []).append((key.strip(), value))
    language, language_key = _first(values, _LANGUAGE_KEYS, language_code)
    tag = language and next(text for key, text in _listed(values, _LANGUAGE_KEYS) if key == language_key)
    outlet, outlet_key = _first(values, _OUTLET_KEYS, name)
    heading = values.get("h1", [("", "")])[0][1]
    title, title_key = _first(values, _TITLE_KEYS, lambda value: clean_title(value, outlet, heading))
    author, author_key = _people(values)
    published, published_key = _first(values, _PUBLISHED_KEYS, lambda value: moment_date(value, tag))
    keys = {
        **{"title": title_key, "outlet": outlet_key, "author": author_key},
        **{"published": published_key, "language": language_key},
    }
    origins = tuple((field, key) for field, key in keys.items() if key)
    return Metadata(title or "", outlet, author, published, language, origins)


def from_lines(text: str) -> Metadata:
    """Reads the title line and labelled lines ("By Ann Lee", "Published: 7 March 2024") near both ends of a text, or
    the block of headers at its top."""
    headers = told_by_headers(text)
    told: dict[str, tuple[str | date, str]] = {**told_by_lines(text), **headers}
    if "title" not in told and not headers and (title := title_line(text)):
        told["title"] = (title, "first line")
    return _told(told)


def printed(text: str) -> Metadata:
    """The labelled lines alone, without a guess which line is the title."""
    return _told(told_by_lines(text))


def _told(told: Told) -> Metadata:
    texts = {field: value for field, (value, _) in told.items() if isinstance(value, str)}
    published = told["published"][0] if "published" in told else None
    fields = [field for field in ("title", "outlet", "author", "published") if field in told]
    return Metadata(
        title=texts.get("title", ""),
        outlet=texts.get("outlet"),
        author=texts.get("author"),
        published=published if isinstance(published, date) else None,
        origins=tuple((field, told[field][1]) for field in fields),
    )


def _listed(values: _Pairs, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    return (pair for key in keys for pair in values.get(key, ()))


def _first(values: _Pairs, keys: Iterable[str], read: Callable[[str], _Value | None]) -> tuple[_Value | None, str]:
    """The first value that can be read, and its key as the document writes it."""
    found = ((read(text), key) for key, text in _listed(values, keys))
    return next((each for each in found if each[0]), (None, ""))


def _people(values: _Pairs) -> tuple[str | None, str]:
    for key in _AUTHOR_KEYS:
        told = values.get(key, [])
        if people := names([text for _, text in told]):
            return people, told[0][0]
    return None, ""
