"""Who says it: the speaker that a text names, by the forms that news, minutes, mails and chats use; else the outlet.
Pure.

A wrong speaker is worse than none: a pronoun and the parts of a longer quote are looked up right beside them, or left
without a speaker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.types import Document
from rag.facts.date_words import MONTHS
from rag.facts.names import WEEKDAYS
from rag.facts.speech import LONGEST, MAX_WORDS, PRONOUN, named_speaker
from rag.types import Attribution

__all__ = ["MAX_WORDS", "attribute", "speaker_of"]

WORDS_BEFORE_PRONOUN = 4
AROUND = 2_000
"""Characters of the text around a sentence that may tell who speaks."""

_QUOTED = re.compile(r"[“„\"«][^“”„\"«»]{12,}[”“\"»]")
_HEARSAY = re.compile(
    r"\b(?:reportedly|allegedly|supposedly|rumou?r(?:s|ed)?|(?:is|are|was|were) (?:said|believed|thought|understood|"
    r"reported|alleged|rumoured) to|it (?:is|was|has been) (?:reported|said|claimed|alleged|understood|believed)|"
    r"angeblich|mutmaßlich|dem Vernehmen nach|al parecer|supuestamente|presuntamente|se dice que)\b",
    re.I,
)
_SUBJECT = re.compile(
    r"(?P<who>(?:(?:The|A|An) (?:mayor|minister|clerk|treasurer|spokes(?:man|woman|person)|president|director|chair|"
    r"chairman|chairwoman|officer|judge|lawyer)|[A-ZÄÖÜÁÉÍÓÚ][\w’'-]+(?: [A-ZÄÖÜÁÉÍÓÚ][\w’'-]+){0,3}))\s+"
    r"(?P<rest>(?:\w+(?:ed|ete|te|ó)|met|left|held|went|spoke|won|lost|took|gave|wies)\b.*)",
    re.S,
)
_ROLE = re.compile(
    r"\b(?:\w*(?:man|woman|person|er|or|ist|chief|head|chair|clerk|president|mayor|source|lawmaker|judge|captain|king|"
    r"queen|minister\w*|sprecher\w*|portavoz|alcald\w+|ministr\w+)|Mr|Ms|Mrs|Dr)\b",
    re.I,
)
_DETERMINED = re.compile(r"(?:the|an?|der|die|das|eine?|el|la|los|las|una?)\b", re.I)
_SINGULAR = re.compile(r"\b(?:he|she|er|sie|ella|él)\b", re.I)
_CAPITAL = re.compile(r"\b[A-ZÄÖÜÁÉÍÓÚ]\w+")
_DAYS = WEEKDAYS | frozenset(MONTHS)
_FIRST_PERSON = re.compile(
    r"\b(?:I|I[’'](?:m|ve|ll|d)|[Mm]y|[Ww]e|[Ww]e[’'](?:re|ve|ll|d)|[Oo]ur|[Ii]ch|[Ww]ir|[Mm]eine?[rmns]?|[Uu]nsere?[rmns]?|"
    r"[Yy]o|[Nn]osotros|[Nn]uestr[oa]s?)\b"
)
_LETTER = re.compile(
    r"^(?:Dear|Hi|Hello|To (?:the|all|whom)|Sehr geehrte|Liebe|Hallo|Estimad|Querid)\b|"
    r"^(?:(?:with )?(?:kind|best|warm) regards|(?:yours )?sincerely|mit freundlichen grüßen|un saludo|atentamente)\b",
    re.M | re.I,
)
_SENDER = re.compile(
    r"(?:forwarded message|original message|weitergeleitete nachricht|mensaje reenviado)[^\n]*\n(?:[^\n]*\n){0,3}?"
    r"[> ]*(?:from|von|de): *(?P<sender>[^\n<]{2,60}?) *(?:<[^\n>]*>)? *(?=\n|$)",
    re.I,
)
_WROTE = re.compile(r"^On [^\n]{6,80}?, (?P<sender>[^\n,<]{2,60}?)(?: <[^\n>]*>)? wrote: *$", re.M)
_STAMP = r"[\[(]?(?:\d{4}-\d\d-\d\d[ T_])?\d{1,2}:\d\d(?::\d\d)?[\])]?\s*(?:[-–]\s*)?"
_MESSAGE = re.compile(
    rf"(?P<stamp>{_STAMP})?"
    r"(?:<(?P<nick>[\w.-]{2,32})>\s+|(?P<name>[^\W\d_][\w.’'-]+(?: [A-Z][\w.’'-]*){0,2}):\s+)(?=\S)"
)
_DATED = re.compile(r"Time:?\s*\S*\d{4}", re.I)
_TABLE_ROW = re.compile(r"; [^;:\n]{1,60}: ")
_LABELS = frozenset(
    "outlet author published updated date time from to cc bcc subject sent place present apologies chair decision note "
    "notes agenda action item topic source tags question answer warning tip example summary total contact phone email "
    "address location price title section chapter figure table step von an betreff datum nota fecha asunto para".split()
)


def speaker_of(sentence: str, before: Sequence[str] = ()) -> str | None:
    """The speaker named in the sentence; for "he said" the one of the nearest sentence before it."""
    if named := named_speaker(sentence):
        return named
    pronoun = PRONOUN.search(_QUOTED.sub("", sentence[:LONGEST]))
    if pronoun is None or len(pronoun.string[: pronoun.start()].split()) > WORDS_BEFORE_PRONOUN:
        return None
    one = _SINGULAR.search(pronoun[0]) is not None
    for earlier in reversed(before):
        if named := named_speaker(earlier):
            return named if not one or _may_be_one(named) else None
    return _only_subject(before[-1]) if before and one else None


def attribute(sentence: str, document: Document, before: Sequence[str] = (), start: int | None = None) -> Attribution:
    """Who says a sentence of the document (or one written from it). `start`: where it stands in the document's text, if
    known; else a sentence that occurs there once is looked up.

    What the author of a message says in it is not `reported`; what a text passes on is, named or not.
    """
    named = speaker_of(sentence, before)
    reported = named is not None or any(form.search(sentence[:LONGEST]) for form in (PRONOUN, _QUOTED, _HEARSAY))
    if named is None:
        at = _place(sentence, document.text) if start is None else start
        if at is not None:
            named = _quoted_speaker(sentence, document.text, at, before)
            reported = reported or named is not None
            named = named or _writer(sentence, document, at)
    return Attribution(named, document.outlet, document.published, reported)


def _place(sentence: str, text: str) -> int | None:
    at = text.find(sentence) if sentence else -1
    return None if at < 0 or text.find(sentence, at + 1) >= 0 else at


def _may_be_one(speaker: str) -> bool:
    """Whether "he" or "she" may mean the speaker: somebody with a name or a role, no body or paper."""
    return (
        _ROLE.search(speaker) is not None
        or re.match(r"(?:[A-ZÄÖÜÁÉÍÓÚ][\w’'.-]*[a-zß-ÿ]\b ?)+", speaker) is not None
        and not _DETERMINED.match(speaker)
    )


def _only_subject(sentence: str) -> str | None:
    """Who a pronoun after the sentence means: its subject, when it names nobody else."""
    found = _SUBJECT.fullmatch(sentence.strip())
    others = found and [word for word in _CAPITAL.findall(found["rest"]) if word.lower() not in _DAYS]
    return found["who"] if found and not others else None


def _quoted_speaker(sentence: str, text: str, at: int, before: Sequence[str]) -> str | None:
    """The speaker of a quote of several sentences, who is named where the quote ends or in the sentence before."""
    line = max(text.rfind("\n", 0, at) + 1, at - AROUND)
    stop = text.find("\n", at)
    stop = min(len(text) if stop < 0 else stop, at + AROUND)
    opens = sentence.startswith(("“", '"', "„", "«"))
    if not opens and not _inside_quote(text[line:at]):
        return None
    if opens and before and _QUOTED.search(before[-1]) and (named := speaker_of(before[-1], before[:-1])):
        return named
    end = min((place for mark in '”“"»' if (place := text.find(mark, at + 1, stop)) >= 0), default=-1)
    if end < at + len(sentence) - 1:  # the quote closes within the sentence, which then names nobody
        return None
    return named_speaker("“" + text[end - 1 : stop].split(". ")[0])


def _inside_quote(text: str) -> bool:
    curly = text.count("“") > text.count("”") and "„" not in text
    return curly or text.count("„") > text.count("“") or text.count("«") > text.count("»") or text.count('"') % 2 == 1


def _writer(sentence: str, document: Document, at: int) -> str | None:
    """Who wrote the message that the sentence stands in: of a chat the line's name; of a letter or mail, for what is
    said in the first person, the sender."""
    if named := _chat_name(document.text, at):
        return named
    if not _FIRST_PERSON.search(_QUOTED.sub(" ", sentence)):
        return None
    head = document.text[max(0, at - 2 * AROUND) : at]
    quoted = head.rpartition("\n")[2].lstrip().startswith(">")
    if senders := [*(_WROTE.finditer(head) if quoted else ()), *_SENDER.finditer(head)]:
        return max(senders, key=lambda found: found.start())["sender"].strip(" \"'") or None
    letter = document.mime.startswith("message/") or _LETTER.search(document.text[:AROUND])
    return document.author if letter and not quoted else None


def _chat_name(text: str, at: int) -> str | None:
    line = text.rfind("\n", 0, at) + 1
    own = _MESSAGE.match(text, line, min(len(text), line + 120))
    if own is None or own.end() > at and own.start() != at or _is_label(own):
        return None
    if own["nick"] or own["stamp"]:
        return own["nick"] or own["name"]
    around = text[max(0, line - AROUND) : at + AROUND].split("\n")
    lines = [one for one in around if one.strip()]
    names = list(_names(lines))
    several = len(set(names)) >= 2 and len(set(names)) < len(names) and 2 * len(names) >= len(lines)
    dated = any(_DATED.match(one) for one in lines) and bool(
        _FIRST_PERSON.search(text[line : at + AROUND].split("\n")[0])
    )
    return own["name"] if own["name"] in names and (several or dated) else None


def _names(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        message = _MESSAGE.match(line[:120])
        if message and message["name"] and not _is_label(message) and not _TABLE_ROW.search(line[:AROUND]):
            yield message["name"]


def _is_label(message: re.Match[str]) -> bool:
    return message["name"] is not None and message["name"].split()[0].lower() in _LABELS
