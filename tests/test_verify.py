from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from index.sentences import sentence_spans
from rag.checks.support import least_support
from rag.verify import verify

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
    assert least_support() <= found.support <= 1


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("US forces struck 86 targets in Iraq and Syria.", "86"),
        ("US forces struck 8.5 targets in Iraq and Syria.", "8.5"),
        ("US forces struck with 25,000 rounds.", "25,000"),
        ("US forces struck eighty targets in Syria.", "eighty"),
        ("Nine soldiers were killed.", "Nine"),
        ("About 6% of the boats left.", "6"),
        ("On February 12, US forces struck 85 targets.", "February 12"),
        ("On March 2, US forces struck 85 targets.", "March"),
        ("In Iraq and Jordan US forces struck 85 targets.", "Jordan"),
        ("Hassan Al Musawi said the truce is over.", "Hassan Al Musawi"),
        ("The US forces, Hussein Al Amiri said, struck 85 targets.", "Hussein Al Amiri"),
        ("“The truce is finished,” Hussein Al Musawi said.", "The truce is finished"),
        ('Hussein Al Musawi said the "end is over".', "end is over"),
        ("US forces did not strike 85 targets in Syria.", "not"),
        ("Three soldiers were never killed.", "never"),
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
    assert found.kinds == ("negation",)


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


def test_a_similarity_raises_or_lowers_the_support() -> None:
    statement = "US forces struck 85 targets on February 2."
    near, far = verify(statement, [SPAN], 1.0), verify(statement, [SPAN], -1.0)
    assert near.check == "grounded" and far.kinds == ("wording",)
    assert near.support > verify(statement, [SPAN], 0.5).support > far.support


@settings(max_examples=50)
@given(TEXT, st.data())
def test_any_sentence_of_a_span_is_verbatim(text: str, data: st.DataObject) -> None:
    start, end = data.draw(st.sampled_from(sentence_spans(text)))
    statement = text[start:end]
    assume(any(character.isalnum() for character in statement))
    found = verify(statement, ["Other words.", text])
    assert (found.check, found.support, found.failed) == ("verbatim", 1.0, ())


@settings(max_examples=50)
@given(TEXT, st.lists(TEXT, max_size=3), st.integers(100, 10**9), st.booleans(), st.floats(-1, 1) | st.none())
def test_a_number_that_no_span_holds_is_never_grounded(
    statement: str, spans: list[str], number: int, grouped: bool, similarity: float | None
) -> None:
    assume(number not in (2500,))
    found = verify(f"{statement} {number:{',' if grouped else ''}}", spans, similarity)
    assert found.check == "unsupported"
    assert not spans or f"{number:{',' if grouped else ''}}" in found.failed


@settings(max_examples=50)
@given(TEXT, st.lists(TEXT, min_size=1, max_size=3), st.floats(-1, 1) | st.none())
def test_a_verdict_says_what_failed_exactly_when_something_did(
    statement: str, spans: list[str], similarity: float | None
) -> None:
    found = verify(statement, spans, similarity)
    assert (found.check == "unsupported") == bool(found.failed)
    assert 0 <= found.support <= 1
    assert len(set(found.failed)) == len(found.failed) == len(found.kinds)


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


