from __future__ import annotations

import time
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.terms import question_terms
from rag.evaluation.metrics import f1
from rag.short.answer import Short, candidates, kind_weights, scored, short_answer, short_answers, shown_from
from rag.short.answer_type import answer_type
from rag.short.candidates import MOST_WORDS, read_words, sought, spans
from rag.short.features import DENSE, dense

LIGHT = "The lighthouse at Orran Point was designed by Marta Hellwig and opened on 3 May 1874."
FERRY = "The ferry to Lunde carried 41,200 passengers in its best year and stopped in 1962."
BRIDGE = "The bridge was closed because the cables had rusted, the council said."
BRAUEREI = "Die Brauerei in Lunde wurde im März 1871 von Karl Brenner gegründet."
FARO = "El faro de Orran fue diseñado por Marta Hellwig y se inauguró el 3 de mayo de 1874."


def terms(question: str, language: str) -> Mapping[str, float]:
    return dict.fromkeys(question_terms(question, (language,)).keys, 1.0)


def best(question: str, sentence: str, language: str = "en") -> Short | None:
    return short_answers(sought(question, terms(question, language)), [(sentence, language)])[0]


def said(question: str, sentence: str, language: str = "en") -> str | None:
    found = short_answer(question, sentence, terms(question, language), language)
    return None if found is None else sentence[found.start : found.end]


@pytest.mark.parametrize(
    ("language", "question", "kind"),
    [
        ("en", "Who designed the lighthouse?", "person"),
        ("en", "Which company owns the quarry?", "name"),
        ("en", "When did it open?", "date"),
        ("en", "In what year did it open?", "date"),
        ("en", "Where does the river rise?", "place"),
        ("en", "What city is the seat of the court?", "place"),
        ("en", "Which three towns share the hospital?", "place"),
        ("en", "How many bells hang there?", "number"),
        ("en", "How much money was raised?", "money"),
        ("en", "How long did the siege last?", "duration"),
        ("en", "How old was the mayor?", "age"),
        ("en", "What percentage of the harvest was lost?", "percent"),
        ("en", "Why was it closed?", "reason"),
        ("en", "How was the wall repaired?", "manner"),
        ("en", "What is a dromel?", "thing"),
        ("en", "What did the council decide?", "action"),
        ("en", "When the tide is out, what is left on the beach?", "thing"),
        ("en", "Was the bridge closed?", "none"),
        ("en", "Did he say when the bridge closes?", "none"),
        ("en", "", "none"),
        ("de", "Wer gründete die Brauerei?", "person"),
        ("de", "Wann wurde die Brauerei gegründet?", "date"),
        ("de", "Wo liegt das Kloster?", "place"),
        ("de", "Wie viele Einwohner hat der Ort?", "number"),
        ("de", "Mit wie vielen Stimmen wurde er gewählt?", "number"),
        ("de", "Wie lange dauerte die Belagerung?", "duration"),
        ("de", "Warum wurde die Brücke gesperrt?", "reason"),
        ("de", "Welcher Fluss fließt durch die Stadt?", "place"),
        ("de", "Wie heißt der Bürgermeister?", "name"),
        ("de", "Wurde die Brücke gesperrt?", "none"),
        ("es", "¿Quién diseñó el faro?", "person"),
        ("es", "¿Cuándo se inauguró el faro?", "date"),
        ("es", "¿Dónde está el monasterio?", "place"),
        ("es", "¿Cuántos habitantes tiene el pueblo?", "number"),
        ("es", "¿Por qué se cerró el puente?", "reason"),
        ("es", "¿Qué río pasa por la ciudad?", "place"),
        ("es", "¿Se cerró el puente?", "none"),
        ("fr", "Combien d'habitants compte la ville ?", "number"),
        ("fr", "Quand le phare a-t-il été ouvert ?", "date"),
        ("fr", "Qui a ouvert le phare ?", "none"),
        ("ru", "Когда открыли маяк?", "date"),
        ("zh", "灯塔有多少级台阶？", "number"),
    ],
)
def test_kinds_of_questions(language: str, question: str, kind: str) -> None:
    assert answer_type(question).kind == kind


