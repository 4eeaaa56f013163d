"""Figures against hand counts, properties and trec_eval; comparisons against planted and missing differences."""

from __future__ import annotations

import json
import math
import random
from dataclasses import replace
from pathlib import Path

import pytest
import pytrec_eval
from corpus import PROJECT, document
from hypothesis import given
from hypothesis import strategies as st

from index.errors import CitewiseError
from index.types import Span
from rag.evaluation import metrics
from rag.evaluation.compare import compare, read_saved
from rag.evaluation.figures import Outcome, figures, judge, names
from rag.evaluation.goldset import Gold, Question
from rag.types import Answer, Citation, Statement

GRADES = {"a": 3.0, "b": 1.0, "c": 0.0}


def test_retrieval_by_hand() -> None:
    ranking = ["x", "b", "a", "c"]
    gained = 1 / math.log2(3) + 3 / math.log2(4)
    assert metrics.ndcg(ranking, GRADES, 10) == pytest.approx(gained / (3 + 1 / math.log2(3)))
    assert metrics.ndcg(ranking, GRADES, 1) == 0.0
    assert metrics.recall(ranking, {"a", "b"}, 2) == 0.5
    assert metrics.hit(ranking, {"a"}, 3) == 1.0 and metrics.hit(ranking, {"a"}, 2) == 0.0
    assert metrics.reciprocal_rank(ranking, {"a"}, 10) == pytest.approx(1 / 3)
    assert metrics.reciprocal_rank(ranking, {"a"}, 2) == 0.0


def trec_figures(runs: dict[str, list[str]], qrels: dict[str, dict[str, int]]) -> dict[str, dict[str, float]]:
    """What trec_eval says; scores fall strictly, so that it has no ties to break."""
    asked = {"ndcg_cut.10", "recall.10", "success.4", "recip_rank"}
    scored = {name: {one: 1.0 / rank for rank, one in enumerate(run, 1)} for name, run in runs.items()}
    found: dict[str, dict[str, float]] = pytrec_eval.RelevanceEvaluator(qrels, asked).evaluate(scored)
    return found


@pytest.mark.parametrize("seed", range(5))
def test_retrieval_agrees_with_trec_eval(seed: int) -> None:
    chance = random.Random(seed)
    pool = [f"d{n}" for n in range(30)]
    qrels = {
        f"q{n}": {one: chance.choice((-1, 0, 0, 1, 2, 3)) for one in chance.sample(pool, 12)} | {"d0": 1}
        for n in range(40)
    }
    runs = {name: chance.sample(pool, chance.randint(1, 10)) for name in qrels}
    for name, theirs in trec_figures(runs, qrels).items():
        relevant = {one for one, grade in qrels[name].items() if grade > 0}
        ours = {
            "ndcg_cut_10": metrics.ndcg(runs[name], qrels[name], 10),
            "recall_10": metrics.recall(runs[name], relevant, 10),
            "success_4": metrics.hit(runs[name], relevant, 4),
            "recip_rank": metrics.reciprocal_rank(runs[name], relevant, 10),
        }
        assert ours == pytest.approx(theirs, abs=1e-6)


@given(st.permutations([f"d{n}" for n in range(12)]), st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3)))
def test_retrieval_stays_within_bounds(ranking: list[str], grades: dict[str, int]) -> None:
    judged = {f"d{ord(name) - 97}": float(grade) for name, grade in grades.items()}
    relevant = {name for name, grade in judged.items() if grade > 0}
    best = sorted(ranking, key=lambda name: -judged.get(name, 0))
    value = metrics.ndcg(ranking, judged, 10)
    assert 0 <= value <= metrics.ndcg(best, judged, 10) + 1e-12
    assert metrics.ndcg(best, judged, 10) == pytest.approx(1.0 if relevant else 0.0)
    assert metrics.hit(ranking, relevant, 10) >= metrics.reciprocal_rank(ranking, relevant, 10)
    assert (metrics.recall(ranking, relevant, 10) > 0) == (metrics.hit(ranking, relevant, 10) == 1)


@pytest.mark.parametrize(
    ("text", "gold", "found"),
    [
        ("It cost 1,308 crowns.", "308", False),
        ("It cost 308 crowns.", "308", True),
        ("Luther's last words.", "luther", True),
        ("A 15-year treaty.", "15", True),
        ("A 15-year treaty.", "15 year", True),
        ("They must go.", "us", False),
        ("In the north of the town.", "North of Town", True),
        ("„Wir sind Bettler“, sagte er.", "wir sind bettler", True),
        ("首都是北京市。", "北京", True),
        ("Anything", "the", False),
        ("", "x", False),
    ],
)
def test_contains(text: str, gold: str, found: bool) -> None:
    assert metrics.contains(text, ["never said", gold]) is found


