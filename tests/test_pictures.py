"""Pictures of pages of indexed documents: found below the roots, drawn in a process that a file may take down."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from doubles import WordCounts, index_settings
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from index import pictures
from index.build import build_index
from index.loaders.inside import bytes_of
from index.loaders.pdf.boxes import Box
from index.loaders.pdf.sought import Stretch
from index.loaders.pdf.view import PageView
from index.parsing import process
from index.parsing.limits import Limits
from index.parsing.picture import Wish, pack_picture, pack_wish, unpack_picture, unpack_wish
from index.pictures import find_file, page_picture
from index.settings import IndexSettings
from index.snapshot import Index
from index.types import Document

CLAIM = "The bridge over the northern river was closed in March."


def pdf(*pages: str) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    for page in pages:
        for number, line in enumerate(page.split("\n")):
            canvas.drawString(50, 700 - 14 * number, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


REPORT = pdf("The anchor of the report comes first.", f"A castle stands here.\n{CLAIM}\nNothing else is told.")


def letter(name: str, data: bytes) -> bytes:
    message = EmailMessage()
    message["Subject"] = "The report"
    message["From"] = "Ada <ada@example.org>"
    message.set_content("The report of the harbour is attached.")
    message.add_attachment(b"The garden.", "text", "plain", filename="garden.txt")
    message.add_attachment(data, "application", "pdf", filename=name)
    return message.as_bytes()


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> IndexSettings:
    settings = index_settings(tmp_path_factory.mktemp("pictures"), parser_seconds=10)
    docs = settings.seeds_dir
    (docs / "of 2024").mkdir()
    (docs / "of 2024" / "report.pdf").write_bytes(REPORT)
    (docs / "mail.eml").write_bytes(letter("inner.pdf", pdf(f"A dragon.\n{CLAIM}")))
    (docs / "note.txt").write_text("The ember is no page.")
    assert not build_index(settings, embedder=WordCounts()).failures
    return settings


@pytest.fixture
def parsers_ended() -> Iterator[None]:
    process.end_idle()
    yield
    process.end_idle()


def document_at(settings: IndexSettings, uri: str) -> Document:
    with closing(Index(settings, WordCounts())) as index:
        found = index.snapshot().document_at(uri)
    assert found is not None
    return found


def claim_in(document: Document) -> tuple[int, int]:
    start = document.text.index(CLAIM)
    return start, start + len(CLAIM)


@pytest.mark.parametrize(("uri", "page"), [("docs/of 2024/report.pdf", 2), ("docs/mail.eml/inner.pdf", 1)])
def test_a_cited_page_is_shown_with_its_span(indexed: IndexSettings, uri: str, page: int) -> None:
    document = document_at(indexed, uri)
    picture = page_picture(indexed, document, page, *claim_in(document), width=600)
    assert picture is not None and picture.mime == "image/png" and picture.image.startswith(b"\x89PNG")
    assert abs(picture.width - 600) <= 1 and abs(picture.height - 800) <= 1
    (box,) = picture.boxes
    assert box.x0 == pytest.approx(50 / 600, abs=0.01) and (box.y0 + box.y1) / 2 == pytest.approx(112 / 800, abs=0.01)


def test_pages_that_the_span_is_not_on_have_no_boxes(indexed: IndexSettings) -> None:
    document = document_at(indexed, "docs/of 2024/report.pdf")
    first, plain = page_picture(indexed, document, 1, *claim_in(document)), page_picture(indexed, document, 2)
    assert first is not None and plain is not None and first.boxes == plain.boxes == ()
    assert page_picture(indexed, document, 3) is None and page_picture(indexed, document, 0) is None


def test_only_pdfs_have_pictures(indexed: IndexSettings) -> None:
    assert page_picture(indexed, document_at(indexed, "docs/note.txt"), 1) is None


@pytest.mark.parametrize("uri", ["docs/of 2024/report.pdf", "docs/mail.eml/inner.pdf"])
def test_another_version_of_a_file_is_not_shown(indexed: IndexSettings, uri: str) -> None:
    document = document_at(indexed, uri)
    assert page_picture(indexed, replace(document, sha256="0" * 64), 1) is None
    assert page_picture(indexed, document, 1) is not None


def test_a_file_that_is_gone_or_out_of_reach_has_no_picture(indexed: IndexSettings, tmp_path: Path) -> None:
    document = document_at(indexed, "docs/of 2024/report.pdf")
    (tmp_path / "secret.pdf").write_bytes(REPORT)
    link = indexed.seeds_dir / "link.pdf"
    link.symlink_to(tmp_path / "secret.pdf")
    for uri in ("docs/gone.pdf", "docs/link.pdf", f"docs/../{tmp_path.name}/secret.pdf", "other/report.pdf", "docs"):
        assert page_picture(indexed, replace(document, uri=uri), 1) is None
    link.unlink()


def test_files_are_found_below_their_roots_only(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "deep").mkdir(parents=True)
    (root / "deep" / "a.eml").write_text("a")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "b.pdf").write_text("b")
    (root / "way").symlink_to(tmp_path / "outside")
    roots = {"docs": str(root)}
    assert find_file("docs/deep/a.eml/b/c.pdf", roots) == (root / "deep" / "a.eml", "docs/deep/a.eml", "b/c.pdf")
    escapes = ("docs/way/b.pdf", "docs/../outside/b.pdf", "docs//etc/passwd", "docs/deep", "x/deep/a.eml", "docs/\0")
    assert [find_file(uri, roots) for uri in (*escapes, "docs/deep/./a.eml", "docs/" + "a" * 5000)] == [None] * 8


def test_a_file_larger_than_allowed_is_not_read(indexed: IndexSettings) -> None:
    document = document_at(indexed, "docs/of 2024/report.pdf")
    wish = Wish("", document.sha256, 1, None, 600)
    path = indexed.seeds_dir / "of 2024" / "report.pdf"
    limits = Limits(10)
    assert pictures._draw(path, document.uri, wish, limits, most_bytes=len(REPORT) - 1) is None
    assert pictures._draw(path, document.uri, wish, limits, most_bytes=len(REPORT)) is not None


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 11)", "os._exit(3)", "time.sleep(100)", "bytearray(10 ** 12)"])
@pytest.mark.slow
def test_a_file_that_ends_its_process_has_no_picture_and_the_next_one_has(
    indexed: IndexSettings, monkeypatch: pytest.MonkeyPatch, parsers_ended: None, end: str
) -> None:
    """The first page does to the process what a hostile file would."""
    document = document_at(indexed, "docs/of 2024/report.pdf")
    hostile = (
        "import os, time; from index.parsing import picture; honest = picture.page_view; "
        f"picture.page_view = lambda data, page, *rest: {end} if page == 1 else honest(data, page, *rest); "
    )
    monkeypatch.setattr(process, "_START", process._START.replace("from index", f"{hostile}from index", 1))
    monkeypatch.setattr(process, "PICTURE_SECONDS", 1.0)
    assert page_picture(indexed, document, 1) is None
    assert page_picture(indexed, document, 2) is not None


@pytest.mark.slow
def test_an_idle_process_that_ended_is_replaced(indexed: IndexSettings, parsers_ended: None) -> None:
    document = document_at(indexed, "docs/of 2024/report.pdf")
    assert page_picture(indexed, document, 1) is not None
    (idle,) = process._idle
    os.kill(idle.pid, 9)
    assert page_picture(indexed, document, 1) is not None


@pytest.mark.slow
def test_several_threads_ask_at_once(indexed: IndexSettings) -> None:
    document = document_at(indexed, "docs/of 2024/report.pdf")
    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(page_picture, indexed, document, 1 + at % 2, *claim_in(document), 300) for at in range(12)]
    found = [each.result() for each in asked]
    assert [None if one is None else len(one.boxes) for one in found] == [0, 1] * 6
    assert len(process._idle) <= 2


@pytest.mark.slow
def test_a_process_draws_and_reads_in_turn(indexed: IndexSettings) -> None:
    parser = process.ParserProcess(Limits(10))
    document = document_at(indexed, "docs/of 2024/report.pdf")
    wish = Wish("", document.sha256, 1, None, 100)
    for _ in range(2):
        assert [one.uri for one in parser.parse("docs/a.txt", [b"The anchor holds."])] == ["docs/a.txt"]
        assert parser.picture(document.uri, [REPORT[:1000], REPORT[1000:]], wish) is not None
        assert parser.picture(document.uri, [REPORT], wish, lambda: False) is None
        assert parser.picture(document.uri, [b"%PDF-1.4 broken"], wish) is None
    parser.kill()


# --- the bytes inside, and the wire


def test_documents_in_documents_are_found_by_their_names() -> None:
    inner = pdf("The dragon.")
    outer = letter("a b.pdf", inner)
    assert bytes_of(outer, "docs/mail.eml", "a b.pdf")[0] == inner
    nested = EmailMessage()
    nested.set_content("See below.")
    nested.add_attachment(outer, "application", "octet-stream", filename="mail.eml")
    assert bytes_of(nested.as_bytes(), "docs/outer.eml", "mail.eml/a b.pdf")[0] == inner


@settings(max_examples=40)
@given(
    st.text(st.characters(codec="utf-8")),
    st.binary(),
    st.lists(st.tuples(st.floats(0, 0.4), st.floats(0, 0.4), st.floats(0.5, 1), st.floats(0.5, 1))),
)
def test_wishes_and_pictures_cross_the_wire_unchanged(
    text: str, image: bytes, boxes: list[tuple[float, float, float, float]]
) -> None:
    wish = Wish(text, "0" * 64, 3, Stretch(text, 0, len(text)) if text else None, 1100)
    assert unpack_wish(pack_wish(wish)) == wish
    view = PageView(b"\x89PNG\r\n\x1a\n" + image, 300, 400, tuple(Box(*box) for box in boxes))
    assert unpack_picture(pack_picture(view)) == view


@given(st.binary(max_size=80))
def test_nonsense_is_no_picture(payload: bytes) -> None:
    with pytest.raises(ValueError):
        unpack_picture(payload)


@pytest.mark.parametrize(
    "view",
    [
        PageView(b"<svg onload=alert(1)>", 100, 100),
        PageView(b"\x89PNG\r\n\x1a\n", 100_000, 100_000),
        PageView(b"\x89PNG\r\n\x1a\n", -1, -1),
        PageView(b"\x89PNG\r\n\x1a\n", 100, 100, (Box(0.1, 0.1, 7.0, 0.2),)),
        PageView(b"\x89PNG\r\n\x1a\n", 100, 100, (Box(float("nan"), 0.1, 0.2, 0.2),)),
    ],
)
def test_what_no_honest_parser_sends_is_refused(view: PageView) -> None:
    with pytest.raises(ValueError):
        unpack_picture(pack_picture(view))