@pytest.mark.parametrize(
    ("language", "question", "sentence", "answer"),
    [
        ("en", "Who designed the lighthouse at Orran Point?", LIGHT, "Marta Hellwig"),
        ("en", "When was the lighthouse at Orran Point opened?", LIGHT, "3 May 1874"),
        ("en", "In what year did the ferry to Lunde stop?", FERRY, "1962"),
        ("en", "How many passengers did the ferry carry?", FERRY, "41,200"),
        ("en", "Why was the bridge closed?", BRIDGE, "because the cables had rusted"),
        ("en", "Where is the institute based?", "The institute is based in Tarnhythe and employs many.", "Tarnhythe"),
        ("en", "What company owns the quarry?", "The quarry is owned by Halden Stone Limited.", "Halden Stone Limited"),
        ("en", "Which river flows through Vasby?", "The river Osk flows through Vasby on its way to the sea.", "Osk"),
        ("en", "How old was Brenner when he became mayor?", "Brenner became mayor at the age of 34.", "34"),
        (
            "en",
            "How long did the siege last?",
            "The siege lasted for eleven weeks and ended in a truce.",
            "eleven weeks",
        ),
        ("en", "How much did the library cost?", "The library cost $4.5 million, twice the plan.", "$4.5 million"),
        ("en", "What percentage of the harvest was lost?", "Hail took 40 percent of the harvest.", "40 percent"),
        ("en", "What was the novel by Ines Paar called?", "The novel by Ines Paar was called Salt Road.", "Salt Road"),
        (
            *("en", "Which three towns share the hospital?"),
            *("The towns of Orran, Lunde and Vasby share the hospital.", "Orran, Lunde and Vasby"),
        ),
        ("de", "Wer gründete die Brauerei in Lunde?", BRAUEREI, "Karl Brenner"),
        ("de", "Wann wurde die Brauerei in Lunde gegründet?", BRAUEREI, "März 1871"),
        ("de", "Wie viele Einwohner hat Lunde?", "Lunde hat etwa 12.400 Einwohner und einen Hafen.", "12.400"),
        ("de", "Wo liegt das Kloster?", "Das Kloster liegt in Vasby am Ufer der Osk.", "Vasby"),
        ("de", "Warum wurde die Brücke gesperrt?", "Die Brücke wurde gesperrt, weil sie bebte.", "weil sie bebte"),
        ("es", "¿Quién diseñó el faro de Orran?", FARO, "Marta Hellwig"),
        ("es", "¿Cuándo se inauguró el faro de Orran?", FARO, "3 de mayo de 1874"),
        ("es", "¿Cuántos habitantes tiene Lunde?", "Lunde tiene 12 400 habitantes y un pequeño puerto.", "12 400"),
        ("es", "¿Dónde está el monasterio?", "El monasterio está en Vasby, a orillas del Osk.", "Vasby"),
        ("fr", "Combien d'habitants compte Lunde ?", "Lunde compte 12400 habitants et un port.", "12400"),
        ("fr", "Quand le phare a-t-il été ouvert ?", "Le phare a été ouvert en 1874 par la ville.", "1874"),
    ],
)
def test_short_answers_of_every_kind(language: str, question: str, sentence: str, answer: str) -> None:
    found = best(question, sentence, language)
    assert found is not None
    assert f1(sentence[found.start : found.end], [answer]) >= 0.8


@pytest.mark.parametrize(
    ("language", "question", "sentence"),
    [
        ("en", "Was the bridge closed?", BRIDGE),
        ("de", "Wurde die Brauerei 1871 gegründet?", BRAUEREI),
        ("es", "¿Fue diseñado por Marta Hellwig el faro?", FARO),
        ("fr", "Qui a ouvert le phare ?", "Le phare a été ouvert par Marta Hellwig."),
        ("en", "How many bells hang in the tower?", "The tower is closed to visitors."),
        ("en", "When was the tower closed?", "The tower is closed to visitors."),
        ("en", "What percentage of the harvest was lost?", "The harvest of 1931 was lost."),
        ("en", "Who closed the tower?", ""),
        ("en", "Who closed the tower?", "... -- !"),
    ],
)
def test_no_answer_where_there_is_none(language: str, question: str, sentence: str) -> None:
    assert best(question, sentence, language) is None
    assert said(question, sentence, language) is None


def test_an_unlikely_span_is_not_shown() -> None:
    question, sentence = "What did the minister of Tarnhythe decide?", "It rained, and many of them went home early."
    found = best(question, sentence)
    assert found is not None and found.score < shown_from()
    assert said(question, sentence) is None


