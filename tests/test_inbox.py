"""What the queue is to keep is gathered and kept together; nothing that was put is lost where the bot ends."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.gaps import Unanswered
from bot.inbox import Inbox
from bot.keeping import Keeper
from bot.ports import Noted
from bot.store import SqlStore

SERVER, OTHER_SERVER = 1, 2


def noted(guild: int, question: str, at: float = 1.0) -> Noted:
    """A question without a compound."""
    return Noted(guild, Unanswered(f"|{question}", question, question, None, "no_passage"), at)


async def kept(store: SqlStore, guild: int) -> list[tuple[str, int]]:
    """A server's questions and how often they were asked."""
    return [(gap.asked.question, gap.count) for gap in await store.gaps(guild, limit=50)]


async def test_what_is_put_is_kept_a_moment_later_by_itself(store: SqlStore) -> None:
    inbox = Inbox(Keeper(store), pause=0.0)
    inbox.put(noted(SERVER, "fly"))
    async with asyncio.timeout(60):
        while await kept(store, SERVER) != [("fly", 1)]:
            await asyncio.sleep(0.01)


async def test_what_asks_the_same_is_merged_also_within_a_moment(store: SqlStore) -> None:
    inbox = Inbox(Keeper(store), pause=60.0)
    for guild, question in ((SERVER, "grapefruit"), (SERVER, "grapefriut"), (OTHER_SERVER, "grapefriut")):
        inbox.put(noted(guild, question))
    assert await kept(store, SERVER) == []
    await inbox.kept()
    assert await kept(store, SERVER) == [("grapefruit", 2)]
    assert await kept(store, OTHER_SERVER) == [("grapefriut", 1)]
    inbox.put(noted(SERVER, "grapefruits"))
    inbox.put(noted(SERVER, "grapefruit"))
    await inbox.close()
    assert await kept(store, SERVER) == [("grapefruit", 4)]


async def test_the_end_keeps_what_waits(store: SqlStore) -> None:
    inbox = Inbox(Keeper(store), pause=60.0)
    inbox.put(noted(SERVER, "fly"))
    await asyncio.sleep(0)
    await inbox.close()
    assert await kept(store, SERVER) == [("fly", 1)]


async def test_what_the_store_cannot_keep_is_told_in_one_line(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = Inbox(Keeper(store, patience=0.0), pause=60.0)
    for number in range(20):
        inbox.put(noted(SERVER, f"question {number}"))
    await inbox.close()
    told = [record for record in caplog.records if "kept no unanswered questions" in record.getMessage()]
    assert [vars(record)["questions"] for record in told] == [20]
