"""Secrets: in no log line, no error and no printed setting."""

from __future__ import annotations

import io
import json
import logging
from pathlib import Path

import pytest

from bot.logs import HIDDEN, Discreet
from bot.settings import Settings
from tests.discord.far_end import far_end
from tests.discord.test_running import ran

TOKEN = "MTAwMDAw.GhJkLm.a-made_up-token-that-is-no-ones"
PASSWORD = 'p"ss\\wörd/1'


def logged(secrets: tuple[str, ...], message: object, **more: object) -> str:
    """What a logger writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Discreet(secrets))
    logger = logging.Logger("test")
    logger.addHandler(handler)
    try:
        raise ValueError(f"refused: {message}")  # noqa: TRY301 - to be logged with its traceback
    except ValueError:
        logger.exception(message, extra={"header": {"Authorization": f"Bot {message!r}"}, **more})
    return stream.getvalue()


@pytest.mark.parametrize("secret", [TOKEN, PASSWORD])
def test_a_secret_is_in_no_message_field_error_or_traceback(secret: str) -> None:
    line = logged((secret,), secret, fields=[secret, {"a": secret}], shown=repr(secret))
    assert secret not in line
    assert secret not in str(json.loads(line))
    assert repr(secret)[1:-1] not in str(json.loads(line))
    assert HIDDEN in line


def test_what_is_no_secret_is_written_as_it_is() -> None:
    line = json.loads(logged((TOKEN, "", "abc"), "abc of a question"))
    assert line["event"] == "abc of a question"


def test_settings_show_no_token_and_know_what_must_not_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("DISCORD_API_URL", "https://me:pass%40word@127.0.0.1/api")
    settings = Settings()
    assert TOKEN not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert {TOKEN, "pass@word", "pass%40word"} <= set(settings.secrets())


@pytest.mark.parametrize("token", [f" {TOKEN}→ ", f"{TOKEN}\nX"])
async def test_a_run_that_fails_shows_its_token_nowhere(tmp_path: Path, token: str) -> None:
    async with far_end() as end:
        code, errors = await ran({**end.settings, "DISCORD_TOKEN": token}, tmp_path)
    assert code == (2 if "\n" in token else 1)
    assert TOKEN not in errors
    assert "Traceback" not in errors


async def test_a_wrong_setting_beside_the_token_does_not_show_it(tmp_path: Path) -> None:
    code, errors = await ran({"DISCORD_TOKEN": TOKEN, "SHARD_COUNT": TOKEN}, tmp_path)
    assert code == 2
    assert TOKEN not in errors
