"""Why a card cannot be pinned: the exact reason and what to do; and nothing half-done is left behind."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest
from simcord.backend.serializers import role_payload

from bot.ports import PinKey, StoreError
from bot.surfaces.discord import pin_records
from tests.discord.conftest import World, let_use
from tests.discord.reading import ends_with_the_warning, text
from tests.discord.test_cards import CARD, Channel, there, thread

__all__ = ["there", "thread"]

DENIED = {
    "view_channel": "Give it View Channel",
    "send_messages": "Give it Send Messages",
    "pin_messages": "Give it Pin Messages",
    "read_message_history": "Give it Read Message History",
}

HANGS = 1.5  # seconds: longer than a command waits for its store, here and by default elsewhere


async def nothing_is_left(there: Channel) -> None:
    """No card, and none is wished for."""
    assert not there.cards
    assert await there.world.store.pin(PinKey(there.world.guild.id, there.handle.id, CARD)) is None


@pytest.mark.parametrize(("permission", "advice"), DENIED.items())
async def test_a_permission_that_the_bot_lacks_there_is_named(world: World, permission: str, advice: str) -> None:
    ours = world.guild.roles["TestBot"]
    denied = discord.PermissionOverwrite(**{permission: False})
    there = Channel(world, world.guild.create_text_channel("closed", overwrites={ours: denied}))
    here = Channel(world, world.channel)
    assert advice in await here.does("pin", compound=CARD, channel=there.handle)
    await nothing_is_left(there)
    assert not world.requests("POST", f"/channels/{there.handle.id}")


@pytest.mark.parametrize(
    ("metadata", "advice"),
    [({"archived": True}, "That thread is archived"), ({"archived": True, "locked": True}, "unlock it first")],
)
async def test_an_archived_or_locked_thread_is_named(thread: Channel, metadata: dict[str, bool], advice: str) -> None:
    ours = thread.world.env.backend.get_role(thread.world.guild.id, thread.world.guild.roles["TestBot"].id)
    ours.permissions &= ~discord.Permissions.manage_threads.flag
    role = {"guild_id": str(thread.world.guild.id), "role": role_payload(ours)}
    thread.world.env.backend.emit("GUILD_ROLE_UPDATE", role)
    thread.world.env.backend.edit_channel(thread.handle.id, {}, thread_metadata=metadata)
    here = Channel(thread.world, thread.world.channel)
    assert advice in await here.does("pin", compound=CARD, channel=thread.handle)
    await nothing_is_left(thread)


async def test_a_channel_full_of_pins_is_named_before_anything_is_posted(there: Channel) -> None:
    await there.world.alice.send(there.handle, "pinned by others")
    backend = there.world.env.backend
    for _ in range(250):
        backend.create_message(there.handle.id, there.world.alice.id, "pinned by others", broadcast=False).pinned = True
    assert "250" in await there.pins()
    await nothing_is_left(there)
    assert not there.world.requests("POST", f"/channels/{there.handle.id}/messages")


@pytest.mark.parametrize(
    ("method", "path", "code", "advice"),
    [
        ("PUT", "messages/pins/*", 30003, "250"),
        ("PUT", "messages/pins/*", 50013, "Give it Pin Messages"),
        ("POST", "messages", 50013, "Give it Send Messages"),
        ("POST", "messages", 50001, "Give it View Channel"),
        ("POST", "messages", 160005, "That thread is locked"),
        ("POST", "messages", 50083, "That thread is archived"),
        ("POST", "messages", 10003, "That channel is no more"),
        ("GET", "messages/pins", 50001, "Give it View Channel"),
    ],
)
async def test_what_discord_refuses_all_the_same_is_named_and_nothing_is_left(
    there: Channel, method: str, path: str, code: int, advice: str
) -> None:
    there.world.env.inject_error(method, f"/channels/{there.handle.id}/{path}", status=403, code=code)
    assert advice in await there.pins()
    await nothing_is_left(there)
    assert "posted and pinned" in await there.pins()
    assert there.card


CALLS = [("POST", "messages"), ("PUT", "messages/pins/*"), ("GET", "messages/pins")]


@pytest.mark.parametrize("status", [404, 429, 500])
@pytest.mark.parametrize(("method", "path"), CALLS)
async def test_after_a_fault_that_passes_the_same_command_leaves_one_card(
    there: Channel, method: str, path: str, status: int
) -> None:
    there.world.env.inject_error(method, f"/channels/{there.handle.id}/{path}", status=status)
    assert "nothing is posted twice" in await there.pins()
    assert "posted" in await there.pins() or there.card
    assert there.card


@pytest.mark.parametrize("status", [404, 429, 500])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_a_fault_while_refreshing_or_unpinning_is_told_and_mended_by_the_next_try(
    there: Channel, method: str, status: int
) -> None:
    await there.pins()
    there.world.env.inject_error(method, f"/channels/{there.handle.id}/messages/*", status=status)
    if method == "GET":
        assert "Not possible: Cerebrolysin" in await there.does("refresh")
        assert there.card
    else:
        assert "Try again in a while" in await there.does("unpin", compound=CARD)
        assert "taken away" in await there.does("unpin", compound=CARD)
        await nothing_is_left(there)


async def test_what_failed_in_the_background_is_tried_again_after_a_while(there: Channel) -> None:
    await there.pins()
    there.world.env.inject_error("POST", f"/channels/{there.handle.id}/messages", status=500)
    await there.world.mod.delete(there.card)
    assert not there.cards
    await there.world.env.advance_time(600)
    assert there.card


class Unreachable:
    """A store that fails at everything that is asked of it."""

    def __init__(self, *, hangs: bool) -> None:
        self._hangs = hangs

    def known_settings(self, *_: int) -> None:
        """Nothing was read yet."""

    def __getattr__(self, name: str) -> Any:
        async def fails(*_: object, **__: object) -> None:
            if self._hangs:
                await asyncio.sleep(HANGS)
            raise StoreError("the disk is full")

        return fails


@pytest.mark.parametrize("hangs", [False, True])
async def test_where_the_store_fails_nothing_is_posted_and_that_is_said_in_time(
    there: Channel, hangs: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pin_records, "PATIENCE", 0.1)
    there.world.bot.service.keeper.store = Unreachable(hangs=hangs)
    for command in ({"what": "pin", "compound": CARD}, {"what": "unpin", "compound": CARD}, {"what": "list"}):
        assert "nothing is posted twice" in await there.does(**command)
    assert "nothing is posted twice" in await there.does("refresh")
    assert not there.cards


async def test_a_compound_without_a_card_is_refused(there: Channel) -> None:
    assert "no card of that name" in await there.does("pin", compound="metformin")


@pytest.mark.parametrize("what", ["pin", "unpin", "list", "refresh"])
async def test_a_member_whom_the_server_lets_use_the_command_is_still_refused(there: Channel, what: str) -> None:
    world = there.world
    let_use(world, "cards", world.alice)
    options = {"compound": CARD} if what in {"pin", "unpin"} else {}
    refused = (await world.alice.slash(world.channel, f"cards {what}", **options)).response
    assert refused is not None
    assert "That is for moderators" in text(refused)
    assert ends_with_the_warning(refused)
    assert not there.cards


async def test_a_role_that_the_settings_name_as_staff_may_pin(there: Channel) -> None:
    world = there.world
    helpers = world.guild.create_role("Helpers")
    carol = world.guild.add_member(world.env.create_user("carol"), roles=[helpers])
    let_use(world, "cards", helpers)
    await world.store.set_setting(world.guild.id, None, "staff", frozenset({helpers.id}))
    await carol.slash(world.channel, "cards pin", compound=CARD)
    assert there.card
