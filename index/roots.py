"""The folders that are indexed: remembered by name, so that a uri is the same on every machine."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from index.errors import RootError
from index.settings import IndexSettings
from index.types import BuildOptions


def resolve_root(path: Path) -> Path:
    """The folder a user named. Raises RootError when it cannot be indexed."""
    resolved = path.expanduser().resolve()
    if not _utf8(resolved):
        shown = os.fsencode(resolved).decode("utf-8", "backslashreplace")
        raise RootError(f"The name of the folder {shown} is not UTF-8.", "Rename the folder.")
    if os.path.isfile(resolved):
        raise RootError(f"{path} is a file.", f"Name its folder: citewise index {path.parent}")
    if not os.path.isdir(resolved):
        raise RootError(f"The folder {path} does not exist.", "Check the path, or make the folder first.")
    return resolved


def _utf8(path: Path) -> bool:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def name_new_roots(wanted: Sequence[Path], known: Mapping[str, str]) -> dict[str, Path]:
    """Names for the resolved folders: those known keep theirs, a new one gets its folder's name, numbered if taken.

    Raises RootError when a folder lies inside another root, or holds one: its files would be there twice.
    """
    names = dict(known)
    chosen: dict[str, Path] = {}
    for path in wanted:
        name = next((name for name, other in names.items() if Path(other) == path), None)
        if name is None:
            for other_name, other in names.items():
                if path.is_relative_to(other) or Path(other).is_relative_to(path):
                    raise RootError(
                        f"{path} and the indexed folder '{other_name}' ({other}) overlap.",
                        f"Index one of them: citewise index --forget {other}",
                    )
            name = free_name(path.name or "root", names)
            names[name] = str(path)
        chosen[name] = path
    return chosen


def free_name(name: str, taken: Mapping[str, str]) -> str:
    free, count = name, 1
    while free in taken:
        count += 1
        free = f"{name}-{count}"
    return free


def forgotten_roots(options: BuildOptions, known: Mapping[str, str]) -> list[str]:
    """Names of the folders to drop. Raises RootError for one that is not remembered."""
    wanted = {str(path.expanduser().resolve()) for path in options.forget}
    if strangers := wanted - set(known.values()):
        raise RootError(
            f"{min(strangers)} is not an indexed folder.",
            f"Indexed are: {', '.join(sorted(known.values())) or 'none'}.",
        )
    return [name for name, path in known.items() if path in wanted]


def roots_to_scan(settings: IndexSettings, options: BuildOptions, known: Mapping[str, str]) -> dict[str, Path]:
    """Folders to bring up to date. Remembered ones may be missing now; one named now may not."""
    if options.forget and not options.paths:
        return {name: Path(path) for name, path in known.items()}
    wanted = [resolve_root(path) for path in options.paths]
    if settings.seeds_dir_given or not (wanted or known):
        wanted.append(resolve_root(settings.seeds_dir))
    named = name_new_roots(list(dict.fromkeys(wanted)), known)
    return named if options.paths else {**{name: Path(path) for name, path in known.items()}, **named}
