from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from corpus import HARBOUR, LIMIT, BagEmbedder, citewise, environment, seeds_index, small_index, write

import rag.cli
from index import build_index
from rag.settings import Settings

STRIKE = "When was the last strike?"
HEAVY = ("chromadb", "llama_index", "numpy", "onnxruntime", "openai", "pydantic", "sqlalchemy", "streamlit", "tantivy")


def run(*arguments: str | Path, stdin: str | None = None, env: Mapping[str, str] | None = None) -> Result:
    return CliRunner().invoke(rag.cli.main, [str(one) for one in arguments], input=stdin, env=env)


@pytest.fixture
def seeds(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The command sees the index of the sample documents."""
    found = seeds_index(tmp_path_factory)
    monkeypatch.setenv("CITEWISE_INDEX_DIR", str(found.index_dir))
    return found


WILLING = {"CITEWISE_MIN_CONFIDENCE": "0"}


@pytest.fixture
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The command sees an empty index folder; the folder of three papers is given."""
    monkeypatch.setenv("CITEWISE_INDEX_DIR", str(tmp_path / "index"))
    return write(tmp_path / "papers")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Builds and asks with counted words in place of MiniLM."""
    import index.embed

    bag = BagEmbedder()
    monkeypatch.setattr(index.embed, "MINILM", bag.fingerprint)
    monkeypatch.setattr(index.embed, "MiniLM", lambda threads: bag)
    yield


# --- as a process ---


def test_asking_answers_on_stdout_and_exits_0(seeds: Settings) -> None:
    done = citewise("ask", "-", env=environment(seeds, **WILLING), stdin=f"{STRIKE}\n")
    lines = done.stdout.decode().splitlines()
    assert (done.returncode, done.stderr) == (0, b"")
    assert lines[0].endswith("took place on February 4. [1]")
    assert lines[-1].startswith("[1] ") and lines[-1].endswith("seeds/truce/last-strike.txt")
    assert "Levant Desk, 2024-03-08" in lines[-1]


def test_json_is_all_of_stdout_and_progress_goes_to_stderr(tmp_path: Path) -> None:
    write(tmp_path / "papers")
    env = environment(CITEWISE_INDEX_DIR=str(tmp_path / "index"))
    done = citewise("index", tmp_path / "papers", "--json", env=env)
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert report["added"] == [f"papers/{name}" for name in sorted(HARBOUR)]
    assert b"Reading: 3 of 3" in done.stderr and b"Embedding passages: 3 of 3" in done.stderr
    assert b"\r" not in done.stderr and b"Traceback" not in done.stderr


def test_an_error_is_one_line_on_stderr_and_exit_1(tmp_path: Path) -> None:
    done = citewise("ask", STRIKE, env=environment(CITEWISE_INDEX_DIR=str(tmp_path / "none")))
    assert (done.returncode, done.stdout) == (1, b"")
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("error: ") and "citewise index" in line
    assert not (tmp_path / "none").exists()


def test_wrong_usage_exits_2(seeds: Settings) -> None:
    done = citewise("search", "-k", "0", STRIKE, env=environment(seeds))
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"-k" in done.stderr


def test_text_writes_exactly_the_stored_text(tmp_path: Path) -> None:
    """Offsets of citations count in these bytes: nothing is added, no line end is changed."""
    text = "Ebb und Flut\u00a0– 🌊.\r\nZeile zwei.\rZeile drei."
    chosen = small_index(tmp_path, {"ebb.txt": text.encode()})
    done = citewise("text", "papers/ebb.txt", env=environment(chosen, PYTHONIOENCODING="ascii"))
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == "Ebb und Flut\u00a0– 🌊.\nZeile zwei.\nZeile drei.".encode()


def test_quotes_of_an_answer_are_slices_of_text(seeds: Settings) -> None:
    answer = json.loads(run("ask", "Why did the militias stop their attacks?", "--json", env=WILLING).stdout)
    assert answer["citations"]
    for citation in answer["citations"]:
        text = run("text", citation["uri"]).stdout_bytes.decode()
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_help_imports_nothing_heavy() -> None:
    code = f"""
import sys
from rag.cli import main
for arguments in (["--help"], ["ask", "--help"], ["index", "-h"], ["search", "-h"], ["status", "-h"]):
    try:
        main(arguments)
    except SystemExit as end:
        assert end.code == 0
print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True)
    assert (done.returncode, done.stderr.strip()) == (0, "[]")
    assert done.stdout.count("Usage: ") == 5


def test_asking_extractively_imports_no_llama_index(seeds: Settings) -> None:
    code = f"""
import sys
from rag.cli import main
try:
    main(["ask", {STRIKE!r}, "--json"])
except SystemExit as end:
    assert not end.code
print(sorted({{"llama_index", "openai", "streamlit"}} & set(sys.modules)), file=sys.stderr)
"""
    env = environment(seeds)
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert (done.returncode, done.stderr.strip()) == (0, "[]")
    assert json.loads(done.stdout)["mode"] == "extractive"


