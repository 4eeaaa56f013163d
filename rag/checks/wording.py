"""The words of a sentence as they are compared: stems, which of them carry content, and the clauses they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from index.function_words import FUNCTION_WORDS
from index.sentences import sentence_spans
from index.terms import stems
from rag.facts.date_words import MONTHS
from rag.facts.number_words import STARTS

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:[’'][^\W\d_]+)*|[,;:—–()]")
_BREAKS = frozenset(
    "but although though whereas while when if because which who aber sondern weil mais pero aunque".split()
)
_IDLE = frozenset(
    "also been being them his her she he him its some any than more most much very just only there each per one ones "
    "other others another those until instead however still then again longer all own both into over under between "
    "during before after about upon while would may might up out off down than whether themselves itself himself "
    "herself s t re ve ll d".split()
)
_IRREGULAR = {
    form: lemma
    for lemma, forms in {
        "say": "said",
        "tell": "told",
        "hold": "held",
        "meet": "met",
        "take": "took taken",
        "give": "gave given",
        "go": "went gone",
        "begin": "began begun",
        "break": "broke broken",
        "die": "dead death",
        "kill": "killing",
        "pay": "paid",
        "build": "built",
        "leave": "left",
        "win": "won",
        "lose": "lost",
        "lead": "led",
        "find": "found",
        "strike": "struck stricken",
        "drive": "drove driven",
        "rise": "rose risen",
        "fall": "fell fallen",
        "speak": "spoke spoken speaker",
        "see": "saw seen",
        "send": "sent",
        "sell": "sold",
        "buy": "bought",
        "bring": "brought",
        "become": "became",
        "choose": "chose chosen",
        "swear": "swore sworn",
        "tear": "tore torn",
        "yield": "yielded",
        "less": "fewer",
    }.items()
    for form in forms.split()
}


class Word(NamedTuple):
    low: str
    stem: str
    content: bool
    clause: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """`stems` are those of the content words; numbers and months are none, they are compared by their values."""

    text: str
    words: tuple[Word, ...]
    stems: frozenset[str]

    def clause(self, number: int) -> frozenset[str]:
        return frozenset(word.stem for word in self.words if word.clause == number and word.content)


@lru_cache(maxsize=20_000)
def stem(word: str, language: str) -> str:
    """The stem of a lower-case word."""
    known = _IRREGULAR.get(word, word) if language == "en" else word
    return next(iter(stems(known, language)), known)


@lru_cache(maxsize=8192)
def sentence(text: str, language: str) -> Sentence:
    """A sentence read as one in `language`."""
    idle = FUNCTION_WORDS.get(language, FUNCTION_WORDS["en"])
    words: list[Word] = []
    clause = 0
    for match in _TOKEN.finditer(text.replace("’", "'")):
        low = match[0].lower() if match[0] != "May" or not words else "May"  # the month is no hedge
        if not low[0].isalnum():
            clause += 1
            continue
        clause += low in _BREAKS
        bare = low.removesuffix("'s").removesuffix("'")
        plain = low[0].isdigit() or bare in idle or bare in _IDLE or bare in STARTS.get(language, ()) or bare in MONTHS
        words.append(Word(low, stem(bare, language), not plain, clause))
    return Sentence(text, tuple(words), frozenset(word.stem for word in words if word.content))


@lru_cache(maxsize=8192)
def sentences(text: str, language: str) -> tuple[Sentence, ...]:
    return tuple(sentence(text[start:end], language) for start, end in sentence_spans(text, language=language))


@lru_cache(maxsize=8192)
def language_of(text: str) -> str:
    """The language with most function words in the text, English when that is not clear."""
    words = set(re.findall(r"[^\W\d_]+", text[:2000].lower()))
    counts = {language: len(words & idle) for language, idle in FUNCTION_WORDS.items()}
    best = max(counts, key=lambda language: (counts[language], language == "en"))
    return best if counts[best] > counts["en"] + 1 else "en"


def overlap(wanted: Iterable[str], held: frozenset[str]) -> float:
    """The share (0 to 1) of the wanted stems that are held."""
    different = set(wanted)
    return len(different & held) / len(different) if different else 0.0
