"""The process is killed at every step of pinning, refreshing and unpinning a card: one card stands there afterwards."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import cast

import discord
import pytest
import simcord

from bot.footnote import Footnote
from bot.ports import Pin, PinKey, Store
from bot.store import SqlStore, file_url
from bot.surfaces.discord.client import Client
from tests.discord.conftest import PATIENCE, World
from tests.discord.killing import Life, Watched, watched_calls
from tests.discord.reading import ids, text
from tests.discord.test_cards import changed

CARD = "cerebrolysin"
OLD = "Not one peptide"
NEW = "An entirely new summary of it."
AT_THE_START = "release_all_pins"


@dataclass
class Processes:
    """The processes of a test, one after another, over one file."""

    file: Path
    life: Life = field(default_factory=Life)
    stores: list[SqlStore] = field(default_factory=list)

    def store(self) -> SqlStore:
        """The file, opened once more."""
        self.stores.append(SqlStore(file_url(self.file)))
        return self.stores[-1]

    def start(self, footnote: Footnote) -> Client:
        """Another process."""
        return Client(footnote, cast("Store", Watched(self.store(), self.life)), patience=PATIENCE)


@dataclass
class Mortal:
    """A world whose bot can be killed, and started again on the same simulated Discord and the same file."""

    world: World
    processes: Processes

    def lives(self, steps: int | None = None) -> None:
        """The bot goes on, for so many steps."""
        self.processes.life.begin(steps)

    async def restarts(self, footnote: Footnote, steps: int | None = None) -> None:
        """Nothing of the process gets out any more; another one starts, and ends after `steps` if they are given."""
        self.is_dead = True
        await self.world.env.settle()
        self.processes.life.begin(steps, AT_THE_START)
        await self.world.env.restart_bot(self.processes.start(footnote))

    @property
    def is_dead(self) -> bool:
        """Whether the process has been killed."""
        return self.processes.life.is_dead

    @is_dead.setter
    def is_dead(self, killed: bool) -> None:
        self.processes.life.is_dead = killed

    @property
    def taken(self) -> list[str]:
        """The steps that were taken."""
        return self.processes.life.taken

    async def pins(self) -> None:
        """A moderator pins the card."""
        await self.world.mod.slash(self.world.channel, "cards pin", compound=CARD)

    async def unpins(self) -> None:
        """A moderator takes it away."""
        await self.world.mod.slash(self.world.channel, "cards unpin", compound=CARD)

    async def deletes(self) -> None:
        """A moderator deletes its message."""
        await self.world.mod.delete(self.cards()[0])

    def cards(self) -> list[discord.Message]:
        """The cards that stand in the channel."""
        return [found for found in self.world.by_bot() if any(name.startswith("fn1:p:") for name in ids(found))]

    async def known(self) -> Pin | None:
        """The pin, as it is kept."""
        return await self.world.store.pin(PinKey(self.world.guild.id, self.world.channel.id, CARD))

    async def stands(self, text_of_it: str) -> None:
        """One card stands in the channel, pinned and known, and says that."""
        pin = await self.known()
        assert pin is not None
        assert [card.id for card in self.cards()] == [card.id for card in self.world.channel.pinned_messages()]
        assert [card.id for card in self.cards()] == [pin.message], self.taken
        assert (pin.state, pin.holder) == ("pinned", None)
        assert text_of_it in text(self.cards()[0])


Mortals = Callable[[], AbstractAsyncContextManager[Mortal]]


@pytest.fixture
def mortals(footnote: Footnote, empty_database: Path, tmp_path: Path) -> Mortals:
    """Makes worlds with a bot that has not been killed yet."""

    @asynccontextmanager
    async def made() -> AsyncIterator[Mortal]:
        processes = Processes(Path(shutil.copy(empty_database, tmp_path / f"{secrets.token_hex(4)}.db")))
        with watched_calls(processes.life):
            async with simcord.run(processes.start(footnote), settle_timeout=PATIENCE) as env:
                world = World(env, processes.store())
                await env.settle()
                yield Mortal(world, processes)
        for store in processes.stores:
            await store.close()

    return made


async def each_step(mortals: Mortals) -> AsyncIterator[tuple[Mortal, int]]:
    """A new world and a number of steps to live, one more each time, until the bot outlives them."""
    for steps in count():
        async with mortals() as mortal:
            yield mortal, steps
        if not mortal.processes.life.was_cut_off:
            return


async def test_killed_while_pinning(mortals: Mortals, footnote: Footnote) -> None:
    async for mortal, steps in each_step(mortals):
        mortal.lives(steps)
        await mortal.pins()
        was_claimed = await mortal.known() is not None
        await mortal.restarts(footnote)
        if was_claimed:
            await mortal.stands(OLD)
        else:
            assert not mortal.cards()
        await mortal.pins()
        await mortal.stands(OLD)


async def test_killed_while_refreshing_at_the_start(mortals: Mortals, footnote: Footnote) -> None:
    newer = changed(footnote, summary=NEW)
    async for mortal, steps in each_step(mortals):
        await mortal.pins()
        await mortal.restarts(newer, steps)
        assert len(mortal.cards()) == 1
        await mortal.restarts(newer)
        await mortal.stands(NEW)


async def test_killed_while_posting_again_what_was_deleted(mortals: Mortals, footnote: Footnote) -> None:
    async for mortal, steps in each_step(mortals):
        await mortal.pins()
        mortal.is_dead = True
        await mortal.deletes()
        await mortal.restarts(footnote, steps)
        await mortal.restarts(footnote)
        await mortal.stands(OLD)


async def test_killed_while_unpinning(mortals: Mortals, footnote: Footnote) -> None:
    async for mortal, steps in each_step(mortals):
        await mortal.pins()
        mortal.lives(steps)
        await mortal.unpins()
        had_begun = "update_pin" in mortal.taken
        await mortal.restarts(footnote)
        if had_begun:
            assert not mortal.cards()
        else:
            await mortal.stands(OLD)
        await mortal.pins()
        await mortal.stands(OLD)
