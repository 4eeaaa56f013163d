"""Questions for what somebody says: in a chat ("Name: ... about the trip"), or on the topic of an article. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from index.types import Document
from rag.attribution import attribute
from rag.facts.speech import named_speaker
from rag.suggesting.clause import Made
from rag.suggesting.phrases import ARTICLES, is_name, joined, kind_of, noun_phrase, opened, tokens_of

_ABOUT = frozenset(("about", "regarding", "concerning"))
_STOPS = frozenset(".,!?;:")
_FEWEST, _MOST = 2, 6
_TAKEN_UP = 3


def topic_of_talk(document: Document, sentence: str, start: int) -> Iterator[Made]:
    """The question what the speaker of the line says about what the sentence names as its topic."""
    if not any(f" {word} " in sentence for word in _ABOUT):
        return
    topic = _topic(sentence)
    line = document.text.rfind("\n", 0, start) + 1
    speaker = attribute(sentence, document, (), start).speaker if topic else None
    if speaker and re.match(rf"[\W\d]*{re.escape(speaker)}\s*:", document.text[line : start + len(sentence)]):
        yield Made("says", f"What does {speaker} say about {topic}?")


def topics(title: str, text: str) -> list[str]:
    """The nouns of a title that the text takes up with an article, again and again ("the truce")."""
    words = [word for word in re.findall(r"\b[a-z]{4,}\b", title) if kind_of(word) in ("lower", "abstract")]
    return [word for word in dict.fromkeys(words) if _is_taken_up(word, text)]


def _is_taken_up(word: str, text: str) -> bool:
    known = re.search(rf"\b[Tt]he (?:[a-z]+ )?{word}\b", text) is not None
    return known and len(re.findall(rf"\b{word}\b", text)) >= _TAKEN_UP


def said_on(sentence: str, about: Sequence[str], forms: Collection[str]) -> Iterator[Made]:
    """The question what the speaker whom the sentence names says on a topic of the document."""
    topic = next((word for word in about if re.search(rf"\b{word}\b", sentence)), None)
    speaker = named_speaker(sentence) if topic else None
    tokens = tokens_of(speaker) if speaker else []
    if not tokens or len(tokens) > _MOST or noun_phrase(tokens, 0) != len(tokens) or topic in tokens:
        return
    who = opened(tokens, forms) if sentence.startswith(tokens[0]) else [_small(tokens[0]), *tokens[1:]]
    if who and any(map(is_name, who)) and who[0] not in ("a", "an"):
        yield Made("says", f"What did {joined(who)} say about the {topic}?")


def _small(word: str) -> str:
    return word.lower() if word.lower() in ARTICLES else word


def _topic(sentence: str) -> str:
    tokens = tokens_of(sentence)
    for at, token in enumerate(tokens):
        end = noun_phrase(tokens, at + 1) if token in _ABOUT else at
        if end > at + 1 and tokens[end : end + 1] and tokens[end] in _STOPS:
            words = tokens[at + 1 : end]
            content = len(words) - (words[0] == "the")
            if (words[0] == "the" or is_name(words[0])) and _FEWEST <= content <= _MOST:
                return joined(words)
    return ""
