"""Who says it: the speaker a sentence names, by the forms that news and minutes use. Pure.

A wrong speaker is worse than none: only a noun phrase beside a verb of saying counts, and a pronoun is looked up in
the sentence before or left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.types import Document
from rag.types import Attribution

_VERBS = (
    r"(?:said|says|told|tells|added|adds|explained|explains|confirmed|confirms|claimed|claims|denied|denies|announced|"
    r"announces|stressed|stresses|warned|warns|insisted|insists|argued|argues|stated|states|reported|reports|noted|"
    r"notes|believes?|believed|credit(?:s|ed)?|blamed|blames|acknowledged|estimates?|estimated|replied|wrote|writes|"
    r"moved|proposed|suggested|suggests|asserted|maintains?|maintained|described|put it down to)"
)
_DETERMINER = (
    r"(?:[Aa]n?|[Tt]he|[Ss]ome|[Oo]ther|[Ss]everal|[Ss]enior|[Ii]ts?|[Tt]heir|[Tt]wo|[Tt]hree|[Mm]any|One|Both)"
)
_PHRASE = rf"(?:{_DETERMINER}\s+|[A-Z][\w.’'-]*\s*)[^“”\"();:—–?!]{{0,110}}?"
_ACCORDING = re.compile(r"\b[Aa]ccording to\s+(?P<who>[^“”\";:—–?!]{2,90}?)(?=\s*(?:[,.;]|$|\bwho\b|\bthat\b))")
_SAID_BY = re.compile(rf"[”\"’,]\s*(?:{_VERBS})\s+(?P<who>{_PHRASE})(?=\s*(?:[,.;]|$|\bwho\b|\bafter\b|\bin an?\b))")
_SAYS = re.compile(
    rf"(?:^|[”\"’]\s*|[,.;:]\s+|\b(?:[Hh]owever|[Bb]ut|And|While|[Ss]till),?\s+)(?P<who>{_PHRASE})\s*,?\s+{_VERBS}\b"
)
_PRONOUN = re.compile(rf"\b(?:[Hh]e|[Ss]he|[Tt]hey)\s+(?:\w+ly\s+)?{_VERBS}\b")
_QUOTED = re.compile(r"[“\"][^“”\"]{12,}[”\"]")
_LEADING = re.compile(r"^(?:(?:[Hh]owever|[Bb]ut|[Aa]nd|[Ww]hile|[Ss]till|[Ii]nstead|[Mm]eanwhile|[Ll]ater),?\s+)+")
_NO_SPEAKER = re.compile(r"^(?:[Hh]e|[Ss]he|[Tt]hey|[Ii]t|[Ww]e|I)$|\b(?:has|have|had|was|were|is|are|will|would)\b")
MAX_WORDS = 18


def speaker_of(sentence: str, before: Sequence[str] = ()) -> str | None:
    """The speaker named in the sentence; for "he said" the one of the nearest sentence before it."""
    flat = " ".join(sentence.split())
    for pattern in (_ACCORDING, _SAID_BY, _SAYS):
        if found := pattern.search(flat):
            who = _LEADING.sub("", found["who"].strip(" ,"))
            if who and len(who.split()) <= MAX_WORDS and not _NO_SPEAKER.search(who):
                return who
    if _PRONOUN.search(flat):
        for earlier in reversed(before):
            if (speaker := speaker_of(earlier)) is not None:
                return speaker
    return None


def attribute(sentence: str, document: Document, before: Sequence[str] = ()) -> Attribution:
    speaker = speaker_of(sentence, before)
    reported = speaker is not None or _PRONOUN.search(sentence) is not None or _QUOTED.search(sentence) is not None
    return Attribution(speaker, document.outlet, document.published, reported)
