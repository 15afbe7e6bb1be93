"""Calls that nobody waits for, evenly spaced."""

from __future__ import annotations

import asyncio


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
