from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pytest
from corpus import BagEmbedder, hit

from index.terms import question_terms, stems
from index.types import Heading, Hit
from rag.questions.question import read_question
from rag.reader import EMBEDDED_SENTENCES, Reading, read
from rag.reading.cues import fitness
from rag.reading.evidence import Wanted
from rag.reading.matching import Match, QuestionTokens, match, question_tokens
from rag.reading.sentences import sentences_of

if TYPE_CHECKING:
    from index.embed import Vectors

PIER = hit("The pier closes in May. It costs 412,000 crowns. Joren Askel said so.", 1)
LIMIT = hit("The speed limit is 4 knots. The limit holds in every season.", 2)


def wanted(question: str, weights: dict[str, float], tokens: QuestionTokens | None = None) -> Wanted:
    words = dict(weights)
    return Wanted(read_question(question), question, weights, words, tokens)


def reading(question: str, hits: Sequence[Hit], vectors: bool = True) -> Reading:
    embedder = BagEmbedder()
    terms, sentences = question_terms(question), sentences_of(hits)
    weights = dict.fromkeys(terms.keys, 1.0)
    if not vectors:
        return read(wanted(question, weights), sentences, None, stems, nothing)
    tokens = question_tokens(question, embedder.read_tokens([question])[0], terms, weights)
    found = [match(tokens, embedder.read_tokens([one.text])[0], [(0, len(one.text))]) for one in sentences]
    joined = Match(
        np.concatenate([one.best for one in found]) if found else np.zeros((0, len(tokens.weights))),
        np.concatenate([one.meaning for one in found]) if found else np.zeros(0),
    )

    def similarities(texts: Sequence[str]) -> tuple[Sequence[float], Vectors | None]:
        rows = embedder.embed_passages(texts)
        return (rows @ embedder.embed_query(question)).tolist(), rows

    return read(wanted(question, weights, tokens), sentences, joined, stems, similarities)


def nothing(texts: Sequence[str]) -> tuple[Sequence[float], Vectors | None]:
    return [0.0] * len(texts), None


def chosen(found: Reading) -> list[str]:
    return [item.sentence.text for item, _ in found.chosen]


def test_sentences_are_exact_and_know_what_precedes_them() -> None:
    found = sentences_of([PIER, LIMIT])
    assert [one.text for one in found] == [
        "The pier closes in May.",
        "It costs 412,000 crowns.",
        "Joren Askel said so.",
        "The speed limit is 4 knots.",
        "The limit holds in every season.",
    ]
    for one in found:
        assert one.hit.document.text[one.span.start : one.span.end] == one.text
        assert one.span.document_id == one.hit.document.id
    assert found[0].before == () and found[2].before == ("The pier closes in May.", "It costs 412,000 crowns.")
    assert found[3].before == ()


def test_headings_and_labels_are_no_answers() -> None:
    text = (
        "The harbour of Tarnhythe\n\nOutlet: Levant Desk\n\nPublished: March 8, 2024\n\nPage 3\n\nThe harbour is open."
    )
    source = hit(text, headings=(Heading(0, 1, "The harbour of Tarnhythe"),))
    assert [one.text for one in sentences_of([source])] == ["The harbour is open."]


@pytest.mark.parametrize("vectors", [True, False])
def test_the_sentence_that_answers_is_chosen(vectors: bool) -> None:
    assert (
        chosen(reading("What is the speed limit in knots?", [PIER, LIMIT], vectors))[0] == "The speed limit is 4 knots."
    )
    assert chosen(reading("When does the pier close?", [LIMIT, PIER], vectors)) == ["The pier closes in May."]


def test_a_sentence_that_says_the_same_is_a_further_source() -> None:
    first, second = hit("The speed limit is 4 knots.", 1), hit("The speed limit is 4 knots.", 2, score=0.9)
    found = reading("What is the speed limit?", [first, second])
    assert chosen(found) == ["The speed limit is 4 knots."]
    assert [other.sentence.hit.document.id for _, also in found.chosen for other in also] == [2]


def test_different_answers_stand_side_by_side() -> None:
    first = hit("The reason for the truce is fear of strikes.", 1)
    second = hit("The reason for the truce is respect for the talks with neighbours.", 2)
    assert len(chosen(reading("What are the reasons for the truce?", [first, second]))) == 2


def test_a_question_for_one_thing_gets_one_sentence() -> None:
    hits = [hit(f"The pier closed on May {day}, {2000 + day}.", day) for day in range(1, 6)]
    assert len(reading("When was the pier closed?", hits, vectors=False).chosen) == 1


def test_terms_that_no_passage_holds_are_told() -> None:
    found = reading("Does the pier have a sauna?", [PIER])
    assert found.uncovered == tuple(stems("sauna"))
    assert reading("Does the pier close?", [PIER]).uncovered == ()


