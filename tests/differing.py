"""Sources that answer the same question, by hand: the values they disagree on, or none.

A source is "outlet | date | sentence"; the short answer stands in [brackets]; what stands before a "§" is read with
the sentence (a title, the sentence before it). Each group is given by the numbers of its sources.
"""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    question: str
    kind: str
    sources: tuple[str, ...]
    groups: tuple[tuple[int, ...], ...] = ()
    language: str = "en"


DIFFER = [
    Case(
        "How many troops does the United States have in Iraq?",
        "number",
        (
            "Gulf Ledger | 2024-03-10 | The United States has [about 2,500 troops] in Iraq.",
            "Levant Desk | 2024-03-11 | The United States has [900 troops] in Iraq, officials say.",
        ),
        ((0,), (1,)),
    ),
    Case(
        "How many people were hurt in the bridge accident?",
        "number",
        (
            "Evening Post | 2025-03-02 | [Twelve people] were hurt in the bridge accident, police said.",
            "Morning Star | 2025-03-02 | [15 people] were hurt in the bridge accident, the hospital said.",
            "River Radio | 2025-03-02 | In the bridge accident [12 people] were hurt.",
        ),
        ((0, 2), (1,)),
    ),
    Case(
        "How much does the new library cost?",
        "number",
        (
            "Town Council | 2025-01-10 | The new library costs [4.2 million crowns].",
            "Evening Post | 2025-06-01 | The new library costs [more than 6 million crowns], according to the builder.",
        ),
        ((0,), (1,)),
    ),
    Case(
        "How many visitors came to the harbour festival?",
        "number",
        (
            "Town Council | 2025-07-01 | The harbour festival had [more than 20,000 visitors].",
            "Evening Post | 2025-07-02 | [Fewer than 12,000 visitors] came to the harbour festival, police estimate.",
        ),
        ((0,), (1,)),
    ),
    Case(
        "What share of the budget goes to schools?",
        "number",
        (
            "Evening Post | 2025-02-01 | [31 per cent] of the budget goes to schools.",
            "Union News | 2025-02-03 | Schools get [24 per cent] of the budget, the union says.",
        ),
        ((0,), (1,)),
    ),
    Case(
        "When was the last strike?",
        "date",
        (
            "Levant Desk | 2024-03-08 | Pentagon officials say that the last strike took place on [February 4].",
            "Gulf Ledger | 2024-03-09 | A spokesman said that the last strike took place on [February 11].",
        ),
        ((0,), (1,)),
    ),
    Case(
        "When will the tunnel open?",
        "date",
        (
            "Rail Board | 2025-01-04 | The tunnel will open in [May 2026].",
            "Evening Post | 2025-02-04 | The tunnel will open in [March 2027], the builder said.",
            "Morning Star | 2025-02-05 | The tunnel will open in [2027].",
        ),
        ((0,), (1, 2)),
    ),
    Case(
        "When did the fire in the mill break out?",
        "date",
        (
            "Evening Post | 2025-02-04 | The fire in the mill broke out at [2:15 a.m.], the owner said.",
            "River Radio | 2025-02-04 | The fire in the mill broke out at [4:40 a.m.], the fire service said.",
        ),
        ((0,), (1,)),
    ),
    Case(
        "Who designed the town hall?",
        "person",
        (
            "Town Guide | 2020-01-01 | The town hall was designed by [Anna Belling].",
            "Evening Post | 2021-01-01 | The town hall was designed by [Otto Karst].",
        ),
        ((0,), (1,)),
    ),
    Case(
        "Who gave the order to close the gate?",
        "person",
        (
            "Evening Post | 2025-02-04 | [Joren Askel] gave the order to close the gate, the guard said.",
            "Morning Star | 2025-02-05 | [Lena Ostrander] gave the order to close the gate, a witness said.",
        ),
        ((0,), (1,)),
    ),
    Case(
        "Where was the stolen boat found?",
        "place",
        (
            "Evening Post | 2025-02-04 | The stolen boat was found in [Brackmoor].",
            "Morning Star | 2025-02-05 | The stolen boat was found near [Selby Point].",
        ),
        ((0,), (1,)),
    ),
    Case(
        "Did the factions reach an agreement with the government?",
        "other",
        (
            "Levant Desk | 2024-03-08 | The factions reached an agreement with the government, a lawmaker said.",
            "Gulf Ledger | 2024-03-09 | A spokesman denied that the factions had reached an agreement with the "
            "government.",
        ),
        ((0,), (1,)),
    ),
    Case(
        "Is the water in the lake safe to drink?",
        "other",
        (
            "Water Board | 2025-02-04 | The water in the lake is safe to drink.",
            "Green League | 2025-02-05 | The water in the lake is not safe to drink, the doctors warn.",
        ),
        ((0,), (1,)),
    ),
    Case(
        "Why did the ferry stop?",
        "reason",
        (
            "Evening Post | 2025-02-04 | The ferry stopped because its engine had failed, the operator said.",
            "Morning Star | 2025-02-05 | The ferry stopped because nobody had paid the crew, a union official said.",
        ),
        ((0,), (1,)),
    ),
    Case(
        "What explanations are given for the truce?",
        "reason",
        (
            "Gulf Ledger | 2024-03-08 | According to Al Musawi, the reason for the truce is to make room for the "
            "government.",
            "Two Rivers | 2024-03-09 | Fear of strikes is the reason for the truce, according to Iraqi sources.",
            "Two Rivers | 2024-03-10 | Iraqi sources say that fear of strikes on leaders is the real reason for "
            "the truce.",
        ),
        ((0,), (1, 2)),
    ),
    Case(
        "What is the speed limit in the inner harbour?",
        "number",
        (
            "Town Council | 2024-11-04 | Speed limit in the inner harbour § The speed limit in the inner harbour "
            "is [6 knots].",
            "Town Council | 2025-03-17 | New speed limit in the inner harbour § From April 1, 2025 the speed "
            "limit in the "
            "inner harbour is [4 knots].",
        ),
        ((0,), (1,)),
    ),
    Case(
        "How long is the new cycle path?",
        "number",
        (
            "Town Council | 2025-02-04 | The new cycle path is [8 km] long.",
            "Evening Post | 2025-02-05 | The new cycle path is [between 11 and 12 km] long.",
        ),
        ((0,), (1,)),
    ),
    Case(
        "Wie viele Menschen kamen zur Demonstration?",
        "number",
        (
            "Stadtblatt | 2025-02-04 | Zur Demonstration kamen laut Polizei [4.000 Menschen].",
            "Tageblatt | 2025-02-05 | Zur Demonstration kamen nach Angaben der Veranstalter [rund 9.000 Menschen].",
        ),
        ((0,), (1,)),
        "de",
    ),
    Case(
        "¿Cuántas personas resultaron heridas en el accidente?",
        "number",
        (
            "El Diario | 2025-02-04 | En el accidente resultaron heridas [12 personas], según la policía.",
            "La Voz | 2025-02-05 | En el accidente resultaron heridas [más de 20 personas], dijo el alcalde.",
        ),
        ((0,), (1,)),
        "es",
    ),
    Case(
        "How many jobs will the factory create?",
        "number",
        (
            "Evening Post | 2025-02-04 | The factory will create [300 jobs], the company said.",
            "Evening Post | 2025-02-04 | The factory will create [at most 120 jobs], the union said.",
        ),
        ((0,), (1,)),
    ),
    Case(
        "How old is the oldest oak in the park?",
        "number",
        (
            "Park Office | 2024-02-04 | The oldest oak in the park is [about 400 years] old.",
            "Evening Post | 2024-06-04 | The oldest oak in the park is [250 years] old, a biologist said.",
        ),
        ((0,), (1,)),
    ),
    Case(
        "Was the contract signed?",
        "other",
        (
            "Evening Post | 2025-02-04 | The contract was signed on Monday, the mayor said.",
            "Morning Star | 2025-02-05 | No contract was signed, the builder said.",
        ),
        ((0,), (1,)),
    ),
    Case(
        "How many people died in the ferry accident?",
        "number",
        (
            "Coast News | 2025-05-02 | Ferry accident off Brackmoor § [14 people] died when the ferry capsized "
            "on Sunday, the coast guard said.",
            "Morning Star | 2025-05-03 | Death toll of the ferry accident § The governor put the number of "
            "people who died in the accident at [21].",
        ),
        ((0,), (1,)),
    ),
    Case(
        "How many trees were felled for the road?",
        "number",
        (
            "City Hall | 2025-05-02 | For the road [320 trees] were felled.",
            "Green League | 2025-05-09 | More than [1,100 trees] were felled for the road, the group counted.",
        ),
        ((0,), (1,)),
    ),
    Case(
        "Who started the fight?",
        "person",
        (
            "Evening Post | 2025-05-02 | Witnesses told the court that [Otto Karst] started the fight.",
            "Morning Star | 2025-05-02 | The defence says that [Pavel Hron] started the fight.",
        ),
        ((0,), (1,)),
    ),
    Case(
        "Has the company paid the fine?",
        "other",
        (
            "Evening Post | 2025-05-02 | The company has paid the fine, its lawyer said.",
            "Morning Star | 2025-05-02 | The company has not yet paid the fine, the court said.",
        ),
        ((0,), (1,)),
    ),
    Case(
        "Why was the school closed?",
        "reason",
        (
            "City Hall | 2025-05-02 | The school was closed because too few children live in the valley, the "
            "mayor said.",
            "Parents | 2025-05-05 | According to the parents, the school was closed because the town wanted to "
            "sell the building.",
        ),
        ((0,), (1,)),
    ),
    Case(
        "What is the fine for parking on the quay?",
        "number",
        (
            "Town Council | 2023-02-01 | Parking on the quay § The fine for parking on the quay is [40 crowns].",
            "Town Council | 2025-01-07 | Parking on the quay: new fines § As of February 1, 2025 the fine for "
            "parking on the quay is [65 crowns].",
        ),
        ((0,), (1,)),
    ),
    Case(
        "Wann wurde die Brücke gesperrt?",
        "date",
        (
            "Stadtblatt | 2025-02-04 | Die Brücke wurde am [3. Februar] gesperrt, sagte der Bürgermeister.",
            "Tageblatt | 2025-02-05 | Laut Polizei wurde die Brücke bereits am [1. Februar] gesperrt.",
        ),
        ((0,), (1,)),
        "de",
    ),
    Case(
        "How tall is the new tower?",
        "number",
        (
            "Builder | 2025-02-04 | The new tower is [118 metres] tall.",
            "Evening Post | 2025-02-05 | At [131 metres], the new tower is taller than the cathedral.",
        ),
        ((0,), (1,)),
    ),
]

