"""What the library page lists and says: rows, search, order, paging; hostile names stay text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast

import pytest
from corpus import BagEmbedder, settings, small_index, write
from hypothesis import given
from hypothesis import strategies as st

from index.build import build_index
from index.snapshot import Index
from index.types import BuildOptions, BuildPlan, BuildReport, Document, Failure, Progress, Rename
from rag.chats.types import Problem
from rag.settings import Settings
from ui.library import dialogs, progress, render
from ui.library.planning import Planned
from ui.library.stock import ORDERS, PAGE_ROWS, Choice, Inventory, Root, Stock, chosen, make_rows
from ui.library.watching import Watched
from ui.model import IndexRun, Library
from ui.shelf import Shelf

HOSTILE = (
    "<script>alert(1)</script></td><img src=x onerror=alert(2)>\"'&amp; &lt; ]]> 🧪👩‍👩‍👧 中文字 \u202eabc e\u0301"
)
TAGS = set("p h1 h3 ul li b div span button code table thead tbody tr th td details summary".split())
ATTRIBUTES = re.compile(r"class|dir|role|style|scope|disabled|aria-[a-z]+|data-(act|value|key)")


class Html(HTMLParser):
    """The tags, attributes and text of HTML, as a browser's parser sees them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: dict[str, str] = {}
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name: value or "" for name, value in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def document(number: int = 1, **values: Any) -> Document:
    given_values: dict[str, Any] = {
        "uri": f"papers/{number}.txt", "sha256": str(number), "title": f"Title {number}", "text": "",
    }  # fmt: skip
    return Document(id=number, **{**given_values, **values})


def everything(text: str, wide: int) -> list[str]:
    """Every piece of HTML of the page, with `text` wherever something foreign is shown."""
    failures = (Failure(text, "damaged", text), Failure("papers", "missing", text), Failure(f"{text}2", "empty", text))
    documents = (document(1, uri=text, title=text, outlet=text, author=text, mime=text), document(2, uri=f"{text}/a"))
    roots = (Root("papers", Path("/" + text), True, 2), Root(text, Path("/x"), False, 0))
    library = Library("failed", 1, documents, 5, failures, Problem(text, text), 3)
    stock = Stock(library, make_rows(documents, failures, {1: (4, 2), 2: (1, 1)}, {"papers"}), roots)
    chosen_settings = Settings(_env_file=None, embedder=f"openai:{text}", index_dir=Path(text))
    report = BuildReport(1, (text,), (text,), (), (text,), (), 2, 1, 0, failures, 0.1)
    plan = BuildPlan((text,) * wide, (text,), (Rename(text, text),), (text,), (), (text,), failures, 5, 100.0)
    where, along = Path("/" + text), stock.rows[:1] * wide
    runs = [
        IndexRun(1, text, report=report),
        IndexRun(2, text, problem=Problem(text, text)),
        IndexRun(3, text, progress=Progress("scan", 3, 0)),
        IndexRun(4, text, progress=Progress("sweep", 1, 1), reading=Progress("read", 1, 2, text)),
        IndexRun(5, text, held_by=text),
        IndexRun(6, text, started=False),
    ]
    planned = [
        None,
        Planned(),
        Planned(progress=Progress("scan", 5, 0)),
        Planned(progress=Progress("read", 1, 2, text)),
        Planned(problem=Problem(text, text)),
        Planned(plan=plan),
        Planned(plan=BuildPlan(unchanged=(text,), failures=failures, to_embed=0)),
    ]
    watched = [
        Watched(),
        Watched(True, report=report, at=datetime(2024, 3, 8, 12, 30)),
        Watched(True, Progress("embed", 1, 2, text), problem=Problem(text, text)),
    ]
    views = [
        render.head(stock, chosen_settings),
        render.table(stock.rows, 0, len(stock.rows)),
        render.table((), 0, 0),
        render.paging(1, 1_000, True),
        render.failures(stock),
        render.roots(roots, ("papers",), [text]),
        render.roots((), (), ()),
        render.upload_place(Path("/" + text)),
        render.uploaded([(text, text, True), (text, text, False)]),
        progress.run_blocks(runs),
        *map(progress.plan_blocks, planned),
        *map(progress.watch_blocks, watched),
        dialogs.fate_blocks(dialogs.Fate((where,) * wide, (where,), along)),
        dialogs.fate_blocks(dialogs.Fate((), (), ())),
        dialogs.chat_blocks(2, 3),
    ]
    return [part["html"] for view in views for part in view]


@pytest.mark.parametrize(
    "text", [HOSTILE, '" onclick="alert(1)', "<b>x</b>", "&#60;img src=x&#62;", "](http://x) ![](y)"]
)
@pytest.mark.parametrize("wide", [1, 30])
def test_nothing_foreign_becomes_html(text: str, wide: int) -> None:
    for html in everything(text, wide):
        page = Html(html)
        assert page.tags <= TAGS, html
        assert all(map(ATTRIBUTES.fullmatch, page.attributes)), html
        assert re.fullmatch(r"(width:[0-9.]+%)?", page.attributes.get("style", ""))


