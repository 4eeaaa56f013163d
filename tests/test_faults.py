"""Faults of disks, files, clocks, embedders and people: one clear line each, nothing lost, all well afterwards."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from corpus import HARBOUR, BagEmbedder, citewise, environment, heed_ctrl_c, small_index
from corpus import write as write_papers
from doubles import (
    Vectors,
    WordCounts,
    check_readable,
    check_whole,
    index_settings,
    lexical_ids,
    processes,
    rows,
    text_of,
    words_name,
    write,
)
from faults import FILLER, build, build_until_full, disk, in_child, is_clear, nearly_full, read_only

import index.lock as lock
from index import scan
from index.build import build_index
from index.catalog.engine import open_engine
from index.catalog.sweep import KEEP_SECONDS, CatalogSweeper
from index.catalog.write import CatalogWriter
from index.chunk import CHUNKER
from index.doctor.examine import examine
from index.doctor.repair import repair
from index.errors import BuildInProgress, CitewiseError, EmbedderError, IndexMissing, StorageError
from index.lexical import LexicalIndex
from index.parsing import ahead
from index.plan import SETTLE_NS, FileStat, same_file
from index.settings import IndexSettings
from index.types import Filters, Progress
from rag import Assistant
from rag.errors import QuestionError
from rag.settings import Settings
from rag.status import read_status, read_text

pytestmark = pytest.mark.slow

ASKED = "When is the North Pier repaired?"
BEFORE = {f"{n}.txt": text_of(["anchor", f"old{n}"], ["bridge", f"old{n}"]) for n in range(12)}
AFTER = {f"{n}.txt": text_of(["castle", f"new{n}"], ["dragon", f"new{n}"]) for n in range(6, 30)}


def is_sound(settings: IndexSettings, embedder: Any) -> bool:
    return examine(settings, embedder).findings == ()


# --- disks ---


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[IndexSettings]:
    """An index on a disk of its own, its documents elsewhere; they have changed since it was built."""
    with disk(tmp_path / "disk") as folder:
        settings = index_settings(tmp_path, index_dir=folder / "index")
        write(settings.seeds_dir, BEFORE)
        assert in_child(build, settings) is None
        write(settings.seeds_dir, AFTER)
        (settings.seeds_dir / "1.txt").unlink()
        yield settings


def one_line(stderr: bytes) -> str:
    (line,) = stderr.decode().splitlines()
    assert line.startswith("error: ")
    return line


def put_right(settings: IndexSettings) -> None:
    """The next build makes all well, and nothing is left over."""
    build(settings)
    check_whole(settings)
    assert examine(settings, WordCounts()).findings == ()


def look(settings: IndexSettings) -> None:
    """What asking does with an index."""
    check_readable(settings)
    read_status(settings)
    read_text(settings, "docs/0.txt")


@pytest.mark.slow
@pytest.mark.parametrize("room", [0, 12, 40, 100, 260, 420])
def test_a_disk_with_little_room(small_disk: IndexSettings, room: int) -> None:
    """From no kB at all, for the lock, up: whatever runs into it."""
    with nearly_full(small_disk.index_dir.parent, room):
        told = in_child(build, small_disk)
        assert told is not None and is_clear(told), told
        assert in_child(look, small_disk) is None, "reading needs no room"
    assert in_child(put_right, small_disk) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("index.lexical:LexicalIndex.add", "StorageError"),
        ("index.catalog.write:CatalogWriter.publish_texts", "StorageError"),
        ("index.vectors.store:VectorStore.create", "VectorStoreError"),
        ("index.vectors.copies:Copies.save", "StorageError"),
        ("index.segments:VectorPublisher._publish", "StorageError"),
        ("index.catalog.write:CatalogWriter.retire_segments", None),
        ("index.catalog.sweep:CatalogSweeper.raise_oldest", "StorageError"),
        ("index.vectors.store:VectorStore.delete", None),
        ("index.lexical:LexicalIndex.delete", "StorageError"),
    ],
)
def test_a_disk_that_is_full_from_some_moment_on(small_disk: IndexSettings, target: str, kind: str | None) -> None:
    """Some of it, as deleting, may need no room that it has not got already."""
    told = in_child(build_until_full, small_disk, target)
    try:
        assert told is None and kind is None or told is not None and is_clear(told), told
        assert kind is None or told is not None and told.kind == kind
        assert in_child(look, small_disk) is None, "reading needs no room"
    finally:
        (small_disk.index_dir.parent / FILLER).unlink(missing_ok=True)
    assert in_child(put_right, small_disk) is None


@pytest.mark.slow
def test_asking_and_its_commands_on_a_full_disk(small_disk: IndexSettings) -> None:
    folder = small_disk.index_dir.parent
    with nearly_full(folder, 0):
        env = environment(Settings(_env_file=None, index_dir=small_disk.index_dir))
        for command in (
            ("status",),
            ("search", "anchor"),
            ("text", "docs/0.txt"),
            ("ask", "What does the report name?"),
        ):
            done = citewise(*command, env=env)
            assert (done.returncode, b"Traceback" in done.stderr) == (0, False), done.stderr.decode()
    assert in_child(put_right, small_disk) is None


@pytest.mark.slow
def test_an_index_that_may_only_be_read(small_disk: IndexSettings) -> None:
    """Reading works, with the word index that tantivy would lock and the catalog that SQLite would write beside."""
    env = environment(Settings(_env_file=None, index_dir=small_disk.index_dir))
    with read_only(small_disk.index_dir.parent):
        assert in_child(look, small_disk) is None
        for command in (
            ("status",),
            ("search", "anchor"),
            ("text", "docs/0.txt"),
            ("ask", "What does the report name?"),
        ):
            done = citewise(*command, env=env)
            assert (done.returncode, b"Traceback" in done.stderr) == (0, False), done.stderr.decode()
        told = in_child(build, small_disk)
        assert told is not None and is_clear(told) and "Read-only file system" in told.message
        done = citewise("index", small_disk.seeds_dir, env=env)
        assert done.returncode == 1 and "CITEWISE_INDEX_DIR" in one_line(done.stderr)
        assert not [one for one in examine(small_disk, WordCounts()).findings if "damaged" in one.check]
    assert in_child(put_right, small_disk) is None


# --- embedders ---


class Failing(WordCounts):
    """Goes wrong with the batch that holds a word, in its way."""

    def __init__(self, how: Callable[[Vectors], Any]) -> None:
        super().__init__()
        self._how = how

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        found = super().embed_passages(texts)
        return self._how(found) if any("island" in text for text in texts) else found


def refuse(found: Vectors) -> Vectors:
    raise EmbedderError("No credit is left.", "Pay.")


def crash(found: Vectors) -> Vectors:
    raise ZeroDivisionError("division by zero")


def not_finite(found: Vectors) -> Vectors:
    return np.where(np.arange(len(found))[:, None] == 0, np.float32(np.nan), found)


@pytest.mark.parametrize(
    ("how", "told"),
    [
        (refuse, "No credit is left"),
        (crash, "ZeroDivisionError: division by zero"),
        (lambda found: found[1:], "vectors for"),
        (lambda found: found[:, :-1], "shape"),
        (lambda found: found[0], "vectors"),
        (lambda found: None, "TypeError"),
        (not_finite, "not finite"),
    ],
    ids=["refused", "exception", "too few", "too short", "no rows", "none", "not finite"],
)
def test_a_batch_that_cannot_be_embedded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: Callable[[Vectors], Any], told: str
) -> None:
    """The texts are found by words, the batches before it by vectors; the next build embeds the rest alone."""
    monkeypatch.setattr("index.segments.EMBED_TOGETHER", 2)
    monkeypatch.setattr("index.segments.FIRST_VECTORS", 4)
    settings = index_settings(tmp_path)
    files = {f"{n}.txt": text_of([f"number{n}"]) for n in range(8)}
    write(settings.seeds_dir, {**files, "9.txt": text_of(["island"])})
    with pytest.raises(EmbedderError, match=told) as caught:
        build_index(settings, embedder=Failing(how))
    assert caught.value.fix and "\n" not in str(caught.value)
    pending = len(rows(settings.index_dir, "SELECT 1 FROM passages")) - len(
        rows(settings.index_dir, "SELECT 1 FROM vectors")
    )
    assert 0 < pending < 9
    check_readable(settings, pending=pending)
    assert build_index(settings, embedder=WordCounts()).embedded == pending
    check_whole(settings)
    assert told != "not finite" or is_sound(settings, WordCounts())


def test_words_that_could_not_be_written_hold_up_nobody(tmp_path: Path) -> None:
    words = LexicalIndex(tmp_path)
    with pytest.raises(ZeroDivisionError) as caught:
        words.add((n, "", [], str(1 // (5 - n)), "en") for n in range(9))
    assert (words.add([(9, "", [], "The ferry leaves.", "en")]), caught.traceback is None) == (1, False)
    assert words.searcher().ids() == [9]


# --- files that change while they are read ---


def grow(path: Path) -> None:
    path.write_text(text_of(["anchor"], ["island"]))


def shrink(path: Path) -> None:
    path.write_text("The report is short.\n")


def replaced(path: Path) -> None:
    path.with_suffix(".new").write_text(text_of(["hammer"]))
    path.with_suffix(".new").replace(path)


def into_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def into_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("change", [grow, shrink, replaced, Path.unlink, into_folder, into_pipe])
@pytest.mark.parametrize("moment", ["before it is hashed", "before it is read"])
@pytest.mark.parametrize("known", [pytest.param(False, marks=pytest.mark.slow), True])
def test_a_file_that_changes_while_it_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None], moment: str, known: bool
) -> None:
    """What is indexed is what has the hash that is noted; the next build sees what the file is then."""
    settings = index_settings(tmp_path)
    write(
        settings.seeds_dir, {"a.txt": text_of(["anchor"]), "b.txt": text_of(["bridge"]), "c.txt": text_of(["castle"])}
    )
    if known:
        build_index(settings, embedder=WordCounts())
        write(settings.seeds_dir, {"a.txt": text_of(["garden"])})
    target = (scan, "_hash") if "hashed" in moment else (ahead, "open_regular")
    original: Any = getattr(*target)

    def late(path: Path, *rest: Any) -> Any:
        if path.name == "a.txt":
            monkeypatch.setattr(*target, original)
            change(path)
        return original(path, *rest)

    monkeypatch.setattr(*target, late)
    build_index(settings, embedder=WordCounts())
    check_readable(settings)
    check_hashes(settings)
    monkeypatch.undo()

    report = build_index(settings, embedder=WordCounts())
    check_hashes(settings)
    path = settings.seeds_dir / "a.txt"
    shown = {row[0] for row in rows(settings.index_dir, LIVE_URIS)}
    assert ("docs/a.txt" in shown) == path.is_file() and {"docs/b.txt", "docs/c.txt"} <= shown
    if path.is_file():
        assert read_text(settings, "docs/a.txt") == path.read_text()
    assert report.failures == ()


LIVE_URIS = f"SELECT uri FROM documents WHERE died = {2**62}"


def check_hashes(settings: IndexSettings) -> None:
    """Every stored text is what the bytes of its hash say."""
    import hashlib

    query = f"SELECT sha256, text FROM contents WHERE id IN (SELECT content_id FROM documents WHERE died = {2**62})"
    for sha256, text in rows(settings.index_dir, query):
        assert hashlib.sha256(text.encode()).hexdigest() == sha256


def test_what_is_no_file_is_passed_over(tmp_path: Path) -> None:
    """A pipe that nobody writes to would hold up whoever opens it."""
    settings = index_settings(tmp_path)
    write(settings.seeds_dir, {"a.txt": text_of(["anchor"])})
    os.mkfifo(settings.seeds_dir / "pipe.txt")
    os.mkfifo(settings.seeds_dir / ".citewiseignore")
    with socket.socket(socket.AF_UNIX) as opened:
        os.chdir(settings.seeds_dir)  # the name of a socket has to be short
        opened.bind("socket.txt")
        (settings.seeds_dir / "null.txt").symlink_to("/dev/zero")
        report = build_index(settings, embedder=WordCounts())
    assert (report.added, report.failures) == (("docs/a.txt",), ())


# --- clocks ---


def test_stamps_that_a_tool_put_back_do_not_hide_a_change(tmp_path: Path) -> None:
    settings = index_settings(tmp_path)
    path = settings.seeds_dir / "a.txt"
    path.write_text(text_of(["anchor"]))
    stamp = time.time_ns() - 10**12
    os.utime(path, ns=(stamp, stamp))
    build_index(settings, embedder=WordCounts())
    # As if the scan was long ago: size, mtime and inode are those it saw, the ctime cannot be put back.
    old = path.read_text()
    path.write_text(old.replace("anchor", "island"))
    os.utime(path, ns=(stamp, stamp))
    now = path.stat()
    assert (now.st_size, now.st_mtime_ns) == (len(old), stamp)
    assert build_index(settings, embedder=WordCounts()).changed == ("docs/a.txt",)


def test_stamps_are_believed_only_when_the_clock_has_gone_on() -> None:
    second = 10**9
    seen = FileStat(5, 10 * second, 10 * second, 7, "hash", 10 * second + SETTLE_NS + 1)
    assert same_file(seen, 5, 10 * second, 10 * second, 7)
    assert not same_file(seen, 5, 10 * second, 10 * second + 1, 7), "changed, whatever its mtime says"
    future = FileStat(5, 99 * second, 10 * second, 7, "hash", 20 * second)
    assert not same_file(future, 5, 99 * second, 10 * second, 7), "of the future: hashed each time"
    back = FileStat(5, 10 * second, 10 * second, 7, "hash", 9 * second)
    assert not same_file(back, 5, 10 * second, 10 * second, 7), "the clock went back before the scan"


def test_files_of_the_future_are_indexed_and_seen_to_change(tmp_path: Path) -> None:
    settings = index_settings(tmp_path)
    path = settings.seeds_dir / "a.txt"
    for marker in ("anchor", "bridge"):
        path.write_text(text_of([marker]))
        os.utime(path, (2**33, 2**33))
        build_index(settings, embedder=WordCounts())
        assert read_text(settings, "docs/a.txt") == path.read_text()
    assert build_index(settings, embedder=WordCounts()).unchanged == ("docs/a.txt",)


@pytest.mark.parametrize("ahead", [10**9, -(10**9)])
def test_a_clock_that_was_wrong_holds_up_no_sweep_and_hurries_none(tmp_path: Path, ahead: float) -> None:
    """Two builds while the clock was wrong, then right ones: none is taken for old before two others have followed."""
    engine = open_engine(tmp_path, create=True)
    writer, sweeper = CatalogWriter(engine), CatalogSweeper(engine)
    writer.ensure_epoch(1, "e", CHUNKER)

    def finish(at: float) -> int:
        writer.finish_build(at, 1)
        return writer.new_generation() - 1

    now = 1_700_000_000.0
    wrong = [finish(now + ahead), finish(now + ahead)]
    assert sweeper.raise_oldest(now + ahead) == 0
    right = [finish(now), finish(now + 1)]
    # Right after the clock was put right: two builds are kept whatever their times say.
    assert sweeper.raise_oldest(now + 1) == (wrong[-1] if ahead < 0 else 0)
    assert sweeper.raise_oldest(now + KEEP_SECONDS - 1) < right[0]
    finish(now + 2)
    finish(now + 3)
    assert sweeper.raise_oldest(now + 3 + KEEP_SECONDS) == right[-1], "not until the wrong clock's time has come"
    engine.dispose()


# --- two builds ---


def hold(settings: IndexSettings, ready: str) -> None:
    """Builds, and stays in it."""

    def wait(progress: Progress) -> None:
        if progress.stage == "embed":
            Path(ready).touch()
            time.sleep(60)

    build_index(settings, wait, embedder=WordCounts())


def test_a_second_build_is_told_and_a_killed_one_holds_up_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "WAIT_SECONDS", 0.2)
    settings = index_settings(tmp_path)
    write(settings.seeds_dir, {"a.txt": text_of(["anchor"])})
    ready = tmp_path / "ready"
    child = processes().Process(target=hold, args=(settings, str(ready)))
    child.start()
    try:
        deadline = time.monotonic() + 60
        while not ready.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        with pytest.raises(BuildInProgress, match=rf"process {child.pid}, since 20\d\d-") as caught:
            build_index(settings, embedder=WordCounts())
        assert caught.value.fix
    finally:
        child.kill()
        child.join(30)
    assert child.exitcode == -signal.SIGKILL and (settings.index_dir / "build.json").exists()
    assert build_index(settings, embedder=WordCounts()).pending == 0
    assert not (settings.index_dir / "build.json").exists()
    check_whole(settings)


@pytest.mark.parametrize("left", ["", "[]", "null", '{"pid": 1}', "\x00"])
def test_whatever_is_left_in_the_note_of_the_builder(tmp_path: Path, left: str) -> None:
    (tmp_path / "build.json").write_text(left)
    assert lock._describe(tmp_path / "build.json") == ""
    with lock.build_lock(tmp_path):
        assert str(os.getpid()) in (tmp_path / "build.json").read_text()


def test_a_note_that_cannot_be_written_ends_no_build(tmp_path: Path) -> None:
    (tmp_path / "build.json").mkdir()
    with lock.build_lock(tmp_path):
        pass


@pytest.mark.parametrize("name", ["index/build.lock", "index"])
def test_a_lock_that_cannot_be_written_is_told(tmp_path: Path, name: str) -> None:
    settings = index_settings(tmp_path)
    if name == "index":
        settings.index_dir.write_text("a file")
    else:
        (tmp_path / name).mkdir(parents=True)
    with pytest.raises(CitewiseError, match="cannot be written") as caught:
        build_index(settings, embedder=WordCounts())
    assert "CITEWISE_INDEX_DIR" in caught.value.fix


# --- what is deleted or damaged ---


@pytest.fixture
def papers(tmp_path: Path) -> Settings:
    return small_index(tmp_path)


def fault_of(work: Callable[[], object]) -> CitewiseError:
    with pytest.raises(CitewiseError) as caught:
        work()
    assert caught.value.fix and "\n" not in f"{caught.value}{caught.value.fix}"
    return caught.value


def test_the_index_is_deleted_while_it_is_open(papers: Settings) -> None:
    with Assistant.open(papers, embedder=BagEmbedder()) as assistant:
        assert assistant.ask(ASKED).citations
        shutil.rmtree(papers.index_dir)
        for work in (assistant.ask, assistant.search):
            error = fault_of(lambda work=work: work(ASKED))  # type: ignore[misc]
            assert isinstance(error, IndexMissing) and "citewise index" in error.fix
        build_index(papers, embedder=BagEmbedder())
        assert "Another index" in str(fault_of(lambda: assistant.ask(ASKED)))
    with Assistant.open(papers, embedder=BagEmbedder()) as assistant:
        assert assistant.ask(ASKED).citations


@pytest.mark.parametrize("used", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_vectors_are_deleted_while_it_is_open(papers: Settings, used: bool) -> None:
    """Words alone are searched then, and the answer says so; a repair brings the vectors back."""
    with Assistant.open(papers, embedder=BagEmbedder()) as assistant:
        if used:
            assert assistant.ask(ASKED).notice is None
        shutil.rmtree(papers.index_dir / "vectors")
        if not used:
            answer = assistant.ask(ASKED)
            assert answer.citations and answer.notice and "citewise doctor --repair" in answer.notice
    with Assistant.open(papers, embedder=BagEmbedder()) as assistant:
        answer = assistant.ask(ASKED)
        assert answer.citations and answer.notice and "citewise doctor --repair" in answer.notice
    assert repair(papers, BagEmbedder()).healthy
    with Assistant.open(papers, embedder=BagEmbedder()) as assistant:
        assert assistant.ask(ASKED).notice is None


@pytest.mark.slow
def test_a_build_over_lost_vectors_is_told_or_goes_on(tmp_path: Path) -> None:
    settings = index_settings(tmp_path)
    write(settings.seeds_dir, {"a.txt": text_of(["anchor"], ["bridge"], ["castle"]), "b.txt": text_of(["dragon"])})
    build_index(settings, embedder=WordCounts())
    shutil.rmtree(settings.index_dir / "vectors")
    write(settings.seeds_dir, {"a.txt": text_of(["anchor"], ["ember"], ["forest"])})
    assert "citewise doctor --repair" in fault_of(lambda: build_index(settings, embedder=WordCounts())).fix
    assert repair(settings, WordCounts()).healthy
    assert build_index(settings, embedder=WordCounts()).pending == 0
    assert is_sound(settings, WordCounts())


@pytest.mark.parametrize("heal", [pytest.param(repair, marks=pytest.mark.slow), build_index])
def test_the_words_are_deleted(papers: Settings, heal: Callable[..., object]) -> None:
    with Assistant.open(papers, embedder=BagEmbedder()) as assistant:
        before = assistant.search(ASKED)
        shutil.rmtree(papers.index_dir / "words")
    with Assistant.open(papers, embedder=BagEmbedder()) as assistant:
        error = fault_of(lambda: assistant.ask(ASKED))
        assert isinstance(error, StorageError) and "citewise doctor --repair" in error.fix
    assert not (papers.index_dir / "words").exists(), "an empty one would hide that they are lost"
    heal(papers, embedder=BagEmbedder())
    with Assistant.open(papers, embedder=BagEmbedder()) as assistant:
        assert [hit.passage for hit in assistant.search(ASKED)] == [hit.passage for hit in before]
    assert is_sound(papers, BagEmbedder())


def test_the_words_are_deleted_while_it_is_open(papers: Settings) -> None:
    """An open index goes on with what it holds, until something new is published elsewhere."""
    with Assistant.open(papers, embedder=BagEmbedder()) as assistant:
        assert assistant.ask(ASKED).citations
        shutil.rmtree(papers.index_dir / "words")
        assert assistant.ask(ASKED).citations
        build_index(papers, embedder=BagEmbedder())
        assert assistant.ask(ASKED).citations


def overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"not a database at all" * 300)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 // 4096 * 4096)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def foreign(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE songs (title TEXT)")
    connection.commit()
    connection.close()


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [overwrite, cut, empty, foreign, a_folder])
def test_a_damaged_catalog_is_told(papers: Settings, damage: Callable[[Path], None]) -> None:
    damage(papers.index_dir / "catalog.sqlite")

    def ask() -> None:
        with Assistant.open(papers, embedder=BagEmbedder()) as assistant:
            assistant.ask(ASKED)

    for work in (ask, lambda: read_status(papers), lambda: read_text(papers, "papers/pier.txt")):
        error = fault_of(work)
        assert "citewise restore" in error.fix and str(papers.index_dir) in str(error), error
    assert not examine(papers, BagEmbedder()).healthy


@pytest.mark.parametrize("damage", [overwrite, foreign, a_folder])
def test_a_build_over_a_damaged_catalog_is_told(papers: Settings, damage: Callable[[Path], None]) -> None:
    damage(papers.index_dir / "catalog.sqlite")
    assert "citewise restore" in fault_of(lambda: build_index(papers, embedder=BagEmbedder())).fix


@pytest.mark.parametrize("damage", [empty, pytest.param(Path.unlink, marks=pytest.mark.slow)])
def test_words_and_vectors_of_a_lost_catalog_do_not_mix_with_the_new(
    papers: Settings, damage: Callable[[Path], None]
) -> None:
    damage(papers.index_dir / "catalog.sqlite")
    assert build_index(papers, embedder=BagEmbedder()).embedded == len(HARBOUR)
    assert lexical_ids(papers.index_dir / "words" / words_name(papers.index_dir)) == list(range(1, len(HARBOUR) + 1))
    assert is_sound(papers, BagEmbedder())


# --- Ctrl-C ---


# The program as its entry point starts it, and a line when it has begun: before that Python itself is being loaded.
STARTED = "import sys; from rag.cli import main; print('Started', file=sys.stderr, flush=True); main()"


@pytest.mark.slow
@pytest.mark.parametrize("said", ["Started", "Looking at files", "Reading", "Embedding passages"])
def test_ctrl_c_in_a_build(tmp_path: Path, said: str) -> None:
    """At once, or as soon as it says what it is doing."""
    docs = write_papers(tmp_path / "docs", {f"{n}.txt": text_of([f"n{n}"], [f"m{n}"], [f"k{n}"]) for n in range(300)})
    env = environment(CITEWISE_INDEX_DIR=str(tmp_path / "index"), PYTHONUNBUFFERED="1")
    command = [sys.executable, "-c", STARTED, "index", str(docs)]
    child = subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heed_ctrl_c
    )
    assert child.stderr is not None
    while said not in (line := child.stderr.readline()):
        assert line, "it ended before it said so"
    if said == "Started":
        time.sleep(0.1)
    child.send_signal(signal.SIGINT)
    pressed = time.monotonic()
    _, stderr = child.communicate(timeout=60)
    assert child.returncode == 130 and "Traceback" not in stderr
    assert stderr.splitlines()[-1].startswith("error: Stopped.")
    assert time.monotonic() - pressed < 10, "it took longer, however busy the machine"
    settings = Settings(_env_file=None, index_dir=tmp_path / "index", seeds_dir=docs, embedder="fast")
    done = citewise("index", docs, "--json", env=env)
    assert done.returncode == 0 and json.loads(done.stdout)["pending"] == 0
    assert len(read_status(settings)["documents"]) == 300


HANGING = """
import sys, time
from index.parsing import process
process._START = "import time; time.sleep(100)"
parse = process.ParserProcess.parse
def told(*given):
    print("parsing", file=sys.stderr, flush=True)
    yield from parse(*given)
