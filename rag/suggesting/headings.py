"""Questions for headings and titles: those that ask already, and what is said under the others. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

from rag.suggesting.clause import Made
from rag.suggesting.phrases import (
    ARTICLES,
    DATE,
    PREPOSITIONS,
    is_name,
    joined,
    kind_of,
    noun_phrase,
    opened,
    tokens_of,
)
from rag.suggesting.words import GENERIC

MOST_WORDS = 8
_NUMBERED = re.compile(
    r"^(?:(?:section|chapter|part|teil|kapitel|chapitre|capítulo)\s+)?(?:\d+(?:\.\d+)*|[IVX]+)[.):]?\s+", re.I
)
_PLAIN = re.compile(r"[^\W\d_][\w’'-]*(?: (?:[\w’'-]|(?<=\d)/(?=\d))+)*")
_RELATIVE = frozenset(
    "list lists other next last further more not new additional general basic common various using".split()
)
_ASKS = ("?", "？", "؟")
_OPENS = {
    "en": frozenset(
        "who whom whose what which when where why how is are was were do does did can could may should will has "
        "have".split()
    )
}
_SAID = {
    "de": "Was wird zum Thema „{}“ gesagt?",
    "fr": "Que dit-on au sujet de « {} » ?",
    "es": "¿Qué se dice sobre «{}»?",
    "it": "Che cosa si dice di «{}»?",
    "pt": "O que se diz sobre “{}”?",
    "nl": "Wat wordt er gezegd over “{}”?",
}
"""In quotation marks, so that no article or case of the heading has to change."""
_GENERIC = GENERIC | frozenset(
    "einleitung hintergrund überblick zusammenfassung fazit inhalt literatur quellen anhang vorwort einzelnachweise "
    "introducción resumen conclusión conclusiones referencias contenido anexo bibliografía índice notas introduction "
    "résumé conclusion références annexe sommaire introduzione conclusioni riferimenti indice introdução conclusão "
    "referências índice inleiding conclusie inhoud bronnen samenvatting".split()
)


def question_of(
    heading: str, language: str | None, text: str = "", forms: Collection[str] = frozenset(), title: bool = False
) -> Made | None:
    """The question that leads to what stands under a heading, or in a document of that `title`; None when there is none
    that is surely right. `text`: of the document; `forms` as for `patterns.questions`."""
    words = " ".join(heading.split())
    if asks(words, language):
        personal = title and language in ("en", None) and set(words.lower().split()) & {"i", "me", "my", "we"}
        return None if personal else Made("asked", words)
    words = _NUMBERED.sub("", words)
    count = len(words.split())
    if not 1 <= count <= MOST_WORDS or not _PLAIN.fullmatch(words) or words.lower() in _GENERIC or words.isupper():
        return None
    if language in _SAID:
        return Made("about", _SAID[language].format(words)) if count > 1 or len(words) > 5 else None
    if language not in ("en", None) or words.split()[0].lower() in _RELATIVE or count == 1 and not title:
        return None
    return _in_english(words, text, forms)


def asks(heading: str, language: str | None) -> bool:
    """Whether the heading is one whole question."""
    opens = heading.split(" ", 1)[0].lower()
    known = _OPENS.get(language or "en")
    single = sum(map(heading.count, (*_ASKS, "!", ". "))) == 1
    return heading.endswith(_ASKS) and single and (known is None or opens in known)


def _in_english(words: str, text: str, forms: Collection[str]) -> Made | None:
    tokens = tokens_of(words)
    if noun_phrase(tokens, 0) != len(tokens) or kind_of(tokens[0].lower()) == "ing" or DATE in tokens:
        return None
    if tokens[0].lower() in ("a", "an") or tokens[0].lower() == "the" and len(tokens) < 3:
        return None
    if tokens[0].lower() not in ARTICLES and f" the {words}" in text:  # the document's own usage
        return Made("about", f"What is said about the {words}?")
    if (
        tokens[0].lower() in ARTICLES
        or len(tokens) > 1
        and all(map(is_name, tokens))
        and re.search(rf"[a-z,] {words}\b", text)
    ):
        plain = opened(tokens, forms)
        return Made("about", f"What is said about {joined(plain)}?") if plain else None
    if len(tokens) > 4 and all(word in PREPOSITIONS or word in ARTICLES or is_name(word) for word in tokens):
        return None  # where every word has a capital, one of them may be a verb
    if len(tokens) > 1 or tokens[0] in forms or kind_of(tokens[0].lower()) in ("plural", "abstract"):
        return Made("about", f"What is said about “{words}”?")
    return None
