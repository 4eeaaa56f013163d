from __future__ import annotations

from datetime import date

import pytest
from corpus import document
from hypothesis import given
from hypothesis import strategies as st

from rag.attribution import MAX_WORDS, attribute, speaker_of

TOLD = "Hussein Al Musawi told reporters that the pause would last."


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("According to Hussein Al Musawi, the pause holds.", "Hussein Al Musawi"),
        ("The pause holds, according to two officials in Washington.", "two officials in Washington"),
        ("The pause holds, according to sources in Baghdad who asked not to be named.", "sources in Baghdad"),
        ("Hussein Al Musawi said the pause holds.", "Hussein Al Musawi"),
        ("Hussein Al Musawi has said that the pause holds.", "Hussein Al Musawi"),
        ("The pause holds, said Hussein Al Musawi.", "Hussein Al Musawi"),
        ("The pause holds, Hussein Al Musawi said.", "Hussein Al Musawi"),
        ("“The worm has had its share,” said Mayor Isolde Varr.", "Mayor Isolde Varr"),
        ('"The worm has had its share," said Mayor Isolde Varr.', "Mayor Isolde Varr"),
        ("“We are waiting for the talks,” a source in Beirut told the paper.", "a source in Beirut"),
        ('"We are waiting for the talks," Mr Aldery told the paper.', "Mr Aldery"),
        ("However, the ministry denied the claim.", "the ministry"),
        ("But Iraqi sources confirmed the deal.", "Iraqi sources"),
        ("Councillor Quillan moved that the limit be lowered.", "Councillor Quillan"),
        ("The harbour master estimated the cost at 38,000 crowns.", "The harbour master"),
        ("Pentagon officials say that the last strike took place on February 4.", "Pentagon officials"),
        ("Two officials\nin Washington said so.", "Two officials in Washington"),
        ("A lawmaker in Baghdad who is close to the groups says that the talks stopped.", "A lawmaker in Baghdad"),
        ("Joren Askel, the harbour master, has confirmed that the pier is closed.", "Joren Askel"),
        ("Councillor Finnlow therefore moved to defer the item.", "Councillor Finnlow"),
        ("US officials explain the lull by their own strikes.", "US officials"),
        ("US officials credit their strikes with the lull.", "US officials"),
        ("“The pause holds,” the spokesman, Hussein Al Musawi, said.", "the spokesman, Hussein Al Musawi"),
        ("“It is hard to tell,” added the source in Beirut.", "the source in Beirut"),
    ],
)
def test_the_speaker_a_sentence_names(sentence: str, speaker: str) -> None:
    assert speaker_of(sentence) == speaker


@pytest.mark.parametrize(
    "sentence",
    [
        "The last strike took place on February 4.",
        "The United States has about 2,500 troops in Iraq.",
        "Nobody has announced it.",
        "The contract was announced in May.",
        "The claims were denied.",
        "The report was said to be late.",
        "It said so in a statement.",
        "We said no.",
        "The weather was fine.",
        "Said the joker.",
        "",
    ],
)
def test_a_sentence_without_a_speaker_gets_none(sentence: str) -> None:
    assert speaker_of(sentence) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "The house said to be haunted was sold.",
        "The man believed dead was seen in Baghdad.",
        "The stated aim of the talks is a timetable.",
        "The proposed budget is large.",
        "The credit notes were stolen.",
        "The boats moved slowly.",
        "What the mayor says",
        "Their presence suggests that troops follow the groups.",
        "Instead, they announced attacks.",
        "As he tells it, the pause gives the government an opening.",
        "The ferry moved to the Customs Steps.",
        "Prices noted above include tax.",
        "The truce, which the spokesman welcomed and described at length, ended.",
    ],
)
def test_a_verb_of_saying_in_the_subject_makes_no_speaker(sentence: str) -> None:
    assert speaker_of(sentence) is None


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("Iran helped to bring the deal about, the lawmaker told the paper.", "the lawmaker"),
        ("In a statement, Kataib Hezbollah said it would stop.", "Kataib Hezbollah"),
        ("On Monday, the prime minister said the talks would resume.", "the prime minister"),
        ("The first round took place on January 27, a lawmaker said.", "a lawmaker"),
        ("The spokesman, Hussein Al Musawi, said the pause holds.", "The spokesman, Hussein Al Musawi"),
    ],
)
def test_only_the_noun_phrase_beside_the_verb_is_the_speaker(sentence: str, speaker: str) -> None:
    assert speaker_of(sentence) in {speaker, *speaker.split(", "), None}


@pytest.mark.parametrize(
    "sentence", ["He added that it would end.", "“It would end,” she said.", "They later confirmed it."]
)
def test_a_pronoun_is_looked_up_in_the_sentence_before(sentence: str) -> None:
    assert speaker_of(sentence, [TOLD]) == "Hussein Al Musawi"
    assert speaker_of(sentence, [TOLD, "The weather was fine."]) == "Hussein Al Musawi"
    assert speaker_of(sentence, ["The weather was fine."]) is None
    assert speaker_of(sentence) is None


def test_the_nearest_speaker_goes_first() -> None:
    assert speaker_of("She added that it would end.", ["Joren Askel said no.", "Mayor Varr said yes."]) == "Mayor Varr"


def test_a_speaker_in_the_sentence_goes_before_those_above() -> None:
    assert speaker_of("According to Joren Askel, he denied it.", [TOLD]) == "Joren Askel"


@given(
    st.lists(
        st.sampled_from('He The Al Musawi said told according to , . “ ” " that who Iran a was boats'.split()),
        max_size=30,
    )
)
def test_a_speaker_is_a_short_part_of_the_sentence(words: list[str]) -> None:
    sentence = " ".join(words)
    found = speaker_of(sentence)
    assert found is None or (found in sentence and 0 < len(found.split()) <= MAX_WORDS)


def test_an_attribution_joins_speaker_outlet_and_date() -> None:
    source = document("", outlet="Levant Desk", published=date(2024, 3, 8))
    found = attribute("Joren Askel said the pier is closed.", source)
    assert (found.speaker, found.outlet, found.published, found.reported) == (
        "Joren Askel",
        "Levant Desk",
        date(2024, 3, 8),
        True,
    )


@pytest.mark.parametrize(
    ("sentence", "reported"),
    [
        ("The pier is closed.", False),
        ("The pier was “closed for the whole summer”.", True),
        ("He said that it is closed.", True),
        ("According to the office, it is closed.", True),
    ],
)
def test_a_claim_that_is_passed_on_is_reported(sentence: str, reported: bool) -> None:
    assert attribute(sentence, document("")).reported is reported
