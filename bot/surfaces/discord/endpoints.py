"""Where Discord is: discord.py fixes its addresses in its code, and here alone are they set."""

from __future__ import annotations

import re

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import INTERNAL_API_VERSION, Route

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
