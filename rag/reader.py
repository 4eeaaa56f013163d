"""The extractive reader: verbatim sentences that answer, chosen from the retrieved passages. Pure, but for the
embedding of at most 20 sentences through the function it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from index.sentences import sentence_spans
from index.types import Hit, Span
from rag.cues import family, fitness, is_fragment, is_label, is_question, points_back, range_fit
from rag.question import Asked
from rag.verify import verify

if TYPE_CHECKING:
    from index.embed import Vectors

EMBEDDED_SENTENCES = 20
COVERAGE_WEIGHT = 0.6
CONTEXT_SHARE = 0.6
KIND_WEIGHT = 0.15
PASSAGE_WEIGHT = 0.15
FRAGMENT_LOSS = 0.1
RANGE_WEIGHT = 0.2
BEFORE = 2
CONTEXT_CHARACTERS = 800
NEXT_BEST = 0.75
NEXT_BEST_OF_SEVERAL = 0.55
SAME_WORDING = 0.86


class Analyze(Protocol):
    """The index terms of a text, those of the question by their keys."""

    def __call__(self, text: str, language: str | None = None) -> list[str]: ...


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
    """Sentences best first, those chosen for the answer with what else says the same, and those of the question's
    `terms` that no sentence holds."""

    scored: tuple[Scored, ...]
    chosen: tuple[tuple[Scored, tuple[Scored, ...]], ...]
    uncovered: tuple[str, ...]
    terms: int


def sentences_of(hits: Sequence[Hit]) -> list[Sentence]:
    """The sentences of the passages in the order of the hits; headings, questions and labels are context only."""
    found: list[Sentence] = []
    for hit in hits:
        document, passage = hit.document, hit.passage
        line = document.text.rfind("\n", 0, max(0, passage.start - CONTEXT_CHARACTERS)) + 1
        earlier = sentence_spans(document.text, line, passage.start, document.language)[-BEFORE:]
        spans = earlier + sentence_spans(document.text, passage.start, passage.end, document.language)
        texts = [document.text[start:end] for start, end in spans]
        headings = {heading.start for heading in document.headings}
        for at in range(len(earlier), len(spans)):
            (start, end), text = spans[at], texts[at]
            if start not in headings and text != document.title and not is_label(text) and not is_question(text):
                found.append(Sentence(Span(document.id, start, end), text, tuple(texts[max(0, at - BEFORE) : at]), hit))
    return found


def read(
    asked: Asked,
    weights: dict[str, float],
    sentences: Sequence[Sentence],
    analyze: Analyze,
    similarities: Callable[[Sequence[str]], tuple[Sequence[float], Vectors | None]],
) -> Reading:
    """Scores the sentences against a question given as term weights (idf by analysed term).

    `similarities` gives the cosine of texts to the question and their vectors; zeros and None when words alone are
    at hand.
    """
    covered = [_coverage(weights, sentence, analyze) for sentence in sentences]
    fits = [
        fitness(asked, sentence.text, weights, partial(analyze, language=_language(sentence))) for sentence in sentences
    ]
    known = [
        COVERAGE_WEIGHT * covered[i]
        + KIND_WEIGHT * fits[i]
        + PASSAGE_WEIGHT * sentences[i].hit.score
        + RANGE_WEIGHT * range_fit(asked.quantities, sentences[i].text)
        - FRAGMENT_LOSS * is_fragment(sentences[i].text)
        for i in range(len(sentences))
    ]
    order = sorted(range(len(sentences)), key=lambda i: (-known[i], i))
    kept = sorted(order[:EMBEDDED_SENTENCES])
    cosines, vectors = similarities([_readable(sentences[i]) for i in kept])
    scored = []
    for row, i in enumerate(kept):
        cosine = float(cosines[row])
        scored.append((Scored(sentences[i], cosine, covered[i], fits[i], cosine + known[i]), row))
    scored.sort(key=lambda item: (-item[0].score, item[0].sentence.span.document_id, item[0].sentence.span.start))
    held = {family(term) for sentence in sentences for term in analyze(_context(sentence), _language(sentence))}
    return Reading(
        tuple(item for item, _ in scored),
        tuple(_choose(asked, scored, vectors)),
        tuple(term for term in weights if family(term) not in held),
        len(weights),
    )


def _choose(
    asked: Asked, scored: Sequence[tuple[Scored, int]], vectors: Vectors | None
) -> list[tuple[Scored, tuple[Scored, ...]]]:
    """The best sentence and those nearly as good.

    A sentence that says the same is a further source for the one it repeats. One that says nearly the same, but with
    another number or name, is a different answer: it is shown beside it, beyond the number of sentences asked for.
    """
    chosen: list[tuple[Scored, int]] = []
    also: dict[int, list[Scored]] = {}
    enough = asked.sentences
    for item, row in scored:
        if item.score < (NEXT_BEST_OF_SEVERAL if asked.several else NEXT_BEST) * scored[0][0].score:
            break
        twins = [(other, r) for other, r in chosen if _alike(vectors, r, row)]
        repeated = next((r for other, r in twins if says_the_same(other.sentence.text, item.sentence.text)), None)
        if repeated is not None:
            also.setdefault(repeated, []).append(item)
            continue
        differs = len(twins) == 1 and _is_rival(item, twins[0][0])
        fits = not chosen or asked.kind == "other" or item.fits > 0
        if fits and (len(chosen) < enough or (differs and len(chosen) == enough)):
            chosen.append((item, row))
    return [(item, tuple(_one_a_document(item, also.get(row, [])))) for item, row in chosen]


def _is_rival(item: Scored, other: Scored) -> bool:
    """Whether another document answers the same question: it covers as much of it, not another boat or year."""
    elsewhere = item.sentence.span.document_id != other.sentence.span.document_id
    return elsewhere and item.coverage >= other.coverage - 1e-9


def says_the_same(one: str, other: str) -> bool:
    """Whether either of two sentences bears the other: no number, name, quote or negation stands in only one."""
    return "unsupported" not in (verify(one, [other]).check, verify(other, [one]).check)


def _one_a_document(chosen: Scored, others: Sequence[Scored]) -> Iterable[Scored]:
    """Of each further document the best sentence; another one of the same document would prove nothing more."""
    seen = {chosen.sentence.span.document_id}
    for other in others:
        if other.sentence.span.document_id not in seen:
            seen.add(other.sentence.span.document_id)
            yield other


def _alike(vectors: Vectors | None, one: int, other: int) -> bool:
    return vectors is not None and float(vectors[one] @ vectors[other]) >= SAME_WORDING


def _coverage(weights: dict[str, float], sentence: Sentence, analyze: Analyze) -> float:
    total = sum(weights.values())
    if not total:
        return 0.0
    own = {family(term) for term in analyze(sentence.text, _language(sentence))}
    near = {family(term) for term in analyze(_context(sentence), _language(sentence))}
    held = 0.0
    for term, weight in weights.items():
        form = family(term)
        held += weight * (1.0 if form in own else CONTEXT_SHARE if form in near else 0.0)
    return held / total


def _language(sentence: Sentence) -> str | None:
    return sentence.hit.document.language


def _context(sentence: Sentence) -> str:
    title = sentence.hit.document.title
    return "\n".join((title, *sentence.hit.passage.headings, *sentence.before, sentence.text))


def _readable(sentence: Sentence) -> str:
    """What is embedded: a sentence that points back, or answers a question, is read with the one before it."""
    if sentence.before and (points_back(sentence.text) or is_question(sentence.before[-1])):
        return f"{sentence.before[-1]} {sentence.text}"
    return sentence.text
