"""Sentences: they cover the text, and end where a reader would end them."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.sentences import paragraph_spans, sentence_spans, trim

MARKS = st.text(st.sampled_from("ab Z.!?…。！\"'”)»(-•1\n\t é漢ก👩\u200d🇩🇪\u00a0\u2028\x0b\x1c\x85"), max_size=300)
LANGUAGES = st.sampled_from([None, "en", "de", "ja", "th", "ar", "xx"])


def sentences(text: str, language: str | None = "en") -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, language=language)]


@settings(max_examples=200)
@given(st.one_of(MARKS, st.text(max_size=200)).map(lambda text: text.replace("\r", "\n")), LANGUAGES)
@example("1. 2. 3.", "en")
@example("a) one\nb) two", "en")
@example("\u200b \u200b", None)
def test_sentences_cover_everything_but_white_space(text: str, language: str | None) -> None:
    at = 0
    for start, end in sentence_spans(text, language=language):
        assert at <= start < end <= len(text)
        assert text[at:start].strip() == ""
        assert text[start:end] == text[start:end].strip()
        at = end
    assert text[at:].strip() == ""


@given(MARKS, st.integers(0, 300), st.integers(0, 300))
def test_a_part_of_a_text_gives_spans_inside_it(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    spans = sentence_spans(text, start, end)
    assert all(start <= a < b <= end for a, b in spans)
    covered = "".join("".join(text[a:b].split()) for a, b in spans)
    assert covered == "".join(text[start:end].split())


@given(MARKS)
def test_paragraphs_cover_everything_but_white_space(text: str) -> None:
    spans = paragraph_spans(text)
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert all(b <= c for (_, b), (c, _) in zip(spans, spans[1:], strict=False))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained. The boats stayed in.", ["It rained.", "The boats stayed in."]),
        ("Dr. Lee met Mr. Hall at 5 p.m. on Monday.", ["Dr. Lee met Mr. Hall at 5 p.m. on Monday."]),
        ("The U.S. Navy left. It came back.", ["The U.S. Navy left.", "It came back."]),
        ("It cost 3.5 million. Nobody paid.", ["It cost 3.5 million.", "Nobody paid."]),
        ("Why? Nobody knows!", ["Why?", "Nobody knows!"]),
        ('"It is late." He left.', ['"It is late."', "He left."]),
        ("“We will see,” she said. Then she left.", ["“We will see,” she said.", "Then she left."]),
        ("One.\n\nTwo", ["One.", "Two"]),
        ("A title\n\nA sentence.", ["A title", "A sentence."]),
        ("- one\n- two\n- three", ["- one", "- two", "- three"]),
        ("1. First thing\n2. Second thing", ["1. First thing", "2. Second thing"]),
        ("Name: Ann\nRole: Mayor\nTown: Hull", ["Name: Ann", "Role: Mayor", "Town: Hull"]),
        ("", []),
        (" \n\t\n ", []),
    ],
)
def test_where_sentences_end(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("今日は雨です。明日は晴れです。", "ja", ["今日は雨です。", "明日は晴れです。"]),
        ("Er kam z. B. am 3. März. Dann ging er.", "de", ["Er kam z. B. am 3. März.", "Dann ging er."]),
        ("الجو جميل اليوم. هل تذهب معنا؟ نعم.", "ar", ["الجو جميل اليوم.", "هل تذهب معنا؟", "نعم."]),
    ],
)
def test_other_languages(text: str, language: str, expected: list[str]) -> None:
    assert sentences(text, language) == expected


def test_wrapped_lines_are_one_text() -> None:
    text = (
        "The council of the town met on Monday evening to hear what\n"
        "the harbour master had to say about the tariff. He said that\n"
        "Captain Hall of the ferry had asked for another year, and that\n"
        "Hull would agree. The vote is in May."
    )
    assert [" ".join(part.split()) for part in sentences(text)] == [
        "The council of the town met on Monday evening to hear what the harbour master had to say about the tariff.",
        "He said that Captain Hall of the ferry had asked for another year, and that Hull would agree.",
        "The vote is in May.",
    ]


@pytest.mark.parametrize(
    ("span", "trimmed"), [((0, 6), (2, 4)), ((0, 2), None), ((2, 4), (2, 4)), ((3, 3), None), ((1, 3), (2, 3))]
)
def test_trim(span: tuple[int, int], trimmed: tuple[int, int] | None) -> None:
    assert trim("  ab  ", *span) == trimmed


def test_rows_of_a_table_are_sentences_of_their_own_whatever_their_width() -> None:
    rows = [
        f"Item, in crowns: {name}; 2024: {n},000; 2025: {n},500" for n, name in enumerate(("Pier", "Lamps", "Ferry"))
    ]
    text = "\n".join(rows)
    assert [text[start:end] for start, end in sentence_spans(text)] == rows


def test_rows_with_an_empty_or_unnamed_first_cell_are_rows_too() -> None:
    rows = ["2019; Pier: 1,000 crowns; Lamps: 200 crowns", "2020; Pier: 2,000 crowns; Lamps: 300 crowns"]
    assert sentences("\n".join(rows)) == rows
    rows = ["Pier at the north side | 1,000 crowns | open", "Lamps of the old quay | 200 crowns | closed"]
    assert sentences("\n".join(rows)) == rows
