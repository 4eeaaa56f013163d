"""What a statement turned round in words that are no negation, and years and ranks that its source does not tell."""

from __future__ import annotations

import pytest

from rag.verify import verify

OPPOSITE = [
    ("Profits rose by 12 percent in 2021.", "Profits fell by 12 percent in 2021.", "rose"),
    ("Profits decreased in 2021.", "Profits increased in 2021, the firm said.", "decreased"),
    ("Profits rose by 12 percent.", "Costs rose by 5 percent, profits fell by 12 percent.", "rose"),
    ("The council raised the harbour fees.", "The council cut the harbour fees.", "raised"),
    ("The bridge opened after the war.", "The bridge opened before the war.", "after"),
    ("The office closed before noon on Monday.", "The office closed after noon on Monday.", "before"),
    ("At least 40 people died in the fire.", "At most 40 people died in the fire.", "at least"),
    ("The fire killed up to 40 people.", "The fire killed more than 40 people.", "up to"),
    (
        "The north pier is more expensive than the south pier.",
        "The north pier is less expensive than the south pier.",
        "more",
    ),
    ("All of the ships were lost.", "Some of the ships were lost.", "all"),
    ("Few patients recovered after the treatment.", "Most patients recovered after the treatment.", "few"),
    ("Most members voted for the fee.", "A few members voted for the fee.", "most"),
    ("Smith was acquitted of the theft.", "Smith was convicted of the theft.", "acquitted"),
    ("The Harbour Party won the election.", "The Harbour Party lost the election.", "won"),
    ("The council approved the ferry.", "The council turned down the ferry.", "approved"),
    ("The pier closed in May.", "The pier reopened in May.", "closed"),
    ("Der Umsatz stieg im Mai um 5 Prozent.", "Der Umsatz sank im Mai um 5 Prozent.", "stieg"),
    ("Las ventas subieron en mayo un 5 por ciento.", "Las ventas cayeron en mayo un 5 por ciento.", "subieron"),
]
NEGATED = [
    ("The mayor accepted the plan.", "The mayor rejected the plan."),
    ("The mayor rejected the plan.", "The mayor accepted the plan."),
    ("The law allows fishing in May.", "The law bans fishing in May."),
    ("The law bans fishing in May.", "The law allows fishing in May."),
    ("None of the ships were lost.", "All of the ships were lost."),
    ("All of the ships were lost.", "None of the ships were lost."),
]
SAME = [
    ("Profits rose by 12 percent.", "Profits increased by 12 percent while costs fell by 5 percent."),
    ("Profits rose by 12 percent.", "Profits did not fall but rose by 12 percent."),
    ("Profits did not rise in 2021.", "Profits fell in 2021."),
    ("The transfer shrank because of the pier.", "The transfer raises the reserve. It shrank because of the pier."),
    ("The loan shrank.", "The loan raises the reserve; it is smaller now, the loan shrinking each year."),
    ("The truce came after the talks.", "The talks came before the truce."),
    ("The talks came before the truce.", "After the talks the truce came."),
    ("More than 40 people died in the fire.", "At least 40 people died in the fire."),
    ("At least 40 boats left, at most 60 stayed.", "No fewer than 40 boats left and up to 60 stayed."),
    ("The south pier is less expensive than the north pier.", "The north pier is more expensive than the south pier."),
    ("Some of the ships were lost.", "All of the ships were lost."),
    ("Some 2,500 troops stay in Iraq.", "All 2,500 troops stay in Iraq."),
    ("The Harbour Party lost to the Pier Party.", "The Pier Party won against the Harbour Party."),
    ("Smith was acquitted.", "Smith was acquitted, Jones was convicted."),
    ("The pier stays closed until May.", "The pier will not open until May; until then it stays shut."),
    ("The office closes at 4 p.m.", "The office opens at 9 a.m. and closes at 4 p.m."),
    ("The motion was not accepted.", "The motion was turned down."),
    ("The council declined to adopt the plan.", "The council rejected the plan and declined to adopt it."),
]
NOT_TOLD = [
    ("The festival began in 2019.", "The festival began with 2,019 visitors in the old town.", "date", "2019"),
    ("The festival began in 2019.", "The festival began with 2019 visitors in the old town.", "date", "2019"),
    ("The plant closed in 2019.", "The plant closed after 2019 workers left.", "date", "2019"),
    (
        "The fee was 2,019 euros in the old town.",
        "In 2019 the fee was paid in euros in the old town.",
        "number",
        "2,019",
    ),
    (
        "The pier closed on 12 May 2020.",
        "The pier closed on 12 May. It was rebuilt for 2020 euros.",
        "date",
        "12 May 2020",
    ),
    ("The pier closed in May 2020.", "The pier closed in May. It was rebuilt for 2,020 euros.", "date", "May 2020"),
    ("The company was first in Europe.", "The company was large in Europe.", "number", "first"),
    ("The company was the largest in Europe.", "The company was large in Europe.", "superlative", "“largest”"),
    ("It is the biggest port in Europe.", "It is a big port in Europe with other ports.", "superlative", "“biggest”"),
    ("It is the oldest port in Europe.", "It is the largest port in Europe.", "superlative", "“oldest”"),
    ("It was the last ferry to the island.", "It was a ferry to the island.", "superlative", "“last”"),
    ("It is the only ferry to the island.", "It is a ferry to the island.", "superlative", "“only”"),
]
TOLD = [
    ("The festival began in 2019.", "The festival, which began in 2019, drew 2,019 visitors."),
    ("The festival drew 2019 visitors.", "The festival drew 2,019 visitors."),
    ("The festival drew 2,019 visitors.", "The festival drew 2019 visitors."),
    ("The pier closed on 12 May 2020.", "The pier closed on 12 May. The year 2020 was a bad one."),
    ("The pier closed in 2020.", "Closed: 2020. The pier is of wood."),
    ("The talks first began in March.", "The talks began in March."),
    ("It is the biggest port in Europe.", "It is the largest port in Europe."),
    ("It is the largest port in Europe.", "The port is larger than all others in Europe."),
    ("It was the last ferry to the island.", "It was the final ferry to the island."),
    ("It is the only ferry to the island.", "There is no other ferry to the island."),
    ("The pier closed last week.", "The pier closed a week before."),
    ("At last the pier closed.", "The pier closed in the end."),
]


