"""Lines that begin an item of a list, told from lines of a sentence that wraps before a number or a dash. All pure.

A mark at a line's start begins an item where its place says so (another left edge, hanging lines below it, a larger
gap above it), where the text above it came to an end (a short line, the end of a sentence), or where the marks around
it make a list with it. A line that only goes on where the one above it was full has none of these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.loaders.pdf.lines import Line

_MARK = re.compile(r"(?:[-*•–—◦▪‣●○■□➢✓·]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)]|\[\d{1,3}\])(?:\s|$)")
_SIGN = re.compile(r"[•◦▪‣●○■□➢✓]")  # no sentence has one
_COUNTED = re.compile(r"([(\[]?)(\d{1,3}|[a-zA-Z]|[ivx]{2,5}|[IVX]{2,5})([.)\]])(?:\s|$)")
_ENDS = tuple(".!?:;…。！？：；؟।")
_BEHIND_END = "»”\"'’)]"
_WANTS_NUMBER = re.compile(
    r"(?:§|№|n[°º]"
    r"|\b(?i:sections?|clauses?|articles?|paragraphs?|chapters?|pages?|figures?|tables?|equations?|appendix|annex|numbers?"
    r"|abschnitt|absatz|artikel|ziffer|kapitel|seite|abbildung|tabelle|nummer"
    r"|chapitre|alinéa|numéro|tableau|artículo|sección|cláusula|capítulo|página|número)"
    r"|\b(?:[Ss]ecs?|[Aa]rts?|[Pp]aras?|[Cc]h|[Cc]hap|pp?|[Ff]igs?|[Tt]ab|[Ee]qs?|Nos?|Nr|Nrn|Abs|Ziff|Kap|Abb"
    r"|Dr|Mr|Mrs|Ms|Prof|vs|cf|ca)\.)$"
)
_ROMAN = {"i": 1, "v": 5, "x": 10}
_BLANK = 0.25  # of a line's height
_SLACK = 0.3
_FIRST_LINE = 4.0
_WIDER = 1.15
_RUN = 3
_NEAR = 12  # marks


@dataclass(frozen=True, slots=True)
class Mark:
    """`around`: the signs before and behind its number, or the dash itself. `places`: which kinds of counting it may
    belong to, and where it stands there; "i" is the ninth letter and the first Roman number. A dash has none."""

    around: str
    places: frozenset[tuple[str, int]] = frozenset()

    def is_before(self, other: Mark) -> bool:
        return self.around == other.around and any((kind, at + 1) in other.places for kind, at in self.places)


def has_mark(text: str) -> bool:
    """Whether a text begins like an item of a list."""
    return bool(_MARK.match(text))


def mark_of(text: str) -> Mark | None:
    """The mark at a text's start, also one of several Roman letters."""
    if found := _COUNTED.match(text):
        return Mark(found[1] + found[3], _places(found[2]))
    return Mark(text[0]) if has_mark(text) else None


def begins_item(block: Sequence[Line], edge: float | None) -> list[bool]:
    """For each line of a block whether it begins an item. `edge` is the right margin; without one every mark counts."""
    marks = [mark_of(line.text) for line in block]
    marked = [at for at, mark in enumerate(marks) if mark is not None]
    sure = {at for at in marked if not at or edge is None or _stands_apart(block, at, marks, edge)}
    found = set(sure)
    for order, at in enumerate(marked):
        if at in sure or _WANTS_NUMBER.search(block[at - 1].text):
            continue
        near = marked[max(0, order - _NEAR) : order + _NEAR + 1]
        siblings = [(each, mark) for each in near if (mark := marks[each]) and _is_level(block[each], block[at])]
        after = block[at + 1 : at + 2]
        is_one_line = not after or marks[at + 1] is not None or not _is_level(after[0], block[at])
        if _is_listed(at, siblings, sure, is_one_line):
            found.add(at)
    return [at in found and has_mark(line.text) for at, line in enumerate(block)]


def is_full(line: Line, following: Line, edge: float, words: int = 1) -> bool:
    """Whether so many words, each as wide as the first one of the next line, found no place before the right edge."""
    return edge - line.right - _BLANK * line.height < words * following.first


def _stands_apart(block: Sequence[Line], at: int, marks: Sequence[Mark | None], edge: float) -> bool:
    before, line = block[at - 1], block[at]
    if _SIGN.match(line.text) or not is_full(before, line, edge):
        return True
    if _is_placed_apart(block, at, marks):
        return True
    return before.text.rstrip(_BEHIND_END).endswith(_ENDS) and not _WANTS_NUMBER.search(before.text)


def _is_placed_apart(block: Sequence[Line], at: int, marks: Sequence[Mark | None]) -> bool:
    """Whether a line has another left edge than the text above it or below it, or stands farther from the line above
    it than the lines of its text from each other."""
    before, line = block[at - 1], block[at]
    slack = _SLACK * line.height
    step = line.left - before.left
    is_flush = abs(step) <= slack
    if marks[at - 1] is not None:  # the text of an item may hang
        is_flush = is_flush or before.first <= step <= before.first + before.gap + slack
    elif at == 1:  # the first line of a paragraph may be indented
        is_flush = is_flush or -_FIRST_LINE * line.height <= step < 0
    after = block[at + 1] if at + 1 < len(block) else None
    if not is_flush or (after is not None and after.left - line.left > slack):
        return True
    inner = []
    if at > 1 and marks[at - 1] is None:
        inner.append(block[at - 2].base - before.base)
    if after is not None and marks[at + 1] is None:
        inner.append(line.base - after.base)
    usual = min((drop for drop in inner if drop > slack), default=None)
    return usual is not None and before.base - line.base > _WIDER * usual


def _is_level(one: Line, other: Line) -> bool:
    return abs(one.left - other.left) <= _SLACK * other.height


def _is_listed(at: int, siblings: Sequence[tuple[int, Mark]], sure: set[int], is_one_line: bool) -> bool:
    """Whether the marks at the same left edge make a list with that of a line: they count on from it or up to it, they
    do not count at all, or line after line has one. One that is surely an item has its number for itself.

    The first line of a block stands apart in any case, so it does not show that items follow each other without a gap:
    clause 6 may tell of warehouse 7.
    """
    own = dict(siblings)[at]
    alike = [(each, mark) for each, mark in siblings if mark.around == own.around]
    if not own.places:
        return any(each in sure for each, _ in alike)
    firm = [(each, mark) for each, mark in alike if each in sure]
    if any(mark.places & own.places for _, mark in firm):
        return False
    counting = [each for each, mark in alike if (mark.is_before(own) if each < at else own.is_before(mark))]
    if any(each and each in sure for each in counting) or (at - 1 in counting and is_one_line):
        return True
    if any(not one.is_before(other) for (_, one), (_, other) in pairwise(firm)):
        return True
    lines = {each for each, _ in alike}
    return any(all(start + step in lines for step in range(_RUN)) for start in range(at - _RUN + 1, at + 1))


def _places(number: str) -> frozenset[tuple[str, int]]:
    if number.isdigit():
        return frozenset({("1", int(number))})
    small = number.lower()
    kinds = ("a", "i") if number == small else ("A", "I")
    places = {(kinds[0], ord(small) - ord("a") + 1)} if len(number) == 1 else set()
    if all(letter in _ROMAN for letter in small):
        places.add((kinds[1], _roman(small)))
    return frozenset(places)


def _roman(letters: str) -> int:
    values = [_ROMAN[letter] for letter in letters]
    return sum(-one if one < other else one for one, other in pairwise([*values, 0]))
