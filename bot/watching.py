"""Watching the event loop: how long it was held, and an end to the process where it never comes back."""

from __future__ import annotations

import asyncio
import faulthandler
import logging
import sys
import time
from dataclasses import dataclass

log = logging.getLogger(__name__)

EVERY = 0.02  # seconds between two looks
TOO_LONG = 0.05  # seconds that the loop may be held


@dataclass(slots=True)
class LoopWatch:
    """Notes when the loop was held for longer than it may be. `longest` is in seconds.

    A hold in which the loop's thread used the processor is its own doing; in one without, it waited for the machine or
    for another thread.
    """

    holds: int = 0
    own: int = 0
    longest: float = 0.0
    longest_own: float = 0.0

    async def run(self) -> None:
        """Watch until it is cancelled."""
        while True:
            began, used = time.perf_counter(), time.thread_time()
            await asyncio.sleep(EVERY)
            self._look(time.perf_counter() - began - EVERY, time.thread_time() - used)

    def _look(self, held: float, used: float) -> None:
        self.longest = max(self.longest, held)
        own = min(held, used)
        self.longest_own = max(self.longest_own, own)
        if held <= TOO_LONG:
            return
        self.holds += 1
        self.own += own > TOO_LONG
        log.warning("the event loop was held", extra={"seconds": round(held, 3), "own": round(own, 3)})


async def end_if_stuck(seconds: float) -> None:
    """End the process, with the stacks of its threads on standard error, once the loop does nothing for so long.

    Runs until it is cancelled; nothing ends any more after that.
    """
    try:
        while True:
            faulthandler.dump_traceback_later(seconds, exit=True, file=sys.__stderr__ or sys.stderr)
            await asyncio.sleep(seconds / 4)
    finally:
        faulthandler.cancel_dump_traceback_later()
