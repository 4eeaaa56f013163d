"""Whether people sign in, who they are and what they may do, from the secrets and the claims of a provider. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index.errors import SettingsError
from rag.settings import Settings
from ui.preferences.address import is_loopback

DEFAULT_FILES = (Path(".streamlit/secrets.toml"), Path.home() / ".streamlit/secrets.toml")
CALLBACK = "/oauth2callback"
OF_A_PROVIDER = ("client_id", "client_secret", "server_metadata_url")
MIN_SECRET = 32  # characters
SIGNED_IN_SECONDS = 24 * 3600.0  # afterwards the provider is asked again: it may know the person no more
WIDE_OPEN = (
    "Everyone who reaches {host} can read the indexed documents and the chats, delete them and upload others. "
    "Settings, and folders by their path, are not changed from the page."
)
NOT_IN_FORCE = "CITEWISE_UI_SIGN_IN asks for sign-in, but this server was started without it."


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has signed in. `owner`, issuer and subject with a space between, is stable and theirs alone;
    `email` only where the provider verified it."""

    owner: str
    name: str
    email: str | None


def person_of(claims: Mapping[str, Any], now: float) -> Person | None:
    """The person of an identity token whose signature was checked; None when it names none, or long ago.

    `now` is in seconds since 1970.
    """
    issuer, subject, issued = claims.get("iss"), claims.get("sub"), claims.get("iat")
    if claims.get("is_logged_in") is not True or not issuer or not subject or not isinstance(issued, int | float):
        return None
    if now - issued > SIGNED_IN_SECONDS:
        return None
    email = str(claims.get("email") or "")
    verified = claims.get("email_verified") in (True, "true")
    name = str(claims.get("name") or email or subject)
    return Person(f"{issuer} {subject}", name, email if email and verified else None)


def is_admin(person: Person, settings: Settings) -> bool:
    """Whether CITEWISE_UI_ADMINS names the person: by `owner` as it is, or by `email` in any case.

    A subject alone is no name: a provider may let people choose it, and two providers may give the same one.
    """
    named = {one.strip() for one in (settings.ui_admins or "").split(",")} - {""}
    emails = {_plain(one) for one in named if "@" in one and " " not in one}
    return person.owner in named or (person.email is not None and _plain(person.email) in emails)


def check_in_force(asked: Path | None, files: Sequence[str], is_on: bool) -> None:
    """Raises SettingsError where people were to sign in with the file, but Streamlit was not given it (`files`)."""
    if asked is not None and not (is_on and str(asked) in files):
        raise SettingsError(NOT_IN_FORCE, "Start it with: citewise ui")


def auth_section(settings: Settings) -> Mapping[str, Any] | None:
    """The [auth] section that is in force; None without sign-in. Raises SettingsError when it cannot work."""
    if settings.ui_sign_in is not None:
        found = _read(settings.ui_sign_in).get("auth")
    else:
        found = {name: value for file in DEFAULT_FILES if file.is_file() for name, value in _read(file).items()}.get(
            "auth"
        )
    if found is None and settings.ui_sign_in:
        raise SettingsError(f"{settings.ui_sign_in} has no [auth] section.", "README.md shows what it holds.")
    if found is not None:
        _check(found)
    return found


def providers(auth: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the providers; "" is the one without a name."""
    named = tuple(name for name, value in auth.items() if isinstance(value, Mapping) and "client_id" in value)
    return (("",) if "client_id" in auth else ()) + named


def home(auth: Mapping[str, Any]) -> str:
    """Scheme, host and port that the provider sends people back to: the only address at which they can sign in."""
    parts = urlsplit(str(auth.get("redirect_uri", "")))
    return f"{parts.scheme}://{parts.netloc}"


def host(auth: Mapping[str, Any]) -> str:
    """The name in `home`: that of a proxy in front of this server, or this machine's."""
    return urlsplit(home(auth)).hostname or ""


def warning(settings: Settings, auth: Mapping[str, Any] | None) -> str:
    """What whoever opened the server to others should know; "" where there is nothing."""
    if auth is None:
        return "" if is_loopback(settings.ui_host) else WIDE_OPEN.format(host=settings.ui_host)
    address = urlsplit(home(auth))
    if address.scheme == "http" and not is_loopback(address.hostname or ""):
        return f"{home(auth)} is not encrypted: whoever is on the way can take over what somebody signed in to."
    return ""


def _plain(email: str) -> str:
    """Without the case of Latin letters. Others stay: the sign for kelvin in lower case is a k."""
    return email.lower() if email.isascii() else email


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{file} is not there.", "Correct CITEWISE_UI_SIGN_IN.") from None
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file} cannot be read: {error}", "Correct it; it is a TOML file.") from None


def _check(auth: Mapping[str, Any]) -> None:
    fix = "Correct the [auth] section; README.md shows what it holds."
    if not isinstance(auth, Mapping):
        raise SettingsError("[auth] is not a section.", fix)
    parts = urlsplit(str(auth.get("redirect_uri", "")))
    if parts.scheme not in ("http", "https") or not parts.netloc or not parts.path.endswith(CALLBACK):
        raise SettingsError(f"redirect_uri must be the address of the chat with {CALLBACK} at its end.", fix)
    if len(str(auth.get("cookie_secret", ""))) < MIN_SECRET:
        make = "Make one with: python -c 'import secrets; print(secrets.token_hex())'"
        raise SettingsError(f"cookie_secret must have at least {MIN_SECRET} characters.", make)
    names = providers(auth)
    for name in names:
        missing = [key for key in OF_A_PROVIDER if not (auth[name] if name else auth).get(key)]
        if missing:
            raise SettingsError(f"[auth{name and f'.{name}'}] lacks {', '.join(missing)}.", fix)
    if not names:
        raise SettingsError("[auth] names no provider: it has no client_id.", fix)
    if find_spec("authlib") is None:
        raise SettingsError("Signing in needs Authlib.", "Install it: pip install 'citewise[sign-in]'")
