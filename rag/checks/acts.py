"""Who does what to whom in an English sentence, read from the order of its words. Pure.

A phrase stands before the verb, one behind it, and "by" after a passive. Where that cannot be told nothing is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from index.function_words import FUNCTION_WORDS
from rag.checks.wording import stem
from rag.facts.date_words import MONTHS
from rag.facts.names import TITLES, WEEKDAYS

MOST_WORDS = 3  # of a party that is no name
REACH = 14  # words behind a verb in which its parties are looked for
Part = Literal["word", "idle", "be", "help", "aside", "who", "role", "by", "join", "comma", "end"]

_ROLES = frozenset("to from against over".split())
_IDLE = frozenset("the a an this these those its his her their our my your some any no each every all both".split())
_BE = frozenset("is are was were be been being get gets got".split())
_HELP = frozenset(
    "has have had having do does did will would can could may might must shall should cannot wants want wanted".split()
)
_ASIDE = frozenset("also then not never later first once again already finally now soon still".split())
_TOKEN = re.compile(r"[^\W\d_]+(?:[.&’'-][^\W\d_]+)*|\d[\d.,]*\w*|[,;:—–()“”\"]")
_DATED = WEEKDAYS | frozenset(MONTHS)


class _Token(NamedTuple):
    text: str
    low: str
    part: Part


@dataclass(frozen=True, slots=True)
class Act:
    """`agent` does what `verb` (a stem) says to `other`, or from, to, against or over it (`role`); both are the words
    of names in lower case, or of a noun phrase without any. `at` is the place of the verb among the words; `shown`: who
    does it, in the text's words."""

    at: int
    verb: str
    agent: frozenset[str]
    other: frozenset[str]
    role: str
    shown: str


@lru_cache(maxsize=8192)
def acts(text: str) -> tuple[Act, ...]:
    """The acts of an English sentence, as far as their parties can be told."""
    tokens = _tokens(text)
    return tuple(act for at, token in enumerate(tokens) if _may_be_verb(token) for act in _acts_at(tokens, at))


def _may_be_verb(token: _Token) -> bool:
    return token.part == "word" and token.text.islower() and len(token.low) > 2


def _acts_at(tokens: Sequence[_Token], at: int) -> Iterator[Act]:
    before, passive = _before(tokens, at)
    behind = _behind(tokens, at)
    passive = passive or tokens[at + 1 : at + 2] != [] and tokens[at + 1].part == "by"
    verb, word = stem(tokens[at].low, "en"), tokens[at].text
    if not passive:
        for agent in before:
            for role, other in behind:
                if role == "object" or role in _ROLES:
                    yield Act(at, verb, _parts(agent), _parts(other), role, f"{_shown(agent)} {word}")
        return
    for agent in [phrase for role, phrase in behind if role == "by"]:
        others = [("object", phrase) for phrase in before]
        others += [(role, phrase) for role, phrase in behind if role in _ROLES]
        for role, other in others:
            yield Act(at, verb, _parts(agent), _parts(other), role, f"{word} by {_shown(agent)}")


def _before(tokens: Sequence[_Token], at: int) -> tuple[list[list[_Token]], bool]:
    """The phrases that are the subject of the verb at `at`, and whether it is in the passive voice."""
    place, passive, helped = at - 1, False, False
    while place >= 0 and tokens[place].part in ("be", "help", "aside"):
        if tokens[place].part != "aside" and not helped:
            helped = True
            passive = tokens[place].part == "be" and not tokens[at].low.endswith("ing")
        place -= 1
    if place >= 0 and tokens[place].part == "who":
        place -= 1 + (place > 0 and tokens[place - 1].part == "comma")
    elif place >= 0 and tokens[place].part == "comma":
        opened = next((n for n in range(place - 1, max(-1, place - 9), -1) if tokens[n].part == "comma"), -1)
        place = opened - 1
    phrases: list[list[_Token]] = []
    while True:
        phrase: list[_Token] = []
        while place >= 0 and tokens[place].part in ("word", "idle"):
            phrase.insert(0, tokens[place])
            place -= 1
        phrase = _subject(phrase)
        if phrases and (not phrase or _is_name(phrase) != _is_name(phrases[-1])):
            return phrases, passive  # "and" began a clause
        opens = place == 0 or place > 0 and tokens[place - 1].part in ("comma", "end")
        if phrase and opens and tokens[place].part == "role":  # "In the end Anna ..."
            return [*phrases, _last_name(phrase)], passive
        if not phrase or place >= 0 and tokens[place].part not in ("comma", "end", "who", "join"):
            return [], passive
        phrases.append(phrase)
        if place < 0 or tokens[place].part != "join":
            return phrases, passive
        place -= 1


