"""Which language a text is in, when it does not say so itself."""

from __future__ import annotations

import re
from functools import cache
from math import ceil
from typing import Any

_FEWEST_WORDS = 20
_SURE = 0.9
_DISSENTING = 0.2  # a bibliography may be in another language than the paper
_FEWEST_WORDS_AGAINST = 100
_PLAIN = 0.99
_STRETCH, _MOST_SAMPLES = 1_000, 5
# Scripts that are written without blanks: a sign counts as a word.
_WORD = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]|[^\W\d_]+")


def detect_language(text: str) -> str | None:
    """ISO 639-1 code; None when the text is too short, the guess not sure, or the text in several languages."""
    samples = _samples(text)
    whole = "\n".join(samples)
    if len(_WORD.findall(whole)) < _FEWEST_WORDS:
        return None
    language, probability = _classified(whole)
    others = sum(other != language and sure >= _SURE for other, sure in map(_classified, samples))
    is_one = probability >= _SURE and others <= _DISSENTING * len(samples)
    return language if is_one and len(language) == 2 else None


def contradicts(text: str, language: str) -> bool:
    """Whether a text of some length is plainly in another language than it is said to be."""
    samples = _samples(text)
    whole = "\n".join(samples)
    if len(_WORD.findall(whole)) < _FEWEST_WORDS_AGAINST:
        return False
    found, probability = _classified(whole)
    return probability >= _PLAIN and found != language and all(_classified(part)[0] == found for part in samples)


def _samples(text: str) -> list[str]:
    """Up to five stretches of a text, from its beginning to its end: it may change its language in the middle."""
    words = len(_WORD.findall(text[: _STRETCH * _MOST_SAMPLES]))
    count = max(1, min(words // _FEWEST_WORDS, _MOST_SAMPLES))
    length = ceil(len(text) / count)
    return [text[start : start + min(length, _STRETCH)] for start in range(0, len(text), max(length, 1))]


def _classified(text: str) -> tuple[str, float]:
    language, probability = _identifier().classify(text)
    return str(language), float(probability)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
