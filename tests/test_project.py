"""The project's own papers agree with each other: example settings, locks, versions, packages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from index.settings import PREFIX
from rag.settings import Settings

ROOT = Path(__file__).parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-model.lock")


def example_settings() -> dict[str, str]:
    """Name and default of each setting in .env.example, which are commented out as `# NAME=default`."""
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    found = [(match[1], match[2]) for line in lines if (match := re.fullmatch(r"# ([A-Z][A-Z_]*)=(.*)", line))]
    assert len(found) == len(dict(found)), "a setting is there twice"
    return dict(found)


def environment_names() -> dict[str, str]:
    """Environment variable of each setting -> name of its field."""
    return {
        field.validation_alias if isinstance(field.validation_alias, str) else f"{PREFIX}{name.upper()}": name
        for name, field in Settings.model_fields.items()
    }


def locked(name: str) -> list[tuple[Requirement, str]]:
    """Each pinned requirement of a lock and the text of its hashes."""
    text = (ROOT / name).read_text("utf-8")
    entries = re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
    pins = [entry.partition("\\") for entry in entries]
    return [(Requirement(pin), hashes) for pin, _, hashes in pins]


def pinned_versions(name: str) -> dict[str, set[str]]:
    """Package -> its pinned versions (one for each range of Python versions)."""
    versions: dict[str, set[str]] = {}
    for pin, _ in locked(name):
        versions.setdefault(canonicalize_name(pin.name), set()).update(part.version for part in pin.specifier)
    return versions


def unmet(requirements: list[str], versions: Mapping[str, set[str]]) -> list[str]:
    """Requirements that a lock does not hold in an allowed version."""
    wanted = [Requirement(line) for line in requirements]
    return [
        str(want)
        for want in wanted
        if not (pins := versions.get(canonicalize_name(want.name))) or not all(want.specifier.contains(v) for v in pins)
    ]


def test_example_names_every_setting() -> None:
    assert set(example_settings()) == set(environment_names())


def test_example_shows_the_defaults() -> None:
    shown: dict[str, Any] = {environment_names()[name]: value for name, value in example_settings().items() if value}
    assert set(shown) == {name for name, value in Settings().model_dump().items() if value is not None}
    assert Settings(**shown).model_dump() == Settings().model_dump()


def test_example_can_be_used_as_it_is(tmp_path: Path) -> None:
    lines = [f"{name}={value}\n" for name, value in example_settings().items()]
    (tmp_path / ".env").write_text("".join(lines), "utf-8")
    assert Settings().model_dump() == Settings(_env_file=None).model_dump()


@pytest.mark.parametrize("name", LOCKS)
def test_lock_pins_and_hashes_every_package(name: str) -> None:
    entries = locked(name)
    assert entries
    for pin, hashes in entries:
        assert [part.operator for part in pin.specifier] == ["=="], pin
        assert re.fullmatch(r"(\s*--hash=sha256:[0-9a-f]{64}\s*\\?)+\s*", hashes), pin


@pytest.mark.parametrize("name", LOCKS)
def test_lock_names_no_registry_and_no_folder(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"://|index-url|find-links|(?<=\s)/", text)


def test_locks_hold_what_the_project_asks_for() -> None:
    runtime, dev, model = (pinned_versions(name) for name in LOCKS)
    assert unmet(PROJECT["project"]["dependencies"], runtime) == []
    assert unmet(PROJECT["project"]["optional-dependencies"]["dev"], dev) == []
    assert unmet(PROJECT["dependency-groups"]["model"], model) == []
    assert unmet(["citewise>=0", "click<1"], runtime) == ["citewise>=0", "click<1"]


def test_the_runtime_lock_can_build_the_project() -> None:
    """The Makefile installs without build isolation, so setuptools has to be there already."""
    assert unmet(PROJECT["build-system"]["requires"], pinned_versions("requirements.lock")) == []


def test_dev_lock_contains_the_runtime_lock() -> None:
    runtime, dev = pinned_versions("requirements.lock"), pinned_versions("requirements-dev.lock")
    assert {name: dev.get(name) for name in runtime} == runtime


def test_changelog_starts_with_this_version() -> None:
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.MULTILINE)
    assert headings[0] == PROJECT["project"]["version"]


def test_versions_in_code_are_this_version() -> None:
    texts = [path.read_text("utf-8") for top in ("index", "rag", "ui") for path in (ROOT / top).rglob("*.py")]
    assert texts
    given = {version for text in texts for version in re.findall(r'^__version__ = "(.+)"$', text, re.MULTILINE)}
    assert given <= {PROJECT["project"]["version"]}


def test_installed_version_is_this_version() -> None:
    try:
        installed = metadata.version("citewise")
    except metadata.PackageNotFoundError:
        pytest.skip("citewise is not installed here; `make test` installs it")
    assert installed == PROJECT["project"]["version"]


def test_every_package_is_listed() -> None:
    found = {
        ".".join(init.parent.relative_to(ROOT).parts)
        for top in ("index", "rag", "ui")
        for init in (ROOT / top).rglob("__init__.py")
    }
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == found
