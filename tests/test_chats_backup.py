"""The file of chats in the folder of an index: nothing that looks after the index harms it, and a backup holds it."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path

import pytest
from corpus import BagEmbedder, citewise, environment, settings, small_index
from saved_chats import full_turn

from index import build_index
from index.backup.archive import FORMAT, WITHOUT_CHATS, read_manifest
from index.backup.restore import restore
from index.backup.save import backup
from index.doctor.examine import examine
from index.doctor.repair import repair
from index.errors import StorageError
from index.types import BuildOptions
from rag.chats.sqlite import FILENAME
from rag.chats.store import ChatStore
from rag.settings import Settings


@pytest.fixture
def chosen(tmp_path: Path) -> Settings:
    made = small_index(tmp_path)
    with ChatStore(made.index_dir / FILENAME) as chats:
        chats.put_turn("c1", full_turn())
    return made


def private(file: Path) -> bool:
    return os.name == "nt" or stat.S_IMODE(file.stat().st_mode) == 0o600


def is_whole(folder: Path) -> bool:
    with ChatStore(folder / FILENAME) as chats:
        chat = chats.chat("c1")
    return chat is not None and chat.turns == (full_turn(),)


def test_a_build_leaves_the_chats_alone(chosen: Settings) -> None:
    (chosen.seeds_dir / "pier.txt").unlink()
    build_index(chosen, embedder=BagEmbedder(), options=BuildOptions(purge=True))
    assert is_whole(chosen.index_dir)


@pytest.mark.slow
def test_upkeep_leaves_the_chats_alone(chosen: Settings) -> None:
    with ChatStore(chosen.index_dir / FILENAME) as chats:  # a page has them open
        (chosen.seeds_dir / "pier.txt").unlink()
        for options in (BuildOptions(), BuildOptions(purge=True), BuildOptions(full=True)):
            build_index(chosen, embedder=BagEmbedder(), options=options)
        assert [one for one in examine(chosen).findings if one.check != "embedder changed"] == []
        repair(chosen)
        assert chats.heads() and is_whole(chosen.index_dir)


def test_chats_can_be_kept_before_there_is_an_index(tmp_path: Path) -> None:
    first = settings(tmp_path)
    with ChatStore(first.index_dir / FILENAME) as chats:
        chats.put_turn("c1", full_turn())
    assert small_index(tmp_path).index_dir == first.index_dir and is_whole(first.index_dir)


def test_a_backup_holds_the_chats(chosen: Settings, tmp_path: Path) -> None:
    with ChatStore(chosen.index_dir / FILENAME) as chats:
        chats.put_turn("c2", full_turn())  # what is in the log alone is saved, too
        assert backup(chosen, tmp_path / "saved.zip").chats
        assert private(tmp_path / "saved.zip")
    assert read_manifest(tmp_path / "saved.zip").format == FORMAT
    fresh = settings(tmp_path / "fresh")
    assert restore(fresh, tmp_path / "saved.zip").chats and is_whole(fresh.index_dir)
    assert private(fresh.index_dir / FILENAME)
    with ChatStore(fresh.index_dir / FILENAME) as chats:
        assert len(chats.heads()) == 2
    assert sorted(path.name for path in tmp_path.glob("saved*")) == ["saved.zip"]


def test_a_backup_without_chats_can_be_read_by_those_before(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    assert not backup(chosen, tmp_path / "saved.zip").chats
    assert read_manifest(tmp_path / "saved.zip").format == WITHOUT_CHATS
    assert not restore(settings(tmp_path / "fresh"), tmp_path / "saved.zip").chats


def test_chats_that_are_there_stay(chosen: Settings, tmp_path: Path) -> None:
    backup(chosen, tmp_path / "saved.zip")
    fresh = settings(tmp_path / "fresh")
    with ChatStore(fresh.index_dir / FILENAME) as chats:
        chats.put_turn("mine", full_turn())
        assert not restore(fresh, tmp_path / "saved.zip").chats
        assert [one.id for one in chats.heads()] == ["mine"]


def test_damaged_chats_are_told(chosen: Settings, tmp_path: Path) -> None:
    (chosen.index_dir / FILENAME).write_bytes(b"not a file of chats" * 99)
    with pytest.raises(StorageError, match="chats .* cannot be copied") as caught:
        backup(chosen, tmp_path / "saved.zip")
    assert "move the file away" in caught.value.fix and not list(tmp_path.glob("saved*"))


@pytest.mark.slow
def test_the_command_says_that_they_are_in_it(chosen: Settings, tmp_path: Path) -> None:
    done = citewise("backup", tmp_path / "saved.zip", env=environment(chosen))
    assert b"with the chats" in done.stdout and FILENAME in zipfile.ZipFile(tmp_path / "saved.zip").namelist()
