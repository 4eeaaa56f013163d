"""Measures the product itself on documents and questions with known answers. The user's index is only ever read."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from index.build import OnProgress, build_index
from index.embed import configured_fingerprint
from index.errors import CitewiseError, IndexMismatch
from index.types import BuildOptions, Filters
from rag.assistant import Assistant
from rag.errors import QuestionError
from rag.evaluation import figures
from rag.evaluation.figures import Outcome
from rag.evaluation.goldset import GoldSet, Question, Turns, write_documents
from rag.questions.question import checked_question, read_question
from rag.settings import Settings

PASSAGES = (50, 200)
SEED = 20_240_204

Json = dict[str, Any]
OnAsked = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A set, the settings it was asked with, and what became of each question."""

    name: str
    settings: Json
    outcomes: tuple[Outcome, ...]

    @property
    def figures(self) -> Json:
        return {**figures.figures(self.outcomes), "settings": self.settings}

    @property
    def values(self) -> dict[str, Mapping[str, float]]:
        return {outcome.question.id: outcome.values for outcome in self.outcomes}


@contextmanager
def opened(
    goldset: GoldSet,
    settings: Settings,
    keep: Path | None = None,
    on_progress: OnProgress | None = None,
    embedder: Any = None,
    llm: Any = None,
) -> Iterator[tuple[Assistant, dict[str, str]]]:
    """An assistant over the goldset's documents, and the corpus id of each uri.

    The index lies in a temporary folder, or under `keep`, where the next run finds it again.
    """
    with TemporaryDirectory(prefix="citewise-eval-", ignore_cleanup_errors=True) as temporary:
        place = (keep or Path(temporary)).expanduser().resolve() / goldset.name
        files = place / "docs"
        made_here = place / ".citewise-eval"
        if place.exists() and not made_here.exists() and any(place.iterdir()):
            raise CitewiseError(f"{place} holds other files.", "Choose another --keep FOLDER.")
        files.mkdir(parents=True, exist_ok=True)
        made_here.touch()
        written = write_documents(goldset.documents, files)
        chosen = settings.model_copy(update={"index_dir": place / "index", "seeds_dir": files})
        options = BuildOptions(paths=(files,), yes=True)
        try:
            build_index(chosen, on_progress, options=options, embedder=embedder)
        except IndexMismatch:  # kept from a run with another embedder or an older Citewise
            build_index(chosen, on_progress, options=replace(options, full=True), embedder=embedder)
        with Assistant.open(chosen, llm=llm, embedder=embedder) as assistant:
            root = files.name
            yield assistant, {f"{root}/{path}": name for path, name in written.items()}


def evaluate(
    goldset: GoldSet,
    settings: Settings,
    *,
    keep: Path | None = None,
    limit: int | None = None,
    alone: bool = False,
    on_progress: OnProgress | None = None,
    on_asked: OnAsked | None = None,
    embedder: Any = None,
    llm: Any = None,
) -> Evaluation:
    """Indexes the goldset's documents with the settings and asks its questions (`limit` of them, drawn at random but
    always the same; `alone`: without the turns before). `embedder` and `llm` are as in Assistant."""
    with opened(goldset, settings, keep, on_progress, embedder, llm) as (assistant, names):
        outcomes = _ask_all(assistant, goldset.questions, names, limit, alone, on_asked)
        return Evaluation(goldset.name, _told(assistant, embedder, limit, alone), outcomes)


def evaluate_index(
    questions: Sequence[Question],
    settings: Settings,
    *,
    limit: int | None = None,
    on_asked: OnAsked | None = None,
    embedder: Any = None,
    llm: Any = None,
) -> Evaluation:
    """Asks the user's own index, which it only reads; documents go by their uris."""
    with Assistant.open(settings, llm=llm, embedder=embedder) as assistant:
        names = _Uris((document.uri, document.uri) for document in assistant.snapshot.documents())
        outcomes = _ask_all(assistant, questions, names, limit, False, on_asked)
        return Evaluation("index", _told(assistant, embedder, limit, False), outcomes)


class _Uris(dict[str, str]):
    """A document that came while questions were asked goes by its uri too."""

    def __missing__(self, uri: str) -> str:
        return uri


