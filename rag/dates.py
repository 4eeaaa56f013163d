"""Dates in running text, as far as they are told: "4 Feb.", "in March 2024", "3. bis 7. März", "20240204". Pure.

English, German, French and Spanish names of months. A wrong date is worse than none: "May I", "on the march", prices,
versions, pages and phone numbers are none, and 04/05/2024 tells only its year.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import groupby

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


def dates_in(text: str) -> tuple[When, ...]:
    """The different dates of a text, in order; of a range both ends, completed by each other."""
    found = _found(text)
    return tuple(dict.fromkeys(when for one in _joined(text, found) for when in one.whens)) if found else ()


def agree(one: When, other: When) -> bool:
    """Whether both may be the same day: some part is told by both, and none differs."""
    return shared(one, other) > 0


def shared(one: When, other: When) -> int:
    """How many parts both tell alike; 0 when one differs."""
    same = 0
    for mine, theirs in ((one.year, other.year), (one.month, other.month), (one.day, other.day)):
        if mine is not None and theirs is not None:
            if mine != theirs:
                return 0
            same += 1
    return same


def days_of(when: When, today: date | None = None) -> Period | None:
    """The days it may be. Without a year: the last time it came round by `today`, None when that is not given."""
    if when.year is None:
        if today is None or when.month is None:
            return None
        years = (today.year - back for back in range(9))  # 29 February may be eight years ago
        tried = (_days(replace(when, year=year)) for year in years if _when(year, when.month, when.day))
        return next((days for days in tried if days.after and days.after <= today), None)
    return _days(when)


def mentions(text: str, today: date | None = None) -> tuple[Mention, ...]:
    """The date expressions of a question, in order; with `today` also "yesterday", "last week", "past 3 days"."""
    named = [_with_period(text, one, today) for one in _joined(text, _found(text))]
    ages = [*_ages(text), *(_relative(text, today) if today else ())]
    taken = [(one.start, one.end) for one in ages]
    kept = [one for one in named if not any(start < one.end and one.start < end for start, end in taken)]
    return tuple(sorted((*kept, *ages), key=lambda one: one.start))


_Found = tuple[int, int, When]

_NAMES = (
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jänner feber maerz apr mai jun jul aug sept okt nov dez",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "janv févr mars avr mai juin juil aout sept oct nov déc",
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ene feb mar abr may jun jul agosto setiembre oct nov dic",
)


def _tree(names: Iterable[str]) -> str:
    """A pattern for any of the names that looks at their first letters once."""
    branches = groupby(names, key=lambda name: name[:2])
    return "|".join(
        start + "(?:" + "|".join(sorted((name[2:] for name in group), reverse=True)) + ")" for start, group in branches
    )


_MONTHS = {name: number for names in _NAMES for number, name in enumerate(names.split(), 1)}
_ENGLISH_FIRST = frozenset((_NAMES[0] + " " + _NAMES[1]).split()) | {"sept"}  # languages that write "Feb. 4"
_SHORT = frozenset("jan feb mar apr jun jul aug sep oct nov dec okt dez janv févr avr juil déc ene abr dic".split())
# Names, verbs and planets besides: alone they are months only after a word that says so.
_WEAK = _SHORT | frozenset("march mars april avril mai may mayo june julio august agosto".split())

_MONTH = rf"(?:{_tree(sorted(_MONTHS))})(?![^\W_])"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_DAY_ENDS = r"(?!\d|[.:/]\d|,\d{3}(?!\d)|-[^\W\d]|\s?%)"
_YEAR = r"(?:1\d|2[01])\d\d(?![^\W_]|[.,:]\d)"
_TO = r"\s?[-–—/]\s?|\s(?:to|and|through|thru|until|till|bis(?:\szum)?|und|au|à|et(?:\sle)?|al?|y(?:\sel)?)\s(?:the\s)?"
_MONTH_FIRST = re.compile(
    rf"(?P<month>{_MONTH})\.?(?:\s{{1,2}}(?P<day>{_DAY})(?:st|nd|rd|th)?{_DAY_ENDS}"
    rf"(?:(?P<to>{_TO})(?P<last>{_DAY})(?:st|nd|rd|th)?(?!\s?{_MONTH}){_DAY_ENDS})?(?:,?\s{{1,2}}(?P<year>{_YEAR}))?"
    rf"|,?[\s-]{{1,2}}(?:(?:of|del?)\s)?(?P<only_year>{_YEAR}))?"
)
_DAY_FIRST = re.compile(
    rf"(?P<day>{_DAY})(?P<nth>st|nd|rd|th|er|[.º°])?(?:(?P<to>{_TO})(?P<last>{_DAY})(?:st|nd|rd|th|er|[.º°])?)?"
    rf"[\s-]{{1,2}}(?P<of>(?:day\s)?of\s|de\s)?(?P<month>{_MONTH})\.?(?:,?[\s-](?:del?\s)?(?P<year>{_YEAR}))?"
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
    rf"|[0-9]{{1,2}}(?=\S{{0,2}} [abdefjmnostuyà0-9]|\.[0-9]{{1,2}}\.[0-9]{{4}})|{_MONTH})"
)
_ASCII_SEPARATORS = "\n\t(\"-/_'["
_SEPARATORS = _ASCII_SEPARATORS + "\xa0\u202f–—“„«‘’¿"

_BOUND_BEFORE = "before vor avant antes".split()
_BY = "until till by bis jusqu'à jusqu'en jusqu'au hasta".split()
_AFTER = "after nach après despues después".split()
_SINCE = "since seit ab depuis dès desde".split()
_BOUND = re.compile(
    rf"(?<!\w)(?P<word>{'|'.join(_BOUND_BEFORE + _BY + _AFTER + _SINCE)})"
    r"\s(?:(?:the|dem|den|del?|le|el)\s){0,2}(?:(?:im|in|en)\s)?(?:(?:year|jahre?|año)\s)?$"
)
_MONTH_CUES = frozenset(
    "in since until till during im seit en depuis dès desde hasta early late mid anfang mitte ende début fin".split()
)
_MONTH_CUES_OF_NAMES = _MONTH_CUES | frozenset("last next this by from before after through every each to".split())
_DAY_CUES = frozenset("on since until by before after le du au am vom".split())
_YEAR_CUES = frozenset(
    "in since until till during year years im seit jahr jahre jahren en depuis dès desde hasta año años année l'année "
    "circa early late mid spring summer autumn fall winter season".split()
)
_WEAK_YEAR_CUES = frozenset(
    "the of from by between after before von vor nach ab zwischen de del entre avant après antes después".split()
)
_NO_YEAR_AFTER = frozenset(
    "section sections page pages p pp no nr num number room article art chapter line route highway flight code port "
    "version item step paragraph table figure fig seite seiten abschnitt nummer artikel página chapitre artículo "
    "than nearly almost roughly approximately exactly least most usd eur".split()
)
_MEASURES = frozenset(
    "m km cm mm kg g t mg ml l mi ft mph kmh mw gw w kw hz mhz miles mile meters metres meter metre kilometers "
    "kilometres kilometer kilometre feet foot tons tonnes grams litres liters acres hectares degrees percent per hours "
    "minutes seconds hour minute second dollars dollar euros euro pounds crowns usd eur gbp rubles yen million billion "
    "thousand hundred am pm bc bce metros kilómetros dólares mètres dollar prozent stunden".split()
)
_COUNTED = frozenset(
    "people troops soldiers men women children workers students members residents houses homes jobs votes times years "
    "days weeks months words points others more dead copies units items passengers deaths cases forces fighters "
    "soldaten menschen leute personen personas soldados personnes hommes soldats".split()
)
_NEXT_WORD = re.compile(r"[\s-]{0,2}([^\W\d_]+|[%€$£¥°])")


def _found(text: str) -> list[_Found]:
    low = _lower(text)
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


def _lower(text: str) -> str:
    """In lower case, at the same offsets: İ would become two characters."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _numeric(low: str, text: str, at: int, follows: bool) -> list[_Found]:
    """A date that begins with digits; `follows` when it goes on from another, as in 1980-1984."""
    before = low[max(0, at - 2) : at]
    if not follows and (before[-1:] in ("-", "–", "/") and before[:1].isalnum() or before[:1] in "$€£¥#§+№" and before):
        return []
    digits = _DIGITS.match(low, at)
    length = len(digits[0]) if digits else 0
    if length == 8 and (match := _COMPACT.match(low, at)):
        return _single(match, _when(int(match["year"]), int(match["month"]), int(match["day"])))
    if length == 4:
        if match := _NUMERIC.match(low, at):
            return _single(match, _when(int(match["year"]), int(match["month"]), int(match["day"])))
        match = _YEAR_ALONE.match(low, at)
        if match and _is_year(low, *match.span("year"), follows):
            return _single(match, When(int(match["year"])))
    if length <= 2:
        if match := _EITHER_ORDER.match(low, at):
            year, one, other = int(match["year"]), int(match["one"]), int(match["other"])
            orders = {_when(year, one, other), _when(year, other, one)} - {None}
            return _single(match, orders.pop() if len(orders) == 1 else _when(year) if orders else None)
        match = _DAY_FIRST.match(low, at)
        if match and _is_month(low, text, match):
            return _dated(match, match["year"])
    return []


