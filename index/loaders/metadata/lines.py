"""What the lines near both ends of a text tell of it: labels such as "Published: 7 March 2024", bylines, a bare day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from index.loaders.metadata.dates import bare_date, parse_date
from index.loaders.metadata.names import LONGEST_TITLE, clean_title, name, names

Told = Mapping[str, tuple[str | date, str]]
"""By field the value and where it stands, such as "line: Updated"."""

_EDGE_LINES = 15
_BARE_DATE_LINES = 6

_LABEL = re.compile(
    r"^[^\S\n]*(?:(?P<outlet>outlet|publication|newspaper|publisher|zeitung)\s*:"
    r"|(?P<author>authors?|byline|written by|autor(?:in|en|a|es)?|auteure?s?|autor[ei])\s*:|(?P<by>by)\s+"
    r"|(?P<title>title|headline|titel|título|titre|titolo)\s*:"
    r"|(?P<published>(?:(?:first |date )?published(?: on| at)?|publication date|posted(?: on)?|date (?:posted|of issue)"
    r"|veröffentlicht(?: am)?|erschienen(?: am)?|publiée?(?: le)?|publicado(?: el| em)?|pubblicato(?: il)?"
    r"|gepubliceerd(?: op)?)\b\s*:?|発行日\s*[:\uff1a]|发布时间\s*[:\uff1a])"
    r"|(?P<date>date|datum|fecha|data|dated)\s*:"
    r"|(?P<updated>(?:(?:last )?(?:updated|modified|revised)(?: on| at)?|aktualisiert(?: am)?|stand"
    r"|mise? à jour(?: le)?|actualizado(?: el)?|atualizado(?: em)?|aggiornato(?: il)?|bijgewerkt(?: op)?)\b\s*:?)"
    r")\s*(?P<value>\S.*?)\s*$",
    re.I,
)
_FURTHER_CELL = re.compile(r";\s[^;:]{1,60}:\s")  # a row of a table: what it tells is not of the document
_LABEL_ENDS = " :\uff1a"
_DAYS = ("published", "date", "bare", "updated")  # in order of trust
_SMALL_NAME_WORDS = frozenset("and de del der di da van von la le al bin ibn y e und".split())

# The headers of a mail or a memo that was saved as text.
_HEADER = re.compile(r"([A-Z][A-Za-z-]{1,30})[ \t]*:[ \t]*(.*)")
_SENDER = frozenset({"from", "von", "de"})
_SUBJECT = frozenset({"subject", "betreff", "objet", "asunto"})
_SENT = frozenset({"date", "sent", "datum", "gesendet", "fecha"})
_OTHERS = frozenset({"to", "an", "à", "para", "cc", "bcc", "reply-to", "message-id", "newsgroups", "organization"})
_FEWEST_HEADERS = 3
_MOST_HEADER_LINES = 60


def told_by_lines(text: str) -> Told:
    """Title, outlet, author and published, as far as labelled lines near both ends tell them."""
    lines = [line.strip() for line in text.split("\n") if line and not line.isspace()]
    head, tail = lines[:_EDGE_LINES], lines[_EDGE_LINES:][-_EDGE_LINES:]
    found: dict[str, tuple[str | date, str]] = {}
    for number, line in enumerate(head + tail):
        for field, value, origin in _labelled(line, in_head=number < len(head)):
            found.setdefault(field, (value, origin))
    if bare := next(filter(None, map(bare_date, head[1:_BARE_DATE_LINES])), None):
        found["bare"] = bare, "line"
    told = {field: value for field, value in found.items() if field not in _DAYS}
    if day := next((field for field in _DAYS if field in found), None):
        told["published"] = found[day]
    return told


def told_by_headers(text: str) -> Told:
    """What a block such as "From: ... To: ... Date: ..." at the very top tells; nothing where it is none."""
    headers: dict[str, tuple[str, str]] = {}
    last = ""
    for line in text.lstrip("\n").split("\n", _MOST_HEADER_LINES)[:_MOST_HEADER_LINES]:
        if last and line[:1] in " \t" and line.strip():  # a folded line goes on
            headers[last] = (headers[last][0], f"{headers[last][1]} {line.strip()}")
        elif match := _HEADER.fullmatch(line.rstrip()):
            last = match[1].lower()
            headers.setdefault(last, (match[1], match[2]))
        else:
            break
    kinds = [kind for kind in (_SENDER, _SUBJECT, _SENT, _OTHERS) if any(each in kind for each in headers)]
    if _SENDER.isdisjoint(headers) or len(kinds) < _FEWEST_HEADERS:
        return {}
    told: dict[str, tuple[str | date, str]] = {}
    for key, (written, value) in headers.items():
        found: tuple[str, str | date | None] | None = None
        if key in _SUBJECT:
            found = "title", clean_title(value) or None
        elif key in _SENDER:
            found = "author", names([value])
        elif key in _SENT:
            found = "published", parse_date(value)
        if found and found[1]:
            told.setdefault(found[0], (found[1], f"line: {written}"))
    return told


def title_line(text: str) -> str:
    """The first line, where it stands alone as a headline does; empty otherwise."""
    lines = [line.strip() for line in text.split("\n")]
    first = next((number for number, line in enumerate(lines) if line), None)
    if first is None or not any(lines[first + 1 :]):
        return ""
    line, following = lines[first], lines[first + 1]
    is_sentence = line.rstrip("\"'”’)").endswith((".", ":", ";", ",", "。"))
    is_markup = line.startswith(tuple("-*•#=>|{<[~+/\\"))
    is_headline = not (is_sentence or is_markup or _says_metadata(line) or parse_date(line))
    return clean_title(line) if is_headline and (not following or _says_metadata(following)) else ""


def _labelled(line: str, in_head: bool) -> Iterator[tuple[str, str | date, str]]:
    match = _LABEL.match(line) if len(line) <= LONGEST_TITLE + 20 else None
    if match is None:
        return
    value = match["value"]
    if _FURTHER_CELL.search(value):
        return
    field, label = next((group, text) for group, text in match.groupdict().items() if text and group != "value")
    origin = f"line: {label.strip(_LABEL_ENDS).capitalize()}"
    if field in _DAYS:
        if day := parse_date(value):
            yield field, day, origin
    elif field == "by":
        if in_head and is_person(value) and (author := name(value)):
            yield "author", author, origin
    elif field == "title":
        if in_head and (title := clean_title(value)):
            yield field, title, origin
    elif named := name(value):
        yield field, named, origin


def _says_metadata(line: str) -> bool:
    return any(True for _ in _labelled(line, in_head=True)) or bare_date(line) is not None


def is_person(value: str) -> bool:
    """Whether words look like the name of one or several people: "Ann Lee and Omar al-Hadi"."""
    words = value.replace(",", " ").split()
    capitalised = [word for word in words if word[:1].isupper()]
    return (
        2 <= len(capitalised)
        and len(words) <= 10
        and not value.endswith((".", "!", "?", ":"))
        and all(word in capitalised or word in _SMALL_NAME_WORDS or word.startswith(("al-", "el-")) for word in words)
    )
