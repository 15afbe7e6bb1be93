"""Waiting in line: the most pressing first, each member in order, and nobody forgotten."""

from __future__ import annotations

import asyncio
import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.lines import Line, Turns


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=25))
async def test_a_line_lets_the_most_pressing_go_first_and_equals_in_order_whoever_gives_up(
    waiting: list[tuple[int, bool]],
) -> None:
    line, served = Line(), list[tuple[int, int]]()

    async def wait(rank: int, number: int) -> None:
        async with line.turn(rank):
            served.append((rank, number))
            await asyncio.sleep(0)

    async with line.turn():
        tasks = [asyncio.create_task(wait(rank, number)) for number, (rank, _) in enumerate(waiting)]
        await asyncio.sleep(0)
        for task, (_, gives_up) in zip(tasks, waiting, strict=True):
            if gives_up:
                task.cancel()
        await asyncio.sleep(0)
    await asyncio.gather(*tasks, return_exceptions=True)
    assert served == sorted((rank, number) for number, (rank, gives_up) in enumerate(waiting) if not gives_up)
    assert len(line) == 0


async def test_whoever_gives_up_at_the_moment_of_being_called_passes_the_turn_on() -> None:
    line, served = Line(), list[str]()

    async def wait(name: str) -> None:
        async with line.turn():
            served.append(name)

    async with line.turn():
        first, second = asyncio.create_task(wait("first")), asyncio.create_task(wait("second"))
        await asyncio.sleep(0)
    first.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await first
    await second
    assert served == ["second"]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 3), st.booleans()), max_size=20))
async def test_a_members_turns_come_in_the_order_in_which_they_were_taken(
    asked: list[tuple[int, int, bool]],
) -> None:
    turns, taken = Turns(), list[tuple[int, int]]()

    async def take(member: int, number: int, steps: int, *, leaves_early: bool) -> None:
        turn = turns.take(member)
        try:
            if leaves_early:
                return
            await turn.comes()
            for _ in range(steps):
                await asyncio.sleep(0)
            taken.append((member, number))
        finally:
            turn.leave()

    works = [
        asyncio.create_task(take(member, number, steps, leaves_early=early))
        for number, (member, steps, early) in enumerate(asked)
    ]
    await asyncio.wait_for(asyncio.gather(*works), 10)
    await asyncio.sleep(0)
    for member in {member for member, _, _ in asked}:
        wanted = [number for number, (who, _, early) in enumerate(asked) if who == member and not early]
        assert [number for who, number in taken if who == member] == wanted
    for _ in range(3 * len(asked)):  # those left early are let go one after another
        await asyncio.sleep(0)
    assert len(turns) == 0


async def test_a_turn_that_fails_lets_the_next_one_come() -> None:
    turns = Turns()
    first, second = turns.take(1), turns.take(1)
    waiting = asyncio.create_task(second.comes())
    await asyncio.sleep(0)
    assert not waiting.done()
    first.leave()
    await asyncio.wait_for(waiting, 10)
    second.leave()
    assert len(turns) == 0
