"""Forgetting: whoever asks for it, a server that was left, and what is too old."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import discord
from discord.utils import utcnow

from bot.ports import StoreError
from bot.surfaces.discord.languages import language_of
from bot.surfaces.discord.replying import Interaction, Replier
from bot.surfaces.discord.service import Service

RETENTION_DAYS = 30.0  # in which questions and hashes of voters are kept
DAY = 86_400.0  # seconds
EVERY = DAY  # between two looks at what is too old

log = logging.getLogger(__name__)


class Privacy:
    """Deletes what must not be kept any longer. `forget` lets go what is remembered of a member in memory alone."""

    def __init__(
        self, service: Service, replier: Replier, forget: Callable[[int], None], retention_days: float
    ) -> None:
        self._service = service
        self._replier = replier
        self._forget = forget
        self._retention_days = retention_days
        self._looking: asyncio.Task[None] | None = None

    async def tell(self, interaction: Interaction) -> None:
        """Say what is kept."""
        if await self._replier.acknowledge(interaction, private=True):
            compound = (await self._service.settings(interaction.guild_id, interaction.channel)).default_compound
            days = f"{self._retention_days:g}"
            note = self._service.footnote.note("privacy", compound, language_of(interaction), days=days)
            await self._replier.respond(interaction, note)

    async def forget_me(self, interaction: Interaction) -> None:
        """Delete whatever could be tied to whoever asks."""
        if not await self._replier.acknowledge(interaction, private=True):
            return
        member = interaction.user.id
        self._forget(member)
        self._service.exchanges.forget(member)
        self._service.recent.forget(member)
        done = await self._service.keeper.kept("forgot nobody", self._service.store.forget_member(member))
        note = self._service.footnote.note("forgotten" if done else "not-forgotten", None, language_of(interaction))
        await self._replier.respond(interaction, note)

    async def left(self, guild: int) -> None:
        """Delete the rows of a server that the bot has left; where that fails, the next look does it."""
        await self._service.inbox.kept()
        await self._service.keeper.kept("removed no server", self._service.store.remove_guild(guild), guild=guild)

    async def look(self, client: discord.AutoShardedClient, now: float) -> None:
        """Delete what is too old at a time (seconds), and what is left of servers that the bot is not in any more."""
        keeper, store = self._service.keeper, self._service.store
        await keeper.kept("purged nothing", store.purge(now - self._retention_days * DAY))
        try:
            known = await keeper.tried("named no servers", store.known_guilds())
        except StoreError:
            return
        for guild in known:
            if _is_ours(client, guild) and client.get_guild(guild) is None:
                log.info("a server was left while the bot was away; its rows are deleted", extra={"guild": guild})
                await self.left(guild)

    def start(self, client: discord.AutoShardedClient) -> None:
        """Look now, and every day from now on."""
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_again_and_again(client))

    def close(self) -> None:
        """Look no more."""
        if self._looking:
            self._looking.cancel()

    async def _look_again_and_again(self, client: discord.AutoShardedClient) -> None:
        while True:
            if client.is_ready():
                await self.look(client, utcnow().timestamp())
            await asyncio.sleep(EVERY)


def _is_ours(client: discord.AutoShardedClient, guild: int) -> bool:
    """Whether a server belongs to a shard of this process."""
    return (guild >> 22) % (client.shard_count or 1) in client.shards
