"""Telling Discord the commands, only when they are not what it has already."""

from __future__ import annotations

import logging
from typing import Any

import discord
from discord import app_commands
from discord.http import Route

log = logging.getLogger(__name__)


async def sync_if_changed(client: discord.Client, tree: app_commands.CommandTree[Any]) -> bool:
    """Compare the commands with those that Discord has, and send them where they differ. True where they were sent."""
    known = await client.http.request(
        Route("GET", "/applications/{application_id}/commands", application_id=client.application_id),
        params={"with_localizations": "true"},
    )
    translator = tree.translator or _NoTranslator()
    wanted = [await command.get_translated_payload(tree, translator) for command in tree.get_commands()]
    if same(wanted, known):
        return False
    await tree.sync()
    log.info("commands were synced", extra={"commands": len(wanted)})
    return True


def same(wanted: list[dict[str, Any]], known: list[dict[str, Any]]) -> bool:
    """Whether Discord has these commands and no others. What it adds of its own and leaves out does not count."""
    if len(wanted) != len(known):
        return False
    by_name = {(command["name"], command.get("type", 1)): command for command in known}
    return all(_holds(by_name.get((command["name"], command.get("type", 1))), command) for command in wanted)


def _holds(known: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(known, dict) and all(
            _holds(known.get(name), value) for name, value in wanted.items() if name != "id"
        )
    if isinstance(wanted, list):
        given = known or []
        return len(given) == len(wanted) and all(map(_holds, given, wanted))
    if isinstance(wanted, int) and isinstance(known, str):  # a number of permissions comes back as text
        return known == str(wanted)
    return bool(known == wanted) or (not known and not wanted) or (known is None and wanted is True)


class _NoTranslator(app_commands.Translator):
    async def translate(self, *_: Any) -> str | None:
        return None
