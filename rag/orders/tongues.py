"""What orders to a reading machine look like in German, Spanish and French: data for rag/orders/detect.py, made as
rag/orders/words.py says."""

from __future__ import annotations

_KI = (
    r"(?:ki(?:-?(?:assistent(?:en|in)?|modelle?|systeme?|agent(?:en)?))?|(?:digitale[rn]? |virtuelle[rn]? "
    r")?assistent(?:en)?|sprachmodelle?n?|chat-?bots?|llm|modell)"
)
_ALT = (
    r"(?:vorherige[nr]?|bisherige[nr]?|obige[nr]?|fruhere[nr]?|vorige[nr]?|vorangegangene[nr]?|vorstehende[nr]?|"
    r"vorangehende[nr]?|deine|ihre|samtliche|alle|ursprungliche[nr]?)"
)
GERMAN = (
    rf"\b(?:ignorier(?:e|en sie|t)?|vergiss|vergessen sie|missachte(?:n sie)?|verwirf|ubergeh(?:e|en sie)|"
    rf"missachtet)(?: bitte| nun| jetzt| sofort| die| alle| samtliche)*(?: {_ALT})+(?: \w+)? (?:anweisung(?:en)?|"
    rf"instruktion(?:en)?|regeln|vorgaben|befehle|prompts?|richtlinien|aufforderung(?:en)?|"
    rf"systemanweisung(?:en)?|kontext)\b",
    rf"\bdu bist (?:jetzt|nun|ab sofort|ab jetzt|kein|nicht mehr|nicht langer) (?:\w+ ){{0,3}}?(?:{_KI}|"
    rf"uneingeschrankt|pirat|dan)\b",
    r"\bab (?:jetzt|sofort|nun) (?:antworte|antwortest|sagst|sag|behauptest|zitiere|zitierst|bist du)\b",
    rf"\b(?:der|die|das|jeder|jede|jedes|dieser|dieses|diese|ein|alle) {_KI} (?:\w+ )?(?:muss|mussen|soll|sollen|"
    rf"sollte|sollten|darf|durfen|hat|haben|wird (?:angewiesen|aufgefordert)|ist (?:angewiesen|"
    rf"verpflichtet)).{{0,160}}?(?:antworten|beantworten|sagen|nennen|zitieren|erwahnen|behaupten|angeben|"
    rf"ausgeben|schreiben|ignorieren|mitteilen|empfehlen|wiederholen|verwenden)\b",
    r"^\W*(?:neue |wichtige |geheime |interne )?(?:system-?(?:anweisung|nachricht|befehl|prompt|meldung|"
    r"hinweis)(?:en|e)?|anweisung(?:en)? des systems) ?(?:[:>-]|an )",
    rf"\b(?:anweisung(?:en)?|hinweis(?:e)?|nachricht|befehl(?:e)?|mitteilung|notiz|achtung|wichtig)(?: (?:an|"
    rf"fur))?,? (?:die |den |das |alle |jede[ns]? |dich,? )*{_KI}\b",
    r"^\W*neue anweisung(?:en)? ?:",
    r"\b(?:wenn|falls|sobald|wann immer) (?:du|man|jemand|der (?:nutzer|benutzer|anwender)|ein (?:nutzer|"
    r"benutzer|anwender)|sie|dich|ihr|nach).{0,60}?(?:gefragt|fragt|fragen|wissen will).{0,80}?, ?(?:dann |so "
    r")?(?:sage?|antworte|antworten sie|behaupte|nenne|erwidere|sagen sie|gib|schreibe?|zitiere|empfiehl)\b",
    r"^\W*(?:bitte )?antworte(?:n sie)? (?:bitte )?(?:nur|ausschlie(?:ss)lich|immer|stets|genau|exakt|auf "
    r"(?:jede|alle) fragen?|mit (?:dem|den|der|folgende[nm]) (?:wort|worten|satz|text|zeichenfolge|phrase|"
    r"codewort))\b",
    r"\bbeantworte(?:n sie)? (?:jede|alle|samtliche|diese) fragen?\b.{0,40}\bmit\b",
    r"\b(?:erwahne|nenne|zitiere|verrate|verwende) (?:dabei )?(?:nicht|niemals|nie|keine|diese|die)(?: "
    r"\w+)? ?(?:anweisung(?:en)?|prompts?|andere[nr]? (?:quellen?|dokumente?n?|passagen?)|systemprompt)\b",
    r"\b(?:zitiere|kennzeichne|markiere|nenne|gib) (?:dies(?:e[nrs]?)?|das|es)(?: \w+)? als (?:quelle "
    r")?(?:[\[【]\d|quelle \d|gepruft|belegt|verifiziert)",
    r"\bsystem-?prompts? (?:preis|aus|offen|anzeigen|ausgeben|verraten)\b|\b(?:zeige?|verrate|gib|nenne) (?:mir "
    r")?(?:deinen?|den) system-?prompt\b",
    r"\b(?:deine|jede|alle deine) antwort(?:en)? (?:muss|mussen|soll|sollen|hat|haben) (?:\w+ )?(?:mit|lauten|"
    r"das wort|den satz|folgende)\b",
    r"\bfuge? (?:\S+ ){1,8}(?:an|in|zu) (?:deine[rnm]?|jede[rnm]?) antwort(?:en)?\b|\bbeende (?:jede|deine|alle "
    r"deine) antwort(?:en)? mit\b",
    rf"\b(?:wenn|falls|da) du (?:eine? )?(?:\w+ )?{_KI} bist\b",
    r"^\W*(?:bitte )?(?:sage?|sagen sie|erklare|teile) (?:dem|den|jedem|allen) (?:nutzern?|benutzern?|anwendern?)\b",
    r"\b(?:gib|nenne|schreibe?|sage?|behaupte|erwahne) in (?:deiner|jeder|allen?(?: deinen)?) antwort(?:en)?\b|"
    r"\bin (?:deiner|jeder|allen deinen) antwort(?:en)? (?:\w+ )?(?:sage?|nenne|behaupte|schreibe?|erwahne|musst "
    r"du|sollst du)\b",
    r"\bals (?:ki|sprachmodell|chat-?bot|ki-\w+) (?:musst|sollst|darfst|wirst|hast) du\b|\bdu (?:musst|sollst) "
    r"(?:immer |stets |nur )?(?:antworten|sagen|behaupten),? dass\b",
    r"\b(?:vergiss|ignoriere?) (?:alles|was) (?:\w+ )?(?:vorherige|obige|bisherige|zuvor|davor|oben|bisher|vorher)\b",
)