process.ParserProcess.parse = told
from rag.cli import main
main(["index", sys.argv[1]])
"""


@pytest.mark.slow
def test_ctrl_c_ends_a_build_whose_parser_hangs(tmp_path: Path) -> None:
    docs = write_papers(tmp_path / "docs")
    env = environment(CITEWISE_INDEX_DIR=str(tmp_path / "index"))
    command = [sys.executable, "-c", HANGING, str(docs)]
    child = subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heed_ctrl_c
    )
    assert child.stderr is not None
    while "parsing" not in (line := child.stderr.readline()):
        assert line, "it ended before it parsed"
    child.send_signal(signal.SIGINT)
    _, stderr = child.communicate(timeout=60)
    assert child.returncode == 130 and stderr.splitlines()[-1].startswith("error: Stopped.")
    done = citewise("index", docs, "--json", env=env)
    assert json.loads(done.stdout)["pending"] == 0


# --- people ---


def test_a_closed_assistant_says_so(papers: Settings) -> None:
    assistant = Assistant.open(papers, embedder=BagEmbedder())
    stream = assistant.stream(ASKED)
    retriever = assistant.as_retriever()
    assistant.close()
    assistant.close()
    for work in (
        lambda: assistant.ask(ASKED),
        lambda: assistant.search(ASKED),
        lambda: assistant.document("papers/pier.txt"),
        lambda: assistant.chat().ask(ASKED),
        lambda: stream.answer,
        lambda: assistant.embedder,
        lambda: retriever.retrieve(ASKED),
    ):
        assert "was closed" in str(fault_of(work))


def test_what_is_no_question_and_what_are_no_filters_is_told(papers: Settings) -> None:
    with Assistant.open(papers, embedder=BagEmbedder()) as assistant:
        anything: Any = assistant
        for work in (
            lambda: anything.ask(None),
            lambda: anything.ask(b"When?"),
            lambda: anything.search(17),
            lambda: anything.ask(ASKED, filters={"outlet": "Reuters"}),
            lambda: anything.search(ASKED, filters="outlet=Reuters"),
            lambda: anything.chat().ask(None),
            lambda: assistant.search(ASKED, k=0),
            lambda: assistant.search(ASKED, k=-1),
        ):
            assert isinstance(fault_of(work), QuestionError)


def test_documents_may_be_named_in_a_list(papers: Settings) -> None:
    named: Any = ["papers/pier.txt", "papers/limit.txt"]
    assert Filters(uris=named) == Filters(uris=tuple(named)) and hash(Filters(uris=named))
    assert Filters(uris="papers/pier.txt") == Filters(uris=("papers/pier.txt",))  # type: ignore[arg-type]
    with Assistant.open(papers, embedder=BagEmbedder()) as assistant:
        for uris in (named, named[:1]):
            found = assistant.search("the", filters=Filters(uris=uris))
            assert {hit.document.uri for hit in found} <= set(uris)
        assert assistant.ask(ASKED, Filters(uris=named)).citations
