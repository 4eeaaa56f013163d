"""Files to visible text: takes what parsers read, and publishes it in batches that are searchable by words at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.catalog.files import CatalogFiles
from index.catalog.texts import NewContent, NewPassage, Placed
from index.catalog.write import CatalogWriter
from index.chunk import Chunk, input_key
from index.lexical import LexicalIndex
from index.parsing.ahead import FileRead, Found, Parsers
from index.parsing.text import ParsedText, cut
from index.plan import suffix_of
from index.types import Document, Failure

# The first ones soon, so that they can be found and embedded while more are read; then in growing portions.
FIRST_PASSAGES, MOST_PASSAGES, GROWTH = 256, 4_096, 4
PUBLISH_SECONDS = 5.0

Inside = list[Document | Failure]


@dataclass(slots=True)
class TextPublisher:
    """Collects documents of one epoch and publishes them together.

    `published` is set with every publish; `halt` ends the reading at once.
    """

    writer: CatalogWriter
    files: CatalogFiles
    words: LexicalIndex
    epoch: int
    parsers: Parsers
    reused: int = 0
    failures: list[Failure] = field(default_factory=list)
    published: threading.Event = field(default_factory=threading.Event)
    _halted: threading.Event = field(default_factory=threading.Event)
    _portion: int = FIRST_PASSAGES
    _ready: int = 0
    _waiting: list[tuple[str, ParsedText, Inside, bool]] = field(default_factory=list)
    _contents: set[tuple[str, str]] = field(default_factory=set)
    _placed: list[Placed] = field(default_factory=list)
    _since: float = field(default_factory=time.monotonic)

    def halt(self) -> None:
        """Ends the reading: what is being parsed is given up, and nothing more is published."""
        self._halted.set()
        self.parsers.stop()

    def remove(self, uris: Sequence[str], placed: Sequence[Placed] = ()) -> None:
        """Takes files out of every answer at once; `placed` appear in the same moment."""
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
        for count, file in enumerate(self.parsers.read(uris, paths, self._is_held), 1):
            self._take_file(root_of[file.uri], file)
            if self._halted.is_set():  # the lock may be another's by now
                return
            on_progress(count, len(uris), file.uri)
        self.flush()

    def carry_over(self, root: str, found: Sequence[Document | Failure]) -> None:
        """Takes a file of another epoch, the documents inside it first, unless this one already holds an equal file."""
        own = found[-1]
        if isinstance(own, Document) and not self._place(root, own.uri, own.sha256):
            self._take_all(root, own.uri, (cut(one) if isinstance(one, Document) else one for one in found))

    def flush(self) -> None:
        """Publishes what waits: reserve ids, write words, then the catalog commit that makes it visible."""
        if not (self._waiting or self._placed):
            return
        texts = [parsed for _, parsed, _, _ in self._waiting]
        known = self.writer.passage_ids(self.epoch, {key for parsed in texts for key in parsed.keys})
        fresh = {
            key: (parsed.document, piece)
            for parsed in texts
            for piece, key in zip(parsed.chunks, parsed.keys, strict=True)
            if key not in known
        }
        self.reused += sum(key in known for parsed in texts for key in parsed.keys)
        ids = dict(zip(fresh, self.writer.reserve_passages(self.epoch, len(fresh)), strict=True)) if fresh else {}
        new_passages = [_new_passage(ids[key], key, *found) for key, found in fresh.items()]
        if new_passages:
            self.words.add((p.id, p.title, p.headings, p.text, p.language) for p in new_passages)
        ids |= known
        contents = [
            NewContent(root, parsed.document, parsed.chunks, [ids[key] for key in parsed.keys], inside, is_part)
            for root, parsed, inside, is_part in self._waiting
        ]
        self.writer.publish_texts(self.epoch, new_passages, contents, self._placed)
        self._waiting, self._placed, self._ready, self._since = [], [], 0, time.monotonic()
        self._contents.clear()
        self.published.set()

    def _take_file(self, root: str, file: FileRead) -> None:
        failure = self._take_all(root, file.uri, file.documents())
        if self._halted.is_set():
            return
        if failure is not None:
            self.failures.append(failure)
            self.files.save_failures([(root, file.sha256, failure)])
        elif file.is_known:
            self._place(root, file.uri, file.sha256)

    def _take_all(self, root: str, uri: str, found: Iterable[Found]) -> Failure | None:
        """Takes the documents of a file in the order of `parse_all`. Returns why it could not be read, if so."""
        inside: dict[str, Inside] = {}
        for one in found:
            if self._halted.is_set():
                return None
            holder = one.uri.rpartition("/")[0]
            if isinstance(one, Failure):
                if one.uri == uri:
                    return one
                inside.setdefault(holder, []).append(one)
            else:
                self._take(root, one, inside.pop(one.uri, []), is_part=one.uri != uri)
                inside.setdefault(holder, []).append(replace(one.document, text="", headings=(), pages=()))
        return None

    def _take(self, root: str, parsed: ParsedText, inside: Inside, is_part: bool) -> None:
        key = (parsed.document.sha256, suffix_of(parsed.uri))
        if is_part:
            if key in self._contents or self.writer.content_id(self.epoch, *key) is not None:
                return
        elif self._place(root, parsed.uri, parsed.document.sha256):
            return
        self._contents.add(key)
        self._waiting.append((root, parsed, inside, is_part))
        self._ready += len(parsed.chunks)
        if self._ready >= self._portion or time.monotonic() - self._since >= PUBLISH_SECONDS:
            self._portion = min(MOST_PASSAGES, GROWTH * self._portion)
            self.flush()

    def _place(self, root: str, uri: str, sha256: str) -> bool:
        """Whether equal bytes were read before, or wait to be published: then they are placed once more."""
        if (sha256, suffix_of(uri)) in self._contents:
            self.flush()
        content_id = self.writer.content_id(self.epoch, sha256, suffix_of(uri))
        if content_id is not None:
            self._placed.append(Placed(root, uri, content_id))
        return content_id is not None

    def _is_held(self, uri: str, sha256: str) -> bool:
        return self.writer.content_id(self.epoch, sha256, suffix_of(uri)) is not None


def _new_passage(passage_id: int, key: str, document: Document, piece: Chunk) -> NewPassage:
    text = document.text[piece.start : piece.end]
    hashed = input_key(document.title, piece.headings, text)
    return NewPassage(passage_id, key, document.title, piece.headings, text, document.language, hashed)
