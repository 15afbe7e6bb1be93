"""`footnote preview`: the real bot in a simulated Discord in the browser. No token, and nothing leaves the machine."""

from __future__ import annotations

import asyncio
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord
import simcord
from simcord._clock import Clock
from simcord.actors import MemberActor, MessageLike
from simcord.backend.errors import SetupError

from bot.footnote import Footnote
from bot.ports import Store
from bot.store import SqlStore, file_url
from bot.surfaces.discord.client import Client
from bot.surfaces.discord.running import stop_asked

NAME = "Footnote"
MENTION = f"@{NAME}"
PATIENCE = 120.0  # seconds that a reply may take on a machine that is busy with other things
TOPIC = f"A simulated Discord. What you type here asks {NAME}, as if it began with {MENTION}; / lists the commands."


class CannotPreviewError(Exception):
    """Why the preview cannot be shown, in one line."""


class Person(MemberActor):
    """Somebody in the preview. As in Discord's own composer, the bot's name after an @ becomes a mention.

    Where the channel has no automatic answers, a message that neither mentions nor replies gets the mention too.
    """

    def __init__(self, guild: simcord.GuildHandle, user: simcord.UserHandle, store: Store, env: simcord.Env) -> None:
        super().__init__(env, guild, user)
        self._store = store

    async def send(
        self,
        channel: simcord.ChannelHandle,
        content: str = "",
        *,
        reply_to: MessageLike | None = None,
        attachments: Any = (),
    ) -> discord.Message:
        """Send a message, for the bot to answer; the page then shows the reply."""
        mention = f"<@{self._env.backend.bot_user.id}>"
        said = content.replace(MENTION, mention)
        settings = await self._store.channel_settings(self.guild.id, channel.id)
        if mention not in said and reply_to is None and not settings.auto_answer:
            said = f"{mention} {said}"
        sent = await super().send(channel, said, reply_to=reply_to, attachments=attachments)
        self._look_at(channel.last_message)
        return sent

    def _look_at(self, message: discord.Message | None) -> None:
        """Move this person's pages to a message: of their own they stay at the end of the question, above the reply."""
        shown = self._env._preview  # simcord has no public way to move a page in the browser
        if shown and message:
            for page in [page for page in shown._pages.values() if page.viewer is self]:
                page.target_id = page.window_end_id = message.id


class _WallClock(Clock):
    """The simulation's clock shows the real time, so that cool-downs pass and follow-ups are forgotten."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class World:
    """A simulated server with a channel, a member and a moderator, and the bot in it."""

    env: simcord.Env
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    member: Person
    moderator: Person


def run(footnote: Footnote, *, port: int, opens: bool, say: Callable[[str], object]) -> None:
    """Show the preview until it is closed, or SIGINT or SIGTERM comes. `port` 0 takes a free one.

    `say` is given the lines for whoever started it; `opens` opens the browser, if there is one that needs no terminal.
    `CannotPreviewError` where the port is taken, or no reply comes.
    """
    asyncio.run(_served(footnote, port, opens, say))


async def _served(footnote: Footnote, port: int, opens: bool, say: Callable[[str], object]) -> None:
    try:
        async with previewed(footnote, port=port) as preview:
            say(f"{NAME} in a simulated Discord, until Ctrl-C: {preview.url}")
            if opens:
                open_browser(preview.url)
            closing = {asyncio.create_task(preview.wait_closed()), asyncio.create_task(stop_asked().wait())}
            _, left = await asyncio.wait(closing, return_when=asyncio.FIRST_COMPLETED)
            for task in left:
                task.cancel()
    except SetupError as error:
        raise CannotPreviewError(str(error)) from error
    except TimeoutError as error:
        raise CannotPreviewError(f"the bot gave no reply within {PATIENCE:.0f} seconds") from error


@asynccontextmanager
async def previewed(footnote: Footnote, *, port: int = 0) -> AsyncIterator[Any]:
    """The preview, served on the loopback address: its `url` is for this machine's user alone."""
    async with _passing_store() as store:
        client = Client(footnote, store, reads_content=True)
        async with simcord.run(client, check_errors=False, settle_timeout=PATIENCE) as env:
            env.backend.clock = _WallClock()
            world = await _peopled(env, footnote, store)
            viewers = (world.member, world.moderator)
            async with env.preview(world.channel, viewers=viewers, layout="channel", port=port) as preview:
                yield preview


@asynccontextmanager
async def _passing_store() -> AsyncIterator[SqlStore]:
    """A database that goes with the preview."""
    with tempfile.TemporaryDirectory() as folder:
        store = SqlStore(file_url(Path(folder) / "preview.db"))
        await store.prepare()
        try:
            yield store
        finally:
            await store.close()


async def _peopled(env: simcord.Env, footnote: Footnote, store: Store) -> World:
    """A server where a moderator has pinned the card, and where it says what to try."""
    env.backend.edit_bot_profile(NAME)
    card = footnote.card(footnote.default).card
    guild = env.create_guild(f"{card.name} preview")
    channel = guild.create_text_channel(card.id, topic=TOPIC)
    allowed = discord.Permissions(manage_messages=True, pin_messages=True)
    moderators = guild.create_role("Moderators", permissions=allowed)

    def person(name: str, *roles: simcord.RoleHandle) -> Person:
        user = env.create_user(name)
        guild.add_member(user, roles=roles)
        return Person(guild, user, store, env)

    world = World(env, guild, channel, person("member"), person("moderator", moderators))
    await _pin_card(world)
    await world.member.send(channel, footnote.library.replies.help.examples[0])
    await world.member.send(channel, "help")  # it names more questions to try
    return world


async def _pin_card(world: World) -> None:
    shown = await world.moderator.slash(world.channel, "card")
    if shown.response:
        await world.moderator.set_pinned(shown.response, True)


def open_browser(url: str) -> bool:
    """Open a browser that has a window of its own. False where this machine has none, as a server."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    takes_the_terminal = isinstance(browser, webbrowser.GenericBrowser) and not isinstance(
        browser, webbrowser.BackgroundBrowser
    )
    return not takes_the_terminal and browser.open(url)
