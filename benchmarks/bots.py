"""The bots that are measured, each in a process of its own: Footnote, and a bare discord.py bot that echoes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psutil

from benchmarks.standin import Standin

FOOTNOTE = ("-m", "bot", "run")
ECHO = ("-m", "benchmarks.echo")
PATIENCE = 180.0  # seconds for a process to end
NOTHING: Mapping[str, str] = MappingProxyType({})
ROOT = Path(__file__).parent.parent


@dataclass
class Bot:
    """A running process and where it logs."""

    process: asyncio.subprocess.Process
    log: Path

    @property
    def cpu(self) -> float:
        """CPU seconds, own and the kernel's for it, since it began."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    @property
    def loop_cpu(self) -> float:
        """CPU seconds of its main thread, where the event loop runs."""
        threads = psutil.Process(self.process.pid).threads()
        return next(float(t.user_time + t.system_time) for t in threads if t.id == self.process.pid)

    @property
    def memory(self) -> float:
        """Resident memory in MB."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 1e6

    def logged(self) -> list[dict[str, Any]]:
        """The lines of its log that are JSON."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def events(self, event: str) -> list[dict[str, Any]]:
        """The lines of its log that tell of one thing."""
        return [line for line in self.logged() if line.get("event") == event]

    async def end(self, how: int = signal.SIGTERM) -> int:
        """End it, and wait until it ended; its exit code."""
        if self.process.returncode is None:
            self.process.send_signal(how)
        return await self.ended()

    async def ended(self) -> int:
        """Its exit code. TimeoutError if it does not end in time."""
        return await asyncio.wait_for(self.process.wait(), PATIENCE)


async def started(
    end: Standin, log: Path, command: tuple[str, ...] = FOOTNOTE, settings: Mapping[str, str] = NOTHING
) -> Bot:
    """Start a bot that connects to a stand-in, with `settings` for environment and nothing else of ours."""
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **end.settings, **settings}
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, env=environment, cwd=log.parent, stdout=errors, stderr=errors
        )
    return Bot(process, log)


@asynccontextmanager
async def running(
    end: Standin,
    log: Path,
    command: tuple[str, ...] = FOOTNOTE,
    settings: Mapping[str, str] = NOTHING,
    shards: int = 1,
) -> AsyncIterator[Bot]:
    """A bot that is connected and knows its guilds; ended at the end."""
    bot = await started(end, log, command, settings)
    try:
        await end.gateway.until_connected(shards, PATIENCE)
        await asyncio.sleep(0.3)
        yield bot
    finally:
        await bot.end()
