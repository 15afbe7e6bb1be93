"""When more is asked than can be answered: whoever is not accepted is told so, and an emergency is answered anyway."""

from __future__ import annotations

import pytest

from bot.admission import Bounds
from tests.discord.conftest import World
from tests.discord.reading import ends_with_the_warning, text, texts

THROAT = "my throat is swelling after the shot, i can't breathe"
TOO_MANY = "Too many questions are waiting"


@pytest.fixture(autouse=True)
def logged_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log's line on how many were turned away does not wait."""
    monkeypatch.setattr("bot.admission.EVERY", 0.0)


async def test_a_question_that_is_not_accepted_is_told_so_with_the_warning(world: World) -> None:
    world.bot.service.desk.admission.bounds = Bounds(everywhere=0)
    told = await world.asks(world.alice, "how much per day?")
    assert TOO_MANY in text(told)
    assert ends_with_the_warning(told)


async def test_an_emergency_is_answered_where_nothing_else_is_accepted(world: World) -> None:
    world.bot.service.desk.admission.bounds = Bounds(everywhere=0, notes=0)
    assert "call emergency services now" in texts(await world.asks(world.alice, THROAT))[0]
    await world.asks(world.bob, "how much per day?")
    assert len(world.by_bot()) == 1


async def test_a_slash_command_that_is_not_accepted_is_told_so_too(world: World) -> None:
    world.bot.service.desk.admission.bounds = Bounds(everywhere=0)
    result = await world.alice.slash(world.channel, "ask", question="how much per day?")
    assert result.response is not None
    assert TOO_MANY in text(result.response)
    assert ends_with_the_warning(result.response)
