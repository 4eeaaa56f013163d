"""A page of a PDF as a picture with the cited words in boxes, as HTML. Pure."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

NONE = "The page cannot be shown: its file is not there any more, or is no longer the one that was indexed."
UNSURE = "Where the words stand on this page could not be made out for sure, so nothing is marked."


@dataclass(frozen=True, slots=True)
class Sheet:
    """`image` is None while it is being drawn, and empty when it cannot be. `boxes` are fractions of the page: left,
    top, right, bottom."""

    page: int
    is_shown: bool
    image: bytes | None = None
    mime: str = "image/png"
    width: int = 0
    height: int = 0
    boxes: Sequence[tuple[float, float, float, float]] = ()


def sheet_choice(sheet: Sheet) -> str:
    """Between the text and the page."""
    return (
        '<div class="choice" role="group" aria-label="How the source is shown">'
        f"{_way('text', 'Text', not sheet.is_shown)}{_way('page', f'Page {sheet.page}', sheet.is_shown)}</div>"
    )


def _way(act: str, label: str, pressed: bool) -> str:
    return f'<button class="way" data-act="{act}" aria-pressed="{str(pressed).lower()}">{label}</button>'


def sheet_body(sheet: Sheet) -> str:
    if sheet.image is None:
        return '<p class="facts" role="status">Drawing the page …</p>'
    if not sheet.image:
        return f'<p class="facts" role="status">{NONE}</p>'
    boxes = "".join(
        f'<span class="box" style="left:{100 * x0:.3f}%;top:{100 * y0:.3f}%;width:{100 * (x1 - x0):.3f}%;'
        f'height:{100 * (y1 - y0):.3f}%"></span>'
        for x0, y0, x1, y1 in sheet.boxes
    )
    unsure = "" if boxes else f'<p class="facts">{UNSURE}</p>'
    data = b64encode(sheet.image).decode()
    return (
        f'{unsure}<div class="sheet"><img src="data:{sheet.mime};base64,{data}" width="{sheet.width}" '
        f'height="{sheet.height}" alt="Page {sheet.page}">{boxes}</div>'
    )
