"""What drawings in Office files say: the paragraphs of shapes, tables, charts and diagrams."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from index.loaders.archive import local_name
from index.loaders.office.docx_math import formula
from index.loaders.office.ooxml import child, value

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MOST_POINTS = 10_000


class Paragraph(NamedTuple):
    """`bullet` is "none", "sign", "number", or empty where only the layout tells."""

    text: str
    bullet: str = ""
    depth: int = 0


def paragraphs(body: Element | None) -> Iterator[Paragraph]:
    """Those of a shape or a cell, as far as they have words."""
    for each in body if body is not None else ():
        if local_name(each) == "p" and (text := _text(each)).strip():
            properties = child(each, "pPr")
            tags = {local_name(mark) for mark in properties} if properties is not None else set()
            bullet = {"buNone": "none", "buChar": "sign", "buBlip": "sign", "buAutoNum": "number"}
            depth = value(properties, "lvl")
            yield Paragraph(
                text.strip(),
                next((kind for tag, kind in bullet.items() if tag in tags), ""),
                int(depth) if depth.isdecimal() else 0,
            )


def table_rows(table: Element) -> list[list[str]]:
    """The cells of a table; one that spans columns or rows stands in each of its places."""
    rows: list[list[str]] = []
    for line in table:
        if local_name(line) != "tr":
            continue
        row: list[str] = []
        for cell in line:
            if local_name(cell) != "tc":
                continue
            if value(cell, "hMerge") in ("1", "true") and row:
                row.append(row[-1])
            elif value(cell, "vMerge") in ("1", "true") and rows and len(row) < len(rows[-1]):
                row.append(rows[-1][len(row)])
            else:
                row.append(" ".join(each.text for each in paragraphs(child(cell, "txBody"))))
        rows.append(row)
    return rows


def chart_title(chart: Element) -> str:
    title = child(child(chart, "chart"), "title")
    if title is None:
        return ""
    return " ".join("".join(_texts(title)).split())


def chart_lines(chart: Element) -> list[str]:
    """A line for each category: "March; Rain: 4; Snow: 1" with the names of the series."""
    names: list[str] = []
    values: dict[str, list[str]] = {}
    count = 0
    for series in (each for each in chart.iter() if local_name(each) == "ser"):
        name = "".join(_texts(tx)) if (tx := child(series, "tx")) is not None else ""
        categories = _points(child(series, "cat")) or _points(child(series, "xVal"))
        points = _points(child(series, "val")) or _points(child(series, "yVal"))
        names.append(" ".join(name.split()))
        for index, number in points.items():
            row = values.setdefault(categories.get(index, str(index + 1)), [])
            row.extend([""] * (count - len(row)))
            if len(row) == count:
                row.append(number)
        count += 1
    return ["; ".join([category, *_said(names, row)]) for category, row in values.items()]


def _said(names: list[str], row: list[str]) -> list[str]:
    return [f"{name}: {number}" if name else number for name, number in zip(names, row, strict=False) if number]


def diagram_texts(data: Element) -> list[str]:
    """The texts of a diagram's shapes, in the order of its outline."""
    points = [each for each in data.iter() if local_name(each) == "pt" and value(each, "type") in ("", "node", "asst")]
    texts = (" ".join(each.text for each in paragraphs(child(point, "t"))) for point in points)
    return [text for text in texts if text]


def _text(paragraph: Element) -> str:
    pieces = []
    for each in paragraph:
        match local_name(each):
            case "r" | "fld":
                text = child(each, "t")
                pieces.append((text.text or "") if text is not None else "")
            case "br":
                pieces.append("\n")
            case "m" | "oMath" | "AlternateContent":
                math = next((inner for inner in each.iter() if local_name(inner) == "oMath"), None)
                pieces.append(formula(math) if math is not None else "")
    return "".join(pieces).replace("\v", "\n")


def _texts(root: Element) -> Iterator[str]:
    """Of rich text, else of what was computed last."""
    rich = [each.text or "" for each in root.iter() if local_name(each) == "t"]
    yield from rich or [each.text or "" for each in root.iter() if local_name(each) == "v"]


def _points(source: Element | None) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for point in (each for each in (source.iter() if source is not None else ()) if local_name(each) == "pt"):
        index = value(point, "idx")
        text = child(point, "v")
        if index.isdecimal() and text is not None and len(found) < _MOST_POINTS:
            found.setdefault(int(index), []).append(_plain(text.text or ""))
    return {index: " ".join(reversed(texts)) for index, texts in found.items()}  # the outer of two levels comes last


def _plain(text: str) -> str:
    """Numbers without what binary fractions add."""
    try:
        return f"{float(text):.15g}" if "." in text else text.strip()
    except ValueError:
        return text.strip()
