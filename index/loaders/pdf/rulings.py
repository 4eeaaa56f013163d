"""The straight lines that are drawn on a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdfium2 import PdfPage  # type: ignore[import-untyped]

_MOST_OBJECTS = 20_000
_MOST_POINTS = 8_000
_STRAIGHT = 1.0  # points
_SHORTEST = 6.0
_SAME = 3.0


@dataclass(frozen=True, slots=True)
class Ruling:
    """From `start` to `end`, at one height or, if upright, at one distance from the left; in points."""

    is_upright: bool
    at: float
    start: float
    end: float


def rulings(page: PdfPage) -> list[Ruling]:
    """Those of lines and of the edges of boxes; none of a page that is turned, or that is a drawing."""
    from pypdfium2 import raw

    count = raw.FPDFPage_CountObjects(page.raw)
    if count > _MOST_OBJECTS or page.get_rotation():
        return []
    found: list[Ruling] = []
    points = 0
    for index in range(count):
        shape = raw.FPDFPage_GetObject(page.raw, index)
        if raw.FPDFPageObj_GetType(shape) != raw.FPDF_PAGEOBJ_PATH:
            continue
        points += raw.FPDFPath_CountSegments(shape)
        if points > _MOST_POINTS:
            return []
        found.extend(filter(None, (_straight(*ends) for ends in _strokes(shape, raw))))
    return joined(found)


def joined(found: Sequence[Ruling]) -> list[Ruling]:
    """Pieces of one line, and the edges of a thick one, as one."""
    result: list[Ruling] = []
    for is_upright in (False, True):
        lines: list[list[Ruling]] = []
        for each in sorted((each for each in found if each.is_upright == is_upright), key=lambda each: each.at):
            if lines and each.at - lines[-1][0].at <= _SAME:
                lines[-1].append(each)
            else:
                lines.append([each])
        for line in lines:
            at = sum(each.at for each in line) / len(line)
            start, end = float("inf"), float("-inf")
            for each in sorted(line, key=lambda each: each.start):
                if each.start > end + _SAME:
                    if end > start:
                        result.append(Ruling(is_upright, at, start, end))
                    start, end = each.start, each.end
                end = max(end, each.end)
            result.append(Ruling(is_upright, at, start, end))
    return [each for each in result if each.end - each.start >= _SHORTEST]


Point = tuple[float, float]


def _strokes(shape: Any, raw: Any) -> Iterator[tuple[Point, Point]]:
    import ctypes

    matrix, x, y = raw.FS_MATRIX(), ctypes.c_float(), ctypes.c_float()
    raw.FPDFPageObj_GetMatrix(shape, matrix)
    path: list[Point] = []
    paths = [path]
    for number in range(raw.FPDFPath_CountSegments(shape)):
        segment = raw.FPDFPath_GetPathSegment(shape, number)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind != raw.FPDF_SEGMENT_LINETO:  # the points of a curve are no line either
            path = []
            paths.append(path)
        path.append(
            (
                matrix.a * x.value + matrix.c * y.value + matrix.e,
                matrix.b * x.value + matrix.d * y.value + matrix.f,
            )
        )
        if raw.FPDFPathSegment_GetClose(segment):
            path.append(path[0])
    for path in paths:
        yield from pairwise(path)


def _straight(one: Point, other: Point) -> Ruling | None:
    (left, low), (right, high) = one, other
    if abs(low - high) <= _STRAIGHT < abs(left - right):
        return Ruling(False, (low + high) / 2, min(left, right), max(left, right))
    if abs(left - right) <= _STRAIGHT < abs(low - high):
        return Ruling(True, (left + right) / 2, min(low, high), max(low, high))
    return None
