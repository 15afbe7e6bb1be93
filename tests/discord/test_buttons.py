"""Buttons and menus: what they do, for whom, and how long they go on working."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from simcord import InteractionResult, ResponseMessage

from bot.footnote import Footnote
from bot.store import SqlStore
from bot.surfaces.discord.client import Client
from tests.discord.conftest import LONG_AGO, World
from tests.discord.reading import CAVEAT, WARNING, components, ends_with_the_warning, ids, labels, text, texts

MONTH = 30 * 24 * LONG_AGO
VAGUE = (  # one of them is too vague, whatever the weights
    "and what about the other thing with it",
    "is it like that for everyone",
    "what do people say",
    "how long does it last in there",
    "what about after",
    "tell me more about that",
    "any good",
    "what happens then",
    "how is it",
    "what should i know",
    "when does that happen",
    "what's known",
    "what about it",
    "thoughts on it",
)


def private(result: InteractionResult) -> ResponseMessage:
    """What a press showed to whoever pressed alone."""
    assert result.acknowledged
    assert result.ephemeral
    assert result.response is not None
    return result.response


@pytest.fixture
def restarts(footnote: Footnote, store: SqlStore) -> Iterator[Client]:
    """The bot after a restart: another process that remembers nothing."""
    client = Client(footnote, store)
    yield client
    client.service.desk.close()


async def test_a_near_section_is_shown_to_whoever_presses_alone(world: World) -> None:
    answer = await world.asks(world.alice, "what goes wrong with it, and for how long?")
    shown = private(await world.bob.click(answer, label="Side effects and cautions"))
    assert texts(shown)[0] == "### Cerebrolysin › Side effects and cautions"
    assert len(world.by_bot()) == 1


async def test_did_you_mean_is_asked_with_buttons_that_answer_at_once(world: World) -> None:
    ask = world.bot.service.footnote.ask
    clarify = await world.asks(world.alice, next(question for question in VAGUE if ask(question).outcome == "clarify"))
    buttons = [label for label in labels(clarify) if label != "Delete"]
    assert "could mean one of these" in text(clarify)
    assert len(buttons) in {2, 3}
    shown = private(await world.alice.click(clarify, label=buttons[0]))
    assert texts(shown)[0] == f"### Cerebrolysin › {buttons[0]}"


async def test_sources_tells_more_of_what_an_answer_cites_and_of_nothing_else(world: World) -> None:
    answer = await world.asks(world.alice, "how much per day?")
    sources = private(await world.bob.click(answer, label="Sources"))
    assert "community report" in text(sources)
    assert "Ziganshina" not in text(sources)
    assert ends_with_the_warning(sources)


async def test_more_turns_private_pages_forth_and_back_in_their_place(world: World) -> None:
    listed = (await world.alice.slash(world.channel, "sources")).response
    assert listed is not None
    second = private(await world.bob.click(listed, label="More"))
    third = await world.bob.click(second, label="More")
    assert third.response is not None
    assert third.response.id == second.id
    assert texts(third.response)[0] == "### Cerebrolysin (3/3)"
    back = await world.bob.click(third.response, label="Back")
    assert back.response is not None
    assert texts(back.response)[0] == "### Cerebrolysin (2/3)"
    assert CAVEAT in text(back.response)
    assert WARNING in text(back.response)


async def test_a_vote_is_kept_once_for_each_member_and_thanked_privately(world: World) -> None:
    answer = await world.asks(world.alice, "how much per day?")
    thanks = private(await world.bob.click(answer, label="Helpful"))
    assert "Noted: helpful" in text(thanks)
    assert ends_with_the_warning(thanks)
    await world.bob.click(answer, label="Not helpful")
    await world.alice.click(answer, label="Helpful")
    (tally,) = await world.store.tallies(world.guild.id)
    assert (tally.compound, tally.sections) == ("cerebrolysin", ("dose",))
    assert (tally.helpful, tally.not_helpful) == (1, 1)


async def test_a_double_click_votes_once_and_answers_both_presses(world: World) -> None:
    answer = await world.asks(world.alice, "how much per day?")
    first = await world.bob.click(answer, label="Helpful")
    second = await world.bob.click(answer, label="Helpful")
    assert first.acknowledged
    assert second.acknowledged
    (tally,) = await world.store.tallies(world.guild.id)
    assert (tally.helpful, tally.not_helpful) == (1, 0)


async def test_a_double_click_on_delete_deletes_once_and_disturbs_nobody(world: World) -> None:
    answer = await world.asks(world.alice, "how much per day?")
    await world.alice.click(answer, label="Delete")
    assert not world.by_bot()
    with pytest.raises(Exception, match="Unknown Message"):
        await world.alice.click(answer, label="Delete")
    assert not world.env.errors


async def test_the_asker_and_moderators_delete_an_answer_and_nobody_else_does(world: World) -> None:
    answer = await world.asks(world.alice, "how much per day?")
    refused = private(await world.bob.click(answer, label="Delete"))
    assert "Only the person who asked" in text(refused)
    assert ends_with_the_warning(refused)
    assert len(world.by_bot()) == 1
    await world.mod.click(answer, label="Delete")
    assert not world.by_bot()
    await world.alice.click(await world.asks(world.alice, "how much per day?"), label="Delete")
    assert not world.by_bot()


async def test_a_role_of_the_settings_may_delete_too(world: World) -> None:
    helpers = world.guild.create_role("Helpers")
    carol = world.guild.add_member(world.env.create_user("carol"), roles=[helpers])
    await world.set(staff=frozenset({helpers.id}))
    await carol.click(await world.asks(world.alice, "how much per day?"), label="Delete")
    assert not world.by_bot()


async def test_an_answer_to_a_command_can_be_deleted_like_any_other(world: World) -> None:
    answer = (await world.alice.slash(world.channel, "ask", question="how much per day?")).response
    assert answer is not None
    await world.alice.click(answer, label="Delete")
    assert not world.by_bot()


async def test_a_section_picked_from_a_cards_menu_is_shown_privately(world: World) -> None:
    card = (await world.alice.slash(world.channel, "card")).response
    assert card is not None
    for section in world.bot.service.footnote.library.cards[0].sections:
        shown = private(await world.bob.select(card, [section.id]))
        assert texts(shown)[0].startswith(f"### Cerebrolysin › {section.title}")


async def test_step_by_step_goes_through_the_story_and_back_in_one_private_message(world: World) -> None:
    card = (await world.alice.slash(world.channel, "card")).response
    assert card is not None
    steps = world.bot.service.footnote.library.cards[0].steps
    shown = private(await world.bob.click(card, label="Step by step"))
    assert "Back" not in labels(shown)
    for step in steps[1:]:
        turned = await world.bob.click(shown, label="Next")
        assert turned.response is not None
        assert turned.response.id == shown.id
        assert step.title in texts(turned.response)[0]
        assert WARNING in text(turned.response)
    assert "Next" not in labels(shown)
    await world.bob.click(shown, label="Back")
    assert steps[-2].title in texts(shown)[0]


async def test_buttons_work_after_a_restart_and_after_a_month(world: World, restarts: Client) -> None:
    answer = await world.asks(world.alice, "what are the side effects?")
    card = (await world.alice.slash(world.channel, "card")).response
    assert card is not None
    await world.env.restart_bot(restarts)
    await world.env.advance_time(MONTH)
    assert WARNING in text(private(await world.bob.click(answer, label="Sources")))
    assert "Noted" in text(private(await world.bob.click(answer, label="Helpful")))
    assert "Step 1" in text(private(await world.bob.click(card, label="Step by step")))
    assert "Dose" in text(private(await world.bob.select(card, ["dose"])))
    await world.alice.click(answer, label="Delete")
    assert answer.id not in [message.id for message in world.by_bot()]


@pytest.mark.parametrize(
    "custom_id",
    [
        "fn0:w:cerebrolysin:daf8",
        "something of another bot",
        "fn1:",
        "fn1:w",
        "fn1:w:cerebrolysin:0000:b::0",
        "fn1:w:cerebrolysin::b::0",
        "fn1:w:gone:daf8:b::0",
        "fn1:z:cerebrolysin:daf8:b::0",
        "fn1:w:cerebrolysin:daf8:b::x",
        "fn1:t:cerebrolysin::b::99",
        "fn1:t:cerebrolysin::b::-1",
        "fn1:v:cerebrolysin:daf8:maybe",
        "fn1:d:nobody",
        "'; drop table cards; --\n",
    ],
)
async def test_an_old_or_forged_button_is_refused_calmly(world: World, custom_id: str) -> None:
    button = {"type": 2, "style": 2, "label": "old", "custom_id": custom_id}
    ours = world.env.backend.bot_user.id
    row = [{"type": 1, "components": [button]}]
    old = world.env.backend.create_message(world.channel.id, ours, "a message of an earlier version", components=row)
    await world.env.settle()
    message = next(message for message in world.channel.history() if message.id == old.id)
    result = await world.bob.click(message, label="old")
    refusal = private(result)
    assert "earlier version" in text(refusal)
    assert ends_with_the_warning(refusal)


async def test_a_menu_whose_section_is_gone_is_refused_calmly(world: World) -> None:
    menu = {"type": 3, "custom_id": "fn1:p:cerebrolysin:1", "options": [{"label": "Gone", "value": "gone"}]}
    ours = world.env.backend.bot_user.id
    old = world.env.backend.create_message(
        world.channel.id, ours, "", components=[{"type": 1, "components": [menu]}], flags=0
    )
    await world.env.settle()
    message = next(message for message in world.channel.history() if message.id == old.id)
    assert "earlier version" in text(private(await world.bob.select(message, ["gone"])))


async def test_every_id_is_within_discords_hundred_characters(world: World) -> None:
    question = "how much per day, for how long, is it injected, does it work, and what are the side effects?"
    for message in [
        await world.asks(world.alice, question),
        (await world.alice.slash(world.channel, "card")).response,
        (await world.alice.slash(world.channel, "sources")).response,
    ]:
        assert message is not None
        assert all(0 < len(custom_id) <= 100 for custom_id in ids(message))
        assert len(ids(message)) == len(set(ids(message)))
        assert len(components(message)) <= 40
