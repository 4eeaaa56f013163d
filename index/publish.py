"""Files to visible text: read, parse, chunk, and publish in batches that are searchable by words at once."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.catalog.files import CatalogFiles
from index.catalog.write import CatalogWriter, NewContent, NewPassage, Placed
from index.chunk import Chunk, chunk, input_key, passage_key
from index.embed import count_tokens
from index.errors import UnreadableFile
from index.lexical import LexicalIndex
from index.loaders import parse
from index.plan import suffix_of
from index.scan import open_regular
from index.types import Document, Failure

# The first ones soon, so that they can be found and embedded while more are read; then in growing portions.
FIRST_PASSAGES, MOST_PASSAGES, GROWTH = 256, 4_096, 4
PUBLISH_SECONDS = 5.0


@dataclass(slots=True)
class TextPublisher:
    """Collects documents of one epoch and publishes them together.

    `published` is set with every publish; setting `stop` ends the reading before the next file.
    """

    writer: CatalogWriter
    files: CatalogFiles
    words: LexicalIndex
    epoch: int
    reused: int = 0
    failures: list[Failure] = field(default_factory=list)
    published: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)
    _portion: int = FIRST_PASSAGES
    _ready: int = 0
    _waiting: list[tuple[str, Document, list[Chunk]]] = field(default_factory=list)
    _placed: list[Placed] = field(default_factory=list)
    _since: float = field(default_factory=time.monotonic)

    def remove(self, uris: Sequence[str], placed: Sequence[Placed] = ()) -> None:
        """Takes documents out of every answer at once; `placed` appear in the same moment."""
        if uris or placed:
            self.writer.publish_texts(self.epoch, placed=placed, removed=uris)
            self.published.set()

    def read_files(
        self,
        uris: Sequence[str],
        paths: Mapping[str, Path],
        root_of: Mapping[str, str],
        on_progress: Callable[[int, int, str], None],
    ) -> None:
        """Reads and publishes files; one that fails is noted and keeps its last good version."""
        for count, uri in enumerate(uris, 1):
            if self.stop.is_set():
                return
            self._read(uri, paths[uri], root_of[uri])
            on_progress(count, len(uris), uri)
        self.flush()

    def add(self, root: str, document: Document) -> None:
        """Takes a parsed document; it is published with the next batch."""
        self._take(root, document, chunk(document, count_tokens))

    def _take(self, root: str, document: Document, chunks: list[Chunk]) -> None:
        self._waiting.append((root, document, chunks))
        self._ready += len(chunks)
        if self._ready >= self._portion or time.monotonic() - self._since >= PUBLISH_SECONDS:
            self._portion = min(MOST_PASSAGES, GROWTH * self._portion)
            self.flush()

    def carry_over(self, root: str, document: Document) -> None:
        """Takes a document of another epoch, unless this one already holds an equal file."""
        if not self._known(root, document.uri, document.sha256):
            self.add(root, document)

    def flush(self) -> None:
        """Publishes what waits: reserve ids, write words, then the catalog commit that makes it visible."""
        if not (self._waiting or self._placed):
            return
        keyed = [(root, document, chunks, passage_keys(document, chunks)) for root, document, chunks in self._waiting]
        known = self.writer.passage_ids(self.epoch, {key for *_, keys in keyed for key in keys})
        fresh = {
            key: (document, piece)
            for _, document, chunks, keys in keyed
            for piece, key in zip(chunks, keys, strict=True)
            if key not in known
        }
        self.reused += sum(key in known for *_, keys in keyed for key in keys)
        ids = dict(zip(fresh, self.writer.reserve_passages(self.epoch, len(fresh)), strict=True)) if fresh else {}
        new_passages = [_new_passage(ids[key], key, *found) for key, found in fresh.items()]
        if new_passages:
            self.words.add((p.id, p.title, p.headings, p.text, p.language) for p in new_passages)
        ids |= known
        contents = [
            NewContent(root, document, chunks, [ids[key] for key in keys]) for root, document, chunks, keys in keyed
        ]
        self.writer.publish_texts(self.epoch, new_passages, contents, self._placed)
        self._waiting, self._placed, self._ready, self._since = [], [], 0, time.monotonic()
        self.published.set()

    def _read(self, uri: str, path: Path, root: str) -> None:
        sha256, document = read_document(path, uri, lambda sha256: self._known(root, uri, sha256))
        chunks: list[Chunk] = []
        if isinstance(document, Document):
            try:
                chunks = chunk(document, count_tokens)
            except Exception as error:
                document = _damaged(uri, error)
        if self.stop.is_set():  # the lock may be another's by now
            return
        if isinstance(document, Document):
            self._take(root, document, chunks)
        elif document is not None:
            self.failures.append(document)
            self.files.save_failures([(root, sha256, document)])

    def _known(self, root: str, uri: str, sha256: str) -> bool:
        """Whether equal bytes were read before, or wait to be published: then they are placed, not parsed."""
        if any(d.sha256 == sha256 and suffix_of(d.uri) == suffix_of(uri) for _, d, _ in self._waiting):
            self.flush()
        content_id = self.writer.content_id(self.epoch, sha256, suffix_of(uri))
        if content_id is not None:
            self._placed.append(Placed(root, uri, content_id))
        return content_id is not None


def read_document(
    path: Path, uri: str, known: Callable[[str], bool] = lambda sha256: False
) -> tuple[str, Document | Failure | None]:
    """(sha256, document) of a file, or why it cannot be read; None when its bytes are known already."""
    try:
        with open_regular(path) as file:
            data = file.read()
    except OSError as error:
        return "", Failure(uri, "unreadable", f"the file cannot be read: {error.strerror}")
    except MemoryError:
        return "", Failure(uri, "too large", "reading the file needs more memory than there is")
    sha256 = hashlib.sha256(data).hexdigest()
    if known(sha256):
        return sha256, None
    try:
        return sha256, parse(data, uri)
    except UnreadableFile as error:
        return sha256, Failure(uri, error.reason, error.detail)
    except Exception as error:  # a defect of ours or a vendor's must not end the build of the others
        return sha256, _damaged(uri, error)


def _damaged(uri: str, error: Exception) -> Failure:
    return Failure(uri, "damaged", " ".join(str(error).split())[:200] or type(error).__name__)


def passage_keys(document: Document, chunks: Sequence[Chunk]) -> list[str]:
    return [
        passage_key(document.title, piece.headings, document.text[piece.start : piece.end], document.language)
        for piece in chunks
    ]


def _new_passage(passage_id: int, key: str, document: Document, piece: Chunk) -> NewPassage:
    text = document.text[piece.start : piece.end]
    hashed = input_key(document.title, piece.headings, text)
    return NewPassage(passage_id, key, document.title, piece.headings, text, document.language, hashed)
