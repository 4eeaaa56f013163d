"""Names and codes in a text: runs of capitalised words, acronyms, "AB-1234". Pure; never raises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.function_words import FUNCTION_WORDS
from rag.facts.date_words import MONTHS
from rag.facts.number_words import ORDINALS, STARTS


@dataclass(frozen=True, slots=True)
class Name:
    """`text` stands at [start, end): "Hussein Al Musawi", "Bank of England", "US"."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A mark of letters and digits: "AB-1234", "F-16", "4G", "3.5.2", "555-0132"."""

    start: int
    end: int
    text: str


_WORD = re.compile(r"(?:[A-Z]\.){2,}|[^\W\d_](?:\w|[’'.&-](?=[^\W\d_]))*")
_CODE = re.compile(r"(?<![\w.,/-])(?:[^\W\d_]+[-/.]?\d\w*|\d+[A-Z]\w*|\d[\d\w]*[-/.])(?:[-/.]?\w+)*")
_LOWER_TAIL = re.compile(r"(?:-[a-zà-ÿ]{3,})+$")
_SIZE = re.compile(r"\d+(?:[KMGT]i?B|[kMG]?Hz|[kMG]?W|[AP]M)")
_INSIDE = frozenset((" ", "  ", "-", "\n", "' ", "’ ", " & "))
PARTICLES = frozenset(
    "al el bin ibn abu de del della der den des di da dos du la le van von zu zum zur of y e ter ten".split()
)
WEEKDAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag "
    "sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes".split()
)
_DATED = WEEKDAYS | frozenset(MONTHS)
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st sr jr gen col lt sgt capt maj sen rep gov no vs inc ltd co corp dept fr rev hon hr frau "
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
TITLES = frozenset(
    "mr mrs ms miss dr prof sir lady lord dame president prime minister premier king queen prince princess sheikh "
    "general colonel major captain lieutenant sergeant admiral senator congressman governor mayor councillor secretary "
    "ambassador judge justice professor chairman chairwoman chair herr frau monsieur madame señor señora don doña "
    "deputy vice former chief treasurer clerk spokesman spokeswoman".split()
)
_OPENERS = frozenset(
    "about above according across additionally after afterwards again all almost along already also although always "
    "among another any anyone anything apart around asked aside away back because before behind below beneath beside "
    "besides best better beyond big both but by certain clearly compared consequently contrary currently despite down "
    "due each earlier early either else elsewhere enough even eventually ever every everybody everyone everything "
    "except few fewer finally first following for former formerly frequently from further furthermore generally given "
    "great half hardly he hence her here high his how however i if in indeed initially inside instead it its just "
    "last late later least less like likewise little long lots low many maybe meanwhile more moreover most mostly much "
    "my near nearly neither never nevertheless new next nobody none nonetheless nor not nothing notably now nowhere of "
    "off often old on once one only or other others otherwise our out outside over overall part per perhaps please "
    "possibly previously probably quite rather recently roughly same second several she short should similarly since "
    "so some somebody someone something sometimes somewhat soon still strangely subsequently such than that the their "
    "them then there thereafter therefore these they third this those though through throughout thus to today "
    "together tomorrow tonight too toward towards under unless unlike until up upon usually various very we well what "
    "whatever when whenever where whereas wherever whether which while who whoever whom whose why with within without "
    "yes yesterday yet you your "
    # what a sentence may open with without an article
    "access action air aid anger anyone approval bad beach bread business calm capital care cash change coal coffee "
    "control cost crime data death debt demand diesel dinner dust education electricity energy entry equipment "
    "evidence failure fear fire fish flood food fresh fuel fun gas gold good grain half health heat heavy help hope "
    "housing ice income industry inflation information inside interest labour labor land law leave life light "
    "local luck lunch mail maintenance money music nature negotiation noise nuclear oil order output paper parliament "
    "passage payment peace people permission petrol police policy poor port post poverty power pressure pride private "
    "proof property public rain rent repair research responsibility rice rich rising room rubbish safety sand school "
    "sea secrecy security service silence sleep smoke snow soil speech speed staff steel stone street strong sugar "
    "support tax tea technology time top total trade traffic training transport travel tree trouble trust truth use "
    "vegetation violence waste water weather wheat wild wind wine winter women wood work young summer spring autumn "
    "children men nearly half retail hotel winds word work".split()
)
_NEXT = re.compile(r"(?:([’']s?)|,)?\s+([^\W\d_]+)")
_ACTS = re.compile(
    r"is|was|has|had|will|would|can|could|may|might|must|should|does|did|and|or|[^\W\d_]{2,}ed|says|said|told|went|took|"
    r"gave|made|met|held|won|lost|left|began|wrote|paid|bought|sold|led|officials?|forces|troops|governments?|sources?|"
    r"leaders?|police|minister|president|spokes\w+|authorities"
)
_COMMON_ENDINGS = (
    "ing ed ly tion sion ment ness ity ance ence ship ism ure age ous ful less able ible ies ves hood dom ry".split()
)


def names(text: str, language: str | None = None) -> list[Name]:
    """The names of a text in order, without articles, dates and the first words of sentences that may be common ones.
    In German, where every noun has a capital, only runs of capitalised words and acronyms."""
    return [name for name, sure in _runs(text, language) if sure]


