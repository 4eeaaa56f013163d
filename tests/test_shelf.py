"""The open index of a server: opened in the background, looked at anew after builds, asked under other settings."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from corpus import FERRY, HARBOUR, LIMIT, BagEmbedder, assert_exact, settings, small_index, write

from index import build_index
from index.errors import CitewiseError, StorageError
from rag.assistant import Assistant
from rag.chats.types import Problem
from rag.settings import Settings
from ui import shelf as module
from ui.shelf import Shelf

SECONDS = 20
QUESTION = "What is the speed limit in the inner harbour?"
Opening = Callable[[Settings], Assistant]


@pytest.fixture
def open_as(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Opening], None]]:
    """Sets how an assistant is opened: without more, over the embedder of the small index."""
    opened: list[Assistant] = []

    def by(opening: Opening) -> None:
        def open_and_note(cls: type, chosen: Settings) -> Assistant:
            opened.append(opening(chosen))
            return opened[-1]

        monkeypatch.setattr(Assistant, "open", classmethod(open_and_note))

    by(bag)
    yield by
    for thread in threading.enumerate():
        if thread.name in ("citewise_open", "citewise_warm_up"):
            thread.join(SECONDS)
    for one in opened:
        one.close()


def bag(chosen: Settings) -> Assistant:
    return Assistant(chosen, embedder=BagEmbedder())


def opened(shelf: Shelf) -> Shelf:
    """Waits until it was tried to open the index."""
    assert shelf._opened.wait(SECONDS)
    return shelf


def other(chosen: Settings, **values: Any) -> Settings:
    return chosen.model_copy(update=values)


@pytest.mark.usefixtures("open_as")
def test_what_is_missing_is_opened_after_it_was_built(tmp_path: Path) -> None:
    shelf = opened(Shelf(settings(tmp_path)))
    assert shelf.library().state == "missing" and shelf.document(1) is None and not shelf.holds(1)
    with pytest.raises(CitewiseError, match="Nothing has been indexed yet") as told:
        shelf.assistant()
    assert told.value.fix
    small_index(tmp_path)
    shelf.renew()
    assert_exact(shelf.assistant().ask(QUESTION))
    library = shelf.library()
    assert (library.state, len(library.documents), library.passages, library.pending) == ("ready", 3, 3, 0)
    assert shelf.library() is library  # made once for a generation


@pytest.mark.usefixtures("open_as")
def test_a_new_generation_is_shown_and_old_versions_are_not_held(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    shelf = opened(Shelf(chosen))
    before = {document.uri: document for document in shelf.library().documents}
    limit, ferry = before["papers/limit.txt"].id, before["papers/ferry.txt"].id
    found = shelf.document(limit)
    assert found is not None and found.text == LIMIT and before["papers/limit.txt"].text == ""
    write(tmp_path / "papers", {"limit.txt": "The limit is 9 knots.\n"})
    build_index(chosen, embedder=BagEmbedder())
    shelf.renew()
    assert shelf.library().generation > 1
    assert shelf.document(limit) is None and not shelf.holds(limit)
    kept = shelf.document(ferry)
    assert shelf.holds(ferry) and kept is not None and kept.text == FERRY


@pytest.mark.usefixtures("open_as")
def test_what_could_not_be_read_is_shown_also_where_nothing_else_changed(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    shelf = opened(Shelf(chosen))
    assert shelf.library().failures == ()
    write(tmp_path / "papers", {"empty.txt": ""})
    report = build_index(chosen, embedder=BagEmbedder())
    assert report.generation == shelf.library().generation
    shelf.renew()
    assert [failure.uri for failure in shelf.library().failures] == ["papers/empty.txt"]


@pytest.mark.usefixtures("open_as")
def test_the_next_question_is_asked_under_other_settings(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    shelf = opened(Shelf(chosen))
    before = shelf.assistant()
    assert before.ask(QUESTION).status == "answered"
    strict = other(chosen, min_confidence=1.0)
    shelf.use(strict)
    assert shelf.settings is strict and shelf.assistant().ask(QUESTION).status == "abstained"
    assert shelf.assistant().snapshot is before.snapshot
    assert before.ask(QUESTION).status == "answered"  # one that was begun goes on as it was


def test_settings_given_while_the_index_is_opened_are_in_force(
    tmp_path: Path, open_as: Callable[[Opening], None]
) -> None:
    begun, go = threading.Event(), threading.Event()

    def slowly(chosen: Settings) -> Assistant:
        assistant = bag(chosen)
        begun.set()
        assert go.wait(SECONDS)
        return assistant

    open_as(slowly)
    chosen = small_index(tmp_path)
    shelf = Shelf(chosen)
    assert begun.wait(SECONDS) and shelf.library().state == "opening"
    shelf.open()  # a second visit opens nothing twice
    strict = other(chosen, min_confidence=1.0)
    shelf.use(strict)
    go.set()
    assert shelf.assistant().settings is strict
    assert shelf.assistant().ask(QUESTION).status == "abstained"


def test_what_keeps_the_index_from_opening_is_told_and_can_be_tried_again(
    tmp_path: Path, open_as: Callable[[Opening], None]
) -> None:
    def fail(chosen: Settings) -> Assistant:
        raise StorageError("It is damaged.", "Mend it.")

    open_as(fail)
    shelf = opened(Shelf(small_index(tmp_path)))
    assert (shelf.library().state, shelf.library().problem) == ("failed", Problem("It is damaged.", "Mend it."))
    with pytest.raises(CitewiseError, match="It is damaged.") as told:
        shelf.assistant()
    assert told.value.fix == "Mend it."
    open_as(bag)
    shelf.open()
    assert shelf.assistant().ask(QUESTION).status == "answered" and shelf.library().state == "ready"


def test_what_nobody_expected_is_told_and_logged(
    tmp_path: Path, open_as: Callable[[Opening], None], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(chosen: Settings) -> Assistant:
        raise ZeroDivisionError("secret")

    open_as(fail)
    shelf = opened(Shelf(settings(tmp_path)))
    problem = shelf.library().problem
    assert problem is not None and "ZeroDivisionError" in problem.message and "secret" not in problem.message
    assert [record.exc_info[0] for record in caplog.records if record.levelno == logging.ERROR and record.exc_info] == [
        ZeroDivisionError
    ]


@pytest.mark.usefixtures("open_as")
def test_an_index_that_goes_away_is_told(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    shelf = opened(Shelf(chosen))
    assert shelf.library().state == "ready"
    chosen.index_dir.rename(tmp_path / "elsewhere")
    library = shelf.library()
    assert library.state == "failed" and library.problem is not None and library.problem.fix
    (tmp_path / "elsewhere").rename(chosen.index_dir)
    assert shelf.library().state == "ready"


def test_one_index_is_asked_under_two_settings_and_closed_once(tmp_path: Path) -> None:
    chosen = small_index(tmp_path, HARBOUR)
    with bag(chosen) as assistant:
        few = assistant.under(other(chosen, passages=1))
        strict = assistant.under(other(chosen, min_confidence=1.0))
        assert len(few.begin("harbour", None, ()).hits) == 1 < len(assistant.begin("harbour", None, ()).hits)
        assert [one.ask(QUESTION).status for one in (assistant, few, strict)] == ["answered", "answered", "abstained"]
        assert few.snapshot is strict.snapshot is assistant.snapshot
        named = assistant.under(other(chosen, answer_mode="llm", llm_model="small"))
        assert (named.mode, named.model, assistant.mode, assistant.model) == ("llm", "small", "extractive", None)
        strict.close()
        for one in (assistant, few, strict):
            with pytest.raises(CitewiseError, match="was closed"):
                one.ask(QUESTION)


def test_who_asks_while_the_first_index_is_built_waits_for_it(
    tmp_path: Path, open_as: Callable[[Opening], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.01)
    write(tmp_path / "docs", HARBOUR)
    chosen = settings(tmp_path, seeds_dir=tmp_path / "docs")
    shelf = opened(Shelf(chosen))
    assert shelf.library().state == "missing"
    build = threading.Thread(target=lambda: build_index(chosen, embedder=BagEmbedder()))
    shelf.is_building = build.is_alive
    build.start()
    assert_exact(shelf.assistant().ask(QUESTION))
    build.join()


def test_who_asks_without_an_index_and_without_a_build_is_told(tmp_path: Path) -> None:
    with pytest.raises(CitewiseError, match="Nothing has been indexed yet"):
        opened(Shelf(settings(tmp_path))).assistant()
