"""Stretches of time that a question asks about: "since 4 March", "in the 1990s", "last week", "past 3 days". Pure.

English, German, French and Spanish.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from rag.facts.date_words import lower
from rag.facts.dates import Expression, When, checked, expressions


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `after` to `before`, both inclusive as in Filters; None leaves that side open."""

    after: date | None = None
    before: date | None = None

    def holds(self, day: date) -> bool:
        return (self.after is None or self.after <= day) and (self.before is None or day <= self.before)


@dataclass(frozen=True, slots=True)
class Mention:
    """A date expression, text[start:end]: a date, or a range with both ends in `whens`. A decade or "last week" has
    only a `period`; a date without a year has none as long as today is not known. `bound`: "since", "before" and
    their like stand before it and are part of the expression and of the period."""

    start: int
    end: int
    whens: tuple[When, ...]
    period: Period | None = None
    bound: bool = False


def days_of(when: When, today: date | None = None) -> Period | None:
    """The days it may be. Without a year: the last time it came round by `today`, None when that is not given."""
    if when.year is not None:
        return _days(when.year, when.month, when.day)
    if today is None or when.month is None:
        return None
    years = (today.year - back for back in range(9))  # 29 February may be eight years ago
    tried = (_days(year, when.month, when.day) for year in years if checked(year, when.month, when.day))
    return next((days for days in tried if days.after and days.after <= today), None)


def mentions(text: str, today: date | None = None) -> tuple[Mention, ...]:
    """The date expressions of a question, in order; with `today` also "yesterday", "last week", "past 3 days"."""
    named = [_with_period(text, one, today) for one in expressions(text)]
    ages = [*_ages(text), *(_relative(text, today) if today else ())]
    taken = [(one.start, one.end) for one in ages]
    kept = [one for one in named if not any(start < one.end and one.start < end for start, end in taken)]
    return tuple(sorted((*kept, *ages), key=lambda one: one.start))


_BOUND_BEFORE = "before vor avant antes".split()
_BY = "until till by bis jusqu'à jusqu'en jusqu'au hasta".split()
_AFTER = "after nach après despues después".split()
_SINCE = "since seit ab depuis dès desde".split()
_BOUND = re.compile(
    rf"(?<!\w)(?P<word>{'|'.join(_BOUND_BEFORE + _BY + _AFTER + _SINCE)})"
    r"\s(?:(?:the|dem|den|del?|le|el)\s){0,2}(?:(?:im|in|en)\s)?(?:(?:year|jahre?|año)\s)?$"
)


def _with_period(text: str, expression: Expression, today: date | None) -> Mention:
    start, end, whens = expression
    parts = [days_of(when, today) for when in whens]
    first, last = parts[0], parts[-1]
    if first is None or last is None or first.after is None or last.before is None:
        return Mention(start, end, whens)
    after, before = first.after, last.before
    if before < after and whens[0].year is None:  # "from December to February", asked in March
        after = after.replace(year=after.year - 1) if (after.month, after.day) != (2, 29) else after - timedelta(365)
    head = text[max(0, start - 28) : start].lower()
    bound = _BOUND.search(head)
    if bound is None or len(whens) > 1:
        return Mention(start, end, whens, Period(after, before))
    word = bound["word"]
    if word in _BOUND_BEFORE:
        period = Period(None, after - timedelta(1))
    elif word in _BY:
        period = Period(None, before)
    else:
        period = Period(before + timedelta(1) if word in _AFTER else after, None)
    return Mention(start - len(head) + bound.start(), end, whens, period, True)


def _days(year: int, month: int | None = None, day: int | None = None) -> Period:
    first, last = month or 1, month or 12
    return Period(date(year, first, day or 1), date(year, last, day or monthrange(year, last)[1]))


_ORDINALS = "twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split()
_ROMAN = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx xxi".split()
_DECADE = re.compile(
    r"(?<![\w.,$€£-])(?P<year>1\d\d0|20\d0)(?:['’]?s|er)(?!\w)|(?<!\w)(?:années|años)\s(?P<la>1\d\d0|20\d0)"
)
_CENTURY = re.compile(
    rf"(?<!\w)(?:(?P<nth>\d{{1,2}})(?:st|nd|rd|th|\.)|(?P<word>{'|'.join(_ORDINALS)}))[\s-](?:century|jahrhunderts?)(?!\w)"
    rf"|(?<!\w)siglo\s(?P<siglo>{'|'.join(_ROMAN[::-1])})(?!\w)|(?<!\w)(?P<siecle>{'|'.join(_ROMAN[::-1])})e\ssiècle(?!\w)"
)
_BEFORE_CHRIST = re.compile(r"[\s,]*(?:b\.?c|v\. ?chr|av\. ?j|a\. ?c)")


