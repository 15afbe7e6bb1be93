"""The desk: questions from an event loop to the assistant in a worker thread, through a bounded queue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from bot.core.answers import Answer
from bot.core.assistant import Exchange
from bot.footnote import Footnote

QUEUE = 32  # questions that may wait for the worker
SHORT = 400  # characters that are read on the loop itself: a few milliseconds


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock
    waiting: int = 0


class Desk:
    """Answers questions without holding the event loop.

    One worker thread reads them with the encoder, in order, and at most `queue` wait for it; past that a question is
    read by its words alone, at once. Long texts are read by their words in a thread of their own.
    """

    def __init__(self, footnote: Footnote, queue: int = QUEUE) -> None:
        self.footnote = footnote
        self._queue = queue
        self._waiting = 0
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk")
        self._aside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="aside")
        self._turns: dict[int, _Turn] = {}

    async def emergency(self, text: str, *, compound: str | None = None) -> Answer | None:
        """The reply to an emergency, past every queue; None where the words tell none."""
        answer = await self._by_words(text, None, compound)
        return answer if answer.outcome == "emergency" else None

    async def ask(self, text: str, *, earlier: Exchange | None = None, compound: str | None = None) -> Answer:
        """The reply to a question; as `Footnote.ask`, off the loop."""
        if self._waiting >= self._queue:
            return await self._by_words(text, earlier, compound)
        self._waiting += 1
        try:
            read = partial(self.footnote.ask, text, earlier=earlier, compound=compound)
            return await asyncio.get_running_loop().run_in_executor(self._worker, read)
        finally:
            self._waiting -= 1

    @asynccontextmanager
    async def turn(self, member: int) -> AsyncIterator[None]:
        """Hold a member's turn: their questions are answered one after another, in the order in which they came."""
        turn = self._turns.setdefault(member, _Turn(asyncio.Lock()))
        turn.waiting += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.waiting -= 1
            if not turn.waiting:
                self._turns.pop(member, None)

    def close(self) -> None:
        """Let the threads go; questions that still wait are dropped."""
        self._worker.shutdown(wait=False, cancel_futures=True)
        self._aside.shutdown(wait=False, cancel_futures=True)

    async def _by_words(self, text: str, earlier: Exchange | None, compound: str | None) -> Answer:
        read = partial(self.footnote.ask, text, earlier=earlier, compound=compound, by_words=True)
        if len(text) <= SHORT:
            return read()
        return await asyncio.get_running_loop().run_in_executor(self._aside, read)
