"""Closed lists of words with which questions are made from English sentences. Pure.

What is not in them is not made into a question: a missing question costs nothing, a wrong one trust.
"""

from __future__ import annotations

_IRREGULAR = (
    "took take, began begin, broke break, became become, came come, fell fall, grew grow, held hold, led lead, "
    "left leave, lost lose, met meet, paid pay, rose rise, sank sink, sold sell, spoke speak, stood stand, won win, "
    "wrote write, went go, gave give, got get, built build, bought buy, brought bring, fought fight, found find, "
    "made make, ran run, sent send, struck strike, withdrew withdraw, flew fly, drew draw, stopped stop, "
    "admitted admit, permitted permit, planned plan, dropped drop, occurred occur, entered enter, visited visit, "
    "offered offer, ordered order, suffered suffer, discovered discover, delivered deliver, recovered recover, "
    "considered consider, registered register, triggered trigger, opened open, happened happen, threatened threaten, "
    "strengthened strengthen, answered answer, followed follow, allowed allow, joined join, returned return, "
    "attacked attack, burned burn, collapsed collapse, voted vote, stayed stay, destroyed destroy, played play, "
    "died die, moved move, died die, led lead, taught teach, chose choose, overthrew overthrow, swore swear"
)
_REGULAR = (
    "start end close launch found arrive marry retire resign debut premiere surrender approve adopt announce sign "
    "publish release introduce establish complete finish create abolish ban elect appoint replace merge acquire "
    "purchase pass reach cross invade conquer capture invent patent defeat award receive issue declare accept reject "
    "expire commence resume suspend vanish disappear appear change reduce increase raise lower double extend expand "
    "relocate migrate settle report confirm deny claim use produce perform cause require demand recommend include "
    "represent"
)


def _past(base: str) -> str:
    if base.endswith("e"):
        return base + "d"
    return base[:-1] + "ied" if base[-1] == "y" and base[-2] not in "aeiou" else base + "ed"


BASE = {_past(base): base for base in _REGULAR.split()} | dict(pair.split() for pair in _IRREGULAR.split(", "))
"""The base form of a verb by its past."""
del BASE["found"]  # nobody can tell whether it is the past of "find" or a participle

_STRONG = (
    "written wrote, taken took, led led, won won, built built, sold sold, bought bought, drawn drew, found found, "
    "given gave, made made, chosen chose, struck struck, taught taught, begun began, sunk sank, held held, lost lost, "
    "sent sent, told told, paid paid, known knew, seen saw, shown showed, shot shot, spoken spoke, sworn swore, "
    "broken broke, put put, set set, cut cut, laid laid, met met, left left, brought brought, overthrown overthrew, "
    "born bore, hit hit, spent spent, kept kept, heard heard, fought fought, driven drove, flown flew, stolen stole"
)
PAST_OF_PARTICIPLE = dict(pair.split() for pair in _STRONG.split(", "))
"""The past by the participle, of the verbs where it does not end in -ed."""

DOERS = frozenset(
    "founded wrote directed designed led discovered invented created won composed painted proposed commanded "
    "established introduced developed built published produced edited translated painted patented commissioned "
    "moved seconded opened launched organised organized chaired formulated coined conquered defeated killed "
    "assassinated signed announced approved drafted illustrated hosted presented succeeded appointed nominated".split()
)
"""Past forms of what persons and bodies do."""

OWNERS = frozenset(
    "has have had carries carry contains contain employs employ includes include comprises comprise operates operate "
    "serves serve seats seat holds hold houses house produces produce covers cover requires require publishes "
    "publish runs run owns own offers offer".split()
)
"""Verbs whose object may be counted: "the ferry carries 60 passengers"."""
SINGULAR_OWNERS = {
    "has": "have",
    "carries": "carry",
    "houses": "house",
    "produces": "produce",
    "requires": "require",
    "includes": "include",
    "comprises": "comprise",
    "operates": "operate",
    "serves": "serve",
} | {f"{base}s": base for base in "contain employ seat hold cover run own offer".split()}
SINGULAR_OWNERS["publishes"] = "publish"

DOES = {
    f"{base}s": base
    for base in "include contain require provide cause regulate prevent enable describe represent "
    "protect oppose recommend demand offer produce cover".split()
}
"""Verbs of "what does it ...?", by their third person."""

PEOPLE = frozenset(
    "politician author writer actor actress singer songwriter musician composer painter artist poet novelist "
    "journalist scientist physicist chemist biologist mathematician philosopher economist historian engineer "
    "architect inventor lawyer judge doctor physician nurse teacher professor soldier general admiral king queen "
    "emperor empress prince princess duke president minister chancellor senator governor mayor bishop pope saint monk "
    "explorer navigator footballer player cricketer golfer swimmer boxer wrestler coach manager director producer "
    "screenwriter entrepreneur businessman businesswoman philanthropist activist theologian reformer priest pastor "
    "rapper dancer comedian spokesman spokeswoman founder chairman leader commander botanist geologist astronomer "
    "astronaut man woman clerk editor publisher designer photographer".split()
)
THINGS = frozenset(
    "city town village state country county district province region island river lake mountain range sea ocean bay "
    "university college school company corporation organisation organization agency party newspaper magazine novel "
    "book film movie series song album band group language dialect religion church museum theatre theater building "
    "bridge castle tower station airport port harbour harbor road street railway line ship aircraft engine machine "
    "device process method technique theory law treaty agreement battle war event festival holiday disease condition "
    "syndrome protein gene enzyme molecule compound element metal mineral gas drug plant animal species genus family "
    "breed fish bird tree fruit food dish drink sport game software program system network standard protocol format "
    "type form kind branch field concept term measure unit instrument tool service programme project model platform "
    "database framework library tax fund bank market currency award prize title holding monument park square feature "
    "structure organ capital planet moon star body centre center part team club league mixture substance collection "
    "set alliance union federation republic kingdom empire dynasty tradition ceremony custom practice policy doctrine "
    "strategy philosophy movement ideology argument crisis disaster fire earthquake accident massacre genocide "
    "slaughter invasion rebellion revolution election stadium hospital prison cathedral palace fortress temple "
    "monastery abbey tournament competition race opera play poem symphony ballad waterfall volcano desert valley "
    "peninsula archipelago cell membrane organism bacterium virus particle force wave tissue bone muscle hormone "
    "vitamin chemical reaction militia material".split()
)
MEASURED = frozenset(
    "limit price fee charge population area height length width depth rate capacity budget cost turnout temperature "
    "salary deadline weight distance duration size toll fare tariff total revenue expenditure wage speed".split()
)
"""What a number tells: "the speed limit is 4 knots"."""
HOW = {"long": "long", "wide": "wide", "high": "high", "tall": "tall", "deep": "deep", "old": "old", "thick": "thick"}
GENERIC = frozenset(
    "introduction background overview summary conclusion conclusions references notes contents abstract results "
    "discussion methods history description details appendix index preface foreword acknowledgements bibliography "
    "links sources gallery etymology legacy reception background agenda news home about contact menu search share "
    "comments related navigation footer privacy terms login faq questions miscellaneous other general top main "
    "information more page section chapter part article document untitled text title resources help support".split()
)
"""Headings of one word that say nothing about the matter."""
