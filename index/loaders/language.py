"""Which language a text is in, when it does not say so itself."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_FEWEST_WORDS = 20
_SURE = 0.9
_SAMPLE = 4_000
# Scripts that are written without blanks: a sign counts as a word.
_WORD = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]|[^\W\d_]+")


def detect_language(text: str) -> str | None:
    """ISO 639-1 code, or None when the text is too short or the guess is not sure."""
    sample = text[:_SAMPLE]
    if len(_WORD.findall(sample)) < _FEWEST_WORDS:
        return None
    language, probability = _identifier().classify(sample)
    return str(language) if probability >= _SURE and len(language) == 2 else None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
