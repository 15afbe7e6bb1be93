"""Presses of buttons and choices from menus: what each does, for whoever presses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.core.cards import Library
from bot.core.interface import Note
from bot.surfaces.discord.feedback import Feedback
from bot.surfaces.discord.languages import language_of
from bot.surfaces.discord.looking_up import controls_of, show
from bot.surfaces.discord.permissions import moderates
from bot.surfaces.discord.queue import Queue
from bot.surfaces.discord.replying import Interaction, Replier
from bot.surfaces.discord.service import Service
from bot.surfaces.discord.states import Accept, Ballot, Delete, Dismiss, Pick, Show, StaleError, Turn, Why, parse

Turned = Callable[[Interaction, int], Awaitable[None]]  # shows a page of a report


@dataclass(frozen=True, slots=True)
class Kept:
    """What concerns what is kept: the queue and the votes."""

    queue: Queue
    feedback: Feedback


class Presses:
    """Carries presses out. A reply goes to whoever pressed alone; a page of a private reply is turned in its place."""

    def __init__(self, service: Service, replier: Replier, kept: Kept, turns: Mapping[str, Turned]) -> None:
        self._service = service
        self._replier = replier
        self._kept = kept
        self._turns = {**turns, "gaps": kept.queue.show, "feedback": kept.feedback.show}

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
            elif isinstance(state, Accept):
                await self._kept.queue.accept(interaction, state, _one(values))
        except StaleError:
            await self._note(interaction, "stale")
            return
        match state:
            case Ballot():
                await self._kept.feedback.vote(interaction, state)
            case Why():
                await self._why(interaction, state, values)
            case Dismiss():
                await self._kept.queue.dismiss(interaction, state)
            case Delete():
                await self._delete(interaction, state)

    async def _show(self, interaction: Interaction, wanted: Show) -> None:
        language = language_of(interaction)
        footnote = self._service.footnote
        answer = footnote.in_language(show(footnote, wanted), wanted.language or language)
        private = interaction.message is not None and interaction.message.flags.ephemeral
        if await self._replier.acknowledge(interaction, private=True, in_place=private and wanted.page > 0):
            await self._replier.respond(interaction, answer, controls_of(footnote, wanted, language))

    async def _why(self, interaction: Interaction, why: Why, values: tuple[str, ...]) -> None:
        """The button asks for a reason; what was filled in comes with the form's values."""
        if values:
            await self._kept.feedback.why(interaction, why, values[0])
        else:
            await self._kept.feedback.ask_why(interaction, why)

    async def _delete(self, interaction: Interaction, state: Delete) -> None:
        settings = await self._service.settings(interaction.guild_id, interaction.channel)
        if interaction.user.id != state.asker and not moderates(interaction, settings):
            await self._note(interaction, "forbidden")
        elif await self._replier.acknowledge(interaction, private=True, in_place=True):
            await self._replier.withdraw(interaction)

    async def _note(self, interaction: Interaction, name: Note) -> None:
        if await self._replier.acknowledge(interaction, private=True):
            await self._replier.respond(interaction, self._service.footnote.note(name, None, language_of(interaction)))


def _picked(pick: Pick, values: tuple[str, ...], library: Library) -> Show:
    card = library.card(pick.card)
    section = _one(values)
    if card is None or not card.section(section):
        raise StaleError(pick.custom_id)
    return Show("whole", card.id, (section,))


def _one(values: tuple[str, ...]) -> str:
    if len(values) != 1:
        raise StaleError(str(values))
    return values[0]
