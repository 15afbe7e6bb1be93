"""Presses of buttons and choices from menus: what each does, for whoever presses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from discord.utils import utcnow

from bot.core.cards import Library
from bot.core.interface import Note
from bot.ports import Vote
from bot.surfaces.discord.languages import language_of
from bot.surfaces.discord.looking_up import controls_of, show
from bot.surfaces.discord.replying import Interaction, Replier
from bot.surfaces.discord.service import Service
from bot.surfaces.discord.states import Ballot, Delete, Pick, Show, StaleError, Turn, parse

Turned = Callable[[Interaction, int], Awaitable[None]]  # shows a page of a report


class Presses:
    """Carries presses out. A reply goes to whoever pressed alone; a page of a private reply is turned in its place."""

    def __init__(self, service: Service, replier: Replier, turns: Mapping[str, Turned]) -> None:
        self._service = service
        self._replier = replier
        self._turns = turns

    async def pressed(self, interaction: Interaction, custom_id: str, values: tuple[str, ...] = ()) -> None:
        """Do what a custom_id says; an old or forged one is refused calmly."""
        try:
            state = parse(custom_id, self._service.footnote.library)
            if isinstance(state, Pick):
                state = _picked(state, values, self._service.footnote.library)
            if isinstance(state, Show):
                await self._show(interaction, state)
            elif isinstance(state, Turn):
                await self._turns[state.of](interaction, state.page)
        except StaleError:
            await self._note(interaction, "stale")
            return
        if isinstance(state, Ballot):
            await self._vote(interaction, state)
        elif isinstance(state, Delete):
            await self._delete(interaction, state)

    async def _show(self, interaction: Interaction, wanted: Show) -> None:
        language = language_of(interaction)
        footnote = self._service.footnote
        answer = footnote.in_language(show(footnote, wanted), wanted.language or language)
        private = interaction.message is not None and interaction.message.flags.ephemeral
        if await self._replier.acknowledge(interaction, private=True, in_place=private and wanted.page > 0):
            await self._replier.respond(interaction, answer, controls_of(footnote, wanted, language))

    async def _vote(self, interaction: Interaction, ballot: Ballot) -> None:
        if not await self._replier.acknowledge(interaction, private=True):
            return
        vote = Vote(
            guild=interaction.guild_id or 0,
            message=interaction.message.id if interaction.message else 0,
            member=interaction.user.id,
            compound=ballot.card,
            sections=ballot.sections,
            helpful=ballot.helpful,
        )
        work = self._service.store.record_vote(vote, utcnow().timestamp())
        if await self._service.keeper.kept("kept no vote", work, guild=interaction.guild_id):
            await self._note(interaction, "thanks" if ballot.helpful else "noted")
        else:
            await self._replier.respond(interaction, self._service.footnote.error(ballot.card))

    async def _delete(self, interaction: Interaction, state: Delete) -> None:
        settings = await self._service.settings(interaction.guild_id, interaction.channel)
        moderates = interaction.permissions.manage_messages if interaction.guild_id else False
        staff = any(role.id in settings.staff for role in getattr(interaction.user, "roles", ()))
        if interaction.user.id != state.asker and not (moderates or staff):
            await self._note(interaction, "forbidden")
        elif await self._replier.acknowledge(interaction, private=True, in_place=True):
            await self._replier.withdraw(interaction)

    async def _note(self, interaction: Interaction, name: Note) -> None:
        if await self._replier.acknowledge(interaction, private=True):
            await self._replier.respond(interaction, self._service.footnote.note(name, None, language_of(interaction)))


def _picked(pick: Pick, values: tuple[str, ...], library: Library) -> Show:
    card = library.card(pick.card)
    if card is None or len(values) != 1 or not card.section(values[0]):
        raise StaleError(pick.custom_id)
    return Show("whole", card.id, values)