@pytest.mark.parametrize(
    ("statement", "span", "kind"),
    [
        ("Three boats left.", "Three piers were shut and five boats left.", "number"),
        ("The fee is 5 euros.", "The fee is 5 dollars.", "number"),
        ("The office opens at 8 a.m.", "The office opens at 09:00.", "number"),
        ("It was adopted by 5 votes to one.", "It was adopted by 5 votes to 2.", "number"),
        ("A third of the boats left.", "Half of the boats left.", "number"),
        ("The boats left on Monday.", "The boats left on Tuesday.", "date"),
        ("The boats left in March 2024.", "The boats left in March 2023.", "date"),
        ("The boats left on March 3, 2024.", "The boats left on March 3, 2023. Others left in 2024.", "date"),
        ("Joren Aldery left.", "Joren Askel and Tomas Aldery left.", "name"),
        ("The Harbour Row residents wrote.", "The Lantern Row residents wrote to the harbour office.", "name"),
        ("The F-16 landed.", "The F-15 landed.", "code"),
        ("He called it a “very good day”.", "He called it a “good day”.", "quote"),
        ("The mayor resigned.", "The mayor has not resigned.", "negation"),
        ("The launch is exempt.", "The launch is no longer exempt.", "negation"),
        ("The council accepted the plan.", "The council refused to accept the plan.", "negation"),
        ("The minister met the rebels.", "The minister denied that he met the rebels.", "negation"),
        ("Smith voted for the motion.", "Smith voted against the motion.", "negation"),
        ("The mayor will resign.", "The mayor is expected to resign.", "hedge"),
        ("The pier will close in May.", "The pier may close in May.", "hedge"),
        ("The mayor took bribes.", "The mayor reportedly took bribes.", "hedge"),
        ("The truce is due to fear.", "The truce is due to fear, according to Iraqi sources.", "hedge"),
    ],
)
def test_what_was_altered_is_told_by_its_kind(statement: str, span: str, kind: str) -> None:
    found = verify(statement, [span])
    assert found.check == "unsupported" and kind in found.kinds, found


@pytest.mark.parametrize(
    ("statement", "span"),
    [
        ("Five boats and 3 piers were seen.", "Three piers were shut and five boats left; all were seen."),
        ("The office opens at 9 a.m.", "The office opens at 09:00."),
        ("Half of the 40 boats left.", "50 % of the forty boats left."),
        ("The budget is 2.64 million crowns.", "The budget is 2,640,000 crowns."),
        ("The boats left in March.", "The boats left on 3 March 2023."),
        ("Jordanian officials said the boats left.", "Officials in Jordan said that the boats left."),
        ("American officials said the boats left.", "US officials said that the boats left."),
        ("The World Health Organization said the boats left.", "The WHO said that the boats left."),
        ("The mayor did not resign.", "The mayor refused to resign."),
        ("The mayor did not resign.", "The mayor has not resigned."),
        ("The launch is not exempt any more.", "The launch is no longer exempt."),
        ("The mayor may resign.", "The mayor could resign."),
        ("The mayor reportedly took bribes.", "The mayor took bribes, according to a clerk."),
        ("Oil goes into the green store.", "Oil goes to the green store. Never put paint into the bins."),
    ],
)
def test_another_way_to_say_it_is_no_alarm(statement: str, span: str) -> None:
    found = verify(statement, [span])
    assert (found.check, found.failed) == ("grounded", ())


@pytest.mark.parametrize(
    ("statement", "span", "check"),
    [
        ("Es kamen 1.250 Boote nach Lübeck.", "Nach Lübeck kamen im Mai zwölfhundertfünfzig.", "grounded"),
        ("Im Mai kamen 2500 Boote an.", "Es kamen im Mai zweitausendfünfhundert Boote.", "grounded"),
        ("Es kamen im Juni 2500 Boote.", "Es kamen im Mai zweitausendfünfhundert Boote.", "unsupported"),
        ("Die Boote kamen nicht im Mai.", "Die Boote kamen im Mai und blieben.", "unsupported"),
        ("Le port a reçu 1 250 bateaux en mai.", "En mai le port a reçu 1250 bateaux de la ville.", "grounded"),
    ],
)
def test_other_languages_are_read_too(statement: str, span: str, check: str) -> None:
    assert verify(statement, [span]).check == check


def test_what_is_known_beside_the_text_may_be_named() -> None:
    statement, span = "On February 2, 2024, the boats left, Levant Desk says.", "On February 2 the boats left."
    assert verify(statement, [span]).kinds == ("date", "name")
    known = ["Levant Desk", "2024-03-08"]
    assert verify(statement, [span], known=known).check == "grounded"
    assert verify(statement.replace("2,", "3,", 1), [span], known=known).kinds == ("date",)


@settings(max_examples=50)
@given(st.text(max_size=200), st.lists(st.text(max_size=200), max_size=2))
def test_any_texts_are_checked(statement: str, spans: list[str]) -> None:
    assert verify(statement, spans).check in ("verbatim", "grounded", "unsupported")
