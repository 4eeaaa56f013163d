"""The chats that are kept in the folder of an index: a backup of it holds them, and a restore brings them back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from index.errors import StorageError

FILENAME = "chats.sqlite"


def copy_chats(index_dir: Path, part: Path) -> Path | None:
    """Puts a copy of the chats into the folder `part`, while others write them; None when there are none."""
    source = index_dir / FILENAME
    if not source.is_file():
        return None
    copy = part / FILENAME
    try:
        with closing(sqlite3.connect(source)) as chats, closing(sqlite3.connect(copy)) as target:
            chats.backup(target)
            target.execute("PRAGMA journal_mode=DELETE").close()
    except sqlite3.Error as error:
        raise StorageError(
            f"The chats in {source} cannot be copied: {error}.",
            "See that the disk has room. If they are damaged, move the file away.",
        ) from error
    return copy


def restore_chats(copy: Path, index_dir: Path) -> bool:
    """Moves the chats of a backup into the folder of the index. False when it holds chats of its own: they stay."""
    if (index_dir / FILENAME).exists():
        return False
    copy.chmod(0o600)
    os.replace(copy, index_dir / FILENAME)
    return True
