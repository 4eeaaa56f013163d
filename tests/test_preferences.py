"""What is set on the settings page: kept without the key, checked like every setting. What the page shows is in
test_preferences_page.py."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from index.errors import SettingsError
from rag.settings import Settings
from ui.preferences import words
from ui.preferences.address import checked_endpoint, is_readable_on_the_way, origin_of, shown_address
from ui.preferences.stored import FILE, Preferences

HERS, THEIRS = "https://llm.example.org/v1", "https://other.example.net/v1"
KEY, OTHER_KEY = "sk-environment-0123456789", "sk-page-abcdefghij"


def given(folder: Path, **values: Any) -> Settings:
    return Settings(_env_file=None, index_dir=folder / "index", **values)


def kept(folder: Path) -> Any:
    return json.loads((folder / "index" / FILE).read_text("utf-8"))


def secret(settings: Settings) -> str | None:
    return None if settings.openai_api_key is None else settings.openai_api_key.get_secret_value()


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("CITEWISE_", "OPENAI_")):
            monkeypatch.delenv(name)


def test_changes_are_in_force_and_survive_a_restart(tmp_path: Path) -> None:
    environment = given(tmp_path, passages=8)
    first = Preferences(environment)
    settings = first.change(
        answer_mode="extractive", llm_model=" tiny ", passages=12, min_confidence=0.3, unsupported="drop"
    )
    assert (settings.answer_mode, settings.llm_model, settings.passages) == ("extractive", "tiny", 12)
    assert (settings.min_confidence, settings.unsupported, settings.index_dir) == (0.3, "drop", environment.index_dir)
    assert settings.seeds_dir_given is environment.seeds_dir_given
    again = Preferences(environment)
    assert again.settings == settings and again.notice is None
    assert first.reset() == environment
    assert Preferences(environment).settings == environment


def test_only_what_differs_from_the_environment_is_kept(tmp_path: Path) -> None:
    preferences = Preferences(given(tmp_path, passages=8))
    preferences.change(passages=8, unsupported="drop")
    assert kept(tmp_path) == {"unsupported": "drop"}
    assert Preferences(given(tmp_path, passages=5)).settings.passages == 5
    preferences.change(unsupported="mark")
    assert kept(tmp_path) == {} == preferences.changed


@pytest.mark.parametrize(
    "values",
    [
        {"passages": 0}, {"passages": 51}, {"passages": "many"}, {"min_confidence": 1.5}, {"unsupported": "hide"},
        {"min_confidence": float("nan")}, {"answer_mode": "magic"}, {"llm_model": "  "}, {"llm_model": "a\nb"},
        {"llm_model": "x" * 300}, {"index_dir": "/tmp"}, {"chroma_url": "http://192.0.2.1:1"}, {"ui_admins": "me"},
        {"openai_base_url": "ftp://x/v1"}, {"openai_base_url": "llm.example.org/v1"}, {"openai_base_url": "http://"},
        {"openai_base_url": "https://me:pass@x/v1"}, {"openai_base_url": "http://x:99999/v1"},
        {"openai_base_url": "http://x/v1?key=1"}, {"openai_base_url": "http://[x/v1"},
        {"key": "with space"}, {"key": "schlüssel"}, {"key": "a\r\nHost: x"},
    ],
)  # fmt: skip
def test_what_is_not_allowed_changes_nothing(tmp_path: Path, values: dict[str, Any]) -> None:
    environment = given(tmp_path, openai_api_key=KEY)
    preferences = Preferences(environment)
    with pytest.raises(SettingsError) as told:
        preferences.change(passages=12, **values) if "passages" not in values else preferences.change(**values)
    assert preferences.settings == environment and preferences.round == 0
    assert not (tmp_path / "index" / FILE).exists()
    assert "\n" not in str(told.value) and told.value.fix
    if "key" in values:
        assert values["key"] not in f"{told.value} {told.value.fix} {told.value!r}"


def test_the_key_is_never_written_and_ends_with_the_process(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    preferences = Preferences(given(tmp_path))
    settings = preferences.change(openai_base_url=HERS, key=OTHER_KEY)
    assert secret(settings) == OTHER_KEY and preferences.key_from == "page"
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or OTHER_KEY not in file.read_text("utf-8")
    out = capfd.readouterr()
    assert OTHER_KEY not in f"{caplog.text}{out.out}{out.err}{settings!r}{vars(preferences)!r}"
    assert Preferences(given(tmp_path)).settings.openai_api_key is None
    assert preferences.change(passages=3).openai_api_key is not None
    assert preferences.change(key=None).openai_api_key is None and preferences.key_from is None


def test_a_key_goes_to_no_other_endpoint(tmp_path: Path) -> None:
    preferences = Preferences(given(tmp_path, openai_api_key=KEY, openai_base_url=HERS))
    assert secret(preferences.settings) == KEY and preferences.key_from == "environment"
    assert secret(preferences.preview(openai_base_url=THEIRS)) is None
    assert secret(preferences.change(openai_base_url=THEIRS)) is None and preferences.key_from is None
    assert secret(preferences.change(key=OTHER_KEY)) == OTHER_KEY
    for another in (HERS.replace("https", "http"), HERS.replace("/v1", ":8443/v1"), None):
        assert OTHER_KEY not in str(secret(preferences.preview(openai_base_url=another)))
        assert secret(preferences.preview(openai_base_url=another)) is None
    assert secret(preferences.change(openai_base_url=HERS + "/deeper")) == KEY  # the same host: the environment's
    assert secret(preferences.change(openai_base_url=THEIRS)) is None  # the page's has not been kept for it


def test_the_endpoint_that_makes_the_vectors_stays(tmp_path: Path) -> None:
    preferences = Preferences(given(tmp_path, embedder="openai", openai_base_url=HERS, openai_api_key=KEY))
    with pytest.raises(SettingsError, match="vectors"):
        preferences.change(openai_base_url=THEIRS)
    assert preferences.change(llm_model="other", openai_base_url=HERS).openai_base_url == HERS


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'"text"', b"nul"])
def test_a_damaged_file_is_told_and_ignored(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / FILE).write_bytes(content)
    preferences = Preferences(given(tmp_path))
    assert preferences.settings == given(tmp_path) and preferences.notice
    preferences.change(passages=4)
    assert preferences.notice is None and kept(tmp_path) == {"passages": 4}


def test_unknown_names_are_ignored_and_wrong_values_told(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    held = {"passages": 4, "unsupported": "hide", "openai_api_key": KEY, "key": KEY, "index_dir": "/", "old": 1}
    (tmp_path / "index" / FILE).write_text(json.dumps(held), "utf-8")
    preferences = Preferences(given(tmp_path))
    assert preferences.settings == given(tmp_path).model_copy(update={"passages": 4})
    assert preferences.notice is not None and words.LABELS["unsupported"].lower() in preferences.notice


def test_the_file_is_for_its_owner_alone_and_written_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    preferences = Preferences(given(tmp_path))
    preferences.change(passages=4)
    file = tmp_path / "index" / FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(SettingsError, match="No space left"):
        preferences.change(passages=5)
    assert kept(tmp_path) == {"passages": 4} and preferences.settings.passages == 4
    assert [found.name for found in file.parent.iterdir()] == [FILE]


def test_addresses() -> None:
    assert checked_endpoint("  ") is None and checked_endpoint(None) is None
    assert origin_of(None) == origin_of("https://API.openai.com:443/other") != origin_of("http://api.openai.com")
    assert shown_address("https://me:pass@host:8443/v1?token=secret") == "https://host:8443/v1"
    assert is_readable_on_the_way("http://192.0.2.7/v1") and not is_readable_on_the_way("http://localhost:1/v1")
