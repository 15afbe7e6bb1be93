"""How the bot is, for supervisors: an HTTP endpoint on loopback, and an end where the gateway has gone silent."""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import discord
from aiohttp import web

from bot.watching import LoopWatch

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
LOOKS = 10  # looks within the time that a shard may be silent


class GatewayIsSilentError(Exception):
    """A shard has heard nothing for too long, whatever the library tried."""


@dataclass
class Gateway:
    """Which shards live. A shard is heard when a heartbeat of its is answered; the times are of the loop's clock."""

    client: discord.AutoShardedClient
    shards: tuple[int, ...]
    began: float
    _heard: dict[int, tuple[float, float]] = field(default_factory=dict)  # shard -> last latency, when

    def look(self, now: float) -> dict[int, float]:
        """How many seconds each shard has been silent."""
        for number in self.shards:
            shard = self.client.get_shard(number)
            latency = shard.latency if shard else math.inf
            known, _ = self._heard.get(number, (math.inf, self.began))
            if math.isfinite(latency) and latency != known:
                self._heard[number] = (latency, now)
        return {number: now - self._heard.get(number, (0.0, self.began))[1] for number in self.shards}

    def connected(self) -> dict[int, bool]:
        """Whether each shard has a connection."""
        found = {number: self.client.get_shard(number) for number in self.shards}
        return {number: shard is not None and not shard.is_closed() for number, shard in found.items()}

    async def end_if_silent(self, seconds: float) -> None:
        """Watch; `GatewayIsSilentError` once a shard has been silent for so long."""
        while True:
            await asyncio.sleep(seconds / LOOKS)
            silent = self.look(asyncio.get_running_loop().time())
            gone = [number for number, since in silent.items() if since > seconds]
            if gone:
                raise GatewayIsSilentError(f"shard {gone[0]} has heard nothing for {seconds:.0f} seconds")


@dataclass
class Health:
    """What the endpoint tells: `/healthz` whether all shards are connected, `/metrics` the figures for Prometheus."""

    gateway: Gateway
    loop: LoopWatch
    figures: Callable[[], bytes]

    async def healthz(self, _: web.Request) -> web.Response:
        """200 where every shard is connected, else 503."""
        connected = self.gateway.connected()
        status = {"status": "ok" if all(connected.values()) else "disconnected", "shards": connected}
        return web.json_response(status, status=200 if all(connected.values()) else 503, dumps=json.dumps)

    async def metrics(self, _: web.Request) -> web.Response:
        """All figures."""
        text = "text/plain; version=0.0.4; charset=utf-8"
        return web.Response(body=self.figures(), headers={"Content-Type": text})


@asynccontextmanager
async def served(health: Health, port: int) -> AsyncIterator[None]:
    """Serve the endpoint on a port of loopback. OSError where the port is taken."""
    app = web.Application()
    app.router.add_get("/healthz", health.healthz)
    app.router.add_get("/metrics", health.metrics)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    watching = asyncio.create_task(health.loop.run())
    try:
        await web.TCPSite(runner, HOST, port).start()
        yield
    finally:
        watching.cancel()
        await runner.cleanup()
