"""Documents inside documents: attachments and messages come, move and go with the file that holds them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Any

import pytest
from doubles import WordCounts, found_by_words, index_settings, places, rows, text_of, write
from hypothesis import given
from hypothesis import strategies as st

from index.build import build_index
from index.chunk import page_of
from index.doctor.examine import examine
from index.loaders.content import Content, within_limit
from index.parsing import ahead
from index.settings import IndexSettings
from index.snapshot import Index
from index.types import BuildOptions, BuildReport, Filters, Heading, Rename


def opened(settings: IndexSettings) -> closing[Index]:
    return closing(Index(settings, WordCounts()))


def mail(subject: str, body: str, **attached: bytes | EmailMessage) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"] = subject, "Ann Lee <ann@example.org>"
    message["Date"] = "Thu, 07 Mar 2024 16:55:00 +0100"
    message.set_content(body)
    for name, held in attached.items():
        if isinstance(held, EmailMessage):
            message.add_attachment(held)
        else:
            message.add_attachment(held, "application", "octet-stream", filename=name.replace("_", "."))
    return message


@pytest.fixture
def settings(tmp_path: Path) -> IndexSettings:
    settings = index_settings(tmp_path)
    inner = mail("Forwarded", text_of(["castle"]), deep_txt=text_of(["dragon"]).encode())
    outer = mail(
        "Budget",
        text_of(["anchor"]),
        table_txt=text_of(["hammer"]).encode(),
        photo_jpg=b"\xff\xd8\xff",
        locked_docx=b"no archive",
        inner=inner,
    )
    (settings.seeds_dir / "budget.eml").write_bytes(outer.as_bytes())
    write(settings.seeds_dir, {"plain.txt": text_of(["engine"])})
    return settings


def build(settings: IndexSettings, **options: Any) -> BuildReport:
    report = build_index(settings, options=BuildOptions(yes=True, **options), embedder=WordCounts())
    found = examine(settings, WordCounts())
    assert {finding.check for finding in found.findings} <= {"files not read"}
    return report


def uris(settings: IndexSettings, folder: str = "docs/budget.eml") -> list[str]:
    """Those below the folder, from there on; "" is the file itself."""
    with opened(settings) as index:
        found = [document.uri for document in index.snapshot().documents()]
    return [uri.removeprefix(folder).removeprefix("/") for uri in found if uri.startswith(folder)]


def failures(settings: IndexSettings) -> dict[str, str]:
    with opened(settings) as index:
        return {failure.uri: failure.reason for failure in index.snapshot().failures()}


INSIDE = ["", "Forwarded.eml", "Forwarded.eml/deep.txt", "table.txt"]
BAD = {"docs/budget.eml/locked.docx": "damaged", "docs/budget.eml/photo.jpg": "unsupported"}


def test_each_document_inside_a_file_is_found_and_cited_by_itself(settings: IndexSettings) -> None:
    report = build(settings)
    assert (report.added, uris(settings)) == (("docs/budget.eml", "docs/plain.txt"), INSIDE)
    assert {failure.uri: failure.reason for failure in report.failures} == failures(settings) == BAD
    with opened(settings) as index:
        snapshot = index.snapshot()
        for term, place in (("anchor", ""), ("hammer", "/table.txt"), ("dragon", "/Forwarded.eml/deep.txt")):
            assert found_by_words(snapshot, term) == {f"docs/budget.eml{place}"}
        document = snapshot.document_at("docs/budget.eml/table.txt")
        assert document is not None and "hammer" in document.text and document.mime == "text/plain"


@pytest.mark.slow
def test_nothing_is_read_again_while_the_file_is_the_same(settings: IndexSettings) -> None:
    build(settings)
    report = build(settings)
    assert report.unchanged == ("docs/budget.eml", "docs/plain.txt") and report.embedded == 0
    assert {failure.uri: failure.reason for failure in report.failures} == failures(settings) == BAD


@pytest.mark.slow
def test_a_renamed_and_a_copied_file_take_what_is_inside_along(settings: IndexSettings) -> None:
    build(settings)
    shutil.copy(settings.seeds_dir / "budget.eml", settings.seeds_dir / "copy.eml")
    (settings.seeds_dir / "budget.eml").rename(settings.seeds_dir / "moved.eml")
    report = build(settings)
    assert report.embedded == 0 and report.renamed == (Rename("docs/budget.eml", "docs/copy.eml"),)
    assert uris(settings) == [] and uris(settings, "docs/moved.eml") == uris(settings, "docs/copy.eml") == INSIDE
    assert len(failures(settings)) == 4


@pytest.mark.slow
def test_a_changed_file_replaces_what_was_inside(settings: IndexSettings) -> None:
    build(settings)
    changed = mail("Budget", text_of(["anchor"]), table_txt=text_of(["hammer"]).encode(), new_txt=b"The ferry leaves.")
    (settings.seeds_dir / "budget.eml").write_bytes(changed.as_bytes())
    report = build(settings)
    assert report.changed == ("docs/budget.eml",) and report.embedded == 1, "equal parts keep their vectors"
    assert uris(settings) == ["", "new.txt", "table.txt"] and failures(settings) == {}


@pytest.mark.slow
def test_a_removed_file_takes_what_is_inside_along(settings: IndexSettings) -> None:
    build(settings)
    (settings.seeds_dir / "budget.eml").unlink()
    assert build(settings, purge=True).removed == ("docs/budget.eml",)
    assert uris(settings, "docs/") == ["plain.txt"] and failures(settings) == {}
    assert rows(settings.index_dir, "SELECT * FROM parts") == []


@pytest.mark.slow
def test_an_equal_file_outside_stands_by_itself(settings: IndexSettings) -> None:
    """The forwarded mail is also saved as a file: both have what is inside it, and one may go without the other."""
    build(settings)
    with opened(settings) as index:
        held = index.snapshot().document_at("docs/budget.eml/Forwarded.eml")
    inner = next(one for one in outer_parts(settings) if one.get_content_type() == "message/rfc822")
    (settings.seeds_dir / "saved.eml").write_bytes(inner.get_payload(0).as_bytes())  # type: ignore[union-attr]
    build(settings)
    with opened(settings) as index:
        saved = index.snapshot().document_at("docs/saved.eml")
    assert held is not None and saved is not None and held.sha256 == saved.sha256
    assert uris(settings, "docs/saved.eml") == ["", "deep.txt"]
    (settings.seeds_dir / "budget.eml").unlink()
    build(settings, purge=True)
    assert uris(settings, "docs/saved.eml") == ["", "deep.txt"]


def outer_parts(settings: IndexSettings) -> Iterator[Message]:
    return message_from_bytes((settings.seeds_dir / "budget.eml").read_bytes()).walk()


@pytest.mark.slow
def test_a_full_build_carries_over_what_cannot_be_read_now(
    settings: IndexSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(settings)

    def refused(path: Path) -> None:
        raise OSError(13, "Permission denied")

    monkeypatch.setattr(ahead, "open_regular", refused)
    report = build(settings, full=True)
    assert uris(settings) == INSIDE and report.embedded == 0
    assert failures(settings).items() >= BAD.items()


@pytest.mark.slow
def test_a_filter_on_the_file_takes_in_what_is_inside(settings: IndexSettings) -> None:
    build(settings)
    with opened(settings) as index:
        snapshot = index.snapshot()
        found = snapshot.words(["report"], 100, Filters(uri="docs/budget.eml/Forwarded"))
        held = {document.uri for document in snapshot.documents()}
        assert {uri for uri, *_ in places(snapshot, [passage_id for passage_id, _ in found])} <= held
        assert found and len(found) < len(snapshot.words(["report"], 100))


@pytest.mark.slow
def test_a_mailbox_is_as_many_documents_as_it_holds_messages(tmp_path: Path) -> None:
    settings = index_settings(tmp_path)
    messages = [mail(f"Day {n}", text_of([f"term{n}"])).as_bytes() for n in range(30)]
    (settings.seeds_dir / "inbox.mbox").write_bytes(
        b"".join(b"From ann@example.org Thu Mar  7 16:55:00 2024\n" + message + b"\n" for message in messages)
    )
    report = build(settings)
    assert report.added == ("docs/inbox.mbox",) and len(uris(settings, "docs/inbox.mbox")) == 31
    with opened(settings) as index:
        assert found_by_words(index.snapshot(), "term17") == {"docs/inbox.mbox/0018.eml"}
    assert build(settings).unchanged == ("docs/inbox.mbox",)


def test_a_text_too_long_for_one_document_goes_on_in_others() -> None:
    content = Content("one\n\ntwo\n\nthree", (Heading(10, 1, "three"),), (0, 5, 10))
    found = list(within_limit(content, ".txt", 9))
    assert [(name, part.text) for name, part in found] == [("", "one\n\ntwo"), ("part-2.txt", "three")]
    assert [(h.start, h.title) for h in found[1][1].headings] == [(0, "three")] and not found[0][1].headings
    assert page_of(found[1][1].pages, 0) == 3, "page numbers go on"


@given(st.text("ab \n", max_size=200), st.integers(1, 50))
def test_no_text_is_lost_by_cutting(text: str, most: int) -> None:
    parts = [part.text for _, part in within_limit(Content(text), ".txt", most)]
    assert "".join("".join(parts).split("\n")) == "".join(text.split("\n"))
    assert all(len(part) <= most for part in parts)
