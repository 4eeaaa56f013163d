"""What orders to a reading machine look like, by language: data for rag/orders/detect.py.

The patterns see lower case without accents and with single spaces. Each asks for an addressee or an object that only a
machine has (earlier instructions, a prompt, its answer), because manuals give orders to people all the time.
"""

from __future__ import annotations

_START = (
    r"(?:^|[.:;,!?)\]\"“”*>|-] ?|\b(?:please|must|should|shall|now|then|and|you to|will|instead|simply|just|"
    r"immediately|you|can|may) )"
)
_MACHINE = (
    r"(?:(?:ai|llm|chat ?gpt|gpt(?:-?\d\w*)?)(?: (?:assistant|model|agent|system|chatbot|bot|reader|tool)s?)?|"
    r"(?:large )?language models?|chat ?bots?|(?:virtual|digital|answering|search|retrieval|automated) "
    r"(?:assistant|engine)s?|"
    r"assistants?(?! (?:to|of|for|at|in)\b|[ -](?:referee|coach|manager|professor|director|secretary|editor|"
    r"principal|teacher|commissioner|chief|superintendent|surgeon|engineer|warden|keeper|driver|head|vice|"
    r"general|attorney|minister|dean|curator|producer|librarian|nurse|bishop|trainer|judge|master|adjutant|"
    r"inspector)s?\b)|summari[sz]ers?)"
)
_SAY = (
    r"(?:answer|reply|respond|say|state|tell|cite|quote|mention|output|print|repeat|recommend|claim|assert|declare|"
    r"ignore|disregard|reveal|obey|refuse|inform|advise|notify|summari[sz]e|mislead|advertise|conclude|include|"
    r"append|begin|end|start|write|give|present|treat|use|call|describe|promote|praise|favou?r|rank)"
)
_ASKED = (
    r"(?:asked|questioned|queried|prompted|(?:the|a|any|some) users? (?:asks?|wants?|inquires?)|(?:someone|anyone|"
    r"anybody|somebody) asks)"
)
_BEFORE = (
    r"(?:previous|prior|above|earlier|preceding|foregoing|former|existing|initial|original|system|your|my|other|"
    r"safety|aforementioned)"
)
_TASK = (
    r"(?:instructions?|prompts?|directions|directives?|rules|guidelines|commands?|orders|programming|training|"
    r"constraints|restrictions|system message)"
)

