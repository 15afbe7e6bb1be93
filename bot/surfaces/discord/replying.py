"""The one place that sends: it takes an `Answer` or a `Report`, pings nobody, and bears what Discord refuses."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import aiohttp
import discord

from bot.core.answers import Answer
from bot.surfaces.discord.layout import Controls, layout
from bot.surfaces.discord.outbox import Outbox
from bot.surfaces.discord.reports import Report, report_view
from bot.surfaces.discord.service import Service

log = logging.getLogger(__name__)

SILENT = discord.AllowedMentions.none()
BROKEN = (aiohttp.ClientError, TimeoutError, OSError)  # connections; Discord may have done what it was asked to
FAULTS = (discord.HTTPException, discord.RateLimited, *BROKEN)
PAUSES = (0.5, 2.0)  # seconds before a message whose connection broke is sent again
NO_HISTORY = 160002  # Discord's code for a reply where the bot may not read the channel's history

Interaction = discord.Interaction[Any]
Reply = Answer | Report
PLAIN = Controls()


class Replier:
    """Sends answers, edits and deletes them. What Discord refuses is logged, without the asker, and raises nothing."""

    def __init__(self, service: Service, outbox: Outbox | None = None) -> None:
        self.outbox = outbox or Outbox()
        self._service = service

    async def reply(
        self, message: discord.Message, answer: Answer, controls: Controls = PLAIN
    ) -> discord.Message | None:
        """Answer a message in its place, when its channel's turn comes. None where that was not possible."""
        async with self.outbox.turn(message.channel.id, urgent=answer.outcome == "emergency"):
            return await self._reply(message, answer, controls)

    async def _reply(self, message: discord.Message, answer: Answer, controls: Controls) -> discord.Message | None:
        for tried in (answer, self._instead_of(answer)):
            try:
                return await self._sent(message, tried, controls if tried is answer else PLAIN)
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
        await self._tried(
            "could not edit", lambda: reply.edit(view=self._view(answer, controls), allowed_mentions=SILENT)
        )

    async def remove(self, reply: discord.PartialMessage) -> None:
        """Delete an answer that was sent."""
        await self._tried("could not delete", reply.delete)

    async def post(
        self, channel: discord.PartialMessageable, answer: Answer, controls: Controls, nonce: str
    ) -> discord.Message:
        """Send an answer that nobody asked for. `nonce` keeps Discord from taking it twice. Raises `FAULTS`."""
        return await channel.send(view=self._view(answer, controls), nonce=nonce, allowed_mentions=SILENT)

    async def update(
        self, message: discord.PartialMessage, answer: Answer, controls: Controls = PLAIN
    ) -> discord.Message:
        """Put another answer into the place of one that was posted. Raises `FAULTS`."""
        return await message.edit(view=self._view(answer, controls), allowed_mentions=SILENT)

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

        def filling(reply: Reply, with_controls: Controls) -> Callable[[], Awaitable[object]]:
            view = self._view(reply, with_controls)

            async def fill() -> None:
                message = await interaction.edit_original_response(view=view, allowed_mentions=SILENT)
                filled.append(message.id)

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

    async def _sent(self, message: discord.Message, answer: Answer, controls: Controls) -> discord.Message:
        """Send, and again where the connection broke: the nonce keeps Discord from taking one message twice."""
        view = self._view(answer, controls)
        for pause in PAUSES:
            try:
                return await self._send(message, view)
            except BROKEN as error:
                log.warning("a connection broke", extra=_place(message) | _fault(error))
                await asyncio.sleep(pause)
        return await self._send(message, view)

    async def _send(self, message: discord.Message, view: discord.ui.LayoutView) -> discord.Message:
        send = partial(message.channel.send, view=view, allowed_mentions=SILENT, nonce=message.id)
        try:
            return await send(reference=message, mention_author=False)
        except discord.HTTPException as error:
            if error.code != NO_HISTORY:
                raise
            return await send()

    def _view(self, answer: Reply, controls: Controls) -> discord.ui.LayoutView:
        if isinstance(answer, Report):
            return report_view(answer)
        return layout(answer, self._service.footnote.library.replies, controls)

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
