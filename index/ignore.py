"""Leaving single files out: lines that a program adds to a folder's `.citewiseignore`, and takes away again.

They stand at the end of it between two comments of ours, so that they are told from the rules that people write.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from itertools import takewhile
from pathlib import Path, PurePosixPath
from secrets import token_hex

from index.errors import RootError
from index.scan import IGNORE_FILE, open_regular

MARK = b"# Left out by Citewise:"
END = b"# End of what Citewise left out."
_SPECIAL = re.compile(r"[\\*?\[\]!# ]")
# White space but the space, which a rule cannot end with, and what ends a line.
_NAMELESS = re.compile(r"[^\S ]|[\x1c-\x1f\x85\u2028\u2029]")


def file_of(uri: str, roots: Mapping[str, str]) -> tuple[str, Path] | None:
    """The uri and the path of the file that a document is, or lies in; None when there is no such file.

    `roots` are the paths of the indexed folders by name. Links are not followed, as no scan does."""
    root, *parts = uri.split("/")
    if root not in roots or not parts or {"", ".", ".."} & set(parts):
        return None
    path = Path(roots[root])
    for count, part in enumerate(parts, 1):
        path = path / part
        if path.is_symlink():
            return None
        if path.is_file():
            return "/".join((root, *parts[:count])), path
    return None


def rule_of(place: PurePosixPath) -> str:
    """The rule that leaves out exactly this file, which is given relative to its root.

    A line cannot hold every character; where it cannot, any one character fits."""
    return "/" + _SPECIAL.sub(r"\\\g<0>", _NAMELESS.sub("\0", str(place))).replace("\0", "?")


def leave_out(root: Path, paths: Iterable[Path]) -> None:
    """Leaves files of the folder out from the next build on: all of them, or none. Raises RootError when that cannot be
    written down, or when a rule that someone wrote keeps one of them."""
    rules = root / IGNORE_FILE
    with _told(rules):
        before = _read(rules)
        theirs, ours = _split(before)
        fresh = dict[bytes, Path]()
        for path in paths:
            if (rule := rule_of(PurePosixPath(path.relative_to(root).as_posix())).encode()) not in ours:
                fresh[rule] = path
        if (kept := _first_kept(root, fresh.values())) is not None:
            raise RootError(
                f"A rule in a {IGNORE_FILE} below {root} says that {kept.name} is to be indexed.",
                "Change that rule, or move the file away.",
            )
        if fresh:
            _write(rules, _joined(theirs, [*ours, *fresh]))


def take_back(root: Path, place: str) -> bool:
    """Takes out what `leave_out` wrote for the file at `place`, as `left_out` tells it. False when there is none."""
    rules = root / IGNORE_FILE
    with _told(rules):
        theirs, ours = _split(_read(rules))
        rest = [rule for rule in ours if _place(rule) != place]
        if len(rest) == len(ours):
            return False
        if (text := _joined(theirs, rest)).strip():
            _write(rules, text)
        else:
            rules.unlink(missing_ok=True)
        return True


def left_out(root: Path) -> list[str]:
    """The files that were left out so, relative to the folder."""
    try:
        return [_place(rule) for rule in _split(_read(root / IGNORE_FILE))[1]]
    except (OSError, RootError):
        return []


def _place(rule: bytes) -> str:
    return re.sub(r"\\(.)", r"\1", rule.decode("utf-8", "replace").removeprefix("/"))


def _split(rules: bytes) -> tuple[bytes, list[bytes]]:
    """What people wrote, and our rules that are in force: not those that a later rule takes back.

    Below a mark without an end, as each rule once had one, only the next line is ours."""
    lines = rules.splitlines(keepends=True)
    marks = [line.strip() for line in lines]
    theirs, ours, until = list[bytes](), dict[bytes, None](), -1
    for at, line in enumerate(lines):
        if marks[at] == MARK:
            ends = next((end for end in range(at + 1, len(lines)) if marks[end] in (MARK, END)), None)
            until = ends if ends is not None and marks[ends] == END else at + 1
        elif at <= until and line.startswith(b"/"):
            ours[line.rstrip(b"\r\n")] = None
        elif marks[at] != END:
            theirs.append(line)
    return b"".join(theirs), _in_force(rules, list(ours))


def _in_force(rules: bytes, ours: list[bytes]) -> list[bytes]:
    if not any(line.startswith(b"!") for line in rules.splitlines()):
        return ours
    from pathspec import GitIgnoreSpec

    try:
        spec = GitIgnoreSpec.from_lines(rules.decode("utf-8", "replace").splitlines())
    except ValueError:  # a scan tells of it
        return ours
    return [rule for rule in ours if spec.check_file(_place(rule)).include]


def _joined(theirs: bytes, ours: list[bytes]) -> bytes:
    """Ours at the end, where no other rule takes them back."""
    if not ours:
        return theirs
    gap = b"" if not theirs or theirs.endswith(b"\n") else b"\n"
    return theirs + gap + b"\n".join((MARK, *ours, END, b""))


def _first_kept(root: Path, paths: Iterable[Path]) -> Path | None:
    """The first file that a rule of a deeper folder takes in again."""
    from pathspec import GitIgnoreSpec

    @cache
    def spec_of(folder: Path) -> GitIgnoreSpec | None:
        rules = folder / IGNORE_FILE
        if not rules.is_file():
            return None
        return GitIgnoreSpec.from_lines(rules.read_text("utf-8", "replace").splitlines())

    for path in paths:
        for folder in takewhile(lambda one: one != root, path.parents):
            spec = spec_of(folder)
            verdict = spec.check_file(path.relative_to(folder).as_posix()).include if spec else None
            if verdict is False:
                return path
            if verdict is True:
                break
    return None


def _read(rules: Path) -> bytes:
    """Raises RootError for a link: what it points to is not ours to write, and may lie anywhere."""
    if rules.is_symlink():
        raise RootError(f"{rules} is a link; rules are written into no other file.", "Put a file in its place.")
    try:
        with open_regular(rules) as file:
            return file.read()
    except FileNotFoundError:
        return b""


def _write(rules: Path, text: bytes) -> None:
    """In one step, so that no scan reads half of the rules. A link that has come meanwhile is replaced."""
    fresh = rules.with_name(f"{IGNORE_FILE}.{token_hex(8)}")
    try:
        with fresh.open("xb") as out:  # follows no link
            out.write(text)
        with suppress(FileNotFoundError):
            fresh.chmod(stat.S_IMODE(os.stat(rules, follow_symlinks=False).st_mode))
        fresh.replace(rules)
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


@contextmanager
def _told(rules: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RootError(
            f"{rules} cannot be written: {error.strerror}.", "Make its folder writable, or move the file away."
        ) from error
