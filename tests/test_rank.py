from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Ranks
from rag.rank import CONTEXT_WEIGHT, DENSE_WEIGHT, Ranked, add_context, best_first, fuse

IDS = st.integers(1, 30)
SCORES = st.floats(0, 50, allow_nan=False, allow_subnormal=False)
COSINES = st.floats(-1, 1, allow_nan=False, allow_subnormal=False)
LEXICAL = st.dictionaries(IDS, SCORES, max_size=12).map(lambda found: list(found.items()))
DENSE = st.dictionaries(IDS, COSINES, max_size=12).map(lambda found: list(found.items()))
RANKED = st.dictionaries(IDS, st.floats(0, 1), max_size=12).map(
    lambda found: [Ranked(key, score, Ranks(key, None)) for key, score in found.items()]
)


def scores(ranked: Sequence[Ranked]) -> dict[int, Any]:
    return {one.passage_id: pytest.approx(one.score) for one in ranked}


def test_words_are_scaled_from_zero_and_vectors_from_the_lowest() -> None:
    fused = fuse([(1, 8.0), (2, 4.0)], [(2, 0.9), (3, 0.5)], {1: 0.7})
    half = DENSE_WEIGHT
    assert scores(fused) == {1: (1 - half) * 1.0 + half * 0.5, 2: (1 - half) * 0.5 + half * 1.0, 3: 0.0}
    assert [one.passage_id for one in fused] == [1, 2, 3]
    assert {one.passage_id: one.ranks for one in fused} == {1: Ranks(1, None), 2: Ranks(2, 1), 3: Ranks(None, 2)}


def test_without_a_vector_a_candidate_scores_by_its_words_alone() -> None:
    fused = fuse([(1, 8.0), (2, 6.0)], [(3, 0.9), (4, 0.1)], {1: 0.1})
    assert scores(fused)[2] == 0.75
    assert fused[0].passage_id == 2


def test_words_alone_keep_their_order() -> None:
    assert [(one.passage_id, one.score) for one in fuse([(7, 4.0), (5, 2.0)], [], {})] == [(7, 1.0), (5, 0.5)]


def test_nothing_found_is_nothing_fused() -> None:
    assert fuse([], [], {}) == []
    assert add_context([], []) == []


@given(LEXICAL, DENSE, st.dictionaries(IDS, COSINES, max_size=12))
def test_fused_scores_are_shares_in_one_order(
    lexical: list[tuple[int, float]], dense: list[tuple[int, float]], cosine: dict[int, float]
) -> None:
    fused = fuse(lexical, dense, cosine)
    assert {one.passage_id for one in fused} == {key for key, _ in (*lexical, *dense, *cosine.items())}
    assert all(0 <= one.score <= 1 + 1e-9 for one in fused)
    assert fused == sorted(fused, key=lambda one: (-one.score, one.passage_id))


@given(LEXICAL, DENSE, st.dictionaries(IDS, COSINES, max_size=12), st.data())
def test_the_order_of_the_candidates_does_not_change_the_scores(
    lexical: list[tuple[int, float]], dense: list[tuple[int, float]], cosine: dict[int, float], data: st.DataObject
) -> None:
    def shuffled(pairs: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
        return data.draw(st.permutations(pairs)) if pairs else []

    expected = [(one.passage_id, one.score) for one in fuse(lexical, dense, cosine)]
    again = fuse(shuffled(lexical), shuffled(dense), dict(shuffled(list(cosine.items()))))
    assert [(one.passage_id, one.score) for one in again] == expected


def test_context_adds_its_share_and_scales_back() -> None:
    own = [Ranked(1, 1.0, Ranks(1, 1)), Ranked(2, 0.6, Ranks(2, None))]
    earlier = [Ranked(2, 1.0, Ranks(1, 1)), Ranked(3, 0.5, Ranks(2, 4))]
    joined = add_context(own, earlier)
    whole = 1 + CONTEXT_WEIGHT
    expected = {1: 1.0 / whole, 2: (0.6 + CONTEXT_WEIGHT) / whole, 3: CONTEXT_WEIGHT * 0.5 / whole}
    assert scores(joined) == expected
    assert {one.passage_id: one.ranks for one in joined} == {1: Ranks(1, 1), 2: Ranks(2, None), 3: Ranks(2, 4)}


@given(RANKED, RANKED)
def test_context_loses_nobody_and_stays_in_bounds(own: list[Ranked], earlier: list[Ranked]) -> None:
    joined = add_context(own, earlier)
    assert {one.passage_id for one in joined} == {one.passage_id for one in (*own, *earlier)}
    assert all(0 <= one.score <= 1 + 1e-9 for one in joined)
    assert joined == add_context(own[::-1], earlier[::-1])


@given(st.permutations([Ranked(key, 0.5, Ranks()) for key in range(6)]))
def test_ties_go_by_id(ranked: list[Ranked]) -> None:
    assert [one.passage_id for one in best_first(ranked)] == [0, 1, 2, 3, 4, 5]
