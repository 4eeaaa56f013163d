"""What is missing where the documents tell the rest: the talks are there, the number of delegates is not. Pure."""

from __future__ import annotations

import re

from index.terms import stems
from rag.questions.parts import asked_for
from rag.reader import Reading, Scored
from rag.reading.cues import family
from rag.reading.evidence import Analyze, Wanted

TOLD = 0.8
LIKELY = 0.3
_LIGHT = frozenset(
    stems("come came go went take took taken place happen happened hold held attend attended have get got make made do")
)
_COUNTED = re.compile(r"\W*(?:how (?:many|much)|wie ?viele?|cuánt[oa]s?)\b", re.I)
_NAMED = re.compile(r"(?<=\s)[¿\"“]?([A-ZÄÖÜÁÉÍÓÚÑ]\w*|\d\w*)")


def missing_part(wanted: Wanted, reading: Reading, analyze: Analyze) -> tuple[str, Scored] | None:
    """The words that ask for what is missing, and the sentence that tells the rest; None unless the best sentence holds
    all names of the question and nearly all of its other words, but nothing of the kind asked for."""
    gap = asked_for(wanted.text)
    if gap is None or wanted.asked.kind == "other" or not reading.scored:
        return None
    best = reading.scored[0]
    document = best.sentence.hit.document
    asking = set(analyze(gap, document.language))
    rest = {term: weight for term, weight in wanted.weights.items() if term not in asking and term not in _LIGHT}
    named = {term for word in _NAMED.findall(wanted.text) for term in analyze(word, document.language)} & rest.keys()
    around = "\n".join((document.title, *best.sentence.hit.passage.headings, *best.sentence.before, best.sentence.text))
    held = set(map(family, analyze(around, document.language)))
    told = sum(weight for term, weight in rest.items() if family(term) in held)
    if not rest or told < TOLD * sum(rest.values()) or any(family(term) not in held for term in named):
        return None
    return None if best.short is not None and best.short.score >= LIKELY else (gap, best)


def number_missing(wanted: Wanted, reading: Reading, analyze: Analyze) -> str | None:
    """The words that ask for a number ("How many drones") where the chosen sentences tell the rest and hold none. Of
    other kinds an answer in plain words ("in the green store") may not be known as one."""
    gap = missing_part(wanted, reading, analyze) if _COUNTED.match(wanted.text) else None
    held = any(one.short is not None and one.short.score >= LIKELY for one, _ in reading.chosen)
    return None if gap is None or held else gap[0]
