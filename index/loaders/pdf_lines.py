"""What PDFium finds on a page, as lines with their places. Nothing here decides what a line means."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage  # type: ignore[import-untyped]

HYPHEN = "\x02"  # stands where a line ends with a hyphen
_BETWEEN = re.compile("[\\s\0]*")
_WORD = re.compile("[^\\s\0\x02\ufffe]+[\x02\ufffe]?|[\x02\ufffe]")
_SIGNS = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
    | {"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf0a8": "□", "\uf06f": "□", "\uf0fe": "☑"}
    | {"\ufffe": HYPHEN, "\x02": HYPHEN}
    | dict.fromkeys(map(chr, (*range(2), *range(3, 9), *range(14, 32), 127, 0xFEFF, 0xFFFF, 0x200B)))
)
_ARABIC_FORMS = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]+")
_FROM_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]{2,}")
_ROW_TOLERANCE = 0.25  # of a line's height
_RAISED = 0.45  # superscripts still stand on their line
_SAME_ROW = 0.7
_OVERLAP = 0.6
_CELL_GAP = 1.7
_LEADERS = re.compile(r" ?(?:[.·_] ?){5,}")
_SPACED_LETTERS = 4
_GLUE = "\x01"
_BULLET = re.compile("[\ue000-\uf8ff]")
_SOFT_HYPHEN_AT_END = re.compile("\xad$")


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without white space; lengths in points, `base` growing upwards, as the page is read."""

    text: str
    left: float
    right: float
    base: float
    height: float
    turn: int = 0  # quarter turns away from the page's reading direction
    blank: bool = False  # white space is drawn between it and a line end


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one base line. `gap` is the widest between two of them, `first` the width of the first, `height` that of
    most of its characters; `blank`: it is drawn with white space at its end."""

    text: str
    left: float
    right: float
    base: float
    height: float
    gap: float
    first: float
    turn: int = 0
    blank: bool = False


def page_words(page: PdfPage, text_page: PdfTextPage) -> Iterator[Word | None]:
    """Words in the order they are drawn; None where PDFium sees a line end."""
    from pypdfium2 import raw

    text = _characters(text_page)
    place = _Places(text_page.raw, page.get_rotation() // 90, raw)
    for match in _WORD.finditer(text):
        after = _BETWEEN.match(text, match.end())
        between = after[0] if after else ""
        ends = "\n" in between or "\r" in between or match[0][-1] in "\x02\ufffe"
        if word := place.word(match, ends and between[:1] == " "):
            yield word
        if ends:
            yield None


class _Places:
    """Where characters stand, turned so that the page's text runs from left to right."""

    def __init__(self, text_page: Any, rotation: int, raw: Any) -> None:
        import ctypes

        self._page, self._rotation, self._raw = text_page, rotation, raw
        self._x, self._y, self._box = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
        self._to_x, self._to_y, self._to_box = map(ctypes.byref, (self._x, self._y, self._box))

    def word(self, match: re.Match[str], blank: bool) -> Word | None:
        start, end = match.start(), match.end() - 1
        shown = match[0]
        while end > start and shown[end - start] in "\x02\ufffe\0":
            end -= 1
        angle = self._raw.FPDFText_GetCharAngle(self._page, start)
        turn = round(max(angle, 0.0) / 1.5707963) % 4
        first = self._corners(start, turn)
        last = self._corners(end, turn) if end > start else first
        if first is None or last is None:
            return None
        base = first[2] if first[3] >= last[3] else last[2]
        return Word(
            self._logical(match),
            min(first[0], last[0]),
            max(first[1], last[1]),
            base,
            max(first[3], last[3]),
            (turn - self._rotation) % 4,
            blank,
        )

    def _corners(self, index: int, turn: int) -> tuple[float, float, float, float] | None:
        """Left, right, base line and height."""
        box = self._box
        if not self._raw.FPDFText_GetLooseCharBox(self._page, index, self._to_box):
            return None
        self._raw.FPDFText_GetCharOrigin(self._page, index, self._to_x, self._to_y)
        left, right = sorted((box.left, box.right))
        bottom, top = sorted((box.bottom, box.top))
        if turn == 0:
            return left, right, self._y.value, top - bottom
        if turn == 2:
            return -right, -left, -self._y.value, top - bottom
        if turn == 1:  # downwards
            return -top, -bottom, self._x.value, right - left
        return bottom, top, -self._x.value, right - left

    def _logical(self, match: re.Match[str]) -> str:
        """Letters of one glyph (lam with alef) come backwards where the line runs from the right."""
        text = match[0]
        for run in _FROM_RIGHT.finditer(text):
            start = match.start() + run.start()
            glyphs = groupby(range(start, match.start() + run.end()), self._glyph)
            logical = "".join(text[index - match.start()] for _, same in glyphs for index in reversed(list(same)))
            text = text[: run.start()] + logical + text[run.end() :]
        return text

    def _glyph(self, index: int) -> tuple[float, ...]:
        self._raw.FPDFText_GetCharOrigin(self._page, index, self._to_x, self._to_y)
        self._raw.FPDFText_GetLooseCharBox(self._page, index, self._to_box)
        own = 0.0 if self._box.right > self._box.left else float(index)  # marks without width stand alone
        return self._x.value, self._y.value, self._box.left, self._box.right, own