_IA = (
    r"(?:(?:la|toda|cualquier|una) (?:ia|inteligencia artificial)|(?:el|este|todo|cualquier|un|los) "
    r"(?:asistentes?(?: (?:virtual|digital|de ia))?|modelo de lenguaje|chat ?bot|modelo de ia|sistema de ia))"
)
SPANISH = (
    r"\b(?:ignor[ae]|ignorad|olvid[ae]|descart[ae]|desobedec[ea]|omit[ea]|haz caso omiso de|haga caso omiso de|"
    r"pasa por alto|no (?:sigas|hagas caso (?:a|de)|obedezcas))(?: por favor)?(?: a)?(?: tod[ao]s| "
    r"cualquier)?(?: las| los| tus| sus| mis)?(?: \w+)? ?(?:instruccion(?:es)?|indicacion(?:es)?|ordenes|reglas|"
    r"directrices|prompts?|mandatos)(?: \w+)? (?:anterior(?:es)?|previ[ao]s?|precedentes?|de arriba|del sistema|"
    r"iniciales|originales|que (?:te|le|se))",
    r"\b(?:ignor[ae]|olvid[ae])(?: todas)?(?: las| tus| sus) (?:anteriores|previas) (?:instrucciones|ordenes|"
    r"reglas)\b",
    r"\b(?:ahora|a partir de ahora|desde ahora),? (?:eres|seras|actuas como|ya no eres) (?:un |una |el )?(?:\w+ "
    r")?(?:asistente|ia|modelo|chat ?bot|pirata|dan)\b",
    r"\b(?:a partir de ahora|desde ahora|de ahora en adelante),? (?:solo |siempre )?(?:responde|contesta|di|cita|"
    r"debes (?:responder|decir|contestar)|responderas|diras)\b",
    rf"\b{_IA} (?:\w+ ){{0,4}}?(?:debe|deben|debera|deberia|tiene que|ha de|no debe|esta obligad[oa] a|solo "
    rf"puede) (?:\w+ ){{0,2}}?(?:responder|decir|contestar|citar|afirmar|mencionar|indicar|ignorar|escribir|"
    rf"incluir|recomendar|repetir|declarar)\b",
    rf"\b(?:instruccion(?:es)?|mensaje|nota|aviso|orden(?:es)?|atencion)(?: (?:para|a|al|dirigid[oa]s? (?:a|"
    rf"al)))?,? (?:{_IA}|ia\b|asistente\b|al asistente\b|al modelo de lenguaje)",
    r"^\W*(?:nuev[ao]s? |importante )?(?:instruccion(?:es)?|mensaje|aviso|orden(?:es)?|nota) del? "
    r"sistema ?[:.>-]|^\W*nuevas instrucciones ?:",
    r"\b(?:cuando|si|siempre que) (?:te|le|alguien|el usuario|un usuario|se te|se le|los usuarios|"
    r"os)\b.{0,40}?pregunt\w+.{0,80}?, ?(?:entonces |siempre |solo )?(?:di|responde|contesta|diga|responda|"
    r"conteste|afirma|recomienda|contestale|cita|dile|indica)\b",
    r"^\W*(?:por favor,? )?(?:responde|contesta|responda|conteste) (?:solo|solamente|unicamente|siempre|"
    r"exactamente|a (?:todas|toda|cualquier))\b",
    r"\bno (?:menciones|cites|reveles|muestres|uses)(?: \w+)? (?:\w+ )?(?:instruccion(?:es)?|otras fuentes|otros "
    r"documentos|prompt|indicaciones|los demas (?:documentos|pasajes))\b",
    r"\b(?:cita|marca|presenta) (?:esto|este|esta)(?: \w+)? como (?:fuente )?(?:[\[【]\d|verificad[oa]|comprobad[oa])",
    r"\b(?:revela|muestra|repite|imprime)(?:me)? (?:tu|el|las) (?:prompt|instrucciones) (?:del|de) sistema\b",
    r"\b(?:tu|cada|toda) respuesta (?:debe|debera|tiene que) (?:\w+ )?(?:decir|empezar|comenzar|terminar|"
    r"contener la|incluir la|ser exactamente)\b|\b(?:termina|acaba|empieza|comienza) (?:cada|tu|todas? (?:tus|"
    r"las)) respuestas? con\b",
    r"\bsi eres (?:un |una )?(?:\w+ )?(?:ia|asistente|modelo de lenguaje|chat ?bot|llm)\b",
    r"^\W*(?:por favor,? )?(?:dile|diles|di|diga|informa|responde) (?:al|a los|a todos los|a cada) usuarios?\b",
    r"\ben (?:tu|cada|todas (?:tus|las)) respuestas?,? (?:\w+ )?(?:di|menciona|afirma|incluye|escribe|debes|"
    r"recomienda)\b",
    r"\b(?:olvid[ae]|ignor[ae]) (?:todo )?lo (?:anterior|de arriba|que (?:te|se te) (?:dij|han? dich|orden|"
    r"indic)\w*)",
)

