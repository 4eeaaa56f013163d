"""What a user may get wrong, through the command in a process of its own: one clear line each, and nothing is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from corpus import FERRY, HARBOUR, BagEmbedder, citewise, environment, seeds_index, settings, small_index, write

import rag.cli
from index import build_index
from index.errors import CitewiseError
from rag.settings import Settings
from rag.status import read_status

GOOD = {"ferry.txt": FERRY}
BAD: dict[str, str | bytes] = {
    "no.pdf": b"This is no PDF at all.",
    "empty.txt": b"",
    "blank.md": b" \n\n\t\n",
    "binary.txt": bytes(range(256)) * 40,
    "no.docx": b"PK\x03\x04 not a zip",
    "cut.pdf": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog",
    "sheet.xyz": b"unknown",
}


def one_line(stderr: bytes) -> str:
    (line,) = stderr.decode().splitlines()
    assert line.startswith("error: ") and len(line) < 400
    return line


def held(chosen: Settings) -> set[str]:
    return {document["uri"] for document in read_status(chosen)["documents"]}


def test_bad_files_are_reported_one_by_one_and_the_rest_is_indexed(tmp_path: Path) -> None:
    papers = write(tmp_path / "papers", {**GOOD, **BAD})
    env = environment(CITEWISE_INDEX_DIR=str(tmp_path / "index"))
    done = citewise("index", papers, "--json", env=env)
    assert done.returncode == 0 and b"Traceback" not in done.stderr
    report = json.loads(done.stdout)
    assert report["added"] == ["papers/ferry.txt"] and report["pending"] == 0
    reasons = {failure["uri"].removeprefix("papers/"): failure["reason"] for failure in report["failures"]}
    assert reasons == {
        "no.pdf": "damaged",
        "cut.pdf": "damaged",
        "no.docx": "damaged",
        "empty.txt": "empty",
        "blank.md": "empty",
        "binary.txt": "not text",
        "sheet.xyz": "unsupported",
    }
    for failure in report["failures"]:
        assert failure["detail"] and "\n" not in failure["detail"] and str(tmp_path) not in failure["detail"]
    shown = CliRunner().invoke(rag.cli.main, ["index"], env=env).stdout.splitlines()
    for name in BAD:
        assert len([line for line in shown if line.startswith(f"not read: papers/{name}: ")]) == 1


def test_a_file_that_becomes_bad_keeps_its_last_good_version(tmp_path: Path) -> None:
    chosen = small_index(tmp_path, HARBOUR)
    write(chosen.seeds_dir, {"ferry.txt": bytes(range(256)) * 40, "limit.txt": b""})
    report = build_index(chosen, embedder=BagEmbedder())
    assert {failure.uri for failure in report.failures} == {"papers/ferry.txt", "papers/limit.txt"}
    done = citewise("text", "papers/ferry.txt", env=environment(chosen))
    assert done.stdout.decode() == FERRY


# Tests often run as root, whom no permission stops: the child gives up the two powers that pass over them.
POWERLESS = """
import ctypes, os, sys
if os.geteuid() == 0:
    for power in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        if ctypes.CDLL(None).prctl(24, power, 0, 0, 0):  # PR_CAPBSET_DROP
            sys.exit("cannot give up the powers of root")