def test_nothing_foreign_is_lost() -> None:
    assert sum(HOSTILE in Html(html).text for html in everything(HOSTILE, 1)) > 15


def html_of(blocks: Any) -> str:
    return "".join(part["html"] for part in blocks)


# Rows


ROWS = make_rows(
    [
        document(1, title="The Harbour", outlet="Gulf Ledger", published=date(2024, 3, 8), mime="application/pdf"),
        document(2, uri="papers/deep/2.md", title="a crane", author="Ada Brandt", mime="text/markdown"),
        document(3, uri="other/3.txt", title="Zebra", published=date(2023, 1, 1)),
        document(4, uri="papers/deep/4.txt", title="", published=date(2025, 1, 1)),
    ],
    [
        Failure("other/3.txt", "damaged", "cut"),
        Failure("papers/deep/scan.pdf", "no text layer", "2 pages"),
        Failure("papers", "missing", "gone"),
    ],
    {1: (12, 0), 2: (3, 2), 3: (1, 0)},
    {"papers", "other"},
)


def test_rows_tell_the_state_of_each_document() -> None:
    assert [(row.label, row.format, row.state, row.passages, row.waiting) for row in ROWS] == [
        ("The Harbour", "pdf", "ready", 12, 0),
        ("a crane", "md", "pending", 3, 2),
        ("Zebra", "txt", "older", 1, 0),
        ("4", "txt", "ready", 0, 0),
        ("scan.pdf", "pdf", "failed", 0, 0),
    ]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(), [4, 2, 5, 1, 3]),
        (Choice(order="Newest first"), [4, 1, 3, 2, 5]),
        (Choice(order="Oldest first"), [3, 1, 4, 2, 5]),
        (Choice(order="Most passages"), [1, 2, 3, 4, 5]),
        (Choice(order="Folder"), [3, 1, 2, 4, 5]),
        (Choice("CRANE"), [2]),
        (Choice("ada brandt"), [2]),
        (Choice("ledger harbour"), [1]),
        (Choice("ledger crane"), []),
        (Choice(folder="papers/deep"), [4, 2, 5]),
        (Choice(folder="paper"), []),
        (Choice(format="pdf"), [5, 1]),
        (Choice(state="failed"), [5]),
        (Choice(state="older", format="txt"), [3]),
    ],
)
def test_rows_are_chosen_and_sorted(choice: Choice, expected: list[int]) -> None:
    assert [ROWS.index(row) + 1 for row in chosen(ROWS, choice)] == expected
    assert choice.order in ORDERS


def test_folders_formats_and_problems_of_the_stock() -> None:
    failures = (
        Failure("papers", "missing", "2 of 3 documents are gone; they are kept until you say --yes or --forget"),
    )
    stock = Stock(Library("ready", failures=failures), ROWS, (Root("papers", Path("/p"), True, 3),))
    assert stock.folders == ["other", "papers", "papers/deep"] and stock.formats == ["md", "pdf", "txt"]
    assert stock.problems == list(failures)
    html = html_of(render.failures(stock))
    assert "2 of 3 documents are gone. They are kept until you say so." in html and 'data-act="drop"' in html
    assert "--yes" not in html and "It holds pictures of pages and no text" in html and "2 files could not be" in html


@given(st.integers(0, 20), st.integers(1, 1_000))
def test_paging_says_where_one_is(page: int, total: int) -> None:
    page = min(page, (total - 1) // PAGE_ROWS)
    html = render.paging(page, total, False)[0]["html"]
    first, last = page * PAGE_ROWS + 1, min(total, (page + 1) * PAGE_ROWS)
    assert f"{first:,} to {last:,} of {total:,} row" in html
    steps = {int(found) for found in re.findall(r'data-act="page" data-value="(-?\d+)"', html)}
    assert steps == {one for one in (page - 1, page + 1) if 0 <= one <= (total - 1) // PAGE_ROWS}


def test_only_a_part_of_the_list_can_be_removed_as_a_whole() -> None:
    assert 'data-act="remove-all"' not in html_of(render.paging(0, 30, False))
    assert "Remove these 30" in html_of(render.paging(0, 30, True))
    assert "Remove these" not in html_of(render.paging(0, 1, True))


def test_a_row_opens_its_document_and_says_why_it_failed() -> None:
    html = html_of(render.table(ROWS, 0, 5))
    assert 'data-act="open" data-value="d1"' in html and 'aria-label="Remove a crane"' in html
    assert "Vectors pending (2 of 3)" in html and "Older version kept" in html
    assert html.count('data-act="open"') == 4, "a file without a document cannot be opened"
    assert 'data-value="fpapers/deep/scan.pdf"' in html and "needs text recognition (OCR): 2 pages" in html


# Builds in words


def test_a_running_build_shows_files_and_vectors_side_by_side() -> None:
    run = IndexRun(1, "Building", reading=Progress("read", 30, 120), embedding=Progress("embed", 5, 50))
    html = html_of(progress.run_blocks([run]))
    assert "30 of 120 files" in html and "5 of 50 passages" in html and "width:25.0%" in html
    assert 'data-act="cancel" data-value="1"' in html


def test_a_plan_says_what_would_be_done_and_what_it_costs() -> None:
    plan = BuildPlan(tuple("abcdefghij"), ("k",), (), ("l",), ("m", "n"), (), (), 1_200, 130.0)
    html = html_of(progress.plan_blocks(Planned(plan=plan)))
    assert (
        "New: 10" in html and "and 2 more" in html and "1,200 passages to be turned into vectors, about 2 min" in html
    )
    assert "2 documents unchanged" in html and 'data-act="go"' in html
    nothing = html_of(progress.plan_blocks(Planned(plan=BuildPlan(unchanged=("m",), to_embed=0))))
    assert "Nothing has changed" in nothing and 'data-act="go"' not in nothing


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "about 1 second"), (12, "about 12 seconds"), (130, "about 2 minutes"), (5_400, "about 2 hours")],
)
def test_durations(seconds: float, words: str) -> None:
    assert progress.about(seconds) == words