def _by_month(low: str, text: str, at: int) -> list[_Found]:
    match = _MONTH_FIRST.match(low, at)
    if match is None or not _is_month(low, text, match):
        return []
    return _dated(match, match["year"] or match["only_year"])


def _dated(match: re.Match[str], written_year: str | None) -> list[_Found]:
    month, year = _MONTHS[match["month"]], int(written_year) if written_year else None
    if match["day"] is None:
        return _single(match, When(year, month))
    first = _when(year, month, int(match["day"]))
    if match["last"] is None:
        return _single(match, first)
    last = _when(year, month, int(match["last"]))
    if first is None or last is None:
        return []
    return [(match.start(), match.start("to"), first), (match.end("to"), match.end(), last)]


def _single(match: re.Match[str], when: When | None) -> list[_Found]:
    return [(*match.span(), when)] if when else []


def _when(year: int | None, month: int | None = None, day: int | None = None) -> When | None:
    """None when there is no such day."""
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if month is not None and not 1 <= month <= 12:
        return None
    if day is not None and (month is None or not 1 <= day <= monthrange(year or 2000, month)[1]):
        return None
    return When(year, month, day)


def _is_month(low: str, text: str, match: re.Match[str]) -> bool:
    """Whether a word that may be a month is one here; `march`, `May`, `mars` and short forms need a reason."""
    groups = match.groupdict()
    word, start, end = match["month"], match.start("month"), match.end("month")
    year, day = groups["year"] or groups.get("only_year"), match["day"]
    day_first = day is not None and match.start("day") < start
    if day is not None and not day_first and word not in _ENGLISH_FIRST:
        return False
    follows = _next_word(low, match.end())
    if (year or (day and not day_first)) and (follows in _MEASURES or (year and follows in _COUNTED)):
        return False
    capital = text[start].isupper()
    if word not in _WEAK or (year and not (word == "mars" and capital and not day)):
        return True
    before = _word_before(low, match.start())
    if day is not None:
        foreign = word in ("mars", "mai", "avril", "mayo", "julio", "agosto") and not capital
        ordinal = bool(groups.get("nth") or groups.get("of"))
        dotted = low[end : end + 1] == "."
        return (capital and word != "mars") or foreign or ordinal or dotted or before in _DAY_CUES
    if _FURTHER_MONTH.match(low, match.end()):
        return True
    if word in _SHORT:
        return before in ("in", "since", "until", "im", "seit") and word != "mar"
    if not capital:
        return before in _MONTH_CUES and (word not in ("mars", "mai", "mayo") or before not in ("in", "to"))
    if word == "mars":
        return before in _MONTH_CUES - {"in", "since"}
    name_follows = text[match.end() : match.end() + 2].strip().isupper()
    return before in _MONTH_CUES or (before in _MONTH_CUES_OF_NAMES and not name_follows and word not in ("may", "mai"))


