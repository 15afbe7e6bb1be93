"""Pinned cards: each stands once in its channel and shows what is known now, whatever happens in between."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import secrets
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar
from weakref import WeakValueDictionary

from discord.utils import utcnow

from bot.core.answers import Answer
from bot.footnote import Footnote
from bot.pictures import album, plans
from bot.ports import Pin, PinKey, PinState, PinStep, Store, StoreError
from bot.surfaces.discord.board import Board, CannotPinError, Place, Standing, new_nonce
from bot.surfaces.discord.layout import Controls, layout
from bot.surfaces.discord.service import Service
from bot.surfaces.discord.states import Show

log = logging.getLogger(__name__)

PATIENCE = 10.0  # seconds that the store may take
HOLD = 300.0  # seconds for which a pin is worked on before another process may take it over

T = TypeVar("T")
Outcome = Literal["pinned", "edited", "again", "unchanged", "removed", "none"]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a pinned card shows, and a digest of it that is the same wherever the card is pinned."""

    answer: Answer
    controls: Controls
    digest: str


@dataclass(frozen=True, slots=True)
class Records:
    """What the store has of pins, asked for one thing after another: no answer waits for it, so it may take a while.

    CannotPinError where it fails.
    """

    service: Service
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def store(self) -> Store:
        """The store."""
        return self.service.keeper.store

    async def kept(self, call: Coroutine[Any, Any, T], key: PinKey | None = None) -> T:
        """What the store says."""
        try:
            async with self._turn, asyncio.timeout(PATIENCE):
                return await call
        except (StoreError, TimeoutError) as error:
            place = told(key) if key else {}
            log.warning("the store failed for a pinned card", extra={"fault": repr(error), **place})
            raise CannotPinError("store") from error
        finally:
            call.close()  # where its turn did not come


@dataclass(slots=True)
class _Hold:
    """A pin that this process works on."""

    records: Records
    holder: str
    pin: Pin
    is_new: bool

    @property
    def place(self) -> Place:
        return Place(self.pin.key.guild, self.pin.key.channel)

    async def step(
        self,
        state: PinState,
        *,
        message: int | None = None,
        digest: str | None = None,
        nonce: str | None = None,
    ) -> None:
        """Record a step; a `nonce` goes with a message that is gone. CannotPinError where another took the pin over."""
        step = PinStep(state=state, message=message, digest=digest, nonce=nonce, gone=nonce is not None)
        if not await self.records.kept(self.records.store.update_pin(self.pin.key, self.holder, step), self.pin.key):
            raise CannotPinError("busy")
        self.pin = replace(
            self.pin,
            state=state,
            message=None if nonce else message or self.pin.message,
            digest=digest or self.pin.digest,
            nonce=nonce or self.pin.nonce,
        )


