"""What the queue of unanswered questions is to keep: gathered for a moment, and kept together."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from bot.core.gaps import merged
from bot.keeping import Keeper
from bot.ports import Noted
from bot.wordlists import is_word

PAUSE = 1.0  # seconds in which questions gather
MOST = 1_000  # questions that wait to be kept; a store that is away may let that many come together

log = logging.getLogger(__name__)


class Inbox:
    """Keeps unanswered questions, all of a moment in one go: a transaction for each would cost more than the replies.

    What the store cannot keep is logged in a line, and gone.
    """

    def __init__(self, keeper: Keeper, pause: float = PAUSE) -> None:
        self._keeper = keeper
        self._pause = pause
        self._waiting: list[Noted] = []
        self._turn = asyncio.Lock()
        self._emptying: asyncio.Task[None] | None = None

    def put(self, noted: Noted) -> None:
        """Let a question be kept soon."""
        if len(self._waiting) >= MOST:
            log.warning("an unanswered question is not kept: too many wait", extra={"guild": noted.guild})
            return
        self._waiting.append(noted)
        if self._emptying is None or self._emptying.done():
            self._emptying = asyncio.create_task(self._empty())

    async def kept(self) -> None:
        """Keep now what waits; whoever reads or clears the queue waits for that first."""
        async with self._turn:
            noted, self._waiting = self._waiting, []
            if noted:
                await self._keeper.kept("kept no unanswered questions", self._merged(noted), questions=len(noted))

    async def close(self) -> None:
        """Keep what waits, and no more."""
        if self._emptying:
            self._emptying.cancel()
            with suppress(asyncio.CancelledError):
                await self._emptying
        await self.kept()

    async def _empty(self) -> None:
        while self._waiting:
            await asyncio.sleep(self._pause)
            await self.kept()

    async def _merged(self, noted: Iterable[Noted]) -> None:
        """Keep questions, each under the key of one that it only misspells."""
        by_guild: defaultdict[int, list[Noted]] = defaultdict(list)
        for each in noted:
            by_guild[each.guild].append(each)
        known = await self._keeper.store.gap_keys(by_guild)
        found: list[Noted] = []
        for guild, asked in by_guild.items():
            keys = dict.fromkeys(known.get(guild, ()))
            for each in asked:
                key = each.asked.key if each.asked.key in keys else merged(each.asked.key, keys, is_word)
                keys[key] = None
                found.append(replace(each, asked=replace(each.asked, key=key)))
                await asyncio.sleep(0)  # a long queue takes a millisecond to look through
        await self._keeper.store.record_gaps(found)
