from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.questions.followup import CARRIED, FollowUp, follow_up, from_words

Turns = list[tuple[str, str]]


def after(*turns: str) -> Turns:
    return [(turn, "") for turn in turns]


# Questions before, the question, and what it is by itself: the earlier one with a part put in its place.
PUT_IN = [
    (["How many ferries ran in 2021?"], "And in 2022?", "How many ferries ran in 2022?"),
    (["How many ferries ran in 2021?"], "What about 2019?", "How many ferries ran in 2019?"),
    (["How high was the tide in March?"], "And in April?", "How high was the tide in April?"),
    (["Is the library open on Mondays?"], "And on Sundays?", "Is the library open on Sundays?"),
    (["How many ferries ran to Lisbon?"], "And in 2022?", "How many ferries ran to Lisbon in 2022?"),
    (["Who coaches Red Star Belgrade?"], "And Partizan?", "Who coaches Partizan?"),
    (["Who coaches Red Star Belgrade?"], "What about Dinamo Zagreb?", "Who coaches Dinamo Zagreb?"),
    (["How many museums are in Porto?"], "And in Faro?", "How many museums are in Faro?"),
    (["Did Anna Berg vote for the bridge in Lund?"], "And in Malmö?", "Did Anna Berg vote for the bridge in Malmö?"),
    (["What does a berth on the north quay cost?"], "And the south quay?", "What does a berth on the south quay cost?"),
    (["What does Article 5 of the charter say?"], "And Article 6?", "What does Article 6 of the charter say?"),
    (["Who is the mayor of Faro?"], "And of Porto?", "Who is the mayor of Porto?"),
    (["Wie alt ist der Bürgermeister von Faro?"], "Und von Porto?", "Wie alt ist der Bürgermeister von Porto?"),
    (["What does a ticket cost?"], "And for children?", "What does a ticket cost for children?"),
    (["When does the museum open?"], "And in winter?", "When does the museum open in winter?"),
    (["How many ferries ran in 2021?", "And in 2022?"], "And in 2023?", "How many ferries ran in 2023?"),
    (["How many museums are in Porto?", "And in Faro?"], "Why?", "Why museums are in Faro?"),
    (["When was the dam built?"], "Why?", "Why was the dam built?"),
    (["Why was the dam built?"], "When?", "When was the dam built?"),
    (["When was the dam built?"], "And why?", "why was the dam built?"),
    (["Which company built the dam?"], "When exactly?", "When exactly company built the dam?"),
    (["How much did the dam cost?"], "Why so much?", "Why so much did the dam cost?"),
    (["Which boats leaked?"], "How many?", "How many boats leaked?"),
    (["Did the dam leak?"], "Since when?", "Since when Did the dam leak?"),
    (["Wann wurde der Damm gebaut?"], "Warum?", "Warum wurde der Damm gebaut?"),
    (["Wann wurde der Damm gebaut?"], "Und warum?", "warum wurde der Damm gebaut?"),
    (["Wie viele Museen gibt es in Porto?"], "Und in Faro?", "Wie viele Museen gibt es in Faro?"),
    (["Wie viele Fähren fuhren 2021?"], "Und 2022?", "Wie viele Fähren fuhren 2022?"),
    (["Wie viele Fähren fuhren 2021?"], "Und im Jahr 2022?", "Wie viele Fähren fuhren 2022?"),
    (["Ist die Bücherei am Montag offen?"], "Und am Sonntag?", "Ist die Bücherei am Sonntag offen?"),
    (["Wie hoch war die Flut im März?"], "Und im April?", "Wie hoch war die Flut im April?"),
    (["¿Cuándo se construyó la presa?"], "¿Por qué?", "Por qué se construyó la presa?"),
    (["¿Cuántos museos hay en Oporto?"], "¿Y en Faro?", "¿Cuántos museos hay en Faro?"),
    (["¿Cuántos barcos salieron en 2021?"], "¿Y en 2022?", "¿Cuántos barcos salieron en 2022?"),
    (["¿Quién entrena al Betis?"], "¿Y qué hay de Osasuna?", "¿Quién entrena al Osasuna?"),
]

