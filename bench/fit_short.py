"""Fits the short answers (rag/short/short.json): which span of the sentence is the answer, and how sure is it?

    python -m bench.fit_short [--worth] FOLDER [FOLDER...]

FOLDERs are question sets with gold spans: corpus.jsonl, qrels.tsv, and queries.jsonl with answer, answer_start, lang.
The sentence that holds the gold span is taken as given. Every other question is held out. The weights, some for all
kinds of answers and some for each, maximise the listwise likelihood of the gold span among all spans of its sentence;
every question weighs the same. The calibration is a logistic regression on what models fitted without a document say of
its sentences: the gold one, and the others, which weigh as often as the reader picks a wrong one. Prints exact match
and F1 of the held-out questions by language and kind, and how often what is shown is right; --worth adds what each
group of features is worth.
"""

from __future__ import annotations

import json
import math
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.short_lists import NEAR, Listed, Question, listed, questions
from rag.evaluation.metrics import auroc, exact_match, f1
from rag.short import answer as short
from rag.short.candidates import LONGEST
from rag.short.features import DENSE, ROLES, SYMBOLS
from rag.short.words import CLASSES

RIDGE = {"roles": 5.0, "dense": 1.0, "roles of a kind": 20.0, "dense of a kind": 6.0}
CALIBRATION_RIDGE = 1.0
STEPS, RATE = 150, 0.15
FOLDS = 4
WRONG_SENTENCES = 0.2
WANTED_PRECISION = 0.72
ROLE_COLUMNS = len(ROLES) * len(SYMBOLS)
COLUMNS = ROLE_COLUMNS + len(DENSE)
GROUPS: dict[str, Callable[[str], bool]] = {
    "words at and beside the ends": lambda name: ":" in name and name.split(":")[1] in CLASSES,
    "the question's words at and beside the ends": lambda name: ":" in name and name.split(":")[1] not in CLASSES,
    "nearness to the question's words": lambda name: name.startswith(("left_", "right_", "by_", "be_", "called_")),
    "order (before, after, subject)": lambda name: name.startswith(("before", "after", "subject_")) and ":" not in name,
    "the question's words inside": lambda name: name in ("inside", "any_inside", "nothing_new", "clause"),
    "what the span holds": lambda name: name.startswith(("has_", "all_", "name_", "plural_")),
    "length": lambda name: name in ("log_length", "one", "two", "three", "four_five", "six_eight", "longer"),
    "cut phrases, dates, quotes, brackets": lambda name: (
        name.startswith(("cuts_", "cut_", "whole_")) or name in ("quoted", "bracketed", "apposed")
    ),
}


def fit(lists: Sequence[Listed], without: Callable[[str], bool] | None = None, kinds: bool = True) -> dict[str, Any]:
    """Weights by kind, on top of those of "all", by Adam's method (Kingma and Ba, 2015) on all questions at once."""
    blocks = [_Block([one for one in lists if one.kind == kind]) for kind in LONGEST]
    kept = np.array([without is None or not without(name) for name in column_names()], dtype=float)
    ridge = np.stack([_ridge("", 1.0)] + [_ridge(" of a kind", 1.0 if kinds else 1e6)] * len(LONGEST))
    weights, mean, square = (np.zeros((len(LONGEST) + 1, COLUMNS)) for _ in range(3))
    for step in range(1, STEPS + 1):
        slopes = ridge * weights
        for number, block in enumerate(blocks, 1):
            slope = block.slope(weights[0] + weights[number])
            slopes[0] += slope
            slopes[number] += slope
        slopes *= kept
        mean = 0.9 * mean + 0.1 * slopes
        square = 0.999 * square + 0.001 * slopes**2
        rate = RATE * (1 - step / (STEPS + 1)) * math.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        weights -= rate * mean / (np.sqrt(square) + 1e-8)
    return dict(zip(("all", *LONGEST), weights, strict=True))


