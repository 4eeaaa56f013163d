"""The small things in running text of HTML pages: raised and lowered signs, formulas, pictures that are described."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_RAISED = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_RAISABLE = re.compile(r"[0-9+\-−=()]{1,12}|[ni]")
_LOWERABLE = re.compile(r"[0-9+\-−=()]{1,12}")
_MARKER = re.compile(r"\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*|[a-z]|[*†‡§¶]{1,3}")
_DISPLAY_STYLE = re.compile(r"^\{\\(?:display|text)style\s*(.*)\}$", re.DOTALL)

_SMALLEST_PICTURE = 33  # pixels; smaller ones are icons
_PIXELS = re.compile(r"\s*(\d{1,5})(?:px|\.\d+)?\s*")
_NO_DESCRIPTION = re.compile(
    r"\S+\.(?:jpe?g|png|gif|webp|svg|avif|bmp)|\S*\d{3,}\S*"
    r"|(?:\S+ )?(?:photo|picture|img|foto|bild|thumbnail|banner|placeholder|spacer|arrow)"
    r"|(?:.* )?(?:image|icons?|logo|avatar)",
    re.I,
)
_ADORNMENTS = re.compile(r"(?:^|[\s_-])(?:icons?|emoji|avatar|logo|smil(?:ey|ie)|pixel|spacer|badge)(?:[\s_-]|$)", re.I)
_SEARCHED_ABOVE = 4
_LONGEST_ALT = 1_000


def raised(node: LexborNode) -> str | None:
    """A sup or sub whose signs are of their own in Unicode, or that refers to a note; None where it is neither."""
    text = "".join(node.text().split())
    if node.tag == "sup" and node.css_first("a") is not None and _MARKER.fullmatch(text):
        return f"[{text}]"  # without brackets it would look like part of a number
    return raised_signs(node.tag or "", text)


def raised_signs(tag: str, text: str) -> str | None:
    """10⁶ for 10 and a raised 6, which would be another number in one line with it."""
    if tag == "sub":
        return text.translate(_LOWERED) if _LOWERABLE.fullmatch(text) else None
    return text.translate(_RAISED) if _RAISABLE.fullmatch(text) else None


def formula(node: LexborNode) -> str:
    """What a formula says: its TeX where it is given, else its signs in a row."""
    source = node.css_first("annotation[encoding*=tex i]")
    tex = source.text() if source is not None else node.attributes.get("alttext") or ""
    shown = [each.text(deep=False) for each in node.css("mi, mn, mo, mtext, ms")]
    return " ".join(_DISPLAY_STYLE.sub(r"\1", tex.strip()).split()) or "".join(shown) or node.text()


def description(picture: LexborNode) -> str | None:
    """The words that stand for a picture, unless it is an ornament or they can be read beside it."""
    own = picture.attributes
    words = " ".join((own.get("alt") or "").split())
    if not 3 <= len(words) <= _LONGEST_ALT or not any(map(str.isalpha, words)) or _NO_DESCRIPTION.fullmatch(words):
        return None
    if own.get("role") in ("presentation", "none") or _ADORNMENTS.search(own.get("class") or ""):
        return None
    sizes = [_PIXELS.fullmatch(own.get(side) or "") for side in ("width", "height")]
    if any(size and int(size[1]) < _SMALLEST_PICTURE for size in sizes):
        return None
    parent = picture.parent
    for _ in range(_SEARCHED_ABOVE):
        if parent is None or parent.tag in ("body", "article", "main", "section"):
            break
        if parent.tag == "a" and " " not in words:
            return None
        if words.lower() in " ".join(parent.text().split()).lower():
            return None
        parent = parent.parent
    return words
