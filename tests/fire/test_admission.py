"""Bounded acceptance: what waits, what is told that there are too many, what is only counted."""

from __future__ import annotations

import asyncio
import logging
from contextlib import ExitStack

import pytest

from bot.admission import Admission, Bounds, Place


def enter(stack: ExitStack, admission: Admission, member: int, channel: int) -> Place:
    """Take a place and hold it."""
    return stack.enter_context(admission.place(member, channel))


async def test_past_each_bound_a_question_is_not_accepted_and_a_place_left_is_free_again() -> None:
    admission = Admission(Bounds(everywhere=4, member=2, channel=3))
    with ExitStack() as stack:
        assert [enter(stack, admission, 1, 1).accepted for _ in range(3)] == [True, True, False]
        assert [enter(stack, admission, member, 1).accepted for member in (2, 3)] == [True, False]
        assert [enter(stack, admission, member, 2).accepted for member in (4, 5)] == [True, False]
        assert admission.waiting == 4
    assert admission.waiting == 0
    with ExitStack() as stack:
        assert enter(stack, admission, 1, 1).accepted


async def test_whoever_is_refused_is_told_once_a_minute_and_a_channel_gets_one_note_at_a_time() -> None:
    admission = Admission(Bounds(everywhere=0, notes=2, channel_notes=1))
    with ExitStack() as stack:
        first = enter(stack, admission, 1, 1)
        assert first.can_tell
        assert not enter(stack, admission, 2, 1).can_tell  # the channel has a note on its way
        assert enter(stack, admission, 3, 2).can_tell
        assert not enter(stack, admission, 4, 3).can_tell  # two notes are on their way
    with ExitStack() as stack:
        assert not enter(stack, admission, 1, 1).can_tell  # told a moment ago
        assert enter(stack, admission, 2, 1).can_tell


async def test_what_is_turned_away_is_counted_in_one_line_of_the_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.admission.EVERY", 0.01)
    admission = Admission(Bounds(everywhere=0, notes=1))
    with caplog.at_level(logging.WARNING), ExitStack() as stack:
        for member in range(5):
            enter(stack, admission, member, member).turned_away()
        await asyncio.sleep(0.1)
    [line] = caplog.records
    assert (line.__dict__["told"], line.__dict__["not_told"]) == (1, 4)
    assert dict(admission.turned_away) == {"told": 1, "not told": 4}
