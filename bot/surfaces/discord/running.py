"""Running the client until it is told to end, with one plain line for whatever keeps it from running."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import aiohttp
import discord
from discord.http import Route

from bot import collecting
from bot.footnote import Footnote
from bot.ports import Store
from bot.settings import Settings
from bot.surfaces.discord.client import Client, Shards
from bot.surfaces.discord.endpoints import read_with_pauses, use_addresses
from bot.surfaces.discord.health import Figures, Gateway, GatewayIsSilentError, Health, served
from bot.watching import LoopWatch, end_if_stuck
from bot.wordlists import read_ahead

log = logging.getLogger(__name__)

CANCELLED_AGAIN = 2.0  # seconds after which what did not end is cancelled once more

CLOSED = {
    4004: "Discord refused the token: is DISCORD_TOKEN the bot's current one?",
    4010: "Discord refused the shards: check SHARD_COUNT and SHARD_IDS",
    4011: "Discord wants more shards for this many servers: raise SHARD_COUNT",
}


class CannotRunError(Exception):
    """Why the bot cannot run, in one line."""


def run(footnote: Footnote, store: Store, settings: Settings, load: Callable[[], Footnote]) -> None:
    """Run the bot until SIGINT or SIGTERM; `load` is what SIGHUP calls for. `CannotRunError` where it cannot run."""
    if settings.discord_token is None:
        raise CannotRunError("DISCORD_TOKEN is not set")
    use_addresses(_text(settings.discord_api_url), _text(settings.discord_gateway_url))
    read_with_pauses()
    collecting.pass_over_what_stands()
    collecting.wait()
    threading.Thread(target=_get_ready, name="word-lists", daemon=True).start()
    asyncio.run(_serve(footnote, store, settings, load))


def _get_ready() -> None:
    """Read the word lists while nobody waits for them; by then the client stands too."""
    try:
        read_ahead()
    finally:
        collecting.pass_over_the_rest()


async def _serve(footnote: Footnote, store: Store, settings: Settings, load: Callable[[], Footnote]) -> None:
    client = Client(
        footnote,
        store,
        reads_content=settings.message_content,
        shards=Shards(settings.shard_count, settings.shard_ids),
        load=load,
        retention_days=settings.retention_days,
    )
    token = settings.discord_token.get_secret_value() if settings.discord_token else ""
    stop = stop_asked()
    on_signal("SIGHUP", client.reload)
    await client.service.keeper.prepare()
    gateway = Gateway(client, tuple(client.shard_ids or ()), asyncio.get_running_loop().time())
    async with client, _endpoint(client, gateway, settings.health_port):
        await until_first(stop.wait(), _connected(client, token), *_watchdogs(gateway, settings.watchdog))
        if stop.is_set():
            log.info("ending")


async def until_first(*works: Coroutine[Any, Any, Any]) -> None:
    """Run until one of them ends, end the others, and raise what it raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await _end(tasks)
    for task in done:
        task.result()


async def _end(tasks: list[asyncio.Task[Any]]) -> None:
    """Cancel tasks until they end: discord.py swallows a cancellation that comes while it reconnects."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=CANCELLED_AGAIN)
    await asyncio.gather(*tasks, return_exceptions=True)


def _watchdogs(gateway: Gateway, seconds: float) -> list[Coroutine[Any, Any, None]]:
    """What ends the process so that its supervisor starts it anew: a silent gateway, a loop that never comes back."""
    return [_heard(gateway, seconds), end_if_stuck(seconds)] if seconds else []


async def _heard(gateway: Gateway, seconds: float) -> None:
    try:
        await gateway.end_if_silent(seconds)
    except GatewayIsSilentError as error:
        raise CannotRunError(f"{error}; ending, so that whatever supervises it can start it again") from error


@contextlib.asynccontextmanager
async def _endpoint(client: Client, gateway: Gateway, port: int | None) -> AsyncIterator[None]:
    if port is None:
        yield
        return
    loop = LoopWatch()
    figures = Figures(client.service, client.replier.outbox, gateway, loop)
    async with contextlib.AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(served(Health(gateway, loop, figures), port))
        except OSError as error:
            raise CannotRunError(f"FOOTNOTE_HEALTH_PORT {port} cannot be used: {error.strerror}") from error
        yield


def stop_asked() -> asyncio.Event:
    """An event of the running loop that SIGINT and SIGTERM set from now on, in place of what they did."""
    stop = asyncio.Event()
    for name in ("SIGINT", "SIGTERM"):
        on_signal(name, stop.set)
    return stop


def on_signal(name: str, act: Callable[[], object]) -> None:
    """Let the running loop call `act` at a signal, on a system that has it."""
    with contextlib.suppress(NotImplementedError, AttributeError):  # Windows lacks them; Ctrl-C still ends there
        asyncio.get_running_loop().add_signal_handler(getattr(signal, name), act)


async def _connected(client: Client, token: str) -> None:
    try:
        await client.start(token)
    except discord.LoginFailure as error:
        raise CannotRunError(CLOSED[4004]) from error
    except discord.PrivilegedIntentsRequired as error:
        raise CannotRunError(
            "Discord refused the message content intent: enable it in the developer portal (page Bot), "
            "or unset DISCORD_MESSAGE_CONTENT and go without automatic answers"
        ) from error
    except discord.ConnectionClosed as error:
        raise CannotRunError(CLOSED.get(error.code, f"Discord closed the connection with code {error.code}")) from error
    except discord.HTTPException as error:
        raise CannotRunError(f"Discord answered {error.status} at login; try again later") from error
    except (aiohttp.ClientError, OSError) as error:
        raise CannotRunError(f"cannot reach Discord at {Route.BASE}: {type(error).__name__}") from error


def _text(url: object) -> str | None:
    return str(url) if url is not None else None
