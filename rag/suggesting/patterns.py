"""Questions that an English sentence answers, where its structure leaves no doubt. Pure.

The subject has to be a whole noun phrase up to the verb, the verb one of a closed list or form, and what goes into the
question phrases that end where the clause may end. Everything else is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from rag.suggesting import counts, matters
from rag.suggesting.clause import BE, Clause, Made, clause_of, dated_at, participle, stops
from rag.suggesting.phrases import ARTICLES, DATE, is_name, joined, kind_of, noun_phrase, prepositions, tokens_of
from rag.suggesting.words import BASE, DOERS, PAST_OF_PARTICIPLE

LONGEST = 45  # tokens of a sentence
TOPIC = 7
_AUX = frozenset((*BE, *"will would can could may might must should has have had did does do".split()))
_SAID = frozenset(
    "said says say announced announces announce confirmed confirms confirm warned warns warn claimed claims claim "
    "stated states state argued argues argue explained explains explain insisted insists insist denied denies deny "
    "told reported reports report".split()
)
_PARTICLES = frozenset("out up down off back over".split())
_MARKS = frozenset("|*<>{}/?!")
_QUOTES = frozenset('"“”„«»')


def questions(sentence: str, forms: Collection[str]) -> list[Made]:
    """The questions, each once. `forms`: words of the document as they stand inside its sentences."""
    tokens = tokens_of(sentence)
    quotes = sum(token in _QUOTES for token in tokens)
    if not 4 <= len(tokens) <= LONGEST or tokens[-1] not in (".", *_QUOTES) or quotes % 2 or _MARKS & set(tokens):
        return []
    found = [Made("number", text) for text in counts.without_subject(tokens)]
    clause = clause_of(tokens[:-1], forms)
    if clause is not None:
        found += _of_clause(clause)
        told = _told(clause.tokens)
        if told:
            found += [Made("number", text) for text in counts.without_subject(told)]
            inner = clause_of(told, forms)
            found += _of_clause(inner) if inner else []
    return list(dict.fromkeys(found))


def _of_clause(clause: Clause) -> list[Made]:
    if not clause.is_clear:
        return []
    counted = [Made("number", text) for text in counts.of_subject(clause.subject, clause.tokens)]
    return counted + [made for make in _MAKERS for made in make(clause)]


def _told(tokens: list[str]) -> list[str]:
    """What is said in "... says that it is so"."""
    verb = tokens[1:] if tokens[:1] in (["has"], ["have"], ["had"]) else tokens
    return verb[2:] if verb[:1] and verb[0] in _SAID and verb[1:2] == ["that"] and len(verb) > 5 else []


def _dates(clause: Clause, at: int) -> bool:
    """Whether a date says when it was: "... in 1932" there, or "In 1932, ..." before."""
    return stops(clause.tokens, at) if clause.dated else dated_at(clause.tokens, at)


def _predicate(tokens: Sequence[str], at: int) -> int:
    """Behind what follows an active verb: a particle, an object, phrases with prepositions."""
    at += at < len(tokens) and (tokens[at] in _PARTICLES or list(tokens[at - 1 : at + 1]) == ["took", "place"])
    return max(noun_phrase(tokens, at), prepositions(tokens, at))


def _when(clause: Clause) -> Iterator[Made]:
    tokens, verb = clause.tokens, clause.verb
    if clause.subject[0] in ("a", "an"):
        return
    if tokens[:2] == ["will", "be"] and (done := participle(tokens, 2)) > 2:
        end = prepositions(tokens, done)
        if _dates(clause, end):
            yield Made("when", f"When will {clause.who} {joined(tokens[1:end])}?")
    elif verb in BE and (done := participle(tokens, 1)) > 1:
        end = prepositions(tokens, done)
        if _dates(clause, end):
            yield Made("when", f"When {verb} {clause.who} {joined(tokens[1:end])}?")
    elif verb in BASE:
        end = _predicate(tokens, 1)
        if _dates(clause, end):
            yield Made("when", f"When did {clause.who} {joined([BASE[verb], *tokens[1:end]])}?")


def _who(clause: Clause) -> Iterator[Made]:
    tokens, verb = clause.tokens, clause.verb
    if verb in ("was", "were") and (done := participle(tokens, 1)) == 2:
        past = PAST_OF_PARTICIPLE.get(tokens[1], tokens[1])
        place = prepositions(tokens, done, until="by")
        by = place + 2 * (tokens[place : place + 1] in (["in"], ["on"]) and tokens[place + 1 : place + 2] == [DATE])
        end = noun_phrase(tokens, by + 1, attached=False) if tokens[by : by + 1] == ["by"] else by
        if past in DOERS and end > by and any(map(is_name, tokens[by + 1 : end])):
            yield Made("who", f"Who {joined([past, *clause.subject, *tokens[done:place]])}?")
    elif verb in DOERS and len(clause.subject) > 1 and all(map(is_name, clause.subject)):
        end = noun_phrase(tokens, 1)
        if end > 1 and (dated_at(tokens, end) or stops(tokens, end)):
            yield Made("who", f"Who {joined([verb, *tokens[1:end]])}?")


def _why(clause: Clause) -> Iterator[Made]:
    tokens = clause.tokens
    reason = tokens.index("because") if "because" in tokens else 0
    last = reason - (reason > 0 and tokens[reason - 1] == ",")
    if last < 2:
        return
    if tokens[0] in BE:
        done = participle(tokens, 1)
        done = done if done > 1 else 1 + (kind_of(tokens[1]) in ("adj", "quality"))
        if done > 1 and prepositions(tokens, done) == last:
            yield Made("why", f"Why {tokens[0]} {clause.who} {joined(tokens[1:last])}?")
    elif tokens[0] in BASE and _predicate(tokens, 1) == last:
        yield Made("why", f"Why did {clause.who} {joined([BASE[tokens[0]], *tokens[1:last]])}?")


def _says(clause: Clause) -> Iterator[Made]:
    tokens = clause.tokens
    verb = tokens[1:] if tokens[:1] in (["has"], ["have"], ["had"]) else tokens
    if verb and verb[0] in _SAID and any(map(is_name, clause.subject)):
        start = 1
        if verb[0] == "told":
            start = noun_phrase(verb, 1, attached=False)
            if verb[start : start + 1] != ["that"]:
                return
        that = verb[start : start + 1] == ["that"]
        if not that and verb[start : start + 1] != ["the"]:
            return
        start += that
        do = "did" if verb[0].endswith(("d", "told")) else "does" if verb[0].endswith("s") else "do"
        yield from _asked_of(clause.who, verb, start, do)
    source = _according(tokens)
    if source and tokens[0] in _AUX and len(clause.subject) <= TOPIC:
        yield Made("says", f"What did {source} say about {clause.who}?")


def _asked_of(who: str, tokens: Sequence[str], at: int, do: str) -> Iterator[Made]:
    end = noun_phrase(tokens, at)
    sure = end > at and (tokens[at] in ARTICLES or is_name(tokens[at]) or kind_of(tokens[at]) == "plural")
    if sure and end - at <= TOPIC and end < len(tokens) and (tokens[end] in _AUX or tokens[end] in BASE):
        yield Made("says", f"What {do} {who} say about {joined(tokens[at:end])}?")


def _according(tokens: Sequence[str]) -> str:
    """Who is named at the end: "..., according to Pentagon officials"."""
    at = tokens.index("according") if "according" in tokens else 0
    if (
        at < 2
        or tokens[at - 1] != ","
        or tokens[at + 1 : at + 2] != ["to"]
        or noun_phrase(tokens, at + 2) != len(tokens)
    ):
        return ""
    return joined(tokens[at + 2 :]) if any(map(is_name, tokens[at + 2 :])) else ""


_MAKERS: tuple[Callable[[Clause], Iterator[Made]], ...] = (_when, _who, _why, _says, matters.where, matters.what)
