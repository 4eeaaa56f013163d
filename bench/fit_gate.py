"""Fits the gate (rag/gate.json): do the documents answer the question?

    python -m bench.fit_gate WORK FOLDER [FOLDER...]

FOLDERs are BEIR sets. Where the queries have a type, they are answerable or not as it says. Where they have none, half
of them are taken twice: with their relevant documents, and with those left out of the search. Every other query is held
out; each set weighs the same, and in it the answerable ones as much as the others. Prints, for the held-out half of
each set, AUROC and the balanced accuracy at 0.5, error and hallucination rates there, with the best single feature as a
baseline, and what a threshold fitted to the question's wording alone would reach. Only features of the evidence are
used, none of that wording.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.logistic import auroc, logistic
from bench.reading import Example, collect, read_again
from rag import gate

RIDGE = 0.02
TWICE = 2.0  # the weight of an answerable question without labels: its bereft twin is easier than real life
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6)
_FIRST = ("what", "when", "who", "where", "how", "why", "which", "is", "did")


def rows_of(examples: Sequence[Example]) -> tuple[Any, Any]:
    """Features (n, f) in the order of gate.NAMES and labels (n,)."""
    known = [one for one in examples if one.answerable is not None]
    found = [gate.features(one.wanted, read_again(one)) for one in known]
    return np.array([[row[name] for name in gate.NAMES] for row in found]), np.array(
        [float(bool(one.answerable)) for one in known]
    )


def wording_of(examples: Sequence[Example]) -> Any:
    """The question's wording as features: what must not decide."""
    rows = []
    for one in examples:
        if one.answerable is None:
            continue
        words = one.question.text.split()
        first = [float(words[0].lower().strip("¿") == word) for word in _FIRST]
        capitals = sum(word[:1].isupper() for word in words[1:]) / len(words)
        rows.append([1.0, len(words) / 10, *first, float(bool(re.search(r"\d", one.question.text))), capitals])
    return np.array(rows)


def balanced(scores: Any, labels: Any, threshold: float = 0.5) -> float:
    said = scores >= threshold
    return float((said[labels == 1].mean() + (~said[labels == 0]).mean()) / 2)


def even(labels: Any, positives: float = 1.0) -> Any:
    """Weights under which both labels count the same, or the answerable ones so many times as much."""
    return np.where(labels == 1, positives / max(1, (labels == 1).sum()), 1 / max(1, (labels == 0).sum())) * 250


def main(work: Path, folders: list[Path]) -> None:
    fit({f"{folder.parent.name}/{folder.name}": collect(folder, work) for folder in folders})


def fit(sets: dict[str, list[Example]]) -> None:
    halves = {
        name: [[one for one in some if one.held_out == held_out] for held_out in (False, True)]
        for name, some in sets.items()
    }
    fitted = [rows_of(seen) for seen, _ in halves.values()]
    twice = [TWICE if any(one.bereft for one in seen) else 1.0 for seen, _ in halves.values()]
    weights = np.concatenate([even(labels, by) for (_, labels), by in zip(fitted, twice, strict=True)])
    beta = logistic(
        np.concatenate([rows for rows, _ in fitted]), np.concatenate([labels for _, labels in fitted]), weights, RIDGE
    )
    figures = {}
    for name, (seen, unseen) in halves.items():
        rows, labels = rows_of(unseen)
        scores = 1 / (1 + np.exp(-rows @ beta))
        own = logistic(wording_of(seen), rows_of(seen)[1], even(rows_of(seen)[1]), RIDGE)
        figures[name] = {
            "n": len(labels),
            "auroc": auroc(scores, labels),
            "balanced_accuracy": balanced(scores, labels),
            "error": float((scores[labels == 1] < 0.5).mean()),
            "hallucination": float((scores[labels == 0] >= 0.5).mean()),
            "thresholds": {
                f"{at:.2f}": [float((scores[labels == 1] < at).mean()), float((scores[labels == 0] >= at).mean())]
                for at in THRESHOLDS
            },
            "best_single_auroc": max(auroc(rows[:, i], labels) for i in range(1, rows.shape[1])),
            "wording_alone_auroc": auroc(wording_of(unseen) @ own, labels),
        }
        figures[name] = {key: _rounded(value) for key, value in figures[name].items()}
        print(name, figures[name])
    told = {name: round(float(value), 4) for name, value in zip(gate.NAMES, beta, strict=True)}
    print(told)
    written = {"fitted_by": "bench/fit_gate.py", "ridge": RIDGE, "held_out": figures, "weights": told}
    gate.FILE.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return [round(one, 3) for one in value] if isinstance(value, list) else round(value, 3)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
