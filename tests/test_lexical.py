"""The word index: which passages hold the words, how they rank, what a searcher keeps seeing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import pytest
from doubles import lexical_ids
from hypothesis import given
from hypothesis import strategies as st

from index.errors import CitewiseError
from index.lexical import FIELDS, LexicalIndex, WordSearcher
from index.terms import exact_forms, question_terms, stems

Row = tuple[int, str, Sequence[str], str, str | None]

ROWS: list[Row] = [
    (1, "Ferry timetable", ["Summer"], "The ferry leaves at nine and returns at noon.", "en"),
    (2, "Tariff", ["Berths", "Fees"], "A berth costs nine pounds. The ferry pays nothing.", "en"),
    (3, "Minutes", [], "The council met and adjourned without a vote.", None),
]
MIXED: list[Row] = [
    (1, "Hafen", [], "Die Hafengebühren steigen. Alte Häuser fahren nicht.", "de"),
    (2, "Port", [], "Les bateaux amarrés paient une redevance.", "fr"),
    (3, "Puerto", [], "Los barcos pequeños no pagan en verano.", "es"),
    (4, "Harbour", [], "Those who smoke may die. The F-16 and the P-200 cost 2,500 in C++.", "en"),
    (5, "图书馆", [], "上海图书馆今天开放。", "zh"),
    (6, "ตลาด", [], "ตลาดน้ำเปิดทุกวัน", "th"),
    (7, "Chat", [], "LiHua wrote that the café was closed; see getName.", "en"),
]
LANGUAGES = ("en", "de", "fr", "es")


@pytest.fixture
def words(tmp_path: Path) -> LexicalIndex:
    index = LexicalIndex(tmp_path / "words" / "1")
    index.add(ROWS)
    return index


def found(index: LexicalIndex, *terms: str, **options: object) -> list[int]:
    hits = index.searcher().search(terms, 10, **options)  # type: ignore[arg-type]
    return [passage_id for passage_id, _ in hits]


def asked(searcher: WordSearcher, question: str) -> list[tuple[int, float]]:
    """As the product asks: any form of the terms, or any exact form."""
    terms = question_terms(question, LANGUAGES)
    return searcher.search([form for form, _ in terms.forms], 10, None, [form for form, _ in terms.exact])


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> WordSearcher:
    index = LexicalIndex(tmp_path_factory.mktemp("mixed"))
    index.add(MIXED)
    return index.searcher()


def test_any_of_the_terms_in_any_field(words: LexicalIndex) -> None:
    assert found(words, "council") == [3]
    assert found(words, "timet") == found(words, "summer") == [1]
    assert found(words, "fee") == [2]
    assert sorted(found(words, "council", "berth")) == [2, 3]
    assert found(words, "nowher") == found(words) == []


def test_title_counts_on_top_of_text(words: LexicalIndex) -> None:
    assert found(words, "ferri") == [1, 2]


def test_bm25_of_one_field_by_hand(tmp_path: Path) -> None:
    """k1 = 1.2, b = .75: idf x tf x 2.2 / (tf + 1.2 x (.25 + .75 x length / mean)), times the weight of the field."""
    index = LexicalIndex(tmp_path)
    texts = ["anchor anchor bridge castle", "anchor dragon", "ember forest"]
    index.add([(number, "", [], text, "en") for number, text in enumerate(texts, 1)])
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    mean = 8 / 3
    expected = {
        1: FIELDS["text"] * idf * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 4 / mean)),
        2: FIELDS["text"] * idf * 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / mean)),
    }
    searcher = index.searcher()
    assert dict(searcher.search(["anchor"], 5)) == pytest.approx(expected, rel=1e-4)
    assert searcher.idf("anchor") == pytest.approx(idf)
    assert searcher.idf("nowher") == searcher.idf() == pytest.approx(math.log(1 + 3.5 / 0.5))
    assert searcher.idf("dragon", "anchor", "nowher") == searcher.idf("anchor"), "of the commonest form"


def test_a_term_given_twice_counts_once(words: LexicalIndex) -> None:
    searcher = words.searcher()
    assert searcher.search(["ferri", "ferri"], 5) == searcher.search(["ferri"], 5)


def test_ties_go_by_id_and_the_limit_holds(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    index.add([(number, "", [], "anchor bridge", None) for number in (9, 4, 7, 1)])
    assert found(index, "anchor") == [1, 4, 7, 9]
    assert len(index.searcher().search(["anchor"], 2)) == 2
    assert index.searcher().search(["anchor"], 0) == []


def test_only_the_allowed_ids(words: LexicalIndex) -> None:
    assert found(words, "ferri", allowed={2, 3}) == [2]
    assert found(words, "ferri", allowed=set()) == []
    scores = dict(words.searcher().search(["ferri"], 5))
    assert dict(words.searcher().search(["ferri"], 5, {2})) == pytest.approx({2: scores[2]})


def test_deleted_ids_are_gone_for_good(words: LexicalIndex, tmp_path: Path) -> None:
    words.delete([1, 3, 99])
    assert found(words, "ferri") == [2]
    assert found(words, "council") == []
    assert lexical_ids(tmp_path / "words" / "1") == [2]
    words.delete([])
    words.add([(1, "", [], "The ferry again.", "en")])
    assert found(LexicalIndex(tmp_path / "words" / "1"), "ferri") == [1, 2]


def test_very_large_ids(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    index.add([(2**53 + 1, "", [], "anchor", "en"), (2**53 + 2, "", [], "anchor", "en")])
    index.delete([2**53 + 1])
    assert found(index, "anchor") == [2**53 + 2]


def test_a_searcher_never_changes(words: LexicalIndex, tmp_path: Path) -> None:
    before = words.searcher()
    other = LexicalIndex(tmp_path / "words" / "1")
    other.add([(4, "", [], "Another ferry.", "en")])
    other.delete([1])
    assert [passage_id for passage_id, _ in before.search(["ferri"], 5)] == [1, 2]
    assert sorted(found(words, "ferri")) == [2, 4]


def test_an_index_of_another_layout_is_told(tmp_path: Path) -> None:
    LexicalIndex(tmp_path)
    (tmp_path / "meta.json").write_text("{}")
    with pytest.raises(CitewiseError, match="cannot be read") as caught:
        LexicalIndex(tmp_path)
    assert "--full" in caught.value.fix


# Languages and scripts


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("Wie hoch ist die Hafengebühr?", 1),
        ("Welches Haus ist alt?", 1),
        ("hafengebuhren", 1),
        ("Quel bateau est amarré ?", 2),
        ("¿Qué barco es pequeña?", 3),
        ("who smokes and dies", 4),
        ("Who may die?", 4),
        ("海图", 5),
        ("图书", 5),
        ("书", 5),
        ("น้ำ", 6),
        ("ด", 6),
        ("What did Li Hua write?", 7),
        ("LiHua", 7),
        ("the name it gets", 7),
        ("CAFE", 7),
        ("café", 7),
    ],
)
def test_a_question_finds_other_forms_of_its_words(mixed: WordSearcher, question: str, best: int) -> None:
    hits = asked(mixed, question)
    assert hits and hits[0][0] == best, hits


@pytest.mark.parametrize("question", ["Was wird aus dem, der nicht kann?", "der die das"])
def test_function_words_alone_are_still_searched(mixed: WordSearcher, question: str) -> None:
    assert 1 in dict(asked(mixed, question))


@pytest.mark.parametrize("question", ["Wann kommt die Post nicht?", "Where is nobody in summer?"])
def test_function_words_of_the_question_find_nothing(mixed: WordSearcher, question: str) -> None:
    """Although "die", "nicht" and "in" stand in passages."""
    assert asked(mixed, question) == []


@pytest.mark.parametrize("code", ["F-16", "f16", "F 16", "P-200", "p200", "2,500", "2500", "2'500", "C++", "c++"])
def test_names_numbers_and_codes_are_found_however_they_are_written(mixed: WordSearcher, code: str) -> None:
    assert [passage_id for passage_id, _ in asked(mixed, code)] == [4]


def test_exact_forms_are_looked_for_in_their_own_field(mixed: WordSearcher) -> None:
    assert [found for found, _ in mixed.search([], 5, None, ["p200"])] == [4]
    assert mixed.search(["p200"], 5) == mixed.search([], 5, None, ["smoke"]) == []
    assert mixed.search([], 5, {1, 2}, ["p200"]) == []
    both, one = dict(mixed.search(["200"], 5, None, ["200"])), dict(mixed.search(["200"], 5))
    assert both[4] > one[4] > 0


# Phrases


def test_a_phrase_stands_in_a_row_in_one_field(words: LexicalIndex) -> None:
    searcher = words.searcher()
    assert searcher.phrase([stems("leaves at nine")], 9) == [1]
    assert searcher.phrase([stems("nine at")], 9) == searcher.phrase([stems("timetable summer")], 9) == []
    assert searcher.phrase([stems("ferry")], 9) == [1, 2]
    assert searcher.phrase([stems("ferry timetable")], 9) == [1], "the title"
    assert searcher.phrase([stems("fees")], 9) == [2], "a heading"
    assert searcher.phrase([stems("ferry pays"), stems("council met"), []], 9) == [2, 3]
    assert len(searcher.phrase([stems("ferry")], 1)) == 1
    assert searcher.phrase([], 9) == searcher.phrase([[]], 9) == []


# Syntax


PLAIN = st.sampled_from("ferry berth council AND OR NOT title text TO nine the leaves nothing noon summer".split())
SYNTAX = st.text(alphabet="\"'():^~*?[]{}\\!|, \n", max_size=5)
WHOLE = "\n".join(line for _, title, headings, text, _ in ROWS for line in (title, *headings, text))


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> WordSearcher:
    index = LexicalIndex(tmp_path_factory.mktemp("syntax"))
    index.add(ROWS)
    return index.searcher()


@given(st.lists(st.tuples(SYNTAX, PLAIN), max_size=8), SYNTAX)
def test_query_syntax_in_a_question_is_nothing(searcher: WordSearcher, parts: list[tuple[str, str]], end: str) -> None:
    """As if there were blanks: no operator, field, quote or wildcard works."""
    question = "".join(f"{before} {word}" for before, word in parts) + end
    assert asked(searcher, question) == asked(searcher, " ".join(word for _, word in parts).lower())


@given(st.text(max_size=200) | st.lists(PLAIN | SYNTAX | st.text(max_size=9), max_size=12).map("".join))
def test_any_text_is_a_question(searcher: WordSearcher, question: str) -> None:
    """It finds what holds one of its words, and nothing else."""
    terms = question_terms(question, LANGUAGES)
    held = dict(terms.forms).keys() & stems(WHOLE) or dict(terms.exact).keys() & exact_forms(WHOLE)
    assert bool(asked(searcher, question)) == bool(held)
    assert set(searcher.phrase([stems(question)], 10)) <= {1, 2, 3}
