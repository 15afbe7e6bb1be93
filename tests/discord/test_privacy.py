"""What the bot says that it keeps, and that it forgets when it is asked to, when a server goes, and in time."""

from __future__ import annotations

import pytest
from sqlalchemy import text as sql

from bot.footnote import Footnote
from bot.ports import PinKey
from bot.store import SqlStore
from bot.store.tables import metadata
from bot.surfaces.discord.client import Client
from tests.discord.conftest import World
from tests.discord.reading import ends_with_the_warning, labels, text, texts
from tests.discord.test_buttons import private
from tests.discord.test_feedback import told_why, voted_down

DAY = 86_400.0


async def rows(store: SqlStore) -> dict[str, int]:
    """How many rows every table has that has any."""
    async with store.database.reading() as connection:
        counts = {
            table: (await connection.execute(sql(f"SELECT count(*) FROM {table}"))).scalar_one()
            for table in metadata.tables
        }
    return {table: count for table, count in counts.items() if count}


@pytest.mark.parametrize("locale", ["en-US", "de", "es-ES", "ru"])
async def test_what_is_kept_is_said_in_six_lines_set_apart(world: World, locale: str) -> None:
    world.speaks(locale)
    said = private(await world.alice.slash(world.channel, "privacy"))
    lines = texts(said)[0].split("\n\n")
    assert len(lines) == 6
    assert "30" in lines[1]
    assert not any(sign in texts(said)[0] for sign in "{}")
    assert any(line.startswith("Warning: Cerebrolysin") for line in texts(said))


async def test_whoever_asks_is_forgotten(world: World) -> None:
    await told_why(world, await voted_down(world))
    await world.alice.click(world.by_bot()[0], label="Helpful")
    said = private(await world.bob.slash(world.channel, "forget-me"))
    assert "Deleted" in text(said)
    assert ends_with_the_warning(said)
    (tally,) = await world.store.tallies(world.guild.id)
    assert (tally.helpful, tally.not_helpful) == (1, 0)
    assert await world.store.reasons(world.guild.id, limit=5) == ()


async def test_a_member_is_forgotten_from_a_direct_message_too(world: World) -> None:
    await voted_down(world)
    await world.bob.user.slash("forget-me")
    assert await world.store.tallies(world.guild.id) == ()


async def test_a_follow_up_is_not_understood_any_more(world: World) -> None:
    await world.asks(world.alice, "how much bpc-157 per day?")
    await world.alice.slash(world.channel, "forget-me")
    answer = await world.asks(world.alice, "and for how long?")
    assert "another compound" not in text(answer)


async def test_a_vote_against_an_answer_to_somebody_forgotten_keeps_no_question(world: World) -> None:
    answer = await world.asks(world.alice, "how much per day?")
    await world.alice.slash(world.channel, "forget-me")
    await world.bob.click(answer, label="Not helpful")
    assert await world.store.count_gaps(world.guild.id) == 0


async def filled(world: World) -> None:
    """A server with a row of everything."""
    await world.set(auto_answer=True)
    await world.asks(world.alice, "can i fly with it?")
    await told_why(world, await voted_down(world))
    key = PinKey(world.guild.id, world.channel.id, "cerebrolysin")
    await world.store.claim_pin(key, nonce="n", holder="h", now=0, until=0)
    counts = await rows(world.store)
    assert set(counts) == set(metadata.tables)


async def test_leaving_a_server_deletes_its_rows(world: World) -> None:
    await filled(world)
    world.env.backend.remove_guild(world.guild.id)
    await world.env.settle()
    assert await rows(world.store) == {}


async def test_the_rows_of_a_server_that_was_left_meanwhile_are_deleted_after_a_start(
    world: World, footnote: Footnote, store: SqlStore
) -> None:
    await world.set(auto_answer=True)
    await store.set_setting(77 << 22, None, "auto_answer", value=True)
    await world.env.restart_bot(Client(footnote, store))
    await world.env.settle()
    assert await store.known_guilds() == {world.guild.id}


async def test_servers_of_other_processes_are_left_alone(world: World, store: SqlStore) -> None:
    await store.set_setting(5 << 22, None, "auto_answer", value=True)
    world.bot.shard_count = 2
    await world.bot.privacy.look(world.bot, 0.0)
    assert 5 << 22 in await store.known_guilds()


async def test_in_time_votes_are_but_counts(world: World) -> None:
    await told_why(world, await voted_down(world))
    (reason,) = await world.store.reasons(world.guild.id, limit=5)
    await world.bot.privacy.look(world.bot, reason.at + 31 * DAY)
    assert await world.store.reasons(world.guild.id, limit=5) == ()
    (tally,) = await world.store.tallies(world.guild.id)
    assert tally.not_helpful == 1
    assert await world.store.forget_member(world.bob.id) == 0
    assert labels(world.by_bot()[0])
