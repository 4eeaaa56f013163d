"""What was set on the settings page, on top of the environment, and kept beside the index. The key is never written."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr

from index.errors import SettingsError
from rag.settings import Settings
from ui.preferences.address import checked_endpoint, origin_of
from ui.preferences.words import LABELS

FILE = "page.json"
CHANGEABLE = tuple(LABELS)
AGAIN = "Correct it, then save."
KeyFrom = Literal["page", "environment"] | None
MAX_NAME = 200  # characters of a model's name
MAX_KEY = 4_096


@dataclass(frozen=True, slots=True)
class Key:
    """A key and the only origin that may receive it."""

    origin: str
    secret: SecretStr


class Preferences:
    """`given` is the environment's, `settings` what is in force, `changed` the values that stand on the page instead.

    `notice` tells what of the file could not be used. `round` counts the changes. Safe from several threads.
    """

    def __init__(self, given: Settings) -> None:
        self.given = given
        self._file = given.index_dir / FILE
        self._lock = threading.Lock()
        self._key: Key | None = None
        self.round = 0
        self.changed, self.notice = read(self._file, given)

    @property
    def settings(self) -> Settings:
        return put_together(self.given, self.changed, self._key)

    @property
    def key_from(self) -> KeyFrom:
        """Where the key for the endpoint in force comes from."""
        return key_from(self.settings, self.given)

    def change(self, **values: Any) -> Settings:
        """Sets and keeps values; an `openai_base_url` of None means OpenAI's own, a `key` of None the environment's.

        A key is for the endpoint that is in force after the change. It lives as long as the process, and no longer
        than its endpoint. Raises SettingsError, and changes nothing, when a value is not allowed or cannot be kept.
        """
        with self._lock:
            changed, key = self._after(values)
            write(self._file, changed)
            self.changed, self._key, self.notice = changed, key, None
            self.round += 1
            return self.settings

    def preview(self, **values: Any) -> Settings:
        """What `change` would give, without changing anything."""
        return put_together(self.given, *self._after(values))

    def _after(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], Key | None]:
        own = {name: value for name, value in values.items() if name != "key"}
        changed = differing({**self.changed, **checked(own, self.given)}, self.given)
        origin = origin_of(put_together(self.given, changed, None).openai_base_url)
        if "key" in values:
            secret = checked_key(values["key"])
            return changed, None if secret is None else Key(origin, secret)
        return changed, self._key if self._key is not None and self._key.origin == origin else None

    def reset(self) -> Settings:
        """Forgets what was set on the page, the key too. Raises SettingsError when the file cannot be removed."""
        with self._lock:
            try:
                self._file.unlink(missing_ok=True)
            except OSError as error:
                raise SettingsError(
                    f"{self._file} cannot be removed: {error.strerror}.", "Remove it yourself."
                ) from None
            self.changed, self.notice, self._key = {}, None, None
            self.round += 1
            return self.settings


def put_together(given: Settings, changed: Mapping[str, Any], key: Key | None) -> Settings:
    """The environment's settings under those of the page. A key goes to no other origin than its own."""
    settings = given.model_copy(update=dict(changed))
    origin = origin_of(settings.openai_base_url)
    if key is not None and key.origin == origin:
        return settings.model_copy(update={"openai_api_key": key.secret})
    if origin != origin_of(given.openai_base_url):
        return settings.model_copy(update={"openai_api_key": None})
    return settings


def key_from(settings: Settings, given: Settings) -> KeyFrom:
    """Where the key of the settings comes from."""
    if settings.openai_api_key is None:
        return None
    return "environment" if settings.openai_api_key == given.openai_api_key else "page"


def differing(values: Mapping[str, Any], given: Settings) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value != getattr(given, name)}


def has_fixed_endpoint(given: Settings) -> bool:
    """Whether the vectors are made at the endpoint: every passage goes there, so only the environment names it."""
    return given.embedder.startswith("openai:")


def checked(values: Mapping[str, Any], given: Settings) -> dict[str, Any]:
    """The values as Settings has them. Raises SettingsError for the first that is not allowed."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name not in CHANGEABLE:
            raise SettingsError(f"{name} cannot be set on the page.", "Set it in the environment or in .env.")
        found[name] = _checked(name, value, given)
    return found


def _checked(name: str, value: Any, given: Settings) -> Any:
    if name == "openai_base_url":
        address = checked_endpoint(value)
        if address != given.openai_base_url and has_fixed_endpoint(given):
            fix = "Set OPENAI_BASE_URL in the environment or in .env."
            raise SettingsError("The endpoint also makes the vectors of the index and cannot be changed here.", fix)
        return address
    if name == "llm_model" and isinstance(value, str):
        value = value.strip()
        if not value.isprintable() or len(value) > MAX_NAME:
            raise SettingsError(f"{LABELS[name]}: this is no name of a model.", AGAIN)
    try:
        return getattr(Settings(_env_file=None, **{name: value}), name)
    except SettingsError as error:
        raise SettingsError(f"{LABELS[name]}: {str(error).partition(': ')[2]}", AGAIN) from None


def checked_key(key: str | None) -> SecretStr | None:
    """Raises SettingsError, which does not repeat it, for what cannot be a key."""
    plain = (key or "").strip()
    if not plain:
        return None
    if len(plain) > MAX_KEY or not plain.isascii() or not plain.isprintable() or " " in plain:
        raise SettingsError("Key: a key has only Latin letters, digits and signs, without spaces.", AGAIN)
    return SecretStr(plain)


def read(file: Path, given: Settings) -> tuple[dict[str, Any], str | None]:
    """What the file holds, without what is unknown, and what of it could not be used."""
    try:
        found = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}, None
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        return {}, f"{file} is damaged, so the environment's settings are in force. Saving writes it anew."
    changed: dict[str, Any] = {}
    wrong: list[str] = []
    for name in CHANGEABLE:
        if name in found:
            try:
                changed |= checked({name: found[name]}, given)
            except SettingsError:
                wrong.append(LABELS[name].lower())
    told = f"{file} holds values that are not allowed and not in force: {', '.join(wrong)}." if wrong else None
    return differing(changed, given), told


def write(file: Path, changed: Mapping[str, Any]) -> None:
    """In one step, and readable for nobody else. Raises SettingsError when the folder cannot be written."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{FILE}.")  # made with mode 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                json.dump(dict(changed), out, indent=2, ensure_ascii=False)
            os.replace(name, file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SettingsError(
            f"The settings cannot be kept in {file.parent}: {error.strerror}.", "Make the folder writable."
        ) from None
