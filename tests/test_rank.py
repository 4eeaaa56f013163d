from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.terms import Terms
from index.types import Ranks
from rag import rank as ranking
from rag.finding.features import NAMES, WORDS_ALONE, Candidate, Needs
from rag.rank import (
    CALIBRATION,
    CONTEXT_WEIGHT,
    DENSE_WEIGHT,
    HINT_WEIGHT,
    Model,
    Ranked,
    add_context,
    best_first,
    fuse,
    models,
    rank,
)

IDS = st.integers(1, 30)
SCORES = st.floats(0, 50, allow_nan=False, allow_subnormal=False)
COSINES = st.floats(-1, 1, allow_nan=False, allow_subnormal=False)
LEXICAL = st.dictionaries(IDS, SCORES, max_size=12).map(lambda found: list(found.items()))
DENSE = st.dictionaries(IDS, COSINES, max_size=12).map(lambda found: list(found.items()))
RANKED = st.dictionaries(IDS, st.floats(0, 1), max_size=12).map(
    lambda found: [Ranked(key, score, Ranks(key, None)) for key, score in found.items()]
)
NEEDS = Needs(
    Terms(("ferri", "leav"), (("ferri", "ferri"), ("leav", "leav")), (("ferry", "ferri"),)),
    {"ferri": 3.0, "leav": 1.0},
    0.25,
)
STEMS = st.lists(st.sampled_from(["ferri", "leav", "x", "leaving"]), max_size=8).map(tuple)


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


# Probabilities


def candidate(number: int, **values: Any) -> Candidate:
    known: dict[str, Any] = {
        **{"lexical": 0.0, "cosine": None, "consensus": None},
        **{"stems": (), "around": frozenset(), "believed": True},
    }
    return Candidate(passage_id=number, **{**known, **values})


def as_found(candidates: Sequence[Candidate], more: Sequence[Ranked] = ()) -> list[Ranked]:
    """The first fusion they come from, and what follows them there."""
    return [Ranked(one.passage_id, 0.9, Ranks(at, None)) for at, one in enumerate(candidates, 1)] + [*more]


def model(calibration: Mapping[str, float], **weights: float) -> Model:
    return Model(
        tuple(weights.get(name, 0.0) for name in NAMES), tuple(calibration.get(name, 0.0) for name in CALIBRATION)
    )


