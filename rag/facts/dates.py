"""Dates in running text, as far as they are told: "4 Feb.", "in March 2024", "3. bis 7. März", "20240204". Pure.

A wrong date is worse than none: "May I", "on the march", prices, versions, pages and phone numbers are none, and
04/05/2024 tells only its year.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace

from rag.facts.date_words import MONTH, MONTHS, TO, is_month, is_year, lower

FIRST_YEAR, LAST_YEAR = 1000, 2199


@dataclass(frozen=True, slots=True)
class When:
    """A date of which only a part may be told; None is what is not told."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    @property
    def fields(self) -> int:
        """How many of the three are told."""
        return (self.year is not None) + (self.month is not None) + (self.day is not None)


Expression = tuple[int, int, tuple[When, ...]]
"""text[start:end] and the date it tells, or both ends of a range."""


def dates_in(text: str) -> tuple[When, ...]:
    """The different dates of a text, in order; of a range both ends, completed by each other."""
    return tuple(dict.fromkeys(when for _, _, whens in expressions(text) for when in whens))


def expressions(text: str) -> list[Expression]:
    """The dates and ranges of a text where they stand, in order."""
    return _joined(text, _found(text))


def shared(one: When, other: When) -> int:
    """How many parts both tell alike; 0 when one differs."""
    same = 0
    for mine, theirs in ((one.year, other.year), (one.month, other.month), (one.day, other.day)):
        if mine is not None and theirs is not None:
            if mine != theirs:
                return 0
            same += 1
    return same


def checked(year: int | None, month: int | None = None, day: int | None = None) -> When | None:
    """None when there is no such day."""
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if month is not None and not 1 <= month <= 12:
        return None
    if day is not None and (month is None or not 1 <= day <= monthrange(year or 2000, month)[1]):
        return None
    return When(year, month, day)


_Found = tuple[int, int, When]
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_DAY_ENDS = r"(?!\d|[.:/]\d|,\d{3}(?!\d)|-[^\W\d]|\s?%)"
_YEAR = r"(?:1\d|2[01])\d\d(?![^\W_]|[.,:]\d)"
_MONTH_FIRST = re.compile(
    rf"(?P<month>{MONTH})\.?(?:\s{{1,2}}(?P<day>{_DAY})(?:st|nd|rd|th)?{_DAY_ENDS}"
    rf"(?:(?P<to>{TO})(?P<last>{_DAY})(?:st|nd|rd|th)?(?!\s?{MONTH}){_DAY_ENDS})?(?:,?\s{{1,2}}(?P<year>{_YEAR}))?"
    rf"|,?[\s-]{{1,2}}(?:(?:of|del?)\s)?(?P<only_year>{_YEAR}))?"
)
_DAY_FIRST = re.compile(
    rf"(?P<day>{_DAY})(?P<nth>st|nd|rd|th|er|[.º°])?(?:(?P<to>{TO})(?P<last>{_DAY})(?:st|nd|rd|th|er|[.º°])?)?"
    rf"[\s-]{{1,2}}(?P<of>(?:day\s)?of\s|de\s)?(?P<month>{MONTH})\.?(?:,?[\s-](?:del?\s)?(?P<year>{_YEAR}))?"
)
_NUMERIC = re.compile(r"(?P<year>[12]\d{3})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?!\d|[-/.]\d)")
_COMPACT = re.compile(r"(?P<year>(?:19|20|21)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?!\d|[a-su-z]|[.,]\d)")
_EITHER_ORDER = re.compile(r"(?P<one>\d{1,2})([./-])(?P<other>\d{1,2})\2(?P<year>[12]\d{3})(?!\d|[./-]\d)")
_YEAR_ALONE = re.compile(rf"(?P<year>{_YEAR})(?:[-/–]\d\d(?![^\W_]))?")
_DIGITS = re.compile(r"\d+")
# Where a date may begin, in a text whose separators are spaces. The literal space in front lets the engine skip to it:
# 40 passages take 0.7 ms.
_ANCHOR = re.compile(
    r" (?=[0-9adefjmnos])(?:[0-9]{4}(?:[0-9]{4})?(?![0-9])"
    rf"|[0-9]{{1,2}}(?=\S{{0,2}} [abdefjmnostuyà0-9]|\.[0-9]{{1,2}}\.[0-9]{{4}})|{MONTH})"
)
_ASCII_SEPARATORS = "\n\t(\"-/_'["
_SEPARATORS = _ASCII_SEPARATORS + "\xa0\u202f–—“„«‘’¿"


