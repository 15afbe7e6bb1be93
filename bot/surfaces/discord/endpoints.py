"""Where Discord is, and how its gateway is read: discord.py fixes both in its code, and here alone are they set."""

from __future__ import annotations

import asyncio
import re

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import INTERNAL_API_VERSION, Route

AT_A_TIME = 0.01  # seconds that events are read for in one go
_VERSION = re.compile(r"/v\d+$")


def use_addresses(api: str | None, gateway: str | None) -> None:
    """Send REST calls to `api` (in place of https://discord.com/api) and connect to `gateway`, where they are given.

    `api` may end with a version, as /v10; else discord.py's is added. A gateway proxy has to give its own address for
    resuming, as the usual ones do.
    """
    if api:
        base = api.rstrip("/")
        Route.BASE = base if _VERSION.search(base) else f"{base}/v{INTERNAL_API_VERSION}"
    if gateway:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)


def read_with_pauses() -> None:
    """Let the loop look around between events: discord.py reads all that have arrived in one go, for seconds at times.

    The gateway's answers to heartbeats, replies on their way and emergencies would wait for as long.
    """
    if getattr(DiscordWebSocket.poll_event, "pauses", False):
        return
    poll = DiscordWebSocket.poll_event
    read_since = 0.0

    async def poll_event(self: DiscordWebSocket) -> None:
        nonlocal read_since
        await poll(self)
        loop = asyncio.get_running_loop()
        if loop.time() - read_since > AT_A_TIME:
            await asyncio.sleep(0)
            read_since = loop.time()

    poll_event.pauses = True  # type: ignore[attr-defined]
    DiscordWebSocket.poll_event = poll_event  # type: ignore[method-assign]