@pytest.mark.parametrize(
    ("text", "gold", "em", "f1"),
    [
        ("The Eiffel Tower.", "eiffel tower", 1.0, 1.0),
        ("the tall Eiffel Tower", "Eiffel Tower", 0.0, 0.8),
        ("", "Eiffel Tower", 0.0, 0.0),
        ("北京市", "北京", 0.0, 0.8),
        ("Rome", "Paris", 0.0, 0.0),
        ("a a b", "a b b", 0.0, 2 / 3),  # articles fall away: "b" stands against "b b"
    ],
)
def test_exact_match_and_f1(text: str, gold: str, em: float, f1: float) -> None:
    assert metrics.exact_match(text, [gold]) == em
    assert metrics.f1(text, [gold]) == pytest.approx(f1)
    assert metrics.f1(text, [gold, "nothing alike"]) == metrics.f1(text, [gold])


@given(st.text(max_size=40), st.text(max_size=40))
def test_f1_is_symmetric_and_1_for_equals(one: str, other: str) -> None:
    assert metrics.f1(one, [other]) == pytest.approx(metrics.f1(other, [one]))
    assert metrics.f1(one, [one]) == metrics.exact_match(one, [one]) == 1.0
    assert metrics.exact_match(one, [other]) <= metrics.f1(one, [other]) <= 1.0


@given(st.text(max_size=200), st.integers(1, 20))
def test_first_words_are_a_prefix(text: str, limit: int) -> None:
    found = metrics.first_words(text, limit)
    assert text.startswith(found)
    assert metrics.words(found) == metrics.words(text)[:limit]


def test_golds_that_can_stand_in_a_document() -> None:
    long = " ".join(f"word{n}" for n in range(13))
    golds = ["Yes", "no.", "SUPPORT", "NOT_ENOUGH_INFO", "NASA", "the", long, "four knots"]
    assert metrics.span_golds(golds) == ["NASA", "four knots"]
    assert metrics.span_golds([long, "Yes"], spans=True) == [long, "Yes"]


def test_auroc_by_hand() -> None:
    assert metrics.auroc([0.9, 0.8, 0.2], [True, True, False]) == 1.0
    assert metrics.auroc([0.9, 0.1, 0.5, 0.5], [True, False, True, False]) == pytest.approx(0.875)
    assert metrics.auroc([0.5], [True]) is None


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30))
def test_auroc_is_the_share_of_pairs(rows: list[tuple[int, bool]]) -> None:
    good, bad = [score for score, label in rows if label], [score for score, label in rows if not label]
    found = metrics.auroc([float(score) for score, _ in rows], [label for _, label in rows])
    if not good or not bad:
        assert found is None
        return
    pairs = [(one > other) + 0.5 * (one == other) for one in good for other in bad]
    assert found == pytest.approx(sum(pairs) / len(pairs))


def test_percentiles() -> None:
    assert metrics.percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.5
    assert metrics.percentile([1.0], 0.95) == 1.0
    assert metrics.percentile(list(map(float, range(101))), 0.95) == pytest.approx(95.0)


# --- from answers to values ---

PAGE = document("The dike broke at four. Nobody was hurt. Cows swam home. The mayor thanked the crews of all boats.")


def said(*quotes: str, short: str = "", confidence: float = 0.5) -> Answer:
    """An answer of these sentences of PAGE; none of them is an abstention."""
    cited = [
        Citation(n, PAGE, 1, PAGE.text.index(quote), PAGE.text.index(quote) + len(quote), None, quote, 1.0)
        for n, quote in enumerate(quotes, 1)
    ]
    at = PAGE.text.index(short)
    return Answer(
        question="?",
        text="",
        statements=tuple(Statement(one.quote, (one,), "verbatim", 1.0) for one in cited),
        citations=tuple(cited),
        short_answer=Span(PAGE.id, at, at + len(short)) if short else None,
        status="answered" if quotes else "abstained",
        missing=(),
        disagreements=(),
        nearest=(),
        uncovered_terms=(),
        generation=1,
        mode="extractive",
        confidence=confidence,
    )


def outcome(question: Question, answer: Answer | None, ranking: tuple[str, ...] = (), ms: float = 1.0) -> Outcome:
    values = judge(question, ranking, answer, lambda uri: "page")
    return Outcome(question, "other", tuple((name, 0.5) for name in ranking), answer, ms, values)


