"""/settings: shown and changed, for a server and for a channel, by those who may; told to the log channel."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import discord
import pytest
import simcord

from bot.footnote import Footnote
from bot.ports import DEFAULTS, ChannelSettings
from bot.store import SqlStore
from bot.surfaces.discord.client import Client
from tests.discord.conftest import World, let_use
from tests.discord.reading import ends_with_the_warning, text, texts
from tests.discord.test_card_refusals import Unreachable


@pytest.fixture
def manager(world: World) -> simcord.MemberActor:
    """Somebody who may manage the server."""
    role = world.guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
    return world.guild.add_member(world.env.create_user("manager"), roles=[role])


async def says(world: World, who: simcord.MemberActor, **options: object) -> str:
    """What /settings says to somebody."""
    result = await who.slash(world.channel, "settings", **options)
    assert result.ephemeral
    assert result.response is not None
    assert ends_with_the_warning(result.response)
    return text(result.response)


async def held(world: World, channel: simcord.ChannelHandle | None = None) -> ChannelSettings:
    """The settings that hold in a channel."""
    return await world.store.channel_settings(world.guild.id, (channel or world.channel).id)


async def test_without_any_setting_the_defaults_hold_and_are_shown_as_such(
    world: World, manager: simcord.MemberActor
) -> None:
    shown = await says(world, manager)
    assert "Nothing has to be set" in shown
    for line in (
        "Automatic answers: off (default)",
        "Compound meant: none (default)",
        "Cool-down: 30 seconds (default)",
        "Staff: none (default)",
        "Log channel: none (default)",
        "Queue of unanswered questions: on (default)",
    ):
        assert line in shown
    assert await held(world) == DEFAULTS


async def test_a_setting_of_the_server_holds_in_every_channel_unless_the_channel_has_its_own(
    world: World, manager: simcord.MemberActor
) -> None:
    other = world.guild.create_text_channel("other")
    assert "Changed." in await says(world, manager, **{"cool-down": 60, "compound": "Cerebro"})
    shown = await says(world, manager, channel=other, **{"cool-down": 0})
    assert f"Channel: <#{other.id}>" in shown
    assert "Cool-down: 0 seconds (set for this channel)" in shown
    assert "Compound meant: Cerebrolysin (set for the server)" in shown
    assert (await held(world)).cool_down == 60
    assert (await held(world)).default_compound == "cerebrolysin"
    assert (await held(world, other)).cool_down == 0


async def test_a_thread_has_the_settings_of_its_channel(world: World, manager: simcord.MemberActor) -> None:
    made = world.env.backend.create_thread(world.channel.id, "talk", world.alice.id)
    thread = next(handle for handle in world.channel.threads if handle.id == made.id)
    await says(world, manager, channel=thread, **{"cool-down": 5})
    assert (await held(world)).cool_down == 5


async def test_a_setting_is_taken_back_to_what_holds_above_it(world: World, manager: simcord.MemberActor) -> None:
    await says(world, manager, **{"cool-down": 60})
    await says(world, manager, channel=world.channel, **{"cool-down": 5})
    assert "60 seconds (set for the server)" in await says(world, manager, channel=world.channel, reset="cool_down")
    assert "30 seconds (default)" in await says(world, manager, reset="cool_down")
    assert "nothing was changed" in await says(world, manager, reset="cool_down")


async def test_what_is_so_already_is_not_changed_and_not_told(world: World, manager: simcord.MemberActor) -> None:
    log = world.guild.create_text_channel("log")
    await says(world, manager, **{"log-channel": log})
    await says(world, manager, queue=False)
    before = len(log.history())
    assert "nothing was changed" in await says(world, manager, queue=False)
    assert len(log.history()) == before


async def test_roles_are_made_staff_and_are_staff_no_more(world: World, manager: simcord.MemberActor) -> None:
    helpers, others = world.guild.create_role("Helpers"), world.guild.create_role("Others")
    await says(world, manager, **{"add-staff": helpers})
    assert f"<@&{others.id}>" in await says(world, manager, **{"add-staff": others})
    assert (await held(world)).staff == {helpers.id, others.id}
    await says(world, manager, **{"remove-staff": helpers})
    assert (await held(world)).staff == {others.id}


async def test_automatic_answers_without_the_intent_are_said_to_be_of_no_use_yet(
    world: World, manager: simcord.MemberActor
) -> None:
    shown = await says(world, manager, channel=world.channel, **{"auto-answer": True})
    assert "enable the message content intent" in shown
    assert "Automatic answers: on (set for this channel)" in shown


class TestWithTheIntent:
    """A bot that may read messages."""

    @pytest.fixture
    def simcord_bot(self, footnote: Footnote, store: SqlStore) -> Iterator[Client]:
        """The bot."""
        client = Client(footnote, store, reads_content=True)
        yield client
        client.service.desk.close()

    async def test_automatic_answers_that_are_switched_on_are_given_at_once(
        self, world: World, manager: simcord.MemberActor
    ) -> None:
        options = {"auto-answer": True, "compound": "cerebrolysin", "channel": world.channel}
        assert "intent" not in await says(world, manager, **options)
        await world.alice.send(world.channel, world.at("how much per day?"))
        assert texts(world.last())[0] == "### Cerebrolysin › Dose"
        assert (await held(world)).auto_answer


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"compound": "metformin"}, "no card of that name"),
        ({"queue": False, "channel": "here"}, "settings of the whole server"),
        ({"log-channel": "closed"}, "may not write in that channel"),
    ],
)
async def test_what_cannot_be_set_is_refused_and_changes_nothing(
    world: World, manager: simcord.MemberActor, options: dict[str, object], line: str
) -> None:
    ours = world.guild.roles["TestBot"]
    closed = discord.PermissionOverwrite(send_messages=False)
    places = {"here": world.channel, "closed": world.guild.create_text_channel("closed", overwrites={ours: closed})}
    given = {name: places.get(str(value), value) for name, value in options.items()}
    assert line in await says(world, manager, **given)
    assert await held(world) == DEFAULTS


async def test_a_member_whom_the_server_lets_use_it_is_still_refused(world: World) -> None:
    let_use(world, "settings", world.alice)
    assert "That is for moderators" in await says(world, world.alice, **{"cool-down": 1})
    assert await held(world) == DEFAULTS


async def test_staff_may_change_a_channel_but_not_who_is_staff(world: World) -> None:
    let_use(world, "settings", world.mod)
    helpers = world.guild.create_role("Helpers")
    assert "Changed." in await says(world, world.mod, channel=world.channel, **{"cool-down": 1})
    for option in ({"add-staff": helpers}, {"log-channel": world.channel}, {"queue": False}, {"reset": "staff"}):
        assert "who may manage the server" in await says(world, world.mod, **option)
    assert not (await held(world)).staff


async def test_every_change_is_told_to_the_log_channel_and_the_log_without_a_ping(
    world: World, manager: simcord.MemberActor, caplog: pytest.LogCaptureFixture
) -> None:
    log = world.guild.create_text_channel("log")
    with caplog.at_level(logging.INFO):
        await says(world, manager, **{"log-channel": log})
        await says(world, manager, channel=world.channel, **{"cool-down": 5})
        await says(world, manager, channel=world.channel, reset="cool_down")
        await world.mod.slash(world.channel, "cards pin", compound="cerebrolysin")
        await world.mod.slash(world.channel, "cards unpin", compound="cerebrolysin")
        await world.mod.slash(world.channel, "cards refresh")
    told = [text(message) for message in log.history()]
    assert len(told) == 6
    assert f"By: <@{manager.id}>" in told[1]
    assert f"Channel: <#{world.channel.id}>" in told[1]
    assert "Before: 30 seconds" in told[1]
    assert "Now: 5 seconds" in told[1]
    assert "A setting was taken back" in told[2]
    assert "A card was pinned" in told[3]
    assert f"By: <@{world.mod.id}>" in told[3]
    assert "A card was taken away" in told[4]
    assert "refreshed" in told[5]
    assert all(ends_with_the_warning(message) for message in log.history())
    sent = [call.json or {} for call in world.requests("POST", f"/{log.id}/messages")]
    assert all(body["allowed_mentions"] == {"parse": []} for body in sent)
    audited = [record.__dict__ for record in caplog.records if record.message == "audit"]
    assert [entry["what"] for entry in audited] == ["set", "set", "reset", "pinned", "unpinned", "refreshed"]
    assert audited[1]["setting"] == "cool_down"


async def test_a_log_channel_that_cannot_be_written_to_any_more_breaks_nothing(
    world: World, manager: simcord.MemberActor
) -> None:
    log = world.guild.create_text_channel("log")
    await says(world, manager, **{"log-channel": log})
    world.env.inject_error("POST", f"/channels/{log.id}/messages", status=403, times=None)
    assert "Changed." in await says(world, manager, queue=False)


async def test_where_the_store_fails_that_is_said(world: World, manager: simcord.MemberActor) -> None:
    world.bot.service.keeper.store = Unreachable(hangs=False)
    assert "cannot be reached just now" in await says(world, manager, queue=False)


async def test_it_speaks_the_managers_language(world: World, manager: simcord.MemberActor) -> None:
    world.speaks("de")
    result = await manager.slash(world.channel, "settings")
    assert result.response is not None
    assert "### Einstellungen dieses Servers" in text(result.response)
    assert "Automatische Antworten: aus (Standard)" in text(result.response)


async def test_autocomplete_finds_the_compound(world: World, manager: simcord.MemberActor) -> None:
    choices = await manager.autocomplete(world.channel, "settings", "compound", "cere")
    assert choices[0]["value"] == "cerebrolysin"
