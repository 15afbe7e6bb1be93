"""Where the commands find what the bot keeps."""

from __future__ import annotations

from bot.cli.common import BAD_USE, fail
from bot.ports import StoreError
from bot.settings import Settings
from bot.store import SqlStore, open_store


def store_of(settings: Settings) -> SqlStore:
    """The database that the settings name, not opened yet; an address that is none ends the command."""
    try:
        return open_store(settings.database, settings.database_address)
    except StoreError as error:
        fail(str(error), BAD_USE)
