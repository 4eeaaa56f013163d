"""Which passages are read: copies count once with all their sources, several documents have their say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.terms import analysed
from index.types import Document, Hit, Passage
from rag.finding.fold import fold, spread

LETTER = (
    "Dear tenant, the council of Tarnhythe has looked at your request of 3 May and will repair the north pontoon "
    "before the summer. The work takes two weeks. Boats on the pontoon are moved to the inner harbour, and it is free."
)


def hit(number: int, text: str, document: int | None = None, score: float = 0.5) -> Hit:
    owner = document or number
    held = Document(owner, f"docs/{owner}.txt", str(owner), f"Letter {owner}", text)
    return Hit(Passage(number, owner, number, 0, len(text), text), held, score)


def folded(*hits: Hit) -> list[Hit]:
    return fold(hits, {one.passage.id: analysed("", (), one.passage.text, "en") for one in hits})


def test_a_copy_is_kept_with_the_better_passage() -> None:
    kept = folded(hit(1, LETTER), hit(2, LETTER.replace("looked at", "seen")), hit(3, "The pier is closed."))
    assert [one.passage.id for one in kept] == [1, 3]
    assert [copy.document.uri for copy in kept[0].copies] == ["docs/2.txt"]
    assert kept[1].copies == ()


def test_another_number_name_or_negation_is_no_copy() -> None:
    for other in (
        LETTER.replace("3 May", "4 May"),
        LETTER.replace("Tarnhythe", "Merrow"),
        LETTER.replace("will repair", "will not repair"),
        LETTER.split(". ")[0] + ".",
    ):
        assert [one.passage.id for one in folded(hit(1, LETTER), hit(2, other))] == [1, 2]


def test_two_copies_of_one_document_prove_no_more_than_one() -> None:
    kept = folded(hit(1, LETTER), hit(2, LETTER, document=9), hit(3, LETTER, document=9), hit(4, LETTER, document=1))
    assert [one.passage.id for one in kept] == [1]
    assert [copy.passage.id for copy in kept[0].copies] == [2]


def test_the_same_passage_in_two_places_is_read_once() -> None:
    kept = fold([hit(5, LETTER, document=1), hit(5, LETTER, document=2)], {})
    assert [one.document.id for one in kept] == [1]
    assert [copy.document.id for copy in kept[0].copies] == [2]


def test_several_answers_come_from_several_documents() -> None:
    hits = [hit(n, f"passage {n}", document=1) for n in range(1, 7)] + [hit(7, "seven", 2), hit(8, "eight", 3)]
    assert [one.passage.id for one in spread(hits, 6, several=True)] == [1, 2, 3, 4, 7, 8]
    assert [one.passage.id for one in spread(hits, 6, several=False)] == [1, 2, 3, 4, 5, 6]


@given(st.lists(st.integers(1, 4), max_size=20), st.integers(1, 10))
def test_spread_keeps_the_order_and_fills_every_place(owners: list[int], limit: int) -> None:
    hits = [hit(n, f"passage {n}", document=owner) for n, owner in enumerate(owners, 1)]
    chosen = spread(hits, limit, several=True)
    ids = [one.passage.id for one in chosen]
    assert len(ids) == min(limit, len(hits)) and ids == sorted(ids)
    if hits:
        assert ids[0] == 1
