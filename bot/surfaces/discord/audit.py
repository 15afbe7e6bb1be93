"""Who changed what: told to the log, and to the channel that a server's settings name."""

from __future__ import annotations

import logging

import discord

from bot.core.interface import Audited, in_language
from bot.surfaces.discord.languages import language_of_server
from bot.surfaces.discord.replying import Interaction, Replier
from bot.surfaces.discord.reports import Entry, Member, Report
from bot.surfaces.discord.service import Service

log = logging.getLogger(__name__)


class Audit:
    """Tells what was done. Where a server has no log channel, or it cannot be written to, the log alone is told."""

    def __init__(self, service: Service, replier: Replier) -> None:
        self._service = service
        self._replier = replier

    async def told(self, interaction: Interaction, what: Audited, *entries: Entry, **fields: object) -> None:
        """Tell what whoever acts has done; `fields` are for the log alone."""
        by = Entry(
            self._service.words.word("by", language_of_server(interaction.guild)), (Member(interaction.user.id),)
        )
        await self.noted(interaction.client, what, interaction.guild_id, by, *entries, by=interaction.user.id, **fields)

    async def noted(
        self, client: discord.Client, what: Audited, guild: int | None, *entries: Entry, **fields: object
    ) -> None:
        """Tell what happened on a server; on none, the log alone is told."""
        log.info("audit", extra={"what": what, "guild": guild, **fields})
        if guild is None:
            return
        channel = (await self._service.settings(guild, discord.Object(guild))).log_channel
        if channel is None:
            return
        words, language = self._service.words, language_of_server(client.get_guild(guild))
        line = words.filled(in_language(words.audit[what], language), language)
        report = Report(
            card=self._service.default_card,
            title=words.word("audit", language),
            lines=(line,),
            entries=entries,
            language=language,
        )
        await self._replier.tell(client.get_partial_messageable(channel, guild_id=guild), report)