_FURTHER_MONTH = re.compile(rf"(?:{_TO}){_MONTH}")


def _is_year(low: str, start: int, end: int, follows: bool) -> bool:
    """Whether four digits read as a year, not as a count, a price or the number of a page."""
    before, after = _word_before(low, start), _next_word(low, end)
    if after in _MEASURES or after[:1] in ("%", "€", "$", "£", "¥", "°") and after or before in _NO_YEAR_AFTER:
        return False
    if follows or before in _YEAR_CUES or low[max(0, start - 1) : start] == "(":
        return True
    counted = after in _COUNTED or (low[end - 2 : end] == "00" and after.endswith("s") and before != "the")
    if counted or before.isdigit() or re.match(r"\s\d", low[end : end + 2]):
        return False
    return low[start:end] < "2100" and (before in _WEAK_YEAR_CUES or low[start:end] >= "1800")


def _word_before(low: str, start: int) -> str:
    words = low[max(0, start - 16) : start].split()
    return words[-1].strip("(\"“„«'’‘.[-–") if words else ""


def _next_word(low: str, end: int) -> str:
    match = _NEXT_WORD.match(low, end)
    return match[1] if match else ""


_GOES_ON = re.compile(r"[-–—/]|,? (?:to|and|or|bis|und|oder|au|à|a|al|et|ou|y|o)? ?(?:in )?")
_BETWEEN = re.compile(
    r"\s*(?:[-–—]|to|through|thru|until|till|bis|au|à|al?|hasta|(?P<both>and|und|et|y))\s*"
    r"(?:(?:the|zum|le|el|in|en)\s)?\s*"
)
_OPENS = re.compile(r"(?:^|[^\w])(?:between|zwischen|entre)\s(?:(?:the|dem|le|el)\s)?$")