# Questions before, the question, and words of the earlier ones that it is read with.
LEANING = [
    (["Who painted the ceiling of the chapel?"], "How long did it take?", {"painted", "ceiling", "chapel"}),
    (["Who painted the ceiling of the chapel?"], "And what did he earn?", {"ceiling", "chapel"}),
    (["Which firm runs the ferry to Lisbon?"], "What does it charge?", {"ferry", "Lisbon"}),
    (["When did the bakers of Lund strike?"], "Why did they stop?", {"bakers", "Lund", "strike"}),
    (["Who gave the lecture on tides?"], "How long was that lecture?", {"tides"}),
    (["What is the new harbour rule?"], "Who proposed this?", {"harbour", "rule"}),
    (["What did Mira Holt publish?"], "Where does she live?", {"Mira Holt"}),
    (["What did Mira Holt publish?"], "Who are her parents?", {"Mira Holt"}),
    (["Which party won in Faro?"], "What are its aims?", {"won", "Faro"}),
    (["Who signed the treaty of Lund?"], "When did the agreement end?", {"treaty", "Lund"}),
    (["Why did the Seagulls split up?"], "Who founded the group?", {"Seagulls", "split"}),
    (["Who signed the treaty of Lund?"], "Is there a copy of it?", {"treaty", "Lund"}),
    (["What is a tide gauge?"], "any examples?", {"tide", "gauge"}),
    (["When did the ferry Aurora sink?"], "How many people died?", {"ferry", "Aurora", "sink"}),
    (["Where is the tide gauge of Faro?"], "Are there others?", {"tide", "gauge", "Faro"}),
    (["How is the credit score calculated?"], "the advantages?", {"credit", "score", "calculated"}),
    (["Does the pier have a crane?"], "No, I meant the old pier.", {"crane"}),
    (["Who runs the ferry to Lisbon?"], "I mean the night ferry", {"Lisbon"}),
    (["Which ferries go to Lisbon?"], "What about the price?", {"ferries", "Lisbon"}),
    (["Which ferries go to Lisbon?"], "And is there a discount?", {"ferries", "Lisbon"}),
    (["Which ferries go to Lisbon?"], "Who said so?", {"ferries", "Lisbon"}),
    (["Which ferries go to Lisbon?"], "Why was that?", {"ferries", "Lisbon"}),
    (["Who wrote the tide tables?"], "What did the council say about them?", {"tide", "tables"}),
    (["Which firm runs the ferry to Lisbon?", "What does it charge?"], "Since when does it sail?", {"Lisbon"}),
    (["Who heads Faro Radio?", "Thank you!"], "How old is she?", {"heads", "Faro Radio"}),
    (["Wer hat die Brücke in Lund entworfen?"], "Was hat sie gekostet?", {"Brücke", "Lund"}),
    (["Wer hat die Brücke in Lund entworfen?"], "Wie lange dauerte das?", {"Brücke", "Lund"}),
    (["Wer hat die Brücke in Lund entworfen?"], "Wer hat das gesagt?", {"Brücke", "Lund"}),
    (["Wann streikten die Bäcker in Lund?"], "Und warum hörten sie auf?", {"streikten", "Bäcker", "Lund"}),
    (["Welche Firma betreibt die Fähre nach Lissabon?"], "Was verlangt sie dafür?", {"Fähre", "Lissabon"}),
    (["Wer unterschrieb den Vertrag von Lund?"], "Wann endete das Abkommen?", {"Vertrag", "Lund"}),
    (["Wie wird der Hafen beleuchtet?"], "Wie viele Lampen?", {"Hafen", "beleuchtet"}),
    (["¿Quién diseñó el puente de Oporto?"], "¿Cuánto costó?", {"puente", "Oporto"}),
    (["¿Quién diseñó el puente de Oporto?"], "¿Y quién lo dijo?", {"puente", "Oporto"}),
    (["¿Cuándo pararon los panaderos de Faro?"], "¿Por qué lo hicieron ellos?", {"panaderos", "Faro"}),
    (["¿Cuándo se hundió el Aurora?"], "¿Cuántos muertos hubo?", {"hundió", "Aurora"}),
    (["¿Qué publicó Marta Ruiz?"], "¿Dónde vive ella?", {"Marta Ruiz"}),
    (["¿Qué publicó Marta Ruiz?"], "¿Cuáles son sus libros?", {"Marta Ruiz"}),
]

# What stands by itself, whatever was asked before.
STANDING = [
    ("When does the pier of Tarnhythe close?", "How many museums are in Porto?"),
    ("When does the pier close?", "Why did Dinamo Zagreb sell its stadium?"),
    ("When does the pier close?", "What is the tariff for winter storage?"),
    ("When does the pier close?", "Who said that talks failed?"),
    ("When does the pier close?", "Is it true that the council of Lund resigned?"),
    ("When does the pier close?", "How long does it take to charge an electric car?"),
    ("When does the pier close?", "What are tariffs?"),
    ("When does the pier close?", "What is a tide?"),
    ("When does the pier close?", "Who is Mira Holt?"),
    ("When does the pier close?", "Are there any direct flights from Oslo to Faro?"),
    ("When does the pier close?", "Did the bakers say why they stopped?"),
    ("When does the pier close?", "What happened in Oslo this year?"),
    ("When does the pier close?", "winter storage tariff yacht"),
    ("When does the pier close?", "And how many museums are in Porto today?"),
    ("When does the pier close?", "Which minister resigned after the scandal in Oslo?"),
    ("When does the pier close?", "No smoking rules on trains to Oslo?"),
    ("When does the pier close?", "Where does the former mayor of Oslo work?"),
    ("Wann schließt der Pier?", "Wie viele Museen gibt es in Porto?"),
    ("Wann schließt der Pier?", "Warum verkaufte Dinamo Zagreb sein Stadion?"),
    ("Wann schließt der Pier?", "Was kostet das neue Stadion in Zagreb?"),
    ("Wann schließt der Pier?", "Wer hat die Wahl in Oslo gewonnen?"),
    ("Wann schließt der Pier?", "Was ist eine Flut?"),
    ("Wann schließt der Pier?", "Was geschah in diesem Jahr in Oslo?"),
    ("¿Cuándo cierra el muelle?", "¿Cuántos museos hay en Oporto?"),
    ("¿Cuándo cierra el muelle?", "¿Quién ganó las elecciones en Oslo?"),
    ("¿Cuándo cierra el muelle?", "¿Qué es una marea?"),
    ("¿Cuándo cierra el muelle?", "¿Qué pasó este año en Oslo?"),
]


