"""The part of a passage that has most of the question in it. Pure."""

from __future__ import annotations

import re

from ui.words import cut

WORD = re.compile(r"\w+")
STEM = 4  # letters: "mooring" is found by "moored"
SHORTEST = 4


def snippet(text: str, question: str, limit: int) -> str:
    """At most about `limit` characters on one line, beginning with a word; from the start when no word is shared."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    asked = {_stem(word) for word in WORD.findall(question) if len(word) >= SHORTEST}
    found = [(match.start(), _stem(match.group())) for match in WORD.finditer(line)]
    places = [(at, stem) for at, stem in found if stem in asked]
    if not places:
        return cut(line, limit)
    room = limit * 3 // 4
    best = max(places, key=lambda place: (len({s for at, s in places if place[0] <= at < place[0] + room}), -place[0]))
    start = _sentence_before(line, best[0], limit - room)
    return cut(line[start:], limit) if start == 0 else "… " + cut(line[start:], limit)


def _stem(word: str) -> str:
    return word.casefold().rstrip("s")[:STEM]


def _sentence_before(line: str, at: int, most: int) -> int:
    """Where the sentence begins in which `at` stands, or a word at most so many characters before."""
    floor = max(0, at - most)
    ends = [match.end() for match in re.finditer(r"[.!?。] ?", line[floor:at])]
    if ends:
        return floor + ends[-1]
    return 0 if floor == 0 else line.find(" ", floor, at) + 1 or at