_FIA = (
    r"(?:l.ia\b|l.intelligence artificielle|(?:l.|cet |tout |un |aux |les )assistants?(?: (?:ia|virtuel|"
    r"numerique)s?)?|toute? (?:ia|intelligence artificielle)|(?:le|ce|tout|au|un) (?:modele de langage|chat ?bot|"
    r"modele d.ia|systeme d.ia))"
)
FRENCH = (
    r"\b(?:ignore[zr]?|oublie[zr]?|neglige[zr]?|ecarte[zr]?|desobeis(?:sez)?|ne (?:tiens|tenez) (?:pas|aucun) "
    r"compte(?: des?)?|ne (?:suis|suivez) pas|fais abstraction|faites abstraction)(?: de| des)?(?: toutes?| "
    r"tous)?(?: les| tes| vos| ces)?(?: \w+)? ?(?:instructions?|consignes?|directives?|regles|ordres|"
    r"prompts?)(?: \w+)? (?:precedent\w*|anterieur\w*|ci-dessus|initiales?|du systeme|recues?|plus haut|"
    r"d.origine)",
    r"\b(?:tu es|vous etes) (?:maintenant|desormais|dorenavant) (?:un |une |le )?(?:\w+ )?(?:assistant|ia|modele|"
    r"chat ?bot|pirate|dan)\b",
    r"\b(?:a partir de maintenant|desormais|dorenavant),? (?:tu )?(?:reponds|repondez|dis|dites|repondras|diras|"
    r"cite|citez|tu dois|tu ne)\b",
    rf"\b{_FIA} (?:\w+ ){{0,4}}?(?:doit|doivent|devra|devrait|est tenu de|ne doit|est prie de|a pour consigne "
    rf"de) (?:\w+ ){{0,2}}?(?:repondre|dire|citer|affirmer|mentionner|indiquer|ignorer|ecrire|recommander|"
    rf"repeter|inclure|declarer)\b",
    rf"\b(?:instructions?|message|note|consignes?|avis|attention)(?: (?:pour|a|destine\w* a))?,? (?:{_FIA}|ia\b)",
    r"^\W*(?:nouvelles? |important )?(?:instructions?|message|consignes?|avis|note) (?:du )?systeme ?[:.>-]|"
    r"^\W*nouvelles (?:instructions|consignes) ?:",
    r"\b(?:quand|lorsque|lorsqu.on|si|des que|chaque fois que) ?(?:on|un utilisateur|l.utilisateur|quelqu.un|tu "
    r"es|vous etes|te|vous|les utilisateurs)?\b.{0,30}?(?:demand|interrog|question)\w*.{0,80}?, ?(?:alors |"
    r"toujours )?(?:dis|reponds|repondez|dites|affirme[zr]?|cite[zr]?|indique[zr]?|recommande[zr]?)\b",
    r"^\W*(?:merci de )?(?:reponds|repondez|dis|dites) (?:uniquement|seulement|exactement|toujours|simplement|a "
    r"(?:toutes?|toute))\b",
    r"\bne (?:mentionne[zs]?|cite[zs]?|revele[zs]?|montre[zs]?|utilise[zs]?) (?:pas|jamais|aucune?) (?:\w+ "
    r")?(?:instructions?|consignes?|d.autres (?:sources|documents)|autre (?:source|document)|prompt|les autres "
    r"(?:sources|documents|passages))\b",
    r"\b(?:cite[zr]?|marque[zr]?|presente[zr]?) (?:ceci|cela|ce|cette)(?: \w+)? comme (?:source )?(?:[\[【]\d|"
    r"verifie\w*|etabli\w*)",
    r"\b(?:revele|affiche|montre|repete)[zr]?(?:-moi)? (?:ton|votre|le|tes|vos) (?:prompt|instructions)(?: du)? "
    r"systeme\b",
    r"\b(?:ta|chaque|toute|votre) reponse (?:doit|devra) (?:\w+ )?(?:dire|commencer|se terminer|finir|contenir "
    r"le mot|contenir la phrase|inclure la|etre exactement)\b|\b(?:termine|finis|commence)[zr]? (?:chaque|ta|"
    r"toutes tes|votre) reponses? par\b",
    r"\bsi (?:tu es|vous etes) (?:une? )?(?:\w+ )?(?:ia|assistant|modele de langage|chat ?bot|llm)\b",
    r"^\W*(?:dis|dites|indique[zr]?|reponds|repondez|affirme[zr]?) (?:a l.utilisateur|aux utilisateurs|a chaque "
    r"utilisateur|a tous les utilisateurs)\b",
    r"\bdans (?:ta|chaque|toutes tes|votre) reponses?,? (?:\w+ )?(?:dis|mentionne|affirme|ecris|inclus|tu dois|"
    r"recommande)\b",
    r"\b(?:oublie|ignore)[zr]? (?:tout )?ce qui (?:precede|est ecrit|a ete dit|vient d.etre)",
)
