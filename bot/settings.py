"""The only reader of the environment."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting, with its default. None is needed for the terminal."""

    model_config = SettingsConfigDict(env_prefix="FOOTNOTE_", env_file=".env", env_file_encoding="utf-8", extra="ignore")

    knowledge: Path | None = None
    encoder: bool = True
    default_compound: str | None = None
