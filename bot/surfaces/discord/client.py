"""The client: wires Discord's events to messages, commands and buttons, and ends cleanly."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import discord
from discord import app_commands

from bot.footnote import Footnote
from bot.keeping import PATIENCE
from bot.ports import Store
from bot.reloading import Reloading
from bot.surfaces.discord.adding import Adding
from bot.surfaces.discord.audit import Audit
from bot.surfaces.discord.board import Board
from bot.surfaces.discord.buttons import Kept, Presses
from bot.surfaces.discord.card_commands import CardCommands
from bot.surfaces.discord.commands import Commands, add_commands, completing
from bot.surfaces.discord.feedback import Feedback
from bot.surfaces.discord.identifying import Slots
from bot.surfaces.discord.items import Menu, Press
from bot.surfaces.discord.kept_commands import add_privacy, add_queue
from bot.surfaces.discord.languages import Translator
from bot.surfaces.discord.messages import Messages, addressed
from bot.surfaces.discord.moderating import Moderating
from bot.surfaces.discord.moderator_commands import add_card_commands, add_reload, add_settings
from bot.surfaces.discord.outbox import Outbox
from bot.surfaces.discord.pins import Pins
from bot.surfaces.discord.privacy import RETENTION_DAYS, Privacy
from bot.surfaces.discord.queue import Queue
from bot.surfaces.discord.reloads import Reloads
from bot.surfaces.discord.replying import SILENT, Interaction, Replier
from bot.surfaces.discord.restraint import SURE
from bot.surfaces.discord.service import Service
from bot.surfaces.discord.setting_commands import SettingCommands
from bot.surfaces.discord.syncing import sync_if_changed
from bot.surfaces.discord.upkeep import Upkeep

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

    `patience` is how many seconds the store may take before its defaults are used; `load` loads the knowledge
    anew; `retention_days` is how long unanswered questions and hashes of voters are kept; `sure` is the least
    confidence of an answer that nobody asked for.
    """

    def __init__(  # noqa: PLR0913 - what a client is put together from
        self,
        footnote: Footnote,
        store: Store,
        *,
        reads_content: bool = False,
        shards: Shards = ALONE,
        patience: float = PATIENCE,
        load: Callable[[], Footnote] | None = None,
        retention_days: float = RETENTION_DAYS,
        sure: float = SURE,
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
        self._slots = Slots(self.shard_ids or (0,), shards.count)
        self.tree = _tree(self)
        self.service = Service.of(footnote, store, patience, sure)
        self.replier = Replier(self.service, Outbox(len(self.shard_ids or ()) / shards.count))
        self._messages = Messages(self.service, self.replier, reads_content=reads_content)
        moderating = Moderating(self.service, self.replier, Audit(self.service, self.replier))
        pins, board = Pins(self.service), Board(self, self.replier)
        self.upkeep = Upkeep(self, pins, board, moderating.audit)
        self._commands = Commands(self.service, self.replier)
        self._cards = CardCommands(moderating, pins, board, self.upkeep)
        self._settings = SettingCommands(moderating, reads_content=reads_content)
        self._reloads = Reloads(moderating, Reloading(self.service.desk, load or (lambda: footnote)), self.upkeep)
        self._kept = Kept(Queue(moderating), Feedback(moderating))
        self.privacy = Privacy(self.service, self.replier, self._messages.forget, retention_days)
        turns = {"pins": self._cards.list, "faults": self._reloads.faults}
        self._presses = Presses(self.service, self.replier, self._kept, turns)
        self._add_commands()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait until this process may identify."""
        if self._slots.are_needed:
            await asyncio.sleep(self._slots.wait(time.time()))
        else:
            await super().before_identify_hook(shard_id, initial=initial)

    async def setup_hook(self) -> None:
        """Before the first event: buttons are known again, commands are told to Discord if they changed."""
        self.add_dynamic_items(Press, Menu)
        await self.tree.set_translator(Translator())
        try:
            await sync_if_changed(self, self.tree)
        except discord.HTTPException:
            log.exception("the commands could not be synced; the bot goes on with those that Discord has")

    async def on_ready(self) -> None:
        """Say that the bot is there, and look after the pinned cards."""
        log.info("ready", extra={"guilds": len(self.guilds), "shards": list(self.shards)})
        self.upkeep.start()
        self.privacy.start(self)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot has left a server, or was removed from it."""
        await self.privacy.left(guild.id)

    async def on_interaction(self, interaction: Interaction) -> None:
        """A form was filled in; buttons and commands come elsewhere."""
        if interaction.type is discord.InteractionType.modal_submit:
            form = dict(interaction.data or {})
            await self.pressed(interaction, str(form.get("custom_id")), tuple(_filled_in(form)))

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """A server is in reach again."""
        if self.is_ready():
            self.upkeep.arrived(guild.id)

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
        self.upkeep.deleted([payload.message_id])
        await self._messages.deleted(payload.message_id)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Several messages were deleted."""
        self.upkeep.deleted(payload.message_ids)
        for message_id in payload.message_ids:
            await self._messages.deleted(message_id)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel was deleted."""
        self.upkeep.reopened(channel.id)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """A thread was deleted."""
        self.upkeep.reopened(payload.thread_id)

    async def on_raw_thread_update(self, payload: discord.RawThreadUpdateEvent) -> None:
        """A thread was changed; perhaps opened again."""
        if not payload.data["thread_metadata"]["archived"]:
            self.upkeep.reopened(payload.thread_id)

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
        self.upkeep.close()
        self.privacy.close()
        self.service.desk.close()
        await super().close()
        await self.service.inbox.close()
        await self.service.keeper.close()

    def reload(self) -> None:
        """Load the knowledge anew, in the background; the log says what came of it."""
        self.upkeep.begin(self._reloads.signalled())

    def _add_commands(self) -> None:
        adding = Adding(self.tree, self.service.words)
        add_commands(adding, self._commands, self.service)
        add_card_commands(adding, self._cards, completing(self._commands))
        add_settings(adding, self._settings, completing(self._commands))
        add_reload(adding, self._reloads)
        add_queue(adding, self._kept.queue, self._kept.feedback)
        add_privacy(adding, self.privacy)


def _filled_in(component: Mapping[str, Any]) -> Iterator[str]:
    """The texts that were filled into a form."""
    if isinstance(component.get("value"), str):
        yield component["value"]
    for within in (*component.get("components", ()), *filter(None, [component.get("component")])):
        yield from _filled_in(within)


def _tree(client: Client) -> Tree:
    """A tree whose commands are there in servers, in direct messages and for whoever installed the app."""
    return Tree(
        client,
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
    )
