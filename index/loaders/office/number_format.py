"""How a spreadsheet shows a number: percent signs, thousands, currencies, dates. Days are told as ISO days."""

from __future__ import annotations

import operator
import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

BUILT_IN = {
    **dict(enumerate(("General", "0", "0.00", "#,##0", "#,##0.00"))),
    **{9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??"},
    **dict(enumerate(("yyyy-mm-dd", "d-mmm-yy", "d-mmm", "mmm-yy", "h:mm AM/PM", "h:mm:ss AM/PM"), 14)),
    **{20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 49: "@"},
    **{37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)"},
    **{41: "#,##0;-#,##0;-", 43: "#,##0.00;-#,##0.00;-", 48: "##0.0E+0"},
    **dict.fromkeys((*range(27, 37), *range(50, 59)), "yyyy-mm-dd"),  # days of East Asian calendars
}
_LAST_SERIAL = 2_958_465  # 9999-12-31
_FIRST_RIGHT_SERIAL = 60  # before 1900-03-01 the spreadsheet counts a day that never was
_WIDE = Context(prec=400)
_TOKEN = re.compile(
    r"""(?P<general>general)|"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|(?P<blank>[_*].)
    |\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[(?P<elapsed>h+|m+|s+)\]|\[(?P<test>[<>=]+[-\d.]+)\]|(?P<colour>\[[^\]]*\]?)
    |(?P<half>am/pm|a/p)|(?P<date>y+|m+|d+|h+|s+|e+(?![+-]))|(?P<power>e[+-])|(?P<digit>[0#?])|(?P<sign>[.,%/])
    |(?P<text>@)|(?P<literal>.)""",
    re.I | re.X | re.S,
)
_TESTS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "=": "eq", "<>": "ne"}

Kind = Literal["number", "date"]


class _Token(NamedTuple):
    kind: str
    text: str


def show(number: float, form: str, from_1904: bool = False) -> tuple[str, Kind]:
    """The number in the given format, and whether it is a day or a time. An unknown format shows the plain number."""
    tokens, is_own_sign = _section(number, _sections(form))
    kinds = {token.kind for token in tokens}
    if kinds & {"date", "elapsed", "half"}:
        serial = number + 1462 if from_1904 else number
        shown = _elapsed(serial, tokens) if "elapsed" in kinds else _moment(serial, tokens)
        return (shown, "date") if shown else (plain(number), "number")
    if "general" in kinds or "text" in kinds:
        literal = "".join(plain(number) if t.kind in ("general", "text") else _literal(t) for t in tokens)
        return literal.strip(), "number"
    is_fraction = any(token.text == "/" for token in tokens if token.kind == "sign")
    if is_fraction:
        return plain(number), "number"
    size = abs(number)
    shown = _power(size, tokens) if "power" in kinds else _digits(size, tokens)
    negative = number < 0 and not is_own_sign and any(char in "123456789" for char in shown)
    return ("-" if negative else "") + " ".join(shown.split()), "number"


def plain(number: float) -> str:
    """2500.0 is 2500; what binary fractions add behind the fifteenth digit goes."""
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.{15 if abs(number) >= 1e11 else 11}g}".replace("e", "E")


@lru_cache(maxsize=1000)
def _sections(form: str) -> tuple[tuple[_Token, ...], ...]:
    sections: list[list[_Token]] = [[]]
    for match in _TOKEN.finditer(form[:500]):
        kind = match.lastgroup or "literal"
        text = match[kind] or ""
        if kind == "literal" and text == ";":
            sections.append([])
        else:
            sections[-1].append(_Token(kind, text))
    return tuple(map(tuple, sections))


def _section(number: float, sections: tuple[tuple[_Token, ...], ...]) -> tuple[tuple[_Token, ...], bool]:
    """The part of a format that is meant for the number, and whether it tells the sign itself."""
    numeric = [section for section in sections[:3] if len(sections) == 1 or not any(t.kind == "text" for t in section)]
    if not numeric:
        return sections[0], False
    tests = [next((token.text for token in section if token.kind == "test"), "") for section in numeric]
    if any(tests):
        for section, test in zip(numeric, tests, strict=True):
            if not test or _holds(number, test):
                return section, number < 0 and test.startswith("<")
        return numeric[-1], False
    if number < 0 and len(numeric) > 1:
        return numeric[1], True
    if number == 0 and len(numeric) > 2:
        return numeric[2], True
    return numeric[0], False


