"""The queue of unanswered questions, as members fill it and moderators work it off."""

from __future__ import annotations

from collections.abc import Iterator

import discord
import pytest
import simcord

from bot.footnote import Footnote
from bot.ports import Gap
from bot.store import SqlStore
from bot.surfaces.discord.client import Client
from tests.discord.conftest import World
from tests.discord.reading import ends_with_the_warning, labels, text
from tests.discord.test_buttons import private

FLY = "can i fly with cerebrolysin?"
DAY = 86_400.0


async def queue(world: World) -> list[tuple[str, int]]:
    """The open questions and how often they were asked."""
    await world.bot.service.inbox.kept()
    return [(gap.asked.question, gap.count) for gap in await world.store.gaps(world.guild.id, limit=50)]


async def only(world: World) -> Gap:
    """The one question in the queue."""
    await world.bot.service.inbox.kept()
    (gap,) = await world.store.gaps(world.guild.id, limit=50)
    return gap


class TestWhatEntersIt:
    """Declined and voted down, asked for all to see, without traces of who asked."""

    async def test_a_declined_question_enters_it_without_mentions_and_links(self, world: World) -> None:
        bob = f"<@{world.bob.id}>"
        await world.asks(world.alice, f"{bob} can i fly with it? https://example.com/me or me@example.com")
        gap = await only(world)
        assert gap.asked.question == "can i fly with it? or"
        assert gap.asked.reason == "no_passage"
        assert str(world.alice.id) not in str(gap)
        assert str(world.bob.id) not in str(gap)

    async def test_questions_that_ask_the_same_are_one(self, world: World) -> None:
        for who, asked in ((world.alice, FLY), (world.bob, "Can I fly with it??"), (world.alice, "fly with it, can I")):
            await world.asks(who, asked)
        await world.asks(world.alice, "does it interact with grapefruit?")
        await world.asks(world.bob, "does it interact with grapefriut?")
        assert await queue(world) == [(FLY, 3), ("does it interact with grapefruit?", 2)]

    async def test_a_public_command_enters_it_and_a_private_one_does_not(self, world: World) -> None:
        await world.alice.slash(world.channel, "ask", question=FLY, private=True)
        assert await queue(world) == []
        await world.alice.slash(world.channel, "ask", question=FLY)
        assert await queue(world) == [(FLY, 1)]

    async def test_the_message_menu_is_private(self, world: World) -> None:
        message = await world.bob.send(world.channel, FLY)
        await world.alice.context_menu(world.channel, "Answer from sources", message)
        assert await queue(world) == []

    async def test_direct_messages_never_enter_it(self, world: World) -> None:
        await world.alice.send_dm(FLY)
        assert await world.store.known_guilds() == frozenset()

    @pytest.mark.parametrize(
        "asked",
        [
            "i have epilepsy, should i take it?",
            "should i take it or not, what would you do if you were me?",
            "my throat is swelling after the shot and i can't breathe",
            "hello there",
            "how much per day?",
        ],
    )
    async def test_personal_decisions_emergencies_and_what_was_answered_never_enter_it(
        self, world: World, asked: str
    ) -> None:
        await world.asks(world.alice, asked)
        assert await queue(world) == []

    async def test_an_answer_that_was_voted_down_enters_it(self, world: World) -> None:
        answer = await world.asks(world.alice, "how much per day?")
        await world.bob.click(answer, label="Helpful")
        assert await queue(world) == []
        await world.bob.click(answer, label="Not helpful")
        gap = await only(world)
        assert (gap.asked.question, gap.asked.reason) == ("how much per day?", "not_helpful")

    async def test_a_private_answer_that_was_voted_down_does_not(self, world: World) -> None:
        answer = (await world.alice.slash(world.channel, "ask", question="how much per day?", private=True)).response
        assert answer is not None
        await world.alice.click(answer, label="Not helpful")
        assert await queue(world) == []

    async def test_a_server_can_switch_it_off(self, world: World) -> None:
        await world.store.set_setting(world.guild.id, None, "unanswered", value=False)
        await world.asks(world.alice, FLY)
        await world.bob.click(await world.asks(world.alice, "how much per day?"), label="Not helpful")
        assert await queue(world) == []
        shown = private(await world.mod.slash(world.channel, "gaps"))
        assert "switched off" in text(shown)


