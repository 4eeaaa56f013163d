"""What a scan takes, leaves out, reports, and does not read again."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from doubles import write

from index import scan as scanning
from index.plan import FileStat
from index.scan import Scan, scan

NOBODY = 65534


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return tmp_path / "docs"


def look(docs: Path, known: Mapping[str, FileStat] | None = None, max_file_mb: int = 1) -> Scan:
    return scan({"docs": docs}, known or {}, max_file_mb)


def uris(found: Scan) -> list[str]:
    return [uri.removeprefix("docs/") for uri in found.listing.sha256]


def test_files_in_folders_with_their_hashes(docs: Path) -> None:
    write(docs, {"b.txt": "two", "a/c.txt": "three", "a.txt": "one"})
    found = look(docs)
    assert uris(found) == ["a/c.txt", "a.txt", "b.txt"]
    assert found.listing.sha256["docs/b.txt"] == hashlib.sha256(b"two").hexdigest()
    assert found.paths["docs/a/c.txt"] == docs / "a" / "c.txt"
    assert set(found.root_of.values()) == {"docs"}
    assert (found.listing.failures, found.listing.unlisted) == ((), ())


def test_hidden_files_and_folders_are_left_out(docs: Path) -> None:
    write(docs, {"a.txt": "a", ".b.txt": "b", ".git/c.txt": "c", "d/.e/f.txt": "f"})
    assert uris(look(docs)) == ["a.txt"]


def test_links_are_not_followed(docs: Path, tmp_path: Path) -> None:
    write(docs, {"a.txt": "a"})
    write(tmp_path / "outside", {"secret.txt": "s"})
    (docs / "file.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (docs / "folder").symlink_to(tmp_path / "outside")
    (docs / "round").symlink_to(docs)
    (docs / "broken.txt").symlink_to(tmp_path / "nowhere")
    found = look(docs)
    assert uris(found) == ["a.txt"]
    assert found.listing.failures == ()


def test_pipes_and_sockets_are_left_out(docs: Path) -> None:
    write(docs, {"a.txt": "a"})
    os.mkfifo(docs / "pipe.txt")
    assert uris(look(docs)) == ["a.txt"]


def test_a_name_that_is_no_utf8_is_left_out(docs: Path) -> None:
    write(docs, {"a.txt": "a"})
    (docs / os.fsdecode(b"caf\xe9.txt")).write_text("x")
    assert uris(look(docs)) == ["a.txt"]


@pytest.mark.parametrize(
    ("rules", "left"),
    [
        ({"": "*.txt"}, ["b.md", "sub/b.md"]),
        ({"": "sub/"}, ["a.txt", "b.md"]),
        ({"": "/a.txt"}, ["b.md", "sub/a.txt", "sub/b.md", "sub/deep/a.txt"]),
        ({"": "a.txt"}, ["b.md", "sub/b.md"]),
        ({"": "*.txt\n!sub/a.txt"}, ["b.md", "sub/a.txt", "sub/b.md"]),
        ({"": "# a remark\n\n*.md"}, ["a.txt", "sub/a.txt", "sub/deep/a.txt"]),
        ({"sub": "a.txt"}, ["a.txt", "b.md", "sub/b.md"]),
        ({"sub": "/a.txt"}, ["a.txt", "b.md", "sub/b.md", "sub/deep/a.txt"]),
        ({"": "*.txt", "sub": "!a.txt"}, ["b.md", "sub/a.txt", "sub/b.md", "sub/deep/a.txt"]),
        ({"": "sub/", "sub": "!a.txt"}, ["a.txt", "b.md"]),
        ({"": "**/deep"}, ["a.txt", "b.md", "sub/a.txt", "sub/b.md"]),
    ],
)
def test_ignore_rules(docs: Path, rules: dict[str, str], left: list[str]) -> None:
    write(docs, {"a.txt": "1", "b.md": "2", "sub/a.txt": "3", "sub/b.md": "4", "sub/deep/a.txt": "5"})
    for folder, lines in rules.items():
        (docs / folder / ".citewiseignore").write_text(lines)
    assert sorted(uris(look(docs))) == left


def test_a_file_that_is_too_large_is_reported(docs: Path) -> None:
    write(docs, {"a.txt": "a", "limit.txt": "x" * 1_000_000, "big.txt": "x" * 1_000_001})
    found = look(docs)
    assert uris(found) == ["a.txt", "limit.txt"]
    failure = found.listing.failures[0]
    assert (failure.uri, failure.reason) == ("docs/big.txt", "too large")
    assert "CITEWISE_MAX_FILE_MB" in failure.detail
    assert uris(look(docs, max_file_mb=2)) == ["a.txt", "big.txt", "limit.txt"]


def test_a_missing_root_is_reported_and_unlisted(tmp_path: Path) -> None:
    write(tmp_path / "here", {"a.txt": "a"})
    found = scan({"here": tmp_path / "here", "gone": tmp_path / "gone"}, {}, 1)
    assert list(found.listing.sha256) == ["here/a.txt"]
    assert list(found.listing.unlisted) == ["gone"]
    assert [(failure.uri, failure.reason) for failure in found.listing.failures] == [("gone", "missing")]
    assert set(found.listing.roots) == {"here", "gone"}


UNREADABLE = """
import os, sys
from pathlib import Path
from index.scan import scan