def rows_of(words: Iterable[Word | None]) -> list[list[Word]]:
    """Words to rows, in the order drawn. Parts of one row that are drawn one after the other are one."""
    rows: list[list[Word]] = []
    broken = True
    for word in words:
        if word is None:
            broken = True
            continue
        if not rows or not _continues(rows[-1], word, broken):
            rows.append([])
        rows[-1].append(word)
        broken = False
    return rows


def lines_of(rows: Iterable[Sequence[Word]]) -> list[Line]:
    return [line for line in map(_line, rows) if line.text]


def _continues(row: Sequence[Word], word: Word, broken: bool) -> bool:
    last = row[-1]
    if not broken and word.base == last.base and word.turn == last.turn:
        return True
    height = max(word.height, max(each.height for each in row[-3:]))
    if word.turn != last.turn:
        return False
    drift = min(abs(word.base - last.base), abs(word.base - row[0].base))
    if not broken:
        return drift <= _SAME_ROW * height
    if len(row) == 1 and len(last.text) == 1 and not last.text.isalnum():  # a bullet may be smaller and higher
        return drift <= _SAME_ROW * height and word.left > last.right
    touches = abs(word.left - last.right) < _OVERLAP * height
    if drift > (_RAISED if touches else _ROW_TOLERANCE) * height or last.text.endswith(HYPHEN):
        return False
    from_right = bool(_FROM_RIGHT.search(word.text) or _FROM_RIGHT.search(last.text))
    return word.left - last.right > -_OVERLAP * height or (from_right and last.left - word.right > -_OVERLAP * height)


def _line(drawn: Sequence[Word]) -> Line:
    row = _cells_from_right(drawn)
    weights: Counter[tuple[float, float]] = Counter()
    for word in row:
        weights[round(word.height, 1), round(word.base, 1)] += len(word.text)
    height, base = weights.most_common(1)[0][0]
    return Line(
        _shown(row, height),
        min(word.left for word in row),
        max(word.right for word in row),
        base,
        height,
        max((_distance(*pair) for pair in pairwise(row)), default=0.0),
        row[0].right - row[0].left,
        row[0].turn,
        drawn[-1].blank,
    )


def _cells_from_right(row: Sequence[Word]) -> Sequence[Word]:
    """The cells of a row that is read from the right may be drawn from the left."""
    from_right = sum(1 for word in row if _FROM_RIGHT.search(word.text))
    if 2 * from_right <= len(row):
        return row
    cells: list[list[Word]] = []
    for index, word in enumerate(row):
        if not index or _distance(row[index - 1], word) > _CELL_GAP * word.height:
            cells.append([])
        cells[-1].append(word)
    return [word for cell in sorted(cells, key=lambda cell: -max(word.right for word in cell)) for word in cell]


def _shown(row: Sequence[Word], height: float) -> str:
    """The words with a blank between them; letters that are only spaced out make words again."""
    first = row[0].text
    pieces = ["•" if _BULLET.fullmatch(first.translate(_SIGNS)) else first, *(word.text for word in row[1:])]
    for letters in _spaced_letters(row, height):
        for index in letters:
            pieces[index] = _GLUE + pieces[index]
    text = " ".join(pieces).replace(" " + _GLUE, "")
    text = text.translate(_SIGNS)
    text = _ARABIC_FORMS.sub(lambda match: normalize("NFKC", match[0]), text)
    text = _SOFT_HYPHEN_AT_END.sub(HYPHEN, text).replace("\xad", "")
    text = text[:-1].replace(HYPHEN, "-") + text[-1:]
    return " ".join(_LEADERS.sub(" … ", text).split(" ")).strip()


def _spaced_letters(row: Sequence[Word], height: float) -> Iterator[list[int]]:
    """Letters that belong to the one before them."""
    single = [index for index, word in enumerate(row) if len(word.text) == 1 and word.text.isupper()]
    if len(single) < _SPACED_LETTERS:
        return
    for _, group in groupby(enumerate(single), lambda pair: pair[1] - pair[0]):
        letters = [index for _, index in group]
        gaps = [_distance(row[index - 1], row[index]) for index in letters[1:]]
        if len(letters) >= _SPACED_LETTERS and max(gaps) <= 2 * height:
            yield [index for index, gap in zip(letters[1:], gaps, strict=True) if gap <= 1.5 * min(gaps) + 0.1]


def _distance(one: Word, other: Word) -> float:
    return max(other.left - one.right, one.left - other.right, 0.0)


def _characters(text_page: PdfTextPage) -> str:
    """One code point for each of PDFium's characters, so that places can be asked for by index."""
    from pypdfium2 import raw

    count = text_page.count_chars()
    text = str(text_page.get_text_range()) if count else ""
    if len(text) == count:
        return text
    codes = (raw.FPDFText_GetUnicode(text_page.raw, index) for index in range(count))
    return "".join(chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\0" for code in codes)
