"""Questions for the numbers of English sentences: how many, how much, how long. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.suggesting.phrases import DATE, PREPOSITIONS, is_name, joined, kind_of, noun_phrase, prepositions
from rag.suggesting.words import BASE, HOW, MEASURED, OWNERS, PAST_OF_PARTICIPLE, SINGULAR_OWNERS

_HEDGES = (
    ("more", "than"),
    ("fewer", "than"),
    ("less", "than"),
    ("at", "least"),
    ("up", "to"),
    *((word,) for word in "about around nearly almost over approximately roughly some only exactly".split()),
)
_IRREGULAR = frozenset("people men women children troops personnel fish sheep aircraft cattle teeth feet".split())
_MONEY = frozenset("$ € £ ¥ dollars dollar euros euro pounds crowns cents pence kroner francs yen".split())
_ENDS = frozenset(". , ; : and but when while after before because since".split())


def without_subject(tokens: Sequence[str]) -> Iterator[str]:
    """Of "31 boat owners answered ..." and of "There are 12 bells in the tower"."""
    low = [tokens[0].lower(), *tokens[1:]]
    there = low[:1] == ["there"] and low[1:2] in (["are"], ["were"])
    start = _number(low, 2 if there else 0)
    end = _counted(low, start) if start else 0
    if end <= start:
        return
    what = joined(low[start:end])
    if there:
        place = prepositions(low, end)
        if place > end and low[end] != "of" and _ends(low, place):
            yield f"How many {what} {low[1]} there {joined(low[end:place])}?"
        return
    past = _verb_group(low, end)
    if past > end and _ends(low, past):
        yield f"How many {what} {joined(low[end:past])}?"


def of_subject(subject: Sequence[str], tokens: Sequence[str]) -> Iterator[str]:
    """Of "the ferry | carries 60 passengers", "the bridge | is 40 metres long" and the like."""
    if not tokens or (start := _number(tokens, 1)) < 2:
        yield from _worth(subject, tokens)
        return
    verb, who = tokens[0], joined(subject)
    if verb in OWNERS and (end := _counted(tokens, start)) > start and _ends(tokens, last := prepositions(tokens, end)):
        do = "does" if verb in SINGULAR_OWNERS else "did" if verb == "had" else "do"
        base = SINGULAR_OWNERS.get(verb, "have" if verb == "had" else verb)
        if tokens[end : end + 1] != ["of"]:
            yield f"How many {joined(tokens[start:end])} {do} {who} {joined([base, *tokens[end:last]])}?"
    elif verb in ("costs", "cost") and _is_money(tokens, start):
        yield f"How much {'does' if verb == 'costs' else 'did'} {who} cost?"
    elif verb in ("is", "was", "are", "were"):
        unit = start + (start < len(tokens) and kind_of(tokens[start]) in ("unit", "span", "plural", "lower"))
        if unit > start and unit < len(tokens) and tokens[unit] in HOW and _ends(tokens, unit + 1):
            yield f"How {HOW[tokens[unit]]} {verb} {who}?"
        elif unit > start and _ends(tokens, unit) and _head(subject) in MEASURED and subject[0] == "the":
            yield f"What {verb} {who}?"


def _worth(subject: Sequence[str], tokens: Sequence[str]) -> Iterator[str]:
    if len(tokens) > 2 and tokens[0] in ("is", "was") and tokens[1] == "worth":
        start = _number(tokens, 2)
        if start > 2 and _is_money(tokens, start):
            yield f"How much {tokens[0]} {joined(subject)} worth?"


def _number(tokens: Sequence[str], at: int) -> int:
    """Behind the number, or the hedge and the number, at `at`; 0 when there is none."""
    for hedge in _HEDGES:
        if tuple(tokens[at : at + len(hedge)]) == hedge:
            at += len(hedge)
            break
    if at >= len(tokens) or tokens[at] == DATE:
        return 0
    is_one = tokens[at][-1].isdigit() or kind_of(tokens[at]) == "number" and tokens[at] not in ("none", "zero", "half")
    if not is_one or tokens[at] in ("one", "1", "once", "twice") or kind_of(tokens[at]) == "year":
        return 0
    at += 1
    while at < len(tokens) and tokens[at] in ("hundred", "thousand", "million", "billion"):
        at += 1
    return at


def _counted(tokens: Sequence[str], at: int) -> int:
    """Behind the plural noun, with up to two words before it, that begins at `at`; `at` when there is none."""
    for end in range(at, min(at + 3, len(tokens))):
        word, kind = tokens[end], kind_of(tokens[end])
        plural = word in _IRREGULAR or (word.islower() and word.endswith("s") and not word.endswith(("ss", "us", "is")))
        goes_on = end + 1 < len(tokens) and (tokens[end + 1] in _IRREGULAR or kind_of(tokens[end + 1]) == "plural")
        if kind in ("unit", "span") or kind not in (
            "lower",
            "plural",
            "agent",
            "abstract",
            "quality",
            "adj",
            "capital",
        ):
            return at
        if plural and word.isalpha() and not goes_on:
            return end + 1
    return at


def _verb_group(tokens: Sequence[str], at: int) -> int:
    """Behind "were killed in the attack" or "attended the meeting"; `at` when it is not sure."""
    if at >= len(tokens):
        return at
    verb = at + 1
    if tokens[at] in ("was", "were", "are") or tokens[at] in ("have", "had"):
        verb += tokens[at] in ("have", "had") and tokens[verb : verb + 1] == ["been"]
        done = verb < len(tokens) and (kind_of(tokens[verb]) == "ed" or tokens[verb] in PAST_OF_PARTICIPLE)
        if not done:
            return at
        verb += 1
    elif tokens[at] not in BASE:
        return at
    end = max(noun_phrase(tokens, verb), prepositions(tokens, verb))
    return end if end > verb else at


def _is_money(tokens: Sequence[str], behind: int) -> bool:
    return tokens[behind - 1][0] in _MONEY or tokens[behind : behind + 1] != [] and tokens[behind] in _MONEY


def _head(subject: Sequence[str]) -> str:
    """The noun that the phrases with prepositions belong to."""
    end = next((at for at, word in enumerate(subject) if word in PREPOSITIONS), len(subject))
    return "" if is_name(subject[end - 1]) else subject[end - 1]


def _ends(tokens: Sequence[str], at: int) -> bool:
    return at >= len(tokens) or tokens[at] in _ENDS
