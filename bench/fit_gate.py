"""Fits the gate (rag/gate.json): do the documents answer the question?

    python -m bench.fit_gate WORK FOLDER [FOLDER...]

FOLDERs are BEIR sets. Where the queries have a type, they are answerable or not as it says. Where they have none, each
is taken twice: with its relevant documents, and with them left out of what was found. Every other query is held out;
each set weighs the same. Prints, for the held-out half of each set, AUROC and the balanced accuracy at 0.5, with the
best single feature as a baseline. Only features of the evidence are used, none of the question's wording.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from index.types import Hit
from rag import gate
from rag.answering import Asking, read_hits
from rag.evaluate import opened
from rag.evaluation.beir import read_folder
from rag.settings import Settings

RIDGE = 1.0
QUERIES = 300
READ = 8


@dataclass(frozen=True, slots=True)
class Examples:
    """Features (n, f), labels (n,) and whether the question is held out (n,)."""

    rows: Any
    labels: Any
    held_out: Any

    def part(self, held_out: bool) -> tuple[Any, Any]:
        chosen = self.held_out == held_out
        return self.rows[chosen], self.labels[chosen]


def collect(folder: Path, work: Path) -> Examples:
    """The examples of one set; a question taken twice is held out twice or not at all."""
    rows: list[list[float]] = []
    labels: list[float] = []
    held_out: list[bool] = []

    def add(asking: Asking, hits: list[Hit], answerable: bool, number: int) -> None:
        _, features = read_hits(replace(asking, hits=hits[:READ]))
        rows.append([features[name] for name in gate.NAMES])
        labels.append(float(answerable))
        held_out.append(number % 2 == 1)

    goldset = read_folder(folder)
    settings = Settings(answer_mode="extractive", passages=4 * READ)
    with opened(goldset, settings, work) as (assistant, names):
        asked = goldset.questions
        for number, query in enumerate(asked[:: max(1, len(asked) // QUERIES)]):
            asking = assistant.begin(query.text, None, ())
            if query.answerable is not None:
                add(asking, asking.hits, query.answerable, number)
            else:
                relevant = {name for name, grade in query.relevant.items() if grade > 0}
                others = [hit for hit in asking.hits if names[hit.document.uri] not in relevant]
                add(asking, asking.hits, True, number)
                add(asking, others, False, number)
    return Examples(np.array(rows), np.array(labels), np.array(held_out))


def fit(rows: Any, labels: Any, weights: Any) -> Any:
    """Weighted logistic regression with a ridge, by Newton's method; the first column is the bias, not shrunk."""
    beta = np.zeros(rows.shape[1])
    shrink = np.full(rows.shape[1], RIDGE)
    shrink[0] = 0.0
    for _ in range(50):
        p = 1 / (1 + np.exp(-rows @ beta))
        gradient = rows.T @ (weights * (labels - p)) - shrink * beta
        hessian = (rows * (weights * p * (1 - p))[:, None]).T @ rows + np.diag(shrink)
        step = np.linalg.solve(hessian, gradient)
        beta += step
        if np.abs(step).max() < 1e-9:
            break
    return beta


def auroc(scores: Any, labels: Any) -> float:
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    positives = labels.sum()
    return float((ranks[labels == 1].sum() - positives * (positives + 1) / 2) / (positives * (len(labels) - positives)))


def balanced(scores: Any, labels: Any, threshold: float = 0.5) -> float:
    said = scores >= threshold
    return float((said[labels == 1].mean() + (~said[labels == 0]).mean()) / 2)


def main(work: Path, folders: list[Path]) -> None:
    sets = {str(folder.parent.name + "/" + folder.name): collect(folder, work) for folder in folders}
    train = [examples.part(held_out=False) for examples in sets.values()]
    rows, labels = np.concatenate([r for r, _ in train]), np.concatenate([y for _, y in train])
    weights = np.concatenate([np.full(len(y), 500 / len(y)) for _, y in train])
    beta = fit(rows, labels, weights)
    figures = {}
    for name, examples in sets.items():
        rows, labels = examples.part(held_out=True)
        scores = 1 / (1 + np.exp(-rows @ beta))
        single = max(auroc(rows[:, i], labels) for i in range(1, rows.shape[1]))
        figures[name] = {
            "n": len(labels),
            "auroc": round(auroc(scores, labels), 3),
            "balanced_accuracy": round(balanced(scores, labels), 3),
            "best_single_auroc": round(single, 3),
        }
        print(name, figures[name])
    fitted = {name: round(float(value), 4) for name, value in zip(gate.NAMES, beta, strict=True)}
    print(fitted)
    told = {"fitted_by": "bench/fit_gate.py", "ridge": RIDGE, "held_out": figures, "weights": fitted}
    gate.FILE.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
