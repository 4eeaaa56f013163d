"""Passages: exact slices in order, small enough for the embedder, the same again after an edit elsewhere."""

from __future__ import annotations

import random
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.chunk import (
    MAX_TOKENS,
    MAX_WORDS,
    PREFIX_CHARACTERS,
    Chunk,
    chunk,
    count_words,
    embedding_input,
    page_of,
    passage_key,
)
from index.embed import count_tokens, load_tokenizer
from index.errors import UnreadableFile
from index.loaders import parse
from index.sentences import sentence_spans
from index.types import Document, Heading

EMBEDDER_TOKENS = 256

LATIN = (
    "the a of council harbour said. 1,234.56 don't U.S. Mr. e.g. (see “No!” she. why? - • 1. x=y http://a.example/b?c"
)
OTHER = "Donaudampfschifffahrtsgesellschaft 漢字かな交じり文。 字字字字 สวัสดีครับ 한국어문장. नमस्ते مرحبا ﷽ … ½"
JOINED = ["👩\u200d👩\u200d👧", "🇩🇪", "e\u0301", "\u0301", "\u200b", "\u00ad", "\ufeff"]
WORDS = st.sampled_from([*LATIN.split(), *OTHER.split(), *JOINED])
BREAKS = st.sampled_from([" ", " ", " ", " ", "", "\n", "\n\n", "\r\n", "\r\n\r\n", "\t", "\u00a0", "\u2028", "\n- "])
LONG = st.builds(lambda word, times: word * times, WORDS, st.integers(20, 400))
LINES = st.lists(st.tuples(st.one_of(WORDS, WORDS, WORDS, LONG), BREAKS), max_size=60).map(
    lambda parts: "".join(word + gap for word, gap in parts)
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A few parts, some of them many times, so that equal sentences stand at many places."""
    parts = draw(st.lists(st.tuples(LINES, st.integers(1, 6)), min_size=1, max_size=4))
    return "\n\n".join(part for part, times in parts for _ in range(times))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """As a loader gives them, with headings at some of the lines and pages at any offset."""
    text = draw(texts())
    try:
        loaded = parse(text.encode(), "a.txt")
    except UnreadableFile:
        loaded = parse(b"nothing but marks", "a.txt")
    starts = [0, *(at + 1 for at, character in enumerate(loaded.text) if character == "\n")]
    chosen = draw(st.sets(st.sampled_from(starts), max_size=5))
    levels = draw(st.lists(st.integers(1, 4), min_size=5, max_size=5))
    headings = [Heading(at, level, f"H{at}") for at, level in zip(sorted(chosen), levels, strict=False)]
    pages = sorted(draw(st.sets(st.integers(0, len(loaded.text)), max_size=3)))
    return Document(
        0, loaded.uri, loaded.sha256, loaded.title, loaded.text, tuple(pages), tuple(headings), language=loaded.language
    )


def document(text: str, **fields: object) -> Document:
    return Document(0, "a.txt", "", "", text, **fields)  # type: ignore[arg-type]


def slices(of: Document, chunks: list[Chunk]) -> list[str]:
    return [of.text[piece.start : piece.end] for piece in chunks]


def check(of: Document) -> list[Chunk]:
    """The promises that hold for every document."""
    chunks = chunk(of, count_tokens)
    assert [piece.ordinal for piece in chunks] == list(range(len(chunks)))
    at = 0
    for piece in chunks:
        assert at <= piece.start < piece.end, "in order, not empty, no overlap"
        assert of.text[at : piece.start].strip() == "", "only white space is left out"
        at = piece.end
    assert of.text[at:].strip() == ""
    pieces = slices(of, chunks)
    assert all(text == text.strip() for text in pieces)
    assert all(count_words(text) <= MAX_WORDS for text in pieces)
    assert max(count_tokens(pieces), default=0) <= MAX_TOKENS
    assert chunk(of, count_tokens) == chunks
    return chunks


# A letter with many marks, which counts as one character on the screen and five tokens in the model.
MARKED = document(("/" + "\u093e" * 4) * 120)


@settings(max_examples=15)
@given(documents())
@example(MARKED)
@example(document("a" * 5_000))
@example(document("字" * 2_000))
@example(document("ก" * 2_000))
@example(document("ᄀ" * 2_000))
@example(document("!" + "\u0301\u093e" * 2_000))
@example(document("👩‍👩‍👧‍👦" * 300))
@example(document("word " * 1_000))
@example(document("1.\n" * 500))
@example(document(""))
def test_passages_are_slices_that_cover_the_text(of: Document) -> None:
    check(of)


@settings(max_examples=15)
@given(documents(), st.lists(LINES, max_size=4), LINES)
@example(MARKED, ["字" * 300], "!" * 300)
def test_the_embedder_reads_all_of_a_passage(of: Document, trail: list[str], title: str) -> None:
    for text in slices(of, chunk(of, count_tokens)):
        whole = embedding_input(title, trail, text)
        assert whole.endswith(text)
        ids = load_tokenizer().encode(whole).ids
        assert len(ids) <= EMBEDDER_TOKENS
        alone = load_tokenizer().encode(text, add_special_tokens=False).ids
        assert ids[-1 - len(alone) : -1] == alone, "the last tokens are those of the text"


def test_passages_begin_with_the_pages_and_headings_in_force() -> None:
    body = "The council met in the town hall and heard the report of the harbour master on the new tariff. " * 3
    text = f"{body}\n\nMoney\n{body}\n\nFees\n{body}\n\nPeople\n{body}"
    starts = [text.index(title) for title in ("Money", "Fees", "People")]
    headings = (Heading(starts[0], 1, "Money"), Heading(starts[1], 2, "Fees"), Heading(starts[2], 1, "People"))
    of = document(text, pages=(0, starts[1]), headings=headings)
    chunks = check(of)
    assert [(piece.headings, piece.page) for piece in chunks] == [
        ((), 1),
        (("Money",), 1),
        (("Money", "Fees"), 2),
        (("People",), 2),
    ]
    assert [piece.start for piece in chunks] == [0, *starts]


def test_a_section_of_a_few_words_goes_with_the_next() -> None:
    text = "Report\n\nOf the council\n\n" + "It met in the hall and heard what the master had to say. " * 4
    headings = (Heading(0, 1, "Report"), Heading(text.index("Of"), 2, "Of the council"))
    assert slices(document(text), check(document(text, headings=headings))) == [text.strip()]


@pytest.mark.parametrize(("pages", "at", "page"), [((), 5, None), ((0, 5, 9), 4, 1), ((0, 5, 9), 5, 2), ((3,), 0, 1)])
def test_page_of(pages: tuple[int, ...], at: int, page: int | None) -> None:
    assert page_of(pages, at) == page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("one two  three\n", 3),
        ("don't, 1,234.5 km", 3),
        ("well-known e.g. U.S.", 3),
        ("漢字かな", 4),
        ("the 漢字 here", 4),
        ("สวัสดีครับ", 2),
        ("... — !", 0),
    ],
)
def test_count_words(text: str, words: int) -> None:
    assert count_words(text) == words


def test_embedding_input() -> None:
    assert embedding_input("", (), "text") == "text"
    assert embedding_input("Title", ("Part", "Title"), "text") == "Title > Part\ntext"
    assert embedding_input("t" * 500, ("Part",), "text") == "t" * PREFIX_CHARACTERS + "\ntext"


def test_a_passage_key_names_every_part() -> None:
    parts: list[tuple[str, tuple[str, ...], str, str | None]] = [
        ("t", ("h",), "x", "en"),
        ("t", (), "x", "en"),
        ("t", ("h",), "y", "en"),
        ("u", ("h",), "x", "en"),
    ]
    parts += [("t", ("h",), "x", None), ("t", ("h", "x"), "", "en"), ("t", ("h", ""), "x", "en")]
    assert len({passage_key(*part) for part in parts}) == len(parts)
    assert passage_key(*parts[0]) == passage_key("t", ["h"], "x", "en")


# In step again after an edit

SUBJECTS = "The mayor|A fisherman|Her deputy|The harbour master|One resident|The auditor|A driver|The school".split("|")
VERBS = "said that|doubted that|wrote that|denied that|recalled how|explained why|complained that|hoped that".split("|")
OBJECTS = "the ferry|the north pier|the tariff|the budget|the old bridge|the market|the library|the fog signal".split(
    "|"
)
ENDS = "would close in spring|had cost too much|was finished at last|came too late|needs new paint|is safe".split("|")


def prose(paragraphs: int) -> list[str]:
    """Ordinary prose: paragraphs of two to six sentences of 9 to 20 words, hardly ever the same one twice."""
    chance = random.Random(7)

    def sentence() -> str:
        parts = (chance.choice(SUBJECTS), chance.choice(VERBS), chance.choice(OBJECTS), chance.choice(ENDS))
        more = (
            f" after {chance.randint(2, 900)} days and {chance.randint(2, 99)} letters" if chance.random() < 0.6 else ""
        )
        return f"{' '.join(parts)}{more}."

    return [" ".join(sentence() for _ in range(chance.randint(2, 6))) for _ in range(paragraphs)]


INSERTED = "Nobody had expected that the lighthouse keeper would speak first. "


def edited(text: str, sentences: list[tuple[int, int]], at: int, kind: str) -> str:
    start, end = sentences[at]
    if kind == "word":
        return text[:start] + text[start:end].replace(" that ", " how ", 1) + text[end:]
    if kind == "sentence":
        return text[:start] + INSERTED.strip() + text[end:]
    if kind == "insertion":
        return text[:start] + INSERTED + text[start:]
    if kind == "paragraph":
        return f"{text[:start]}\n\n{INSERTED * 4}\n\n{text[start:]}"
    return text[:start] + text[end:]


EDITS = ["word", "sentence", "insertion", "removal", "paragraph"]


@pytest.mark.parametrize("joint", ["\n\n", " "], ids=["paragraphs", "no paragraphs"])
def test_an_edit_makes_at_most_three_other_passages_new(joint: str) -> None:
    text = joint.join(prose(130))
    sentences = sentence_spans(text)
    before = set(slices(*_chunked(text)))
    chance = random.Random(5)
    fresh = []
    for kind in EDITS:
        for at in chance.sample(range(len(sentences)), 12):
            after = set(slices(*_chunked(edited(text, sentences, at, kind))))
            fresh.append(len(after - before))
            # A new paragraph of four sentences may be a passage more than one sentence is.
            assert max(len(after - before), len(before - after)) <= (5 if kind == "paragraph" else 4), (kind, at)
    assert len(before) > 60
    assert sum(fresh) / len(fresh) < 2


@pytest.mark.parametrize("joint", ["\n\n", " "], ids=["paragraphs", "no paragraphs"])
def test_an_edit_of_a_short_document_makes_at_most_three_other_passages_new(joint: str) -> None:
    fresh = []
    for paragraphs in range(2, 14):
        text = joint.join(prose(40)[paragraphs : 2 * paragraphs])
        sentences = sentence_spans(text)
        before = set(slices(*_chunked(text)))
        for kind in EDITS:
            for at in range(0, len(sentences), 3):
                fresh.append(len(set(slices(*_chunked(edited(text, sentences, at, kind)))) - before))
                assert fresh[-1] <= (5 if kind == "paragraph" else 4), (paragraphs, kind, at)
    assert sum(fresh) / len(fresh) < 2.5


def test_paragraphs_that_are_long_enough_are_passages() -> None:
    paragraphs = [" ".join(["harbour", *[f"word{n}"] * 88, "end."]) for n in range(4)]
    for count in range(1, 5):
        text = "\n\n".join(paragraphs[:count])
        assert slices(*_chunked(text)) == paragraphs[:count]


@pytest.mark.parametrize("kind", EDITS)
@pytest.mark.parametrize("place", [0.0, 0.5, 1.0], ids=["front", "middle", "end"])
def test_an_edit_of_a_long_document_stays_where_it_is(place: float, kind: str) -> None:
    text, sentences, before = _long_document()
    after = slices(*_chunked(edited(text, sentences, round(place * (len(sentences) - 1)), kind)))
    assert len(before) >= 500
    assert len(set(after) - set(before)) <= (5 if kind == "paragraph" else 4)


def test_lines_that_end_alike_are_cut_by_what_is_before() -> None:
    """A table of which every row ends in the same words."""
    chance = random.Random(3)
    rows = [
        f"Berth {chance.randint(1, 10**9)} of {' '.join(prose(1))[:60]}: paid in full, no more is due."
        for _ in range(400)
    ]
    before = set(slices(*_chunked("\n".join(rows))))
    rows.insert(100, "Berth 7 was let. The rent was paid in full and no more is due.")
    assert len(set(slices(*_chunked("\n".join(rows)))) - before) <= 4


def test_most_passages_of_prose_have_the_wanted_length() -> None:
    lengths = [count_words(text) for text in slices(*_chunked("\n\n".join(prose(400))))]
    assert max(lengths) <= MAX_WORDS
    assert all(one + other > MAX_WORDS * 0.9 for one, other in pairwise(lengths)), "no two that would fit into one"
    assert 95 <= sum(lengths) / len(lengths) <= 120


@cache
def _long_document() -> tuple[str, list[tuple[int, int]], list[str]]:
    text = "\n\n".join(prose(1_000))
    return text, sentence_spans(text), slices(*_chunked(text))


def _chunked(text: str) -> tuple[Document, list[Chunk]]:
    of = document(text, language="en")
    return of, chunk(of, count_tokens)
