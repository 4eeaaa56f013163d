"""Who may see and change what: people from claims, the [auth] section, warnings. The browser's part is in
test_access_browser.py."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from index.errors import SettingsError
from rag.settings import Settings
from ui import access, sign_in
from ui.sign_in import SIGNED_IN_SECONDS, auth_section, is_admin, person_of, providers, warning

ROOT = Path(__file__).parent.parent
NOW = 1_800_000_000.0
CLAIMS = {
    "is_logged_in": True, "iss": "https://id.example.org", "sub": "17", "iat": NOW - 60, "name": "Ada",
    "email": "ada@example.org", "email_verified": True,
}  # fmt: skip
GOOD = {
    "redirect_uri": "https://chat.example.org/oauth2callback", "cookie_secret": "c" * 40, "client_id": "id",
    "client_secret": "s", "server_metadata_url": "https://id.example.org/.well-known/openid-configuration",
}  # fmt: skip


def settings(**values: Any) -> Settings:
    return Settings(_env_file=None, **values)


def toml(values: dict[str, Any]) -> str:
    return "[auth]\n" + "".join(f'{name} = "{value}"\n' for name, value in values.items())


@pytest.fixture
def secrets_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sign_in, "DEFAULT_FILES", (tmp_path / "default.toml",))
    return tmp_path / "secrets.toml"


def test_a_person_is_issuer_and_subject() -> None:
    ada = person_of(CLAIMS, NOW)
    assert ada is not None and (ada.name, ada.email, ada.owner) == (
        "Ada",
        "ada@example.org",
        "https://id.example.org 17",
    )
    elsewhere = person_of({**CLAIMS, "iss": "https://other.example.org"}, NOW)
    renamed = person_of({**CLAIMS, "name": "Ada B.", "email": "new@example.org"}, NOW)
    assert elsewhere is not None and elsewhere.owner != ada.owner
    assert renamed is not None and renamed.owner == ada.owner


@pytest.mark.parametrize(
    "change",
    [{"is_logged_in": False}, {"is_logged_in": "True"}, {"iss": ""}, {"sub": None}, {"iat": None}, {"iat": "now"},
     {"iat": NOW - SIGNED_IN_SECONDS - 1}],
)  # fmt: skip
def test_without_an_identity_nobody_is_signed_in(change: dict[str, Any]) -> None:
    assert person_of({**CLAIMS, **change}, NOW) is None
    assert person_of({}, NOW) is None


def test_only_named_people_manage() -> None:
    ada = person_of(CLAIMS, NOW)
    assert ada is not None
    assert is_admin(ada, settings(ui_admins="bo@example.org, ADA@example.org "))
    assert is_admin(ada, settings(ui_admins="bo@example.org,https://id.example.org 17"))
    others = (
        None,
        "",
        " , ",
        "bo@example.org",
        "Ada",
        "17",
        "https://other.example.org 17",
        "HTTPS://ID.example.org 17",
    )
    assert not any(is_admin(ada, settings(ui_admins=named)) for named in others)


@pytest.mark.parametrize("verified", [False, None, "false", 0])
def test_an_address_that_nobody_verified_is_no_name(verified: object) -> None:
    pretender = person_of({**CLAIMS, "sub": "99", "email_verified": verified}, NOW)
    assert pretender is not None and not is_admin(pretender, settings(ui_admins="ada@example.org"))


@pytest.mark.parametrize(
    "change",
    [{"sub": "ada@example.org"}, {"sub": "ADA@example.org", "email": "bo@example.org"},
     {"email": "ada@example.org", "email_verified": False, "name": "ada@example.org"},
     {"email": "https://id.example.org 1"}, {"email": "ada@example.or\u0261"}, {"email": "\u212aim@example.org"}],
)  # fmt: skip
def test_nobody_takes_the_name_of_another(change: dict[str, Any]) -> None:
    pretender = person_of({**CLAIMS, "sub": "99", "email": None, **change}, NOW)
    named = "ada@example.org, kim@example.org, https://id.example.org 1"
    assert pretender is not None and not is_admin(pretender, settings(ui_admins=named))


def test_sign_in_is_on_when_there_is_an_auth_section(secrets_file: Path) -> None:
    assert auth_section(settings()) is None
    secrets_file.with_name("default.toml").write_text("[other]\na = 1\n", "utf-8")
    assert auth_section(settings()) is None
    secrets_file.with_name("default.toml").write_text(toml(GOOD), "utf-8")
    assert auth_section(settings()) == GOOD
    secrets_file.write_text(toml({**GOOD, "client_id": "mine"}) + "[auth.other]\nclient_id = 'x'\n", "utf-8")
    with pytest.raises(SettingsError, match=r"\[auth.other\] lacks client_secret, server_metadata_url"):
        auth_section(settings(ui_sign_in=secrets_file))


def test_several_providers_have_names() -> None:
    assert providers(GOOD) == ("",)
    named = {"redirect_uri": "x", "google": {"client_id": "a"}, "github": {"client_id": "b"}}
    assert providers(named) == ("google", "github")
    assert providers({**GOOD, **named}) == ("", "google", "github")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "is not there"), ("[auth", "cannot be read"), ("", "no \\[auth\\] section"),
        ("auth = 1", "not a section"), (toml({**GOOD, "redirect_uri": "https://chat.example.org/"}), "redirect_uri"),
        (toml({**GOOD, "cookie_secret": "xxx"}), "32 characters"),
        (toml({**GOOD, "client_secret": ""}), "lacks client"),
        (toml({name: GOOD[name] for name in ("redirect_uri", "cookie_secret")}), "no provider"),
    ],
)  # fmt: skip
def test_what_cannot_work_does_not_start(secrets_file: Path, content: str | None, told: str) -> None:
    if content is not None:
        secrets_file.write_text(content, "utf-8")
    with pytest.raises(SettingsError, match=told) as error:
        auth_section(settings(ui_sign_in=secrets_file))
    assert error.value.fix and "\n" not in str(error.value)


def test_without_authlib_the_fix_is_told(secrets_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets_file.write_text(toml(GOOD), "utf-8")
    monkeypatch.setattr(sign_in, "find_spec", lambda _: None)
    with pytest.raises(SettingsError, match="Authlib") as error:
        auth_section(settings(ui_sign_in=secrets_file))
    assert "citewise[sign-in]" in error.value.fix


def test_a_server_that_others_reach_is_told_of() -> None:
    assert warning(settings(), None) == warning(settings(ui_host="::1"), None) == ""
    told = warning(settings(ui_host="0.0.0.0"), None)
    assert "0.0.0.0" in told and "delete" in told and "upload" in told and "Settings" in told and "\n" not in told
    assert warning(settings(ui_host="0.0.0.0"), GOOD) == ""
    plain = {**GOOD, "redirect_uri": "http://chat.example.org/oauth2callback"}
    assert "not encrypted" in warning(settings(ui_host="0.0.0.0"), plain)
    assert warning(settings(), {**GOOD, "redirect_uri": "http://localhost:8501/oauth2callback"}) == ""


def visitor() -> None:
    import streamlit as st

    from rag.settings import Settings
    from ui import access

    owner = access.gate()
    given = Settings(_env_file=None)
    st.text(f"{owner} {access.may_add(given)} {access.may_manage(given)} {access.warning(given)}")


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """What the page says to somebody, where Streamlit has these options."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # where Streamlit puts its script

    def say(**options: object) -> str:
        access.asked_for.clear()
        monkeypatch.setattr(st, "get_option", lambda name: options.get(name.replace(".", "_"), []))
        shown = AppTest.from_function(visitor).run()
        assert not shown.exception
        return "\n".join(text.value for text in shown.text)

    yield say
    access.asked_for.clear()


