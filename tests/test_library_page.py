"""Where the library page shows what: a plan stands where it was asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import streamlit as st
from corpus import BagEmbedder, settings
from streamlit.testing.v1 import AppTest

from index.types import BuildOptions, BuildPlan
from ui.blocks import Block
from ui.library import adding, page, progress
from ui.library.planning import Planned
from ui.library.progress import watch_blocks
from ui.library.upkeep import Upkeep
from ui.library.watching import Watched
from ui.model import Library
from ui.shelf import Shelf

PLAN = BuildPlan(added=("more/tug.txt",), to_embed=1)


def library_page() -> None:
    import streamlit as st

    from ui.library.page import page

    page(st.session_state["server"])


@pytest.fixture
def drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[AppTest, Upkeep, dict[str, str]]]:
    """The page without an index, what its builds hold, and what its blocks say in the order in which they are drawn."""
    said: dict[str, str] = {}

    def view(key: str, blocks: list[dict[str, str]], **_: Any) -> None:
        said[key] = "".join(one["html"] for one in blocks)

    for module in (page, adding):
        monkeypatch.setattr(module, "view", view)
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # where Streamlit puts its script
    chosen = settings(tmp_path)
    shelf = cast("Shelf", SimpleNamespace(settings=chosen, library=lambda: Library("missing")))
    upkeep = Upkeep(shelf, BagEmbedder())
    test = AppTest.from_function(library_page)
    test.session_state["server"] = SimpleNamespace(settings=chosen, shelf=shelf, upkeep=upkeep)
    before = st.get_option("server.address")
    st.config.set_option("server.address", "127.0.0.1")
    yield test, upkeep, said
    st.config.set_option("server.address", before)


@pytest.mark.parametrize("paths", [(), (Path("/more"),)])
def test_what_is_in_a_folder_is_told_below_the_field_that_names_it(
    drawn: tuple[AppTest, Upkeep, dict[str, str]], paths: tuple[Path, ...]
) -> None:
    test, upkeep, said = drawn
    upkeep._planner._planned = Planned(BuildOptions(paths), plan=PLAN)
    test.run()
    assert not test.exception
    (key,) = [key for key, html in said.items() if "What would be done" in html]
    order = list(said)
    assert key == ("library-plan" if paths else "library-runs")
    assert (order.index(key) > order.index("library-where")) is bool(paths), "above the fields, or below them"
    upkeep.drop_plan()
    said.clear()
    test.run()
    assert not test.exception and not [key for key, html in said.items() if "What would be done" in html]


def work() -> None:
    """The part of the page that renews itself, alone."""
    import streamlit as st

    from ui.library.page import show_work

    show_work(st.session_state["server"])


def test_a_plan_that_ends_while_it_is_drawn_is_shown(
    drawn: tuple[AppTest, Upkeep, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, upkeep, said = drawn[0].session_state["server"], drawn[1], drawn[2]
    upkeep._planner._planned = Planned(plan=PLAN)
    test = AppTest.from_function(work)
    test.session_state["server"], test.session_state["library_seen"] = server, page._seen(server)
    upkeep._planner._planned = Planned()

    def ends(watched: Watched) -> list[Block]:
        upkeep._planner._planned = Planned(plan=PLAN)
        return watch_blocks(watched)

    monkeypatch.setattr(progress, "watch_blocks", ends)
    test.run()
    assert not test.exception and "What would be done" in said["library-runs"]
