"""A question with what was retrieved for it, and the reading of that: what the sentences say, and how surely they
answer."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.errors import EmbedderError
from index.snapshot import Snapshot
from index.terms import Terms, stems
from index.types import Hit
from rag import gate
from rag.answers.lists import with_lists
from rag.answers.sections import asked_there
from rag.questions.question import as_it_would_be_told, read_question, subject_terms
from rag.reader import Reading, read
from rag.reading.evidence import Analyze, Wanted
from rag.reading.matching import IDF_FLOOR, QuestionTokens, question_tokens
from rag.reading.sentences import sentences_of
from rag.reading.tokens import PassageReader
from rag.retrieve import Query, term_weights
from rag.settings import Settings

if TYPE_CHECKING:
    from index.embed import Vectors

PUT_IN = 3.0
CARRIED_TERMS = 0.15
ASKED_THERE = 0.9  # how sure an answer is that stands under the question itself


@dataclass(slots=True)
class Asking:
    """A question with what was retrieved for it; `context` is the standalone form of a follow-up, `carried` are the
    words it took over. `timings` fill while it is answered; `reader` and `notice` change when the model fails."""

    question: str
    query: Query
    hits: list[Hit]
    snapshot: Snapshot
    reader: PassageReader | None
    settings: Settings
    history: Sequence[tuple[str, str]]
    notice: str | None
    timings: dict[str, float]
    context: Query | None = None
    carried: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the sentences say: `features` are what the gate judged, `confidence` (0 to 1) is how sure it is that they
    answer. `analyze` gives the terms of a text, those of the question by their keys."""

    wanted: Wanted
    reading: Reading
    features: Mapping[str, float]
    confidence: float
    analyze: Analyze


def read_hits(asking: Asking) -> Evidence:
    """Reads the passages."""
    started = time.perf_counter()
    terms, carried = asking.query.terms, asking.context
    meant = as_it_would_be_told((carried or asking.query).text)
    idf = term_weights(asking.snapshot, terms)
    before = {} if carried is None else term_weights(asking.snapshot, carried.terms)
    known = dict(carried.terms.forms if carried else ()) | dict(terms.forms)

    def analyze(text: str, language: str | None = None) -> list[str]:
        return [known.get(stem, stem) for stem in stems(text, language)]

    sentences = sentences_of(asking.hits)
    asked = read_question(asking.query.text)
    weights = {key: idf[key] + IDF_FLOOR for key in subject_terms(asked, terms.keys, stems)}
    # A follow-up is about what the turn before was about: its terms count a little.
    weights |= {key: CARRIED_TERMS * (before[key] + IDF_FLOOR) for key in before if key not in weights}
    if asking.query.text != asking.question:
        # A follow-up put something in the place of what was asked before ("And in 2023?"): that must be there.
        own = asking.snapshot.terms(asking.question).keys
        weights |= {key: PUT_IN * weights[key] for key in own if key in weights}
    words = {word: weights[key] for word, key in zip(terms.words, terms.keys, strict=True) if key in weights}
    try:
        # What is carried gives the question's own words their meaning; it asks for nothing itself.
        tokens = _tokens(asking, meant, terms, idf)
        matches = (
            None if tokens is None or asking.reader is None else asking.reader.match(tokens, sentences, asking.snapshot)
        )
    except EmbedderError as error:
        asking.reader, tokens, matches = None, None, None
        asking.notice = f"Sentences were chosen by their words only: {error} {error.fix}"
    wanted = Wanted(asked, asking.query.text, weights, words, tokens)

    def similarities(texts: Sequence[str]) -> tuple[Sequence[float], Vectors | None]:
        if asking.reader is None or not texts:
            return [0.0] * len(texts), None
        rows = asking.reader.model().embed_passages([meant, *texts])
        return (rows[1:] @ rows[0]).tolist(), rows[1:]

    reading = read(wanted, sentences, matches, analyze, similarities)
    features = gate.features(wanted, reading)
    sure = gate.confidence_of_words(reading) if asking.reader is None else gate.confidence(features)
    under = asked_there(asking.query.text, asked, reading.scored)
    chosen = [(one, ()) for one in under] or reading.chosen
    chosen = with_lists(chosen, reading.scored, asked, asking.snapshot.neighbours)
    reading, sure = replace(reading, chosen=chosen), max(sure, ASKED_THERE if under else 0.0)
    asking.timings["read"] = asking.timings.get("read", 0.0) + time.perf_counter() - started
    return Evidence(wanted, reading, features, sure if reading.scored else 0.0, analyze)


def _tokens(asking: Asking, text: str, terms: Terms, idf: Mapping[str, float]) -> QuestionTokens | None:
    return None if asking.reader is None else question_tokens(text, asking.reader.tokens(text), terms, idf)
