"""The desk: a bounded queue, emergencies past it, each member's questions in order, and a loop that is never held."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from bot.asking import Desk
from bot.core.assistant import Exchange
from bot.exchanges import Exchanges
from bot.footnote import Footnote
from tests.discord.holding import Held

THROAT = "my throat is swelling after the shot, i can't breathe"


@pytest.fixture(scope="module")
def assistant(footnote: Footnote) -> Held:
    """An assistant that holds its readings."""
    return Held.now(footnote)


@pytest.fixture
def held(assistant: Held) -> Iterator[Held]:
    """The same, held anew, and let go at the end."""
    assistant.go.clear()
    assistant.read.clear()
    yield assistant
    assistant.go.set()


async def test_past_a_full_queue_a_question_is_answered_at_once_by_its_words(held: Held) -> None:
    desk = Desk(held, queue=2)
    waiting = [asyncio.create_task(desk.ask("what are the side effects?")) for _ in range(2)]
    await asyncio.sleep(0)
    answer, _ = await desk.ask("how much per day?")
    assert answer.sections == ("dose",)
    assert not any(task.done() for task in waiting)
    held.go.set()
    assert all(answer.sections == ("side-effects",) for answer, _ in await asyncio.gather(*waiting))
    desk.close()


async def test_an_emergency_waits_for_nothing(held: Held) -> None:
    desk = Desk(held, queue=1)
    waiting = asyncio.create_task(desk.ask("what are the side effects?"))
    await asyncio.sleep(0)
    for text in (THROAT, f"{'I have been reading this forum for years. ' * 60}{THROAT}"):
        answer = await desk.emergency(text)
        assert answer is not None
        assert answer.outcome == "emergency"
    assert not waiting.done()
    assert await desk.emergency("what is anaphylaxis?") is None
    held.go.set()
    await waiting
    desk.close()


def test_exchanges_are_forgotten_after_ten_minutes_and_bounded_in_number() -> None:
    exchanges = Exchanges(most=3)
    for member in range(5):
        exchanges.remember((1, member), Exchange(f"question {member}", None), now=0.0)
    assert len(exchanges) == 3
    assert exchanges.earlier((1, 0), now=1.0) is None
    assert exchanges.earlier((1, 4), now=599.0) == Exchange("question 4", None)
    assert exchanges.earlier((1, 4), now=601.0) is None
    exchanges.remember((1, 9), Exchange("the only one left", None), now=700.0)
    assert len(exchanges) == 1
