"""The command line: the only place that puts settings, knowledge, assistant and surface together."""

from bot.cli.app import app, main

__all__ = ["app", "main"]
