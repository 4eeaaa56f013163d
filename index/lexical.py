"""Words: BM25 over title, headings and text, in tantivy. One index per epoch, keyed by passage id.

Everything written is reserved in the catalog before, so what a crash leaves behind is known by id.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from index.errors import CitewiseError

FIELDS = {"text": 1.0, "title": 0.3, "headings": 0.3}
ANALYZER = "english_stems"
WRITER_HEAP = 64_000_000
MAX_TERM = 100


class LexicalIndex:
    """The index of one epoch in its folder. Searches see the state of the last `searcher()`."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._index = tantivy.Index(_schema(), path=str(folder), reuse=True)
        except ValueError as error:
            raise CitewiseError(f"The word index in {folder} cannot be read: {error}.", _REBUILD) from error
        self._index.register_tokenizer(ANALYZER, _analyzer())

    def add(self, rows: Iterable[tuple[int, str, Sequence[str], str]]) -> None:
        """Adds (id, title, headings, text) and commits; on return all merges are done."""
        import tantivy

        writer = self._index.writer(heap_size=WRITER_HEAP, num_threads=1)
        for passage_id, title, headings, text in rows:
            document = tantivy.Document()
            document.add_unsigned("id", passage_id)
            document.add_text("title", title)
            document.add_text("headings", "\n".join(headings))
            document.add_text("text", text)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def delete(self, ids: Collection[int]) -> None:
        """Deletes and commits; ids that are not there are passed over."""
        import tantivy

        writer = self._index.writer(heap_size=WRITER_HEAP, num_threads=1)
        # By query: `delete_documents_by_term` takes a number for a signed one and finds nothing.
        writer.delete_documents_by_query(tantivy.Query.term_set_query(self._index.schema, "id", sorted(ids)))
        writer.commit()
        writer.wait_merging_threads()

    def searcher(self) -> WordSearcher:
        """A view of the newest commit."""
        self._index.reload()
        return WordSearcher(self._index.schema, self._index.searcher())


class WordSearcher:
    """One commit of the lexical index; it never changes. Safe from several threads."""

    def __init__(self, schema: Any, searcher: Any) -> None:
        self._schema = schema
        self._searcher = searcher

    def search(
        self, terms: Sequence[str], limit: int, allowed: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """(passage id, BM25 score) of the best passages holding any of the analysed terms; ties by id."""
        import tantivy

        if not terms or limit < 1 or not self._searcher.num_docs:
            return []
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(self._term(field, term), boost))
            for term in dict.fromkeys(terms)
            for field, boost in FIELDS.items()
        ]
        query = tantivy.Query.boolean_query(clauses)
        if allowed is not None:
            ids = tantivy.Query.term_set_query(self._schema, "id", sorted(allowed))
            filtered = tantivy.Query.const_score_query(ids, 0.0)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, filtered)])
        hits = self._searcher.search(query, limit=limit, count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        return sorted(((int(i), float(score)) for (score, _), i in zip(hits, ids, strict=True)), key=_best_first)

    def idf(self, term: str) -> float:
        """Inverse document frequency of an analysed term in passage texts, as BM25 defines it."""
        found = self._searcher.doc_freq("text", term)
        return math.log(1 + (self._searcher.num_docs - found + 0.5) / (found + 0.5))

    def _term(self, field: str, term: str) -> Any:
        import tantivy

        return tantivy.Query.term_query(self._schema, field, term)


def analyze(text: str) -> list[str]:
    """The index terms of a text, in order: lower case, without accents, stemmed."""
    return [str(term) for term in _analyzer().analyze(text)]


def content_terms(text: str) -> list[str]:
    """The index terms of a question without English function words; all of them when nothing else is left."""
    import tantivy

    kept = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_TOKEN))
    for step in (
        tantivy.Filter.remove_long(MAX_TERM),
        tantivy.Filter.lowercase(),
        tantivy.Filter.stopword("english"),
        tantivy.Filter.custom_stopword(_QUESTION_WORDS),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stemmer("english"),
    ):
        kept = kept.filter(step)
    return [str(term) for term in kept.build().analyze(text)] or analyze(text)


def _best_first(hit: tuple[int, float]) -> tuple[float, int]:
    return -hit[1], hit[0]


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    for field in FIELDS:
        builder.add_text_field(field, tokenizer_name=ANALYZER)
    return builder.build()


def _analyzer() -> Any:
    import tantivy

    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_TOKEN))
        .filter(tantivy.Filter.remove_long(MAX_TERM))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


# A word; in scripts that put no spaces between words, a character.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_TOKEN = rf"[{_UNSPACED}]|[\p{{L}}\p{{N}}\p{{M}}--[{_UNSPACED}]]+"
_REBUILD = "Build the index again: citewise index --full"
_QUESTION_WORDS = (
    "who whom whose what which when where why how do does did has have had can could would should might shall must "
    "were from since i me my you your we our please tell about"
).split()
