"""Words to lines with their places. All pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from unicodedata import normalize

from index.loaders.pdf.words import FROM_RIGHT, HYPHEN, Word

_SIGNS = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
    | {"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf0a8": "□", "\uf06f": "□", "\uf0fe": "☑"}
    | {"\ufffe": HYPHEN, "\x02": HYPHEN}
    | dict.fromkeys(
        map(chr, (*range(2), *range(3, 9), *range(14, 32), *range(127, 160), 0x200B, 0x2060, 0xFEFF, 0xFFFF))
    )
    | dict.fromkeys(map(chr, (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))))  # order is settled here
)
_ARABIC_FORMS = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]+")
# A vowel sign that is drawn on its own comes with a blank, and before the letter that it follows.
_LONE_SIGN = re.compile(" ([\u064b-\u0652\u0670]+)([\u0621-\u064a])")
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
    cells: tuple[tuple[str, ...], ...] = ()  # of a row of a table; each has lines, with their last blank
    columns: tuple[float, ...] = ()  # where those of the table start
    bold: bool = False  # the whole row


Cell = Sequence[Sequence[Word]]  # lines of words


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


def shown_words(words: Sequence[Word]) -> str:
    return _line(words).text


def table_line(row: Sequence[Cell], columns: tuple[float, ...]) -> Line:
    """A row of a table. Its text is that of its cells, one after the other."""
    words = [word for cell in row for words in cell for word in words]
    cells = tuple(tuple(filter(str.strip, map(_cell_line, cell))) for cell in row)
    top = max(word.base for cell in row for words in cell[:1] for word in words)
    text = " ".join(text.rstrip(" ") for cell in cells for text in cell)
    bold = all(word.bold for word in words)
    return replace(_line(words), text=text, base=top, cells=cells, columns=columns, bold=bold)


def _cell_line(words: Sequence[Word]) -> str:
    return shown_words(words) + " " * words[-1].blank


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
    from_right = bool(FROM_RIGHT.search(word.text) or FROM_RIGHT.search(last.text))
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
    from_right = sum(1 for word in row if FROM_RIGHT.search(word.text))
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
    text = _LONE_SIGN.sub(r"\2\1", text)
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
