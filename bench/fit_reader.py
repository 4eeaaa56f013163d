"""Fits the reader (rag/reader.json): which sentences answer, and how many of them.

    python -m bench.fit_reader WORK FOLDER [FOLDER...]

FOLDERs are BEIR sets whose questions have answers that stand in the documents, or selected sentences. A sentence is
right when it is of a relevant document and holds an answer, or when it is one of the selected ones. Questions are
answered over all documents. Every other question is held out; the figures printed are of those. Every question weighs
the same. The order is fitted listwise: the share of belief that falls to right sentences is maximised.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.logistic import logistic
from bench.reading import Example, collect
from index.chunk import count_words
from rag import reader
from rag.evaluation import metrics
from rag.evaluation.goldset import Question
from rag.reader import SELECTION, Scored
from rag.reading import evidence

RIDGE = 0.002
SELECTION_RIDGE = 0.02
THRESHOLD = 0.15
FIRST = 12  # sentences among which is chosen
STEPS = 400
GIVEN = {"row": 4.0}  # not fitted: the sets hold hardly any tables, and a fit on what chance left there turns it round
KINDS = {"tokens": (), "words": ("match", "near", "meaning", "both")}


def fit_order(examples: Sequence[Example], without: Sequence[str] = ()) -> dict[str, float]:
    """The weights by name; features whose names begin with one of `without` are left out."""
    left_out = (*without, *GIVEN)
    names = [name for name in evidence.NAMES if not name.startswith(left_out)]
    chosen = [evidence.NAMES.index(name) for name in names]
    useful = [one for one in examples if 0 < one.right.sum() < len(one.right)]
    rows = np.concatenate([one.rows[:, chosen] for one in useful])
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    rows = (rows - mean) / scale
    right = np.concatenate([one.right for one in useful])
    owner = np.repeat(np.arange(len(useful)), [len(one.right) for one in useful])
    beta = np.zeros(len(names))

    def gradient(beta: Any) -> tuple[float, Any]:
        scores = rows @ beta
        top = np.full(len(useful), -np.inf)
        np.maximum.at(top, owner, scores)
        raised = np.exp(scores - top[owner])
        every, good = np.bincount(owner, raised), np.bincount(owner, raised * right)
        loss = -np.log(good / every + 1e-12).mean() + RIDGE * beta @ beta / 2
        pull = raised * right / np.maximum(good, 1e-12)[owner] - raised / every[owner]
        return loss, -(rows * pull[:, None]).sum(axis=0) / len(useful) + RIDGE * beta

    beta = minimise(gradient, beta)
    return {name: round(float(value), 4) for name, value in zip(names, beta / scale, strict=True)} | GIVEN


def minimise(gradient: Callable[[Any], tuple[float, Any]], start: Any) -> Any:
    """Quasi-Newton descent (BFGS) with a backtracking line search."""
    point, inverse = start, np.eye(len(start))
    loss, slope = gradient(point)
    for _ in range(STEPS):
        direction, step = -inverse @ slope, 1.0
        while (found := gradient(point + step * direction))[0] > loss + 1e-4 * step * (slope @ direction):
            step /= 2
            if step < 1e-10:
                return point
        moved, turned = step * direction, found[1] - slope
        point, (loss, slope) = point + moved, found
        if np.abs(slope).max() < 1e-6:
            break
        if (curve := moved @ turned) > 1e-12:
            left = np.eye(len(start)) - np.outer(moved, turned) / curve
            inverse = left @ inverse @ left.T + np.outer(moved, moved) / curve
    return point


def ranked(example: Example, kind: str) -> tuple[list[Scored], Any]:
    """The sentences in the order of the shipped weights, and which are right in that order."""
    found = reader.ordered(example.sentences, example.rows, example.shorts, kind == "tokens", _no_cosines)
    place = {id(sentence): at for at, sentence in enumerate(example.sentences)}
    return [one for one, _ in found], np.array([example.right[place[id(one.sentence)]] for one, _ in found])


def _no_cosines(texts: Sequence[str]) -> tuple[list[float], None]:
    return [0.0] * len(texts), None


def fit_selection(examples: dict[str, list[Example]]) -> dict[str, float]:
    rows, right, weights = [], [], []
    for some in examples.values():
        for example in some:
            scored, good = ranked(example, "tokens")
            rows += reader.selection_rows(example.wanted, scored)[1:FIRST]
            right += list(good[1:FIRST])
            some_rows = max(0, min(FIRST, len(good)) - 1)
            weights += [1 / len(some) / max(1, some_rows)] * some_rows
    scaled = np.array(weights) * len(weights) / sum(weights)
    beta = logistic(np.array(rows), np.array(right), scaled, SELECTION_RIDGE)
    return {name: round(float(value), 4) for name, value in zip(SELECTION, beta, strict=True)}


def figures(examples: Sequence[Example], kind: str = "tokens") -> dict[str, float]:
    """Of the questions held out: the share with a right sentence among the first one, two, three; of what is chosen
    the share with a right one, sentences, words, and precision and recall of selected sentences."""
    some = [one for one in examples if one.held_out]
    orders = [ranked(one, kind) for one in some]
    told = {f"first {k}": float(np.mean([good[:k].any() for _, good in orders])) for k in (1, 2, 3)}
    chosen = [
        [item.sentence.text for item, _ in reader.choose(one.wanted, [(s, None) for s in scored])]
        for one, (scored, _) in zip(some, orders, strict=True)
    ]
    picked = [
        {id(item.sentence) for item, _ in reader.choose(one.wanted, [(s, None) for s in scored])}
        for one, (scored, _) in zip(some, orders, strict=True)
    ]
    told["chosen"] = float(
        np.mean(
            [
                any(good[at] for at, one in enumerate(scored) if id(one.sentence) in ids)
                for (scored, good), ids in zip(orders, picked, strict=True)
            ]
        )
    )
    told["sentences"] = float(np.mean([len(texts) for texts in chosen]))
    told["words"] = float(np.mean([sum(count_words(text) for text in texts) for texts in chosen]))
    if some and some[0].question.evidence:
        pairs = [precision_recall(one.question, texts) for one, texts in zip(some, chosen, strict=True)]
        told["precision"], told["recall"] = (float(np.mean([pair[at] for pair in pairs])) for at in (0, 1))
        told["F1"] = float(np.mean([2 * p * r / (p + r) if p + r else 0.0 for p, r in pairs]))
    return {name: round(value, 3) for name, value in told.items()}


def precision_recall(question: Question, texts: Sequence[str]) -> tuple[float, float]:
    golds = {gold.text for annotation in question.evidence for gold in annotation}
    right = [any(metrics.overlaps(text, gold) for gold in golds) for text in texts]
    met = {gold for gold in golds if any(metrics.overlaps(gold, text) for text in texts)}
    recall = max(
        len(met & {gold.text for gold in some}) / len({gold.text for gold in some}) for some in question.evidence
    )
    return (sum(right) / len(right) if right else 0.0), recall


def main(work: Path, folders: list[Path]) -> None:
    fit({f"{folder.parent.name}/{folder.name}": collect(folder, work) for folder in folders})


def fit(sets: dict[str, list[Example]]) -> None:
    sets = {name: [one for one in some if one.right is not None and not one.bereft] for name, some in sets.items()}
    fitted_on = {name: [one for one in some if not one.held_out] for name, some in sets.items()}
    every = [one for some in fitted_on.values() for one in some]
    told: dict[str, Any] = {"fitted_by": "bench/fit_reader.py", "ridge": RIDGE}
    for kind, without in KINDS.items():
        told[kind] = fit_order(every, without)
    told["selection"] = {"threshold": THRESHOLD, "weights": dict.fromkeys(SELECTION, 0.0)}
    write(told)
    told["selection"]["weights"] = fit_selection(fitted_on)
    write(told)
    told["held_out"] = {}
    for name, some in sets.items():
        told["held_out"][name] = {"n": sum(one.held_out for one in some), **figures(some)}
        print(name, told["held_out"][name], "words alone:", figures(some, "words"))
    print({kind: told[kind] for kind in (*KINDS, "selection")})
    write(told)


def write(told: dict[str, Any]) -> None:
    reader.FILE.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    reader._model.cache_clear()
    reader.weights.cache_clear()


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
