"""Rows of tables as a text holds them ("Length: Over 8 m, up to 10 m; Night: 26"): the names of their cells, and which
row a quantity of a question falls into. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Literal

from rag.facts.quantities import quantities
from rag.facts.units import UNITS

CELLS = 2  # at least


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, without an end that is open; a single value has both ends. `unit` as that of a Quantity,
    `said` are its words."""

    low: float
    high: float
    unit: str | None
    low_open: bool = False
    high_open: bool = False
    said: str = field(default="", compare=False)

    @property
    def is_wide(self) -> bool:
        """Whether it is more than a single value."""
        return self.low != self.high

    def meets(self, other: Range) -> bool:
        """Whether the two have a value in common, whatever their units."""
        common = self.within(other)
        return common.low < common.high or (common.low == common.high and not (common.low_open or common.high_open))

    def within(self, other: Range) -> Range:
        """What the two have in common; its ends are the wrong way round where that is nothing."""
        low, low_open = max((self.low, self.low_open), (other.low, other.low_open))
        high, in_high = min((self.high, not self.high_open), (other.high, not other.high_open))
        return Range(low, high, self.unit or other.unit, low_open, not in_high)


def cells(text: str) -> list[tuple[str, str]]:
    """The cells of a row as (name, value); nothing for a sentence."""
    parts = [part.partition(": ") for part in text.split("; ")]
    is_row = len(parts) >= CELLS and all(colon for _, colon, _ in parts)
    return [(name, value) for name, _, value in parts] if is_row else []


def measures(question: str) -> list[Range]:
    """The quantities of a question that can fall into a range: no times of the day and no places in an order."""
    return [one for one in _ranges(question) if one.unit not in ("ordinal", "time")]


def row_fit(asked: Sequence[Range], text: str, language: str | None = None) -> int:
    """1 when a range or a value of the row holds a quantity of the question, -1 when it has ranges of the same unit and
    none does, else 0. A range without a unit can only speak for a row that tells nothing of that unit, and so can one
    for a bare number, which may be a name ("bus 12")."""
    told = [one for name, value in cells(text) for one in _of_cell(value, name, language)] if asked else []
    fits: list[bool] = []
    for quantity in asked:
        same = [one for one in told if one.unit is not None and one.unit == quantity.unit]
        held = any(one.meets(quantity) for one in same or [one for one in told if one.unit is None and one.is_wide])
        if held or any(one.is_wide for one in same):
            fits.append(held)
    return 0 if not fits else 1 if any(fits) else -1


def read_range(value: str, name: str = "", language: str | None = None) -> Range | None:
    """The range that a cell tells; its unit may stand in the name of its column: "Length (m): 8-10". None for several
    that have nothing in common."""
    found = [one for one in _ranges(value, language) if one.is_wide]
    if not found:
        return None
    whole = reduce(Range.within, found)
    return replace(whole, unit=whole.unit or _unit_of(name)) if whole.low <= whole.high else None


def _of_cell(value: str, name: str, language: str | None) -> list[Range]:
    """The range of a cell, or else the single values that it tells."""
    if (whole := read_range(value, name, language)) is not None:
        return [whole]
    return [replace(one, unit=one.unit or _unit_of(name)) for one in _ranges(value, language) if not one.is_wide]


def _ranges(text: str, language: str | None = None) -> list[Range]:
    """One of every quantity; a number that is no end of a range is one by itself."""
    told: list[Range] = []
    end = 0
    for one in quantities(text, language):
        before, bound = text[end : one.start], _bound(text[end : one.start], text[one.end :])
        said = text[one.start : one.end]
        goes_on = told and bound is not None and bound[0] == "high" and _TO.match(before)
        if told and (goes_on or _TO.fullmatch(before) or (told[-1].high == math.inf and _AND.fullmatch(before))):
            first, is_open = told.pop(), bool(goes_on and bound is not None and bound[1])
            unit, said = one.unit or first.unit, f"{first.said} {said}"
            told.append(replace(first, high=one.value, high_open=is_open, unit=unit, said=said))
        else:
            side, is_open = bound or ("both", False)
            low, high = (-math.inf if side == "high" else one.value), (math.inf if side == "low" else one.value)
            told.append(Range(low, high, one.unit, is_open and side == "low", is_open and side == "high", said))
        end = one.end
    return told


def _unit_of(name: str) -> str | None:
    told = [UNITS[word] for word in _WORD.findall(name) if word in UNITS]
    return told[-1] if told else None


def _bound(before: str, after: str) -> tuple[Literal["low", "high"], bool] | None:
    """Which end of a range a number is, by the words before or behind it, and whether the end itself is out."""
    for pattern, side, is_open in _BEFORE:
        if pattern.search(before):
            return side, is_open
    for pattern, side in _BEHIND:
        if pattern.match(after):
            return side, False
    return None


def _ending(words: str, signs: str) -> re.Pattern[str]:
    return re.compile(rf"(?:\b(?:{words})|{signs})\s*$", re.I)


_WORD = re.compile(r"[^\W\d_]+")
_TO = re.compile(r"\s*(?:[-–—]|(?:up )?to\b|bis\b|a\b|hasta\b)\s*", re.I)
_AND = re.compile(r"\s*(?:and|und|y)\s*", re.I)
_LONG = r"(?:more|longer|larger|bigger|heavier|older|greater|higher|taller|deeper)"
_SHORT = r"(?:less|fewer|shorter|smaller|lighter|younger|lower)"
_LANG = r"(?:mehr|länger|größer|schwerer|älter|höher)"
_KURZ = r"(?:weniger|kürzer|kleiner|leichter|jünger|niedriger)"
_BEFORE: tuple[tuple[re.Pattern[str], Literal["low", "high"], bool], ...] = (
    (
        _ending(
            rf"up to(?: and including)?|at most|max(?:imum|\.)?|(?:no|not) (?:{_LONG} than|over)|until|"
            rf"bis(?: zu)?|höchstens|maximal|nicht {_LANG} als|hasta|como máximo|máximo|no más de",
            "≤|<=",
        ),
        "high",
        False,
    ),
    (_ending(rf"(?:no|not) {_SHORT} than|nicht {_KURZ} als|no menos de", "≥|>="), "low", False),
    (_ending(rf"over|above|exceeding|beyond|{_LONG} than|über|{_LANG} als|más de|mayor(?:es)? de", ">"), "low", True),
    (_ending(rf"under|below|{_SHORT} than|unter|{_KURZ} als|menos de|menor(?:es)? de", "<"), "high", True),
    (
        _ending(
            r"from|at least|min(?:imum|\.)?|starting at|between|ab|mindestens|zwischen|desde|a partir de|"
            r"al menos|mínimo|entre",
            "≥",
        ),
        "low",
        False,
    ),
)
_BEHIND: tuple[tuple[re.Pattern[str], Literal["low", "high"]], ...] = (
    (re.compile(rf"\s*(?:\+|(?:and|or) (?:over|above|up|{_LONG})\b|(?:und|oder) {_LANG}\b|[yo] más\b)", re.I), "low"),
    (re.compile(rf"\s*(?:(?:and|or) (?:under|below|{_SHORT})\b|(?:und|oder) {_KURZ}\b|[yo] menos\b)", re.I), "high"),
)
