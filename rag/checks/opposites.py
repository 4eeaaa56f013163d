"""Words of a statement where its source has the opposite: "rose" for "fell", "before" for "after". Pure.

A wrong alarm is worse than a missed change here: two words are compared only where the same is said of the same
subject, and not where a negation or a word like "until" turns one of them round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.checks.polarity import cues
from rag.checks.told import Facts
from rag.checks.wording import Sentence, Word, overlap
from rag.facts.number_words import STARTS

RESTATED = 0.6  # share of what stands around a word that the source has around its opposite
COMPARED = 0.9  # the same for "more" and "less", which differ by what is compared
Axis = Literal["act", "order", "comparison", "amount", "rank"]


@dataclass(frozen=True, slots=True)
class Opposite:
    """`said` stands in the statement where `held` stands in the source."""

    said: str
    held: str


@dataclass(frozen=True, slots=True)
class _Use:
    """A word of an axis where it stands: its side, the content words before and after it (numbers too), and those of
    its clause. `turned`: something beside it may say the opposite of it."""

    shown: str
    axis: tuple[Axis, int]
    side: int
    before: frozenset[str]
    after: tuple[str, ...]
    around: frozenset[str]
    turned: bool


_ACTS = tuple(
    (re.compile(one), re.compile(other))
    for one, other in (
        (
            r"r[io]ses?|risen|rising|increas(?:e|es|ed|ing)|gr[eo]ws?|grown|growing|climb(?:s|ed|ing)|soar(?:s|ed|ing)|"
            r"surg(?:es|ed|ing)|jump(?:s|ed|ing)|rais(?:es|ed|ing)|stieg(?:en)?|gestiegen|erhöhte?n?|subi(?:ó|eron)|"
            r"aument(?:ó|aron)",
            r"f[ae]lls?|fallen|falling|decreas(?:e|es|ed|ing)|declin(?:es|ed|ing)|dropp?(?:s|ed|ing)|shr[aiu]nks?|"
            r"shrinking|sank|plung(?:es|ed|ing)|slump(?:s|ed|ing)|lower(?:s|ed|ing)|cut|cuts|reduc(?:es|ed|ing)|"
            r"plummet(?:s|ed|ing)|sanken|gesunken|fiel(?:en)?|senkten?|baj(?:ó|aron)|cay(?:ó|eron)",
        ),
        (r"w[io]ns?|winning", r"los(?:t|es?|ing)"),
        (r"convict(?:s|ed|ing)|guilty|verurteilt", r"acquit(?:s|ted|ting)|cleared|innocent|freigesprochen"),
        (
            r"accept(?:s|ed|ing)?|adopt(?:s|ed|ing)?|approv(?:es?|ed|ing)|backed|passed|carried",
            r"reject(?:s|ed|ing)?|refus(?:es?|ed|ing)|defeated|vetoed|turned-down|voted-down",
        ),
        (
            r"(?:re)?open(?:s|ed|ing)?|öffnet(?:e|en)?",
            r"clos(?:es?|ed|ing)|shuts?|shutting|schlie(?:ß|ss)t|geschlossen",
        ),
        (
            r"allow(?:s|ed|ing)?|permit(?:s|ted|ting)?|legal|erlaubt",
            r"bann?(?:s|ed|ing)?|forbid(?:s|den|ding)?|forbade|prohibit(?:s|ed|ing)?|illegal|verboten",
        ),
    )
)
# "The loan raises the reserve" does not contradict "the loan shrank": the one says it of its object.
_OF_ITSELF = re.compile(
    r"r[io]ses?|risen|rising|climb.*|soar.*|surg.*|jump.*|f[ae]ll.*|shr[aiu]nk.*|sank|plung.*|slump.*|plummet.*|stieg.*|"
    r"gestiegen|sanken|gesunken|fiel.*|subi.*|cay.*"
)
_OF_ITS_OBJECT = re.compile(r"rais.*|lower.*|cuts?|reduc.*|erhöht.*|senkt.*")
_ORDER = (re.compile(r"before|prior-to"), re.compile(r"after|following"))
_COMPARED = (re.compile(r"more|higher|greater|larger|bigger|longer"), re.compile(r"less|fewer|lower|smaller|shorter"))
# By hand: of "the largest" for "the greatest" nothing else tells that both are one.
_RANKS = tuple(
    (re.compile(one), re.compile(other))
    for one, other in (
        (r"best(?:e[nrms]?)?|mejor(?:es)?", r"worst|schlecht\w{0,2}st\w+|schlimmst\w+|peor(?:es)?"),
        (r"most", r"least"),
        (
            r"highest|largest|biggest|greatest|größt\w+|höchst\w+",
            r"lowest|smallest|fewest|tiniest|kleinst\w+|niedrigst\w+|geringst\w+",
        ),
        (r"tallest|longest|längst\w+", r"shortest|kürzest\w+"),
        (r"oldest|eldest|ältest\w+", r"youngest|newest|jüngst\w+|neuest\w+"),
        (r"earliest", r"latest"),
        (r"hottest|warmest|wärmst\w+", r"coldest|coolest|kältest\w+"),
        (r"nearest|closest", r"farthest|furthest|remotest"),
        (r"widest|broadest|thickest", r"narrowest|thinnest"),
        (r"fastest|quickest|schnellst\w+", r"slowest|langsamst\w+"),
        (r"strongest|stärkst\w+", r"weakest|schwächst\w+"),
        (r"richest|wealthiest|reichst\w+", r"poorest|ärmst\w+"),
        (r"cheapest|billigst\w+", r"dearest|costliest|priciest|teuerst\w+"),
        (r"easiest|simplest", r"hardest|toughest|trickiest"),
        (r"busiest|loudest|noisiest", r"quietest|calmest"),
        (r"heaviest", r"lightest"),
        (r"deepest", r"shallowest"),
        (r"wettest", r"driest"),
        (r"brightest", r"darkest"),
    )
)
_AMOUNTS = tuple(
    map(re.compile, (r"all|every|each", r"most|many|majority", r"some|several|certain", r"few|hardly-any"))
)
# What the source says, and what may not be made of it. Less than it says may be told.
_NO_LONGER_TRUE = {0: {3}, 1: {0, 3}, 2: {0, 1}, 3: {0, 1}}
_NO_AMOUNT_AFTER = {"all": "at after above in not first", "most": "the at", "some": "", "few": "the"}
_TURNING = re.compile(
    r"until|till|unless|except|longer|stop\w*|ceas\w+|instead|rather|without|lack\w*|loss|absen\w+|deficien\w+|inhibit\w*|"
    r"delet\w+|deplet\w+|block\w*|prevent\w*|remov\w+|revers\w+|overturn\w*|appeal\w*|almost|nearly|bis|hasta|sin|ohne"
)
_PAIRS = frozenset(("turned down", "voted down", "prior to", "hardly any"))
_UP = r"at least|no (?:less|fewer) than|not (?:less|fewer) than|more than|over|above|a minimum of|mindestens|al menos"
_DOWN = (
    r"at (?:the )?most|no more than|not more than|not over|less than|fewer than|under|below|up to|a maximum of|"
    r"höchstens|como máximo"
)
_BOUND = re.compile(rf"\b(?:(?P<down>{_DOWN})|(?P<up>{_UP}))(?:[\s$€£¥]| about | the | a )*$")


def opposites(statement: Sentence, evidence: Sequence[Sentence], told: Facts, held: Facts) -> tuple[Opposite, ...]:
    """In order, each once; of the statement as a sentence and as facts, and of its evidence likewise."""
    return tuple(dict.fromkeys((*_of_words(statement, evidence), *_of_bounds(told, held))))


def _of_bounds(told: Facts, held: Facts) -> Iterator[Opposite]:
    """ "at least 40" where every 40 of the source is "at most 40"."""
    for one in told.quantities:
        said = _bound(told.text, one.start)
        theirs = [_bound(held.text, other.start) for other in held.quantities if other.value == one.value]
        if said and theirs and theirs[0] and all(other and other[0] != said[0] for other in theirs):
            yield Opposite(said[1], theirs[0][1])


def _bound(text: str, start: int) -> tuple[str, str] | None:
    match = _BOUND.search(" ".join(text[max(0, start - 30) : start].lower().split()))
    return (match.lastgroup, match[match.lastgroup]) if match and match.lastgroup else None


def _of_words(statement: Sentence, evidence: Sequence[Sentence]) -> Iterator[Opposite]:
    own = _uses(statement)
    theirs = [(use, _content(sentence.words)) for sentence in evidence for use in _uses(sentence)] if own else []
    for use in own:
        near = [
            (overlap(use.around, held.around) + overlap(use.around, frozenset(whole)), held)
            for held, whole in theirs
            if held.axis == use.axis
        ]
        same = max((share for share, held in near if held.side == use.side), default=0.0)
        least = 2 * (COMPARED if use.axis[0] == "comparison" else RESTATED)
        against = [(share, held) for share, held in near if share >= least and share > same and _opposed(use, held)]
        if against:
            yield Opposite(use.shown, max(against, key=lambda item: item[0])[1].shown)


def _opposed(use: _Use, held: _Use) -> bool:
    """Whether they say opposite things of one subject. "The talks came before the truce" is no contradiction to "after
    the talks": what follows the words must be the same."""
    if use.side == held.side or use.turned or held.turned:
        return False
    first = use.after[:1] == held.after[:1] != ()
    if use.axis[0] == "rank":
        return first or use.after == held.after == () and bool(use.before & held.before)
    if any(map(_OF_ITSELF.fullmatch, (use.shown, held.shown))):
        if any(map(_OF_ITS_OBJECT.fullmatch, (use.shown, held.shown))):
            return False
    if use.axis[0] == "act":
        same = use.before & held.before if use.before and held.before else set(use.after) & set(held.after)
        return bool(same)
    return first and (use.axis[0] != "amount" or use.side in _NO_LONGER_TRUE[held.side])


