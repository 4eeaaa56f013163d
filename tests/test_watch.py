"""The watch on real folders: what is saved is found soon, whatever happens to files, folders, locks and models."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from math import inf
from pathlib import Path
from typing import Any

import pytest
import watchfiles
from corpus import heed_ctrl_c
from doubles import (
    WordCounts,
    build_in_child,
    found_by_words,
    found_nearby,
    index_settings,
    paragraph,
    processes,
    rows,
    run_in_child,
    text_of,
    write,
)
from hypothesis import given
from hypothesis import strategies as st

from index import scan as scanning
from index import schedule, watcher
from index.build import build_index
from index.errors import CitewiseError, EmbedderError, IndexMismatch, RootError
from index.lock import build_lock
from index.schedule import FIRST_PAUSE, LONGEST, QUIET, SETTLE, Schedule, is_news, matters
from index.settings import IndexSettings
from index.snapshot import Index, Snapshot
from index.types import BuildOptions, BuildReport, Failure
from index.watcher import watch

pytestmark = pytest.mark.slow

A, B, C = text_of(["anchor"], ["bridge"]), text_of(["castle"], ["dragon"]), text_of(["ember"])


class Watching:
    """A folder `docs` of three files, a watch of it in a thread, and an index that stays open."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, **settings: Any) -> None:
        self.settings = index_settings(folder, **settings)
        self.docs = self.settings.seeds_dir
        self.embedder: Any = WordCounts()
        self.reports: list[BuildReport] = []
        self.errors: list[CitewiseError] = []
        self.raised: BaseException | None = None
        self.builds = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._index: Index | None = None
        patch.setattr(watcher, "build_index", self._build)
        patch.setattr(watcher, "LOOK_AT_FOLDERS", 0.3)
        patch.setattr(schedule, "SETTLE", 60.0)  # events alone have to do
        self.write(a=A, b=B, c=C)

    def write(self, **files: str) -> None:
        write(self.docs, {f"{name}.txt": text for name, text in files.items()})

    def start(self, **arguments: Any) -> Watching:
        """Returns when the folders are being watched: the second build is that of what happened before."""
        self._arguments = arguments
        self._thread.start()
        until(lambda: self.builds >= 2 or self.raised)
        return self

    def stop(self) -> float:
        """How long it takes to end."""
        started = time.monotonic()
        self._stop.set()
        self._thread.join(20)
        assert not self._thread.is_alive(), "the watch does not end"
        return time.monotonic() - started

    def close(self) -> None:
        if self._thread.ident is not None:
            self.stop()
        if self._index is not None:
            self._index.close()

    @property
    def now(self) -> Snapshot:
        if self._index is None:
            self._index = Index(self.settings, WordCounts())
        return self._index.snapshot()

    def finds(self, word: str, *names: str) -> None:
        """Waits until one of WORDS, as word and as vector, is found in exactly these files of `docs`."""
        uris = {f"docs/{name}.txt" for name in names}
        until(lambda: found_by_words(self.now, word, word.removesuffix("e")) == uris)
        until(lambda: found_nearby(self.now, word) == uris)

    def settle(self) -> int:
        """Waits until nothing has been built for a while; the number of builds so far."""
        seen, since = self.builds, time.monotonic()
        deadline = since + 20
        while time.monotonic() - since < 0.7:
            assert time.monotonic() < deadline, f"{self.builds} builds, and no end"
            time.sleep(0.02)
            if self.builds != seen:
                seen, since = self.builds, time.monotonic()
        return seen

    def _run(self) -> None:
        try:
            watch(
                self.settings,
                self.reports.append,
                on_error=self.errors.append,
                embedder=self.embedder,
                stop=self._stop,
                **self._arguments,
            )
        except BaseException as error:
            self.raised = error

    def _build(self, *args: Any, **options: Any) -> BuildReport:
        report = build_index(*args, **options)
        self.builds += 1
        return report


def until(holds: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it does not come to pass"
        time.sleep(0.02)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watching]:
    """Not started yet."""
    watching = Watching(tmp_path, monkeypatch)
    yield watching
    watching.close()


@pytest.fixture
def watching(made: Watching) -> Watching:
    return made.start()


# What happens to files


