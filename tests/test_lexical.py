"""The word index: which passages hold the words, how they rank, what a searcher keeps seeing."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from doubles import lexical_ids

from index.errors import CitewiseError
from index.lexical import LexicalIndex, analyze, content_terms

ROWS = [
    (1, "Ferry timetable", ["Summer"], "The ferry leaves at nine and returns at noon."),
    (2, "Tariff", ["Berths", "Fees"], "A berth costs nine pounds. The ferry pays nothing."),
    (3, "Minutes", [], "The council met and adjourned without a vote."),
]


@pytest.fixture
def words(tmp_path: Path) -> LexicalIndex:
    index = LexicalIndex(tmp_path / "words" / "1")
    index.add(ROWS)
    return index


def found(index: LexicalIndex, *terms: str, **options: object) -> list[int]:
    hits = index.searcher().search(terms, 10, **options)  # type: ignore[arg-type]
    return [passage_id for passage_id, _ in hits]


def test_any_of_the_terms_in_any_field(words: LexicalIndex) -> None:
    assert found(words, "council") == [3]
    assert found(words, "timet") == found(words, "summer") == [1]
    assert found(words, "fee") == [2]
    assert sorted(found(words, "council", "berth")) == [2, 3]
    assert found(words, "nowher") == found(words) == []


def test_title_counts_on_top_of_text(words: LexicalIndex) -> None:
    assert found(words, "ferri") == [1, 2]


def test_bm25_of_one_field_by_hand(tmp_path: Path) -> None:
    """k1 = 1.2, b = .75: idf x tf x 2.2 / (tf + 1.2 x (.25 + .75 x length / mean))."""
    index = LexicalIndex(tmp_path)
    index.add([(1, "", [], "anchor anchor bridge castle"), (2, "", [], "anchor dragon"), (3, "", [], "ember forest")])
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    mean = 8 / 3
    expected = {
        1: idf * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 4 / mean)),
        2: idf * 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / mean)),
    }
    searcher = index.searcher()
    assert dict(searcher.search(["anchor"], 5)) == pytest.approx(expected, rel=1e-4)
    assert searcher.idf("anchor") == pytest.approx(idf)
    assert searcher.idf("nowher") == pytest.approx(math.log(1 + 3.5 / 0.5))


def test_a_term_given_twice_counts_once(words: LexicalIndex) -> None:
    searcher = words.searcher()
    assert searcher.search(["ferri", "ferri"], 5) == searcher.search(["ferri"], 5)


def test_ties_go_by_id_and_the_limit_holds(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    index.add([(number, "", [], "anchor bridge") for number in (9, 4, 7, 1)])
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
    assert lexical_ids(tmp_path) == [2]
    words.delete([])
    words.add([(1, "", [], "The ferry again.")])
    assert found(LexicalIndex(tmp_path / "words" / "1"), "ferri") == [1, 2]


def test_very_large_ids(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    index.add([(2**53 + 1, "", [], "anchor"), (2**53 + 2, "", [], "anchor")])
    index.delete([2**53 + 1])
    assert found(index, "anchor") == [2**53 + 2]


def test_a_searcher_never_changes(words: LexicalIndex, tmp_path: Path) -> None:
    before = words.searcher()
    other = LexicalIndex(tmp_path / "words" / "1")
    other.add([(4, "", [], "Another ferry.")])
    other.delete([1])
    assert [passage_id for passage_id, _ in before.search(["ferri"], 5)] == [1, 2]
    assert sorted(found(words, "ferri")) == [2, 4]


def test_an_index_of_another_layout_is_told(tmp_path: Path) -> None:
    LexicalIndex(tmp_path)
    (tmp_path / "meta.json").write_text("{}")
    with pytest.raises(CitewiseError, match="cannot be read") as caught:
        LexicalIndex(tmp_path)
    assert "--full" in caught.value.fix


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The Ferries' café, leaving!", ["the", "ferri", "cafe", "leav"]),
        ("Straße 12,5", ["strass", "12", "5"]),
        ("x" * 101 + " ok", ["ok"]),
        ("…", []),
    ],
)
def test_analyze(text: str, terms: list[str]) -> None:
    assert analyze(text) == terms


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("When did the ferry leave?", ["ferri", "leav"]),
        ("Who told the council about berths?", ["told", "council", "berth"]),
        ("To be or not to be", ["to", "be", "or", "not", "to", "be"]),
        ("Wann fährt die Fähre?", ["wann", "fahrt", "die", "fahr"]),
    ],
)
def test_content_terms_leave_out_function_words_unless_there_is_nothing_else(question: str, terms: list[str]) -> None:
    assert content_terms(question) == terms


def test_scripts_without_spaces_are_indexed_by_character() -> None:
    assert analyze("上海图书馆 opened") == ["上", "海", "图", "书", "馆", "open"]
    assert set(content_terms("图书馆在哪里？")) <= set("图书馆在哪里")
