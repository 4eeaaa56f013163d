"""Words that carry no content in a question, by language: articles, pronouns, prepositions, question words.

Without accents and in lower case, as terms are folded. Words that also name things (may, will, can) are left out where
a question could ask for them.
"""

from __future__ import annotations

_LISTS = {
    "en": (
        "a an and are as at be but by for if in into is it no not of on or such that the their then there these "
        "they this to was will with who whom whose what which when where why how do does did has have had can "
        "could would should might shall must go goes were from since i me my you your we our please tell about s"
    ),
    "de": (
        "aber als am an auch auf aus bei beim bin bis bist da dann das dass dem den denn der des die dies diese "
        "diesem diesen dieser dieses doch du durch ein eine einem einen einer eines er es euch fur hat hatte "
        "hatten ich ihm ihn ihr ihre ihren im in ins ist ja kann konnte konnten man mein mich mir mit nach nicht "
        "noch nur ob oder sein seine seinen sich sie sind so uber um und uns unter vom von vor wann war waren "
        "warum was welche welchem welchen welcher welches wem wen wenn wer werden weshalb wessen wie wieso "
        "wieviel wir wird wo wobei wodurch wofur woher wohin womit wovon wozu worin wurde wurden zu zum zur"
    ),
    "fr": (
        "a au aux avec c ce ces cet cette combien comment d dans de des du elle elles en est et etait etaient ete "
        "eu il ils j je l la laquelle le lequel les lesquelles lesquels leur leurs lui m ma mais me mes moi mon n "
        "ne nos notre nous on ont ou par parmi pas pendant peut pour pourquoi qu quand que quel quelle quelles "
        "quels qui quoi s sa se ses si son sont sur t ta te tes toi ton tu un une vos votre vous y"
    ),
    "es": (
        "a al algo ante como con cual cuales cuando cuanta cuantas cuanto cuantos cuya cuyo de del desde donde "
        "durante e el ella ellas ellos en entre era eran es esa ese eso esta estaba estan este esto fue fueron ha "
        "habia han hasta hay la las le les lo los mas me mi no nos o para pero por porque puede que quien quienes "
        "se sea ser si sin sobre son su sus tambien te tiene tienen tu un una unas uno unos y ya yo"
    ),
    "it": (
        "a ad agli ai al alla alle allo anche che chi ci come con cosa cui da dagli dai dal dalla dalle de degli "
        "dei del della delle dello di dove e ed era erano fu furono gli ha hanno i il in io l la le lei lo loro "
        "lui ma mi ne nei nel nella nelle non o per perche piu puo quale quali quando quanta quante quanti quanto "
        "quella quello questa questo se si sono sta stato su sua sue sui sul sulla suo tra un una uno vi"
    ),
    "nl": (
        "aan al als bij dan dat de der deze die dit door dus een en er had hadden heb hebben heeft het hij hoe "
        "hoeveel hun ik in is ja je kan kon maar me men met mijn na naar niet nog of om omdat onder ons ook op "
        "over te tegen toen tot uit van veel voor waar waarin waarom waarvoor wanneer waren was wat we welk welke "
        "werd werden wie wiens wij worden wordt ze zich zij zijn zo zou"
    ),
    "pt": (
        "a ao aos as com como da das de dela dele do dos e ela elas ele eles em entre era eram essa esse esta "
        "estao este foi foram ha isso isto ja lhe mais mas me meu minha na nao nas no nos o onde os ou para pela "
        "pelas pelo pelos pode por porque qual quais quando quanta quantas quanto quantos que quem se sem ser seu "
        "seus sao sobre sua suas tambem te tem um uma umas uns voce"
    ),
}
FUNCTION_WORDS: dict[str, frozenset[str]] = {language: frozenset(words.split()) for language, words in _LISTS.items()}
