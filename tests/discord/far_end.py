"""The far end of a bot's connections: on loopback, just enough of Discord for a process to log in to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

BOT = {"id": "1000", "username": "footnote", "discriminator": "0", "avatar": None, "bot": True}
HELLO, IDENTIFY = 10, 2


@dataclass
class FarEnd:
    """What the bot said, and how it is answered: `token` is the right one, `closes_with` a gateway close code."""

    token: str = "the-right-token"
    closes_with: int | None = None
    port: int = 0
    identified: list[dict[str, Any]] = field(default_factory=list)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    requests: list[str] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, str]:
        """The environment of a bot that connects here."""
        return {
            "DISCORD_TOKEN": self.token,
            "DISCORD_API_URL": f"http://127.0.0.1:{self.port}/api",
            "DISCORD_GATEWAY_URL": f"ws://127.0.0.1:{self.port}/gateway",
        }

    async def rest(self, request: web.Request) -> web.Response:
        """A REST call."""
        self.requests.append(f"{request.method} {request.path}")
        if request.headers.get("Authorization") != "Bot the-right-token":
            return _json({"message": "401: Unauthorized", "code": 0}, status=401)
        if request.path.endswith("/users/@me"):
            return _json(BOT)
        if request.path.endswith("/oauth2/applications/@me"):
            return _json(_application())
        return _json([])

    async def gateway(self, request: web.Request) -> web.WebSocketResponse:
        """A gateway connection."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": HELLO, "d": {"heartbeat_interval": 41_250}, "s": None, "t": None})
        async for message in socket:
            if message.type != WSMsgType.TEXT:
                continue
            said = json.loads(message.data)
            if said["op"] != IDENTIFY:
                continue
            self.identified.append(said["d"])
            if self.closes_with:
                await socket.close(code=self.closes_with)
                break
            await socket.send_json({"op": 0, "t": "READY", "s": 1, "d": self._ready(said["d"])})
            self.ready.set()
        return socket

    def _ready(self, identified: dict[str, Any]) -> dict[str, Any]:
        resume = f"ws://127.0.0.1:{self.port}/gateway"
        session = {"session_id": "1", "resume_gateway_url": resume, "shard": identified.get("shard", [0, 1])}
        return {"v": 10, "user": BOT, "guilds": [], "application": {"id": "1000", "flags": 0}, **session}


@asynccontextmanager
async def far_end(**options: Any) -> AsyncIterator[FarEnd]:
    """One that listens on loopback."""
    end = FarEnd(**options)
    app = web.Application()
    app.router.add_get("/gateway", end.gateway)
    app.router.add_route("*", "/api/{rest:.*}", end.rest)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    end.port = runner.addresses[0][1]
    try:
        yield end
    finally:
        await runner.cleanup()


def _json(data: object, status: int = 200) -> web.Response:
    """JSON as Discord sends it: discord.py takes it by exactly this type."""
    return web.Response(body=json.dumps(data).encode(), status=status, headers={"Content-Type": "application/json"})


def _application() -> dict[str, Any]:
    texts = {"name": "footnote", "description": "", "summary": "", "verify_key": "0", "icon": None}
    return {
        **texts,
        "id": "1000",
        "flags": 0,
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": BOT,
        "team": None,
    }
