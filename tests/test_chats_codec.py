"""A kept turn is read back as it was; what cannot be read says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from saved_chats import answered, documents, feedbacks, filters, full_turn, quoted, said, turns

from index.errors import CitewiseError
from index.types import Document, Filters
from rag.chats.codec import (
    VERSION,
    decode,
    decode_feedback,
    decode_filters,
    document_key,
    document_meta,
    encode,
    encode_feedback,
    encode_filters,
    read_document,
)
from rag.chats.types import Feedback, Turn
from rag.types import Answer


def no_documents(key: str) -> Document:
    raise KeyError(key)


def through_json(turn: Turn) -> Turn:
    encoded, named = encode(turn)
    kept = {key: (document_meta(one), one.text) for key, one in named.items()}
    return decode(json.loads(json.dumps(encoded)), lambda key: read_document(*kept[key]))


LARGE = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=10, suppress_health_check=LARGE)
@given(turns)
def test_a_turn_is_read_back_as_it_was(turn: Turn) -> None:
    assert through_json(turn) == turn


@pytest.mark.slow
@settings(max_examples=300, suppress_health_check=LARGE)
@given(turns)
def test_any_turn_is_read_back_as_it_was(turn: Turn) -> None:
    assert through_json(turn) == turn


@settings(max_examples=30)
@given(documents)
def test_a_document_is_read_back_as_it_was(document: Document) -> None:
    assert read_document(document_meta(document), document.text) == document


@settings(max_examples=30)
@given(filters, feedbacks)
def test_filters_and_feedback_are_read_back_as_they_were(limits: Filters, given: Feedback) -> None:
    assert decode_filters(encode_filters(limits)) == limits
    assert decode_feedback(encode_feedback(given)) == given


def test_the_sample_leaves_nothing_out() -> None:
    turn = full_turn()
    assert through_json(turn) == turn and turn.answer is not None
    unset = [one.name for one in fields(Answer) if getattr(turn.answer, one.name) in (None, (), {}, 0)]
    assert unset == []


def test_a_document_is_named_once_and_not_copied() -> None:
    turn = full_turn()
    encoded, named = encode(turn)
    assert {one.uri for one in named.values()} == {"papers/1.txt", "papers/2.txt", "papers/5.txt", "papers/6.txt"}
    assert "Customs Steps. It carries 60" not in json.dumps(encoded["turn"]["statements"])
    decoded = through_json(turn)
    assert decoded.answer is not None and decoded.answer.citations == turn.answer.citations  # type: ignore[union-attr]


def test_two_versions_of_a_document_have_two_keys() -> None:
    (source,) = {one.document for one in full_turn().statements[0].citations}
    versions = [source, replace(source, text=source.text + "!"), replace(source, title="?"), replace(source, id=9)]
    assert len(set(map(document_key, versions))) == 4
    assert document_key(replace(source)) == document_key(source)


def test_half_characters_are_kept() -> None:
    odd = Document(1, "a/\udce4.txt", "0", "\ud800", "x\udfff\0y")
    turn = Turn(1, "\ud83d?", answer=answered(said(quoted(odd, "x\udfff"))))
    assert through_json(turn) == turn


def test_a_field_that_an_older_version_did_not_write_takes_its_default() -> None:
    encoded, named = encode(full_turn())
    del encoded["turn"]["answer"]["prompt_version"]
    encoded["turn"]["answer"]["dropped since"] = 1
    answer = decode(encoded, named.__getitem__).answer
    assert answer is not None and answer.prompt_version is None and answer.dropped_markers == 1


def _without_question(encoded: Any) -> None:
    del encoded["turn"]["question"]


def _with_a_wrong_state(encoded: Any) -> None:
    encoded["turn"]["state"] = "asleep"


def _with_a_wrong_number(encoded: Any) -> None:
    encoded["turn"]["answer"]["generation"] = "3"


def _with_a_wrong_date(encoded: Any) -> None:
    encoded["turn"]["asked"] = "yesterday"


def _with_an_unknown_document(encoded: Any) -> None:
    encoded["turn"]["statements"][0]["citations"][0]["document"] = "?"


def _with_a_list_for_an_object(encoded: Any) -> None:
    encoded["turn"]["answer"] = []


@pytest.mark.parametrize(
    "damage",
    [
        _without_question, _with_a_wrong_state, _with_a_wrong_number, _with_a_wrong_date, _with_an_unknown_document,
        _with_a_list_for_an_object,
    ],
)  # fmt: skip
def test_damage_is_told(damage: Callable[[Any], None]) -> None:
    encoded, named = encode(full_turn())
    damage(encoded)
    with pytest.raises(CitewiseError, match="damaged") as caught:
        decode(encoded, named.__getitem__)
    assert caught.value.fix


@pytest.mark.parametrize("encoded", [None, [], {}, {"version": "1"}, {"version": VERSION}, "x"])
def test_what_is_no_turn_is_told(encoded: Any) -> None:
    with pytest.raises(CitewiseError, match="damaged"):
        decode(encoded, no_documents)


def test_a_newer_version_is_told() -> None:
    with pytest.raises(CitewiseError, match="newer Citewise") as caught:
        decode({"version": VERSION + 1}, no_documents)
    assert "newer" in caught.value.fix