def _holds(number: float, test: str) -> bool:
    match = re.fullmatch(r"([<>=]+)(-?\d+\.?\d*)", test)
    name = _TESTS.get(match[1], "") if match else ""
    return bool(match and name and getattr(operator, name)(number, float(match[2])))


def _literal(token: _Token) -> str:
    match token.kind:
        case "quoted" | "escaped" | "currency" | "literal":
            return token.text
        case "blank":
            return " " if token.text[0] == "_" else ""
        case "sign" if token.text == "%":
            return "%"
    return ""


def _digits(size: float, tokens: tuple[_Token, ...]) -> str:
    """Digits put into their places from the point to both sides."""
    marks = "".join(token.text if token.kind in ("digit", "sign") else " " for token in tokens)
    whole, _, rest = marks.partition(".")
    places = [index for index, char in enumerate(whole) if char in "0#?"]
    if not places and not re.search(r"[0#?]", rest):
        return "".join(map(_literal, tokens))
    mask = re.sub(r"[^0#?,]", "", marks)
    scale = len(mask) - len(mask.rstrip(","))  # each comma behind the last digit leaves three digits out
    decimals = len(re.sub(r"[^0#?]", "", rest))
    exact = Decimal(repr(size)).scaleb(2 * marks.count("%") - 3 * scale, _WIDE)
    rounded = f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _WIDE):f}"
    integer, _, fraction = rounded.partition(".")
    integer = integer.lstrip("0").rjust(len(re.sub(r"[^0#?]", "", whole).lstrip("#?")), "0")
    optional = len(kept := re.sub(r"[^0#?]", "", rest)) - len(kept.rstrip("#?"))
    while optional and fraction.endswith("0"):
        fraction, optional = fraction[:-1], optional - 1
    if re.search(r"[0#?],+[0#?]", whole):
        integer, places = f"{int(integer):,}" if integer else "", places[:1]
    filled = dict.fromkeys(places, "")
    for index in reversed(places[1:]):
        integer, filled[index] = integer[:-1], integer[-1:]
    if places:
        filled[places[0]] = integer
    if "." in marks:
        filled[len(whole)] = (f".{fraction}" if places else f"{integer}.{fraction}") if fraction else ""
    return "".join(filled.get(index, _literal(token)) for index, token in enumerate(tokens))


def _power(size: float, tokens: tuple[_Token, ...]) -> str:
    marks = "".join(token.text for token in tokens if token.kind in ("digit", "sign", "power")).upper()
    decimals = len(re.sub(r"[^0#?]", "", marks.partition("E")[0].partition(".")[2]))
    return f"{size:.{min(decimals, 30)}E}"


def _moment(serial: float, tokens: tuple[_Token, ...]) -> str:
    if not 0 <= serial <= _LAST_SERIAL:
        return ""
    serial += 1 if 1 <= serial < _FIRST_RIGHT_SERIAL else 0
    moment = datetime(1899, 12, 30) + timedelta(seconds=round(serial * 86_400))
    units = _units(tokens)
    day = "%Y-%m-%d" if "d" in units else "%Y-%m" if "m" in units else "%Y" if units & {"y", "e"} else ""
    clock = ":".join(f"%{unit}" for letter, unit in zip("hns", "HMS", strict=True) if letter in units)
    clock = "%H:00" if clock == "%H" else clock
    return " ".join(moment.strftime(part) for part in (day, clock) if part)


def _units(tokens: tuple[_Token, ...]) -> set[str]:
    """The first letters of what is shown; minutes, which share theirs with months, are "n"."""
    letters = [token.text[0].lower() for token in tokens if token.kind == "date"]
    for index, letter in enumerate(letters):
        if letter == "m" and (letters[index - 1 : index] == ["h"] or letters[index + 1 : index + 2] == ["s"]):
            letters[index] = "n"
    return set(letters)


def _elapsed(serial: float, tokens: tuple[_Token, ...]) -> str:
    seconds = round(abs(serial) * 86_400)
    unit = next(token.text[0].lower() for token in tokens if token.kind == "elapsed")
    with_seconds = any(token.text[0].lower() == "s" for token in tokens if token.kind == "date")
    minutes = f"{seconds // 60 % 60:02}"
    shown = {"h": f"{seconds // 3600}:{minutes}", "m": f"{seconds // 60}", "s": f"{seconds}"}[unit]
    return ("-" if serial < 0 else "") + shown + (f":{seconds % 60:02}" if with_seconds and unit != "s" else "")
