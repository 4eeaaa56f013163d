"""Words: BM25 over title, headings, text and exact forms, in tantivy. One index per epoch, keyed by passage id.

Fields hold the terms of index/terms.py, a blank between two, so that no syntax of tantivy's ever sees a question.
Everything written is reserved in the catalog before, so what a crash leaves behind is known by id.
"""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import tempfile
import weakref
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from index.errors import StorageError
from index.terms import exact_forms, stems

# Chosen by bench/fit_words.py; exact forms are names, numbers and codes, unstemmed.
FIELDS = {"text": 1.0, "title": 0.3, "headings": 0.3, "exact": 0.2}
SPLITTER = "terms"
WRITER_HEAP = 64_000_000


class LexicalIndex:
    """The index of one epoch in its folder. Searches see the state of the last `searcher()`."""

    def __init__(self, folder: Path, create: bool = True) -> None:
        self._folder, self._links = folder, _Links(folder)
        if create:
            folder.mkdir(parents=True, exist_ok=True)
        elif not (folder / META).is_file():
            raise StorageError(f"The word index {folder} is not there.", _REBUILD)
        with self._reading():
            self._index = self._open()
        self._index.register_tokenizer(SPLITTER, _splitter())

    def add(self, rows: Iterable[tuple[int, str, Sequence[str], str, str | None]]) -> int:
        """Adds (id, title, headings, text, language) and commits; returns how many. All merges are done then."""
        import tantivy

        count = 0
        with self._writer() as writer:
            for passage_id, title, headings, text, language in rows:
                count += 1
                document = tantivy.Document()
                document.add_unsigned("id", passage_id)
                document.add_text("title", " ".join(stems(title, language)))
                document.add_text("headings", " ".join(stems("\n".join(headings), language)))
                document.add_text("text", " ".join(stems(text, language)))
                document.add_text("exact", " ".join(exact_forms("\n".join((title, *headings, text)))))
                writer.add_document(document)
        return count

    def delete(self, ids: Collection[int]) -> None:
        """Deletes and commits; ids that are not there are passed over."""
        import tantivy

        with self._writer() as writer:
            # By query: `delete_documents_by_term` takes a number for a signed one and finds nothing.
            writer.delete_documents_by_query(tantivy.Query.term_set_query(self._index.schema, "id", sorted(ids)))

    def searcher(self) -> WordSearcher:
        """A view of the newest commit."""
        with self._reading():
            self._links.renew()
            self._index.reload()
            return WordSearcher(self._index.schema, self._index.searcher())

    def _open(self) -> Any:
        import tantivy

        try:
            return tantivy.Index(_schema(), path=str(self._folder), reuse=True)
        except ValueError as error:
            if not (_READ_ONLY in str(error) and (self._folder / META).is_file()):
                raise
        return tantivy.Index(_schema(), path=self._links.make(), reuse=True)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as error:
            raise StorageError(f"The word index in {self._folder} cannot be read: {_told(error)}.", _REBUILD) from error

    @contextmanager
    def _writer(self) -> Iterator[Any]:
        """A writer whose work is committed and merged at the end. Raises StorageError, then nothing is written."""
        writer = None
        try:
            writer = self._index.writer(heap_size=WRITER_HEAP, num_threads=1)
            yield writer
            writer.commit()
        except ValueError as error:
            raise StorageError(f"The word index in {self._folder} cannot be written: {_told(error)}.", _ROOM) from error
        finally:
            if writer is not None:
                with suppress(ValueError):
                    writer.wait_merging_threads()  # also gives tantivy's lock back, whoever still knows the writer