@dataclass(slots=True)
class Pins:
    """Brings pins to what they should be, one step after another, each recorded as soon as Discord confirms it.

    Every method raises `CannotPinError` where that is not possible.
    """

    service: Service
    holder: str = field(default_factory=lambda: secrets.token_hex(8))
    messages: dict[int, PinKey] = field(default_factory=dict)  # where the cards stand, as far as it is known
    _digests: tuple[Footnote | None, dict[str, str]] = (None, {})
    _records: Records = field(init=False)
    _begun: set[int] = field(default_factory=set)
    _locks: WeakValueDictionary[PinKey, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    def __post_init__(self) -> None:
        self._records = Records(self.service)

    async def listed(self, guilds: Iterable[int]) -> tuple[Pin, ...]:
        """The pins of these servers, as the store has them."""
        wanted = list(guilds)
        await self._begin(wanted)
        pins = await self._records.kept(self._records.store.pins(wanted))
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
            if await self._known(key) is None:
                return "none"
            hold = await self._claim(key)
            try:
                return await self._take_away(hold, board)
            finally:
                await self._release(hold)

    def shown(self, compound: str, nonce: str) -> Shown | None:
        """What the pinned card of a compound shows now; None where there is no such card."""
        footnote = self.service.footnote
        if footnote.library.card(compound) is None:
            return None
        controls = Controls(show=Show("card", compound), glance=True, nonce=nonce)
        return Shown(footnote.card(compound), controls, self._digest(footnote, compound))

    def is_current(self, pin: Pin) -> bool:
        """Whether a pin is known to show what is known now."""
        footnote, compound = self.service.footnote, pin.key.compound
        known = footnote.library.card(compound) is not None
        return known and pin.state == "pinned" and pin.digest == self._digest(footnote, compound)

    def _digest(self, footnote: Footnote, compound: str) -> str:
        """Worked out once for each card: a thousand pins may ask for it."""
        if self._digests[0] is not footnote:
            self._digests = (footnote, {})
        digests = self._digests[1]
        if compound not in digests:
            controls = Controls(show=Show("card", compound), glance=True)
            answer, replies = footnote.card(compound), footnote.library.replies
            wanted = album.Album().wanted(answer, replies.labels, at_a_glance=True)
            drawn = [album.Picture(each.name, each.plan.alt, b"") for each in wanted]
            views: list[Any] = [layout(answer, replies, controls, pictures) for pictures in ((), drawn)]
            parts = [*(view.to_components() for view in views), *(plans.digest(each.plan) for each in wanted)]
            shown = json.dumps(parts, sort_keys=True)
            digests[compound] = hashlib.sha256(shown.encode()).hexdigest()
        return digests[compound]

    async def _worked(self, key: PinKey, board: Board, *, verify: bool, new: bool) -> Outcome:
        async with self._lock(key):
            if not new and await self._known(key) is None:
                return "none"
            hold = await self._claim(key)
            try:
                return await self._brought(hold, board, verify=verify)
            except CannotPinError as error:
                if error.reason == "gone" or (hold.is_new and not error.passes):
                    await self._given_up(hold, board)
                raise
            finally:
                await self._release(hold)

    async def _brought(self, hold: _Hold, board: Board, *, verify: bool) -> Outcome:
        if hold.pin.state == "removing":
            return await self._take_away(hold, board)
        shown = self.shown(hold.pin.key.compound, hold.pin.nonce)
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

    async def _where_it_was(self, hold: _Hold, board: Board, shown: Shown, *, verify: bool) -> Standing | None:
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

    async def _posted(self, hold: _Hold, board: Board) -> Standing:
        """Post the card, unless its message, or an earlier one of it, stands in the channel."""
        pin = hold.pin
        shown = self.shown(pin.key.compound, pin.nonce)
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

    async def _give_way(self, hold: _Hold, board: Board, message: int) -> None:
        """Another process took the pin over while this one posted: its message stays."""
        pin = await self._known(hold.pin.key)
        if pin is None or pin.message != message:
            await board.delete(hold.place, message)

    async def _take_away(self, hold: _Hold, board: Board) -> Outcome:
        """Delete the message, then the pin. The pin says so first: it does not come back where this is cut off."""
        await hold.step("removing")
        try:
            await self._message_away(hold, board)
        except CannotPinError as error:
            if error.reason != "gone":
                raise
        await self._records.kept(self._records.store.remove_pin(hold.pin.key, self.holder), hold.pin.key)
        return "removed"

    async def _message_away(self, hold: _Hold, board: Board) -> None:
        pin = hold.pin
        message = pin.message
        if message is None and not hold.is_new:
            found = await board.find(hold.place, pin.key.compound, pin.nonce, interrupted=True)
            message = found.card.message if found.card else None
        if message is not None:
            self.messages.pop(message, None)
            await board.delete(hold.place, message)

    async def _given_up(self, hold: _Hold, board: Board) -> None:
        try:
            await self._take_away(hold, board)
        except CannotPinError as error:
            log.warning("a pin that cannot be is still there", extra={"reason": error.reason, **told(hold.pin.key)})

    async def _withdrawn(self, hold: _Hold, board: Board) -> Outcome:
        """The knowledge has no such card now: the message goes, the wish stays until the card is back."""
        if hold.pin.message is None:
            return "unchanged"
        self.messages.pop(hold.pin.message, None)
        await board.delete(hold.place, hold.pin.message)
        await hold.step("claimed", nonce=fresh_nonce())
        return "removed"

    async def _claim(self, key: PinKey) -> _Hold:
        await self._begin([key.guild])
        now, nonce = utcnow().timestamp(), fresh_nonce()
        claim = self._records.store.claim_pin(key, nonce=nonce, holder=self.holder, now=now, until=now + HOLD)
        pin = await self._records.kept(claim, key)
        if pin is None:
            raise CannotPinError("busy")
        return _Hold(self._records, self.holder, pin, is_new=pin.nonce == nonce)

    async def _release(self, hold: _Hold) -> None:
        try:
            await self._records.kept(self._records.store.release_pin(hold.pin.key, self.holder), hold.pin.key)
        except CannotPinError:
            return  # it runs out

    async def _begin(self, guilds: Iterable[int]) -> None:
        """End the holds that an earlier run of this process left, once for each server."""
        fresh = set(guilds) - self._begun
        if fresh:
            self._begun |= fresh
            try:
                await self._records.kept(self._records.store.release_all_pins(fresh))
            except CannotPinError:
                self._begun -= fresh
                raise

    async def _known(self, key: PinKey) -> Pin | None:
        return await self._records.kept(self._records.store.pin(key), key)

    def _lock(self, key: PinKey) -> asyncio.Lock:
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        return lock


def told(key: PinKey) -> dict[str, object]:
    """What the log says of a pin."""
    return {"guild": key.guild, "channel": key.channel, "compound": key.compound}


def fresh_nonce() -> str:
    """A nonce that no pin had before."""
    return new_nonce(utcnow().timestamp() * 1000, secrets.token_hex(6))
