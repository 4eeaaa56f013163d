"""Words as the index knows them: stems by language, exact forms, and the content words of a question."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.function_words import FUNCTION_WORDS
from index.terms import MAX_TERM, Terms, analysed, exact_forms, plain_words, question_terms, stems

LETTERS = st.text(alphabet="abcdeéèñöüßæøłАбвгαβγ'-.,;:!?\"()*^~ \n", max_size=60)
LANGUAGES = st.sampled_from([None, "en", "de", "fr", "es", "ru", "tr", "xx"])


# Stems


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "The ferries leave", "the ferry leaves"),
        ("de", "Hafengebühren", "Hafengebühr"),
        ("de", "die alten Häuser", "die alte Häuser"),
        ("fr", "les bateaux amarrés", "les bateau amarrée"),
        ("es", "los barcos pequeños", "los barco pequeñas"),
        ("ru", "корабли", "корабль"),
    ],
)
def test_inflections_share_a_stem(language: str, one: str, other: str) -> None:
    assert stems(one, language) == stems(other, language)


@pytest.mark.parametrize("language", [None, "xx", "zh"])
def test_a_language_without_a_stemmer_is_taken_for_english(language: str | None) -> None:
    assert stems("The ferries left", language) == stems("The ferries left", "en") == ["the", "ferri", "left"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The Ferries' café, leaving!", ["the", "ferri", "cafe", "leav"]),
        ("Straße 12,5", ["strass", "12", "5"]),
        ("a_b", ["a", "b"]),
        ("Ærø, Łódź", ["aero", "lodz"]),
        ("x" * MAX_TERM, ["x" * MAX_TERM]),
        ("x" * (MAX_TERM + 1) + " ok", ["ok"]),
        ("x" * (MAX_TERM + 1) + " 图 ok", ["图", "ok"]),
        ("…", []),
        ("", []),
    ],
)
def test_words_of_english(text: str, terms: list[str]) -> None:
    assert stems(text) == terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("2,500 boats", ["2500", "boat"]),
        ("2.500", ["2500"]),
        ("1,234,567", ["1234567"]),
        ("2'500 and 2’500", ["2500", "and", "2500"]),
        ("2\u00a0500 and 2\u202f500", ["2500", "and", "2500"]),
        ("2,50 and 2,5000", ["2", "50", "and", "2", "5000"]),
        ("1, 200", ["1", "200"]),
        ("A1,200", ["a1", "200"]),
    ],
)
def test_thousands_are_joined(text: str, terms: list[str]) -> None:
    assert stems(text) == terms


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("LiHua came", ["lihua", "came", "li", "hua"]),
        ("getName", ["getnam", "get", "name"]),
        ("McDonald", ["mcdonald", "mc", "donald"]),
        ("NATO USA Ferry", ["nato", "usa", "ferri"]),
    ],
)
def test_names_written_together_are_also_found_by_their_parts(text: str, parts: list[str]) -> None:
    assert stems(text) == parts


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("上海图书馆 opened", ["上海", "海图", "图书", "书馆", "open"]),
        ("图", ["图"]),
        ("カナ", ["カナ"]),
        ("iPhoneを買う", ["iphon", "を買", "買う"]),
        ("ตลาด", ["ตล", "ลา", "าด"]),
        ("서울 도서관", ["서울", "도서관"]),
    ],
)
def test_scripts_without_blanks_become_pairs_of_characters(text: str, terms: list[str]) -> None:
    assert stems(text) == terms


def test_accents_do_not_matter_composed_or_not() -> None:
    assert stems("café") == stems("cafe\u0301") == stems("cafe") == ["cafe"]
    assert stems("ﬁne １２") == ["fine", "12"]
    assert plain_words("Fähre") == plain_words("FA\u0308HRE") == " fahre "


def test_a_mark_by_itself_is_no_word() -> None:
    """The acute accent that many type for an apostrophe becomes a blank and a mark when it is composed."""
    assert stems("Jonas´ Boot") == ["jona", "boot"]
    assert plain_words("5´ tall") == " 5 tall "
    assert "" not in question_terms("Jonas´ Boot", ["de"]).keys


@pytest.mark.parametrize(("text", "language"), [("ilac", "tr"), ("agac", "tr")])
def test_a_stem_is_the_same_in_a_question_and_in_a_text(text: str, language: str) -> None:
    """Turkish stems of plain letters may end in ç."""
    assert [form for form, _ in question_terms(text, [language]).forms][:1] == stems(text, language)


@given(LETTERS, LANGUAGES)
def test_the_rest_of_a_text_does_not_change_its_words(text: str, language: str | None) -> None:
    """Plain texts are split by a quicker pattern than those with other scripts: both find the same."""
    assert stems(f"{text} 图", language) == [*stems(text, language), "图"]
    assert stems(f"{text} ok", language)[:-1] == stems(text, language)


@given(st.text(max_size=80), LANGUAGES)
def test_a_term_holds_no_blank_and_no_syntax(text: str, language: str | None) -> None:
    for term in (*stems(text, language), *exact_forms(text), *plain_words(text).split()):
        assert not set(term) & set(' \t\n"():^~*?[]{}\\'), term


@given(LETTERS)
def test_plain_words_of_plain_words_are_the_same(text: str) -> None:
    once = plain_words(text)
    assert plain_words(once) == once
    assert plain_words(text.upper()).split() == plain_words(text.upper().lower()).split()


@given(st.text(alphabet="abcXYZ019-./_&+#' ", max_size=40))
def test_exact_forms_of_a_longer_text_include_those_of_its_parts(text: str) -> None:
    assert set(exact_forms(f"{text} | {text} | Pier")) == {*exact_forms(text), "pier"}


@pytest.mark.timeout(10)
@pytest.mark.parametrize("run", ["a", "0a1b", "aA", "1", "Ab"])
def test_a_very_long_run_of_letters_takes_no_time(run: str) -> None:
    """A key or a sequence in a file is one word, and may be all of a passage."""
    text = run * (200_000 // len(run)) + "1 end"
    assert stems(text) == ["end"]
    assert exact_forms(f"{text} Pier") == ["pier"]


# Exact forms


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("the pier", []),
        ("the North Pier", ["north", "pier"]),
        ("an F-16", ["f", "16", "f16"]),
        ("P-200, p200", ["p", "200", "p200", "p200"]),
        ("2,500 boats", ["2500"]),
        ("in c++ or c#", ["c++", "c#"]),
        ("AT&T", ["at", "t", "at&t"]),
        ("version 1.2.3-b", ["1", "2", "3", "1.2.3b"]),
        ("well-known and/or", []),
        ("Émile", ["emile"]),
        ("图书", ["图", "书"]),
        ("X" * (MAX_TERM + 1), []),
    ],
)
def test_exact_forms(text: str, forms: list[str]) -> None:
    assert exact_forms(text) == forms


@pytest.mark.parametrize(("asked", "written"), [("p-200", "P200"), ("F16", "F-16"), ("c++", "C++"), ("2500", "2,500")])
def test_a_code_is_found_however_it_is_written(asked: str, written: str) -> None:
    assert {form for form, _ in question_terms(asked).exact} & set(exact_forms(written))


# Questions


@pytest.mark.parametrize(
    ("question", "languages", "words"),
    [
        ("When did the ferry leave?", (), ("ferry", "leave")),
        ("Who told the council about berths?", ("en",), ("told", "council", "berths")),
        ("Wann fährt die Fähre?", ("de",), ("fährt", "fähre")),
        ("Wann fährt die Fähre?", ("en", "de"), ("fährt", "fähre")),
        ("Who may die?", ("en", "de"), ("may", "die")),
        ("Who may die?", ("de", "en"), ("may", "die")),
        ("Who may die?", (), ("may", "die")),
        ("Where is the pier?", ("de", "en"), ("pier",)),
        ("Where is the pier?", ("ru",), ("pier",)),
        ("Quelle est la hauteur de la tour ?", ("en", "fr"), ("hauteur", "tour")),
        ("¿Dónde está la torre?", ("en", "es"), ("torre",)),
        ("Was ist das?", ("de",), ("was", "ist", "das")),
        ("To be or not to be", (), ("to", "be", "or", "not")),
        ("...", (), ()),
        ("", ("de",), ()),
    ],
)
def test_function_words_of_the_language_of_the_question_are_left_out(
    question: str, languages: tuple[str, ...], words: tuple[str, ...]
) -> None:
    assert question_terms(question, languages).words == words


def test_a_word_counts_once_in_whatever_form() -> None:
    terms = question_terms("Ferry, ferries or FERRY: which ferry?")
    assert terms.keys == ("ferri",)
    assert terms.words == ("ferry",)
    assert dict(terms.forms) == {"ferri": "ferri"}
    assert dict(terms.exact) == {"ferry": "ferri", "ferries": "ferri"}


def test_a_word_has_a_form_in_every_language_of_the_index() -> None:
    terms = question_terms("ferries", ["de", "fr"])
    assert len(terms.keys) == 1
    assert {form for form, _ in terms.forms} == {stems("ferries", language)[0] for language in ("de", "fr", "en")}
    assert {key for _, key in terms.forms} == set(terms.keys)


@given(st.text(max_size=80), st.lists(st.sampled_from(["en", "de", "fr", "es", "ru", "zh", "xx"]), max_size=4))
def test_terms_hang_together(question: str, languages: list[str]) -> None:
    terms = question_terms(question, languages)
    forms = dict(terms.forms)
    assert len(terms.keys) == len(set(terms.keys)) == len(terms.words)
    assert all(forms[key] == key for key in terms.keys)
    assert set(forms.values()) == set(terms.keys)
    assert len(forms) == len(terms.forms) and len(dict(terms.exact)) == len(terms.exact)
    assert bool(terms.keys) == bool(plain_words(question).split())


@given(st.text(alphabet="abcdefgh '\".,;:!?()", max_size=60))
def test_punctuation_and_case_change_no_question(question: str) -> None:
    assert question_terms(question) == question_terms(question.upper()) == question_terms(plain_words(question))


def test_function_words_are_written_as_terms_are_folded() -> None:
    for words in FUNCTION_WORDS.values():
        assert plain_words(" ".join(sorted(words))).split() == sorted(words)


# Passages


def test_a_passage_is_analysed_in_its_language() -> None:
    found = analysed("Die Häfen", ["Gebühren", "Sommer 2,500"], "Boote zahlen P-200 Gebühren.", "de")
    assert found.stems == tuple(stems("Boote zahlen P-200 Gebühren.", "de"))
    assert found.around == {*stems("Die Häfen", "de"), *stems("Gebühren Sommer", "de"), "2500"}
    assert found.language == "de"
    assert analysed("", [], "", None).stems == ()


def test_several_threads_stem_at_once() -> None:
    """A stemmer keeps state while it works."""
    text = " ".join(f"ferries{n} leaving harbours" for n in range(300))
    expected = stems(text)
    found: list[bool] = []
    threads = [
        threading.Thread(target=lambda: found.extend(stems(text) == expected for _ in range(20))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 80


def test_no_terms() -> None:
    assert question_terms("?!") == Terms()
