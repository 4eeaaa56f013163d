"""Settings of asking, on top of those of the index."""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values
from pydantic import Field

from index.errors import SettingsError
from index.settings import PREFIX, IndexSettings


class Settings(IndexSettings):
    """All settings of Citewise: `Settings()` reads the environment and `.env`; values can be given in code."""

    answer_mode: Literal["auto", "extractive", "llm"] = Field(
        "auto", description="'auto' uses a language model when a key or an endpoint is set."
    )
    llm_model: str = Field("gpt-4o-mini", min_length=1, description="Model name at the endpoint.")
    llm_timeout: float = Field(60.0, gt=0, le=3600, description="Seconds to wait for the endpoint.")
    llm_context: int | None = Field(
        None, ge=1_024, le=10_000_000, description="Tokens the model reads at once; empty: as known of it, or 8192."
    )
    llm_price_in: float | None = Field(None, ge=0, description="Price of a million tokens that the model reads.")
    llm_price_out: float | None = Field(None, ge=0, description="Price of a million tokens that the model writes.")
    passages: int = Field(8, ge=1, le=50, description="Passages that are read for an answer.")
    context_words: int = Field(
        1_500, ge=100, le=100_000, description="Words a model is given: the passages, and what stands around them."
    )
    min_confidence: float = Field(0.45, ge=0, le=1, description="Below this an answer is an abstention.")
    unsupported: Literal["mark", "drop"] = Field(
        "mark", description="What happens to sentences of a model that the sources do not bear."
    )
    ui_host: str = Field("127.0.0.1", description="Address the chat listens on.")
    ui_port: int = Field(8501, ge=1, le=65535, description="Port the chat listens on.")
    ui_sign_in: Path | None = Field(
        None, description="File with Streamlit's [auth] section: then everybody signs in and has chats of their own."
    )
    ui_admins: str | None = Field(
        None,
        description="Verified e-mail addresses or ids (issuer and subject), with commas between: they may change all.",
    )

    @property
    def uses_llm(self) -> bool:
        if self.answer_mode == "auto":
            return self.openai_api_key is not None or self.openai_base_url is not None
        return self.answer_mode == "llm"


def unknown_settings() -> list[str]:
    """One line for each CITEWISE_ name in the environment or `.env` that is no setting, with the nearest that is."""
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields if not name.startswith("openai_")]
    try:
        in_file = dotenv_values(".env")
    except UnicodeDecodeError:
        raise SettingsError("The file .env is not UTF-8 text.", "Save it as UTF-8.") from None
    found = {name for name in (*os.environ, *in_file) if name.upper().startswith(PREFIX)}
    lines = []
    for name in sorted(found - set(known) - {one for one in found if one.upper() in known}):
        close = get_close_matches(name.upper(), known, 1)
        lines.append(f"{name} is not a setting" + (f"; did you mean {close[0]}?" if close else ""))
    return lines
