from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from index.sentences import sentence_spans
from rag.verify import MIN_SUPPORT, verify

SPAN = (
    "On Feb. 2, US forces struck 85 targets in Iraq and Syria with 2,500 rounds, Hussein Al Musawi said. "
    "“The truce is over,” he added. About 5 per cent of the boats left. Three soldiers were killed."
)
WORDS = st.sampled_from(
    "harbour truce forces the a limit Iraq Pier said not 4 2,500 “over” Feb. 31 boats\n May. x".split(" ")
)
TEXT = st.lists(WORDS, min_size=1, max_size=40).map(" ".join)


@pytest.mark.parametrize(
    "statement",
    [
        "Three soldiers were killed.",
        "“The truce is over,” he added.",
        "About 5 per\n cent  of the boats left.",
        " Three  soldiers\twere killed. ",
    ],
)
def test_words_of_a_span_are_verbatim_whatever_the_white_space(statement: str) -> None:
    assert verify(statement, ["Nothing here.", SPAN]).check == "verbatim"
    assert verify(statement, [SPAN.replace(" ", "\n ")]).check == "verbatim"


@pytest.mark.parametrize(
    "statement",
    [
        "US forces struck 85 targets on February 2.",
        "US forces struck 85 targets on 2 Feb.",
        "US forces struck targets on February 2nd.",
        "US forces struck 85 targets in Iraq and Syria",
        "US forces struck Syria with 2500 rounds.",
        "About 5% of the boats left.",
        "About five per cent of the boats left.",
        "3 soldiers were killed in the end.",
        "Al Musawi said that the truce is over.",
        'He added: "The truce is over".',
    ],
)
def test_the_same_facts_in_another_form_are_grounded(statement: str) -> None:
    found = verify(statement, [SPAN])
    assert (found.check, found.failed) == ("grounded", ())
    assert MIN_SUPPORT <= found.support <= 1


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("US forces struck 86 targets in Iraq and Syria.", "86"),
        ("US forces struck 8.5 targets in Iraq and Syria.", "8.5"),
        ("US forces struck with 25,000 rounds.", "25000"),
        ("US forces struck eighty targets in Syria.", "eighty"),
        ("Nine soldiers were killed.", "nine"),
        ("About 6% of the boats left.", "6"),
        ("On February 12, US forces struck 85 targets.", "12"),
        ("On March 2, US forces struck 85 targets.", "March"),
        ("In Iraq and Jordan US forces struck 85 targets.", "Jordan"),
        ("Hassan Al Musawi said the truce is over.", "Hassan Al Musawi"),
        ("The US forces, Hussein Al Amiri said, struck 85 targets.", "Hussein Al Amiri"),
        ("“The truce is finished,” Hussein Al Musawi said.", "The truce is finished"),
        ('Hussein Al Musawi said the "end is over".', "end is over"),
        ("US forces did not strike 85 targets in Syria.", "a negation"),
        ("Three soldiers were never killed.", "a negation"),
        ("Soldiers grow tomatoes under glass roofs.", "the wording"),
    ],
)
def test_what_is_not_in_the_spans_is_named(statement: str, named: str) -> None:
    found = verify(statement, [SPAN])
    assert found.check == "unsupported"
    assert any(named in failed for failed in found.failed), found


@pytest.mark.parametrize("word", ["can't", "cannot", "can not", "could never", "can no longer"])
def test_every_form_of_a_negation_is_seen(word: str) -> None:
    found = verify(f"Visitors {word} book berths in advance.", ["Visitors can book berths in advance."])
    assert "a negation" in found.failed


def test_a_negation_of_the_source_may_stay() -> None:
    assert verify("Visitors cannot book a berth.", ["Visitors' berths can’t be booked in advance."]).check == "grounded"


@pytest.mark.parametrize("month", ["January", "May", "September", "December"])
def test_an_altered_month_fails_in_every_month(month: str) -> None:
    found = verify(f"The pier was closed on {month} 5.", ["The pier was closed on June 5."])
    assert found.check == "unsupported"
    assert any(month in failed for failed in found.failed)


