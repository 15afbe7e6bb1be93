"""What all commands for moderators share: they are acknowledged, checked, and answered privately with a report."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.interface import Heading, Word
from bot.surfaces.discord.audit import Audit
from bot.surfaces.discord.languages import language_of
from bot.surfaces.discord.permissions import Chosen, moderates
from bot.surfaces.discord.replying import Interaction, Replier
from bot.surfaces.discord.reports import Entry, Report, Row
from bot.surfaces.discord.service import Service


@dataclass(frozen=True, slots=True)
class Moderating:
    """Answers moderators."""

    service: Service
    replier: Replier
    audit: Audit

    async def allows(
        self, interaction: Interaction, heading: Heading, chosen: Chosen | None = None, *, in_place: bool = False
    ) -> bool:
        """Acknowledge, then check whether whoever acts moderates there, and say so where not."""
        if not await self.replier.acknowledge(interaction, private=True, in_place=in_place):
            return False
        settings = await self.service.settings(interaction.guild_id, chosen or interaction.channel)
        if moderates(interaction, settings, chosen):
            return True
        await self.say(interaction, heading, self.word("moderators-only", interaction))
        return False

    async def say(
        self, interaction: Interaction, heading: Heading, line: str = "", *entries: Entry, rows: tuple[Row, ...] = ()
    ) -> None:
        """Fill an acknowledged interaction's reply with a report."""
        report = Report(
            card=self.service.default_card,
            title=self.word(heading, interaction),
            lines=(line,) if line else (),
            entries=entries,
            rows=rows,
            language=language_of(interaction),
        )
        await self.replier.respond(interaction, report)

    def word(self, name: Word, interaction: Interaction) -> str:
        """A word in the language of whoever acts."""
        return self.service.words.word(name, language_of(interaction))
