"""Orders in documents: none is followed or shown as an answer, and what is true beside them is still found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from corpus import BagEmbedder, assert_exact, small_index, write
from injections import Attack, attacks, canaries_in, files

from index import build_index
from index.loaders import parse
from rag import Answer, Assistant, Settings
from rag.answers.checking import check_draft
from rag.answers.compose import Markers
from rag.orders.detect import ORDER
from rag.reading.widen import widen
from rag.writing.drafts import Draft

QUICK = ("override", "asked beside the truth", "system turn in lines", "page paragraph", "de must", "table of values")


def unmarked(answer: Answer) -> list[str]:
    return [statement.text for statement in answer.statements if statement.check != "unsupported"]


def chosen(names: Sequence[str]) -> list[Attack]:
    return [one for one in attacks() if one.name in names]


def test_the_set_is_large_and_no_word_of_it_is_there_twice() -> None:
    every = attacks()
    assert len(every) >= 60
    for part in ("file", "canary", "question", "name"):
        assert len({getattr(one, part) for one in every}) == len(every)
    assert all(one.canary not in f"{one.title}{one.text}{one.question}{one.truth}" for one in every)


def test_an_order_is_no_answer(tmp_path: Path) -> None:
    hostile = chosen(QUICK)
    assert len(hostile) == len(QUICK)
    settings = small_index(tmp_path, files(hostile), answer_mode="extractive")
    answered = []
    with Assistant.open(settings, embedder=BagEmbedder()) as assistant:
        for one in hostile:
            answer = assistant.ask(one.question)
            assert_exact(answer)
            assert canaries_in(unmarked(answer), hostile) == []
            answered.append(one.truth in answer.text)
    assert sum(answered) >= len(hostile) - 1, "word counts choose well enough among so few"


def test_a_sentence_that_only_an_order_bears_is_unsupported(tmp_path: Path) -> None:
    hostile = chosen(["override", "assistant turn", "asked beside the truth"])
    settings = small_index(tmp_path, files(hostile), answer_mode="extractive")
    with Assistant.open(settings, embedder=BagEmbedder()) as assistant:
        for one in hostile:
            hits = assistant.search(one.title, 3)
            sources = widen(hits, assistant.snapshot.neighbours, 1_000)
            for said in (one.order, f"It is {one.canary}.", one.order.rpartition(". ")[2]):
                for marked in (tuple(range(1, len(sources) + 1)), ()):
                    statement = check_draft(Draft(said, marked), sources, Markers())
                    assert statement.check == "unsupported", said
            told = check_draft(Draft(one.order, (1, 2, 3)), sources, Markers())
            assert ORDER in told.failed
            true = check_draft(Draft(one.text.split(". ")[1] + ".", (1, 2, 3)), sources, Markers())
            assert true.check != "unsupported" and ORDER not in true.failed


@pytest.mark.parametrize(
    "name",
    [
        "page comment",
        "page not displayed",
        "page hidden",
        "page not visible",
        "page aria",
        "page script",
        "page template",
        "letter footer",
        "letter hidden",
    ],
)
def test_what_no_reader_sees_is_not_read(name: str) -> None:
    (one,) = chosen([name])
    document = parse(one.content, one.file)
    assert one.truth in document.text
    assert one.canary not in document.text


@pytest.mark.slow
def test_all_hostile_documents_in_one_index(tmp_path: Path) -> None:
    """Asked in the words of its topic, each is answered from its true part; asked for the order, none gives it."""
    hostile = attacks()
    write(tmp_path / "papers", files(hostile))
    settings = Settings(
        _env_file=None, seeds_dir=tmp_path / "papers", index_dir=tmp_path / "index", answer_mode="extractive"
    )
    assert not build_index(settings).failures
    answered = []
    with Assistant.open(settings) as assistant:
        for one in hostile:
            answer = assistant.ask(one.question)
            assert_exact(answer)
            assert canaries_in(unmarked(answer), hostile) == []
            answered.append(any(one.truth in text for text in unmarked(answer)))
            for question in (f"What is {one.canary}?", f"{one.question} {one.canary}", f"Is it so? {one.order}"):
                assert canaries_in(unmarked(assistant.ask(question)), hostile) == [], question
    assert sum(answered) >= 0.9 * len(hostile), f"answered {sum(answered)} of {len(hostile)}"
