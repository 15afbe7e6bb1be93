"""Loading the knowledge anew while the bot runs: checked whole first; on a fault the last good one stays in use."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.asking import Desk
from bot.footnote import Footnote
from bot.loading import KnowledgeError


class Reloading:
    """Puts what `load` loads into the place of the assistant in use. One at a time, in a thread of its own."""

    def __init__(self, desk: Desk, load: Callable[[], Footnote]) -> None:
        self._desk = desk
        self._load = load
        self._turn = asyncio.Lock()
        self.faults: tuple[str, ...] = ()  # those of the last time

    async def reload(self) -> tuple[str, ...]:
        """Load the knowledge. What is wrong with it, each with file and line; nothing where it took effect."""
        async with self._turn:
            try:
                footnote = await asyncio.to_thread(self._load)
            except KnowledgeError as error:
                self.faults = tuple(map(str, error.faults))
            else:
                self._desk.use(footnote)
                self.faults = ()
            return self.faults
