"""Fits the ranking (rag/rank.json): in which order do passages answer, and how likely is each of them to?

    python -m bench.fit_rank WORK FOLDER [FOLDER...]

FOLDERs are BEIR sets with qrels; their indexes are kept in WORK. Every other question is held out; each set weighs the
same. The weights maximise the listwise likelihood of the relevant passages among all that were found (of a relevant
document the best passage counts, the others are left out). The calibration is a logistic regression on the same lists
and on those with the relevant documents taken out, so that it knows questions without an answer. Prints nDCG@10 of the
held-out half beside that of words alone, vectors alone, reciprocal ranks and the first fusion, with the interval of the
gain over the last; what each feature is worth; and the reliability of the probabilities.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from rag import rank as ranking
from rag.evaluate import opened
from rag.evaluation.beir import read_folder
from rag.evaluation.metrics import ndcg
from rag.finding.features import NAMES, WORDS_ALONE, features
from rag.rank import CALIBRATION, Ranked, best_first, calibration_rows
from rag.retrieve import collect, make_query
from rag.settings import Settings

RIDGE = 0.01
CALIBRATION_RIDGE = 1.0
SET_WEIGHT = 150
DEPTH = 10
BINS = 10


@dataclass(frozen=True, slots=True)
class Listed:
    """A question with what was found. `documents`: corpus ids of each place of a passage; `rows` and `word_rows`:
    features (n, f) with and without vectors; `labels`: 1 relevant, 0 not, -1 left out; `rankings` of the baselines."""

    grades: dict[str, float]
    ids: list[int]
    candidates: list[Any]
    word_candidates: list[Any]
    rows: Any
    word_rows: Any
    labels: Any
    documents: dict[int, list[str]]
    rankings: dict[str, list[int]]
    held_out: bool


def lists(folder: Path, work: Path) -> list[Listed]:
    """One for each question that has relevant documents."""
    goldset = read_folder(folder)
    found = []
    with opened(goldset, Settings(answer_mode="extractive"), work) as (assistant, names):
        snapshot, embedder = assistant.snapshot, assistant.embedder
        asked = [question for question in goldset.questions if any(grade > 0 for grade in question.relevant.values())]
        for number, question in enumerate(asked):
            query = make_query(question.text, snapshot, embedder)
            fused, candidates, needs = collect(snapshot, embedder, query, None)
            bare = [replace(one, cosine=None, consensus=None) for one in candidates]
            documents: dict[int, list[str]] = {}
            for place in snapshot.passages([one.passage_id for one in fused]):
                documents.setdefault(place.id, []).append(names[snapshot.document(place.document_id).uri])
            ids = [one.passage_id for one in candidates]
            found.append(
                Listed(
                    dict(question.relevant),
                    ids,
                    candidates,
                    bare,
                    np.array(features(candidates, needs)),
                    np.array(features(bare, needs)),
                    _labels(ids, documents, question.relevant),
                    documents,
                    _baselines(fused),
                    number % 2 == 1,
                )
            )
    return found


def _labels(ids: Sequence[int], documents: dict[int, list[str]], grades: Any) -> Any:
    labels = np.zeros(len(ids))
    seen: set[str] = set()
    for at, passage_id in enumerate(ids):
        relevant = {name for name in documents[passage_id] if grades.get(name, 0) > 0}
        if relevant:
            labels[at] = 1 if relevant - seen else -1
            seen |= relevant
    return labels


def _baselines(fused: Sequence[Ranked]) -> dict[str, list[int]]:
    def by(score: Any) -> list[int]:
        return [one.passage_id for one in best_first([replace(one, score=score(one.ranks)) for one in fused])]

    def share(rank: int | None, constant: int) -> float:
        return 0.0 if rank is None else 1 / (constant + rank)

    return {
        "words": by(lambda ranks: share(ranks.lexical, 0)),
        "vectors": by(lambda ranks: share(ranks.dense, 0)),
        "reciprocal ranks": by(lambda ranks: share(ranks.lexical, 60) + share(ranks.dense, 60)),
        "first fusion": [one.passage_id for one in fused],
    }


def fit(examples: Sequence[tuple[Any, Any, float]]) -> Any:
    """Weights (f,) that maximise the listwise likelihood; examples are (rows, labels, weight), by Newton's method with
    steps halved until they gain."""
    beta = np.zeros(examples[0][0].shape[1])
    likelihood = _likelihood(examples, beta)
    for _ in range(50):
        gradient, hessian = -RIDGE * beta, RIDGE * np.eye(len(beta))
        for rows, labels, weight in examples:
            share = _shares(rows @ beta)
            mean = share @ rows
            gradient += weight * ((labels / labels.sum()) @ rows - mean)
            hessian += weight * ((rows * share[:, None]).T @ rows - np.outer(mean, mean))
        step = np.linalg.solve(hessian, gradient)
        while (gained := _likelihood(examples, beta + step)) < likelihood and np.abs(step).max() > 1e-9:
            step /= 2
        beta += step
        if gained - likelihood < 1e-6:
            break
        likelihood = gained
    return beta


def _likelihood(examples: Sequence[tuple[Any, Any, float]], beta: Any) -> float:
    return float(
        sum(weight * (labels / labels.sum()) @ np.log(_shares(rows @ beta)) for rows, labels, weight in examples)
        - RIDGE * beta @ beta / 2
    )


def _shares(scores: Any) -> Any:
    weights = np.exp(np.clip(scores - scores.max(), -500, 0))
    return weights / weights.sum()


def train(sets: dict[str, list[Listed]], kind: str, columns: Sequence[int]) -> Any:
    """The weights of a kind of model, in the order of NAMES; 0 for the columns left out."""
    examples = []
    for listed in sets.values():
        usable = [one for one in listed if not one.held_out and (one.labels == 1).any() and (one.labels == 0).any()]
        for one in usable:
            kept = one.labels >= 0
            rows = (one.rows if kind == "hybrid" else one.word_rows)[kept][:, columns]
            examples.append((rows, one.labels[kept], SET_WEIGHT / len(usable)))
    weights = np.zeros(len(NAMES))
    weights[list(columns)] = fit(examples)
    return weights


def calibrate(sets: dict[str, list[Listed]], kind: str, weights: Any, held_out: bool) -> tuple[Any, Any, Any]:
    """Rows in the order of CALIBRATION, labels and weights of the lists and of those without the relevant documents."""
    rows: list[Any] = []
    labels: list[float] = []
    shares: list[float] = []
    for listed in sets.values():
        chosen = [one for one in listed if one.held_out == held_out]
        for one in chosen:
            for kept in (one.labels >= 0, one.labels == 0):
                at = np.flatnonzero(kept)
                if not len(at):
                    continue
                known = (one.rows if kind == "hybrid" else one.word_rows)[at]
                candidates = [(one.candidates if kind == "hybrid" else one.word_candidates)[i] for i in at]
                rows += calibration_rows((known @ weights).tolist(), candidates, known.tolist())
                labels += one.labels[at].tolist()
                shares += [SET_WEIGHT / len(chosen)] * len(at)
    return np.array(rows), np.array(labels), np.array(shares)


def logistic(rows: Any, labels: Any, weights: Any) -> Any:
    """Weighted logistic regression with a ridge; the first column is the bias, not shrunk."""
    beta = np.zeros(rows.shape[1])
    shrink = np.full(len(beta), CALIBRATION_RIDGE)
    shrink[0] = 0.0
    for _ in range(100):
        p = 1 / (1 + np.exp(-np.clip(rows @ beta, -40, 40)))
        gradient = rows.T @ (weights * (labels - p)) - shrink * beta
        step = np.linalg.solve((rows * (weights * p * (1 - p))[:, None]).T @ rows + np.diag(shrink), gradient)
        beta += step
        if np.abs(step).max() < 1e-8:
            break
    return beta


def quality(one: Listed, ids: Sequence[int]) -> float:
    names = list(dict.fromkeys(name for passage_id in ids for name in one.documents[passage_id]))
    return ndcg(names, one.grades, DEPTH)


def ranked(one: Listed, kind: str, weights: Any) -> list[int]:
    scores = (one.rows if kind == "hybrid" else one.word_rows) @ weights
    return [one.ids[at] for at in sorted(range(len(one.ids)), key=lambda at: (-scores[at], one.ids[at]))]


def interval(gains: Any, rounds: int = 10_000) -> tuple[float, float]:
    """95 % interval of the mean by paired bootstrap."""
    random = np.random.default_rng(7)
    means = np.sort(gains[random.integers(0, len(gains), (rounds, len(gains)))].mean(axis=1))
    return round(float(means[int(0.025 * rounds)]), 4), round(float(means[int(0.975 * rounds)]), 4)


def judge(sets: dict[str, list[Listed]], kind: str, weights: Any) -> dict[str, dict[str, Any]]:
    figures: dict[str, dict[str, Any]] = {}
    for name, listed in sets.items():
        chosen = [one for one in listed if one.held_out]
        fitted = np.array([quality(one, ranked(one, kind, weights)) for one in chosen])
        figures[name] = {"n": len(chosen), "fitted": round(float(fitted.mean()), 4)}
        for baseline in chosen[0].rankings:
            values = np.array([quality(one, one.rankings[baseline]) for one in chosen])
            figures[name][baseline] = round(float(values.mean()), 4)
            if baseline in ("first fusion", "reciprocal ranks"):
                figures[name][f"gain over {baseline}"] = interval(fitted - values)
    return figures


def reliability(rows: Any, labels: Any, shares: Any, beta: Any) -> dict[str, Any]:
    """Mean distance of said and true shares (expected calibration error), and both for ten classes of probability."""
    said = 1 / (1 + np.exp(-rows @ beta))
    bins = np.minimum((said * BINS).astype(int), BINS - 1)
    table = []
    for bin_ in range(BINS):
        inside = bins == bin_
        if inside.any():
            weight = shares[inside]
            table.append([float(np.average(part[inside], weights=weight)) for part in (said, labels)] + [weight.sum()])
    error = sum(abs(a - b) * w for a, b, w in table) / shares.sum()
    return {"error": round(float(error), 4), "said and true": [[round(a, 3), round(b, 3)] for a, b, _ in table]}


def main(work: Path, folders: list[Path]) -> None:
    sets = {f"{folder.parent.name}/{folder.name}": lists(folder, work) for folder in folders}
    told: dict[str, Any] = {"fitted_by": "bench/fit_rank.py", "ridge": RIDGE}
    for kind in ("hybrid", "words"):
        names = NAMES if kind == "hybrid" else WORDS_ALONE
        columns = [NAMES.index(name) for name in names]
        weights = train(sets, kind, columns)
        beta = logistic(*calibrate(sets, kind, weights, held_out=False))
        figures = judge(sets, kind, weights)
        calibration = reliability(*calibrate(sets, kind, weights, held_out=True), beta)
        for name, row in figures.items():
            print(kind, name, row)
        print(kind, "reliability", calibration)
        told[kind] = {
            "weights": {name: round(float(weights[NAMES.index(name)]), 3) for name in names},
            "calibration": dict(zip(CALIBRATION, np.round(beta, 3).tolist(), strict=True)),
            "held_out": figures,
            "reliability": calibration,
        }
        whole = np.mean([row["fitted"] for row in figures.values()])
        for name in names if kind == "hybrid" else ():
            less = judge(sets, kind, train(sets, kind, [column for column in columns if NAMES[column] != name]))
            worth = whole - np.mean([row["fitted"] for row in less.values()])
            print(f"{kind}: worth of {name}: {worth:+.4f}")
    ranking.FILE.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