class _Links:
    """A folder elsewhere with links to the files of a word index that may not be written: tantivy locks to read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: Path | None = None

    def make(self) -> str:
        self._made = Path(tempfile.mkdtemp(prefix="citewise-words-"))
        weakref.finalize(self, shutil.rmtree, self._made, ignore_errors=True)
        self.renew()
        return str(self._made)

    def renew(self) -> None:
        """Links to what has come since, as when the folder can be written elsewhere."""
        there = self._made
        if there is None:
            return
        for path in self._folder.iterdir():
            if not path.name.endswith(".lock") and path.name != META and not (there / path.name).is_symlink():
                (there / path.name).symlink_to(path.absolute())
        shutil.copyfile(self._folder / META, there / "meta.new")
        os.replace(there / "meta.new", there / META)


def drop_ended_deletion(folder: Path) -> None:
    """A deletion that was killed before its commit left a file, under the very name that the next one gives its own."""
    if not (folder / META).is_file():
        return
    segments = json.loads((folder / META).read_text())["segments"]
    named = {(one["segment_id"].replace("-", ""), str(one["deletes"]["opstamp"])) for one in segments if one["deletes"]}
    for path in folder.glob("*.*.del"):
        if tuple(path.stem.split(".")) not in named:
            path.unlink(missing_ok=True)


class WordSearcher:
    """One commit of the lexical index; it never changes. Safe from several threads."""

    def __init__(self, schema: Any, searcher: Any) -> None:
        self._schema = schema
        self._searcher = searcher

    def search(
        self, terms: Sequence[str], limit: int, allowed: Collection[int] | None = None, exact: Sequence[str] = ()
    ) -> list[tuple[int, float]]:
        """(passage id, BM25 score) of the best passages holding any of the terms, or of the exact forms; ties by id."""
        import tantivy

        wanted = [(field, term) for field in FIELDS for term in dict.fromkeys(exact if field == "exact" else terms)]
        if not wanted or limit < 1 or not self._searcher.num_docs:
            return []
        query = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, tantivy.Query.boost_query(self._term(field, term), FIELDS[field]))
                for field, term in wanted
            ]
        )
        if allowed is not None:
            ids = tantivy.Query.term_set_query(self._schema, "id", sorted(allowed))
            filtered = tantivy.Query.const_score_query(ids, 0.0)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, filtered)])
        return sorted(self._hits(query, limit), key=_best_first)

    def phrase(self, forms: Sequence[Sequence[str]], limit: int) -> list[int]:
        """Ids of up to `limit` passages whose text, title or headings hold one of the sequences of terms, in a row."""
        import tantivy

        clauses = [
            (tantivy.Occur.Should, tantivy.Query.phrase_query(self._schema, field, list(terms)))
            if len(terms) > 1
            else (tantivy.Occur.Should, self._term(field, terms[0]))
            for terms in forms
            for field in ("text", "title", "headings")
            if terms
        ]
        if not clauses or not self._searcher.num_docs:
            return []
        return sorted(passage_id for passage_id, _ in self._hits(tantivy.Query.boolean_query(clauses), limit))

    def idf(self, *forms: str) -> float:
        """Inverse document frequency of a term in passage texts, as BM25 defines it; of its commonest form."""
        found = max((self._searcher.doc_freq("text", form) for form in forms), default=0)
        total = max(self._searcher.num_docs, found)  # doc_freq counts deleted ones too, until a merge
        return math.log(1 + (total - found + 0.5) / (found + 0.5))

    def ids(self) -> list[int]:
        """The ids of all passages it holds, ascending."""
        import tantivy

        total = self._searcher.num_docs
        return sorted(passage_id for passage_id, _ in self._hits(tantivy.Query.all_query(), total)) if total else []

    def _hits(self, query: Any, limit: int) -> list[tuple[int, float]]:
        hits = self._searcher.search(query, limit=limit, count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        return [(int(passage_id), float(score)) for (score, _), passage_id in zip(hits, ids, strict=True)]

    def _term(self, field: str, term: str) -> Any:
        import tantivy

        return tantivy.Query.term_query(self._schema, field, term)


def _best_first(hit: tuple[int, float]) -> tuple[float, int]:
    return -hit[1], hit[0]


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    for field in FIELDS:
        builder.add_text_field(field, tokenizer_name=SPLITTER)
    return builder.build()


def _splitter() -> Any:
    import tantivy

    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()


def _told(error: Exception) -> str:
    """What the system said, of all that tantivy tells about it."""
    system = re.search(r'message: "(.+?)"', str(error))
    return system[1] if system else " ".join(str(error).split())[:200].removesuffix(".")


META = "meta.json"
_READ_ONLY = "ReadOnlyFilesystem"
_REBUILD = "Make it anew: citewise doctor --repair (or build the index again: citewise index --full)"
_ROOM = "Nothing that was published is lost. See that its disk has room and may be written, then build again."
