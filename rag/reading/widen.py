"""More of the text around what was found, for reading: stretches of neighbouring passages within a budget. Pure, but
for the passages it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index.chunk import count_words
from index.types import Hit, Passage

REACH = 2

_Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Widened:
    """A stretch of one document around `hit`, the best of `hits`, which are all that it holds. `passages` follow each
    other in the document; start and end are offsets in its text."""

    hit: Hit
    hits: tuple[Hit, ...]
    passages: tuple[Passage, ...]

    @property
    def start(self) -> int:
        return self.passages[0].start

    @property
    def end(self) -> int:
        return self.passages[-1].end

    @property
    def text(self) -> str:
        return self.hit.document.text[self.start : self.end]

    @property
    def headings(self) -> tuple[str, ...]:
        """The heading trail in force where the stretch starts."""
        return self.passages[0].headings

    def passage_at(self, offset: int) -> Passage:
        """The passage to name in a citation that begins at this offset of the document."""
        return next((one for one in self.passages if offset < one.end), self.passages[-1])


def widen(
    hits: Sequence[Hit], neighbours: Callable[[int], list[Passage]], budget_words: int, reach: int = REACH
) -> list[Widened]:
    """The hits, best first, each with up to `reach` passages of its document before and behind it.

    `neighbours` gives all passages of a document by its id. No hit is left out; passages are added as long as all
    stretches together keep within the budget: the nearest ones first, those of the same section before others, the
    best hits before lesser ones. Stretches that meet become one, in the place of its best hit.
    """
    found: dict[_Place, Hit] = {}
    for hit in hits:
        found.setdefault(_place(hit.passage), hit)
    around = {
        document_id: _by_ordinal(document_id, neighbours, found)
        for document_id in dict.fromkeys(owner for owner, _ in found)
    }
    taken = {place: hit.passage for place, hit in found.items()}
    left = budget_words - sum(count_words(passage.text) for passage in taken.values())
    for document_id, ordinal, toward in _steps(found, around, reach):
        nearer, place = (document_id, ordinal - toward), (document_id, ordinal)
        if place not in taken and nearer in taken and (words := count_words(around[document_id][ordinal].text)) <= left:
            taken[place] = around[document_id][ordinal]
            left -= words
    return _stretches(list(found), found, taken)


def _steps(
    found: dict[_Place, Hit], around: dict[int, dict[int, Passage]], reach: int
) -> Iterator[tuple[int, int, int]]:
    """(document id, ordinal, -1 or 1) of the passages to add, in the order in which they are tried."""
    for distance in range(1, reach + 1):
        for same_section in (True, False):
            for (document_id, ordinal), hit in found.items():
                for toward in (-1, 1):
                    passage = around[document_id].get(ordinal + toward * distance)
                    if passage is not None and (passage.headings == hit.passage.headings) == same_section:
                        yield document_id, passage.ordinal, toward


def _stretches(ranked: Sequence[_Place], found: dict[_Place, Hit], taken: dict[_Place, Passage]) -> list[Widened]:
    stretches: list[Widened] = []
    told: set[_Place] = set()
    for document_id, ordinal in ranked:
        if (document_id, ordinal) in told:
            continue
        first = last = ordinal
        while (document_id, first - 1) in taken:
            first -= 1
        while (document_id, last + 1) in taken:
            last += 1
        places = [(document_id, at) for at in range(first, last + 1)]
        told.update(places)
        held = tuple(found[place] for place in ranked if first <= place[1] <= last and place[0] == document_id)
        stretches.append(Widened(held[0], held, tuple(taken[place] for place in places)))
    return stretches


def _by_ordinal(
    document_id: int, neighbours: Callable[[int], list[Passage]], found: dict[_Place, Hit]
) -> dict[int, Passage]:
    """Nothing when a hit is not among the passages: then they are not those that were searched."""
    own = [hit.passage for (owner, _), hit in found.items() if owner == document_id]
    by_ordinal = {one.ordinal: one for one in neighbours(document_id) if one.document_id == document_id}
    same = all(
        one.ordinal in by_ordinal
        and (by_ordinal[one.ordinal].start, by_ordinal[one.ordinal].end) == (one.start, one.end)
        for one in own
    )
    return by_ordinal if same else {}


def _place(passage: Passage) -> _Place:
    return passage.document_id, passage.ordinal