ENGLISH = (
    rf"{_START}(?:ignore|disregard|forget|override|bypass|discard|abandon|dismiss|neglect|do not (?:follow|obey)|"
    rf"don.?t (?:follow|obey)|stop (?:following|obeying))"
    rf"(?: (?!instructions)\w+){{0,4}}? (?:{_BEFORE} )(?:\w+ ){{0,2}}?{_TASK}\b",
    rf"{_START}(?:ignore|disregard|forget|override) (?:all|any|every) (?:of )?(?:the |these |those "
    rf")?{_TASK}\b(?: (?:above|before|given|so far|you)|[.,;:!]|$)",
    rf"{_START}(?:ignore|disregard|forget) (?:everything|anything|all|whatever) (?:\w+ ){{0,3}}?(?:above|before "
    rf"this|you (?:were|have been|are) told|(?:the )?other (?:passages|documents|sources))\b",
    rf"{_START}(?:ignore|disregard) (?:all |any |the )*other (?:passages|documents|sources|evidence)\b",
    rf"\byou are (?:now|no longer|henceforth|from now on) (?:\w+ ){{0,4}}?(?:{_MACHINE}|dan\b|unrestricted|"
    rf"jailbroken|uncensored|bound by|a pirate|free (?:of|from) (?:all )?(?:rules|restrictions))",
    r"\b(?:from now on|henceforth|starting now|from this point on),? (?:you )?(?:will |must |should |shall |are "
    r"to |only |always )*(?:answer|respond|reply|act as|say|speak|behave|pretend|obey|cite|recommend)\b",
    rf"\b{_MACHINE},? (?:[\w']+ ){{0,5}}?(?:must|should|shall|is to|are to|has to|have to|needs? to|(?:is|are) "
    rf"(?:hereby )?(?:required|instructed|ordered|told|asked|directed|obliged|authori[sz]ed) to|may only|may not|"
    rf"will(?: now)? (?:always|only)|please|is not allowed to) "
    rf"(?:not |never |always |only |therefore |now |also |then |instead )*{_SAY}\b",
    rf"\b(?:dear|hey|hello|hi|attention|listen|(?:note|message|memo|hint|advice|information) (?:to|for)|"
    rf"instructions? (?:to|for)|notice (?:to|for)|addressed to|reminder (?:to|for)|important for|attn:?),? "
    rf"(?:the |any |all |every |this |our |an |whatever |you,? )*(?:reading |processing |indexing )?{_MACHINE}\b",
    rf"^{_MACHINE} ?[:,-] ?(?:please |you must |do not |don.t |never |always )*{_SAY}\b",
    rf"\b(?:when|whenever|if|once)(?: you(?: are|.re)?| it is)? (?:ever )?{_ASKED} (?:about|for|what|who|when|"
    rf"where|why|how|which|whether|if|to|anything|the|a|any|on)\b.{{0,90}}?[,:] ?(?:please |you must |you should "
    rf"|always |only |simply |just |then |do )*(?:answer|reply|respond|say|state|tell (?:them|him|her|the user)|"
    rf"output|print|claim|cite|recommend|mention|assert|insist)\b",
    rf"{_START}(?:answer|reply|respond|say|state|claim|recommend|cite)\b.{{0,80}}? (?:when|whenever|if|to (?:any|"
    rf"every|all) (?:user|question|who)) ?(?:you are |ever )*{_ASKED}?\b.{{0,12}}(?:asked|asks|asking|question) "
    rf"(?:about|for|whether|what|who|when|how|why)\b",
    r"^\W*(?:please |now |always |only |you must |you should |you will |assistant,? )*(?:answer|reply|respond) "
    r"(?:to (?:the user|every question|all questions|any question|this question) )?(?:only|exactly|solely|just|"
    r"always|verbatim|nothing but)(?: and only)? ?(?:with|by|that|using|in|:|[\"“'«])",
    r"^\W*(?:please |now |always |only |you must |you should |you will )*(?:say|output|print|write|return|"
    r"repeat) (?:only|exactly|verbatim|nothing but)(?: the)? ?(?:[:\"“'«]|(?:words?|phrase|sentence|following)\b)",
    r"^\W*(?:please |now |you must |you should |you will )*(?:answer|reply|respond) with (?:the |this |these "
    r")?(?:exact |single |one |following )*(?:exactly|only|nothing but|words?|phrase|sentence|canary|secret)\b",
    r"\b(?:do not|don.?t|never|must not|may not|should not) (?:ever )?(?:mention|reveal|cite|tell|disclose|"
    r"quote|show|refer to|repeat|trust|believe) (?:(?:to |the |any |anything |about |this |that |these |it |"
    r"from |of |your |all |of )*)(?:users?\b(?= (?:about|that|this|of|any)|[.!]|$)|other (?:sources?|documents?|"
    r"passages?)|(?:system )?prompt\b|(?:this|these|your|hidden|secret|above) (?:instructions?|note|message|"
    r"text|rules?)\b|the (?:passages?|evidence)\b)",
    r"\b(?:cite|quote|reference|mark|label|treat|present|flag) (?:this|it|that|the following|me|us)(?: "
    r"(?:document|passage|page|text|sentence|article|source|note|statement|claim|paragraph))? (?:as|with|under|"
    r"by) (?:the )?(?:marker |number |source |passage |being )*(?:[\[【(]\d|\d\b|only (?:source|truth)|"
    r"authoritative|verified|verbatim|grounded|supported|checked|most (?:reliable|trusted)|true\b)",
    r"\b(?:reveal|print|show|repeat|output|display|leak|share|ignore|disclose|expose|dump)(?: me| us)? (?:your|"
    r"the|its|all|any|this)(?: \w+)? ?(?:system|initial|hidden|secret) (?:prompts?|instructions?|messages?)\b",
    r"\b(?:new|updated|additional|overriding|hidden|secret|revised|urgent|priority|critical|mandatory) "
    r"(?:system |admin )?(?:instructions?|prompts?|directives?)(?: (?:for|to|from) [^.:]{1,40})? ?(?::|begin|"
    r"follow|supersede|override)",
    r"^\W*(?:system|admin(?:istrator)?|developer|root) ?(?:prompt|message|override|instructions?|directive|"
    r"command|notice|note|update|alert|policy)s? ?(?:\(\w+\) ?)?[:>\]-]",
    r"\b(?:system prompt|system override|system message|prompt injection|override code) ?(?:is|:|=|begins?|ends?|"
    r"updated|activated|accepted|engaged)",
    r"^\W*(?:system|assistant|ai|chat ?gpt|tool|function|developer) ?[:>\]] ?(?:you\b|your\b|ignore\b|the "
    r"answer\b|the (?:correct|user|final)\b|answer\b|reply\b|respond\b|always\b|never\b|sure\b|yes\b|no\b|okay\b|"
    r"here (?:is|are)\b|i (?:am|have|can|will|found|must)\b|based on\b|according to\b|from now\b|all (?:previous|"
    r"prior|users|questions|answers)\b|new (?:rule|instruction|task)s?\b|.{0,80}\b(?:is|are|was|were|must|will|"
    r"has|have|says?|costs?)\b.{0,80}[.!]|.{0,120}[\[【]\d{1,2}[\]】])",
    r"^\W*(?:system|assistant|tool|developer|instruction) ?:$",
    r"^\W*(?:tool|function|search|retrieval|browser|plugin)[ _](?:output|result|response|call|"
    r"return)s? ?(?:\([^)]*\) ?)?[:=\]>]",
    r"\[(?:system|assistant|tool|inst|/inst|sys|user|instruction|end of (?:context|passages?|documents?|evidence|"
    r"data))\]|#{2,} ?(?:system|instructions?|assistant|response|human|user)\b ?(?:prompt|message)?:",
    r"<\|[a-z_ ]{2,30}\|>|<</?sys>>|</?(?:start|end) of turn>|(?:^\W?<|</)(?:system|assistant|"
    r"instructions?)>(?!:)|</?(?:tool (?:call|response|output|result)|function (?:call|result)s?|im start|im end|"
    r"system[ -]prompt|admin|evidence|passages?|prompt)(?: [^<>]{0,60})?>|<<<+ ?(?:end|passage|begin|start)\b",
    r"[\"']role[\"'] ?: ?[\"'](?:system|assistant|tool|developer)[\"']",
    r"\b(?:(?:end|start|begin|beginning) of (?:the )?(?:passages?|evidence|context|user input|system prompt|"
    r"prompt|retrieved (?:text|documents?)|untrusted (?:data|text)))\b ?(?:[:\].>=-]|$)",
    r"\byour (?:final |next |whole |only |entire )*(?:answer|reply|response|output|summary)s? (?:must|should|"
    r"shall|has to|needs to|will|is to|may) (?:not |never |always |only |also |now )*(?:say|begin|start|end|"
    r"finish|mention|recommend|cite|quote|state|repeat|contain (?:only |exactly )?(?:the (?:word|phrase|text|"
    r"sentence|string|code|following)|[\"“'«])|include (?:the (?:word|phrase|text|sentence|string|code|"
    r"following|link)|[\"“'«])|be (?:exactly|only|replaced|[\"“'«:]))",
    r"\b(?:append|insert|include|add|put|place|embed|prepend|mention|repeat|write|use) .{0,80}?\b(?:to|in|into|"
    r"at|with|before|after) (?:the (?:end|beginning|start|top|bottom) of )?(?:your|every|each|all|any) (?:of "
    r"your )?(?:final |next )?(?:answers?|repl(?:y|ies)|responses?|outputs?|summar(?:y|ies))\b",
    r"^\W*(?:please |now |always |you must )*(?:end|begin|start|finish|close|open|conclude|preface) (?:your|"
    r"every|each|all|any)(?: of your)? (?:answers?|repl(?:y|ies)|responses?|outputs?|sentences?) (?:with|by)\b",
    r"\b(?:all |any |every |each )?(?:users?.? )?(?:questions?|quer(?:y|ies)|requests?) (?:about|on|regarding|"
    r"concerning|as to|related to) .{1,80}? (?:must|should|shall|are to|is to|has to|have to|needs? to) "
    r"(?:always |only |now )?be (?:answered|met|replied to|responded to|resolved) (?:with|by|as|using|in the "
    r"words)\b",
    r"\bthe (?:correct |only |final |right |true )*(?:answer|reply|response) to (?:any|every|all|the user.?s|"
    r"each|this user.?s) (?:\w+ )?questions?\b",
    r"^\W*(?:please |now )?(?:pretend|act|behave|role-?play|imagine|simulate) (?:to be|as if|as|like|that|"
    r"you(?: are|.re| were))(?: you(?: are|.re| were))? (?:an? |the )?(?:\w+ ){0,2}?"
    rf"(?:unrestricted|jailbroken|uncensored|evil|rogue|{_MACHINE})\b",
    r"\b(?:decode|decrypt|unscramble) (?:this|the following|the) (?:\w+ )?(?:base64|text|string|"
    r"message)? ?.{0,20}\band (?:then )?(?:follow|obey|execute|do|run|answer|reply|say)\b",
    r"\bas (?:the|your|an?) (?:system )?(?:administrator|developer|operator|admin|creator),? i (?:order|instruct|"
    r"command|require|authori[sz]e|direct|tell|ask) you\b",
    r"\b(?:this|the following|it)(?: \w+)? (?:overrides|supersedes|replaces|takes precedence over) (?:all |any |"
    r"every |the |your )+(?:\w+ )?(?:instructions?|prompts?|system (?:prompt|message)|passages?|guidelines of "
    r"the assistant)\b",
    rf"\b(?:if|since|because|in case) you(?: are|.re) (?:an? |the |some )?(?:\w+ )?{_MACHINE}\b",
    r"^\W*(?:please |now |always |you must |you should |you will |instead,? )*tell (?:the |all |any |every |each "
    r"|our )users? (?:that|about|the|to|it|this|how)\b",
    rf"\bin (?:your|every|each|all|any|all your|every one of your) (?:final |next )?(?:answers?|repl(?:y|ies)|"
    rf"responses?|outputs?|summar(?:y|ies)),? (?:please |always |you (?:must|should|will|have to) |only "
    rf")*{_SAY}\b",
    r"\b(?:do not|don.?t|never) (?:answer|reply|respond) (?:from|with|using|based on|according to) (?:the |any |"
    r"those )*(?:other )?(?:passages|sources|documents|evidence|context)\b",
    r"^\W*you (?:will|must|should|shall|are to|have to) (?:now |only |always |therefore |instead |simply "
    r")*(?:answer|reply|respond|claim|say|state) (?:that|with the|only|exactly|as if)\b",
    rf"\byou are (?:an? |the )(?:\w+ ){{0,2}}?{_MACHINE} (?:that|who|which|designed|trained|whose|called|named)\b",
    r"\byou have (?:now )?been (?:reprogrammed|jailbroken|hacked|given new (?:instructions?|rules|orders)|"
    r"updated with new (?:instructions?|rules))\b|\byour (?:new|only|real|true|actual) (?:task|purpose|goal|"
    r"instructions?|objective|mission|role) (?:is now|is to|are|now is)\b|\byour (?:task|purpose|role|job) is "
    r"now\b",
    r"(?:^|[.!?] )\W*(?:new|updated|real) task ?:",
    r"^\W*(?:please |now |stop[.!] )*(?:ignore|disregard|forget) (?:all |everything |of )*(?:the )?(?:text |"
    r"passages? |content |words? |sentences? )?(?:above|preceding)(?: (?:text|passages?|content|words))?(?: "
    r"(?:and|instead)\b|[,;!.]|$)",
    r"\b(?:previous|prior|earlier|former|existing|all(?: other)?) (?:\w+ )?(?:instructions|prompts?|safety "
    r"rules|system (?:rules|messages?)|guardrails) (?:are|is|have been|has been) (?:now |hereby )*(?:void|"
    r"cancel\w*|revoked|no longer|obsolete|overridden|suspended|lifted|superseded|replaced|withdrawn|null)",
    r"^\W*(?:please |now |always )*(?:output|print|say|answer|reply|respond|return|write)(?: with)? (?:the "
    r")?(?:words?|phrase|sentence|code ?word) \S+ (?:for|to|when|in|if) (?:every|each|all|any|asked|response|"
    r"reply|answer|whenever|you)\b",
    r"^\W*(?:please |now )?(?:forget|ignore|disregard) (?:what|everything|anything|all|whatever)(?: that)? "
    r"(?:you (?:were|have been|are|know)|your (?:developers?|creators?|makers?|operators?|training|programm\w+|"
    r"system))\b",
    r"\b(?:every|each|any|all|the) (?:reply|replies|responses?|answers?|summary|summaries|outputs?|texts?) "
    r"(?:that |which )?you (?:will |may )?(?:generate|give|write|produce|return|compose|send)\b",
    r"^\W*(?:please |now |always |only |never |do not |you must |you should )*(?:answer|reply to|respond to|"
    r"ignore|refuse|decline|dismiss|skip)(?: to answer)? (?:the|any|every|all|this|these) (?:users?(?:.s)? "
    r")(?:questions?|quer(?:y|ies)|requests?|messages?|prompts?)\b",
    r"^\W*(?:please |now |always |only |you must |you should |you will )*(?:answer|reply|respond) to (?:all|any|"
    r"every|each|further|future|these|this|the|a) .{0,40}?\b(?:quer(?:y|ies)|questions?|users?|requests?|"
    r"messages?|prompts?)\b.{0,20}? (?:with|by (?:saying|stating)|in the words)\b",
    r"\b(?:make sure|ensure|be sure|take care|remember|see to it|(?:it is |very |extremely |absolutely "
    r")*(?:important|vital|crucial|essential|imperative|mandatory|necessary))(?: to it)?(?: that)? (?:your "
    r"(?:answer|reply|response|summary|output)|you (?:always |only )?(?:say|state|answer|reply|respond|cite|"
    r"mention|tell|claim|repeat|recommend|quote)|the assistant)\b",
    r"\b(?:you (?:no longer|do not|don.?t) (?:need|have) to cite|do not (?:add|include|give|show|use|write) "
    r"(?:any )?(?:citations?|markers|source numbers)|(?:without|omit|drop|skip|leave out) (?:any |the |all "
    r")?citations? (?:in|from) your)\b",
    r"\bwhen(?:ever)? (?:you (?:are )?)?(?:generat|produc|writ|compos|formulat|creat|giv|prepar)(?:e|ing) (?:a|"
    r"an|the|your|any) (?:response|answer|reply|summary|output)\b",
    r"\bthe users? (?:has|have|had|actually|really|just|also)? ?(?:asked|asks|told|tells|wants|instructed|"
    r"authori[sz]ed|allowed|permitted) you\b",
    r"\bif the (?:users?.s? )?(?:question|query|prompt|user message) (?:is|asks|mentions|concerns|contains|"
    r"refers|has to do) .{1,80}?[,:] ?(?:please |always |only |you must |then )*(?:answer|say|reply|respond|"
    r"state|claim|cite)\b",
    rf"^\W*{_MACHINE} (?:readers?|crawlers?|instructions?|directives?|note|notice|agents?) ?[:,]|^\W*override ?:",
    r"\b(?:begin|end|start)(?:ning)?(?: of)? (?:the )?(?:privileged|system|admin|developer|hidden|secret|"
    r"assistant|ai|internal|confidential|root) (?:instructions?|prompts?|messages?|commands?|directives?)\b",
    rf"\bstop (?:being|acting as|behaving like) (?:an? |the )?(?:\w+ )?{_MACHINE}\b|^\W*(?:act|respond|answer|"
    rf"behave) as dan\b",
    r"\b(?:message|instructions?|orders?|note|command|directive|notice) from (?:your|the ai.?s|the assistant.?s) "
    r"(?:administrators?|developers?|operators?|creators?|system|makers?|owners?)\b",
    r"\b(?:set aside|put aside|lay aside|ignore|disregard|forget|discard|drop) (?:all |any |every |the )+(?:\w+ "
    r")?(?:guidance|instructions?|rules|directions|guidelines|prompts?|context|orders) (?:provided |given |"
    r"received |you (?:were given|received|got|have) |stated |set |that came )*(?:before|above|so far|"
    r"previously|earlier|up to|until now)\b",
    r"\b(?:ignore|disregard|do not answer|don.?t answer|skip) (?:the |this |that )?(?:user.s )?(?:question|"
    r"query)(?: (?:and|instead)\b|[.!;]|$)",
    r"^\W*(?:please )?(?:ignore|disregard) what (?:the )?(?:other|remaining|previous) (?:documents|passages|"
    r"sources|articles|pages)\b",
    r"\b(?:human|user|question) ?: .{3,160}? (?:ai|assistant|model|bot|chat ?gpt) ?: ",
    r"^\W*(?:please |now |always |only |never |you must |you should |and )*(?:write|begin|start|end|mention|"
    r"include|give|keep|make|phrase|put|use|repeat|sign|format|produce|translate|finish|place|add|"
    r"print)\b.{0,60}?\b(?:your (?:reply|response|output|summary)|sentence of your \w+)\b",
    r"^\W*(?:please |now |always |never |you must |you should )*(?:let|inform|advise|notify|remind|convince|"
    r"assure|persuade) (?:the |all |any |every |each )users? (?:know )?(?:that|of the|about)\b",
    r"^\W*(?:please )?(?:hide|conceal|keep|withhold) .{1,60}? (?:from|secret from) (?:the |all |any |every )users?\b",
    r"\b(?:use|treat|take|consider|regard|accept) (?:this|the following|these)(?: \w+)? as (?:your|the) (?:only|"
    r"sole|single|main|primary|authoritative) (?:source|truth|reference|evidence)\b",
    r"^\W*(?:please |now |and )*(?:ignore|disregard|forget) (?:all |any |the |your )*(?:prior|previous|above|"
    r"earlier|preceding|other) (?:context|conversations?|messages?|inputs?|passages?|evidence|chat)\b",
    rf"\byour (?:previous|prior|original|earlier|former|initial) {_TASK}\b|\byour (?:system|initial|hidden) "
    rf"(?:prompt|message)\b",
    r"\b(?:answer|reply|respond)(?: to)? (?:every|each|all|any)(?: of the| user)? (?:questions?|quer(?:y|ies)|"
    r"prompts?) (?:with|by)\b|\bto (?:anything|everything|whatever) you(?:.re| are) asked\b",
    r"^\W*\[? ?(?:admin|root|developer|override|ai|llm|gpt) ?\]",
    r"\b(?:addressed to|meant for|written for|intended for|directed at) (?:the |any |every )?(?:software|"
    r"machines?|programs?|algorithms?|bots?|ai|model) (?:that|which|who|reading|processing)\b",
)