os.execv(sys.executable, [sys.executable, "-m", "rag.cli", *sys.argv[1:]])
"""


def as_ordinary_user(*arguments: str | Path, env: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", POWERLESS, *map(str, arguments)]
    return subprocess.run(command, env=env, capture_output=True, timeout=100, check=False)


@pytest.mark.slow
def test_what_may_not_be_read_is_reported_and_nothing_is_lost(tmp_path: Path) -> None:
    papers = write(tmp_path / "papers", {**GOOD, "secret.txt": "Nobody may read this."})
    locked = write(papers / "locked", {"inside.txt": "The vault opens at nine."})
    chosen = settings(tmp_path)
    assert len(build_index(chosen).added) == 3
    locked.chmod(0)
    (papers / "secret.txt").chmod(0)
    write(papers, {"new.txt": "The new paper is short."})
    try:
        done = as_ordinary_user("index", "--json", env=environment(chosen))
    finally:
        locked.chmod(0o700)
    assert done.returncode == 0 and b"Traceback" not in done.stderr, done.stderr
    report = json.loads(done.stdout)
    assert (report["added"], report["removed"]) == (["papers/new.txt"], [])
    told = {failure["uri"]: (failure["reason"], failure["detail"]) for failure in report["failures"]}
    assert set(told) == {"papers/locked", "papers/secret.txt"}
    assert all(reason == "unreadable" and "Permission denied" in detail for reason, detail in told.values())
    assert held(chosen) == {"papers/ferry.txt", "papers/locked/inside.txt", "papers/new.txt", "papers/secret.txt"}


def test_an_index_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    papers = write(tmp_path / "papers", GOOD)
    index_dir = tmp_path / "index"
    index_dir.mkdir(mode=0o500)
    done = as_ordinary_user("index", papers, env=environment(CITEWISE_INDEX_DIR=str(index_dir)))
    assert done.returncode == 1
    assert str(index_dir) in one_line(done.stderr)


def test_a_missing_folder_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    before = held(chosen)
    done = citewise("index", tmp_path / "nowhere", env=environment(chosen))
    assert (done.returncode, done.stdout) == (1, b"")
    assert "nowhere" in one_line(done.stderr)
    assert held(chosen) == before != set()


@pytest.mark.slow
def test_a_root_that_went_missing_keeps_its_documents(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    write(chosen.seeds_dir, GOOD)
    build_index(chosen)
    chosen.seeds_dir.rename(tmp_path / "unplugged")
    done = citewise("index", env=environment(chosen))
    assert done.returncode == 0, done.stderr
    assert "papers: missing" in done.stdout.decode() and "0 removed" in done.stdout.decode()
    assert held(chosen) == {"papers/ferry.txt"}


@pytest.mark.slow
def test_a_file_in_place_of_a_folder_is_told(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    done = citewise("index", tmp_path / "ferry.txt", env=environment(CITEWISE_INDEX_DIR=str(tmp_path / "index")))
    assert done.returncode == 1
    line = one_line(done.stderr)
    assert "ferry.txt is a file" in line and f"citewise index {tmp_path}" in line


@pytest.mark.slow
def test_a_folder_inside_another_root_is_told(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    write(chosen.seeds_dir / "sub", GOOD)
    done = citewise("index", chosen.seeds_dir / "sub", env=environment(chosen))
    assert done.returncode == 1 and "overlap" in one_line(done.stderr)


@pytest.mark.parametrize("question", ["", "a" * 50_000])
def test_a_question_that_is_none_is_told(tmp_path_factory: pytest.TempPathFactory, question: str) -> None:
    chosen = seeds_index(tmp_path_factory)
    done = citewise("ask", question, env=environment(chosen))
    assert (done.returncode, done.stdout) == (1, b"")
    line = one_line(done.stderr)
    assert ("50,000" in line) == (len(question) == 50_000) and "aaaa" not in line


@pytest.mark.parametrize("question", [b"", b" \n", "?!…".encode(), b"\xff\xfe what\xc3", "\u0000 \U0001f30a".encode()])
def test_whatever_comes_on_stdin_is_answered_or_told(tmp_path_factory: pytest.TempPathFactory, question: bytes) -> None:
    env = {"CITEWISE_INDEX_DIR": str(seeds_index(tmp_path_factory).index_dir)}
    done = CliRunner().invoke(rag.cli.main, ["ask", "-"], input=question, env=env)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert (done.exit_code, bool(done.stdout), bool(done.stderr)) in ((0, True, False), (1, False, True))


def test_bytes_that_are_no_text_in_an_argument_are_answered_or_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    env = environment(seeds_index(tmp_path_factory))
    command: list[str | bytes] = [sys.executable, "-m", "rag.cli", "search", b"\xff\xfe strike"]
    done = subprocess.run(command, env=env, capture_output=True, timeout=100, check=False)
    assert b"Traceback" not in done.stderr, done.stderr.decode()[-400:]


def test_an_index_that_is_damaged_is_told(tmp_path: Path) -> None:
    chosen = small_index(tmp_path)
    for path in chosen.index_dir.glob("*"):
        if path.is_file() and path.suffix not in (".lock",):
            path.write_bytes(b"not a database" * 100)
    done = citewise("status", env=environment(chosen))
    assert done.returncode == 1
    assert str(chosen.index_dir) in one_line(done.stderr)


def test_errors_are_of_one_kind(tmp_path: Path) -> None:
    with pytest.raises(CitewiseError):
        read_status(Settings(index_dir=tmp_path / "none"))
