"""Cues in a sentence: whether it holds the kind of thing a question asks for, points back, or is a mere label. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from index.function_words import FUNCTION_WORDS
from rag.facts.names import names, possible_names
from rag.questions.question import Asked

NO_OFFICE = -2.0
ANY_NAME = 0.45


def fitness(
    asked: Asked, text: str, terms: Collection[str], analyze: Callable[[str], list[str]], language: str | None = None
) -> float:
    """From 0 to 1: whether the sentence, of this language, holds the kind of thing that is asked for, beyond the
    question's own words; NO_OFFICE when it does not speak of the office whose holder is asked for."""
    if asked.kind == "other":
        return float(defines(text, terms, analyze, language))
    if asked.kind == "person":
        office = set(map(family, analyze(asked.office or "")))
        if office and not office & set(map(family, analyze(text))):
            return NO_OFFICE
        if _ROLE.search(text) and any(_new(name, terms, analyze) for name in _PERSON.findall(text)):
            return 1.0
        if any(_new(name, terms, analyze) for name in _PERSON.findall(text)):
            return 0.6
        named = (*names(text, language), *possible_names(text, language))
        return ANY_NAME if any(_new(name.text, terms, analyze) for name in named) else 0.0
    if asked.kind == "place":
        return 0.7 if any(_new(name, terms, analyze) for name in _PLACE.findall(text)) else 0.0
    return 1.0 if _PATTERNS[asked.kind].search(text) else 0.0


def defines(
    text: str, terms: Collection[str], analyze: Callable[[str], list[str]], language: str | None = None
) -> bool:
    """Whether the sentence says of just what the question names what it is: "The reserve is ..."."""
    opened = _IS.match(text)
    if opened is None:
        return False
    idle = FUNCTION_WORDS.get(language or "en", FUNCTION_WORDS["en"])
    named = " ".join(word for word in opened[1].split() if word.lower() not in idle)
    return set(map(family, analyze(named))) == set(map(family, terms)) != set()


def family(term: str) -> str:
    """One form for index terms that belong together although their stems differ ("speak", "spokesman")."""
    return _IRREGULAR.get(term, term)


def is_label(text: str) -> bool:
    """Headlines, bylines, addresses and "Published: ..." tell about the document, not about its matter: lines without
    the end of a sentence, unless they are list items, rows of a table or long."""
    if _LABEL.match(text):
        return True
    if text.endswith(_ENDS):
        return len(text.split()) < 2 and text.isascii()
    return is_fragment(text) and len(text.split()) < LONG_LINE


def is_fragment(text: str) -> bool:
    """A line without the end of a sentence that is no list item or row either: a subtitle, say."""
    return not (text.endswith(_ENDS) or _ROW.search(text) or _BULLET.match(text))


def is_item(line: str) -> bool:
    """Whether a line begins as one of a list does, with a bullet, a number or a letter."""
    return _ITEM.match(line) is not None


def is_question(text: str) -> bool:
    """A question answers none, although nothing is closer in wording to the one that was asked."""
    return text.rstrip("\"'”’»)]* ").endswith(("?", "？"))


def points_back(text: str) -> bool:
    """Whether the sentence is only clear with the one before it."""
    return _POINTS_BACK.search(text) is not None


def leans_back(text: str) -> bool:
    """Whether a reader needs the sentence before: this one opens with a word that stands for something named there."""
    return _LEANS_BACK.match(text) is not None


def _new(name: str, terms: Collection[str], analyze: Callable[[str], list[str]]) -> bool:
    return any(term not in terms for term in analyze(name))


def _either(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words.split())})\b", re.I)


