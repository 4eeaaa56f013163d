"""Reading BEIR folders and feedback: every form of the sets, and one line that names the place of what is wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from index.errors import CitewiseError
from rag.evaluation.beir import read_feedback, read_folder
from rag.evaluation.goldset import Gold, write_documents

DOCUMENTS = [
    {"_id": "d1", "title": "Dike", "text": "The dike broke. Cows swam home."},
    {"_id": "d/2 ../x", "title": "", "text": "Boats are blue."},
    {"_id": "empty", "title": "", "text": ""},
]
QUESTIONS = [{"_id": "q1", "text": "What broke?"}, {"_id": "q2", "text": "What is blue?"}]
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq2\td/2 ../x\t1\n"


def lines(rows: Sequence[Any]) -> str:
    return "".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows)


def folder(
    place: Path, documents: Sequence[Any] = DOCUMENTS, questions: Sequence[Any] = QUESTIONS, qrels: str | None = QRELS
) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    (place / "corpus.jsonl").write_text(lines(documents), "utf-8")
    (place / "queries.jsonl").write_text(lines(questions), "utf-8")
    if qrels is not None:
        (place / "qrels.tsv").write_text(qrels, "utf-8")
    return place


def test_a_plain_folder(tmp_path: Path) -> None:
    found = read_folder(folder(tmp_path / "sets" / "harbour"))
    assert found.name == "sets/harbour"
    assert found.documents["d1"] == "Dike\n\nThe dike broke. Cows swam home."
    assert found.documents["d/2 ../x"] == "Boats are blue."
    assert [(one.id, dict(one.relevant)) for one in found.questions] == [("q1", {"d1": 2}), ("q2", {"d/2 ../x": 1})]
    assert all(one.answerable is None and one.candidates is None for one in found.questions)


def test_qrels_may_be_missing(tmp_path: Path) -> None:
    assert [dict(one.relevant) for one in read_folder(folder(tmp_path, qrels=None)).questions] == [{}, {}]


def test_the_layout_of_beir_asks_only_what_is_judged(tmp_path: Path) -> None:
    folder(tmp_path, qrels=None)
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq2\td1\t1\n", "utf-8")
    assert [one.id for one in read_folder(tmp_path).questions] == ["q2"]


def test_a_bom_blank_lines_and_windows_line_ends(tmp_path: Path) -> None:
    folder(tmp_path, qrels="\ufeff" + QRELS.replace("\n", "\r\n") + "\r\n")
    text = (tmp_path / "queries.jsonl").read_text("utf-8")
    (tmp_path / "queries.jsonl").write_bytes(("\ufeff\n" + text).replace("\n", "\r\n").encode())
    assert [dict(one.relevant) for one in read_folder(tmp_path).questions] == [{"d1": 2}, {"d/2 ../x": 1}]


def test_who_is_answerable(tmp_path: Path) -> None:
    def read(*types: str | None, **more: Any) -> list[bool | None]:
        rows = [{"_id": f"q{n}", "text": "?", **({"type": one} if one else {})} for n, one in enumerate(types)]
        rows[0] |= more
        return [one.answerable for one in read_folder(folder(tmp_path, questions=rows, qrels=None)).questions]

    assert read("answerable", "unanswerable") == [True, False]
    assert read("Single", "Null", "Multi") == [True, False, True]
    assert read("Single", "Multi") == [None, None]
    assert read("Single", None, answerable=False) == [False, None]


def test_conversations(tmp_path: Path) -> None:
    turns = [("user", "Hi"), ("user", "What broke?"), ("agent", "The dike."), ("assistant", "Yes."), ("user", "Why?")]
    rows = [{"_id": "q1", "text": "Why?", "conversation": [{"role": role, "text": text} for role, text in turns]}]
    question = read_folder(folder(tmp_path, questions=rows, qrels=None)).questions[0]
    assert question.history == (("Hi", ""), ("What broke?", "The dike. Yes."))


def test_gold_sentences_in_both_forms(tmp_path: Path) -> None:
    rows = [
        {"_id": "q1", "text": "?", "selected_sentences": [["Cows swam home."], []]},
        {"_id": "q2", "text": "?", "evidence": [{"doc": "d1", "sentences": [1]}]},
        {"_id": "q3", "text": "?", "evidence": [{"doc": "d1", "sentences": [7]}]},
    ]
    found = read_folder(folder(tmp_path, questions=rows, qrels=None)).questions
    assert [one.evidence for one in found] == [((Gold("Cows swam home."),),), ((Gold("Cows swam home.", "d1"),),), ()]
    other = [{**DOCUMENTS[0], "metadata": {"n_sent": 5}}, *DOCUMENTS[1:]]
    assert read_folder(folder(tmp_path, other, rows, None)).questions[1].evidence == (), "their sentences are not ours"


@pytest.mark.parametrize(
    ("part", "bad", "told"),
    [
        ("documents", "{\n", "corpus.jsonl, line 4: no JSON"),
        ("documents", "[1]\n", "corpus.jsonl, line 4: no JSON object"),
        ("documents", {"title": "x", "text": "y"}, "corpus.jsonl, line 4: '_id' is missing"),
        ("documents", {"_id": "d1", "text": "y"}, "corpus.jsonl, line 4: the id 'd1' is there twice"),
        ("documents", {"_id": "d4"}, "corpus.jsonl, line 4: 'text' is missing"),
        ("questions", {"_id": "q3", "text": " "}, "queries.jsonl, line 3: 'text' is missing"),
        ("questions", {"_id": "q3", "text": "?", "candidates": ["d9"]}, "line 3: the candidate 'd9' is not in"),
        ("questions", {"_id": "q3", "text": "?", "answer": 3}, "line 3: 'answer' is neither"),
        ("questions", {"_id": "q3", "text": "?", "answerable": "no"}, "line 3: 'answerable' is neither"),
        ("questions", {"_id": "q3", "text": "?", "conversation": ["a", "b"]}, "line 3: a part is not as it should be"),
        ("qrels", "q1\td9\t1\n", "qrels.tsv, line 4: the document 'd9' is not in corpus.jsonl"),
        ("qrels", "q9\td1\t1\n", "qrels.tsv, line 4: the question 'q9' is not in queries.jsonl"),
        ("qrels", "q1\td1\tgood\n", "qrels.tsv, line 4: the score 'good' is no number"),
        ("qrels", "q1 d1 1\n", "qrels.tsv, line 4: 1 columns"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, part: str, bad: Any, told: str) -> None:
    parts: dict[str, Any] = {"documents": DOCUMENTS, "questions": QUESTIONS, "qrels": QRELS}
    parts[part] = parts[part] + bad if part == "qrels" else [*parts[part], bad]
    with pytest.raises(CitewiseError) as caught:
        read_folder(folder(tmp_path, **parts))
    assert told in str(caught.value) and caught.value.fix and "\n" not in str(caught.value)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(CitewiseError, match="does not exist"):
        read_folder(tmp_path / "none")
    (folder(tmp_path / "half") / "queries.jsonl").unlink()
    with pytest.raises(CitewiseError, match=r"queries\.jsonl is missing"):
        read_folder(tmp_path / "half")
    with pytest.raises(CitewiseError, match="holds no questions"):
        read_folder(folder(tmp_path / "mute", questions=[], qrels=None))
    (folder(tmp_path / "latin") / "corpus.jsonl").write_bytes('{"_id": "d", "text": "Dike für alle"}'.encode("latin-1"))
    with pytest.raises(CitewiseError, match="line 1: not UTF-8"):
        read_folder(tmp_path / "latin")


def test_feedback(tmp_path: Path) -> None:
    rows = [
        {"question": "What broke?", "relevant": ["d1"], "answer": "The dike"},
        {"question": "Who sang?", "relevant": [], "answerable": False},
    ]
    path = tmp_path / "feedback.jsonl"
    path.write_text(lines(rows), "utf-8")
    first, second = read_feedback(path, {"d1"})
    assert (first.id, dict(first.relevant), first.answers, first.answerable) == (
        "feedback-1", {"d1": 1}, ("The dike",), None,
    )  # fmt: skip
    assert (second.id, second.answerable, second.type) == ("feedback-2", False, "feedback")
    with pytest.raises(CitewiseError, match=r"feedback\.jsonl, line 1: there is no document 'd1'"):
        read_feedback(path, {"d2"})
    path.write_text(lines([{"relevant": []}]), "utf-8")
    with pytest.raises(CitewiseError, match="line 1: 'question' is missing"):
        read_feedback(path, {"d2"})
    path.write_text(lines([{"question": "?", "relevant": "d2"}]), "utf-8")
    with pytest.raises(CitewiseError, match="line 1: 'relevant' is no list"):
        read_feedback(path, {"d2"})


def test_documents_become_files_with_safe_names(tmp_path: Path) -> None:
    wanted = {"../a": "One.", "b": "Two.", "empty": " ", "half a pair": "x\ud800y"}
    names = write_documents(wanted, tmp_path)
    assert names == {"000/000000.txt": "../a", "000/000001.txt": "b", "000/000003.txt": "half a pair"}
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.txt")} == set(names)
    kept = (tmp_path / "000/000000.txt").stat().st_mtime_ns
    write_documents({"../a": "One.", "b": "Three."}, tmp_path)
    assert [path.read_text("utf-8") for path in sorted(tmp_path.rglob("*.txt"))] == ["One.\n", "Three.\n"]
    assert (tmp_path / "000/000000.txt").stat().st_mtime_ns == kept, "what is the same is not written again"
