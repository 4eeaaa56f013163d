"""Statements about the sample documents as a language model would write them: each true one with a twin in which
exactly one number, date, name or negation (or hedge) was altered. Written by hand; every quote stands in its document.

The pairs marked `held_out` were written after rag/verify.py had been fitted to the others, those of the last list after
it had been looked over once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "date", "name", "negation"]


@dataclass(frozen=True, slots=True)
class Pair:
    uri: str
    quotes: tuple[str, ...]
    kind: Kind
    true: str
    altered: str
    held_out: bool = False


_KINDS: dict[str, Kind] = {"N": "number", "D": "date", "A": "name", "G": "negation"}


def _about(uri: str, *quotes: str, held_out: bool = False) -> _Reader:
    return _Reader(uri, quotes, held_out)


@dataclass(frozen=True, slots=True)
class _Reader:
    uri: str
    quotes: tuple[str, ...]
    held_out: bool

    def __call__(self, *told: tuple[str, str, str]) -> list[Pair]:
        return [Pair(self.uri, self.quotes, _KINDS[kind], true, altered, self.held_out) for kind, true, altered in told]


# fmt: off
_TRUCE = [
    _about("truce/border-attack.docx",
        "Three US soldiers were killed in an attack at the border between Jordan and Syria at the end of January. "
        "Washington holds the Islamic Resistance in Iraq responsible, a group of militias backed by Iran. Kataib "
        "Hezbollah is one of them.")(
        ("N", "3 American soldiers died in an attack on the Jordanian-Syrian border.",
         "4 American soldiers died in an attack on the Jordanian-Syrian border."),
        ("D", "The attack that killed three US soldiers took place in late January.",
         "The attack that killed three US soldiers took place in late February."),
        ("A", "Washington blames the Islamic Resistance in Iraq, an umbrella of Iran-backed militias.",
         "Washington blames the Islamic Resistance in Lebanon, an umbrella of Iran-backed militias."),
        ("A", "Kataib Hezbollah belongs to the Islamic Resistance in Iraq.",
         "Kataib Hashd belongs to the Islamic Resistance in Iraq."),
        ("G", "Kataib Hezbollah is one of the militias in the Islamic Resistance in Iraq.",
         "Kataib Hezbollah is not one of the militias in the Islamic Resistance in Iraq."),
        ("G", "Washington holds the group of Iran-backed militias responsible for the attack.",
         "Washington does not hold the group of Iran-backed militias responsible for the attack.")),
    _about("truce/border-attack.docx",
        "A senior Iranian commander went to Baghdad after the attack. He met militants there and urged them to "
        "de-escalate without delay. Kataib Hezbollah then declared that it was suspending its attacks on US troops "
        "in Syria and Iraq. Other groups promised to continue.")(
        ("A", "After a senior Iranian commander visited Baghdad, Kataib Hezbollah said it was suspending its attacks.",
         "After a senior Iranian commander visited Damascus, Kataib Hezbollah said it was suspending its attacks."),
        ("A", "Attacks on US troops in Iraq and Syria were suspended by Kataib Hezbollah.",
         "Attacks on US troops in Iraq and Yemen were suspended by Kataib Hezbollah."),
        ("G", "Other groups, however, promised to continue their attacks.",
         "Other groups, however, refused to continue their attacks."),
        ("G", "The Iranian commander urged the militants he met to de-escalate.",
         "The Iranian commander never urged the militants he met to de-escalate.")),
    _about("truce/border-attack.docx",
        "On February 2, US forces answered the three deaths with strikes on targets of Iran-backed groups in both "
        "countries, Iraq and Syria. In a later missile strike in Baghdad they killed two leaders of Kataib "
        "Hezbollah.")(
        ("N", "A later missile strike in Baghdad killed 2 leaders of Kataib Hezbollah.",
         "A later missile strike in Baghdad killed 5 leaders of Kataib Hezbollah."),
        ("N", "US forces responded to the 3 deaths with strikes in both countries.",
         "US forces responded to the 13 deaths with strikes in both countries."),
        ("D", "US forces hit targets of Iran-backed groups in Iraq and Syria on Feb. 2.",
         "US forces hit targets of Iran-backed groups in Iraq and Syria on Feb. 12."),
        ("D", "The American strikes on 2 February were an answer to the three deaths.",
         "The American strikes on 2 March were an answer to the three deaths."),
        ("A", "Two Kataib Hezbollah leaders were later killed by a US missile in Baghdad.",
         "Two Kataib Hezbollah leaders were later killed by a US missile in Basra.")),
    _about("truce/border-attack.docx",
        "A Beirut source with ties to the Iranian side dates the last attack to February 4. After it, the source "
        "told The National, every armed group joined the truce. Discussions with the Iranians and with the "
        "government in Baghdad came before that step.")(
        ("D", "According to a source in Beirut, the last attack was on Feb. 4.",
         "According to a source in Beirut, the last attack was on Feb. 14."),
        ("A", "All armed groups joined the truce afterwards, the Beirut source told The National.",
         "All armed groups joined the truce afterwards, the Cairo source told The National."),
        ("A", "The source told The National that every armed group had joined the truce.",
         "The source told The Guardian that every armed group had joined the truce."),
        ("G", "Every armed group joined the truce, the source said.",
         "Not every armed group joined the truce, the source said."),
        ("G", "The step was preceded by discussions with the Iranians and with the Baghdad government.",
         "The step was not preceded by discussions with the Iranians and with the Baghdad government.")),
    _about("truce/border-attack.docx",
        "Date: January 27; Event: First round of talks between Iraq and the United States",
        "Date: February 4; Event: Last attack by the militias on US forces")(
        ("D", "Iraq and the United States first held talks on Jan. 27.",
         "Iraq and the United States first held talks on Jan. 17."),
        ("D", "The militias attacked US forces for the last time on 4 February.",
         "The militias attacked US forces for the last time on 4 March."),
        ("D", "The first round of talks was on January 27, and the last militia attack followed on February 4.",
         "The first round of talks was on January 27, and the last militia attack followed on February 6.")),
    _about("truce/coalition-talks.html",
        "The first round of talks between Iraq and the United States took place on January 27. At stake is how the "
        "mission of the international coalition in the country should end.")(
        ("D", "Talks between Iraq and the US on ending the coalition's mission opened on 27 January.",
         "Talks between Iraq and the US on ending the coalition's mission opened on 27 June."),
        ("A", "Iraq and the United States are negotiating how the coalition's mission should end.",
         "Iraq and the United Nations are negotiating how the coalition's mission should end."),
        ("N", "The first round of the talks was held on January 27.",
         "The third round of the talks was held on January 27.")),
    _about("truce/coalition-talks.html",
        "The United States has about 2,500 troops in Iraq. They belong to the international coalition against ISIS.")(
        ("N", "About 2500 US troops are stationed in Iraq.", "About 3500 US troops are stationed in Iraq."),
        ("N", "Roughly two thousand five hundred American troops are in Iraq.",
         "Roughly five thousand two hundred American troops are in Iraq."),
        ("N", "The US contingent in Iraq counts around 2,500 troops and is part of the coalition against ISIS.",
         "The US contingent in Iraq counts around 25,000 troops and is part of the coalition against ISIS."),
        ("A", "The US troops in Iraq are part of the international coalition against ISIS.",
         "The US troops in Iraq are part of the international coalition against NATO."),
        ("A", "Some 2,500 US troops are in Iraq.", "Some 2,500 US troops are in Kuwait."),
        ("G", "The American troops in Iraq belong to the coalition against ISIS.",
         "The American troops in Iraq no longer belong to the coalition against ISIS.")),
    _about("truce/coalition-talks.html",
        "Demands that US forces go home are not new in Iraq. American strikes on militia targets inside the country "
        "have pushed the government to act on them.")(
        ("G", "Calls for US forces to go home are nothing new in Iraq.",
         "Calls for US forces to go home are new in Iraq."),
        ("G", "Demands in Iraq that US forces leave are not new.", "Demands in Iraq that US forces leave are new."),
        ("G", "US strikes on militia targets pushed the Iraqi government to act on the demands.",
         "US strikes on militia targets never pushed the Iraqi government to act on the demands.")),
    _about("truce/coalition-talks.html",
        "The talks did not run smoothly. A lawmaker in Baghdad who is close to the militias says that the Americans "
        "interrupted them after the attack in Jordan, and that the government then obtained a halt to the attacks "
        "from the armed factions.")(
        ("A", "The Americans interrupted the talks after the attack in Jordan, a lawmaker said.",
         "The Americans interrupted the talks after the attack in Turkey, a lawmaker said."),
        ("G", "The talks did not go smoothly.", "The talks went smoothly."),
        ("G", "A Baghdad lawmaker close to the militias says that the Americans interrupted the talks.",
         "A Baghdad lawmaker close to the militias denies that the Americans interrupted the talks."),
        ("G", "The talks failed to run smoothly, and the Americans interrupted them after the attack in Jordan.",
         "The talks ran smoothly, and the Americans interrupted them after the attack in Jordan.")),
    _about("truce/coalition-talks.html",
        "Harakat Al Nujaba says through its spokesman that the halt should help the government to take charge of "
        "the dialogue on the departure of the Americans.")(
        ("A", "Harakat Al Nujaba says the halt should let the government lead dialogue on the Americans' departure.",
         "Harakat Al Sudan says the halt should let the government lead dialogue on the Americans' departure."),
        ("G", "The halt should help the government take charge of the dialogue, Harakat Al Nujaba says.",
         "The halt should not help the government take charge of the dialogue, Harakat Al Nujaba says.")),
    _about("truce/fear-of-strikes.txt",
        'Fear of further US strikes on militia leaders is the "real reason" for the truce, according to Iraqi '
        "sources who spoke to The National. Their account departs from the one given by the militias and by a "
        "lawmaker close to them.")(
        ("A", 'Iraqi sources told The National that fear of further US strikes is the "real reason" for the truce.',
         'Syrian sources told The National that fear of further US strikes is the "real reason" for the truce.'),
        ("G", 'The "real reason" for the truce is fear of further US strikes on militia leaders, Iraqi sources say.',
         'The "real reason" for the truce is not fear of further US strikes on militia leaders, Iraqi sources say.'),
        ("G", "According to Iraqi sources, the truce is due to fear of more US strikes on militia leaders.",
         "The truce is due to fear of more US strikes on militia leaders.")),
    _about("truce/fear-of-strikes.txt",
        "The same sources confirm that the Iraqi factions reached an agreement with the government and will end "
        "hostilities toward American targets in Iraq. They add that the factions gave in to pressure from Tehran.")(
        ("A", "The factions gave in to pressure from Tehran, the sources say.",
         "The factions gave in to pressure from Ankara, the sources say."),
        ("G", "The sources confirm that the factions will end hostilities toward American targets in Iraq.",
         "The sources confirm that the factions will not end hostilities toward American targets in Iraq."),
        ("G", "An agreement between the factions and the government was reached, the sources confirm.",
         "An agreement between the factions and the government was never reached, the sources confirm."),
        ("G", "The sources confirm that the factions reached an agreement with the government.",
         "The sources deny that the factions reached an agreement with the government.")),
    _about("truce/fear-of-strikes.txt",
        "On February 2, US forces struck targets of Iran-backed groups in Iraq and Syria, in answer to the killing "
        "of three American soldiers. Afterwards a missile strike in Baghdad killed two leaders of Kataib Hezbollah.")(
        ("N", "The strikes on February 2 answered the killing of 3 American soldiers.",
         "The strikes on February 2 answered the killing of 8 American soldiers."),
        ("N", "A missile strike in Baghdad then killed two leaders of Kataib Hezbollah.",
         "A missile strike in Baghdad then killed twelve leaders of Kataib Hezbollah."),
        ("D", "On 2 Feb., US forces attacked Iran-backed groups in Iraq and Syria.",
         "On 22 Feb., US forces attacked Iran-backed groups in Iraq and Syria."),
        ("A", "US forces struck Iran-backed groups in Iraq and Syria because three American soldiers had been killed.",
         "US forces struck Iran-backed groups in Iraq and Lebanon because three American soldiers had been killed.")),
    _about("truce/fear-of-strikes.txt",
        "US drones have also been visible above Baghdad in recent weeks. Their presence suggests that American "
        "troops are following what members of the militias do and where they go.")(
        ("A", "In recent weeks US drones have been seen over Baghdad.",
         "In recent weeks US drones have been seen over Mosul."),
        ("G", "The presence of the drones suggests that US troops are following what militia members do.",
         "The presence of the drones proves that US troops are following what militia members do."),
        ("G", "US drones have been visible above Baghdad lately.",
         "US drones have not been visible above Baghdad lately.")),
    _about("truce/fear-of-strikes.txt",
        "The spokesman for Harakat Al Nujaba, Hussein Al Musawi, does not mention fear in his remarks to The "
        "National. As he tells it, the pause gives the Iraqi government an opening for its own dialogue about the "
        "American presence.")(
        ("A", "Hussein Al Musawi speaks for Harakat Al Nujaba.", "Hassan Al Musawi speaks for Harakat Al Nujaba."),
        ("A", "In his remarks to The National, Al Musawi makes no mention of fear.",
         "In his remarks to The National, Al Amiri makes no mention of fear."),
        ("G", "Al Musawi did not mention fear in his remarks to The National.",
         "Al Musawi mentioned fear in his remarks to The National."),
        ("G", "Fear is not mentioned by Hussein Al Musawi, the spokesman for Harakat Al Nujaba.",
         "Fear is mentioned by Hussein Al Musawi, the spokesman for Harakat Al Nujaba.")),
    _about("truce/last-strike.txt",
        "Pentagon officials say that the last strike on US forces by Iran-backed militias took place on February 4. "
        "The groups had been going after American troops in Iraq and Syria since the war in Gaza broke out in "
        "October, and they had demanded a ceasefire there.")(
        ("D", "The last militia strike on US forces was on Feb. 4, Pentagon officials say.",
         "The last militia strike on US forces was on Feb. 8, Pentagon officials say."),
        ("D", "US troops in Iraq and Syria had been targeted since the Gaza war began in October.",
         "US troops in Iraq and Syria had been targeted since the Gaza war began in December."),
        ("D", "According to the Pentagon, the militias last struck US forces on the 4th of February.",
         "According to the Pentagon, the militias last struck US forces on the 4th of January."),
        ("A", "The militias had demanded a ceasefire in Gaza.", "The militias had demanded a ceasefire in Yemen."),
        ("A", "Pentagon officials date the last strike by Iran-backed militias to February 4.",
         "Kremlin officials date the last strike by Iran-backed militias to February 4."),
        ("G", "The groups had demanded a ceasefire in Gaza.", "The groups had never demanded a ceasefire in Gaza."),
        ("G", "Pentagon officials say that militias backed by Iran last struck US forces on February 4.",
         "Pentagon officials deny that militias backed by Iran last struck US forces on February 4.")),
    _about("truce/last-strike.txt",
        "A source in Beirut who is close to the camp that Iran supports described the quiet as an understanding "
        "between three parties: the armed groups, the government in Baghdad, and Iran. Nobody has announced it. The "
        "source, who spoke to The National, found it difficult to picture the understanding without some American "
        "share in it.")(
        ("N", "The quiet is an understanding among 3 parties, a source in Beirut said.",
         "The quiet is an understanding among 4 parties, a source in Beirut said."),
        ("N", "Three parties are said to have an understanding: the armed groups, Iran and the Baghdad government.",
         "Two parties are said to have an understanding: the armed groups, Iran and the Baghdad government."),
        ("A", "A source in Beirut described an understanding between the armed groups, Baghdad and Iran.",
         "A source in Beirut described an understanding between the armed groups, Baghdad and Qatar."),
        ("G", "Nobody has announced the understanding.", "Baghdad has announced the understanding."),
        ("G", "The understanding has not been announced.", "The understanding has been announced.")),
    _about("truce/last-strike.txt",
        "The militias have not fallen silent. They had promised to keep attacking the Americans until the Gaza war "
        "ends, and since the halt they have claimed operations against Israel instead. No other source has "
        "confirmed those claims.")(
        ("A", "Since the halt, the militias have claimed operations against Israel.",
         "Since the halt, the militias have claimed operations against Jordan."),
        ("G", "No other source has confirmed the claims of operations against Israel.",
         "Another source has confirmed the claims of operations against Israel."),
        ("G", "The militias have not gone silent since the halt.", "The militias have gone silent since the halt."),
        ("G", "The claims of operations against Israel have not been confirmed by any other source.",
         "The claims of operations against Israel have been confirmed by other sources.")),
    _about("truce/last-strike.txt",
        "Asked by The National for its view, the Iraqi government gave no answer.")(
        ("G", "The Iraqi government did not answer when The National asked for its view.",
         "The Iraqi government answered when The National asked for its view."),
        ("A", "The Iraqi government gave no answer to The National.",
         "The Iranian government gave no answer to The National.")),
    _about("truce/lawmaker-on-talks.html",
        "Kataib Hezbollah used a similar argument when it suspended its operations against the Americans in Iraq "
        'and Syria. It said then that it wanted to spare the Iraqi government "any embarrassment".')(
        ("A", 'Kataib Hezbollah said it wanted to spare the Iraqi government "any embarrassment".',
         'Asaib Hezbollah said it wanted to spare the Iraqi government "any embarrassment".'),
        ("G", "Kataib Hezbollah wanted to spare the Iraqi government any embarrassment.",
         "Kataib Hezbollah did not want to spare the Iraqi government any embarrassment.")),
    _about("truce/lawmaker-on-talks.html",
        "Other Iraqi sources confirm that there is a deal but doubt that courtesy explains it. They say that the "
        "factions yielded to Tehran and that they fear more American strikes on their leaders.")(
        ("G", "Other Iraqi sources doubt that courtesy explains the deal.",
         "Other Iraqi sources say that courtesy explains the deal."),
        ("G", "Other Iraqi sources confirm that a deal exists.", "Other Iraqi sources deny that a deal exists."),
        ("A", "Other Iraqi sources say the factions yielded to Tehran.",
         "Other Iraqi sources say the factions yielded to Moscow.")),
    _about("truce/nujaba-spokesman.md",
        "Hussein Al Musawi, the spokesman for Harakat Al Nujaba, has confirmed that his group takes part in the "
        "pause in attacks on US forces. The Iran-backed militia had earlier sworn to hit back after American "
        "strikes in Iraq and Syria.")(
        ("A", "Hussein Al Musawi has confirmed that Harakat Al Nujaba takes part in the pause.",
         "Hussein Al Maliki has confirmed that Harakat Al Nujaba takes part in the pause."),
        ("A", "Harakat Al Nujaba had sworn to hit back after the American strikes in Iraq and Syria.",
         "Harakat Al Nujaba had sworn to hit back after the Israeli strikes in Iraq and Syria."),
        ("G", "The spokesman has confirmed that Harakat Al Nujaba takes part in the pause.",
         "The spokesman has denied that Harakat Al Nujaba takes part in the pause.")),
    _about("truce/nujaba-spokesman.md",
        "Al Musawi told The National that many mediators had a hand in the truce. He named religious authorities, "
        "political groups and well-known members of the community.")(
        ("A", "Many mediators, Al Musawi told The National, had a hand in the truce.",
         "Many mediators, Al Sadr told The National, had a hand in the truce."),
        ("G", "Religious authorities were among the mediators that Al Musawi named.",
         "Religious authorities were not among the mediators that Al Musawi named.")),
    _about("truce/washington-view.pdf",
        "The Pentagon has greeted the falling number of attacks with caution. The US military adds a warning: "
        "should Iran-backed militias turn against its forces once more, it stands ready to strike them again.")(
        ("A", "The Pentagon has welcomed the falling number of attacks with caution.",
         "The Kremlin has welcomed the falling number of attacks with caution."),
        ("G", "The US military stands ready to strike Iran-backed militias again.",
         "The US military does not stand ready to strike Iran-backed militias again.")),
    _about("truce/washington-view.pdf",
        "A source in Beirut calls Tehran a party to the understanding, the lawmaker credits it with help, and "
        "others in Iraq say that it applied pressure.")(
        ("A", "Tehran is a party to the understanding, says a source in Beirut.",
         "Riyadh is a party to the understanding, says a source in Beirut.")),
]

_COUNCIL = [
    _about("council/minutes-2025-01-14.pdf",
        "The harbour master presented the report of the divers, who had examined the pier in October 2024. Three "
        "firms had sent offers. Councillor Tolvik moved that the contract be given to Holmgard & Daughters for "
        "412,000 crowns. Councillor Marrowby seconded. Decision: carried unanimously, by 7 votes to none.")(
        ("N", "Three firms made offers for the repair of the pier.",
         "Five firms made offers for the repair of the pier."),
        ("N", "The contract for 412000 crowns was to go to Holmgard & Daughters.",
         "The contract for 421000 crowns was to go to Holmgard & Daughters."),
        ("N", "The motion was carried unanimously by seven votes.", "The motion was carried unanimously by six votes."),
        ("D", "Divers had examined the pier in Oct. 2024.", "Divers had examined the pier in Aug. 2024."),
        ("D", "The divers' examination of the pier dates from October 2024.",
         "The divers' examination of the pier dates from October 2023."),
        ("A", "The contract should go to Holmgard & Daughters, Councillor Tolvik moved.",
         "The contract should go to Lindgren & Daughters, Councillor Tolvik moved."),
        ("A", "Tolvik's motion was seconded by Councillor Marrowby.",
         "Tolvik's motion was seconded by Councillor Sandvale.")),
    _about("council/minutes-2025-01-14.pdf",
        "Councillor Aldery moved that berth and mooring fees be raised by 4 percent from April 1, 2025. Councillor "
        "Tolvik seconded.",
        "Councillor Finnlow moved an amendment: fishing boats shorter than 8 metres should be spared the increase. "
        "The amendment was carried by 4 votes to 3.",
        "Decision: the motion as amended was carried by 6 votes to 1. Councillor Sandvale voted against.")(
        ("N", "Berth and mooring fees were to rise by four per cent.",
         "Berth and mooring fees were to rise by five per cent."),
        ("N", "Fees go up by 4% from April 1, 2025.", "Fees go up by 14% from April 1, 2025."),
        ("N", "Fishing boats of less than eight metres should be spared the increase.",
         "Fishing boats of less than nine metres should be spared the increase."),
        ("N", "The council passed the amendment by four votes to three.",
         "The council passed the amendment by five votes to three."),
        ("N", "The amended motion passed 6 to 1, with Sandvale against.",
         "The amended motion passed 7 to 1, with Sandvale against."),
        ("D", "The fee increase was to apply from 1 April 2025.", "The fee increase was to apply from 1 May 2025."),
        ("A", "It was Councillor Aldery who moved that the fees be raised.",
         "It was Councillor Quillan who moved that the fees be raised."),
        ("A", "Only Sandvale voted against the amended motion.", "Only Marrowby voted against the amended motion."),
        ("G", "Councillor Sandvale voted against the motion as amended.",
         "Councillor Sandvale voted for the motion as amended."),
        ("G", "The amendment sparing small fishing boats was carried.",
         "The amendment sparing small fishing boats was not carried.")),
    _about("council/minutes-2025-01-14.pdf",
        "Councillor Quillan moved that the limit be lowered from 6 to 4 knots. Several members wished to hear the "
        "boat owners first. Councillor Finnlow therefore moved to defer the item to March and to ask all berth "
        "holders for their opinion.",
        "Decision: the deferral was carried by 5 votes to 2. Councillors Quillan and Sandvale voted against it.")(
        ("N", "Quillan wanted the speed limit cut from six knots to four.",
         "Quillan wanted the speed limit cut from eight knots to four."),
        ("N", "The item was deferred by five votes to two.", "The item was deferred by five votes to one."),
        ("D", "The item on the speed limit was deferred to March.",
         "The item on the speed limit was deferred to June."),
        ("A", "Councillor Finnlow moved to defer the item.", "Councillor Tolvik moved to defer the item."),
        ("A", "Quillan and Sandvale opposed the deferral, voting against it.",
         "Quillan and Aldery opposed the deferral, voting against it."),
        ("G", "All berth holders were to be asked for their opinion.",
         "No berth holders were to be asked for their opinion.")),
    _about("council/minutes-2025-01-14.pdf",
        "The mayor thanked the volunteers who cleared the storm damage of January 3 from the South Mole. The next "
        "meeting was set for March 11, 2025.")(
        ("D", "Volunteers cleared the damage that the storm of 3 January had done to the South Mole.",
         "Volunteers cleared the damage that the storm of 13 January had done to the South Mole."),
        ("D", "The council was to meet again on 11 March 2025.", "The council was to meet again on 12 March 2025."),
        ("A", "The storm damage was cleared from the South Mole by volunteers.",
         "The storm damage was cleared from the West Mole by volunteers.")),
    _about("council/minutes-2025-03-11.md",
        "The item had been deferred in January. The clerk read the letter of the Lantern Row Residents' "
        "Association, dated February 6. The harbour master reported that 31 boat owners had answered the "
        "consultation: 19 favoured 4 knots and 12 wished to keep 6 knots.")(
        ("N", "Thirty-one boat owners answered the consultation.", "Forty-one boat owners answered the consultation."),
        ("N", "Of the 31 owners, nineteen favoured 4 knots.", "Of the 31 owners, seventeen favoured 4 knots."),
        ("N", "Twelve boat owners wished to keep the limit of 6 knots.",
         "Twelve boat owners wished to keep the limit of 7 knots."),
        ("D", "The residents' letter is dated Feb. 6.", "The residents' letter is dated Feb. 16."),
        ("D", "The item on the speed limit had been put off in January.",
         "The item on the speed limit had been put off in November."),
        ("A", "The clerk read out the letter of the Lantern Row Residents' Association.",
         "The clerk read out the letter of the Harbour Row Residents' Association.")),
    _about("council/minutes-2025-03-11.md",
        "Councillor Quillan moved that the limit be lowered from 6 to 4 knots as of April 1, 2025. Councillor "
        "Sandvale seconded.",
        "Decision: carried by 5 votes to 2. Councillors Aldery and Marrowby voted against, because fishing boats "
        "would lose time on every tide.")(
        ("N", "The lower limit was adopted by five votes to two.",
         "The lower limit was adopted by five votes to three."),
        ("N", "As of April 1, 2025 the limit was to be 4 instead of 6 knots.",
         "As of April 1, 2025 the limit was to be 3 instead of 6 knots."),
        ("D", "Quillan's motion was to lower the limit as of 1 April 2025.",
         "Quillan's motion was to lower the limit as of 1 April 2026."),
        ("D", "The limit is lowered from April 1.", "The limit is lowered from April 11."),
        ("A", "Sandvale seconded the motion of Councillor Quillan.",
         "Finnlow seconded the motion of Councillor Quillan."),
        ("A", "Aldery and Marrowby voted against because fishing boats would lose time.",
         "Aldery and Askel voted against because fishing boats would lose time."),
        ("G", "Councillors Aldery and Marrowby voted against the lower limit.",
         "Councillors Aldery and Marrowby voted for the lower limit.")),
    _about("council/minutes-2025-03-11.md",
        "Councillor Finnlow moved the adoption of the budget, with revenue and expenditure of 2,640,000 crowns "
        "each. Councillor Tolvik seconded.",
        "Decision: adopted by 6 votes to 1. Councillor Sandvale voted against. He held that the transfer to the "
        "reserve is too small.")(
        ("N", "The budget has revenue and expenditure of 2.64 million crowns each.",
         "The budget has revenue and expenditure of 2.46 million crowns each."),
        ("N", "Six votes to one was the result on the budget.", "Six votes to none was the result on the budget."),
        ("A", "In Sandvale's view, the transfer to the reserve is too small.",
         "In Quillan's view, the transfer to the reserve is too small."),
        ("G", "Sandvale did not vote for the budget.", "Sandvale voted for the budget.")),
    _about("council/minutes-2025-03-11.md",
        "Councillor Sandvale moved that the ferry to Gull Island should also call on Sundays from June to August. "
        "Councillor Quillan seconded. The harbour master estimated the cost at 38,000 crowns a season.",
        "Decision: rejected by 4 votes to 3. In favour were Councillors Sandvale, Quillan and Tolvik.")(
        ("N", "The harbour master put the cost at 38000 crowns a season.",
         "The harbour master put the cost at 48000 crowns a season."),
        ("N", "The Sunday ferry was turned down by four votes to three.",
         "The Sunday ferry was turned down by six votes to three."),
        ("D", "The ferry should also have called on Sundays from June to August.",
         "The ferry should also have called on Sundays from May to August."),
        ("D", "Sandvale wanted the Gull Island ferry to call on Sundays as well.",
         "Sandvale wanted the Gull Island ferry to call on Saturdays as well."),
        ("A", "The ferry to Gull Island should also have run on Sundays.",
         "The ferry to Seal Island should also have run on Sundays."),
        ("G", "The council did not accept the Sunday ferry; the motion was rejected.",
         "The council accepted the Sunday ferry; the motion was not rejected.")),
    _about("council/minutes-2025-03-11.md",
        "The council meets again on May 13, 2025 at 18:30.")(
        ("D", "The next meeting of the council is on 13 May 2025.",
         "The next meeting of the council is on 23 May 2025."),
        ("D", "The council meets again on 13 May.", "The council meets again on 13 June."),
        ("N", "On May 13, 2025 the council meets at 6:30 p.m.", "On May 13, 2025 the council meets at 7:30 p.m.")),
    _about("council/notice-2024-07-speed-limit.txt",
        "The speed limit in the inner harbour of Tarnhythe is 6 knots. The inner harbour is the water between the "
        "North Pier, the South Mole and the Customs Steps.")(
        ("N", "In the inner harbour of Tarnhythe boats may go at six knots, the speed limit.",
         "In the inner harbour of Tarnhythe boats may go at ten knots, the speed limit."),
        ("A", "The inner harbour lies between the North Pier, the South Mole and the Customs Steps.",
         "The inner harbour lies between the North Pier, the South Mole and the Tower Steps."),
        ("A", "The inner harbour of Tarnhythe has a speed limit.",
         "The inner harbour of Ravenmouth has a speed limit.")),
    _about("council/notice-2024-07-speed-limit.txt",
        "A skipper who exceeds the limit pays a charge of 80 crowns. The charge is payable at the harbour office "
        "within 14 days. A second offence in the same year is brought before the harbour committee, which can "
        "withdraw the right to a berth.")(
        ("N", "Exceeding the limit costs a skipper eighty crowns.",
         "Exceeding the limit costs a skipper ninety crowns."),
        ("N", "The charge has to be paid within fourteen days.", "The charge has to be paid within forty days."),
        ("N", "The second offence in one year goes to the harbour committee.",
         "The third offence in one year goes to the harbour committee."),
        ("G", "The harbour committee can withdraw the right to a berth.",
         "The harbour committee cannot withdraw the right to a berth.")),
    _about("council/notice-2025-02-speed-limit.txt",
        "This notice replaces Notice 7/2024 of November 4, 2024, which ceases to apply at the end of March 31, 2025.",
        "From April 1, 2025 the speed limit in the inner harbour of Tarnhythe is 4 knots. The town council decided "
        "on the lower limit at its meeting of March 11, 2025.")(
        ("D", "Notice 7/2024 was issued on Nov. 4, 2024.", "Notice 7/2024 was issued on Nov. 14, 2024."),
        ("D", "The old notice ceases to apply on 31 March 2025.", "The old notice ceases to apply on 30 March 2025."),
        ("D", "Since April 1, 2025 the limit in the inner harbour has been four knots.",
         "Since August 1, 2025 the limit in the inner harbour has been four knots."),
        ("D", "The council decided on the lower limit on March 11, 2025.",
         "The council decided on the lower limit on March 11, 2024."),
        ("D", "At its meeting of 11 March the town council decided on the lower limit.",
         "At its meeting of 14 March the town council decided on the lower limit."),
        ("N", "From 1 April 2025 the limit is four knots.", "From 1 April 2025 the limit is five knots."),
        ("G", "Notice 7/2024 ceases to apply at the end of March 2025.",
         "Notice 7/2024 does not cease to apply at the end of March 2025.")),
    _about("council/notice-2025-02-speed-limit.txt",
        "The lifeboat service remains exempt while it answers a call. The harbour launch is no longer exempt, "
        "except when it tows a vessel in distress.",
        "A skipper who exceeds the limit pays a charge of 120 crowns, payable at the harbour office within 14 days.")(
        ("N", "The charge for exceeding the limit is a hundred and twenty crowns.",
         "The charge for exceeding the limit is a hundred and thirty crowns."),
        ("N", "Skippers who exceed the limit must pay 120 crowns within 14 days.",
         "Skippers who exceed the limit must pay 120 crowns within 41 days."),
        ("G", "The harbour launch is not exempt any more, except when it tows a vessel in distress.",
         "The harbour launch is exempt, except when it tows a vessel in distress."),
        ("G", "The lifeboat service is still exempt while it answers a call.",
         "The lifeboat service is no longer exempt while it answers a call."),
        ("G", "The harbour launch is no longer exempt.", "The harbour launch is still exempt.")),
    _about("council/residents-letter.docx",
        "The residents of Lantern Row support a limit of 4 knots. We are 46 households, and our association agreed "
        "on this letter at its meeting of February 2.")(
        ("N", "The association stands for forty-six households.", "The association stands for sixty-four households."),
        ("N", "Lantern Row's residents support a limit of four knots.",
         "Lantern Row's residents support a limit of three knots."),
        ("D", "The association agreed on the letter at a meeting on 2 February.",
         "The association agreed on the letter at a meeting on 2 January."),
        ("A", "A limit of 4 knots is supported by the residents of Lantern Row.",
         "A limit of 4 knots is supported by the residents of Anchor Row."),
        ("G", "The residents support a limit of 4 knots.", "The residents do not support a limit of 4 knots.")),
    _about("council/residents-letter.docx",
        "At 6 knots the wash of a loaded boat breaks over the lowest three of the Lantern Row steps. Since the "
        "summer it has torn out two mooring rings and flooded four cellars. The repair of the cellars cost our "
        "members 5,300 crowns.")(
        ("N", "Since the summer the wash has flooded 4 cellars.", "Since the summer the wash has flooded 9 cellars."),
        ("N", "The repair of the flooded cellars cost the residents 5300 crowns.",
         "The repair of the flooded cellars cost the residents 3500 crowns."),
        ("N", "The wash tore out 2 mooring rings.", "The wash tore out 12 mooring rings."),
        ("D", "The wash has flooded four cellars since the summer.", "The wash has flooded four cellars since 2022.")),
    _about("council/residents-letter.docx",
        "The two bins at the foot of the steps overflow from June to August. Please have them emptied every day in "
        "these months, not twice a week.")(
        ("D", "The bins overflow between June and August.", "The bins overflow between June and October."),
        ("N", "There are 2 bins at the foot of the steps that overflow in summer.",
         "There are 7 bins at the foot of the steps that overflow in summer.")),
    _about("council/budget-2025-26.pdf",
        "The town council adopted this budget on March 11, 2025 by 6 votes to 1. The financial year runs from April "
        "1, 2025 to March 31, 2026. Revenue and expenditure balance at 2,640,000 crowns. In the year before, the "
        "budget came to 2,333,000 crowns.")(
        ("D", "The budget was adopted on 11 March 2025.", "The budget was adopted on 11 March 2026."),
        ("D", "The financial year ends on March 31, 2026.", "The financial year ends on May 31, 2026."),
        ("D", "The financial year begins on 1 April 2025.", "The financial year begins on 1 January 2025."),
        ("N", "The year before, the budget came to 2333000 crowns.",
         "The year before, the budget came to 2233000 crowns."),
        ("N", "Revenue and expenditure balance at 2.64 million crowns.",
         "Revenue and expenditure balance at 2.64 billion crowns.")),
    _about("council/budget-2025-26.pdf",
        "The repair of the North Pier costs 412,000 crowns and is the largest single project of the year. The grant "
        "covers 250,000 crowns of it; the town pays 162,000 crowns.")(
        ("N", "The town itself pays 162,000 crowns for the pier.", "The town itself pays 126,000 crowns for the pier."),
        ("N", "A quarter of a million crowns, 250,000, comes from the grant.",
         "A quarter of a million crowns, 350,000, comes from the grant."),
        ("A", "The largest single project of the year is the repair of the North Pier.",
         "The largest single project of the year is the repair of the East Pier.")),
    _about("council/budget-2025-26.pdf",
        "A Sunday ferry to Gull Island, which the council rejected.",
        "New lamps on Lantern Row, which are planned for 2026/27.")(
        ("D", "New lamps on Lantern Row are planned for 2026/27.", "New lamps on Lantern Row are planned for 2028/29."),
        ("D", "The lamps on Lantern Row are to come in 2026.", "The lamps on Lantern Row are to come in 2025."),
        ("G", "The council rejected a Sunday ferry to Gull Island.",
         "The council did not reject a Sunday ferry to Gull Island.")),
    _about("council/budget-2025-26.pdf",
        "The reserve stands at 910,000 crowns on April 1, 2025. The transfer of 125,000 crowns raises it to "
        "1,035,000 crowns by the end of the year.")(
        ("D", "On 1 April 2025 the reserve stands at 910,000 crowns.",
         "On 1 April 2024 the reserve stands at 910,000 crowns."),
        ("D", "The reserve amounts to 910,000 crowns on Apr. 1, 2025.",
         "The reserve amounts to 910,000 crowns on Apr. 10, 2025."),
        ("N", "By the end of the year the reserve rises to 1035000 crowns.",
         "By the end of the year the reserve rises to 1350000 crowns.")),
    _about("council/harbour-faq.md",
        "From April to September the harbour office is open every day from 07:00 to 20:00. From October to March it "
        "is open on Monday to Saturday from 08:30 to 16:00 and closed on Sundays.")(
        ("D", "The office is open daily from April to September.", "The office is open daily from April to November."),
        ("D", "From October to March the office is closed on Sundays.",
         "From October to March the office is closed on Mondays."),
        ("D", "In winter, from October to March, the office opens Monday to Saturday.",
         "In winter, from October to March, the office opens Monday to Thursday."),
        ("N", "The harbour office opens at 7 a.m. in summer, from April to September.",
         "The harbour office opens at 6 a.m. in summer, from April to September."),
        ("N", "From October to March the office closes at 4 pm.", "From October to March the office closes at 5 pm.")),
    _about("council/harbour-faq.md",
        "Call the office on radio channel 12 before you pass the pier head, or come to the desk at the Customs "
        "Steps. Visitors' berths cannot be booked in advance, except for groups of five boats or more.")(
        ("N", "Groups of 5 or more boats can book visitors' berths in advance; others cannot.",
         "Groups of 3 or more boats can book visitors' berths in advance; others cannot."),
        ("N", "Visitors call the harbour office on channel 12.", "Visitors call the harbour office on channel 16."),
        ("A", "The desk is at the Customs Steps.", "The desk is at the Lantern Steps."),
        ("G", "It is not possible to book visitors' berths in advance, unless you are a group of five boats or more.",
         "It is possible to book visitors' berths in advance, even if you are a group of five boats or more.")),
    _about("council/harbour-faq.md",
        "You can pay by card at the desk or at the machine beside the fuel berth. The office takes no cash.")(
        ("G", "The office does not take cash.", "The office takes cash."),
        ("G", "Card payment is possible at the desk.", "Card payment is not possible at the desk.")),
    _about("council/harbour-faq.md",
        "Bring it to the green store behind the slipway, which the yard staff unlock on weekdays from 09:00 to "
        "12:00. Never put oil into the bins on the quay.")(
        ("N", "The yard staff unlock the green store at 9 a.m. on weekdays.",
         "The yard staff unlock the green store at 8 a.m. on weekdays."),
        ("G", "Oil must never be put into the bins on the quay.", "Oil may be put into the bins on the quay.")),
    _about("council/harbour-faq.md",
        "No. Swimming in the inner harbour is forbidden because of the traffic. The beach behind the South Mole is "
        "guarded from June 15 to August 31.")(
        ("D", "The beach is guarded from 15 June to 31 August.", "The beach is guarded from 15 June to 30 August."),
        ("D", "From June 15 on, the beach behind the South Mole is guarded.",
         "From June 5 on, the beach behind the South Mole is guarded."),
        ("A", "The guarded beach is behind the South Mole.", "The guarded beach is behind the North Mole."),
        ("G", "Swimming is forbidden in the inner harbour because of the traffic.",
         "Swimming is not forbidden in the inner harbour because of the traffic.")),
    _about("council/north-pier-press-release.html",
        "The North Pier of Tarnhythe will be closed from May 5 to September 26, 2025. During these months the firm "
        "Holmgard & Daughters replaces 64 oak piles and the whole deck between the crane and the pier head.")(
        ("N", "Sixty-four oak piles are replaced.", "Forty-six oak piles are replaced."),
        ("N", "Holmgard & Daughters will replace 64 oak piles and the deck.",
         "Holmgard & Daughters will replace 640 oak piles and the deck."),
        ("D", "The North Pier is closed from 5 May 2025 on.", "The North Pier is closed from 15 May 2025 on."),
        ("D", "The pier stays shut until Sept. 26, 2025.", "The pier stays shut until Sept. 16, 2025."),
        ("A", "The firm Holmgard & Daughters will replace the oak piles.",
         "The firm Holmgard & Brothers will replace the oak piles."),
        ("A", "Tarnhythe's North Pier will be closed for months.",
         "Tarnhythe's South Pier will be closed for months.")),
    _about("council/north-pier-press-release.html",
        '"The pier has stood for ninety years, and the worm has had its share," said Mayor Isolde Varr. "One summer '
        'of noise buys us another two generations." She asked the residents of Lantern Row for patience and '
        "promised that pile driving would be limited to weekdays from 08:00 to 16:00.")(
        ("N", "The pier has stood for 90 years, the mayor said.", "The pier has stood for 80 years, the mayor said."),
        ("N", "Pile driving will be limited to weekdays from 8 a.m. to 4 p.m., the mayor promised.",
         "Pile driving will be limited to weekdays from 8 a.m. to 6 p.m., the mayor promised."),
        ("A", "Mayor Isolde Varr asked the residents of Lantern Row for patience.",
         "Mayor Greta Varr asked the residents of Lantern Row for patience."),
        ("A", '"One summer of noise buys us another two generations," Isolde Varr said.',
         '"One summer of noise buys us another two generations," Isolde Brisling said.')),
    _about("council/north-pier-press-release.html",
        "Divers found in October 2024 that every third pile had lost more than half of its thickness. The council "
        "awarded the contract in January without a vote against.")(
        ("N", "More than half of its thickness had been lost by every third pile.",
         "More than half of its thickness had been lost by every fourth pile."),
        ("D", "In October 2024, divers found the damage to the piles.",
         "In October 2022, divers found the damage to the piles."),
        ("D", "In January the contract was awarded by the council.",
         "In March the contract was awarded by the council."),
        ("G", "The council awarded the contract without a vote against.",
         "The council awarded the contract with a vote against.")),
    _about("council/minutes-2025-01-14.pdf",
        "Harbour Master Joren Askel attended. The clerk, Mina Drewell, took the minutes.")(
        ("A", "Joren Askel, the harbour master, attended the meeting.",
         "Joren Aldery, the harbour master, attended the meeting."),
        ("A", "The minutes were taken by the clerk, Mina Drewell.",
         "The minutes were taken by the clerk, Mina Brisling.")),
]

_LATER = [
    _about("truce/washington-view.pdf",
        "US officials explain the lull in militia attacks by the strikes that American forces carried out in "
        "retaliation. In their view those strikes have made it harder for the militias to coordinate attacks and to "
        "carry them out.",
        held_out=True)(
        ("G", "US officials believe the retaliatory strikes made it harder for militias to coordinate attacks.",
         "US officials believe the retaliatory strikes have not made it harder for militias to coordinate attacks."),
        ("A", "The lull is explained by American strikes, in the view of US officials.",
         "The lull is explained by American strikes, in the view of Russian officials.")),
    _about("truce/washington-view.pdf",
        "Some sources in Iraq come close to that reading, since they name fear of more US attacks on militia "
        "leaders as the true motive. The armed groups and a lawmaker who is close to them give political motives "
        "instead: they speak of the dialogue that the Iraqi government leads, and of the embarrassment that attacks "
        "would cause it during the negotiations.",
        held_out=True)(
        ("A", "Sources in Iraq name fear of further US attacks on militia leaders as the true motive.",
         "Sources in Egypt name fear of further US attacks on militia leaders as the true motive."),
        ("G", "The armed groups give political motives for the truce.",
         "The armed groups do not give political motives for the truce.")),
    _about("truce/nujaba-spokesman.md",
        "According to Al Musawi, the reason for the truce is to make room for the Iraqi government, so that it can "
        "lead the national dialogue on removing American forces from the country.",
        held_out=True)(
        ("G", "The truce, according to Al Musawi, makes room for the Iraqi government to lead the national dialogue.",
         "The truce makes room for the Iraqi government to lead the national dialogue."),
        ("A", "Al Musawi says the truce should give the Iraqi government room to lead a national dialogue.",
         "Al Kadhimi says the truce should give the Iraqi government room to lead a national dialogue.")),
    _about("truce/nujaba-spokesman.md",
        "Harakat Al Nujaba is allied with Kataib Hezbollah, another militia that Iran supports. Kataib Hezbollah "
        "was the earlier of the two to stop: it announced the suspension of its military operations against US "
        "troops while other groups still vowed to go on.",
        held_out=True)(
        ("A", "Harakat Al Nujaba and Kataib Hezbollah, both supported by Iran, are allies.",
         "Harakat Al Nujaba and Kataib Hezbollah, both supported by Qatar, are allies."),
        ("A", "Of the 2 militias, Kataib Hezbollah was the earlier to stop.",
         "Of the 2 militias, Harakat Hezbollah was the earlier to stop."),
        ("G", "Other groups still vowed to go on when Kataib Hezbollah announced its suspension.",
         "Other groups no longer vowed to go on when Kataib Hezbollah announced its suspension.")),
    _about("truce/lawmaker-on-talks.html",
        "By the lawmaker's account, the Americans put the talks on hold after the attack in Jordan. To keep the "
        "process from being disturbed, the government struck a deal with the factions, which agreed to leave US "
        "troops alone. Iran and political factions allied with it helped to bring the deal about, the lawmaker told "
        "The National.",
        held_out=True)(
        ("A", "After the attack in Jordan the talks were put on hold by the Americans, the lawmaker said.",
         "After the attack in Oman the talks were put on hold by the Americans, the lawmaker said."),
        ("A", "Iran and its political allies helped to bring about the deal, the lawmaker told The National.",
         "Israel and its political allies helped to bring about the deal, the lawmaker told The National."),
        ("G", "The factions agreed to leave US troops alone.", "The factions refused to leave US troops alone.")),
    _about("truce/last-strike.txt",
        "Several people in Iraq, among them a lawmaker and the spokesman of one armed group, also say that a truce "
        "exists. They put its beginning about one month ago. They do not agree on what brought it about.",
        held_out=True)(
        ("N", "The truce began about 1 month ago, people in Iraq say.",
         "The truce began about 3 months ago, people in Iraq say."),
        ("G", "They disagree about what caused the truce; they do not agree on what brought it about.",
         "They are of one mind about what caused the truce; they agree on what brought it about."),
        ("G", "People in Iraq do not agree on what brought the truce about.",
         "People in Iraq agree on what brought the truce about.")),
    _about("council/berth-tariff-2025.docx",
        "This tariff is valid from April 1, 2025 to March 31, 2026. All amounts are in crowns and include water and "
        "harbour dues.",
        held_out=True)(
        ("D", "The tariff is valid until 31 March 2026.", "The tariff is valid until 31 March 2027."),
        ("D", "From Apr. 1, 2025 the new tariff applies.", "From Apr. 7, 2025 the new tariff applies."),
        ("D", "The tariff, valid through March 2026, is stated in crowns.",
         "The tariff, valid through July 2026, is stated in crowns.")),
    _about("council/berth-tariff-2025.docx",
        "Summer is April to September, winter is October to March.",
        "Length of boat: Over 8 m, up to 10 m; Night, summer: 26; Night, winter: 15; Month: 390; Year, pontoon: "
        "2,130; Year, swinging mooring: 960",
        held_out=True)(
        ("N", "A summer night costs 26 crowns for a boat of 8 to 10 metres.",
         "A summer night costs 36 crowns for a boat of 8 to 10 metres."),
        ("N", "For a boat of between 8 and 10 metres, a year on the pontoon costs 2130 crowns.",
         "For a boat of between 8 and 10 metres, a year on the pontoon costs 2310 crowns."),
        ("D", "Winter runs from October to March in the tariff.", "Winter runs from November to March in the tariff.")),
    _about("council/berth-tariff-2025.docx",
        "Registered fishing boats pay half of the annual fee. Those shorter than 8 metres still pay the annual fee "
        "of 2024/25.",
        "A visitor who stays seven nights pays for six.",
        held_out=True)(
        ("N", "Visitors who stay 7 nights only pay for 6.", "Visitors who stay 7 nights only pay for 5."),
        ("N", "Registered fishing boats pay 50% of the annual fee.",
         "Registered fishing boats pay 40% of the annual fee."),
        ("D", "Fishing boats under 8 metres still pay the fee of 2024/25.",
         "Fishing boats under 8 metres still pay the fee of 2022/23.")),
    _about("council/budget-2025-26.pdf",
        "The largest source of revenue is the property levy, with 1,340,000 crowns. Berth and mooring fees rise by "
        "about 5 percent to 684,000 crowns: 4 percent comes from the new tariff, the rest from a fuller harbour. "
        "The provincial grant of 250,000 crowns is given for the North Pier alone.",
        held_out=True)(
        ("N", "At 1.34 million crowns, the property levy brings in the most.",
         "At 1.43 million crowns, the property levy brings in the most."),
        ("N", "Berth and mooring fees go up by roughly five per cent, to 684000 crowns.",
         "Berth and mooring fees go up by roughly nine per cent, to 684000 crowns."),
        ("A", "The provincial grant is given only for the North Pier.",
         "The provincial grant is given only for the South Pier.")),
    _about("council/budget-2025-26.pdf",
        "Fish landing dues fall because two trawlers now land their catch in another port.",
        "The transfer is smaller than in the year before, when it was 294,000 crowns, because of the pier.",
        held_out=True)(
        ("N", "Since 2 trawlers land their catch in another port now, fish landing dues are falling.",
         "Since 6 trawlers land their catch in another port now, fish landing dues are falling."),
        ("N", "In the previous year the transfer amounted to 294000 crowns.",
         "In the previous year the transfer amounted to 249000 crowns."),
        ("G", "Fish landing dues are falling because of two trawlers that land elsewhere.",
         "Fish landing dues are not falling because of two trawlers that land elsewhere.")),
    _about("council/notice-2025-02-speed-limit.txt",
        "New signs will stand at the pier head and at the Customs Steps by the end of March. Questions are welcome "
        "at the harbour office during opening hours.",
        held_out=True)(
        ("D", "By late March there will be new signs at the pier head.",
         "By late May there will be new signs at the pier head."),
        ("A", "New signs are to be put up at the Customs Steps and the pier head.",
         "New signs are to be put up at the Chapel Steps and the pier head."),
        ("G", "Questions are welcome at the harbour office.", "Questions are not welcome at the harbour office.")),
    _about("council/harbour-faq.md",
        "Pontoons A and B have both. Pontoon C has water only. Electricity is charged by the kilowatt-hour; water "
        "is included in the berth fee.",
        "Living aboard is allowed for up to 60 nights a year. Longer stays need a permit from the harbour committee.",
        held_out=True)(
        ("N", "Up to sixty nights a year you may live aboard.", "Up to ninety nights a year you may live aboard."),
        ("G", "The berth fee includes water.", "The berth fee does not include water."),
        ("G", "Anyone staying longer needs a permit from the harbour committee.",
         "Nobody staying longer needs a permit from the harbour committee.")),
    _about("council/north-pier-press-release.html",
        "Visitors berth on pontoon C, which gets 18 extra places for the season.",
        "The ferry to Gull Island leaves from the Customs Steps.",
        "The fuel berth stays open, but only between 08:00 and 17:00.",
        held_out=True)(
        ("N", "Pontoon C gets eighteen additional places.", "Pontoon C gets eighty additional places."),
        ("N", "The fuel berth remains open between 8 a.m. and 5 p.m.",
         "The fuel berth remains open between 8 a.m. and 7 p.m."),
        ("A", "The Gull Island ferry departs from the Customs Steps.",
         "The Gull Island ferry departs from the South Mole.")),
    _about("council/residents-letter.docx",
        "no pile driving before 08:00 or after 16:00;",
        "a quiet Saturday and Sunday;",
        "one week's warning before the noisiest work begins.",
        held_out=True)(
        ("D", "The residents ask for quiet on Saturdays and Sundays.",
         "The residents ask for quiet on Fridays and Sundays."),
        ("N", "They want a warning one week before the noisiest work begins.",
         "They want a warning four weeks before the noisiest work begins."),
        ("G", "No piles should be driven before 8 a.m.", "Piles should be driven before 8 a.m.")),
    _about("council/minutes-2025-03-11.md",
        "The minutes of January 14, 2025 were approved without a vote against.",
        held_out=True)(
        ("D", "The minutes of 14 January 2025 were approved.", "The minutes of 24 January 2025 were approved."),
        ("D", "The meeting of January 14 had its minutes approved.",
         "The meeting of February 14 had its minutes approved."),
        ("G", "There was no vote against the minutes of January 14.",
         "There was a vote against the minutes of January 14.")),
    _about("council/notice-2024-07-speed-limit.txt",
        "Vessels of the lifeboat service are exempt while they answer a call, and so is the harbour launch while it "
        "is at work.",
        "This notice comes into force on the day it is posted and holds until it is replaced.",
        held_out=True)(
        ("G", "While it is at work, the harbour launch is exempt.",
         "While it is at work, the harbour launch is never exempt."),
        ("G", "The notice takes effect on the day it is posted.",
         "The notice does not come into force on the day it is posted.")),
]

_LAST = [
    _about("truce/border-attack.docx",
        "A Beirut source with ties to the Iranian side dates the last attack to February 4. After it, the source told "
        "The National, every armed group joined the truce. Discussions with the Iranians and with the government in "
        "Baghdad came before that step.",
        held_out=True)(
        ("D", "A source in Beirut linked to Iran said the last attack came on February 4 and all groups then joined.",
         "A source in Beirut linked to Iran said the last attack came on February 9 and all groups then joined."),
        ("G", "Before joining, there were talks with the Iranians and the Baghdad government, the source said.",
         "Before joining, there were no talks with the Iranians and the Baghdad government, the source said.")),
    _about("truce/last-strike.txt",
        "The militias have not fallen silent. They had promised to keep attacking the Americans until the Gaza war "
        "ends, and since the halt they have claimed operations against Israel instead. No other source has confirmed "
        "those claims.",
        held_out=True)(
        ("G", "The militias' claims of operations against Israel remain unconfirmed by other sources.",
         "The militias' claims of operations against Israel are confirmed by other sources."),
        ("A", "The militias had vowed to go on attacking Americans until the war in Gaza is over.",
         "The militias had vowed to go on attacking Americans until the war in Sudan is over.")),
    _about("truce/coalition-talks.html",
        "A lawmaker in Baghdad who is close to the militias says that the Americans interrupted them after the attack "
        "in Jordan, and that the government then obtained a halt to the attacks from the armed factions.",
        held_out=True)(
        ("A", "The government obtained a halt to the attacks, says a Baghdad lawmaker with close ties to the militias.",
         "The government obtained a halt to the attacks, says a Damascus lawmaker with close ties to the militias."),
        ("G", "A lawmaker says that the government managed to obtain a halt to the attacks.",
         "A lawmaker says that the government failed to obtain a halt to the attacks.")),
    _about("truce/fear-of-strikes.txt",
        "US drones have also been visible above Baghdad in recent weeks. Their presence suggests that American troops "
        "are following what members of the militias do and where they go.",
        held_out=True)(
        ("G", "Drones over Baghdad may indicate that US troops are tracking where militia members go.",
         "Drones over Baghdad show that US troops are following where militia members go.")),
    _about("council/notice-2024-07-speed-limit.txt",
        "The limit applies to every vessel under power, by day and by night, and in every season. Vessels of the "
        "lifeboat service are exempt while they answer a call, and so is the harbour launch while it is at work.",
        held_out=True)(
        ("G", "Lifeboats answering a call are exempt from the limit, which otherwise applies to every powered vessel.",
         "Lifeboats answering a call are not exempt from the limit, which otherwise applies to every powered vessel."),
        ("G", "By day and by night, the limit applies to every vessel under power.",
         "By day and by night, the limit does not apply to every vessel under power.")),
    _about("council/minutes-2025-01-14.pdf",
        "Several members wished to hear the boat owners first. Councillor Finnlow therefore moved to defer the item to "
        "March and to ask all berth holders for their opinion.",
        "Decision: the deferral was carried by 5 votes to 2. Councillors Quillan and Sandvale voted against it.",
        held_out=True)(
        ("N", "By 5 to 2, with Quillan and Sandvale against, the council postponed the item until March.",
         "By 4 to 2, with Quillan and Sandvale against, the council postponed the item until March."),
        ("D", "Because several members wanted to hear boat owners first, the item was deferred until March.",
         "Because several members wanted to hear boat owners first, the item was deferred until April."),
        ("A", "On Finnlow's motion the item was put off so that all berth holders could be asked for their opinion.",
         "On Varr's motion the item was put off so that all berth holders could be asked for their opinion."),
        ("G", "Councillors Quillan and Sandvale did not vote for the deferral.",
         "Councillors Quillan and Sandvale voted for the deferral.")),
    _about("council/budget-2025-26.pdf",
        "The reserve stands at 910,000 crowns on April 1, 2025. The transfer of 125,000 crowns raises it to 1,035,000 "
        "crowns by the end of the year. The transfer is smaller than in the year before, when it was 294,000 crowns, "
        "because of the pier.",
        held_out=True)(
        ("N", "A transfer of 125,000 crowns takes the reserve from 910,000 to 1,035,000 crowns.",
         "A transfer of 125,000 crowns takes the reserve from 910,000 to 1,053,000 crowns."),
        ("N", "The transfer shrank from 294,000 crowns to 125,000 because of the pier.",
         "The transfer shrank from 294,000 crowns to 152,000 because of the pier."),
        ("D", "As of April 1, 2025, there are 910,000 crowns in the reserve.",
         "As of April 1, 2023, there are 910,000 crowns in the reserve.")),
    _about("council/harbour-faq.md",
        "From April to September the harbour office is open every day from 07:00 to 20:00. From October to March it is "
        "open on Monday to Saturday from 08:30 to 16:00 and closed on Sundays.",
        held_out=True)(
        ("N", "In the winter months the office opens at half past eight, that is 8:30 a.m., and closes at 4 p.m.",
         "In the winter months the office opens at half past eight, that is 8:30 a.m., and closes at 3 p.m."),
        ("G", "The office is not open on Sundays from October to March.",
         "The office is open on Sundays from October to March."),
        ("D", "You will find the office closed on Sundays between October and March.",
         "You will find the office closed on Sundays between October and May.")),
    _about("council/north-pier-press-release.html",
        "The contract is worth 412,000 crowns. The province contributes a grant of 250,000 crowns, and the town pays "
        "the remaining 162,000 crowns from its own revenue.",
        held_out=True)(
        ("N", "Of the 412,000 crowns, 162,000 are paid by the town and 250,000 by the province.",
         "Of the 412,000 crowns, 162,000 are paid by the town and 240,000 by the province."),
        ("G", "The town pays the remaining 162,000 crowns from its own revenue.",
         "The town does not pay the remaining 162,000 crowns from its own revenue.")),
]
# fmt: on

PAIRS = tuple(pair for group in (*_TRUCE, *_COUNCIL, *_LATER, *_LAST) for pair in group)
