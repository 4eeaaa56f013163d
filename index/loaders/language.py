"""Which language a text is in, when it does not say so itself."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_FEWEST_WORDS = 20
_SURE = 0.9
_AGREEING = 0.6
_FEWEST_WORDS_AGAINST = 100
_PLAIN = 0.999
_SAMPLE, _STRETCH = 2_000, 1_500
# Scripts that are written without blanks: a sign counts as a word.
_WORD = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]|[^\W\d_]+")


def detect_language(text: str) -> str | None:
    """ISO 639-1 code; None when the text is too short, the guess not sure, or the text in several languages."""
    found = [_classified(part) for part in _samples(text)]
    told = [language for language, probability in found if probability >= _SURE]
    language = max(told, key=told.count, default="")
    agreeing = told.count(language) >= _AGREEING * len(found)
    return language if agreeing and len(language) == 2 else None


def contradicts(text: str, language: str) -> bool:
    """Whether a text of some length is plainly in another language than it is said to be."""
    samples = _samples(text)
    if sum(len(_WORD.findall(part)) for part in samples) < _FEWEST_WORDS_AGAINST:
        return False
    found = [_classified(part) for part in samples]
    others = {other for other, probability in found if probability >= _PLAIN}
    return len(others) == 1 and all(probability >= _PLAIN for _, probability in found) and language not in others


def _samples(text: str) -> list[str]:
    """Up to three stretches of a text that hold words enough: its beginning, middle and end."""
    if len(text) <= _SAMPLE:
        parts = [text]
    else:
        middle = (len(text) - _STRETCH) // 2
        parts = [text[:_STRETCH], text[middle : middle + _STRETCH], text[-_STRETCH:]]
    return [part for part in parts if len(_WORD.findall(part)) >= _FEWEST_WORDS]


def _classified(text: str) -> tuple[str, float]:
    language, probability = _identifier().classify(text)
    return str(language), float(probability)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
