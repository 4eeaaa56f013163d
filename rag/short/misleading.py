"""Which spans would mislead as a short answer, however likely they are: "today", a piece of a clause, a street where it
was asked who. Pure.
"""

from __future__ import annotations

import re

from rag.short.answer_type import AnswerType
from rag.short.candidates import Words
from rag.short.words import CLASSES

_PERIOD = {
    "en": "day week month year morning afternoon evening night weekend spring summer autumn winter season century",
    "de": "woche monat jahr morgen abend nacht wochenende frühling sommer herbst winter jahrhundert",
    "es": "semana mes año mañana tarde noche primavera verano otoño invierno siglo",
}
_DAY = "|".join(
    (
        "today|yesterday|tomorrow|tonight|now|currently|recently|soon|nowadays|at present",
        "heute|gestern|vorgestern|morgen|übermorgen|jetzt|derzeit|kürzlich|bald",
        "hoy|ayer|anteayer|mañana|ahora|actualmente|recientemente|pronto",
        rf"(?:this|last|next|that|the (?:last|next|same|previous|following)) (?:{_PERIOD['en'].replace(' ', '|')})",
        rf"(?:dies|letzt|nächst|vorig|kommend)e[nrsm]? (?:{_PERIOD['de'].replace(' ', '|')})",
        rf"(?:est[ae]|la próxima|el próximo|la|el)? ?(?:{_PERIOD['es'].replace(' ', '|')}) (?:pasad[ao]|que viene)",
        rf"est[ae] (?:{_PERIOD['es'].replace(' ', '|')})",
    )
)
_PART = "morning|afternoon|evening|night|früh|abend|vormittag|nachmittag|por la mañana|por la tarde|por la noche"
_RELATIVE = re.compile(
    r"(?:(?:on|in|of|by|from|since|until|till|early|late|later|earlier|am|im|in der|seit|bis|ab|von|desde|hasta|"
    rf"de) )*(?:{_DAY})(?:,? (?:{_PART}))?",
    re.I,
)
_PLACE = re.compile(
    r"(?:streets?|roads?|avenues?|lanes?|squares?|alleys?|boulevards?|bridges?|quays?|highways?|.*stra(?:ß|ss)en?|"
    r".*gassen?|.*pl[aä]tze?n?|.*brücken?|.*allee|calles?|avenidas?|plazas?|puentes?|carreteras?)",
    re.I,
)
_TELLS = frozenset(
    "said says told adds added asked explained warned argued claimed wrote sagte sagt erklärte schrieb dijo dice "
    "explicó escribió".split()
)
_UNBOUND = frozenset("be been being having sein gewesen worden haben werden ser sido siendo haber estar".split())
_CALLS = frozenset("heißt hieß heißen hießen lautet llama llaman llamaba".split())
_OFTEN_NOUNS = frozenset(
    "use uses support supports work works play plays help helps form forms state states claim claims need needs means "
    "mean increase increases leave set sets cut cuts hit turn turns rise fall stand stands lead leads hold holds move "
    "moves cause causes run runs show shows cover covers reach pay seek offer offers live lives lie lies bear bears "
    "wear win wins left lay saw felt ground ayuda forma usa toma cuenta lleva spielen leben stand lag".split()
)
_PARTICIPLES = frozenset(
    "given taken written made done gone drawn driven chosen beaten broken spoken sold kept built held sent struck "
    "fought sought thought caught hid laid begun risen paid bought brought taught found led won lost met spent seen "
    "shown known hecho dado visto escrito construido ganado perdido fundado gegeben genommen gefunden gehalten "
    "geschrieben gebaut gewonnen verloren gegründet entdeckt erfunden gemacht".split()
)
_CLAUSES = ("reason", "manner", "action")
_FEW = 12


def misleads(asked: AnswerType, sentence: str, words: Words, first: int, last: int) -> bool:
    """Whether the words `first` to `last` (of `words`, which stand in `sentence`) must not be shown alone."""
    span = sentence[words.starts[first] : words.ends[last]]
    if _RELATIVE.fullmatch(span):
        return True
    at = _finite(sentence, words, first, last)
    if at is not None and (asked.kind not in _CLAUSES or _name(words, first) in _DEPENDENT):
        return True
    return asked.who and not _names_who(asked, sentence, words, first, last)