@lru_cache(maxsize=8192)
def _uses(sentence: Sentence) -> tuple[_Use, ...]:
    return tuple(_found(sentence))


def _found(sentence: Sentence) -> Iterator[_Use]:
    words = sentence.words
    negations = [cue for cue in cues(sentence) if cue.kind == "negation"]
    for at, word in enumerate(words):
        following = words[at + 1].low if at + 1 < len(words) else ""
        pair = f"{word.low} {following}"
        shown = pair if pair in _PAIRS else word.low
        place = _place(words, at, shown.replace(" ", "-"), following)
        if place is None:
            continue
        axis, side, begin = place
        clause = [other for other in words if other.clause == word.clause and other is not word]
        yield _Use(
            shown,
            axis,
            side,
            frozenset(_content(words[:at])),
            tuple(_content([other for other in words[begin:] if other.clause == word.clause])),
            frozenset(_content(clause)),
            any(cue.clause == word.clause and cue.shown != word.low for cue in negations)
            or any(_TURNING.fullmatch(other.low) for other in clause),
        )


def _place(words: Sequence[Word], at: int, form: str, following: str) -> tuple[tuple[Axis, int], int, int] | None:
    """The axis and side of a word, and where what it bears on begins."""
    before = words[at - 1].low if at else ""
    for number, sides in enumerate(_ACTS):
        if (side := _side(sides, form)) is not None and following != "to":
            return ("act", number), side, at + 1
    if (side := _side(_ORDER, form)) is not None:
        return ("order", 0), side, at + 1
    if before != "at" and (form not in ("most", "least") or before == "the"):
        for number, sides in enumerate(_RANKS):
            if (side := _side(sides, form)) is not None:
                return ("rank", number), side, at + 1
    than = next((place for place in range(at + 1, min(at + 4, len(words))) if words[place].low == "than"), None)
    if (side := _side(_COMPARED, form)) is not None and than is not None and than + 1 < len(words):
        compared = words[than + 1].low
        return None if compared[0].isdigit() or compared in STARTS["en"] else (("comparison", 0), side, than + 1)
    if (side := _side(_AMOUNTS, form)) is not None and before not in _NO_AMOUNT_AFTER.get(form, "").split():
        if form == "some" and following[:1].isdigit():
            return None
        return ("amount", 0), 2 if form == "few" and before in ("a", "quite") else side, at + 1
    return None


def _side(sides: Sequence[re.Pattern[str]], form: str) -> int | None:
    return next((side for side, forms in enumerate(sides) if forms.fullmatch(form)), None)


def _content(words: Sequence[Word]) -> list[str]:
    """The stems of the words that carry content, and numbers as they are written."""
    return [word.stem if word.content else word.low for word in words if word.content or word.low[0].isdigit()]
