"""Who speaks in a sentence: the forms of saying in English, German and Spanish, as news, minutes and reports use them.
Pure.

A wrong speaker is worse than none: only the noun phrase right beside a verb of saying counts, and the verb must be used
as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_WORDS = 18
LONGEST = 1_000
"""Characters of a sentence that are looked at."""

# Verbs of saying, and those that are one only with what follows: "noted that", but not "prices noted above".
_SAYING = (
    r"(?:sa(?:id|ys?)|t(?:old|ells?)(?!\s+(?:of|by|apart|(?:the|a) (?:story|tale))\b)|"
    r"explain(?:s|ed)?|confirm(?:s|ed)?|den(?:ies|ied|y)|"
    r"announce[sd]?|stressed|warn(?:s|ed)?(?!\s+(?:up|off)\b)|insist(?:s|ed)?|argue[sd]?|replie[sd]|blame[sd]?|asserts?|asserted|"
    r"allege[sd]?|"
    r"dijo|dijeron|dicen?|afirm(?:ó|an?|aron)|explic(?:ó|aron)|asegur(?:ó|an?|aron)|señal(?:ó|aron)|neg(?:ó|aron)|"
    r"confirm(?:ó|aron)|anunci(?:ó|aron)|añadi(?:ó|eron)|denunci(?:ó|aron)|sostuv(?:o|ieron)|sostienen?|"
    r"advirti(?:ó|eron)|insisti(?:ó|eron)|respondi(?:ó|eron)|coment(?:ó|aron)|admiti(?:ó|eron)|reconoci(?:ó|eron)|"
    r"sag(?:t|te|ten|en)|betont(?:e|en)?|erklärten?(?!\s+sich\b|.*\bKrieg\b)|bestätigten?|behauptete[nt]?|warnten?|"
    r"meinten?|kritisierten?|forderten?|dementierten?)"
)
_WITH_THAT = (
    r"(?:add(?:s|ed)?|claim(?:s|ed)?|state[sd]?|report(?:s|ed)?|note[sd]?|believe[sd]?|estimate[sd]?|suggested|"
    r"acknowledge[sd]?|maintain(?:s|ed)?|propose[sd]?|conclude[sd]?|admit(?:s|ted)?|concede[sd]?|predict(?:s|ed)?|"
    r"recommend(?:s|ed)?|declare[sd]?|reveal(?:s|ed)|complain(?:s|ed)?|promise[sd]?|point(?:s|ed)? out|held|"
    r"found|wr(?:ote|ites?)(?:\s+in\s+(?:\w+\s+){1,2}(?:to\s+the\s+\w+)?)?)"
)
_VERB = re.compile(
    rf"\b(?:{_SAYING}\b(?!\s+(?:to\s+(?:be|have)|by)\b)|{_WITH_THAT}(?=\s*\bthat\b|:|,?\s*[“\"]|[.,]?$|\s+(?:on|last|this)\s+\w+\.?$)|"
    r"believes?(?=,)|kündigten?(?=\s+(?:\w+\s+){0,3}an\b)|teilten?(?=\s.*\bmit\b)|"
    r"found(?=\s+in\s+\w+(?:\s+\d{4})?\s+that\b)|reported(?=\s+(?!that|by|in|to|for|from|at|on|as|it|missing)\w)|"
    r"asked(?=\s+(?:whether|why|if|that)\b)|re(?:jects|jected|jeitó)(?=\s+(?:\w+\s+)?(?:claim|charge|allegation|accusation)s?\b)|"
    r"accuse[sd]?(?=\s.+\bof\b)|"
    r"moved(?=\s+(?:that|the adoption|an amendment|to (?:adopt|adjourn|amend|defer))\b)|"
    r"credit(?:s|ed)?(?=\s+(?:the|its|their)\b.+\bwith\b)|"
    r"estimate[sd]?(?=\s+(?:the|its|their)\b)|propose[sd]?(?=\s+(?:an?|the)\b)|describe[sd]?(?=\s.+\bas\b)|"
    r"(?:declar(?:ó|aron)|conclu(?:ye|yen|yó|yeron)|cont(?:ó|aron)|indic(?:ó|aron))(?=\s+que\b|:)|"
    r"(?:erklärt|bestätigt|berichtet|warnt|schreibt)(?=[,:])|(?:berichtete|schrieb)n?(?=[,:])|wies(?=\s.+\bzurück\b))"
)
_PLURALS = (
    "police officials authorities sources experts critics witnesses prosecutors lawyers doctors scientists researchers "
    "residents analysts organisers organizers campaigners opponents supporters engineers lawmakers diplomats"
).replace(" ", "|")
_DETERMINER = (
    r"(?:an?|the|some|other|several|senior|its?|his|her|their|our|two|three|four|five|many|most|one|both|further|"
    r"der|die|das|eine?|einige|mehrere|viele|zwei|drei|seine?|ihre?|el|la|los|las|una?|varios|varias|dos|tres|sus?)"
)
_WORD = r"[\w’'&()-]+(?:\.[\w’'&-]+)*"
_PHRASE = rf"(?:(?i:{_DETERMINER})\s+[\w’'-]+|(?:{_PLURALS})\b|[A-ZÄÖÜÁÉÍÓÚÑ][\w.’'-]*)(?:\s+{_WORD}|(?<=[A-Z])\.)*?"
_DAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|\w+(?:tag|woch)|lunes|martes|miércoles|jueves|viernes)"
_ENDS = (
    rf"(?=\s*(?:[,.;:]|$|\bwho\b|\bafter\b|\b(?:on|am|el|this|last)\s+(?:the\s+)?(?:\d|{_DAY})|\bin an?\b|"
    r"\bto (?:the|reporters)\b|"
    r"\byesterday\b|\btoday\b|\bgestern\b|\bayer\b|\bgegenüber\b))"
)
_CLOSE = r"[”\"’“»]"
_SAID_BY = re.compile(rf"(?:(?:{_CLOSE}|,)\s*{_SAYING}|{_CLOSE},?\s*(?:added|ergänzte))\s+(?P<who>{_PHRASE}){_ENDS}")
_GERMAN_SAID = r"(?:sagte|betonte|warnte|bestätigte|berichtete|behauptete|erklärte|meinte|forderte)"
_GERMAN_NOUNS = (
    r"(?:(?:der|dem|des|den|einer|einem|eines)\s+(?:[a-zäöü]\w+\s+)?)?[A-ZÄÖÜ][\w-]+"
    r"(?:\s+(?:(?:von|des|der|für|aus)\s+(?:[a-zäöü]\w+\s+)?)?[A-ZÄÖÜ][\w-]+)*"
)
_NAMED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b[Aa]ccording to\s+(?P<who>(?:[A-Z]|(?i:{_DETERMINER}|{_PLURALS})\b)[^“”\";:—–?!]{{1,90}}?)"
        r"(?=\s*(?:[,.;]|$|\bwho\b|\bthat\b))",
        r"\b[Aa]s\s+(?P<who>[^“”\",;:]{2,60}?)\s+puts?\s+it\b",
        r"\b[Ii]n the (?:words|view|opinion) of\s+(?P<who>[^“”\",;:]{2,60}?)(?=,)",
        r"\b[Bb]y\s+(?P<who>[^“”\",;:]{2,60}?)[’']s? (?:own )?account\b",
        r"\b[Ii]n\s+(?P<who>[^“”\",;:]{2,60}?)[’']s? (?:own )?(?:view|words|opinion)\b",
        rf"\b[Mm]oved by\s+(?P<who>{_PHRASE})(?=\s*(?:[,.;]|$|\band\b))",
        rf"\b[Ll]aut\s+(?P<who>{_GERMAN_NOUNS})",
        rf"\b[Nn]ach (?:Angaben|Ansicht|Auskunft|Darstellung|Einschätzung)\s+(?:von\s+)?(?P<who>{_GERMAN_NOUNS})",
        r"(?P<who>(?:(?:[Dd]em|[Dd]er|[Dd]en|[Ee]inem|[Ee]iner)\s+)?[A-ZÄÖÜ][\w-]+(?:\s+[A-ZÄÖÜ][\w-]+)*) zufolge\b",
        r"[“”\"»,]\s*so\s+(?P<who>(?:(?:der|die|das|ein|eine)\s+)?[A-ZÄÖÜ][\w-]+(?:\s+[A-ZÄÖÜ][\w-]+)*)(?=\s*[,.]|$)",
        r"\b[Ww]ie\s+(?P<who>[^“”\",;:]{2,60}?)\s+(?:berichte|mitteil|sag|erklär|schreib|melde)\w*(?=,|\.|$)",
        rf"\b(?:teilten?|kündigten?|fügten?|räumten?)\s+(?P<who>{_PHRASE})\s+(?:\w+\s+){{0,3}}(?:mit|an|hinzu|ein)\b",
        r"(?:^|,\s)(?:[Ss]egún|[Dd]e acuerdo con)\s+"
        r"(?P<who>(?:[Ee]l|[Ll]a|[Ll]os|[Ll]as|[Uu]n|[Uu]na|[A-ZÁÉÍÓÚÑ])[^“”\";:,.]{1,60}?)(?=,|\.|$)",
        r"\b[Ss]egún (?:anunci|explic|afirm|inform|señal|indic|confirm|asegur|declar)\w+\s+"
        r"(?P<who>[^“”\";:,.]{2,60}?)(?=,|\.|$)",
        rf"^(?:Am|Im|In|Nach|Vor|Zuvor|Später|Gestern|Heute|Dazu|Dabei)\b[^,“”„\"]{{0,40}}\s{_GERMAN_SAID}n?\s+(?P<who>{_PHRASE})(?=[,:.])",
        r"^(?P<who>(?:M(?:r|s|rs)|Dr|Cllr|Councillor|Mayor)\.?\s[A-Z][\w’'-]*(?:\s[A-Z][\w’'-]*)?):\s",
    )
)
_NOUN_PHRASE = re.compile(_PHRASE)
_APPOSITION = re.compile(r"^(?P<who>[^,“”\"]+)(?P<also>,\s[^,“”\"]+),$")
_NAME_ALONE = re.compile(r",\s[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*")
_BETWEEN = re.compile(
    r"(?:\s+(?:has|have|had|also|later|then|therefore|long|now|again|once|hat|auch|ha|han|también|today|beispielsweise|\w+ly))+$"
)
_WHO_CLAUSE = re.compile(r"\s+who\s+\w+\s+\w.*$")
_LEADING = re.compile(
    r"^(?:(?:however|but|and|while|still|instead|meanwhile|later|so|pero|aber|also|today|sometimes|recently|heute|gestern|hoy|ayer),?\s+)+",
    re.I,
)
_NO_SPEAKER = re.compile(
    r"^(?:he|she|they|it|we|i|you|this|that|instead|however|meanwhile|still|later|but|and|these|those|there|nobody|no|"
    r"everybody|everyone|few|in|on|at|by|for|from|after|before|during|with|when|if|as|since|to|under|over|until|because|"
    r"although|what|who|which|whether|how|plan|plans|law|schedule|size|need|custom|once|even|let[’']s|pleas|like|next|"
    r"(?:(?:el|la|the|an?|der|dem|den) )?(?:number|size|level|type|order|degree|principle|rules?|value|amount|"
    r"length|weight|age|season|número|tamaño|tipo|temporada|caso|nivel|orden|principio|valor|berichten|schätzungen|angaben)|"
    r"er|sie|es|wir|ich|man|am|im|nach|bei|seit|als|wenn|dort|dies|niemand|"
    r"ella|él|ellos|ellas|nadie|en|por|para|esto|eso|se|así|como)\b|^das$|[^\W\d_]{2}\. (?:the|la|el|die|der)\b|"
    r"\b(?:sich|that|after|before|because|though|although|while)\b|"
    r"^(?:its|his|her|their)\s+(?!\w*(?:er|or|man|woman|person|chief|team|office|party|group)\b)|"
    r"\b(?:has|have|had|was|were|is|are|will|would|who|which|that|and|or|not|never|to|did|does|do|could|can|cannot|may|"
    r"might|must|should|be|been|being|the|an?|its|his|her|their|this|any|no|every|of|by|in|with|than|he|she|it|they|"
    r"wird|wurde|wurden|war|waren|ist|sind|no|nicht|fue|fueron|es|son|se|le|les|que|und|y|e|später|danach|zuvor|longest|first|last|most|only|\w{3,}est|der|die|das|den|dem|el|la|los|las|de)$|[’']s?$|"
    r"\b(?:has|have|had|was|were|is|are|will|would|wurde|wurden|fue|fueron)\b",
    re.I,
)
PRONOUN = re.compile(
    rf"\b(?:(?:[Hh]e|[Ss]he|[Tt]hey|Er|Sie|[Ee]lla|[ÉéEe]l|[Ee]llos)\s+(?:(?:\w+ly|later|also|then|has|have|had|ha|hat)\s+)?"
    rf"(?:{_VERB.pattern})|[Ii]n (?:his|her|their) (?:view|opinion|words)\b)"
)


def named_speaker(sentence: str) -> str | None:
    """The speaker that the sentence itself names."""
    flat = " ".join(sentence[:LONGEST].split())
    for who in _candidates(flat):
        who = _LEADING.sub("", who.strip(" ,."))
        if who and len(who.split()) <= MAX_WORDS and who.count("(") == who.count(")") and not _NO_SPEAKER.search(who):
            return who
    return None


def _candidates(flat: str) -> Iterator[str]:
    for pattern in _NAMED:
        if found := pattern.search(flat):
            yield found["who"]
    inverted = _SAID_BY.search(flat)
    for verb in _VERB.finditer(flat):
        head = _BETWEEN.sub("", flat[: verb.start()].rstrip())
        apposed = _APPOSITION.match(re.split(r"[”\"»]\s*", head)[-1])
        # "The mayor, Isolde Varr, said the pier ..." against "The pier, closed in May, said Isolde Varr."
        if apposed and not (inverted and re.search("[A-Z]", inverted["who"])):
            # "the spokesman, Hussein Al Musawi": a role needs its name; a name is enough without its role.
            named = apposed["also"] if _NAME_ALONE.fullmatch(apposed["also"]) else ""
            yield from (f"{who}{named}" for who in _noun_phrase(apposed["who"]))
        elif not head.endswith((",", "”", '"', "“", "»")):
            yield from _noun_phrase(head)
    if inverted:
        yield inverted["who"]


def _noun_phrase(head: str) -> Iterator[str]:
    """The noun phrase that ends the words before a verb."""
    tail = re.split(r"[,;:—–“”\"«»„]", head)[-1].strip()
    tail = _LEADING.sub("", _WHO_CLAUSE.sub("", tail))
    if _NOUN_PHRASE.fullmatch(tail):
        yield tail
