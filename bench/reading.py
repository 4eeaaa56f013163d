"""What the reader sees of the questions of a set, with gold: what fit_reader and fit_gate learn from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.types import Filters
from rag import reader
from rag.answers.asking import read_hits
from rag.evaluate import opened
from rag.evaluation import metrics
from rag.evaluation.beir import read_folder
from rag.evaluation.goldset import Question
from rag.reader import Reading
from rag.reading.evidence import Wanted
from rag.reading.sentences import Sentence
from rag.settings import Settings
from rag.short.answer import Short

EMBEDDED = 24


@dataclass(frozen=True, slots=True)
class Example:
    """A question's sentences: features (n, f) in the order of evidence.NAMES, the best short answers, which sentences
    are right (n,), or None where nothing tells; cosines by text, of those that were embedded. `answerable` is None
    where nothing says so; with `bereft` the relevant documents were left out of the search."""

    question: Question
    wanted: Wanted
    sentences: Sequence[Sentence]
    rows: Any
    shorts: Sequence[Short | None]
    cosines: dict[str, float]
    uncovered: tuple[str, ...]
    right: Any
    answerable: bool | None
    bereft: bool
    held_out: bool


def collect(folder: Path, work: Path, only: Collection[str] | None = None) -> list[Example]:
    """Every question, or those named by `only`, once; where nothing says which are answerable, every other one of each
    half a second time without its relevant documents."""
    goldset, examples = read_folder(folder), []
    seen: dict[str, Any] = {}
    settings = Settings(answer_mode="extractive")
    with _watched(seen), opened(goldset, settings, work) as (assistant, names):
        uris = {name: uri for uri, name in names.items()}
        for number, question in enumerate(goldset.questions):
            if only is not None and question.id not in only:
                continue
            allowed = None if question.candidates is None else {uris[one] for one in question.candidates if one in uris}
            relevant = {uris[name] for name, grade in question.relevant.items() if grade > 0 and name in uris}
            twice = question.answerable is None and relevant and number // 2 % 2 == 0
            for bereft in (False, True) if twice else (False,):
                searched = set(uris.values()) - relevant if bereft else allowed
                filters = None if searched is None else Filters(uris=tuple(sorted(searched)))
                asking = assistant.begin(question.text, filters, ())
                if not asking.hits:
                    continue
                seen["cosines"] = {}
                found = read_hits(asking)
                if not found.reading.scored:
                    continue
                examples.append(
                    Example(
                        question=question,
                        wanted=found.wanted,
                        sentences=seen["sentences"],
                        rows=seen["rows"].astype(np.float32),
                        shorts=seen["shorts"],
                        cosines=seen["cosines"],
                        uncovered=found.reading.uncovered,
                        right=judge(question, seen["sentences"], names.__getitem__),
                        answerable=not bereft if question.answerable is None and relevant else question.answerable,
                        bereft=bereft,
                        held_out=number % 2 == 1,
                    )
                )
    return examples


def read_again(example: Example) -> Reading:
    """The reading of an example with the weights of today."""

    def similarities(texts: Sequence[str]) -> tuple[list[float], None]:
        return [example.cosines.get(text, 0.0) for text in texts], None

    found = reader.ordered(example.sentences, example.rows, example.shorts, True, similarities)
    return Reading(tuple(one for one, _ in found), (), example.uncovered, len(example.wanted.weights))


def judge(question: Question, sentences: Sequence[Sentence], corpus_id: Callable[[str], str]) -> Any:
    """Which sentences are right, as an array of zeros and ones: of a relevant document and with an answer in them, or
    among the selected ones. None where there is no gold."""
    golds = {gold for annotation in question.evidence for gold in annotation}
    answers = metrics.span_golds(question.answers, question.spans)
    relevant = {name for name, grade in question.relevant.items() if grade > 0}
    if question.answerable is False or not (golds or answers):
        return None

    def is_right(one: Sentence) -> bool:
        name = corpus_id(one.hit.document.uri)
        if golds:
            same = [gold for gold in golds if gold.document in (None, name)]
            return any(metrics.overlaps(one.text, gold.text) and metrics.overlaps(gold.text, one.text) for gold in same)
        return (not relevant or name in relevant) and metrics.contains(one.text, answers)

    return np.array([is_right(one) for one in sentences], dtype=np.float64)


@contextmanager
def _watched(seen: dict[str, Any]) -> Iterator[None]:
    """Notes what passes through the reader; more sentences are embedded, for other weights may ask for others."""
    ordered = reader.ordered

    def noting(sentences: Any, rows: Any, shorts: Any, matched: bool, similarities: Any) -> Any:
        def known(texts: Sequence[str]) -> Any:
            cosines, vectors = similarities(texts)
            seen["cosines"].update(zip(texts, map(float, cosines), strict=True))
            return cosines, vectors

        seen.update(sentences=sentences, rows=rows, shorts=shorts)
        return ordered(sentences, rows, shorts, matched, known)

    with replaced(reader, ordered=noting, EMBEDDED_SENTENCES=EMBEDDED):
        yield


@contextmanager
def replaced(module: Any, **values: Any) -> Iterator[None]:
    """The module with other values for a while."""
    before = {name: getattr(module, name) for name in values}
    for name, value in values.items():
        setattr(module, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(module, name, value)


__all__ = ["Example", "collect", "judge", "read_again", "replaced"]
