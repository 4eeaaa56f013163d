"""Who says it: the speaker a sentence names, by the forms that news and minutes use. Pure.

A wrong speaker is worse than none: only the noun phrase right beside a verb of saying counts, the verb must be used as
one, and a pronoun is looked up in the sentences before or left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.types import Document
from rag.types import Attribution

# Verbs of saying, and those that are one only with what follows: "noted that", but not "prices noted above".
_SAYING = (
    r"(?:sa(?:id|ys?)|t(?:old|ells?)|explain(?:s|ed)?|confirm(?:s|ed)?|den(?:ies|ied|y)|announce[sd]?|stress(?:es|ed)?|"
    r"warn(?:s|ed)?|insist(?:s|ed)?|argue[sd]?|replie[sd]|w(?:rote|rites?)|blame[sd]?|asserts?|asserted)"
)
_WITH_THAT = (
    r"(?:add(?:s|ed)?|claim(?:s|ed)?|state[sd]?|report(?:s|ed)?|note[sd]?|believe[sd]?|estimate[sd]?|suggested|"
    r"acknowledge[sd]?|maintain(?:s|ed)?|propose[sd]?)"
)
_VERB = re.compile(
    rf"\b(?:{_SAYING}\b(?!\s+(?:to\s+(?:be|have)|by)\b)|{_WITH_THAT}(?=\s+that\b|:|,?\s*[“\"]|[.,]?$)|"
    r"moved(?=\s+(?:that|the adoption|an amendment|to (?:adopt|adjourn|amend|defer))\b)|"
    r"credit(?:s|ed)?(?=\s+(?:the|its|their)\b.+\bwith\b)|"
    r"estimate[sd]?(?=\s+(?:the|its|their)\b)|propose[sd]?(?=\s+(?:an?|the)\b)|describe[sd]?(?=\s.+\bas\b))"
)
_DETERMINER = r"(?:an?|the|some|other|several|senior|its?|their|two|three|many|one|both|further)"
_PHRASE = rf"(?:(?i:{_DETERMINER})\s+[\w’'-]+|[A-Z][\w.’'-]*)(?:\s+[\w.’'&-]+)*?"
_ENDS = r"(?=\s*(?:[,.;]|$|\bwho\b|\bafter\b|\bin an?\b))"
_ACCORDING = re.compile(r"\b[Aa]ccording to\s+(?P<who>[^“”\";:—–?!]{2,90}?)(?=\s*(?:[,.;]|$|\bwho\b|\bthat\b))")
_SAID_BY = re.compile(rf"(?:[”\"’,]\s*{_SAYING}|[”\"’]\s*added)\s+(?P<who>{_PHRASE}){_ENDS}")
_NOUN_PHRASE = re.compile(_PHRASE)
_APPOSITION = re.compile(r"^(?P<who>[^,“”\"]+)(?P<also>,\s[^,“”\"]+),$")
_BETWEEN = re.compile(r"\s+(?:has|have|had|also|later|then|therefore|\w+ly)$")
_WHO_CLAUSE = re.compile(r"\s+who\s+\w+\s+\w.*$")
_LEADING = re.compile(r"^(?:(?:however|but|and|while|still|instead|meanwhile|later),?\s+)+", re.I)
_NO_SPEAKER = re.compile(
    r"^(?:he|she|they|it|we|i|you|this|that|instead|however|meanwhile|still|later|but|and|these|those|there|nobody|no|everybody|everyone|in|on|at|by|for|from|after|"
    r"before|during|with|when|if|as|since|to|under|over|until|because|although|what|who|which)\b|"
    r"\b(?:has|have|had|was|were|is|are|will|would|who|which|that|and)$|\b(?:has|have|had|was|were|is|are|will|would)\b",
    re.I,
)
_PRONOUN = re.compile(
    rf"\b(?:[Hh]e|[Ss]he|[Tt]hey)\s+(?:(?:\w+ly|later|also|then|has|have|had)\s+)?(?:{_VERB.pattern})"
)
_QUOTED = re.compile(r"[“\"][^“”\"]{12,}[”\"]")
MAX_WORDS = 18


def speaker_of(sentence: str, before: Sequence[str] = ()) -> str | None:
    """The speaker named in the sentence; for "he said" the one of the nearest sentence before it."""
    flat = " ".join(sentence.split())
    for who in _candidates(flat):
        who = _LEADING.sub("", who.strip(" ,."))
        if who and len(who.split()) <= MAX_WORDS and not _NO_SPEAKER.search(who):
            return who
    if _PRONOUN.search(flat):
        for earlier in reversed(before):
            if named := speaker_of(earlier):
                return named
    return None


def attribute(sentence: str, document: Document, before: Sequence[str] = ()) -> Attribution:
    speaker = speaker_of(sentence, before)
    reported = speaker is not None or _PRONOUN.search(sentence) is not None or _QUOTED.search(sentence) is not None
    return Attribution(speaker, document.outlet, document.published, reported)


def _candidates(flat: str) -> Iterator[str]:
    if found := _ACCORDING.search(flat):
        yield found["who"]
    inverted = _SAID_BY.search(flat)
    for verb in _VERB.finditer(flat):
        head = _BETWEEN.sub("", flat[: verb.start()].rstrip())
        apposed = _APPOSITION.match(re.split(r"[”\"]\s*", head)[-1])
        # "The mayor, Isolde Varr, said the pier ..." against "The pier, closed in May, said Isolde Varr."
        if apposed and not (inverted and re.search("[A-Z]", inverted["who"])):
            # "the spokesman, Hussein Al Musawi": a role needs its name; a name is enough without its role.
            named = apposed["also"] if re.fullmatch(r",\s[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*", apposed["also"]) else ""
            yield from (f"{who}{named}" for who in _noun_phrase(apposed["who"]))
        elif not head.endswith((",", "”", '"')):
            yield from _noun_phrase(head)
    if inverted:
        yield inverted["who"]


def _noun_phrase(head: str) -> Iterator[str]:
    """The noun phrase that ends the words before a verb."""
    tail = re.split(r"[,;:—–“”\"]", head)[-1].strip()
    tail = _LEADING.sub("", _WHO_CLAUSE.sub("", tail))
    if _NOUN_PHRASE.fullmatch(tail):
        yield tail
