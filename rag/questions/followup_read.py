"""A question as follow-ups are told by: its words, those of content, its names, its language. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.function_words import FUNCTION_WORDS
from rag.facts.date_words import MONTHS
from rag.questions.followup_words import ACCENTED, DETERMINERS, PARTICLES, SPEECHES, WEEKDAYS, Speech

PARTS = re.compile(r"[,;:.?!()\n]")
_WORD = re.compile(r"[^\W_]+(?:[-'’.&/][^\W_]+)*")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")


@dataclass(frozen=True, slots=True)
class Word:
    start: int
    end: int
    text: str
    low: str


@dataclass(frozen=True, slots=True)
class Read:
    """A text with its words, those of content, and its names (each a run of words [first, last])."""

    text: str
    language: str
    words: tuple[Word, ...]
    content: tuple[int, ...]
    names: tuple[tuple[int, int], ...]

    @property
    def speech(self) -> Speech:
        return SPEECHES[self.language]

    def shown(self, first: int, last: int) -> str:
        return self.text[self.words[first].start : self.words[last].end]


@lru_cache(maxsize=256)
def read(text: str, language: str, inner: bool = False) -> Read:
    """`inner`: the text does not begin a sentence, so that the capital of its first word means something."""
    speech, idle = SPEECHES[language], FUNCTION_WORDS[language]
    words = tuple(Word(m.start(), m.end(), m[0], plain(m[0])) for m in _WORD.finditer(text))
    skipped = (idle | speech.idle | speech.asking | speech.amounts | speech.verbs | speech.doers) - WEEKDAYS
    loud = text.isupper()
    content = tuple(
        n
        for n, word in enumerate(words)
        if (word.low not in skipped or (word.text.isupper() and not loud))  # "US", not "us"
        and len(word.text) + word.low.isdigit() > 1
    )
    return Read(text, language, words, content, tuple(_names(text, words, content, language, inner)))


def _names(
    text: str, words: Sequence[Word], content: Sequence[int], language: str, inner: bool
) -> list[tuple[int, int]]:
    """Runs of capitalised words; in German, where nouns have capitals too, those that no article precedes."""
    capital = [
        n in content and (word.text[0].isupper() and (n > 0 or inner) or sum(map(str.isupper, word.text)) > 1)
        for n, word in enumerate(words)
    ]
    if len(words) > 1 and 0 in content and words[0].text[0].isupper() and capital[1]:
        capital[0] = True
    if all(capital) and len(words) > 2:
        return []
    particles = PARTICLES - ({"von"} if language == "de" else set())  # "der Vertrag von Lund"
    runs: list[tuple[int, int]] = []
    for n, word in enumerate(words):
        last = runs[-1][1] if runs else -9
        number = last == n - 1 and (word.text.isdigit() or len(word.text) == 1 and word.text.isupper())
        if not capital[n] and (not number or is_year(word)):
            continue
        near = last == n - 1 or (last == n - 2 and words[n - 1].low in particles)
        if near and not PARTS.search(text, words[last].end, words[n].start):
            runs[-1] = (runs[-1][0], n)
        else:
            runs.append((n, n))
    runs = [
        run for run in runs if not all(is_weekday(words[n]) or is_month(words[n]) for n in range(run[0], run[1] + 1))
    ]
    if language != "de":
        return runs
    return [
        run
        for run in runs
        if run[0] != run[1]
        or not run[0]
        or _is_unled(words, content, run[0])
        or sum(map(str.isupper, words[run[0]].text)) > 1
    ]


def _is_unled(words: Sequence[Word], content: Sequence[int], at: int) -> bool:
    before = words[at - 1].low
    led = before in SPEECHES["de"].articles or before in DETERMINERS or before in SPEECHES["de"].further
    return not led and at - 1 not in content and before not in ("viel", "viele")


def is_year(word: Word) -> bool:
    return _YEAR.fullmatch(word.text) is not None


def is_month(word: Word) -> bool:
    return word.text[0].isupper() and word.text.lower() in MONTHS


def is_weekday(word: Word) -> bool:
    return word.low in WEEKDAYS


def language_of(question: str, otherwise: str) -> str:
    """The language of which it holds most function words; that of the turn before when none is ahead."""
    lows = [plain(match[0]) for match in _WORD.finditer(question)]
    held = {
        name: sum(low in FUNCTION_WORDS[name] or low in speech.asking or low in speech.targets for low in lows)
        for name, speech in SPEECHES.items()
    }
    return max(held, key=lambda name: (held[name], name == otherwise, name == "en"))


def plain(text: str) -> str:
    lowered = text.lower().replace("’", "'")
    if lowered.isascii() or lowered in ACCENTED:
        return lowered
    bare = unicodedata.normalize("NFKD", lowered)
    return "".join(character for character in bare if not unicodedata.combining(character)).replace("ß", "ss")