def _name(words: Words, at: int) -> str:
    return CLASSES[int(words.codes[at])]


def _finite(sentence: str, words: Words, first: int, last: int) -> int | None:
    """The first finite verb of a span, as far as it can be told from its form and the words beside it."""
    for at in range(first, last + 1):
        word, name = sentence[words.starts[at] : words.ends[at]], _name(words, at)
        if not word.islower() or word in _UNBOUND:
            continue
        if name in ("be", "have", "modal") or word in _CALLS:
            return at
        if at == first or at == last and (name == "ed" or word in _PARTICIPLES):
            continue
        before = _name(words, at - 1)
        if word in _PARTICIPLES:
            name = "ed"
        told = name == "verb" or name in ("plural", "lower") and _is_verb_with_s(word)
        if told and (before in _MANY if word in _OFTEN_NOUNS else before in _NOUNS):
            return at
        if name == "ed" and before in _NOUNS and _name(words, at + 1) in _OBJECTS:
            return at
    return None


def _is_verb_with_s(word: str) -> bool:
    return word.endswith("s") and word[:-1] in _RISING


def _names_who(asked: AnswerType, sentence: str, words: Words, first: int, last: int) -> bool:
    """Whether a span names somebody; where it was asked who does something, only beside a verb, "by" or a colon."""
    named = any(_name(words, at) in _NAMES for at in range(first, last + 1))
    places = any(_is_place(sentence[words.starts[at] : words.ends[at]], asked.agent) for at in range(first, last + 1))
    before = _name(words, first - 1)
    if before == "det":
        before = _name(words, first - 2)
    if not named or places or before == "in":
        return False
    if not asked.agent or before in ("by", "colon"):
        return True
    if before == "verb" and sentence[words.starts[first - 1] : words.ends[first - 1]].lower() in _TELLS:
        return True
    return _acts(asked, sentence, words, last + 1) or asked.language == "de" and before in _ACTING


def _is_place(word: str, agent: bool) -> bool:
    """A surname may be "Lane": that is only too unlikely where it was asked who does something."""
    return _PLACE.fullmatch(word) is not None and (agent or word not in ("Lane", "Bridge", "Bridges"))


def _acts(asked: AnswerType, sentence: str, words: Words, at: int) -> bool:
    """Whether a verb follows in the active voice, behind further names, brackets and appositions."""
    end = next((n for n in range(at, at + _FEW) if _name(words, n) == "edge"), at + _FEW)
    while at < end and (_name(words, at) in _BETWEEN or asked.language == "es" and _name(words, at) == "pronoun"):
        shut = {"open": "close", "comma": "comma"}.get(_name(words, at))
        later = [n for n in range(at + 1, end) if _name(words, n) == shut]
        aside = shut == "close" or _name(words, at + 1) not in (*_NAMES, "that")
        at = later[0] + 1 if later and aside else at + 1
    name = _name(words, at)
    if name not in ("be", "have", "modal"):
        own = words.flags[at, 0] > 0 and name in ("plural", "lower", "agent")
        return name in ("ed", "verb") or own or asked.language != "en" and name == "lower"
    was = False
    while at < len(words.codes) - 1 and _name(words, at) in ("be", "have", "modal", "not", "adverb", "ly"):
        was = _name(words, at) == "be"
        at += 1
    return not (was and (_name(words, at) in ("ed", "verb") or words.flags[at, 0] > 0 and _name(words, at) != "ing"))


_NAMES = ("capital", "acronym", "initial")
_BETWEEN = (*_NAMES, "comma", "and", "adverb", "ly", "open", "close", "that", "not")
_ACTING = ("verb", "ed", "lower", "have", "modal")
_NOUNS = (*_NAMES, "lower", "plural", "abstract", "agent", "digits", "close", "pronoun", "that", "quality")
_MANY = ("plural", "pronoun", "that")
_OBJECTS = ("det", "own", "pronoun", *_NAMES, "number", "digits", "currency", "from", "to")
_DEPENDENT = ("in", "of", "by", "from", "for", "with", "as")
_RISING = frozenset(
    "rise fall cost open close drop climb start end rule decide plan vote repair elect join serve host own fund".split()
)

__all__ = ["misleads"]