# --- asking ---


def test_an_abstention_exits_0_and_says_what_is_near(seeds: Settings) -> None:
    done = run("ask", "Who is the prime minister of Iraq?")
    assert done.exit_code == 0
    assert done.stdout.startswith("The documents don't say.\n")
    assert "No passage mentions: prime, minister." in done.stdout and "Nearest passages:" in done.stdout


def test_a_question_may_come_from_stdin(seeds: Settings) -> None:
    told = [json.loads(run(*arguments, stdin=stdin).stdout) for arguments, stdin in (
        (("ask", "-", "--json"), STRIKE + "\n"), (("ask", STRIKE, "--json"), None))]  # fmt: skip
    assert {**told[0], "timings_ms": 0} == {**told[1], "timings_ms": 0}


def test_filters_narrow_what_is_asked_and_searched(seeds: Settings) -> None:
    only = ["--filter", "outlet=Gulf Ledger", "--filter", "published-after=2024-03-09"]
    hits = json.loads(run("search", "truce", "--json", *only).stdout)
    assert {hit["uri"] for hit in hits} == {"seeds/truce/coalition-talks.html"}
    answer = json.loads(run("ask", "How many American troops are in Iraq?", "--json", *only, env=WILLING).stdout)
    assert answer["status"] == "answered"
    assert answer["filters"]["outlet"] == "Gulf Ledger" and answer["filters"]["published_after"] == "2024-03-09"
    assert {citation["uri"] for citation in answer["citations"]} == {"seeds/truce/coalition-talks.html"}


def test_the_format_filter_takes_names_and_suffixes_and_tells_the_formats_there_are(seeds: Settings) -> None:
    for name in ("html", ".HTM"):
        hits = json.loads(run("search", "truce", "--json", "--filter", f"format={name}").stdout)
        assert hits and all(hit["uri"].endswith(".html") for hit in hits)
    done = run("search", "truce", "--filter", "format=docs")
    assert done.exit_code == 1 and "'docs' is no format that is read. There are txt, md, html, pdf, docx" in done.stderr


@pytest.mark.parametrize("bad", ["outlet", "colour=red", "outlet=", "published_after=yesterday", "=x"])
def test_a_filter_that_is_none_is_told(seeds: Settings, bad: str) -> None:
    done = run("ask", STRIKE, "--filter", bad)
    assert (done.exit_code, done.stdout) == (1, "")
    assert bad.partition("=")[2] in done.stderr and "published" in done.stderr and done.stderr.count("\n") == 1


def test_search_lists_passages_best_first(seeds: Settings) -> None:
    hits = json.loads(run("search", STRIKE, "-k", "3", "--json").stdout)
    assert len(hits) == 3
    assert hits[0]["uri"] == "seeds/truce/last-strike.txt" and hits[0]["ranks"]["lexical"]
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    listed = run("search", STRIKE, "-k", "3").stdout
    assert listed.startswith("1. No militia strike on US forces since February 4") and "\n3. " in listed
    assert "No passage fits." in run("search", STRIKE, "--filter", "language=xx").stdout


def test_an_error_in_json_is_an_object_with_the_fix(seeds: Settings) -> None:
    done = run("ask", " ", "--json")
    assert done.exit_code == 1
    assert set(error := json.loads(done.stdout)) == {"error", "fix"} and error["fix"]
    assert done.stderr.startswith("error: ")


def test_a_setting_that_is_none_is_told_and_a_wrong_one_ends_it(seeds: Settings) -> None:
    done = run("status", env={"CITEWISE_PASAGES": "3"})
    assert done.exit_code == 0 and "did you mean CITEWISE_PASSAGES?" in done.stderr
    done = run("status", env={"CITEWISE_PASSAGES": "0"})
    assert done.exit_code == 1 and "CITEWISE_PASSAGES" in done.stderr


def test_a_chat_goes_on_after_an_error_and_ends_at_an_empty_line(seeds: Settings) -> None:
    done = run("chat", stdin=f"{STRIKE}\n?!\nWho speaks for Harakat Al Nujaba?\n\nnever read\n", env=WILLING)
    assert done.exit_code == 0
    assert "February 4. [1]" in done.stdout and "Hussein Al Musawi" in done.stdout
    assert "error: The question is empty." in done.stderr and "16 documents" in done.stderr
    assert run("chat", stdin="").exit_code == 0


def test_status_tells_what_is_held(seeds: Settings) -> None:
    found = json.loads(run("status", "--json").stdout)
    assert [root["name"] for root in found["roots"]] == ["seeds"] and found["roots"][0]["reachable"]
    assert len(found["documents"]) == 16 and found["pending"] == 0
    assert found["documents"][0]["origins"]["published"] == "line: Published"
    text = run("status").stdout
    assert "16 documents" in text and "seeds/truce/last-strike.txt" in text