def test_facts_may_come_from_different_spans() -> None:
    spans = ["The pier costs 412,000 crowns.", "Holmgard & Daughters repairs the pier."]
    assert verify("Holmgard & Daughters repairs the pier for 412,000 crowns.", spans).check == "grounded"
    assert verify("Holmgard & Daughters repairs the pier for 412,000 crowns.", spans[:1]).check == "unsupported"


def test_a_sentence_broken_over_two_spans_is_not_verbatim() -> None:
    assert verify("The pier costs 412,000 crowns.", ["The pier", "costs 412,000 crowns."]).check == "grounded"


@pytest.mark.parametrize("statement", ["The pier is closed.", "", "…"])
def test_without_spans_nothing_is_supported(statement: str) -> None:
    found = verify(statement, [])
    assert (found.check, found.support, found.failed) == ("unsupported", 0.0, ("no source was cited",))


@pytest.mark.parametrize("statement", ["", " \n", "…", "?!"])
def test_a_statement_without_words_is_never_supported(statement: str) -> None:
    assert verify(statement, [SPAN]).check == "unsupported"


def test_a_similarity_can_lower_the_support() -> None:
    statement = "US forces struck 85 targets on February 2."
    assert verify(statement, [SPAN], 1.0).check == "grounded"
    far = verify(statement, [SPAN], -1.0)
    assert far.support == pytest.approx(verify(statement, [SPAN]).support / 2)


@given(TEXT, st.data())
def test_any_sentence_of_a_span_is_verbatim(text: str, data: st.DataObject) -> None:
    start, end = data.draw(st.sampled_from(sentence_spans(text)))
    statement = text[start:end]
    assume(any(character.isalnum() for character in statement))
    found = verify(statement, ["Other words.", text])
    assert (found.check, found.support, found.failed) == ("verbatim", 1.0, ())


@given(TEXT, st.lists(TEXT, max_size=3), st.integers(100, 10**9), st.booleans(), st.floats(-1, 1) | st.none())
def test_a_number_that_no_span_holds_is_never_grounded(
    statement: str, spans: list[str], number: int, grouped: bool, similarity: float | None
) -> None:
    assume(number not in (2500,))
    found = verify(f"{statement} {number:{',' if grouped else ''}}", spans, similarity)
    assert found.check == "unsupported"
    assert not spans or str(number) in found.failed


@given(TEXT, st.lists(TEXT, min_size=1, max_size=3), st.floats(-1, 1) | st.none())
def test_a_verdict_says_what_failed_exactly_when_something_did(
    statement: str, spans: list[str], similarity: float | None
) -> None:
    found = verify(statement, spans, similarity)
    assert (found.check == "unsupported") == bool(found.failed)
    assert 0 <= found.support <= 1
    assert len(set(found.failed)) == len(found.failed)


@pytest.mark.parametrize(
    ("statement", "span"),
    [
        ("The toll rose to 3.", "The toll rose to 3.5 million crowns."),
        ("The bridge will close.", "It is false, he said, that “The bridge will close.”"),
        ("the bridge will close.", "The mayor denied that the bridge will close."),
    ],
)
def test_a_part_of_a_sentence_is_not_verbatim(statement: str, span: str) -> None:
    assert verify(statement, [span]).check != "verbatim"


@pytest.mark.parametrize(
    ("statement", "span"),
    [
        ("The company paid 5 billion crowns.", "The company paid 5 million crowns."),
        ("At least twenty-five people died.", "At least thirty-five people died."),
        ("Prices rose by 5%.", "Prices rose by 5 crowns."),
        ("Blair resigned on May 4.", "Brown resigned on May 4."),
    ],
)
def test_magnitudes_compounds_and_first_names_are_checked(statement: str, span: str) -> None:
    assert verify(statement, [span]).check == "unsupported"
    assert verify(span, [f"Yesterday: {span}"]).check != "unsupported"
