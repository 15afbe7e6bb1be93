"""The desk: questions from an event loop to the assistant in a worker thread, through a bounded queue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from bot.core.answers import Answer
from bot.core.assistant import Exchange
from bot.footnote import Footnote

QUEUE = 32  # questions that may wait for the worker
SHORT = 200  # characters that are read on the loop itself: a few milliseconds

T = TypeVar("T")
Asked = tuple[Answer, Exchange]


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock
    waiting: int = 0


class Desk:
    """Answers questions without holding the event loop, from `footnote`: the assistant in use, the one place of it.

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
        answer = await self._aside_if_long(text, partial(self.footnote.ask, text, compound=compound, by_words=True))
        return answer if answer.outcome == "emergency" else None

    async def names_a_card(self, text: str) -> bool:
        """Whether a text names a compound that has a card."""
        return await self._aside_if_long(text, partial(self.footnote.card_called, text)) is not None

    async def ask(self, text: str, *, earlier: Exchange | None = None, compound: str | None = None) -> Asked:
        """The reply to a question, and what the next one needs to know of it; as `Footnote.ask`, off the loop."""
        if self._waiting >= self._queue:
            return await self._aside_if_long(text, partial(self._read, text, earlier, compound, by_words=True))
        self._waiting += 1
        try:
            read = partial(self._read, text, earlier, compound)
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

    def use(self, footnote: Footnote) -> None:
        """Put another assistant into the place of the one in use, which reads to its end what it has begun."""
        self.footnote = footnote

    def close(self) -> None:
        """Let the threads go; questions that still wait are dropped."""
        self._worker.shutdown(wait=False, cancel_futures=True)
        self._aside.shutdown(wait=False, cancel_futures=True)

    def _read(self, text: str, earlier: Exchange | None, compound: str | None, *, by_words: bool = False) -> Asked:
        footnote = self.footnote
        answer = footnote.ask(text, earlier=earlier, compound=compound, by_words=by_words)
        return answer, footnote.exchange(text, answer, earlier)

    async def _aside_if_long(self, text: str, call: Callable[[], T]) -> T:
        if len(text) <= SHORT:
            return call()
        return await asyncio.get_running_loop().run_in_executor(self._aside, call)
