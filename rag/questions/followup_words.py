"""Words by which a question leans on the turn before it. Lower case, without accents but where they part words. Pure.

English, German and Spanish.
"""

from __future__ import annotations

from dataclasses import dataclass


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


@dataclass(frozen=True, slots=True)
class Speech:
    """The words of one language.

    `openers` begin a question that goes on with the one before, `corrections` one that puts it right; `asides` say
    nothing of a subject. `choosing` stand before what is asked for. `doers` are pronouns that may stand for a noun
    earlier in their own question, `targets` those that seldom do; `people` are those of either that mean persons.
    `further` ask for more of a kind, `general` are nouns that name no particular thing ("the group"), `bounds` part
    clauses, `limits` make a time of "this" ("this year"). `idle`: more words that say nothing of a subject.
    """

    openers: tuple[str, ...]
    asides: tuple[str, ...]
    corrections: tuple[str, ...]
    asking: frozenset[str]
    choosing: frozenset[str]
    amounts: frozenset[str]
    verbs: frozenset[str]
    articles: frozenset[str]
    prepositions: frozenset[str]
    doers: frozenset[str]
    targets: frozenset[str]
    people: frozenset[str]
    further: frozenset[str]
    idle: frozenset[str]
    general: frozenset[str]
    bounds: frozenset[str]
    limits: frozenset[str]