# Of a text without anything but letters. The groups are the words that are told apart when nothing is broken up.
SQUEEZED = (
    r"(ignore|disregard|forget|override)(?:all|any|the|every|of|your|my)*(previous|prior|above|earlier|preceding|"
    r"system|your)\w{0,8}?(instruction|prompt|direction|rules|guideline|command)",
    r"(reveal|print|show|ignore)(?:your|the)(system)(prompt)",
    r"(ignorier)(?:e|ensie)(?:alle|die|deine)*(bisherigen|vorherigen|obigen)(anweisung|regeln|vorgaben)",
    r"(ignora)(?:todas)?(?:las|tus)(instrucciones)(anteriores)",
    r"(ignore)(?:z|r)?(?:toutes)?(?:les|tes|vos)(instructions)(precedentes)",
)
BROKEN = ("ignor", "disregard", "forget", "override", "systemprompt")

TURN = (
    r"^\W*(?:system|assistant|ai|tool|function|developer|instructions?)[^:\]>]{0,40}[:\]>]|^\W*<\||"
    r"^\W*<+ ?(?:start of|end|passage|system|assistant)|\[/?(?:inst|system|assistant|sys)\]"
)

# A sentence without any of these (in a text with a space at both ends) is no order: it spares the patterns above.
HINTS = tuple(
    (
        "assist| ai | ai,| ai:|[ai|a.i| ki | ki-| ki:| ia | ia,|l'ia| llm|gpt| dan |chatbot|chat bot|chat-bot|"
        "language model|sprachmodell|modelo de|modele de|summariser|summarizer|instruc|instruk|prompt|anweis|vorgabe|"
        "befehl|consigne|directi|guideline|guidance|richtlinie|aufforder| rules|regel|regla|regle|ordenes|ordres|"
        "orders|command|answer| reply|replies| respon|repon| antwort|beantwort|contest| user|utilisateur|usuario|"
        "nutzer|anwender|asked|asks|pregunt|fragt|frag|demand|interrog|system:| system message|your system|hidden|"
        'system]|system>|system-|systeme|sistema|output| cite|citation| cita|zitier|[|【|<|{|#|role"|passage|evidence|'
        "context|kontext|decode|override|overrid|jailbr|other source|other document|otras fuentes|d'autre|"
        "andere quelle|anderen quelle|as verified|as true|as ground|as author|comme verif|como verif|als geprüft|"
        "als gepruft|als belegt|als verif|als quelle|say only|say exactly|print only|print exactly|nothing but|"
        "verbatim|everything|whatever|anything|you were|your developer|your creator| note |notiz| nota | avis |"
        " aviso | mensaje|hinweis|nachricht|message|new task|updated task|real task|previas|summary|as dan|"
        "only source|sole source|bisherig|vorherig|function |function:|developer| admin|root |search |browser|plugin|"
        "from now|henceforth|a partir d|desormais|dorenavant|desde ahora|ab jetzt|ab sofort|ab nun|conversation|"
        "restriction| above|lo anterior|ce qui|vergiss|ignorier|ignor|training|constraint|you are now|"
        "you are no longer|you are henceforth|du bist|tu es|vous etes|eres |seras|as if you|pretend|software|machine|"
        "program|algorithm| bots|supersede|as the dev|as the sys|as your | sage | sagst|nenne| dis | dites| di |"
        " diras|base64"
    ).split("|")
)
