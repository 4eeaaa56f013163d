"""`citewise eval` through the real product: small folders in our own words, figures that can be told beforehand."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import pytrec_eval
from click.testing import CliRunner, Result
from corpus import HARBOUR, BagEmbedder, small_index
from jsonschema import Draft202012Validator
from test_beir import folder
from test_schema import validator

import rag.cli
from rag.assistant import Assistant
from rag.evaluate import Evaluation, evaluate, evaluate_index, sample
from rag.evaluation import measure
from rag.evaluation.beir import read_feedback, read_folder
from rag.evaluation.figures import names, saved
from rag.evaluation.goldset import GoldSet, Question
from rag.settings import Settings

DOCUMENTS = [
    {"_id": "limit", "title": "Harbour rules", "text": "The speed limit in the inner harbour is 4 knots."},
    {"_id": "ferry", "title": "Ferries", "text": "The ferry to Gull Island carries 60 passengers."},
    {
        "_id": "pier",
        "title": "Works",
        "text": "The North Pier is repaired in May. Mayor Isolde Varr signed the contract.",
    },
    {"_id": "cranes", "title": "Cranes", "text": "Two yellow cranes unload the coal ships on Mondays."},
    {"_id": "light", "title": "Lighthouse", "text": "The lighthouse keeper retired after thirty years on the cliff."},
    {"_id": "copy", "title": "Ferries", "text": "The ferry to Gull Island carries 60 passengers."},
]
QUESTIONS: list[dict[str, Any]] = [
    {
        "_id": "q1", "text": "What is the speed limit in the inner harbour?", "answer": "4 knots", "type": "answerable",
        "lang": "en", "selected_sentences": [["The speed limit in the inner harbour is 4 knots ."]],
    },
    {
        "_id": "q2", "text": "How many passengers does the ferry to Gull Island carry?", "answer": ["60", "sixty"],
        "type": "answerable", "lang": "en",
    },
    {"_id": "q3", "text": "When does the opera house open?", "type": "unanswerable", "lang": "en"},
    {
        "_id": "q4", "text": "Who signed it?", "answer": "Isolde Varr", "type": "answerable",
        "conversation": [
            {"role": "user", "text": "When is the North Pier repaired?"},
            {"role": "agent", "text": "In May."},
            {"role": "user", "text": "Who signed it?"},
        ],
    },
]  # fmt: skip
QRELS = "query-id\tcorpus-id\tscore\nq1\tlimit\t1\nq1\tpier\t0\nq2\tferry\t2\nq2\tcopy\t1\nq2\tcranes\t1\nq4\tpier\t1\n"


@pytest.fixture
def harbour(tmp_path: Path) -> GoldSet:
    return read_folder(folder(tmp_path / "sets" / "harbour", DOCUMENTS, QUESTIONS, QRELS))


def settings(place: Path, **values: Any) -> Settings:
    """Settings whose own index would lie in `place`/own; it is not to come about."""
    return Settings(_env_file=None, index_dir=place / "own", **{"min_confidence": 0.0, **values})


def run(goldset: GoldSet, place: Path, **more: Any) -> Evaluation:
    return evaluate(goldset, settings(place), **{"embedder": BagEmbedder(), "keep": place / "kept", **more})


def only(goldset: GoldSet, *questions: Question) -> GoldSet:
    return replace(goldset, questions=questions)


def test_every_part_is_measured(harbour: GoldSet, tmp_path: Path) -> None:
    found = run(harbour, tmp_path)
    told = found.figures
    by_id = found.values
    assert told["n"] == 4 and told["counts"] == {
        "retrieval": 3, "answers": 3, "spans": 3, "abstention": 4, "citations": 1, "refused": 0, "notices": 0,
    }  # fmt: skip
    assert by_id["q1"]["retrieval.mrr@10"] == by_id["q1"]["answers.contains"] == 1.0
    assert by_id["q1"]["citations.recall"] == 1.0
    assert told["abstention"]["error_rate"] == 0.0, "nothing is refused at a confidence of 0"
    assert told["abstention"]["hallucination_rate"] == by_id["q3"]["abstention.hallucination_rate"]
    assert told["latency_ms"]["p95"] >= told["latency_ms"]["p50"] > 0
    assert told["settings"]["embedder"] == BagEmbedder.fingerprint and told["settings"]["mode"] == "extractive"
    assert sorted(told["by_type"]) == ["answerable", "unanswerable"] and [*told["by_language"]] == ["en"]
    assert told["by_kind"]["number"]["n"] == 1 and told["by_kind"]["person"]["n"] == 1
    assert not (tmp_path / "own").exists(), "the user's index is not touched"


def test_retrieval_is_what_trec_eval_makes_of_the_saved_ranking(harbour: GoldSet, tmp_path: Path) -> None:
    found = run(harbour, tmp_path)
    judged = {one.id: one for one in harbour.questions if one.relevant}
    qrels = {name: {one: int(grade) for one, grade in question.relevant.items()} for name, question in judged.items()}
    kept = {one["id"]: one for one in map(saved, found.outcomes)}
    runs = {name: {one: 1 / rank for rank, (one, _) in enumerate(kept[name]["ranking"], 1)} for name in judged}
    theirs = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut.10", "recall.10", "success.4", "recip_rank"})
    sums = {"ndcg_cut_10": 0.0, "recall_10": 0.0, "success_4": 0.0, "recip_rank": 0.0}
    for values in theirs.evaluate(runs).values():
        for name in sums:
            sums[name] += values[name] / len(judged)
    ours = found.figures["retrieval"]
    assert [ours["ndcg@10"], ours["recall@10"], ours["hit@4"], ours["mrr@10"]] == pytest.approx(
        [*sums.values()], abs=1e-4
    )
    for one in kept.values():
        scores = [score for _, score in one["ranking"]]
        assert scores == sorted(scores, reverse=True) and len(dict(one["ranking"])) == len(scores)


def test_documents_with_the_same_words_are_both_found(harbour: GoldSet, tmp_path: Path) -> None:
    found = run(only(harbour, harbour.questions[1]), tmp_path)
    ranking = [name for name, _ in found.outcomes[0].ranking]
    assert set(ranking[:2]) == {"ferry", "copy"}


def test_only_candidates_are_searched(harbour: GoldSet, tmp_path: Path) -> None:
    question = replace(harbour.questions[0], candidates=("cranes", "light"))
    (outcome,) = run(only(harbour, question), tmp_path).outcomes
    assert outcome.ranking and {name for name, _ in outcome.ranking} <= {"cranes", "light"}
    assert outcome.values["retrieval.recall@10"] == 0.0


def test_follow_ups_have_their_turns_or_stand_alone(
    harbour: GoldSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    histories: list[Any] = []
    original = Assistant.stream_turn

    def noted(self: Assistant, question: str, filters: Any, history: Sequence[tuple[str, str]]) -> Any:
        histories.append(history)
        return original(self, question, filters, history)

    monkeypatch.setattr(Assistant, "stream_turn", noted)
    last = only(harbour, harbour.questions[3])
    (with_turns,) = run(last, tmp_path).outcomes
    assert set(histories) == {(("When is the North Pier repaired?", "In May."),)}
    assert with_turns.ranking[0][0] == "pier"
    histories.clear()
    run(last, tmp_path, alone=True)
    assert set(histories) == {()}


def test_a_kept_index_is_used_again_and_follows_the_folder(harbour: GoldSet, tmp_path: Path) -> None:
    class Counting(BagEmbedder):
        passages = 0

        def embed_passages(self, texts: Sequence[str]) -> Any:
            self.passages += len(texts)
            return super().embed_passages(texts)

        def embed_query(self, text: str) -> Any:
            return BagEmbedder().embed_query(text)

    def built(goldset: GoldSet) -> int:
        counting = Counting()
        steps: list[str] = []
        run(only(goldset), tmp_path, embedder=counting, on_progress=lambda progress: steps.append(progress.stage))
        assert "scan" in steps
        return counting.passages

    assert built(harbour) == len(DOCUMENTS) - 1, "the copy has the words of another"
    assert built(harbour) == 0
    assert built(replace(harbour, documents={**harbour.documents, "new": "A new document about whales."})) == 1
    few = replace(harbour, documents={"new": "A new document about whales."}, questions=harbour.questions[:1])
    assert {name for name, _ in run(few, tmp_path).outcomes[0].ranking} == {"new"}


def test_nothing_is_left_without_keep(harbour: GoldSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    run(only(harbour, harbour.questions[0]), tmp_path, keep=None)
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_question_that_is_refused_counts_as_not_answered(harbour: GoldSet, tmp_path: Path) -> None:
    long = replace(harbour.questions[0], text="harbour " * 1_000)
    found = run(only(harbour, harbour.questions[1], long), tmp_path).figures
    assert found["counts"]["refused"] == 1 and found["answers"]["answered"] == 0.5
    assert found["abstention"]["error_rate"] == 0.5


def test_a_sample_is_the_same_each_time_and_in_order() -> None:
    questions = [Question(str(n), "?") for n in range(100)]
    drawn = [int(one.id) for one in sample(questions, 20)]
    assert len(drawn) == 20 and drawn == sorted(drawn) == [int(one.id) for one in sample(questions, 20)]
    assert {number % 2 for number in drawn} == {0, 1}, "a set may be ordered by twos"
    assert sample(questions, 100) is questions and sample(questions, None) is questions


def test_feedback_is_asked_of_the_own_index(tmp_path: Path) -> None:
    chosen = small_index(tmp_path, HARBOUR)
    with Assistant.open(chosen, embedder=BagEmbedder()) as assistant:
        before = assistant.snapshot.generation
    rows = [
        {
            "question": "What is the speed limit in the inner harbour?",
            "relevant": ["papers/limit.txt"],
            "answer": "4 knots",
        },
        {"question": "Who plays the organ?", "relevant": [], "answerable": False},
    ]
    (tmp_path / "feedback.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    questions = read_feedback(tmp_path / "feedback.jsonl", {"papers/limit.txt"})
    found = evaluate_index(questions, chosen, embedder=BagEmbedder())
    assert found.name == "index" and found.figures["retrieval"]["mrr@10"] == 1.0
    assert found.outcomes[0].values["answers.contains"] == 1.0 and found.figures["counts"]["abstention"] == 1
    with Assistant.open(chosen, embedder=BagEmbedder()) as assistant:
        assert assistant.snapshot.generation == before


# --- limits ---


def test_limits_go_by_the_short_or_the_full_name() -> None:
    assert measure.parse_limits(["ndcg@10=0.7", "citations.recall=.5", "P95=300"]) == {
        "retrieval.ndcg@10": 0.7, "citations.recall": 0.5, "latency_ms.p95": 300,
    }  # fmt: skip
    short = [name.partition(".")[2] for name in names()]
    assert len(short) == len(set(short)), "a short name means one metric"
    with pytest.raises(ValueError, match=r"'ndcg' is no metric\. There are: retrieval\.ndcg@10, "):
        measure.parse_limits(["ndcg=0.7"])
    with pytest.raises(ValueError, match="has no number"):
        measure.parse_limits(["ndcg@10"])
    with pytest.raises(ValueError, match="has no number"):
        measure.parse_limits(["ndcg@10=nan"])


def test_shortfalls() -> None:
    sets: dict[str, dict[str, Any]] = {
        "a": {"retrieval": {"ndcg@10": 0.71}, "abstention": {"error_rate": 0.2, "auroc": None}},
        "b": {"retrieval": {"ndcg@10": 0.69}},
    }
    told = measure.shortfalls(sets, {"retrieval.ndcg@10": 0.7, "abstention.error_rate": 0.1, "abstention.auroc": 0.5})
    assert told == [
        "b: retrieval.ndcg@10 is 0.69, below 0.7",
        "a: abstention.error_rate is 0.2, above 0.1",
        "abstention.auroc was not measured: there is no gold for it",
    ]
    assert measure.shortfalls(sets, {"retrieval.ndcg@10": 0.69, "abstention.error_rate": 0.2}) == []


# --- the command ---


def command(place: Path, *arguments: Any, exit_code: int = 0) -> Result:
    env = {"CITEWISE_INDEX_DIR": str(place / "own"), "CITEWISE_MIN_CONFIDENCE": "0"}
    done = CliRunner().invoke(rag.cli.main, ["eval", *map(str, arguments)], env=env)
    assert done.exit_code == exit_code and isinstance(done.exception, SystemExit | None), done.output
    return done


@cache
def measured(place: Path) -> tuple[Path, Any]:
    """A folder that was measured once, its index kept; and what the command printed."""
    place.mkdir()
    folder(place / "sets" / "harbour", DOCUMENTS, QUESTIONS, QRELS)
    told = command(
        place, place / "sets" / "harbour", "--json", "--keep", place / "kept", "--save", place / "first.json"
    )
    assert "Asking sets/harbour: 4 of 4" in told.stderr
    return place, json.loads(told.stdout)


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return measured(tmp_path_factory.getbasetemp() / "measured")[0]


def test_json_holds_to_the_schema(tmp_path_factory: pytest.TempPathFactory) -> None:
    _, told = measured(tmp_path_factory.getbasetemp() / "measured")
    check: Draft202012Validator = validator("figures")
    check.validate(told)
    assert {"retrieval", "answers", "abstention", "citations"} <= told.keys()
    for part in ("retrieval", "answers", "abstention", "citations", "latency_ms", "counts", "settings"):
        for key in told[part]:
            less = {**told, part: {name: value for name, value in told[part].items() if name != key}}
            assert not check.is_valid(less), f"{part}.{key} may be missing"
        assert not check.is_valid({**told, part: {**told[part], "surprise": 1}})
    assert not check.is_valid({**told, "surprise": 1}) and not check.is_valid({**told, "by_kind": {"x": {"y": 1}}})
    for key in ("n", "latency_ms", "counts", "settings"):
        assert not check.is_valid({name: value for name, value in told.items() if name != key})


def test_a_saved_file_holds_every_question(place: Path) -> None:
    found = json.loads((place / "first.json").read_text("utf-8"))["sets"]["sets/harbour"]
    assert [one["id"] for one in found["queries"]] == ["q1", "q2", "q3", "q4"] and found["n"] == 4
    first = found["queries"][0]
    assert first["ranking"][0][0] == "limit" and "4 knots" in first["answer"][0]
    assert found["retrieval"]["mrr@10"] == pytest.approx(
        math.fsum(one["values"].get("retrieval.mrr@10", 0) for one in found["queries"]) / 3, abs=1e-4
    )


@pytest.mark.slow
def test_compare_and_fail(place: Path) -> None:
    """Compared with a past that is better on every question of a larger folder, and with itself."""
    many = [{**QUESTIONS[0], "_id": f"q{n}"} for n in range(12)]
    wide = folder(place / "wide" / "harbour", DOCUMENTS, many, "".join(f"q{n}\tcranes\t1\n" for n in range(12)))
    first = command(place, wide, "--keep", place / "kept", "--save", place / "wide.json")
    assert first.stdout.startswith("retrieval") and "wide/harbour  12" in first.stdout
    past = json.loads((place / "wide.json").read_text("utf-8"))
    for one in past["sets"]["wide/harbour"]["queries"]:
        one["values"]["retrieval.ndcg@10"] = 1.0
    (place / "past.json").write_text(json.dumps(past), "utf-8")
    arguments = (wide, "--keep", place / "kept", "--fail-if-worse", "--json", "--compare")
    done = command(place, *arguments, place / "past.json", exit_code=1)
    told = json.loads(done.stdout)
    validator("figures").validate(told)
    assert told["comparison"]["retrieval.ndcg@10"]["verdict"] == "worse"
    assert told["comparison"]["answers.contains"]["verdict"] == "no real difference"
    assert done.stderr.splitlines()[-1].startswith("error: wide/harbour: retrieval.ndcg@10 fell from 1 to ")
    same = command(place, wide, "--keep", place / "kept", "--fail-if-worse", "--compare", place / "wide.json")
    assert "no real difference" in same.stdout and "worse" not in same.stdout
    other = folder(place / "other" / "set", DOCUMENTS, [{"_id": "x", "text": "Who?"}], None)
    done = command(place, other, "--compare", place / "wide.json", exit_code=1)
    assert done.stderr.splitlines()[-1].endswith("Compare with a saved evaluation of that folder.")


def test_several_folders_and_a_limit_that_is_missed(place: Path) -> None:
    second = folder(place / "sets" / "mute", DOCUMENTS, [{"_id": "q", "text": "Where are the cranes?"}], None)
    feedback = place / "feedback.jsonl"
    arguments = (place / "sets" / "harbour", second, "--keep", place / "kept")
    done = command(place, *arguments, "--json", "--fail-under", "ndcg@10=1.01", exit_code=1)
    told = json.loads(done.stdout)
    validator("evaluations").validate(told)
    assert [*told["sets"]] == ["sets/harbour", "sets/mute"] and "retrieval" not in told["sets"]["sets/mute"]
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert line.startswith("error: sets/harbour: retrieval.ndcg@10 is 0.") and line.endswith(", below 1.01.")
    feedback.write_text('{"question": "Where are the cranes?", "relevant": ["cranes"]}\n', "utf-8")
    one = command(place, second, "--keep", place / "kept", "--feedback", feedback, "--json", "--fail-under", "hit@4=1")
    assert json.loads(one.stdout)["n"] == 2 and json.loads(one.stdout)["retrieval"]["hit@4"] == 1.0
    command(place, *arguments, "--feedback", feedback, exit_code=2)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Name a DIR to measure with"),
        (["x", "--fail-under", "speed=3"], "'speed' is no metric. There are: retrieval.ndcg@10"),
        (["x", "--fail-if-worse"], "--fail-if-worse needs --compare"),
        (["x", "--limit", "0"], "--limit"),
    ],
)
def test_wrong_usage_exits_2(tmp_path: Path, arguments: list[str], told: str) -> None:
    assert told in command(tmp_path, *arguments, exit_code=2).stderr


def test_what_cannot_be_measured_is_one_line(tmp_path: Path) -> None:
    broken = folder(tmp_path / "broken", ["{\n"])
    good = folder(tmp_path / "good")
    for arguments, told in (
        ((tmp_path / "none",), "The folder "),
        ((broken,), "corpus.jsonl, line 1: no JSON"),
        ((good, "--compare", tmp_path / "none.json"), "none.json cannot be read"),
        ((good, broken), "corpus.jsonl, line 1: no JSON"),
        (("--feedback", tmp_path / "none.jsonl"), "Nothing is indexed"),
    ):
        done = command(tmp_path, *arguments, exit_code=1)
        (line,) = done.stderr.splitlines()
        assert line.startswith("error: ") and (told in line or "--feedback" in arguments) and done.stdout == ""
        assert json.loads(command(tmp_path, *arguments, "--json", exit_code=1).stdout).keys() == {"error", "fix"}


def test_the_help_tells_the_form_of_feedback() -> None:
    shown = CliRunner().invoke(rag.cli.main, ["eval", "--help"]).stdout
    assert '{"question": "...", "relevant": ["uri", ...], "answer": "..." or [...], "answerable": true}' in shown
