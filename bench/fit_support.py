"""Fits the support score (rag/checks/support.json): does a reader find the claim borne by the text it cites?

    python -m bench.fit_support FOLDER [CACHE]

FOLDER holds scifact/ (claims, the abstracts they cite, SUPPORT or NOT_ENOUGH_INFO) and expertqa/ (claims of language
models, what they cite, and a human label). CACHE is a file for the sentence vectors, which take some minutes.

SciFact: the claim against all the abstracts its query cites, whatever the label; the rationales are not used. ExpertQA:
claims with cited text; Complete is borne, Incomplete and Partial are not; Missing and N/A are left out. Each claim is
taken twice: with its whole cited text, and with the three sentences in a row that are closest to it, as an answer cites
them. Every other claim (of ExpertQA: all claims of every other question) is held out; the two sets weigh the same.
"turned" are the figures the other way round, fitted on the half that is held out and measured on the other.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.logistic import auroc, logistic
from index.minilm import MiniLM
from index.sentences import sentence_spans
from rag.checks import support
from rag.checks.support import SIMILARITY, features
from rag.checks.wording import Sentence, overlap, sentence
from rag.verify import inspect

RIDGE = 0.3
WINDOW = 3
RULE = 0.63  # the cosine that is often taken for enough
LONGEST_TEXT = 60  # sentences
LEAST_SHARE = 0.05  # of the borne claims that may fall below the least support
NAMES = (*support.NAMES, SIMILARITY)
POSITIVE = {"scifact": ("SUPPORT",), "expertqa": ("Complete",)}
NEGATIVE = {"scifact": ("NOT_ENOUGH_INFO",), "expertqa": ("Incomplete", "Partial")}


@dataclass(frozen=True, slots=True)
class Claim:
    source: str
    group: str
    label: str
    text: str
    cited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examples:
    """Features (n, f), labels (n,), whether the claim is held out (n,)."""

    rows: Any
    labels: Any
    held_out: Any

    def part(self, held_out: bool) -> tuple[Any, Any]:
        chosen = self.held_out == held_out
        return self.rows[chosen], self.labels[chosen]


def scifact(folder: Path) -> list[Claim]:
    texts = {row["_id"]: row["text"] for row in _rows(folder / "corpus.jsonl")}
    cited: dict[str, list[str]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, _ = line.split("\t")
        cited.setdefault(query, []).append(texts[document])
    queries = [row for row in _rows(folder / "queries.jsonl") if row["_id"] in cited]
    return [Claim("scifact", row["_id"], row["answer"], row["text"], _sentences(cited[row["_id"]])) for row in queries]


def expertqa(file: Path) -> list[Claim]:
    claims = []
    for row in _rows(file):
        bodies = [text.partition("\n\n")[2] for text in row["evidence"]]
        found = _sentences([body for body in bodies if body.strip()])[:LONGEST_TEXT]
        if found:
            text = re.sub(r"\s*\[\d+\]", "", row["claim"])
            claims.append(Claim("expertqa", row["question"], str(row["support"]), text, found))
    return claims


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _sentences(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(text[start:end] for text in texts for start, end in sentence_spans(text))


def vectors(claims: Sequence[Claim], cache: Path | None) -> dict[str, Any]:
    """The vector of every claim and sentence."""
    texts = sorted(
        {text for claim in claims for text in (claim.text, *claim.cited)}, key=lambda text: (len(text), text)
    )
    if cache is not None and cache.exists():
        kept = np.load(cache)
        if kept["texts"].tolist() == texts:
            return dict(zip(texts, kept["rows"].astype(np.float32), strict=True))
    model = MiniLM(2)
    rows = np.concatenate([model.embed_passages(texts[at : at + 256]) for at in range(0, len(texts), 256)])
    if cache is not None:
        np.savez(cache, texts=np.array(texts), rows=rows.astype(np.float16))
    return dict(zip(texts, rows, strict=True))


def row(claim: Claim, known: dict[str, Any], closest: bool) -> list[float]:
    statement, cited = sentence(claim.text, "en"), [sentence(text, "en") for text in claim.cited]
    cosines = np.array([known[text] for text in claim.cited]) @ known[claim.text]
    if closest:
        at = _closest(statement, cited, cosines)
        cited, cosines = cited[at : at + WINDOW], cosines[at : at + WINDOW]
    _, borne = inspect(claim.text, "\n\n".join(one.text for one in cited))
    values = features(statement, tuple(cited)) | {"facts": borne, SIMILARITY: float(cosines.max())}
    return [values[name] for name in NAMES]


def _closest(statement: Sentence, cited: Sequence[Sentence], cosines: Any) -> int:
    def nearness(at: int) -> float:
        held = frozenset().union(*(one.stems for one in cited[at : at + WINDOW]))
        return float(cosines[at : at + WINDOW].max()) + overlap(statement.stems, held)

    return max(range(max(1, len(cited) - WINDOW + 1)), key=nearness)


def examples(
    claims: Sequence[Claim], known: dict[str, Any], source: str, closest: bool, against: Sequence[str] = ()
) -> Examples:
    """The claims of one set that are borne and those that are not (or have a label of `against`)."""
    negative = against or NEGATIVE[source]
    chosen = [claim for claim in claims if claim.source == source and claim.label in (*POSITIVE[source], *negative)]
    rows = np.array([row(claim, known, closest) for claim in chosen])
    labels = np.array([float(claim.label in POSITIVE[source]) for claim in chosen])
    every = dict.fromkeys(claim.group for claim in claims if claim.source == source)
    groups = {group: number for number, group in enumerate(every)}
    return Examples(rows, labels, np.array([groups[claim.group] % 2 == 1 for claim in chosen]))


def fitted(parts: dict[str, list[Examples]], without: str = "", held_out: bool = False) -> Any:
    """Weights of all features but one, fitted on the half that is held out or on the other. None is below 0: a feature
    that counts against support tells something of the sets."""
    halves = [one.part(held_out) for found in parts.values() for one in found]
    rows, labels = np.concatenate([rows for rows, _ in halves]), np.concatenate([labels for _, labels in halves])
    weights = np.concatenate([np.full(len(labels), 200 / len(labels)) for _, labels in halves])
    used = [column for column, name in enumerate(NAMES) if name != without]
    while True:
        beta = logistic(rows[:, used], labels, weights, RIDGE)
        below = [column for column, weight in zip(used[1:], beta[1:], strict=True) if weight < 0]
        if not below:
            whole = np.zeros(len(NAMES))
            whole[used] = beta
            return whole
        used = [column for column in used if column not in below]


def balanced(said: Any, labels: Any) -> float:
    return float((said[labels == 1].mean() + (~said[labels == 0]).mean()) / 2)


def miscalibration(scores: Any, labels: Any) -> float:
    """The mean distance between what was said and what was so, in ten bins of equal size."""
    bins = np.array_split(np.argsort(scores), 10)
    return float(sum(len(one) * abs(scores[one].mean() - labels[one].mean()) for one in bins) / len(scores))


def measured(rows: Any, labels: Any, betas: dict[str, Any]) -> dict[str, float]:
    cosine, line = rows[:, NAMES.index(SIMILARITY)], rows[:, NAMES.index("line")]
    told = {"n": float(len(labels)), "borne": float(labels.mean())}
    for name, beta in betas.items():
        scores = 1 / (1 + np.exp(-rows @ beta))
        told |= {f"auroc_{name}": auroc(scores, labels), f"miscalibration_{name}": miscalibration(scores, labels)}
    told |= {"auroc_cosine_alone": auroc(cosine, labels), "auroc_rouge_l": auroc(line, labels)}
    told |= {"auroc_coverage": auroc(rows[:, NAMES.index("loose")], labels)}
    told |= {"balanced_similarity_at_half": balanced(rows @ betas["similarity"] >= 0, labels)}
    told |= {f"balanced_cosine_at_{RULE}": balanced(cosine >= RULE, labels)}
    return {name: round(value, 3) for name, value in told.items()}


def figures(folder: Path, cache: Path | None = None) -> dict[str, Any]:
    """Everything that goes into support.json: the weights, the least support, and the figures on the held-out half."""
    claims = [*scifact(folder / "scifact"), *expertqa(folder / "expertqa" / "claims.rand_val.jsonl")]
    known = vectors(claims, cache)
    parts = {name: [examples(claims, known, name, closest) for closest in (True, False)] for name in POSITIVE}
    betas = {"similarity": fitted(parts), "words": fitted(parts, SIMILARITY)}
    other = {"similarity": fitted(parts, held_out=True), "words": fitted(parts, SIMILARITY, held_out=True)}
    held_out: dict[str, Any] = {}
    for name, found in parts.items():
        for size, one in zip((f"closest {WINDOW} sentences", "whole text"), found, strict=True):
            held_out[f"{name}, {size}"] = measured(*one.part(held_out=True), betas)
            held_out[f"{name}, {size}, turned"] = measured(*one.part(held_out=False), other)
    contradicted = examples(claims, known, "scifact", True, against=("CONTRADICT",))
    held_out["scifact, SUPPORT against CONTRADICT"] = measured(*contradicted.part(held_out=True), betas)
    least = {}
    for kind, beta in betas.items():
        borne = np.concatenate(
            [one.part(False)[0][one.part(False)[1] == 1] for found in parts.values() for one in found]
        )
        least[kind] = round(float(np.quantile(1 / (1 + np.exp(-borne @ beta)), LEAST_SHARE)), 3)
    told = {kind: dict(zip(NAMES, np.round(beta, 4).tolist(), strict=True)) for kind, beta in betas.items()}
    del told["words"][SIMILARITY]
    return {"fitted_by": "bench/fit_support.py", "ridge": RIDGE, "held_out": held_out, "least": least} | told


def main(folder: Path, cache: Path | None = None) -> None:
    told = figures(folder, cache)
    for name, values in told["held_out"].items():
        print(name)
        print(*(f"    {key:32} {value}" for key, value in values.items()), sep="\n")
    for kind in ("similarity", "words", "least"):
        print(kind, told[kind])
    support.FILE.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
