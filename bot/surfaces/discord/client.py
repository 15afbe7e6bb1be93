"""The client: wires Discord's events to messages, commands and buttons, and ends cleanly."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from typing import Any

import discord
from discord import app_commands

from bot.footnote import Footnote
from bot.ports import Store
from bot.surfaces.discord.buttons import Presses
from bot.surfaces.discord.commands import Commands, add_commands
from bot.surfaces.discord.items import Menu, Press
from bot.surfaces.discord.languages import Translator
from bot.surfaces.discord.messages import Messages, addressed
from bot.surfaces.discord.outbox import Outbox
from bot.surfaces.discord.replying import SILENT, Interaction, Replier
from bot.surfaces.discord.service import PATIENCE, Service
from bot.surfaces.discord.syncing import sync_if_changed

log = logging.getLogger(__name__)

LONGEST_LIMIT = 60.0  # seconds that a message may have to wait for a rate limit; past that it is given up


@dataclass(frozen=True, slots=True)
class Shards:
    """How the guilds are shared: among how many shards, and which of them are this process's (none given: all)."""

    count: int = 1
    ids: tuple[int, ...] = ()


ALONE = Shards()


class Tree(app_commands.CommandTree["Client"]):
    """The commands; an error in one reaches the user as one calm line."""

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Hand an error to the replier."""
        await self.client.replier.failed(interaction, getattr(error, "original", error))


class Client(discord.AutoShardedClient):
    """Footnote on Discord. `reads_content` asks for the message content intent, which automatic answers need.

    `patience` is how many seconds the store may take before its defaults are used.
    """

    def __init__(
        self,
        footnote: Footnote,
        store: Store,
        *,
        reads_content: bool = False,
        shards: Shards = ALONE,
        patience: float = PATIENCE,
    ) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=reads_content)
        super().__init__(
            intents=intents,
            shard_count=shards.count,
            shard_ids=list(shards.ids or range(shards.count)),
            allowed_mentions=SILENT,
            max_messages=None,
            max_ratelimit_timeout=LONGEST_LIMIT,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
        )
        self.tree = Tree(
            self,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self.replier = Replier(footnote, Outbox(len(self.shard_ids or ()) / shards.count))
        self.service = Service.of(footnote, store, patience)
        self._messages = Messages(self.service, self.replier, reads_content=reads_content)
        self._presses = Presses(self.service, self.replier)
        add_commands(self.tree, Commands(self.service, self.replier), self.service)

    async def setup_hook(self) -> None:
        """Before the first event: buttons are known again, commands are told to Discord if they changed."""
        self.add_dynamic_items(Press, Menu)
        await self.tree.set_translator(Translator())
        try:
            await sync_if_changed(self, self.tree)
        except discord.HTTPException:
            log.exception("the commands could not be synced; the bot goes on with those that Discord has")

    async def on_ready(self) -> None:
        """Say that the bot is there."""
        log.info("ready", extra={"guilds": len(self.guilds), "shards": list(self.shards)})

    async def on_message(self, message: discord.Message) -> None:
        """A message."""
        if self.user:
            await self._messages.received(message, self.user)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """A message was edited."""
        if self.user:
            await self._messages.edited(payload.message, self.user)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """A message was deleted."""
        await self._messages.deleted(payload.message_id)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Several messages were deleted."""
        for message_id in payload.message_ids:
            await self._messages.deleted(message_id)

    async def pressed(self, interaction: Interaction, custom_id: str, values: tuple[str, ...] = ()) -> None:
        """A button was pressed, or something chosen from a menu."""
        try:
            await self._presses.pressed(interaction, custom_id, values)
        except Exception as error:
            await self.replier.failed(interaction, error)

    async def on_error(self, event_method: str, /, *args: Any, **_: Any) -> None:
        """An error in an event: whoever addressed the bot is told so, the log has the rest."""
        error = sys.exception()
        if event_method == "on_message" and error and self.user and addressed(args[0], self.user):
            await self.replier.failed_message(args[0], error)
        else:
            log.error("an event failed", exc_info=error, extra={"event": event_method})

    async def close(self) -> None:
        """End: no further question is read, the connections are closed."""
        self.service.desk.close()
        await super().close()
