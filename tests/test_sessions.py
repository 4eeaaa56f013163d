"""Several people at once, for some seconds, while the index is built beside them (bench.sessions is the long form)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.sessions import Findings, judge, lighthouse, measure, slope
from bench.visitor import Shown

HOUSES = [lighthouse(number) for number in range(100)]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_sessions_keep_apart_while_builds_go_on(tmp_path: Path) -> None:
    found: Findings = measure(tmp_path, sessions=6, seconds=15, think=1, embedder="fast")
    assert found.errors == []
    assert found.builds > 0
    assert len(found.timings) >= 12 and len(found.chats) >= 6
    assert all(0 < one.first <= one.end for one in found.timings)
    assert min(mb for _, mb in found.memory) > 0


def test_no_two_sessions_share_an_answer() -> None:
    for values in zip(*((house.place, house.keeper, house.built, house.height) for house in HOUSES), strict=True):
        assert len(set(values)) == len(HOUSES)
    assert not any(house.place in other.keeper for house in HOUSES for other in HOUSES)


def test_a_wrong_turn_is_found() -> None:
    house, other = HOUSES[3], HOUSES[7]
    question, right = house.questions()[0]
    fine = Shown(question, (f"The keeper is {right}.",), done=True, problem="")
    assert judge([fine], [question], house, [other]) == []
    strange = Shown(question, (f"The keeper is {right} or {other.keeper}.",), done=True, problem="")
    assert "was answered about" in judge([strange], [question], house, [other])[0]
    empty = Shown(question, (), done=True, problem="")
    assert "got ''" in judge([empty], [question], house, [other])[0]
    failed = Shown(question, (), done=True, problem="Nothing has been indexed yet.")
    assert "Nothing has been indexed" in judge([failed], [question], house, [other])[0]
    assert "shows" in judge([fine, fine], [question], house, [other])[0]
    assert "shows" in judge([], [question], house, [other])[0]


def test_the_slope_of_memory_is_in_mb_a_minute() -> None:
    assert slope([(0, 100), (30, 101), (60, 102)]) == pytest.approx(2)
    assert slope([(0, 100), (1, 100)]) == 0
