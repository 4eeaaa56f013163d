"""What the index speaks of: documents, passages, spans, plans and reports.

All offsets count Unicode code points in `Document.text`; `end` is exclusive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple

FailureReason = Literal[
    "damaged",
    "empty",
    "encrypted",
    "no text layer",
    "not text",
    "timed out",
    "too large",
    "unreadable",
    "unsupported",
    "missing",
]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` up to `end` of one document's text."""

    document_id: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line: where it starts, its level (1 is the highest) and its words."""

    start: int
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Document:
    """One version of a source file and its canonical text.

    `text` uses `\\n` for every line break and is otherwise what the file holds.
    `pages` are the offsets at which page 1, 2, ... start; empty where a format has no pages.
    `title` is empty when the document tells none; `label` is what to show.
    `uri` is `<root name>/<relative posix path>`. `published` is the day the document itself gives.
    `language` is an ISO 639-1 code. `origins` tells where title, outlet, author, published and language were found, as
    pairs such as ("published", "article:published_time"). `id` is 0 until the catalog holds the document.
    """

    id: int
    uri: str
    sha256: str
    title: str
    text: str
    pages: tuple[int, ...] = ()
    headings: tuple[Heading, ...] = ()
    outlet: str | None = None
    author: str | None = None
    published: date | None = None
    language: str | None = None
    mime: str = "text/plain"
    origins: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        return self.title or PurePosixPath(self.uri).stem


@dataclass(frozen=True, slots=True)
class Passage:
    """An exact slice of a document: `text == document.text[start:end]`.

    `id` names the words (title, headings, text, language), so equal passages of two documents share it
    and are indexed once; (document_id, ordinal) names the place. `page` counts from 1.
    """

    id: int
    document_id: int
    ordinal: int
    start: int
    end: int
    text: str
    page: int | None = None
    headings: tuple[str, ...] = ()


class IndexedText(NamedTuple):
    """What words and vectors know of a passage."""

    id: int
    title: str
    headings: tuple[str, ...]
    text: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Ranks:
    """1-based rank among the lexical and the dense candidates; None where it was not found."""

    lexical: int | None = None
    dense: int | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage with its document and a relevance score from 0 to 1. `copies` are passages of other documents
    that say the same; they are only told where passages are read for an answer."""

    passage: Passage
    document: Document
    score: float
    ranks: Ranks = field(default_factory=Ranks)
    copies: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents may answer. `uri` is a prefix or a glob, `uris` names documents one by one; the dates are
    inclusive. `format`: "pdf", "docx", "html", "md" ... `phrase`: words that have to stand in the passage in a row."""

    uri: str | None = None
    uris: tuple[str, ...] | None = None
    outlet: str | None = None
    language: str | None = None
    published_after: date | None = None
    published_before: date | None = None
    phrase: str | None = None
    format: str | None = None

    def __post_init__(self) -> None:
        if self.uris is not None:  # a list would do too, but cannot be hashed
            object.__setattr__(self, "uris", (self.uris,) if isinstance(self.uris, str) else tuple(self.uris))

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Rename:
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A file, or a whole root, that could not be read; its last good version stays in the index."""

    uri: str
    reason: FailureReason
    detail: str


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """`paths`: folders to remember and bring up to date (default: all remembered ones). `forget`: folders to drop.
    `yes` allows a folder to lose more than half of its documents. `purge` leaves nothing of deleted texts on disk."""

    paths: Sequence[Path] = ()
    forget: Sequence[Path] = ()
    full: bool = False
    yes: bool = False
    retry_failed: bool = False
    purge: bool = False


@dataclass(frozen=True, slots=True)
class BuildPlan:
    """What a build would do, as lists of uris. `failed_before` are skipped until they change.

    `to_embed` counts the passages that would need a vector, `seconds` estimates the build from measured speed; both are
    None where nobody counted.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    renamed: tuple[Rename, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed_before: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    to_embed: int | None = None
    seconds: float | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.renamed or self.removed)


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `pending` counts live passages that still have no vector."""

    generation: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    renamed: tuple[Rename, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    pending: int
    embedded: int
    reused: int
    failures: tuple[Failure, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: `done` of `total` units (files or passages) of a stage."""

    stage: Literal["scan", "read", "embed", "compact", "sweep"]
    done: int
    total: int
    detail: str = ""
