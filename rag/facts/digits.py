"""Numbers in digits as the languages write them: 2,500.5 and 2.500,5 and 2 500,5. Pure."""

from __future__ import annotations

import re

LONGEST_NUMBER = 40
COMMA_DECIMAL = frozenset("de fr es it pt nl da sv nb no fi pl cs ru uk tr el hu ro bg".split())
NUMBER = r"\d+(?:[.,'’\xa0\u202f\u2009]\d+)*"
SPACED_NUMBER = rf"\d{{1,3}}(?: \d{{3}}(?!\d))+(?:,\d+)?|{NUMBER}"


def number(written: str, language: str | None = None) -> float | None:
    """The value of digits with their points and commas as the language uses them; None when they are no number, as
    in 3.5.2. "2,500" is 2500 in English and 2.5 in German."""
    if len(written) > LONGEST_NUMBER:
        return None
    plain = re.sub(r"(?<=\d)[ '’\xa0\u202f\u2009](?=\d{3}(?!\d))", "", written)
    marks = [c for c in plain if c in ".,"]
    if not re.fullmatch(r"[\d.,]+", plain):
        return None
    if len(set(marks)) == 2:
        decimal = marks[-1]
        group = "," if decimal == "." else "."
        if marks.count(decimal) > 1:
            return None
    else:
        decimal, group = (",", ".") if language in COMMA_DECIMAL else (".", ",")
        if marks and len(marks) > 1 and decimal == marks[0]:
            decimal, group = group, decimal  # 1.250.000 has no decimals in any language
        if len(marks) == 1 and marks[0] == group and len(plain.partition(group)[2]) != 3:
            decimal, group = group, decimal  # nor are 12,5 thousands in any
    whole, _, fraction = plain.partition(decimal)
    groups = whole.split(group)
    if len(groups) > 1 and (len(groups[-1]) != 3 or not all(1 <= len(part) <= 3 for part in groups)):
        return None
    try:
        return float("".join(groups) + ("." + fraction if fraction else ""))
    except ValueError:
        return None
