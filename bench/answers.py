"""How good the answers are, beside plain baselines of the same run, on the half of the questions that no fit has seen.

    python -m bench.answers WORK FOLDER... [--limit N] [--json]

FOLDERs are BEIR sets, whose indexes are kept in WORK; what is measured goes by the gold they have:

sentences   a gold answer in the first statement, in the best three sentences, in the answer as it is given; words;
            EM and F1 of the short answer; F1 of the selected sentences. Beside: the sentence nearest to the question by
            MiniLM, and that cosine with the share of the question's words (ROUGE-like).
refusal     error and hallucination rates at the shipped threshold, and at the error rate that GPT-4 has on NoMIRACL.
            Beside: a cosine of passages as the rule, its threshold fitted on the other half of the set.
quotes      every citation of every answer against what `citewise text` writes, by a program of its own.
time        milliseconds of an answer.

What the verifier and the follow-ups reach is printed by bench.fit_support and bench.fit_followup.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from bench.fit_reader import precision_recall
from bench.reading import Example, collect
from rag import Settings
from rag.evaluate import Evaluation, evaluate, sample
from rag.evaluation import metrics
from rag.evaluation.beir import read_folder
from rag.evaluation.figures import Outcome, short_text
from rag.evaluation.goldset import GoldSet
from rag.reading.evidence import NAMES
from rag.types import Answer

GPT4_ERROR = 0.048
SETTINGS = Settings(answer_mode="extractive")
CHECK = Path(__file__).parent / "check_quotes.py"

Json = dict[str, Any]


def measure(folder: Path, work: Path, limit: int | None) -> Json:
    goldset = read_folder(folder)
    asked = sample(goldset.questions[1::2], limit)
    found = evaluate(replace(goldset, questions=tuple(asked)), SETTINGS, keep=work, alone=True)
    names = {one.id for one in asked}
    told_apart = any(one.answerable is False for one in asked)
    fitted = sample(goldset.questions[::2], limit) if told_apart else ()
    examples = [one for one in collect(folder, work, names | {one.id for one in fitted}) if not one.bereft]
    seen = [one for one in examples if not one.held_out]
    unseen = [one for one in examples if one.question.id in names]
    told: Json = {"n": len(asked), "time": found.figures["latency_ms"]}
    if any(one.right is not None for one in unseen):
        told["sentences"] = sentences(found, unseen)
    if told_apart:
        told["refusal"] = refusal(found, seen, unseen)
    told["quotes"] = quotes(goldset, found, work)
    return told


def sentences(found: Evaluation, examples: Sequence[Example]) -> dict[str, Json]:
    judged = [one for one in examples if one.right is not None]
    kept = {outcome.question.id: outcome for outcome in found.outcomes}
    shown = [kept[one.question.id] for one in judged]
    ours: Json = {
        "first": fmean(_right_among(one, outcome, 1) for one, outcome in zip(judged, shown, strict=True)),
        "given": fmean(_right_among(one, outcome, 9) for one, outcome in zip(judged, shown, strict=True)),
        "first of the order": fmean(_first(one, _order(one), 1) for one in judged),
        "three of the order": fmean(_first(one, _order(one), 3) for one in judged),
        "words": fmean(sum(len(metrics.words(s.text)) for s in _statements(outcome)) for outcome in shown),
        "answered": fmean(bool(_statements(outcome)) for outcome in shown),
    }
    plain: dict[str, Callable[[Example], Any]] = {"nearest by MiniLM": _cosines, "cosine and words": _with_words}
    told = {"Citewise": ours}
    for name, score in plain.items():
        orders = [np.argsort(-score(one), kind="stable") for one in judged]
        told[name] = {
            "first of the order": fmean(_first(one, order, 1) for one, order in zip(judged, orders, strict=True)),
            "three of the order": fmean(_first(one, order, 3) for one, order in zip(judged, orders, strict=True)),
        }
    if judged[0].question.evidence:
        chosen = [[s.text for s in _statements(outcome)] for outcome in shown]
        told["Citewise"]["F1 of selected"] = fmean(_f1(one, texts) for one, texts in zip(judged, chosen, strict=True))
        for name, score in plain.items():
            best = [np.argsort(-score(one), kind="stable")[:3] for one in judged]
            texts = [[one.sentences[at].text for at in order] for one, order in zip(judged, best, strict=True)]
            told[name]["F1 of selected"] = fmean(_f1(one, some) for one, some in zip(judged, texts, strict=True))
    elif judged[0].question.spans:
        pairs = [(short_text(o.answer) if o.answer else None, o.question.answers) for o in shown]
        told["Citewise"]["EM"] = fmean(metrics.exact_match(short or "", golds) for short, golds in pairs)
        told["Citewise"]["F1"] = fmean(metrics.f1(short or "", golds) for short, golds in pairs)
        given = [(short, golds) for short, golds in pairs if short]
        told["Citewise"]["short given"] = len(given) / len(pairs)
        told["Citewise"]["F1 where given"] = fmean(metrics.f1(short, golds) for short, golds in given) if given else 0.0
    return told


def refusal(found: Evaluation, seen: Sequence[Example], unseen: Sequence[Example]) -> dict[str, Json]:
    known = [one for one in found.outcomes if one.question.answerable is not None]
    sure = np.array([one.confidence or 0.0 for one in known])
    answerable = np.array([bool(one.question.answerable) for one in known])
    said = np.array([one.answer is not None and one.answer.status != "abstained" for one in known])
    fitted = [one for one in seen if one.answerable is not None]
    cosine = _threshold(
        np.array([_passage_cosine(one) for one in fitted]), np.array([one.answerable for one in fitted])
    )
    tested = [one for one in unseen if one.answerable is not None]
    near, labels = (
        np.array([_passage_cosine(one) for one in tested]),
        np.array([bool(one.answerable) for one in tested]),
    )
    at_error = sure >= np.quantile(sure[answerable], GPT4_ERROR)
    return {
        "Citewise": {**_rates(said, answerable), "auroc": metrics.auroc(sure.tolist(), answerable.tolist())},
        f"Citewise at {GPT4_ERROR:.1%} error": _rates(at_error, answerable),
        "best cosine": {**_rates(near >= cosine, labels), "auroc": metrics.auroc(near.tolist(), labels.tolist())},
    }


def quotes(goldset: GoldSet, found: Evaluation, work: Path) -> Json:
    """{checked, wrong}; a program of its own reads the texts through the command line."""
    answers: list[Answer] = [one.answer for one in found.outcomes if one.answer is not None]
    cited = {(c.document.uri, c.start, c.end, c.quote) for answer in answers for c in answer.citations}
    lines = "\n".join(json.dumps(one) for one in sorted(cited))
    index = (work.expanduser().resolve() / goldset.name / "index").as_posix()
    done = subprocess.run([sys.executable, CHECK, index], input=lines, capture_output=True, text=True, check=True)
    told: Json = json.loads(done.stdout)
    return told


def _statements(outcome: Outcome) -> Sequence[Any]:
    return outcome.answer.statements if outcome.answer is not None else ()


def _right_among(example: Example, outcome: Outcome, count: int) -> bool:
    """Whether a right sentence is among the first statements."""
    places = {
        (one.span.document_id, one.span.start)
        for one, good in zip(example.sentences, example.right, strict=True)
        if good
    }
    cited = [one.citations[0] for one in _statements(outcome)[:count] if one.citations]
    return any((one.document.id, one.start) in places for one in cited)


def _order(example: Example) -> Any:
    from bench.reading import read_again

    place = {id(sentence): at for at, sentence in enumerate(example.sentences)}
    return np.array([place[id(one.sentence)] for one in read_again(example).scored])


def _first(example: Example, order: Any, count: int) -> bool:
    return bool(example.right[order[:count]].any())


def _cosines(example: Example) -> Any:
    return np.array([example.cosines.get(one.text, 0.0) for one in example.sentences])


def _with_words(example: Example) -> Any:
    return _cosines(example) + 0.6 * _column(example, "covered", "covered_foreign")


def _column(example: Example, *names: str) -> Any:
    return sum(example.rows[:, NAMES.index(name)] for name in names)


def _passage_cosine(example: Example) -> float:
    return float(_column(example, "meaning", "meaning_foreign").max())


def _f1(example: Example, texts: Sequence[str]) -> float:
    precision, recall = precision_recall(example.question, texts)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _threshold(scores: Any, labels: Any) -> float:
    return float(max(np.unique(scores), key=lambda at: _rates(scores >= at, labels)["balanced accuracy"]))


def _rates(said: Any, answerable: Any) -> Json:
    answerable = np.array(answerable, dtype=bool)
    error, hallucination = float((~said[answerable]).mean()), float(said[~answerable].mean())
    return {"balanced accuracy": 1 - (error + hallucination) / 2, "error": error, "hallucination": hallucination}


def show(name: str, told: Json) -> None:
    print(
        f"{name}, {told['n']} questions; p50 {told['time']['p50']} ms, p95 {told['time']['p95']} ms; "
        f"{told['quotes']['checked']} quotes, {told['quotes']['wrong']} wrong"
    )
    for part in ("sentences", "refusal"):
        for system, values in told.get(part, {}).items():
            print(f"  {part:10} {system:24} " + "  ".join(f"{key} {value:.3f}" for key, value in values.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    told = {}
    for folder in asked.folders:
        name = f"{folder.parent.name}/{folder.name}"
        told[name] = measure(folder, asked.work, asked.limit)
        if not asked.json:
            show(name, told[name])
    if asked.json:
        print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