def possible_names(text: str, language: str | None = None) -> list[Name]:
    """Single first words of sentences that may be names: "Macron resigned", not "Residents complained"."""
    return [
        name
        for name, sure in _runs(text, language)
        if not sure and _opens_sentence(text, name.start) and _may_be_a_name(text, name)
    ]


def codes(text: str) -> list[Code]:
    """The codes of a text in order; not "18-year-old", "1980s", "5km" or dates."""
    found = [(match.start(), _LOWER_TAIL.sub("", match[0])) for match in _CODE.finditer(text)]
    return [Code(start, start + len(code), code) for start, code in found if _is_code(code)]


def is_acronym(word: str) -> bool:
    letters = word.replace(".", "").removesuffix("'s").removesuffix("’s")
    return len(letters) > 1 and letters.isupper()


def _is_code(found: str) -> bool:
    digits = any(c.isdigit() for c in found)
    letters = [c for c in found if c.isalpha()]
    if letters:
        mixed = any(c.isupper() for c in letters)
        joined_word = re.fullmatch(r"\d+(?:st|nd|rd|th|s)?(?:-[^\W\d_]+)+", found) is not None
        return digits and mixed and not joined_word and not _SIZE.fullmatch(found)
    parts = re.split(r"[-/.]", found)
    dotted = found.count(".") > 1 and not all(len(part) == 3 for part in parts[1:])
    return digits and (dotted or len(parts) == 2 and "-" in found and parts[1][:1] == "0")


def _runs(text: str, language: str | None) -> Iterator[tuple[Name, bool]]:
    """Runs of capitalised words; whether they are surely names."""
    words = [word for word in _WORD.finditer(text) if not _is_in_code(text, word)]
    at = 0
    while at < len(words):
        if not _has_capital(words[at][0]):
            at += 1
            continue
        last = _end_of_run(text, words, at, language)
        first = at
        opens = _opens_sentence(text, words[first].start())
        while first <= last and _is_idle(words[first][0], opens and first == at, first == last, language):
            first += 1
        if first <= last:
            start, end = words[first].start(), _without_genitive(words[last][0], words[last].end())
            yield Name(start, end, text[start:end]), _is_sure(words[first : last + 1], opens and first == at, language)
        at = last + 1


def _is_in_code(text: str, word: re.Match[str]) -> bool:
    """Letters beside digits, as in F-16 and 4G; no name is made of them."""
    before, after = text[max(0, word.start() - 1) : word.start()], text[word.end() : word.end() + 2]
    return before.isdigit() or after[:1] in ("-", "/") and after[1:].isdigit() or any(c.isdigit() for c in word[0])


def _end_of_run(text: str, words: list[re.Match[str]], at: int, language: str | None) -> int:
    """The last word of the run that begins at `at`: blanks, particles and the points of initials stay inside."""
    last, place = at, at + 1
    while place < len(words):
        gap = text[words[place - 1].end() : words[place].start()]
        initial = gap == ". " and (len(words[place - 1][0]) == 1 or words[place - 1][0].lower() in _ABBREVIATIONS)
        if gap not in _INSIDE and not initial:
            break
        word, before = words[place][0], words[place - 1][0]
        if _has_capital(word) and (initial or word.lower() not in _DATED):
            last = place
        elif place - last > 2 or words[last][0].endswith(("’s", "'s")) or not _is_particle(word, before, language):
            break
        place += 1
    return last


def _is_particle(word: str, before: str, language: str | None) -> bool:
    return word in PARTICLES and (language != "de" or "von" in (word, before))


def _has_capital(word: str) -> bool:
    return word[0].isupper() or "-" in word and word.partition("-")[2][:1].isupper()


def _is_idle(word: str, opens: bool, alone: bool, language: str | None) -> bool:
    """Whether the word is no part of the name after it."""
    low = word.lower()
    if low in _DATED or low == "i":
        return low != "may" or alone or opens
    function_word = low in FUNCTION_WORDS.get(language or "en", FUNCTION_WORDS["en"])
    counts = low.partition("-")[0] in STARTS["en"] or low in ORDINALS
    idle = function_word or low in _OPENERS or counts
    return idle and not is_acronym(word) and (opens or function_word)


def _is_sure(run: list[re.Match[str]], opens: bool, language: str | None) -> bool:
    if len(run) > 1 or is_acronym(run[0][0]):
        return True
    return not opens and language != "de"


def _opens_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 24) : start].rstrip(" \t\"'“”‘’«»([*_#>-–—•")
    if not before or before[-1] in "!?:;\n…|":
        return True
    if before[-1] != ".":
        return "\n\n" in text[max(0, start - 4) : start]
    word = re.split(r"[\s(]", before[:-1])[-1]
    return not (word.lower() in _ABBREVIATIONS or len(word) == 1 or "." in word)


def _may_be_a_name(text: str, name: Name) -> bool:
    low = name.text.lower()
    if low in _OPENERS or low.endswith(tuple(_COMMON_ENDINGS)) or low.endswith("s") and not low.endswith(("is", "us")):
        return False
    following = _NEXT.match(text, name.end)
    return following is not None and (following[1] is not None or _ACTS.fullmatch(following[2]) is not None)


def _without_genitive(word: str, end: int) -> int:
    return end - 2 if word.endswith(("’s", "'s")) else end
