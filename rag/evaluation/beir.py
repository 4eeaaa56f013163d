"""Collections to measure with: a BEIR folder, or questions that people left as feedback. Every error names its line.

corpus.jsonl   {_id, title?, text, metadata?} a document
queries.jsonl  {_id, text, answer?, answer_start?, type?, answerable?, lang?, candidates?, conversation?,
               selected_sentences?, evidence?} a question
qrels.tsv      query-id, corpus-id, score; may be missing. With qrels/test.tsv in its place only the questions
               that stand in it are asked.
feedback       {question, relevant: [uri or corpus id, ...], answer?: text or [text, ...], answerable?: bool}
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.errors import CitewiseError
from rag.evaluation.goldset import Gold, GoldSet, Question, Turns

UNANSWERABLE = ("unanswerable", "null")

Row = dict[str, Any]


def read_folder(folder: Path) -> GoldSet:
    """The collection in a BEIR folder. Raises CitewiseError, naming file and line, for what cannot be used."""
    corpus, queries = (_present(folder, name) for name in ("corpus.jsonl", "queries.jsonl"))
    rows: dict[str, Row] = {}
    for where, row in _rows(corpus):
        rows[_id(row, where, rows)] = row
        if not isinstance(row.get("text"), str):
            raise _wrong(where, "'text' is missing", "Give every document its text.")
    qrels, partial = _qrels(folder)
    asked: dict[str, tuple[str, Row]] = {}
    for where, row in _rows(queries):
        asked[_id(row, where, asked)] = (where, row)
    grades = _grades(qrels, asked, rows) if qrels else {}
    chosen = {name: asked[name] for name in asked if not partial or name in grades}
    if not rows or not chosen:
        raise CitewiseError(f"{folder} holds no {'questions' if rows else 'documents'}.", "Nothing can be measured.")
    questions = [_question(name, row, where, grades.get(name, {}), rows) for name, (where, row) in chosen.items()]
    return GoldSet(
        "/".join(folder.resolve().parts[-2:]).lstrip("/"),
        {
            name: "\n\n".join(filter(str.strip, (str(row.get("title") or ""), row["text"])))
            for name, row in rows.items()
        },
        tuple(_others_answerable(questions)),
    )


def read_feedback(path: Path, known: Collection[str]) -> tuple[Question, ...]:
    """The questions of a feedback file; `known` are the documents they may name. Raises CitewiseError."""
    questions = []
    for where, row in _rows(path):
        relevant = row.get("relevant") or []
        if not isinstance(relevant, list):
            raise _wrong(where, "'relevant' is no list", "Write it as [document, ...].")
        for name in relevant:
            if name not in known:
                raise _wrong(where, f"there is no document {name!r}", "Correct it, or drop the line.")
        text = _text(row, "question", where)
        questions.append(
            Question(
                id=f"feedback-{where.rpartition(' ')[2]}",
                text=text,
                relevant=dict.fromkeys(map(str, relevant), 1.0),
                answers=_answers(row, where),
                answerable=_answerable(row, where),
                type="feedback",
            )
        )
    return tuple(questions)


def _present(folder: Path, name: str) -> Path:
    if not (folder / name).is_file():
        what = f"{folder / name} is missing" if folder.is_dir() else f"The folder {folder} does not exist"
        raise CitewiseError(f"{what}.", "Name a folder with corpus.jsonl and queries.jsonl: citewise eval --help")
    return folder / name


def _rows(path: Path) -> Iterator[tuple[str, Row]]:
    """(where it stands, the object) of each line."""
    for where, line in _lines(path):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise _wrong(where, f"no JSON ({error})", "Write one JSON object a line.") from None
        if not isinstance(row, dict):
            raise _wrong(where, "no JSON object", "Write one JSON object a line.")
        yield where, row


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    try:
        with path.open("rb") as lines:
            for number, raw in enumerate(lines, 1):
                where = f"{path}, line {number}"
                try:
                    line = raw.decode("utf-8-sig").strip("\r\n")
                except UnicodeDecodeError:
                    raise _wrong(where, "not UTF-8 text", "Save the file as UTF-8.") from None
                if line.strip():
                    yield where, line
    except OSError as error:
        raise CitewiseError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from None


def _qrels(folder: Path) -> tuple[Path | None, bool]:
    """The file of judgments, and whether only the questions in it are to be asked."""
    if (folder / "qrels.tsv").is_file():
        return folder / "qrels.tsv", False
    test = folder / "qrels" / "test.tsv"
    return (test, True) if test.is_file() else (None, False)


def _grades(path: Path, queries: Collection[str], documents: Collection[str]) -> dict[str, dict[str, float]]:
    grades: dict[str, dict[str, float]] = {}
    for number, (where, line) in enumerate(_lines(path)):
        parts = line.split("\t")
        if len(parts) != 3:
            raise _wrong(where, f"{len(parts)} columns", "Write query-id, corpus-id and score with tabs between them.")
        try:
            grade = float(parts[2])
        except ValueError:
            if number == 0:
                continue
            raise _wrong(where, f"the score {parts[2]!r} is no number", "Write a number, 0 for not relevant.") from None
        if parts[0] not in queries:
            raise _wrong(where, f"the question {parts[0]!r} is not in queries.jsonl", "Add it, or drop the line.")
        if parts[1] not in documents:
            raise _wrong(where, f"the document {parts[1]!r} is not in corpus.jsonl", "Add it, or drop the line.")
        grades.setdefault(parts[0], {})[parts[1]] = grade
    return grades


def _question(name: str, row: Row, where: str, relevant: Mapping[str, float], documents: Mapping[str, Row]) -> Question:
    candidates = row.get("candidates")
    for one in candidates or ():
        if one not in documents:
            raise _wrong(where, f"the candidate {one!r} is not in corpus.jsonl", "Add it, or drop it from the line.")
    try:
        history = _history(row.get("conversation") or [])
        evidence = _evidence(row, documents)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _wrong(where, f"a part is not as it should be ({error!r})", "See: citewise eval --help") from None
    return Question(
        id=name,
        text=_text(row, "text", where),
        history=history,
        relevant=relevant,
        answers=_answers(row, where),
        spans=row.get("answer_start") is not None,
        answerable=_answerable(row, where),
        type=None if row.get("type") is None else str(row["type"]),
        language=row.get("lang"),
        candidates=None if candidates is None else tuple(candidates),
        evidence=evidence,
    )


def _others_answerable(questions: Sequence[Question]) -> list[Question]:
    """In a set that names its unanswerable questions, those of every other type are answerable."""
    if not any(one.answerable is False for one in questions):
        return list(questions)
    return [
        replace(one, answerable=True) if one.answerable is None and one.type is not None else one for one in questions
    ]


def _answerable(row: Row, where: str) -> bool | None:
    given = row.get("answerable")
    if given is not None:
        if not isinstance(given, bool):
            raise _wrong(where, "'answerable' is neither true nor false", "Write true or false.")
        return given
    kind = str(row.get("type") or "").lower()
    return False if kind in UNANSWERABLE else True if kind == "answerable" else None


def _answers(row: Row, where: str) -> tuple[str, ...]:
    given = row.get("answer") or []
    answers = [given] if isinstance(given, str) else given
    if not isinstance(answers, list) or not all(isinstance(one, str) for one in answers):
        raise _wrong(where, "'answer' is neither a text nor a list of texts", "Correct it, or drop it.")
    return tuple(one for one in answers if one.strip())


def _history(turns: Sequence[Row]) -> Turns:
    """(question, answer) of the turns before the last; a question that got no answer has an empty one."""
    pairs: list[tuple[str, str]] = []
    for turn in turns[:-1]:
        if turn["role"] == "user":
            pairs.append((str(turn["text"]), ""))
        elif pairs:
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]} {turn['text']}".strip())
    return tuple(pairs)


def _evidence(row: Row, documents: Mapping[str, Row]) -> tuple[tuple[Gold, ...], ...]:
    quoted = [tuple(Gold(sentence) for sentence in one) for one in row.get("selected_sentences") or ()]
    numbered = [
        tuple(Gold(sentences[n], one["doc"]) for n in one["sentences"])
        for one in row.get("evidence") or ()
        if (sentences := _sentences(documents[one["doc"]])) and max(one["sentences"], default=0) < len(sentences)
    ]
    return tuple(filter(None, (*quoted, *numbered)))


def _sentences(row: Row) -> list[str]:
    """The sentences that numbers of evidence count; empty when ours are not as many as the set says it has."""
    from index.sentences import sentence_spans

    metadata = row.get("metadata") or {}
    if isinstance(metadata.get("sentences"), list):
        return [str(sentence) for sentence in metadata["sentences"]]
    text = row["text"]
    found = [text[start:end] for start, end in sentence_spans(text)]
    return found if metadata.get("n_sent") in (None, len(found)) else []


def _id(row: Row, where: str, taken: Collection[str]) -> str:
    name = row.get("_id")
    if not isinstance(name, str | int) or isinstance(name, bool) or str(name) == "":
        raise _wrong(where, "'_id' is missing", "Give every line an id.")
    if str(name) in taken:
        raise _wrong(where, f"the id {name!r} is there twice", "Give every line an id of its own.")
    return str(name)


def _text(row: Row, key: str, where: str) -> str:
    text = row.get(key)
    if not isinstance(text, str) or not text.strip():
        raise _wrong(where, f"{key!r} is missing", "Give every question its text.")
    return text


def _wrong(where: str, what: str, fix: str) -> CitewiseError:
    return CitewiseError(f"{where}: {what}.", fix)
