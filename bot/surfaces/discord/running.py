"""Running the client until it is told to end, with one plain line for whatever keeps it from running."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable

import aiohttp
import discord
from discord.http import Route

from bot.footnote import Footnote
from bot.ports import Store
from bot.settings import Settings
from bot.surfaces.discord.client import Client, Shards
from bot.surfaces.discord.endpoints import use_addresses

log = logging.getLogger(__name__)

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
    asyncio.run(_serve(footnote, store, settings, load))


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
    stop = asyncio.Event()
    handlers = {"SIGINT": stop.set, "SIGTERM": stop.set, "SIGHUP": client.reload}
    for name, handler in handlers.items():
        with contextlib.suppress(NotImplementedError, AttributeError):  # Windows lacks them; Ctrl-C still ends there
            asyncio.get_running_loop().add_signal_handler(getattr(signal, name), handler)
    await client.service.keeper.prepare()
    async with client:
        running = asyncio.create_task(_connected(client, token))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if running.done():
            running.result()
            return
        log.info("ending")
        running.cancel()
        await asyncio.wait({running})


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