def test_a_change_is_found_and_told(watching: Watching) -> None:
    watching.finds("anchor", "a")
    watching.write(a=text_of(["hammer"]))
    watching.finds("hammer", "a")
    watching.finds("anchor")
    until(lambda: len(watching.reports) == 2)
    first, second = watching.reports
    assert (first.added, first.embedded) == (("docs/a.txt", "docs/b.txt", "docs/c.txt"), 5)
    assert (second.changed, second.added, second.removed) == (("docs/a.txt",), (), ())
    assert watching.errors == []


def test_a_burst_of_files_takes_few_builds(watching: Watching) -> None:
    before = watching.settle()
    write(watching.docs, {f"more/{n}.txt": f"Garden number {n}.\n\n{paragraph('garden')}\n" for n in range(200)})
    until(lambda: sum(len(report.added) for report in watching.reports) == 203)
    assert watching.settle() - before <= 5
    assert len(found_by_words(watching.now, "garden")) == 200


def test_an_endless_writer_does_not_hold_up_the_others(watching: Watching) -> None:
    done = threading.Event()

    def keep_writing() -> None:
        with open(watching.docs / "log.txt", "a") as log:
            while not done.wait(0.03):
                log.write("one more line of the log\n")
                log.flush()

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        watching.write(a=text_of(["hammer"]))
        watching.finds("hammer", "a")
    finally:
        done.set()
        writer.join()


def save_in_place(file: Path, text: str) -> None:
    file.write_text(text)


def save_beside_and_rename(file: Path, text: str) -> None:
    beside = file.with_name(f".{file.name}.tmp")
    beside.write_text(text)
    os.replace(beside, file)


def save_like_vim(file: Path, text: str) -> None:
    probe, backup = file.with_name("4913"), file.with_name(f"{file.name}~")
    probe.touch()
    probe.unlink()
    file.rename(backup)
    file.write_text(text)
    backup.unlink()


def remove_and_write(file: Path, text: str) -> None:
    file.unlink()
    file.write_text(text)


def test_ways_to_save(watching: Watching) -> None:
    ways = [save_in_place, save_beside_and_rename, save_like_vim, remove_and_write]
    for save, word in zip(ways, ("hammer", "island", "jungle", "garden"), strict=True):
        save(watching.docs / "a.txt", text_of([word]))
        watching.finds(word, "a")
        watching.finds("anchor")
    assert [report.removed for report in watching.reports] == [()] * len(watching.reports)


def test_what_does_not_matter_starts_no_build(watching: Watching) -> None:
    before = watching.settle()
    write(watching.docs, {".hidden.txt": A, "a.txt.swp": A, "a.txt~": A, ".git/x.txt": A})
    assert watching.settle() == before


def test_a_build_without_news_is_not_told(watching: Watching) -> None:
    before = watching.settle()
    watching.write(a=A)
    until(lambda: watching.builds > before)
    watching.write(a=text_of(["hammer"]))
    until(lambda: len(watching.reports) == 2)
    assert [report.changed for report in watching.reports] == [(), ("docs/a.txt",)]


def test_one_more_look_when_a_change_has_settled(watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "SETTLE", 0.3)
    before = watching.settle()
    watching.write(a=text_of(["hammer"]))
    until(lambda: watching.builds == before + 2)
    assert watching.settle() == before + 2


def test_a_rule_of_what_to_leave_out(watching: Watching) -> None:
    (watching.docs / ".citewiseignore").write_text("c.txt\n")
    watching.finds("ember")
    (watching.docs / ".citewiseignore").unlink()
    watching.finds("ember", "c")


def test_a_failure_is_told_once(watching: Watching) -> None:
    (watching.docs / "bad.pdf").write_bytes(b"%PDF-1.4 and then nothing")
    until(lambda: len(watching.reports) == 2)
    watching.write(c=text_of(["hammer"]))
    until(lambda: len(watching.reports) == 3)
    before = watching.builds
    watching.write(c=text_of(["hammer"]))
    until(lambda: watching.builds > before)
    assert [[one.uri for one in report.failures] for report in watching.reports] == [[], *[["docs/bad.pdf"]] * 2]