def test_the_sentence_that_answers_scores_higher() -> None:
    question = "Who designed the lighthouse at Orran Point?"
    asked = sought(question, terms(question, "en"))
    other = "Karl Brenner and Ines Paar met for lunch in Vasby."
    right, wrong = short_answers(asked, [(LIGHT, "en"), (other, "en")])
    assert right is not None and wrong is not None
    assert right.score > wrong.score + 0.3


def test_many_sentences_answer_as_each_alone() -> None:
    sentences = [(text, "en") for text in (LIGHT, FERRY, "", BRIDGE, "Nothing.", LIGHT.upper())]
    for question in ("Who designed the lighthouse?", "When did the ferry stop?", "What was closed?"):
        asked = sought(question, terms(question, "en"))
        together = short_answers(asked, sentences)
        alone = [short_answers(asked, [one])[0] for one in sentences]
        for one, other in zip(together, alone, strict=True):
            assert (one is None) == (other is None)
            if one is not None and other is not None:
                assert (one.start, one.end, one.kind) == (other.start, other.end, other.kind)
                assert one.score == pytest.approx(other.score)


def test_spans_close_their_brackets_and_keep_dates_whole() -> None:
    question = "When was the mill (the old one) built?"
    asked = sought(question, terms(question, "en"))
    sentence = "The mill (the old one, not that of 1901) was built on 4 June 1888."
    texts = [sentence[start:end] for start, end in candidates(asked, sentence, "en")]
    assert "4 June 1888" in texts and "1901" in texts
    assert not {"June 1888", "1888", "4", "4 June"} & set(texts)
    assert all(text.count("(") == text.count(")") for text in texts)


def test_a_feature_has_a_name() -> None:
    question = "Who designed the lighthouse at Orran Point?"
    asked = sought(question, terms(question, "en"))
    words = read_words(asked, [(LIGHT, "en")])
    first, last = spans(asked, words)
    rows = dense(asked, words, first, last)
    assert rows.shape == (len(DENSE), len(first))
    assert np.isfinite(rows).all()
    named = dict(zip(DENSE, rows, strict=True))
    texts = [LIGHT[a:b] for a, b in zip(words.starts[first], words.ends[last], strict=True)]
    hellwig, light = texts.index("Marta Hellwig"), texts.index("lighthouse")
    assert named["inside"][light] > 0 == named["inside"][hellwig]
    assert named["has_capital"][hellwig] == 1 and named["all_names"][hellwig] == 1
    assert named["by_left"][hellwig] > 0 == named["by_left"][light]
    scores = scored(asked, words, first, last, kind_weights("person"))
    assert scores.argmax() == hellwig


WRITING = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("  ..,()[]\"'’–-:;0123456789 aeWhoİßñ½")),
    max_size=80,
)
QUESTIONS = st.one_of(
    WRITING,
    st.sampled_from(
        [
            "Who was it?",
            "When is 1874?",
            "How many?",
            "Why?",
            "What (is",
            "Wie viele?",
            "¿Por qué?",
            "Which",
            "Combien?",
        ]
    ),
)


@settings(max_examples=60, deadline=None)
@given(QUESTIONS, st.lists(WRITING, max_size=3), st.sampled_from(["en", "de", "es", "fr", "zh", None, "xx"]))
def test_any_text(question: str, sentences: list[str], language: str | None) -> None:
    asked = sought(question, dict.fromkeys(question_terms(question).keys, 1.0))
    found = short_answers(asked, [(text, language) for text in sentences])
    assert len(found) == len(sentences)
    for one, text in zip(found, sentences, strict=True):
        if one is not None:
            span = text[one.start : one.end]
            assert 0 <= one.start < one.end <= len(text)
            assert span and span == span.strip()
            assert 0.0 <= one.score <= 1.0 and one.kind != "none"


@pytest.mark.parametrize(
    "piece", ["word ", "Word ", "1874 ", "(", ")", "a(", "'s ", "1.", "–", "because ", "3 May 1874, ", "x", '"', "1:1"]
)
def test_long_sentences_take_linear_time(piece: str) -> None:
    for question in ("When was the word?", "Why is the word?"):
        asked = sought(question, terms(question, "en"))
        began = time.process_time()
        short_answers(asked, [(piece * (100_000 // len(piece)), "en")])
        assert time.process_time() - began < 5


def test_what_is_read_of_a_long_sentence_is_bounded() -> None:
    question = "Who came?"
    asked = sought(question, terms(question, "en"))
    assert len(read_words(asked, [("Ann came. " * 5_000, "en")]).codes) == MOST_WORDS + 2
