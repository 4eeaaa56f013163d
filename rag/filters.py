"""Filters as people type them: `outlet=Reuters`, `format=pdf`, `published_after=2024-03-01`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from index.types import Filters
from rag.errors import QuestionError

NAMES = tuple(field.name for field in fields(Filters) if field.name != "uris")


def parse_filters(pairs: Sequence[str]) -> Filters | None:
    """Filters of `key=value` pairs, or None when there are none. Raises QuestionError for one it does not know."""
    values: dict[str, Any] = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        name = name.strip().replace("-", "_")
        if not separator or name not in NAMES or not value.strip():
            raise QuestionError(f"The filter '{pair}' is not understood.", f"Use KEY=VALUE with {', '.join(NAMES)}.")
        values[name] = _day(name, value.strip()) if name.startswith("published") else value.strip()
    return checked_format(Filters(**values)) if values else None


def checked_format(filters: Filters) -> Filters:
    """The filters themselves. Raises QuestionError, telling the formats there are, for an unknown one."""
    from index.loaders.formats import format_names, mimes_of

    if filters.format is not None and not mimes_of(filters.format):
        raise QuestionError(f"'{filters.format}' is no format that is read.", f"There are {', '.join(format_names())}.")
    return filters


def _day(name: str, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise QuestionError(f"'{value}' is no date.", f"Write it as {name}=2024-03-07.") from None
