"""Feedback becomes questions that `citewise eval --feedback` asks."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from corpus import BagEmbedder, citewise, document, environment, seeds_index, small_index
from saved_chats import NOW, answered, full_turn, quoted, said

import rag.cli
from index.types import Span
from rag import Assistant
from rag.chats.feedback import feedback_rows
from rag.chats.sqlite import FILENAME
from rag.chats.store import ChatStore
from rag.chats.types import Feedback, Rated, Turn
from rag.evaluation.beir import read_feedback
from rag.questions.followup import follow_up
from rag.settings import Settings
from rag.types import Answer

SOURCE = document("The limit is 4 knots.")
ANSWER = answered(said(quoted(SOURCE, SOURCE.text)), short_answer=Span(1, 13, 20))
REFUSED = replace(answered(), status="abstained")
GOOD, BAD = Feedback("good"), Feedback("bad")


def rows(*rated: Rated, known: Any = None) -> list[dict[str, Any]]:
    return list(feedback_rows(rated, known).rows)


@pytest.mark.parametrize(
    ("answer", "feedback", "told"),
    [
        (ANSWER, GOOD, {"relevant": ["papers/1.txt"], "answer": "4 knots", "answerable": True}),
        (replace(ANSWER, short_answer=None), GOOD, {"relevant": ["papers/1.txt"], "answerable": True}),
        (ANSWER, Feedback("good", relevant=("b", "papers/1.txt")),
         {"relevant": ["papers/1.txt", "b"], "answer": "4 knots", "answerable": True}),
        (REFUSED, GOOD, {"answerable": False}),
        (REFUSED, Feedback("bad", relevant=("b", "b")), {"relevant": ["b"]}),
        (ANSWER, Feedback("bad", relevant=("b",), answerable=True), {"relevant": ["b"], "answerable": True}),
        (ANSWER, Feedback("bad", answerable=False), {"answerable": False}),
        (None, Feedback("bad", answerable=False), {"answerable": False}),
    ],
)  # fmt: skip
def test_a_row_tells_what_is_right(answer: Answer | None, feedback: Feedback, told: dict[str, Any]) -> None:
    assert rows(Rated("q?", answer, feedback)) == [{"question": "q?", **told}]


@pytest.mark.parametrize(("answer", "feedback"), [(ANSWER, BAD), (REFUSED, BAD), (None, GOOD), (None, BAD)])
def test_what_tells_nothing_right_is_counted(answer: Answer | None, feedback: Feedback) -> None:
    made = feedback_rows([Rated("q?", answer, feedback), Rated("p?", ANSWER, GOOD)])
    assert made.left_out == 1 and [row["question"] for row in made.rows] == ["p?"]


def test_documents_that_are_gone_are_left_out() -> None:
    told = Rated("q?", ANSWER, Feedback("bad", relevant=("gone", "here")))
    assert rows(told, known=["here"]) == [{"question": "q?", "relevant": ["here"]}]
    assert feedback_rows([told], known=["other"]).left_out == 1


def test_the_last_opinion_counts() -> None:
    early, late = replace(GOOD, given=NOW), replace(BAD, answerable=False, given=NOW + timedelta(days=1))
    for order in ((early, late), (late, early)):
        assert rows(*(Rated("Q?", ANSWER, one) for one in order)) == [{"question": "Q?", "answerable": False}]
    assert rows(Rated("q?", ANSWER, GOOD), Rated("Q? ", ANSWER, replace(BAD, answerable=True)))[0]["answerable"]


HISTORY = (("How many people left Tarnhythe in 2022?", "412 people left [1]."),)


@pytest.mark.parametrize(
    ("question", "carried", "standalone"),
    [
        ("And in 2023?", follow_up("And in 2023?", HISTORY).carried, "How many people left Tarnhythe in 2023?"),
        ("And in 2023?", ("other", "words"), "And in 2023? (other words)"),
        ("What is the speed limit?", (), "What is the speed limit?"),
    ],
)
def test_a_follow_up_stands_by_itself(question: str, carried: tuple[str, ...], standalone: str) -> None:
    (row,) = rows(Rated(question, replace(ANSWER, carried=carried), GOOD, HISTORY))
    assert row["question"] == standalone


def test_eval_reads_the_file(tmp_path: Path) -> None:
    made = feedback_rows([Rated("q\u2028ä?", ANSWER, GOOD), Rated("p", REFUSED, GOOD)])
    (tmp_path / "f.jsonl").write_text(made.lines, encoding="utf-8")
    first, second = read_feedback(tmp_path / "f.jsonl", {"papers/1.txt"})
    assert (first.text, list(first.relevant), first.answers) == ("q\u2028ä?", ["papers/1.txt"], ("4 knots",))
    assert first.answerable and second.answerable is False


def rate(folder: Path, *turns: Turn) -> None:
    with ChatStore(folder / FILENAME) as chats:
        for turn in turns:
            chats.put_turn("c1", turn)


def run(folder: Path, *arguments: str) -> Any:
    return CliRunner().invoke(rag.cli.main, ["feedback", *arguments], env={"CITEWISE_INDEX_DIR": str(folder)})


def test_the_command_without_feedback(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    for chats in (False, True):
        if chats:
            rate(chosen.index_dir, Turn(1, "q?", state="done", answer=ANSWER))
        done = run(chosen.index_dir)
        assert done.exit_code == 1 and "There is no feedback" in done.stderr and "citewise ui" in done.stderr
        assert (chosen.index_dir / FILENAME).exists() == chats


def test_the_command_writes_lines(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    with Assistant.open(chosen, embedder=BagEmbedder()) as assistant:
        answer = assistant.ask("What is the speed limit in the inner harbour?")
    rate(
        chosen.index_dir,
        Turn(1, answer.question, state="done", answer=answer, feedback=GOOD),
        Turn(2, "Untold?", state="done", answer=answer, feedback=BAD),
    )
    done = run(chosen.index_dir)
    assert done.exit_code == 0 and "1 without a word" in done.stderr
    (row,) = map(json.loads, done.stdout.splitlines())
    assert row["question"] == answer.question and "papers/limit.txt" in row["relevant"]
    assert run(chosen.index_dir, "--output", "made.jsonl").stdout == ""
    assert json.loads(Path("made.jsonl").read_text("utf-8")) == row
    failed = run(chosen.index_dir, "--output", str(tmp_path / "no" / "file"))
    assert failed.exit_code == 1 and failed.stderr.count("error:") == 1


@pytest.mark.slow
def test_from_the_chat_to_eval(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    index_dir = tmp_path / "index"
    shutil.copytree(seeds_index(tmp_path_factory).index_dir, index_dir)
    chosen = Settings(_env_file=None, index_dir=index_dir, min_confidence=0.0)
    with Assistant.open(chosen) as assistant:
        answer = assistant.ask("What is the speed limit in the inner harbour?")
    refused = replace(answered(), status="abstained", question="Who won the chess cup?")
    rate(
        index_dir,
        Turn(1, answer.question, state="done", answer=answer, feedback=GOOD),
        Turn(2, refused.question, state="done", answer=refused, feedback=GOOD),
        full_turn(3, note="about papers that are gone"),
    )
    env = environment(chosen)
    done = citewise("feedback", "--output", "f.jsonl", env=env)
    assert done.returncode == 0 and b"2 questions are in f.jsonl" in done.stderr, done.stderr
    measured = citewise("eval", "--feedback", "f.jsonl", "--json", env=env)
    assert measured.returncode == 0, measured.stderr
    figures = json.loads(measured.stdout)
    assert figures["n"] == 2 and figures["retrieval"]["recall@10"] > 0
