"""The extractive reader: verbatim sentences that answer, chosen from the retrieved passages. Pure, but for the
embedding of at most 20 sentences through the function it is given."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.sentences import sentence_spans
from index.types import Hit, Span
from rag.question import Asked

if TYPE_CHECKING:
    from index.embed import Vectors

EMBEDDED_SENTENCES = 20
COVERAGE_WEIGHT = 0.6
CONTEXT_SHARE = 0.6
KIND_WEIGHT = 0.15
PASSAGE_WEIGHT = 0.15
NEXT_BEST = 0.75
SAME_WORDING = 0.86


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a retrieved passage; `before` are up to two sentences that precede it there."""

    span: Span
    text: str
    before: tuple[str, ...]
    hit: Hit


@dataclass(frozen=True, slots=True)
class Scored:
    """`cosine` to the question; `coverage`: idf share of the question's terms in the sentence (and, discounted, just
    before it); `fits`: how well it holds the kind of thing asked for; `score` joins them."""

    sentence: Sentence
    cosine: float
    coverage: float
    fits: float
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """Sentences best first, those chosen for the answer with what else says the same, and the uncovered terms."""

    scored: tuple[Scored, ...]
    chosen: tuple[tuple[Scored, tuple[Scored, ...]], ...]
    uncovered: tuple[str, ...]


def sentences_of(hits: Sequence[Hit]) -> list[Sentence]:
    """The sentences of the passages in the order of the hits; headings and labels of a few words are context only."""
    found: list[Sentence] = []
    for hit in hits:
        document, passage = hit.document, hit.passage
        spans = sentence_spans(document.text, passage.start, passage.end, document.language)
        texts = [document.text[start:end] for start, end in spans]
        heading_starts = {heading.start for heading in document.headings}
        for at, ((start, end), text) in enumerate(zip(spans, texts, strict=True)):
            if start not in heading_starts and not _is_label(text):
                before = tuple(texts[max(0, at - 2) : at])
                found.append(Sentence(Span(document.id, start, end), text, before, hit))
    return found


def read(
    asked: Asked,
    weights: dict[str, float],
    sentences: Sequence[Sentence],
    analyze: Callable[[str], list[str]],
    similarities: Callable[[Sequence[str]], tuple[Sequence[float], Vectors | None]],
) -> Reading:
    """Scores the sentences against a question given as term weights (idf by analysed term).

    `similarities` gives the cosine of texts to the question and their vectors; zeros and None when words alone are
    at hand.
    """
    covered = [_coverage(weights, sentence, analyze) for sentence in sentences]
    order = sorted(range(len(sentences)), key=lambda i: (-covered[i] - PASSAGE_WEIGHT * sentences[i].hit.score, i))
    kept = sorted(order[:EMBEDDED_SENTENCES])
    cosines, vectors = similarities([_readable(sentences[i]) for i in kept])
    scored = []
    for row, i in enumerate(kept):
        fits = fitness(asked, sentences[i].text, weights, analyze)
        score = (
            cosines[row]
            + COVERAGE_WEIGHT * covered[i]
            + KIND_WEIGHT * fits
            + PASSAGE_WEIGHT * sentences[i].hit.score
        )
        scored.append((Scored(sentences[i], float(cosines[row]), covered[i], fits, float(score)), row))
    scored.sort(key=lambda item: (-item[0].score, item[0].sentence.span.document_id, item[0].sentence.span.start))
    held = {term for sentence in sentences for term in analyze(_context(sentence))}
    return Reading(
        tuple(item for item, _ in scored),
        tuple(_choose(asked, scored, vectors)),
        tuple(term for term in weights if term not in held),
    )


def fitness(asked: Asked, text: str, weights: dict[str, float], analyze: Callable[[str], list[str]]) -> float:
    """From 0 to 1: whether the sentence holds the kind of thing that is asked for, beyond the question's own words."""
    if asked.kind == "other":
        return 0.0
    if asked.kind == "person":
        if _ROLE.search(text) and any(_new(name, weights, analyze) for name in _PERSON.findall(text)):
            return 1.0
        return 0.6 if any(_new(name, weights, analyze) for name in _PERSON.findall(text)) else 0.0
    if asked.kind == "place":
        return 0.7 if any(_new(name, weights, analyze) for name in _PLACE.findall(text)) else 0.0
    return 1.0 if _PATTERNS[asked.kind].search(text) else 0.0


