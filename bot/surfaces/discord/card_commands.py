"""/cards: pinning a compound's card, listing what is pinned, taking it away, putting right what is not."""

from __future__ import annotations

from typing import Literal

from bot.core.interface import CannotPin, PinCount, PinLine, PinWord, Word, in_language
from bot.ports import Pin, PinKey, PinState
from bot.surfaces.discord import looking_up
from bot.surfaces.discord.board import Board
from bot.surfaces.discord.languages import language_of, language_of_server
from bot.surfaces.discord.moderating import Moderating
from bot.surfaces.discord.permissions import Chosen, check_place
from bot.surfaces.discord.pinning_faults import CannotPinError
from bot.surfaces.discord.pins import Outcome, Pins
from bot.surfaces.discord.replying import Interaction
from bot.surfaces.discord.reports import Channel, Entry, MessageLink, Stored, Value
from bot.surfaces.discord.turning import page_of
from bot.surfaces.discord.upkeep import Tally, Upkeep

STATES: dict[PinState, PinWord] = {
    "claimed": "waiting",
    "posted": "posted",
    "pinned": "standing",
    "removing": "leaving",
}
COUNTS: dict[Outcome, PinCount] = {
    "edited": "edited",
    "again": "again",
    "unchanged": "unchanged",
    "removed": "removed",
}
MOST_NAME = 60  # characters of a card's id


class CardCommands:
    """What the commands about pinned cards do."""

    def __init__(self, moderating: Moderating, pins: Pins, board: Board, upkeep: Upkeep) -> None:
        self._moderating = moderating
        self._pins = pins
        self._board = board
        self._upkeep = upkeep

    async def pin(self, interaction: Interaction, compound: str, chosen: Chosen | None) -> None:
        """Post a card in a channel and pin it; one that stands there is brought up to date."""
        if not await self._moderating.allows(interaction, "cards", chosen):
            return
        card = looking_up.card_for(self._pins.service.footnote, compound, None)
        if card is None:
            await self._say(interaction, self._word("no-such-card", interaction))
            return
        key = _key(interaction, card.id, chosen)
        try:
            check_place(interaction.client.get_guild(key.guild), chosen or interaction.channel)
            outcome = await self._pins.pin(key, self._board)
        except CannotPinError as error:
            await self._refuse(interaction, error.reason, key)
            return
        await self._done(interaction, "already" if outcome in {"unchanged", "edited"} else "pinned", key)
        await self._audited(interaction, "pinned", key)

    async def unpin(self, interaction: Interaction, compound: str, chosen: Chosen | None) -> None:
        """Take a card away from a channel; also one that the knowledge has no more."""
        if not await self._moderating.allows(interaction, "cards", chosen):
            return
        card = looking_up.card_for(self._pins.service.footnote, compound, None)
        key = _key(interaction, card.id if card else compound.strip()[:MOST_NAME], chosen)
        try:
            outcome = await self._pins.unpin(key, self._board)
        except CannotPinError as error:
            await self._refuse(interaction, error.reason, key)
            return
        await self._done(interaction, "not-pinned" if outcome == "none" else "taken-away", key)
        if outcome != "none":
            await self._audited(interaction, "unpinned", key)

    async def refresh(self, interaction: Interaction) -> None:
        """Look at every card of the server, and put right what is not."""
        if not await self._moderating.allows(interaction, "cards"):
            return
        try:
            tally = await self._upkeep.refresh(interaction.guild_id or 0)
        except CannotPinError as error:
            await self._refuse(interaction, error.reason)
            return
        entries = (*self._counts(interaction, tally), *self._failures(interaction, tally))
        await self._say(interaction, self._word("looked-at" if entries else "none-pinned", interaction), *entries)
        outcomes = {str(outcome): number for outcome, number in tally.outcomes.items()}
        await self._moderating.audit.told(interaction, "refreshed", **outcomes, failed=len(tally.failed))

    async def list(self, interaction: Interaction, page: int = 0) -> None:
        """Show which cards are pinned where; from page 1 on in the place of the page that was pressed."""
        if not await self._moderating.allows(interaction, "cards", in_place=page > 0):
            return
        try:
            pins = await self._pins.listed([interaction.guild_id or 0])
        except CannotPinError as error:
            await self._refuse(interaction, error.reason)
            return
        language = language_of(interaction)
        entries = [self._line(pin, language) for pin in pins]
        shown, rows = page_of(entries, page, "pins", self._pins.service.words, language)
        line = "" if pins else self._word("none-pinned", interaction)
        await self._moderating.say(interaction, "cards", line, *shown, rows=rows)

    def _line(self, pin: Pin, language: str | None) -> Entry:
        words, key = self._pins.service.words, pin.key
        known = self._pins.service.footnote.library.card(key.compound) is not None
        state = words.word(STATES[pin.state] if known else "no-card", language)
        link: tuple[Value, ...] = (MessageLink(key.guild, key.channel, pin.message),) if pin.message else ()
        return Entry(words.word("card", language), (self._name(key), Channel(key.channel), state, *link))

    def _counts(self, interaction: Interaction, tally: Tally) -> tuple[Entry, ...]:
        return tuple(
            Entry(self._word(COUNTS[outcome], interaction), (number,))
            for outcome, number in tally.outcomes.items()
            if outcome in COUNTS
        )

    def _failures(self, interaction: Interaction, tally: Tally) -> tuple[Entry, ...]:
        reasons = self._pins.service.words.cannot_pin
        return tuple(
            Entry(
                self._word("failed", interaction),
                (self._name(key), Channel(key.channel), in_language(reasons[reason], language_of(interaction))),
            )
            for key, reason in tally.failed
        )

    def _entries(self, key: PinKey, language: str | None) -> tuple[Entry, ...]:
        words = self._pins.service.words
        return (
            Entry(words.word("card", language), (self._name(key),)),
            Entry(words.word("channel", language), (Channel(key.channel),)),
        )

    def _name(self, key: PinKey) -> Stored:
        card = self._pins.service.footnote.library.card(key.compound)
        return Stored(card.name if card else key.compound)

    async def _done(self, interaction: Interaction, line: PinLine, key: PinKey) -> None:
        message = next((message for message, known in self._pins.messages.items() if known == key), None)
        link = (Entry(self._word("message", interaction), (MessageLink(key.guild, key.channel, message or 0),)),)
        entries = self._entries(key, language_of(interaction))
        await self._say(interaction, self._word(line, interaction), *entries, *(link if message else ()))

    async def _refuse(self, interaction: Interaction, reason: CannotPin, key: PinKey | None = None) -> None:
        language = language_of(interaction)
        line = in_language(self._pins.service.words.cannot_pin[reason], language)
        await self._say(interaction, line, *(self._entries(key, language) if key else ()))

    async def _audited(self, interaction: Interaction, what: Literal["pinned", "unpinned"], key: PinKey) -> None:
        entries = self._entries(key, language_of_server(interaction.guild))
        await self._moderating.audit.told(interaction, what, *entries, channel=key.channel, compound=key.compound)

    async def _say(self, interaction: Interaction, line: str, *entries: Entry) -> None:
        await self._moderating.say(interaction, "cards", line, *entries)

    def _word(self, name: Word, interaction: Interaction) -> str:
        return self._moderating.word(name, interaction)


def _key(interaction: Interaction, compound: str, chosen: Chosen | None) -> PinKey:
    return PinKey(interaction.guild_id or 0, chosen.id if chosen else interaction.channel_id or 0, compound)
