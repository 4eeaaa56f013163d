"""By which signs a question leans on the turns before it. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.questions.followup_read import PARTS, Read, plain
from rag.questions.followup_words import DETERMINERS

_EXPLETIVE = re.compile(
    r"\bit (takes?|took|costs?)\b.* to\b|\b(is it|was it|it is|it was|it be|be it) (\w+ )?(true|possible|necessary|"
    r"legal|illegal|safe|allowed|permitted|worth|likely|better|best|good|important|easy|hard|difficult|common|normal|known|"
    r"clear|right|correct|fair|said|time)\b.* (to|that|for|if|when|in|\w+ing)\b|\btime is it\b|\bit (snow|rain)|"
    r"\bg(ibt|ab|eht|ing) es\b|\bes g(ibt|ab|eht|ing)\b|\bist es (\w+ )?\w+,? (dass|zu|wenn)\b|\blo que\b"
)
_AHEAD = re.compile(r"da(mit|bei|fur|von|zu|r?an|r?auf|r?uber|durch|gegen)$")
CROWDED = 5  # words of content: a question that says so much says whom it means
_DEFINITION = re.compile(
    r"^\W*(what|who) (is|are|was|were) (an? )?[^\W_]+\W*$|^\W*(was|wer) (ist|sind|war) (eine? )?[^\W_]+\W*$|"
    r"^\W*(que|quien) (es|son|fue) (una? )?[^\W_]+\W*$"
)


def leans(own: Read, start: int) -> bool:
    speech, words = own.speech, own.words
    content = [at for at in own.content if at >= start]
    names = [name for name in own.names if name[1] >= start]
    opened = opener_of(own)
    if opened in speech.corrections and len(content) <= 8:
        return True
    if any(_points_back(own, at) for at in range(start, len(words))):
        return True
    if opened in speech.openers and (len(content) <= 2 or not names):
        return True
    fragment = is_fragment(own)
    if names:
        return len(content) <= 2 and fragment and own.text.rstrip().endswith("?")
    if len(content) <= 1:
        return _DEFINITION.search(plain(own.text)) is None or not content
    further = any(word.low in speech.further for word in words)
    if len(content) <= 2 and (fragment or further):
        return True
    return len(content) <= 3 and any(_is_general(own, at) for at in content)


def _points_back(own: Read, at: int) -> bool:
    """Whether the word is a pronoun or a demonstrative for something outside the question."""
    speech, words, word = own.speech, own.words, own.words[at]
    after = words[at + 1].low if at + 1 < len(words) else ""
    before = words[at - 1].low if at else ""
    if word.low == "das" and own.language == "de":
        return len(words) - at <= 2 and words[-1].text.islower() and at > 0
    if word.low not in speech.doers and word.low not in speech.targets:
        return False
    if after in speech.limits or (word.low in ("it", "es", "lo") and _is_expletive(own.text)):
        return False
    if own.language == "de" and word.low in ("sie", "ihnen", "ihre", "ihren", "ihr") and word.text[0].isupper() and at:
        return False  # the polite form
    near = {one.low for one in words[max(0, at - 2) : at + 3]}
    if word.low == "there" and near & {"is", "are", "was", "were", "be", "been", "will", "has", "have"}:
        return False
    if word.low == "that" and not _is_demonstrative(own, at):
        return False
    if word.low in ("one", "ones", "former", "latter") and (at + 1 in own.content or after == "of"):
        return False
    if word.low in ("so", "same") and (after not in ("", "as") or word.low == "same" and after == "as"):
        return False
    if own.language == "de" and _AHEAD.match(word.low) and "," in own.text[word.end :]:
        return False  # "damit begonnen, ..." points ahead
    owner = at + 1 in own.content  # "in his honour"
    subject = word.low in speech.doers and at < len(words) - 1 and (owner or before not in speech.prepositions)
    if subject and len(own.content) > CROWDED:
        return False
    return not _has_antecedent(own, at, anywhere=subject)


@lru_cache(maxsize=16)
def _is_expletive(text: str) -> bool:
    """Whether "it" stands for nothing: "Is it true that ...?"."""
    return _EXPLETIVE.search(plain(text)) is not None


def _is_demonstrative(own: Read, at: int) -> bool:
    """ "that" as in "Why was that?" and "that talk", not as in "who said that talks failed"."""
    left = len(own.words) - 1 - at
    return (
        left == 0 or at == 0 or at - 1 not in own.content or (left == 1 and own.words[-1].low not in own.speech.verbs)
    )


def _has_antecedent(own: Read, at: int, anywhere: bool) -> bool:
    """Whether a name or a noun of the question itself may be meant: an object of a clause is seldom its subject."""
    earlier = [n for n in own.content if n < at]
    if anywhere and len(earlier) > 1 and own.language != "de":  # names in small letters look like any word
        return True
    for noun in earlier:
        if anywhere or _clause_ends(own, noun, at):
            if any(first <= noun <= last for first, last in own.names) or _is_noun(own, noun):
                return True
    return False


def _clause_ends(own: Read, first: int, last: int) -> bool:
    between = own.words[first + 1 : last]
    parted = PARTS.search(own.text[own.words[first].end : own.words[last].start]) is not None
    return parted or any(word.low in own.speech.bounds for word in between)


def _is_noun(own: Read, at: int) -> bool:
    if own.language == "de" and at and own.words[at].text[0].isupper():
        return True
    while at and (at - 1 in own.content or own.words[at - 1].low in own.speech.amounts):
        at -= 1
    before = own.words[at - 1].low if at else ""
    return before in own.speech.articles or before in own.speech.prepositions or before in DETERMINERS


def _is_general(own: Read, at: int) -> bool:
    """Whether it is a noun such as "the group", with nothing that says which."""
    words, speech = own.words, own.speech
    if words[at].low not in speech.general or not at or words[at - 1].low not in speech.articles:
        return False
    after = words[at + 1].low if at + 1 < len(words) else ""
    return after not in speech.prepositions | speech.bounds | speech.articles


def is_fragment(own: Read) -> bool:
    """Whether it has neither a question word nor a verb that is known."""
    start = after_openers(own)
    return not any(word.low in own.speech.asking or word.low in own.speech.verbs for word in own.words[start:])


def opener_of(own: Read) -> str | None:
    """What the question begins with, but for asides."""
    return next((one for one in _opened_by(own) if one not in own.speech.asides), None)


def after_openers(own: Read) -> int:
    """Where the question itself begins."""
    return sum(one.count(" ") + 1 for one in _opened_by(own))


def _opened_by(own: Read) -> list[str]:
    speech, found, start = own.speech, [], 0
    known = sorted((*speech.asides, *speech.corrections, *speech.openers), key=len, reverse=True)
    while start < len(own.words):
        lows = " ".join(word.low for word in own.words[start:])
        one = next((one for one in known if f"{lows} ".startswith(f"{one} ")), None)
        if one is None:
            break
        end = start + one.count(" ")
        alone = one in speech.asides or one in ("no", "nein")  # "Great!", not "great heights"
        if alone and not PARTS.match(own.text, own.words[end].end):
            break
        found.append(one)
        start = end + 1
    return found