def _found(text: str) -> list[_Found]:
    low = lower(text)
    plain = " " + low
    for separator in _ASCII_SEPARATORS if low.isascii() else _SEPARATORS:
        plain = plain.replace(separator, " ")
    found: list[_Found] = []
    done = 0
    for anchor in _ANCHOR.finditer(plain):
        at = anchor.start()  # in `low`, which lacks the space in front
        if at >= done:
            follows = 0 < done and _GOES_ON.fullmatch(low, done, at) is not None
            some = _numeric(low, text, at, follows) if low[at].isdigit() else _by_month(low, text, at)
            if some:
                found += some
                done = some[-1][1]
    return found


def _numeric(low: str, text: str, at: int, follows: bool) -> list[_Found]:
    """A date that begins with digits; `follows` when it goes on from another, as in 1980-1984."""
    before = low[max(0, at - 2) : at]
    if not follows and (before[-1:] in ("-", "–", "/") and before[:1].isalnum() or before[:1] in "$€£¥#§+№" and before):
        return []
    digits = _DIGITS.match(low, at)
    length = len(digits[0]) if digits else 0
    if length == 8 and (match := _COMPACT.match(low, at)):
        return _single(match, checked(int(match["year"]), int(match["month"]), int(match["day"])))
    if length == 4:
        if match := _NUMERIC.match(low, at):
            return _single(match, checked(int(match["year"]), int(match["month"]), int(match["day"])))
        match = _YEAR_ALONE.match(low, at)
        if match and is_year(low, *match.span("year"), follows):
            return _single(match, When(int(match["year"])))
    if length <= 2:
        if match := _EITHER_ORDER.match(low, at):
            year, one, other = int(match["year"]), int(match["one"]), int(match["other"])
            orders = {checked(year, one, other), checked(year, other, one)} - {None}
            return _single(match, orders.pop() if len(orders) == 1 else checked(year) if orders else None)
        match = _DAY_FIRST.match(low, at)
        if match and is_month(low, text, match):
            return _dated(match, match["year"])
    return []


def _by_month(low: str, text: str, at: int) -> list[_Found]:
    match = _MONTH_FIRST.match(low, at)
    if match is None or not is_month(low, text, match):
        return []
    return _dated(match, match["year"] or match["only_year"])


def _dated(match: re.Match[str], written_year: str | None) -> list[_Found]:
    month, year = MONTHS[match["month"]], int(written_year) if written_year else None
    if match["day"] is None:
        return _single(match, When(year, month))
    first = checked(year, month, int(match["day"]))
    if match["last"] is None:
        return _single(match, first)
    last = checked(year, month, int(match["last"]))
    if first is None or last is None:
        return []
    return [(match.start(), match.start("to"), first), (match.end("to"), match.end(), last)]


def _single(match: re.Match[str], when: When | None) -> list[_Found]:
    return [(*match.span(), when)] if when else []


_GOES_ON = re.compile(r"[-–—/]|,? (?:to|and|or|bis|und|oder|au|à|a|al|et|ou|y|o)? ?(?:in )?")
_BETWEEN = re.compile(
    r"\s*(?:[-–—]|to|through|thru|until|till|bis|au|à|al?|hasta|(?P<both>and|und|et|y))\s*"
    r"(?:(?:the|zum|le|el|in|en)\s)?\s*"
)
_OPENS = re.compile(r"(?:^|[^\w])(?:between|zwischen|entre)\s(?:(?:the|dem|le|el)\s)?$")


def _joined(text: str, found: list[_Found]) -> list[Expression]:
    """Neighbours that stand as a range become one; what one end leaves out, the other tells."""
    joined: list[Expression] = []
    for start, end, when in found:
        if joined and len(joined[-1][2]) == 1:
            begin, first_end, (first, *_) = joined[-1]
            between = _BETWEEN.fullmatch(text[first_end:start].lower())
            if between and (not between["both"] or _OPENS.search(text[max(0, begin - 16) : begin].lower())):
                ends = _completed(first, when)
                if ends is not None:
                    joined[-1] = (begin, end, ends)
                    continue
        joined.append((start, end, (when,)))
    return joined


def _completed(first: When, last: When) -> tuple[When, When] | None:
    """Both ends with a year where one tells it; None when they are in the wrong order or too unlike for a range."""
    if (first.month is None) != (last.month is None):
        return None
    wraps = (first.month or 0, first.day or 0) > (last.month or 0, last.day or 0)
    if first.year is None and last.year is not None:
        first = replace(first, year=last.year - wraps)
    elif last.year is None and first.year is not None:
        last = replace(last, year=first.year + wraps)
    if checked(first.year, first.month, first.day) is None or checked(last.year, last.month, last.day) is None:
        return None
    in_order = first.year is None or _first_day(first) <= _first_day(last)
    return (first, last) if in_order else None


def _first_day(when: When) -> tuple[int, int, int]:
    return when.year or 0, when.month or 1, when.day or 1