@pytest.mark.parametrize("address", [None, "0.0.0.0", "::", "192.0.2.7"])
def test_on_an_open_server_settings_and_folders_stay(visit: Callable[..., str], address: str | None) -> None:
    """None: started by `streamlit run`, which listens everywhere."""
    assert visit(server_address="127.0.0.1") == "None True True"
    told = visit(server_address=address)
    assert told.startswith("None True False Everyone who reaches ") and (address or "0.0.0.0") in told


def test_without_the_sign_in_that_was_asked_for_nobody_gets_in(
    visit: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITEWISE_UI_SIGN_IN", "sign-in.toml")
    told = f"{sign_in.NOT_IN_FORCE} Start it with: citewise ui"
    assert visit(server_address="127.0.0.1") == told
    assert visit(server_address="127.0.0.1", secrets_files=["sign-in.toml"]) == told
    with pytest.raises(SettingsError):
        sign_in.check_in_force(Path("sign-in.toml"), ["/home/ada/.streamlit/secrets.toml"], True)
    sign_in.check_in_force(Path("sign-in.toml"), ["sign-in.toml"], True)
    monkeypatch.setenv("CITEWISE_UI_PORT", "none")
    assert "CITEWISE_UI_PORT" in visit(server_address="127.0.0.1")


def test_the_server_refuses_to_start_without_the_sign_in_it_was_asked_for(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CITEWISE_UI_SIGN_IN": str(tmp_path / "gone.toml")}
    run = subprocess.run(
        [sys.executable, "-m", "ui"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 1 and run.stdout == ""
    assert run.stderr == f"{tmp_path / 'gone.toml'} is not there.\nCorrect CITEWISE_UI_SIGN_IN.\n"
