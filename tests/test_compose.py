from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest
from corpus import assert_exact, document, hit

from index.terms import question_terms
from index.types import Filters, Hit, Span
from rag.answers.answering import Findings
from rag.answers.compose import (
    NEAREST,
    Frame,
    Markers,
    abstain,
    answer,
    settled,
    short_span,
    uncovered_words,
    verbatim_statement,
    with_markers,
)
from rag.disagree import Claim, Group
from rag.reader import Reading, Scored
from rag.reading.sentences import Sentence
from rag.short.answer import Short, shown_from
from rag.types import Answer, Attribution, Disagreement, Statement

FRAME = Frame(
    "Who?", 7, "extractive", notice="Words only.", filters=Filters(outlet="Levant Desk"), timings={"read": 0.1}
)


def scored(
    source: Hit, text: str, cosine: float = 0.5, before: tuple[str, ...] = (), short: Short | None = None
) -> Scored:
    span = place(source, text)
    lead_in = place(source, before[-1]) if before else None
    sentence = Sentence(span, text, before, source, lead_in=lead_in)
    return Scored(sentence, 1.0, 0.5, 0.5, 0.5, cosine, 1.0, 1.0, short=short)


def place(source: Hit, text: str) -> Span:
    start = source.document.text.index(text)
    return Span(source.document.id, start, start + len(text))


def findings(markers: Markers | None = None, **values: Any) -> Findings:
    return Findings(markers or Markers(), **values)


def statement(source: Hit, text: str, markers: Markers) -> Statement:
    return verbatim_statement(scored(source, text), (), markers)


