"""Every block of the README does what it shows."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.M | re.S)


def blocks(language: str) -> list[str]:
    return [text for found, text in BLOCKS if found == language]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with the sample documents, shared by the blocks as by one reader who types them in order."""
    path = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "seeds", path / "seeds")
    return path


def run(folder: Path, *command: str) -> str:
    environment = {"PYTHONPATH": str(ROOT), "PATH": ""}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_console_blocks_show_what_comes_out(folder: Path) -> None:
    shown = re.findall(r"^\$ citewise (.*)\n((?:(?!\$ ).*\n)*)", "".join(blocks("console")), re.M)
    assert len(shown) >= 5
    for command, expected in shown:
        printed = run(folder, sys.executable, "-m", "rag.cli", *shlex.split(command))
        assert matches(printed, expected), f"{command} printed:\n{printed}"


def test_python_blocks_run(folder: Path) -> None:
    programs = blocks("python")
    assert programs
    for program in programs:
        assert "verbatim" in run(folder, sys.executable, "-c", program)


def test_make_targets_exist() -> None:
    named = set(
        re.findall(r"\bmake ([a-z-]+)", "\n".join(blocks("sh")) + "\n".join(re.findall(r"`(make [a-z-]+)`", README)))
    )
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert {"chat", "test", "check"} <= named <= targets


def test_block_languages_are_known() -> None:
    assert {language for language, _ in BLOCKS} == {"console", "python", "sh", "toml"}


def matches(printed: str, expected: str) -> bool:
    """Whether the output is as shown, where "..." stands for anything on a line, or for any lines."""
    pattern = re.sub(r"([\[?*])", r"[\1]", expected.strip()).replace("...", "*")
    return fnmatchcase(printed.strip(), pattern)


def test_the_comparison_can_fail() -> None:
    assert matches("a [1]\nb\n", "a [1]\n...\n")
    assert not matches("a [2]\nb\n", "a [1]\n...\n")