ALIKE = [
    Case(
        "How many troops does the United States have in Iraq?",
        "number",
        (
            "Gulf Ledger | 2024-03-10 | The United States has [about 2,500 troops] in Iraq.",
            "Levant Desk | 2024-03-11 | The United States has [2,500 troops] in Iraq.",
            "Two Rivers | 2024-03-11 | The United States has [some two and a half thousand troops] in Iraq.",
            "Meridian | 2024-03-11 | The United States has [more than 2,000 troops] in Iraq.",
        ),
    ),
    Case(
        "When was the last strike?",
        "date",
        (
            "Levant Desk | 2024-03-08 | The last strike took place on [February 4].",
            "Gulf Ledger | 2024-03-09 | The last strike took place on [4 February 2024].",
            "Two Rivers | 2024-03-10 | The last strike took place in [February].",
        ),
    ),
    Case(
        "Who is the mayor of Tarnhythe?",
        "person",
        (
            "Town Council | 2025-02-04 | The mayor of Tarnhythe is [Isolde Varr].",
            "Evening Post | 2025-02-05 | The mayor of Tarnhythe is [Varr].",
            "Morning Star | 2025-02-06 | The mayor of Tarnhythe is [Mayor Isolde Varr].",
        ),
    ),
    Case(
        "How many passengers does the ferry carry?",
        "number",
        (
            "Gull Line | 2025-02-04 | The ferry Heron carries [60 passengers].",
            "Gull Line | 2025-02-05 | The ferry Petrel carries [85 passengers].",
        ),
    ),
    Case(
        "How many visitors did the festival have?",
        "number",
        (
            "Evening Post | 2023-07-01 | In 2023 the festival had [18,000 visitors].",
            "Evening Post | 2024-07-01 | In 2024 the festival had [21,000 visitors].",
        ),
    ),
    Case(
        "How many visitors did the festival have?",
        "number",
        (
            "Evening Post | 2023-07-01 | In 2019 the festival had [18,000 visitors].",
            "Evening Post | 2024-07-01 | The festival had [21,000 visitors].",
        ),
    ),
    Case(
        "How much is the fee for a berth?",
        "number",
        (
            "Harbour | 2025-03-20 | Length of boat: Up to 6 m; Night: [14]; Month: 210",
            "Harbour | 2025-03-20 | Length of boat: Over 6 m, up to 8 m; Night: [19]; Month: 285",
        ),
    ),
    Case(
        "What does the crane cost?",
        "number",
        (
            "Harbour | 2025-03-20 | - Crane, up to 5 tonnes: [95 crowns]",
            "Yard | 2025-03-21 | - Crane, over 5 tonnes: [160 crowns]",
        ),
    ),
    Case(
        "Where is the office?",
        "place",
        (
            "Gull Line | 2025-02-04 | The office of the Gull Line is in [Brackmoor].",
            "Heron Line | 2025-02-05 | The office of the Heron Line is in [Selby Point].",
        ),
    ),
    Case(
        "Who visited the school?",
        "person",
        (
            "Evening Post | 2025-02-04 | [Isolde Varr] visited the school and spoke with teachers about the new roof.",
            "Morning Star | 2025-02-05 | The writer [Otto Karst] read to forty children when he visited the school.",
        ),
    ),
    Case(
        "When was the pier repaired?",
        "date",
        (
            "Evening Post | 1998-02-04 | After the storm of 1997 the pier was repaired in [May 1998].",
            "Evening Post | 2025-02-05 | After the storm of 2024 the pier was repaired in [September 2025].",
        ),
    ),
    Case(
        "How deep is the harbour?",
        "number",
        (
            "Pilot Book | 2024-01-01 | The harbour is [6 metres] deep.",
            "Pilot Book | 2025-01-01 | The harbour is [between 5 and 7 metres] deep.",
        ),
    ),
    Case(
        "How many people were hurt?",
        "number",
        (
            "Evening Post | 2025-02-04 | [Three people] were hurt in the fire.",
            "Evening Post | 2025-03-04 | [Nine people] were hurt when the tram left its rails.",
        ),
    ),
    Case(
        "How much did the repair cost?",
        "number",
        (
            "Evening Post | 2025-02-04 | The repair cost [412,000 crowns].",
            "Morning Star | 2025-02-05 | The repair cost [nearly 415,000 crowns].",
            "River Radio | 2025-02-05 | The repair cost [0.41 million crowns].",
        ),
    ),
    Case(
        "How much did the repair cost?",
        "number",
        (
            "Evening Post | 2025-02-04 | The repair cost [412,000 crowns].",
            "Morning Star | 2025-02-05 | The repair cost [38,000 euros].",
        ),
    ),
    Case(
        "Why did the ferry stop?",
        "reason",
        (
            "Evening Post | 2025-02-04 | The ferry stopped because its engine had failed, the operator said.",
            "Morning Star | 2025-02-05 | The ferry stopped because of a failed engine, the captain said.",
        ),
    ),
    Case(
        "Why did the ferry stop?",
        "reason",
        (
            "Evening Post | 2025-02-04 | The ferry stopped because its engine had failed.",
            "Morning Star | 2025-02-05 | The ferry stopped because of a strike.",
        ),
    ),
    Case(
        "Is the water in the lake safe to drink?",
        "other",
        (
            "Water Board | 2025-02-04 | The water in the lake is safe to drink.",
            "Green League | 2025-02-05 | The water in the lake is safe to drink in summer.",
        ),
    ),
    Case(
        "Did the council approve the budget?",
        "other",
        (
            "Evening Post | 2025-02-04 | The council approved the budget.",
            "Morning Star | 2025-02-05 | The council did not discuss the ferry.",
        ),
    ),
    Case(
        "How many members does the club have?",
        "number",
        ("Evening Post | 2025-02-04 | The club has [140 members].",),
    ),
    Case(
        "How many knots is the limit?",
        "number",
        (
            "Evening Post | 2025-02-04 | The limit is [6 knots] in the outer harbour.",
            "Evening Post | 2025-02-04 | The limit is [4 knots] in the inner harbour.",
        ),
    ),
    Case(
        "Wann öffnet das Bad?",
        "date",
        (
            "Stadtblatt | 2025-02-04 | Das Bad öffnet am [3. Mai].",
            "Tageblatt | 2025-02-05 | Das Bad öffnet im [Mai 2025].",
        ),
        (),
        "de",
    ),
    Case(
        "¿Cuándo abrió el museo?",
        "date",
        (
            "El Diario | 2025-02-04 | El museo abrió el [3 de mayo de 1998].",
            "La Voz | 2025-02-05 | El museo abrió en [1998].",
        ),
        (),
        "es",
    ),
    Case(
        "How many people died in the ferry accident?",
        "number",
        (
            "Coast News | 2025-05-02 | [At least 14 people] died in the ferry accident.",
            "Morning Star | 2025-05-03 | [16 people] died in the ferry accident.",
        ),
    ),
    Case(
        "How many people died in the accident?",
        "number",
        (
            "Coast News | 2025-05-02 | Ferry accident § [14 people] died in the accident when the ferry Olaf sank.",
            "Coast News | 2025-06-12 | Bus accident § [Three people] died in the accident near Selby.",
        ),
    ),
    Case(
        "When does the market open?",
        "date",
        (
            "Town | 2025-05-02 | In summer the market opens at [7 a.m.].",
            "Town | 2025-05-02 | In winter the market opens at [9 a.m.].",
        ),
    ),
    Case(
        "When does the market open?",
        "date",
        (
            "Town | 2025-05-02 | On Mondays the market opens at [7 a.m.].",
            "Guide | 2025-05-02 | On Saturdays the market opens at [9 a.m.].",
        ),
    ),
    Case(
        "Who won the race?",
        "person",
        (
            "Sport | 2025-05-02 | [Anna Belling] won the race for women.",
            "Sport2 | 2025-05-02 | [Otto Karst] won the race for men.",
        ),
    ),
    Case(
        "Who wrote about the flood?",
        "person",
        (
            "A | 2025-05-02 | [Anna Belling] wrote a novel about the flood.",
            "B | 2025-05-02 | The flood was also the theme when [Otto Karst] wrote his last poem.",
        ),
    ),
    Case(
        "How many seats does the party have?",
        "number",
        (
            "A | 2025-05-02 | In the state parliament the party has [31 seats].",
            "B | 2025-05-02 | In the federal parliament the party has [12 seats].",
        ),
    ),
    Case(
        "How high is unemployment?",
        "number",
        (
            "A | 2025-05-02 | In May unemployment was [5.2 per cent].",
            "B | 2025-08-02 | In July unemployment was [5.9 per cent].",
        ),
    ),
    Case(
        "How many employees does the company have?",
        "number",
        (
            "A | 2025-05-02 | The company has [1,200 employees] worldwide.",
            "B | 2025-08-02 | In Germany the company has [300 employees].",
        ),
    ),
    Case(
        "Where was the painter born?",
        "place",
        (
            "A | 2025-05-02 | The painter was born in [Brackmoor] in 1871.",
            "B | 2025-08-02 | The painter was born in [Brackmoor Bay].",
        ),
    ),
    Case(
        "Is smoking allowed on the ferry?",
        "other",
        (
            "A | 2025-05-02 | Smoking is allowed on the upper deck of the ferry.",
            "B | 2025-08-02 | Smoking is not allowed in the cabins of the ferry.",
        ),
    ),
    Case(
        "Why did he resign?",
        "reason",
        (
            "A | 2025-05-02 | He resigned because of his health, his lawyer said.",
            "B | 2025-08-02 | His lawyer said that he resigned for reasons of health.",
        ),
    ),
    Case(
        "How many berths does the pier have?",
        "number",
        (
            "A | 2025-05-02 | The pier with 3 cranes has [40 berths].",
            "B | 2025-05-03 | The pier with 5 cranes has [60 berths].",
        ),
    ),
    Case(
        "When does the night ferry leave?",
        "date",
        ("A | 2025-05-02 | The night ferry leaves at [9 p.m.].", "B | 2025-05-03 | The ferry leaves at [7 a.m.]."),
    ),
    Case(
        "How many votes did the last motion get?",
        "number",
        ("A | 2025-05-02 | The last motion got [5 votes].", "B | 2025-05-03 | The motion got [3 votes]."),
    ),
    Case(
        "Why did you miss the ferry?",
        "reason",
        (
            "A | 2025-05-02 | [09:10] Mara: I missed the ferry because the bus was late",
            "B | 2025-05-03 | [09:12] Jonas: I missed the ferry because I slept too long",
        ),
    ),
    Case(
        "When does the museum on the hill open?",
        "date",
        (
            "A | 2025-05-02 | The museum on the hill opens at [9 a.m.].",
            "B | 2025-05-02 | Museum on the hill § Guests who open a locker before [7 a.m.] pay double for coats.",
        ),
    ),
]
