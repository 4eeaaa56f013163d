"""Questions with gold spans as the fit of the short answers reads them: the sentence, its spans, the gold ones."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.sentences import sentence_spans
from index.terms import question_terms, stems
from rag.evaluation.metrics import exact_match, f1
from rag.short.candidates import Sought, read_words, sought, spans
from rag.short.features import SYMBOLS, dense, roles
from rag.short.words import CLASSES

NEAR = 0.5


@dataclass(frozen=True, slots=True)
class Question:
    """`sentences`: of the gold document, that of the gold span first."""

    asked: Sought
    sentences: tuple[str, ...]
    answer: str
    language: str
    document: str
    held_out: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """The spans of a gold sentence: `cells` (span, column) of the roles, `rows` (DENSE, n), `gold` (n, 0 or 1)."""

    kind: str
    cells: tuple[Any, Any]
    rows: Any
    gold: Any


def questions(folder: Path) -> list[Question]:
    documents = {line["_id"]: line for line in _lines(folder / "corpus.jsonl")}
    pairs = [line.split("\t")[:2] for line in (folder / "qrels.tsv").read_text("utf-8").splitlines()]
    document_of = {query: document for query, document in pairs if document in documents}
    lines = list(_lines(folder / "queries.jsonl"))
    language = lines[0]["lang"]
    held = Counter[str]()
    for document in documents.values():
        held.update(set(stems(f"{document['title']}\n{document['text']}", language)))
    found = []
    for number, line in enumerate(lines):
        text, start = documents[document_of[line["_id"]]]["text"], line["answer_start"]
        cut = sentence_spans(text, 0, len(text), language)
        gold = next(text[a:b] for a, b in cut if a <= start < b)
        others = [text[a:b] for a, b in cut if not a <= start < b]
        keys = question_terms(line["text"], (language,)).keys
        idf = {key: math.log(1 + (len(documents) - held[key] + 0.5) / (held[key] + 0.5)) for key in keys}
        asked = sought(line["text"], idf)
        found.append(
            Question(asked, (gold, *others), line["answer"], language, document_of[line["_id"]], number % 2 == 0)
        )
    return found


def listed(question: Question) -> Listed | None:
    """None when no span of the sentence is like the gold one."""
    sentence = question.sentences[0]
    if question.asked.type.kind == "none":
        return None
    words = read_words(question.asked, [(sentence, question.language)])
    first, last = spans(question.asked, words)
    texts = [sentence[a:b] for a, b in zip(words.starts[first], words.ends[last], strict=True)]
    same = np.array([f1(text, [question.answer]) for text in texts])
    if not len(same) or same.max() < NEAR:
        return None
    exact = np.array([exact_match(text, [question.answer]) for text in texts])
    gold = exact if exact.any() else (same >= same.max() - 1e-9).astype(float)
    at, columns = [], []
    for role, places in enumerate(roles(words, first, last)):
        base = role * len(SYMBOLS)
        at.append(np.arange(len(first)))
        columns.append(base + words.codes[places])
        marked, flag = np.nonzero(words.flags[places] > 0)
        at.append(marked)
        columns.append(base + len(CLASSES) + flag)
    rows = dense(question.asked, words, first, last)
    return Listed(question.asked.type.kind, (np.concatenate(at), np.concatenate(columns)), rows, gold)


def _lines(path: Path) -> Iterable[dict[str, Any]]:
    return (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())
