"""Classes of the words of a sentence, as far as short answers begin, end or stand beside them. Pure.

English, German and Spanish; a word of another language has only its shape (digits, capital, ending).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import numpy as np

# One letter of `CLASSES` stands for each; words of the same class in other languages share its weights.
_WORDS = {
    "en": {
        "det": "the a an this these those each every some any all both another such no many several various most few",
        "in": "in at on within near inside throughout across along around upon under above below behind beyond",
        "of": "of",
        "by": "by",
        "to": "to into onto toward towards",
        "from": "from out off",
        "for": "for",
        "with": "with without against among alongside via per like unlike",
        "as": "as",
        "time": "during since until till before after when while once",
        "between": "between",
        "and": "and & plus",
        "or": "or nor",
        "but": "but although though however whereas yet despite",
        "that": "that which who whom whose where",
        "because": "because so therefore thus due owing if unless",
        "be": "is was are were be been being am became become becomes remains remained",
        "have": "has have had having do does did",
        "modal": "will would can could may might must shall should cannot",
        "pronoun": "it he she they we you i him her them us itself himself themselves there what how why one's",
        "own": "his its their our my your",
        "not": "not n't never",
        "adverb": "also only then now even still often just very too usually generally later first again however not "
        "ever already instead especially mainly mostly primarily largely originally formerly previously currently",
        "called": "called named known titled entitled dubbed termed nicknamed considered include includes including",
        "about": "about approximately roughly nearly almost over more less than least up only exactly just around some",
        "number": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand "
        "thousands million millions billion billions trillion dozen dozens half third quarter quarters twice thrice "
        "none zero double triple once thirds",
        "unit": "% percent per-cent percentage points km kilometres kilometers miles mile metres meters feet foot "
        "inches kg kilograms pounds tonnes tons square hectares acres degrees dollars euros cents pence litres gallons "
        "mph watts megawatts bn m mm cm",
        "span": "years year days day hours hour minutes minute seconds months month weeks week decades decade "
        "centuries century nights generations",
        "when": "january february march april june july august september october november december monday tuesday "
        "wednesday thursday friday saturday sunday today yesterday tomorrow morning evening night noon midnight "
        "spring summer autumn winter early late mid bc ad bce ce am pm 1st 2nd century centuries jan feb mar apr jun "
        "jul aug sept sep oct nov dec millennium",
        "verb": "made led took gave found held became came went got won lost wrote built began grew ran sent spent "
        "kept left met paid bought sold brought taught thought said says told felt fell rose drew flew broke "
        "chose spoke stood understood lay lies saw seen shown knew known make makes take takes give gives use "
        "uses get gets go goes come comes see sees hold holds lead leads run runs keep keeps find finds allow "
        "allows provide provides require requires create creates help helps form forms play plays live lives "
        "work works serve serves operate operates produce produces contain contains consist consists mean "
        "means refer refers occur occurs exist exists begin begins show shows receive receives represent "
        "represents cause causes need needs want wants seek seeks offer offers carry carries cover covers "
        "reach reaches lie bear bears wear wears grow grows move moves pay pays win wins lose loses support "
        "supports believe believes claim claims argue argues suggest suggests state states tell say think "
        "feel leave put puts set sets cut cuts hit bring brings turn turns rise fall stand stands sit sits "
        "appear appears seem seems follow follows depend depends belong belongs describe describes define "
        "defines involve involves increase increases reduce reduces prevent prevents reflect reflects protect "
        "protects given taken written made done gone drawn driven chosen beaten broken spoken sold kept built "
        "held sent struck fought sought thought caught hid laid sang swam sank shot beat begun risen arose "
        "overcame underwent stole",
        "adj": "new old large small great high low long short early late first second third fourth fifth last next "
        "main major minor big own good better best bad worse worst full free open public private common "
        "certain different same similar strong weak poor rich young white black red green blue local national "
        "international former modern ancient original current key single whole total most more largest "
        "smallest oldest highest lowest greatest longest biggest earliest latest northern southern eastern "
        "western central upper lower true false",
    },
    "de": {
        "det": "der die das den dem des ein eine einen einem einer eines diese dieser dieses diesem diesen jede jeder "
        "jedes alle allen beide beiden viele vielen einige einigen mehrere mehreren kein keine welche",
        "in": "in im ins an am auf bei beim innerhalb unter über neben hinter entlang um",
        "of": "des der",
        "by": "von vom durch",
        "to": "zu zum zur nach bis",
        "from": "aus ab",
        "for": "für",
        "with": "mit ohne gegen per wie laut trotz",
        "as": "als",
        "time": "während seit vor nachdem bevor bis wenn",
        "between": "zwischen",
        "and": "und sowie",
        "or": "oder",
        "but": "aber jedoch obwohl sondern doch",
        "that": "dass wo welcher welches deren dessen denen",
        "because": "weil da damit deshalb daher aufgrund wegen falls",
        "be": "ist war sind waren sein gewesen wird wurde wurden werden worden wäre bleibt blieb",
        "have": "hat hatte haben hatten habe",
        "modal": "kann konnte können konnten muss musste müssen soll sollte sollen will wollte darf dürfen würde "
        "würden möchte",
        "pronoun": "er sie es wir ihr ich man ihn ihm ihnen sich was wer dort",
        "own": "sein seine seiner seinen seinem ihre ihrer ihren ihrem unser unsere",
        "not": "nicht nie",
        "adverb": "auch nur dann jetzt noch oft sehr meist später wieder schon bereits zunächst besonders vor allem "
        "ursprünglich zuvor derzeit hauptsächlich so",
        "called": "genannt namens bekannt heißt hieß bezeichnet einschließlich",
        "about": "etwa ungefähr rund fast knapp mehr weniger mindestens höchstens circa ca nahezu",
        "number": "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn zwanzig "
        "dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert hunderte tausend tausende tausenden million "
        "millionen milliarde milliarden dutzend hälfte drittel viertel zweimal dreimal keine null einmal",
        "unit": "prozent kilometer meter meilen fuß zoll kilogramm pfund tonnen hektar grad dollar euro cent liter "
        "quadratkilometer quadratmeilen mio mrd quadratmeter",
        "span": "jahre jahren jahr tage tagen stunden minuten sekunden monate monaten wochen jahrzehnte jahrzehnten",
        "when": "januar jänner februar märz april mai juni juli august september oktober november dezember montag "
        "dienstag mittwoch donnerstag freitag samstag sonntag heute gestern morgen abend nacht frühling sommer herbst "
        "winter anfang mitte ende jahrhundert jahrhunderts jahrhunderte chr",
        "verb": "machte führte nahm gab fand hielt kam ging bekam gewann verlor schrieb baute begann wuchs lief "
        "schickte blieb verließ traf zahlte kaufte verkaufte brachte lehrte dachte sagte fühlte fiel stieg "
        "zog flog brach wählte sprach stand lag liegt liegen sah wusste macht nimmt gibt geht kommt hält "
        "führt läuft findet erlaubt bietet braucht hilft bildet spielt lebt arbeitet dient enthält besteht "
        "bedeutet beginnt zeigt trägt erhielt erhält wächst schuf starb verlangt gehört beschreibt nutzt "
        "verwendet stammt entstand umfasst verwenden nutzen stehen geben gehen kommen machen nehmen finden "
        "spielen leben bilden zeigen gemacht gegeben genommen gefunden gehalten geschrieben gebaut gewonnen "
        "verloren gegründet entdeckt erfunden",
        "adj": "neue neuen neuer alte alten große großen großer kleine kleinen hohe hohen erste ersten erster zweite "
        "zweiten dritte dritten letzte letzten gute guten andere anderen eigene eigenen ganze ganzen",
    },
    "es": {
        "det": "el la los las un una unos unas este esta estos estas ese esa cada todo toda todos todas ambos ambas "
        "algunos algunas varios varias muchos muchas ningún otro otra",
        "in": "en dentro cerca sobre bajo tras ante",
        "of": "de del",
        "by": "por",
        "to": "a al hacia",
        "from": "desde",
        "for": "para",
        "with": "con sin contra según mediante",
        "as": "como",
        "time": "durante hasta antes después cuando mientras",
        "between": "entre",
        "and": "y e",
        "or": "o u ni",
        "but": "pero aunque sino",
        "that": "que quien quienes cual cuales donde cuyo cuya",
        "because": "porque debido pues si",
        "be": "es era son eran fue fueron ser sido siendo está estaba están estar",
        "have": "ha había han habían haber tiene tenía hay",
        "modal": "puede podía pueden podría debe deben debía",
        "pronoun": "se lo le les él ella ellos ellas nos me te qué cómo",
        "own": "su sus nuestro mi tu",
        "not": "no nunca",
        "adverb": "también solo sólo entonces ahora aún muy ya luego especialmente principalmente originalmente",
        "called": "llamado llamada llamados denominado denominada conocido conocida conocidos titulado incluidos "
        "incluyendo",
        "about": "aproximadamente casi más menos unos alrededor cerca",
        "number": "dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince veinte treinta "
        "cuarenta cincuenta sesenta setenta ochenta noventa cien ciento cientos mil miles millón millones docena "
        "mitad tercio cuarto doble cero",
        "unit": "kilómetros metros millas pies pulgadas kilos kilogramos libras toneladas hectáreas grados dólares "
        "euros centavos litros cuadrados",
        "span": "años año días horas minutos segundos meses semanas décadas",
        "when": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes "
        "miércoles jueves viernes sábado domingo hoy ayer mañana noche primavera verano otoño invierno principios "
        "mediados finales siglo siglos década",
        "verb": "hizo llevó tomó dio encontró mantuvo llegó fue ganó perdió escribió construyó empezó comenzó creció "
        "envió gastó dejó pagó compró vendió trajo enseñó pensó dijo sintió cayó subió voló rompió eligió "
        "habló vio supo hace lleva toma da va viene mantiene permite ofrece necesita ayuda forma juega vive "
        "trabaja sirve contiene consiste significa empieza muestra recibió recibe crece murió nació pertenece "
        "describe usa utiliza utilizan usan incluye ocurre existe produce produjo conduce creó fundó "
        "descubrió inventó representa afirma cree hecho dado visto escrito construido ganado perdido fundado",
        "adj": "nuevo nueva viejo vieja gran grande grandes pequeño pequeña alto alta primer primero primera segundo "
        "segunda tercer tercera último última bueno buena mejor mayor menor principal propio mismo misma",
    },
}
_SHAPES = (
    "edge comma colon dash open close quote mark end currency digits year capital acronym "
    "initial lower ed ing ly plural agent abstract quality date"
)
CLASSES = tuple(dict.fromkeys((*_SHAPES.split(), *_WORDS["en"])))
NUMBER_OF = {name: number for number, name in enumerate(CLASSES)}
_LEXICON = {
    language: {word: NUMBER_OF[name] for name, words in reversed(groups.items()) for word in words.split()}
    for language, groups in _WORDS.items()
}
FUNCTION = frozenset(
    NUMBER_OF[name] for name in _WORDS["en"] if name not in ("number", "unit", "span", "when", "verb", "adj")
)
NUMERIC = frozenset(NUMBER_OF[name] for name in ("digits", "year", "number"))
TIMES = frozenset(NUMBER_OF[name] for name in ("year", "date", "when", "span"))
PUNCTUATION = frozenset(NUMBER_OF[name] for name in "edge comma colon dash open close quote mark end".split())
_MARKS = {
    **dict.fromkeys(",", "comma"),
    **dict.fromkeys(":;", "colon"),
    **dict.fromkeys("-–—/―", "dash"),
    **dict.fromkeys("([{", "open"),
    **dict.fromkeys(")]}", "close"),
    **dict.fromkeys("\"“”„«»‘’'`", "quote"),
    **dict.fromkeys(".!?…。！？", "end"),
    **dict.fromkeys("$€£¥", "currency"),
    **dict.fromkeys("%°", "unit"),
    "&": "and",
}
_ENDINGS = (
    ("ed", re.compile(r"\w{2,}(?:ed|te|ten|ado|ada|ó|aron|ieron)$")),
    ("ing", re.compile(r"\w{3,}(?:ing|end|ando|iendo)$")),
    ("ly", re.compile(r"\w{3,}(?:ly|mente)$")),
    ("agent", re.compile(r"\w{3,}(?:er|or|ist|ian|ant|ists|ers|ors|ians)$")),
    ("abstract", re.compile(r"\w{2,}(?:tion|sion|ment|ness|ity|ism|ship|ance|ence|ung|heit|keit|ción|dad|sión)$")),
    ("quality", re.compile(r"\w{2,}(?:al|ic|ous|ive|able|ible|ful|less|ary|lich\w*|isch\w*|ig|ige\w?)$")),
    ("plural", re.compile(r"\w{2,}s$")),
)
_YEAR = re.compile(r"1[0-9]{3}s?|20[0-9]{2}s?")


@lru_cache(maxsize=65_536)
def word_class(word: str, language: str | None, first: bool) -> int:
    """The number of the class of a word or mark; `first`: it begins the sentence, where a capital tells nothing."""
    if len(word) == 1 and not word.isalnum():
        return NUMBER_OF[_MARKS.get(word, "mark")]
    known = _LEXICON.get(language or "en", _NO_WORDS)
    name = word if word.islower() else word.lower()
    if name in known and (first or word[0] == name[0] or language != "en" or known[name] == _WHEN):
        return known[name]
    if word[0].isdigit() or word[-1].isdigit():
        return NUMBER_OF["year" if _YEAR.fullmatch(word) else "digits"]
    if word[0].isupper():
        return NUMBER_OF["initial" if first else "acronym" if len(word) > 1 and word.isupper() else "capital"]
    return next((NUMBER_OF[ending] for ending, pattern in _ENDINGS if pattern.match(word)), NUMBER_OF["lower"])


_NO_WORDS: dict[str, int] = {}
_WHEN = NUMBER_OF["when"]


def mask(*names: str) -> Any:
    """Which classes (CLASSES) are of these names."""
    found = np.zeros(len(CLASSES), dtype=bool)
    found[[NUMBER_OF[name] for name in names]] = True
    return found