class _Block:
    """The questions of one kind, their spans one behind the other."""

    def __init__(self, lists: Sequence[Listed]) -> None:
        sizes = [len(one.gold) for one in lists]
        self.starts = np.cumsum([0, *sizes])[:-1]
        self.of = np.repeat(np.arange(len(sizes)), sizes)
        if lists:
            self.rows = np.concatenate([one.rows for one in lists], axis=1).astype(np.float32)
            self.gold = np.concatenate([one.gold for one in lists])
            self.at = np.concatenate([one.cells[0] + start for one, start in zip(lists, self.starts, strict=True)])
            self.columns = np.concatenate([one.cells[1] for one in lists])

    def slope(self, weights: Any) -> Any:
        """Of minus the log likelihood of the gold spans."""
        if not len(self.starts):
            return np.zeros(COLUMNS)
        scores = np.bincount(self.at, weights[self.columns], len(self.of))
        scores += weights[ROLE_COLUMNS:].astype(np.float32) @ self.rows
        power = np.exp(scores - np.maximum.reduceat(scores, self.starts)[self.of])
        chance = power / np.add.reduceat(power, self.starts)[self.of]
        right = chance * self.gold
        off = chance - right / np.add.reduceat(right, self.starts)[self.of]
        of_roles = np.bincount(self.columns, off[self.at], ROLE_COLUMNS)
        return np.concatenate((of_roles, self.rows @ off.astype(np.float32)))


def column_names() -> list[str]:
    return [f"{role}:{symbol}" for role in ROLES for symbol in SYMBOLS] + list(DENSE)


def _ridge(which: str, times: float) -> Any:
    return times * np.repeat([RIDGE[f"roles{which}"], RIDGE[f"dense{which}"]], [ROLE_COLUMNS, len(DENSE)])


def answers(asked: Iterable[Question], weights: dict[str, Any]) -> list[tuple[Question, list[tuple[str, Any] | None]]]:
    """What each sentence of each question answers, with its values for the calibration."""
    found = []
    for one in asked:
        both = weights["all"] + weights.get(one.asked.type.kind, 0.0)
        picked = short.pick(one.asked, [(text, one.language) for text in one.sentences], both)
        said = [
            None if span is None else (text[span.start : span.end], np.array(span.values))
            for text, span in zip(one.sentences, picked, strict=True)
        ]
        found.append((one, said))
    return found


def calibrate(answered: Sequence[tuple[Question, list[tuple[str, Any] | None]]]) -> tuple[Any, float]:
    """The logistic regression, and the score from which what it takes for right is so often enough."""
    rows, labels, shares = [], [], []
    for question, texts in answered:
        others = sum(text is not None for text in texts[1:])
        for number, text in enumerate(texts):
            if text is not None:
                rows.append(text[1])
                labels.append(float(f1(text[0], [question.answer]) >= NEAR))
                shares.append(WRONG_SENTENCES / others if number else 1 - WRONG_SENTENCES)
    x, y, share = np.array(rows), np.array(labels), np.array(shares)
    fitted = np.zeros(x.shape[1])
    ridge = CALIBRATION_RIDGE * np.diag([0.0] + [1.0] * (x.shape[1] - 1))
    for _ in range(30):
        chance = 1 / (1 + np.exp(-x @ fitted))
        slope = x.T @ (share * (y - chance)) - ridge @ fitted
        fitted += np.linalg.solve((x.T * (share * chance * (1 - chance))) @ x + ridge, slope)
    scores = 1 / (1 + np.exp(-x @ fitted))
    order = np.argsort(-scores)
    precision = np.cumsum((share * y)[order]) / np.cumsum(share[order])
    enough = np.flatnonzero(precision >= WANTED_PRECISION)
    return fitted, float(scores[order][enough[-1]]) if len(enough) else 1.0