def uncovered(question: str, *missing: str, languages: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The words told when those keys of the question stand in no passage."""
    terms = question_terms(question, languages)
    return uncovered_words(question, terms, cast(Reading, SimpleNamespace(uncovered=missing)))


def test_markers_count_from_one_as_they_appear_and_one_span_keeps_its_number() -> None:
    source = document("One. Two. Three.")
    markers = Markers()
    spans = [Span(1, 5, 9), Span(1, 0, 4), Span(1, 5, 9), Span(1, 10, 16)]
    cited = [markers.cite(source, 1, span, 0.5) for span in spans]
    assert [one.marker for one in cited] == [1, 2, 1, 3]
    assert [one.quote for one in cited] == ["Two.", "One.", "Two.", "Three."]


def test_the_same_offsets_of_two_documents_are_two_citations() -> None:
    markers = Markers()
    cited = [markers.cite(document("One.", number), number, Span(number, 0, 4), 1.0) for number in (1, 2)]
    assert [(one.marker, one.document.id) for one in cited] == [(1, 1), (2, 2)]


@pytest.mark.parametrize(("support", "kept"), [(-0.5, 0.0), (0.123456, 0.1235), (1.7, 1.0)])
def test_support_is_a_share(support: float, kept: float) -> None:
    assert Markers().cite(document("One."), 1, Span(1, 0, 4), support).support == kept


def test_a_citation_knows_its_page() -> None:
    source = document("One.\nTwo.", pages=(0, 5))
    assert [Markers().cite(source, 1, Span(1, start, start + 4), 1).page for start in (0, 5)] == [1, 2]
    assert Markers().cite(document("One."), 1, Span(1, 0, 4), 1).page is None


def test_offsets_count_code_points() -> None:
    text = "🌊🌊 Ebb. e\u0301tale. Flut."
    cited = Markers().cite(document(text), 1, Span(1, text.index("Flut"), len(text)), 1)
    assert cited.quote == "Flut."


def test_a_verbatim_statement_cites_every_source_that_says_the_same() -> None:
    one = hit("The limit is 4 knots.", 1, outlet="Levant Desk", published=date(2024, 3, 8))
    other = hit("So: The limit is 4 knots.", 2, outlet="Gulf Ledger")
    markers = Markers()
    text = "The limit is 4 knots."
    found = verbatim_statement(scored(one, text), (scored(other, text, cosine=0.4),), markers)
    assert (found.text, found.check, found.failed) == (text, "verbatim", ())
    assert [(c.marker, c.document.id, c.quote) for c in found.citations] == [(1, 1, text), (2, 2, text)]
    assert [c.support for c in found.citations] == [1.0, 0.4]
    assert found.attribution is not None and found.attribution.outlet == "Levant Desk"


def test_a_statement_names_the_speaker_of_the_sentence_before() -> None:
    source = hit("Joren Askel said it was over. He added that boats may come.")
    markers = Markers()
    chosen = scored(source, "He added that boats may come.", before=("Joren Askel said it was over.",))
    found = verbatim_statement(chosen, (), markers)
    assert found.attribution is not None and found.attribution.speaker == "Joren Askel"


def test_an_answer_joins_its_statements_and_their_citations() -> None:
    source, markers = hit("One is here. Two\nis there. Three is away."), Markers()
    parts = [statement(source, text, markers) for text in ("Two\nis there.", "One is here.", "Two\nis there.")]
    found = answer(FRAME, parts, findings(markers, uncovered=("sauna",)), [source])
    assert found.text == "Two is there. [1] One is here. [2] Two is there. [1]"
    assert [c.quote for c in found.citations] == ["Two\nis there.", "One is here."]
    assert (found.status, found.nearest, found.uncovered_terms) == ("answered", (), ())
    assert_exact(found)


def test_a_statement_that_points_back_brings_the_sentence_before() -> None:
    source = hit("The pier closed in May. It costs 412,000 crowns. The ferry sails.")
    chosen = scored(source, "It costs 412,000 crowns.", before=("The pier closed in May.",))
    assert verbatim_statement(chosen, (), Markers()).lead_in == "The pier closed in May."
    told = {place(source, "The pier closed in May.")}
    assert verbatim_statement(chosen, (), Markers(), told).context is None, "it stands in the answer"
    plain = scored(source, "The ferry sails.", before=("It costs 412,000 crowns.",))
    assert verbatim_statement(plain, (), Markers()).lead_in is None


def test_the_short_answer_is_a_span_of_the_document_when_it_is_likely() -> None:
    source = hit("So far. The limit is 4 knots.")
    text, sure = "The limit is 4 knots.", shown_from()
    span = short_span(scored(source, text, short=Short(13, 20, "number", sure)))
    assert span is not None and source.document.text[span.start : span.end] == "4 knots"
    assert short_span(scored(source, text, short=Short(13, 20, "number", sure - 0.01))) is None
    assert short_span(scored(source, text)) is None


def side(value: str, applies: bool, replaced_by: int | None = None) -> Disagreement:
    said = Attribution(None, "Levant Desk", None, False)
    return Disagreement(value, said, (1,), Span(1, 0, len(value)), None, replaced_by, applies)


def test_sources_that_differ_have_no_short_answer_but_the_one_that_holds() -> None:
    now, before = "The limit is 4 knots.", "The limit is 6 knots."
    source, short = hit(f"{now} {before}"), Short(13, 20, "number", 0.4)
    read = [scored(source, text, short=short) for text in (now, before)]
    said = Attribution(None, "Levant Desk", None, False)

    def group(text: str, applies: bool, start: int = 13) -> Group:
        at, index = place(source, text).start, (now, before).index(text)
        end = 20 if start else len(text)
        claim = Claim(text, start, end, "number", source.document, said, 1.0, frozenset(), at, index=index)
        return Group("a value", (claim,), applies=applies)

    assert settled((group(before, False), group(now, True)), read) == Span(1, 13, 20)
    assert settled((group(before, True), group(now, True)), read) is None
    assert settled((group(before, False), group(now, True, 0)), read) is None, "a whole sentence is no short answer"
    misleading = [replace(read[0], short=replace(short, alone=False)), read[1]]
    assert settled((group(before, False), group(now, True)), misleading) is None


def test_an_answer_without_a_part_is_partial_and_says_which() -> None:
    source, markers = hit("One is here."), Markers()
    found = answer(FRAME, [statement(source, "One is here.", markers)], findings(markers, missing=["Who?"]), [])
    assert (found.status, found.missing) == ("partial", ("Who?",))


def test_sides_are_cited_beside_the_statements() -> None:
    source, markers = hit("The limit is 4 knots. The limit is 6 knots."), Markers()
    first = statement(source, "The limit is 4 knots.", markers)
    markers.cite(source.document, 1, place(source, "The limit is 6 knots."), 1.0)
    markers.cite(source.document, 1, place(source, "limit"), 1.0)
    sides = (replace(side("6 knots", True), markers=(2,)), side("4 knots", True))
    found = answer(FRAME, [first], findings(markers, disagreements=sides), [])
    assert [one.marker for one in found.citations] == [1, 2], "what nothing points to is not listed"


def test_an_answer_of_unsupported_statements_is_partial() -> None:
    source, markers = hit("One is here. Two is there."), Markers()
    good = statement(source, "One is here.", markers)
    bad = replace(good, check="unsupported", failed=("9",))
    assert answer(FRAME, [bad, bad], findings(), []).status == "partial"
    assert answer(FRAME, [bad, good], findings(), []).status == "answered"
    assert answer(FRAME, [good], findings(), []).status == "answered"


def test_without_statements_it_abstains_with_the_nearest_passages() -> None:
    hits = [hit(f"Passage {n}.", n) for n in range(1, 6)]
    found = answer(FRAME, [], findings(uncovered=("sauna", "warm")), hits)
    assert found == abstain(FRAME, ("sauna", "warm"), hits)
    assert (found.status, found.statements, found.citations) == ("abstained", (), ())
    assert found.nearest == tuple(hits[:NEAREST])
    assert found.uncovered_terms == ("sauna", "warm")
    assert found.text and "[" not in found.text


def test_every_answer_carries_its_frame() -> None:
    source = hit("One is here.")
    for found in (
        answer(FRAME, [statement(source, "One is here.", Markers())], findings(), []),
        abstain(FRAME, (), []),
    ):
        for field in fields(Frame):
            assert getattr(found, field.name) == getattr(FRAME, field.name), field.name
        assert {field.name for field in fields(Frame)} <= {field.name for field in fields(Answer)}


def test_a_statement_without_a_source_shows_no_marker_and_says_so() -> None:
    shown = with_markers(Statement("Nobody\n knows.", (), "unsupported", 0.0, ("no source was cited",)))
    assert shown == "Nobody knows. (not found in the sources: no source was cited)"


def test_uncovered_words_are_those_of_the_question() -> None:
    told = uncovered("Are there “saunas” in the lighthouses, or Saunas? saunas!", "sauna", "lighthous")
    assert told == ("saunas", "lighthouses", "Saunas")
    assert uncovered("Is it warm?", "sauna") == ()
    assert uncovered("Is the pier warm?") == ()


def test_uncovered_words_of_another_language() -> None:
    question = "Wie hoch sind die Hafengebühren der Fähre?"
    key = dict(zip(question_terms(question, ("de",)).words, question_terms(question, ("de",)).keys, strict=True))
    assert uncovered(question, key["hafengebühren"], languages=("de",)) == ("Hafengebühren",)
    assert uncovered(question, *key.values(), languages=("de",)) == ("hoch", "Hafengebühren", "Fähre")


def test_uncovered_words_with_marks_in_them() -> None:
    assert uncovered("Does the P-200 cost 2,500?", "200", "2500") == ("P-200", "2,500")
    assert uncovered("图书馆在哪里？", "书馆") == ("图书馆在哪里？",)
