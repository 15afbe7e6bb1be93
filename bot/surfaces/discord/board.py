"""A card's message in a channel: posting, finding, editing, pinning, deleting it; and why that cannot be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import discord
from discord.utils import DISCORD_EPOCH

from bot.core.answers import Answer
from bot.core.interface import CannotPin
from bot.surfaces.discord.layout import Controls
from bot.surfaces.discord.replying import FAULTS, Replier
from bot.surfaces.discord.states import key, pinned_by

MOST_PINS = 250  # pinned messages of one channel; Discord's limit
MOST_SEARCHED = 1_000  # messages that are looked through for a card whose posting was cut off
PAGE = 50  # messages that one call lists at least
MARGIN = 600_000  # milliseconds by which this machine's clock may be ahead of Discord's
UNKNOWN_MESSAGE = 10008

CODES: dict[int, CannotPin] = {
    10003: "gone",
    30003: "full",
    50001: "no-view",
    50024: "wrong-kind",
    50083: "archived",
    160005: "locked",
}


class CannotPinError(Exception):
    """Why a card cannot stand in a channel. `reason` names the line that says so and what to do.

    `passes`: it may work in a while, with nothing changed.
    """

    def __init__(self, reason: CannotPin) -> None:
        super().__init__(reason)
        self.reason: CannotPin = reason
        self.passes = reason in {"discord", "store", "busy"}


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


class Pace:
    """Spaces calls evenly, `per_second` at most, so that members' answers keep their share of Discord's limit."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for the next free moment."""
        now = asyncio.get_running_loop().time()
        at = max(self._next, now)
        self._next = at + self._gap
        if at > now:
            await asyncio.sleep(at - now)


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
        except _MessageGoneError:
            return False
        return True

    async def delete(self, place: Place, message: int) -> None:
        """Delete a card's message, if it is there."""
        try:
            async with self._call("refused"):
                await self._message(place, message).delete()
        except _MessageGoneError:
            return

    async def find(self, place: Place, card: str, nonce: str, *, interrupted: bool) -> Found:
        """Look for the card among the pins and, where posting it was `interrupted`, in all since its nonce was made.

        Of several the one with the nonce stays, and the others are deleted.
        """
        channel = self._channel(place)
        pins = [message async for message in self._listed(channel.pins(limit=None))]
        searched = list(pins)
        if interrupted:
            since = discord.Object(max(_made_at(nonce) - MARGIN, 0) << 22)
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
        except _MessageGoneError:
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
            raise _told(error, forbidden) from error

    def _channel(self, place: Place) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(place.channel, guild_id=place.guild)

    def _message(self, place: Place, message: int) -> discord.PartialMessage:
        return self._channel(place).get_partial_message(message)


def new_nonce(milliseconds: float, random: str) -> str:
    """A nonce for a pin, 24 characters: Discord takes 25. It begins with when it was made (of the Unix epoch)."""
    return f"{int(milliseconds) - DISCORD_EPOCH:012x}{random[:12]}"


class _MessageGoneError(Exception):
    pass


def _made_at(nonce: str) -> int:
    return int(nonce[:12], 16)


def _told(error: BaseException, forbidden: CannotPin) -> Exception:
    code = getattr(error, "code", 0)
    if code == UNKNOWN_MESSAGE:
        return _MessageGoneError()
    if code in CODES:
        return CannotPinError(CODES[code])
    if isinstance(error, discord.Forbidden):
        return CannotPinError(forbidden)
    refused = isinstance(error, discord.HTTPException) and 400 <= error.status < 500 and error.status not in {404, 429}
    return CannotPinError("refused" if refused else "discord")


def _ids(components: Any) -> Iterator[str]:
    for component in components:
        yield from filter(None, [getattr(component, "custom_id", None)])
        yield from _ids(getattr(component, "children", ()))
