"""The slash commands and the message menu. Their names and descriptions stand in the knowledge files."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import discord
from discord import app_commands
from discord.utils import utcnow

from bot.core.answers import Answer
from bot.core.interface import Command, OptionName
from bot.ports import ChannelSettings
from bot.surfaces.discord import looking_up
from bot.surfaces.discord.languages import language_of, localised
from bot.surfaces.discord.layout import Controls
from bot.surfaces.discord.messages import question_in
from bot.surfaces.discord.replying import Interaction, Replier
from bot.surfaces.discord.service import Question, Service
from bot.surfaces.discord.states import Show

Text = app_commands.Range[str, 1, 4000]
Choices = list[app_commands.Choice[str]]
Tree = app_commands.CommandTree[Any]
LookUp = Callable[[str], tuple[Answer, Controls]]
Added = app_commands.Command[Any, ..., None]


class Commands:
    """What the commands do."""

    def __init__(self, service: Service, replier: Replier) -> None:
        self._service = service
        self._replier = replier
        self._footnote = service.footnote

    async def ask(self, interaction: Interaction, text: str, *, private: bool) -> None:
        """Answer a question, for all to see or for the asker alone."""
        if not await self._replier.acknowledge(interaction, private=private):
            return
        language = language_of(interaction)
        asked = Question(text, interaction.channel_id or 0, interaction.user.id, utcnow().timestamp(), language)
        began = time.monotonic()
        answer = await self._service.answer(asked, await self._settings(interaction))
        asker = None if private else interaction.user.id
        await self._replier.respond(interaction, answer, Controls(asker=asker, votes=True, language=language))
        self._service.answered(interaction.guild_id, interaction.channel_id, answer, time.monotonic() - began)

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
            return self._footnote.card(card), Controls(glance=True, language=language_of(interaction))

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


def add_commands(tree: Tree, commands: Commands, service: Service) -> None:
    """Put every command into the tree."""
    words = service.footnote.library.replies.interface

    def add(name: Command, callback: Any, *options: OptionName) -> Added:
        texts = {option: words.options[option] for option in options}
        if texts:
            app_commands.describe(**{option: localised(text.description) for option, text in texts.items()})(callback)
            app_commands.rename(**{option: localised(text.name) for option, text in texts.items()})(callback)
        name_text, description = localised(words.commands[name].name), localised(words.commands[name].description)
        command: Added = app_commands.Command(name=name_text, description=description, callback=callback)
        tree.add_command(command)
        return command

    async def menu(interaction: Interaction, message: discord.Message) -> None:
        await commands.ask(interaction, question_in(message), private=True)

    _add_asking(add, commands)
    _add_look_ups(add, commands)
    _add_fixed(add, commands, service)
    tree.add_command(app_commands.ContextMenu(name=localised(words.menu), callback=menu))


def _add_asking(add: Callable[..., Added], commands: Commands) -> None:
    async def ask(interaction: Interaction, question: Text, private: bool = False) -> None:
        await commands.ask(interaction, question, private=private)

    async def section(interaction: Interaction, compound: str, section: str, private: bool = False) -> None:
        await commands.section(interaction, compound, section, private=private)

    async def compounds(_: Interaction, typed: str) -> Choices:
        return commands.compounds(typed)

    async def sections(interaction: Interaction, typed: str) -> Choices:
        return commands.sections(getattr(interaction.namespace, "compound", None), typed)

    add("ask", ask, "question", "private")
    in_section = add("section", section, "compound", "section", "private")
    in_section.autocomplete("compound")(compounds)
    in_section.autocomplete("section")(sections)


def _add_look_ups(add: Callable[..., Added], commands: Commands) -> None:
    async def card(interaction: Interaction, compound: str | None = None) -> None:
        await commands.card(interaction, compound)

    async def sources(interaction: Interaction, compound: str | None = None) -> None:
        await commands.sources(interaction, compound)

    async def compounds(_: Interaction, typed: str) -> Choices:
        return commands.compounds(typed)

    add("card", card, "compound").autocomplete("compound")(compounds)
    add("sources", sources, "compound").autocomplete("compound")(compounds)


def _add_fixed(add: Callable[..., Added], commands: Commands, service: Service) -> None:
    async def help_(interaction: Interaction) -> None:
        await commands.say(interaction, service.footnote.help)

    async def privacy(interaction: Interaction) -> None:
        language = language_of(interaction)
        await commands.say(interaction, lambda compound: service.footnote.note("privacy", compound, language))

    add("help", help_)
    add("privacy", privacy)


def _choices(found: list[tuple[str, str]]) -> Choices:
    return [app_commands.Choice(name=name[:100], value=value) for name, value in found]
