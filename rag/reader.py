"""The extractive reader: verbatim sentences that answer, chosen from the retrieved passages.

A linear model over the features of rag/reading/evidence.py orders the sentences, a second one over the order that came
out decides how many of them belong to the answer. Both are data (reader.json, with what they were fitted on), fitted
listwise (Cao et al., Learning to Rank, ICML 2007) by bench/fit_reader.py.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.reading.cues import family
from rag.reading.evidence import NAMES, Analyze, Wanted, features, measured_terms
from rag.reading.rows import measures
from rag.reading.sentences import Sentence
from rag.short.answer import Short, short_answers, sought
from rag.verify import verify

if TYPE_CHECKING:
    from index.embed import Vectors
    from rag.reading.matching import Array, Match

FILE = Path(__file__).parent / "reader.json"
SELECTION = (
    *("bias", "behind", "share", "beside", "same_passage", "rank", "crowd", "several", "reason"),
    *("match", "meaning", "covered", "short", "short_first", "terse", "terse_behind", "terse_share"),
)
FAR_BEHIND = -9.0
EMBEDDED_SENTENCES = 12
SAME_WORDING = 0.86
SEVERAL = 0.4  # of the threshold, where several answers are asked for

Similarities = Callable[[Sequence[str]], "tuple[Sequence[float], Vectors | None]"]


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence with its place in the order (`score`, comparable within one question) and the share of the belief (0
    to 1) that falls to it.

    `match`: how near its tokens come to the question's, `meaning`: the same of the whole, `cosine`: of the sentence by
    itself, known of the best few; `coverage`: idf share of the question's terms in it and just before it; `fits`: how
    well it holds the kind of thing asked for; `passage_match`: the match of its whole passage; `spelled`: the share of
    the question's words that it holds, inflected or in compounds; `short`: its best short answer.
    """

    sentence: Sentence
    score: float
    share: float
    match: float
    meaning: float
    cosine: float
    coverage: float
    fits: float
    passage_match: float = 0.0
    spelled: float = 0.0
    short: Short | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Sentences best first, those chosen for the answer with what else says the same, and those of the question's
    `terms` that no sentence holds."""

    scored: tuple[Scored, ...]
    chosen: tuple[tuple[Scored, tuple[Scored, ...]], ...]
    uncovered: tuple[str, ...]
    terms: int


def read(
    wanted: Wanted,
    sentences: Sequence[Sentence],
    matches: Match | None,
    analyze: Analyze,
    similarities: Similarities,
) -> Reading:
    """Orders the sentences and chooses. `matches` is None when no model reads tokens; `similarities` gives the cosines
    of texts to the question and their vectors, zeros and None where there are none."""
    sought_for = sought(wanted.text, wanted.weights)
    shorts = short_answers(sought_for, [(one.text, one.hit.document.language) for one in sentences])
    rows = features(wanted, sentences, matches, shorts, analyze) if sentences else None
    scored = [] if rows is None else ordered(sentences, rows, shorts, matches is not None, similarities)
    held = {family(term) for sentence in sentences for term in analyze(_context(sentence), _language(sentence))}
    if rows is not None and (rows[:, NAMES.index("row")] > 0).any():
        held |= measured_terms(measures(wanted.text), analyze)
    return Reading(
        tuple(one for one, _ in scored),
        tuple(choose(wanted, scored)),
        tuple(term for term in wanted.weights if family(term) not in held),
        len(wanted.weights),
    )


def ordered(
    sentences: Sequence[Sentence],
    rows: Array,
    shorts: Sequence[Short | None],
    matched: bool,
    similarities: Similarities,
) -> list[tuple[Scored, Vectors | None]]:
    """Best first, each with its vector if it has one."""
    scores = (rows @ weights("tokens" if matched else "words")).tolist()
    order = sorted(
        range(len(scores)), key=lambda i: (-scores[i], sentences[i].span.document_id, sentences[i].span.start)
    )
    shares = shares_of(scores)
    best = order[:EMBEDDED_SENTENCES]
    cosines, vectors = similarities([sentences[i].text for i in best])
    known = {i: (float(cosines[at]), None if vectors is None else vectors[at]) for at, i in enumerate(best)}
    column = {name: rows[:, at] for at, name in enumerate(NAMES)}
    found = []
    for i in order:
        cosine, vector = known.get(i, (0.0, None))
        one = Scored(
            sentence=sentences[i],
            score=scores[i],
            share=shares[i],
            match=float(column["match"][i] + column["match_foreign"][i]),
            meaning=float(column["meaning"][i] + column["meaning_foreign"][i]),
            cosine=cosine,
            coverage=float(sum(column[name][i] for name in COVERED)),
            fits=float(column["fits"][i]),
            passage_match=float(column["match_passage"][i]),
            spelled=float(column["spelled"][i] + column["spelled_foreign"][i]),
            short=shorts[i],
        )
        found.append((one, vector))
    return found


COVERED = ("covered", "covered_foreign", "covered_before", "covered_title")


def shares_of(scores: Sequence[float]) -> list[float]:
    top = max(scores, default=0.0)
    raised = [math.exp(score - top) for score in scores]
    return [one / sum(raised) for one in raised]


def selection_rows(wanted: Wanted, scored: Sequence[Scored]) -> list[tuple[float, ...]]:
    """What decides whether a sentence belongs to the answer, in the order of SELECTION, for those after the first."""
    if not scored:
        return []
    terse = float(wanted.asked.terse)
    top, crowd = scored[0], -sum(one.share * math.log(one.share + 1e-12) for one in scored)
    behind = {id(one): max(FAR_BEHIND, one.score - top.score) for one in scored}
    by_place = {(one.sentence.rank, one.sentence.span.end): one for one in scored}
    beside: dict[int, float] = {}
    for one in scored:
        lead_in = one.sentence.lead_in
        earlier = by_place.get((one.sentence.rank, lead_in.end)) if lead_in else None
        if earlier is not None:
            beside[id(one)] = max(beside.get(id(one), FAR_BEHIND), behind[id(earlier)])
            beside[id(earlier)] = max(beside.get(id(earlier), FAR_BEHIND), behind[id(one)])
    return [
        (
            1.0,
            behind[id(one)],
            math.log(one.share + 1e-4),
            beside.get(id(one), FAR_BEHIND),
            float(one.sentence.rank == top.sentence.rank),
            float(min(place, 8)),
            crowd,
            float(wanted.asked.several),
            float(wanted.asked.kind == "reason"),
            one.match,
            one.meaning,
            one.coverage,
            _likely(one),
            _likely(top),
            terse,
            terse * behind[id(one)],
            terse * math.log(one.share + 1e-4),
        )
        for place, one in enumerate(scored)
    ]


def _likely(one: Scored) -> float:
    return one.short.score if one.short else 0.0


def choose(wanted: Wanted, scored: Sequence[tuple[Scored, Vectors | None]]) -> list[tuple[Scored, tuple[Scored, ...]]]:
    """The best sentence and those that belong to the answer with it. One that says the same is a further source for the
    one it repeats."""
    rows = selection_rows(wanted, [one for one, _ in scored])
    belongs = [probability(row) for row in rows]
    chosen: list[tuple[Scored, Vectors | None]] = []
    also: dict[int, list[Scored]] = {}
    enough, least = wanted.asked.sentences, threshold() * (SEVERAL if wanted.asked.several else 1.0)
    for (item, vector), sure in zip(scored[:EMBEDDED_SENTENCES], belongs, strict=False):
        twins = [other for other, theirs in chosen if _alike(vector, theirs)]
        repeated = next((other for other in twins if says_the_same(other.sentence.text, item.sentence.text)), None)
        if repeated is not None:
            also.setdefault(id(repeated), []).append(item)
            continue
        if not chosen or (sure >= least and len(chosen) < enough):
            chosen.append((item, vector))
    sequence = _in_order(wanted, [item for item, _ in chosen])
    return [(item, tuple(_one_a_document(item, also.get(id(item), [])))) for item in sequence]


def _in_order(wanted: Wanted, chosen: Sequence[Scored]) -> list[Scored]:
    """Best first; where several sentences make the answer, those of one document in its order."""
    if not wanted.asked.several:
        return list(chosen)
    first = {one.sentence.span.document_id: at for at, one in reversed(list(enumerate(chosen)))}
    return sorted(chosen, key=lambda one: (first[one.sentence.span.document_id], one.sentence.span.start))


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


def _alike(one: Vectors | None, other: Vectors | None) -> bool:
    return one is not None and other is not None and float(one @ other) >= SAME_WORDING


def _language(sentence: Sentence) -> str | None:
    return sentence.hit.document.language


def _context(sentence: Sentence) -> str:
    title = sentence.hit.document.title
    return "\n".join((title, *sentence.hit.passage.headings, *sentence.before, sentence.text))


def probability(row: Sequence[float]) -> float:
    """That a sentence belongs to the answer, from its row of SELECTION."""
    told = _model()["selection"]
    value = sum(told["weights"][name] * number for name, number in zip(SELECTION, row, strict=True))
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))


def threshold() -> float:
    return float(_model()["selection"]["threshold"])


@lru_cache(maxsize=2)
def weights(kind: str) -> Array:
    """ "tokens", or "words" where no model reads tokens; in the order of evidence.NAMES."""
    import numpy as np

    return np.array([_model()[kind].get(name, 0.0) for name in NAMES])


@lru_cache(maxsize=1)
def _model() -> dict[str, Any]:
    return dict(json.loads(FILE.read_text(encoding="utf-8")))
