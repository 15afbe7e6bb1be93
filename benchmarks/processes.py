"""Three processes that share a bot's servers and one PostgreSQL, over real sockets against a stand-in for Discord.

    python -m benchmarks.processes

Started together on an empty database; then, while they run, three more with another share of the servers, and the first
three are ended. What they logged stays in build/under-fire/processes. It needs a PostgreSQL server installed.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import sys
from pathlib import Path

from rich.progress import Progress
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.bots import Bot
from benchmarks.scenes import PATIENCE, SIDES, Scene, expect
from benchmarks.standin import standin
from benchmarks.told import tell
from tests import postgres

FOLDER = Path(__file__).parent.parent / "build" / "under-fire" / "processes"
GUILDS = 9
BEFORE, AFTER = 6, 3  # shards in all, shared among three processes


async def shared(at: Scene, url: str, shards: int) -> list[Bot]:
    """Three processes, started at once, each with a third of the shards; when all are connected."""
    each, known = shards // 3, len(at.end.gateway.connected)
    bots = []
    for number in range(3):
        ids = ",".join(str(number * each + at_) for at_ in range(each))
        bots.append(await at.begin(settings={"DATABASE_URL": url, "SHARD_COUNT": str(shards), "SHARD_IDS": ids}))
    await at.end.gateway.until_connected(known + shards, PATIENCE * 2)
    await asyncio.sleep(2)
    return bots


async def set_up(at: Scene) -> None:
    """A setting and a pinned card of its own on every server."""
    for guild in range(GUILDS):
        await at.command("settings", {"cool-down": 100 + guild}, guild)
        await at.command("cards pin", {"compound": "cerebrolysin"}, guild)


async def checked(at: Scene) -> None:
    """Every server has its own setting and one pinned card, and an answer to a question."""
    for guild in range(GUILDS):
        kept = await at.command("settings", {}, guild)
        expect(str(100 + guild) in kept, f"the setting of server {guild} is not there")
        await at.command("cards pin", {"compound": "cerebrolysin"}, guild)
        pins = at.end.rest.pins.get(at.end.people.channel_id(guild), [])
        expect(len(pins) == 1, f"server {guild} has {len(pins)} pinned cards")
        await at.answered(await at.ask(SIDES, guild, 1))
    twice = at.end.answered_twice()
    expect(not twice, f"answered twice: {twice}")


async def versions(url: URL) -> list[str]:
    """The versions that the database says it has."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return [row[0] for row in await connection.execute(text("SELECT version_num FROM alembic_version"))]
    finally:
        await engine.dispose()


def errors(at: Scene) -> list[str]:
    """What the processes logged as errors."""
    lines = [line for bot in at.bots for line in bot.logged() if line.get("level") in {"ERROR", "CRITICAL"}]
    return [json.dumps(line)[:300] for line in lines]


async def played(url: URL, rows: list[tuple[str, str]]) -> None:
    """The whole play, each step of it a row."""
    async with standin(GUILDS, window=5.0) as end:
        at = Scene(end, FOLDER)
        try:
            with Progress(transient=True) as progress:
                steps = progress.add_task("processes", total=4)
                address = url.render_as_string(hide_password=False)
                old = await shared(at, address, BEFORE)
                found = await versions(url)
                rows.append(("started together on an empty database", f"migrated once, to {', '.join(found)}"))
                expect(len(found) == 1 and not errors(at), f"{found}, {errors(at)}")
                progress.advance(steps)
                await set_up(at)
                await checked(at)
                rows.append(("settings and pins by three processes", f"right on {GUILDS} servers of {GUILDS}"))
                progress.advance(steps)
                await shared(at, address, AFTER)
                await checked(at)
                rows.append(("both shares at once", f"answered once; {end.rest.doubled} sends were the second"))
                progress.advance(steps)
                codes = [await bot.end(signal.SIGTERM) for bot in old]
                end.gateway.forget_the_gone()
                await checked(at)
                expect(codes == [0, 0, 0], f"ended with {codes}")
                rows.append(("the first share ended", f"right on {GUILDS} servers of {GUILDS}"))
                fast, tried = end.gateway.too_fast, len(end.gateway.identified)
                expect(not fast, f"{fast} of {tried} identifies came too fast")
                rows.append(("identifies", f"{tried}, none within 5 s of another"))
                at.judge_at_rest()
        finally:
            for bot in at.bots:
                await bot.end(signal.SIGKILL)


async def main() -> int:
    """Play it and show the table; 1 where something did not hold."""
    programs = postgres.binaries()
    if programs is None:
        sys.exit("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    rows, code = list[tuple[str, str]](), 0
    with postgres.server(programs) as server:
        try:
            await played(server.new_database(), rows)
        except (AssertionError, TimeoutError) as error:
            rows.append(("**did not hold**", f"{type(error).__name__}: {error}"))
            code = 1
    tell("processes", ("step", "seen"), rows)
    return code


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