class TestWorkingItOff:
    """/gaps."""

    @pytest.fixture
    async def full(self, world: World) -> World:
        """A server with three questions, the first of them asked most."""
        for asked, times in ((FLY, 3), ("does it interact with grapefruit?", 2), ("can cats have it?", 1)):
            for _ in range(times):
                await world.asks(world.alice, asked)
        return world

    async def test_it_pages_through_them_most_asked_first(self, full: World) -> None:
        shown = private(await full.mod.slash(full.channel, "gaps"))
        assert "1 of 3" in text(shown)
        assert "can i fly with cerebrolysin?" in text(shown)
        assert "Asked: 3" in text(shown)
        assert "no passage answers it" in text(shown)
        assert labels(shown) == ["Next", "Dismiss"]
        assert ends_with_the_warning(shown)
        await full.mod.click(shown, label="Next")
        assert "grapefruit" in text(shown)
        assert labels(shown) == ["Back", "Next", "Dismiss"]
        await full.mod.click(shown, label="Next")
        assert "can cats have it?" in text(shown)
        await full.mod.click(shown, label="Back")
        assert "grapefruit" in text(shown)

    async def test_a_dismissed_one_goes_for_good(self, full: World) -> None:
        shown = private(await full.mod.slash(full.channel, "gaps"))
        await full.mod.click(shown, label="Dismiss")
        assert "1 of 2" in text(shown)
        assert "grapefruit" in text(shown)
        await full.asks(full.alice, FLY)
        assert FLY not in [asked for asked, _ in await queue(full)]

    async def test_one_that_should_have_been_a_section_is_kept_as_an_example(self, full: World) -> None:
        shown = private(await full.mod.slash(full.channel, "gaps"))
        await full.mod.select(shown, ["route"])
        assert "grapefruit" in text(shown)
        (accepted,) = await full.store.accepted_gaps()
        assert (accepted.section, accepted.asked.utterance) == ("route", "can i fly with it?")

    async def test_two_moderators_at_once_do_it_once(self, full: World) -> None:
        first = private(await full.mod.slash(full.channel, "gaps"))
        second = private(await full.mod.slash(full.channel, "gaps"))
        await full.mod.click(first, label="Dismiss")
        await full.mod.select(second, ["route"])
        assert "Somebody has seen to that question already" in text(second)
        assert await full.store.accepted_gaps() == ()

    async def test_the_last_one_leaves_an_empty_queue(self, world: World) -> None:
        await world.asks(world.alice, FLY)
        shown = private(await world.mod.slash(world.channel, "gaps"))
        await world.mod.click(shown, label="Dismiss")
        assert "No question is waiting" in text(shown)
        assert ends_with_the_warning(shown)

    async def test_it_survives_a_restart_with_its_buttons(
        self, full: World, footnote: Footnote, store: SqlStore
    ) -> None:
        shown = private(await full.mod.slash(full.channel, "gaps"))
        await full.env.restart_bot(Client(footnote, store))
        await full.mod.click(shown, label="Dismiss")
        assert [count for _, count in await queue(full)] == [2, 1]

    async def test_what_a_member_wrote_is_shown_escaped(self, world: World) -> None:
        await world.asks(world.alice, "# can **i** fly with _it_ [here](https://example.com) @everyone?")
        shown = text(private(await world.mod.slash(world.channel, "gaps")))
        assert "example.com" not in shown
        assert "@everyone" not in shown
        assert "\\*\\*i\\*\\*" in shown
        assert "\\_it\\_" in shown

    async def test_what_was_kept_goes_when_it_is_switched_off(self, full: World) -> None:
        manager = full.guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        carol = full.guild.add_member(full.env.create_user("carol"), roles=[manager])
        await carol.slash(full.channel, "settings", queue=False)
        assert await queue(full) == []

    async def test_members_are_refused_by_the_bot_itself(self, full: World) -> None:
        for command in ("gaps", "feedback"):
            refused = await forced(full, full.bob, command)
            assert "fly" not in text(refused)
            assert "oderator" in text(refused)
            assert ends_with_the_warning(refused)

    async def test_a_button_pressed_by_somebody_else_changes_nothing(self, full: World) -> None:
        gap = (await full.store.gaps(full.guild.id, limit=1))[0]
        button = {"type": 2, "style": 2, "label": "forged", "custom_id": f"fn1:x:{gap.id}:1"}
        ours = full.env.backend.bot_user.id
        made = full.env.backend.create_message(
            full.channel.id, ours, "forged", components=[{"type": 1, "components": [button]}]
        )
        await full.env.settle()
        message = next(message for message in full.channel.history() if message.id == made.id)
        await full.bob.click(message, label="forged")
        assert len(await queue(full)) == 3

    async def test_the_server_is_told_who_dismissed_and_who_took_one_as_an_example(self, full: World) -> None:
        log = full.guild.create_text_channel("log")
        await full.env.settle()
        await full.store.set_setting(full.guild.id, None, "log_channel", log.id)
        shown = private(await full.mod.slash(full.channel, "gaps"))
        await full.mod.click(shown, label="Dismiss")
        await full.mod.select(shown, ["route"])
        told = [text(message) for message in full.by_bot(log)]
        assert "was dismissed" in told[0]
        assert "taken as an example" in told[1]
        assert all(f"<@{full.mod.id}>" in line for line in told)


class TestForgetting:
    """Thirty days."""

    async def test_a_question_that_nobody_asks_again_goes(self, world: World) -> None:
        await world.asks(world.alice, FLY)
        asked_at = (await only(world)).last_at
        await world.bot.privacy.look(world.bot, asked_at + 29 * DAY)
        assert await queue(world) == [(FLY, 1)]
        await world.bot.privacy.look(world.bot, asked_at + 31 * DAY)
        assert await queue(world) == []


async def forced(world: World, who: simcord.MemberActor, command: str) -> simcord.ResponseMessage:
    """A command by somebody to whom Discord would not show it, had the server left Discord's check as it is."""
    for (name, _), registered in world.env.backend.commands[None].items():
        if name == command:
            registered["default_member_permissions"] = None
    return private(await who.slash(world.channel, command))


@pytest.fixture
def simcord_bot(footnote: Footnote, store: SqlStore) -> Iterator[Client]:
    """The bot."""
    client = Client(footnote, store)
    yield client
    client.service.desk.close()