def _subject(phrase: list[_Token]) -> list[_Token]:
    """The words of a phrase before a verb, none where they hold more than a party: "DNA proteins of a cell bind"."""
    words = _words(phrase)
    common = len(words) - max((at for at, one in enumerate(words, 1) if not one.text.islower()), default=len(words))
    return words if common <= 1 else []


def _object(phrase: list[_Token]) -> list[_Token]:
    """The words of a phrase behind a verb; a bare word before a name may be the true verb: "proteins enable RNA"."""
    words = _words(phrase)
    plain = [one.text.islower() and one.low not in TITLES for one in phrase[:1]]
    return [] if words and plain == [True] and phrase[0].part == "word" else words


def _words(phrase: Sequence[_Token]) -> list[_Token]:
    """Without articles; none of a phrase that has neither a name nor an article: what it is about is too vague."""
    words = [one for one in phrase if one.part == "word"]
    named = any(not one.text.islower() for one in words)
    return words if named or len(words) <= MOST_WORDS and phrase[:1] and phrase[0].part == "idle" else []


def _is_name(phrase: Sequence[_Token]) -> bool:
    return not phrase[-1].text.islower()


def _last_name(phrase: list[_Token]) -> list[_Token]:
    """The name at the end of a phrase; the whole of one that ends otherwise."""
    common = [at for at, token in enumerate(phrase) if token.text.islower()]
    return phrase[common[-1] + 1 :] if common and _is_name(phrase) else phrase


def _behind(tokens: Sequence[_Token], at: int) -> list[tuple[str, list[_Token]]]:
    """The phrases behind the verb at `at`, each with its preposition, or "object"."""
    found: list[tuple[str, list[_Token]]] = []
    role = "object"
    phrase: list[_Token] = []
    for place in range(at + 1, min(at + REACH, len(tokens))):
        token = tokens[place]
        if token.part in ("word", "idle"):
            phrase.append(token)
            continue
        if token.part == "aside":
            continue
        found += [(role, party)] if (party := _object(phrase)) else []
        phrase = []
        if token.part in ("role", "by"):
            role = token.low
        elif token.part not in ("comma", "join") or not _goes_on(tokens, place + 1):
            return found
    return [*found, (role, party)] if (party := _object(phrase)) else found


def _goes_on(tokens: Sequence[_Token], place: int) -> bool:
    """Whether a list goes on with a further name."""
    while place < len(tokens) and tokens[place].part == "idle":
        place += 1
    return place < len(tokens) and tokens[place].part == "word" and not tokens[place].text.islower()


def _parts(phrase: Sequence[_Token]) -> frozenset[str]:
    names = [one.low for one in phrase if not one.text.islower()]
    return frozenset([one for one in names if one not in TITLES] or names or [one.low for one in phrase])


def _shown(phrase: Sequence[_Token]) -> str:
    return " ".join(one.text for one in phrase)


def _tokens(text: str) -> list[_Token]:
    return [_Token(match[0], match[0].lower(), _part(match[0])) for match in _TOKEN.finditer(text)]


def _part(word: str) -> Part:
    low = word.lower().replace("’", "'")
    if not low[0].isalnum():
        return "comma" if low == "," else "end"
    if low[0].isdigit() or low in _IDLE or low in _DATED or low.endswith(("'s", "s'")):
        return "idle"
    if low in _BE:
        return "be"
    if low in _HELP or low.endswith("n't"):
        return "help"
    if low in _ASIDE or low.endswith("ly") and word.islower():
        return "aside"
    if low in ("who", "which", "that"):
        return "who"
    if low == "by":
        return "by"
    if low == "and":
        return "join"
    if low in _PREPOSITIONS:
        return "role"
    return "end" if low in FUNCTION_WORDS["en"] and word != "US" else "word"


_PREPOSITIONS = _ROLES | frozenset(
    "of in on at for with without about into onto under after before during near through between among as than "
    "within across around behind beside beyond since until via upon".split()
)
