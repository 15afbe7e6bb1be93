"""The slash commands and the message menu. Their names and descriptions stand in the knowledge files."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any

import discord
from discord import app_commands
from discord.utils import utcnow

from bot.core.answers import Answer
from bot.footnote import Footnote
from bot.ports import ChannelSettings
from bot.surfaces.discord import looking_up
from bot.surfaces.discord.adding import Added, Adding
from bot.surfaces.discord.languages import language_of, localised
from bot.surfaces.discord.layout import Controls
from bot.surfaces.discord.ledger import Answered
from bot.surfaces.discord.messages import question_in
from bot.surfaces.discord.permissions import server_of
from bot.surfaces.discord.replying import Interaction, Replier
from bot.surfaces.discord.service import Question, Service
from bot.surfaces.discord.states import Show

Text = app_commands.Range[str, 1, 4000]
Choices = list[app_commands.Choice[str]]
Completing = Callable[[Interaction, str], Coroutine[Any, Any, Choices]]
LookUp = Callable[[str], tuple[Answer, Controls]]


class Commands:
    """What the commands do."""

    def __init__(self, service: Service, replier: Replier) -> None:
        self._service = service
        self._replier = replier

    @property
    def _footnote(self) -> Footnote:
        return self._service.footnote

    async def ask(self, interaction: Interaction, text: str, *, private: bool) -> None:
        """Answer a question, for all to see or for the asker alone."""
        if not await self._replier.acknowledge(interaction, private=private):
            return
        language = language_of(interaction)
        asked = Question(text, interaction.channel_id or 0, interaction.user.id, utcnow().timestamp(), language)
        settings, began = await self._settings(interaction), time.monotonic()
        answer = await self._service.answer(asked, settings)
        asker, guild = None if private else interaction.user.id, server_of(interaction)
        controls = Controls(asker=asker, votes=guild is not None, language=language)
        reply = await self._replier.respond(interaction, answer, controls)
        self._service.answered(interaction.guild_id, interaction.channel_id, answer, time.monotonic() - began)
        if guild and reply and not private:
            self._service.recent.note(reply, Answered(asked.member, text, answer))
            if answer.outcome == "decline":
                self._service.note_unanswered(guild, text, answer, settings, asked.at)

    async def look_up(
        self,
        interaction: Interaction,
        typed: str | None,
        reply: LookUp,
        *,
        private: bool,
    ) -> None:
        """Show what `reply` makes of the card that an option means, or say that there is none."""
        if not await self._replier.acknowledge(interaction, private=private):
            return
        default = (await self._settings(interaction)).default_compound
        card = looking_up.card_for(self._footnote, typed, default)
        answer, controls = reply(card.id) if card else (self._footnote.no_card(default), Controls())
        await self._replier.respond(interaction, self._footnote.in_language(answer, language_of(interaction)), controls)

    async def card(self, interaction: Interaction, compound: str | None) -> None:
        """A compound at a glance."""

        def reply(card: str) -> tuple[Answer, Controls]:
            return self._shown(Show("card", card), interaction)

        await self.look_up(interaction, compound, reply, private=False)

    async def section(self, interaction: Interaction, compound: str, section: str, *, private: bool) -> None:
        """A section that was picked; a text that was not is understood as a question about that compound."""
        card = looking_up.card_for(self._footnote, compound, None)
        picked = looking_up.section_for(card, section) if card else None
        if card and not picked:
            await self.ask(interaction, f"{card.name}: {section}", private=private)
            return

        def reply(card: str) -> tuple[Answer, Controls]:
            return self._shown(Show("whole", card, (picked or "",)), interaction)

        await self.look_up(interaction, compound, reply, private=private)

    async def sources(self, interaction: Interaction, compound: str | None) -> None:
        """All sources of a card."""
        await self.look_up(
            interaction, compound, lambda card: self._shown(Show("sources", card), interaction), private=False
        )

    async def say(self, interaction: Interaction, reply: Callable[[str | None], Answer]) -> None:
        """Show a fixed reply to whoever asked for it alone; `reply` is given the channel's compound."""
        if await self._replier.acknowledge(interaction, private=True):
            answer = reply((await self._settings(interaction)).default_compound)
            language = language_of(interaction)
            await self._replier.respond(
                interaction, self._footnote.in_language(answer, language), Controls(language=language)
            )

    def compounds(self, typed: str) -> Choices:
        """Cards for what was typed."""
        return _choices(looking_up.compounds(self._footnote, typed))

    def sections(self, compound: str | None, typed: str) -> Choices:
        """Sections of the named card for what was typed."""
        card = looking_up.card_for(self._footnote, compound, None)
        return _choices(looking_up.sections(self._footnote, card, typed)) if card else []

    def _shown(self, wanted: Show, interaction: Interaction) -> tuple[Answer, Controls]:
        controls = looking_up.controls_of(self._footnote, wanted, language_of(interaction))
        return looking_up.show(self._footnote, wanted), controls

    async def _settings(self, interaction: Interaction) -> ChannelSettings:
        return await self._service.settings(interaction.guild_id, interaction.channel)


def add_commands(adding: Adding, commands: Commands, service: Service) -> None:
    """Put the commands that everybody has, and the menu, into the tree."""

    async def menu(interaction: Interaction, message: discord.Message) -> None:
        await commands.ask(interaction, question_in(message), private=True)

    _add_asking(adding.command, commands)
    _add_look_ups(adding.command, commands)
    _add_fixed(adding.command, commands, service)
    adding.tree.add_command(app_commands.ContextMenu(name=localised(adding.words.menu), callback=menu))


def _add_asking(add: Callable[..., Added], commands: Commands) -> None:
    async def ask(interaction: Interaction, question: Text, private: bool = False) -> None:
        await commands.ask(interaction, question, private=private)

    async def section(interaction: Interaction, compound: str, section: str, private: bool = False) -> None:
        await commands.section(interaction, compound, section, private=private)

    async def sections(interaction: Interaction, typed: str) -> Choices:
        return commands.sections(getattr(interaction.namespace, "compound", None), typed)

    add("ask", ask, "question", "private")
    in_section = add("section", section, "compound", "section", "private")
    in_section.autocomplete("compound")(completing(commands))
    in_section.autocomplete("section")(sections)


def _add_look_ups(add: Callable[..., Added], commands: Commands) -> None:
    async def card(interaction: Interaction, compound: str | None = None) -> None:
        await commands.card(interaction, compound)

    async def sources(interaction: Interaction, compound: str | None = None) -> None:
        await commands.sources(interaction, compound)

    add("card", card, "compound").autocomplete("compound")(completing(commands))
    add("sources", sources, "compound").autocomplete("compound")(completing(commands))


def _add_fixed(add: Callable[..., Added], commands: Commands, service: Service) -> None:
    async def help_(interaction: Interaction) -> None:
        await commands.say(interaction, service.footnote.help)

    add("help", help_)


def completing(commands: Commands) -> Completing:
    """The autocomplete of an option that names a compound."""

    async def compounds(_: Interaction, typed: str) -> Choices:
        return commands.compounds(typed)

    return compounds


def _choices(found: list[tuple[str, str]]) -> Choices:
    return [app_commands.Choice(name=name[:100], value=value) for name, value in found]
