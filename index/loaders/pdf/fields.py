"""What is filled in on a page: values of form fields and notes, which are no part of the drawn text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from index.loaders.pdf.words import Word

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage  # type: ignore[import-untyped]

_MOST_ON_PAGE = 2_000
_LONGEST_VALUE = 20_000
_HEIGHT = 12.0
_HIDDEN = 1 << 1 | 1 << 5  # the flags Hidden and NoView
_NEAR = 1.5
_SAME_ROW = 0.6


def filled_in(document: PdfDocument, page: PdfPage) -> list[Word]:
    """One for each filled field and each note, where it stands on the page."""
    from pypdfium2 import raw

    count = min(raw.FPDFPage_GetAnnotCount(page.raw), _MOST_ON_PAGE)
    found: list[Word] = []
    for index in range(count):
        annotation = raw.FPDFPage_GetAnnot(page.raw, index)
        if not annotation:
            continue
        try:
            if not raw.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
                found.extend(_words(document, annotation, raw))
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
    return found


def _words(document: PdfDocument, annotation: Any, raw: Any) -> Iterator[Word]:
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    text = ""
    if kind == raw.FPDF_ANNOT_WIDGET and document.formenv is not None:
        text = _value(document.formenv.raw, annotation, raw)
    elif kind in (raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_TEXT):
        text = _string(lambda buffer, size: raw.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size), raw)
    box = raw.FS_RECTF()
    if not text.strip() or not raw.FPDFAnnot_GetRect(annotation, box):
        return
    top = max(box.top, box.bottom)
    height = min(_HEIGHT, abs(box.top - box.bottom)) or _HEIGHT
    middle = top - height if abs(box.top - box.bottom) > 2 * _HEIGHT else (box.top + box.bottom) / 2 - height / 3
    lines = filter(None, map(" ".join, map(str.split, text.splitlines())))
    for number, words in enumerate(lines):
        base = middle - 1.2 * number * height
        yield Word(words, min(box.left, box.right), max(box.left, box.right), base, height)


def _value(form: Any, annotation: Any, raw: Any) -> str:
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        return "☑" if raw.FPDFAnnot_IsChecked(form, annotation) else ""
    if kind in (raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX):
        flags = raw.FPDFAnnot_GetFormFieldFlags(form, annotation)
        if kind == raw.FPDF_FORMFIELD_TEXTFIELD and flags & raw.FPDF_FORMFLAG_TEXT_PASSWORD:
            return ""
        return _string(lambda buffer, size: raw.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size), raw)
    return ""


def _string(read: Callable[[Any, int], int], raw: Any) -> str:
    """PDFium tells the length in bytes of UTF-16 with its NUL when it is asked with no buffer."""
    import ctypes

    size = min(int(read(None, 0)), 2 * _LONGEST_VALUE)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    read(ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return buffer.raw.decode("utf-16-le", "ignore").split("\0", 1)[0].replace("\r", "\n")


def placed(rows: Sequence[Sequence[Word]], filled: Sequence[Word]) -> list[list[Word]]:
    """The rows of a page with what is filled in: in the row of its label, else below it, else at the end."""
    result = [list(row) for row in rows]
    for value in filled:
        beside = [row for row in result if any(_in_row(word, value) for word in row)]
        if beside:
            row = min(beside, key=lambda row: min(_apart(word, value) for word in row))
            at = next((index for index, word in enumerate(row) if word.left > value.left), len(row))
            row.insert(at, value)
            continue
        above = [index for index, row in enumerate(result) if any(_is_above(word, value) for word in row)]
        at = min(above, key=lambda index: result[index][0].base) + 1 if above else len(result)
        result.insert(at, [value])
    return result


def _in_row(word: Word, value: Word) -> bool:
    return abs(word.base - value.base) <= _SAME_ROW * max(word.height, value.height)


def _is_above(word: Word, value: Word) -> bool:
    return 0 < word.base - value.base <= _NEAR * (word.height + value.height) and _apart(word, value) == 0


def _apart(word: Word, value: Word) -> float:
    return max(word.left - value.right, value.left - word.right, 0.0)
