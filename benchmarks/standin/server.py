"""The whole stand-in: one loopback port for gateway and REST."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from benchmarks.standin.faults import Faults
from benchmarks.standin.gateway import Gateway
from benchmarks.standin.people import Payload, People
from benchmarks.standin.rest import Limits, Rest, answered

TOKEN = "MTAwMA.stand-in.a-token-that-must-never-be-logged"
HOW_OFTEN = 0.02  # seconds between two looks at a condition


@dataclass
class Standin:
    """Gateway and REST of one made-up bot."""

    people: People
    gateway: Gateway
    rest: Rest
    faults: Faults
    port: int = 0
    asked: dict[int, float] = field(default_factory=dict)  # question -> when, in monotonic seconds

    @property
    def settings(self) -> dict[str, str]:
        """The environment of a bot that connects here."""
        base = f"127.0.0.1:{self.port}"
        return {
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_API_URL": f"http://{base}/api",
            "DISCORD_GATEWAY_URL": self.gateway.url,
        }

    async def ask(self, text: str, guild: int = 0, member: int = 1 << 30, channel: int = 0) -> int:
        """A member asks by mention; the id of the question."""
        question = self.people.question(text, guild, member, channel)
        return await self.says(question)

    async def says(self, message: Payload) -> int:
        """Somebody sends a message; its id."""
        ident = int(message["id"])
        self.asked[ident] = asyncio.get_running_loop().time()
        await self.gateway.emit("MESSAGE_CREATE", message)
        return ident

    def replies(self, question: int) -> list[Payload]:
        """What the bot replied to a question."""
        return [sent.payload for sent in self.rest.sent if sent.question == question]

    def answered_twice(self) -> list[int]:
        """The questions that have more than one reply."""
        counted = Counter(sent.question for sent in self.rest.sent if sent.question)
        return [question for question, times in counted.items() if times > 1]

    async def gateway_bot(self, _: web.Request) -> web.Response:
        """Where the gateway is, and how many shards may identify at once."""
        most = self.gateway.max_concurrency
        limit = {"total": 1000, "remaining": 1000, "reset_after": 86_400_000, "max_concurrency": most}
        return answered({"url": self.gateway.url, "shards": 1, "session_start_limit": limit})

    async def until(self, holds: Callable[[], object], seconds: float = 20.0) -> None:
        """Wait until something holds. TimeoutError after `seconds`."""
        async with asyncio.timeout(seconds):
            while not holds():
                await asyncio.sleep(HOW_OFTEN)


@asynccontextmanager
async def standin(guilds: int = 1, limits: Limits | None = None, **gateway: Any) -> AsyncIterator[Standin]:
    """A stand-in that listens on a free port of loopback."""
    people, faults = People(guilds), Faults()
    rest = Rest(people, TOKEN, faults, limits or Limits())
    server = Standin(people, Gateway(people, TOKEN, **gateway), rest, faults)
    app = web.Application(client_max_size=1 << 22)
    app.router.add_get("/gateway", server.gateway.handle)
    app.router.add_get("/api/v10/gateway/bot", server.gateway_bot)
    app.router.add_route("*", "/api/v10/{path:.*}", rest.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.5, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.port = server.gateway.port = runner.addresses[0][1]
    try:
        yield server
    finally:
        await runner.cleanup()