def test_what_a_build_did() -> None:
    report = BuildReport(1, ("a", "b"), (), (), ("c",), (), 2, 1, 0, (Failure("x", "empty", ""),), 0.1)
    assert progress.done(report) == "2 new, 1 removed; 1 file could not be read; 2 passages still without a vector."
    assert progress.done(replace(report, added=(), removed=(), failures=(), pending=0)) == "Nothing had changed."


def test_the_watch_says_what_it_means_and_can_be_switched() -> None:
    off, on = html_of(progress.watch_blocks(Watched())), html_of(progress.watch_blocks(Watched(True)))
    assert 'aria-checked="false" data-act="watch" data-value="on"' in off and progress.WATCH in off
    assert 'aria-checked="true" data-act="watch" data-value="off"' in on


# From an index


def test_passages_of_documents_are_counted(tmp_path: Path) -> None:
    chosen_settings = small_index(tmp_path)
    index = Index(chosen_settings, BagEmbedder())
    try:
        snapshot = index.snapshot()
        counts = snapshot.passages_of_documents()
        assert {document.id for document in snapshot.documents()} == counts.keys()
        assert all(counts[one.id] == (len(snapshot.neighbours(one.id)), 0) for one in snapshot.documents())
        assert snapshot.roots() == {"papers": str(chosen_settings.seeds_dir)}
    finally:
        index.close()


class Half(BagEmbedder):
    """Fails after its first batch."""

    def embed_passages(self, texts: Any) -> Any:
        raise KeyboardInterrupt


def test_passages_without_a_vector_are_counted(tmp_path: Path) -> None:
    chosen_settings = settings(tmp_path)
    write(chosen_settings.seeds_dir)
    with pytest.raises(KeyboardInterrupt):
        build_index(chosen_settings, embedder=Half())
    index = Index(chosen_settings)
    try:
        assert set(index.snapshot().passages_of_documents().values()) == {(1, 1)}
    finally:
        index.close()


class OpenShelf:
    """The library and the snapshot of an open index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.made = Library("missing")
        self.asked = 0

    def library(self) -> Library:
        self.asked += 1
        snapshot = self._index.snapshot()
        if snapshot.generation != self.made.generation:
            documents, counts = tuple(snapshot.documents()), snapshot.counts()
            self.made = Library("ready", snapshot.generation, documents, counts.passages, tuple(snapshot.failures()))
        return self.made

    def assistant(self) -> Any:
        return type("Assistant", (), {"snapshot": self._index.snapshot()})


def test_the_stock_is_made_once_a_generation(tmp_path: Path) -> None:
    chosen_settings = small_index(tmp_path)
    index = Index(chosen_settings)
    try:
        shelf = OpenShelf(index)
        inventory = Inventory(cast("Shelf", shelf))
        first = inventory.stock()
        assert inventory.stock() is first and len(first.rows) == 3
        assert first.roots == (Root("papers", chosen_settings.seeds_dir, True, 3),)
        write(chosen_settings.seeds_dir, {"new.txt": "The crane is green.", "bad.pdf": b"%PDF-1.4 broken"})
        build_index(chosen_settings, options=BuildOptions(), embedder=BagEmbedder())
        second = inventory.stock()
        assert [row.state for row in second.rows] == ["ready"] * 4 + ["failed"]
        (chosen_settings.seeds_dir / "new.txt").unlink()
        build_index(chosen_settings, options=BuildOptions(), embedder=BagEmbedder())
        asked = shelf.asked
        assert inventory.stock(60) is second and shelf.asked == asked, "it is not old enough to be read again"
        assert len(inventory.stock(0.0).rows) == 4
    finally:
        index.close()
