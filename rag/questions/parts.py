"""The parts of a question: several questions in one, and what of it is asked for. Pure."""

from __future__ import annotations

import re

MOST_PARTS = 4
_ASKING = (
    r"(?:who|whom|whose|when|where|why|how|what|which|since when|"
    r"wer|wen|wem|wann|wo|woher|wohin|warum|wie|welche[rsnm]?|"
    r"qui[eé]n(?:es)?|cu[aá]ndo|d[oó]nde|por qu[eé]|cu[aá]nt[oa]s?|cu[aá]l(?:es)?)"
)
_NEXT = re.compile(
    rf"(?:\s*[,;]\s*|\s+)(?:and|und|sowie|y|e)\s+(?:also\s+|auch\s+)?(?={_ASKING}\b\s+\w+\s+\w)|\?\s+(?=\w)", re.I
)
_FOR = re.compile(
    r"\b(?:how (?:many|much)(?: \w+)?|how (?:long|old|far|high|large|big|often|fast|wide|tall|deep)|"
    r"since when|when|where|who(?:m|se)?|why|"
    r"(?:what|which) (?:year|date|day|time|place|city|country|price|number|person)|"
    r"wie viele?(?: \w+)?|wie (?:lange?|alt|weit|hoch|gro(?:ß|ss)|oft|schnell)|seit wann|wann|wo|wer|warum|"
    r"cu[aá]nt[oa]s? \w+|cu[aá]ndo|d[oó]nde|qui[eé]n(?:es)?|por qu[eé])\b",
    re.I,
)


def parts_of(question: str) -> tuple[str, ...]:
    """The questions that one question joins ("Who repairs the pier, and when does it close?"), each as it stands;
    the question itself when it is one. A list of things asked for is one question."""
    found = [part.strip(" ,;") for part in _NEXT.split(question)]
    parts = [part if part.endswith("?") else f"{part}?" for part in found if len(part.split()) > 1]
    asked = [part for part in parts if re.search(rf"\b{_ASKING}\b", part, re.I)]
    return tuple(parts) if 1 < len(parts) <= MOST_PARTS and len(asked) == len(parts) else (question,)


def asked_for(question: str) -> str | None:
    """The words that name what is wanted ("how many delegates"), as the question writes them; None when it names
    nothing that a text could lack while it tells the rest."""
    found = _FOR.search(question)
    return found.group() if found else None
