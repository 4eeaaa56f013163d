"""Words of the page: dates, names, how something was checked, what leaves this machine. Pure."""

from __future__ import annotations

import re
from datetime import date
from html import escape
from urllib.parse import urlsplit

from index.types import Filters
from rag.settings import Settings
from rag.types import Attribution, Citation, Statement

LANGUAGES = {
    "ar": "Arabic", "bn": "Bengali", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi",
    "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch",
    "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sv": "Swedish",
    "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


def esc(text: str) -> str:
    """Text as HTML that shows it, between tags or inside a quoted attribute."""
    return escape(text, quote=True)


def day(when: date | None) -> str:
    return "" if when is None else f"{when.day} {when:%B} {when.year}"


def joined(separator: str, *parts: str | None) -> str:
    return separator.join(part for part in parts if part)


def language_name(code: str) -> str:
    return LANGUAGES.get(code, code)


def counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def how_checked(statement: Statement) -> str:
    if statement.check == "verbatim":
        return "exact quote"
    if statement.check == "grounded":
        return "wording found in the source"
    return joined(": ", "not found in the sources", ", ".join(statement.failed))


def who_says(attribution: Attribution | None) -> str:
    """`Hussein Al Musawi, as reported by Gulf Ledger, 8 March 2024`; without a speaker, outlet and date."""
    if attribution is None:
        return ""
    when = day(attribution.published)
    if not attribution.speaker:
        return joined(", ", attribution.outlet, when)
    speaker = attribution.speaker[:1].upper() + attribution.speaker[1:]
    told = "as reported" if attribution.reported else ""
    if attribution.outlet:
        told = f"as reported by {attribution.outlet}" if attribution.reported else f"in {attribution.outlet}"
    return joined(", ", speaker, told, when)


def whence(citation: Citation) -> str:
    """Outlet and date of a citation; the title where the document gives neither."""
    document = citation.document
    return joined(", ", document.outlet, day(document.published)) or document.label


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