@pytest.mark.parametrize(("before", "question", "standalone"), PUT_IN)
def test_a_part_is_put_in_the_place_of_one_of_its_kind(before: list[str], question: str, standalone: str) -> None:
    found = follow_up(question, after(*before))
    assert found.standalone == standalone
    assert found.leans and found.rewritten and not found.topic_changed
    assert found.searched == standalone and found.context is None
    assert found.carried and all(word in standalone and word not in question for word in found.carried)


@pytest.mark.parametrize(("before", "question", "words"), LEANING)
def test_words_are_carried_over(before: list[str], question: str, words: set[str]) -> None:
    found = follow_up(question, after(*before))
    assert found.leans and not found.rewritten and not found.topic_changed, found
    assert words <= set(found.carried), found
    assert found.searched == question and found.context == found.standalone
    assert all(word in found.standalone for word in found.carried)


@pytest.mark.parametrize(("before", "question"), STANDING)
def test_a_question_that_stands_by_itself_is_left_as_it_is(before: str, question: str) -> None:
    found = follow_up(question, after(before))
    assert (found.standalone, found.carried, found.leans) == (question, (), False), found
    assert found.searched == question and found.context is None


@pytest.mark.parametrize(("before", "question"), [(a, b) for a, b in STANDING if "pier" in a.lower()][:3])
def test_a_question_that_shares_no_word_changes_the_topic(before: str, question: str) -> None:
    assert follow_up(question, after(before)).topic_changed


def test_a_question_of_its_own_about_the_same_thing_changes_no_topic() -> None:
    found = follow_up("Who repairs the piers of Tarnhythe in summer?", after("When does the pier of Tarnhythe close?"))
    assert not found.leans and not found.topic_changed


def test_the_topic_of_the_first_turn_reaches_the_third() -> None:
    turns = after("Which firm runs the ferry to Lisbon?", "What does it charge?", "Why?")
    assert {"ferry", "Lisbon"} <= set(follow_up("Since when does it do so?", turns).carried)


def test_a_new_topic_leaves_the_old_one_behind() -> None:
    turns = after("Which firm runs the ferry to Lisbon?", "Who wrote the novel Red Tide?")
    carried = follow_up("When did she write it?", turns).carried
    assert "Red Tide" in carried and "Lisbon" not in carried


def test_people_are_found_in_the_last_answer_when_the_question_named_nobody() -> None:
    turns = [("Who painted the ceiling?", "The ceiling was painted by Mira Holt in 1911. [1]")]
    carried = follow_up("Where did she live?", turns).carried
    assert carried == ("painted", "ceiling", "Mira Holt")


def test_names_of_the_question_come_before_those_of_the_answer() -> None:
    turns = [("What did Mira Holt publish?", "A novel, says Jonas Berg. [1]")]
    assert follow_up("Where does she live?", turns).carried == ("Mira Holt", "publish")


def test_nothing_is_taken_from_an_abstention() -> None:
    turns = [("Who painted the ceiling?", "The documents don't say.")]
    assert follow_up("Where did he live?", turns).carried == ("painted", "ceiling")


def test_what_is_carried_is_bounded_and_not_asked_anyway() -> None:
    long = "How do grain, steel, timber, paper, cement, cotton, copper and rubber reach the mills by rail?"
    found = follow_up("Is steel taxed there?", after(long))
    assert len(found.carried) == CARRIED and "steel" not in found.carried


def test_a_rewritten_question_may_hold_only_names_and_numbers_that_were_mentioned() -> None:
    turns = [("Who painted the ceiling?", "Mira Holt did. [1]")]
    by_rules = follow_up("Where did she live?", turns)
    good = from_words(by_rules, "Where did Mira Holt live?", turns)
    assert good is not None and good.searched == "Where did Mira Holt live?" and good.carried == ("Mira Holt",)
    assert from_words(by_rules, "Where did Jonas Berg live?", turns) is None
    assert from_words(by_rules, "Where did Mira Holt live in 1911?", turns) is None


@given(st.text())
def test_without_turns_before_it_any_question_is_left_as_it_is(question: str) -> None:
    assert follow_up(question, []) == FollowUp(question, question)


PIECES = st.sampled_from([q for _, q, _ in LEANING] + [q for _, q, _ in PUT_IN] + [q for _, q in STANDING])


@given(st.text() | PIECES, st.lists(st.tuples(st.text() | PIECES, st.text()), max_size=5))
def test_no_talk_makes_it_fail(question: str, turns: Turns) -> None:
    found = follow_up(question, turns)
    assert found.question == question
    assert found.leans or found.standalone == question
    assert found == follow_up(question, turns)
    assert len(found.carried) <= CARRIED
