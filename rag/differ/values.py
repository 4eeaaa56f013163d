"""What an answer says as a value that can be compared: an amount, a time or a name, with its qualifiers. Pure.

"About 2,500", "2,500" and "some two and a half thousand" agree, and so do "more than 2,000" and 2,500, "in February"
and "4 February", "Varr" and "Mayor Isolde Varr". What cannot be compared neither agrees nor differs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.facts.dates import When, expressions
from rag.facts.names import TITLES, names
from rag.facts.quantities import Quantity, quantities
from rag.facts.units import UNITS

Kind = Literal["amount", "time", "name"]
KINDS: dict[str, Kind] = {
    **dict.fromkeys(("number", "percent", "money", "duration", "age"), "amount"),
    "date": "time",
    **dict.fromkeys(("person", "place", "name"), "name"),
}
"""The kinds of short answers that have a value."""

NEAR = 0.1
ROUNDED = 0.05
ROUNDED_FROM = 100


@dataclass(frozen=True, slots=True)
class Amount:
    """From `low` to `high` of a unit; `near` when the text says that it is not exact."""

    low: float
    high: float
    unit: str | None
    near: bool = False


@dataclass(frozen=True, slots=True)
class Time:
    """A date, or both ends of a range."""

    first: When
    last: When


@dataclass(frozen=True, slots=True)
class Named:
    """The words of a name in small letters, without titles."""

    words: tuple[str, ...]


Value = Amount | Time | Named


def value_of(
    text: str, start: int, end: int, kind: Kind, language: str | None = None, known: Collection[float] = ()
) -> Value | None:
    """The value that text[start:end] tells, read in the sentence `text`; None when there is none, or more than one.
    `known`: numbers of the question, which are no answers to it."""
    if kind == "name":
        return _name(text, start, end, language)
    if kind == "time" and (time := _time(text, start, end)) is not None:
        return time
    found = [one for one in quantities(text, language) if one.start < end and one.end > start]
    clock = kind == "time"
    told = [one for one in found if (one.unit == "time") == clock and one.unit != "ordinal" and one.value not in known]
    if not told and not clock:
        told = [one for one in found if one.unit == "time"]
    return _amount(text, told)


def compare(one: Value, other: Value) -> bool | None:
    """Whether both may be true of the same thing; None when that cannot be told."""
    if isinstance(one, Amount) and isinstance(other, Amount):
        return _same_amount(one, other)
    if isinstance(one, Time) and isinstance(other, Time):
        return _same_time(one, other)
    if isinstance(one, Named) and isinstance(other, Named):
        return _same_name(one.words, other.words)
    return None


def is_vague(value: Value) -> bool:
    """Whether it holds more than one value: vague ones go with precise ones, not the other way round."""
    if isinstance(value, Amount):
        return value.near or value.low != value.high
    return isinstance(value, Time) and min(value.first.fields, value.last.fields) < 3


_ABOUT = re.compile(
    r"\b(?:about|around|some|roughly|approximately|approx\.?|nearly|almost|close to|an estimated|estimated|circa|ca\.|"
    r"etwa|rund|ungefähr|fast|knapp|zirka|unos|unas|cerca de|alrededor de|casi|aproximadamente)\s+(?:\w+\s+)?$",
    re.I,
)
_ABOVE = re.compile(
    r"\b(?:more than|over|at least|above|upwards of|no (?:fewer|less) than|exceed(?:s|ed|ing)?|"
    r"mehr als|über|mindestens|más de|al menos|por lo menos)\s+$",
    re.I,
)
_BELOW = re.compile(
    r"\b(?:fewer than|less than|under|below|up to|at most|no more than|not more than|weniger als|unter|"
    r"höchstens|bis zu|menos de|hasta|como máximo)\s+$",
    re.I,
)
_TO = re.compile(r"\s*(?:[-–—]|to|and|bis|und|y|a)\s*(?:[$€£¥]\s?)?", re.I)
_PEOPLE = frozenset(
    "people person men women children soldiers troops workers visitors residents victims fans members spectators "
    "passengers guests dead inhabitants protesters demonstrators personas menschen".split()
)
_MEASURES = frozenset(UNITS.values())


def _amount(text: str, told: Sequence[Quantity]) -> Amount | None:
    if len(told) == 2 and _TO.fullmatch(text[told[0].end : told[1].start]) and told[0].value < told[1].value:
        return Amount(told[0].value, told[1].value, _unit(told[1]))
    if len(told) != 1:
        return None
    one = told[0]
    before = text[max(0, one.start - 30) : one.start]
    if _ABOVE.search(before):
        return Amount(one.value, math.inf, _unit(one))
    if _BELOW.search(before):
        return Amount(-math.inf, one.value, _unit(one))
    return Amount(one.value, one.value, _unit(one), _ABOUT.search(before) is not None)


def _unit(quantity: Quantity) -> str | None:
    if quantity.unit is None:
        return None
    last = quantity.unit.split()[-1].lower()
    if last in _MEASURES or last in _PEOPLE:
        return last
    return last[:-1] if last.endswith("s") else last


def _same_amount(one: Amount, other: Amount) -> bool | None:
    unlike = one.unit != other.unit and not {one.unit, other.unit} <= _PEOPLE
    units = {one.unit, other.unit}
    if unlike and (None not in units or units & (_MEASURES - _PEOPLE)):
        return None
    slack = max(_slack(one, other), _slack(other, one))
    alike = one.low - slack <= other.high and other.low - slack <= one.high
    return alike


def _slack(one: Amount, other: Amount) -> float:
    """How far a value may lie from one that is not exact, or that is its round number."""
    size = abs(one.low)
    if one.low != one.high or not math.isfinite(size):
        return 0.0
    if one.near:
        return NEAR * size
    unit = _round_to(size)
    coarser = size >= ROUNDED_FROM and unit > 1 and other.low == other.high and _round_to(abs(other.low)) < unit
    return min(unit / 2, ROUNDED * size) if coarser else 0.0


def _round_to(size: float) -> float:
    """The power of ten that a whole number is a round number of; 1 for one that is none."""
    if not math.isfinite(size) or size != int(size) or not size:
        return 0.1 if size else 1.0
    unit = 1
    while int(size) % (unit * 10) == 0:
        unit *= 10
    return float(unit)


def _time(text: str, start: int, end: int) -> Time | None:
    told = [whens for begin, stop, whens in expressions(text) if begin < end and stop > start]
    return Time(told[0][0], told[0][-1]) if len(told) == 1 else None


def _same_time(one: Time, other: Time) -> bool | None:
    if one.first == one.last and other.first == other.last:
        return _fits(one.first, other.first)
    if one.first == one.last or other.first == other.last:
        point, span = (one.first, other) if one.first == one.last else (other.first, one)
        return _within(point, span)
    return True if (_fits(one.first, other.first) and _fits(one.last, other.last)) else None


def _fits(one: When, other: When) -> bool | None:
    """None when neither tells what the other does."""
    pairs = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    told = [(mine, theirs) for mine, theirs in pairs if mine is not None and theirs is not None]
    return all(mine == theirs for mine, theirs in told) if told else None


def _within(point: When, span: Time) -> bool | None:
    def key(when: When) -> tuple[int, int, int]:
        return when.year or 0, when.month or 0, when.day or 0

    whole = all(
        when.fields == point.fields and (when.year is None) == (point.year is None) for when in (span.first, span.last)
    )
    return key(span.first) <= key(point) <= key(span.last) if whole else None


def _name(text: str, start: int, end: int, language: str | None) -> Named | None:
    told = [one.text for one in names(text, language) if one.start < end and one.end > start]
    if len(told) != 1 or start <= 0 and end >= len(text) or re.match(r"I(?:[’']|$)", told[0]):
        return None
    words = [word.strip(".").lower() for word in re.split(r"[\s,]+", told[0].replace("’s", "").replace("'s", ""))]
    kept = tuple(word for word in words if word not in TITLES and word not in ("the", "der", "die", "das", "el", "la"))
    return Named(kept) if kept else None


def _same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool | None:
    """Names that share a word are the same, or cannot be told apart; an acronym is its long form."""
    short, long = sorted((one, other), key=len)
    if set(short) & set(long):
        return True
    if len(short) == 1 and "".join(word[:1] for word in long) == short[0].replace(".", ""):
        return True
    joined = ("".join(one), "".join(other))
    return True if any(a.startswith(b) for a, b in (joined, joined[::-1])) else False
