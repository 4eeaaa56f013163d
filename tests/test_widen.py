from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.chunk import count_words
from index.types import Document, Hit, Passage
from rag.reading.widen import Widened, widen


def document(number: int, sections: list[tuple[str, list[int]]]) -> tuple[Document, list[Passage]]:
    """A document of sections, each a heading and the words of its passages."""
    text = ""
    places: list[tuple[int, int, str]] = []
    for heading, lengths in sections:
        for length in lengths:
            text += "\n\n" if text else ""
            start = len(text)
            text += " ".join(f"d{number}p{len(places)}w{at}" for at in range(length))
            places.append((start, len(text), heading))
    passages = [
        Passage(1000 * number + at, number, at, start, end, text[start:end], None, (heading,))
        for at, (start, end, heading) in enumerate(places)
    ]
    return Document(number, f"seeds/{number}.txt", "0" * 64, f"Paper {number}", text), passages


def hit(source: tuple[Document, list[Passage]], ordinal: int, score: float = 0.5) -> Hit:
    return Hit(source[1][ordinal], source[0], score)


def spans(found: list[Widened]) -> list[tuple[int, int, int]]:
    return [(one.hit.document.id, one.passages[0].ordinal, one.passages[-1].ordinal) for one in found]


ONE = document(1, [("A", [10] * 4), ("B", [10] * 4)])
TWO = document(2, [("A", [10] * 6)])


def neighbours(document_id: int) -> list[Passage]:
    return {1: ONE, 2: TWO}[document_id][1]


def test_without_a_budget_only_the_hits_themselves_are_read() -> None:
    found = widen([hit(TWO, 3), hit(ONE, 1)], neighbours, 0)
    assert spans(found) == [(2, 3, 3), (1, 1, 1)]
    assert [one.text for one in found] == [TWO[1][3].text, ONE[1][1].text]


def test_with_a_large_budget_each_hit_stands_among_its_neighbours() -> None:
    assert spans(widen([hit(TWO, 3), hit(ONE, 0)], neighbours, 10_000)) == [(2, 1, 5), (1, 0, 2)]
    assert spans(widen([hit(TWO, 3)], neighbours, 10_000, reach=1)) == [(2, 2, 4)]


def test_the_best_hit_is_widened_first_and_the_nearest_passages_come_first() -> None:
    best_first = [hit(TWO, 2), hit(ONE, 5)]
    assert spans(widen(best_first, neighbours, 30)) == [(2, 1, 2), (1, 5, 5)]
    assert spans(widen(best_first, neighbours, 40)) == [(2, 1, 3), (1, 5, 5)]
    assert spans(widen(best_first, neighbours, 60)) == [(2, 1, 3), (1, 4, 6)]
    assert spans(widen(best_first, neighbours, 70)) == [(2, 0, 3), (1, 4, 6)]


def test_the_same_section_comes_before_the_one_above() -> None:
    found = widen([hit(ONE, 4), hit(ONE, 7)], neighbours, 40)
    assert spans(found) == [(1, 4, 7)]
    assert found[0].headings == ("B",)
    assert spans(widen([hit(ONE, 4)], neighbours, 20)) == [(1, 4, 5)]
    assert spans(widen([hit(ONE, 4)], neighbours, 30)) == [(1, 3, 5)]
    assert widen([hit(ONE, 4)], neighbours, 30)[0].headings == ("A",)


def test_hits_that_meet_are_one_stretch_in_the_place_of_the_best() -> None:
    best, lesser = hit(ONE, 2, 0.9), hit(ONE, 1, 0.4)
    found = widen([best, hit(TWO, 0), lesser, best], neighbours, 0)
    assert spans(found) == [(1, 1, 2), (2, 0, 0)]
    assert (found[0].hit, found[0].hits) == (best, (best, lesser))
    assert found[0].text == ONE[0].text[ONE[1][1].start : ONE[1][2].end]


def test_a_long_neighbour_that_does_not_fit_hides_what_lies_behind_it() -> None:
    source = document(3, [("A", [5, 500, 5, 5, 5])])
    assert spans(widen([hit(source, 2)], lambda _: source[1], 100)) == [(3, 2, 4)]
    assert spans(widen([hit(source, 2)], lambda _: source[1], 15)) == [(3, 2, 4)]  # none is spent on what is hidden


