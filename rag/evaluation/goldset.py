"""Documents and questions with known answers: what an evaluation works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PER_FOLDER = 1_000

Turns = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Gold:
    """A sentence that bears the answer, of any document or (`document`) of the one with that corpus id."""

    text: str
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what is known of its answer.

    `history`: the earlier (question, answer) turns. `relevant`: grades by corpus id. `answers`: gold texts; `spans`
    says that they are exact spans of a document. `answerable` is None where nothing says so. `evidence`: gold
    sentences, one tuple for each annotation that suffices by itself. `candidates`: the only documents that may be
    searched.
    """

    id: str
    text: str
    history: Turns = ()
    relevant: Mapping[str, float] = field(default_factory=dict)
    answers: tuple[str, ...] = ()
    spans: bool = False
    answerable: bool | None = None
    type: str | None = None
    language: str | None = None
    candidates: tuple[str, ...] | None = None
    evidence: tuple[tuple[Gold, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class GoldSet:
    """`documents`: text by corpus id, the title as its first line."""

    name: str
    documents: Mapping[str, str]
    questions: tuple[Question, ...]


def write_documents(documents: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Makes `folder` hold one file a document and nothing else; gives the corpus id of each path in it."""
    names = {f"{n // PER_FOLDER:03d}/{n:06d}.txt": name for n, name in enumerate(documents) if documents[name].strip()}
    for path, name in names.items():
        data = f"{documents[name]}\n".encode("utf-8", "replace")
        target = folder / path
        if not target.is_file() or target.read_bytes() != data:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    for left in folder.rglob("*.txt"):
        if left.relative_to(folder).as_posix() not in names:
            left.unlink()
    return names
