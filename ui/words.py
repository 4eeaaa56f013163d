"""Words of the page: dates, names, how something was checked, what leaves this machine. Pure."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import urlsplit

from index.types import Filters
from rag.settings import Settings
from rag.words import CHECK_NAMES, counted, day, how_checked, joined, whence, who_says

# Those that exports share are rag's.
__all__ = [
    "CHECKS",
    "CHECK_NAMES",
    "LANGUAGES",
    "counted",
    "cut",
    "day",
    "esc",
    "filter_words",
    "folder_of",
    "folder_pattern",
    "host_of",
    "how_checked",
    "joined",
    "language_name",
    "mode_line",
    "who_says",
    "whence",
]

LANGUAGES = {
    "ar": "Arabic", "bn": "Bengali", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi",
    "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch",
    "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sv": "Swedish",
    "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip

CHECKS = {
    "verbatim": "The sentence stands in the source, letter for letter.",
    "grounded": "Every number, date, name and quote of it stands in the cited text, and its wording is close. "
    "A contradiction in other words would not be seen: open the source where it matters.",
    "unsupported": "Something in the sentence was not found in the cited text. Do not rely on it.",
}


def esc(text: str) -> str:
    """Text as HTML that shows it, between tags or inside a quoted attribute."""
    return escape(text, quote=True)


def cut(text: str, limit: int) -> str:
    """The beginning of a text on one line, cut after a word."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    head = line[:limit]
    return (head.rsplit(" ", 1)[0] if " " in head[limit // 2 :] else head) + " …"


def language_name(code: str) -> str:
    return LANGUAGES.get(code, code)


def mode_line(settings: Settings) -> str:
    """Who writes the answers and what leaves this machine."""
    host = host_of(settings.openai_base_url)
    if settings.uses_llm:
        return (
            f"Written by {settings.llm_model} at {host}: your question and the passages are sent there; "
            "every sentence is checked"
        )
    if settings.embedder.startswith("openai:"):
        model = settings.embedder.removeprefix("openai:")
        return f"Extractive: exact sentences; your question is sent to {model} at {host} to find passages"
    return "Extractive: exact sentences, nothing leaves this machine"


def host_of(base_url: str | None) -> str:
    """Host and port of an endpoint, without whatever else its address holds."""
    if not base_url:
        return "api.openai.com"
    parts = urlsplit(base_url)
    name = parts.hostname or "the endpoint"
    return f"{name}:{parts.port}" if parts.port else name


def filter_words(filters: Filters | None) -> dict[str, str]:
    """Field -> what to show for it, for the filters that are set."""
    if filters is None:
        return {}
    shown = {
        "outlet": filters.outlet,
        "language": filters.language and language_name(filters.language),
        "format": filters.format and filters.format.upper(),
        "phrase": filters.phrase and f"“{filters.phrase}”",
        "published_after": filters.published_after and f"from {day(filters.published_after)}",
        "published_before": filters.published_before and f"until {day(filters.published_before)}",
        "uri": filters.uri and f"in {folder_of(filters.uri)}",
    }
    return {name: words for name, words in shown.items() if words}


def folder_pattern(folder: str) -> str:
    """What `Filters.uri` takes for everything below a folder, also one whose name looks like a pattern."""
    if any(mark in folder for mark in "*?["):
        return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in folder) + "/*"
    return f"{folder}/"


def folder_of(pattern: str) -> str:
    """The folder that `folder_pattern` was given."""
    return re.sub(r"\[([*?\[])\]", r"\1", pattern.removesuffix("*")).rstrip("/")
