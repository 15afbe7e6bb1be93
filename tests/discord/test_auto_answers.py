"""Channels in which questions are answered that addressed nobody: rarely, surely, and never where it would disturb."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.footnote import Footnote
from bot.store import SqlStore
from bot.surfaces.discord.client import Client
from tests.discord.conftest import LONG_AGO, World
from tests.discord.reading import text, texts

DOSE = "### Cerebrolysin › Dose"
QUESTION = "how much cerebrolysin do people take per day?"
THROAT = "my throat is swelling after the shot and i can't breathe"


@pytest.fixture
def simcord_bot(footnote: Footnote, store: SqlStore) -> Iterator[Client]:
    """The bot with the message content intent."""
    client = Client(footnote, store, reads_content=True)
    yield client
    client.service.desk.close()


@pytest.fixture
async def auto(world: World) -> World:
    """A world whose channel has automatic answers."""
    await world.set(auto_answer=True)
    return world


async def test_a_question_about_a_named_compound_is_answered(auto: World) -> None:
    await auto.alice.send(auto.channel, QUESTION)
    assert texts(auto.last())[0] == DOSE


async def test_a_channels_own_compound_needs_no_name(auto: World) -> None:
    await auto.alice.send(auto.channel, "how much do people take per day?")
    assert not auto.by_bot()
    await auto.set(auto_answer=True, default_compound="cerebrolysin")
    await auto.alice.send(auto.channel, "how much do people take per day?")
    assert texts(auto.last())[0] == DOSE


async def test_a_thread_of_the_channel_is_answered_too(auto: World) -> None:
    thread = auto.env.backend.create_thread(auto.channel.id, "talk", auto.alice.id)
    await auto.env.settle()
    handle = next(found for found in auto.channel.threads if found.id == thread.id)
    await auto.alice.send(handle, QUESTION)
    assert texts(auto.last(handle))[0] == DOSE


async def test_a_channel_where_nobody_switched_it_on_is_left_alone(world: World) -> None:
    await world.alice.send(world.channel, QUESTION)
    await world.alice.send(world.channel, THROAT)
    assert not world.by_bot()


@pytest.mark.parametrize(
    "talk",
    [
        "cerebrolysin dose",  # no question
        "i take 5 mL of cerebrolysin a day and feel fine",
        "cere?",  # too short
        "how much bpc-157 per day?",  # no card
        "should i take cerebrolysin or not?",  # not understood surely, or for nobody to say
        "what is the price of cerebrolysin in poland?",
        "how was your day, cerebrolysin people?",
    ],
)
async def test_what_is_no_sure_question_about_the_compound_meets_silence(auto: World, talk: str) -> None:
    await auto.alice.send(auto.channel, talk)
    assert not auto.by_bot()


async def test_bots_webhooks_and_talk_between_people_meet_silence(auto: World) -> None:
    other = auto.guild.add_member(auto.env.create_user("other bot", bot=True))
    await other.send(auto.channel, QUESTION)
    await auto.guild.create_webhook(auto.channel).send(QUESTION)
    await auto.alice.send(auto.channel, f"{auto.bob.mention} {QUESTION}")
    said = await auto.bob.send(auto.channel, "I have some at home")
    await auto.alice.send(auto.channel, QUESTION, reply_to=said)
    assert not auto.by_bot()


async def test_a_moderator_who_has_just_spoken_is_not_spoken_over(auto: World) -> None:
    await auto.mod.send(auto.channel, "the dose is in the pinned card, how much cerebrolysin do you mean?")
    await auto.alice.send(auto.channel, QUESTION)
    assert not auto.by_bot()
    await auto.env.advance_time(LONG_AGO)
    await auto.alice.send(auto.channel, QUESTION)
    assert len(auto.by_bot()) == 1


async def test_a_role_of_the_settings_makes_a_moderator_too(auto: World) -> None:
    helpers = auto.guild.create_role("Helpers")
    carol = auto.guild.add_member(auto.env.create_user("carol"), roles=[helpers])
    await auto.set(auto_answer=True, staff=frozenset({helpers.id}))
    await carol.send(auto.channel, "let me explain this one")
    await auto.alice.send(auto.channel, QUESTION)
    assert not auto.by_bot()


async def test_a_follow_up_is_answered_to_the_asker_alone(auto: World) -> None:
    await auto.alice.send(auto.channel, QUESTION)
    await auto.env.advance_time(60)
    await auto.bob.send(auto.channel, "and what are the side effects of that?")
    assert len(auto.by_bot()) == 1
    await auto.alice.send(auto.channel, "and what are the side effects of that?")
    assert "Side effects" in texts(auto.last())[0]


async def test_a_section_is_not_shown_to_a_channel_twice_within_minutes(auto: World) -> None:
    await auto.alice.send(auto.channel, QUESTION)
    await auto.bob.send(auto.channel, QUESTION)
    assert len(auto.by_bot()) == 1
    await auto.env.advance_time(LONG_AGO)
    await auto.bob.send(auto.channel, QUESTION)
    assert len(auto.by_bot()) == 2


async def test_a_member_is_not_answered_again_before_the_cool_down_is_over_and_not_told_so(auto: World) -> None:
    await auto.set(auto_answer=True, cool_down=90.0)
    await auto.alice.send(auto.channel, QUESTION)
    await auto.alice.send(auto.channel, "what are the side effects of cerebrolysin?")
    assert len(auto.by_bot()) == 1
    await auto.env.advance_time(91)
    await auto.alice.send(auto.channel, "what are the side effects of cerebrolysin?")
    assert len(auto.by_bot()) == 2


async def test_a_mention_is_answered_whatever_the_restraint(auto: World) -> None:
    await auto.set(auto_answer=True, cool_down=90.0)
    await auto.mod.send(auto.channel, "hello all")
    await auto.alice.send(auto.channel, auto.at("how much per day?"))
    await auto.alice.send(auto.channel, auto.at("how much per day?"))
    assert len(auto.by_bot()) == 2


async def test_an_emergency_passes_every_restraint(auto: World) -> None:
    await auto.set(auto_answer=True, cool_down=90.0)
    await auto.mod.send(auto.channel, "hello all")
    said = await auto.bob.send(auto.channel, "evening")
    await auto.alice.send(auto.channel, THROAT, reply_to=said)
    await auto.alice.send(auto.channel, THROAT)
    assert len(auto.by_bot()) == 2
    assert "call emergency services now" in texts(auto.last())[0]


async def test_a_question_edited_into_talk_loses_its_answer(auto: World) -> None:
    question = await auto.alice.send(auto.channel, QUESTION)
    await auto.alice.edit(question, "never mind, thanks everybody")
    assert not auto.by_bot()


async def test_an_edited_question_gets_its_answer_edited_and_a_deleted_one_takes_it_away(auto: World) -> None:
    question = await auto.alice.send(auto.channel, QUESTION)
    await auto.alice.edit(question, "what are the side effects of cerebrolysin?")
    assert "Side effects" in texts(auto.last())[0]
    await auto.alice.delete(question)
    assert not auto.by_bot()


class TestWithoutTheIntent:
    """The moderator switched automatic answers on, but the operator did not enable the intent."""

    @pytest.fixture
    def simcord_bot(self, footnote: Footnote, store: SqlStore) -> Iterator[Client]:
        """The bot without the message content intent."""
        client = Client(footnote, store)
        yield client
        client.service.desk.close()

    async def test_the_channel_is_told_so_once_and_mentions_still_work(self, auto: World) -> None:
        await auto.alice.send(auto.channel, QUESTION)
        await auto.bob.send(auto.channel, QUESTION)
        told, *more = auto.by_bot()
        assert "message content intent" in text(told)
        assert not more
        assert texts(await auto.asks(auto.alice, "how much per day?"))[0] == DOSE