def _ages(text: str) -> Iterator[Mention]:
    """The 1990s and the 19th century; "the 1800s" are a century."""
    low = lower(text)
    for match in _DECADE.finditer(low):
        year = int(match["year"] or match["la"])
        whole = year % 100 == 0 and year < 2000
        yield Mention(*match.span(), (), Period(date(year, 1, 1), date(year + (99 if whole else 9), 12, 31)))
    for match in _CENTURY.finditer(low):
        roman = match["siglo"] or match["siecle"]
        nth = int(match["nth"]) if match["nth"] else _ORDINALS.index(match["word"]) + 12 if match["word"] else 0
        nth = nth or _ROMAN.index(roman) + 1
        if 1 <= nth <= 22 and not _BEFORE_CHRIST.match(low, match.end()):
            yield Mention(*match.span(), (), Period(date(nth * 100 - 99, 1, 1), date(nth * 100, 12, 31)))


_COUNTS = {word: n for n, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2)}
_NUMBER = rf"(?P<n>\d{{1,3}}|{'|'.join(_COUNTS)})"
_UNITS = {
    "day": r"(?:days?|tagen?|jours?|días?)",
    "week": r"(?:weeks?|wochen?|semaines?|semanas?)",
    "month": r"(?:months?|monat(?:en?|s)?|mois|mes(?:es)?)",
    "year": r"(?:years?|jahr(?:en?|es)?|années?|ans?|años?)",
}
_THIS = r"(?:this|diese[rsnm]?|cette|ce|est[ae])"
_LAST = r"(?:last|letzte[rsn]?|vergangenen?|vorigen?|voriges)"
_PASSED = r"(?:dernier|dernière|passée?|pasad[oa])"
_PAST = r"(?:last|past|letzten|vergangenen|derniers|dernières|últim[oa]s)"

_Rule = tuple[re.Pattern[str], Callable[[date, int], Period]]


def _relative(text: str, today: date) -> Iterator[Mention]:
    low = lower(text)
    for pattern, period in _RELATIVE:
        for match in pattern.finditer(low):
            number = match.groupdict().get("n") or "0"
            with suppress(OverflowError, ValueError):  # before the year 1
                yield Mention(*match.span(), (), period(today, _COUNTS.get(number) or int(number)))


def _calendar(unit: str, today: date, back: int) -> Period:
    """The whole day, week (from Monday), month or year that lies `back` of them before today's."""
    if unit == "day":
        return Period(today - timedelta(back), today - timedelta(back))
    if unit == "week":
        monday = today - timedelta(today.weekday() + 7 * back)
        return Period(monday, monday + timedelta(6))
    if unit == "year":
        return _days(today.year - back)
    year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
    return _days(year, month + 1)


def _running(unit: str, today: date, n: int) -> Period:
    """The last n days, weeks, months or years up to today."""
    if unit in ("day", "week"):
        return Period(today - timedelta(n * (7 if unit == "week" else 1)), today)
    then = _calendar("month", today, n * (12 if unit == "year" else 1)).before
    return Period(then and then.replace(day=min(today.day, then.day)), today)


def _rules() -> Iterator[_Rule]:
    def rule(pattern: str, period: Callable[[date, int], Period]) -> _Rule:
        return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), period

    def whole(unit: str, back: int) -> Callable[[date, int], Period]:
        return lambda today, _: _calendar(unit, today, back)

    yield rule(r"today|heute|aujourd['’]hui|hoy", whole("day", 0))
    yield rule(r"yesterday|gestern|ayer", whole("day", 1))
    for unit, word in _UNITS.items():
        yield rule(rf"{_PAST}\s{_NUMBER}\s{word}", partial(_running, unit))
        yield rule(rf"{_NUMBER}\s{_PAST}\s{word}", partial(_running, unit))
        yield rule(rf"{_NUMBER}\s{word}\sago", partial(_calendar, unit))
        if unit != "day":  # and "the last week of the campaign" is not last week
            yield rule(rf"(?<!the\s){_LAST}\s{word}(?!\sof(?!\w))|{word}\s{_PASSED}", whole(unit, 1))
            yield rule(rf"{_THIS}\s{word}", whole(unit, 0))


_RELATIVE = tuple(_rules())
