"""Files that come through the page: safe names, no duplicates, nothing replaced."""

from __future__ import annotations

import errno
import os
import time
import unicodedata
from io import BytesIO
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import StorageError
from index.scan import scan
from index.schedule import TEMPORARY
from index.uploads import LONGEST_NAME, MARK, Kept, Refused, free_name, safe_name, save_upload, upload_folder

ODD = st.sampled_from(
    list("./\\ ~#$%*?:|<>\"'\0\n\t\x7f\u202e\u200b\u2028") + ["..", "con", "NUL", ".txt", "é", "😀", "中"]
)
NAMES = st.lists(ODD | st.characters(), max_size=120).map("".join)


@given(NAMES)
def test_a_name_is_safe_whatever_it_was(name: str) -> None:
    safe = safe_name(name)
    assert safe and len(safe.encode()) <= LONGEST_NAME
    assert not set(safe) & set('/\\<>:"|?*') and not safe.startswith((".", " ", "~")) and not safe.endswith((".", " "))
    assert PurePosixPath(safe).name == safe and safe not in ("..", ".") and not TEMPORARY.fullmatch(safe)
    assert all(unicodedata.category(one)[0] != "C" and (one == " " or not one.isspace()) for one in safe)
    assert safe.partition(".")[0].lower() not in ("con", "prn", "aux", "nul", "com1", "lpt9")
    assert unicodedata.is_normalized("NFC", safe) and safe_name(safe) == safe


@settings(max_examples=25)
@given(NAMES)
def test_a_safe_name_can_be_written_and_is_found_by_a_scan(name: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        done = save_upload(Path(folder) / "uploads", name + ".txt", BytesIO(b"Words."), max_file_mb=1)
        assert isinstance(done, Kept) and done.path.parent == Path(folder) / "uploads"
        found = scan({"uploads": done.path.parent}, {}, 1)
        assert list(found.paths.values()) == [done.path] and found.listing.failures == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Minutes of March.pdf", "Minutes of March.pdf"),
        ("Protokoll – Übersicht (2).docx", "Protokoll – Übersicht (2).docx"),
        ("会议纪要.md", "会议纪要.md"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ada\\notes.txt", "notes.txt"),
        (".bashrc.txt", "bashrc.txt"),
        ("con.txt", "document con.txt"),
        ("COM¹.pdf", "document COM¹.pdf"),
        ("evil\u202etxt.exe.pdf", "eviltxt.exe.pdf"),
        ("e\u0301.txt", "é.txt"),
        ("", "document"),
        ("...", "document"),
        ("a:b*c?.md", "a_b_c_.md"),
        ("two\nlines\t.txt", "two lines.txt"),
        ("draft.txt~", "draft.txt"),
        ("draft.tmp", "document draft.tmp.txt"),
        ("x" * 400 + ".pdf", "x" * 176 + ".pdf"),
        ("é" * 400 + ".pdf", "é" * 88 + ".pdf"),
    ],
)
def test_names(name: str, expected: str) -> None:
    assert safe_name(name) == expected


def test_taken_names_get_a_number() -> None:
    assert free_name("a.pdf", set()) == "a.pdf"
    assert free_name("A.pdf", {"a.pdf"}) == "A (2).pdf"
    assert free_name("a.pdf", {"a.pdf", "a (2).pdf"}) == "a (3).pdf"
    assert free_name("document", {"document"}) == "document (2)"


def test_uploads_are_written_once_and_told(tmp_path: Path) -> None:
    folder = tmp_path / "uploads"

    def save(name: str, data: bytes, **known: str) -> Kept | Refused:
        return save_upload(folder, name, BytesIO(data), max_file_mb=1, known=known)

    first = save("a.txt", b"One.")
    assert first == Kept("a.txt", folder / "a.txt") and (folder / "a.txt").read_bytes() == b"One."
    assert save("A.TXT", b"Two.") == Kept("A.TXT", folder / "A (2).TXT")
    assert save("b.txt", b"One.") == Refused("b.txt", "It is already there as a.txt.", "a.txt")
    import hashlib

    digest = hashlib.sha256(b"Three.").hexdigest()
    known = save("c.txt", b"Three.", **{digest: "seeds/c.txt"})
    assert isinstance(known, Refused) and known.same_as == "seeds/c.txt"
    assert sorted(path.name for path in folder.iterdir()) == [MARK, "A (2).TXT", "a.txt"]


