"""What stands under the very words of a question: a heading, or a question of a FAQ. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.sentences import sentence_spans
from index.types import Document, Hit, Span
from rag.questions.question import Asked
from rag.reader import Scored
from rag.reading.cues import is_item, is_label, is_question
from rag.short.answer_words import ASKING

SHORTEST = 3  # words of a question; "Summary" is nobody's question
BEFORE = 400  # characters before a passage in which its heading may stand
LONGEST = 2_000  # characters of what stands under it
SENTENCES = 6

_LINE = re.compile(r"[^\n]+")
_WORD = re.compile(r"[\w#+]+")  # C++ is not C#
_OPENING = re.compile(
    r"\s*(?:#+|[-*•]|\(?\d{1,3}(?:\.\d{1,3})*[.)]?|(?:Q|F|P|Question|Frage|Pregunta) ?\d{0,3}[.:)])?\s+", re.I
)


def asked_there(question: str, asked: Asked, scored: Sequence[Scored]) -> list[Scored]:
    """The sentences that stand under a line with the words of the question, in the order of the document; from the best
    passage that has such a line. None for words as for a search engine: they ask for what all documents have."""
    words = _words(question)
    is_search = asked.terse and not any(words[:1] == [word] for known in ASKING.values() for word in known)
    if is_search or len(words) < SHORTEST:
        return []
    hits = {one.sentence.rank: one.sentence.hit for one in scored}
    for _, hit in sorted(hits.items()):
        for section in _sections(words, hit):
            under = [one for one in scored if _within(one.sentence.span, section)]
            if under:
                return sorted({one.sentence.span: one for one in under}.values(), key=_start)[:SENTENCES]
    return []


def _sections(words: list[str], hit: Hit) -> Iterator[Span]:
    text, start = hit.document.text, max(0, hit.passage.start - BEFORE)
    for line in _LINE.finditer(text, start, hit.passage.end):
        if len(line.group()) <= LONGEST and _words(_OPENING.sub("", " " + line.group(), count=1)) == words:
            yield Span(hit.document.id, line.end(), _end(hit.document, line.end(), _mark(line.group())))


def _mark(line: str) -> str:
    """How an item of a list begins, as a kind; "" for another line."""
    first = line.lstrip()[:1]
    return ("1" if first.isdigit() else first) if is_item(line) else ""


def _end(document: Document, start: int, mark: str) -> int:
    """Where the section ends that begins here: at a heading or what looks like one, at another question, or at the next
    item where the question is an item itself."""
    headings, end = {heading.start for heading in document.headings}, start
    for first, last in sentence_spans(
        document.text, start, min(start + LONGEST, len(document.text)), document.language
    ):
        text = document.text[first:last]
        is_next = mark != "" and _mark(text) == mark
        if first in headings or is_question(text) or is_next or (is_label(text) and not is_item(text)):
            break
        end = last
    return end


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _within(span: Span, section: Span) -> bool:
    return span.document_id == section.document_id and section.start <= span.start and span.end <= section.end


def _start(one: Scored) -> int:
    return one.sentence.span.start
