"""Words for people: dates, who says something, how it was checked, what limits a question. Pure."""

from __future__ import annotations

from datetime import date, datetime

from index.types import Filters
from rag.types import Attribution, Citation, Statement

CHECK_NAMES = {
    "verbatim": "exact quote",
    "grounded": "wording found in the source",
    "unsupported": "not found in the sources",
}


def day(when: date | None) -> str:
    return "" if when is None else f"{when.day} {when:%B} {when.year}"


def moment(when: datetime | None) -> str:
    return "" if when is None else f"{day(when)}, {when:%H:%M} UTC"


def joined(separator: str, *parts: str | None) -> str:
    return separator.join(part for part in parts if part)


def counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def how_checked(statement: Statement) -> str:
    failed = ", ".join(statement.failed) if statement.check == "unsupported" else ""
    return joined(": ", CHECK_NAMES[statement.check], failed)


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
    """Outlet, or title where the document names none, and date of a citation."""
    document = citation.document
    return joined(", ", document.outlet or document.label, day(document.published))


def limits(filters: Filters | None) -> list[str]:
    """What a question was limited to, a piece of text for each filter that is set."""
    if filters is None:
        return []
    named = None if filters.uris is None else "the documents " + (", ".join(filters.uris) or "of an empty list")
    shown = (
        filters.outlet and f"outlet {filters.outlet}",
        filters.language and f"language {filters.language}",
        filters.format and f"format {filters.format}",
        filters.published_after and f"published from {day(filters.published_after)}",
        filters.published_before and f"published until {day(filters.published_before)}",
        filters.uri and f"in {filters.uri}",
        named,
        filters.phrase and f"with the words “{filters.phrase}”",
    )
    return [words for words in shown if words]
