"""Files that are left out: exact rules, in the file of their folder and in no other, and taken back again."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from index import ignore
from index.errors import RootError
from index.ignore import file_of, leave_out, left_out, rule_of, take_back
from index.scan import IGNORE_FILE, scan

PARTS = st.text(st.sampled_from("ab*?[]!#\\ .~-中é\t\u00a0\u2028"), min_size=1, max_size=6).filter(
    lambda part: part not in (".", "..") and "\0" not in part
)


@given(st.lists(PARTS, min_size=1, max_size=3).map("/".join), st.lists(PARTS, min_size=1, max_size=3).map("/".join))
def test_a_rule_fits_its_file_and_no_other(place: str, other: str) -> None:
    spec = GitIgnoreSpec.from_lines(rule_of(PurePosixPath(place)).splitlines())
    assert spec.check_file(place).include is True
    if (
        other != place
        and not other.startswith(f"{place}/")
        and "?" not in rule_of(PurePosixPath(place)).replace("\\?", "")
    ):
        assert spec.check_file(other).include is None


def test_files_are_left_out_and_taken_back(tmp_path: Path) -> None:
    rules = tmp_path / IGNORE_FILE
    rules.write_bytes(b"*.bak")
    for name in ("a.txt", "#b [1].txt", "a.bak"):
        (tmp_path / name).write_text("Words.")
    for name in ("a.txt", "#b [1].txt", "a.txt"):
        leave_out(tmp_path, [tmp_path / name])
    assert left_out(tmp_path) == ["a.txt", "#b [1].txt"]
    assert not scan({"r": tmp_path}, {}, 1).paths
    assert take_back(tmp_path, "#b [1].txt") and not take_back(tmp_path, "#b [1].txt")
    assert list(scan({"r": tmp_path}, {}, 1).paths) == ["r/#b [1].txt"]
    assert take_back(tmp_path, "a.txt") and rules.read_bytes() == b"*.bak\n"
    assert not take_back(tmp_path, "*.bak"), "a rule that a person wrote stays"


def test_the_comments_around_our_rules_stand_once_in_a_file(tmp_path: Path) -> None:
    rules = tmp_path / IGNORE_FILE
    rules.write_text("/build\n*.bak\n")
    for name in ("a.txt", "b.txt", "c.txt"):
        leave_out(tmp_path, [tmp_path / name])
    head, end = ignore.MARK.decode(), ignore.END.decode()
    assert rules.read_text() == f"/build\n*.bak\n{head}\n/a.txt\n/b.txt\n/c.txt\n{end}\n"
    with rules.open("a") as out:
        out.write("/d.txt\n!a.txt\n")
    assert left_out(tmp_path) == ["b.txt", "c.txt"], "what a person took in again is not left out"
    leave_out(tmp_path, [tmp_path / "e.txt"])
    assert rules.read_text() == f"/build\n*.bak\n/d.txt\n!a.txt\n{head}\n/b.txt\n/c.txt\n/e.txt\n{end}\n"
    assert not take_back(tmp_path, "d.txt") and not take_back(tmp_path, "build")


def test_rules_that_each_have_a_comment_are_put_together(tmp_path: Path) -> None:
    mark = ignore.MARK.decode()
    (tmp_path / IGNORE_FILE).write_text(f"*.bak\n{mark}\n/a.txt\n{mark}\n/b.txt\n/build\n")
    assert left_out(tmp_path) == ["a.txt", "b.txt"]
    assert take_back(tmp_path, "a.txt") and left_out(tmp_path) == ["b.txt"]
    assert (tmp_path / IGNORE_FILE).read_text() == f"*.bak\n/build\n{mark}\n/b.txt\n{ignore.END.decode()}\n"


RULES = st.lists(
    st.sampled_from(["/a.txt", "/b.txt", "*.txt", "!a.txt", "!/b.txt", "c.*", "# Words.", "", ignore.MARK.decode()]),
    max_size=8,
).map("\n".join)


@given(RULES, st.sampled_from("abcd"))
def test_no_other_file_is_left_out_or_taken_in_along(rules: str, name: str) -> None:
    def verdicts(text: bytes) -> dict[str, bool]:
        spec = GitIgnoreSpec.from_lines(text.decode().splitlines())
        return {one: spec.match_file(f"{one}.txt") for one in "abcd"}

    theirs, ours = ignore._split(rules.encode())
    before = verdicts(rules.encode())
    assert verdicts(ignore._joined(theirs, ours)) == before
    after = ignore._joined(theirs, [*ours, f"/{name}.txt".encode()])
    assert verdicts(after) == {**before, name: True} and f"/{name}.txt".encode() in ignore._split(after)[1]


def test_rules_of_our_own_alone_leave_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Words.")
    leave_out(tmp_path, [tmp_path / "a.txt"])
    assert take_back(tmp_path, "a.txt") and not (tmp_path / IGNORE_FILE).exists()


def test_a_deeper_rule_that_keeps_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.txt").write_text("Words.")
    (tmp_path / "deep" / IGNORE_FILE).write_text("!a.txt\n")
    (tmp_path / "b.txt").write_text("Words.")
    with pytest.raises(RootError, match="says that a.txt is to be indexed"):
        leave_out(tmp_path, [tmp_path / "b.txt", tmp_path / "deep" / "a.txt"])
    assert not (tmp_path / IGNORE_FILE).exists(), "all of them or none"


def test_many_files_are_left_out_in_one_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    write = ignore._write

    def noted(rules: Path, text: bytes) -> None:
        written.append(text)
        write(rules, text)

    monkeypatch.setattr(ignore, "_write", noted)
    paths = [tmp_path / f"{number}.txt" for number in range(300)]
    leave_out(tmp_path, [*paths, paths[0]])
    assert len(written) == 1 and left_out(tmp_path) == [path.name for path in paths]
    leave_out(tmp_path, paths)
    assert len(written) == 1 and os.listdir(tmp_path) == [IGNORE_FILE]


def test_rules_are_not_written_through_a_link(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    rules = "# Left out by Citewise:\n/a.txt\n"
    outside.write_text(rules)
    root.mkdir()
    (root / IGNORE_FILE).symlink_to(outside)
    with pytest.raises(RootError, match="is a link") as told:
        leave_out(root, [root / "b.txt"])
    assert told.value.fix == "Put a file in its place."
    with pytest.raises(RootError, match="is a link"):
        take_back(root, "a.txt")
    assert left_out(root) == [] and outside.read_text() == rules and (root / IGNORE_FILE).is_symlink()
    ignore._write(root / IGNORE_FILE, b"*.bak\n")
    assert outside.read_text() == rules, "one that has come since the look is replaced"
    assert (root / IGNORE_FILE).read_bytes() == b"*.bak\n"


def test_rules_stay_as_private_as_they_were(tmp_path: Path) -> None:
    (tmp_path / IGNORE_FILE).write_text("*.bak\n")
    (tmp_path / IGNORE_FILE).chmod(0o600)
    leave_out(tmp_path, [tmp_path / "a.txt"])
    assert (tmp_path / IGNORE_FILE).stat().st_mode & 0o777 == 0o600


def test_the_file_of_a_document_is_found(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "mail.eml").write_text("Words.")
    (tmp_path / "link.txt").symlink_to(tmp_path / "in" / "mail.eml")
    roots = {"r": str(tmp_path)}
    assert file_of("r/in/mail.eml", roots) == ("r/in/mail.eml", tmp_path / "in" / "mail.eml")
    assert file_of("r/in/mail.eml/note.txt", roots) == ("r/in/mail.eml", tmp_path / "in" / "mail.eml")
    for uri in ("r", "r/in", "r/../x", "r/link.txt", "s/in/mail.eml", "r//in/mail.eml", "r/none.txt"):
        assert file_of(uri, roots) is None
