"""A reply's pictures on Discord: drawn in a thread, attached as files."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Iterable

import discord

from bot.core.answers import Answer
from bot.pictures.album import Album, Picture
from bot.surfaces.discord.layout import Controls

log = logging.getLogger(__name__)

PATIENCE = 3.0  # seconds that a reply waits for its pictures


class Pictures:
    """Gives replies their pictures, without holding the event loop, and never in the way of the reply."""

    def __init__(self, album: Album) -> None:
        self._album = album
        self._drawing = asyncio.Lock()  # one at a time: the processor is for questions

    async def of(self, answer: Answer, controls: Controls) -> tuple[Picture, ...]:
        """The pictures of a reply's first page; none where there are none, or where they take too long."""
        show = controls.show
        if show and show.kind != "step" and show.page > 1:
            return ()
        wanted = self._album.wanted(answer, at_a_glance=controls.glance)
        if not wanted:
            return ()
        try:
            async with asyncio.timeout(PATIENCE), self._drawing:
                return await asyncio.to_thread(self._album.pictures, wanted)
        except TimeoutError:
            log.warning("no picture: drawing takes too long", extra={"pictures": [each.name for each in wanted]})
            return ()


def files(pictures: Iterable[Picture]) -> list[discord.File]:
    """The files to send; each list is sent once."""
    return [discord.File(io.BytesIO(picture.png), picture.name, description=picture.alt) for picture in pictures]


def may_attach(channel: object, guild: discord.Guild | None) -> bool:
    """Whether the bot may attach files there, as far as it can know."""
    if guild is None or not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return True
    return channel.permissions_for(guild.me).attach_files
