"""The outbox: one message at a time to a channel, emergencies first, channels beside each other."""

from __future__ import annotations

import asyncio

from bot.surfaces.discord.outbox import AT_ONCE, Outbox


async def test_a_channels_messages_go_one_at_a_time_and_an_urgent_one_goes_next() -> None:
    outbox, sent, go = Outbox(), list[str](), asyncio.Event()

    async def send(name: str, *, urgent: bool = False) -> None:
        async with outbox.turn(1, urgent=urgent):
            await go.wait()
            sent.append(name)

    works = [asyncio.create_task(send(name)) for name in ("first", "second", "third")]
    await asyncio.sleep(0)
    works.append(asyncio.create_task(send("urgent", urgent=True)))
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(*works)
    assert sent == ["first", "urgent", "second", "third"]
    assert len(outbox) == 0


async def test_a_channel_that_hangs_holds_no_other_channel() -> None:
    outbox, hanging = Outbox(), asyncio.Event()

    async def send(channel: int, until: asyncio.Event | None = None) -> int:
        async with outbox.turn(channel):
            if until:
                await until.wait()
            return channel

    stuck = asyncio.create_task(send(1, hanging))
    assert await asyncio.wait_for(send(2), 10) == 2
    assert not stuck.done()
    hanging.set()
    assert await stuck == 1


async def test_past_what_discord_takes_messages_wait_and_an_urgent_one_does_not() -> None:
    outbox = Outbox(share=0.001)  # one message in some twenty seconds
    for channel in range(AT_ONCE):
        async with outbox.turn(channel):
            pass

    async def send(*, urgent: bool) -> None:
        async with outbox.turn(99 + urgent, urgent=urgent):
            pass

    waiting = asyncio.create_task(send(urgent=False))
    await asyncio.wait_for(send(urgent=True), 10)
    assert not waiting.done()
    waiting.cancel()
