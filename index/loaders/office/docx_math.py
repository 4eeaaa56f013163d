"""Formulas of Office files on one line: fractions with a slash, powers with ^, indices with _."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.loaders.archive import local_name
from index.loaders.office.ooxml import child, value

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_DEEPEST = 60


def formula(root: Element, depth: int = 0) -> str:
    """What is nested deeper than any formula is told without its signs."""
    if depth > _DEEPEST:
        return "".join(each.text or "" for each in root.iter() if local_name(each) == "t")

    def part(name: str) -> str:
        inner = child(root, name)
        return formula(inner, depth + 1) if inner is not None else ""

    match local_name(root):
        case "t":
            return root.text or ""
        case "f":
            return f"{_grouped(part('num'))}/{_grouped(part('den'))}"
        case "sSup":
            base = part("e")
            return (_grouped(base) if "/" in base else base) + _raised("^", part("sup"))
        case "sSub":
            return part("e") + _raised("_", part("sub"))
        case "sSubSup" | "sPre":
            return part("e") + _raised("_", part("sub")) + _raised("^", part("sup"))
        case "rad":
            return f"{part('deg')}√{_grouped(part('e'))}"
        case "nary":
            sign = _sign(root, "naryPr", "chr", "∫")
            return sign + _raised("_", part("sub")) + _raised("^", part("sup")) + " " + part("e")
        case "limLow":
            return part("e") + _raised("_", part("lim"))
        case "limUpp":
            return part("e") + _raised("^", part("lim"))
        case "func":
            return f"{part('fName')} {part('e')}"
        case "d":
            inner = (formula(each, depth + 1) for each in root if local_name(each) == "e")
            sides = (_sign(root, "dPr", "begChr", "("), _sign(root, "dPr", "endChr", ")"))
            return _sign(root, "dPr", "sepChr", "|").join(inner).join(sides)
        case "m" | "eqArr":
            lines = (formula(each, depth + 1) for each in root if local_name(each) in ("mr", "e"))
            return "; ".join(filter(None, lines))
        case "mr":
            return " ".join(formula(each, depth + 1) for each in root)
        case tag if tag.endswith("Pr"):
            return ""
    return "".join(formula(each, depth + 1) for each in root)


def _sign(root: Element, properties: str, name: str, usual: str) -> str:
    """A sign that is given but empty is not shown."""
    given = child(child(root, properties), name)
    return usual if given is None else value(given, "val")


def _raised(sign: str, text: str) -> str:
    return f"{sign}{_grouped(text)}" if text.strip() else ""


def _grouped(text: str) -> str:
    text = text.strip()
    is_one = (
        len(text) < 2
        or text.isdecimal()
        or (text[:1] in "([" and text[-1:] in ")]" and not set(text[1:-1]) & set("()[]"))
    )
    return text if is_one else f"({text})"