def report(answered: Sequence[tuple[Question, list[tuple[str, Any] | None]]], fitted: Any, shown_from: float) -> None:
    by: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    picks, labels, scores = [], [], []
    for question, texts in answered:
        said = texts[0]
        chances = [1 / (1 + math.exp(-float(fitted @ text[1]))) if text else 0.0 for text in texts]
        exact, same = (exact_match(said[0], [question.answer]), f1(said[0], [question.answer])) if said else (0.0, 0.0)
        for name in (question.language, f"{question.language} {question.asked.type.kind}"):
            by[name].append((exact, same, chances[0]))
        picks.append(max(range(len(texts)), key=lambda n: chances[n]) == 0)
        labels += [True] + [False] * (len(texts) - 1)
        scores += chances
    for name, lines in sorted(by.items(), key=lambda item: (item[0][:2], -len(item[1]))):
        exact, same, chance = np.array(lines).T
        shown = chance >= shown_from
        right = same[shown] >= NEAR
        print(f"{name:12s} {len(lines):5d} questions  EM {exact.mean():.3f}  F1 {same.mean():.3f}", end="")
        print(f"  shown {shown.mean():.2f}" + (f", right {right.mean():.2f}" if shown.any() else ""))
    chance, right = np.array([line for name in by if " " not in name for line in by[name]]).T[[2, 1]]
    for low in np.arange(0, 1, 0.1):
        part = (chance >= low) & (chance < low + 0.1)
        if part.any():
            print(f"score {low:.1f}: {part.sum():5d}, right {(right[part] >= NEAR).mean():.2f}")
    print(
        f"the score alone picks the gold sentence of the document: {np.mean(picks):.3f}, AUROC {auroc(scores, labels)}"
    )


def main(arguments: list[str]) -> None:
    folders = [Path(one) for one in arguments if not one.startswith("--")]
    asked = [question for folder in folders for question in questions(folder)]
    lists = {id(one): found for one in asked if (found := listed(one)) is not None}
    fitting = [one for one in asked if not one.held_out]
    crossed: list[tuple[Question, list[tuple[str, Any] | None]]] = []
    documents = sorted({one.document for one in fitting})
    for fold in range(FOLDS):
        left_out = set(documents[fold::FOLDS])
        kept = [lists[id(one)] for one in fitting if id(one) in lists and one.document not in left_out]
        crossed += answers([one for one in fitting if one.document in left_out], fit(kept))
    calibration, shown_from = calibrate(crossed)
    print("left out in turn:")
    report(crossed, calibration, shown_from)
    known = [lists[id(one)] for one in fitting if id(one) in lists]
    weights = fit(known)
    held_out = [one for one in asked if one.held_out]
    print("held out:")
    report(answers(held_out, weights), calibration, shown_from)
    sets = ", ".join(f"{folder.parent.name}/{folder.name}" for folder in folders)
    data = {
        "fitted_on": f"{len(known)} questions with gold spans of {sets}, every other question; by bench/fit_short.py",
        "calibration": [round(float(value), 4) for value in calibration],
        "shown_from": round(shown_from, 4),
    }
    lines = [f'"{kind}": {json.dumps([round(float(v), 2) for v in row])}' for kind, row in weights.items()]
    head = json.dumps(data, indent=1)[:-2]
    short.FILE.write_text(head + ',\n "weights": {\n  ' + ",\n  ".join(lines) + "\n }\n}\n", "utf-8")
    if "--worth" in arguments:
        parts = [(name, fit(known, group)) for name, group in GROUPS.items()]
        for name, without in [*parts, ("weights of a kind", fit(known, kinds=False))]:
            golds = [(one, texts[0]) for one, texts in answers(held_out, without)]
            for language in sorted({one.language for one in held_out}):
                own = [(one, text[0] if text else "") for one, text in golds if one.language == language]
                exact = np.mean([exact_match(text, [one.answer]) for one, text in own])
                same = np.mean([f1(text, [one.answer]) for one, text in own])
                print(f"without {name}: {language} EM {exact:.3f}  F1 {same:.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