def test_two_uploads_of_one_name_at_once_are_two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one comes when the first has been written and not been named yet."""
    sync, others = os.fsync, [b"Two."]

    def meanwhile(file: int) -> None:
        sync(file)
        if others:
            save_upload(tmp_path, "a.txt", BytesIO(others.pop()), max_file_mb=1)

    monkeypatch.setattr(os, "fsync", meanwhile)
    done = save_upload(tmp_path, "a.txt", BytesIO(b"One."), max_file_mb=1)
    assert isinstance(done, Kept) and done.path.read_bytes() == b"One."
    held = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name != MARK}
    assert held == {done.path.name: b"One.", "a.txt" if done.path.name != "a.txt" else "a (2).txt": b"Two."}


def test_what_a_killed_upload_left_is_deleted_later(tmp_path: Path) -> None:
    folder = tmp_path / "uploads"
    assert isinstance(save_upload(folder, "a.txt", BytesIO(b"Words."), max_file_mb=1), Kept)
    old, young, other = (folder / name for name in (f".{'a' * 16}.part", f".{'b' * 16}.part", ".notes.part"))
    for path in (old, young, other):
        path.write_bytes(b"Wor")
    for path in (old, other):
        os.utime(path, (time.time() - 7200,) * 2)
    assert isinstance(save_upload(folder, "b.txt", BytesIO(b"More words."), max_file_mb=1), Kept)
    assert {path.name for path in folder.iterdir()} == {"a.txt", "b.txt", MARK, young.name, other.name}


def test_nothing_is_replaced_where_there_are_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(source: Path, target: Path) -> None:
        if target.name == "a.txt":
            target.write_text("Mine.")  # somebody else's, which came at the last moment
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    done = save_upload(tmp_path, "a.txt", BytesIO(b"One."), max_file_mb=1)
    assert done == Kept("a.txt", tmp_path / "a (2).txt") and (tmp_path / "a (2).txt").read_bytes() == b"One."
    assert (tmp_path / "a.txt").read_text() == "Mine."
    assert sorted(os.listdir(tmp_path)) == [MARK, "a (2).txt", "a.txt"]


def test_another_trouble_with_the_name_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(source: Path, target: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "link", link)
    with pytest.raises(StorageError, match="Input/output error"):
        save_upload(tmp_path, "a.txt", BytesIO(b"One."), max_file_mb=1)
    assert os.listdir(tmp_path) == [MARK]


def test_a_name_that_is_written_in_another_way_is_taken(tmp_path: Path) -> None:
    (tmp_path / "e\u0301.txt").write_text("Mine.")
    done = save_upload(tmp_path, "\u00e9.txt", BytesIO(b"One."), max_file_mb=1)
    assert isinstance(done, Kept) and done.path.name == "\u00e9 (2).txt"


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b"x" * 1_000_001, "at most 1 MB are read"),
        ("a.jpg", b"\xff\xd8\xff", "a picture"),
        ("a.zip", b"PK\x03\x04", "unpack it"),
        ("a.xyz", b"words", "files that end in .xyz are not read"),
    ],
)
def test_what_cannot_be_read_is_not_written(tmp_path: Path, name: str, data: bytes, why: str) -> None:
    done = save_upload(tmp_path / "uploads", name, BytesIO(data), max_file_mb=1)
    assert isinstance(done, Refused) and why in done.why
    assert not (tmp_path / "uploads").exists()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "uploads").write_text("a file is in the way")
    with pytest.raises(StorageError, match="cannot be written"):
        save_upload(tmp_path / "uploads", "a.txt", BytesIO(b"x"), max_file_mb=1)


def test_uploads_go_beside_the_index_and_into_no_folder_of_somebody_else(tmp_path: Path) -> None:
    index = tmp_path / ".citewise"
    assert upload_folder(index, {}) == upload_folder(index, {"seeds": str(tmp_path / "seeds")}) == tmp_path / "uploads"
    assert upload_folder(index, {"all": str(tmp_path)}) == tmp_path / "uploads", "it is a part of that folder"
    hidden = tmp_path / "all" / ".cache" / "index"
    assert upload_folder(hidden, {"all": str(tmp_path / "all")}) == tmp_path / "all" / "uploads", "a scan sees it"
    (tmp_path / "uploads").mkdir()
    assert upload_folder(index, {}) == tmp_path / "citewise-uploads", "somebody else's"
    (tmp_path / "uploads" / MARK).write_text("")
    assert upload_folder(index, {}) == tmp_path / "uploads"
