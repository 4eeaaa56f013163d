"""What numbers count: the many forms of percent, currencies and measures, each with one name. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

_FORMS = {
    "%": "percent pct prozent pourcent",
    "percentage point": "prozentpunkt prozentpunkte",
    "euro": "euro euros eur €",
    "dollar": "dollar dollars usd $ dólar dólares",
    "pound": "pound pounds gbp £ lb lbs pfund",
    "yen": "yen jpy ¥",
    "crown": "crown crowns krone kroner kronor krona",
    "km": "km kilometre kilometres kilometer kilometers kilómetro kilómetros kilomètre kilomètres",
    "m": "m metre metres meter meters metro metros mètre mètres",
    "cm": "cm centimetre centimetres centimeter centimeters zentimeter",
    "mm": "mm millimetre millimetres millimeter millimeters",
    "mile": "mile miles mi meile meilen milla millas",
    "foot": "foot feet ft",
    "inch": "inch inches",
    "kg": "kg kilogram kilograms kilogramme kilogrammes kilogramm kilo kilos",
    "tonne": "t ton tons tonne tonnes tonnen tonelada toneladas",
    "litre": "l litre litres liter liters litro litros",
    "hectare": "ha hectare hectares hektar",
    "acre": "acre acres",
    "knot": "knot knots kn kt kts knoten",
    "mph": "mph",
    "km/h": "kmh kph",
    "degree": "degree degrees ° grad",
    "second": "sec secs sekunde sekunden segundos",
    "minute": "minute minutes min mins minuten minuto minutos",
    "hour": "hour hours h hr hrs stunde stunden hora horas heure heures",
    "day": "day days tag tage tagen día días jour jours",
    "night": "night nights nacht nächte nächten noche noches nuit nuits",
    "week": "week weeks woche wochen semana semanas semaine semaines",
    "month": "month months monat monate monaten mes meses mois",
    "year": "year years jahr jahre jahren año años ans année années",
    "time": "times mal veces fois",
    "people": "people persons personas personnes personen menschen",
}
UNITS = {form: name for name, forms in _FORMS.items() for form in (name, *forms.split())}
CURRENCY_SIGNS = frozenset("$€£¥")
PERCENT_SIGNS = frozenset("%％٪")
SPLIT_PERCENT = {("per", "cent"), ("por", "ciento"), ("pour", "cent"), ("per", "hundred")}
_IRREGULAR = frozenset(
    "people men women children police troops personnel staff fish sheep aircraft cattle teeth feet mice geese".split()
)
_NOT_COUNTED = frozenset(
    "was is has does this its us as his hers yes thus perhaps always sometimes less plus across towards besides "
    "afterwards pass says said were are had who which that and or of in on at to by for from with the a an but than "
    "more after before during under over into against between through including while when where since until also "
    "if not no be been being have will would could may might can should must it they he she we i you their our your my "
    "y o de del en la el los las que por con para et ou le les des du dans pour par und oder der die das den dem in im "
    "auf von mit zu am bis".split()
)
_WORD = re.compile(r"[^\W\d_]+")


def counted(words: Sequence[str], several: bool, language: str) -> tuple[str | None, int]:
    """What a number counts, from the (up to three) words that follow it in one phrase, as they are written: the name
    of a measure, or the noun in lower case ("2,500 US troops": "troops"); and how many of them it takes to say it.
    (None, 0) when that is not clear."""
    lower = [word.lower() for word in words]
    if tuple(lower[:2]) in SPLIT_PERCENT:
        return "%", 2
    if lower[:1] == ["percentage"] and lower[1:2] in (["point"], ["points"]):
        return "percentage point", 2
    if lower and lower[0] in UNITS and (len(lower[0]) > 1 or words[0] == lower[0]):
        return UNITS[lower[0]], 1
    for at, word in enumerate(lower):
        if words[at] in _NOT_COUNTED or not _WORD.fullmatch(word):
            break
        if _is_noun(words[at], several, language):
            return UNITS.get(word, word), at + 1
    return None, 0


def _is_noun(word: str, several: bool, language: str) -> bool:
    if language == "de":
        return word[0].isupper()
    if language != "en" or not several:
        return True
    low = word.lower()
    return low in _IRREGULAR or (low.endswith("s") and not low.endswith(("ss", "ous")) and len(low) > 3)
