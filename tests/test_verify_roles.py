"""Two parties that changed places, and superlatives that became their opposites."""

from __future__ import annotations

import pytest

from rag.verify import verify

EXCHANGED = [
    ("Aker sued Norvik.", "Norvik sued Aker.", "Aker sued"),
    ("Aker sued Norvik over the pier in May.", "In May Norvik sued Aker over the pier.", "Aker sued"),
    ("Aker was sued by Norvik.", "Aker sued Norvik in May.", "sued by Norvik"),
    ("Anna Berg bought the mill from Karl Odum.", "Karl Odum bought the mill from Anna Berg.", "Anna Berg bought"),
    (
        "Norvik, which is based in Oslo, acquired Aker in 2019.",
        "Aker acquired Norvik of Oslo in 2019.",
        "Norvik acquired",
    ),
    ("Brazil lost to Germany in the final.", "Germany lost to Brazil in the final.", "Brazil lost"),
    ("Councillor Aldery criticised Mayor Varr.", "Mayor Isolde Varr has criticised Councillor Aldery.", "Councillor"),
    ("The council sued the mayor.", "The mayor sued the council.", "council sued"),
    ("Bergen will not sell Oslo the ferry.", "Oslo will not sell Bergen the ferry.", "Bergen sell"),
]
THE_SAME = [
    ("Aker was sued by Norvik.", "Norvik sued Aker."),
    ("Norvik, which sued Aker, lost.", "Aker was sued by Norvik, which lost."),
    ("Aker, sued by Norvik, denied it.", "Norvik sued Aker; Aker denied it."),
    ("Anna, the owner of the mill, sued Berta.", "Berta was sued by the owner of the mill, Anna."),
    ("Karl was sued by Berta.", "Anna and Berta sued Karl."),
    ("Anna beat Berta.", "Berta beat Karl and Anna beat Berta."),
    ("Anna beat Berta in the first round.", "In the first round Anna beat Berta, but Berta beat Anna in the second."),
    ("Anna met Berta.", "Berta met Anna."),
    ("Oslo is linked to Bergen by rail.", "Bergen is linked to Oslo by rail."),
    ("Berta was given the prize by Anna.", "Anna gave Berta the prize."),
    ("Berta, Anna said, sued Karl.", "Anna said Berta sued Karl."),
    ("It was Berta whom Anna sued.", "Anna sued Berta."),
    ("DNA proteins enable RNA synthesis.", "RNA synthesis requires the protein DNA."),
]
TURNED = [
    ("It was the worst season since 2010.", "It was the best season since 2010.", "worst"),
    ("The Mill is the least expensive inn in town.", "The Mill is the most expensive inn in town.", "least"),
    ("Inflation fell to its highest rate on record.", "Inflation fell to its lowest rate on record.", "highest"),
    ("Of the three plans the second was the worst.", "Of the three plans the second was the best.", "worst"),
    ("Es war die schlechteste Saison seit Jahren.", "Es war die beste Saison seit Jahren.", "schlechteste"),
    ("Fue el peor resultado del año.", "Fue el mejor resultado del año.", "peor"),
]
NOT_TURNED = [
    ("It was the best season since 2010.", "It was the best season since 2010, and the worst for the rivals."),
    ("At best the fee stays, at worst it doubles.", "The fee stays at best; at worst it doubles."),
    ("The oldest pier is of oak.", "The newest pier is of steel, the oldest of oak."),
    ("At least 40 boats left the harbour.", "The most boats ever, 40 or more, left the harbour."),
    ("The best boats are the cheapest.", "The cheapest boats are the best, the worst are dear."),
]


@pytest.mark.parametrize(("statement", "span", "shown"), [*EXCHANGED, *TURNED])
def test_what_changed_places_or_sides_is_named_with_what_the_source_has(statement: str, span: str, shown: str) -> None:
    found = verify(statement, [span])
    assert found.check == "unsupported" and found.kinds == ("opposite",), found
    assert found.failed[0].startswith(f"“{shown}") and "the source: “" in found.failed[0], found


@pytest.mark.parametrize(("statement", "span"), [*THE_SAME, *NOT_TURNED])
def test_the_same_told_the_other_way_round_is_no_alarm(statement: str, span: str) -> None:
    assert not {"opposite", "superlative"} & set(verify(statement, [span]).kinds)


@pytest.mark.parametrize(("statement", "span", "_"), EXCHANGED)
def test_parties_stay_where_any_sentence_says_so(statement: str, span: str, _: str) -> None:
    assert "opposite" not in verify(f"Then: {statement}", [f"{span} {statement}"]).kinds


@pytest.mark.parametrize(("true", "span"), [("Anna verklagte Berta.", "Berta verklagte Anna.")])
def test_parties_are_not_read_where_the_order_of_words_is_free(true: str, span: str) -> None:
    assert "opposite" not in verify(f"{true} Das ist so.", [f"{span} Das ist nicht so, und die Stadt war es."]).kinds
