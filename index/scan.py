"""Which files are there: walks the roots, honours `.citewiseignore`, hashes what may have changed."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING

from index.loaders.formats import FORMATS, unsupported
from index.loaders.sniff import HEAD, looks_unsupported
from index.plan import FileStat, Listing, same_file, suffix_of
from index.types import Failure

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".citewiseignore"
DEEPEST = 300  # folders in folders
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Scan:
    """The files of all roots by uri. `stats` holds what was read anew."""

    listing: Listing
    paths: Mapping[str, Path]
    root_of: Mapping[str, str]
    stats: Mapping[str, FileStat]


@dataclass(slots=True)
class _Walk:
    max_bytes: int
    leave_out: Path | None
    known: Mapping[str, FileStat]
    on_file: Callable[[int], None]
    sha256: dict[str, str] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)
    root_of: dict[str, str] = field(default_factory=dict)
    stats: dict[str, FileStat] = field(default_factory=dict)
    unlisted: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


def scan(
    roots: Mapping[str, Path],
    known: Mapping[str, FileStat],
    max_file_mb: int,
    on_file: Callable[[int], None] = lambda count: None,
    leave_out: Path | None = None,
) -> Scan:
    """Lists the roots (name to folder). A folder that cannot be listed is a failure, and its uris are `unlisted`.

    `leave_out` is a folder that is passed over: the index's own.
    Hidden files and links are left out: a link could lead out of the folder the user named.
    """
    walk = _Walk(max_file_mb * 1_000_000, leave_out and leave_out.resolve(), known, on_file)
    for name, path in roots.items():
        if os.path.isdir(path):
            _walk_folder(walk, name, path, name, ())
        else:
            walk.unlisted.append(name)
            walk.failures.append(Failure(name, "missing", f"{path} is not there; its documents are kept"))
    listing = Listing(walk.sha256, tuple(roots), tuple(walk.unlisted), tuple(walk.failures))
    return Scan(listing, walk.paths, walk.root_of, walk.stats)


def _walk_folder(
    walk: _Walk, root: str, folder: Path, uri: str, ignores: tuple[tuple[str, GitIgnoreSpec], ...]
) -> None:
    if uri.count("/") > DEEPEST:
        walk.unlisted.append(uri)
        walk.failures.append(Failure(uri, "unreadable", f"it lies in more than {DEEPEST} folders, one in the other"))
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        ignores = (*ignores, *_ignore_rules(folder, uri))
    except ValueError as error:  # a wrong rule: with none, files would be indexed that were to be left out
        walk.unlisted.append(uri)
        walk.failures.append(Failure(uri, "unreadable", f"{IGNORE_FILE} has a rule that is not understood: {error}"))
        return
    except OSError as error:
        walk.unlisted.append(uri)
        walk.failures.append(Failure(uri, "unreadable", f"the folder cannot be listed: {error.strerror}"))
        return
    for entry in entries:
        entry_uri = f"{uri}/{entry.name}"
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if not _utf8(entry.name):
            shown = entry_uri.encode("utf-8", "backslashreplace").decode()
            walk.failures.append(Failure(shown, "unreadable", "its name is not UTF-8: rename it"))
            continue
        is_folder = entry.is_dir(follow_symlinks=False)
        if _ignored(entry_uri, is_folder, ignores):
            continue
        if is_folder and Path(entry.path) != walk.leave_out:
            _walk_folder(walk, root, Path(entry.path), entry_uri, ignores)
        elif entry.is_file(follow_symlinks=False):
            _take_file(walk, root, Path(entry.path), entry_uri)


def _take_file(walk: _Walk, root: str, path: Path, uri: str) -> None:
    walk.root_of[uri] = root
    if (problem := unsupported(uri)) is not None:
        walk.failures.append(Failure(uri, "unsupported", problem))
        return
    try:
        found = path.lstat()
        stamps = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
        if suffix_of(uri) not in FORMATS and (problem := looks_unsupported(uri, _head(path))) is not None:
            walk.failures.append(Failure(uri, "unsupported", problem))
            return
        then = walk.known.get(uri)
        if found.st_size > walk.max_bytes:
            size = f"{found.st_size // 1_000_000} MB; CITEWISE_MAX_FILE_MB allows {walk.max_bytes // 1_000_000}"
            walk.failures.append(Failure(uri, "too large", size))
            return
        if then is not None and same_file(then, *stamps):
            sha256 = then.sha256
        else:
            started = time.time_ns()
            sha256 = _hash(path)
            walk.stats[uri] = FileStat(*stamps, sha256, started)
    except OSError as error:
        walk.failures.append(Failure(uri, "unreadable", f"the file cannot be read: {error.strerror}"))
        return
    walk.sha256[uri] = sha256
    walk.paths[uri] = path
    walk.on_file(len(walk.paths))


def open_regular(path: Path) -> BufferedReader:
    """Opens a file. Raises OSError when a link or a pipe has taken its place since it was listed."""
    descriptor = os.open(path, os.O_RDONLY | _NO_LINK)
    file = open(descriptor, "rb")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "it is no regular file")
    return file


def _head(path: Path) -> bytes:
    with open_regular(path) as file:
        return file.read(HEAD)


def _hash(path: Path) -> str:
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _ignore_rules(folder: Path, uri: str) -> Iterator[tuple[str, GitIgnoreSpec]]:
    rules = folder / IGNORE_FILE
    if rules.is_file():
        from pathspec import GitIgnoreSpec

        yield uri, GitIgnoreSpec.from_lines(rules.read_text(encoding="utf-8", errors="replace").splitlines())


def _ignored(uri: str, is_folder: bool, ignores: tuple[tuple[str, GitIgnoreSpec], ...]) -> bool:
    """Whether a rule leaves it out; a rule of a deeper folder goes before one above it."""
    for base, spec in reversed(ignores):
        verdict = spec.check_file(uri[len(base) + 1 :] + ("/" if is_folder else "")).include
        if verdict is not None:
            return verdict
    return False


def _utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
