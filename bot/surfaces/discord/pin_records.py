"""What the store has of pins, and the hold of this process on one that it works on."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from discord.utils import utcnow

from bot.ports import Pin, PinKey, PinState, PinStep, Store, StoreError
from bot.surfaces.discord.board import Place
from bot.surfaces.discord.nonces import fresh_nonce
from bot.surfaces.discord.pinning_faults import CannotPinError
from bot.surfaces.discord.service import Service

log = logging.getLogger(__name__)

PATIENCE = 10.0  # seconds that the store may take
HOLD = 300.0  # seconds for which a pin is worked on before another process may take it over

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Records:
    """What the store has of pins, asked for one thing after another: no answer waits for it, so it may take a while.

    CannotPinError where it fails.
    """

    service: Service
    holder: str = field(default_factory=lambda: secrets.token_hex(8))
    _begun: set[int] = field(default_factory=set)
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

    async def listed(self, guilds: Iterable[int]) -> tuple[Pin, ...]:
        """The pins of servers."""
        wanted = list(guilds)
        await self._begin(wanted)
        return await self.kept(self.store.pins(wanted))

    async def known(self, key: PinKey) -> Pin | None:
        """A pin, if there is one."""
        return await self.kept(self.store.pin(key), key)

    async def claim(self, key: PinKey) -> Hold:
        """Hold a pin, and make it if there is none."""
        await self._begin([key.guild])
        now, nonce = utcnow().timestamp(), fresh_nonce()
        claim = self.store.claim_pin(key, nonce=nonce, holder=self.holder, now=now, until=now + HOLD)
        pin = await self.kept(claim, key)
        if pin is None:
            raise CannotPinError("busy")
        return Hold(self, pin, is_new=pin.nonce == nonce)

    async def release(self, hold: Hold) -> None:
        """End a hold."""
        try:
            await self.kept(self.store.release_pin(hold.pin.key, self.holder), hold.pin.key)
        except CannotPinError:
            return  # it runs out

    async def remove(self, hold: Hold) -> None:
        """End a pin that is held."""
        await self.kept(self.store.remove_pin(hold.pin.key, self.holder), hold.pin.key)

    async def _begin(self, guilds: Iterable[int]) -> None:
        """End the holds that an earlier run of this process left, once for each server."""
        fresh = set(guilds) - self._begun
        if fresh:
            self._begun.update(fresh)
            try:
                await self.kept(self.store.release_all_pins(fresh))
            except CannotPinError:
                self._begun.difference_update(fresh)
                raise


@dataclass(slots=True)
class Hold:
    """A pin that this process works on."""

    records: Records
    pin: Pin
    is_new: bool

    @property
    def place(self) -> Place:
        """Where it is."""
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
        if not await self.records.kept(
            self.records.store.update_pin(self.pin.key, self.records.holder, step), self.pin.key
        ):
            raise CannotPinError("busy")
        self.pin = replace(
            self.pin,
            state=state,
            message=None if nonce else message or self.pin.message,
            digest=digest or self.pin.digest,
            nonce=nonce or self.pin.nonce,
        )


def told(key: PinKey) -> dict[str, object]:
    """What the log says of a pin."""
    return {"guild": key.guild, "channel": key.channel, "compound": key.compound}
