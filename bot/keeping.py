"""The store behind patience: members are answered whatever it does, and what could not be kept is logged in a line."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Coroutine, Mapping
from time import monotonic
from typing import Any, TypeVar

from bot.ports import DEFAULTS, ChannelSettings, Store, StoreError

PATIENCE = 1.0  # seconds that the store may take
OPENING = 20.0  # seconds that opening it and bringing it up to date may take
ENDING = 2.0  # seconds that what still runs may take at the end
PAUSE = 5.0  # seconds in which a store that took longer is not asked again
MOST = 5_000  # channels whose last settings are remembered

log = logging.getLogger(__name__)
T = TypeVar("T")
Place = tuple[int, int]  # server, channel


class Keeper:
    """Asks the store for no longer than `patience` seconds, and leaves one that hangs alone for a while.

    What takes longer goes on in the background, so that it may be kept after all.
    """

    def __init__(self, store: Store, patience: float = PATIENCE) -> None:
        self.store = store
        self._patience = patience
        self._asked_again_at = float("-inf")
        self._last_known: OrderedDict[Place, ChannelSettings] = OrderedDict()
        self._reading: dict[Place, asyncio.Task[ChannelSettings]] = {}
        self._running: set[asyncio.Task[Any]] = set()

    async def settings(self, guild: int | None, channel: int | None) -> ChannelSettings:
        """A channel's settings; the last known ones where the store fails, and the defaults where none are known.

        Whoever asks for the same ones meanwhile gets them at the same time, in the order of asking.
        """
        if not guild or not channel:
            return DEFAULTS
        place = (guild, channel)
        reading = self._reading.get(place)
        if reading is None:
            known = self.store.known_settings(guild, channel)
            if known is not None:
                self._remember(place, known)
                return known
            reading = self._reading[place] = asyncio.ensure_future(self._read(place))
        return await asyncio.shield(reading)

    async def _read(self, place: Place) -> ChannelSettings:
        try:
            found = await self.tried("gave no settings", self.store.channel_settings(*place), guild=place[0])
        except StoreError:
            return self._last_known.get(place, DEFAULTS)
        finally:
            del self._reading[place]
        self._remember(place, found)
        return found

    def _remember(self, place: Place, settings: ChannelSettings) -> None:
        self._last_known[place] = settings
        self._last_known.move_to_end(place)
        if len(self._last_known) > MOST:
            self._last_known.popitem(last=False)

    async def prepare(self) -> bool:
        """Open the store and bring it up to date, which may take longer. False where its next use has to try again."""
        try:
            await self._asked("is not open yet; its next use tries again", self.store.prepare(), OPENING, {})
        except StoreError:
            return False
        return True

    async def kept(self, what: str, work: Coroutine[Any, Any, object], **place: object) -> bool:
        """Whether the store did what it was asked. `what` completes "the store ..." in the log."""
        try:
            await self.tried(what, work, **place)
        except StoreError:
            return False
        return True

    async def tried(self, what: str, work: Coroutine[Any, Any, T], **place: object) -> T:
        """What the store gives. `StoreError`, after a line in the log, where it fails or takes too long."""
        return await self._asked(what, work, self._patience, place)

    async def _asked(self, what: str, work: Coroutine[Any, Any, T], patience: float, place: Mapping[str, object]) -> T:
        try:
            return await self._within(patience, work)
        except StoreError as error:
            log.warning("the store %s", what, extra={**place, "fault": str(error)})
            raise

    async def close(self) -> None:
        """Let what still runs end, or go where it takes too long, and the store's connections."""
        if self._running:
            await asyncio.wait(self._running, timeout=ENDING)  # a cancelled call would leave its connection open
        unfinished = (*self._running, *self._reading.values())
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        await self.store.close()

    async def _within(self, patience: float, work: Coroutine[Any, Any, T]) -> T:
        if monotonic() < self._asked_again_at:
            work.close()
            raise StoreError("did not answer a moment ago")
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        done, _ = await asyncio.wait({task}, timeout=patience)
        if not done:
            self._asked_again_at = monotonic() + PAUSE
            raise StoreError(f"took longer than {patience:g} s")
        try:
            return task.result()
        except StoreError:
            raise
        except Exception as error:
            log.exception("the store failed in a way that it should not")
            raise StoreError(f"{type(error).__name__}: {error}") from error

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # seen: whoever waited was told, or has gone
