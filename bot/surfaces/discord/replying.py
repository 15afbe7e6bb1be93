"""The one place that sends: it takes an `Answer`, pings nobody, and knows what to do when Discord refuses."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
import discord

from bot.core.answers import Answer
from bot.footnote import Footnote
from bot.pictures.album import Picture
from bot.surfaces.discord.layout import Controls, layout
from bot.surfaces.discord.pictures import Pictures, files, may_attach

log = logging.getLogger(__name__)

SILENT = discord.AllowedMentions.none()
FAULTS = (discord.HTTPException, aiohttp.ClientError, TimeoutError, OSError)
STATUSES = {400, 403, 413, 500, 502, 503, 504}  # faults that attached files may be the reason of
CODES = {0, 40005, 50013, 50035}  # and Discord's codes for them: none given, too large, not permitted, a wrong form
NO_HISTORY = 160002  # Discord's code for a reply where the bot may not read the channel's history

Interaction = discord.Interaction[Any]
T = TypeVar("T")
Pictured = tuple[Picture, ...]
Put = Callable[[discord.ui.LayoutView, Pictured], Awaitable[T]]  # sends, or edits what was sent
PLAIN = Controls()


class Replier:
    """Sends answers, edits and deletes them. What Discord refuses is logged, without the asker, and raises nothing."""

    def __init__(self, footnote: Footnote) -> None:
        self._footnote = footnote
        self._replies = footnote.library.replies
        self._pictures = Pictures()

    async def reply(
        self, message: discord.Message, answer: Answer, controls: Controls = PLAIN
    ) -> discord.Message | None:
        """Answer a message in its place. None where that was not possible."""
        for tried in (answer, self._instead_of(answer)):
            try:
                return await self._send(message, tried, controls if tried is answer else PLAIN)
            except (discord.Forbidden, discord.NotFound) as error:
                log.warning("could not reply", extra=_place(message) | _fault(error))
                return None
            except FAULTS as error:
                log.warning("could not reply", extra=_place(message) | _fault(error))
                if _question_is_gone(error):
                    return None
        return None

    async def edit(self, reply: discord.PartialMessage, answer: Answer, controls: Controls = PLAIN) -> None:
        """Put another answer into the place of one that was sent."""

        async def put(view: discord.ui.LayoutView, pictures: Pictured) -> object:
            return await reply.edit(view=view, attachments=files(pictures), allowed_mentions=SILENT)

        may = may_attach(reply.channel, reply.guild)
        await self._tried("could not edit", lambda: self._shown(answer, controls, put, attach=may))

    async def remove(self, reply: discord.PartialMessage) -> None:
        """Delete an answer that was sent."""
        await self._tried("could not delete", reply.delete)

    async def acknowledge(self, interaction: Interaction, *, private: bool, in_place: bool = False) -> bool:
        """Tell Discord that a reply follows, or takes the place of the pressed message. False where it is too late."""

        async def told() -> None:
            if in_place:
                await interaction.response.defer()
            else:
                await interaction.response.defer(ephemeral=private, thinking=True)

        return interaction.response.is_done() or await self._tried("could not acknowledge", told, again=True)

    async def respond(self, interaction: Interaction, answer: Answer, controls: Controls = PLAIN) -> None:
        """Fill an acknowledged interaction's reply."""

        async def put(view: discord.ui.LayoutView, pictures: Pictured) -> object:
            return await interaction.edit_original_response(
                view=view, attachments=files(pictures), allowed_mentions=SILENT
            )

        def filled(with_answer: Answer, with_controls: Controls) -> Callable[[], Awaitable[object]]:
            may = interaction.app_permissions.attach_files
            return lambda: self._shown(with_answer, with_controls, put, attach=may)

        if not await self._tried("could not respond", filled(answer, controls)):
            await self._tried("could not respond", filled(self._instead_of(answer), PLAIN))

    async def withdraw(self, interaction: Interaction) -> None:
        """Delete the message whose button was pressed."""
        await self._tried("could not delete", interaction.delete_original_response)

    async def failed(self, interaction: Interaction, error: BaseException) -> None:
        """Tell whoever waits that something went wrong, in one calm line with the notices; the log has the rest."""
        log.error(
            "an interaction failed",
            exc_info=error,
            extra={"command": _name(interaction), "guild": interaction.guild_id},
        )
        if await self.acknowledge(interaction, private=True):
            await self.respond(interaction, self._footnote.error())

    async def failed_message(self, message: discord.Message, error: BaseException) -> None:
        """The same for a message."""
        log.error("a question failed", exc_info=error, extra=_place(message) | {"question": message.content})
        await self.reply(message, self._footnote.error())

    async def _send(self, message: discord.Message, answer: Answer, controls: Controls) -> discord.Message:
        async def put(view: discord.ui.LayoutView, pictures: Pictured) -> discord.Message:
            send, attached = message.channel.send, files(pictures)
            try:
                return await send(
                    view=view, files=attached, reference=message, mention_author=False, allowed_mentions=SILENT
                )
            except discord.HTTPException as error:
                if error.code != NO_HISTORY:
                    raise
                return await send(view=view, files=files(pictures), allowed_mentions=SILENT)

        return await self._shown(answer, controls, put, attach=may_attach(message.channel, message.guild))

    async def _shown(self, answer: Answer, controls: Controls, put: Put[T], *, attach: bool) -> T:
        """Put an answer up with its pictures, or without them where they may be why Discord refuses it.

        Not where a connection broke: the message may stand already.
        """
        pictures = await self._pictures.of(answer, self._replies.labels, controls) if attach else ()
        if pictures:
            try:
                return await put(layout(answer, self._replies, controls, pictures), pictures)
            except discord.HTTPException as error:
                if error.status not in STATUSES or error.code not in CODES:
                    raise
                log.warning("could not attach pictures", extra=_fault(error))
        return await put(layout(answer, self._replies, controls), ())

    def _instead_of(self, answer: Answer) -> Answer:
        """What is tried when an answer could not be sent: an emergency once more, else the line that says so."""
        return answer if answer.outcome == "emergency" else self._footnote.error(answer.card.id)

    @staticmethod
    async def _tried(what: str, call: Callable[[], Awaitable[object]], *, again: bool = False) -> bool:
        try:
            await call()
        except FAULTS as error:
            log.warning(what, extra=_fault(error))
            refused = isinstance(error, discord.Forbidden | discord.NotFound)
            return again and not refused and await Replier._tried(what, call)
        return True


def _question_is_gone(error: Exception) -> bool:
    return isinstance(error, discord.HTTPException) and error.status == 400 and "message_reference" in error.text


def _place(message: discord.Message) -> dict[str, object]:
    return {"guild": message.guild.id if message.guild else None, "channel": message.channel.id}


def _fault(error: BaseException) -> dict[str, object]:
    return {
        "fault": type(error).__name__,
        "status": getattr(error, "status", None),
        "code": getattr(error, "code", None),
    }


def _name(interaction: Interaction) -> str | None:
    return interaction.command.qualified_name if interaction.command else None
