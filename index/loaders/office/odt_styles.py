"""The styles of OpenDocument files, and how their lists count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.loaders.archive import local_name
from index.loaders.office.list_numbers import list_number
from index.loaders.office.ooxml import value

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_DEEPEST_STYLE = 10


@dataclass(frozen=True, slots=True)
class Level:
    """How a level of a list counts; `form` is empty for signs and where nothing is shown."""

    is_sign: bool
    form: str
    prefix: str
    suffix: str
    shown_levels: int
    start: int


@dataclass(frozen=True, slots=True)
class Styles:
    parents: dict[str, str]
    lists: dict[str, dict[int, Level]]


def read_styles(sheets: Iterable[Element]) -> Styles:
    parents: dict[str, str] = {}
    lists: dict[str, dict[int, Level]] = {}
    for element in (each for sheet in sheets for each in sheet.iter()):
        if local_name(element) == "style":
            parents.setdefault(value(element, "name"), value(element, "parent-style-name"))
        elif local_name(element) == "list-style":
            lists.setdefault(value(element, "name"), dict(map(_level, element)))
    return Styles(parents, lists)


def is_title(styles: Styles, style: str) -> bool:
    """Whether a paragraph's style is "Title", or made from it."""
    for _ in range(_DEEPEST_STYLE):
        if style == "Title":
            return True
        style = styles.parents.get(style, "")
    return False


def marker(levels: dict[int, Level], counts: tuple[list[int], ...]) -> str:
    """What stands before an item, from the numbers of it and of the items it stands in: "- " or "2.a) "."""
    level = levels.get(len(counts))
    if level is None or level.is_sign:
        return "- "
    first = max(len(counts) - level.shown_levels, 0)
    forms = [levels[place + 1].form if place + 1 in levels else "" for place in range(len(counts))]
    numbers = [list_number(counts[place][0], forms[place]) for place in range(first, len(counts)) if forms[place]]
    shown = f"{level.prefix}{'.'.join(numbers)}{level.suffix}".strip() if level.form else ""
    return f"{shown} " if shown else ""


def _level(element: Element) -> tuple[int, Level]:
    depth, start, shown = (value(element, name) for name in ("level", "start-value", "display-levels"))
    return int(depth) if depth.isdecimal() else 0, Level(
        is_sign=local_name(element) != "list-level-style-number",
        form=_FORMS.get(value(element, "num-format"), ""),
        prefix=value(element, "num-prefix"),
        suffix=value(element, "num-suffix"),
        shown_levels=int(shown) if shown.isdecimal() else 1,
        start=int(start) if start.isdecimal() else 1,
    )
