from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from corpus import PROJECT, BagEmbedder
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from index import BuildOptions, build_index, plan_build
from index.errors import SettingsError
from index.settings import IndexSettings
from rag.settings import Settings, unknown_settings

KEY = "sk-never-show-this-0123456789"


def in_code(**values: Any) -> Settings:
    return Settings(**values)


def test_defaults_need_no_environment() -> None:
    found = Settings()
    assert (found.index_dir, found.seeds_dir) == (Path(".citewise"), Path("seeds"))
    assert found.uses_llm is False and found.embedder == "local"


def test_environment_goes_before_env_file_and_code_before_both(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text(
        "CITEWISE_PASSAGES=5\nCITEWISE_UI_PORT=9000\nCITEWISE_THREADS=3\nOTHER=1\n", encoding="utf-8"
    )
    monkeypatch.setenv("CITEWISE_UI_PORT", "9100")
    monkeypatch.setenv("CITEWISE_THREADS", "4")
    found = Settings(threads=5)
    assert (found.passages, found.ui_port, found.threads) == (5, 9100, 5)


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEWISE_PASSAGES", "")
    monkeypatch.setenv("OPENAI_API_KEY", "")
    assert Settings().passages == Settings.model_fields["passages"].default
    assert Settings().openai_api_key is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("passages", "0"),
        ("passages", "51"),
        ("passages", "many"),
        ("passages", "1.5"),
        ("threads", "0"),
        ("threads", "65"),
        ("max_file_mb", "0"),
        ("min_confidence", "-0.1"),
        ("min_confidence", "1.1"),
        ("min_confidence", "nan"),
        ("llm_timeout", "0"),
        ("llm_timeout", "inf"),
        ("ui_port", "65536"),
        ("unsupported", "hide"),
        ("answer_mode", "magic"),
        ("embedder", "openai:"),
        ("embedder", "bert"),
    ],
)
def test_a_value_out_of_bounds_is_told_with_its_name(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    variable = f"CITEWISE_{name.upper()}"
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as wrong:
        Settings()
    assert variable in str(wrong.value) and variable in wrong.value.fix
    assert "\n" not in str(wrong.value) and len(str(wrong.value)) < 200
    monkeypatch.delenv(variable)
    with pytest.raises(SettingsError, match=variable):
        in_code(**{name: value})


@given(st.integers(-5, 80))
def test_passages_are_bounded(value: int) -> None:
    if 1 <= value <= 50:
        assert Settings(passages=value).passages == value
    else:
        with pytest.raises(SettingsError, match="CITEWISE_PASSAGES"):
            Settings(passages=value)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("CITEWISE_MIN_CONFIDANCE", "CITEWISE_MIN_CONFIDENCE"), ("CITEWISE_SEED_DIR", "CITEWISE_SEEDS_DIR")],
)
def test_an_unknown_name_is_told_with_the_nearest(name: str, nearest: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")
    (line,) = unknown_settings()
    assert name in line and f"did you mean {nearest}?" in line


def test_unknown_names_of_the_env_file_are_told_too() -> None:
    Path(".env").write_text("CITEWISE_QQQQQQ=1\nCITEWISE_PASSAGES=2\nSOMETHING=3\n", encoding="utf-8")
    assert unknown_settings() == ["CITEWISE_QQQQQQ is not a setting"]


def test_known_names_are_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.setenv(name.upper() if name.startswith("openai_") else f"CITEWISE_{name.upper()}", "1")
    monkeypatch.setenv("citewise_passages", "3")
    assert unknown_settings() == []


@pytest.mark.parametrize("name", ["min_confidance", "seed_dir"])
def test_an_unknown_name_in_code_is_told(name: str) -> None:
    with pytest.raises(SettingsError, match=name) as wrong:
        in_code(**{name: 1})
    assert "seeds_dir" in f"{wrong.value} {wrong.value.fix}" or "min_confidence" in f"{wrong.value} {wrong.value.fix}"


def test_the_names_of_the_openai_sdk_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:8080/v1")
    found = Settings()
    assert found.openai_api_key is not None and found.openai_api_key.get_secret_value() == KEY
    assert found.openai_base_url == "http://127.0.0.1:8080/v1"
    assert in_code(openai_api_key=KEY).openai_api_key == found.openai_api_key


@pytest.mark.parametrize(
    ("mode", "values", "uses"),
    [
        ("auto", {}, False),
        ("auto", {"openai_api_key": KEY}, True),
        ("auto", {"openai_base_url": "http://127.0.0.1:1/v1"}, True),
        ("extractive", {"openai_api_key": KEY}, False),
        ("llm", {}, True),
    ],
)
def test_who_writes_the_answers(mode: Any, values: dict[str, Any], uses: bool) -> None:
    assert Settings(answer_mode=mode, **values).uses_llm is uses


def test_a_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    found = in_code(openai_api_key=KEY)
    for shown in (repr(found), str(found), f"{found}", repr(found.model_dump()), found.model_dump_json()):
        assert KEY not in shown
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with pytest.raises(SettingsError) as wrong:
        Settings(passages=0)
    error: BaseException | None = wrong.value
    while error is not None:
        assert KEY not in f"{error!r} {error} {getattr(error, 'fix', '')}"
        error = error.__cause__
    with pytest.raises(SettingsError) as wrong:
        in_code(openai_api_key=[KEY])
    assert KEY not in f"{wrong.value!r} {wrong.value.fix}" and "OPENAI_API_KEY" in str(wrong.value)


def test_settings_cannot_be_changed() -> None:
    found = Settings()
    with pytest.raises(ValidationError, match="frozen"):
        found.passages = 3  # type: ignore[misc]


def test_a_folder_given_in_code_is_a_root(tmp_path: Path) -> None:
    assert Settings(seeds_dir=tmp_path).seeds_dir_given and IndexSettings(seeds_dir=tmp_path).seeds_dir_given
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(f"Words of {name}.", encoding="utf-8")
    index_dir = tmp_path / "index"

    def plan(folder: str) -> list[str]:
        found = plan_build(Settings(seeds_dir=tmp_path / folder, index_dir=index_dir))
        return [*found.added, *found.unchanged]

    assert plan("one") == ["one/a.txt"]
    build_index(Settings(seeds_dir=tmp_path / "one", index_dir=index_dir), embedder=BagEmbedder())
    assert plan("two") == ["two/a.txt", "one/a.txt"]


def test_a_folder_of_the_environment_is_only_the_first_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(f"Words of {name}.", encoding="utf-8")
    monkeypatch.setenv("CITEWISE_SEEDS_DIR", str(tmp_path / "two"))
    found = Settings(index_dir=tmp_path / "index")
    assert not found.seeds_dir_given
    assert plan_build(found).added == ("two/a.txt",)
    build_index(found, options=BuildOptions((tmp_path / "one",)), embedder=BagEmbedder())
    later = plan_build(found)
    assert (later.added, later.unchanged) == ((), ("one/a.txt",))


def test_the_example_file_names_every_setting() -> None:
    example = (PROJECT / ".env.example").read_text(encoding="utf-8")
    for name in Settings.model_fields:
        assert (name.upper() if name.startswith("openai_") else f"CITEWISE_{name.upper()}") + "=" in example
