"""What a question says of dates and of sources, and how well a passage agrees. Pure.

Hints raise what agrees and hide nothing: a question may be wrong about a date, and a text may not tell its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TypeVar

from rag.facts.dates import FIRST_YEAR, LAST_YEAR, When, dates_in, shared
from rag.facts.periods import Mention, Period, days_of, mentions

BY_PUBLICATION = 0.5
NEWS_DAYS = 7

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hints:
    """`outlets` named as the source, as the index spells them; `periods` of publication asked for; `whens` and `during`
    are the dates and the stretches of time (a decade, 3 to 7 March) of the events asked about."""

    outlets: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()
    during: tuple[Period, ...] = ()
    whens: tuple[When, ...] = ()

    def __bool__(self) -> bool:
        return self != Hints()

    @property
    def restricts(self) -> bool:
        """Whether only some documents are asked about: those of an outlet, or of a time of publication."""
        return bool(self.outlets or self.periods)


def read_hints(question: str, outlets: Collection[str], today: date) -> Hints:
    """`outlets` are all that the index knows; `today` settles "last week" and dates without a year."""
    named = tuple(_named_sources(question, outlets))
    publication: list[Period] = []
    whens: list[When] = []
    during: list[Period] = []
    for one in mentions(question, today):
        if one.period is not None and _is_of_publication(question, one, bool(named)):
            publication.append(one.period)
        elif len(one.whens) == 1:
            whens += one.whens
        elif one.period is not None and (one.period != Period(today, today) or _NEWS.search(question)):
            during.append(one.period)
    return Hints(named, _distinct(publication), _distinct(during), _distinct(whens))


# "today" alone means nowadays: "than it is today"
_NEWS = re.compile(r"\b(?:happen|occur|announce|said\b|news\b|passier|gesch[ae]h|pas[óé])", re.I)


def meets(hints: Hints, published: date | None, outlet: str | None) -> bool:
    """Whether a document is one of those asked about; one without a date is of no period."""
    return (not hints.outlets or _is_of(hints.outlets, outlet)) and (
        not hints.periods or any(published is not None and period.holds(published) for period in hints.periods)
    )


def boost(hints: Hints, published: date | None, outlet: str | None, text: str) -> float:
    """From 0 to 1, how well a passage agrees: the mean over what was asked of outlet, publication and event."""
    parts: list[float] = []
    if hints.outlets:
        parts.append(_is_of(hints.outlets, outlet))
    if hints.periods:
        parts.append(any(published is not None and period.holds(published) for period in hints.periods))
    if hints.whens or hints.during:
        told = [_with_year(when, published) for when in dates_in(text)]
        parts += [_fit(when, told, published) for when in hints.whens]
        parts += [_fit_during(period, told, published) for period in hints.during]
    return sum(parts) / len(parts) if parts else 0.0


def _fit(asked: When, told: Sequence[When], published: date | None) -> float:
    """The share of the asked date that a date in the text tells; less when only the publication is close after."""
    in_text = max((shared(asked, one) / asked.fields for one in told), default=0.0)
    return in_text if in_text == 1 else max(in_text, _by_publication(days_of(asked, published), published))


def _fit_during(period: Period, told: Sequence[When], published: date | None) -> float:
    days = [days_of(when) for when in told]
    if any(one and one.after and one.before and period.holds(one.after) and period.holds(one.before) for one in days):
        return 1.0
    return _by_publication(period, published)


def _by_publication(event: Period | None, published: date | None) -> float:
    """News of an event appear while it lasts and, fewer and fewer, in the week after it."""
    if event is None or event.before is None or published is None or (event.after and published < event.after):
        return 0.0
    late = max(0, (published - event.before).days)
    return BY_PUBLICATION * max(0.0, 1 - late / (NEWS_DAYS + 1))


def _with_year(when: When, published: date | None) -> When:
    """ "Feb. 4" in a text of March 2024 is that of 2024: the one nearest to the day of publication."""
    if when.year is not None or published is None:
        return when
    years = range(max(FIRST_YEAR, published.year - 1), min(LAST_YEAR, published.year + 1) + 1)
    near = [
        (abs((days.after - published).days), year) for year in years if (days := _days_in(when, year)) and days.after
    ]
    return replace(when, year=min(near)[1]) if near else when


def _days_in(when: When, year: int) -> Period | None:
    try:
        return days_of(replace(when, year=year))
    except ValueError:  # 29 February
        return None


def _distinct(some: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(some))


def _is_of(outlets: Collection[str], outlet: str | None) -> bool:
    return outlet is not None and _key(outlet) in map(_key, outlets)


_DOMAIN = r"\.(?:com|org|net|info|news|eu|co\.uk|[a-z]{2})"
_ARTICLE = r"(?:the|der|die|das|den|dem|le|la|les|el|los|las)"


@lru_cache(maxsize=4096)
def _key(outlet: str) -> str:
    """The name as it is compared: "The Gulf Ledger" and gulf ledger, www.reuters.com and Reuters are one."""
    name = " ".join(outlet.lower().split())
    name = re.sub(rf"^(?:www\.|{_ARTICLE}\s|l['’])(?=\w)", "", name)
    name = re.sub(rf"(?<=\w){_DOMAIN}$", "", name)
    return "" if re.fullmatch(_ARTICLE, name) else name


_ORDINARY = frozenset(
    "time times nature science mirror sun independent guardian star post standard people fortune variety metro express "
    "mail herald observer spectator economist telegraph nation national record focus hill week globe courier journal "
    "tribune chronicle echo press register wire stern welt zeit bild spiegel monde mundo país croix tiempo".split()
)
_SAYS = (
    r"(?:say|says|said|report(?:s|ed)?|writes?|wrote|written|claim(?:s|ed)?|state[sd]?|publish(?:es|ed)?|tells?|told|"
    r"announce[sd]?|describe[sd]?|mention(?:s|ed)?|quote[sd]?|note[sd]?|cover(?:s|ed)?|explain(?:s|ed)?|call(?:s|ed)?|"
    r"give[ns]?|gave|cite[sd]?|berichtete?n?|schreibt|schrieb|meldete?|sagte?|rapporte|écrit|dit|informa|informó|dice|"
    r"dijo|publica|publicó|escribe|escribió)"
)
_PIECE = (
    r"(?:articles?|reports?|stor(?:y|ies)|pieces?|news|coverage|accounts?|versions?|documents?|dispatch(?:es)?|papers?|"
    r"artikeln?|berichten?|bericht|meldung(?:en)?|artículos?|noticias?|dépêches?)"
)
_QUOTE = r"[“\"'‘«]?"
_SOURCE_BEFORE = re.compile(
    rf"\b(?:according\sto|per|laut|selon|d['’]après|según|berichtete?|schreibt|schrieb|meldete?|dice|dijo|publicó|"
    rf"informó|{_PIECE}\s(?:from|in|by|aus|von|der|du|de|del|en)|{_SAYS}\s(?:from|in|by|von))"
    rf"\s(?:{_ARTICLE}\s|l['’])?{_QUOTE}$",
    re.I,
)
_ASKS_BEFORE = re.compile(rf"\b(?:do|does|did|has|have|had)\s(?:{_ARTICLE}\s)?{_QUOTE}$", re.I)
_ASKED_AFTER = re.compile(rf"[”\"'’»]?\s(?:\w+\s){{0,2}}?{_SAYS}\b", re.I)
_SOURCE_AFTER = re.compile(rf"[”\"'’»]?(?:['’]s)?\s(?:\w+ly\s|also\s|has\s|have\s)?(?:{_SAYS}|{_PIECE})\b", re.I)


def _named_sources(question: str, outlets: Collection[str]) -> Iterator[str]:
    """The outlets that the question names as a source, longest names first; no name inside a longer one."""
    lowered = question.lower()
    keys: dict[str, list[str]] = {}
    for outlet in outlets:
        if (key := _key(outlet)) and key.partition(" ")[0] in lowered:
            keys.setdefault(key, []).append(outlet)
    taken: list[tuple[int, int]] = []
    for key in sorted(keys, key=lambda name: (-len(name), name)):
        words = r"\s+".join(map(re.escape, key.split(" ")))
        for found in re.finditer(rf"(?<![\w.-])(?:www\.)?{words}(?:{_DOMAIN})?(?![\w-])", question, re.I):
            if any(start < found.end() and found.start() < end for start, end in taken):
                continue
            taken.append(found.span())
            if _is_source(question, *found.span()) and not (key in _ORDINARY and found[0].islower()):
                yield from sorted(keys[key])
                break


def _is_source(question: str, start: int, end: int) -> bool:
    if _ASKS_BEFORE.search(question[:start]):  # "does Reuters say", but not "does Reuters employ"
        return _ASKED_AFTER.match(question, end) is not None
    return _SOURCE_AFTER.match(question, end) is not None or _SOURCE_BEFORE.search(question[:start]) is not None


_DOCUMENTS = (
    r"(?:articles|reports|stories|news|coverage|documents|papers|posts|publications|dispatches|headlines|pieces|files|"
    r"artikeln?|berichten?|berichte|meldungen|nachrichten|beiträgen?|dokumenten?|dépêches|nouvelles|actualités|"
    r"artículos|noticias|documentos|informes)"
)
_PUBLISHED = (
    r"(?:published|reported|written|posted|printed|dated|released|issued|filed|veröffentlicht|erschienen|berichtet|"
    r"gemeldet|publiée?s?|parue?s?|écrite?s?|publicad[oa]s?|escrit[oa]s?)"
)
_FROM = r"(?:from|of|between|vom|von|aus|zwischen|de|du|des|d['’]|entre|del)"
_THE = r"(?:the|der|den|dem|le|la|les|el|los|las)"
_OF = rf"(?:(?:{_FROM}|in|on|during|over|within|im|am|en)\s?)?(?:{_THE}\s)?(?:early\s|late\s|mid[\s-])?"
# "articles from", "news since", "documents that were published before"; "reports in 2013" may be of events
_OF_DOCUMENTS = re.compile(
    rf"\b{_DOCUMENTS}\s(?:(?:that|which|die|qui|que)\s)?(?:(?:were|was|have been|are|wurden|ont été|fueron)\s)?"
    rf"(?:{_PUBLISHED}\s{_OF}|(?:{_FROM}\s?)?(?:{_THE}\s)?(?:early\s|late\s|mid[\s-])?)$",
    re.I,
)
_DOCUMENTS_PUBLISHED = re.compile(rf"\b{_DOCUMENTS}\b.*\b{_PUBLISHED}\s{_OF}$", re.I | re.S)
_BEGINS_PUBLISHED = re.compile(rf"(?:^|[,;(]\s?){_PUBLISHED}\s{_OF}$", re.I)
_WHAT_WAS_REPORTED = re.compile(
    r"^\W*(?:and |so |but )?(?:what (?:else |exactly )?(?:was|were|is|has been|have been|got)|was wurde|wurde)\s"
    rf"(?:reported|written|published|posted|berichtet|gemeldet|veröffentlicht|geschrieben)\s(?P<about>(?:\S+\s){{0,10}}?)"
    rf"{_OF}$",
    re.I,
)


def _is_of_publication(question: str, one: Mention, of_outlet: bool) -> bool:
    """Whether a date is that of the documents asked for. In "reports of the strike of 4 February" it is the event's."""
    before = question[: one.start]
    if _OF_DOCUMENTS.search(before) or _DOCUMENTS_PUBLISHED.search(before) or _BEGINS_PUBLISHED.search(before):
        return True
    if asked := _WHAT_WAS_REPORTED.search(before):
        return not asked["about"] or one.bound or not one.whens
    return of_outlet and re.search(rf"\b{_SAYS}\s{_OF}$", before, re.I) is not None and one.bound
