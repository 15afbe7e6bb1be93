"""Waiting in line on an event loop: one at a time, the most pressing first; and one after another for each member."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Line:
    """One at a time. Whoever has the lowest rank goes first and, among equals, whoever came first."""

    def __init__(self) -> None:
        self._taken = False
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    def __len__(self) -> int:
        return len(self._waiting) + self._taken

    @asynccontextmanager
    async def turn(self, rank: int = 0) -> AsyncIterator[None]:
        """Wait for a turn and hold it."""
        if self._taken:
            await self._called(rank)
        self._taken = True
        try:
            yield
        finally:
            self._call_next()

    async def _called(self, rank: int) -> None:
        call = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (rank, next(self._numbers), call))
        try:
            await call
        except asyncio.CancelledError:
            if not call.cancelled():  # called and given up in the same moment: the turn goes on to the next
                self._call_next()
            raise

    def _call_next(self) -> None:
        while self._waiting:
            call = heapq.heappop(self._waiting)[2]
            if not call.done():
                call.set_result(None)
                return
        self._taken = False


class Turns:
    """Each member's turns, one after another in the order in which they were taken."""

    def __init__(self) -> None:
        self._last: dict[int, asyncio.Event] = {}

    def __len__(self) -> int:
        return len(self._last)

    def take(self, member: int) -> Turn:
        """A turn behind those that the member has taken already. Whoever takes it has to leave it."""
        before, done = self._last.get(member), asyncio.Event()
        self._last[member] = done
        return Turn(self._last, member, before, done)


class Turn:
    """A member's turn: it comes when all that were taken before it have been left."""

    def __init__(
        self, last: dict[int, asyncio.Event], member: int, before: asyncio.Event | None, done: asyncio.Event
    ) -> None:
        self._last = last
        self._member = member
        self._before = before
        self._done = done

    async def comes(self) -> None:
        """Wait until it comes."""
        if self._before:
            await self._before.wait()

    def leave(self) -> None:
        """Let the next one come, once those before are through; without effect the second time."""
        if self._done.is_set():
            return
        if self._before and not self._before.is_set():
            task = asyncio.ensure_future(self._before.wait())  # left early: the order of those around it stays
            task.add_done_callback(lambda _: self._leave())
            return
        self._leave()

    def _leave(self) -> None:
        self._done.set()
        if self._last.get(self._member) is self._done:
            del self._last[self._member]