docs = Path(sys.argv[1])
try:
    os.listdir(docs / "closed")
except PermissionError:
    pass
else:
    sys.exit("this user may read everything")
found = scan({"docs": docs, "locked": docs / "closed" / "in"}, {}, 1)
print(sorted(found.listing.sha256), sorted(found.listing.unlisted))
print(sorted((failure.uri, failure.reason) for failure in found.listing.failures))
"""


def test_what_may_not_be_read_is_reported(docs: Path, tmp_path: Path) -> None:
    """A closed folder, a closed file and a root in a closed folder, seen by a user who is not root."""
    write(docs, {"a.txt": "a", "secret.txt": "s", "closed/in/b.txt": "b"})
    (docs / "secret.txt").chmod(0)
    (docs / "closed").chmod(0)
    shut = [folder for folder in docs.parents if not folder.stat().st_mode & 0o001]
    as_nobody = ["setpriv", f"--reuid={NOBODY}", "--clear-groups"] if os.geteuid() == 0 else []
    modes = {folder: folder.stat().st_mode for folder in shut}
    try:
        for folder in shut:
            folder.chmod(0o711)
        ran = subprocess.run(
            [*as_nobody, sys.executable, "-c", UNREADABLE, str(docs)],
            capture_output=True,
            text=True,
            timeout=60,
            cwd="/",
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"},
        )
    finally:
        for folder, mode in modes.items():
            folder.chmod(mode)
        (docs / "closed").chmod(0o755)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == [
        "['docs/a.txt'] ['docs/closed', 'locked']",
        "[('docs/closed', 'unreadable'), ('docs/secret.txt', 'unreadable'), ('locked', 'missing')]",
    ]


# The shortcut


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were read."""
    names: list[str] = []
    original = scanning._hash

    def noting(path: Path) -> str:
        names.append(path.name)
        return original(path)

    monkeypatch.setattr(scanning, "_hash", noting)
    return names


def test_a_settled_file_is_not_read_again(docs: Path, hashed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    write(docs, {"a.txt": "a", "b.txt": "b"})
    scanned = (docs / "b.txt").stat().st_ctime_ns + 2_000_000_001
    monkeypatch.setattr("time.time_ns", lambda: scanned)
    first = look(docs)
    assert hashed == ["a.txt", "b.txt"]
    second = look(docs, first.stats)
    assert hashed == ["a.txt", "b.txt"], "both were believed"
    assert second.listing.sha256 == first.listing.sha256
    assert second.stats == {}
    (docs / "b.txt").write_text("c")
    assert look(docs, first.stats).listing.sha256["docs/b.txt"] == hashlib.sha256(b"c").hexdigest()
    assert hashed[2:] == ["b.txt"]


def test_a_change_that_leaves_the_same_stamps_is_seen_within_two_seconds(docs: Path, hashed: list[str]) -> None:
    """The same size, and the time set back: as if both writes fell into one tick of the clock."""
    write(docs, {"a.txt": "old"})
    first = look(docs)
    stamp = (docs / "a.txt").stat()
    (docs / "a.txt").write_text("new")
    now = (docs / "a.txt").stat()
    then = first.stats["docs/a.txt"]
    same = FileStat(then.size, now.st_mtime_ns, now.st_ctime_ns, stamp.st_ino, then.sha256, now.st_ctime_ns + 1)
    second = look(docs, {"docs/a.txt": same})
    assert second.listing.sha256["docs/a.txt"] == hashlib.sha256(b"new").hexdigest()
    assert hashed == ["a.txt", "a.txt"]


def test_the_index_inside_a_root_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "docs" / "index").mkdir(parents=True)
    (tmp_path / "docs" / "index" / "a.txt").write_text("inside")
    (tmp_path / "docs" / "b.txt").write_text("beside")
    found = scan({"docs": tmp_path / "docs"}, {}, 1, leave_out=tmp_path / "docs" / "index")
    assert set(found.paths) == {"docs/b.txt"}


def test_a_name_that_is_not_utf8_is_reported(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"bad\xff.txt")).write_text("words")
    found = scan({"docs": tmp_path}, {}, 1)
    assert not found.paths
    assert [(one.reason, "UTF-8" in one.detail) for one in found.listing.failures] == [("unreadable", True)]
