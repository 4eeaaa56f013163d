"""A short answer to "how many" or "how much" is an amount of that, or there is none."""

from __future__ import annotations

import pytest

from index.terms import question_terms
from rag.short.answer import short_answers
from rag.short.answer_type import answer_type
from rag.short.candidates import sought

MOVED = "The clerk moved the budget of 2,640,000 crowns."
RESERVE = "The reserve stands at 910,000 crowns on April 1, 2025."
ROW = "Expenditure, in crowns: Transfer to the reserve; 2024/25: 294,000"


def best(question: str, sentence: str, language: str) -> str | None:
    weights = dict.fromkeys(question_terms(question, (language,)).keys, 1.0)
    found = short_answers(sought(question, weights), [(sentence, language)])[0]
    return None if found is None else sentence[found.start : found.end]


@pytest.mark.parametrize(
    ("language", "question", "sentence"),
    [
        ("en", "How many votes did the budget get?", MOVED),
        ("en", "How many councillors moved the budget?", "The budget was moved on April 1, 2025."),
        ("en", "How many euros is the reserve?", RESERVE),
        ("en", "How much are the mooring fees?", "The mooring fees were raised on April 1 by 4 percent."),
        ("en", "How much is the transfer to the reserve?", "Transfer to the reserve: see 2024/25."),
        ("en", "How many kilometres is the harbour?", "The limit in the harbour is 6 knots."),
        ("en", "What percentage of the boats left?", "The boats left on 3 March 2024."),
        ("de", "Wie viele Boote kamen?", "Die Boote kamen am 3. März 2024."),
        ("de", "Wie viele Boote kamen?", "Die Boote kosteten 300 Euro."),
        ("es", "¿Cuántos barcos llegaron?", "Los barcos llegaron el 3 de marzo de 2024."),
    ],
)
def test_a_date_or_an_amount_of_something_else_is_none(language: str, question: str, sentence: str) -> None:
    assert best(question, sentence, language) is None


@pytest.mark.parametrize(
    ("language", "question", "sentence", "expected"),
    [
        ("en", "How many crowns is the reserve?", RESERVE, "910,000"),
        ("en", "How much is the reserve?", RESERVE, "910,000"),
        ("en", "How much is the transfer to the reserve?", ROW, "294,000"),
        ("en", "How many boats came to the regatta?", "In 1911 some 1812 boats came to the regatta.", "1812"),
        ("en", "How many times did the ferry sink?", "The ferry sank 22 times.", "22"),
        ("en", "How many square miles is the park?", "The park covers 170 km2 or 66 square miles.", "66"),
        ("en", "How many boats left?", "On 3 March 40 percent of the boats left.", "40 percent"),
        ("en", "How much did the fees rise?", "The fees rose by 4 percent.", "4 percent"),
        ("de", "Wie viele Boote kamen?", "Am 3. März 2024 kamen 62 Boote.", "62"),
    ],
)
def test_an_amount_of_what_is_asked_for_stays(language: str, question: str, sentence: str, expected: str) -> None:
    found = best(question, sentence, language)
    assert found is not None and expected in found, found


@pytest.mark.parametrize(
    ("question", "counted", "unit", "priced"),
    [
        ("How many votes did it get?", True, None, False),
        ("How many times did it sink?", False, "time", False),
        ("How many square miles is it?", False, "mile", False),
        ("How many euros is it?", False, "euro", True),
        ("How much does it cost?", False, None, True),
        ("How much did it rise?", False, None, False),
        ("What is the price of it?", False, None, True),
        ("Wie viele Boote kamen?", True, None, False),
        ("Wie viel schwerer ist es?", False, None, False),
    ],
)
def test_what_is_counted(question: str, counted: bool, unit: str | None, priced: bool) -> None:
    found = answer_type(question)
    assert (found.counted, found.unit, found.priced) == (counted, unit, priced)
