"""How much of the evidence fits into a model's context, and what a reply has cost. Pure.

Tokens are estimated on the high side, because no tokenizer of the model is at hand and a cut prompt is worse.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

UNKNOWN_CONTEXT = 8_192  # of a model that nobody says anything about
ANSWER_TOKENS = 1_024
MESSAGE_TOKENS = 8  # what a chat template puts around a message
MARGIN = 1.25

_PARTS = re.compile(r"[A-Za-z]+|[^\W\d_a-zA-Z]+|\d+|\s+|[^\w\s]|_")


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost."""

    input: float | None = None
    output: float | None = None

    def cost(self, input_tokens: int, output_tokens: int) -> float | None:
        if self.input is None and self.output is None:
            return None
        return ((self.input or 0.0) * input_tokens + (self.output or 0.0) * output_tokens) / 1_000_000


def estimated_tokens(text: str) -> int:
    """About how many tokens a text has, by its letters: few tokenizers need more."""
    return round(MARGIN * sum(map(_tokens, _PARTS.findall(text))))


def answer_room(context: int) -> int:
    """The tokens that are kept free for the answer."""
    return min(ANSWER_TOKENS, context // 4)


def fitting(costs: Sequence[int], room: int) -> tuple[int, ...]:
    """The places of the passages that fit, best first; one too long for what is left gives way to shorter ones."""
    taken: list[int] = []
    for at, cost in enumerate(costs):
        if cost <= room:
            taken.append(at)
            room -= cost
    return tuple(taken)


def _tokens(part: str) -> float:
    first = part[0]
    if first.isspace():
        return part.count("\n") or len(part) > 1
    if first.isascii() and first.isalpha():
        return max(1.0, len(part) / 4)
    if first.isalpha():
        return sum(map(_of_letter, part))
    return len(part) * (1 if first.isdigit() or ord(first) < 0x2000 else 3)


def _of_letter(letter: str) -> float:
    code = ord(letter)
    if code < 0x530:  # Latin with accents, Greek, Cyrillic
        return 0.9
    if 0xAC00 <= code < 0xD7B0:  # Hangul
        return 2.2
    return 1.3 if code < 0x10000 else 3.0
