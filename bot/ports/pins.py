"""Pinned cards: who may post one, what was posted, and how a half-done posting is found again.

A pin is one compound's card in one channel. Whoever works on it holds it, for a limited time, so that of two at once
one wins and a killed one blocks nobody for long:

1. `claim_pin` makes the pin, or takes over one that nobody holds. The pin that it returns says how far it got before.
   Its `nonce` is the one to put into the message: a new pin has the given one, an older pin keeps its own. Where an
   older pin has no `message`, look for a message with its nonce before posting one.
2. `update_pin` records each step as soon as Discord has confirmed it: `message` and "posted", then "pinned"; `digest`
   is that of the content shown.
3. `release_pin` ends the hold. `remove_pin` ends the pin; set "removing" before the message is deleted.

Steps by somebody whose hold ran out meanwhile change nothing and return False.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

PinState = Literal["claimed", "posted", "pinned", "removing"]


@dataclass(frozen=True, slots=True, order=True)
class PinKey:
    """Which card in which channel."""

    guild: int
    channel: int
    compound: str


@dataclass(frozen=True, slots=True)
class Pin:
    """A card that is or is to be pinned. `holder` works on it until `held_until` (seconds), if anybody does."""

    key: PinKey
    state: PinState
    nonce: str
    message: int | None = None
    digest: str | None = None
    holder: str | None = None
    held_until: float = 0.0


@dataclass(frozen=True, slots=True)
class PinStep:
    """What a step changes; None leaves a field as it is.

    `gone` clears the message: it is no more. The next one needs a `nonce` of its own, since Discord takes a message
    with the nonce of a recent one for that one.
    """

    state: PinState | None = None
    message: int | None = None
    digest: str | None = None
    nonce: str | None = None
    gone: bool = False


class PinStore(Protocol):
    """Where pins are kept. Times are seconds of one clock that all processes share."""

    async def claim_pin(self, key: PinKey, *, nonce: str, holder: str, now: float, until: float) -> Pin | None:
        """Hold a pin until a time, and make it if there is none. None while somebody else holds it.

        The same holder may claim again, which prolongs the hold.
        """

    async def update_pin(self, key: PinKey, holder: str, step: PinStep) -> bool:
        """Record a step of a pin that `holder` holds. False where it holds it no more."""

    async def release_pin(self, key: PinKey, holder: str) -> bool:
        """End a hold; the pin stays. False where `holder` does not hold it."""

    async def remove_pin(self, key: PinKey, holder: str) -> bool:
        """End a pin. False where `holder` does not hold it."""

    async def release_all_pins(self, guilds: Iterable[int]) -> int:
        """End every hold on pins of these guilds, as those of an earlier run of the process that has them. How many."""

    async def pin(self, key: PinKey) -> Pin | None:
        """A pin as it stands, if there is one."""

    async def pins(self, guilds: Iterable[int]) -> tuple[Pin, ...]:
        """The pins of these guilds, by guild, channel and compound."""
