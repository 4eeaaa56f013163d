"""What a question asks for: the kind of answer, and how many sentences it may need. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from index.types import Filters
from rag.errors import QuestionError

MAX_CHARACTERS = 2_000

Kind = Literal["person", "date", "number", "place", "reason", "other"]

_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "reason",
        re.compile(r"\b(why|how come|reasons?|explanations?|causes?|motives?|what (led|made|prompted|caused))\b"),
    ),
    (
        "person",
        re.compile(
            r"^(\W*\w+,)?\W*(and |but |so )?(who|whom|whose)\b|\bwho (is|was|are|were)\b|"
            r"\b(which|what) (person|minister|spokes\w+|official)\b|\bwhat (is|was|are|were) the names?\b"
        ),
    ),
    (
        "date",
        re.compile(
            r"\b(when|(what|which) (date|day|year|month|time)|what (is|was) the (date|day|year|month|time)|"
            r"since when|until when|(the )?date of)\b"
        ),
    ),
    (
        "number",
        re.compile(
            r"\bhow (many|much|long|old|far|high|large|big|often|fast)\b|"
            r"\bwhat (is|was) the (number|price|fee|cost|amount|share|rate)\b"
        ),
    ),
    ("place", re.compile(r"\b(where|what (place|city|town|country)|which (place|city|town|country))\b")),
)
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_SEVERAL = re.compile(
    r"\b(what|which) (\w+ ){0,2}(explanations|reasons|causes|groups|countries|people|steps|options|differences|"
    r"views|positions|conditions|demands|arguments|motives)\b|\b(list|name all|all the)\b|\bwhat are\b|\bwhy\b"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """`several`: the question invites more than one answer. `quantities`: the numbers it names, such as a length."""

    kind: Kind
    several: bool
    quantities: tuple[float, ...] = ()

    @property
    def sentences(self) -> int:
        """How many sentences an extractive answer may have."""
        if self.several:
            return 4
        return 1 if self.kind in ("date", "number", "person", "place") else 2


def read_question(question: str) -> Asked:
    lowered = " ".join(question.lower().split())
    matches = [(found.start(), kind) for kind, pattern in _KINDS if (found := pattern.search(lowered))]
    kind: Kind = min(matches, key=lambda match: match[0])[1] if matches else "other"
    quantities = tuple(float(number.replace(",", "")) for number in _NUMBER.findall(lowered))
    return Asked(kind, _SEVERAL.search(lowered) is not None, quantities)


def subject_terms(asked: Asked, terms: Sequence[str], analyze: Callable[[str], list[str]]) -> list[str]:
    """The terms an answer has to cover: without those that only name the kind of answer ("explanations given")."""
    if asked.kind not in _ASKING_WORDS:
        return list(terms)
    asking_words = set(analyze(_ASKING_WORDS[asked.kind]))
    return [term for term in terms if term not in asking_words] or list(terms)


_ASKING_WORDS: dict[Kind, str] = {
    "date": "date dates day year month time happen happened happens occur occurred",
    "number": "many much long old far high large big often fast number amount",
    "person": "name named person people",
    "place": "place located location",
    "reason": "reason reasons explanation explanations explain explained explains cause causes caused motive motives "
    "given give gives gave different various named offered behind led made prompted put forward",
}


def checked_question(question: str) -> str:
    """The question without surrounding white space. Raises QuestionError when it is empty or too long."""
    if not isinstance(question, str):
        raise QuestionError(f"The question is of the type {type(question).__name__}.", "Ask with a string.")
    stripped = question.encode("utf-8", "replace").decode().strip()  # bytes of a terminal may be no text
    if not any(character.isalnum() for character in stripped):
        raise QuestionError("The question is empty.", 'Ask something, e.g. citewise ask "When was the last strike?"')
    if len(stripped) > MAX_CHARACTERS:
        raise QuestionError(
            f"The question has {len(stripped):,} characters; at most {MAX_CHARACTERS:,} are read.",
            "Ask in a few sentences; put long text into a document instead.",
        )
    return stripped


def checked_filters(filters: Filters | None) -> Filters | None:
    """None when they let everything through. Raises QuestionError for what are no Filters."""
    if filters is not None and not isinstance(filters, Filters):
        what = f"The filters are of the type {type(filters).__name__}."
        raise QuestionError(what, 'Give Filters, e.g. Filters(outlet="Reuters"): from index.types import Filters')
    return filters or None


_PRONOUN = re.compile(
    r"\b(he|she|it|they|him|her|them|his|its|their|this|that|these|those|there|then|one|ones|former|latter|same|so)\b"
)


def leans_on_context(question: str, terms: int) -> bool:
    """Whether a question can only be understood with the turn before it."""
    lowered = question.lower()
    return (
        terms <= 1
        or re.match(r"\W*(and|but|so|or|also|what about|how about)\b", lowered) is not None
        or (terms <= 4 and _PRONOUN.search(lowered) is not None)
    )