def test_a_text_that_is_not_there_is_told(seeds: Settings) -> None:
    done = run("text", "seeds/none.txt")
    assert (done.exit_code, done.stdout_bytes) == (1, b"")
    assert "seeds/none.txt" in done.stderr and "citewise status" in done.stderr


# --- indexing ---


def index_json(*arguments: str | Path) -> dict[str, Any]:
    done = run("index", "--json", *arguments)
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_dry_run_names_everything_and_does_nothing(papers: Path, tmp_path: Path, quick: None) -> None:
    assert index_json("--dry-run", papers)["added"] == ["papers/ferry.txt", "papers/limit.txt", "papers/pier.txt"]
    assert not (tmp_path / "index").exists()
    index_json(papers)
    write(papers, {"limit.txt": LIMIT + "It holds.", "new.txt": "Something new."})
    (papers / "pier.txt").rename(papers / "moved.txt")
    (papers / "ferry.txt").unlink()
    plan = index_json("--dry-run")
    assert (plan["added"], plan["changed"], plan["removed"]) == (
        ["papers/new.txt"],
        ["papers/limit.txt"],
        ["papers/ferry.txt"],
    )
    assert plan["renamed"] == [{"from": "papers/pier.txt", "to": "papers/moved.txt"}]
    assert index_json("--dry-run") == plan
    text = run("index", "--dry-run").stdout
    assert "papers/pier.txt -> papers/moved.txt" in text and "Removed: 1\n  papers/ferry.txt" in text
    report = index_json()
    assert {kind: report[kind] for kind in ("added", "changed", "renamed", "removed")} == {
        kind: plan[kind] for kind in ("added", "changed", "renamed", "removed")
    }
    after = index_json("--dry-run")
    assert not any(after[kind] for kind in ("added", "changed", "renamed", "removed"))


def test_folders_are_remembered_and_forgotten(papers: Path, tmp_path: Path, quick: None) -> None:
    other = write(tmp_path / "other", {"sauna.txt": "The sauna is open on Sundays."})
    index_json(papers)
    index_json(other)
    write(papers, {"new.txt": "Something new."})
    assert index_json()["added"] == ["papers/new.txt"]
    assert index_json("--forget", other)["removed"] == ["other/sauna.txt"]
    assert [root["name"] for root in json.loads(run("status", "--json").stdout)["roots"]] == ["papers"]
    assert index_json()["added"] == []
    assert other.exists()


def test_a_dry_run_names_what_forgetting_removes(papers: Path, tmp_path: Path, quick: None) -> None:
    other = write(tmp_path / "other", {"sauna.txt": "The sauna is open on Sundays."})
    index_json(papers)
    index_json(other)
    assert index_json("--dry-run", "--forget", other)["removed"] == ["other/sauna.txt"]
    assert len(json.loads(run("status", "--json").stdout)["documents"]) == 4


def test_forgetting_a_folder_that_is_not_known_is_told(papers: Path, tmp_path: Path, quick: None) -> None:
    index_json(papers)
    done = run("index", "--forget", tmp_path / "elsewhere")
    assert done.exit_code == 1
    assert "elsewhere" in done.stderr and len(json.loads(run("status", "--json").stdout)["documents"]) == 3


def test_losing_most_of_a_folder_needs_a_yes(papers: Path, quick: None) -> None:
    index_json(papers)
    for name in ("pier.txt", "ferry.txt"):
        (papers / name).unlink()
    kept = run("index")
    assert kept.exit_code == 0 and "2 of 3 documents are gone" in kept.stdout and "--yes" in kept.stdout
    assert index_json("--dry-run")["removed"] == []
    assert len(json.loads(run("status", "--json").stdout)["documents"]) == 3
    assert index_json("--yes")["removed"] == ["papers/ferry.txt", "papers/pier.txt"]


def test_a_failed_file_is_tried_again_when_asked(papers: Path, quick: None) -> None:
    write(papers, {"broken.pdf": b"no pdf"})
    assert [failure["uri"] for failure in index_json(papers)["failures"]] == ["papers/broken.pdf"]
    again = index_json("--dry-run")
    assert again["failed_before"] == ["papers/broken.pdf"] and again["added"] == []
    retried = index_json("--dry-run", "--retry-failed")
    assert retried["failed_before"] == [] and [one["uri"] for one in retried["failures"]] == ["papers/broken.pdf"]


def test_another_embedder_needs_a_full_build(papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import index.embed

    build_index(Settings(seeds_dir=papers, index_dir=tmp_path / "index"), embedder=BagEmbedder())
    done = run("index")
    assert done.exit_code == 1 and "citewise index --full" in done.stderr
    bag = BagEmbedder()
    monkeypatch.setattr(bag, "fingerprint", "bag-of-words/other", raising=False)
    monkeypatch.setattr(index.embed, "MINILM", bag.fingerprint)
    monkeypatch.setattr(index.embed, "MiniLM", lambda threads: bag)
    assert index_json("--full")["embedded"] == 3
    assert json.loads(run("status", "--json").stdout)["embedder"] == "bag-of-words/other"
