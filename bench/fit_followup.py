"""What follow-ups gain from the turns before them, and the weight of what is carried over.

    python -m bench.fit_followup FOLDER WORK

FOLDER holds a collection of conversations (see rag/evaluation/beir.py), WORK keeps its index. Prints nDCG@10 of each
way to search, over all questions with relevant documents, over every other one from the first (on which the weight is
chosen) and from the second, and over those that lean on earlier turns; then the choice of the weight.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean

from index.snapshot import Snapshot
from index.types import Hit
from rag import rank
from rag.evaluate import opened
from rag.evaluation.beir import read_folder
from rag.evaluation.goldset import Question
from rag.evaluation.metrics import ndcg
from rag.questions.followup import follow_up
from rag.questions.question import MAX_CHARACTERS
from rag.retrieve import make_query, retrieve
from rag.settings import Settings

DEPTH = 10
PASSAGES = 100
WEIGHTS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.2, 2.0)

Search = Callable[[str, str | None], Sequence[Hit]]
Way = Callable[[Question, Search], Sequence[Hit]]


def last_alone(question: Question, search: Search) -> Sequence[Hit]:
    return search(question.text, None)


def all_turns(question: Question, search: Search) -> Sequence[Hit]:
    return search(" ".join([*(asked for asked, _ in question.history), question.text]), None)


def last_two(question: Question, search: Search) -> Sequence[Hit]:
    return search(" ".join([*(asked for asked, _ in question.history[-1:]), question.text]), None)


def standalone(question: Question, search: Search) -> Sequence[Hit]:
    return search(follow_up(question.text, question.history).standalone, None)


def product(question: Question, search: Search) -> Sequence[Hit]:
    meant = follow_up(question.text, question.history)
    return search(meant.searched, meant.context)


WAYS: dict[str, Way] = {
    "last turn alone": last_alone,
    "all turns in one": all_turns,
    "last two in one": last_two,
    "standalone alone": standalone,
    "product": product,
}


def main(folder: Path, work: Path) -> None:
    goldset = read_folder(folder)
    asked = [one for one in goldset.questions if any(grade > 0 for grade in one.relevant.values())]
    leaning = [follow_up(one.text, one.history).leans for one in asked]
    with opened(goldset, Settings(answer_mode="extractive"), work) as (assistant, names):
        snapshot, embedder = assistant.snapshot, assistant.embedder

        def searcher(vectors: bool) -> Search:
            used = embedder if vectors else None

            def search(text: str, context: str | None) -> Sequence[Hit]:
                query = make_query(text[:MAX_CHARACTERS], snapshot, used)
                besides = None if context is None else make_query(context[:MAX_CHARACTERS], snapshot, used)
                return retrieve(snapshot, used, query, PASSAGES, None, besides)

            return search

        def measured(way: Way, vectors: bool = True) -> list[float]:
            search = searcher(vectors)
            return [ndcg(_documents(way(one, search), names, snapshot), one.relevant, DEPTH) for one in asked]

        print(f"{len(asked)} questions, {sum(leaning)} lean on earlier turns\n")
        print(f"{'':30s}{'all':>8s}{'first':>8s}{'second':>8s}{'leaning':>8s}")
        for vectors in (True, False):
            for name, way in WAYS.items():
                _print(name + ("" if vectors else ", words only"), measured(way, vectors), leaning)
        print("\nWeight of the nearness to question and context together")
        chosen, best = rank.CONTEXT_NEARNESS, -1.0
        for weight in WEIGHTS:
            rank.CONTEXT_NEARNESS = weight
            values = measured(product)
            _print(f"{weight}", values, leaning)
            if fmean(values[::2]) > best:
                chosen, best = weight, fmean(values[::2])
        print(f"\nBest on the first half: {chosen}")


def _documents(hits: Sequence[Hit], names: dict[str, str], snapshot: Snapshot) -> list[str]:
    """Corpus ids in the order of their best passage."""
    found = [names[snapshot.document(hit.document.id).uri] for hit in hits]
    return list(dict.fromkeys(found))[:DEPTH]


def _print(name: str, values: Sequence[float], leaning: Sequence[bool]) -> None:
    lean = [value for value, leans in zip(values, leaning, strict=True) if leans]
    figures = (fmean(values), fmean(values[::2]), fmean(values[1::2]), fmean(lean) if lean else 0.0)
    print(f"{name:30s}" + "".join(f"{figure:8.4f}" for figure in figures))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