def uris(settings: Settings) -> Collection[str]:
    """The documents of the user's own index."""
    with Assistant.open(settings) as assistant:
        return {document.uri for document in assistant.snapshot.documents()}


def save(evaluations: Sequence[Evaluation], path: Path) -> None:
    """Writes all figures, and what became of each question. Raises CitewiseError."""
    sets = {one.name: {**one.figures, "queries": list(map(figures.saved, one.outcomes))} for one in evaluations}
    try:
        path.write_text(json.dumps({"sets": sets}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise CitewiseError(f"{path} cannot be written: {error.strerror}.", "Choose another --save FILE.") from None


def sample(questions: Sequence[Question], limit: int | None) -> Sequence[Question]:
    """`limit` of the questions in their order: drawn, as sets are often sorted, but by a fixed seed."""
    if limit is None or limit >= len(questions):
        return questions
    return [questions[at] for at in sorted(random.Random(SEED).sample(range(len(questions)), limit))]


def _ask_all(
    assistant: Assistant,
    questions: Sequence[Question],
    names: Mapping[str, str],
    limit: int | None,
    alone: bool,
    on_asked: OnAsked | None,
) -> tuple[Outcome, ...]:
    chosen = [replace(one, history=()) if alone else one for one in sample(questions, limit)]
    uri_of = {name: uri for uri, name in names.items()}
    assistant.warm_up()
    if chosen:
        _ask(assistant, chosen[0], names, uri_of)
    outcomes = []
    for count, question in enumerate(chosen, 1):
        outcomes.append(_ask(assistant, question, names, uri_of))
        if on_asked is not None:
            on_asked(count, len(chosen))
    return tuple(outcomes)


def _ask(assistant: Assistant, question: Question, names: Mapping[str, str], uri_of: Mapping[str, str]) -> Outcome:
    """One question through the product. One that it refuses (empty or too long) finds and answers nothing."""
    kind = read_question(question.text).kind
    filters = None
    if question.candidates is not None:
        filters = Filters(uris=tuple(uri_of[name] for name in question.candidates if name in uri_of))
    try:
        text = checked_question(question.text)
    except QuestionError:
        return Outcome(question, kind, (), None, 0.0, figures.judge(question, (), None, names.__getitem__))
    started = time.perf_counter()
    answer = assistant.stream_turn(text, filters, question.history).answer
    milliseconds = (time.perf_counter() - started) * 1000
    ranking = rank(assistant, text, filters, question.history, names)
    values = figures.judge(question, [name for name, _ in ranking], answer, names.__getitem__)
    return Outcome(question, kind, ranking, answer, milliseconds, values)


def rank(
    assistant: Assistant, text: str, filters: Filters | None, history: Turns, names: Mapping[str, str]
) -> tuple[tuple[str, float], ...]:
    """(corpus id, score of its best passage) of the best ten documents; fewer when fewer have anything in common."""
    best: dict[str, float] = {}
    for passages in PASSAGES:
        deep = copy(assistant)  # reads more passages, and shares everything else
        deep.settings = assistant.settings.model_copy(update={"passages": passages})
        asking = deep.begin(text, filters, history)
        places: dict[int, list[int]] = {}
        for place in asking.snapshot.passages([hit.passage.id for hit in asking.hits], filters):
            places.setdefault(place.id, []).append(place.document_id)
        best = {}
        for hit in asking.hits:
            for document_id in places.get(hit.passage.id, ()):
                best.setdefault(names[asking.snapshot.document(document_id).uri], hit.score)
        if len(best) >= figures.DEPTH or len(asking.hits) < passages // 2:
            break
    return tuple(best.items())[: figures.DEPTH]


def _told(assistant: Assistant, embedder: Any, limit: int | None, alone: bool) -> Json:
    settings = assistant.settings
    return {
        "embedder": configured_fingerprint(settings, embedder),
        "mode": assistant.mode,
        "model": assistant.model,
        "passages": settings.passages,
        "min_confidence": settings.min_confidence,
        "unsupported": settings.unsupported,
        "limit": limit,
        "alone": alone,
    }
