"""Whether what a model made of a question may be asked in its place. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.orders.detect import folded, reads_as_order
from rag.writing.drafts import plain_words

LONGEST = 300

_THOUGHT = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_LABEL = re.compile(r"^(?:(?:standalone|rewritten|last) )?(?:question|frage|pregunta)\s*:\s*", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_QUOTES = " \"'“”„«»"
_END = ("?", "？", "؟")


def standalone_question(reply: str, question: str, history: Sequence[tuple[str, str]]) -> str | None:
    """The reply if it is one line, a question of at most 300 characters, and names no number and nobody that neither
    the question nor the history does; else None."""
    lines = _THOUGHT.sub("", reply).strip().splitlines()
    if len(lines) != 1:
        return None
    line = _LABEL.sub("", plain_words(lines[0]).strip(_QUOTES)).strip(_QUOTES)
    asks = line.endswith(_END) or not question.rstrip().endswith(_END)
    if not line or len(line) > LONGEST or not asks or reads_as_order(line):
        return None
    told = "\n".join((question, *(f"{asked}\n{answer}" for asked, answer in history)))
    held = {_bare(word) for word in _WORD.findall(told)}
    return None if any(_bare(word) not in held for word in _numbers_and_names(line)) else line


def _numbers_and_names(line: str) -> list[str]:
    """Words with a digit, and those with a capital but for the first."""
    words = _WORD.findall(line)
    return [
        word
        for at, word in enumerate(words)
        if any(map(str.isdigit, word)) or (at and word[0].isupper()) or word[1:] != word[1:].lower()
    ]


def _bare(word: str) -> str:
    return re.sub(r"'s?$", "", folded(word))
