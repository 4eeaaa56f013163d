"""Which quantities, dates, codes and quotes of a statement its spans do not hold. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.checks.told import Facts, is_aside, plain
from rag.checks.wording import stem
from rag.facts.date_words import MONTHS
from rag.facts.dates import When
from rag.facts.names import WEEKDAYS, codes
from rag.facts.quantities import Quantity
from rag.facts.units import UNITS

_MEASURES = frozenset(UNITS.values()) | {"ordinal", "time"}
_PLAIN_ONE = frozenset("a an one single sole only same per each every".split())
_PAIR = frozenset("both couple pair either twin".split())
_FIRST = re.compile(
    r"first\w*|1st|initial\w*|earliest|original\w*|pioneer\w*|inaugura\w*|debut\w*|maiden|beg[aiu]n\w*|start\w*|"
    r"open(?:s|ed|ing)|launch\w*|found(?:s|ed|ing)|introduc\w*|never|previously|before|earlier|then|subsequent\w*|"
    r"unprecedented|ersten?|erste[mrs]|zuerst|zunächst|primer\w*|premi[eè]re?s?"
)
_IN_TURN = re.compile(r"\bto first\b|\bfirst(?:ly)?(?:,| of all\b|,? and foremost\b)")
_BARE_YEAR = re.compile(r"\d{4}|\D+")
_QUOTE = re.compile(r"[“\"«„]([^“”\"«»„]{2,400})[”\"»“]")
_LINKED_MONTH = re.compile(r"\b(?:and|to|or|until|till|from|by) (May|March|August)\b(?! [A-Z])")


def missing_quotes(statement: Facts, evidence: Facts) -> Iterator[str]:
    for quote in _QUOTE.findall(statement.text):
        if plain(quote).strip(" .,!?") not in evidence.flat:
            yield f"“{quote}”"


def missing_codes(statement: Facts, evidence: Facts) -> Iterator[str]:
    for code in codes(statement.text):
        if (
            not is_aside(statement.text, code.start, code.end)
            and re.sub(r"[\W_]", "", code.text.lower()) not in evidence.squeezed
        ):
            yield code.text


def missing_numbers(statement: Facts, evidence: Facts, language: str) -> Iterator[str]:
    in_turn = [match.span() for match in _IN_TURN.finditer(statement.text.lower())]
    for one in statement.quantities:
        if any(start <= one.start < end for start, end in in_turn):
            continue
        if not _is_borne(one, evidence, language, _may_be_year(one, statement)):
            yield _number_of(statement.text, one)


def _is_borne(one: Quantity, evidence: Facts, language: str, as_year: bool) -> bool:
    same = [other for other in evidence.quantities if _equal(one.value, other.value)]
    if one.unit == "ordinal" and one.value == 1:
        if any(other.unit == "ordinal" for other in evidence.quantities):
            return bool(same)
        return any(map(_FIRST.fullmatch, evidence.words))
    if one.unit is not None and one.unit == _vague(one):
        return any(other.unit == one.unit or other.value >= 2 * one.value for other in evidence.quantities)
    others = [other for other in evidence.quantities if other not in same]
    units = {other.unit for other in same}
    if same:
        return None in units or one.unit is None or not all(_differ(one.unit, unit, others, language) for unit in units)
    if one.value == 1 and one.unit not in ("%", "ordinal", "time"):
        return bool(evidence.words & _PLAIN_ONE) and not any(_alike(one.unit, other.unit, language) for other in others)
    if one.value == 2 and evidence.words & _PAIR:
        return True
    if as_year and any(when.year == one.value for _, _, whens in evidence.dates for when in whens):
        return True
    return one.unit == "ordinal" and one.value == 2 and "second" in evidence.words


def _may_be_year(one: Quantity, facts: Facts) -> bool:
    """Four bare digits, or words, that count nothing: 2019, but not "2,019" or "2019 euros"."""
    return one.unit is None and _BARE_YEAR.fullmatch(facts.text[one.start : one.end]) is not None


def _vague(one: Quantity) -> str | None:
    return one.unit if one.unit in ("dozens", "hundreds", "thousands", "millions", "billions", "trillions") else None


def _equal(value: float, other: float) -> bool:
    return abs(value - other) <= 1e-6 * max(1.0, abs(value))


def _differ(unit: str | None, other: str | None, others: Sequence[Quantity], language: str) -> bool:
    """Whether two units are not those of one thing: two measures, or a noun that the source counts otherwise."""
    if unit is None or other is None or _alike(unit, other, language):
        return False
    if unit in _MEASURES and other in _MEASURES:
        return not {unit, other} <= {"time", "hour"}
    return any(_alike(unit, one.unit, language) for one in others)


def _alike(unit: str | None, other: str | None, language: str) -> bool:
    if unit is None or other is None:
        return False
    return unit == other or stem(unit, language) == stem(other, language)


def _number_of(text: str, one: Quantity) -> str:
    written = text[one.start : one.end]
    digits = re.match(r"[$€£¥−-]?\d+(?:[.,:]\d+)*(?:\s?[ap]\.?m\b\.?|(?:st|nd|rd|th)\b|\s?%)?", written)
    return digits[0] if digits else written


def missing_dates(statement: Facts, evidence: Facts, known: frozenset[int]) -> Iterator[str]:
    """`known` are years told of the sources besides their text."""
    held = [when for _, _, whens in evidence.dates for when in whens]
    dated = {when.month for when in held}
    held += [When(None, MONTHS[word]) for word in evidence.capitals if word in MONTHS and MONTHS[word] not in dated]
    ranges = [whens for _, _, whens in evidence.dates if len(whens) == 2]
    years = {when.year for when in held}
    years |= {int(one.value) for one in evidence.quantities if one.value.is_integer() and _may_be_year(one, evidence)}
    for start, end, whens in statement.dates:
        inside = len(statement.dates) == 1 == len(whens) and _is_between(whens[0], ranges)
        if not inside and not all(_is_told(when, held, years, known) for when in whens):
            yield statement.text[start:end].strip()
    for month in _LINKED_MONTH.findall(statement.text):
        if MONTHS[month.lower()] not in {when.month for when in held} | {
            when.month for _, _, whens in statement.dates for when in whens
        }:
            yield month
    for day in sorted(statement.weekdays):
        if day not in evidence.weekdays or _is_of_another(day, statement, evidence):
            yield day.capitalize()


def _is_of_another(day: str, statement: Facts, evidence: Facts) -> bool:
    """Whether what the statement says right before a weekday ("closed on Mondays") is said of another day only, and
    something else of this one."""
    own = {head for head, other in _HEADED_DAY.findall(statement.flat) if other == day}
    theirs = _HEADED_DAY.findall(evidence.flat)
    others = {head for head, other in theirs if other == day}
    return bool(others) and any(head in own - others for head, other in theirs if other != day)


_HEADED_DAY = re.compile(
    rf"(?<!not )(?<!n't )\b([^\W\d_]{{3,}}) (?:on |every |each |am |jeden )({'|'.join(sorted(WEEKDAYS))})s?\b"
)


def _is_told(when: When, held: Sequence[When], years: set[int | None], known: frozenset[int]) -> bool:
    if when.month is None:
        return when.year in years or when.year in known
    same_day = [one for one in held if one.month == when.month and when.day in (None, one.day)]
    if when.day is not None:
        same_day = [one for one in same_day if one.day is not None]
    if when.year is None:
        return bool(same_day)
    return any(
        one.year == when.year or one.year is None and (when.year in years or when.year in known) for one in same_day
    )


def _is_between(when: When, ranges: Sequence[tuple[When, ...]]) -> bool:
    if when.month is None or when.day is not None:
        return False
    return any(
        first.month and last.month and first.month <= when.month <= last.month and when.year in (None, first.year)
        for first, last in ranges
    )
