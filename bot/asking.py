"""The desk: questions from an event loop to the assistant, in bounded numbers, emergencies before everything else."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from typing import TypeVar

from bot.admission import Admission, Bounds, Place
from bot.core.answers import Answer
from bot.core.assistant import Exchange
from bot.footnote import Footnote
from bot.lines import Line

QUEUE = 32  # questions that may wait for the worker
LONGEST_WAIT = 0.5  # seconds that a question may have to wait for it
SHORT = 120  # characters that are read on the loop itself: some milliseconds
KEPT = 512  # readings by words that are kept until the answer is due
PAUSE = 3.0  # times as long as reading a text that is read when there is time
PRESSING, USUAL, LAST = range(3)
AVERAGED = 0.2  # the weight of the last reading in the average time of one

T = TypeVar("T")
Asked = tuple[Answer, Exchange]


class Desk:
    """Answers questions without holding the event loop, from `footnote`: the assistant in use, the one place of it.

    Every text is read by its words first, which tells emergencies; texts that sound like one go first. One worker
    thread reads the others with the encoder, in order. Where more than `queue` wait for it, or for longer than half a
    second, a question is answered by its words alone. Long texts are read by their words in a thread of their own.
    """

    def __init__(self, footnote: Footnote, queue: int = QUEUE, bounds: Bounds | None = None) -> None:
        self.footnote = footnote
        self.admission = Admission(bounds or Bounds())
        self.waiting = 0  # for the worker
        self._queue = queue
        self._seconds = 0.0  # that the worker takes for a question, on average
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk")
        self._aside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="aside")
        self._alarm = self._aside.submit(lambda: footnote.alarm)
        self._short, self._long, self._later = Line(), Line(), Line()
        self._by_words: OrderedDict[tuple[str, str | None], Asked] = OrderedDict()

    def place(self, member: int, channel: int) -> AbstractContextManager[Place]:
        """A place for a question, by which the member's questions are answered in order; see `Admission`."""
        return self.admission.place(member, channel)

    async def emergency(self, text: str, *, compound: str | None = None, soon: bool = True) -> Answer | None:
        """The reply to an emergency, past every queue; None where the words tell none.

        A text that need not be read `soon` and does not sound like an emergency waits until there is time.
        """
        read = partial(self._words, text, compound)
        if self._rings(text):
            answer = await self._aside_if_long(text, read, PRESSING)
        elif soon:
            answer = await self._aside_if_long(text, read)
        else:
            answer = await self._when_there_is_time(text, read)
        return answer if answer.outcome == "emergency" else None

    async def names_a_card(self, text: str) -> bool:
        """Whether a text names a compound that has a card."""
        return await self._aside_if_long(text, partial(self.footnote.card_called, text)) is not None

    async def ask(self, text: str, *, earlier: Exchange | None = None, compound: str | None = None) -> Asked:
        """The reply to a question, and what the next one needs to know of it; as `Footnote.ask`, off the loop."""
        if self.footnote.by_words_alone or self.waiting >= self._queue or self.waiting * self._seconds > LONGEST_WAIT:
            known = self._by_words.pop((text, compound), None)
            if known and not earlier:
                return known
            return await self._aside_if_long(text, partial(self._read_by_words, text, earlier, compound))
        self.waiting += 1
        try:
            read = partial(self._read, text, earlier, compound)
            return await asyncio.get_running_loop().run_in_executor(self._worker, read)
        finally:
            self.waiting -= 1

    @property
    def unread(self) -> int:
        """Texts that wait until there is time for them."""
        return len(self._later)

    def use(self, footnote: Footnote) -> None:
        """Put another assistant into the place of the one in use, which reads to its end what it has begun."""
        self.footnote = footnote
        self._alarm = self._aside.submit(lambda: footnote.alarm)
        self._by_words.clear()

    def close(self) -> None:
        """Let the threads go; questions that still wait are dropped."""
        self._worker.shutdown(wait=False, cancel_futures=True)
        self._aside.shutdown(wait=False, cancel_futures=True)

    def _rings(self, text: str) -> bool:
        return self._alarm.done() and not self._alarm.cancelled() and self._alarm.result().rings(text[:SHORT])

    def _words(self, text: str, compound: str | None) -> Answer:
        """The reading by words, kept: it is the answer where there is no time for the encoder."""
        footnote = self.footnote
        answer = footnote.ask(text, compound=compound, by_words=True)
        if footnote is self.footnote:
            self._by_words[text, compound] = answer, footnote.exchange(text, answer)
        if len(self._by_words) > KEPT:
            self._by_words.popitem(last=False)
        return answer

    def _read_by_words(self, text: str, earlier: Exchange | None, compound: str | None) -> Asked:
        footnote = self.footnote
        answer = footnote.ask(text, earlier=earlier, compound=compound, by_words=True)
        return answer, footnote.exchange(text, answer, earlier)

    def _read(self, text: str, earlier: Exchange | None, compound: str | None) -> Asked:
        began, footnote = time.perf_counter(), self.footnote
        answer = footnote.ask(text, earlier=earlier, compound=compound)
        exchange = footnote.exchange(text, answer, earlier)
        self._seconds += AVERAGED * (time.perf_counter() - began - self._seconds)
        return answer, exchange

    async def _when_there_is_time(self, text: str, call: Callable[[], T]) -> T:
        """One at a time, with pauses that leave most of the loop to those who are being answered."""
        async with self._later.turn():
            began = time.perf_counter()
            result = await self._aside_if_long(text, call, LAST)
            await asyncio.sleep(PAUSE * (time.perf_counter() - began))
            return result

    async def _aside_if_long(self, text: str, call: Callable[[], T], rank: int = USUAL) -> T:
        """Short texts one at a time on the loop, which gets to look around after each; long ones in a thread."""
        if len(text) > SHORT:
            async with self._long.turn(rank):
                return await asyncio.get_running_loop().run_in_executor(self._aside, call)
        async with self._short.turn(rank):
            result = call()
            await asyncio.sleep(0)
            return result
