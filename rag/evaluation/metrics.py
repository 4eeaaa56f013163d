"""Figures of retrieval, answers, abstention and citations. Pure.

Retrieval is as trec_eval counts it: the gain is the grade, the discount log2(rank + 1), and the ideal is made of all
judged documents. Texts are compared as SQuAD does: in lower case, without punctuation, articles and extra white space;
in scripts without spaces every character is a word.
"""

from __future__ import annotations

import math
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

ANSWER_WORDS = 60
SPAN_WORDS = 12
OVERLAP = 0.5

_UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_WORD = re.compile(f"[{_UNSPACED}]|[^\\s{_UNSPACED}]+")
_IN_NUMBER = re.compile(r"(?<=\d)[.,'’](?=\d)")
_ARTICLE = re.compile(r"\b(a|an|the)\b")
_YES_OR_NO = frozenset(("yes", "no", "true", "false"))
_LABEL = re.compile(r"(SUPPORT(S|ED)?|CONTRADICT(S|ED)?|REFUTE[SD]?|NOT[_ ]ENOUGH[_ ]INFO(RMATION)?|NEUTRAL|NEI|N/?A)")


def ndcg(ranking: Sequence[str], grades: Mapping[str, float], k: int) -> float:
    """Normalised discounted cumulative gain of the best `k`; 0 when nothing is relevant."""
    ideal = _gain(sorted(grades.values(), reverse=True)[:k])
    return _gain([grades.get(name, 0.0) for name in ranking[:k]]) / ideal if ideal else 0.0


def recall(ranking: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Share of the relevant documents among the best `k`."""
    return len(set(ranking[:k]) & set(relevant)) / len(relevant) if relevant else 0.0


def hit(ranking: Sequence[str], relevant: Collection[str], k: int) -> float:
    """1 when a relevant document is among the best `k`."""
    return float(any(name in relevant for name in ranking[:k]))


def reciprocal_rank(ranking: Sequence[str], relevant: Collection[str], k: int) -> float:
    """1 / rank of the first relevant document; 0 when it is not among the best `k`."""
    return next((1 / rank for rank, name in enumerate(ranking[:k], 1) if name in relevant), 0.0)


def words(text: str) -> list[str]:
    return _WORD.findall(text)


def first_words(text: str, limit: int) -> str:
    """The text up to the end of its word number `limit`."""
    end = 0
    for count, found in enumerate(_WORD.finditer(text), 1):
        end = found.end()
        if count == limit:
            break
    return text[:end]


def normalised(text: str, instead: str = "") -> list[str]:
    """Words in lower case without articles and punctuation, which is dropped or gives way to `instead`."""
    whole = _IN_NUMBER.sub("", text.lower())
    plain = "".join(instead if _is_punctuation(character) else character for character in whole)
    return words(_ARTICLE.sub(" ", plain))


def contains(text: str, golds: Iterable[str]) -> bool:
    """Whether any gold stands in the text as whole words; a mark inside a word ("15-year") may part it or not."""
    for instead in ("", " "):
        there = normalised(text, instead)
        for gold in golds:
            wanted = normalised(gold, instead)
            if wanted and any(there[at : at + len(wanted)] == wanted for at in range(len(there) - len(wanted) + 1)):
                return True
    return False


def exact_match(text: str, golds: Iterable[str]) -> float:
    """1 when the text is one of the golds."""
    return float(any(normalised(text) == normalised(gold) for gold in golds))


def f1(text: str, golds: Iterable[str]) -> float:
    """Harmonic mean of precision and recall of words, with the gold that fits best."""
    return max((_f1(normalised(text), normalised(gold)) for gold in golds), default=0.0)


def span_golds(golds: Iterable[str], spans: bool = False) -> list[str]:
    """Those golds that can stand in a document: no yes or no, no label, and no free text of more than 12 words, unless
    the set says that they are `spans`."""
    return [
        gold
        for gold in golds
        if (found := normalised(gold))
        and (spans or not (" ".join(found) in _YES_OR_NO or _LABEL.fullmatch(gold.strip()) or len(found) > SPAN_WORDS))
    ]


def overlaps(text: str, other: str) -> bool:
    """Whether at least half of the words of `text` are among those of the other."""
    mine, theirs = Counter(normalised(text)), Counter(normalised(other))
    return mine.total() > 0 and (mine & theirs).total() >= OVERLAP * mine.total()


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float | None:
    """Probability that a positive scores above a negative, ties count half; None without both."""
    positives = sum(labels)
    negatives = len(labels) - positives
    if not positives or not negatives:
        return None
    places: dict[float, list[int]] = {}
    for place, score in enumerate(sorted(scores), 1):
        places.setdefault(score, []).append(place)
    ranks = sum(
        (places[score][0] + places[score][-1]) / 2 for score, label in zip(scores, labels, strict=True) if label
    )
    return (ranks - positives * (positives + 1) / 2) / (positives * negatives)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share (0 to 1) of them lies, interpolated."""
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low, high = math.floor(at), math.ceil(at)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None


def _gain(grades: Iterable[float]) -> float:
    return sum(max(0.0, grade) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def _f1(said: Sequence[str], gold: Sequence[str]) -> float:
    if not said or not gold:
        return float(said == gold)
    same = (Counter(said) & Counter(gold)).total()
    return 2 * same / (len(said) + len(gold))


def _is_punctuation(character: str) -> bool:
    return character in string.punctuation or unicodedata.category(character).startswith("P")
