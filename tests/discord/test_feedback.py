"""Votes on answers, their reasons, and what moderators see of them."""

from __future__ import annotations

import pytest
from simcord import InteractionResult, ResponseMessage

from bot.footnote import Footnote
from bot.store import SqlStore
from bot.surfaces.discord.client import Client
from tests.discord.conftest import World
from tests.discord.reading import components, ends_with_the_warning, labels, text, texts
from tests.discord.test_buttons import private
from tests.discord.test_queue import forced

WHY = "it says nothing about children"


async def voted_down(world: World) -> ResponseMessage:
    """What Bob is shown for his vote against an answer about the dose."""
    return private(await world.bob.click(await world.asks(world.alice, "how much per day?"), label="Not helpful"))


async def told_why(world: World, shown: ResponseMessage, reason: str = WHY) -> InteractionResult:
    """Bob says why, in the form that he gets."""
    form = await world.bob.click(shown, label="Say why")
    assert form.modal is not None
    field = next(part["custom_id"] for part in components(form.modal["components"]) if part["type"] == 4)
    return await world.bob.submit_modal(form, {field: reason})


async def test_a_not_helpful_offers_the_nearest_sections_at_once(world: World) -> None:
    shown = await voted_down(world)
    *near, why = labels(shown)
    assert "Noted: not helpful" in text(shown)
    assert len(near) == 3
    assert "Dose" not in near
    assert why == "Say why"
    opened = private(await world.bob.click(shown, label=near[0]))
    assert texts(opened)[0] == f"### Cerebrolysin › {near[0]}"


async def test_after_a_restart_it_still_offers_sections(world: World, footnote: Footnote, store: SqlStore) -> None:
    answer = await world.asks(world.alice, "how much per day?")
    await world.env.restart_bot(Client(footnote, store))
    shown = private(await world.bob.click(answer, label="Not helpful"))
    assert len(labels(shown)) == 4
    assert await world.store.count_gaps(world.guild.id) == 0  # what was asked is not known any more


async def test_a_reason_is_kept_beside_the_vote_without_traces_of_anybody(world: World) -> None:
    reason = f"{WHY}, ask <@{world.alice.id}> or https://example.com"
    thanks = private(await told_why(world, await voted_down(world), reason))
    assert "without your name" in text(thanks)
    assert ends_with_the_warning(thanks)
    (kept,) = await world.store.reasons(world.guild.id, limit=9)
    assert (kept.text, kept.sections, kept.helpful) == (f"{WHY}, ask or", ("dose",), False)


async def test_the_form_for_the_reason_carries_the_warning(world: World) -> None:
    form = await world.bob.click(await voted_down(world), label="Say why")
    assert form.modal is not None
    assert form.modal["title"] == "What was wrong?"
    assert ends_with_the_warning(form.modal["components"])


async def test_a_form_filled_in_after_a_restart_is_kept(world: World, footnote: Footnote, store: SqlStore) -> None:
    form = await world.bob.click(await voted_down(world), label="Say why")
    assert form.modal is not None
    await world.env.restart_bot(Client(footnote, store))
    field = next(part["custom_id"] for part in components(form.modal["components"]) if part["type"] == 4)
    await world.bob.submit_modal(form, {field: WHY})
    assert await world.store.count_reasons(world.guild.id) == 1


async def test_a_reason_for_a_vote_that_was_forgotten_is_not_kept(world: World) -> None:
    shown = await voted_down(world)
    await world.bob.slash(world.channel, "forget-me")
    assert "no longer kept" in text(private(await told_why(world, shown)))
    assert await world.store.count_reasons(world.guild.id) == 0


async def test_moderators_see_votes_by_match_and_the_reasons_escaped(world: World) -> None:
    answer = await world.asks(world.alice, "how much per day?")
    await world.alice.click(answer, label="Helpful")
    shown = private(await world.bob.click(answer, label="Not helpful"))
    await told_why(world, shown, f"**{WHY}** @everyone")
    seen = private(await world.mod.slash(world.channel, "feedback"))
    assert "Cerebrolysin › Dose: 1 helpful, 1 not" in text(seen)
    assert "sureness" in text(seen)
    assert f"\\*\\*{WHY}\\*\\*" in text(seen)
    assert "@everyone" not in text(seen)
    assert str(world.bob.id) not in text(seen)
    assert ends_with_the_warning(seen)


async def test_before_anybody_voted_that_is_said(world: World) -> None:
    seen = private(await world.mod.slash(world.channel, "feedback"))
    assert "Nobody has voted yet" in text(seen)
    assert ends_with_the_warning(seen)


async def test_many_reasons_are_paged(world: World) -> None:
    for number in range(12):
        answer = await world.asks(world.alice, "how much per day?")
        shown = private(await world.bob.click(answer, label="Not helpful"))
        await told_why(world, shown, f"reason {number}: " + "what it says is too long to be read " * 8)
    seen = private(await world.mod.slash(world.channel, "feedback"))
    assert labels(seen) == ["More"]
    await world.mod.click(seen, label="More")
    assert "Back" in labels(seen)
    assert ends_with_the_warning(seen)


async def test_members_do_not_see_it(world: World) -> None:
    await voted_down(world)
    refused = await forced(world, world.alice, "feedback")
    assert "Dose" not in text(refused)


async def test_outside_of_servers_no_vote_is_asked_for(world: World) -> None:
    await world.alice.send_dm("how much per day?")
    assert "Helpful" not in labels(world.last(world.alice.user.dm_channel))


@pytest.mark.parametrize("locale", ["de", "es-ES", "ru"])
async def test_all_of_it_speaks_the_members_language(world: World, locale: str) -> None:
    world.speaks(locale)
    answer = (await world.alice.slash(world.channel, "ask", question="how much per day?")).response
    assert answer is not None
    shown = private(await world.bob.click(answer, label=labels(answer)[-2]))
    assert "Noted" not in text(shown)
    assert "Say why" not in labels(shown)