SPEECHES = {
    "en": Speech(
        openers=(
            *(
                "and what about",
                "and how about",
                "but what about",
                "so what about",
                "what about",
                "how about",
                "what of",
            ),
            *("and also", "and", "but", "so", "or", "also", "then"),
        ),
        asides=("by the way", "btw", "ok", "okay", "thanks", "thank you", "i see", "great", "well"),
        corrections=("no i meant", "no i mean", "i meant", "i mean", "not that", "no"),
        asking=_set("who whom whose what which when where why how"),
        choosing=_set("which what"),
        amounts=_set("many much long often far old high large big deep wide fast soon exactly come so not"),
        verbs=_set(
            "is are was were am be been do does did can could should would will shall may might must has have had "
            "isn't aren't wasn't weren't don't doesn't didn't can't couldn't won't tell explain describe show list "
            "name give"
        ),
        articles=_set("the"),
        prepositions=_set(
            "in on at for from to by with of about during since until before after under over near per as"
        ),
        doers=_set("he she they it his her its their hers theirs"),
        targets=_set("him them those these this that there one ones former latter so same"),
        people=_set("he she they his her their him them hers theirs"),
        further=_set("other others another else more any further additional"),
        idle=_set(
            "people persons person anyone someone everyone "
            "many much any some other others another else more most also again too just really actually exactly "
            "currently ever even still yet same one ones thing things anything something everything happen happened "
            "happens there here so than only they he she it him her them his hers its theirs those these former latter "
            "am been being don doesn didn isn aren wasn t m re ve ll d give further additional detail details example "
            "examples mean means meant thank thanks ok okay yes no please long often far old soon not us come because"
        ),
        general=_set(
            "group groups deal agreement talks talk law rule rules firm company man woman person people official "
            "minister event attack attacks strike report study decision plan project work works measure measures price "
            "fee cost document paper article book team organisation organization program programme city town country "
            "region place building vessel meeting vote ban limit statement claim proposal contract product game author "
            "speaker reason result results consequence consequences"
        ),
        bounds=_set("after before until where how why and but or when if because while that who which whether than"),
        limits=_set(
            "season year month week time morning afternoon evening day century season summer winter spring autumn"
        ),
    ),
    "de": Speech(
        openers=(
            *("und was ist mit", "und wie steht es mit", "und wie sieht es mit", "was ist mit", "wie steht es mit"),
            *(
                "wie steht es um",
                "wie sieht es mit",
                "wie ware es mit",
                "und auch",
                "und",
                "aber",
                "oder",
                "auch",
                "also",
            ),
        ),
        asides=("ubrigens", "ok", "okay", "danke", "gut", "ach so"),
        corrections=("nein ich meinte", "nein ich meine", "ich meinte", "ich meine", "nein"),
        asking=_set(
            "wer wen wem wessen was welche welcher welches welchen welchem wann wo woher wohin warum weshalb wieso wie "
            "worum woran worauf wieviel wieviele wozu womit wodurch wovon wofur"
        ),
        choosing=_set("welche welcher welches welchen welchem"),
        amounts=_set("viel viele vielen lange oft weit alt hoch gross tief genau so denn nicht"),
        verbs=_set(
            "ist sind war waren bin hat haben hatte hatten kann konnen konnte muss mussen soll sollen wird werden "
            "wurde wurden darf durfen gibt gab macht tut nenne erklare beschreibe zeige"
        ),
        articles=_set("der die das den dem des"),
        prepositions=_set(
            "in im am an auf fur von vom aus bei beim mit nach seit bis vor uber unter zu zum zur um wahrend gegen ohne"
        ),
        doers=_set("er sie es seine seiner seinen seinem seines ihre ihrer ihren ihrem ihres deren dessen"),
        targets=_set(
            "ihn ihm ihnen dies diese dieser dieses diesem diesen jene jener jenes jenen dort da damals dabei dafur "
            "damit davon dazu daruber dagegen daran darauf darin danach dadurch deswegen deshalb derselbe dieselbe "
            "dasselbe denselben solche solcher solches"
        ),
        people=_set("er sie ihn ihm ihnen seine seiner seinen ihre ihrer ihren"),
        further=_set("andere anderen anderer anderes weitere weiteren weiterer noch mehr sonst"),
        idle=_set(
            "menschen leute personen jemand "
            "viel viele vielen mehr andere anderen anderer anderes weitere weiteren weiterer sonst genau eigentlich "
            "noch auch es ihnen seiner seinem seines ihrer ihrem ihres deren dessen jene jener jenes jenen dort damals "
            "dabei dafur damit davon dazu daruber dagegen daran darauf darin danach dadurch deswegen deshalb derselbe "
            "dieselbe dasselbe denselben solche solcher solches passiert passierte geschah bitte danke nein ja gibt "
            "gab denn lange oft haben hatte muss soll darf etwas alles nichts meine meinte wieviele konnen wieso immer "
            "schon beispiel"
        ),
        general=_set(
            "gruppe gruppen abkommen vertrag vereinbarung gesprach gesprache gesetz regel regeln firma unternehmen "
            "mann frau person leute ereignis angriff angriffe bericht studie entscheidung plan projekt arbeit arbeiten "
            "massnahme massnahmen preis gebuhr kosten dokument artikel buch team organisation stadt land ort gebaude "
            "schiff treffen sitzung abstimmung verbot grenze aussage behauptung vorschlag produkt spiel grund ergebnis"
        ),
        bounds=_set("und aber oder wenn weil wahrend dass der die das ob als"),
        limits=_set(
            "saison jahr jahres monat woche zeit tag jahrhundert sommer winter fruhling herbst morgen abend mal"
        ),
    ),
    "es": Speech(
        openers=(
            *("y que hay de", "y que pasa con", "y que tal", "que hay de", "que pasa con", "que tal", "y tambien"),
            *("y", "e", "pero", "o", "tambien", "entonces"),
        ),
        asides=("por cierto", "ok", "vale", "gracias", "bien", "bueno"),
        corrections=("no queria decir", "no quiero decir", "queria decir", "quiero decir", "no me refiero a", "no"),
        asking=_set("quien quienes que cual cuales cuando donde adonde como cuanto cuanta cuantos cuantas por"),
        choosing=_set("que cual"),
        amounts=_set("exactamente no entonces"),
        verbs=_set(
            "es son era eran fue fueron está están estaba ha han habia hay tiene tienen puede pueden debe deben sera "
            "hace hizo explica describe muestra nombra dime"
        ),
        articles=_set("el la los las"),
        prepositions=_set("en de del a al para por con sin desde hasta durante sobre antes despues segun"),
        doers=_set("él ella ellos ellas su sus suyo suya le les"),
        targets=_set(
            "esto eso aquello ese esa esos esas este esta estos estas aquel aquella aquellos aquellas alli ahi alla "
            "entonces asi lo"
        ),
        people=_set("él ella ellos ellas le les su sus"),
        further=_set("otro otra otros otras mas ademas"),
        idle=_set(
            "personas persona gente alguien nadie "
            "mucho mucha muchos muchas mas otro otra otros otras ademas tambien exactamente suyo suya esto aquello "
            "esos esas estos estas aquel aquella aquellos aquellas alli ahi alla entonces mismo misma mismos mismas "
            "asi hubo hay haber paso ocurrio sucedio gracias si no pasa ellos ellas quienes adonde debe deben cual "
            "algun alguna ejemplo"
        ),
        general=_set(
            "grupo grupos acuerdo contrato tratado conversaciones ley norma normas empresa compania hombre mujer "
            "persona gente hecho ataque ataques informe estudio decision plan proyecto obra obras medida medidas "
            "precio tasa coste costo documento articulo libro equipo organizacion ciudad pais lugar edificio barco "
            "reunion votacion prohibicion limite declaracion propuesta producto juego motivo resultado"
        ),
        bounds=_set("y pero o cuando si porque mientras que quien"),
        limits=_set("temporada ano mes semana vez dia siglo verano invierno otono primavera noche tarde momento"),
    ),
}

ACCENTED = frozenset(("él", "está", "están"))
WEEKDAYS = _set(
    "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays "
    "sundays montag dienstag mittwoch donnerstag freitag samstag sonntag lunes martes miercoles jueves viernes sabado "
    "domingo"
)
CONTRACTED = {
    **{"im": "in", "ins": "in", "am": "an", "zum": "zu", "zur": "zu", "vom": "von", "beim": "bei"},
    **{"al": "a", "del": "de"},
}
PARTICLES = _set("of de del von van al el bin ibn der den di da")
DETERMINERS = _set(
    "a an any some every each all both no which what whose many much this that these those my your our "
    "ein eine einen einem einer eines mein meine dein deine unser unsere sein seine seinem seinen seiner "
    "ihr ihre ihrem ihren ihrer kein keine jede jeder jedes alle viele welche welcher welches welchen "
    "un una unos unas cada todo toda todos todas que cual cuantos cuantas"
)