def test_values_of_an_answer() -> None:
    question = Question("1", "When did the dike break?", answers=("at four",), answerable=True, relevant={"page": 1.0})
    answer = said("Nobody was hurt.", "The dike broke at four.", short="broke at four")
    assert judge(question, ["page"], answer, lambda uri: "page") == {
        "retrieval.ndcg@10": 1.0,
        "retrieval.recall@10": 1.0,
        "retrieval.hit@4": 1.0,
        "retrieval.mrr@10": 1.0,
        "answers.answered": 1.0,
        "answers.words": 8.0,
        "answers.contains": 1.0,
        "answers.contains_first": 0.0,
        "answers.em": 0.0,
        "answers.f1": pytest.approx(0.8),
        "abstention.error_rate": 0.0,
    }


def test_an_abstention_and_a_refusal_match_nothing() -> None:
    question = Question("1", "?", answers=("at four",), answerable=True, evidence=((Gold("Cows swam home."),),))
    for answer in (said(), None):
        assert judge(question, [], answer, str) == {
            "answers.answered": 0.0,
            "answers.contains": 0.0,
            "answers.contains_first": 0.0,
            "answers.em": 0.0,
            "answers.f1": 0.0,
            "abstention.error_rate": 1.0,
            "citations.recall": 0.0,
        }


def test_only_the_first_60_words_count() -> None:
    text = " ".join(f"w{n}" for n in range(60)) + " late."
    long = document(text)
    cited = Citation(1, long, 1, 0, len(text), None, text, 1.0)
    answer = replace(said("Cows swam home."), statements=(Statement(text, (cited,), "verbatim", 1.0),))
    found = judge(Question("1", "?", answers=("late",)), [], answer, str)
    assert (found["answers.contains"], found["answers.contains_first"], found["answers.words"]) == (0.0, 1.0, 61.0)
    assert judge(Question("1", "?", answers=("w59",)), [], answer, str)["answers.contains"] == 1.0


def test_citations_by_hand() -> None:
    one, other = Gold("The dike broke at four."), Gold("Cows swam home.")
    question = Question("1", "?", answerable=True, evidence=((one, other), (one,)))
    found = judge(question, [], said("The dike broke at four.", "Nobody was hurt."), lambda uri: "page")
    assert (found["citations.precision"], found["citations.recall"]) == (0.5, 1.0), "the second annotation is met"
    found = judge(question, [], said("Cows swam home."), lambda uri: "page")
    assert (found["citations.precision"], found["citations.recall"]) == (1.0, 0.5)
    elsewhere = Question("1", "?", evidence=((Gold("Cows swam home.", "another page"),),))
    found = judge(elsewhere, [], said("Cows swam home."), lambda uri: "page")
    assert (found["citations.precision"], found["citations.recall"]) == (0.0, 0.0)


def test_figures_of_a_set() -> None:
    right = Question("1", "?", answers=("four",), answerable=True, type="answerable", relevant={"page": 1.0})
    wrong = Question("2", "?", answers=("nine",), answerable=True, type="answerable", language="en")
    none = Question("3", "?", answerable=False, type="unanswerable")
    first = outcome(right, said("The dike broke at four.", confidence=0.9), ("x", "page"), 10.0)
    rows = [first, outcome(wrong, said(confidence=0.3), (), 20.0), outcome(none, said("Cows swam home."), (), 30.0)]
    found = figures(rows)
    assert found["retrieval"] == {"ndcg@10": round(1 / math.log2(3), 4), "recall@10": 1, "hit@4": 1, "mrr@10": 0.5}
    assert found["answers"] == {"contains": 0.5, "contains_first": 0.5, "em": 0, "f1": 0, "answered": 0.5, "words": 5}
    assert found["abstention"] == {
        "balanced_accuracy": 0.25,
        "error_rate": 0.5,
        "hallucination_rate": 1.0,
        "auroc": 0.5,
    }
    assert "citations" not in found and found["latency_ms"] == {"p50": 20.0, "p95": 29.0} and found["n"] == 3
    assert found["counts"] == {
        "retrieval": 1, "answers": 2, "spans": 2, "abstention": 3, "citations": 0, "refused": 0, "notices": 0,
    }  # fmt: skip
    assert found["by_type"]["unanswerable"]["abstention"]["hallucination_rate"] == 1.0
    assert found["by_type"]["unanswerable"]["abstention"]["balanced_accuracy"] is None
    assert [*found["by_language"]] == ["en"] and found["by_kind"]["other"]["n"] == 3


