"""What became of a cited passage: unchanged, moved, edited or gone, and what is different."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus import HARBOUR, BagEmbedder, document, settings, small_index, write
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from saved_chats import answered, quoted, said

from index import build_index
from index.types import Document
from rag import Assistant
from rag.chats.checking import check_saved
from rag.chats.standing import Standing, differences, passage_around, standing, summary
from rag.types import Answer, Citation

TEXT = """Harbour rules

The office is open on Mondays. It is closed in winter.

Vessels pass the lighthouse slowly. The speed limit in the inner harbour is 4 knots. It came into force in April.

Dogs are kept on a lead on both piers.
"""
QUOTE = "The speed limit in the inner harbour is 4 knots."
CITED = quoted(document(TEXT), QUOTE)


def now(text: str, citation: Citation = CITED) -> Standing:
    return standing(citation, document(text, 2, uri=citation.document.uri))


def there(text: str, words: str = QUOTE) -> tuple[int, int]:
    return text.index(words), text.index(words) + len(words)


def test_the_passage_is_the_paragraph() -> None:
    first, last = passage_around(TEXT, CITED.start, CITED.end)
    assert TEXT[first:last] == TEXT.split("\n\n")[2]


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("one\ntwo QUOTE\nthree", "one\ntwo QUOTE\nthree"),
        ("one\n \ntwo QUOTE\n\t\nthree", "two QUOTE"),
        ("w " * 400 + "\nbefore QUOTE after\n" + "w " * 400, "before QUOTE after"),
        ("word " * 400 + "QUOTE " + "word " * 400, "word " * 119 + "QUOTE " + "word " * 118 + "word"),
        ("x" * 2000 + "QUOTE" + "x" * 2000, "x" * 600 + "QUOTE" + "x" * 600),
    ],
)
def test_how_far_a_passage_goes(text: str, passage: str) -> None:
    start, end = there(text, "QUOTE")
    first, last = passage_around(text, start, end)
    assert text[first:last].replace("  ", " ") == passage


def test_unchanged() -> None:
    for text in (TEXT, TEXT.replace("Dogs", "Cats and dogs"), TEXT + "\nMore of it.\n"):
        assert now(text) == Standing("unchanged", "papers/1.txt", CITED.start, CITED.end)


def test_moved_within_the_document() -> None:
    for text in (f"New words.\n\n{TEXT}", TEXT.replace("winter", "the winter"), TEXT[:15] + TEXT[71:]):
        assert now(text) == Standing("moved", "papers/1.txt", *there(text))


def test_other_line_breaks_are_no_change() -> None:
    text = TEXT.replace("slowly. The speed limit in", "slowly.\nThe speed  limit\nin")
    assert now(text) == Standing("unchanged", "papers/1.txt", CITED.start, CITED.end + 1)
    text = "Before it.\n\n" + text
    found = now(text)
    assert found.kind == "moved" and text[found.start : found.end].split() == QUOTE.split()


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("is 4 knots", "is 6 knots", [("removed", "4 "), ("added", "6 ")]),
        ("slowly.", "very slowly.", [("added", "very ")]),
        ("force in April.", "force in April. The limit was 5 before.", [("added", "The limit was 5 before.")]),
        ("It came into force in April.", "", [("removed", "It came into force in April.")]),
        (QUOTE + " ", "", [("removed", QUOTE + " ")]),
    ],
)
def test_edited(old: str, new: str, changes: list[tuple[str, str]]) -> None:
    for text in (TEXT.replace(old, new), "Before it.\n\n" + TEXT.replace(old, new)):
        found = now(text)
        assert found.kind == "edited" and found.uri == "papers/1.txt"
        assert [(kind, words.strip(" .")) for kind, words in found.changes if kind != "same"] == [
            (kind, words.strip(" .")) for kind, words in changes
        ]
        first, last = passage_around(text, found.start, found.end)
        assert "".join(words for kind, words in found.changes if kind != "removed") == text[first:last]
        assert first <= found.start <= found.end <= last


def test_the_edited_place_is_shown() -> None:
    text = TEXT.replace("4 knots", "6 knots in summer")
    found = now(text)
    assert text[found.start : found.end] == QUOTE.replace("4 knots", "6 knots in summer")


def test_of_several_places_the_most_similar_counts() -> None:
    old = "The speed limit in the inner harbour is 4 knots."
    text = TEXT.replace("Vessels pass the lighthouse slowly.", "Boats pass the lighthouse slowly.")
    found = now(f"{old}\n\nSee above.\n\n{text}")
    assert found.kind == "edited" and found.start == there(f"{old}\n\nSee above.\n\n{text}", "Boats pass")[0] + 34


def test_gone() -> None:
    rest = TEXT.split("\n\n")
    for text in ("", "\n".join(rest[:2] + rest[3:]), "The speed of light is a limit.", "x" * 5000):
        assert now(text) == Standing("gone", "papers/1.txt", CITED.start, CITED.end)
    assert standing(CITED, None).kind == "gone"


def test_moved_to_another_document() -> None:
    edited = document("See: " + TEXT, 4)
    appended = document(TEXT.replace("in April.", "in April. It was lifted."), 5)
    other = document("Archive\n\n" + TEXT, 3)
    assert standing(CITED, None, [appended, other]) == Standing("moved", "papers/3.txt", *there(other.text))
    assert standing(CITED, document("Other words.", 2, uri="papers/1.txt"), [edited]).uri == "papers/4.txt"
    assert standing(CITED, None, [appended]).kind == "gone"
    assert (
        standing(CITED, document(TEXT.replace("4 knots", "6 knots"), 2, uri="papers/1.txt"), [other]).kind == "edited"
    )


@pytest.mark.parametrize("joint", ["\n", " "])
def test_a_large_document(joint: str) -> None:
    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefghij", k=chance.randint(2, 8))) for _ in range(4000)]
    sentences = [" ".join(chance.choices(words, k=9)) + "." for _ in range(17_000)]
    text = joint.join(sentences)
    assert len(text) > 900_000
    citation = quoted(document(text), sentences[9000])
    assert now("Before it." + joint + text, citation).kind == "moved"
    changed = joint.join([*sentences[:9000], sentences[9000].replace(" ", " zebra ", 1), *sentences[9001:]])
    found = now("Before it." + joint + changed, citation)
    assert [part for part in found.changes if part[0] != "same"] == [("added", "zebra ")]
    assert found.kind == "edited" and abs(found.start - citation.start) < 30
    assert now(joint.join(sentences[:8900] + sentences[9100:]), citation).kind == "gone"


def test_a_language_without_spaces() -> None:
    text = "港口规定\n\n内港的限速为四节。该规定自四月起生效。\n\n狗必须拴绳。\n"
    citation = quoted(document(text), "内港的限速为四节。")
    found = now(text.replace("四节", "六节"), citation)
    assert [part for part in found.changes if part[0] != "same"] == [("removed", "四"), ("added", "六")]


sentences = st.lists(st.sampled_from("the a limit is 4 9 knots of harbour , . ! 港".split()), max_size=14).map(" ".join)


@given(sentences | st.text(), sentences | st.text())
def test_differences_lead_from_the_old_to_the_new(old: str, new: str) -> None:
    changes = differences(old, new)
    if any(part.isalnum() for part in new):
        assert "".join(words for kind, words in changes if kind != "removed") == new
    before = "".join(words for kind, words in changes if kind != "added")
    assert "".join(before.split()) == "".join(old.split()) or not any(map(str.isalnum, old))
    if old == new:
        assert all(kind == "same" for kind, _ in changes)


def is_told_to_be_there(text: str, share: tuple[float, float], before: str, after: str) -> None:
    start = int(share[0] * (len(text) - 1))
    end = start + 1 + int(share[1] * (len(text) - start - 1))
    citation = quoted(document(text), text[start:end])
    assert standing(citation, citation.document).kind == "unchanged"
    new = before + text + after
    found = now(new, citation)
    assert 0 <= found.start <= found.end <= max(len(new), citation.end)
    if found.kind in ("unchanged", "moved"):
        assert new[found.start : found.end].split() == citation.quote.split() or not citation.quote.isalnum()
    assert found.kind != "gone" or not (before[-2:] in ("", "\n\n") and after[:2] in ("", "\n\n"))


shares = st.tuples(st.floats(0, 1), st.floats(0, 1))
around = st.sampled_from(["", "\n\n", " x", "Before. ", "港 the\nlimit"])


@hypothesis(max_examples=40)
@given(st.text(min_size=1, max_size=20) | sentences.filter(bool), shares, around, around)
def test_what_is_told_to_be_there_is_there(text: str, share: tuple[float, float], before: str, after: str) -> None:
    is_told_to_be_there(text, share, before, after)


@pytest.mark.slow
@hypothesis(max_examples=1000)
@given(st.text(min_size=1), shares, around | st.text(max_size=40), around | st.text(max_size=40))
def test_what_is_told_to_be_there_is_there_in_any_text(
    text: str, share: tuple[float, float], before: str, after: str
) -> None:
    is_told_to_be_there(text, share, before, after)


def test_summary_is_the_worst() -> None:
    kinds = [Standing(kind, "", 0, 0) for kind in ("unchanged", "moved", "edited", "gone")]
    assert [summary(kinds[:n]) for n in range(5)] == ["unchanged", "unchanged", "moved", "edited", "gone"]
    assert summary(reversed(kinds)) == "gone"


# With an index


def cite(assistant: Assistant, *uris_and_quotes: tuple[str, str]) -> Answer:
    return answered(
        *(said(quoted(assistant.document(uri), quote, n)) for n, (uri, quote) in enumerate(uris_and_quotes, 1))
    )


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with Assistant.open(small_index(tmp_path), embedder=BagEmbedder()) as opened:
        yield opened


QUOTES = (
    ("papers/pier.txt", "The North Pier is repaired in May."),
    ("papers/limit.txt", "The speed limit in the inner harbour is 4 knots."),
    ("papers/ferry.txt", "It carries 60 passengers."),
)


def test_a_saved_answer_after_a_rebuild(assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = cite(assistant, *QUOTES)
    papers = tmp_path / "papers"
    write(papers, {"limit.txt": HARBOUR["limit.txt"].replace("4 knots", "6 knots"), "new.txt": "New.\n"})
    (papers / "ferry.txt").rename(papers / "boat.txt")
    build_index(settings(tmp_path), embedder=BagEmbedder())
    found = check_saved(assistant, answer)
    assert {marker: (one.kind, one.uri) for marker, one in found.items()} == {
        1: ("unchanged", "papers/pier.txt"),
        2: ("edited", "papers/limit.txt"),
        3: ("moved", "papers/boat.txt"),
    }
    assert summary(found.values()) == "edited"
    (papers / "boat.txt").unlink()
    build_index(settings(tmp_path), embedder=BagEmbedder())
    assert check_saved(assistant, answer)[3].kind == "gone"


def test_nothing_is_searched_while_nothing_is_gone(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def search(*_: object) -> None:
        raise AssertionError("searched")

    answer = cite(assistant, *QUOTES)
    monkeypatch.setattr(assistant, "search", search)
    assert {one.kind for one in check_saved(assistant, answer).values()} == {"unchanged"}
    assert check_saved(assistant, answered()) == {}


def test_an_id_of_another_index_proves_nothing(assistant: Assistant) -> None:
    """The number of a document that is cited may be that of any document in an index that was put in its place."""
    pier = assistant.document("papers/pier.txt")
    foreign = Document(pier.id, "old/notes.txt", "1", "", "Whales were seen off the coast in June.")
    found = check_saved(assistant, answered(said(quoted(foreign, "Whales were seen"))))
    assert found[1].kind == "gone" and found[1].uri == "old/notes.txt"
    other = Document(pier.id, pier.uri, "1", "", "The South Pier was closed.\n\n" + pier.text)
    assert check_saved(assistant, answered(said(quoted(other, "The North Pier"))))[1].kind == "moved"


def test_a_quote_of_signs_alone_is_no_question(assistant: Assistant) -> None:
    foreign = document("Look: ***", 99, uri="old/signs.txt")
    assert check_saved(assistant, answered(said(quoted(foreign, "***"))))[1].kind == "gone"
