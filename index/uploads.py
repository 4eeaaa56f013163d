"""Files that come through the page: named safely, checked, and written into a folder of their own.

They are kept beside the index, in `uploads`, and never in a folder that a person named: whatever lies there came
through the page, so it may be deleted there again. A hidden file tells the folder from one that somebody else made.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import time
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path, PurePosixPath
from secrets import token_hex

from index.errors import StorageError
from index.loaders import HEAD, looks_unsupported
from index.scan import IGNORE_FILE
from index.schedule import TEMPORARY

MARK = ".citewise-uploads"
NAMES = ("uploads", "citewise-uploads")
LONGEST_NAME = 180  # bytes: file systems take 255, of which a number and a temporary name need some
LONGEST_SUFFIX = 20
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_CHUNK = 1 << 20
_UNFINISHED = re.compile(r"\.[0-9a-f]{16}\.part")
_ABANDONED = 3600  # seconds without a byte
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}  # of file systems without links


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was written, by the name it came with."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not written, and why, in a line. `same_as` names what holds the same bytes."""

    name: str
    why: str
    same_as: str = ""


def upload_folder(index_dir: Path, roots: Mapping[str, str]) -> Path:
    """Where uploads go: beside the index, or at the top of the indexed folder that hides the index somewhere below.

    `roots` are the paths of the indexed folders by name. A folder of that name that somebody else made is not taken.
    """
    base = index_dir.resolve().parent
    for root in map(Path, roots.values()):
        if base.is_relative_to(root) and any(part.startswith(".") for part in base.relative_to(root).parts):
            base = root
    for name in NAMES:
        folder = base / name
        holds_root = any(Path(root).is_relative_to(folder) for root in roots.values())
        if is_upload_folder(folder) or not (folder.exists() or folder.is_symlink() or holds_root):
            return folder
    return base / f"{NAMES[-1]}-{hashlib.sha256(str(base).encode()).hexdigest()[:8]}"


def is_upload_folder(folder: Path) -> bool:
    """Whether the folder was made for uploads, to whichever index; a copy of such a folder carries the mark, too."""
    return (folder / MARK).is_file() and not folder.is_symlink()


def own_uploads(index_dir: Path, roots: Mapping[str, str]) -> Path | None:
    """The folder of this index's uploads, if there is one: what lies right in it, and nothing else, may be deleted
    when a person takes it out."""
    folder = upload_folder(index_dir, roots)
    return folder if is_upload_folder(folder) else None


def safe_name(name: str) -> str:
    """A file name that every system takes and every scan reads, as like to the given one as can be.

    No path, control or direction characters, no leading dot, no device name, at most 180 bytes of UTF-8. The suffix
    stays, as it decides how the file is read."""
    text = unicodedata.normalize("NFC", name).encode("utf-8", "ignore").decode()
    last = re.split(r"[/\\]", text)[-1]
    plain = "".join(" " if one.isspace() else one for one in last if one.isspace() or _is_shown(one))
    plain = " ".join(_FORBIDDEN.sub("_", plain).split()).lstrip(".~# ").rstrip(". ~")
    suffix = PurePosixPath(plain).suffix
    suffix = suffix if 1 < len(suffix.encode()) <= LONGEST_SUFFIX else ""
    stem = _cut(plain.removesuffix(suffix), LONGEST_NAME - len(suffix.encode())).rstrip(". ")
    safe = f"{stem or 'document'}{suffix}"
    if _RESERVED.fullmatch(safe) or TEMPORARY.fullmatch(safe) or safe == IGNORE_FILE:
        safe = f"document {safe}"
    return safe if not TEMPORARY.fullmatch(safe) else f"{safe}.txt"


def _is_shown(character: str) -> bool:
    """Neither a control nor a format character (which can turn the direction), nor without a meaning of its own."""
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def _cut(text: str, length: int) -> str:
    return text.encode()[:length].decode("utf-8", "ignore")


def _folded(name: str) -> str:
    """Alike for names that some file system takes for the same."""
    return unicodedata.normalize("NFC", name).casefold()


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, or one with " (2)", " (3)" ... before its suffix. `taken` are folded names: case tells no two files
    apart everywhere."""
    suffix = PurePosixPath(name).suffix
    stem, free, count = name.removesuffix(suffix), name, 1
    while _folded(free) in taken:
        count += 1
        free = f"{stem} ({count}){suffix}"
    return free


def save_upload(
    folder: Path, name: str, file: BufferedIOBase, *, max_file_mb: int, known: Mapping[str, str] | None = None
) -> Kept | Refused:
    """Writes one file, unless it is empty, too large, of no format that is read, or already there.

    `known` maps the sha256 of what is indexed to where it is. Raises StorageError when the folder cannot be written."""
    size, safe = file.seek(0, os.SEEK_END), safe_name(name)
    file.seek(0)
    head = file.read(HEAD)
    if size == 0:
        return Refused(name, "It is empty.")
    if size > max_file_mb * 1_000_000:
        return Refused(
            name, f"It has {size / 1e6:,.0f} MB; at most {max_file_mb:,} MB are read (CITEWISE_MAX_FILE_MB)."
        )
    if (problem := looks_unsupported(safe, head)) is not None:
        return Refused(name, f"It cannot be read: {problem}.")
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    with _told(folder):
        same = (known or {}).get(digest) or _same_in(folder, size, digest)
        if same:
            return Refused(name, f"It is already there as {same}.", same)
        _make(folder)
        _sweep(folder)
        return Kept(name, _written(file, folder, safe))


def _same_in(folder: Path, size: int, digest: str) -> str:
    """The file of the folder that holds the same bytes; no build may have seen it yet."""
    for name in os.listdir(folder) if folder.is_dir() else ():
        path = folder / name
        if not name.startswith(".") and path.is_file() and path.stat().st_size == size:
            with path.open("rb") as other:
                if hashlib.file_digest(other, "sha256").hexdigest() == digest:
                    return name
    return ""


def _make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError), (folder / MARK).open("x", encoding="utf-8") as mark:
        mark.write("Files that were uploaded to Citewise. They are deleted when they are removed there.\n")


def _sweep(folder: Path) -> None:
    """Deletes what uploads left that ended with their process."""
    for name in filter(_UNFINISHED.fullmatch, os.listdir(folder)):
        with suppress(OSError):
            if time.time() - (folder / name).stat().st_mtime > _ABANDONED:
                (folder / name).unlink()


def _written(file: BufferedIOBase, folder: Path, name: str) -> Path:
    """Under a hidden name of its own first, which no scan reads, and then in one step; never over a file that is
    there."""
    hidden = folder / f".{token_hex(8)}.part"
    try:
        file.seek(0)
        with hidden.open("xb") as out:
            shutil.copyfileobj(file, out, _CHUNK)
            out.flush()
            os.fsync(out.fileno())
        taken = {_folded(one) for one in os.listdir(folder)}
        while True:
            path = folder / free_name(name, taken)
            try:
                _name_it(hidden, path)
                return path
            except FileExistsError:  # another upload took the name meanwhile
                taken.add(_folded(path.name))
    finally:
        with suppress(OSError):
            hidden.unlink(missing_ok=True)


def _name_it(hidden: Path, path: Path) -> None:
    """Raises FileExistsError when there is such a file."""
    try:
        os.link(hidden, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        path.open("xb").close()  # the name is ours from now on, so nothing of others is replaced
        hidden.replace(path)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"The folder for uploads, {folder}, cannot be written: {error.strerror}.",
            "See that its disk has room and that it may be written.",
        ) from error
