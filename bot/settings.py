"""The only reader of the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, AnyHttpUrl, AnyWebsocketUrl, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


ShardIds = Annotated[tuple[Annotated[int, Field(ge=0)], ...], NoDecode, BeforeValidator(_split)]


def _one_word(token: SecretStr) -> SecretStr:
    if any(char.isspace() or not char.isprintable() for char in token.get_secret_value().strip()):
        raise ValueError("a token is one word, and this holds a space, a line end or the like")
    return SecretStr(token.get_secret_value().strip())


class Settings(BaseSettings):
    """Every setting, with its default. None is needed for the terminal; Discord needs the token."""

    model_config = SettingsConfigDict(
        env_prefix="FOOTNOTE_", env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    knowledge: Path | None = None
    encoder: bool = True
    default_compound: str | None = None
    database: Path = Path("footnote.db")
    retention_days: Annotated[float, Field(gt=0, le=3650)] = 30

    database_url: SecretStr | None = Field(default=None, validation_alias="DATABASE_URL")

    discord_token: Annotated[SecretStr, AfterValidator(_one_word)] | None = Field(
        default=None, validation_alias="DISCORD_TOKEN"
    )
    message_content: bool = Field(default=False, validation_alias="DISCORD_MESSAGE_CONTENT")
    discord_api_url: AnyHttpUrl | None = Field(default=None, validation_alias="DISCORD_API_URL")
    discord_gateway_url: AnyWebsocketUrl | None = Field(default=None, validation_alias="DISCORD_GATEWAY_URL")
    health_port: Annotated[int, Field(ge=1, le=65_535)] | None = None  # /healthz and /metrics, on loopback alone
    watchdog: Annotated[float, Field(ge=0)] = 300.0  # seconds of silence of the gateway that end the process; 0: never
    shard_count: Annotated[int, Field(ge=1)] = Field(default=1, validation_alias="SHARD_COUNT")
    shard_ids: ShardIds = Field(default=(), validation_alias="SHARD_IDS")

    @property
    def database_address(self) -> str | None:
        """Where the database is, if not in the file; it may hold a password."""
        return self.database_url.get_secret_value() if self.database_url else None

    def secrets(self) -> tuple[str, ...]:
        """What must not be seen in a log: the token, and the password of each address that holds one."""
        values = [getattr(self, name) for name in type(self).model_fields]
        whole = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        passwords = [urlsplit(text).password for text in (*whole, *map(str, values)) if _is_address(text)]
        return tuple(dict.fromkeys(filter(None, (*whole, *passwords, *(unquote(word) for word in passwords if word)))))


def _is_address(text: str) -> bool:
    try:
        return bool(urlsplit(text).password)
    except ValueError:
        return False


def setting_name(field: str) -> str:
    """The name of a setting in the environment, from the name of its field (or from that name itself)."""
    if field in Settings.model_fields:
        return str(Settings.model_fields[field].validation_alias or f"FOOTNOTE_{field}").upper()
    return field.upper()
