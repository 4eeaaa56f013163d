"""What a document says about itself: title, outlet, author, day and language. A wrong guess is worse than none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

_LONGEST_TITLE = 200
_LONGEST_NAME = 120
_EDGE_LINES = 15
_BARE_DATE_LINES = 6

# In order of trust, for each field.
_TITLE_KEYS = ("og:title", "headline", "title", "h1")
_OUTLET_KEYS = ("og:site_name", "outlet", "publication", "newspaper", "publisher", "source")
_AUTHOR_KEYS = ("author", "authors", "byline", "creator", "dc.creator")
_PUBLISHED_KEYS = (
    *("article:published_time", "datepublished", "published", "publication_date", "pubdate", "date", "dc.date"),
    *("time", "created", "creationdate", "updated", "last_updated", "lastmod"),
)
_LANGUAGE_KEYS = ("language", "lang", "dc.language")

_PLACEHOLDERS = frozenset(
    "untitled unknown anonymous unspecified none null admin administrator user root owner author title".split()
    + ["untitled document", "word document", "new document", "microsoft office user", "python-docx"]
    + ["(anonymous)", "(unspecified)", "un-named", "powerpoint presentation"]
)
_FILE_NAME = re.compile(
    r"^microsoft (word|powerpoint|excel) - |^\S*_\S*$"
    r"|\S\.(docx?|pdf|txt|rtf|od[tps]|indd|tex|dvi|qxd|html?|pptx?|xlsx?)$",
    re.I,
)
_SITE_SEPARATORS = (" | ", " - ", " – ", " — ", " :: ", " · ")

_MONTH_NAMES = (
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
)
_MONTHS = {name: number for names in _MONTH_NAMES for number, name in enumerate(names.split(), 1)} | {"sept": 9}
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_DATES = tuple(
    re.compile(r"(?:on\s+)?(?:[^\W\d]{3,10}\.?,?\s+)??" + pattern + r"(?!\d)", re.I)
    for pattern in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        r"(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        r"D:(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:\d{2}){0,3}",
        _MONTH + r"\s+" + _DAY + r"(?:\s*,)?\s+(?P<year>\d{4})",
        _DAY + r"(?:\s+|-)(?:de\s+|of\s+)?" + _MONTH + r"(?:,?\s+|-)(?:de\s+)?(?P<year>\d{4})",
    )
)
# 04/05/2024 is April to some and May to others.
_EITHER_ORDER = re.compile(r"(?P<first>\d{1,2})([./-])(?P<second>\d{1,2})\2(?P<year>\d{4})(?!\d)")
_OLDEST_YEAR, _LATEST_YEAR = 1450, 2200

_LABEL = re.compile(
    r"^[^\S\n]*(?:(?P<outlet>outlet|publication|newspaper|publisher)\s*:"
    r"|(?P<author>authors?|byline|written by)\s*:|(?P<by>by)\s+"
    r"|(?P<title>title|headline)\s*:"
    r"|(?P<published>(?:first |date )?published(?: on| at)?|publication date|posted(?: on)?)\b\s*:?"
    r"|(?P<date>date)\s*:"
    r"|(?P<updated>(?:last )?(?:updated|modified)(?: on| at)?)\b\s*:?)"
    r"\s*(?P<value>\S.*?)\s*$",
    re.I,
)
_SMALL_NAME_WORDS = frozenset("and de del der di da van von la le al bin ibn y e und".split())


@dataclass(frozen=True, slots=True)
class Metadata:
    """As in `Document`: an empty title or None where the document tells nothing."""

    title: str = ""
    outlet: str | None = None
    author: str | None = None
    published: date | None = None
    language: str | None = None


def merge(*candidates: Metadata) -> Metadata:
    """For each field what the first candidate that knows it says."""
    return Metadata(
        title=next((each.title for each in candidates if each.title), ""),
        outlet=next((each.outlet for each in candidates if each.outlet), None),
        author=next((each.author for each in candidates if each.author), None),
        published=next((each.published for each in candidates if each.published), None),
        language=next((each.language for each in candidates if each.language), None),
    )


def from_pairs(pairs: Iterable[tuple[str, str | None]]) -> Metadata:
    """Reads named values such as meta tags, front matter or document properties; the first of a name counts."""
    values: dict[str, str] = {}
    for key, value in pairs:
        if value and value.strip():
            values.setdefault(key.strip().lower(), value)

    def of(keys: tuple[str, ...]) -> Iterable[str]:
        return (values[key] for key in keys if key in values)

    outlet = next(filter(None, map(name, of(_OUTLET_KEYS))), None)
    return Metadata(
        title=next(filter(None, (clean_title(value, outlet, values.get("h1", "")) for value in of(_TITLE_KEYS))), ""),
        outlet=outlet,
        author=next(filter(None, map(name, of(_AUTHOR_KEYS))), None),
        published=next(filter(None, map(parse_date, of(_PUBLISHED_KEYS))), None),
        language=next(filter(None, map(language_code, of(_LANGUAGE_KEYS))), None),
    )


def from_lines(text: str) -> Metadata:
    """Reads the title line and labelled lines ("By Ann Lee", "Published: 7 March 2024") near both ends of a text."""
    lines = [line.strip() for line in text.split("\n")]
    labelled = printed(text)
    return replace(labelled, title=labelled.title or _title_line(lines))


def printed(text: str) -> Metadata:
    """The labelled lines alone, without a guess which line is the title."""
    lines = [line.strip() for line in text.split("\n") if line and not line.isspace()]
    head, tail = lines[:_EDGE_LINES], lines[_EDGE_LINES:][-_EDGE_LINES:]
    found: dict[str, str | date] = {}
    for number, line in enumerate(head + tail):
        for field, value in _labelled(line, in_head=number < len(head)):
            found.setdefault(field, value)
    bare = next(filter(None, map(_bare_date, head[1:_BARE_DATE_LINES])), None)
    published = found.get("published") or found.get("date") or bare or found.get("updated")
    return Metadata(
        title=str(found.get("title", "")),
        outlet=str(found["outlet"]) if "outlet" in found else None,
        author=str(found["author"]) if "author" in found else None,
        published=published if isinstance(published, date) else None,
    )


def parse_date(value: str) -> date | None:
    """The day a value begins with, as written (no change of zone); None when day and month could be swapped."""
    value = value.strip()
    if match := _EITHER_ORDER.match(value):
        first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
        orders = {_day(year, first, second), _day(year, second, first)} - {None}
        return orders.pop() if len(orders) == 1 else None
    match = _date_match(value)
    return _day_of(match) if match else None


def language_code(value: str) -> str | None:
    """The ISO 639-1 part of a language tag: "en" of "en-GB"."""
    match = re.fullmatch(r"([a-z]{2})(?:[-_].*)?", value.strip().lower())
    return match[1] if match else None


def clean_title(value: str, outlet: str | None = None, heading: str = "") -> str:
    """A title on one line, without the site's name behind it; empty when it is a file name or a placeholder.

    The site's name is the outlet's, or whatever follows the page's first heading.
    """
    title, heading = _one_line(value), _one_line(heading)
    for separator in _SITE_SEPARATORS:
        if outlet and title.lower().endswith((separator + outlet).lower()):
            title = title[: -len(separator + outlet)].strip()
        if heading and title.lower().startswith((heading + separator).lower()):
            title = title[: len(heading)]
    is_title = 0 < len(title) <= _LONGEST_TITLE and not _FILE_NAME.search(title) and not _is_placeholder(title)
    return title if is_title and any(map(str.isalnum, title)) else ""


def name(value: str) -> str | None:
    """The name of a person or an outlet; None for addresses, placeholders and what is too long for one."""
    words = re.sub(r"^by\s+", "", _one_line(value), flags=re.I)
    is_name = len(words) <= _LONGEST_NAME and any(map(str.isalpha, words)) and not _is_placeholder(words)
    return words if is_name and not re.match(r"(https?:|www\.|@|\S+@\S+$)", words, re.I) else None


def _labelled(line: str, in_head: bool) -> Iterable[tuple[str, str | date]]:
    match = _LABEL.match(line) if len(line) <= _LONGEST_TITLE + 20 else None
    if match is None:
        return
    value = match["value"]
    field = next(group for group, text in match.groupdict().items() if text and group != "value")
    if field in ("published", "date", "updated"):
        if day := parse_date(value):
            yield field, day
    elif field == "by":
        if in_head and _is_byline(value) and (author := name(value)):
            yield "author", author
    elif field == "title":
        if in_head and (title := clean_title(value)):
            yield field, title
    elif named := name(value):
        yield field, named


def _title_line(lines: list[str]) -> str:
    first = next((number for number, line in enumerate(lines) if line), None)
    if first is None or not any(lines[first + 1 :]):
        return ""
    line, following = lines[first], lines[first + 1]
    is_sentence = line.rstrip("\"'”’)").endswith((".", ":", ";", ","))
    is_markup = line.startswith(tuple("-*•#=>|{<[~+/\\"))
    is_headline = not (is_sentence or is_markup or _says_metadata(line) or parse_date(line))
    return clean_title(line) if is_headline and (not following or _says_metadata(following)) else ""


def _says_metadata(line: str) -> bool:
    return any(True for _ in _labelled(line, in_head=True)) or _bare_date(line) is not None


def _bare_date(line: str) -> date | None:
    match = _date_match(line)
    return _day_of(match) if match and match.end() == len(line) else None


def _is_byline(value: str) -> bool:
    words = value.replace(",", " ").split()
    capitalised = [word for word in words if word[:1].isupper()]
    return (
        2 <= len(capitalised)
        and len(words) <= 10
        and not value.endswith((".", "!", "?", ":"))
        and all(word in capitalised or word in _SMALL_NAME_WORDS or word.startswith(("al-", "el-")) for word in words)
    )


def _date_match(value: str) -> re.Match[str] | None:
    return next(filter(None, (pattern.match(value) for pattern in _DATES)), None)


def _day_of(match: re.Match[str]) -> date | None:
    month = match["month"].lower()
    return _day(int(match["year"]), _MONTHS.get(month) or int(month), int(match["day"]))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if _OLDEST_YEAR <= year <= _LATEST_YEAR else None
    except ValueError:
        return None


def _is_placeholder(value: str) -> bool:
    return value.lower() in _PLACEHOLDERS


def _one_line(value: str) -> str:
    """Without controls and the halves of surrogate pairs; joiners are part of Persian or Hindi words."""
    return " ".join("".join(char if char.isprintable() or char in "\u200c\u200d" else " " for char in value).split())
