"""A card's message in a channel: posting, finding, editing, pinning, deleting it."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import discord

from bot.core.answers import Answer
from bot.core.interface import CannotPin
from bot.surfaces.discord.layout import Controls
from bot.surfaces.discord.nonces import sent_since
from bot.surfaces.discord.pace import Pace
from bot.surfaces.discord.pinning_faults import MessageGoneError, told
from bot.surfaces.discord.replying import FAULTS, Replier
from bot.surfaces.discord.states import key, pinned_by

MOST_PINS = 250  # pinned messages of one channel; Discord's limit
MOST_SEARCHED = 1_000  # messages that are looked through for a card whose posting was cut off
PAGE = 50  # messages that one call lists at least


@dataclass(frozen=True, slots=True)
class Place:
    """A channel or thread of a server."""

    guild: int
    channel: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A card's message as it stands in its channel."""

    message: int
    pinned: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a search of a channel found: the card, if it stands there, and whether there is room for another pin."""

    card: Standing | None
    has_room: bool


class Board:
    """Cards' messages in channels. Every method raises `CannotPinError` where Discord refuses or fails.

    With a `pace`, calls wait for their turn.
    """

    def __init__(self, client: discord.Client, replier: Replier, pace: Pace | None = None) -> None:
        self._client = client
        self._replier = replier
        self._pace = pace

    def paced(self, pace: Pace) -> Board:
        """The same, for work that nobody waits for."""
        return Board(self._client, self._replier, pace)

    async def post(self, place: Place, answer: Answer, controls: Controls) -> Standing:
        """Post a card, under the nonce that its controls carry."""
        async with self._call("no-send"):
            message = await self._replier.post(self._channel(place), answer, controls, controls.nonce)
        return Standing(message.id, pinned=False)

    async def edit(self, place: Place, message: int, answer: Answer, controls: Controls) -> Standing | None:
        """Put a card as it is now into the place of the one that is shown. None where the message is gone."""
        return await self._standing("no-view", self._replier.update(self._message(place, message), answer, controls))

    async def look(self, place: Place, message: int) -> Standing | None:
        """How a card stands there. None where the message is gone."""
        return await self._standing("no-history", self._message(place, message).fetch())

    async def pin(self, place: Place, message: int) -> bool:
        """Pin a card's message. False where it is gone."""
        try:
            async with self._call("no-pin"):
                await self._message(place, message).pin()
        except MessageGoneError:
            return False
        return True

    async def delete(self, place: Place, message: int) -> None:
        """Delete a card's message, if it is there."""
        try:
            async with self._call("refused"):
                await self._message(place, message).delete()
        except MessageGoneError:
            return

    async def find(self, place: Place, card: str, nonce: str, *, interrupted: bool) -> Found:
        """Look for the card among the pins and, where posting it was `interrupted`, in all since its nonce was made.

        Of several the one with the nonce stays, and the others are deleted.
        """
        channel = self._channel(place)
        pins = [message async for message in self._listed(channel.pins(limit=None))]
        searched = list(pins)
        if interrupted:
            since = discord.Object(sent_since(nonce))
            history = channel.history(limit=MOST_SEARCHED, after=since, oldest_first=True)
            searched += [message async for message in self._listed(history)]
        cards = {message.id: message for message in searched if self._nonce_in(message, card)}
        found = sorted(cards.values(), key=lambda message: self._nonce_in(message, card) != nonce)
        for other in found[1:]:
            await self.delete(place, other.id)
        pinned = {message.id for message in pins}
        first = Standing(found[0].id, found[0].id in pinned) if found else None
        return Found(first, has_room=len(pins) < MOST_PINS)

    def _nonce_in(self, message: discord.Message, card: str) -> str | None:
        """The nonce that a message carries, if it is a card of that compound that this bot posted to be pinned."""
        if self._client.user is None or message.author.id != self._client.user.id:
            return None
        found = filter(None, map(pinned_by, _ids(message.components)))
        return next((nonce for card_key, nonce in found if card_key == key(card)), None)

    async def _standing(self, forbidden: CannotPin, call: Awaitable[discord.Message]) -> Standing | None:
        try:
            async with self._call(forbidden):
                message = await call
        except MessageGoneError:
            return None
        return Standing(message.id, message.pinned)

    async def _listed(self, messages: AsyncIterable[discord.Message]) -> AsyncIterator[discord.Message]:
        reader = aiter(messages)
        for number in count():
            async with self._call("no-history", waits=number % PAGE == 0):
                message = await anext(reader, None)
            if message is None:
                return
            yield message

    @asynccontextmanager
    async def _call(self, forbidden: CannotPin, *, waits: bool = True) -> AsyncIterator[None]:
        """Wait for the turn of a call, and tell its faults apart; `forbidden` is what a missing permission means."""
        if self._pace and waits:
            await self._pace.turn()
        try:
            yield
        except FAULTS as error:
            raise told(error, forbidden) from error

    def _channel(self, place: Place) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(place.channel, guild_id=place.guild)

    def _message(self, place: Place, message: int) -> discord.PartialMessage:
        return self._channel(place).get_partial_message(message)


def _ids(components: Any) -> Iterator[str]:
    for component in components:
        yield from filter(None, [getattr(component, "custom_id", None)])
        yield from _ids(getattr(component, "children", ()))
