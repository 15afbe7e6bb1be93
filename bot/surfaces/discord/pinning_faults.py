"""Why a card cannot stand in a channel, and what Discord's refusals mean for it."""

from __future__ import annotations

import discord

from bot.core.interface import CannotPin

UNKNOWN_MESSAGE = 10008

CODES: dict[int, CannotPin] = {
    10003: "gone",
    30003: "full",
    50001: "no-view",
    50024: "wrong-kind",
    50083: "archived",
    160005: "locked",
}


class CannotPinError(Exception):
    """Why a card cannot stand in a channel. `reason` names the line that says so and what to do.

    `passes`: it may work in a while, with nothing changed.
    """

    def __init__(self, reason: CannotPin) -> None:
        super().__init__(reason)
        self.reason: CannotPin = reason
        self.passes = reason in {"discord", "store", "busy"}


class MessageGoneError(Exception):
    """The card's message was deleted."""


def told(error: BaseException, forbidden: CannotPin) -> Exception:
    """What a fault of a call means; `forbidden` is what a missing permission does."""
    code = getattr(error, "code", 0)
    if code == UNKNOWN_MESSAGE:
        return MessageGoneError()
    if code in CODES:
        return CannotPinError(CODES[code])
    if isinstance(error, discord.Forbidden):
        return CannotPinError(forbidden)
    refused = isinstance(error, discord.HTTPException) and 400 <= error.status < 500 and error.status not in {404, 429}
    return CannotPinError("refused" if refused else "discord")
