"""The numbers of a sentence that are no amount of what is asked for: crowns and dates for "how many votes". Pure.

Only what is surely of another kind is told: a number without a unit may count anything.
"""

from __future__ import annotations

import re

from rag.facts.dates import expressions
from rag.facts.quantities import Quantity, quantities
from rag.facts.units import UNITS
from rag.short.answer_type import AnswerType

AMOUNTS = ("number", "money", "percent")
_CURRENCIES = frozenset(UNITS[form] for form in "$ € £ ¥ crown".split())
_MEASURES = frozenset(UNITS.values()) - {"people", "time", "percentage point"}
_CLOCK = re.compile(r"\d:\d\d|[ap]\.?m\b|uhr\b|clock\b", re.I)
_FISCAL = re.compile(r"(?<![\d/])(?:1\d|20)\d\d[/–-]\d\d(?:\d\d)?(?![\d/])")
_COUNTS = re.compile(r" (?:[^\W\d_]+ ){0,2}?[^\W\d_]{2,}s\b")


def other_amounts(asked: AnswerType, sentence: str, language: str | None) -> list[tuple[int, int]]:
    """Where they stand, with their units: start and end in the sentence, in no order; nothing for other questions."""
    if asked.kind not in AMOUNTS:
        return []
    found = [match.span() for match in _FISCAL.finditer(sentence)]
    for start, end, whens in expressions(sentence):
        only_year = end - start == 4 and whens[0].fields == 1
        if not (only_year and _COUNTS.match(sentence, end)):  # "1812 men"
            found.append((start, end))
    told = quantities(sentence, language)
    return found + [(one.start, one.end) for one in told if _is_other(asked, one, sentence[one.start : one.end])]


def _is_other(asked: AnswerType, one: Quantity, written: str) -> bool:
    if one.unit == "time" and _CLOCK.search(written):
        return asked.counted or asked.kind != "number"
    if one.unit not in _MEASURES:
        return False
    if asked.priced:
        return one.unit not in _CURRENCIES or asked.unit in _CURRENCIES and one.unit != asked.unit
    if asked.kind == "percent":
        return one.unit != "%"
    if asked.unit in _MEASURES:
        return one.unit != asked.unit
    return asked.counted and one.unit != "%"
