"""Structured logs: one JSON object a line on standard error."""

from __future__ import annotations

import logging

from pythonjsonlogger.json import JsonFormatter


def log_in_json(level: int = logging.INFO) -> None:
    """Log everything from `level` on as JSON, with the fields that a record brings along."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonFormatter(
            "{asctime}{levelname}{name}{message}",
            style="{",
            rename_fields={"asctime": "at", "levelname": "level", "name": "logger", "message": "event"},
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)  # it names its own parts at every start
