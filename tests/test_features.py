"""Features of the ranking, by hand on a few candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.terms import Terms, analysed, question_terms
from rag.finding.features import (
    IN_COMPOUND,
    IN_TITLE,
    NAMES,
    SAME_END,
    SAME_STEM,
    WINDOW,
    WORDS_ALONE,
    Candidate,
    Needs,
    features,
    named_share,
)

FERRY = Needs(
    Terms(
        ("ferri", "leav"),
        (("ferri", "ferri"), ("ferries", "ferri"), ("leav", "leav")),
        (("ferry", "ferri"), ("leave", "leav")),
    ),
    {"ferri": 3.0, "leav": 1.0},
    0.25,
)


def candidate(number: int = 1, **values: Any) -> Candidate:
    known: dict[str, Any] = {
        **{"lexical": 0.0, "cosine": None, "consensus": None},
        **{"stems": (), "around": frozenset(), "believed": True},
    }
    return Candidate(passage_id=number, **{**known, **values})


def rows(needs: Needs, *candidates: Candidate) -> list[dict[str, float]]:
    return [dict(zip(NAMES, row, strict=True)) for row in features(candidates, needs)]


def column(name: str, needs: Needs, *candidates: Candidate) -> list[Any]:
    return [pytest.approx(row[name], abs=1e-12) for row in rows(needs, *candidates)]


# Words


def test_words_are_a_share_of_the_best() -> None:
    three = [candidate(lexical=lexical) for lexical in (8.0, 4.0, 0.0)]
    assert column("words", FERRY, *three) == [1.0, 0.5, 0.0]
    assert column("words_named", FERRY, *three) == [0.25, 0.125, 0.0]


def test_a_flat_list_of_scores_shows_in_what_words_are_worth() -> None:
    """The tenth best against the best; the last one where there are fewer."""
    ten = [candidate(lexical=10.0 - n) for n in range(12)]
    assert rows(FERRY, *ten)[0]["words_flat"] == pytest.approx(0.1)
    assert rows(FERRY, *ten)[5]["words_flat"] == pytest.approx(0.5 * 0.1)
    assert rows(FERRY, *ten[:3])[0]["words_flat"] == pytest.approx(0.8)
    assert column("words_flat", FERRY, candidate(lexical=5.0)) == [1.0]


def test_nothing_that_the_words_found() -> None:
    for needs in (FERRY, Needs(Terms(), {}, 0.0)):
        for row in rows(needs, candidate(cosine=0.4), candidate(2)):
            assert set(row.values()) == {0.0}


# Vectors


def test_near_is_the_distance_to_the_best() -> None:
    three = [candidate(cosine=cosine) for cosine in (0.5, 0.8, 0.7)]
    assert column("near", FERRY, *three) == [-0.3, 0.0, -0.1]
    assert column("near_foreign", FERRY, *three) == [0.0, 0.0, 0.0]
    assert column("near_long", FERRY, *three) == [-0.3 * 0.2, 0.0, -0.1 * 0.2], "two terms of ten"


def test_vectors_of_a_language_that_the_embedder_does_not_know_are_not_believed() -> None:
    pair = [candidate(cosine=0.8, consensus=0.9), candidate(2, cosine=0.5, consensus=0.7, believed=False)]
    assert column("near", FERRY, *pair) == [0.0, 0.0]
    assert column("near_foreign", FERRY, *pair) == [0.0, -0.3]
    assert column("consensus", FERRY, *pair) == [0.9, 0.0]
    assert column("near_long", FERRY, *pair) == [0.0, 0.0]


def test_a_passage_without_a_vector_counts_as_the_middle_one() -> None:
    four = [candidate(cosine=cosine) for cosine in (0.9, None, 0.2, 0.6)]
    assert column("near", FERRY, *four) == [0.0, -0.3, -0.7, -0.3]
    assert column("consensus", FERRY, candidate(), candidate(consensus=0.5)) == [0.0, 0.5]


def test_spread_is_between_the_best_and_the_twentieth() -> None:
    many = [candidate(n, cosine=1 - n / 100, lexical=1.0) for n in range(30)]
    assert rows(FERRY, *many)[0]["words_spread"] == pytest.approx(0.19)
    assert rows(FERRY, *many[:5])[0]["words_spread"] == pytest.approx(0.04)


# Terms


def covered(needs: Needs, stems: Sequence[str] = (), around: Sequence[str] = ()) -> float:
    return rows(needs, candidate(stems=tuple(stems), around=frozenset(around)))[0]["covered"]


def test_covered_is_the_weight_of_the_terms_held() -> None:
    assert covered(FERRY, ["the", "ferri", "leav"]) == 1.0
    assert covered(FERRY, ["ferri", "ferri"]) == pytest.approx(3 / 4)
    assert covered(FERRY, ["ferries"]) == pytest.approx(3 / 4), "another form of it"
    assert covered(FERRY, ["leav"], ["ferri"]) == pytest.approx((1 + IN_TITLE * 3) / 4)
    assert covered(FERRY, ["ferri"], ["ferri"]) == pytest.approx(3 / 4), "counts once"
    assert covered(FERRY, ["nothing"]) == covered(FERRY) == 0.0
    half = replace(FERRY, named=0.5)
    assert rows(half, candidate(stems=("ferri",)))[0]["covered_named"] == pytest.approx(3 / 8)


@pytest.mark.parametrize(
    ("key", "stems", "share"),
    [
        ("gebuhr", ["hafengebuhr"], IN_COMPOUND),
        ("harbour", ["harbourmast"], IN_COMPOUND),
        ("harbour", ["harbo", "x"], SAME_STEM),
        ("temperatur", ["lufttemperatur"], IN_COMPOUND),
        ("temperatur", ["tempera"], SAME_STEM),
        ("wassertemperatur", ["temperatur"], SAME_END),
        ("harbour", ["arbour"], 0.0),
        ("harbour", ["xharbo"], 0.0),
        ("pier", ["pierhead"], 0.0),
        ("bernard", ["ber", "nard"], 0.0),
    ],
)
def test_part_of_a_word_covers_in_part(key: str, stems: list[str], share: float) -> None:
    needs = Needs(Terms((key,), ((key, key),), ((key, key),), (key,)), {key: 2.0}, 0.0)
    assert covered(needs, stems) == pytest.approx(share)


def test_a_compound_of_a_real_question() -> None:
    terms = question_terms("Wie hoch ist die Gebühr?", ["de"])
    needs = Needs(terms, dict.fromkeys(terms.keys, 1.0), 0.0)
    held = analysed("", [], "Die Hafengebühr ist sehr hoch.", "de")
    assert covered(needs, held.stems) == pytest.approx((1 + IN_COMPOUND) / 2)


@pytest.mark.parametrize(
    ("gap", "together"), [(1, True), (WINDOW - 1, True), (WINDOW, True), (WINDOW + 1, False), (80, False)]
)
def test_the_window_holds_terms_that_stand_together(gap: int, together: bool) -> None:
    stems = ["leav", *["x"] * (gap - 1), "ferri"]
    found = rows(FERRY, candidate(stems=tuple(stems)))[0]
    assert found["covered"] == 1.0
    assert found["window"] == pytest.approx(1.0 if together else 3 / 4)


def test_the_best_window_counts_and_a_term_once_in_it() -> None:
    stems = ["leav", *["x"] * 40, "ferri", "ferries", *["x"] * 40, "leav"]
    assert column("window", FERRY, candidate(stems=stems)) == [3 / 4]
    assert column("window", FERRY, candidate(around=frozenset(("ferri", "leav")))) == [0.0], "of the text alone"


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("Who is Joren Askel at Pier 9?", 4 / 7),
        ("Who is it?", 0.0),
        ("What is a P-200?", 1 / 4),
        ("9 boats", 1 / 2),
        ("did LiHua leave", 1 / 3),
        ("Wie hoch ist die Gebühr?", 1 / 5),
        ("图书馆在哪里", 0.0),
        ("", 0.0),
        ("?!", 0.0),
    ],
)
def test_how_much_of_a_question_is_names_and_numbers(question: str, share: float) -> None:
    assert named_share(question) == pytest.approx(share)


# Whatever the candidates

STEMS = st.lists(st.sampled_from(["ferri", "ferries", "leav", "x", "leave", "ferrileav"]), max_size=40).map(tuple)
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        passage_id=st.integers(1, 50),
        lexical=st.floats(0, 50),
        cosine=st.none() | st.floats(-1, 1),
        consensus=st.none() | st.floats(-1, 1),
        stems=STEMS,
        around=STEMS.map(frozenset),
        believed=st.booleans(),
    ),
    min_size=1,
    max_size=25,
)


def bounds(row: Mapping[str, float]) -> None:
    assert 0 <= row["window"] <= row["covered"] + 1e-9 <= 1 + 2e-9
    for name in ("words", "words_named", "covered_named", "words_flat"):
        assert 0 <= row[name] <= 1
    for name in ("near", "near_foreign", "near_long"):
        assert row[name] <= 0
    assert -1 <= row["consensus"] <= 1


@given(CANDIDATES)
def test_features_keep_their_bounds(candidates: list[Candidate]) -> None:
    found = rows(FERRY, *candidates)
    assert len(found) == len(candidates)
    for row in found:
        bounds(row)
    assert max(row["near"] + row["near_foreign"] for row in found) == 0, "the nearest is at distance 0"


@given(CANDIDATES, st.data())
def test_the_order_of_the_candidates_does_not_matter(candidates: list[Candidate], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(candidates))))
    found = features(candidates, FERRY)
    assert features([candidates[at] for at in order], FERRY) == [found[at] for at in order]


@given(CANDIDATES)
def test_the_words_model_sees_nothing_of_the_vectors(candidates: list[Candidate]) -> None:
    bare = [replace(one, cosine=None, consensus=None, believed=True) for one in candidates]
    for row, other in zip(rows(FERRY, *candidates), rows(FERRY, *bare), strict=True):
        assert [row[name] for name in WORDS_ALONE] == [other[name] for name in WORDS_ALONE]
