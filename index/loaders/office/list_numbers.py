"""How lists count: digits, letters or Roman numbers."""

from __future__ import annotations

_ROMAN = {
    **{1000: "m", 900: "cm", 500: "d", 400: "cd", 100: "c", 90: "xc", 50: "l", 40: "xl", 10: "x", 9: "ix"},
    **{5: "v", 4: "iv", 1: "i"},
}


def list_number(count: int, form: str) -> str:
    """`form` as Word calls it, such as "upperRoman"; digits for all that are not known."""
    match form:
        case "lowerLetter" | "upperLetter" if count > 0:
            letters = chr(ord("a") + (count - 1) % 26) * min((count - 1) // 26 + 1, 50)
            return letters.upper() if form == "upperLetter" else letters
        case "lowerRoman" | "upperRoman" if 0 < count < 4000:
            roman = ""
            for size, letters in _ROMAN.items():
                roman += letters * (count // size)
                count %= size
            return roman.upper() if form == "upperRoman" else roman
        case "decimalZero":
            return f"{count:02}"
    return str(count)
