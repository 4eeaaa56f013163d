"""Weights of the word index's fields (index/lexical.py): nDCG@10 of words alone, for every choice of a small grid.

    python -m bench.fit_words WORK FOLDER [FOLDER...]

Every other question is asked, the half that bench/fit_rank.py fits on. The weights are written into the code by hand:
the differences are small, and a weight that wins by little on one set is not worth a change.
"""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path

from index import lexical
from index.lexical import FIELDS
from rag.evaluate import opened
from rag.evaluation.beir import read_folder
from rag.evaluation.metrics import mean, ndcg
from rag.settings import Settings

TITLES = (0.1, 0.3, 0.6)
EXACT = (0.0, 0.1, 0.2, 0.4)
DEPTH = 10


def main(work: Path, folders: list[Path]) -> None:
    chosen = dict(FIELDS)
    for title, exact in product(TITLES, EXACT):
        lexical.FIELDS.update({"title": title, "headings": title, "exact": exact})
        found = {folder.name: round(quality(folder, work), 4) for folder in folders}
        print(f"title {title}  exact {exact}  mean {sum(found.values()) / len(found):.4f}  {found}")
    lexical.FIELDS.update(chosen)


def quality(folder: Path, work: Path) -> float:
    goldset = read_folder(folder)
    values = []
    with opened(goldset, Settings(answer_mode="extractive"), work) as (assistant, names):
        snapshot = assistant.snapshot
        asked = [question for question in goldset.questions if any(grade > 0 for grade in question.relevant.values())]
        for question in asked[::2]:
            terms = snapshot.terms(question.text)
            ids = [i for i, _ in snapshot.words([f for f, _ in terms.forms], 100, None, [f for f, _ in terms.exact])]
            places = sorted(snapshot.passages(ids), key=lambda place: ids.index(place.id))
            documents = snapshot.documents_by_id({place.document_id for place in places})
            ranking = list(dict.fromkeys(names[documents[place.document_id].uri] for place in places))
            values.append(ndcg(ranking, question.relevant, DEPTH))
    return mean(values) or 0.0


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
