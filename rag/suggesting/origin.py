"""Where a suggested question comes from: its folder, its day, and whether that is a text or a table. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from index.types import Document

READ = 20_000
"""Characters of a document that are looked at."""
FULL_LINE = 40
"""Characters from which a line is one of a text, and none of a form."""
LEAST_TEXT = 0.4
_TABLES = frozenset(".csv .tsv .xls .xlsx .xlsm .ods .json .jsonl .ndjson .ics .vcf".split())


@dataclass(frozen=True, slots=True)
class Origin:
    """`day`: the ordinal of the date of publication, 0 without one."""

    folder: str
    day: int
    tabular: bool


NOWHERE = Origin("", 0, False)


def origin_of(document: Document) -> Origin:
    path = PurePosixPath(document.uri)
    day = document.published.toordinal() if document.published else 0
    return Origin(str(path.parent), day, path.suffix.lower() in _TABLES or is_form(document.text))


def is_form(text: str) -> bool:
    """Whether most of a text stands in short lines that end no sentence, as in forms, lists and tables."""
    lines = [line.strip() for line in text[:READ].splitlines()]
    full = sum(len(line) for line in lines if len(line) >= FULL_LINE or line.endswith((".", "?", "!", "。")))
    return full < LEAST_TEXT * sum(map(len, lines))