def test_parts_without_gold_are_left_out() -> None:
    found = figures([outcome(Question("1", "?"), said("Cows swam home."))])
    assert not {"retrieval", "answers", "abstention", "citations"} & found.keys()


# --- comparisons ---

METRIC = "answers.contains"


def values(numbers: list[float], metric: str = METRIC) -> dict[str, dict[str, float]]:
    return {str(n): {metric: number} for n, number in enumerate(numbers)}


def test_a_planted_loss_is_found_and_a_gain_too() -> None:
    chance = random.Random(1)
    before = [float(chance.random() < 0.8) for _ in range(200)]
    after = [number if chance.random() < 0.85 else 0.0 for number in before]
    found = compare(values(before), values(after))[METRIC]
    assert found["verdict"] == "worse" and found["high"] < 0 and found["p"] < 0.01 and found["n"] == 200
    assert found["difference"] == pytest.approx(sum(after) / 200 - sum(before) / 200, abs=1e-4)
    assert compare(values(after), values(before))[METRIC]["verdict"] == "better"


def test_for_a_rate_of_errors_more_is_worse() -> None:
    few, many = [0.0] * 50, [0.0, 1.0] * 25
    rate = "abstention.error_rate"
    assert compare(values(few, rate), values(many, rate))[rate]["verdict"] == "worse"
    assert compare(values(many, rate), values(few, rate))[rate]["verdict"] == "better"


def test_noise_raises_no_more_alarms_than_promised() -> None:
    chance = random.Random(2)
    alarms = 0
    for _ in range(100):
        before = [chance.random() for _ in range(60)]
        after = [chance.random() for _ in range(60)]
        alarms += compare(values(before), values(after))[METRIC]["verdict"] != "no real difference"
    assert alarms <= 8


def test_few_questions_prove_nothing() -> None:
    found = compare(values([0.0, 0.0, 0.0]), values([1.0, 1.0, 1.0]))[METRIC]
    assert found["difference"] == 1.0 and found["verdict"] == "no real difference"


def test_the_same_results_differ_by_nothing() -> None:
    found = compare(values([0.2, 0.9]), values([0.2, 0.9]))[METRIC]
    assert (found["difference"], found["low"], found["high"], found["p"]) == (0, 0, 0, 1)


def test_questions_are_paired_by_id() -> None:
    old, new = values([0.0, 1.0, 1.0]), {"2": {METRIC: 1.0}, "1": {METRIC: 1.0}, "9": {METRIC: 0.0}}
    assert compare(old, new)[METRIC]["n"] == 2 and compare(old, new)[METRIC]["difference"] == 0
    assert compare(old, {"9": {METRIC: 0.0}}) == {}


def test_an_error_of_rounding_is_no_difference() -> None:
    found = compare(values([1 / 3] * 20), values([1 / 3 + 1e-9] * 20))[METRIC]
    assert (found["difference"], found["p"], found["verdict"]) == (0, 1, "no real difference")


def test_balanced_accuracy_weighs_both_kinds_alike() -> None:
    error, hallucination = "abstention.error_rate", "abstention.hallucination_rate"
    old = {**values([0.0] * 90, error), **{f"u{n}": {hallucination: 1.0} for n in range(10)}}
    new = {**values([0.0] * 90, error), **{f"u{n}": {hallucination: 0.0} for n in range(10)}}
    found = compare(old, new)["abstention.balanced_accuracy"]
    assert (found["old"], found["new"], found["verdict"]) == (0.5, 1.0, "better")


@pytest.mark.parametrize("text", ["", "[]", '{"sets": 3}', '{"sets": {"a": {"queries": [{"id": "1"}]}}}'])
def test_a_file_that_is_no_saved_evaluation(tmp_path: Path, text: str) -> None:
    (tmp_path / "old.json").write_text(text, "utf-8")
    with pytest.raises(CitewiseError, match="no saved evaluation"):
        read_saved(tmp_path / "old.json")
    with pytest.raises(CitewiseError, match="cannot be read"):
        read_saved(tmp_path / "none.json")


def test_every_metric_with_a_limit_is_in_the_schema() -> None:
    schema = json.loads((PROJECT / "rag" / "schema.json").read_text("utf-8"))["$defs"]
    parts = {**schema["measured"]["properties"], **schema["figures"]["properties"]}
    for name in names():
        part, _, metric = name.partition(".")
        assert metric in parts[part]["properties"]
