"""Noun phrases of English sentences, as far as closed lists and endings can tell them for sure. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from rag.facts.dates import expressions
from rag.short.words import CLASSES, word_class
from rag.suggesting.words import BASE, DOES, GENERIC, SINGULAR_OWNERS

DATE = "§"
"""Stands for a date of the sentence."""
CORE = 5
ARTICLES = frozenset("the a an".split())
PREPOSITIONS = frozenset("of in for at on to from with between against near under through across over into by".split())
_NOUNS = frozenset("lower plural agent abstract quality adj unit capital acronym initial ing".split())
_NAMES = frozenset(("capital", "acronym", "initial"))
_TOKEN = re.compile(r"§|(?:[A-Z]\.){2,}|[^\W_]+s[’'](?= [^\W\d])|[$€£]?[^\W_]+(?:[’'.,/&-][^\W_]+)*|[^\w\s]")
_ASIDE = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])")
_NEVER = frozenset("per such same other own latter following above below more most due costs cost".split())
_NOT_PAST = frozenset("speed bed seed need feed breed shed deed weed reed embed kindergarten watershed".split())
_SAYS = "warns confirms insists denies argues explains announces admits believes".split()
_VERBS = frozenset((*BASE, *SINGULAR_OWNERS, *DOES, "consists", "refers", "depends", *_SAYS))


def tokens_of(sentence: str) -> list[str]:
    """The words and marks of a sentence without what stands in brackets; a date that tells at least a
    month or a year, or a range of such, is one token DATE."""
    text = _ASIDE.sub("", " ".join(sentence.split()))
    parts, at = [], 0
    for start, end, whens in expressions(text):
        if whens[0].year is not None or whens[0].month is not None:
            parts += [text[at:start], f" {DATE} "]
            at = end - (text[end - 1] == ".")  # it may be the end of the sentence as well
    return _TOKEN.findall("".join((*parts, text[at:])))


def kind_of(token: str) -> str:
    """The class of a token among those of rag.short.words; "date" of a DATE."""
    kind = "date" if token == DATE else CLASSES[word_class(token, "en", False)]
    is_noun = kind == "ed" and (not token.endswith(("ed", "ten")) or token in _NOT_PAST)
    return "adj" if kind == "ed" and "-" in token else "lower" if is_noun else kind


def is_name(token: str) -> bool:
    return kind_of(token) in _NAMES


def noun_phrase(tokens: Sequence[str], at: int, attached: bool = True) -> int:
    """Where the noun phrase ends that begins at `at`; `at` when none does. `attached`: with "of the inner harbour"."""
    end = _core(tokens, at)
    if end == at:
        return at
    return prepositions(tokens, end) if attached else end


def prepositions(tokens: Sequence[str], at: int, until: str = "") -> int:
    """Where the phrases with prepositions end that begin at `at` ("in Vienna", "of the council"), none with `until`."""
    while at < len(tokens) and tokens[at] in PREPOSITIONS and tokens[at] != until:
        end = _core(tokens, at + 1)
        to_do = tokens[at] == "to" and end > at + 1 and tokens[at + 1] not in ARTICLES and not is_name(tokens[at + 1])
        if end == at + 1 or to_do:
            break
        at = end
    return at


def _core(tokens: Sequence[str], at: int) -> int:
    start = at + (at < len(tokens) and tokens[at].lower() in ARTICLES)
    end = start
    while end < len(tokens) and end - start < CORE and _is_part(tokens, start, end):
        end += 1
    if end < len(tokens) and end > start and _is_part(tokens, start, end):
        return at  # too long to be sure of
    return end if end > start and kind_of(tokens[end - 1]) != "adj" else at


def _is_part(tokens: Sequence[str], start: int, at: int) -> bool:
    token, kind = tokens[at], kind_of(tokens[at])
    if token in _NEVER or token in PREPOSITIONS or token in _VERBS:
        return False
    joins = token in ("and", "&") and start < at < len(tokens) - 1
    if joins:
        return is_name(tokens[at - 1]) and is_name(tokens[at + 1]) and tokens[start - 1].lower() not in ("between",)
    if kind in ("digits", "year"):
        return at > start and is_name(tokens[at - 1]) and not tokens[at].startswith(("$", "€", "£"))
    return kind in _NOUNS and (token[0].isalpha() and len(token) > 1)


def opened(tokens: list[str], forms: Collection[str]) -> list[str] | None:
    """The tokens with their first word as it is written inside a sentence; None when that is unclear. `forms`: words
    of the document that stand inside its sentences."""
    first = tokens[0]
    if first.lower() in ARTICLES:
        return [first.lower(), *tokens[1:]]
    if not first[0].isupper():
        return tokens
    if first.lower() in _NEVER or first.lower() in GENERIC:
        return None
    is_plain = kind_of(first.lower()) in _NOUNS - {"adj"}
    if first.isupper() and len(first) > 1 or len(tokens) > 1 and is_name(tokens[1]) and (is_plain or first in forms):
        return tokens
    lower = first[0].lower() + first[1:]
    if first in forms and lower not in forms:
        return tokens
    return [lower, *tokens[1:]] if is_plain and lower in forms and first not in forms else None


def joined(tokens: Sequence[str]) -> str:
    """The tokens as text."""
    return re.sub(r"\s+([,.;:%])", r"\1", " ".join(tokens))
