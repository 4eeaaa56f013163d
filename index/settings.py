"""Settings of the index. Read from the environment and `.env`, or given in code."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pydantic import Field, PrivateAttr, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.errors import SettingsError

PREFIX = "CITEWISE_"
EMBEDDER_NAMES = {"minilm": "local", "openai": "openai:text-embedding-3-small"}  # short or old names


class IndexSettings(BaseSettings):
    """Where the index lives and how passages are embedded.

    Raises SettingsError, naming the setting and its bounds, when a value is not allowed.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    index_dir: Path = Field(Path(".citewise"), description="Folder of the index; made when missing.")
    seeds_dir: Path = Field(Path("seeds"), description="Folder that is indexed when none is named.")
    embedder: str = Field(
        "local",
        description="'local' (MiniLM, no network; also 'minilm'), 'fast' (word vectors, no network; weaker), or "
        "'openai' or 'openai:<model>' on the OpenAI-compatible endpoint.",
    )
    embedder_query_prefix: str | None = Field(None, description="Put before a question (openai embedders only).")
    embedder_passage_prefix: str | None = Field(None, description="Put before a passage (openai embedders only).")
    embedder_dimensions: int | None = Field(
        None, ge=1, le=65536, description="Length of the vectors to ask for (openai embedders only)."
    )
    chroma_url: str | None = Field(
        None,
        description="Address of a Chroma server for the vectors.",
        repr=False,  # may hold a password or a token
    )
    threads: int = Field(2, ge=1, le=64, description="Threads of the embedded model.")
    max_file_mb: int = Field(500, ge=1, le=4096, description="Larger files are reported, not read.")
    parser_seconds: float = Field(
        120.0, ge=1, le=3600, description="So long may the reading of a file give no document; then it is given up."
    )
    parser_memory_mb: int = Field(
        2048, ge=0, le=65536, description="Memory of a process that reads files; 0 means no limit."
    )
    ocr_languages: str | None = Field(
        None,
        pattern=r"^[A-Za-z_]{3,20}(\+[A-Za-z_]{3,20})*$",
        description="Languages of tesseract for scanned PDFs, such as eng or eng+deu; empty means none.",
    )
    openai_api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(None, validation_alias="OPENAI_BASE_URL", repr=False)  # may hold a password

    _given: frozenset[str] = PrivateAttr(frozenset())

    def __init__(self, **values: Any) -> None:
        known = set(type(self).model_fields) | {"OPENAI_API_KEY", "OPENAI_BASE_URL"}
        for name in values.keys() - known:
            if not name.startswith("_"):
                close = get_close_matches(name, known, 1)
                raise SettingsError(f"{name} is not a setting.", f"Did you mean {close[0]}?" if close else "")
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise _readable(error) from None
        self._given = frozenset(values)

    @property
    def seeds_dir_given(self) -> bool:
        """Whether the code, not the environment, named the folder: then it is a root of every build."""
        return "seeds_dir" in self._given

    @field_validator("embedder")
    @classmethod
    def _known_embedder(cls, value: str) -> str:
        value = EMBEDDER_NAMES.get(value, value)
        if value in ("local", "fast") or (value.startswith("openai:") and len(value) > len("openai:")):
            return value
        raise ValueError("must be 'local', 'fast', 'openai' or 'openai:<model>'")

    @field_validator("chroma_url")
    @classmethod
    def _known_chroma_url(cls, value: str | None) -> str | None:
        if value is not None and not _is_chroma_url(value):
            raise ValueError(
                "must be an address like http://127.0.0.1:8000 (.env.example tells what else may be in it)"
            )
        return value


def _is_chroma_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and not parts.fragment
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url
    return whole and plain and asked.keys() <= {"tenant", "database"} and all(asked.values())


def _readable(error: ValidationError) -> SettingsError:
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else "settings"
    shown = name if name.isupper() else f"{PREFIX}{name.upper()}"
    message = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return SettingsError(
        f"{shown}: {message[:1].lower()}{message[1:]}",
        f"Correct {shown} in the environment or in .env; .env.example explains every setting.",
    )
