"""Questions for what English sentences say something is, does or holds, and where it is. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from rag.suggesting.clause import BE, Clause, Made, participle
from rag.suggesting.phrases import ARTICLES, is_name, noun_phrase, prepositions
from rag.suggesting.words import BASE, DOES, PEOPLE, THINGS

LONGEST_SUBJECT = 6
_PLACED = frozenset("located situated based headquartered born buried held".split())
_AT = frozenset(("in", "at", "on", "near"))
_DID = frozenset("caused required demanded recommended included represented".split())
_ON = frozenset(
    (*(("attributed", "to"), ("based", "on"), ("made", "of"), ("made", "from"), ("derived", "from")),)
    + (("composed", "of"), ("divided", "into"), ("caused", "by"), ("surrounded", "by"), ("named", "after"))
    + (("allied", "with"), ("used", "for"), ("known", "for"), ("powered", "by"), ("regulated", "by"))
)
_GO_ON = (["and"], ["or"], ["-"], ["/"], ["’"])
_LINKED = {"consists": ("consist", "of"), "refers": ("refer", "to"), "depends": ("depend", "on")}


def where(clause: Clause) -> Iterator[Made]:
    """Of "the museum | is located in Rome"."""
    tokens = clause.tokens
    if clause.verb in BE and (done := participle(tokens, 1)) == 2 and tokens[1] in _PLACED:
        end = prepositions(tokens, done)
        if tokens[done : done + 1] and tokens[done] in _AT and any(map(is_name, tokens[done:end])):
            yield Made("where", f"Where {clause.verb} {clause.who} {tokens[1]}?")


def what(clause: Clause) -> Iterator[Made]:
    """Of "the Tarn | is a river", "the fund | consists of ..." and "Ardle | is known for its lace"."""
    tokens = clause.tokens
    if len(clause.subject) > LONGEST_SUBJECT or len(tokens) < 3:
        return
    if clause.verb in ("is", "was") and tokens[1] in ARTICLES:
        yield from _is(clause)
    elif clause.verb in BE and (tokens[1], tokens[2]) in _ON and noun_phrase(tokens, 3) > 3:
        yield Made("what", f"What {clause.verb} {clause.who} {tokens[1]} {tokens[2]}?")
    elif clause.verb in _DID and noun_phrase(tokens, 1) > 1:
        yield Made("what", f"What did {clause.who} {BASE[clause.verb]}?")
    elif clause.verb in _LINKED and tokens[1] == _LINKED[clause.verb][1]:
        yield Made("what", f"What does {clause.who} {' '.join(_LINKED[clause.verb])}?")
    elif clause.verb in DOES and (tokens[1] in ARTICLES or noun_phrase(tokens, 1) > 1):
        yield Made("what", f"What does {clause.who} {DOES[clause.verb]}?")


def _is(clause: Clause) -> Iterator[Made]:
    tokens = clause.tokens
    end = noun_phrase(tokens, 1, attached=False)
    head = tokens[end - 1] if end > 2 else ""
    if head in PEOPLE and all(map(is_name, clause.subject)):
        yield Made("what", f"Who {clause.verb} {clause.who}?")
    elif head in THINGS and clause.subject[-1] not in tokens[1:end] and tokens[end : end + 1] not in _GO_ON:
        yield Made("what", f"What {clause.verb} {clause.who}?")
