"""Spans that would mislead are not shown, and their counterparts stay."""

from __future__ import annotations

import pytest

from index.terms import question_terms
from rag.short.answer import short_answer, short_answers, shown_from
from rag.short.answer_type import answer_type
from rag.short.candidates import read_words, sought
from rag.short.misleading import misleads

FEE = "The mooring fee for leisure boats rises from 14 euros to 17.50 euros per metre from 1 April 2024."
RAUM = "Ein topologischer Raum X heißt hausdorffsch, wenn man je zwei Punkte trennen kann."
FERRY = "The ferry to Lunde was stopped"
STREETS = "Harbour Street and Mill Lane in Orran are repaired in June."


def said(question: str, sentence: str, language: str) -> str | None:
    weights = dict.fromkeys(question_terms(question, (language,)).keys, 1.0)
    found = short_answer(question, sentence, weights, language)
    return None if found is None else sentence[found.start : found.end]


@pytest.mark.parametrize(
    ("language", "question", "sentence"),
    [
        ("en", "When does the cover for warehouse 7 end?", "Our cover for warehouse 7 ended today."),
        ("en", "When was the ferry to Lunde stopped?", f"{FERRY} yesterday."),
        ("en", "When was the ferry to Lunde stopped?", f"{FERRY} this week."),
        ("de", "Wann wurde die Brücke gesperrt?", "Die Brücke wurde heute gesperrt."),
        ("en", "Who repairs the streets of Orran?", STREETS),
        ("en", "Who repairs the streets of Orran?", "The repairs cover Harbour Street and Hill Road."),
        ("en", "Who voted against the closure?", "The council voted to close Brook Lane and Hill Road."),
        (
            *("de", "Wer repariert die Straßen in Velden?"),
            "In Velden werden die Hafenstraße und die Bergstraße repariert.",
        ),
        ("en", "What is the mooring fee?", FEE),
        ("de", "Was ist ein topologischer Raum?", RAUM),
    ],
)
def test_none_rather_than_a_misleading_one(language: str, question: str, sentence: str) -> None:
    assert said(question, sentence, language) is None


@pytest.mark.parametrize(
    ("language", "question", "sentence", "answer"),
    [
        ("en", "When was the ferry to Lunde stopped?", f"{FERRY} today, 3 May 2024.", "3 May 2024"),
        ("en", "When was the bridge closed?", "The bridge was closed last Monday.", "last Monday"),
        ("en", "When does the mooring fee rise?", FEE, "1 April 2024"),
        ("en", "Who repairs the North Pier?", "Halden Stone Limited repairs the North Pier.", "Halden Stone Limited"),
        (
            *("en", "Who repairs the North Pier?"),
            *("The North Pier is repaired by Halden Stone Limited from May.", "Halden Stone Limited"),
        ),
        (
            *("en", "Who voted against the closure?"),
            *("Jonas Berg (Greens) voted against the closure.", "Jonas Berg (Greens)"),
        ),
        (
            *("en", "Who voted against the closure?"),
            *("Voted against: Jonas Berg and Eva Strand.", "Jonas Berg and Eva Strand"),
        ),
        (
            *("en", "Who has voted for the motion?"),
            *("Jonas Berg and Eva Strand have voted for the motion.", "Jonas Berg and Eva Strand"),
        ),
        (
            *("de", "Wer repariert die Straßen in Velden?"),
            *("Die Firma Holm repariert ab Mai die Straßen in Velden.", "Firma Holm"),
        ),
        ("de", "Welcher Raum heißt hausdorffsch?", RAUM, "X"),
        (
            *("en", "Why was the bridge closed?"),
            *(
                "The bridge was closed because the cables had rusted, the council said.",
                "because the cables had rusted",
            ),
        ),
    ],
)
def test_what_does_not_mislead_stays(language: str, question: str, sentence: str, answer: str) -> None:
    assert said(question, sentence, language) == answer


@pytest.mark.parametrize(
    ("question", "sentence", "span", "wrong"),
    [
        ("What is the mooring fee?", FEE, "for leisure boats rises from 14", True),
        ("What is the mooring fee?", FEE, "17.50 euros per metre", False),
        ("What happens to the mooring fee?", FEE, "rises from 14 euros to 17.50 euros", False),
        ("What happens to the mooring fee?", FEE, "for leisure boats rises", True),
        ("What is it?", "It is a set of rules drawn up by the board.", "set of rules drawn up by the board", False),
        ("What is it?", "Land use was said to be a problem.", "Land use", False),
        ("What was shown?", "They say the film We Love TV was shown.", "We Love TV", False),
        ("What was sold?", "The boats were old and were sold.", "boats were old", True),
        ("When was it?", "It was early this morning.", "early this morning", True),
        ("When was it?", "It was on the morning of 3 May.", "morning of 3 May", False),
        ("Who was the boulevard named after?", "It ran between Fresno Street and Orran.", "Fresno Street", True),
        ("With whom did Tesla partner?", "He partnered with two men, Robert Lane and Ann Vail.", "Robert Lane", False),
        ("Who was blamed?", "The trouble was felt in Vasby for years.", "Vasby", True),
        ("Who led the fleet?", "Orla Menn, the mayor of Ardle, led the fleet.", "Orla Menn", False),
        ("Who led the fleet?", "Orla Menn was sent home when it was led away.", "Orla Menn", True),
        ("Who warned of the tide?", "“It is high,” said Orla Menn.", "Orla Menn", False),
    ],
)
def test_spans(question: str, sentence: str, span: str, wrong: bool) -> None:
    asked = sought(question, dict.fromkeys(question_terms(question, ("en",)).keys, 1.0))
    words = read_words(asked, [(sentence, "en")])
    start = sentence.index(span)
    first, last = (
        next(at for at in range(1, len(words.codes) - 1) if ends[at] == place)
        for ends, place in ((words.starts, start), (words.ends, start + len(span)))
    )
    assert misleads(asked.type, sentence, words, first, last) is wrong


@pytest.mark.parametrize(
    ("question", "who", "agent"),
    [
        ("Who repairs the pier?", True, True),
        ("Who will repair the pier?", True, True),
        ("Who was the mayor?", True, False),
        ("Whom did the council elect?", True, False),
        ("Whose pier is it?", False, False),
        ("Wer repariert die Pier?", True, True),
        ("¿Con quién se asoció Tesla?", True, False),
        ("Which firm repairs the pier?", False, False),
    ],
)
def test_who_is_asked_for(question: str, who: bool, agent: bool) -> None:
    found = answer_type(question)
    assert (found.who, found.agent) == (who, agent)


def test_its_sentence_scores_as_well_as_it_may() -> None:
    question, sentence = "When was the ferry to Lunde stopped?", f"{FERRY} yesterday."
    asked = sought(question, dict.fromkeys(question_terms(question, ("en",)).keys, 1.0))
    found = short_answers(asked, [(sentence, "en")])[0]
    assert found is not None and 0.5 < found.score < shown_from()