def _choose(
    asked: Asked, scored: Sequence[tuple[Scored, int]], vectors: Vectors | None
) -> Iterable[tuple[Scored, tuple[Scored, ...]]]:
    """The best sentence and those nearly as good; a sentence that repeats one is a further source for it."""
    chosen: list[tuple[Scored, int]] = []
    also: dict[int, list[Scored]] = {}
    for item, row in scored:
        if item.score < NEXT_BEST * scored[0][0].score:
            break
        twin = next((r for _, r in chosen if _same(vectors, r, row)), None)
        if twin is not None:
            also.setdefault(twin, []).append(item)
        elif len(chosen) < asked.sentences and not (chosen and asked.kind != "other" and item.fits == 0):
            chosen.append((item, row))
    return [(item, tuple(also.get(row, ()))) for item, row in chosen]


def _same(vectors: Vectors | None, one: int, other: int) -> bool:
    return vectors is not None and float(vectors[one] @ vectors[other]) >= SAME_WORDING


def _coverage(weights: dict[str, float], sentence: Sentence, analyze: Callable[[str], list[str]]) -> float:
    total = sum(weights.values())
    if not total:
        return 0.0
    own = {_family(term) for term in analyze(sentence.text)}
    near = {_family(term) for term in analyze(_context(sentence))}
    held = 0.0
    for term, weight in weights.items():
        family = _family(term)
        held += weight * (1.0 if family in own else CONTEXT_SHARE if family in near else 0.0)
    return held / total


def _context(sentence: Sentence) -> str:
    title = sentence.hit.document.title
    return "\n".join((title, *sentence.hit.passage.headings, *sentence.before, sentence.text))


def _readable(sentence: Sentence) -> str:
    """What is embedded: a sentence that points back is read with the one it points to."""
    if sentence.before and _POINTS_BACK.search(sentence.text):
        return f"{sentence.before[-1]} {sentence.text}"
    return sentence.text


def _new(name: str, weights: dict[str, float], analyze: Callable[[str], list[str]]) -> bool:
    return any(term not in weights for term in analyze(name))


def _family(term: str) -> str:
    return _IRREGULAR.get(term, term)


def _is_label(text: str) -> bool:
    """Title lines, bylines and "Published: ..." tell about the document, not about its matter."""
    return _LABEL.match(text) is not None or (len(text.split()) < 4 and not text.endswith((".", "!", "?")))


_LABEL = re.compile(
    r"(?:outlet|author|by|published|updated|date|source|tags|from|to|subject|place|present|page \d+)\b\s*:|page \d+$", re.I
)
_POINTS_BACK = re.compile(r"\b(?:he|she|they|it|this|these|those|the (?:group|source|deal|official|move|agreement))\b", re.I)
_ROLE = re.compile(
    r"\b(?:said|told|added|spokes\w+|minister|president|chief|leader|commander|chair\w*|mayor|director|head|officer|"
    r"secretary|ambassador|lawmaker|judge|lawyer|founder|author|clerk|councillor|master|moved|seconded)\b",
    re.I,
)
_PERSON = re.compile(r"\b[A-Z][\w’'-]+(?:\s+(?:al|el|bin|de|van|von)\b)?(?:\s+[A-Z][\w’'-]+)+")
_PLACE = re.compile(r"\b(?:in|at|near|on|from|to|of)\s+(?:the\s+)?([A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+)*)")
_DATE = (
    r"\b(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?\s+\d{1,2}|\d{1,2}\s+(?:Jan|Feb|Mar|Apr|May|"
    r"Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*|\d{4}|\d{1,2}[:.]\d{2}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|yesterday|"
    r"(?:January|February|March|April|June|July|August|September|October|November|December))\b"
)
_PATTERNS = {
    "date": re.compile(_DATE),
    "number": re.compile(
        r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?|"
        r"half|quarter|third|twice|once|none)\b",
        re.I,
    ),
    "reason": re.compile(
        r"\b(?:because|since|reasons?|due to|owing to|cause[sd]?|in order to|so that|as a result|result of|thanks to|led to|"
        r"to (?:avoid|prevent|give|allow|open|stop|protect|spare|make|keep|save)|fear\w*|pressure\w*|inten[dt]\w*|aim\w*|"
        r"credit\w*|explain\w*|attribut\w*|motiv\w*|yield\w*|not want|don['’]t want|puts? (?:it|this|the) \w* ?down)\b",
        re.I,
    ),
}
_IRREGULAR = {
    form: lemma
    for lemma, forms in {
        "speak": "spoke spoken speaker spokesman spokeswoman spokesperson spokespeopl spokesmen",
        "say": "said", "tell": "told", "hold": "held", "meet": "met", "pay": "paid", "buy": "bought", "cost": "fee price",
        "begin": "began begun", "become": "becam", "take": "took taken", "give": "gave given", "find": "found",
        "die": "dead death", "build": "built", "leav": "left", "win": "won", "lose": "lost", "choos": "chose chosen",
        "explan": "explain",
    }.items()
    for form in forms.split()
}  # fmt: skip