def test_sentences_are_analysed_in_the_language_of_their_document() -> None:
    """The question's keys stand for its words in every language of the index."""
    pier = hit("Der Hafen muss im Mai schließen. Boote zahlen nichts.", 1, language="de")
    harbour = hit("The harbour closes in June. Boats pay nothing.", 2, language="en")
    terms = question_terms("Wann schließen die Häfen?", ("de", "en"))
    known, heard = dict(terms.forms), set()

    def analyze(text: str, language: str | None = None) -> list[str]:
        heard.add((text.isascii(), language))
        return [known.get(stem, stem) for stem in stems(text, language)]

    weights = dict.fromkeys(terms.keys, 1.0)
    found = read(wanted("Wann schließen die Häfen?", weights), sentences_of([harbour, pier]), None, analyze, nothing)
    assert chosen(found)[0] == "Der Hafen muss im Mai schließen."
    assert found.scored[0].coverage == 1.0
    assert found.uncovered == ()
    assert (False, "de") in heard and (True, "en") in heard
    assert {language for _, language in heard} == {"de", "en"}, "never without a language that is known"


def test_names_are_analysed_in_that_language_too() -> None:
    source = hit("Joren Askel schloss den Hafen.", language="de")
    heard: set[str | None] = set()

    def analyze(text: str, language: str | None = None) -> list[str]:
        heard.add(language)
        return stems(text, language)

    found = read(wanted("Who closed it?", {"clos": 1.0}), sentences_of([source]), None, analyze, nothing)
    assert found.scored[0].fits > 0
    assert heard == {"de"}


def test_a_title_covers_its_document() -> None:
    assert reading("Is the sauna warm?", [hit("It is warm.", title="The sauna")]).uncovered == ()


def test_no_passages_no_sentences() -> None:
    found = reading("Does the pier have a sauna?", [])
    assert (found.scored, found.chosen) == ((), ())
    assert set(found.uncovered) == set(question_terms("Does the pier have a sauna?").keys)


def test_at_most_so_many_sentences_are_embedded() -> None:
    many = hit(" ".join(f"The pier has plank number {n}." for n in range(60)))
    asked: list[int] = []

    def similarities(texts: Sequence[str]) -> tuple[Sequence[float], Vectors | None]:
        asked.append(len(texts))
        return [0.0] * len(texts), None

    found = read(wanted("Which pier?", {"pier": 1.0}), sentences_of([many]), None, stems, similarities)
    assert asked == [EMBEDDED_SENTENCES] and len(found.scored) == 60


@pytest.mark.parametrize(
    ("question", "fitting", "other"),
    [
        ("When was it?", "It was on February 4.", "It was cold."),
        ("How many boats came?", "About sixty-two or 62 boats came.", "Boats came."),
        ("Who announced it?", "Joren Askel announced it.", "It was announced."),
        ("Where is it?", "It lies in Beirut.", "It lies there."),
        ("Why did it end?", "It ended because of the rain.", "It ended."),
    ],
)
def test_the_kind_of_thing_that_is_asked_for(question: str, fitting: str, other: str) -> None:
    asked = read_question(question)
    assert fitness(asked, fitting, {}, stems) > fitness(asked, other, {}, stems) == 0


def test_a_name_from_the_question_is_no_answer_to_who() -> None:
    weights = dict.fromkeys(stems("Joren Askel"), 1.0)
    assert fitness(read_question("Who is Joren Askel?"), "Joren Askel came.", weights, stems) == 0


def test_a_firm_or_a_single_name_may_be_who_did_it() -> None:
    asked = read_question("Who replaced the piles?")
    for text in ("The firm Holmgard & Daughters replaced them.", "Later that year Askel replaced them."):
        assert 0 < fitness(asked, text, {}, stems, "en") < fitness(asked, "Then Joren Askel replaced them.", {}, stems)
    assert fitness(asked, "Workers replaced them.", {}, stems, "en") == 0


@pytest.mark.parametrize(
    ("question", "text", "fits"),
    [
        ("What is the reserve?", "The reserve stands at 910,000 crowns.", 1),
        ("What is the fuel berth?", "The fuel berth (pontoon C) is where boats are filled up.", 1),
        ("What is the reserve?", "The reserve of the fund is small.", 0),
        ("What is the reserve?", "Transfer to the reserve; 2024/25: 294,000", 0),
        ("Was ist die Rücklage?", "Die Rücklage beträgt 910.000 Kronen.", 1),
    ],
)
def test_a_sentence_that_says_what_it_is_fits_what_is(question: str, text: str, fits: int) -> None:
    language = "de" if question.startswith("Was") else "en"
    weights = dict.fromkeys(question_terms(question, (language,)).keys, 1.0)
    assert fitness(read_question(question), text, weights, lambda told: stems(told, language), language) == fits