@contextmanager
def fitted(hybrid: Model, words: Model) -> Iterator[None]:
    """Other weights than the shipped ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "models", lambda: {"hybrid": hybrid, "words": words})
        yield


PLAIN = {"distance": 1.0}
EVERY = dict.fromkeys(NAMES, 0.7)


@st.composite
def found(draw: st.DrawFn, vectors: bool = True) -> tuple[list[Ranked], list[Candidate]]:
    """A first fusion with what is known of its first few."""
    ids = draw(st.lists(IDS, min_size=1, max_size=14, unique=True))
    pool = draw(st.integers(1, len(ids)))
    scores_below = sorted((draw(st.floats(0, 0.9)) for _ in ids[pool:]), reverse=True)
    candidates = [
        candidate(
            number,
            lexical=draw(SCORES),
            cosine=draw(st.none() | COSINES) if vectors else None,
            consensus=draw(st.none() | COSINES) if vectors else None,
            stems=draw(STEMS),
            around=frozenset(draw(STEMS)),
            believed=draw(st.booleans()),
        )
        for number in ids[:pool]
    ]
    rest = [Ranked(number, score, Ranks(None, 9)) for number, score in zip(ids[pool:], scores_below, strict=True)]
    return as_found(candidates, rest), candidates


BOOSTS = st.dictionaries(IDS, st.floats(0, 1), max_size=8)


def test_the_probability_by_hand() -> None:
    """The words are worth 2; the second is (1 - .25) x 2 = 1.5 behind the best."""
    calibration = {"bias": 0.5, "distance": 0.8, "crowd": -1.0, "cosine": 2.0, "covered": 3.0}
    pair = [
        candidate(7, lexical=2.0, cosine=0.1, stems=("ferri",)),
        candidate(4, lexical=8.0, cosine=0.6, stems=("ferri", "leav")),
    ]
    with fitted(model(calibration, words=2.0), model({})):
        ranked = rank(as_found(pair), pair, NEEDS, {})
    crowd = math.log(1 + math.exp(-1.5))
    best = 0.5 - crowd + 2.0 * 0.6 + 3.0 * 1.0
    expected = {4: 1 / (1 + math.exp(-best)), 7: 1 / (1 + math.exp(-(best - 0.8 * 1.5)))}
    assert scores(ranked) == expected
    assert [one.passage_id for one in ranked] == [4, 7]
    assert {one.passage_id: one.ranks.lexical for one in ranked} == {7: 1, 4: 2}, "what the searches said stays"


def test_a_crowd_of_equals_is_less_sure() -> None:
    """When the fit says so."""
    calibration = {"distance": 1.0, "crowd": -1.0}
    with fitted(model(calibration, words=2.0), model(calibration, words=2.0)):
        sure = [
            rank(as_found(some), some, NEEDS, {})[0].score
            for some in ([candidate(n, lexical=5.0) for n in range(1, many + 1)] for many in (1, 2, 8))
        ]
    assert sure == [pytest.approx(1 / (1 + n)) for n in (1, 2, 8)]


@given(found(), BOOSTS)
def test_probabilities_in_one_order_and_the_rest_below(
    both: tuple[list[Ranked], list[Candidate]], boosts: dict[int, float]
) -> None:
    fused, candidates = both
    ranked = rank(fused, candidates, NEEDS, boosts)
    first, rest = ranked[: len(candidates)], ranked[len(candidates) :]
    assert {one.passage_id for one in first} == {one.passage_id for one in candidates}
    assert first == best_first(first)
    assert [one.passage_id for one in rest] == [one.passage_id for one in fused[len(candidates) :]]
    assert all(0 <= one.score <= 1 for one in ranked)
    assert all(before.score >= after.score for before, after in zip(ranked, ranked[1:], strict=False))
    assert {one.passage_id: one.ranks for one in ranked} == {one.passage_id: one.ranks for one in fused}


@given(found(vectors=False), BOOSTS)
def test_without_vectors_the_words_alone_rank(
    both: tuple[list[Ranked], list[Candidate]], boosts: dict[int, float]
) -> None:
    fused, candidates = both
    words, other = model(PLAIN, words=1.0, covered=0.5), model(PLAIN, window=-3.0)
    with fitted(other, words):
        ranked = rank(fused, candidates, NEEDS, boosts)
    with fitted(words, other):
        some = [replace(candidates[0], cosine=0.1), *candidates[1:]]
        assert [replace(one, score=0) for one in rank(fused, some, NEEDS, boosts)] == [
            replace(one, score=0) for one in ranked
        ], "one vector makes it hybrid"


@given(st.permutations(range(1, 7)))
def test_equal_passages_go_by_id(ids: list[int]) -> None:
    same = [candidate(number, lexical=3.0, cosine=0.5) for number in ids]
    assert [one.passage_id for one in rank(as_found(same), same, NEEDS, {})] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("scores_of_the_rest", [(), (0.0, 0.0), (0.4, 0.4, 0.1)])
def test_the_rest_fills_up_below(scores_of_the_rest: tuple[float, ...]) -> None:
    pool = [candidate(1, lexical=3.0), candidate(2, lexical=1.0)]
    more = [Ranked(9 - at, score, Ranks(None, at)) for at, score in enumerate(scores_of_the_rest)]
    ranked = rank(as_found(pool, more), pool, NEEDS, {})
    assert [one.passage_id for one in ranked[2:]] == [one.passage_id for one in more]
    assert all(0 <= one.score <= ranked[1].score for one in ranked[2:])


def test_nothing_known_of_any_leaves_the_first_fusion() -> None:
    assert rank([], [], NEEDS, {}) == []
    fused = [Ranked(1, 0.9, Ranks(1, 1)), Ranked(2, 0.1, Ranks(2, 2))]
    assert rank(fused, [], NEEDS, {}) == fused


@given(found(), BOOSTS, st.data())
def test_a_hint_lifts_and_removes_none(
    both: tuple[list[Ranked], list[Candidate]], boosts: dict[int, float], data: st.DataObject
) -> None:
    fused, candidates = both
    lifted = data.draw(st.sampled_from(candidates)).passage_id
    with fitted(model(PLAIN, **EVERY), model(PLAIN, **EVERY)):
        before = rank(fused, candidates, NEEDS, {**boosts, lifted: 0.0})
        after = rank(fused, candidates, NEEDS, {**boosts, lifted: 1.0})
    assert {one.passage_id for one in after} == {one.passage_id for one in before}
    assert place(after, lifted) <= place(before, lifted)


def place(ranked: Sequence[Ranked], passage_id: int) -> int:
    return [one.passage_id for one in ranked].index(passage_id)


def test_a_hint_weighs_as_much_as_it_says() -> None:
    pair = [candidate(1, lexical=2.0), candidate(2, lexical=1.0)]
    behind = HINT_WEIGHT * 0.5 / 0.5
    with fitted(model({}), model(PLAIN, words=behind)):
        assert [place(rank(as_found(pair), pair, NEEDS, {2: boost}), 2) for boost in (0.4, 0.6, 1.0)] == [1, 0, 0]


@given(found(), st.data())
def test_who_is_at_least_as_good_in_everything_is_never_below(
    both: tuple[list[Ranked], list[Candidate]], data: st.DataObject
) -> None:
    """With weights of which none is negative: more words or a nearer vector never loses to an otherwise equal one."""
    _, candidates = both
    base = data.draw(st.sampled_from(candidates))
    better = replace(
        base,
        passage_id=99,
        lexical=base.lexical + data.draw(SCORES),
        cosine=None if base.cosine is None else base.cosine + data.draw(st.floats(0, 1)),
        stems=(*base.stems, *data.draw(STEMS)),
    )
    pool = data.draw(st.permutations([*candidates, better]))
    with fitted(model(PLAIN, **EVERY), model(PLAIN, **EVERY)):
        sure = {one.passage_id: one.score for one in rank(as_found(pool), pool, NEEDS, {})}
    assert sure[99] >= sure[base.passage_id] - 1e-12


# What is shipped


def test_the_shipped_models_are_whole() -> None:
    told = json.loads(ranking.FILE.read_text(encoding="utf-8"))
    for kind, names in (("hybrid", NAMES), ("words", WORDS_ALONE)):
        assert told[kind]["weights"].keys() == set(names)
        assert told[kind]["calibration"].keys() == set(CALIBRATION)
        assert all(map(math.isfinite, (*models()[kind].weights, *models()[kind].calibration)))


@pytest.mark.parametrize("cosine", [0.8, None], ids=["hybrid", "words"])
def test_the_shipped_models_prefer_what_is_best_in_everything(cosine: float | None) -> None:
    good = candidate(
        2,
        lexical=9.0,
        cosine=cosine,
        consensus=cosine,
        stems=("ferri", "leav"),
        around=frozenset(("ferri",)),
    )
    poor = candidate(1, lexical=1.0, cosine=cosine and 0.2, consensus=cosine and 0.1, stems=("x",))
    ranked = rank(as_found([good, poor]), [good, poor], NEEDS, {})
    assert [one.passage_id for one in ranked] == [2, 1]
    assert ranked[0].score > ranked[1].score, "the nearer to the best the likelier"