LONG_LINE = 12
_IS = re.compile(
    r"\W*([^,;:.!?()]{2,60}?)(?: \([^)]{1,60}\))?,? (?:is|are|was|were|means?|refers?|denotes?|amounts? to|stands? at|"
    r"totals?|ist|sind|war|waren|bezeichnet|bedeutet|beträgt|es|son|era|eran|significa)\b"
)
_ENDS = tuple(".!?:;…。！？»”\"')]")
_ROW = re.compile(r"\S: \S[^;]*; \S.*?: ")
_ITEM = re.compile(r"[ \t]*(?:[-*•–◦▪‣]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])[ \t]+\S")
_BULLET = re.compile(r"[-*•–◦▪] (?:\S+ ){2}")
_LABEL = re.compile(
    r"(?:outlet|author|by|published|updated|date|source|tags|from|to|subject|place|page \d+)\b\s*:|page \d+$",
    re.I,
)
_POINTS_BACK = re.compile(
    r"\b(?:he|she|they|it|this|these|those|the (?:group|source|deal|official|move|agreement))\b", re.I
)
_LEANS_BACK = re.compile(
    r"[\W_]*(?:(?:and|but|so|however|then|also|und|aber|doch|y|pero),? )?"
    r"(?:he|she|they|it|his|her|their|its|this|that|these|those|both|such|"
    r"er|sie|es|dies(?:e[rsmn]?)?|sein(?:e[rsmn]?)?|ihr(?:e[rsmn]?)?|dabei|dafür|dort|"
    r"[ée]l|ella|ellos|ellas|est[eao]s?|es[eao]s?|su|sus)\b(?! (?:is|was|ist|war) (?:said|reported|expected|gesagt))",
    re.I,
)
_ROLE = _either(
    r"said told added spokes\w+ minister president chief leader commander chair\w* mayor director head officer "
    r"secretary ambassador lawmaker judge lawyer founder author clerk councillor master moved seconded"
)
_PERSON = re.compile(r"\b[A-Z][\w’'-]+(?:\s+(?:al|el|bin|de|van|von)\b)?(?:\s+[A-Z][\w’'-]+)+")
_PLACE = re.compile(r"\b(?:in|at|near|on|from|to|of)\s+(?:the\s+)?([A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+)*)")
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*"
_PATTERNS = {
    "date": re.compile(
        rf"\b(?:{_MONTH}\.?\s+\d{{1,2}}|\d{{1,2}}\s+{_MONTH}|\d{{4}}|\d{{1,2}}[:.]\d{{2}}|"
        r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|yesterday|"
        r"(?:January|February|March|April|June|July|August|September|October|November|December))\b"
    ),
    "number": _either(
        r"\d[\d.,]* one two three four five six seven eight nine ten eleven twelve dozens? hundreds? thousands? "
        r"millions? half quarter third twice once none"
    ),
    "reason": re.compile(
        r"\b(?:because|reasons?|due to|owing to|cause[sd]?|in order to|so that|as a result|result of|"
        r"thanks to|led to|explain\w*|explanations?|"
        r"to (?:avoid|prevent|give|allow|open|stop|protect|spare|make|keep|save)|fear\w*|"
        r"pressure\w*|inten[dt]\w*|aim\w*|credit\w*|motiv\w*|yield\w*|"
        r"(?:do|does|did)(?:n[’']t| not) want|puts? (?:it|this|the \w+) down)\b",
        re.I,
    ),
}
_LEMMAS = {
    "speak": "spoke spoken speaker spokesman spokeswoman spokesperson spokespeopl spokesmen",
    "say": "said",
    "tell": "told",
    "hold": "held",
    "meet": "met",
    "pay": "paid",
    "buy": "bought",
    "cost": "fee price",
    "begin": "began begun",
    "becom": "becam",
    "take": "took taken",
    "give": "gave given",
    "find": "found",
    "die": "dead death",
    "build": "built",
    "leav": "left",
    "win": "won",
    "lose": "lost",
    "choos": "chose chosen",
    "explan": "explain",
}
_IRREGULAR = {form: lemma for lemma, forms in _LEMMAS.items() for form in forms.split()}
