"""Words of questions that tell which kind of answer they want: question words, and nouns after "which". Pure data."""

from __future__ import annotations

import re
from typing import Literal

Wanted = Literal[
    "number", "percent", "money", "duration", "age", "date", "person", "place", "name", "sort", "reason", "manner",
    "thing", "action", "none",
]  # fmt: skip

ASKING: dict[str, dict[str, str]] = {
    "en": {
        **dict.fromkeys(("who", "whom", "whose", "who's"), "who"),
        **dict.fromkeys(("what", "which", "what's"), "what"),
        **{"when": "when", "where": "where", "why": "why", "how": "how"},
    },
    "de": {
        **dict.fromkeys(("wer", "wen", "wem", "wessen"), "who"),
        **dict.fromkeys(
            ("was", "welche", "welcher", "welches", "welchen", "welchem", "woraus", "womit", "wovon", "wofür", "wozu"),
            "what",
        ),
        **dict.fromkeys(("wo", "wohin", "woher", "worin"), "where"),
        **dict.fromkeys(("warum", "weshalb", "wieso"), "why"),
        **{"wann": "when", "wie": "how", "wieviel": "many", "wieviele": "many"},
    },
    "es": {
        **dict.fromkeys(("quién", "quiénes", "quien", "quienes"), "who"),
        **dict.fromkeys(("qué", "cuál", "cuáles", "cual", "cuales"), "what"),
        **dict.fromkeys(("cuánto", "cuánta", "cuántos", "cuántas", "cuanto", "cuanta", "cuantos", "cuantas"), "many"),
        **dict.fromkeys(("dónde", "donde", "adónde"), "where"),
        **{"cuándo": "when", "cuando": "when", "cómo": "how", "porqué": "why"},
    },
}
NOUNS: tuple[tuple[Wanted, str], ...] = (
    (
        "date",
        "year years date day month century decade time season era period jahr jahren jahres datum tag monat "
        "jahrhundert jahrzehnt zeitpunkt zeit año años fecha día mes siglo década momento",
    ),
    (
        "percent",
        "percentage percent proportion share prozentsatz prozent anteil porcentaje proporción",
    ),
    (
        "money",
        "price cost fee salary revenue budget income fine wage preis kosten gehalt gebühr umsatz precio costo coste "
        "salario presupuesto tarifa",
    ),
    (
        "number",
        "number population amount size score distance height length temperature width depth weight speed total "
        "density rate anzahl zahl bevölkerung größe höhe länge temperatur gewicht geschwindigkeit einwohnerzahl fläche "
        "número población cantidad tamaño altura longitud temperatura peso velocidad superficie",
    ),
    ("duration", "duration dauer duración"),
    ("age", "age alter edad"),
    (
        "person",
        "person player actor actress president king queen minister leader author writer scientist mathematician "
        "artist singer composer architect emperor general engineer chemist inventor researcher founder director "
        "people name-of-person spieler schauspieler präsident könig königin anführer autor wissenschaftler künstler "
        "architekt kaiser forscher gründer mathematiker jugador actor actriz presidente rey reina ministro líder autor "
        "científico matemático artista arquitecto emperador investigador fundador persona",
    ),
    (
        "place",
        "city town country state place region river area location island continent county village district province "
        "lake mountain street capital stadt land staat ort region fluss gebiet insel kontinent dorf bezirk provinz see "
        "berg straße hauptstadt ciudad pueblo país estado lugar región río zona isla continente condado distrito "
        "provincia lago montaña calle capital",
    ),
    ("reason", "reason cause purpose grund ursache zweck razón causa motivo propósito"),
    (
        "sort",
        "type types kind kinds sort sorts form forms art arten form formen typ typen tipo tipos clase clases forma "
        "formas",
    ),
    (
        "name",
        "name title term word names nickname namen titel begriff wort bezeichnung spitzname nombre nombres título "
        "término palabra apodo",
    ),
)
ELSEWHERE: tuple[tuple[Wanted, re.Pattern[str]], ...] = (
    (
        "number",
        re.compile(
            r"\b(?:combien|quant[ei]|hoeveel|quant[oa]s|ile|kolik|hur många|hvor mange|сколько|скільки|kaç)\b|"
            r"多少|几个|幾|いくつ|何人|كم|कितन"
        ),
    ),
    (
        "date",
        re.compile(
            r"\b(?:quand|quando|wanneer|kiedy|kdy|när|hvornår|når|milloin|когда|коли|ne zaman)\b|"
            r"什么时候|何时|何時|哪一年|いつ|متى|कब"
        ),
    ),
)
