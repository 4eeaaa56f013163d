"""Names of months, and the words around them and around digits that speak for or against a date. Pure.

English, German, French and Spanish.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

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


MONTHS = {name: number for names in _NAMES for number, name in enumerate(names.split(), 1)}
_ENGLISH_FIRST = frozenset((_NAMES[0] + " " + _NAMES[1]).split()) | {"sept"}  # languages that write "Feb. 4"
_SHORT = frozenset("jan feb mar apr jun jul aug sep oct nov dec okt dez janv févr avr juil déc ene abr dic".split())
# Names, verbs and planets besides: alone they are months only after a word that says so.
_WEAK = _SHORT | frozenset("march mars april avril mai may mayo june julio august agosto".split())

MONTH = rf"(?:{_tree(sorted(MONTHS))})(?![^\W_])"
TO = r"\s?[-–—/]\s?|\s(?:to|and|through|thru|until|till|bis(?:\szum)?|und|au|à|et(?:\sle)?|al?|y(?:\sel)?)\s(?:the\s)?"
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


def lower(text: str) -> str:
    """In lower case, at the same offsets: İ would become two characters."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def is_month(low: str, text: str, match: re.Match[str]) -> bool:
    """Whether a word that may be a month is one here; `march`, `May`, `mars` and short forms need a reason. `low`: the
    text in lower case, where `match` has the groups month, day and year, and may have only_year, nth and of."""
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


_FURTHER_MONTH = re.compile(rf"(?:{TO}){MONTH}")


def is_year(low: str, start: int, end: int, follows: bool) -> bool:
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
