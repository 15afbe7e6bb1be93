"""A simulated server with a channel and a few people, and the bot in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import discord
import pytest
import simcord
from simcord.backend.models import AllowedMentions

from bot.footnote import Footnote
from bot.ports import SettingName, SettingValue
from bot.store import SqlStore
from bot.surfaces.discord.client import Client

PATIENCE = 60.0  # seconds that a machine that is busy with other things may take for a step
LONG_AGO = 3_600.0  # seconds: longer than any memory of the bot


@pytest.fixture(scope="session", autouse=True)
def _patient() -> Iterator[None]:
    """A start, for which simcord has five seconds of its own, may take as long as any other step."""
    settle = simcord.Env._settle_internal

    async def patiently(env: simcord.Env, *, timeout: float | None = None, **options: Any) -> None:
        await settle(env, timeout=None if timeout is None else max(timeout, PATIENCE), **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simcord.Env, "_settle_internal", patiently)
        yield


@pytest.fixture
def simcord_bot(footnote: Footnote, store: SqlStore) -> Iterator[Client]:
    """The bot without the message content intent."""
    client = Client(footnote, store, patience=PATIENCE)
    yield client
    client.service.desk.close()


@dataclass
class World:
    """What the tests act in, and what they look at."""

    env: simcord.Env
    store: SqlStore
    guild: simcord.GuildHandle = field(init=False)
    channel: simcord.ChannelHandle = field(init=False)
    alice: simcord.MemberActor = field(init=False)
    bob: simcord.MemberActor = field(init=False)
    mod: simcord.MemberActor = field(init=False)

    def __post_init__(self) -> None:
        self.guild = self.env.create_guild()
        self.channel = self.guild.create_text_channel("peptides")
        self.alice = self.guild.add_member(self.env.create_user("alice"))
        self.bob = self.guild.add_member(self.env.create_user("bob"))
        moderators = self.guild.create_role("Moderators", permissions=discord.Permissions(manage_messages=True))
        self.mod = self.guild.add_member(self.env.create_user("mod"), roles=[moderators])

    @property
    def bot(self) -> Client:
        """The client that runs now."""
        assert isinstance(self.env.bot, Client)
        return self.env.bot

    def at(self, text: str) -> str:
        """A text that mentions the bot."""
        return f"<@{self.env.backend.bot_user.id}> {text}"

    async def asks(self, who: simcord.MemberActor, text: str) -> discord.Message:
        """Somebody asks by mention; what the channel shows last."""
        await who.send(self.channel, self.at(text))
        return self.last()

    def last(self, channel: simcord.ChannelHandle | None = None) -> discord.Message:
        """The last message of a channel."""
        message = (channel or self.channel).last_message
        assert message is not None
        return message

    def by_bot(self, channel: simcord.ChannelHandle | None = None) -> list[discord.Message]:
        """What the bot said in a channel, for all to see."""
        ours = self.env.backend.bot_user.id
        messages = (channel or self.channel).history()
        return [message for message in messages if message.author.id == ours and not message.flags.ephemeral]

    async def replies_quietly(self, who: simcord.MemberActor, to: discord.Message, text: str) -> None:
        """A reply with the mention switched off, as a member can send it."""
        reference = {"channel_id": str(to.channel.id), "message_id": str(to.id)}
        self.env.backend.create_message(
            to.channel.id, who.id, text, reference=reference, allowed_mentions=AllowedMentions(replied_user=False)
        )
        await self.env.settle()

    async def set(self, channel: simcord.ChannelHandle | None = None, **settings: SettingValue) -> None:
        """Put settings on the channel."""
        for name, value in settings.items():
            place = (channel or self.channel).id
            await self.store.set_setting(self.guild.id, place, cast("SettingName", name), value)

    def speaks(self, locale: str) -> None:
        """From now on, everybody's client is in that language."""

        def told(event: str, payload: object) -> None:
            if event == "INTERACTION_CREATE" and isinstance(payload, dict):
                payload["locale"] = locale

        self.env.backend.subscribers.insert(0, told)

    def requests(self, method: str, part: str) -> list[simcord.HttpLogEntry]:
        """The REST calls that the bot made, by method and a part of the path."""
        return [entry for entry in self.env.http_requests if entry.method == method and part in entry.path]


async def until(holds: Callable[[], object]) -> None:
    """Wait until something holds. TimeoutError where it does not in time."""
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.01)


def let_use(world: World, command: str, who: simcord.MemberActor | simcord.RoleHandle) -> None:
    """What a server's administrators can do in its settings: show a command to somebody whom it is not meant for."""
    known = next(found for (name, _), found in world.env.backend.commands[None].items() if name == command)
    world.guild.set_command_permissions(int(known["id"]), {who: True})


@pytest.fixture
def world(simcord_env: simcord.Env, store: SqlStore) -> World:
    """A server with a channel, two members and a moderator."""
    simcord_env.settle_timeout = PATIENCE
    return World(simcord_env, store)
