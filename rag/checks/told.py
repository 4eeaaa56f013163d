"""What a statement or its evidence tells, ready to be compared: the facts of a text with its words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.checks.wording import stem
from rag.facts.dates import Expression, expressions
from rag.facts.names import PARTICLES, WEEKDAYS, Name, names, possible_names
from rag.facts.quantities import Quantity, quantities
from rag.facts.units import counted

_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")
_SHORT_DAYS = {
    day[:size]: day for day in ("monday", "tuesday", "wednesday", "thursday", "friday") for size in (3, 4)
} | {
    "sat": "saturday",
    "sun": "sunday",
}
_ALIASES = {
    "america": "us u.s usa u.s.a america american americans",
    "britain": "uk u.k britain british",
    "europe": "eu e.u europe european europeans",
    "nations": "un u.n",
    "france": "french frenchman",
    "netherlands": "dutch",
    "spain": "spanish",
    "denmark": "danish danes",
    "sweden": "swedish swedes",
    "switzerland": "swiss",
    "greece": "greek greeks",
    "germany": "german germans",
    "china": "chinese",
    "ireland": "irish",
    "wales": "welsh",
    "turkey": "turkish turks",
    "poland": "polish poles",
    "finland": "finnish finns",
    "norway": "norwegian norwegians",
    "lebanon": "lebanese",
    "ukraine": "ukrainian",
    "philippines": "filipino",
}
# Before these four digits are a count where a plural follows: "with 2019 visitors", "drew 2019 visitors".
_BEFORE_COUNT = (
    r"(?:with|some|about|around|over|up to|drew|drawn|attract(?:s|ed|ing)?|ha[sd]|have|were|welcomed|counted|sold|"
    r"register(?:s|ed)|received|employ(?:s|ed)|total of)"
)
_COUNTED = re.compile(rf"\b{_BEFORE_COUNT} (\d{{4}})((?: [a-z]+){{1,3}})")
ALIAS_OF = {form: name for name, forms in _ALIASES.items() for form in (name, *forms.split())}
ALIAS_PHRASES = {"united states": "america", "united kingdom": "britain", "european union": "europe"} | {
    "united nations": "nations"
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text tells; `words` are its words in lower case and their stems, `runs` its names word by word."""

    text: str
    flat: str
    quantities: tuple[Quantity, ...]
    dates: tuple[Expression, ...]
    names: tuple[Name, ...]
    openers: tuple[Name, ...]
    runs: tuple[tuple[str, ...], ...]
    words: frozenset[str]
    capitals: frozenset[str]
    weekdays: frozenset[str]
    squeezed: str
    initials: str


@lru_cache(maxsize=8192)
def facts(text: str, language: str) -> Facts:
    flat = plain(text)
    found, openers = tuple(names(text, language)), tuple(possible_names(text, language))
    lows = [word.removesuffix("'s") for word in _WORD.findall(flat)]
    capitals = frozenset(_bare(word) for word in _WORD.findall(text) if word[0].isupper())
    words = frozenset(lows) | frozenset(ALIAS_OF[word] for word in lows if word in ALIAS_OF and word != "us")
    words |= {"america"} if re.search(r"\b(?:US|U\.S\.)", text) else set()
    words |= {name for phrase, name in ALIAS_PHRASES.items() if phrase in flat}
    counts = {one.start: one for one in _counts(text)} if language == "en" else {}
    dates = tuple(one for one in expressions(text) if one[0] not in counts)
    return Facts(
        text=text,
        flat=flat,
        quantities=tuple(quantities(text, language)) + tuple(counts.values()),
        dates=dates,
        names=found,
        openers=openers,
        runs=tuple(tuple(name_parts(name.text)) for name in found),
        words=words | {stem(word, language) for word in lows},
        capitals=capitals,
        weekdays=frozenset(_weekdays(lows)),
        squeezed=re.sub(r"[\W_]", "", flat),
        initials="".join(word[0] for word in lows if word not in PARTICLES and word not in ("for", "and", "in")),
    )


def _counts(text: str) -> Iterator[Quantity]:
    """The numbers that may be years by their form alone."""
    years = {start: end for start, end, whens in expressions(text) if len(whens) == 1 == whens[0].fields}
    for match in _COUNTED.finditer(text):
        unit, _ = counted(match[2].split(), True, "en")
        if unit is not None and years.get(match.start(1)) == match.end(1):
            yield Quantity(match.start(1), match.end(2), float(match[1]), unit)


def plain(text: str) -> str:
    """In lower case with single blanks and straight quotes."""
    return " ".join(text.lower().replace("’", "'").replace("‘", "'").split())


def is_aside(text: str, start: int, end: int) -> bool:
    """Whether it stands alone in brackets, as the short form of what is before: "chronic kidney disease (CKD)"."""
    return text[start - 1 : start] == "(" and text[end : end + 1] == ")" and text[end - 1].isalnum()


def _weekdays(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        if word in WEEKDAYS or word.removesuffix("s") in WEEKDAYS:
            yield word if word in WEEKDAYS else word.removesuffix("s")
        elif word in _SHORT_DAYS and word not in ("sun", "sat"):
            yield _SHORT_DAYS[word]


def name_parts(name: str) -> list[str]:
    """The words of a name in lower case; of a hyphenated one those with a capital."""
    return [
        _bare(part)
        for word in name.split()
        for part in re.split(r"[-/]", word)
        if part[:1].isupper() or part in PARTICLES
    ]


def _bare(word: str) -> str:
    return re.sub(r"'s?$|\.$", "", word.lower().replace("’", "'"))
