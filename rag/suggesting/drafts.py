"""The questions that one document suggests, the best first, each with the place where its answer should stand. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise

from index.function_words import FUNCTION_WORDS
from index.sentences import sentence_spans
from index.types import Document
from rag.orders.detect import orders_among, reads_as_order, visible
from rag.reading.cues import is_label, is_question, leans_back
from rag.suggesting.clause import Kind
from rag.suggesting.headings import question_of
from rag.suggesting.patterns import questions
from rag.suggesting.phrases import is_name, kind_of
from rag.suggesting.talk import said_on, topic_of_talk, topics

READ = 20_000
"""Characters of a document that are looked at."""
MOST = 12
FEWEST_WORDS, MOST_WORDS, MOST_CHARACTERS = 4, 14, 110

_WEIGHTS: dict[Kind, float] = {
    "asked": 1.0,
    "why": 0.95,
    "who": 0.9,
    "when": 0.85,
    "says": 0.85,
    "where": 0.8,
    "number": 0.8,
    "what": 0.75,
    "about": 0.3,
}
_ABOUT_TITLE, _LATE, _LONG = 0.3, 0.25, 0.04
_INSIDE = re.compile(r"(?<=[a-zà-ÿ,] )[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_BOILERPLATE = re.compile(
    r"cookie|copyright|©|all rights reserved|subscri|newsletter|click|log ?in|sign (?:in|up)|privacy policy|terms of|"
    r"https?:|www\.|@|advert|follow us|read more|last (?:updated|modified|edited)|isbn|javascript",
    re.I,
)
_LEANS = frozenset(
    "i me my we our us you your he she it they him them his her hers its their theirs this that these those here there "
    "such today yesterday tomorrow tonight now ago latter former respectively following above below aforementioned "
    "recently currently".split()
)
_PERSONAL = frozenset("he she they him them his her hers their theirs this these those".split())
_DEICTIC = re.compile(r"\b(?:last|next|this) (?:year|month|week|night|day|summer|winter|spring|autumn|season)\b", re.I)
_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_COMMON = frozenset(
    "what when where which who whom why how the for with from into about did does was were are said".split()
)
_IDLE = frozenset[str]().union(*FUNCTION_WORDS.values()) | frozenset(
    "many much long old take took place part first last also only more most one two three time year years day days new "
    "people für über zum zur thema gesagt wird wurde wurden werden heißt viele más qué cuándo dónde quién dice "
    "sobre".split()
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A question that the text [start, end) of a document should answer. `weight`: the higher the better."""

    question: str
    kind: Kind
    document_id: int
    uri: str
    start: int
    end: int
    weight: float


def drafts(document: Document) -> list[Draft]:
    """At most MOST drafts of a document; none of what stands in it as an order or as furniture of a page."""
    read = document.text[:READ]
    forms = frozenset(_INSIDE.findall(read))
    central = content_words(document.title)
    found: dict[str, Draft] = {}
    for kind, question, start, end in (*_of_headings(document, forms), *_of_sentences(document, read, forms)):
        if is_worth_asking(question, kind):
            weight = _WEIGHTS[kind] - _LATE * start / READ - _LONG * max(0, len(question.split()) - 9)
            weight += _ABOUT_TITLE * (kind != "about" and bool(central & content_words(question)))
            found.setdefault(question, Draft(question, kind, document.id, document.uri, start, end, round(weight, 4)))
    return sorted(found.values(), key=lambda draft: (-draft.weight, draft.start, draft.question))[:MOST]


def content_words(text: str) -> frozenset[str]:
    """The words of a text that tell what it is about, in lower case."""
    return frozenset(word for word in _WORD.findall(text.lower()) if len(word) > 2 and word not in _COMMON)


def telling_words(text: str) -> frozenset[str]:
    """Those of them that a text on another matter would hardly share: without "many", "wird" and the like."""
    return frozenset(
        word.removesuffix("s") for word in content_words(text) if word not in _IDLE and not word.isdecimal()
    )


def is_worth_asking(question: str, kind: Kind) -> bool:
    """Whether a question can stand alone on a button: short, clear without its document, and no order in disguise."""
    words = _WORD.findall(question)
    spaced = max(map(len, words), default=0) < 40 and len(words) > 1
    if len(question) > MOST_CHARACTERS or spaced and not FEWEST_WORDS <= len(words) <= MOST_WORDS:
        return False
    if visible(question) != question or reads_as_order(question) or _BOILERPLATE.search(question):
        return False
    if any(one.lower() == other.lower() for one, other in pairwise(words)):
        return False
    low = {word.lower() for word in words}
    if kind in ("asked", "about"):
        return not low & _PERSONAL
    content = [
        word for word in words[1:] if kind_of(word) in ("lower", "plural", "agent", "abstract", "quality", "ing")
    ]
    anchored = any(is_name(word) for word in words[1:]) or len(content) > 3
    return anchored and not low & _LEANS and not _DEICTIC.search(question)


def _of_sentences(document: Document, read: str, forms: Collection[str]) -> Iterator[tuple[Kind, str, int, int]]:
    if document.language not in ("en", None):
        return
    spans = sentence_spans(read, language="en")
    headings, about = {heading.start for heading in document.headings}, topics(document.title, read)
    for (start, end), is_order in zip(spans, orders_among(read, spans), strict=True):
        text = read[start:end]
        furniture = start in headings or is_label(text) or is_question(text) or _BOILERPLATE.search(text)
        if not (is_order or furniture or leans_back(text) or visible(text) != text):
            for made in (*questions(text, forms), *topic_of_talk(document, text, start), *said_on(text, about, forms)):
                yield made.kind, made.question, start, end


def _of_headings(document: Document, forms: Collection[str]) -> Iterator[tuple[Kind, str, int, int]]:
    whole = len(document.text)
    made = question_of(document.title, document.language, document.text[:READ], forms, title=True)
    if made is not None and not reads_as_order(document.title):
        yield made.kind, made.question, 0, whole
    ends = [*(heading.start for heading in document.headings[1:]), whole]
    for heading, end in zip(document.headings, ends, strict=False):
        made = question_of(heading.title, document.language, document.text[:READ], forms)
        if made is not None and heading.title != document.title and heading.start < READ:
            if not reads_as_order(heading.title):
                yield made.kind, made.question, heading.start, end
