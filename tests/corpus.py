"""Small corpora, doubles and short cuts that the tests of asking share."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest

from index import build_index
from index.minilm import Tokens
from index.types import Document, Hit, Passage, Ranks
from rag.settings import Settings
from rag.types import Answer
from rag.writing.drafts import Draft

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PROJECT = Path(__file__).parents[1]
SEEDS = PROJECT / "seeds"

PIER = "The North Pier is repaired in May. The contract is worth 412,000 crowns, Mayor Isolde Varr said.\n"
LIMIT = "The speed limit in the inner harbour is 4 knots. It came into force on April 1, 2025.\n"
FERRY = "The ferry to Gull Island leaves from the Customs Steps. It carries 60 passengers.\n"
HARBOUR = {"pier.txt": PIER, "limit.txt": LIMIT, "ferry.txt": FERRY}


class BagEmbedder:
    """Vectors of counted words: fast, and the same in every process."""

    fingerprint = "bag-of-words/64/l2"

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        rows = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[crc32(word.strip(".,?!").encode()) % 64] += 1
        unit: NDArray[np.float32] = (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)).astype(
            np.float32
        )
        return unit

    def embed_query(self, text: str) -> NDArray[np.float32]:
        row: NDArray[np.float32] = self.embed_passages([text])[0]
        return row

    def read_tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """A word is a token, and means itself wherever it stands."""
        import numpy as np

        found = []
        for text in texts:
            words = list(re.finditer(r"\w+", text))
            starts, ends = (np.array([at(word) for word in words], dtype=np.int64) for at in (_start, _end))
            found.append(Tokens(self.embed_passages([word.group() for word in words]), starts, ends))
        return found


class Reply:
    """What a Writer gives: these drafts, then the error if there is one."""

    notice = usage = None
    astray = 0

    def __init__(self, drafts: Iterable[Draft], error: Exception | None = None) -> None:
        self._drafts, self._error = iter(drafts), error

    def __iter__(self) -> Reply:
        return self

    def __next__(self) -> Draft:
        for draft in self._drafts:
            return draft
        raise self._error or StopIteration

    def close(self) -> None:
        self._drafts = iter(())


def _start(word: re.Match[str]) -> int:
    return word.start()


def _end(word: re.Match[str]) -> int:
    return word.end()


def write(folder: Path, files: Mapping[str, str | bytes] = HARBOUR) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def settings(folder: Path, **values: Any) -> Settings:
    """Settings of an index in `folder` over the files in `folder`/papers; every question is answered."""
    chosen = {"seeds_dir": folder / "papers", "index_dir": folder / "index", "min_confidence": 0.0, **values}
    return Settings(_env_file=None, **chosen)


def small_index(folder: Path, files: Mapping[str, str | bytes] = HARBOUR, **values: Any) -> Settings:
    """Writes the files and indexes them with the BagEmbedder."""
    write(folder / "papers", files)
    chosen = settings(folder, **values)
    build_index(chosen, embedder=BagEmbedder())
    return chosen


def seeds_index(factory: pytest.TempPathFactory) -> Settings:
    """The sample documents, indexed once a session with MiniLM. For reading only."""
    return _seeds_index(factory.getbasetemp() / "seeds-index")


@cache
def _seeds_index(folder: Path) -> Settings:
    chosen = Settings(_env_file=None, seeds_dir=SEEDS, index_dir=folder)
    report = build_index(chosen)
    assert not report.failures and not report.pending
    return chosen


def environment(chosen: Settings | None = None, **extra: str) -> dict[str, str]:
    """The environment of a child process: the project, and the folders of the settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CITEWISE_", "OPENAI_"))}
    folders = {} if chosen is None else {"CITEWISE_INDEX_DIR": str(chosen.index_dir)}
    return {**kept, "PYTHONPATH": str(PROJECT), **folders, **extra}


def heed_ctrl_c() -> None:
    """For a child that is sent SIGINT: one of a program that a script started in the background would ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def citewise(
    *arguments: str | Path,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, in the current folder."""
    return subprocess.run(
        [sys.executable, "-m", "rag.cli", *map(str, arguments)],
        input=stdin.encode(),
        capture_output=True,
        env=dict(env or environment()),
        timeout=100,
        check=False,
    )


def document(text: str, number: int = 1, **values: Any) -> Document:
    known: dict[str, Any] = {"uri": f"papers/{number}.txt", "sha256": "0" * 64, "title": ""}
    return Document(id=number, text=text, **{**known, **values})


def hit(text: str, number: int = 1, score: float = 1.0, **values: Any) -> Hit:
    """A hit whose passage is the whole document, a document of its own."""
    whole = document(text, number, **values)
    return Hit(Passage(number, number, 0, 0, len(text), text), whole, score, Ranks(number, number))


def assert_exact(answer: Answer) -> None:
    """What holds for every answer: markers count from 1 as they appear, and every quote is the slice it names."""
    markers = [citation.marker for statement in answer.statements for citation in statement.citations]
    assert list(dict.fromkeys(markers)) == list(range(1, len(set(markers)) + 1))
    assert [citation.marker for citation in answer.citations] == list(range(1, len(set(markers)) + 1))
    assert len({(c.document.id, c.start, c.end) for c in answer.citations}) == len(answer.citations)
    for statement in answer.statements:
        assert statement.check in ("verbatim", "grounded", "unsupported")
        assert (statement.check == "unsupported") == bool(statement.failed)
    for citation in answer.citations:
        assert citation.quote == citation.document.text[citation.start : citation.end] != ""
        assert 0 <= citation.support <= 1
