"""Files are parsed in processes of their own: whatever a file does to its parser, it alone is lost, with a reason."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from doubles import WordCounts, check_readable, index_settings, text_of, write
from hostile import hostile_parsers
from hypothesis import given
from hypothesis import strategies as st

from index.build import build_index
from index.parsing import process
from index.parsing.ahead import FileRead, Parsers
from index.parsing.limits import Limits
from index.parsing.process import ParserProcess, lease
from index.parsing.text import ParsedText, cut
from index.parsing.wire import pack_text, receive, send, unpack_text
from index.preview import plan_build
from index.types import Document, Failure, Heading

LIMITS = Limits(seconds=5, memory_mb=1_000)


@pytest.fixture(scope="module", autouse=True)
def hostile_files() -> Iterator[None]:
    with hostile_parsers():
        yield


def read(folder: Path, limits: Limits = LIMITS, count: int = 2) -> list[tuple[FileRead, list[ParsedText | Failure]]]:
    paths = {f"docs/{path.name}": path for path in sorted(folder.iterdir())}
    parsers = Parsers(limits, count)
    return [(file, list(file.documents())) for file in parsers.read(list(paths), paths, lambda uri, sha256: False)]


def outcomes(folder: Path, limits: Limits = LIMITS) -> dict[str, str]:
    """The text of each file, or the reason why there is none."""
    found = {}
    for file, documents in read(folder, limits):
        last = documents[-1]
        found[file.uri] = last.reason if isinstance(last, Failure) else last.document.text
    return found


@pytest.mark.slow
def test_each_hostile_file_ends_with_its_reason_and_the_others_are_read(tmp_path: Path) -> None:
    hostile = {
        "crash": "damaged",
        "exit": "damaged",
        "raise": "damaged",
        "recurse": "damaged",
        "refuse": "encrypted",
        "devour": "too large",
        "hang": "timed out",
    }
    for what in hostile:
        write(tmp_path, {f"{what}.hostile": what, f"{what}-after.txt": f"After {what} comes the anchor."})
    found = outcomes(tmp_path)
    assert {uri: found.pop(f"docs/{uri}.hostile") for uri in hostile} == hostile
    assert found == {f"docs/{what}-after.txt": f"After {what} comes the anchor." for what in hostile}


@pytest.mark.slow
def test_the_reason_says_what_happened_and_what_to_change(tmp_path: Path) -> None:
    write(tmp_path, {f"{what}.hostile": what for what in ("crash", "devour", "exit", "hang", "raise")})
    told = [documents[-1].detail for _, documents in read(tmp_path) if isinstance(documents[-1], Failure)]
    assert told == [
        "reading it crashed the parser (SIGSEGV)",
        "reading the file needs more memory than there is",
        "reading it ended the parser (exit code 3)",
        "reading it took more than 5 s (CITEWISE_PARSER_SECONDS)",
        "list index out of range",
    ]


@pytest.mark.slow
def test_a_file_that_does_not_fit_into_the_memory_is_too_large(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(800_000_000)
    assert outcomes(tmp_path, Limits(seconds=60, memory_mb=600)) == {"docs/a.txt": "too large"}


def test_what_a_parser_prints_does_not_get_between(tmp_path: Path) -> None:
    write(tmp_path, {"print.hostile": "print", "z.txt": "The anchor holds."})
    assert outcomes(tmp_path) == {"docs/print.hostile": "The file said print.", "docs/z.txt": "The anchor holds."}


@pytest.mark.slow
def test_a_loader_that_shows_signs_of_life_may_take_its_time(tmp_path: Path) -> None:
    write(tmp_path, {"slow.hostile": "slow 10"})
    assert outcomes(tmp_path) == {"docs/slow.hostile": "The file said slow 10."}


@pytest.mark.slow
def test_a_file_that_never_stops_giving_text_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"flood.hostile": "flood"})
    ((_, documents),) = read(tmp_path, Limits(seconds=60, output=3_000_000))
    assert isinstance(documents[-1], Failure) and documents[-1].reason == "too large"
    given = sum(len(one.document.text) for one in documents if isinstance(one, ParsedText))
    assert 1_000_000 < given <= 3_000_000


@pytest.mark.slow
def test_secrets_stay_in_the_process_that_builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("CITEWISE_CHROMA_URL", "http://token@host")
    process.end_idle()
    write(tmp_path, {"a.hostile": "environment"})
    text = outcomes(tmp_path)["docs/a.hostile"]
    assert "PATH is" in text and "secret" not in text and "token" not in text


@pytest.mark.slow
def test_a_parser_ends_when_its_builder_is_killed(tmp_path: Path) -> None:
    """Also one that will never answer: nothing is left behind."""
    parser = ParserProcess(LIMITS)
    pid = parser.pid
    child = os.fork()
    if not child:  # becomes the parent of a parser that hangs
        orphan = ParserProcess(Limits(seconds=100))
        (tmp_path / "pid").write_text(str(orphan.pid))
        list(orphan.parse("docs/a.hostile", [b"hang"]))
        os._exit(0)
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        time.sleep(0.01)
    orphan_pid = int((tmp_path / "pid").read_text())
    time.sleep(1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    deadline = time.monotonic() + 20
    while is_running(orphan_pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not is_running(orphan_pid) and is_running(pid)
    parser.kill()
    assert not is_running(pid)


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.slow
def test_an_idle_parser_serves_again_and_an_ended_one_is_replaced(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": "The anchor holds."})
    process.end_idle()
    read(tmp_path, count=1)
    idle = lease(LIMITS)
    process.give_back(idle)
    os.kill(idle.pid, signal.SIGKILL)
    assert outcomes(tmp_path) == {"docs/a.txt": "The anchor holds."}
    assert idle.is_spent


def test_a_file_that_cannot_be_opened_has_its_reason(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": "The anchor holds.", "b.txt": "The bridge stands."})
    paths = {"docs/a.txt": tmp_path / "gone.txt", "docs/b.txt": tmp_path / "b.txt"}
    parsers = Parsers(LIMITS, 1)
    first, second = [
        (file.sha256, list(file.documents())) for file in parsers.read(list(paths), paths, lambda uri, sha256: False)
    ]
    assert isinstance(first[1][0], Failure) and first[1][0].reason == "unreadable"
    assert isinstance(second[1][0], ParsedText)


def test_files_come_in_their_order_however_long_each_takes(tmp_path: Path) -> None:
    for n in range(40):
        write(tmp_path, {f"{n:02}.hostile": "slow 1"} if n % 13 == 0 else {f"{n:02}.txt": f"Number {n} is here."})
    assert list(outcomes(tmp_path)) == [f"docs/{path.name}" for path in sorted(tmp_path.iterdir())]


def test_known_bytes_are_not_parsed(tmp_path: Path) -> None:
    write(tmp_path, {"a.hostile": "crash", "b.txt": "The bridge stands."})
    paths = {f"docs/{path.name}": path for path in sorted(tmp_path.iterdir())}
    parsers = Parsers(LIMITS, 1)
    reads = parsers.read(list(paths), paths, lambda uri, sha256: uri == "docs/a.hostile")
    found = [(list(file.documents()), file.is_known) for file in reads]
    assert found[0] == ([], True) and len(found[1][0]) == 1 and not found[1][1]


def test_stopping_gives_up_what_is_being_parsed(tmp_path: Path) -> None:
    write(tmp_path, {"a.hostile": "hang", "b.hostile": "hang", "c.txt": "The castle falls."})
    paths = {f"docs/{path.name}": path for path in sorted(tmp_path.iterdir())}
    parsers = Parsers(Limits(seconds=100), 2)
    threading.Timer(0.5, parsers.stop).start()
    assert [list(file.documents()) for file in parsers.read(list(paths), paths, lambda *_: False)] == [[]]


# --- documents inside documents


def test_parts_come_before_what_holds_them_and_bad_ones_are_failures(tmp_path: Path) -> None:
    write(tmp_path, {"mail.hostile": "parts a.txt photo.jpg b.txt a.txt ../../x.txt nested.hostile"})
    ((_, documents),) = read(tmp_path)
    told = [(one.uri, one.reason if isinstance(one, Failure) else one.document.text) for one in documents]
    assert told == [
        ("docs/mail.hostile/a.txt", "The part is a.txt.\n"),
        ("docs/mail.hostile/photo.jpg", "unsupported"),
        ("docs/mail.hostile/b.txt", "The part is b.txt.\n"),
        ("docs/mail.hostile/a-2.txt", "The part is a.txt.\n"),
        ("docs/mail.hostile/x.txt", "The part is ../../x.txt.\n"),
        ("docs/mail.hostile/nested.hostile", "The file said print nested.hostile."),
        ("docs/mail.hostile", "The letter names the harbour."),
    ]


def test_a_file_damaged_after_some_parts_is_damaged(tmp_path: Path) -> None:
    write(tmp_path, {"mail.hostile": "parts a.txt stop"})
    ((_, documents),) = read(tmp_path)
    assert documents[-1] == Failure("docs/mail.hostile", "damaged", "the rest is damaged")


# --- builds


@pytest.mark.slow
def test_a_build_goes_on_and_tells_and_tries_again_only_when_asked(tmp_path: Path) -> None:
    settings = index_settings(tmp_path, parser_seconds=5)
    write(settings.seeds_dir, {"a.hostile": "hang", "b.txt": text_of(["bridge"]), "c.hostile": "crash"})
    assert [one.reason for one in plan_build(settings, embedder=WordCounts()).failures] == ["timed out", "damaged"]
    report = build_index(settings, embedder=WordCounts())
    assert report.added == ("docs/b.txt",)
    assert {one.uri: one.reason for one in report.failures} == {
        "docs/a.hostile": "timed out",
        "docs/c.hostile": "damaged",
    }
    check_readable(settings)
    assert plan_build(settings, embedder=WordCounts()).failed_before == ("docs/a.hostile", "docs/c.hostile")


# --- the wire


@given(
    st.text(st.characters(codec="utf-8"), max_size=300),
    st.dates() | st.none(),
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 9)), max_size=3),
)
def test_documents_cross_the_wire_unchanged(text: str, published: date | None, headings: list[tuple[int, int]]) -> None:
    document = Document(
        id=0,
        uri="docs/ä b.txt",
        sha256="0" * 64,
        title=text[:20],
        text=text,
        pages=(0, len(text)),
        headings=tuple(Heading(start, level, text[:5]) for start, level in headings),
        published=published,
        origins=(("title", "h1"),),
    )
    parsed = cut(document)
    stream = BytesIO()
    send(stream, b"D", pack_text(parsed))
    stream.seek(0)
    kind, payload = receive(stream)
    assert kind == b"D" and unpack_text(payload) == parsed


@given(st.binary(max_size=40))
def test_nonsense_on_the_wire_is_its_end(data: bytes) -> None:
    stream = BytesIO(data)
    with pytest.raises(EOFError):
        while True:
            receive(stream)
