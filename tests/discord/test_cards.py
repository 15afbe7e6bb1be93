"""Pinned cards: posted once, pinned, kept up to date, brought back, taken away; and why one cannot be."""

from __future__ import annotations

from tests.discord.conftest import World
from tests.discord.reading import text


async def test_a_card_is_posted_pinned_and_answers_privately(world: World) -> None:
    result = await world.mod.slash(world.channel, "cards pin", compound="cerebrolysin")
    print(text(result.response))
    for m in world.channel.pinned_messages():
        print(text(m))
    await world.mod.slash(world.channel, "cards pin", compound="cerebrolysin")
    r = await world.mod.slash(world.channel, "cards list")
    print(text(r.response))
    r = await world.mod.slash(world.channel, "cards refresh")
    print(text(r.response))
    r = await world.mod.slash(world.channel, "cards unpin", compound="cerebrolysin")
    print(text(r.response))
    print(world.by_bot())
    print([(e.method, e.path) for e in world.env.http_requests])
    assert 0