@pytest.mark.parametrize(("statement", "span", "word"), OPPOSITE)
def test_a_word_that_became_its_opposite_is_named(statement: str, span: str, word: str) -> None:
    found = verify(statement, [span])
    assert found.check == "unsupported" and found.kinds == ("opposite",), found
    assert found.failed[0].startswith(f"“{word}” (the source: “"), found


@pytest.mark.parametrize(("statement", "span"), NEGATED)
def test_what_counts_as_a_negation_is_told_once(statement: str, span: str) -> None:
    found = verify(statement, [span])
    assert found.check == "unsupported" and len(found.failed) == 1, found


@pytest.mark.parametrize(("statement", "span"), SAME)
def test_what_is_said_the_other_way_round_is_no_opposite(statement: str, span: str) -> None:
    assert "opposite" not in verify(statement, [span]).kinds


@pytest.mark.parametrize(("statement", "span", "kind", "shown"), NOT_TOLD)
def test_years_and_ranks_must_be_told_as_such(statement: str, span: str, kind: str, shown: str) -> None:
    found = verify(statement, [span])
    assert found.check == "unsupported" and kind in found.kinds and shown in found.failed, found


@pytest.mark.parametrize(("statement", "span"), TOLD)
def test_years_and_ranks_told_in_other_words_are_no_alarm(statement: str, span: str) -> None:
    assert not {"date", "number", "superlative"} & set(verify(statement, [span]).kinds)


@pytest.mark.parametrize(("statement", "span", "word"), OPPOSITE)
def test_an_opposite_is_none_against_its_own_words(statement: str, span: str, word: str) -> None:
    assert verify(f"Then: {statement}", [statement]).kinds == ()
    assert verify(f"Then: {statement}", [f"{span} {statement}"]).kinds == ()
