"""The one place that sends: it takes an `Answer` or a `Report`, pings nobody, and bears what Discord refuses."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
import discord

from bot.core.answers import Answer
from bot.pictures.album import Picture
from bot.surfaces.discord.layout import Controls, layout
from bot.surfaces.discord.pictures import Pictures, files, may_attach
from bot.surfaces.discord.reports import Report, report_view
from bot.surfaces.discord.service import Service

log = logging.getLogger(__name__)

SILENT = discord.AllowedMentions.none()
FAULTS = (discord.HTTPException, aiohttp.ClientError, TimeoutError, OSError)
REFUSED, FAULTY = frozenset({400, 413}), frozenset({400, 403, 413, 500, 502, 503, 504})  # that files may be a reason of
FILES = {0, 40005, 50013, 50035}  # Discord's codes: none given, too large, not permitted, a form that is wrong
NO_HISTORY = 160002  # Discord's code for a reply where the bot may not read the channel's history

Interaction = discord.Interaction[Any]
T = TypeVar("T")
Reply = Answer | Report
Pictured = tuple[Picture, ...]
Put = Callable[[discord.ui.LayoutView, Pictured], Awaitable[T]]  # sends, or edits what was sent
PLAIN = Controls()


class Replier:
    """Sends answers, edits and deletes them. What Discord refuses is logged, without the asker, and raises nothing."""

    def __init__(self, service: Service) -> None:
        self._service = service
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

        return await self._shown(answer, controls, put, attach=may_attach(channel, channel.guild), without=REFUSED)

    async def update(
        self, message: discord.PartialMessage, answer: Answer, controls: Controls = PLAIN
    ) -> discord.Message:
        """Put another answer into the place of one that was posted. Raises `FAULTS`."""

        async def put(view: discord.ui.LayoutView, pictures: Pictured) -> discord.Message:
            return await message.edit(view=view, attachments=files(pictures), allowed_mentions=SILENT)

        return await self._shown(
            answer, controls, put, attach=may_attach(message.channel, message.guild), without=REFUSED
        )

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
                may = interaction.app_permissions.attach_files
                filled.append(await self._shown(reply, with_controls, put, attach=may))

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

    async def _shown(
        self, answer: Reply, controls: Controls, put: Put[T], *, attach: bool, without: frozenset[int] = FAULTY
    ) -> T:
        """Put an answer up with its pictures; `without` them where the status may be theirs.

        Not where a connection broke: the message may stand already.
        """
        if isinstance(answer, Report):
            return await put(report_view(answer), ())
        replies = self._service.footnote.library.replies
        pictures = await self._pictures.of(answer, replies.labels, controls) if attach else ()
        if pictures:
            try:
                return await put(layout(answer, replies, controls, pictures), pictures)
            except discord.HTTPException as error:
                if error.status not in without or error.code not in FILES:
                    raise
                log.warning("could not attach pictures", extra=_fault(error))
        return await put(layout(answer, replies, controls), ())

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
