"""Where the shapes of a slide stand, and in which order they are read: from the top down, from left to right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.loaders.archive import local_name
from index.loaders.office.ooxml import child, value

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SAME_LINE = 0.08  # of the slide's height: shapes that start so close to each other stand side by side
_MOST_SHAPES = 5_000

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Places:
    """What a slide's layout and master say of its placeholders, by index and by kind."""

    by_index: dict[str, Element]
    by_kind: dict[str, list[Element]]

    def of(self, shape: Element) -> Point:
        """(top, left). A shape that says nothing stands where its placeholder does, else at the very top."""
        return _offset(shape) or next(filter(None, map(_offset, self._models(shape))), (0, 0))

    def without_bullets(self, shape: Element) -> bool:
        for model in (shape, *self._models(shape)):
            first = child(child(child(model, "txBody"), "lstStyle"), "lvl1pPr")
            if first is not None:
                return child(first, "buNone") is not None
        return False

    def _models(self, shape: Element) -> Iterator[Element]:
        found = placeholder(shape)
        if found is not None:
            kind, index = found
            if index in self.by_index:
                yield self.by_index[index]
            yield from self.by_kind.get(_base_kind(kind), ())


def read_places(models: Iterable[Element]) -> Places:
    """From the layout and then the master: what the first says counts."""
    by_index: dict[str, Element] = {}
    by_kind: dict[str, list[Element]] = {}
    for number, model in enumerate(models):
        for shape in model.iter():
            if local_name(shape) == "sp" and (found := placeholder(shape)):
                if number == 0 and found[1]:
                    by_index.setdefault(found[1], shape)
                by_kind.setdefault(_base_kind(found[0]), []).append(shape)
    return Places(by_index, by_kind)


def placeholder(shape: Element) -> tuple[str, str] | None:
    """Kind and index of the placeholder a shape fills; None for other shapes."""
    for properties in shape:
        if local_name(properties).startswith("nv"):
            mark = child(child(properties, "nvPr"), "ph")
            return None if mark is None else (value(mark, "type"), value(mark, "idx"))
    return None


def in_reading_order(tree: Element | None, places: Places, height: int) -> list[Element]:
    """Titles first; the shapes of a group stay together."""
    found: list[Element] = []
    stack = [] if tree is None else [tree]
    while stack and len(found) < _MOST_SHAPES:
        element = stack.pop()
        if local_name(element) in ("grpSp", "spTree"):
            stack.extend(reversed(_sorted(list(_shapes(element)), places, height)))
        else:
            found.append(element)
    return sorted(found, key=_is_no_title)


def _shapes(group: Element) -> Iterator[Element]:
    stack = list(reversed(group))
    while stack:
        element = stack.pop()
        match local_name(element):
            case "sp" | "cxnSp" | "graphicFrame" | "grpSp" if not _is_hidden(element):
                yield element
            case "AlternateContent":
                choice = child(element, "Choice")
                stack.extend(reversed(choice if choice is not None else element))


def _sorted(shapes: list[Element], places: Places, height: int) -> list[Element]:
    placed = sorted(((places.of(shape), shape) for shape in shapes), key=lambda pair: pair[0])
    lines: list[list[tuple[Point, Element]]] = []
    for point, shape in placed:
        if lines and point[0] - lines[-1][0][0][0] <= _SAME_LINE * height:
            lines[-1].append((point, shape))
        else:
            lines.append([(point, shape)])
    return [shape for line in lines for _, shape in sorted(line, key=lambda pair: pair[0][1])]


def _offset(shape: Element) -> Point | None:
    """Of the shape itself; groups and frames keep it in other places."""
    frame = child(shape, "xfrm") if local_name(shape) == "graphicFrame" else None
    if frame is None:
        frame = child(child(shape, "spPr"), "xfrm")
    if frame is None:
        frame = child(child(shape, "grpSpPr"), "xfrm")
    offset = child(frame, "off")
    try:
        return (int(value(offset, "y")), int(value(offset, "x"))) if offset is not None else None
    except ValueError:
        return None


def _base_kind(kind: str) -> str:
    return {"ctrTitle": "title", "subTitle": "body", "": "body", "obj": "body"}.get(kind, kind)


def _is_no_title(shape: Element) -> bool:
    found = placeholder(shape)
    return found is None or found[0] not in ("title", "ctrTitle")


def _is_hidden(shape: Element) -> bool:
    own = next((each for each in shape if local_name(each).startswith("nv")), None)
    return value(child(own, "cNvPr"), "hidden") in ("1", "true")
