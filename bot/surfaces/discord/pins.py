"""Pinned cards: each stands once in its channel and shows what is known now, whatever happens in between."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal
from weakref import WeakValueDictionary

from bot.ports import Pin, PinKey
from bot.surfaces.discord.board import Board, Standing
from bot.surfaces.discord.nonces import fresh_nonce
from bot.surfaces.discord.pin_faces import Faces, Shown
from bot.surfaces.discord.pin_records import Hold, Records, told
from bot.surfaces.discord.pinning_faults import CannotPinError
from bot.surfaces.discord.service import Service

log = logging.getLogger(__name__)

Outcome = Literal["pinned", "edited", "again", "unchanged", "removed", "none"]


@dataclass(slots=True)
class Pins:
    """Brings pins to what they should be, one step after another, each recorded as soon as Discord confirms it.

    Every method raises `CannotPinError` where that is not possible.
    """

    service: Service
    messages: dict[int, PinKey] = field(default_factory=dict)  # where the cards stand, as far as it is known
    faces: Faces = field(init=False)
    _records: Records = field(init=False)
    _locks: WeakValueDictionary[PinKey, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    def __post_init__(self) -> None:
        self.faces = Faces(self.service)
        self._records = Records(self.service)

    async def listed(self, guilds: Iterable[int]) -> tuple[Pin, ...]:
        """The pins of these servers, as the store has them."""
        pins = await self._records.listed(guilds)
        self.messages.update({pin.message: pin.key for pin in pins if pin.message and pin.state != "removing"})
        return pins

    async def pin(self, key: PinKey, board: Board) -> Outcome:
        """Make a card stand in a channel. Where Discord refuses a new one for good, nothing is left of it."""
        outcome = await self._worked(key, board, verify=True, new=True)
        if outcome == "removed" and self.service.footnote.library.card(key.compound):  # taking it away was cut off
            outcome = await self._worked(key, board, verify=True, new=True)
        return outcome

    async def keep(self, key: PinKey, board: Board, *, verify: bool) -> Outcome:
        """Bring a pin that there is to what it should be. `verify` looks whether its message stands there."""
        return await self._worked(key, board, verify=verify, new=False)

    async def unpin(self, key: PinKey, board: Board) -> Outcome:
        """Take a card away, with its message: nothing would keep it up to date."""
        async with self._lock(key):
            if await self._records.known(key) is None:
                return "none"
            hold = await self._records.claim(key)
            try:
                return await self._take_away(hold, board)
            finally:
                await self._records.release(hold)

    async def _worked(self, key: PinKey, board: Board, *, verify: bool, new: bool) -> Outcome:
        async with self._lock(key):
            if not new and await self._records.known(key) is None:
                return "none"
            hold = await self._records.claim(key)
            try:
                return await self._brought(hold, board, verify=verify)
            except CannotPinError as error:
                if error.reason == "gone" or (hold.is_new and not error.passes):
                    await self._given_up(hold, board)
                raise
            finally:
                await self._records.release(hold)

    async def _brought(self, hold: Hold, board: Board, *, verify: bool) -> Outcome:
        if hold.pin.state == "removing":
            return await self._take_away(hold, board)
        shown = self.faces.shown(hold.pin.key.compound, hold.pin.nonce)
        if shown is None:
            return await self._withdrawn(hold, board)
        outcome: Outcome = "pinned" if hold.is_new else "again"
        standing = None
        if hold.pin.message is not None:
            outcome = "unchanged" if hold.pin.digest == shown.digest else "edited"
            standing = await self._where_it_was(hold, board, shown, verify=verify)
        if standing is None:
            outcome = "again" if outcome in {"unchanged", "edited"} else outcome
            standing = await self._posted(hold, board)
        if not standing.pinned:
            if not await board.pin(hold.place, standing.message):
                raise CannotPinError("discord")  # deleted in between: the event of it, or the next look, brings it back
            outcome = "again" if outcome == "unchanged" else outcome
        if hold.pin.state != "pinned":
            await hold.step("pinned")
        self.messages[standing.message] = hold.pin.key
        return outcome

    async def _where_it_was(self, hold: Hold, board: Board, shown: Shown, *, verify: bool) -> Standing | None:
        """The card where it stood, showing what is known now; None where it stands no more."""
        message = hold.pin.message or 0
        if hold.pin.digest != shown.digest:
            standing = await board.edit(hold.place, message, shown.answer, shown.controls)
        elif verify or hold.pin.state != "pinned":
            standing = await board.look(hold.place, message)
        else:
            return Standing(message, pinned=True)
        if standing is None:
            self.messages.pop(message, None)
            await hold.step("claimed", nonce=fresh_nonce())
        elif hold.pin.digest != shown.digest:
            await hold.step(hold.pin.state, digest=shown.digest)
        return standing

    async def _posted(self, hold: Hold, board: Board) -> Standing:
        """Post the card, unless its message, or an earlier one of it, stands in the channel."""
        pin = hold.pin
        shown = self.faces.shown(pin.key.compound, pin.nonce)
        if shown is None:
            raise CannotPinError("busy")  # the knowledge was loaded anew meanwhile, and the card is gone
        found = await board.find(hold.place, pin.key.compound, pin.nonce, interrupted=not hold.is_new)
        standing = None
        if found.card:
            standing = await board.edit(hold.place, found.card.message, shown.answer, shown.controls)
        elif not found.has_room:
            raise CannotPinError("full")
        if standing is None:
            standing = await board.post(hold.place, shown.answer, shown.controls)
        try:
            await hold.step("posted", message=standing.message, digest=shown.digest)
        except CannotPinError as error:
            if error.reason == "busy":
                await self._give_way(hold, board, standing.message)
            raise
        return standing

    async def _give_way(self, hold: Hold, board: Board, message: int) -> None:
        """Another process took the pin over while this one posted: its message stays."""
        pin = await self._records.known(hold.pin.key)
        if pin is None or pin.message != message:
            await board.delete(hold.place, message)

    async def _take_away(self, hold: Hold, board: Board) -> Outcome:
        """Delete the message, then the pin. The pin says so first: it does not come back where this is cut off."""
        await hold.step("removing")
        try:
            await self._message_away(hold, board)
        except CannotPinError as error:
            if error.reason != "gone":
                raise
        await self._records.remove(hold)
        return "removed"

    async def _message_away(self, hold: Hold, board: Board) -> None:
        pin = hold.pin
        message = pin.message
        if message is None and not hold.is_new:
            found = await board.find(hold.place, pin.key.compound, pin.nonce, interrupted=True)
            message = found.card.message if found.card else None
        if message is not None:
            self.messages.pop(message, None)
            await board.delete(hold.place, message)

    async def _given_up(self, hold: Hold, board: Board) -> None:
        try:
            await self._take_away(hold, board)
        except CannotPinError as error:
            log.warning("a pin that cannot be is still there", extra={"reason": error.reason, **told(hold.pin.key)})

    async def _withdrawn(self, hold: Hold, board: Board) -> Outcome:
        """The knowledge has no such card now: the message goes, the wish stays until the card is back."""
        if hold.pin.message is None:
            return "unchanged"
        self.messages.pop(hold.pin.message, None)
        await board.delete(hold.place, hold.pin.message)
        await hold.step("claimed", nonce=fresh_nonce())
        return "removed"

    async def _known(self, key: PinKey) -> Pin | None:
        return await self._records.kept(self._records.store.pin(key), key)

    def _lock(self, key: PinKey) -> asyncio.Lock:
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        return lock
