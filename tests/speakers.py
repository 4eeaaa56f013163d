"""Who says it, by hand: sentences of our own with the speaker each names, or none.

A row is: where it stands ("news", "minutes", "mail", "chat", "report"), language, what stands before it, the sentence,
what stands after it, and the speaker ("a|b": either will do; "" for none). `AUTHORS` gives the author of a mail.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    kind: str
    language: str
    before: str
    sentence: str
    after: str
    speakers: str

    @property
    def text(self) -> str:
        gap = " " if self.before and not self.before[-1].isspace() else ""
        return f"{self.before}{gap}{self.sentence}{' ' * (not self.after[:1].isspace())}{self.after}"

    @property
    def start(self) -> int:
        return self.text.index(self.sentence, len(self.before))

    @property
    def accepted(self) -> tuple[str, ...]:
        return tuple(self.speakers.split("|")) if self.speakers else ()


AUTHOR = "Edda Brisling"
_STEPS = "\n".join(
    ("Time: 20250311_09:10", "Mara: Did the boat get in last night?", "Jonas: It did, around eleven.", "")
)
_FORWARD = "Please see below.\n\n---------- Forwarded message ----------\nFrom: Oskar Lind <oskar@harbour.example>\n\n"


def _rows(kind: str, language: str, *rows: tuple[str, ...]) -> list[Row]:
    """Rows of (sentence, speaker), (before, sentence, speaker) or (before, sentence, after, speaker)."""
    full = []
    for row in rows:
        before = row[0] if len(row) > 2 else ""
        after = row[2] if len(row) > 3 else ""
        full.append(Row(kind, language, before, row[0] if len(row) == 2 else row[1], after, row[-1]))
    return full


ROWS: list[Row] = [
    *_rows(
        "news",
        "en",
        ("The bridge will stay shut until June, the transport minister said on Tuesday.", "the transport minister"),
        ("Transport Minister Ada Kowalik said the bridge will stay shut until June.", "Transport Minister Ada Kowalik"),
        ("“We had no choice,” Kowalik said.", "Kowalik"),
        ('"We had no choice," said Kowalik, who has run the ministry since 2021.', "Kowalik"),
        ("The bridge, which carries 40,000 cars a day, was closed on Monday.", ""),
        ("According to the operator, 12 of the 30 cables are worn.", "the operator"),
        (
            "Twelve of the 30 cables are worn, according to a report by the engineers’ chamber.",
            "a report by the engineers’ chamber",
        ),
        ("The operator declined to comment.", ""),
        ("In a statement, the operator rejected the claim that it had known of the damage.", "the operator"),
        ("The operator said in a statement that repairs would cost 9 million euros.", "The operator"),
        (
            "Union leader Pavel Hron told the Evening Post that drivers had warned of the damage for years.",
            "Union leader Pavel Hron",
        ),
        ("Hron, 54, has long argued that the bridge needs replacing.", "Hron"),
        ("Police said three people were hurt.", "Police"),
        ("Three people were hurt, police said.", "police"),
        ("Officials say the toll may rise.", "Officials"),
        ("The toll may rise, officials warned.", "officials"),
        ("The mayor was told by engineers that the bridge was safe.", ""),
        ("The city is said to have ignored three letters.", ""),
        ("It was reported that the cables had been ordered from abroad.", ""),
        ("The cables had reportedly been ordered from abroad.", ""),
        ("The minister is expected to say more on Friday.", ""),
        ("Nobody would say who signed the report.", ""),
        ("The report says that the cables were last checked in 2016.", "The report"),
        (
            "A spokeswoman for the ministry, Lena Farkas, said that checks were now monthly.",
            "A spokeswoman for the ministry, Lena Farkas|A spokeswoman for the ministry",
        ),
        ("Ministry spokeswoman Lena Farkas did not say when the checks would end.", ""),
        (
            "“Every week counts,” the shop owner Bruno Tal, whose street is now a dead end, told this paper.",
            "the shop owner Bruno Tal|Bruno Tal",
        ),
        ("“Every week counts,” added Tal. “I have lost half my customers.”", "Tal"),
        ("“Every week counts,” added Tal.", "“I have lost half my customers.”", "Tal"),
        ("“Every week counts,” added Tal.", "The ministry has offered no money.", ""),
        ("", "“I have lost half my customers.", "And nobody pays for it,” Tal said.", "Tal"),
        ("Kowalik defended the closure.", "She said that lives came first.", "Kowalik"),
        ("Kowalik met the mayor, Ruth Stern, on Sunday.", "She said that lives came first.", ""),
        ("Kowalik said lives came first.", "She has been minister since 2021.", ""),
        (
            "The former head of the bridge office, Emil Roth, wrote in a letter to the council that he had asked "
            "for money twice.",
            "The former head of the bridge office, Emil Roth|Emil Roth",
        ),
        (
            "Two engineers who worked on the site, and who asked not to be named, said the welds were poor.",
            "Two engineers|Two engineers who worked on the site",
        ),
        ("Asked about the welds, the builder said they met the standard.", "the builder"),
        ("Speaking to reporters outside the court, Roth denied that he had taken money.", "Roth"),
        ("Roth’s lawyer, Mila Sand, called the charges absurd.", "Roth’s lawyer, Mila Sand|Mila Sand"),
        ("The prosecutor alleges that Roth took 80,000 euros.", "The prosecutor"),
        ("The opposition has accused the government of hiding the report.", "The opposition"),
        ("The opposition wants Kowalik to go.", ""),
        ("The European Commission announced an inquiry on Thursday.", "The European Commission"),
        ("An inquiry was announced on Thursday.", ""),
        ("The council voted to sue the builder.", ""),
        ("The sign says that lorries must turn left.", ""),
        ("Critics say the inquiry comes too late.", "Critics"),
        ("It is understood that the inquiry will take a year.", ""),
        ("Sources close to the inquiry told the Evening Post it will take a year.", "Sources close to the inquiry"),
        ("The inquiry will take a year, the Evening Post reported.", "the Evening Post"),
        ("The Evening Post, citing two officials, reported that the inquiry will take a year.", "The Evening Post"),
        ("As the engineer put it, the bridge is tired.", "the engineer"),
        ("In the words of the mayor, the closure is a disaster for the town.", "the mayor"),
        ("The closure, the mayor told residents, is a disaster for the town.", "the mayor"),
        ("Trains, by contrast, have never been so full.", ""),
        ("The truth is told by the numbers.", ""),
        ("Tal, too, is waiting for an answer.", ""),
    ),
    *_rows(
        "minutes",
        "en",
        ("Councillor Marrowby moved that the contract be extended.", "Councillor Marrowby"),
        ("The motion was moved by Councillor Tolvik and carried by 5 votes to 2.", "Councillor Tolvik"),
        ("Moved by Councillor Aldery, seconded by Councillor Quillan.", "Councillor Aldery"),
        ("Decision: carried by 5 votes to 2.", ""),
        ("The minutes of the last meeting were approved.", ""),
        ("Councillor Sandvale asked whether the crane had been tested.", "Councillor Sandvale"),
        ("The harbour master replied that it had been tested in March.", "The harbour master"),
        ("The clerk read the letter of the residents’ association.", ""),
        ("Councillor Sandvale voted against.", ""),
        ("He held that the reserve is too small.", "Councillor Sandvale voted against.", ""),
        ("Councillor Sandvale voted against.", "He held that the reserve is too small.", "Councillor Sandvale"),
        ("Present: Mayor Isolde Varr (chair) and Councillors Tomas Aldery and Greta Finnlow.", ""),
        ("Cllr Finnlow reported that the audit was complete.", "Cllr Finnlow"),
        ("Ms Drewell: The letter came on February 6.", "Ms Drewell"),
        ("The treasurer presented the accounts and recommended that fees stay as they are.", "The treasurer"),
        ("It was agreed that the office will write to the firm.", ""),
    ),
    *_rows(
        "mail",
        "en",
        ("Dear Ruth,\n\n", "I have moved the meeting to Thursday.", "\n\nKind regards,\nEdda", AUTHOR),
        ("Dear Ruth,\n\n", "The meeting is now on Thursday.", "\n\nKind regards,\nEdda", ""),
        ("Dear all,\n\n", "We cannot pay the invoice before the crane is repaired.", "\n\nBest regards,\nEdda", AUTHOR),
        ("Hi Ruth,\n\n", "Oskar told me that the crane works again.", "\n\nBest,\nEdda", "Oskar"),
        ("Hi Ruth,\n\n", "Oskar says he is ill.", "\n\nBest,\nEdda", "Oskar"),
        (_FORWARD, "I can only start on Monday.", "\n", "Oskar Lind"),
        (_FORWARD, "The parts arrive on Monday.", "\n", ""),
        ("Thanks.\n\nOn 3 March 2025, Oskar Lind wrote:\n> ", "I can only start on Monday.", "\n", "Oskar Lind"),
    ),
    *_rows(
        "chat",
        "en",
        (_STEPS, "Mara: Good, then we can unload today.", "\nJonas: Yes.\n", "Mara"),
        (_STEPS + "Mara: Good. ", "Then we can unload today.", "\nJonas: Yes.\n", "Mara"),
        (_STEPS + "Mara: Good.\n", "Jonas: The crane is free from two.", "\n", "Jonas"),
        (_STEPS, "Mara: Jonas said the crane is free.", "\nJonas: Yes.\n", "Jonas|Mara"),
        (
            "[09:10] mara_k: anyone there?\n",
            "[09:11] jonas: the crane is free from two",
            "\n[09:12] mara_k: ok\n",
            "jonas",
        ),
        ("<mara> anyone there?\n", "<jonas> the crane is free from two", "\n<mara> ok\n", "jonas"),
        ("Length of boat: Up to 6 m; Night: 14\n", "Length of boat: Over 6 m; Night: 19", "\n", ""),
        ("Outlet: Town Council\nPublished: March 3, 2025\n", "Note: The office is shut on Monday.", "\n", ""),
    ),
    *_rows(
        "report",
        "en",
        ("The survey counted 412 nests in 2023, fewer than in any year before.", ""),
        ("Table 3 shows the nests by island.", ""),
        ("The authors conclude that the decline will go on.", "The authors"),
        ("The authors’ conclusion is that the decline will go on.", ""),
        ("Results suggest that warm springs delay breeding.", ""),
        ("The agency estimates that 3,000 pairs remain.", "The agency"),
        ("An estimated 3,000 pairs remain.", ""),
        ("Estimates range from 2,800 to 3,400 pairs.", ""),
        ("As noted above, counts before 1990 are not reliable.", ""),
        ("The term has been used since the 1950s to describe shallow bays.", ""),
        ("Darwin wrote the book in two years.", ""),
        ("The duke was blamed for the defeat.", ""),
        ("The poem tells of a fisherman who loses his boat.", ""),
        ("The law states that nets must be marked.", "The law"),
        ("Fishermen reported catches of up to 40 tonnes.", "Fishermen"),
        ("The reported catch was 40 tonnes.", ""),
        ("Harald claimed the throne in 1046.", ""),
        ("The claim was confirmed by a second study.", ""),
        ("A 2019 study by the university found that seals avoid the new quay.", "A 2019 study by the university"),
        ("Rivera (2019) argues that seals avoid the quay because of its noise.", "Rivera (2019)|Rivera"),
        ("The tower, so the legend says, was built in one night.", "the legend"),
        ("The word “harbour” comes from an older word for shelter.", ""),
    ),
    *_rows(
        "news",
        "de",
        (
            "Die Brücke bleibt bis Juni gesperrt, sagte Verkehrsministerin Ada Kowalik.",
            "Verkehrsministerin Ada Kowalik",
        ),
        (
            "Verkehrsministerin Ada Kowalik sagte, die Brücke bleibe bis Juni gesperrt.",
            "Verkehrsministerin Ada Kowalik",
        ),
        ("„Wir hatten keine Wahl“, sagte Kowalik am Montag.", "Kowalik"),
        ("Laut Polizei wurden drei Menschen verletzt.", "Polizei"),
        ("Nach Angaben des Betreibers sind zwölf Seile beschädigt.", "des Betreibers"),
        ("Dem Betreiber zufolge sind zwölf Seile beschädigt.", "Dem Betreiber"),
        (
            "Ein Sprecher des Ministeriums erklärte, die Kosten lägen bei neun Millionen Euro.",
            "Ein Sprecher des Ministeriums",
        ),
        ("Wie die Zeitung berichtet, wusste das Amt seit Jahren davon.", "die Zeitung"),
        ("Der Stadtrat lehnte den Antrag ab.", ""),
        ("Die Seile wurden 2016 zuletzt geprüft.", ""),
        ("Die Musik war laut und die Gäste gingen früh.", ""),
        ("Das Gesetz wurde 1998 erklärt und gilt bis heute.", ""),
        ("Kowalik verteidigte die Sperrung.", "Sie sagte, Sicherheit gehe vor.", "Kowalik"),
        (
            "Der Gewerkschafter Pavel Hron betonte, dass die Fahrer seit Jahren gewarnt hätten.",
            "Der Gewerkschafter Pavel Hron",
        ),
        ("Die Fahrer hätten seit Jahren gewarnt, so Hron.", "Hron"),
        ("Angeblich wurden die Seile im Ausland bestellt.", ""),
        ("Der Bürgermeister wies die Vorwürfe zurück.", "Der Bürgermeister"),
        ("Nach dem Unfall wurde die Straße gesperrt.", ""),
        ("Im Jahr 1921 erklärte sich die Stadt für neutral.", ""),
        ("Drei Menschen seien verletzt worden, teilte die Polizei mit.", "die Polizei"),
        ("So viele Fahrgäste hatte die Bahn noch nie.", ""),
        ("Die Behörde bestätigte den Bericht.", "Die Behörde"),
    ),
    *_rows(
        "news",
        "es",
        ("El puente seguirá cerrado hasta junio, dijo la ministra Ada Kowalik.", "la ministra Ada Kowalik"),
        ("La ministra Ada Kowalik dijo que el puente seguirá cerrado hasta junio.", "La ministra Ada Kowalik"),
        ("«No teníamos otra opción», afirmó Kowalik.", "Kowalik"),
        ("“No teníamos otra opción”, explicó el alcalde.", "el alcalde"),
        ("Según la policía, tres personas resultaron heridas.", "la policía"),
        ("Tres personas resultaron heridas, según la policía.", "la policía"),
        ("De acuerdo con el informe, doce cables están dañados.", "el informe"),
        (
            "El portavoz del ministerio, Luis Ferrer, aseguró que el coste será de nueve millones.",
            "El portavoz del ministerio, Luis Ferrer|Luis Ferrer",
        ),
        ("Un portavoz negó que hubiera retrasos.", "Un portavoz"),
        ("El ayuntamiento rechazó la propuesta.", ""),
        ("Los cables se revisaron por última vez en 2016.", ""),
        ("Los precios varían según la temporada.", ""),
        ("Según se acercaba el invierno, los precios subían.", ""),
        ("El dicho es antiguo y nadie sabe de dónde viene.", ""),
        ("Al parecer, los cables se compraron en el extranjero.", ""),
        ("Kowalik defendió el cierre.", "Ella dijo que la seguridad es lo primero.", "Kowalik"),
        ("El sindicalista Pavel Hron señaló que los conductores llevan años avisando.", "El sindicalista Pavel Hron"),
        ("Los conductores llevan años avisando, señaló Hron.", "Hron"),
        ("La organización denunció que nadie respondió a sus cartas.", "La organización"),
        ("La ciudad fue declarada neutral en 1921.", ""),
        ("El informe concluye que la obra era defectuosa.", "El informe"),
        ("La cifra fue confirmada ayer.", ""),
    ),
    *_rows(
        "news",
        "en",
        (
            "Farm minister Jonas Weil has rejected claims that the subsidy favours large estates.",
            "Farm minister Jonas Weil",
        ),
        ("“It was a mistake,” the former trainer admitted.", "the former trainer"),
        ("The trainer, who left the club in May, admitted that it was a mistake.", "The trainer"),
        (
            "The bank’s chief economist, Ines Roth, predicts that prices will fall.",
            "The bank’s chief economist, Ines Roth|Ines Roth",
        ),
        ("Prices will fall by the end of the year, the bank predicted on Friday.", "the bank"),
        ("More than 300 people signed the letter, which says the plan is illegal.", ""),
        (
            "The plan is illegal, says the letter signed by more than 300 people.",
            "the letter signed by more than 300 people",
        ),
        ("Weil’s office said he would not resign.", "Weil’s office"),
        ("He told his colleagues he was tired.", ""),
        ("Weil resigned on Monday.", "He told his colleagues he was tired.", "Weil"),
        ("Doctors at the clinic say the boy is out of danger.", "Doctors at the clinic"),
        ("The boy is out of danger, doctors say.", "doctors"),
        ("Neither the bank nor the ministry would confirm the figure.", ""),
        ("The figure could not be confirmed.", ""),
        ("The minister’s claim that nobody knew is false.", ""),
        ("A court in Selby ruled that the fence must go.", ""),
        ("The judge said: “The fence must go.”", "The judge"),
        ("“The fence must go,” the judge, Clara Holm, ruled.", ""),
        ("Neighbours say they never heard a sound.", "Neighbours"),
        ("Needless to say, the neighbours were angry.", ""),
        ("The film tells the story of two sisters.", ""),
        ("The museum announced it will stay open until midnight.", "The museum"),
        ("It has been claimed that the letters were forged.", ""),
        ("As previously reported, the letters were forged.", ""),
        ("The forger, police believe, worked alone.", "police"),
        ("The players warned up and the referee blew his whistle.", ""),
        ("Asked whether he would run again, Stern replied that it was too early to say.", "Stern"),
    ),
    *_rows(
        "minutes",
        "en",
        ("Councillor Quillan seconded the motion.", ""),
        ("The mayor announced that the meeting in June is cancelled.", "The mayor"),
        ("Proposed by Mr Hale and seconded by Ms Orr.", ""),
        ("Mr Hale noted that the roof still leaks.", "Mr Hale"),
        ("Ms Orr explained the delay by the late delivery of the tiles.", "Ms Orr"),
    ),
    *_rows(
        "report",
        "en",
        ("The committee recommends that the dam be inspected each spring.", "The committee"),
        ("It is recommended that the dam be inspected each spring.", ""),
        ("Earlier work has suggested that the dam is safe.", ""),
        ("Holm and Reyes (2014) found that the dam is safe.", "Holm and Reyes (2014)"),
        ("The dam was declared safe in 1988.", ""),
        ("Water levels reported in Table 2 are means of ten years.", ""),
    ),
    *_rows(
        "news",
        "de",
        ("Der Minister habe nichts gewusst, sagte eine Sprecherin am Freitag.", "eine Sprecherin"),
        ("Am Freitag sagte eine Sprecherin, der Minister habe nichts gewusst.", "eine Sprecherin"),
        ("Die Bank kündigte an, 400 Stellen zu streichen.", "Die Bank"),
        ("Nach Angaben der Feuerwehr brannte es im Keller.", "der Feuerwehr"),
        ("Im Keller soll es gebrannt haben.", ""),
        ("Er sagte nichts.", ""),
    ),
    *_rows(
        "news",
        "es",
        ("“Fue un error”, admitió el entrenador.", "el entrenador"),
        ("El entrenador insistió en que fue un error.", "El entrenador"),
        ("La alcaldesa anunció que el mercado cerrará en mayo.", "La alcaldesa"),
        ("El mercado cerrará en mayo, según anunció la alcaldesa.", "la alcaldesa"),
        ("Nadie confirmó la noticia.", ""),
        ("Según los vecinos, no hubo ruido.", "los vecinos"),
    ),
]
