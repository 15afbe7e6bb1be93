"""How long a thousand pinned cards take to follow a reload, in the simulated Discord.

    python -m benchmarks.pins 1000

Pins a card in that many channels, changes what it says, and lets the bot bring every one up to date. Each call takes as
long as one to Discord usually does. Printed are the time, the calls, the most calls in any second (Discord allows a bot
50), the most calls to one channel in a second, and the longest time for which the event loop was held.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import simcord
from rich.console import Console
from rich.progress import Progress

from benchmarks.told import tell
from bot.footnote import Footnote
from bot.loading import knowledge_folder, load_library
from bot.logs import log_in_json
from bot.ports import PinKey, PinStep
from bot.store import SqlStore, file_url
from bot.surfaces.discord.client import Client
from bot.surfaces.discord.layout import Controls, layout
from bot.surfaces.discord.states import Show

CARD, LATENCY = "cerebrolysin", 0.1  # seconds that a call takes
PER_GUILD = 100  # channels of one server
BUSY = 4 * 3600.0  # seconds that the simulation may take to come to rest


class Calls:
    """When which call was made, as it leaves the bot."""

    def __init__(self) -> None:
        self.made: list[tuple[float, str]] = []

    def watch(self, client: Client) -> None:
        """Note every call of a client, and let it take its time."""
        request = client.http.request

        async def watched(route: Any, **options: Any) -> Any:
            self.made.append((time.monotonic(), str(route.channel_id)))
            await asyncio.sleep(LATENCY)
            return await request(route, **options)

        client.http.request = watched  # type: ignore[method-assign]

    def most_in_a_second(self, times: list[float]) -> int:
        """The most calls in any window of one second."""
        first, most = 0, 0
        for last, at in enumerate(times):
            while at - times[first] >= 1.0:
                first += 1
            most = max(most, last - first + 1)
        return most

    def most_in_one_channel(self) -> int:
        """The same for the channel that had most."""
        channel, _ = Counter(channel for _, channel in self.made).most_common(1)[0]
        return self.most_in_a_second([at for at, where in self.made if where == channel])


class Holds:
    """How long the event loop is held: the most by which a sleep of a millisecond is late, and its own CPU time in it.

    The first also counts what other threads and other processes of a busy machine take.
    """

    def __init__(self) -> None:
        self.longest = 0.0
        self.longest_work = 0.0

    async def watch(self) -> None:
        """Look, until cancelled."""
        while True:
            before, worked = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.001)
            self.longest_work = max(self.longest_work, time.thread_time() - worked)
            self.longest = max(self.longest, time.perf_counter() - before - 0.001)


def newer(footnote: Footnote) -> Footnote:
    """The knowledge of a folder checked as a reload checks it, with a card that says something else."""
    library = load_library(knowledge_folder())
    cards = tuple(card.model_copy(update={"summary": f"Reviewed again. {card.summary}"}) for card in library.cards)
    loaded = copy.copy(footnote)
    loaded.library = library.model_copy(update={"cards": cards})
    return loaded


async def pinned(env: simcord.Env, client: Client, store: SqlStore, number: int) -> None:
    """Cards that stand in channels already, posted by an earlier run."""
    footnote, us = client.service.footnote, env.backend.bot_user.id
    replies = footnote.library.replies
    for at in range(0, number, PER_GUILD):
        guild = env.create_guild(f"Server {at}")
        channels = [guild.create_text_channel(f"channel-{place}") for place in range(at, min(at + PER_GUILD, number))]
        await env.settle()  # what the bot does for a server that it has just come to
        for place, channel in enumerate(channels, at):
            nonce = f"{place:024x}"
            view: Any = layout(footnote.card(CARD), replies, Controls(Show("card", CARD), glance=True, nonce=nonce))
            message = env.backend.create_message(
                channel.id, us, "", components=view.to_components(), flags=1 << 15, broadcast=False
            )
            message.pinned = True
            key = PinKey(guild.id, channel.id, CARD)
            await store.claim_pin(key, nonce=nonce, holder="earlier", now=0.0, until=0.0)
            await store.update_pin(key, "earlier", PinStep("pinned", message.id, "of an earlier knowledge"))


@contextlib.asynccontextmanager
async def bot(file: Path) -> AsyncIterator[tuple[simcord.Env, Client, SqlStore]]:
    """The bot in a simulated Discord."""
    footnote = Footnote.load(encoder=False)
    store = SqlStore(file_url(file))
    await store.prepare()
    client = Client(footnote, store, load=lambda: newer(footnote))
    async with simcord.run(client, settle_timeout=BUSY) as env:
        yield env, client, store
    await store.close()


def all_follow(env: simcord.Env, number: int) -> bool:
    """Whether every card shows what is known now."""
    shown = [message for messages in env.backend.messages.values() for message in messages.values()]
    return sum("Reviewed again." in str(message.components) for message in shown) == number


async def main(number: int) -> None:
    """Measure, and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        async with bot(Path(folder) / "footnote.db") as (env, client, store):
            await pinned(env, client, store, number)
            calls, holds = Calls(), Holds()
            calls.watch(client)
            watching = asyncio.create_task(holds.watch())
            start = time.monotonic()
            client.reload()
            with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
                brought = progress.add_task("brought up to date", total=number)
                while len(calls.made) < number:
                    await asyncio.sleep(0.2)
                    progress.update(brought, completed=len(calls.made))
            took = time.monotonic() - start
            watching.cancel()
            while not all_follow(env, number):
                await asyncio.sleep(1)
    every = calls.most_in_a_second([at for at, _ in calls.made])
    rows = [
        ("cards", number),
        ("seconds", f"{took:.1f}"),
        ("calls", len(calls.made)),
        ("most calls in a second (Discord: 50)", every),
        ("most calls to one channel in a second (Discord: 5)", calls.most_in_one_channel()),
        ("longest hold of the loop (ms)", f"{holds.longest * 1000:.0f}"),
        ("its own work within (ms)", f"{holds.longest_work * 1000:.0f}"),
    ]
    tell("pins", ("a reload, followed by every pinned card", ""), rows)


if __name__ == "__main__":
    log_in_json(logging.INFO)
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000))
