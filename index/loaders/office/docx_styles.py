"""What the styles and the numbering of a Word document make of a paragraph: a heading, an item, its number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.loaders.archive import local_name
from index.loaders.office.list_numbers import list_number
from index.loaders.office.ooxml import child, value

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

BULLET = "- "
_DEEPEST_STYLE = 10


@dataclass(frozen=True, slots=True)
class Style:
    """`level` of a heading, 0 for others. `list_id` is empty, or "0" where a paragraph leaves the list of its style."""

    level: int = 0
    list_id: str = ""
    depth: int | None = None
    is_item: bool = False


def read_styles(sheet: Element) -> dict[str, Style]:
    """By style id; what a style does not say comes from the one it is based on."""
    found = {value(style, "styleId"): style for style in sheet if local_name(style) == "style"}

    def resolved(style: Element | None, depth: int) -> Style:
        if style is None or depth > _DEEPEST_STYLE:
            return Style()
        name = value(child(style, "name"), "val").lower()
        base = resolved(found.get(value(child(style, "basedOn"), "val")), depth + 1)
        own = of_paragraph(child(style, "pPr"), base)
        if match := re.fullmatch(r"heading ([1-9])", name):
            return Style(int(match[1]), own.list_id, own.depth)
        if name == "title":
            return Style(1, own.list_id, own.depth)
        is_item = own.is_item or name.startswith(("list bullet", "list number"))
        return Style(own.level, own.list_id, own.depth, is_item)

    return {identifier: resolved(style, 0) for identifier, style in found.items()}


def of_paragraph(properties: Element | None, style: Style) -> Style:
    """What a paragraph says itself goes before its style."""
    outline = value(child(properties, "outlineLvl"), "val")
    level = style.level
    if outline.isdecimal():
        level = int(outline) + 1 if int(outline) < 9 else 0
    numbering = child(properties, "numPr")
    if numbering is None:
        return Style(level, style.list_id, style.depth, style.is_item)
    list_id = value(child(numbering, "numId"), "val") or style.list_id
    depth = value(child(numbering, "ilvl"), "val")
    return Style(level, list_id, int(depth) if depth.isdecimal() else style.depth, list_id not in ("", "0"))


@dataclass(slots=True)
class _Level:
    form: str
    pattern: str
    start: int
    style: str


class Numbering:
    """Counts the items of all lists, in the order in which they are asked for."""

    def __init__(self, definitions: Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, str] = {}
        self._restarts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, dict[int, int]] = {}
        linked: dict[str, str] = {}
        borrowed: dict[str, str] = {}
        for entry in definitions if definitions is not None else ():
            if local_name(entry) == "abstractNum":
                identifier = value(entry, "abstractNumId")
                self._levels[identifier] = _levels(entry)
                linked.setdefault(value(child(entry, "styleLink"), "val"), identifier)
                borrowed[identifier] = value(child(entry, "numStyleLink"), "val")
            elif local_name(entry) == "num":
                abstract = value(child(entry, "abstractNumId"), "val")
                if borrowed.get(abstract) and borrowed[abstract] in linked:
                    abstract = linked[borrowed[abstract]]
                self._lists[value(entry, "numId")] = abstract
                for override in entry:
                    start = value(child(override, "startOverride"), "val")
                    if start.isdecimal():
                        self._restarts[value(entry, "numId"), int(value(override, "ilvl") or 0)] = int(start)

    def marker(self, style: Style, style_id: str = "") -> str:
        """What stands before the next item of a list, such as "- " or "2.1 "; empty where nothing does."""
        abstract = self._lists.get(style.list_id, "")
        levels = self._levels.get(abstract, {})
        depth = style.depth
        if depth is None:
            depth = next((number for number, level in levels.items() if style_id and level.style == style_id), 0)
        if depth not in levels:
            return BULLET if style.is_item else ""
        counts = self._counts.setdefault(abstract, {})
        start = self._restarts.pop((style.list_id, depth), None)
        if start is not None:
            counts[depth] = start
        else:
            counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for skipped in range(depth):
            if skipped in levels:
                counts.setdefault(skipped, levels[skipped].start)
        for deeper in [number for number in counts if number > depth]:
            del counts[deeper]
        return _marker(levels, counts, depth)


def _levels(definition: Element) -> dict[int, _Level]:
    levels = {}
    for level in definition:
        depth = value(level, "ilvl")
        if local_name(level) == "lvl" and depth.isdecimal():
            start = value(child(level, "start"), "val")
            levels[int(depth)] = _Level(
                form=value(child(level, "numFmt"), "val") or "decimal",
                pattern=value(child(level, "lvlText"), "val"),
                start=int(start) if start.isdecimal() else 1,
                style=value(child(level, "pStyle"), "val"),
            )
    return levels


def _marker(levels: dict[int, _Level], counts: dict[int, int], depth: int) -> str:
    if levels[depth].form == "bullet":
        return BULLET
    if levels[depth].form == "none":
        return ""

    def number(match: re.Match[str]) -> str:
        place = int(match[1]) - 1
        level = levels.get(place)
        return list_number(counts.get(place, level.start), level.form) if level else ""

    shown = re.sub(r"%([1-9])", number, levels[depth].pattern).strip()
    return f"{shown} " if shown else ""