def test_passages_of_another_version_are_not_mixed_in() -> None:
    other = document(1, [("A", [3] * 8)])[1]
    assert spans(widen([hit(ONE, 3)], lambda _: other, 10_000)) == [(1, 3, 3)]
    assert spans(widen([hit(ONE, 3)], lambda _: [], 10_000)) == [(1, 3, 3)]
    assert spans(widen([hit(ONE, 3)], lambda _: TWO[1], 10_000)) == [(1, 3, 3)]
    assert widen([], neighbours, 100) == []


def test_an_offset_belongs_to_a_passage_of_the_stretch() -> None:
    (found,) = widen([hit(ONE, 1)], neighbours, 30)
    assert [found.passage_at(one.start).id for one in found.passages] == [one.id for one in found.passages]
    assert found.passage_at(found.end - 1) == found.passages[-1]


def test_each_document_is_looked_up_once() -> None:
    asked: list[int] = []

    def counted(document_id: int) -> list[Passage]:
        asked.append(document_id)
        return neighbours(document_id)

    widen([hit(ONE, 1), hit(TWO, 1), hit(ONE, 6)], counted, 100)
    assert asked == [1, 2]


SECTIONS = st.lists(st.tuples(st.sampled_from("ABC"), st.lists(st.integers(1, 40), min_size=1, max_size=5)), min_size=1)


@given(st.lists(SECTIONS, min_size=1, max_size=3), st.data(), st.integers(0, 400), st.integers(0, 4))
def test_stretches_are_exact_apart_within_the_budget_and_always_the_same(
    papers: list[list[tuple[str, list[int]]]], data: st.DataObject, budget: int, reach: int
) -> None:
    sources = {number: document(number, sections) for number, sections in enumerate(papers, 1)}
    places = [(number, at) for number, (_, passages) in sources.items() for at in range(len(passages))]
    chosen = data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=6))
    hits = [hit(sources[number], at) for number, at in chosen]
    found = widen(hits, lambda number: sources[number][1], budget, reach)

    assert found == widen(hits, lambda number: list(reversed(sources[number][1])), budget, reach)
    for one in found:
        text = one.hit.document.text
        assert one.text == text[one.start : one.end]
        assert all(passage.document_id == one.hit.document.id for passage in one.passages)
        ordinals = [passage.ordinal for passage in one.passages]
        assert ordinals == list(range(ordinals[0], ordinals[-1] + 1))
        assert one.hit == one.hits[0] and all(each.passage in one.passages for each in one.hits)
        near = [each.passage.ordinal for each in one.hits]
        assert all(min(abs(at - ordinal) for at in near) <= reach for ordinal in ordinals)
    own = list(dict.fromkeys(chosen))
    held = [(passage.document_id, passage.ordinal) for one in found for passage in one.passages]
    assert len(held) == len(set(held)) and set(own) <= set(held)
    assert sorted(
        own.index((each.passage.document_id, each.passage.ordinal)) for one in found for each in one.hits
    ) == [*range(len(own))]
    assert [one.hit for one in found] == sorted((one.hit for one in found), key=hits.index)
    for one in found:  # stretches of a document neither overlap nor touch
        for other in found:
            if other is not one and other.hit.document.id == one.hit.document.id:
                assert one.passages[-1].ordinal + 1 < other.passages[0].ordinal or (
                    other.passages[-1].ordinal + 1 < one.passages[0].ordinal
                )
    words = sum(count_words(passage.text) for one in found for passage in one.passages)
    assert words <= max(budget, sum(count_words(sources[number][1][at].text) for number, at in own))


@pytest.mark.parametrize("budget", [0, 25, 60, 120])
def test_more_budget_never_loses_text(budget: int) -> None:
    hits = [hit(ONE, 5), hit(TWO, 2), hit(ONE, 1)]

    def held(words: int) -> set[int]:
        return {passage.id for one in widen(hits, neighbours, words) for passage in one.passages}

    assert held(budget) <= held(budget + 30)
