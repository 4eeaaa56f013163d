"""What kind of short answer a question wants, in English, German and Spanish; a little in other languages. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from index.function_words import FUNCTION_WORDS
from rag.facts.units import UNITS
from rag.short.answer_words import ASKING, ELSEWHERE, NOUNS, Wanted

LANGUAGES = ("en", "de", "es")


@dataclass(frozen=True, slots=True)
class AnswerType:
    """`heads`: the words of the thing asked for ("which river": river), which an answer may bear or stand beside.
    `beside`: the words next to the question word, whose equals in a sentence stand next to the answer.
    `subject`: the question word is the subject of the sentence. `several`: a list is asked for. `who`: it was asked who
    or whom, and `agent`: who does something. `counted`: "how many" of what is no measure;
    `unit`: of which measure (rag.facts.units). `priced`: how much something costs."""

    kind: Wanted
    heads: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    subject: bool = False
    several: bool = False
    language: str = "en"
    who: bool = False
    agent: bool = False
    counted: bool = False
    unit: str | None = None
    priced: bool = False


@lru_cache(maxsize=256)
def answer_type(question: str) -> AnswerType:
    """Kind "none" for yes/no questions and for what no short answer can be told from."""
    words = _WORD.findall(question.lower())[:MOST_WORDS]
    language = _language(words)
    if language not in LANGUAGES:
        return AnswerType(_elsewhere(question.lower()), language=language)
    at = next((n for n, word in enumerate(words) if word in ASKING[language] and not _is_yes_no(words, n)), None)
    if at is None:
        told = _told(words)
        return AnswerType(_elsewhere(question.lower()) if told == "none" else told, language=language)
    later = [n for n in range(at + 2, len(words)) if words[n] in _CHOOSING and words[n] in ASKING[language]]
    if words[at] in _CLAUSE_OPENERS and at == 0 and later:  # "When the tide is out, what ...?"
        at = later[0]
    ask = ASKING[language][words[at]]
    after = words[at + 1 :]
    if language == "de" and ask == "how" and after[:1] and after[0] in ("viel", "viele", "vielen", "vieler"):
        ask, after = "many", after[1:]
    if language == "es" and words[max(0, at - 1) : at + 1] == ["por", "qué"]:
        ask = "why"
    idle = FUNCTION_WORDS[language]
    content = [word for word in after if word not in idle and word not in _AUXILIARY] or after
    subject = bool(after) and after[0] not in _AUXILIARY and after[0] not in idle
    several = _SEVERAL.search(" ".join(words)) is not None or after[:1] in _PLURAL
    beside = tuple(content[:2]) if content else tuple(words[max(0, at - 2) : at])
    noun, of_name = _noun(after, language)
    heads: tuple[str, ...] = ()
    kind: Wanted
    if ask in _DIRECT:
        kind = _DIRECT[ask]
    elif ask == "many":
        kind, heads = _many(" ".join(after[:3])), tuple(content[:1])
    elif ask == "how":
        kind, heads, subject = _how(after), (), False
    else:
        kind = _by_noun(noun, after, language, ask, of_name)
        heads = tuple(noun)
        several = several or bool(noun) and ask == "what" and _PLURAL_NOUN.search(noun[-1]) is not None
    who = ask == "who" and words[at] not in _WHOSE
    acts = subject or bool(after[1:]) and after[0] in _HELPING and after[1] not in idle and after[1] not in _PASSED
    agent = who and acts and words[at] not in _WHOM and words[at - 1 : at] not in _TO_WHOM
    how_many = [place for place in (at, at + 1) if words[place : place + 1] and words[place] in _HOW_MANY]
    counted, unit = _counted(words[how_many[0] + 1 :], language) if how_many else (False, None)
    priced = kind == "money" or _PRICED.match(" ".join(words[at:])) is not None
    return AnswerType(
        kind, heads, beside, subject, several, language, who, agent, counted=counted, unit=unit, priced=priced
    )


MOST_WORDS = 200
_WHOSE = ("whose", "wessen")
_WHOM = ("whom", "wen", "wem")
_TO_WHOM = tuple([word] for word in "to with by for from of von mit bei für an a con de por para contra".split())
_HELPING = frozenset("has have had will would can could must should hat haben wird kann muss soll ha han puede".split())
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_CLAUSE_OPENERS = ("when", "where", "wenn", "cuando", "donde")
_CHOOSING = frozenset("what which who how welche welcher welches was wer qué quién cuál".split())
_DIRECT: dict[str, Wanted] = {"who": "person", "when": "date", "where": "place", "why": "reason"}
_AUXILIARY = frozenset(
    "is was are were be been do does did has have had can could will would may might must should shall ist war sind "
    "waren wird wurde wurden werden hat hatte haben hatten kann konnte können soll sollte muss es era son eran fue "
    "fueron ha había han está están puede debe se".split()
)
_SEVERAL = re.compile(
    r"\b(?:which|what|name|list|welche|nenne|qué|cuáles)\b(?: \w+)? (?:two|three|four|five|zwei|drei|vier|dos|tres)\b"
    r"|\b(?:name|list) (?:all|the|some)\b|\bcuáles\b"
)
_PLURAL_NOUN = re.compile(r"\w{2,}[^su]s$")
_SINGULAR = re.compile(r"(?:ies|s)$")
_PLURAL = tuple([word] for word in "are were sind waren son eran fueron".split())
_KIND_OF = {noun: kind for kind, nouns in reversed(NOUNS) for noun in nouns.split()}
_PASSED = frozenset("the a an der die das den dem ein eine el la los las un una of in de".split()) | _AUXILIARY


def _language(words: list[str]) -> str:
    """The language with most function words in the question, English where none tells."""
    held = {
        one: sum(word in idle or word in ASKING.get(one, ()) for word in words) for one, idle in FUNCTION_WORDS.items()
    }
    return max(("en", *FUNCTION_WORDS), key=lambda one: (held[one], words[:1] and words[0] in ASKING.get(one, ())))


def _is_yes_no(words: list[str], at: int) -> bool:
    """Whether the word at `at` only opens a clause of a yes/no question: "Did he say when ..."."""
    return at > 1 and words[0] in _OPENS_YES_NO and words[at] not in ("was", "es")


_OPENS_YES_NO = frozenset(
    "is was are were do does did has have had can could will would may might must should shall am ist sind waren war "
    "hat hatte haben kann können wird wurde wurden gibt es son fue fueron ha han está están puede tiene hay".split()
)


def _told(words: list[str]) -> Wanted:
    """The kind of what is no question by its form: "Name the founder", "Population of Bergen"."""
    if not words or words[0] in _OPENS_YES_NO:
        return "none"
    named = next((_KIND_OF[word] for word in words[:4] if word in _KIND_OF), None)
    if named is None and words[0] not in ("name", "list", "give", "nenne", "define"):
        return "none"
    return named or "thing"


def _noun(after: list[str], language: str) -> tuple[list[str], bool]:
    """The words of the noun that follows "what", and whether it was one behind "name of"."""
    idle = FUNCTION_WORDS[language]
    noun: list[str] = []
    for word in after[:8]:
        if word in _PASSED or (word in idle and not noun):
            if noun:
                break
            continue
        if word in idle or len(noun) == 3:
            break
        noun.append(word)
    if noun and _KIND_OF.get(noun[-1]) in ("name", "sort") and noun[-1] in after:
        rest, _ = _noun(after[after.index(noun[-1]) + 1 :], language) if len(after) > 1 else ([], False)
        return rest, True
    return noun, False


def _by_noun(noun: list[str], after: list[str], language: str, ask: str, of_name: bool) -> Wanted:
    direct = bool(after) and after[0] not in _PASSED
    for word in [word for word in after[:5] if word not in _PASSED][: 3 if direct else 2]:
        named = _KIND_OF.get(word) or _KIND_OF.get(_SINGULAR.sub("", word)) or _KIND_OF.get(_SINGULAR.sub("y", word))
        if named:
            return named
        if word in FUNCTION_WORDS[language]:
            break
    if direct and after[0] not in FUNCTION_WORDS[language]:
        return "action" if ask == "what" and _VERB.search(after[0]) else "name"
    if after and after[0] in _DOING:
        return "action"
    return "thing"


_DOING = frozenset("did does do can could will would may might must should has have had hat hatte kann ha".split())
_VERB = re.compile(r"\w{2,}(?:ed|ens|ses|kes|tes|des|ght|pens)$")


def _many(following: str) -> Wanted:
    if re.search(r"\b(?:money|dollars|euros|pounds|geld|euro|dinero|dólares)\b", following):
        return "money"
    if re.search(r"^(?:years|days|hours|minutes|months|weeks|jahre|tage|stunden|años|días|horas|tiempo)\b", following):
        return "duration"
    return "percent" if re.search(r"\b(?:percent|prozent)\b", following) else "number"


_HOW_MANY = ("many", "few", "viele", "vielen", "vieler", "wieviele", "cuántos", "cuántas", "cuantos", "cuantas")
_TIME = ("time", "times", "zeit", "tiempo", "más", "more", "mehr")


_PRICED = re.compile(
    r"how much (?:(?:is|are|was|were)\b.*\b(?:fees?|prices?|costs?|fines?|rents?|salary|salaries|wages?|tickets?)\b|"
    r".*\b(?:costs?|pay|pays|paid|charged?)\b)"
)


def _counted(after: list[str], language: str) -> tuple[bool, str | None]:
    """Whether the words behind "how many" name things ("votes"), and the measure that they name ("square miles")."""
    noun = list(takewhile(lambda word: word not in FUNCTION_WORDS[language] and word not in _AUXILIARY, after[:3]))
    units = [UNITS[word] for word in noun if word in UNITS]
    return bool(noun) and not units and not any(word in _TIME for word in noun), next(iter(units), None)


def _how(after: list[str]) -> Wanted:
    if not after:
        return "manner"
    first = after[0]
    if first in ("many", "few", "viel", "viele", "much"):
        return _many(" ".join(after[1:4]))
    if first in ("long", "lange") and after[1:2] != ["is"]:
        return "duration"
    if first in ("old", "alt"):
        return "age"
    measures = "far high large big tall deep wide often fast hot cold heavy groß hoch weit tief schwer schnell oft lang"
    if first in measures.split():
        return "number"
    if first in ("heißt", "hieß", "heißen", "hießen") or after[:2] == ["se", "llama"] or "genannt" in after:
        return "name"
    return "manner"


def _elsewhere(question: str) -> Wanted:
    return next((kind for kind, pattern in ELSEWHERE if pattern.search(question)), "none")
