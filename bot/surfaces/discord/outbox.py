"""What is sent waits here, not in the client: channel by channel, emergencies first, no faster than Discord allows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.lines import Line

A_SECOND = 45.0  # messages a second; Discord takes 50 requests of all kinds from a bot
AT_ONCE = 5  # messages that may go out at once after a pause

URGENT, USUAL = 0, 1


class Outbox:
    """Gives a channel's messages their turns. `share` is the part of the bot's messages that this process may send."""

    def __init__(self, share: float = 1.0) -> None:
        self._seconds = 1 / (A_SECOND * share)  # between two messages
        self._due = float("-inf")  # when the next may go out, in the loop's time
        self._channels: dict[int, Line] = {}

    def __len__(self) -> int:
        return sum(map(len, self._channels.values()))

    @asynccontextmanager
    async def turn(self, channel: int, *, urgent: bool = False) -> AsyncIterator[None]:
        """Wait until a message may be sent to a channel. One that is urgent waits for the one under way alone."""
        line = self._channels.setdefault(channel, Line())
        try:
            async with line.turn(URGENT if urgent else USUAL):
                await self._pace(urgent=urgent)
                yield
        finally:
            if not len(line):
                self._channels.pop(channel, None)

    async def _pace(self, *, urgent: bool) -> None:
        now = asyncio.get_running_loop().time()
        self._due = max(self._due, now - AT_ONCE * self._seconds) + self._seconds
        if self._due > now and not urgent:
            await asyncio.sleep(self._due - now)
