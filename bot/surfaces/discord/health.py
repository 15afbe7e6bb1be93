"""How the bot is, for supervisors: an HTTP endpoint on loopback, and an end where the gateway has gone silent."""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import discord
from aiohttp import web

from bot.surfaces.discord.outbox import Outbox
from bot.surfaces.discord.service import Service
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


class Figures:
    """The figures of a running bot: those that its service counted, and how it is now."""

    def __init__(self, service: Service, outbox: Outbox, gateway: Gateway, loop: LoopWatch) -> None:
        self._metrics, gauge = service.metrics, service.metrics.gauge
        self._gateway = gateway
        desk, admission = service.desk, service.desk.admission
        gauge("waiting", "Accepted questions that are not answered yet").set_function(lambda: admission.waiting)
        gauge("waiting_for_encoder", "Questions that wait for the encoder").set_function(lambda: desk.waiting)
        gauge("unread", "Refused questions still to be read for emergencies").set_function(lambda: desk.unread)
        gauge("outbox", "Replies that wait to be sent").set_function(lambda: len(outbox))
        turned_away = gauge("turned_away", "Questions that were not accepted, since the start", "told")
        for label, how in (("yes", "told"), ("no", "not told")):
            turned_away.labels(label).set_function(partial(admission.turned_away.__getitem__, how))
        gauge("loop_holds", "Times that the event loop was held for over 50 ms").set_function(lambda: loop.holds)
        gauge("loop_holds_own", "Those in which its own thread was busy so long").set_function(lambda: loop.own)
        gauge("loop_longest_seconds", "The longest hold").set_function(lambda: loop.longest)
        gauge("loop_longest_own_seconds", "The longest time it was busy").set_function(lambda: loop.longest_own)
        self._connected = gauge("gateway_connected", "Whether a shard is connected", "shard")
        self._silent = gauge("gateway_silent_seconds", "Since a heartbeat was answered", "shard")

    def as_text(self) -> bytes:
        """All of them as Prometheus reads them."""
        for shard, connected in self._gateway.connected().items():
            self._connected.labels(str(shard)).set(connected)
        for shard, seconds in self._gateway.look(asyncio.get_running_loop().time()).items():
            self._silent.labels(str(shard)).set(seconds)
        return self._metrics.as_text()


@dataclass
class Health:
    """What the endpoint tells: `/healthz` whether all shards are connected, `/metrics` the figures for Prometheus."""

    gateway: Gateway
    loop: LoopWatch
    figures: Figures

    async def healthz(self, _: web.Request) -> web.Response:
        """200 where every shard is connected, else 503."""
        connected = self.gateway.connected()
        status = {"status": "ok" if all(connected.values()) else "disconnected", "shards": connected}
        return web.json_response(status, status=200 if all(connected.values()) else 503, dumps=json.dumps)

    async def metrics(self, _: web.Request) -> web.Response:
        """All figures."""
        text = "text/plain; version=0.0.4; charset=utf-8"
        return web.Response(body=self.figures.as_text(), headers={"Content-Type": text})


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
