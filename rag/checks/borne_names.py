"""Which names of a statement its spans do not hold, or hold only as parts of different names. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.checks.told import ALIAS_OF, ALIAS_PHRASES, Facts, is_aside, name_parts
from rag.checks.wording import stem
from rag.facts.names import PARTICLES, TITLES

_HONORIFICS = frozenset("mr mrs ms miss dr prof sir herr frau".split())
_ORIGIN = ("ians", "ian", "ean", "ans", "an", "ns", "n", "is", "i", "ese", "ish", "s")


def missing_names(statement: Facts, evidence: Facts, language: str) -> Iterator[str]:
    for name in (*statement.names, *statement.openers):
        parts = [part for part in name_parts(name.text) if part not in PARTICLES]
        phrase = ALIAS_PHRASES.get(" ".join(parts))
        if phrase in evidence.words and phrase:
            continue
        if len(parts) == 1 and is_aside(statement.text, name.start, name.end):
            continue
        absent = [part for part in parts if part not in _HONORIFICS and not _holds(part, evidence, language)]
        if (absent and not _is_acronym_of(name.text, parts, evidence)) or _is_mixed(parts, evidence):
            yield name.text


def _holds(part: str, evidence: Facts, language: str) -> bool:
    if part in evidence.words or ALIAS_OF.get(part) in evidence.words or stem(part, language) in evidence.words:
        return True
    return any(
        part[:4] == word[:4] and (_same_origin(part, word) or _same_origin(word, part)) for word in evidence.capitals
    )


def _same_origin(word: str, place: str) -> bool:
    """Whether the word is made of the name of a place: Iraqi of Iraq, Jordanian of Jordan."""
    for ending in _ORIGIN:
        base = word.removesuffix(ending)
        if base != word and len(base) >= 4 and place.startswith(base) and len(place) - len(base) <= 2:
            return True
    return False


def _is_acronym_of(text: str, parts: Sequence[str], evidence: Facts) -> bool:
    """Whether the name abbreviates one of the source, or the other way round."""
    letters = text.replace(".", "").removesuffix("s").lower()
    initials = "".join(part[0] for part in parts)
    if len(parts) == 1 and text.replace(".", "").removesuffix("s").isupper():
        return letters in evidence.words or letters in evidence.initials
    return len(parts) > 1 and initials in evidence.words and initials.upper() in evidence.text.replace(".", "")


def _is_mixed(parts: Sequence[str], evidence: Facts) -> bool:
    """Whether the name is put together of several: "Joren Aldery" of Joren Askel and Tomas Aldery, "Harbour Row" of
    Lantern Row and the harbour."""
    own = [part for part in parts if part not in TITLES]
    if len(own) < 2 or any(set(own) <= set(run) for run in evidence.runs):
        return False
    for run in evidence.runs:
        for at, part in enumerate(own[1:], 1):
            if part in run and own[at - 1] not in run:
                before = run[run.index(part) - 1] if run.index(part) else None
                replaced = before is not None and before not in TITLES and before not in PARTICLES
                if replaced and (own[at - 1] not in evidence.capitals or not _stands_alone(own[at - 1], evidence)):
                    return True
    return False


def _stands_alone(part: str, evidence: Facts) -> bool:
    return any(part in run and len([one for one in run if one not in TITLES]) == 1 for run in evidence.runs)