def _joined(text: str, found: list[_Found]) -> list[Mention]:
    """Neighbours that stand as a range become one; what one end leaves out, the other tells."""
    joined: list[Mention] = []
    for start, end, when in found:
        last = joined[-1] if joined else None
        if last and len(last.whens) == 1 and (first := last.whens[0]):
            between = _BETWEEN.fullmatch(text[last.end : start].lower())
            if between and (not between["both"] or _OPENS.search(text[max(0, last.start - 16) : last.start].lower())):
                ends = _completed(first, when)
                if ends is not None:
                    joined[-1] = Mention(last.start, end, ends)
                    continue
        joined.append(Mention(start, end, (when,)))
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
    if _when(first.year, first.month, first.day) is None or _when(last.year, last.month, last.day) is None:
        return None
    in_order = first.year is None or _days(first).after <= _days(last).after  # type: ignore[operator]
    return (first, last) if in_order else None


def _with_period(text: str, one: Mention, today: date | None) -> Mention:
    parts = [days_of(when, today) for when in one.whens]
    first, last = parts[0], parts[-1]
    if first is None or last is None or first.after is None or last.before is None:
        return one
    after, before = first.after, last.before
    if before < after and one.whens[0].year is None:  # "from December to February", asked in March
        after = after.replace(year=after.year - 1) if (after.month, after.day) != (2, 29) else after - timedelta(365)
    head = text[max(0, one.start - 28) : one.start].lower()
    bound = _BOUND.search(head)
    if bound is None or len(one.whens) > 1:
        return replace(one, period=Period(after, before))
    word, start = bound["word"], one.start - len(head) + bound.start()
    if word in _BOUND_BEFORE:
        period = Period(None, after - timedelta(1))
    elif word in _BY:
        period = Period(None, before)
    else:
        period = Period(before + timedelta(1) if word in _AFTER else after, None)
    return Mention(start, one.end, one.whens, period, True)


def _days(when: When) -> Period:
    year = when.year or FIRST_YEAR
    first, last = (when.month, when.month) if when.month else (1, 12)
    return Period(date(year, first, when.day or 1), date(year, last, when.day or monthrange(year, last)[1]))


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
    low = _lower(text)
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
    low = _lower(text)
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
        return _days(When(today.year - back))
    year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
    return _days(When(year, month + 1))


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
