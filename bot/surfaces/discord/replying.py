"""The one place that sends: it takes an `Answer` or a `Report`, pings nobody, and bears what Discord refuses."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

import aiohttp
import discord

from bot.core.answers import Answer
from bot.pictures.album import Picture
from bot.surfaces.discord.layout import Controls, layout
from bot.surfaces.discord.outbox import Outbox
from bot.surfaces.discord.pictures import Pictures, files, may_attach
from bot.surfaces.discord.reports import Report, report_view
from bot.surfaces.discord.service import Service

log = logging.getLogger(__name__)

SILENT = discord.AllowedMentions.none()
BROKEN = (aiohttp.ClientError, TimeoutError, OSError)  # connections; Discord may have done what it was asked to
FAULTS = (discord.HTTPException, discord.RateLimited, *BROKEN)
REFUSED, FAULTY = frozenset({400, 413}), frozenset({400, 403, 413, 500, 502, 503, 504})  # that files may be a reason of
FILES = {0, 40005, 50013, 50035}  # Discord's codes: none given, too large, not permitted, a form that is wrong
PAUSES = (0.5, 2.0)  # seconds before a message whose connection broke is sent again
NO_HISTORY = 160002  # Discord's code for a reply where the bot may not read the channel's history

Interaction = discord.Interaction[Any]
T = TypeVar("T")
Reply = Answer | Report
Pictured = tuple[Picture, ...]
Put = Callable[[discord.ui.LayoutView, Pictured], Awaitable[T]]  # sends, or edits what was sent
PLAIN = Controls()


class Replier:
    """Sends answers, edits and deletes them. What Discord refuses is logged, without the asker, and raises nothing."""

    def __init__(self, service: Service, outbox: Outbox | None = None) -> None:
        self.outbox = outbox or Outbox()
        self._service = service
        self._pictures = Pictures()

    async def reply(
        self, message: discord.Message, answer: Answer, controls: Controls = PLAIN
    ) -> discord.Message | None:
        """Answer a message in its place, when its channel's turn comes. None where that was not possible."""
        pictures = await self._drawn(answer, controls, attach=may_attach(message.channel, message.guild))
        async with self.outbox.turn(message.channel.id, urgent=answer.outcome == "emergency"):
            return await self._reply(message, answer, controls, pictures)

    async def _reply(
        self, message: discord.Message, answer: Answer, controls: Controls, pictures: Pictured
    ) -> discord.Message | None:
        for is_second in (False, True):
            tried, drawn = (self._instead_of(answer), ()) if is_second else (answer, pictures)
            try:
                return await self._sent(message, tried, controls if tried is answer else PLAIN, drawn)
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
        await self._tried("could not edit", lambda: self.update(reply, answer, controls))

    async def remove(self, reply: discord.PartialMessage) -> None:
        """Delete an answer that was sent."""
        await self._tried("could not delete", reply.delete)

    async def post(
        self, channel: discord.PartialMessageable, answer: Answer, controls: Controls, nonce: str
    ) -> discord.Message:
        """Send an answer that nobody asked for. `nonce` keeps Discord from taking it twice. Raises `FAULTS`."""

        async def put(view: discord.ui.LayoutView, pictures: Pictured) -> discord.Message:
            return await channel.send(view=view, files=files(pictures), nonce=nonce, allowed_mentions=SILENT)

        pictures = await self._drawn(answer, controls, attach=may_attach(channel, channel.guild))
        return await self._shown(answer, controls, put, pictures, without=REFUSED)

    async def update(
        self, message: discord.PartialMessage, answer: Answer, controls: Controls = PLAIN
    ) -> discord.Message:
        """Put another answer into the place of one that was posted. Raises `FAULTS`."""

        async def put(view: discord.ui.LayoutView, pictures: Pictured) -> discord.Message:
            return await message.edit(view=view, attachments=files(pictures), allowed_mentions=SILENT)

        pictures = await self._drawn(answer, controls, attach=may_attach(message.channel, message.guild))
        return await self._shown(answer, controls, put, pictures, without=REFUSED)

    async def tell(self, channel: discord.PartialMessageable, report: Report) -> bool:
        """Send a report to a channel. False where that was not possible."""
        return await self._tried(
            "could not tell", lambda: channel.send(view=report_view(report), allowed_mentions=SILENT)
        )

    async def acknowledge(self, interaction: Interaction, *, private: bool, in_place: bool = False) -> bool:
        """Tell Discord that a reply follows, or takes the place of the pressed message. False where it is too late."""

        async def told() -> None:
            if in_place:
                await interaction.response.defer()
            else:
                await interaction.response.defer(ephemeral=private, thinking=True)

        return interaction.response.is_done() or await self._tried("could not acknowledge", told, again=True)

    async def respond(self, interaction: Interaction, answer: Reply, controls: Controls = PLAIN) -> int | None:
        """Fill an acknowledged interaction's reply. The id of its message; None where it shows something else."""
        filled: list[int] = []

        async def put(view: discord.ui.LayoutView, pictures: Pictured) -> int:
            message = await interaction.edit_original_response(
                view=view, attachments=files(pictures), allowed_mentions=SILENT
            )
            return message.id

        def filling(reply: Reply, with_controls: Controls) -> Callable[[], Awaitable[object]]:

            async def fill() -> None:
                pictures = await self._drawn(reply, with_controls, attach=interaction.app_permissions.attach_files)
                filled.append(await self._shown(reply, with_controls, put, pictures))

            return fill

        if await self._tried("could not respond", filling(answer, controls)):
            return filled[0]
        await self._tried("could not respond", filling(self._instead_of(answer), PLAIN))
        return None

    async def ask_in_form(self, interaction: Interaction, form: discord.ui.Modal) -> None:
        """Answer a press with a form, which carries the warning too."""
        await self._tried("could not show a form", lambda: interaction.response.send_modal(form))

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
            await self.respond(interaction, self._service.footnote.error())

    async def failed_message(self, message: discord.Message, error: BaseException) -> None:
        """The same for a message."""
        log.error("a question failed", exc_info=error, extra=_place(message) | {"question": message.content})
        await self.reply(message, self._service.footnote.error())

    async def _sent(
        self, message: discord.Message, answer: Answer, controls: Controls, pictures: Pictured
    ) -> discord.Message:
        """Send, and again where the connection broke: the nonce keeps Discord from taking one message twice."""

        async def put(view: discord.ui.LayoutView, pictures: Pictured) -> discord.Message:
            return await self._send(message, view, pictures)

        for pause in PAUSES:
            try:
                return await self._shown(answer, controls, put, pictures)
            except BROKEN as error:
                log.warning("a connection broke", extra=_place(message) | _fault(error))
                await asyncio.sleep(pause)
        return await self._shown(answer, controls, put, pictures)

    async def _send(self, message: discord.Message, view: discord.ui.LayoutView, pictures: Pictured) -> discord.Message:
        send = partial(message.channel.send, view=view, allowed_mentions=SILENT, nonce=message.id)
        try:
            return await send(files=files(pictures), reference=message, mention_author=False)
        except discord.HTTPException as error:
            if error.code != NO_HISTORY:
                raise
            return await send(files=files(pictures))

    async def _drawn(self, reply: Reply, controls: Controls, *, attach: bool) -> Pictured:
        """The pictures of a reply, where files may be attached."""
        if isinstance(reply, Report) or not attach:
            return ()
        return await self._pictures.of(reply, self._service.footnote.library.replies.labels, controls)

    async def _shown(
        self,
        reply: Reply,
        controls: Controls,
        put: Put[T],
        pictures: Pictured = (),
        *,
        without: frozenset[int] = FAULTY,
    ) -> T:
        """Put a reply up with its pictures; `without` them where the status may be theirs.

        Not where a connection broke: the message may stand already.
        """
        if isinstance(reply, Report):
            return await put(report_view(reply), ())
        replies = self._service.footnote.library.replies
        if pictures:
            try:
                return await put(layout(reply, replies, controls, pictures), pictures)
            except discord.HTTPException as error:
                if error.status not in without or error.code not in FILES:
                    raise
                log.warning("could not attach pictures", extra=_fault(error))
        return await put(layout(reply, replies, controls), ())

    def _instead_of(self, answer: Reply) -> Answer:
        """What is tried when an answer could not be sent: an emergency once more, else the line that says so."""
        return (
            answer
            if isinstance(answer, Answer) and answer.outcome == "emergency"
            else self._service.footnote.error(answer.card.id)
        )

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
