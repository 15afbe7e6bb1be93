"""Upkeep the pinned cards right: at the start, after a reload, when one is deleted or its thread is opened again."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict, deque
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any

import discord

from bot.core.interface import Audited, CannotPin
from bot.ports import Pin, PinKey
from bot.surfaces.discord.audit import Audit
from bot.surfaces.discord.board import Board
from bot.surfaces.discord.languages import language_of_server
from bot.surfaces.discord.pace import Pace
from bot.surfaces.discord.pin_records import told
from bot.surfaces.discord.pinning_faults import CannotPinError
from bot.surfaces.discord.pins import Outcome, Pins
from bot.surfaces.discord.reports import Channel, Entry, Stored

log = logging.getLogger(__name__)

PER_SECOND = 25.0  # calls for pinned cards; the other half of what Discord allows a bot is for answers
WORKERS = 10  # channels that are worked on at once
PROGRESS = 100  # pins between two lines of the log
AGAIN = 300.0  # seconds until what failed is tried again
RESTORED = 3  # times a deleted card is posted again within
WITHIN = 3_600.0  # seconds


@dataclass(slots=True)
class Tally:
    """What became of pins: how many of each outcome, and which could not be kept, and why."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    failed: list[tuple[PinKey, CannotPin]] = field(default_factory=list)
    passing: list[PinKey] = field(default_factory=list)  # of the failed those that may work in a while


class Upkeep:
    """Looks after the pins of the servers that this process has."""

    def __init__(self, client: discord.Client, pins: Pins, board: Board, audit: Audit) -> None:
        self._client = client
        self._pins = pins
        self._board = board.paced(Pace(PER_SECOND))
        self._audit = audit
        self._running = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._restored: defaultdict[PinKey, deque[float]] = defaultdict(lambda: deque(maxlen=RESTORED))

    def start(self) -> None:
        """Look after every pin, in the background: the bot has just connected, and may have missed what was done."""
        self.begin(self._run([guild.id for guild in self._client.guilds], verify=True))

    def arrived(self, guild: int) -> None:
        """Look after the pins of a server that was out of reach."""
        self.begin(self._run([guild], verify=True))

    def follow(self) -> None:
        """Bring every pin to what is known now, in the background."""
        self.begin(self._run([guild.id for guild in self._client.guilds], verify=False))

    def deleted(self, messages: Iterable[int]) -> None:
        """Post again what was a pinned card among these messages."""
        for message in messages:
            key = self._pins.messages.pop(message, None)
            if key:
                self.begin(self._restore(key))

    def reopened(self, channel: int) -> None:
        """Look after the cards of a thread that was opened again, or of a channel that is gone."""
        for key in {key for key in self._pins.messages.values() if key.channel == channel}:
            self.begin(self._keep_alone(key))

    async def refresh(self, guild: int) -> Tally:
        """Look after every pin of a server now. CannotPinError where the store does not say which there are."""
        for key in [key for key in self._restored if key.guild == guild]:
            del self._restored[key]
        return await self._keep(await self._pins.listed([guild]), verify=True)

    def close(self) -> None:
        """Stop all work."""
        for task in self._tasks:
            task.cancel()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something in the background, until it is done or the bot ends."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            log.error("work in the background failed", exc_info=task.exception())

    async def _run(self, guilds: list[int], *, verify: bool) -> None:
        while (tally := await self._run_once(guilds, verify=verify)) is None:
            await asyncio.sleep(AGAIN)
        await self._again(tally)

    async def _run_once(self, guilds: list[int], *, verify: bool) -> Tally | None:
        async with self._running:
            try:
                pins = await self._pins.listed(guilds)
            except CannotPinError:
                return None
            return await self._keep(
                [pin for pin in pins if verify or not self._pins.faces.is_current(pin)], verify=verify
            )

    async def _again(self, tally: Tally) -> None:
        """Try again what failed for a reason that passes, until it works."""
        while tally.passing:
            await asyncio.sleep(AGAIN)
            async with self._running:
                tally = await self._keep_keys(tally.passing, verify=True)

    async def _keep(self, pins: Iterable[Pin], *, verify: bool) -> Tally:
        return await self._keep_keys([pin.key for pin in pins], verify=verify)

    async def _keep_keys(self, keys: Iterable[PinKey], *, verify: bool) -> Tally:
        """Keep pins, those of one channel one after another, several channels at once."""
        tally, channels = Tally(), defaultdict[int, list[PinKey]](list)
        for key in keys:
            channels[key.channel].append(key)
        waiting, of = deque(channels.values()), sum(map(len, channels.values()))

        async def work() -> None:
            while waiting:
                for key in waiting.popleft():
                    await self._count(key, tally, of, verify=verify)

        await asyncio.gather(*(work() for _ in range(min(WORKERS, len(waiting)))))
        if of:
            log.info("pinned cards were looked after", extra=_so_far(tally, of))
        return tally

    async def _count(self, key: PinKey, tally: Tally, of: int, *, verify: bool) -> None:
        try:
            tally.outcomes[await self._pins.keep(key, self._board, verify=verify)] += 1
        except CannotPinError as error:
            log.warning("a pinned card could not be kept", extra={"reason": error.reason, **told(key)})
            tally.failed.append((key, error.reason))
            tally.passing += [key] if error.passes else []
        done = tally.outcomes.total() + len(tally.failed)
        if done % PROGRESS == 0 and done < of:
            log.info("looking after pinned cards", extra=_so_far(tally, of))

    async def _keep_alone(self, key: PinKey) -> None:
        await self._again(await self._keep_keys([key], verify=True))

    async def _restore(self, key: PinKey) -> None:
        """Post a card again that was deleted; not for ever, since whoever deletes it may be a machine too."""
        now, before = asyncio.get_running_loop().time(), self._restored[key]
        if len(before) == RESTORED and now - before[0] < WITHIN:
            await self._tell(key, "given-up")
            return
        before.append(now)
        tally = await self._keep_keys([key], verify=True)
        if tally.outcomes["again"]:
            await self._tell(key, "restored")
        await self._again(tally)

    async def _tell(self, key: PinKey, what: Audited) -> None:
        words, language = self._pins.service.words, language_of_server(self._client.get_guild(key.guild))
        entries = (
            Entry(words.word("card", language), (Stored(key.compound),)),
            Entry(words.word("channel", language), (Channel(key.channel),)),
        )
        await self._audit.noted(self._client, what, key.guild, *entries, channel=key.channel, compound=key.compound)


def _so_far(tally: Tally, of: int) -> dict[str, object]:
    done = tally.outcomes.total() + len(tally.failed)
    outcomes = {str(outcome): number for outcome, number in tally.outcomes.items()}
    return {"done": done, "of": of, "failed": len(tally.failed), **outcomes}