@pytest.mark.parametrize("moment", ["hashed", "read"])
def test_an_edit_during_a_build(watching: Watching, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """Also one that leaves size and modification time as they were."""
    file, edited = watching.docs / "a.txt", threading.Event()

    def edit() -> None:
        stamps = file.stat()
        file.write_text(text_of(["island"]))
        os.utime(file, ns=(stamps.st_atime_ns, stamps.st_mtime_ns))
        edited.set()

    if moment == "hashed":
        hash_file = scanning._hash

        def hash_then_edit(path: Path) -> str:
            found = hash_file(path)
            if path == file and not edited.is_set() and "jungle" in file.read_text():
                edit()
            return found

        monkeypatch.setattr(scanning, "_hash", hash_then_edit)
    else:
        embed = watching.embedder.embed_passages

        def edit_then_embed(texts: Any) -> Any:
            if not edited.is_set():
                edit()
            return embed(texts)

        monkeypatch.setattr(watching.embedder, "embed_passages", edit_then_embed)
    file.write_text(text_of(["jungle"]))
    until(edited.is_set)
    watching.finds("island", "a")
    watching.finds("jungle")


# What happens to folders


def test_a_folder_moves_away_and_back(made: Watching, tmp_path: Path) -> None:
    write(made.docs, {"sub/deep/d.txt": text_of(["island"])})
    watching = made.start()
    watching.finds("island", "sub/deep/d")
    os.rename(watching.docs / "sub", tmp_path / "away")
    watching.finds("island")
    os.rename(tmp_path / "away", watching.docs / "sub")
    watching.finds("island", "sub/deep/d")
    write(watching.docs, {"sub/deep/d.txt": text_of(["jungle"])})
    watching.finds("jungle", "sub/deep/d")


def test_a_root_moves_away_and_back(watching: Watching, tmp_path: Path) -> None:
    os.rename(watching.docs, tmp_path / "away")
    until(lambda: [one.reason for one in watching.reports[-1].failures] == ["missing"])
    assert found_by_words(watching.now, "anchor") == {"docs/a.txt"}, "the documents are kept"
    write(tmp_path / "away", {"a.txt": text_of(["hammer"])})
    os.rename(tmp_path / "away", watching.docs)
    watching.finds("hammer", "a")
    watching.write(b=text_of(["island"]))
    watching.finds("island", "b")
    assert watching.errors == []


@pytest.mark.parametrize("at_once", [True, False])
def test_a_root_is_deleted_and_made_again(watching: Watching, monkeypatch: pytest.MonkeyPatch, at_once: bool) -> None:
    if at_once:  # nothing but the event tells the new folder, which may have the number of the old one
        monkeypatch.setattr(watcher, "_identity", lambda folder: (1, 1))
    for word in ("hammer", "island"):
        shutil.rmtree(watching.docs)
        if not at_once:
            until(lambda: any(one.reason == "missing" for one in watching.reports[-1].failures))
        watching.docs.mkdir()
        watching.write(a=text_of([word]), b=B, c=C)
        watching.finds(word, "a")
    watching.write(c=text_of(["garden"]))
    watching.finds("garden", "c")
    assert watching.errors == []


def test_a_folder_that_another_process_adds(watching: Watching, tmp_path: Path) -> None:
    write(tmp_path / "more", {"d.txt": text_of(["island"])})
    assert run_in_child(build_in_child, watching.settings, BuildOptions((tmp_path / "more",))) == 0
    until(lambda: found_by_words(watching.now, "island") == {"more/d.txt"})
    write(tmp_path / "more", {"d.txt": text_of(["garden"])})
    until(lambda: found_nearby(watching.now, "garden") == {"more/d.txt"})


def test_the_last_folder_is_forgotten_elsewhere(watching: Watching) -> None:
    assert run_in_child(build_in_child, watching.settings, BuildOptions(forget=(watching.docs,))) == 0
    watching.write(a=text_of(["hammer"]))
    watching.settle()
    assert rows(watching.settings.index_dir, "SELECT * FROM roots") == []
    assert watching.errors == []


def test_an_index_inside_its_own_folder_does_not_wake_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watching = Watching(tmp_path, monkeypatch, index_dir=tmp_path / "docs" / "index").start()
    try:
        before = watching.settle()
        watching.write(a=text_of(["hammer"]))
        watching.finds("hammer", "a")
        assert watching.settle() - before <= 3
    finally:
        watching.close()


# What goes wrong


class Flaky(WordCounts):
    broken = False

    def embed_passages(self, texts: Any) -> Any:
        if self.broken:
            raise EmbedderError("The endpoint is down.", "Wait.")
        return super().embed_passages(texts)


def test_an_embedder_fails_and_recovers(made: Watching) -> None:
    made.embedder = Flaky()
    watching = made.start()
    watching.embedder.broken = True
    for word in ("hammer", "island"):
        watching.write(a=text_of([word]))
        until(lambda: found_by_words(watching.now, word) == {"docs/a.txt"})  # noqa: B023
        assert found_nearby(watching.now, word) == set()
    until(lambda: watching.errors)
    watching.embedder.broken = False
    watching.finds("island", "a")
    until(lambda: watching.reports[-1].embedded == 1)
    assert [str(error) for error in watching.errors] == ["The endpoint is down."]


def test_an_embedder_that_fails_at_the_first_build(made: Watching, tmp_path: Path) -> None:
    """What the options asked for is done, and not asked for twice."""
    write(tmp_path / "old", {"d.txt": text_of(["island"])})
    build_index(made.settings, options=BuildOptions((tmp_path / "old",)), embedder=WordCounts())
    made.write(b=text_of(["hammer"]))
    made.embedder = Flaky()
    made.embedder.broken = True
    made._arguments = {"options": BuildOptions((made.docs,), forget=(tmp_path / "old",))}
    made._thread.start()
    until(lambda: made.errors)
    made.embedder.broken = False
    made.finds("hammer", "b")
    made.finds("island")
    assert made.raised is None


def test_any_error_is_tried_again_and_told(watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    fails = True

    def failing(*args: Any, **options: Any) -> BuildReport:
        if fails:
            raise OSError(28, "No space left on device")
        return watching._build(*args, **options)

    monkeypatch.setattr(watcher, "build_index", failing)
    watching.write(a=text_of(["hammer"]))
    until(lambda: watching.errors)
    assert "No space left" in str(watching.errors[0]) and watching.errors[0].fix
    fails = False
    watching.finds("hammer", "a")
    assert len(watching.errors) == 1


def hold_lock(index_dir: Path, held: Any, done: Any) -> None:
    with build_lock(index_dir):
        held.set()
        done.wait(60)


def test_another_process_builds(watching: Watching) -> None:
    held, done = processes().Event(), processes().Event()
    holder = processes().Process(target=hold_lock, args=(watching.settings.index_dir, held, done))
    holder.start()
    try:
        assert held.wait(30)
        before = watching.builds
        watching.write(a=text_of(["hammer"]))
        time.sleep(0.7)
        assert watching.builds == before
    finally:
        done.set()
        holder.join(30)
    watching.finds("hammer", "a")
    assert watching.errors == []


def test_another_build_that_goes_on_is_told_and_does_not_keep_the_watch_from_ending(
    watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "BUSY_TOLD", 2)
    with build_lock(watching.settings.index_dir):
        watching.write(a=text_of(["hammer"]))
        until(lambda: watching.errors, 8)  # build_index alone would wait for twenty seconds
        assert f"process {os.getpid()}" in str(watching.errors[0])
        assert watching.stop() < 1


@pytest.mark.parametrize("error", [OSError("limit reached"), RuntimeError("too many open files")])
def test_polling_where_the_system_cannot_watch(
    made: Watching, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def limited(*paths: str, **options: Any) -> Iterator[Any]:
        raise error
        yield

    monkeypatch.setattr(watchfiles, "watch", limited)
    monkeypatch.setattr(watcher, "POLL", 0.2)
    watching = made.start()
    for word in ("hammer", "island"):
        watching.write(a=text_of([word]))
        watching.finds(word, "a")
    assert [str(error) in str(told) for told in watching.errors] == [True]
    assert watching.stop() < 1


@pytest.mark.parametrize("gives_up", [True, False])
def test_a_name_that_cannot_be_told_does_not_end_the_watch(
    watching: Watching, monkeypatch: pytest.MonkeyPatch, gives_up: bool
) -> None:
    monkeypatch.setattr(watcher, "BREAKS_AT_ONCE", 10.0 if gives_up else 0.0)
    monkeypatch.setattr(watcher, "POLL", 0.2)
    with open(os.fsencode(watching.docs) + b"/\xff.txt", "w") as file:
        file.write(A)
    until(lambda: watching.reports[-1].failures)
    watching.write(a=text_of(["hammer"]))
    watching.finds("hammer", "a")
    assert len(watching.errors) == gives_up


def test_everything_is_looked_at_now_and_then(watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after an event that was lost: here it is taken for one that does not matter."""
    monkeypatch.setattr(watcher, "matters", lambda *event: False)
    before = watching.settle()
    watching.write(a=text_of(["hammer"]))
    assert watching.settle() == before
    monkeypatch.setattr(watcher, "LOOK_AT_ALL", 0.3)
    watching.finds("hammer", "a")


def test_errors_of_use_end_the_first_build(tmp_path: Path) -> None:
    with pytest.raises(RootError, match="does not exist"):
        watch(IndexSettings(index_dir=tmp_path / "index", seeds_dir=tmp_path / "nowhere"))
    settings = index_settings(tmp_path)
    write(settings.seeds_dir, {"a.txt": A})
    build_index(settings, embedder=WordCounts())
    with pytest.raises(IndexMismatch, match="another embedder"):
        watch(settings, embedder=WordCounts("other/1"))


# How it ends


def test_it_ends_promptly(watching: Watching) -> None:
    assert watching.stop() < 1
    assert watching.raised is None


def test_it_ends_in_the_middle_of_a_build(made: Watching) -> None:
    class Slow(WordCounts):
        called = threading.Event()

        def embed_passages(self, texts: Any) -> Any:
            self.called.set()
            time.sleep(0.2)
            return super().embed_passages(texts)

    made.embedder = Slow()
    write(made.docs, {f"{n}.txt": text_of(*([f"number{n}x{m}"] for m in range(20))) for n in range(100)})
    made._arguments = {}
    made._thread.start()
    assert made.embedder.called.wait(30)
    assert made.stop() < 1
    assert (made.raised, made.builds) == (None, 0)


def test_an_error_of_a_callback_ends_it(tmp_path: Path) -> None:
    settings = index_settings(tmp_path)
    write(settings.seeds_dir, {"a.txt": A})

    def fail(told: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        watch(settings, on_progress=fail, embedder=WordCounts())
    with pytest.raises(ZeroDivisionError):
        watch(settings, fail, embedder=WordCounts())


def test_interrupt_ends_it_without_a_word(tmp_path: Path) -> None:
    settings = index_settings(tmp_path)
    write(settings.seeds_dir, {"a.txt": A})
    program = f"""
from pathlib import Path
from index import watch
from index.settings import IndexSettings
from index import watch as again
from doubles import WordCounts

assert watch is again
settings = IndexSettings(index_dir=Path({str(settings.index_dir)!r}), seeds_dir=Path({str(settings.seeds_dir)!r}))
watch(settings, lambda report: print("built", flush=True), embedder=WordCounts())
print("ended")
"""
    child = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        preexec_fn=heed_ctrl_c,
    )
    assert child.stdout is not None and child.stdout.readline() == "built\n"
    child.send_signal(signal.SIGINT)
    assert child.communicate(timeout=20) == ("ended\n", "")
    assert child.returncode == 0


# What is decided, without files


ROOTS = (Path("/home/me/docs"), Path("/srv/.hidden/more"))
INDEX = Path("/home/me/docs/.citewise")


@pytest.mark.parametrize(
    "path",
    [
        "a.txt",
        "sub/a.txt",
        "sub",
        "",
        ".citewiseignore",
        "sub/.citewiseignore",
        "folder.tmp/a.txt",
        "a~b.txt",
        "49130",
        "2024.part.txt",
    ],
)
def test_what_matters(path: str) -> None:
    assert all(matters(str(root / path), ROOTS, INDEX) for root in ROOTS)


@pytest.mark.parametrize(
    "path",
    [
        ".a.txt.swp",
        "a.txt.swp",
        "a.txt~",
        "x.tmp",
        "X.TMP",
        "#a.txt#",
        ".#a.txt",
        "4913",
        ".~lock.a.odt#",
        "~$a.docx",
        "a.pdf.part",
        "a.pdf.crdownload",
        "a.txt___jb_tmp___",
        ".git/HEAD.txt",
        "sub/.cache/a.txt",
        ".git/.citewiseignore",
        ".citewise/catalog.sqlite",
    ],
)
def test_what_does_not_matter(path: str) -> None:
    assert not any(matters(str(root / path), ROOTS, INDEX) for root in ROOTS)


def test_the_folder_of_the_index() -> None:
    assert not matters("/home/me/docs/index/words/1", ROOTS, Path("/home/me/docs/index"))
    assert not matters("/home/me/docs/index", ROOTS, Path("/home/me/docs/index"))
    assert matters("/home/me/docs/index.txt", ROOTS, Path("/home/me/docs/index"))
    assert matters("/home/me/docs/a.txt", ROOTS, Path("/home/me")), "a root inside the folder of the index"
    assert not matters("/home/me/elsewhere/a.txt", ROOTS, INDEX)
    assert not matters("/home/me/docs2/a.txt", ROOTS, INDEX)


def test_a_burst_by_hand() -> None:
    idle = Schedule()
    assert idle.due == inf
    burst = idle.seen(10.0)
    assert burst.due == 10.0 + QUIET
    assert burst.seen(10.1).due == 10.1 + QUIET
    assert burst.seen(10.1).seen(10.0 + LONGEST - 0.01).due == 10.0 + LONGEST
    built = burst.begun().built(11.0, changed=False)
    assert built == Schedule(planned=11.0 + SETTLE)
    assert built.begun().built(14.0, changed=False) == idle, "one more look, not one after the other"
    assert built.begun().built(14.0, changed=True).due == 14.0 + SETTLE
    assert idle.unwatched(20.0).due == 20.0


def test_pauses_by_hand() -> None:
    failing, pauses = Schedule().seen(0.0), []
    for _ in range(10):
        failing = failing.begun().failed(0.0, 60.0)
        pauses.append(failing.due)
    assert pauses == [0.25, 0.5, 1, 2, 4, 8, 16, 32, 60, 60]
    assert failing.seen(5.0).due == 5.0 + QUIET, "a change does not wait for the pause"
    assert failing.begun().built(6.0, changed=False) == Schedule(planned=6.0 + SETTLE), "the burst was not settled yet"


@given(st.lists(st.floats(0, 5), min_size=1))
def test_no_event_waits_for_long_and_no_burst_is_cut(gaps: list[float]) -> None:
    """Events at any distance, built when due: each within LONGEST, and at a quiet moment or after LONGEST."""
    waiting: list[float] = []
    schedule, now = Schedule(), 0.0
    for gap in gaps:
        now += gap
        if waiting and schedule.due <= now:
            assert schedule.due <= waiting[0] + LONGEST
            assert schedule.due in (waiting[-1] + QUIET, waiting[0] + LONGEST)
            schedule, waiting = Schedule(), []
        schedule = schedule.seen(now)
        waiting.append(now)
    assert schedule.due == min(waiting[-1] + QUIET, waiting[0] + LONGEST)


@given(st.integers(0, 2_000), st.floats(1, 100))
def test_pauses_grow_up_to_the_longest(failures: int, longest: float) -> None:
    failed = Schedule(failures=failures).failed(0.0, longest)
    again = failed.failed(0.0, longest)
    assert min(FIRST_PAUSE, longest) <= failed.planned <= again.planned <= longest


def test_news_by_hand() -> None:
    bad = Failure("docs/a.pdf", "damaged", "it ends early")
    nothing = BuildReport(1, (), (), (), (), ("docs/b.txt",), 0, 0, 0, (), 0.1)
    failing = BuildReport(1, (), (), (), (), ("docs/b.txt",), 0, 0, 0, (bad,), 0.1)
    embedding = BuildReport(1, (), (), (), (), ("docs/b.txt",), 0, 3, 0, (bad,), 0.1)
    assert [is_news(one, ()) for one in (nothing, failing, embedding)] == [False, True, True]
    assert [is_news(one, (bad,)) for one in (nothing, failing, embedding)] == [False, False, True]
