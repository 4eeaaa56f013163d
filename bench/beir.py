"""BEIR folders (corpus.jsonl, queries.jsonl, qrels.tsv) as a corpus of the product: files, index, assistant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import build_index
from rag import Assistant, Settings


@dataclass(frozen=True, slots=True)
class Query:
    """`answers` are gold spans or texts; `answerable` is None where the set does not say; `relevant` are the names
    of the files judged relevant."""

    id: str
    text: str
    answers: tuple[str, ...]
    answerable: bool | None
    relevant: frozenset[str]


@contextmanager
def assistant(folder: Path, work: Path, **settings: Any) -> Iterator[Assistant]:
    """The folder's documents, indexed under `work` (once; kept for the next run)."""
    files = work / folder.parent.name / folder.name
    if not files.is_dir():
        files.mkdir(parents=True)
        for number, row in enumerate(_rows(folder / "corpus.jsonl")):
            title = f"{row['title']}\n\n" if row.get("title") else ""
            (files / _file_name(number)).write_text(f"{title}{row['text']}\n", encoding="utf-8")
    index_dir = files.with_name(f"{files.name}.index")
    chosen = Settings(index_dir=index_dir, seeds_dir=files, answer_mode="extractive", **settings)
    build_index(chosen)
    with Assistant.open(chosen) as opened:
        yield opened


def queries(folder: Path) -> list[Query]:
    names = {row["_id"]: _file_name(number) for number, row in enumerate(_rows(folder / "corpus.jsonl"))}
    relevant: dict[str, set[str]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query_id, document_id, score = line.split("\t")
        if float(score) > 0:
            relevant.setdefault(query_id, set()).add(names[document_id])
    return [
        Query(
            row["_id"],
            row["text"],
            _answers(row),
            row["type"] == "answerable" if "type" in row else None,
            frozenset(relevant.get(row["_id"], ())),
        )
        for row in _rows(folder / "queries.jsonl")
    ]


def _file_name(number: int) -> str:
    return f"{number:06d}.txt"


def _answers(row: dict[str, Any]) -> tuple[str, ...]:
    gold = row.get("answer") or ()
    return (gold,) if isinstance(gold, str) else tuple(gold)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
