"""Quantities of a text that can be compared, each where it stands. Pure; never raises.

Dates are found by rag.facts.dates, and a number that is part of one is no quantity.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from rag.facts.dates import expressions
from rag.facts.digits import COMMA_DECIMAL, NUMBER, SPACED_NUMBER, number
from rag.facts.names import codes
from rag.facts.number_words import FRACTIONS, LANGUAGES, ORDINALS, STARTS, VAGUE, german, scale, spoken
from rag.facts.units import CURRENCY_SIGNS, PERCENT_SIGNS, UNITS, counted

PHRASE = 12  # words that a written number takes at most


@dataclass(frozen=True, slots=True)
class Quantity:
    """text[start:end] is the number with its unit. `unit` is the name of a measure ("%", "euro", "km"), a noun as the
    text has it ("troops"), "ordinal" (third is 3), "time" (minutes since midnight), "hundreds" and the like where no
    more is told, or None when unclear. A share is in percent: "a third" is 33.33 %."""

    start: int
    end: int
    value: float
    unit: str | None


class _Token(NamedTuple):
    start: int
    end: int
    text: str
    low: str


_WORD = r"[^\W\d_]+"
_TOKEN = re.compile(rf"{NUMBER}|{_WORD}|[^\w\s]|_")
_SPACED_TOKEN = re.compile(rf"{SPACED_NUMBER}|{_WORD}|[^\w\s]|_")
_TIME = re.compile(
    r"(?<![\d.,:])(?:(?P<hour>[01]?\d|2[0-3])(?:(?::|(?P<dot>[.h]))(?P<minute>[0-5]\d)(?![\d.,:]\d|\d))?"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?|\s(?P<oclock>uhr|o[’']clock)\b)?)(?!\d)",
    re.I,
)
_ASIDE = frozenset("of another the that who which could can is was has would will in on by to or and".split())
_NOT_ONE = frozenset("no any some every each this that another which only".split())
_TIMES = {"noon": 720.0, "midday": 720.0, "midnight": 0.0, "twice": 2.0}
_NOUN = re.compile(rf"(?!(?:of|by|in|to|than|from|and|or|as|when|if|with|on|after|since)$){_WORD}")
_LONE = frozenset("hundred thousand million billion dozen".split())
_TELLING = frozenset((*FRACTIONS, *ORDINALS, *VAGUE, *_TIMES, *_LONE, "none", "nil"))
_SCORED = frozenset("vote votes goal goals point points".split())
_JOINS = frozenset(("-", "–", "—", "to", "and", "or", "bis", "und", "oder", "à", "et", "ou", "a", "y", "o"))


def quantities(text: str, language: str | None = None) -> list[Quantity]:
    """The quantities of a text in order. `language` says how numbers are written and which words are numbers; English
    where it is unknown."""
    speech = language if language in LANGUAGES else "en"
    dated = [(start, end) for start, end, _ in expressions(text) if speech != "fr" or text[start:end] != "sept"]
    taken = dated + [(code.start, code.end) for code in codes(text)]
    found = _times(text)
    taken += [(one.start, one.end) for one in found]
    tokens = _tokens(text, language)
    free = _free(tokens, sorted(taken))
    at = 0
    while at < len(tokens):
        one, used = _at(tokens, at, free, language, speech) if free[at] and tokens[at].low[0].isalnum() else (None, 1)
        if one is not None:
            found.append(one)
        at += used
    return _shared_units(text, sorted(found, key=lambda one: one.start))


def _tokens(text: str, language: str | None) -> list[_Token]:
    pattern = _SPACED_TOKEN if language in COMMA_DECIMAL else _TOKEN
    return [_Token(*match.span(), match[0], match[0].lower()) for match in pattern.finditer(text)]


def _free(tokens: list[_Token], taken: list[tuple[int, int]]) -> list[bool]:
    """Which tokens are in none of the spans, which are in order."""
    free, at, reach = [], 0, -1
    for token in tokens:
        while at < len(taken) and taken[at][0] < token.end:
            reach = max(reach, taken[at][1])
            at += 1
        free.append(token.start >= reach)
    return free


def _times(text: str) -> list[Quantity]:
    found = []
    for match in _TIME.finditer(text):
        half, hour = (match["half"] or "").lower(), int(match["hour"])
        told = half or match["oclock"]
        if not told and (match["minute"] is None or match["dot"]) or half and not 1 <= hour <= 12:
            continue
        hour = hour % 12 + 12 * (half == "p") if half else hour
        found.append(Quantity(*match.span(), hour * 60.0 + int(match["minute"] or 0), "time"))
    return found


def _at(
    tokens: list[_Token], at: int, free: list[bool], language: str | None, speech: str
) -> tuple[Quantity | None, int]:
    """The quantity that begins with the token, and how many tokens it takes; (None, 1) when there is none."""
    token = tokens[at]
    before = tokens[at - 1] if at else None
    if token.text[0].isdigit():
        value = number(token.text, language)
        if value is None:
            return None, 1
        if at + 1 < len(tokens) and tokens[at + 1].start == token.end and tokens[at + 1].low in _NTH:
            return Quantity(token.start, tokens[at + 1].end, value, "ordinal"), 2
        return _with_unit(tokens, at, at + 1, value, free, speech)
    if token.low in STARTS[speech] or speech == "de" and german(token.low) is not None:
        run = _phrase(tokens, at, free)
        if token.low == "one" and not _is_number_one(before, run) and not _ends_score(tokens, at):
            return None, 1
        parsed = spoken([word.low for _, word in run], speech)
        if parsed is None and token.low in _LONE and before is not None and before.low == "a":
            whole = spoken(["one", *(word.low for _, word in run)], speech)
            parsed = None if whole is None else (whole[0], whole[1] - 1)
        if parsed is not None and (speech != "fr" or token.low != "un" or parsed[1] > 1):
            return _with_unit(tokens, at, run[parsed[1] - 1][0] + 1, parsed[0], free, speech)
    if speech != "en" or token.low not in _TELLING:
        return None, 1
    found = _of_words(tokens, at, before)
    return found, sum(found is not None and other.start < found.end for other in tokens[at : at + 4]) or 1


_NTH = frozenset("st nd rd th".split())


def _phrase(tokens: list[_Token], at: int, free: list[bool]) -> list[tuple[int, _Token]]:
    """The words from here on that only blanks and hyphens part, with their places."""
    at += tokens[at].text == "-"
    if at == len(tokens) or not tokens[at].text[0].isalpha():
        return []
    run = [(at, tokens[at])]
    place = at + 1
    while place < len(tokens) and len(run) < PHRASE and free[place]:
        token, gap = tokens[place], tokens[place].start - tokens[place - 1].end
        if token.text == "-" and gap == 0:
            place += 1
            continue
        if not token.text[0].isalpha() or gap > 2:
            break
        run.append((place, token))
        place += 1
    return run


def _is_number_one(before: _Token | None, run: list[tuple[int, _Token]]) -> bool:
    following = run[1][1].low if len(run) > 1 else ""
    return following != "" and following not in _ASIDE and not (before and before.low in _NOT_ONE)


def _ends_score(tokens: list[_Token], at: int) -> bool:
    """Whether "to one" or "to none" closes the result of a vote: "by 4 votes to one"."""
    before = [token.low for token in tokens[max(0, at - 3) : at]]
    numbers = STARTS["en"] - {"one"}
    return before[-1:] == ["to"] and any(word[0].isdigit() or word in numbers for word in before)


def _with_unit(
    tokens: list[_Token], at: int, after: int, value: float, free: list[bool], speech: str
) -> tuple[Quantity | None, int]:
    """The number tokens[at:after] with the magnitude, the sign and the unit around it."""
    start, end = tokens[at].start, tokens[after - 1].end
    sign = tokens[at - 1] if at and tokens[at - 1].end == start else None
    money = sign is not None and sign.text in CURRENCY_SIGNS
    words = _phrase(tokens, after, free) if after < len(tokens) and _follows(tokens, after, end) else []
    while words and (size := _size(words[0][1], tokens, money, speech)):
        value, after, end = value * size, words[0][0] + 1, words[0][1].end
        words = words[1:]
    if sign is not None and money:
        return _finite(sign.start, end, value, UNITS[sign.text]), after - at
    if sign is not None and sign.text in "-−" and (at == 1 or tokens[at - 2].end < sign.start):
        start, value = sign.start, -value
    if after < len(tokens) and tokens[after].text in (*PERCENT_SIGNS, *CURRENCY_SIGNS, "°"):
        mark = tokens[after]
        if mark.start - end <= 1 and (mark.text in PERCENT_SIGNS or mark.text == "°" or mark.start == end or not money):
            return _finite(start, mark.end, value, "%" if mark.text in PERCENT_SIGNS else UNITS[mark.text]), after - at
    part = FRACTIONS.get(words[0][1].low) if words and speech == "en" and value < 20 else None
    if part and (value > 1) == words[0][1].low.endswith("s"):
        return _finite(start, words[0][1].end, round(100 * value / part, 2), "%"), words[0][0] + 1 - at
    unit, used = counted([word.text for _, word in words[:3]], abs(value) != 1, speech)
    if unit is None:
        return _finite(start, end, value, None), after - at
    return _finite(start, words[used - 1][1].end, value, unit), words[used - 1][0] + 1 - at


def _follows(tokens: list[_Token], after: int, end: int) -> bool:
    token = tokens[after]
    return token.start - end <= 1 and (token.text[0].isalpha() or token.text == "-" and token.start == end)


def _size(token: _Token, tokens: list[_Token], money: bool, speech: str) -> int | None:
    if money and token.low in ("k", "m", "b"):
        return {"k": 1000, "m": 10**6, "b": 10**9}[token.low]
    return scale(token.low, speech)


def _finite(start: int, end: int, value: float, unit: str | None) -> Quantity | None:
    return Quantity(start, end, value, unit) if math.isfinite(value) else None


def _of_words(tokens: list[_Token], at: int, before: _Token | None) -> Quantity | None:
    """Ordinals, shares, hundreds of something, noon and twice."""
    token, low = tokens[at], tokens[at].low
    following = tokens[at + 1].low if at + 1 < len(tokens) else ""
    previous = before.low if before else ""
    if low in FRACTIONS and (low == "half" or previous == "a" and not _NOUN.fullmatch(following)):
        if low == "half" and (previous in ORDINALS or previous in ("other", "latter") or following == "-"):
            return None
        whole = at + 1 + (following == "of")
        if whole + 1 < len(tokens) and tokens[whole].low in ("a", "an"):
            size, unit = scale(tokens[whole + 1].low, "en"), UNITS.get(tokens[whole + 1].low)
            if size or unit:
                return Quantity(token.start, tokens[whole + 1].end, (size or 1) / FRACTIONS[low], unit)
        return Quantity(token.start, token.end, round(100 / FRACTIONS[low], 2), "%")
    if low in ("none", "nil") and _ends_score(tokens, at):
        return Quantity(token.start, token.end, 0.0, None)
    if low in ORDINALS and not (previous == "at" and low == "first") and not (previous == "a" and low == "second"):
        return Quantity(token.start, token.end, ORDINALS[low], "ordinal")
    if low in VAGUE:
        return Quantity(token.start, token.end, VAGUE[low], low)
    if low in _TIMES:
        return Quantity(token.start, token.end, _TIMES[low], "time" if low != "twice" else UNITS["times"])
    return None


def _shared_units(text: str, found: list[Quantity]) -> list[Quantity]:
    """The first end of a range has the unit of the last: "20 to 30 knots", "$5-10"."""
    shared = list(found)
    for at in range(len(shared) - 2, -1, -1):
        one, other = shared[at], shared[at + 1]
        between = text[one.end : other.start].strip().lower() if other.start - one.end < 9 else "?"
        if between in _JOINS and one.unit is None and other.unit not in ("ordinal", "time"):
            shared[at] = replace(one, unit=other.unit)
        elif other.unit is None and one.unit not in ("ordinal", "time"):
            if between in ("-", "–", "—") or between == "to" and one.unit in _SCORED:
                shared[at + 1] = replace(other, unit=one.unit)
    return shared
