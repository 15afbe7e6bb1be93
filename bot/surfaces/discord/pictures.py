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
from bot.surfaces.wording import Labels

log = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds that a reply waits for its pictures


class Pictures:
    """Gives replies their pictures, without holding the event loop, and never in the way of the reply."""

    def __init__(self, album: Album | None = None, patience: float = PATIENCE) -> None:
        self.album = album or Album()
        self._patience = patience
        self._drawing = asyncio.Lock()  # one at a time: the processor is for questions

    async def of(self, answer: Answer, labels: Labels, controls: Controls) -> tuple[Picture, ...]:
        """The pictures of a reply's first page; none where there are none, they take too long, or anything fails."""
        show = controls.show
        if show and show.kind != "step" and show.page > 1:
            return ()
        try:
            wanted = self.album.wanted(answer, labels, at_a_glance=controls.glance)
            if not wanted:
                return ()
            async with asyncio.timeout(self._patience), self._drawing:
                return await asyncio.to_thread(self.album.pictures, wanted)
        except TimeoutError:
            log.warning("no picture: drawing takes too long", extra={"card": answer.card.id})
        except Exception:
            log.exception("no picture", extra={"card": answer.card.id})
        return ()


def files(pictures: Iterable[Picture]) -> list[discord.File]:
    """The files to send; each list is sent once."""
    return [discord.File(io.BytesIO(picture.png), picture.name, description=picture.alt) for picture in pictures]


def may_attach(channel: discord.abc.Snowflake, guild: discord.Guild | None) -> bool:
    """Whether the bot may attach files there, as far as it can know."""
    known = guild.get_channel_or_thread(channel.id) if guild else None
    return known is None or guild is None or known.permissions_for(guild.me).attach_files
