"""Reads the day that a value tells, in the forms and languages in which documents write it."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime

_OLDEST_YEAR, _LATEST_YEAR = 1450, 2200
_LONGEST = 200

_MONTH_NAMES = (
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "januar februar marz april mai juni juli august september oktober november dezember",
    "janner feber mrz apr mai jun jul aug sept okt nov dez",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ene feb mar abr may jun jul ago setiembre oct nov dic",
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "janv fevr mars avr mai juin juil aout sept oct nov dec",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "gen feb mar apr mag giu lug ago set ott nov dic",
    "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "jan fev mar abr mai jun jul ago set out nov dez",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "jan feb mrt apr mei jun jul aug sep okt nov dec",
)
_MONTHS = {month: number for names in _MONTH_NAMES for number, month in enumerate(names.split(), 1)}
_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun "
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so "
    "lunes martes miercoles jueves viernes sabado domingo lundi mardi mercredi jeudi vendredi samedi dimanche "
    "lunedi martedi mercoledi giovedi venerdi domenica lun mar mer jeu ven sam dim gio vie jue mie "
    "segunda-feira terca-feira quarta-feira quinta-feira sexta-feira segunda terca quarta quinta sexta "
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr za zo"
).split()


def _one_of(words: list[str]) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


_TIME = r"(?:(?:at|um|a|as|om|alle|kl)\.?\s+)?\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?(?:\s*[ap]\.?m\.?\b)?"
_TIME += r"(?:\s*(?:uhr|[a-z]{2,4}t|utc|[+-]\d{2}:?\d{2})\b)?"
_YEAR = r"(?P<year>\d{4})"
_MONTH = f"(?P<month>{_one_of(list(_MONTHS))})" + r"\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|ers?|re|[oa]\b|\.)?"
_WEEKDAY = rf"(?:{_one_of(_WEEKDAYS)}\b\.?,?\s+)?"
_BEFORE = (
    rf"(?:{_TIME}\s*[,|·-]?\s+)?{_WEEKDAY}(?:(?:on|the|am|den|le|el|il|op|em|a|dia)\s+)?{_WEEKDAY}(?:the\s+|den\s+)?"
)
_BETWEEN_FIGURES = r"(?P<sep>[-/.:])\s?"
_SPELLED = (
    rf"{_MONTH}[\s-]+{_DAY}(?:\s*,\s*|[\s-]+){_YEAR}",
    rf"{_MONTH}\s+{_DAY}\s+{_TIME}(?:\s+[a-z]{{2,5}})?\s+{_YEAR}",
    rf"{_DAY}(?:\s+|[-/])?(?:(?:de|of|di)\s+)?{_MONTH}(?:,?\s+|[-/])?(?:(?:de|del)\s+)?{_YEAR}",
    rf"{_YEAR}[\s-]{_MONTH}[\s-]{_DAY}",
    rf"{_YEAR}\s*[年년]\s*(?P<month>\d{{1,2}})\s*[月월]\s*(?P<day>\d{{1,2}})\s*[日号일]?",
    rf"{_YEAR}{_BETWEEN_FIGURES}(?P<month>\d{{1,2}})(?P=sep)\s?(?P<day>\d{{1,2}})",
)
_PACKED = (
    rf"{_YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})(?:\d{{6}})?",
    rf"D:\s?{_YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})(?:\d{{2}}){{0,3}}",
)
_TALKING = tuple(re.compile(_BEFORE + pattern + r"(?!\d)", re.I) for pattern in _SPELLED)
_DATES = (*_TALKING, *(re.compile(pattern + r"(?!\d)", re.I) for pattern in _PACKED))
_TIME_BEHIND = re.compile(rf"\.?(?:\s*[,|·-]?\s*{_TIME})?\.?", re.I)

# 04/05/2024 is April to some and May to others. Who writes these languages means the fourth of May, but in some
# countries; English tells by the country alone, and en-US stands on pages of every country.
_EITHER_ORDER = re.compile(_BEFORE + r"(?P<first>\d{1,2})([./-])(?P<second>\d{1,2})\2(?P<year>\d{4})(?!\d)", re.I)
_DAY_FIRST = frozenset("bg ca cs da de el es fi fr gl hr id it nb nl nn no pl pt ro ru sk sl sr tr uk vi".split())
_NOT_DAY_FIRST_THERE = frozenset("us ca ph pr pa".split())
_DAY_FIRST_IN_ENGLISH = frozenset("gb uk ie au nz in".split())

# What programs write when they know no day: the zeros of their calendars and the days of their templates.
_ZEROS = frozenset(
    date(*day)
    for day in ((1601, 1, 1), (1899, 12, 30), (1899, 12, 31), (1900, 1, 1), (1904, 1, 1), (1969, 12, 31), (1970, 1, 1))
    + ((1980, 1, 1),)
)
_TEMPLATES = (
    *(
        "2013-12-23T23:15:00",
        "2013-01-27T09:14:16",
        "2013-01-27T09:15:58",
        "2015-06-05T18:17:20",
        "2015-06-05T18:19:34",
    ),
    *("2006-09-16T00:00:00", "2006-08-16T00:00:00", "1996-10-14T23:33:28"),
)

_SECONDS = re.compile(r"(\d{9,10})(?:\.\d+)?|(\d{12,13})")
# Up to 2033: ten digits above may as well be a year, month, day and hour.
_FIRST_SECOND, _LAST_SECOND = 631_152_000, 1_990_000_000


def parse_date(value: str, language: str | None = None) -> date | None:
    """The day a value begins with, as written (no change of zone); None when day and month could be swapped.

    `language` is the tag of the text around, such as "de" or "en-GB": it may tell the order of day and month.
    """
    value = _folded(value)
    if value.replace(" ", "T").startswith(_TEMPLATES):
        return None
    if match := _EITHER_ORDER.match(value):
        first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
        if _is_day_first(language):
            return _day(year, second, first)
        orders = {_day(year, first, second), _day(year, second, first)} - {None}
        return orders.pop() if len(orders) == 1 else None
    match = next(filter(None, (pattern.match(value) for pattern in _DATES)), None)
    return _day_of(match) if match else None


def moment_date(value: str, language: str | None = None) -> date | None:
    """As `parse_date`, for values whose name says that they are a time: these may count seconds since 1970 (UTC)."""
    if counted := _SECONDS.fullmatch(value.strip()):
        seconds = int(counted[1]) if counted[1] else int(counted[2]) // 1000
        if _FIRST_SECOND <= seconds <= _LAST_SECOND:
            return datetime.fromtimestamp(seconds, UTC).date()
    return parse_date(value, language)


def bare_date(line: str) -> date | None:
    """The day of a line that holds a date, perhaps with the time of day, and nothing else."""
    value = _folded(line)
    match = next(filter(None, (pattern.match(value) for pattern in _TALKING)), None)
    return _day_of(match) if match and _TIME_BEHIND.fullmatch(value, match.end()) else None


def _folded(value: str) -> str:
    """Without accents and the wide forms of digits."""
    apart = unicodedata.normalize("NFKD", value.strip()[:_LONGEST])
    return unicodedata.normalize("NFC", "".join(char for char in apart if unicodedata.category(char) != "Mn"))


def _is_day_first(language: str | None) -> bool:
    code, _, rest = (language or "").strip().lower().replace("_", "-").partition("-")
    regions = set(rest.split("-"))
    if code == "en":
        return bool(regions & _DAY_FIRST_IN_ENGLISH)
    return code in _DAY_FIRST and not regions & _NOT_DAY_FIRST_THERE


def _day_of(match: re.Match[str]) -> date | None:
    month = match["month"].lower()
    return _day(int(match["year"]), _MONTHS.get(month) or int(month), int(match["day"]))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day) if _OLDEST_YEAR <= year <= _LATEST_YEAR else None
    except ValueError:
        return None
    return None if found in _ZEROS else found
