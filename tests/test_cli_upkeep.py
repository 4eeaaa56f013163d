"""The commands that look after the index: watch, purge, doctor, backup, restore."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from corpus import HARBOUR, BagEmbedder, environment, heed_ctrl_c, write

from index import embed
from rag.cli import main


@pytest.fixture
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of three documents, and an index of it in the current folder, of counted words in place of MiniLM."""
    bag = BagEmbedder()
    monkeypatch.setattr(embed, "MINILM", bag.fingerprint)
    monkeypatch.setattr(embed, "MiniLM", lambda threads: bag)
    folder = write(tmp_path / "papers", HARBOUR)
    assert run("index", str(folder)).exit_code == 0
    return folder


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_doctor_says_that_an_index_is_whole(papers: Path) -> None:
    done = run("doctor")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[-1] == "The index is whole."
    assert "Problem" not in done.stdout


@pytest.mark.slow
def test_doctor_finds_what_is_lost_and_repairs_it(papers: Path) -> None:
    shutil.rmtree(Path(".citewise") / "words")
    found = run("doctor", "--json")
    assert found.exit_code == 1
    told = json.loads(found.stdout)
    assert not told["healthy"]
    (finding,) = (one for one in told["findings"] if one["severity"] == "problem")
    assert finding["repairable"] and finding["fix"].endswith("citewise doctor --repair")
    repaired = run("doctor", "--repair")
    assert repaired.exit_code == 0
    assert any(line.startswith("Repaired: The words of 3 passages") for line in repaired.stdout.splitlines())
    assert "limit.txt" in run("search", "speed limit").stdout


def test_backup_and_restore(papers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved = run("backup", "saved.zip")
    assert saved.exit_code == 0 and saved.stdout.startswith("3 documents and 3 passages of generation")
    assert run("backup", "saved.zip").exit_code == 1
    assert run("backup", "saved.zip", "--overwrite").exit_code == 0
    refused = run("restore", "saved.zip")
    assert refused.exit_code == 1 and "holds an index" in refused.stderr
    moved = papers.rename(papers.with_name("moved"))
    monkeypatch.setenv("CITEWISE_INDEX_DIR", "elsewhere")
    restored = run("restore", "saved.zip")
    assert restored.exit_code == 0, restored.output
    assert "The folder papers is not at" in restored.stdout
    shutil.rmtree("elsewhere")
    restored = run("restore", "saved.zip", "--root", f"papers={moved}")
    assert restored.exit_code == 0 and len(restored.stdout.splitlines()) == 1
    assert json.loads(run("index", "--json").stdout)["embedded"] == 0
    assert "limit.txt" in run("search", "speed limit").stdout
    assert run("restore", "saved.zip", "--root", "papers").exit_code == 2


def test_purge(papers: Path) -> None:
    (papers / "ferry.txt").unlink()
    assert run("index", "--purge").exit_code == 0
    left = [path for path in Path(".citewise").rglob("*") if path.is_file() and b"Gull Island" in path.read_bytes()]
    assert left == []


def test_dry_run_tells_what_it_costs(papers: Path) -> None:
    write(papers, {"new.txt": "A new lighthouse was built on the northern shore."})
    lines = run("index", "--dry-run").stdout.splitlines()
    assert lines[-2] == "Unchanged: 3"
    assert lines[-1].startswith("Passages to embed: 1")


def test_watch_and_dry_run_do_not_go_together(papers: Path) -> None:
    assert run("index", "--watch", "--dry-run").exit_code == 2


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """`citewise index --watch --json` over a folder, with the static vectors of a process of its own."""
    folder = write(tmp_path / "papers", HARBOUR)
    command = [sys.executable, "-m", "rag.cli", "index", str(folder), "--watch", "--json"]
    with (tmp_path / "told").open("w") as told:
        process = subprocess.Popen(
            command, stdout=told, stderr=subprocess.PIPE, env=environment(), text=True, preexec_fn=heed_ctrl_c
        )
        try:
            yield process, tmp_path / "told"
        finally:
            process.kill()
            process.wait()
            assert process.stderr is not None
            process.stderr.close()


def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    limit = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.05)


@pytest.mark.slow
def test_watch_builds_when_a_document_changes_and_ends_at_ctrl_c(
    watching: tuple[subprocess.Popen[str], Path], tmp_path: Path
) -> None:
    process, told = watching

    def reports() -> list[Any]:
        return [json.loads(line) for line in told.read_text().splitlines() if line.endswith("}")]

    until(lambda: len(reports()) == 1)
    assert len(reports()[0]["added"]) == 3
    write(tmp_path / "papers", {"new.txt": "A new lighthouse was built."})
    until(lambda: len(reports()) == 2)
    assert (reports()[1]["added"], reports()[1]["embedded"]) == (["papers/new.txt"], 1)
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
