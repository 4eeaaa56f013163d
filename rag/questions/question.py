"""What a question asks for: the kind of answer, and how many sentences it may need. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from index.types import Filters
from rag.errors import QuestionError
from rag.filters import checked_format

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
_LISTED = re.compile(
    r"^\W*(?:list|enumerate)\b|\b(?:what|which) are\b|"
    r"\b(?:what|which) (?:[\w'’-]+ ){0,3}?(?:people|men|women|children|(?!\w+(?:ss|us|is)\b)\w{2,}s) "
    r"(?:are|were|have|had|do|did|can|must|may|apply|exist|cost|belong|count)\b|"
    r"\b(?:nenne (?:mir )?alle|welche (?:\w+ ){0,3}?(?:gibt es|sind|waren|haben|hatten|gelten|kosten|gehören))\b|"
    r"^\W*(?:enumera|lista)\b|\b(?:cuáles son|qué (?:\w+ ){0,2}?\w+s (?:hay|son|tienen|cuestan))\b"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """`several`: the question invites more than one answer. `quantities`: the numbers it names, such as a length.
    `terse`: words as for a search engine, without a question mark, ask for what there is on a subject. `office`: the
    word by which a person is asked for ("Who is the mayor of ...?"). `listed`: all of a kind are asked for. `order`:
    how it begins when it is none ("list all").
    """

    kind: Kind
    several: bool
    quantities: tuple[float, ...] = ()
    terse: bool = False
    office: str | None = None
    listed: bool = False
    order: str | None = None

    @property
    def sentences(self) -> int:
        """How many sentences an extractive answer may have."""
        if self.several or self.terse:
            return 6
        return 2 if self.kind in ("date", "number", "person", "place") else 4


def read_question(question: str) -> Asked:
    lowered = " ".join(question.lower().split())
    matches = [(found.start(), kind) for kind, pattern in _KINDS if (found := pattern.search(lowered))]
    kind: Kind = min(matches, key=lambda match: match[0])[1] if matches else "other"
    quantities = tuple(float(number.replace(",", "")) for number in _NUMBER.findall(lowered))
    terse = not question.rstrip().endswith(("?", "？", "؟"))
    office = _OFFICE.search(lowered)
    several = _SEVERAL.search(lowered) is not None
    order = _ORDER.match(lowered)
    listed = _LISTED.search(lowered) is not None or (order is not None and _ALL.search(order[1]) is not None)
    return Asked(kind, several, quantities, terse, office[1] if office else None, listed, order[1] if order else None)


_OFFICE = re.compile(r"\bwho (?:is|was|are|were) (?:the |an? )?(?:\w+ ){0,2}?(\w+) (?:of|for|at|in)\b")


_FOR_REASONS = re.compile(
    r"^\W*(?:what|which) (?:are |were |is |was )?(?:the )?(?:\w+ )?(?:explanations?|reasons?|causes?|motives?)"
    r"(?: (?:is|are|was|were|have been|has been|do|did))?"
    r"(?: (?:given|offered|named|cited|stated|suggested|put forward|there))?(?: (?:for|of|behind)) ",
    re.I,
)


_ORDER = re.compile(
    r"^\W*(?:please,? |(?:can|could|would) you ){0,4}"
    r"((?:list|enumerate|name|give|show|tell)(?: me| us)?(?: a list of)? (?:all|the|every|each)) ",
    re.I,
)
_ALL = re.compile(r"\b(?:list|enumerate|all|every|each)\b")
_REASONS_OF = re.compile(
    r"^\W*(?:what|which) (?:explanations?|reasons?) (?:does|do|did) (.{3,60}?) "
    r"(?:give|name|offer|cite|state|see)s? for ",
    re.I,
)


def as_it_would_be_told(question: str) -> str:
    """The question without words that no answer repeats: "What explanations are given for X?" asks why X, "List the X"
    is about X."""
    return _REASONS_OF.sub(r"According to \1, why ", _FOR_REASONS.sub("Why ", _ORDER.sub("", question)))


def subject_terms(asked: Asked, terms: Sequence[str], analyze: Callable[[str], list[str]]) -> list[str]:
    """The terms an answer has to cover: without those that only name the kind of answer ("explanations given")."""
    asking_words = set(analyze(f"{_ASKING_WORDS.get(asked.kind, '')} {asked.order or ''}"))
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
    """None when they let everything through. Raises QuestionError for what are no Filters, and an unknown format."""
    if filters is not None and not isinstance(filters, Filters):
        what = f"The filters are of the type {type(filters).__name__}."
        raise QuestionError(what, 'Give Filters, e.g. Filters(outlet="Reuters"): from index.types import Filters')
    return checked_format(filters) if filters else None
