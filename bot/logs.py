"""Structured logs: one JSON object a line on standard error, with the secrets taken out."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable

from pythonjsonlogger.json import JsonFormatter

HIDDEN = "**********"
SHORTEST = 6  # characters of a secret: a shorter one would stand in ordinary words


class Discreet(JsonFormatter):
    """Writes a record as JSON, with asterisks for each secret: in messages, fields, errors and tracebacks."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(
            "{asctime}{levelname}{name}{message}",
            style="{",
            rename_fields={"asctime": "at", "levelname": "level", "name": "logger", "message": "event"},
        )
        written = {form for secret in secrets if len(secret) >= SHORTEST for form in _forms(secret)}
        self._secrets = sorted(written, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        return line


def log_in_json(level: int = logging.INFO, secrets: Iterable[str] = ()) -> None:
    """Log everything from `level` on as JSON, with the fields that a record brings along and none of the `secrets`."""
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)  # it names its own parts at every start


def _forms(secret: str) -> set[str]:
    """A secret as it may stand in a line of JSON: to the letter, escaped, and escaped within a repr."""
    written = (secret, repr(secret)[1:-1])
    return {secret, *(json.dumps(text, ensure_ascii=plain)[1:-1] for text in written for plain in (True, False))}
