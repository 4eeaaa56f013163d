"""Titles, names and language tags as documents state them, without what programs and sites add."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST_TITLE = 200
_LONGEST_NAME = 120

_PLACEHOLDERS = frozenset(
    "untitled unknown anonymous unspecified none null undefined admin administrator user root owner author authors "
    "title headline guest webmaster editor openpyxl python-docx python-pptx xlsxwriter reportlab n/a tbd".split()
    + ["untitled document", "word document", "new document", "microsoft office user", "unnamed", "un-named"]
    + ["(anonymous)", "(unspecified)", "powerpoint presentation", "powerpoint-präsentation", "slide 1", "no title"]
    + ["apache poi", "unknown author", "author name", "your name", "home", "index", "no subject", "(no subject)"]
    + ["présentation powerpoint", "presentación de powerpoint", "page title", "document", "user name", "windows user"]
)
_FILE_NAME = re.compile(
    r"^microsoft (word|powerpoint|excel) - |^\S*_\S*$|^screen ?shot \d"
    r"|\S\.(docx?|pdf|txt|rtf|od[tpsg]|indd|tex|dvi|qxd|html?|pptx?|xlsx?|png|jpe?g|gif|tiff?|svg|eps|md|csv)$",
    re.I,
)
_TEMPLATE_FIELD = re.compile(r"\{\{.*\}\}|\{%.*%\}|<%.*%>|\$\{.*\}|^\[[A-Z _]+\]$")
_SITE_SEPARATORS = (" | ", " - ", " – ", " — ", " :: ", " · ", " « ", " » ", " • ")
_BY = re.compile(r"^(?:(?:written|posted|published|reported)\s+)?by\b:?\s*", re.I)
_ADDRESS_BEHIND = re.compile(r"^\"?(.+?)\"?\s*[<(\[]\s*\S+@\S+\s*[>)\]]$")
_ADDRESS = re.compile(r"https?:|www\.|@|\S+@\S+$|mailto:", re.I)


def clean_title(value: str, outlet: str | None = None, heading: str = "") -> str:
    """A title on one line, without the site's name beside it; empty when it is a file name or a placeholder.

    The site's name is the outlet's, or whatever follows or precedes the page's first heading.
    """
    title, heading = one_line(value), one_line(heading)
    for separator in _SITE_SEPARATORS:
        if outlet:
            title = _without_end(title, separator + outlet)
            title = _without_start(title, outlet + separator)
        if heading and title.lower().startswith((heading + separator).lower()):
            title = title[: len(heading)]
        elif heading and title.lower().endswith((separator + heading).lower()):
            title = title[-len(heading) :]
    return title if _is_title(title) else ""


def name(value: str) -> str | None:
    """The name of a person or an outlet; None for addresses, placeholders and what is too long for one."""
    words = _BY.sub("", one_line(value))
    if behind := _ADDRESS_BEHIND.match(words):
        words = behind[1].strip()
    is_name = len(words) <= _LONGEST_NAME and any(map(str.isalpha, words)) and not _is_placeholder(words)
    return words if is_name and not _ADDRESS.match(words) and not _TEMPLATE_FIELD.search(words) else None


def names(values: Sequence[str]) -> str | None:
    """Several names as one, each once; the last ones give way to "et al." where they are too many."""
    known = list(dict.fromkeys(filter(None, map(name, values))))
    known = [each for each in known if not any(_names_more(other, each) for other in known)]
    separator = "; " if len(known) > 1 and any("," in each for each in known) else ", "
    if len(separator.join(known)) <= _LONGEST_NAME:
        return separator.join(known) or None
    while known and len(separator.join([*known, "et al."])) > _LONGEST_NAME:
        known.pop()
    return separator.join([*known, "et al."]) if known else None


def _names_more(longer: str, person: str) -> bool:
    """Whether "Ann Lee, The Coast" stands beside "Ann Lee"."""
    return longer != person and re.search(rf"\b{re.escape(person)}\b", longer) is not None


def language_code(value: str) -> str | None:
    """The ISO 639-1 part of a language tag: "en" of "en-GB"."""
    match = re.fullmatch(r"([a-z]{2})(?:[-_].*)?", value.strip().lower())
    return match[1] if match else None


def one_line(value: str) -> str:
    """Without controls and the halves of surrogate pairs; joiners are part of Persian or Hindi words."""
    return " ".join("".join(char if char.isprintable() or char in "\u200c\u200d" else " " for char in value).split())


def _is_title(title: str) -> bool:
    if not 0 < len(title) <= LONGEST_TITLE or not any(map(str.isalnum, title)):
        return False
    return not (_FILE_NAME.search(title) or _is_placeholder(title) or _TEMPLATE_FIELD.search(title))


def _without_end(title: str, end: str) -> str:
    return title[: -len(end)].strip() if title.lower().endswith(end.lower()) else title


def _without_start(title: str, start: str) -> str:
    return title[len(start) :].strip() if title.lower().startswith(start.lower()) else title


def _is_placeholder(value: str) -> bool:
    return value.lower().strip(" .") in _PLACEHOLDERS
