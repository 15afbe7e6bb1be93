"""Identifying in turns: no two processes of a bot within five seconds of each other, and none waits for ever."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.surfaces.discord.identifying import SLOT, Slots


@given(
    st.integers(2, 12),
    st.integers(1, 4),
    st.lists(st.tuples(st.integers(0, 11), st.floats(0, 200)), min_size=2, max_size=20),
)
def test_identifies_of_all_processes_are_five_seconds_apart(
    processes: int, each: int, tries: list[tuple[int, float]]
) -> None:
    count = processes * each
    slots = [Slots(range(number * each, (number + 1) * each), count) for number in range(processes)]
    moments = list[float]()
    ready = dict.fromkeys(range(processes), 0.0)
    for number, at in sorted(((n % processes, at) for n, at in tries), key=lambda tried: tried[1]):
        now = max(at, ready[number])
        waits = slots[number].wait(1_000_000_000 + now)
        assert 0 <= waits <= processes * SLOT
        ready[number] = now + waits
        moments.append(ready[number])
    moments.sort()
    assert all(later - earlier >= 5 for earlier, later in pairwise(moments))


def test_a_process_that_holds_all_shards_needs_no_turns() -> None:
    assert not Slots((0, 1, 2), 3).are_needed
    assert Slots((0, 1), 3).are_needed
